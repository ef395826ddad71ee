//! After the training: release, and what became of people.

use bilik_shared::training::follow_up::{Found, Release, check};
use bilik_shared::training::{MAX_TEXT, check_text};
use bilik_shared::view::training::{Find, Former, SetRelease};

use super::*;

/// Somebody whose training has ended.
fn former(people: &[(SheetId, Entry)], books: &Books, entry: EntryId) -> Result<Former, Error> {
    let found = people.iter().find(|(_, one)| one.id == entry && is_released(one.state));
    let (_, found) = found.ok_or(Error::EntryUnknown)?;
    Former::of(found, books).ok_or_else(|| NoTraining::NotEnded.into())
}

/// Writes down when somebody was released, as the partner learnt it.
///
/// # Errors
/// For a day to come, and for somebody whose training has not ended.
pub fn release(
    room: &mut Room<'_>,
    asking: &Asking,
    entry: EntryId,
    SetRelease { on, agreed }: SetRelease,
) -> Result<(), Error> {
    let (books, moment) = (training::books(room.db)?, &asking.moment);
    let known = former(&people(room.db, room.sheets)?, &books, entry)?.release;
    if !(asking.house.wave.opens..=moment.today).contains(&on) {
        return Err(NoTraining::DateOutOfRange.into());
    }
    if known.is_some_and(|release| (release.on, release.agreed) == (on, agreed)) {
        return Ok(());
    }
    let release = Release { on, agreed, by: moment.author.officer.clone(), at: moment.at };
    Ok(training::release(room.db, entry, &release)?)
}

/// Writes down what became of somebody.
///
/// # Errors
/// Where it is not time to ask, or the person did not agree to it.
pub fn find(
    room: &mut Room<'_>,
    asking: &Asking,
    entry: EntryId,
    Find { months, what, note }: Find,
) -> Result<(), Error> {
    let (books, moment) = (training::books(room.db)?, &asking.moment);
    let known = former(&people(room.db, room.sheets)?, &books, entry)?.release;
    check(known.as_ref(), months, moment.today)?;
    let note = check_text(&note, MAX_TEXT)?;
    let said = books.found.get(&(entry, months));
    if said.is_some_and(|found| (found.what, &found.note) == (what, &note)) {
        return Ok(());
    }
    let found = Found { what, note, by: moment.author.officer.clone(), at: moment.at };
    Ok(training::find(room.db, entry, months, &found)?)
}
