//! The server's database in the end: the documents are built anew from the stored changes, and from nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, changes, open_file, sheets};
use bilik_shared::id::ActorId;
use bilik_shared::lifecycle::State;
use bilik_shared::sheet::{Chunk, Entry, Sheet};

use super::Failure;
use super::ledger::{Done, Known, Ledger};

/// Every person with saved work stands there as they were saved, and each registration was written once.
pub fn compare(folder: &Path, ledger: &mut Ledger) -> Result<(), Failure> {
    let db = open_file(&folder.join(FILE_NAME), &Key::for_tests())?;
    let mut entries: BTreeMap<String, (Entry, usize)> = BTreeMap::new();
    for sheet in sheets::list(&db)? {
        let chunks: Result<Vec<Chunk>, _> = changes::of_sheet(&db, &sheet.id)?
            .iter()
            .map(|change| Chunk::parse(&change.bytes))
            .collect();
        let chunks = chunks.map_err(|_| "a stored change cannot be read")?;
        let mut document = Sheet::from_chunks(chunks, ActorId([0; 16]))
            .map_err(|_| "a stored sheet cannot be read")?;
        for entry in document.entries() {
            let history = document.history(entry.id);
            let written = history.iter().filter(|one| one.after == "registered").count();
            entries.insert(format!("{}/{}", sheet.id, entry.id), (entry, written));
        }
    }
    let people: Vec<(String, Known)> =
        ledger.people.iter().map(|(id, known)| (id.clone(), known.clone())).collect();
    for (id, known) in people {
        let Some(saved) = known.saved else { continue };
        let Some((entry, written)) = entries.get(&id) else {
            ledger.note_lost(&id, format!("{id} is not in the database"));
            continue;
        };
        if !stands(&known, saved, entry) {
            let state = entry.state;
            ledger.note_lost(
                &id,
                format!("{id} was saved as {known:?}; the database says {state:?}"),
            );
        }
        if *written > 1 {
            ledger.note_doubled(&id, format!("{id} was registered {written} times"));
        }
    }
    let names: Vec<&String> = entries.values().map(|(entry, _)| &entry.person.name).collect();
    for (id, (entry, _)) in &entries {
        let name = &entry.person.name;
        if name.starts_with("Wa Ode") && names.iter().filter(|other| **other == name).count() > 1 {
            ledger.note_doubled(id, format!("{id} is in the database under a second id"));
        }
    }
    Ok(())
}

/// What was asked for last may have been carried out without an answer, as on the list.
fn stands(known: &Known, saved: Done, entry: &Entry) -> bool {
    // Text and choices of a registration are settled; what was typed into a draft later is the form's.
    let settled = saved != Done::Registered
        || (entry.answers.reason == known.typed.trim_end()
            && entry.answers.choices.len() == known.choices
            && entry.answers.consent.is_some());
    let reached = [Some(saved), known.tried].into_iter().flatten().map(state);
    reached.into_iter().any(|state| state == entry.state) && settled
}

fn state(done: Done) -> State {
    match done {
        Done::Registered => State::Registered,
        Done::Draft => State::Draft,
        Done::Declined => State::Declined,
        Done::Away => State::Away,
    }
}
