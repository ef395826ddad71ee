//! When the tablet is open, and when it asks for a PIN.
//!
//! It closes after two minutes without a touch, and when nobody can see it. The page behind stays as it is,
//! only hidden, so that nothing typed is lost; and the tablet goes on handing in, because a registration
//! must not wait for a PIN.

use bilik_shared::id::OfficerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::pages::App;
use super::pin::Record;
use super::practice;
use crate::device;
use crate::replica::Tablet;

/// It closes after so many milliseconds without a touch.
const IDLE_MS: i64 = 2 * 60_000;
/// How often that is looked at, in milliseconds.
const LOOK_MS: u32 = 2_000;
/// Where a page that is loaded anew finds that it was open. Practice has a place of its own: whoever opened
/// that has opened nothing else.
fn open_key() -> &'static str {
    if practice::is_asked() { "open-practice" } else { "open" }
}

/// Who may use the tablet now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// The officer who opened it.
    Open,
    /// The officer who opened it hands it to somebody else, and vouches for whoever makes a PIN now.
    Handing,
    /// Nobody.
    Locked,
}

/// How the tablet starts: open only where this very page was open a moment ago and somebody is known.
pub fn at_start(officer: Option<&OfficerId>) -> Lock {
    let left = device::take_from_session(open_key()).and_then(|text| text.parse::<i64>().ok());
    let away = left.map(|left| device::now().0 - left);
    match (away, officer) {
        (Some(0..IDLE_MS), Some(_)) => Lock::Open,
        _ => Lock::Locked,
    }
}

/// Closes the tablet when nobody touches it or nobody sees it.
pub fn watch(app: App) {
    let touched = StoredValue::new(device::now());
    let leaving = StoredValue::new(false);
    let close = move || app.close(Lock::Locked);
    for touch in ["pointerdown", "keydown"] {
        device::on_window(touch, move || touched.set_value(device::now()));
    }
    // A page that is loaded anew is hidden too, but comes back at once.
    device::on_window("pagehide", move || {
        leaving.set_value(true);
        if app.lock.get_untracked() == Lock::Open {
            device::keep_in_session(open_key(), &touched.get_value().0.to_string());
        }
    });
    device::on_window("pageshow", move || leaving.set_value(false));
    device::on_visibility(move || {
        if !device::is_visible() && !leaving.get_value() {
            close();
        }
    });
    spawn_local(async move {
        loop {
            device::sleep(LOOK_MS).await;
            match device::now().0 - touched.get_value().0 {
                // The clock was set back.
                ..0 => touched.set_value(device::now()),
                0..IDLE_MS => {}
                _ => close(),
            }
        }
    });
}

/// Why a PIN did not open the tablet, or was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is another one; so many tries cost nothing.
    Pin {
        /// Tries that still cost nothing.
        left: u32,
    },
    /// It must wait.
    Wait {
        /// In minutes, rounded up.
        minutes: i64,
    },
    /// The browser computes no hashes for this page, which was loaded without TLS.
    NoCrypto,
    /// The tablet could not keep the new PIN.
    NotKept,
}

fn key(officer: &OfficerId) -> String {
    format!("pin/{officer}")
}

fn record(tablet: Tablet, officer: &OfficerId) -> Option<Record> {
    Record::from_bytes(&tablet.kept(&key(officer))?)
}

/// Whether this officer has a PIN on this tablet.
pub fn has_pin(tablet: Tablet, officer: &OfficerId) -> bool {
    record(tablet, officer).is_some()
}

/// Opens the tablet for an officer, or says why not.
pub async fn open(app: App, officer: &OfficerId, pin: &str) -> Result<(), Wrong> {
    let now = device::now();
    let Some(record) = record(app.tablet, officer) else { return Err(Wrong::Pin { left: 0 }) };
    let wait = record.wait(now);
    if wait > 0 {
        return Err(Wrong::Wait { minutes: (wait + 59_999) / 60_000 });
    }
    let tried = record.tried(now);
    // A full disk must not lock anybody out: then the try is counted as long as the app runs.
    let _ = app.tablet.keep_now(key(officer), tried.to_bytes()).await;
    let hash = device::stretch(pin.as_bytes(), &record.salt, record.rounds).await;
    if !record.fits(hash.ok_or(Wrong::NoCrypto)?) {
        return Err(match tried.wait(now) {
            0 => Wrong::Pin { left: tried.left() },
            wait => Wrong::Wait { minutes: wait / 60_000 },
        });
    }
    app.tablet.keep(key(officer), Some(tried.opened().to_bytes()), |_| {});
    app.enter(officer.clone());
    Ok(())
}

/// Makes a PIN for an officer and opens the tablet.
pub async fn make(app: App, officer: &OfficerId, pin: &str) -> Result<(), Wrong> {
    let record = Record::new(device::random());
    let hash = device::stretch(pin.as_bytes(), &record.salt, record.rounds).await;
    let record = record.with(hash.ok_or(Wrong::NoCrypto)?);
    let kept = app.tablet.keep_now(key(officer), record.to_bytes()).await;
    kept.map_err(|_| Wrong::NotKept)?;
    app.enter(officer.clone());
    Ok(())
}
