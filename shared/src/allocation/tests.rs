use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn code(n: usize) -> ProgrammeCode {
    ["GAR", "KAY", "LAS", "OTO"][n].parse().unwrap()
}

fn sheet() -> SheetId {
    "2025.2-A".parse().unwrap()
}

fn wish(programme: usize, points: u32) -> Wish {
    Wish { programme: code(programme), points, barred: None, unsure: false }
}

fn person(n: u8, wishes: Vec<Wish>) -> Candidate {
    let (state, turn) = (State::Verified, None);
    Candidate { sheet: sheet(), entry: EntryId([n; 16]), state, turn, wishes, contested: false }
}

fn package(programme: usize, number: u32, seats: u32) -> Offer {
    let seat = Seat { programme: code(programme), number };
    Offer { seat, seats, minimum: 2, taken: 0 }
}

fn input(packages: Vec<Offer>, candidates: Vec<Candidate>) -> Input {
    let (seed, rules, overrides) = (Seed([7; 16]), Vec::new(), Vec::new());
    Input { policy: 1, rules, seed, packages, candidates, overrides }
}

fn of(proposal: &Proposal, n: u8) -> &Placed {
    proposal.placed.iter().find(|placed| placed.entry == EntryId([n; 16])).unwrap()
}

/// The place of the choice that somebody got; without one, behind all of them.
fn rank(input: &Input, placed: &Placed) -> usize {
    let mut all = input.candidates.iter();
    let candidate = all.find(|c| c.entry == placed.entry).unwrap();
    let seat = placed.seat.as_ref().filter(|_| placed.to == Place::Seat);
    let got = |seat: &Seat| candidate.wishes.iter().position(|w| w.programme == seat.programme);
    seat.map_or(candidate.wishes.len(), |seat| got(seat).unwrap())
}

#[test]
fn points_decide_and_whoever_misses_the_first_choice_gets_the_next() {
    let people = vec![
        person(1, vec![wish(0, 30)]),
        person(2, vec![wish(0, 20), wish(1, 5)]),
        person(3, vec![wish(1, 10)]),
    ];
    let proposal = allocate(&input(vec![package(0, 1, 1), package(1, 1, 2)], people));
    assert_eq!(of(&proposal, 1).why.because, Because::First);
    let second = of(&proposal, 2);
    assert_eq!(second.seat, Some(Seat { programme: code(1), number: 1 }));
    assert_eq!((second.why.because, second.why.rank), (Because::Later, 2));
    assert_eq!((second.why.programme.clone(), second.why.last), (Some(code(0)), Some(30)));
    let below: Vec<_> = proposal.packages.iter().map(Filled::is_below_minimum).collect();
    assert_eq!(below, [true, false]);
}

#[test]
fn each_outcome_says_why() {
    let barred = Wish { barred: Some("usia_minimal".into()), ..wish(0, 9) };
    let two = Candidate { contested: true, ..person(5, vec![wish(0, 99)]) };
    let waits = Candidate {
        state: State::Reserve,
        turn: Some(Seat { programme: code(0), number: 1 }),
        ..person(2, vec![wish(0, 20)])
    };
    let people = vec![
        person(1, vec![wish(0, 30)]),
        waits,
        person(3, vec![barred]),
        person(4, Vec::new()),
        two,
        person(6, vec![wish(2, 1)]),
    ];
    let proposal = allocate(&input(vec![package(0, 1, 1), package(2, 1, 0)], people));
    let why = |n| of(&proposal, n).why.because;
    assert_eq!(why(2), Because::Points);
    assert_eq!(of(&proposal, 2).decision(), None, "the same turn as before");
    assert_eq!((why(3), why(4), why(5)), (Because::Barred, Because::NoChoice, Because::Contested));
    assert_eq!(of(&proposal, 3).why.rule.as_deref(), Some("usia_minimal"));
    assert_eq!((why(6), of(&proposal, 6).to), (Because::NoSeat, Place::Reserve));
}

#[test]
fn a_person_decides_before_the_run_and_the_seats_stay_as_many() {
    let barred = Wish { barred: Some("usia_minimal".into()), ..wish(0, 0) };
    let people =
        vec![person(1, vec![wish(0, 30)]), person(2, vec![wish(0, 20)]), person(3, vec![barred])];
    let mut input = input(vec![package(0, 1, 1)], people);
    let decided = |n, to| Override {
        sheet: sheet(),
        entry: EntryId([n; 16]),
        to,
        reason: "rapat TPP".into(),
    };
    input.overrides = vec![decided(3, Some(code(0))), decided(1, None)];
    let proposal = allocate(&input);
    assert_eq!((of(&proposal, 3).to, of(&proposal, 3).why.because), (Place::Seat, Because::Given));
    assert_eq!(
        (of(&proposal, 1).to, of(&proposal, 1).why.because),
        (Place::None, Because::LeftOut)
    );
    assert_eq!(of(&proposal, 2).to, Place::Reserve);
}

