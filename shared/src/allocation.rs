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

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cbor;
use crate::id::{EntryId, Hash, ProgrammeCode, Seed, SheetId};
use crate::lifecycle::{DecisionState, State};
use crate::programme::Seat;
use crate::registration::codes;

pub mod policy;

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
    #[serde(flatten)]
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

/// How somebody stands in a programme; less is better: put there by a person, more points, the lottery.
type Standing = (bool, Reverse<u32>, u64, usize);

/// Somebody on the way to a seat.
struct Asking {
    candidate: Candidate,
    lottery: u64,
    /// The choices that count, with their places in the list of all.
    wishes: Vec<(usize, Wish)>,
    /// How far down they have asked.
    next: usize,
    given: Option<Override>,
}

impl Asking {
    fn of(candidate: Candidate, seed: &Seed, given: Option<Override>) -> Self {
        let lottery = lottery(seed, &candidate.sheet, candidate.entry);
        let counts = |wish: &Wish| match &given {
            Some(given) => given.to.as_ref() == Some(&wish.programme),
            None => wish.barred.is_none() && !candidate.contested,
        };
        let ranked = candidate.wishes.iter().cloned().enumerate();
        let wishes = ranked.filter(|(_, wish)| counts(wish)).collect();
        Self { candidate, lottery, wishes, next: 0, given }
    }

    fn standing(&self, place: usize, wish: &Wish) -> Standing {
        (self.given.is_none(), Reverse(wish.points), self.lottery, place)
    }
}

/// The lottery number of a person: from the seed and the entry's random id, from nothing else.
fn lottery(seed: &Seed, sheet: &SheetId, entry: EntryId) -> u64 {
    use sha2::Digest as _;
    let mut sha = sha2::Sha256::new();
    sha.update(seed.0);
    sha.update(entry.0);
    sha.update(sheet.as_str());
    let mut first = [0; 8];
    first.copy_from_slice(&sha.finalize()[..8]);
    u64::from_be_bytes(first)
}

/// Runs an allocation. The order in which people and packages stand in the input changes nothing.
pub fn allocate(input: &Input) -> Proposal {
    let input = input.clone().sorted();
    let mut open: BTreeMap<ProgrammeCode, u32> = BTreeMap::new();
    for offer in &input.packages {
        *open.entry(offer.seat.programme.clone()).or_default() += free(offer);
    }
    let given = |candidate: &Candidate| {
        let mut overrides = input.overrides.iter();
        overrides.find(|o| o.entry == candidate.entry && o.sheet == candidate.sheet).cloned()
    };
    let mut people: Vec<Asking> = input
        .candidates
        .iter()
        .cloned()
        .map(|mut candidate| {
            candidate.wishes.retain(|wish| open.contains_key(&wish.programme));
            let given = given(&candidate);
            Asking::of(candidate, &input.seed, given)
        })
        .collect();
    people.dedup_by(|a, b| {
        (&a.candidate.sheet, a.candidate.entry) == (&b.candidate.sheet, b.candidate.entry)
    });

    let holding = propose(&mut people, &open);
    let last = |code: &ProgrammeCode| -> Option<u32> {
        let held = holding.get(code)?;
        let full = held.len() >= open.get(code).copied().unwrap_or_default() as usize;
        held.last().filter(|_| full).map(|(_, Reverse(points), ..)| *points)
    };
    let (seats, packages) = deal(&input.packages, &holding);
    let turns = turns(&people, &seats);
    let placed = people.iter().enumerate().map(|(place, asking)| {
        let (to, seat) = match (seats.get(&place), turns.get(&place)) {
            (Some(seat), _) => (Place::Seat, Some(seat.clone())),
            (None, Some(turn)) => (Place::Reserve, Some(turn.clone())),
            (None, None) => (Place::None, None),
        };
        let why = explain(asking, to, seat.as_ref(), &last);
        let Candidate { sheet, entry, state, turn, .. } = asking.candidate.clone();
        Placed { sheet, entry, before: state, held: turn, to, seat, lottery: asking.lottery, why }
    });
    Proposal { placed: placed.collect(), packages }
}

fn free(offer: &Offer) -> u32 {
    offer.seats.saturating_sub(offer.taken)
}

