//! Who gets which seat: a proposal that people look at, change and decide.
//!
//! It is *deferred acceptance*: everybody asks for their first choice, every programme holds on to those who
//! stand best in it for as many seats as it has and sends the others on to their next choice, until nobody is
//! left to ask. Of all ways to hand out seats this one promises three things that can be told to anybody:
//! nobody misses a seat that went to somebody who stands lower for it; nobody could be given a better choice
//! without breaking that; and as long as points do not depend on the order of choices, ranking them honestly is
//! the best that anybody can do. (A house that gives points for a first choice gives the last promise away.)
//!
//! Who stands better in a programme: more points by the house's rules ([`policy`]), and among equals the smaller
//! lottery number. A lottery number follows from the seed and the person alone, so that whom an officer visited
//! or registered first decides nothing, and the same input and seed give the same result for ever.
//!
//! Somebody whom a binding rule keeps from a programme is passed over in it, and a person may put them there
//! all the same, with a reason. An answer that is missing keeps nobody out and is pointed at.

use serde::{Deserialize, Serialize};

use crate::cbor;
use crate::id::{EntryId, Hash, ProgrammeCode, Seed, SheetId};
use crate::lifecycle::{DecisionState, State};
use crate::programme::Seat;
use crate::registration::codes;

pub mod policy;
mod run;

pub use run::allocate;

/// Everything that a run looks at. Stored with the run, so that it can be run again: do not change, only add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The version of the house's policy.
    pub policy: u32,
    /// The rules about programmes that were asked, with their versions.
    pub rules: Vec<(String, u32)>,
    /// What the lottery numbers follow from.
    pub seed: Seed,
    /// The packages with their seats.
    pub packages: Vec<Offer>,
    /// Who waits for a seat.
    pub candidates: Vec<Candidate>,
    /// What people decided before the run.
    pub overrides: Vec<Override>,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Offer {
    /// Which.
    pub seat: Seat,
    /// How many people it takes.
    pub seats: u32,
    /// With fewer people than this it is postponed.
    pub minimum: u32,
    /// How many sit in it already; a run takes a seat from nobody.
    pub taken: u32,
}

/// Somebody who waits for a seat: verified, or on the reserve list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Candidate {
    /// The sheet.
    pub sheet: SheetId,
    /// The entry.
    pub entry: EntryId,
    /// Where they stand now.
    pub state: State,
    /// Their turn on a reserve list, if they are on one.
    pub turn: Option<Seat>,
    /// Their choices, first one first.
    pub wishes: Vec<Wish>,
    /// Two answers of theirs disagree, so that nobody knows what they want.
    pub contested: bool,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wish {
    /// The programme.
    pub programme: ProgrammeCode,
    /// By the house's rules; more is better.
    pub points: u32,
    /// The binding rule that is not met, if any.
    pub barred: Option<String>,
    /// Of a binding rule nobody can tell, because an answer is missing.
    pub unsure: bool,
}

/// Somebody is put into a programme before the run, or left out of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Override {
    /// The sheet.
    pub sheet: SheetId,
    /// The entry.
    pub entry: EntryId,
    /// Into this programme, one of their choices; `None`: no place in this run.
    pub to: Option<ProgrammeCode>,
    /// Why.
    pub reason: String,
}

codes! {
    /// What a run proposes for somebody.
    Place {
        /// A seat in a package.
        Seat = "seat",
        /// A turn on a reserve list.
        Reserve = "reserve",
        /// Nothing.
        None = "none",
    }
}

codes! {
    /// Why.
    Because {
        /// The first choice had a seat.
        First = "first",
        /// The choices before had none left for them.
        Later = "later",
        /// Everybody with a seat has more points.
        Points = "points",
        /// Somebody with as many points has the smaller lottery number.
        Lottery = "lottery",
        /// The programme has no open seat at all.
        NoSeat = "no_seat",
        /// A binding rule is not met for any choice.
        Barred = "barred",
        /// No choice is offered.
        NoChoice = "no_choice",
        /// Two answers disagree.
        Contested = "contested",
        /// A person decided so.
        Given = "given",
        /// A person decided so: no place.
        LeftOut = "left_out",
    }
}

/// The explanation of one proposal: enough for one sentence in any language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Which sentence.
    pub because: Because,
    /// The programme that it speaks of: the one that was given or waited for, or the better one that was missed.
    pub programme: Option<ProgrammeCode>,
    /// Which choice of the person was given, from 1; 0 where none was.
    pub rank: u32,
    /// The person's points there.
    pub points: u32,
    /// The points of the last person with a seat there; `None` while there are seats left.
    pub last: Option<u32>,
    /// The binding rule that is not met.
    pub rule: Option<String>,
    /// An answer that a binding rule asks for is missing: somebody should look.
    pub unsure: bool,
}

/// What a run proposes for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The sheet.
    pub sheet: SheetId,
    /// The entry.
    pub entry: EntryId,
    /// Where they stood before.
    pub before: State,
    /// Their turn before.
    pub held: Option<Seat>,
    /// The proposal.
    pub to: Place,
    /// The seat or the turn.
    pub seat: Option<Seat>,
    /// The person's lottery number.
    pub lottery: u64,
    /// Why.
    pub why: Why,
}

impl Placed {
    /// The decision that has to be written; `None` where everything is so already.
    pub fn decision(&self) -> Option<DecisionState> {
        match self.to {
            Place::Seat => Some(DecisionState::Confirmed),
            Place::Reserve if self.before == State::Reserve && self.held == self.seat => None,
            Place::Reserve => Some(DecisionState::Reserve),
            Place::None => (self.before == State::Reserve).then_some(DecisionState::Verified),
        }
    }
}

/// A package after the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// As it went in.
    pub offer: Offer,
    /// How many get a seat.
    pub given: u32,
}

impl Filled {
    /// Fewer people than it needs.
    pub fn is_below_minimum(&self) -> bool {
        self.offer.taken + self.given < self.offer.minimum
    }
}

/// What a run proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Everybody, in the order of sheets and entries.
    pub placed: Vec<Placed>,
    /// Every package, in the order of programmes and numbers.
    pub packages: Vec<Filled>,
}

impl Input {
    /// The same input in the one order that its digest is taken of.
    pub fn sorted(mut self) -> Self {
        self.rules.sort();
        self.packages.sort();
        self.candidates.sort();
        self.overrides.sort();
        self
    }

    /// Names the input: the SHA-256 of its sorted CBOR.
    pub fn digest(&self) -> Hash {
        use sha2::Digest as _;
        Hash(sha2::Sha256::digest(cbor::write(&self.clone().sorted())).into())
    }
}

#[cfg(test)]
mod tests;
