//! What a person at a screen can ask for, and why it may be refused.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceCode, EntryId, Hash, OfficerId, SheetId};
use crate::lifecycle::{DecisionState, NoStep};
use crate::person::{Fields, Person};
use crate::programme::Seat;
use crate::registration::{Answers, Consent, Field, Problem, Warning};
use crate::time::{Date, Timestamp};

/// For so long a tablet can undo its last step, in milliseconds.
pub const UNDO_MS: i64 = 10_000;

/// Who does it, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The tablet; `None` at the server.
    pub device: Option<DeviceCode>,
    /// The person.
    pub officer: OfficerId,
}

/// A command for one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The sheet.
    pub sheet: SheetId,
    /// The entry; a new random id for somebody who is not on the list.
    pub entry: EntryId,
    /// What shall happen.
    pub what: What,
}

/// What shall happen to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Register the person. Needs consent and no problem; warnings must have been shown.
    Register {
        /// Who, where the roster does not know the person; `None` for somebody listed.
        person: Option<Person>,
        /// What was answered.
        answers: Box<Answers>,
        /// The warnings that the officer saw and confirmed.
        confirmed: Vec<Warning>,
    },
    /// Keep what there is; it does not count as a registration.
    SaveDraft {
        /// Who, where the roster does not know the person.
        person: Option<Person>,
        /// What was answered so far.
        answers: Box<Answers>,
    },
    /// The person does not want to take part.
    Decline {
        /// What was said to the statement, if it was shown.
        consent: Option<Consent>,
    },
    /// The person was not there.
    MarkAway,
    /// The person changed their mind.
    Withdraw {
        /// Why; may be empty, as nobody owes a reason.
        reason: String,
    },
    /// A step that this tablet has just taken was a slip: everything stands again as it stood before.
    Undo {
        /// The change that the step wrote.
        change: Hash,
    },
    /// One of the answers that disagree is the right one.
    Resolve {
        /// Which field.
        field: Field,
        /// The answer that shall stand.
        value: String,
    },
    /// A choice between answers was a mistake: the field has all of them again. Only at the desk, for thirty days,
    /// and while what was chosen stands.
    Unsettle {
        /// Which field.
        field: Field,
    },
    /// Move the entry on. Only at the server.
    Decide {
        /// Where to.
        state: DecisionState,
        /// Why.
        reason: String,
        /// The place that goes with it, for a participant and for the reserve list. Whether it is free only
        /// the server knows.
        seat: Option<Seat>,
    },
    /// Take over answers of another entry that is about the same person. Only at the desk.
    Adopt {
        /// Fields and what shall stand in them.
        fields: Vec<(Field, String)>,
    },
    /// An entry that was cancelled by mistake stands again as it stood. Only at the desk.
    Reinstate {
        /// The decision that stood before, as stored; empty where there was none.
        decision: Fields,
    },
    /// Write fields without looking at their meaning: for measurements and tools.
    Write {
        /// Keys and values of the answers.
        fields: Vec<(String, String)>,
        /// Whether the entry shall count as registered.
        registered: bool,
    },
}

/// Everything a command needs to know about the moment it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Who and where.
    pub author: Author,
    /// In which role.
    pub role: crate::role::Role,
    /// When, by the clock at hand. It is shown as a claim and orders nothing.
    pub at: Timestamp,
    /// The day of it in the house's zone.
    pub today: Date,
    /// The registration number to give, if the entry has none yet.
    pub number: Option<String>,
}

/// Why a place cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoSeat {
    /// The decision does not say which.
    Missing,
    /// There is no such programme or package.
    Unknown,
    /// The person did not choose the programme.
    NotChosen,
    /// Every seat of the package is taken.
    Full,
}

/// Why a command was not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// Answers must be put right first.
    Problems(Vec<Problem>),
    /// These warnings have not been confirmed yet.
    Warnings(Vec<Warning>),
    /// The life cycle has no such step, or not for this person.
    Step(NoStep),
    /// The place cannot be given.
    Seat(NoSeat),
    /// There is no such sheet here.
    NoSuchSheet,
    /// There is no such entry on the sheet.
    NoSuchEntry,
    /// The sheet holds as many entries as it may.
    SheetFull,
    /// A text is larger than a sheet may hold, in bytes.
    TooLarge,
    /// The field has one answer only, or the chosen one is not among its answers.
    NothingToChoose,
    /// There is nothing to undo, it is too late for it, or somebody has built on it.
    NothingToUndo,
    /// The tablet could not store it. It stands on the screen and must be tried again.
    NotStored,
    /// The document itself could not be written.
    Broken,
}

impl Refused {
    /// A stable code, for logs and interfaces.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Problems(_) => "answers_incomplete",
            Self::Warnings(_) => "warnings_unconfirmed",
            Self::Step(NoStep::NotFromHere) => "step_not_from_here",
            Self::Step(NoStep::NotYours) => "step_not_yours",
            Self::Step(NoStep::ReasonMissing) => "reason_missing",
            Self::Seat(NoSeat::Missing) => "package_missing",
            Self::Seat(NoSeat::Unknown) => "package_unknown",
            Self::Seat(NoSeat::NotChosen) => "programme_not_chosen",
            Self::Seat(NoSeat::Full) => "package_full",
            Self::NoSuchSheet => "sheet_unknown",
            Self::NoSuchEntry => "entry_unknown",
            Self::SheetFull => "sheet_full",
            Self::TooLarge => "text_too_large",
            Self::NothingToChoose => "nothing_to_choose",
            Self::NothingToUndo => "nothing_to_undo",
            Self::NotStored => "not_stored",
            Self::Broken => "sheet_broken",
        }
    }
}
