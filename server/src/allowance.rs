//! How much one tablet may leave at the server within a day, so that one that lies cannot fill the disk.
//!
//! An honest tablet needs some 500 bytes for a registration, packed and unpacked: the allowance is forty thousand of
//! them. Kept in memory: a restart forgives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bilik_shared::id::DeviceId;
use bilik_shared::time::Timestamp;

/// Bytes that may be kept of one tablet within a day: requests, and the changes that are packed in them.
pub const DAILY: u64 = 20 * 1024 * 1024;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What each tablet has handed in during its day, which begins with the first request.
#[derive(Debug, Default)]
pub struct Allowance {
    days: Mutex<HashMap<DeviceId, Day>>,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    began: Timestamp,
    bytes: u64,
    told: bool,
}

/// A tablet has used its day up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp {
    /// Its next day begins in so many seconds.
    pub seconds: u32,
    /// This is the first request of the day that is turned away.
    pub first: bool,
}

impl Allowance {
    /// Counts a request. What is turned away counts for nothing.
    ///
    /// # Errors
    /// [`UsedUp`] where the day has no room for so many bytes.
    pub fn take(&self, device: DeviceId, bytes: usize, now: Timestamp) -> Result<(), UsedUp> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Day { began: now, bytes: 0, told: false };
        let day = days.entry(device).or_insert(fresh);
        // A clock that was set back begins a new day as well, or nobody could hand in until it has caught up.
        if !(0..DAY).contains(&(now.0 - day.began.0)) {
            *day = fresh;
        }
        let sum = day.bytes.saturating_add(bytes as u64);
        if sum > DAILY {
            let first = !std::mem::replace(&mut day.told, true);
            let rest = (day.began.0 + DAY - now.0).div_euclid(1000) + 1;
            return Err(UsedUp { seconds: u32::try_from(rest).unwrap_or(u32::MAX), first });
        }
        day.bytes = sum;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    #[test]
    fn a_day_holds_so_much_and_the_next_one_begins_anew() {
        let allowance = Allowance::default();
        let (liar, other) = (DeviceId([1; 8]), DeviceId([2; 8]));
        for n in 0..20 {
            assert_eq!(allowance.take(liar, MIB, Timestamp(n)), Ok(()));
        }
        let turned_away = |first, now| {
            let used_up = allowance.take(liar, 1, Timestamp(now)).unwrap_err();
            assert_eq!(used_up.first, first);
            used_up.seconds
        };
        assert_eq!(turned_away(true, 1000), 24 * 60 * 60);
        assert_eq!(turned_away(false, DAY - 1), 1, "told once");
        assert_eq!(allowance.take(other, MIB, Timestamp(1000)), Ok(()), "others have their own");
        assert_eq!(allowance.take(liar, MIB, Timestamp(DAY)), Ok(()));
    }

    #[test]
    fn what_is_turned_away_counts_for_nothing_and_a_clock_set_back_locks_nobody_out() {
        let allowance = Allowance::default();
        let tablet = DeviceId([1; 8]);
        assert!(allowance.take(tablet, 21 * MIB, Timestamp(DAY)).is_err());
        assert_eq!(allowance.take(tablet, 20 * MIB, Timestamp(DAY)), Ok(()));
        assert!(allowance.take(tablet, 1, Timestamp(DAY)).is_err());
        assert_eq!(allowance.take(tablet, MIB, Timestamp(0)), Ok(()));
    }
}
