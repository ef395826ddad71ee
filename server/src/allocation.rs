//! A run of the allocation: what it looks at, and what becomes of it. Both inside the writer's transaction, so
//! that what was looked at is what is decided about.

use bilik_shared::allocation::policy::Scale;
use bilik_shared::allocation::{Input, Offer, Override, Place, Placed, allocate};
use bilik_shared::command::{Command, Moment, NoSeat, Refused, What};
use bilik_shared::id::Seed;
use bilik_shared::lifecycle::{DecisionState, NoStep, State};
use bilik_shared::programme::Seat;
use bilik_shared::view::Row;
use bilik_shared::view::allocation::{Ask, Changes, Commit, Decree, Preview, Run};
use rusqlite::Connection;
use serde::Serialize;

use crate::api::entries::write;
use crate::error::Error;
use crate::house::House;
use crate::seats;
use crate::secret;
use crate::store::{allocations, entries, meta, sheets, vetting};
use crate::writer::Room;

/// A number of a decree has at most so many characters.
const MAX_DECREE: usize = 100;

/// What a run would propose now.
pub fn preview(
    room: &mut Room<'_>,
    house: &House,
    Ask { overrides }: Ask,
    moment: &Moment,
) -> Result<Preview, Error> {
    let input = look(room, house, overrides, moment)?;
    check(&input)?;
    let digest = input.digest();
    allocations::keep_preview(room.db, digest, &json(&input)?)?;
    let (seed, policy, at) = (input.seed, input.policy, moment.at);
    let proposal = allocate(&input);
    let tests = house.rules.iter().map(|rule| (rule.id.clone(), rule.test.clone())).collect();
    Ok(Preview { digest, seed, policy, at, proposal, tests })
}

/// Decides what a preview proposed, and records the run.
///
/// # Errors
/// [`Error::AllocationChanged`], where something that the preview looked at is different now.
pub fn commit(
    room: &mut Room<'_>,
    house: &House,
    Commit { digest, overrides, decree }: Commit,
    moment: &Moment,
) -> Result<Run, Error> {
    let number = decree.number.trim().to_owned();
    if number.is_empty() || number.chars().count() > MAX_DECREE {
        return Err(Error::BadDecree);
    }
    let decree = Decree { number, ..decree };
    let input = look(room, house, overrides, moment)?;
    if input.digest() != digest {
        // The same commit came twice: it was carried out, so that what it looked at is different by now.
        let runs = allocations::list(room.db)?;
        let by = &moment.author.officer;
        let same = |run: &Run| run.digest == digest && run.by == *by && run.decree == decree;
        if let Some(run) = runs.into_iter().find(same) {
            return Ok(run);
        }
        let before = allocations::preview(room.db, digest)?;
        let before = before.and_then(|text| serde_json::from_str(&text).ok());
        let changes = before.map(|before| Changes::between(&before, &input));
        return Err(Error::AllocationChanged(changes.unwrap_or_default().into()));
    }
    check(&input)?;
    let proposal = allocate(&input);
    let mut decided = 0;
    for placed in &proposal.placed {
        let reason = reason(&decree, &input.overrides, placed);
        decided += decide(room, house, placed, reason, moment)?;
    }
    if decided == 0 {
        return Err(Error::NothingToDecide);
    }
    let count = |to| proposal.placed.iter().filter(|placed| placed.to == to).count() as u32;
    let run = Run {
        number: allocations::count(room.db)? + 1,
        at: moment.at,
        by: moment.author.officer.clone(),
        decree,
        seed: input.seed,
        digest,
        policy: input.policy,
        seats: count(Place::Seat),
        reserve: count(Place::Reserve),
        none: count(Place::None),
    };
    allocations::insert(room.db, &run, &json(&input)?, &json(&proposal)?)?;
    Ok(run)
}

