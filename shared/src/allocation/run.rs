//! The run itself: asking, holding on, sending on; then dealing seats and turns, and saying why.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Because, Candidate, Filled, Input, Offer, Override, Place, Placed, Proposal, Why, Wish,
};
use crate::id::{EntryId, ProgrammeCode, Seed, SheetId};
use crate::programme::Seat;

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
