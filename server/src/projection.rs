//! From entries to the rows of the desk's view.
//!
//! Rows are written in the transaction that changes the entries, so they never disagree with what was acknowledged.
//! They hold nothing of their own: [`rebuild`] makes all of them anew from the changes,
//! and does so when the server starts after `VERSION` has changed.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::pairs::{Face, Place as Whom};
use bilik_shared::sheet::Chunk;
use bilik_shared::time::Timestamp;
use bilik_shared::view::Row;
use rusqlite::Connection;

use crate::error::Error;
use crate::live::Changed;
use crate::pairs::Step;
use crate::store::entries::Place;
use crate::store::{entries, faces, meta, sheets};
use crate::writer::{OpenSheet, Sheets};

/// Which version of the code below made the rows. Raise it with every change of [`Row`].
pub const VERSION: &str = "5";

/// The row of one entry as it is now; `None` if there is no such entry.
pub fn row(
    id: &SheetId,
    open: &OpenSheet,
    entry: EntryId,
    received_at: Option<Timestamp>,
) -> Option<Row> {
    let entry = open.sheet.entry(entry)?;
    let conflicts = if entry.contested { open.sheet.conflicts(entry.id).len() } else { 0 };
    Some(Row { received_at, ..Row::of(id, &open.block, &entry, conflicts) })
}

/// Writes the rows of entries that were just changed, and notes them in `changed`.
/// `received_at` is when the server last received something for them from a tablet.
pub fn write(
    db: &Connection,
    changed: &mut Changed,
    id: &SheetId,
    open: &OpenSheet,
    touched: &BTreeSet<EntryId>,
    received_at: Option<Timestamp>,
) -> Result<(), Error> {
    let rows = touched.iter().filter_map(|entry| row(id, open, *entry, received_at));
    let rows: Vec<Row> = rows.collect();
    for row in &rows {
        put(db, row)?;
        changed.pairs.extend(write_face(db, open, row)?);
    }
    changed.rows.extend(rows);
    Ok(())
}

/// Writes what an entry is compared by.
fn write_face(db: &Connection, open: &OpenSheet, row: &Row) -> Result<Option<Step>, Error> {
    let Some(entry) = open.sheet.entry(row.entry) else { return Ok(None) };
    let (place, face) =
        (Whom { sheet: row.sheet.clone(), entry: row.entry }, Face::of(&row.block, &entry));
    faces::put(db, &place, &face)?;
    Ok(Some(Step::Seen(place, Box::new(face))))
}

fn put(db: &Connection, row: &Row) -> Result<(), Error> {
    let text = serde_json::to_string(row).map_err(|cause| Error::Internal(cause.to_string()))?;
    let place = match &row.seat {
        Some(seat) if row.state.takes_seat() => Place::Seat(seat),
        Some(turn) => Place::Reserve(turn),
        None => Place::None,
    };
    Ok(entries::put(db, &row.sheet, row.entry, &text, place)?)
}

/// Writes the rows of a sheet from its changes, and returns them, with who may be whom.
pub fn write_sheet(
    db: &Connection,
    id: &SheetId,
    open: &mut OpenSheet,
) -> Result<(Vec<Row>, Vec<Step>), Error> {
    let mut received: BTreeMap<EntryId, Timestamp> = BTreeMap::new();
    for node in open.graph.all().iter().filter(|node| node.device.is_some()) {
        let Ok(chunk) = Chunk::parse(&node.bytes) else { continue };
        for entry in open.sheet.look(&chunk).entries {
            received.insert(entry, node.received_at);
        }
    }
    let ids: Vec<EntryId> = open.sheet.entries().iter().map(|entry| entry.id).collect();
    let made = ids.into_iter().filter_map(|entry| {
        let received_at = received.get(&entry).copied();
        row(id, open, entry, received_at)
    });
    let rows: Vec<Row> = made.collect();
    let mut steps = Vec::new();
    for row in &rows {
        put(db, row)?;
        steps.extend(write_face(db, open, row)?);
    }
    Ok((rows, steps))
}

/// Makes all rows anew if another version made them. Runs inside the caller's transaction.
pub fn rebuild(db: &Connection) -> Result<(), Error> {
    if meta::get(db, meta::PROJECTION)?.as_deref() == Some(VERSION) {
        return Ok(());
    }
    make_anew(db)?;
    Ok(meta::set(db, meta::PROJECTION, VERSION)?)
}

/// Makes all rows anew from the changes. Runs inside the caller's transaction.
pub fn make_anew(db: &Connection) -> Result<(), Error> {
    entries::clear(db)?;
    faces::clear(db)?;
    let mut open = Sheets::new();
    for sheet in sheets::list(db)? {
        write_sheet(db, &sheet.id, open.view(db, &sheet.id)?)?;
        open.forget(&sheet.id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn rows_are_made_anew_from_the_changes_and_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        demo::prepare(folder.path(), &Key::for_tests()).unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let before = entries::list(&db).unwrap();
        assert_eq!(before.len(), 300);
        meta::set(&db, meta::PROJECTION, "0").unwrap();
        rebuild(&db).unwrap();
        assert_eq!(entries::list(&db).unwrap(), before);
    }
}
