//! What the desk and the server say to each other about a run of the allocation.

use serde::{Deserialize, Serialize};

use crate::allocation::{Input, Override, Proposal};
use crate::eligibility::Test;
use crate::id::{EntryId, Hash, OfficerId, Seed, SheetId};
use crate::programme::Seat;
use crate::time::{Date, Timestamp};

/// Asks what a run would propose now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What people decided before the run.
    pub overrides: Vec<Override>,
}

/// What a run would propose now. Nothing has been decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Names what the run looked at: it is committed only as long as nothing of it has changed.
    pub digest: Hash,
    /// What the lottery followed from. A wave has one, so that nobody can draw until the draw suits them.
    pub seed: Seed,
    /// The version of the house's policy.
    pub policy: u32,
    /// By the server's clock.
    pub at: Timestamp,
    /// The proposal.
    pub proposal: Proposal,
    /// What the rules ask for that the explanations name, by their ids.
    #[serde(default)]
    pub tests: Vec<(String, Test)>,
}

/// The head's decree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decree {
    /// Its number as it stands on paper.
    pub number: String,
    /// Its date.
    pub date: Date,
}

/// Decides what a preview proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The preview that was looked at.
    pub digest: Hash,
    /// The same decisions before the run.
    pub overrides: Vec<Override>,
    /// The decree.
    pub decree: Decree,
}

/// A run that was committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Counts from 1.
    pub number: u32,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who committed it.
    pub by: OfficerId,
    /// The decree.
    pub decree: Decree,
    /// What the lottery followed from.
    pub seed: Seed,
    /// What the run looked at.
    pub digest: Hash,
    /// The version of the house's policy.
    pub policy: u32,
    /// How many got a seat.
    pub seats: u32,
    /// How many wait on a reserve list.
    pub reserve: u32,
    /// How many got neither.
    pub none: u32,
}

/// What is different from what a run had looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// People who came, went, or answered something else.
    pub people: Vec<(SheetId, EntryId)>,
    /// Packages whose seats are others.
    pub packages: Vec<Seat>,
    /// The house changed its rules.
    pub rules: bool,
}

impl Changes {
    /// What is different in `after`.
    pub fn between(before: &Input, after: &Input) -> Self {
        let gone = |a: &Input, b: &Input| -> Vec<(SheetId, EntryId)> {
            let changed = a.candidates.iter().filter(|one| !b.candidates.contains(one));
            changed.map(|one| (one.sheet.clone(), one.entry)).collect()
        };
        let mut people = [gone(before, after), gone(after, before)].concat();
        people.sort();
        people.dedup();
        let packages = after.packages.iter().filter(|offer| !before.packages.contains(offer));
        Self {
            people,
            packages: packages.map(|offer| offer.seat.clone()).collect(),
            rules: (before.policy, &before.rules) != (after.policy, &after.rules),
        }
    }
}
