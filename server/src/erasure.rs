//! Removing a person's data: their sheets are written anew without them, in the transaction that notes it.
//!
//! Tablets follow by themselves, each with what it still holds of others: see
//! [`without`]. The writer scrubs the file before anybody is answered.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::id::{Digest, EntryId, SheetId};
use bilik_shared::pairs::Place;
use bilik_shared::privacy::case::{Case, Done, Opened, Outcome, RequestKind, Step};
use bilik_shared::privacy::erasure::{Erase, Names};
use bilik_shared::privacy::{Fault, text};
use bilik_shared::sheet::{Chunk, without};
use bilik_shared::view::pairs::Verdict;
use rusqlite::Connection;

use crate::board::Board;
use crate::error::Error;
use crate::pairs::Step as Pairing;
use crate::privacy::entry_of;
use crate::setup::Moment;
use crate::store::changes::NewChange;
use crate::store::erasure::{self, Erasure};
use crate::store::{batches, changes, meta, pair_verdicts, privacy, quarantine, sheets};
use crate::writer::{OpenSheet, Room};

/// Fields of an entry that name somebody.
const NAMING: [&str; 4] = ["name", "aliases", "register_number", "nik"];

/// Grants a request for erasure: everything that is kept of the person goes, but for what must stay.
///
/// # Errors
/// What is wrong with the case, that nobody is named, or that nothing is kept of them (any more).
pub fn erase(
    room: &mut Room<'_>,
    board: &Board,
    number: i64,
    asked: &Erase,
    moment: &Moment,
) -> Result<(), Error> {
    let case = privacy::case(room.db, number)?.ok_or(Fault::CaseUnknown)?;
    let entry = named(board, &case, asked)?;
    let word = text(&asked.word, Fault::WordMissing)?;
    let sheet = board.sheet_of(entry).ok_or(Fault::NumberUnknown)?;
    let places = all_of(room.db, Place { sheet, entry })?;
    let mut sheets: BTreeMap<SheetId, BTreeSet<EntryId>> = BTreeMap::new();
    for place in &places {
        sheets.entry(place.sheet.clone()).or_default().insert(place.entry);
    }
    let (mut names, mut certificates) = (Names::default(), 0);
    erasure::begin(room.db)?;
    for (sheet, erased) in &sheets {
        let numbers = take_names(room, sheet, erased, &mut names)?;
        forget_quarantine(room, sheet, erased, &names)?;
        let generation = write_anew(room, sheet, erased)?;
        for (entry, number) in numbers {
            let place = Place { sheet: sheet.clone(), entry };
            certificates += erasure::remove(room.db, &place)?;
            let (at, by) = (moment.at, &moment.by);
            let number = number.as_str();
            let line = Erasure { at, by, case: case.id, place: &place, generation, number };
            erasure::insert(room.db, &line)?;
            room.changed.pairs.push(Pairing::Gone(place.clone()));
            room.changed.gone.push(place);
        }
        // A batch speaks of many people: its hash and its signature stay.
        batches::forget_bytes(room.db, sheet)?;
        // It was read before there was a word of who is gone.
        room.sheets.forget(sheet);
    }
    erasure::remove_views(room.db, |view| names.are_in(view))?;
    let entries = places.len() as u32;
    for step in [
        Step::Erased { entries, certificates },
        Step::Closed { outcome: Some(Outcome::Granted), word },
    ] {
        privacy::step(room.db, number, &Done { at: moment.at, by: moment.by.clone(), step })?;
    }
    hide_in_cases(room.db, &places, number, &names)?;
    erasure::end(room.db)?;
    Ok(meta::set(room.db, meta::SCRUB, "1")?)
}

/// Whose data a case is about.
fn named(board: &Board, case: &Case, asked: &Erase) -> Result<EntryId, Fault> {
    if case.is_closed() {
        return Err(Fault::CaseClosed);
    }
    let Opened::Request { kind: RequestKind::Erasure, entry, .. } = &case.opened else {
        return Err(Fault::WrongStep);
    };
    entry_of(board, &asked.number)?.or(*entry).ok_or(Fault::NumberMissing)
}