#[test]
fn equals_draw_lots_by_the_seed_and_not_by_the_order_of_anything() {
    let people: Vec<_> = (1..=20).map(|n| person(n, vec![wish(0, 5)])).collect();
    let winners: BTreeSet<EntryId> = (0..40)
        .flat_map(|seed| {
            let packages = vec![package(0, 1, 1)];
            let run = Input { seed: Seed([seed; 16]), ..input(packages, people.clone()) };
            let placed = allocate(&run).placed.into_iter();
            placed
                .filter(|placed| placed.to == Place::Seat)
                .map(|placed| placed.entry)
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(winners.len() > 10, "forty lotteries among twenty have more than ten winners");
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let drawn = (0..4usize, 0..4u32, prop::bool::weighted(0.1));
    let drawn = drawn.prop_map(|(programme, points, barred)| Wish {
        barred: barred.then(|| "aturan".to_owned()),
        ..wish(programme, points)
    });
    prop::collection::vec(prop::collection::vec(drawn, 0..4), 0..40).prop_map(|all| {
        let unique = |mut wishes: Vec<Wish>| {
            let mut seen = BTreeSet::new();
            wishes.retain(|wish| seen.insert(wish.programme.clone()));
            wishes
        };
        (1..).zip(all).map(|(n, wishes)| person(n, unique(wishes))).collect()
    })
}

fn packages() -> impl Strategy<Value = Vec<Offer>> {
    prop::collection::vec((0..4u32, 0..3u32), 8).prop_map(|all| {
        let number = |n: usize| (n / 4 + 1) as u32;
        let offer = |(n, (seats, taken))| Offer { taken, ..package(n % 4, number(n), seats) };
        all.into_iter().enumerate().map(offer).collect()
    })
}

fn inputs() -> impl Strategy<Value = Input> {
    let given = prop::collection::vec((1..40u8, prop::option::of(0..4usize)), 0..3);
    (packages(), candidates(), any::<[u8; 16]>(), given).prop_map(
        |(packages, people, seed, given)| {
            let decided = |(n, to): (u8, Option<usize>)| Override {
                sheet: sheet(),
                entry: EntryId([n; 16]),
                to: to.map(code),
                reason: "alasan".into(),
            };
            let mut overrides: Vec<_> = given.into_iter().map(decided).collect();
            overrides.dedup_by_key(|one| one.entry);
            Input { seed: Seed(seed), overrides, ..input(packages, people) }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_seat_is_given_twice_and_none_is_wasted(input in inputs()) {
        let proposal = allocate(&input);
        prop_assert_eq!(proposal.placed.len(), input.candidates.len());
        for filled in &proposal.packages {
            let offer = &filled.offer;
            let sitting = proposal.placed.iter().filter(|p| p.to == Place::Seat);
            let sitting = sitting.filter(|p| p.seat.as_ref() == Some(&offer.seat)).count() as u32;
            prop_assert_eq!(sitting, filled.given);
            prop_assert!(sitting <= offer.seats.saturating_sub(offer.taken));
            let open = offer.seats.saturating_sub(offer.taken) > sitting;
            let wants = |p: &&Placed| p.to == Place::Reserve
                && p.seat.as_ref().is_some_and(|turn| turn.programme == offer.seat.programme);
            prop_assert!(!open || !proposal.placed.iter().any(|p| wants(&p)));
        }
    }

    #[test]
    fn nobody_misses_a_seat_that_somebody_with_a_lower_standing_has(input in inputs()) {
        let proposal = allocate(&input);
        let given = |c: &Candidate| input.overrides.iter().find(|o| o.entry == c.entry);
        let by_entry: BTreeMap<EntryId, &Placed> =
            proposal.placed.iter().map(|p| (p.entry, p)).collect();
        for c in input.candidates.iter().filter(|c| given(c).is_none()) {
            let mine = by_entry[&c.entry];
            let got = rank(&input, mine);
            for missed in c.wishes.iter().take(got).filter(|wish| wish.barred.is_none()) {
                for other in input.candidates.iter().filter(|other| given(other).is_none()) {
                    let theirs = by_entry[&other.entry];
                    let sits = theirs.to == Place::Seat
                        && theirs.seat.as_ref().is_some_and(|s| s.programme == missed.programme);
                    let wish = other.wishes.iter().find(|w| w.programme == missed.programme);
                    if let (true, Some(wish)) = (sits, wish) {
                        let (a, b) = ((Reverse(missed.points), mine.lottery), (Reverse(wish.points), theirs.lottery));
                        prop_assert!(b < a, "{:?} envies {:?}", c.entry, other.entry);
                    }
                }
            }
        }
    }

    #[test]
    fn another_seat_makes_nobody_worse_off(input in inputs(), which in 0..8usize) {
        let mut more = input.clone();
        more.packages[which].seats = more.packages[which].seats.max(more.packages[which].taken) + 1;
        let (before, after) = (allocate(&input), allocate(&more));
        for (before, after) in before.placed.iter().zip(&after.placed) {
            prop_assert!(rank(&more, after) <= rank(&input, before));
        }
    }

    #[test]
    fn the_order_of_the_input_changes_nothing(
        (input, mixed) in inputs().prop_flat_map(|input| {
            let people = Just(input.candidates.clone()).prop_shuffle();
            let packages = Just(input.packages.clone()).prop_shuffle();
            (Just(input), people, packages).prop_map(|(input, candidates, packages)| {
                (input.clone(), Input { candidates, packages, ..input })
            })
        })
    ) {
        prop_assert_eq!(mixed.digest(), input.digest());
        prop_assert_eq!(allocate(&mixed), allocate(&input));
    }

    #[test]
    fn nobody_gets_what_they_did_not_choose_or_what_a_rule_keeps_from_them(input in inputs()) {
        for placed in allocate(&input).placed {
            let Some(seat) = &placed.seat else { continue };
            let mut all = input.candidates.iter();
            let candidate = all.find(|c| c.entry == placed.entry).unwrap();
            let wish = candidate.wishes.iter().find(|w| w.programme == seat.programme).unwrap();
            let decided = input.overrides.iter().any(|o| o.entry == placed.entry);
            prop_assert!(wish.barred.is_none() || decided);
        }
    }
}
