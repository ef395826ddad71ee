//! A change that was refused, looked into and let in by hand.
//!
//! Nothing of it reaches the document before it was weighed as any change is: [`bilik_shared::admission::weigh`]. Only
//! whose it is may be overruled, by somebody whose own work it is not; what it would do to the sheet is tried on a copy
//! as of every batch. A panic of the library is an answer as well: it does not fit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bilik_shared::admission::{self, Admitted, Owner, Quarantine};
use bilik_shared::exchange::Unpacked;
use bilik_shared::id::{EntryId, OfficerId};
use bilik_shared::registration::Field;
use bilik_shared::role::{Action, Role, may, reads, reads_history};
use bilik_shared::sheet::{Chunk, Put, Sheet, Told};
use bilik_shared::view::quarantine::{Barred, Inside, MAX_TOLD, MAX_VALUE, Settled, Writes, Wrote};
use rusqlite::Connection;

use crate::api::entries::masked;
use crate::api::overview::device_moved;
use crate::error::Error;
use crate::store::actors;
use crate::store::quarantine::{self, Piece};
use crate::store::users::UserRow;
use crate::writer::{Graph, OpenSheet, Room};
use crate::{gate, projection};

/// What stands in a piece, as far as it can be read and `user` may.
pub fn look_into(room: &mut Room<'_>, id: i64, user: &UserRow) -> Result<Inside, Error> {
    let piece = quarantine::get(room.db, id)?.ok_or(Error::PieceUnknown)?;
    let mut inside = Inside { id, ..Inside::default() };
    let open = match room.sheets.view(room.db, &piece.sheet) {
        Ok(open) => Some(open),
        Err(Error::SheetUnknown) => None,
        Err(other) => return Err(other),
    };
    let sheet = open.as_ref().map(|open| &open.sheet);
    let read = catch_unwind(|| Chunk::parse(&piece.bytes));
    if let Ok(Ok(chunk)) = read {
        inside.readable = true;
        inside.at = Some(chunk.at());
        (inside.officer, inside.device) =
            chunk.author().map_or((None, None), |author| (Some(author.officer), author.device));
        let told = catch_unwind(AssertUnwindSafe(|| chunk.told(sheet, MAX_TOLD)));
        let Told { puts, more, odd } = told.unwrap_or_default();
        (inside.more, inside.odd) = (count(more), count(odd));
        inside.hidden = !may(user.role, Action::SeeEntry, None);
        if !inside.hidden {
            inside.writes = by_entry(puts, sheet, user.role);
        }
    }
    inside.barred = match (&piece, open) {
        (Piece { let_in: true, .. }, _) => None,
        (_, Some(open)) if open.graph.has(&piece.hash) => None,
        (_, Some(OpenSheet { sheet, graph, .. })) => {
            weigh(room.db, sheet, graph, &piece, &user.id)?.err()
        }
        (_, None) => Some(Barred::NoSheet),
    };
    Ok(inside)
}

/// Lets a piece in. One that was let in before, or came in by itself, is no error and stays as it is.
///
/// # Errors
/// [`Error::Barred`] says why it may not be let in.
pub fn let_in(room: &mut Room<'_>, id: i64, word: &Settled) -> Result<(), Error> {
    let db = room.db;
    let piece = quarantine::get(db, id)?.ok_or(Error::PieceUnknown)?;
    let open = match room.sheets.edit(db, &piece.sheet) {
        Err(Error::SheetUnknown) => return Err(Error::Barred(Barred::NoSheet)),
        open => open?,
    };
    if piece.let_in || open.graph.has(&piece.hash) {
        return Ok(());
    }
    let OpenSheet { sheet, graph, .. } = &mut *open;
    let admitted = weigh(db, sheet, graph, &piece, &word.officer)?.map_err(Error::Barred)?;
    let tried = catch_unwind(AssertUnwindSafe(|| admission::let_in(sheet, &admitted)));
    let Ok(Ok(entries)) = tried else {
        // The job fails, so the sheet in memory is thrown away with what is in it now.
        tracing::warn!(sheet = %piece.sheet, "a change that was to be let in broke the document");
        return Err(Error::Barred(Barred::Harmful));
    };
    let Admitted { chunk, owner } = admitted;
    if chunk.seq() == 1 {
        actors::bind(db, chunk.actor(), &owner)?;
    }
    // What was weighed is a tablet's.
    let Owner::Device(device) = owner else { return Err(Error::Barred(Barred::Server)) };
    gate::keep(db, &piece.sheet, open, &chunk, Some(device), piece.received_at)?;
    projection::write(db, room.changed, &piece.sheet, open, &entries, Some(piece.received_at))?;
    gate::tell(db, room.changed, &piece.sheet, open)?;
    quarantine::let_in(db, id, word)?;
    Ok(device_moved(room, &piece.device)?)
}

/// Whether `by` may let a piece in.
fn weigh(
    db: &Connection,
    sheet: &Sheet,
    graph: &Graph,
    piece: &Piece,
    by: &OfficerId,
) -> Result<Result<Admitted, Barred>, Error> {
    let unpacked = Unpacked { hash: piece.hash, bytes: piece.bytes.clone() };
    let weighed =
        gate::judge(db, graph, |record| admission::weigh(sheet, &unpacked, &piece.device, record))?;
    let admitted = match weighed.unwrap_or(Err(Quarantine::Unfit)) {
        Ok(admitted) => admitted,
        Err(reason) => return Ok(Err(reason.into())),
    };
    let own = admitted.chunk.author().is_some_and(|author| author.officer == *by);
    Ok(if own { Err(Barred::Own) } else { Ok(admitted) })
}

/// The values that a role may read, by entry in the order they are written.
fn by_entry(puts: Vec<Put>, sheet: Option<&Sheet>, role: Role) -> Vec<Writes> {
    let mut all: Vec<Writes> = Vec::new();
    for Put { entry, key, value } in puts {
        let field = Field::parse(&key);
        if !field.map_or(reads_history(role), |field| reads(role, field)) {
            continue;
        }
        let found = all.iter().position(|writes| writes.entry == entry);
        let place = found.unwrap_or_else(|| {
            let (name, fresh) = known(sheet, entry);
            all.push(Writes { entry, name, fresh, values: Vec::new() });
            all.len() - 1
        });
        let writes = &mut all[place];
        if field == Some(Field::Name) && writes.name.is_empty() {
            writes.name = cut(&value).0;
        }
        let value = if field == Some(Field::Nik) { masked(&value) } else { value };
        let (value, cut) = cut(&value);
        writes.values.push(Wrote { key, value, cut });
    }
    all
}

/// The name that the sheet has, and whether it has no such entry.
fn known(sheet: Option<&Sheet>, entry: Option<EntryId>) -> (String, bool) {
    let Some(id) = entry else { return (String::new(), false) };
    match sheet.and_then(|sheet| sheet.entry(id)) {
        Some(entry) => (entry.person.name, false),
        None => (String::new(), true),
    }
}

/// As much of a text as is told, and whether that is less than all of it.
fn cut(text: &str) -> (String, bool) {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => (text[..end].to_owned(), true),
        None => (text.to_owned(), false),
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
