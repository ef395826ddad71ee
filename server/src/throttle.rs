//! Wrong tries make the next one wait, longer each time. Kept in memory: a restart forgives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bilik_shared::time::Timestamp;

/// Names remembered at once. Beyond it those who may try again anyway are forgotten.
const MAX_NAMES: usize = 4096;

/// Counts wrong tries by name: an account, or the address a code was typed at.
#[derive(Debug)]
pub struct Throttle {
    /// So many wrong tries cost nothing.
    free: u32,
    /// The longest wait, in seconds.
    longest: u32,
    tries: Mutex<HashMap<String, Tries>>,
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
    until: Timestamp,
}

impl Throttle {
    /// For accounts: a person mistypes a few times, and whoever guesses waits up to five minutes.
    pub fn of_accounts() -> Self {
        Self { free: 5, longest: 300, tries: Mutex::default() }
    }

    /// For addresses, behind which a whole house may sit: a tablet on which somebody mistypes a code keeps the
    /// others from theirs for half a minute at most. A code has 40 bits and lives for minutes.
    pub fn of_addresses() -> Self {
        Self { free: 20, longest: 30, tries: Mutex::default() }
    }

    /// May `name` try now? Otherwise: in how many seconds.
    pub fn check(&self, name: &str, now: Timestamp) -> Result<(), u32> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = tries.get(name).map_or(0, |tries| tries.until.0 - now.0);
        if wait > 0 {
            Err(u32::try_from(wait.div_euclid(1000) + 1).unwrap_or(self.longest))
        } else {
            Ok(())
        }
    }

    /// Notes a wrong try.
    pub fn failed(&self, name: &str, now: Timestamp) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MAX_NAMES {
            tries.retain(|_, tries| tries.until > now);
        }
        if tries.len() >= MAX_NAMES && !tries.contains_key(name) {
            return;
        }
        let entry = tries.entry(name.to_owned()).or_insert(Tries { wrong: 0, until: now });
        entry.wrong = entry.wrong.saturating_add(1);
        if entry.wrong >= self.free {
            let seconds = 2u32.saturating_pow(entry.wrong - self.free + 1).min(self.longest);
            entry.until = Timestamp(now.0 + i64::from(seconds) * 1000);
        }
    }

    /// Notes a right try: all is forgiven.
    pub fn succeeded(&self, name: &str) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_begins_at_the_fifth_wrong_try_and_grows() {
        let throttle = Throttle::of_accounts();
        for _ in 0..4 {
            throttle.failed("marlin", Timestamp(0));
            assert_eq!(throttle.check("marlin", Timestamp(0)), Ok(()));
        }
        throttle.failed("marlin", Timestamp(0));
        assert_eq!(throttle.check("marlin", Timestamp(500)), Err(2));
        assert_eq!(throttle.check("marlin", Timestamp(2000)), Ok(()));
        assert_eq!(throttle.check("someone", Timestamp(0)), Ok(()), "others do not wait");
        throttle.failed("marlin", Timestamp(2000));
        assert_eq!(throttle.check("marlin", Timestamp(2000)), Err(5));
        for _ in 0..40 {
            throttle.failed("marlin", Timestamp(2000));
        }
        assert_eq!(throttle.check("marlin", Timestamp(2000)), Err(301));
        throttle.succeeded("marlin");
        assert_eq!(throttle.check("marlin", Timestamp(2000)), Ok(()));
    }

    #[test]
    fn an_address_is_forgiven_more_and_sooner() {
        let throttle = Throttle::of_addresses();
        for _ in 0..19 {
            throttle.failed("10.0.0.1", Timestamp(0));
        }
        assert_eq!(throttle.check("10.0.0.1", Timestamp(0)), Ok(()));
        for _ in 0..40 {
            throttle.failed("10.0.0.1", Timestamp(0));
        }
        assert_eq!(throttle.check("10.0.0.1", Timestamp(0)), Err(31));
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::of_accounts();
        for n in 0..3 * MAX_NAMES {
            throttle.failed(&n.to_string(), Timestamp(n as i64));
        }
        assert!(throttle.tries.lock().unwrap().len() <= MAX_NAMES);
    }
}
