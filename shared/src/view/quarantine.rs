//! What the server could not take in, as the desk shows it, and the word of whoever has looked at it.
//!
//! The list tells only what is known about a piece. What stands in it is told to whoever asks for one piece and may
//! read entries ([`Inside`]): it was refused, so nothing vouches for it, and it is cut where it is long. A person may let a
//! piece in that was refused for where it came from; what it would do to the sheet, nobody can overrule ([`Barred`]).

use serde::{Deserialize, Serialize};

use crate::admission::Quarantine;
use crate::id::{DeviceCode, EntryId, OfficerId, SheetId};
use crate::registration::codes;
use crate::time::Timestamp;

/// The longest word about a piece, in letters.
pub const MAX_NOTE: usize = 500;
/// So many values of a piece are told.
pub const MAX_TOLD: usize = 200;
/// So many letters of each.
pub const MAX_VALUE: usize = 500;

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
    /// Who let it in, and why.
    #[serde(default)]
    pub let_in: Option<Settled>,
}

impl Aside {
    /// Somebody still has to look at it.
    pub fn waits(&self) -> bool {
        !self.taken_in && self.settled.is_none() && self.let_in.is_none()
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

/// What stands in one piece, as far as it can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// The number of the piece.
    pub id: i64,
    /// Whether it is a change at all.
    pub readable: bool,
    /// Whom it names as its author. It may say what it likes.
    pub officer: Option<OfficerId>,
    /// The tablet that it names.
    pub device: Option<DeviceCode>,
    /// When it says that it was written.
    pub at: Option<Timestamp>,
    /// What it writes, by entry; nothing for a role that reads no entries.
    pub writes: Vec<Writes>,
    /// The role of whoever looks may read no entries.
    pub hidden: bool,
    /// How many values are not told, since there are too many.
    pub more: u32,
    /// How many of its operations do something else than writing a text.
    pub odd: u32,
    /// Why it may not be let in; `None` where it may.
    pub barred: Option<Barred>,
}

/// What a piece writes to one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writes {
    /// Which one; `None` where only what is missing would tell.
    pub entry: Option<EntryId>,
    /// The person's name as the sheet has it, else as the piece says.
    pub name: String,
    /// The piece makes this entry.
    pub fresh: bool,
    /// The values, in the order they are written.
    pub values: Vec<Wrote>,
}

/// One value that a piece writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrote {
    /// The key of the field.
    pub key: String,
    /// The value as stored; of an identity number the middle is masked.
    pub value: String,
    /// The value is longer than what is told of it.
    pub cut: bool,
}

codes! {
    /// Why a piece may not be let in by hand.
    Barred {
        /// It is the work of whoever asks: somebody else must look at it.
        Own = "let_in_own",
        /// The sheet it was sent for is not here.
        NoSheet = "let_in_no_sheet",
        /// It is no change, or not in the form that can be read again.
        Unreadable = "let_in_unreadable",
        /// What it builds on has not arrived.
        Missing = "let_in_missing",
        /// Its number was used, or one before it is missing.
        Sequence = "let_in_sequence",
        /// It writes what only the server writes, or in the server's name.
        Server = "let_in_server",
        /// It does what no app does: deletes, inserts, leaves the entries, or is too long.
        Form = "let_in_form",
        /// The sheet holds as many entries as it may.
        SheetFull = "let_in_sheet_full",
        /// The sheet could not be read with it.
        Harmful = "let_in_harmful",
    }
}

impl From<Quarantine> for Barred {
    /// Why a change that is refused for this, whoever sends it, is not let in either.
    fn from(reason: Quarantine) -> Self {
        use Quarantine::*;
        match reason {
            TooLarge | NotPlain | Malformed | NotCanonical => Self::Unreadable,
            UnknownDependency => Self::Missing,
            Sequence => Self::Sequence,
            ServerField | ForeignActor => Self::Server,
            Counter | ForeignKind | Stray | TextTooLong => Self::Form,
            SheetFull => Self::SheetFull,
            Unfit => Self::Harmful,
            // Whose it is, which alone is overruled by hand.
            Unsigned | Revoked => Self::Server,
        }
    }
}
