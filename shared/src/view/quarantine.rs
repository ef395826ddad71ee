//! What the server could not take in, as the desk shows it, and the word of whoever has looked at it.
//!
//! Only what is known about a piece is told, never what stands in it: it was refused, so nothing vouches for it.

use serde::{Deserialize, Serialize};

use crate::admission::Quarantine;
use crate::id::{DeviceCode, OfficerId, SheetId};
use crate::time::Timestamp;

/// The longest word about a piece, in letters.
pub const MAX_NOTE: usize = 500;

/// One piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Its number on this server.
    pub id: i64,
    /// The sheet it was sent for. It may not exist.
    pub sheet: SheetId,
    /// The block of that sheet, if it exists.
    pub block: Option<String>,
    /// The tablet that sent it.
    pub device: DeviceCode,
    /// Why it was refused; `None` where a newer version says so in words that this one does not know.
    pub reason: Option<Quarantine>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// How long it is.
    pub bytes: u32,
    /// It was taken in later, because what it builds on arrived.
    pub taken_in: bool,
    /// Who has looked at it.
    pub settled: Option<Settled>,
}

impl Aside {
    /// Somebody still has to look at it.
    pub fn waits(&self) -> bool {
        !self.taken_in && self.settled.is_none()
    }
}

/// What somebody found out about a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub officer: OfficerId,
    /// What came of it: who was asked again, what was entered anew.
    pub note: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// What still waits first, then the newest.
    pub pieces: Vec<Aside>,
    /// How many there are beyond those.
    pub more: u32,
    /// The cursor of the next page; absent on the last one.
    #[serde(default)]
    pub next: Option<String>,
}

impl SetAside {
    /// This page and the one after it as one.
    pub fn with(mut self, after: Self) -> Self {
        self.pieces.extend(after.pieces);
        Self { more: after.more, next: after.next, ..self }
    }
}

/// The word of whoever has looked at a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// What came of it, at most [`MAX_NOTE`] letters and not empty.
    pub note: String,
}
