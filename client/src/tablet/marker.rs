//! A word beside the tablet's memory that somebody was enrolled here, so that a memory that vanished is noticed.
//!
//! It names the tablet and the house and nobody who is on a sheet.

use bilik_shared::id::DeviceCode;
use leptos::prelude::*;

use super::pages::App;
use crate::device;

const KEY: &str = "tablet";

/// What is known of a tablet without its memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// What people call it.
    pub code: DeviceCode,
    /// Its house.
    pub facility: String,
    /// Its last contact in the house's zone, as it was shown; empty before the first.
    pub contact: String,
    /// How many of its records the server had not received when that was last known.
    pub waiting: usize,
}

impl Marker {
    /// The form in which it is remembered: five lines. Do not change: tablets hold it.
    fn to_text(&self) -> String {
        let Self { code, facility, contact, waiting } = self;
        format!("1\n{code}\n{facility}\n{contact}\n{waiting}")
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let _version = lines.next().filter(|version| *version == "1")?;
        let code = lines.next()?.parse().ok()?;
        let (facility, contact) = (lines.next()?.to_owned(), lines.next()?.to_owned());
        Some(Self { code, facility, contact, waiting: lines.next()?.parse().ok()? })
    }
}

/// Who was enrolled here.
pub fn read() -> Option<Marker> {
    Marker::from_text(&device::remembered(KEY)?)
}

/// Remembers who is enrolled here.
pub fn write(marker: &Marker) {
    device::remember(KEY, &marker.to_text());
}

/// Nobody is enrolled here any more.
pub fn clear() {
    device::remember(KEY, "");
}

/// Keeps it like the tablet from now on.
pub fn follow(app: App) {
    let marker = Memo::new(move |_| {
        let status = app.tablet.read(|replica| replica.status());
        let (brief, zone) = (app.brief()?, app.zone());
        let contact = status.last_contact.map(|at| format!("{} {}", at.date(zone), at.clock(zone)));
        Some(Marker {
            code: brief.device,
            facility: brief.facility.name,
            contact: contact.unwrap_or_default(),
            waiting: status.saved_here,
        })
    });
    Effect::new(move |_| {
        if !app.emptied.get() {
            marker.with(|marker| marker.iter().for_each(write));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_as_it_was_written() {
        for contact in ["", "24/11/2026 14.05"] {
            let marker = Marker {
                code: "T03".parse().unwrap(),
                facility: "Rutan Ambon".into(),
                contact: contact.into(),
                waiting: 3,
            };
            assert_eq!(Marker::from_text(&marker.to_text()), Some(marker));
        }
        for garbage in ["", "1\nT03", "2\nT03\nRutan\n\n3", "1\n\n\n\n0"] {
            assert_eq!(Marker::from_text(garbage), None, "{garbage:?}");
        }
    }
}
