//! Before a package begins: advice about those who wait, and who will teach.

use bilik_shared::lifecycle::Decision;
use bilik_shared::report::pseudonym;
use bilik_shared::role::Role;
use bilik_shared::training::books::Proposal;
use bilik_shared::training::{MAX_TEXT, check_score, check_text};
use bilik_shared::view::training::{Propose, Teach, TurnAway, waits_for};

use super::*;

/// Writes down what the partner advises about somebody who waits. The same advice again changes nothing.
///
/// # Errors
/// Where nobody of this pseudonym waits, or the score cannot be.
pub fn propose(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    Propose { candidate, score, advice, note }: Propose,
) -> Result<(), Error> {
    check_score(score)?;
    let note = check_text(&note, MAX_TEXT)?;
    let waits = |entry: &&Entry| {
        waits_for(entry, &work.package).is_some() && pseudonym(entry.id) == candidate
    };
    let mut people = work.people.iter().map(|(_, entry)| entry);
    let who = people.find(waits).ok_or(Error::EntryUnknown)?.id;
    let said = work.books.proposals.get(&(who, work.package.clone()));
    if said.is_some_and(|one| (one.score, one.advice, &one.note) == (score, advice, &note)) {
        return Ok(());
    }
    let Moment { author, at, .. } = &asking.moment;
    let (package, by) = (work.package.clone(), author.officer.clone());
    let proposal = Proposal { package, score, advice, note, by, at: *at };
    Ok(training::propose(room.db, who, &proposal)?)
}

/// Does not accept somebody who waits for the package, after an interview. The same twice is done once.
///
/// # Errors
/// Where nobody of this pseudonym waits; without a reason, or for somebody on a reserve list, whom the house has
/// decided about.
pub fn turn_away(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    TurnAway { candidate, reason }: TurnAway,
) -> Result<(), Error> {
    let reason = check_text(&reason, MAX_TEXT)?;
    let waits = |(_, entry): &&(SheetId, Entry)| {
        waits_for(entry, &work.package).is_some() && pseudonym(entry.id) == candidate
    };
    let Some((sheet, entry)) = work.people.iter().find(waits) else {
        return if was_turned_away(room, asking, &candidate, &reason)? {
            Ok(())
        } else {
            Err(Error::EntryUnknown)
        };
    };
    step(room, (sheet, entry.id), DecisionState::Rejected, &reason, &asking.moment)
}

/// Whether the same person has turned this candidate away with these words.
fn was_turned_away(
    room: &mut Room<'_>,
    asking: &Asking,
    candidate: &str,
    reason: &str,
) -> Result<bool, Error> {
    for sheet in sheets::list(room.db)? {
        let entries = room.sheets.view(room.db, &sheet.id)?.sheet.entries();
        let by = |decision: &Decision| decision.by == asking.user.id.as_str();
        let done = entries.iter().any(|entry| {
            entry.state == State::Rejected
                && pseudonym(entry.id) == candidate
                && entry.decision.as_ref().is_some_and(|one| by(one) && one.reason == reason)
        });
        if done {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says who teaches the package.
///
/// # Errors
/// [`NoTraining::NoInstructor`], where that is no instructor.
pub fn teach(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    Teach { instructor }: Teach,
) -> Result<(), Error> {
    let known = users::of_role(room.db, Role::Instructor)?;
    if instructor.as_ref().is_some_and(|id| !known.contains(id)) {
        return Err(NoTraining::NoInstructor.into());
    }
    if work.book().instructor == instructor {
        return Ok(());
    }
    let Moment { author, at, .. } = &asking.moment;
    Ok(training::teach(room.db, &work.package, instructor.as_ref(), &author.officer, *at)?)
}