/// Who is held by which programme when nobody asks any more. The order of asking does not matter.
fn propose(
    people: &mut [Asking],
    open: &BTreeMap<ProgrammeCode, u32>,
) -> BTreeMap<ProgrammeCode, BTreeSet<Standing>> {
    let mut holding: BTreeMap<ProgrammeCode, BTreeSet<Standing>> = BTreeMap::new();
    let mut asking: Vec<usize> = (0..people.len()).collect();
    while let Some(place) = asking.pop() {
        let Some(person) = people.get_mut(place) else { continue };
        let Some((_, wish)) = person.wishes.get(person.next).cloned() else { continue };
        person.next += 1;
        let held = holding.entry(wish.programme.clone()).or_default();
        held.insert(person.standing(place, &wish));
        let seats = open.get(&wish.programme).copied().unwrap_or_default() as usize;
        if held.len() > seats {
            asking.extend(held.pop_last().map(|(.., sent_on)| sent_on));
        }
    }
    holding
}

/// Deals the people of a programme to its packages, the first one first, so that as many as possible reach
/// their minimum.
fn deal(
    offers: &[Offer],
    holding: &BTreeMap<ProgrammeCode, BTreeSet<Standing>>,
) -> (BTreeMap<usize, Seat>, Vec<Filled>) {
    let mut left: BTreeMap<&ProgrammeCode, _> =
        holding.iter().map(|(code, held)| (code, held.iter())).collect();
    let mut seats = BTreeMap::new();
    let fill = |offer: &Offer| {
        let mut given = 0;
        while given < free(offer) {
            let Some((.., place)) = left.get_mut(&offer.seat.programme).and_then(Iterator::next)
            else {
                break;
            };
            seats.insert(*place, offer.seat.clone());
            given += 1;
        }
        Filled { offer: offer.clone(), given }
    };
    let packages = offers.iter().map(fill).collect();
    (seats, packages)
}

/// Who has no seat waits for the best choice that counts, in the order in which they stand in it.
fn turns(people: &[Asking], seats: &BTreeMap<usize, Seat>) -> BTreeMap<usize, Seat> {
    let mut waiting: BTreeMap<&ProgrammeCode, BTreeSet<Standing>> = BTreeMap::new();
    for (place, person) in people.iter().enumerate().filter(|(place, _)| !seats.contains_key(place))
    {
        if let Some((_, wish)) = person.wishes.first() {
            let standing = person.standing(place, wish);
            waiting.entry(&wish.programme).or_default().insert(standing);
        }
    }
    let numbered = waiting.into_iter().flat_map(|(code, list)| {
        let turn = move |number| Seat { programme: code.clone(), number };
        (1..).zip(list).map(move |(number, (.., place))| (place, turn(number)))
    });
    numbered.collect()
}

fn explain(
    asking: &Asking,
    to: Place,
    seat: Option<&Seat>,
    last: &impl Fn(&ProgrammeCode) -> Option<u32>,
) -> Why {
    let Asking { candidate, wishes, given, .. } = asking;
    let got = seat.and_then(|seat| wishes.iter().find(|(_, w)| w.programme == seat.programme));
    // What the sentence is about: the best choice that counts.
    let best = wishes.first().map(|(_, wish)| wish);
    let last = best.and_then(|wish| last(&wish.programme));
    let points = best.map_or(0, |wish| wish.points);
    let barred = candidate.wishes.iter().find_map(|wish| wish.barred.clone());
    let because = match (to, given) {
        (Place::None, Some(_)) => Because::LeftOut,
        (Place::None, None) if candidate.contested => Because::Contested,
        (Place::None, None) if barred.is_some() => Because::Barred,
        (Place::None, None) => Because::NoChoice,
        (Place::Seat, Some(_)) => Because::Given,
        (Place::Seat, None) if best == got.map(|(_, wish)| wish) => Because::First,
        (Place::Seat, None) => Because::Later,
        (Place::Reserve, _) => match last {
            None => Because::NoSeat,
            Some(last) if last > points => Because::Points,
            Some(_) => Because::Lottery,
        },
    };
    let rank = match to {
        Place::Seat => got.map_or(0, |(place, _)| *place as u32 + 1),
        _ => 0,
    };
    let unsure = got.is_some_and(|(_, wish)| wish.unsure);
    let programme = best.map(|wish| wish.programme.clone());
    let rule = barred.filter(|_| because == Because::Barred);
    Why { because, programme, rank, points, last, rule, unsure }
}

#[cfg(test)]
mod tests;
