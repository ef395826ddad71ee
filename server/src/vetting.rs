//! The list of those whom the clinic and security look at, and what they say about them.
//!
//! What is said stays in the server's books and goes into no sheet: see [`bilik_shared::vetting`].

use std::collections::BTreeMap;

use bilik_shared::cell;
use bilik_shared::command::Moment;
use bilik_shared::eligibility::{Facts, advise};
use bilik_shared::id::EntryId;
use bilik_shared::role::{reads_vetting, vets};
use bilik_shared::sheet::Entry;
use bilik_shared::time::Date;
use bilik_shared::vetting::{Due, Known, MOST, Ready, Said, Say, Worklist, is_due};
use bilik_shared::view::{Advised, Row};

use crate::board::Board;
use crate::error::Error;
use crate::house::House;
use crate::store::users::UserRow;
use crate::store::{entries, vetting};
use crate::writer::Room;

/// Everybody whom this person looks at, with what was said about them last.
pub fn worklist(
    board: &Board,
    mut said: BTreeMap<EntryId, Vec<Said>>,
    user: &UserRow,
    today: Date,
) -> Worklist {
    let due = |row: Row| Due {
        said: last(said.remove(&row.entry).unwrap_or_default(), user),
        entry: row.entry,
        name: row.name,
        block: row.block,
        cell: row.cell,
        choices: row.choices,
    };
    let mut people: Vec<Due> = board.all(is_due).into_iter().map(due).collect();
    people.sort_by_cached_key(|one| {
        (one.block.clone(), cell::order(&one.cell), one.name.clone(), one.entry)
    });
    Worklist { about: vets(user.role).to_vec(), today, people }
}

/// The last word about each thing that this person reads.
fn last(said: Vec<Said>, user: &UserRow) -> Vec<Said> {
    let read = said.into_iter().filter(|said| reads_vetting(user.role, said.word.about()));
    let last: BTreeMap<_, _> = read.map(|said| (said.word.about(), said)).collect();
    last.into_values().collect()
}

/// Writes one word about many people: about all of them or, where it cannot be about one, about nobody.
///
/// # Errors
/// For a word that is not this role's, a day to come or long past, too many people, and somebody who is not looked
/// at (any more).
pub fn say(
    room: &mut Room<'_>,
    board: &Board,
    user: &UserRow,
    moment: &Moment,
    asked: &Say,
) -> Result<(), Error> {
    if !vets(user.role).contains(&asked.word.about()) {
        return Err(Error::RoleMayNot);
    }
    if asked.entries.len() > MOST {
        return Err(Error::Unfit("too_many_at_once"));
    }
    if !asked.is_timely(moment.today) {
        return Err(Error::Unfit("date_out_of_range"));
    }
    let places = board.places();
    for entry in &asked.entries {
        // As it stands in this transaction: somebody may just have begun the training.
        let sheet = places.get(entry).ok_or(Error::EntryUnknown)?;
        let row = entries::get(room.db, sheet, *entry)?.ok_or(Error::EntryUnknown)?;
        let row: Row =
            serde_json::from_str(&row).map_err(|cause| Error::Internal(cause.to_string()))?;
        if !is_due(row.state) {
            return Err(Error::EntryUnknown);
        }
        let (word, on, at) = (asked.word, asked.on, moment.at);
        let mut before = vetting::of(room.db, *entry)?.into_iter();
        let before = before.rfind(|said| said.word.about() == word.about());
        // The same again: a form that was sent twice.
        if before.is_some_and(|said| (said.word, said.on) == (word, on)) {
            continue;
        }
        vetting::say(room.db, *entry, &Said { word, on, by: user.id.clone(), at })?;
        room.changed.vetted.push(row);
    }
    Ok(())
}

/// What the rules of the house say about each choice of somebody.
pub fn advised(house: &House, entry: &Entry, known: &Known, today: Date) -> Vec<Advised> {
    let person = Facts::of(&entry.person, entry.answers.education, today).with(known);
    let about = |programme: &bilik_shared::id::ProgrammeCode| {
        let facts = person.finishing(house.lengths.finishes(programme, today));
        let advice = advise(&house.rules, programme, &facts);
        Advised { programme: programme.clone(), advice }
    };
    entry.answers.choices.iter().map(about).collect()
}

/// Whether to reckon with somebody: for the package they sit in, or else for their first choice.
pub fn ready(house: &House, row: &Row, known: &Known, today: Date) -> Option<Ready> {
    let ends = match (&row.seat, row.choices.first()) {
        (Some(seat), _) if row.state.takes_seat() => house.lengths.ends(seat, today),
        (_, Some(first)) => house.lengths.finishes(first, today),
        (_, None) => return None,
    };
    Some(Ready::of(known, ends))
}
