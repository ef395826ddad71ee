//! Figures that the desk derives from what it holds: seats, tablets, and what is not known.

use bilik_shared::id::ProgrammeCode;
use bilik_shared::time::Timestamp;
use bilik_shared::view::{Counts, DeviceRow};
use leptos::prelude::*;

use crate::desk::session::Desk;

/// Without contact for so many hours, longer than a shift, a tablet counts as silent.
pub const SILENT_HOURS: i64 = 8;

/// Whether a tablet has not been in contact for longer than a shift, or will not be again: it was enrolled as
/// another one.
pub fn is_silent(device: &DeviceRow, now: Timestamp) -> bool {
    // Of a tablet out of use nobody waits for news.
    if device.revoked_at.is_some() || device.lost_settled && device.emptied_at > device.last_contact
    {
        return false;
    }
    device.emptied_at > device.last_contact
        || device.last_contact.is_none_or(|at| now.0 - at.0 > SILENT_HOURS * 3_600_000)
}

/// Whether a tablet was turned away within the last day because it had handed in as much as one may.
pub fn is_used_up(device: &DeviceRow, now: Timestamp) -> bool {
    device.used_up_at.is_some_and(|at| now.0 - at.0 < 24 * 3_600_000)
}

/// How many tablets are silent.
pub fn silent(desk: Desk) -> u32 {
    let now = desk.now.get();
    desk.devices
        .with(|devices| devices.iter().filter(|device| is_silent(device, now)).count() as u32)
}

/// Tablets of whose work something is not known here: they are silent, or have said that something waits on them.
pub fn unknown(desk: Desk) -> Vec<DeviceRow> {
    let now = desk.now.get();
    let told = |device: &&DeviceRow| {
        is_silent(device, now) || device.revoked_at.is_none() && device.waiting > 0
    };
    desk.devices.with(|devices| devices.iter().filter(told).cloned().collect())
}

/// How many changes are in quarantine.
pub fn quarantined(desk: Desk) -> u32 {
    desk.devices.with(|devices| devices.iter().map(|device| device.quarantined).sum())
}

/// The tablets of the dashboard's fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// All tablets.
    pub all: u32,
    /// In contact today.
    pub today: u32,
    /// Entries that they said were waiting, at their last contact.
    pub waiting: u32,
}

/// Counts tablets.
pub fn contact(desk: Desk) -> Contact {
    let (zone, now) = (desk.zone(), desk.now.get());
    let is_today = |at: Timestamp| at.date(zone) == now.date(zone);
    desk.devices.with(|devices| Contact {
        all: devices.len() as u32,
        today: devices.iter().filter(|device| device.last_contact.is_some_and(is_today)).count()
            as u32,
        waiting: devices.iter().map(|device| device.waiting).sum(),
    })
}

/// The demand for one programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// How many ranked it first, second, third.
    pub ranks: [u32; 3],
    /// Seats of all its packages.
    pub seats: u32,
    /// The smallest number with which one of its packages is held.
    pub minimum: u32,
}

/// The demand for a programme.
pub fn demand(desk: Desk, code: &ProgrammeCode) -> Demand {
    let ranks =
        desk.counts.with(|counts| counts.programmes.get(code).map_or([0; 3], |count| count.ranks));
    let (seats, minimum) = desk.house.with(|house| {
        let mut programmes = house.iter().flat_map(|house| &house.programmes);
        programmes.find(|programme| &programme.code == code).map_or((0, 0), |programme| {
            let minimum = programme.packages.iter().map(|package| package.minimum).min();
            (programme.seats(), minimum.unwrap_or(0))
        })
    });
    Demand { ranks, seats, minimum }
}

/// Seats that first choices would take, seats there are, and first choices beyond them.
pub fn seats(desk: Desk) -> (u32, u32, u32) {
    let codes: Vec<ProgrammeCode> = desk.house.with(|house| {
        house
            .iter()
            .flat_map(|house| &house.programmes)
            .map(|programme| programme.code.clone())
            .collect()
    });
    codes.iter().map(|code| demand(desk, code)).fold(
        (0, 0, 0),
        |(wanted, seats, beyond), demand| {
            let first = demand.ranks[0];
            (
                wanted + first.min(demand.seats),
                seats + demand.seats,
                beyond + first.saturating_sub(demand.seats),
            )
        },
    )
}

/// When the registration that has waited longest for verification was recorded.
pub fn oldest_to_verify(desk: Desk) -> Option<Timestamp> {
    desk.counts.with(|counts| counts.oldest)
}

/// How many people declined.
pub fn declined(counts: &Counts) -> u32 {
    counts.blocks.values().map(|block| block.declined).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tablet_is_silent_after_a_shift_or_if_it_never_came() {
        let device = |last_contact| DeviceRow {
            code: "T03".parse().unwrap(),
            last_contact,
            waiting: 0,
            app: String::new(),
            clock_offset: 0,
            quarantined: 0,
            emptied_at: None,
            lost_waiting: 0,
            name: String::new(),
            sheets: None,
            officer: None,
            revoked_at: None,
            lost_settled: false,
            space: None,
            signs: false,
            compare: None,
            received: None,
            suspended_at: None,
            missed_head: None,
            used_up_at: None,
        };
        let now = Timestamp(100 * 3_600_000);
        assert!(is_silent(&device(None), now));
        assert!(is_silent(&device(Some(Timestamp(91 * 3_600_000))), now));
        let near = device(Some(Timestamp(93 * 3_600_000)));
        assert!(!is_silent(&near, now));
        // It came with nothing, and is there; it was enrolled as another one, and is not.
        assert!(!is_silent(&DeviceRow { emptied_at: near.last_contact, ..near.clone() }, now));
        assert!(is_silent(&DeviceRow { emptied_at: Some(now), ..near }, now));
    }
}
