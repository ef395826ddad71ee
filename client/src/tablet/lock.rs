//! When the tablet is open, when it asks for a PIN, and when for a passphrase.
//!
//! It closes after two minutes without a touch, and when nobody can see it. The page behind stays as it is,
//! only hidden, so that nothing typed is lost; and the tablet goes on handing in, because a registration
//! must not wait for a PIN.
//!
//! After ten minutes, five wrong PINs, or for another officer it is locked for good: the worker with the key is
//! ended, and the page is loaded anew, so that neither the key nor what was read with it stays in its memory.
//! What was typed is on the disk at every key, and stands there again.

use bilik_shared::id::OfficerId;
use bilik_shared::programme::Officer;
use bilik_shared::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::pages::App;
use super::pin::Record;
use super::practice;
use crate::device;
use crate::replica::Tablet;

/// It closes after so many milliseconds without a touch.
const IDLE_MS: i64 = 2 * 60_000;
/// The key is ended after so many milliseconds without a touch, or closed.
const KEYLESS_MS: i64 = 10 * 60_000;
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

/// How the tablet starts that nobody has opened with a passphrase: closed. In practice it is open where this very
/// page was open a moment ago and somebody is known.
pub fn at_start(officer: Option<&OfficerId>) -> Lock {
    if !practice::is_asked() {
        return Lock::Locked;
    }
    let left = device::take_from_session(open_key()).and_then(|text| text.parse::<i64>().ok());
    let away = left.map(|left| device::now().0 - left);
    match (away, officer) {
        (Some(0..IDLE_MS), Some(_)) => Lock::Open,
        _ => Lock::Locked,
    }
}

/// How it starts after this officer has shown their passphrase: open, unless they have no PIN yet.
pub fn after_passphrase(tablet: Tablet, officer: &OfficerId) -> Lock {
    if device::take_from_session(FORGOT).is_some() {
        tablet.keep(key(officer), None, |_| {});
    }
    let Some(record) = record(tablet, officer) else { return Lock::Locked };
    // Wrong PINs of before are answered for.
    tablet.keep(key(officer), Some(record.opened().to_bytes()), |_| {});
    Lock::Open
}

/// Where the page that is loaded anew finds that a passphrase is shown in order to make another PIN.
const FORGOT: &str = "forgot";

/// An officer who has forgotten their PIN shows the passphrase, and makes another one.
pub fn forgot(app: App, officer: OfficerId) {
    device::keep_in_session(FORGOT, "");
    hard(app, Some(officer));
}

/// Whom the page that is loaded anew asks for a passphrase first.
const NEXT: &str = "next";

/// Who wanted to open the tablet when the key was ended.
pub fn next() -> Option<OfficerId> {
    device::take_from_session(NEXT)?.parse().ok()
}

/// Ends the key: a passphrase opens the tablet again, that of `next` or anybody's. Where something is not on the
/// disk, the tablet is only closed: what somebody did is worth more.
pub fn hard(app: App, next: Option<OfficerId>) {
    app.close(Lock::Locked);
    spawn_local(async move {
        if app.tablet.end_key().await {
            if let Some(next) = next.or_else(|| app.officer.get_untracked()) {
                device::keep_in_session(NEXT, &next.to_string());
            }
            device::reload();
        }
    });
}

/// Closes the tablet when nobody touches it or nobody sees it, and ends the key when that lasts.
pub fn watch(app: App) {
    let touched = StoredValue::new(device::now());
    let closed = StoredValue::new(device::now());
    Effect::new(move |_| {
        if app.lock.get() != Lock::Open {
            closed.set_value(device::now());
        }
    });
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
            let now = device::now();
            let since = |moment: StoredValue<Timestamp>| match now.0 - moment.get_value().0 {
                // The clock was set back.
                ..0 => {
                    moment.set_value(now);
                    0
                }
                past => past,
            };
            let shut = app.lock.get_untracked() != Lock::Open;
            if since(touched) >= KEYLESS_MS || shut && since(closed) >= KEYLESS_MS {
                closed.set_value(now);
                hard(app, None);
            } else if since(touched) >= IDLE_MS {
                close();
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

/// Whether this is an officer's PIN, or why not. The fifth wrong one ends the key.
pub async fn check(app: App, officer: &OfficerId, pin: &str) -> Result<(), Wrong> {
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
        if tried.left() == 0 {
            hard(app, None);
        }
        return Err(match tried.wait(now) {
            0 => Wrong::Pin { left: tried.left() },
            wait => Wrong::Wait { minutes: wait / 60_000 },
        });
    }
    app.tablet.keep(key(officer), Some(tried.opened().to_bytes()), |_| {});
    Ok(())
}

/// Makes a passphrase for an officer.
pub async fn make_passphrase(app: App, officer: &OfficerId, typed: &str) -> Result<(), Wrong> {
    let known = app.brief().map(|brief| brief.officers).unwrap_or_default();
    let name = known.into_iter().find(|known| known.id == *officer).map(|known| known.name);
    let officer = Officer { id: officer.clone(), name: name.unwrap_or_default() };
    app.tablet.give_key(&officer, typed).await.map_err(|_| Wrong::NotKept)
}

/// Makes a PIN for an officer.
pub async fn make(app: App, officer: &OfficerId, pin: &str) -> Result<(), Wrong> {
    let record = Record::new(device::random());
    let hash = device::stretch(pin.as_bytes(), &record.salt, record.rounds).await;
    let record = record.with(hash.ok_or(Wrong::NoCrypto)?);
    let kept = app.tablet.keep_now(key(officer), record.to_bytes()).await;
    kept.map_err(|_| Wrong::NotKept)
}
