//! Two entries that may be about one person, as the desk shows them, and what a supervisor says about them.

use serde::{Deserialize, Serialize};

use super::Row;
use crate::id::OfficerId;
use crate::matching::Reason;
use crate::pairs::{Place, REVERSIBLE_MS};
use crate::person::Fields;
use crate::registration::Field;
use crate::time::Timestamp;

/// The longest word about a pair, in letters: as about anything else that a supervisor settles.
pub use super::quarantine::MAX_NOTE;

/// What waits and what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    /// Pairs that nobody has looked at, those that share a number first.
    pub waiting: Vec<PairRow>,
    /// How many more wait.
    pub more: u32,
    /// What was said, newest first.
    pub said: Vec<Said>,
    /// The cursor of the next page of both; absent on the last one.
    #[serde(default)]
    pub next: Option<String>,
}

impl Pairs {
    /// This page and the one after it as one.
    pub fn with(mut self, after: Self) -> Self {
        self.waiting.extend(after.waiting);
        self.said.extend(after.said);
        Self { more: after.more, next: after.next, ..self }
    }
}

/// One pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairRow {
    /// Both entries.
    pub rows: [Row; 2],
    /// Why they look alike, strongest first.
    pub reasons: Vec<Reason>,
    /// Only what differs.
    pub differ: Vec<Differ>,
}

/// One field in which two entries differ, as stored; of the identity number the middle is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differ {
    /// Which.
    pub field: Field,
    /// What each of them says, in the order of the rows.
    pub values: [String; 2],
}

/// What a supervisor says about two entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlePair {
    /// The two, in any order.
    pub pair: [Place; 2],
    /// What is true.
    pub verdict: Verdict,
    /// Why.
    pub note: String,
}

/// What is true of two entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Verdict {
    /// They are two people. Nothing changes.
    Different,
    /// They are one person: this entry stays, the other is cancelled and frees its seat; both are kept.
    Same {
        /// The entry that stays.
        keep: Place,
        /// Fields whose answer is taken over from the other one.
        take: Vec<Field>,
    },
}

/// What was said about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Its number on this server.
    pub id: i64,
    /// Names of the two, in the order of the pair.
    pub names: [String; 2],
    /// What was said.
    pub settled: Settled,
    /// Who took it back, and when.
    pub undone: Option<(OfficerId, Timestamp)>,
}

impl Said {
    /// Whether it can still be taken back.
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        self.undone.is_none() && now.0 - self.settled.at.0 <= REVERSIBLE_MS
    }
}

/// A verdict with everything that is needed to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub officer: OfficerId,
    /// The two, in order.
    pub pair: [Place; 2],
    /// The reasons that were looked at.
    pub reasons: Vec<Reason>,
    /// What was said.
    pub verdict: Verdict,
    /// Why.
    pub note: String,
    /// What stood in the entry that stays before answers were taken over.
    #[serde(default)]
    pub before: Fields,
    /// The decision that stood in the cancelled entry, as stored; empty where there was none.
    #[serde(default)]
    pub decision: Fields,
}
