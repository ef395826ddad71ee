//! How long to wait before the next try: doubling with jitter, from one second to half a minute.

/// The shortest wait.
const FIRST_MS: u32 = 1_000;
/// The longest wait.
const LAST_MS: u32 = 30_000;

/// Waits that grow with every failure, and differ between tablets that failed together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next wait in milliseconds; `dice` is a random byte.
    pub fn next(&mut self, dice: u8) -> u32 {
        let full = FIRST_MS.saturating_mul(1 << self.failures.min(5)).min(LAST_MS);
        self.failures = self.failures.saturating_add(1);
        // Between half of it and all of it, so that tablets that lost the server together do not return together.
        full / 2 + full / 2 * u32::from(dice) / 255
    }

    /// A try succeeded, or there is a reason to hope.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_minute_and_start_anew() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.next(255)).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next(0), 500);
    }
}
