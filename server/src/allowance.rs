//! How much one tablet may leave at the server within a day, so that one that lies cannot fill the disk.
//!
//! An honest tablet needs some 500 bytes for a registration, packed and unpacked: the allowance is forty thousand of
//! them. Kept in memory: a restart forgives.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use bilik_shared::id::{DeviceId, Hash};
use bilik_shared::time::Timestamp;

/// Bytes that may be kept of one tablet within a day: requests, and the changes that are packed in them.
pub const DAILY: u64 = 20 * 1024 * 1024;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// So many requests of a day are known again. Whoever sends more of them may use the day up with the same ones.
const KNOWN: usize = 4096;

/// What each tablet has handed in during its day, which begins with the first request.
#[derive(Debug, Default)]
pub struct Allowance {
    days: Mutex<HashMap<DeviceId, Day>>,
}

#[derive(Debug)]
struct Day {
    began: Timestamp,
    bytes: u64,
    known: HashSet<Hash>,
    told: bool,
}

impl Day {
    fn new(began: Timestamp) -> Self {
        Self { began, bytes: 0, known: HashSet::new(), told: false }
    }
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
    /// Counts a request. What is turned away counts for nothing, and the same request again neither: it leaves nothing
    /// more here, and whoever has recorded it uses up nobody's day.
    ///
    /// # Errors
    /// [`UsedUp`] where the day has no room for so many bytes.
    pub fn take(
        &self,
        device: DeviceId,
        request: Hash,
        bytes: usize,
        now: Timestamp,
    ) -> Result<(), UsedUp> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let day = days.entry(device).or_insert_with(|| Day::new(now));
        // A clock that was set back begins a new day as well, or nobody could hand in until it has caught up.
        if !(0..DAY).contains(&(now.0 - day.began.0)) {
            *day = Day::new(now);
        }
        if day.known.contains(&request) {
            return Ok(());
        }
        let sum = day.bytes.saturating_add(bytes as u64);
        if sum > DAILY {
            let first = !std::mem::replace(&mut day.told, true);
            let rest = (day.began.0 + DAY - now.0).div_euclid(1000) + 1;
            return Err(UsedUp { seconds: u32::try_from(rest).unwrap_or(u32::MAX), first });
        }
        day.bytes = sum;
        if day.known.len() < KNOWN {
            day.known.insert(request);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;
    const LIAR: DeviceId = DeviceId([1; 8]);
    const OTHER: DeviceId = DeviceId([2; 8]);

    fn request(n: u8) -> Hash {
        Hash([n; 32])
    }

    #[test]
    fn a_day_holds_so_much_and_the_next_one_begins_anew() {
        let allowance = Allowance::default();
        for n in 0..20 {
            assert_eq!(allowance.take(LIAR, request(n), MIB, Timestamp(n.into())), Ok(()));
        }
        let turned_away = |first, now| {
            let used_up = allowance.take(LIAR, request(99), 1, Timestamp(now)).unwrap_err();
            assert_eq!(used_up.first, first);
            used_up.seconds
        };
        assert_eq!(turned_away(true, 1000), 24 * 60 * 60);
        assert_eq!(turned_away(false, DAY - 1), 1, "told once");
        let others = allowance.take(OTHER, request(1), MIB, Timestamp(1000));
        assert_eq!(others, Ok(()), "others have their own");
        assert_eq!(allowance.take(LIAR, request(99), MIB, Timestamp(DAY)), Ok(()));
    }

    #[test]
    fn the_same_request_again_and_one_that_is_turned_away_count_for_nothing() {
        let allowance = Allowance::default();
        let take = |n, mib: usize| allowance.take(LIAR, request(n), mib * MIB, Timestamp(0));
        assert!(take(1, 21).is_err());
        for _ in 0..50 {
            assert_eq!(take(2, 19), Ok(()));
        }
        assert_eq!(take(3, 1), Ok(()));
        assert!(take(4, 1).is_err());
        assert_eq!(take(2, 19), Ok(()), "its answer may have been lost");
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let allowance = Allowance::default();
        let take = |n, mib: usize, now| allowance.take(LIAR, request(n), mib * MIB, Timestamp(now));
        assert_eq!(take(1, 20, DAY), Ok(()));
        assert!(take(2, 1, DAY).is_err());
        assert_eq!(take(2, 1, 0), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let allowance = Allowance::default();
        for n in 0..2 * KNOWN {
            let request = Hash(std::array::from_fn(|at| (n >> (8 * (at % 2))) as u8));
            allowance.take(LIAR, request, 1, Timestamp(0)).unwrap();
        }
        assert_eq!(allowance.days.lock().unwrap()[&LIAR].known.len(), KNOWN);
    }
}