/// Everything that a run looks at.
fn look(
    room: &mut Room<'_>,
    house: &House,
    overrides: Vec<Override>,
    moment: &Moment,
) -> Result<Input, Error> {
    let mut candidates = Vec::new();
    let known = vetting::all_known(room.db)?;
    let scale = Scale { rules: &house.rules, lengths: &house.lengths, today: moment.today };
    for sheet in sheets::list(room.db)? {
        let open = room.sheets.view(room.db, &sheet.id)?;
        for entry in open.sheet.entries() {
            let waits = matches!(entry.state, State::Verified | State::Reserve);
            let contested = waits && entry.contested && !open.sheet.conflicts(entry.id).is_empty();
            let known = known.get(&entry.id).copied().unwrap_or_default();
            let candidate = house.policy.candidate(scale, &sheet.id, &entry, &known, contested);
            candidates.extend(candidate);
        }
    }
    let mut packages = Vec::new();
    for programme in &house.programmes {
        for package in &programme.packages {
            let seat = Seat { programme: programme.code.clone(), number: package.number };
            let taken = entries::count_taken(room.db, &seat)?;
            packages.push(Offer { seat, seats: package.seats, minimum: package.minimum, taken });
        }
    }
    let seed = seed(room.db, &house.wave.code)?;
    let rules = house.rules.iter().map(|rule| (rule.id.clone(), rule.version)).collect();
    let policy = house.policy.version;
    Ok(Input { policy, rules, seed, packages, candidates, overrides }.sorted())
}

/// A decision before the run says why, and is about a programme that the person chose.
fn check(input: &Input) -> Result<(), Error> {
    for one in &input.overrides {
        if one.reason.trim().is_empty() {
            return Err(Refused::Step(NoStep::ReasonMissing).into());
        }
        let mut all = input.candidates.iter();
        let Some(candidate) = all.find(|c| (&c.sheet, c.entry) == (&one.sheet, one.entry)) else {
            return Err(Refused::Step(NoStep::NotFromHere).into());
        };
        let chose = |code| candidate.wishes.iter().any(|wish| &wish.programme == code);
        if !one.to.as_ref().is_none_or(chose) {
            return Err(Refused::Seat(NoSeat::NotChosen).into());
        }
    }
    Ok(())
}

/// The seed of a wave. It is drawn once, when somebody first looks: nobody can draw until the draw suits them,
/// and a reserve list keeps its order.
fn seed(db: &Connection, wave: &str) -> Result<Seed, Error> {
    let key = format!("{} {wave}", meta::SEED);
    if let Some(seed) = meta::get(db, &key)?.and_then(|text| text.parse().ok()) {
        return Ok(seed);
    }
    let seed = Seed(secret::random());
    meta::set(db, &key, &seed.to_string())?;
    Ok(seed)
}

/// Writes one decision; how many that were.
fn decide(
    room: &mut Room<'_>,
    house: &House,
    placed: &Placed,
    reason: String,
    moment: &Moment,
) -> Result<u32, Error> {
    let Some(state) = placed.decision() else { return Ok(0) };
    if let (DecisionState::Confirmed, Some(seat)) = (state, &placed.seat)
        && seats::free(room.db, house, seat)? == 0
    {
        return Err(Refused::Seat(NoSeat::Full).into());
    }
    let row = entries::get(room.db, &placed.sheet, placed.entry)?;
    let row: Option<Row> = row.and_then(|text| serde_json::from_str(&text).ok());
    let what = What::Decide { state, reason, seat: placed.seat.clone() };
    let command = Command { sheet: placed.sheet.clone(), entry: placed.entry, what };
    write(room, &command, moment, row.and_then(|row| row.received_at))?;
    Ok(1)
}

/// What stands beside each decision: the decree, and why somebody was treated differently.
fn reason(decree: &Decree, overrides: &[Override], placed: &Placed) -> String {
    let decree = format!("SK {}, {}", decree.number, decree.date.iso());
    let mut own = overrides.iter();
    match own.find(|o| (&o.sheet, o.entry) == (&placed.sheet, placed.entry)) {
        Some(one) => format!("{decree}; {}", one.reason.trim()),
        None => decree,
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|cause| Error::Internal(cause.to_string()))
}
