//! What can be done about a tablet at the desk. Nothing of it touches what the tablet has not handed in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Logged;
use crate::id::{DeviceCode, SheetId};
use crate::programme::SheetTitle;
use crate::time::Timestamp;
use crate::view::DeviceRow;

/// Longest name of a tablet, and longest word about one.
pub const MAX_WORD: usize = 300;

/// What somebody wants of a tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum TabletChange {
    /// What people call it beside its code; empty takes the name away.
    Rename {
        /// The name.
        name: String,
    },
    /// The sheets it is given; the others leave it once they are handed in.
    Give {
        /// Those that somebody saw; `None` for all.
        was: Option<Vec<SheetId>>,
        /// Those it shall have; `None` for all there are and will be.
        is: Option<Vec<SheetId>>,
    },
    /// It may hand in what it has, and reads nothing any more. There is no way back: it is enrolled anew.
    Revoke {
        /// What happened.
        word: String,
    },
    /// Its six digits are those that the desk shows.
    Compared,
    /// Somebody has looked why there were two histories of it, and it goes on with whoever hands in next.
    Resume {
        /// What came of it.
        word: String,
    },
    /// The alarm about its lost memory was looked into.
    Settle {
        /// What came of it.
        word: String,
    },
}

/// What the tablets page needs besides the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tablets {
    /// The tablets.
    pub rows: Vec<DeviceRow>,
    /// Running numbers of registrations that a tablet must have given and that no entry shows: either they have
    /// not arrived, or another number of the same person stands in their place.
    pub gaps: BTreeMap<DeviceCode, u32>,
    /// The sheets there are.
    pub sheets: Vec<SheetTitle>,
    /// The newest lines of the log, newest first.
    pub log: Vec<Logged>,
    /// For how many hours after its last contact a tablet is read.
    #[serde(default)]
    pub lease_hours: u32,
}

impl Tablets {
    /// When the lease of a tablet ran out; `None` while it is read, was never in contact, or reads nothing any more.
    pub fn lease_ended(&self, row: &DeviceRow, now: Timestamp) -> Option<Timestamp> {
        let contact = row.last_contact.filter(|_| row.revoked_at.is_none())?;
        let end = Timestamp(contact.0 + i64::from(self.lease_hours) * 3_600_000);
        (self.lease_hours > 0 && end < now).then_some(end)
    }
}
