//! A package begins, and its days.

use bilik_shared::training::books::Begun;
use bilik_shared::training::{MAX_TEXT, check_text};
use bilik_shared::view::training::Start;

use super::*;

/// Begins a package: everybody who is confirmed for it is in training from now on. The same first day again takes
/// in whoever was confirmed since, and changes nothing where nobody was.
///
/// # Errors
/// [`NoTraining::BegunAlready`], where somebody was faster and named another day.
pub fn start(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    Start { on }: Start,
) -> Result<(), Error> {
    let (moment, wave) = (&asking.moment, &asking.house.wave);
    if !(wave.opens..=moment.today).contains(&on) {
        return Err(NoTraining::DateOutOfRange.into());
    }
    let begun = work.book().begun;
    if begun.as_ref().is_some_and(|begun| begun.on != on) {
        return Err(NoTraining::BegunAlready.into());
    }
    let there = work.ids(|state| matches!(state, State::Confirmed | State::InTraining));
    if begun.is_none() {
        if there.is_empty() {
            return Err(NoTraining::NobodyConfirmed.into());
        }
        let begun = Begun { on, by: moment.author.officer.clone(), at: moment.at };
        training::begin(room.db, &work.package, &begun)?;
    }
    let confirmed = work.ids(|state| state == State::Confirmed);
    let people = work.people.iter().filter(|(_, entry)| confirmed.contains(&entry.id));
    for (sheet, entry) in people {
        step(room, (sheet, entry.id), DecisionState::InTraining, "", moment)?;
    }
    Ok(())
}

/// Saves a day as a whole. What it says already is not saved again.
///
/// # Errors
/// [`NoTraining::DayChanged`], where somebody saved it since; what is wrong with it.
pub fn save_day(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    date: Date,
    mut save: SaveDay,
) -> Result<(), Error> {
    let (book, moment) = (work.book(), &asking.moment);
    let begun = book.begun.as_ref().ok_or(NoTraining::NotBegun)?.on;
    let last = book.day(date);
    let in_training = work.ids(|state| state == State::InTraining);
    let trained = work.ids(|state| state != State::Confirmed);
    let stood: BTreeSet<EntryId> =
        last.iter().flat_map(|day| &day.marks).map(|mark| mark.entry).collect();
    // Whoever came later was not there on a day that is corrected; whoever withdrew is nobody's to name any more.
    let must = match last {
        None => in_training,
        Some(_) => stood.intersection(&trained).copied().collect(),
    };
    save.check(date, (begun, moment.today), &trained, &must)?;
    // What stands of somebody who withdrew since is kept as it was.
    let stood = last.iter().flat_map(|day| &day.marks);
    save.marks.extend(stood.filter(|mark| !trained.contains(&mark.entry)));
    if last.is_some_and(|day| save.is_said_by(day)) {
        return Ok(());
    }
    let revision = last.map_or(0, |day| day.revision);
    if save.after != revision {
        return Err(NoTraining::DayChanged.into());
    }
    let day = Day {
        date,
        revision: revision + 1,
        hours: save.hours,
        topic: check_text(&save.topic, MAX_TEXT)?,
        marks: save.marks,
        by: moment.author.officer.clone(),
        at: moment.at,
    };
    Ok(training::save_day(room.db, &work.package, &day)?)
}
