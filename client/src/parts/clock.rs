//! A clock that is wrong, in words that both apps share.

use bilik_shared::time::{ClockError, ClockUnit};

use crate::text::t;

/// How far a tablet's clock is off, from its clock minus the server's in milliseconds; nothing where
/// nobody would notice.
pub fn clock_error(offset: i64) -> Option<String> {
    let ClockError { value, unit, slow } = ClockError::of(offset)?;
    let unit = match unit {
        ClockUnit::Minutes => "clock.minutes",
        ClockUnit::Hours => "clock.hours",
        ClockUnit::Days => "clock.days",
    };
    let time = t(unit, &[("n", &value)]);
    Some(t(if slow { "clock.slow" } else { "clock.fast" }, &[("time", &time)]))
}
