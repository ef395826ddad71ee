//! An officer's PIN, as this tablet keeps it.
//!
//! It keeps the next hand out while an officer looks away. It is no key: somebody who copies the tablet's
//! memory can try all million of them, and only an encrypted disk keeps that person out.

use bilik_shared::time::Timestamp;

/// So many digits.
pub const DIGITS: usize = 6;
/// So many wrong tries cost nothing.
const FREE: u32 = 5;
/// The first wait, in milliseconds; each further wrong try doubles it.
const FIRST_WAIT: i64 = 60_000;
/// The longest wait, in milliseconds: the officer must be able to go on within the shift.
const LONGEST_WAIT: i64 = 15 * 60_000;
/// Rounds of PBKDF2 with HMAC-SHA-512 (OWASP Password Storage Cheat Sheet, 2023).
const ROUNDS: u32 = 210_000;
/// The form in which it is kept. Do not change: tablets hold it.
const VERSION: u8 = 1;
const SALT: usize = 16;
const HASH: usize = 32;

/// What is kept of a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Random bytes that went into the hash.
    pub salt: [u8; SALT],
    /// Rounds of PBKDF2.
    pub rounds: u32,
    hash: [u8; HASH],
    wrong: u32,
    last: Timestamp,
}

impl Record {
    /// A new one, from fresh random bytes; [`Record::with`] adds the hash.
    pub fn new(salt: [u8; SALT]) -> Self {
        Self { salt, rounds: ROUNDS, hash: [0; HASH], wrong: 0, last: Timestamp(0) }
    }

    /// The same with the hash of a PIN.
    pub fn with(self, hash: [u8; HASH]) -> Self {
        Self { hash, ..self }
    }

    /// Whether this is the hash of the PIN.
    pub fn fits(&self, hash: [u8; HASH]) -> bool {
        self.hash == hash
    }

    /// One more try, counted before it is looked at: ending the app in between must not make it free.
    pub fn tried(self, now: Timestamp) -> Self {
        Self { wrong: self.wrong.saturating_add(1), last: now, ..self }
    }

    /// The PIN was right.
    pub fn opened(self) -> Self {
        Self { wrong: 0, ..self }
    }

    /// Wrong tries that still cost nothing.
    pub fn left(&self) -> u32 {
        FREE.saturating_sub(self.wrong)
    }

    /// How long the next try must wait, in milliseconds.
    ///
    /// A clock that was set back makes nobody wait longer than the whole wait.
    pub fn wait(&self, now: Timestamp) -> i64 {
        let Some(over) = self.wrong.checked_sub(FREE) else { return 0 };
        let whole = (FIRST_WAIT << over.min(8)).min(LONGEST_WAIT);
        (self.last.0 + whole - now.0).clamp(0, whole)
    }

    /// The form in which it is kept.
    pub fn to_bytes(self) -> Vec<u8> {
        let numbers = [self.rounds.to_be_bytes(), self.wrong.to_be_bytes()].concat();
        [&[VERSION], &numbers[..], &self.last.0.to_be_bytes(), &self.salt, &self.hash].concat()
    }

    /// Reads it back; `None` for what no version of the app has written.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, bytes) = bytes.split_first()?;
        let (rounds, bytes) = bytes.split_first_chunk()?;
        let (wrong, bytes) = bytes.split_first_chunk()?;
        let (last, bytes) = bytes.split_first_chunk()?;
        let (salt, hash) = bytes.split_first_chunk()?;
        if *version != VERSION {
            return None;
        }
        Some(Self {
            salt: *salt,
            rounds: u32::from_be_bytes(*rounds),
            hash: hash.try_into().ok()?,
            wrong: u32::from_be_bytes(*wrong),
            last: Timestamp(i64::from_be_bytes(*last)),
        })
    }
}

/// Whether a PIN is among those that are tried first: one digit, two or three digits over and over, a run.
pub fn is_weak(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let repeats = |period: usize| digits.iter().zip(&digits[period..]).all(|(a, b)| a == b);
    let runs =
        |step: i16| digits.windows(2).all(|two| i16::from(two[1]) - i16::from(two[0]) == step);
    (1..=digits.len() / 2).any(repeats) || runs(1) || runs(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record::new([7; SALT]).with([9; HASH])
    }

    #[test]
    fn five_tries_are_free_and_then_each_waits_longer() {
        let at = |seconds: i64| Timestamp(1_800_000_000_000 + seconds * 1000);
        let mut record = record();
        for left in (0..5).rev() {
            assert_eq!(record.wait(at(0)), 0);
            record = record.tried(at(0));
            assert_eq!(record.left(), left);
        }
        assert_eq!(record.wait(at(0)), 60_000);
        assert_eq!(record.wait(at(59)), 1_000);
        assert_eq!(record.wait(at(60)), 0);
        assert_eq!(record.wait(at(-1_000_000)), 60_000, "the clock was set back");
        for minutes in [2, 4, 8, 15, 15, 15] {
            record = record.tried(at(0));
            assert_eq!(record.wait(at(0)), minutes * 60_000);
        }
        for _ in 0..100 {
            record = record.tried(at(0));
        }
        assert_eq!(record.wait(at(0)), LONGEST_WAIT);
        assert_eq!(record.opened().left(), FREE);
        assert_eq!(record.opened().wait(at(0)), 0);
    }

    #[test]
    fn it_is_read_back_as_it_was() {
        let tried = record().tried(Timestamp(-5));
        let bytes = tried.to_bytes();
        assert_eq!(Record::from_bytes(&bytes), Some(tried));
        assert!(tried.fits([9; HASH]) && !tried.fits([8; HASH]));
        for end in 0..bytes.len() {
            assert_eq!(Record::from_bytes(&bytes[..end]), None);
        }
        assert_eq!(Record::from_bytes(&[&[2], &bytes[1..]].concat()), None, "of a newer version");
    }

    #[test]
    fn what_is_tried_first_is_weak() {
        for pin in ["000000", "121212", "123123", "123456", "654321", "012345"] {
            assert!(is_weak(pin), "{pin}");
        }
        for pin in ["481516", "112358", "102030", "123321"] {
            assert!(!is_weak(pin), "{pin}");
        }
    }
}
