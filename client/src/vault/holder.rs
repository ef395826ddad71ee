//! An officer who can open the tablet, as the tablet keeps it: in plain, since nothing is open before.
//!
//! It names officers, never anybody who is detained; the name is there so that they find themselves on the list
//! of a tablet that is locked.

use bilik_shared::id::OfficerId;
use bilik_shared::programme::Officer;
use bilik_shared::sealed::WRAPPED;

use super::passphrase::{Cost, SALT};

/// The form in which it is kept. Do not change: tablets hold it.
const VERSION: u8 = 1;
/// What their keys in the memory begin with.
const KIND: &str = "officer/";

/// Somebody who can open the tablet with a passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub officer: OfficerId,
    /// What people call them.
    pub name: String,
    /// What their passphrase is stretched with.
    pub salt: [u8; SALT],
    /// How much that costs.
    pub cost: Cost,
    /// The key of the memory, wrapped with what comes out.
    pub wrapped: [u8; WRAPPED],
}

/// What a key is wrapped for, as [`bilik_shared::sealed::about_key`] and the memory's own key name it.
pub fn holder(officer: &OfficerId) -> String {
    format!("{KIND}{officer}")
}

impl Holder {
    /// Who it is.
    pub fn officer(&self) -> Officer {
        Officer { id: self.officer.clone(), name: self.name.clone() }
    }

    /// The form in which it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let cost = [self.cost.memory_kib.to_be_bytes(), self.cost.rounds.to_be_bytes()].concat();
        [&[VERSION], &cost[..], &self.salt, &self.wrapped, self.name.as_bytes()].concat()
    }

    /// Reads what stands under a key; `None` for what no version of the app has written.
    pub fn from_bytes(key: &str, bytes: &[u8]) -> Option<Self> {
        let officer = key.strip_prefix(KIND)?.parse().ok()?;
        let (version, bytes) = bytes.split_first()?;
        let (memory, bytes) = bytes.split_first_chunk()?;
        let (rounds, bytes) = bytes.split_first_chunk()?;
        let (salt, bytes) = bytes.split_first_chunk()?;
        let (wrapped, name) = bytes.split_first_chunk()?;
        if *version != VERSION {
            return None;
        }
        Some(Self {
            officer,
            name: String::from_utf8(name.to_vec()).ok()?,
            salt: *salt,
            cost: Cost {
                memory_kib: u32::from_be_bytes(*memory),
                rounds: u32::from_be_bytes(*rounds),
            },
            wrapped: *wrapped,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::passphrase::COST;

    #[test]
    fn a_holder_is_read_as_they_were_written() {
        let siti = Holder {
            officer: "siti".parse().unwrap(),
            name: "Siti Aminah".into(),
            salt: [7; SALT],
            cost: COST,
            wrapped: [9; WRAPPED],
        };
        let bytes = siti.to_bytes();
        // As tablets hold it: whoever cannot read this locks their officers out.
        assert_eq!(bytes[..9], [1, 0, 1, 0, 0, 0, 0, 0, 3]);
        assert_eq!(bytes.len(), 9 + SALT + WRAPPED + siti.name.len());
        assert_eq!(Holder::from_bytes(&holder(&siti.officer), &bytes), Some(siti.clone()));
        assert_eq!(Holder::from_bytes("server", &bytes), None);
        assert_eq!(Holder::from_bytes("officer/siti", &[&[2], &bytes[1..]].concat()), None);
        for end in 0..9 + SALT + WRAPPED {
            assert_eq!(Holder::from_bytes("officer/siti", &bytes[..end]), None);
        }
    }
}