/// This entry and every other one that a supervisor has said to be the same person's.
fn all_of(db: &Connection, first: Place) -> Result<BTreeSet<Place>, Error> {
    let words = pair_verdicts::all(db)?;
    let same = words.iter().filter(|word| word.undone.is_none());
    let same = same.filter(|word| matches!(word.settled.verdict, Verdict::Same { .. }));
    let pairs: Vec<&[Place; 2]> = same.map(|word| &word.settled.pair).collect();
    let mut all = BTreeSet::from([first]);
    loop {
        let met = |pair: &&&[Place; 2]| pair.iter().any(|place| all.contains(place));
        let more: Vec<Place> =
            pairs.iter().filter(met).flat_map(|pair| pair.iter()).cloned().collect();
        let before = all.len();
        all.extend(more);
        if all.len() == before {
            return Ok(all);
        }
    }
}

/// Notes what named these people, now and before; with the numbers of their registrations.
fn take_names(
    room: &mut Room<'_>,
    sheet: &SheetId,
    erased: &BTreeSet<EntryId>,
    names: &mut Names,
) -> Result<Vec<(EntryId, String)>, Error> {
    let open = room.sheets.view(room.db, sheet)?;
    let mut numbers = Vec::new();
    for id in erased {
        let Some(entry) = open.sheet.entry(*id) else { continue };
        names.note(&entry);
        let history = open.sheet.history(*id);
        for step in history.iter().filter(|step| NAMING.contains(&step.field.as_str())) {
            names.note_text(&step.after);
        }
        numbers.push((*id, entry.number));
    }
    Ok(numbers)
}

/// Removes pieces of quarantine that are about these people, or hold one of their names where nobody can read them.
fn forget_quarantine(
    room: &mut Room<'_>,
    sheet: &SheetId,
    erased: &BTreeSet<EntryId>,
    names: &Names,
) -> Result<(), Error> {
    // Looking at a piece that makes entries of its own notes them in the index: the sheet is read anew afterwards.
    let open = room.sheets.edit(room.db, sheet)?;
    for (id, bytes) in quarantine::of_sheet(room.db, sheet)? {
        let about = match Chunk::parse(&bytes) {
            Ok(chunk) => {
                open.sheet.expect(&chunk);
                open.sheet.look(&chunk).entries.iter().any(|entry| erased.contains(entry))
            }
            // Only here: somebody else may be called the same, and what they did stays.
            Err(_) => names.are_in(&bytes),
        };
        if about {
            quarantine::remove(room.db, id)?;
        }
    }
    Ok(())
}

/// Puts the next generation of a sheet in the place of this one; which it is.
fn write_anew(
    room: &mut Room<'_>,
    sheet: &SheetId,
    erased: &BTreeSet<EntryId>,
) -> Result<u32, Error> {
    let OpenSheet { graph, generation, .. } = room.sheets.edit(room.db, sheet)?;
    let generation = *generation + 1;
    let unreadable = |_| Error::Internal(format!("a change of sheet {sheet} cannot be read"));
    let chunks: Result<Vec<Chunk>, Error> =
        graph.all().iter().map(|node| Chunk::parse(&node.bytes).map_err(unreadable)).collect();
    let rewritten = without(chunks?, erased);
    changes::clear(room.db, sheet)?;
    for (one, node) in rewritten.iter().zip(graph.all()) {
        let author = one.chunk.author();
        let change = NewChange {
            sheet,
            hash: one.chunk.hash(),
            actor: one.chunk.actor(),
            seq: one.chunk.seq(),
            device: node.device.as_ref(),
            officer: author.as_ref().map_or("", |author| author.officer.as_str()),
            received_at: node.received_at,
            bytes: one.chunk.bytes(),
        };
        changes::insert(room.db, &change)?;
    }
    sheets::set_generation(room.db, sheet, generation)?;
    room.sheets.forget(sheet);
    // Read as at every start: what cannot be opened is not committed.
    let digest = Digest::of(&room.sheets.edit(room.db, sheet)?.graph.heads());
    sheets::set_digest(room.db, sheet, digest)?;
    room.changed.sheets.push((sheet.clone(), digest));
    Ok(generation)
}

/// Takes the names out of the requests of these people, and out of the one that was granted.
fn hide_in_cases(
    db: &Connection,
    places: &BTreeSet<Place>,
    granted: i64,
    names: &Names,
) -> Result<(), Error> {
    for case in privacy::cases(db)? {
        let theirs = match &case.opened {
            Opened::Request { entry: Some(entry), .. } => {
                places.iter().any(|place| place.entry == *entry)
            }
            _ => false,
        };
        if theirs || case.id == granted {
            erasure::write_over(db, &names.hidden_in_case(case))?;
        }
    }
    Ok(())
}
