//! From entries to the rows of the desk's view.
//!
//! Rows are written in the transaction that changes the entries, so they never disagree with what was acknowledged.
//! They hold nothing of their own: [`rebuild`] makes all of them anew from the changes,
//! and does so when the server starts after `VERSION` has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use bilik_shared::id::{EntryId, ProgrammeCode, SheetId};
use bilik_shared::role::{Action, Role, may};
use bilik_shared::sheet::Chunk;
use bilik_shared::time::Timestamp;
use bilik_shared::view::{Counts, Row};
use rusqlite::Connection;

use crate::error::Error;
use crate::store::entries::Place;
use crate::store::{entries, meta, sheets};
use crate::writer::{OpenSheet, Sheets};

/// Which version of the code below made the rows. Raise it with every change of [`Row`].
const VERSION: &str = "2";

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

/// Writes the rows of entries that were just changed, and returns them.
/// `received_at` is when the server last received something for them from a tablet.
pub fn write(
    db: &Connection,
    id: &SheetId,
    open: &OpenSheet,
    touched: &BTreeSet<EntryId>,
    received_at: Option<Timestamp>,
) -> Result<Vec<Row>, Error> {
    let rows = touched.iter().filter_map(|entry| row(id, open, *entry, received_at));
    let rows: Vec<Row> = rows.collect();
    for row in &rows {
        put(db, row)?;
    }
    Ok(rows)
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

/// Writes the rows of a sheet from its changes, and returns them.
pub fn write_sheet(db: &Connection, id: &SheetId, open: &mut OpenSheet) -> Result<Vec<Row>, Error> {
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
    for row in &rows {
        put(db, row)?;
    }
    Ok(rows)
}

/// Makes all rows anew if another version made them. Runs inside the caller's transaction.
pub fn rebuild(db: &Connection) -> Result<(), Error> {
    if meta::get(db, meta::PROJECTION)?.as_deref() == Some(VERSION) {
        return Ok(());
    }
    entries::clear(db)?;
    let mut open = Sheets::new();
    for sheet in sheets::list(db)? {
        write_sheet(db, &sheet.id, open.view(db, &sheet.id)?)?;
        open.forget(&sheet.id);
    }
    Ok(meta::set(db, meta::PROJECTION, VERSION)?)
}

/// All rows in memory, for whoever looks at the desk. A cache of the table `entries`.
#[derive(Debug, Clone, Default)]
pub struct Board {
    rows: Arc<RwLock<BTreeMap<(SheetId, EntryId), Row>>>,
}

impl Board {
    /// Reads all rows.
    pub fn load(db: &Connection) -> Result<Self, Error> {
        let board = Self::default();
        let mut rows = Vec::new();
        for text in entries::list(db)? {
            let row =
                serde_json::from_str(&text).map_err(|cause| Error::Internal(cause.to_string()))?;
            rows.push(row);
        }
        board.put(&rows);
        Ok(board)
    }

    /// Takes in rows that were committed; those that stood in their places before.
    pub fn put(&self, rows: &[Row]) -> Vec<Row> {
        let mut all = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        let put = |row: &Row| all.insert((row.sheet.clone(), row.entry), row.clone());
        rows.iter().filter_map(put).collect()
    }

    /// The rows that a role may see, and the counts over all of them.
    pub fn read(&self, role: Role) -> (Vec<Row>, Counts) {
        let all = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        let seen = all.values().filter_map(|row| row.seen_by(role)).collect();
        (seen, shown_to(role, Counts::of(all.values())))
    }

    /// The counts over all rows, as far as a role may see them.
    pub fn counts(&self, role: Role) -> Counts {
        shown_to(role, self.all_counts())
    }

    /// The sheet of an entry, for whoever may not know it.
    pub fn sheet_of(&self, entry: EntryId) -> Option<SheetId> {
        let all = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        all.keys().find(|(_, id)| *id == entry).map(|(sheet, _)| sheet.clone())
    }

    fn all_counts(&self) -> Counts {
        Counts::of(self.rows.read().unwrap_or_else(PoisonError::into_inner).values())
    }

    /// How many registered people chose each programme first.
    pub fn first_choices(&self) -> Vec<(ProgrammeCode, u32)> {
        let programmes = self.all_counts().programmes;
        programmes.into_iter().map(|(code, count)| (code, count.ranks[0])).collect()
    }
}

fn shown_to(role: Role, counts: Counts) -> Counts {
    if may(role, Action::SeeBlocks, None) { counts } else { counts.for_outside() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;
    use crate::store::Store;

    #[test]
    fn rows_are_made_anew_from_the_changes_and_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        demo::prepare(folder.path()).unwrap();
        let db = Store::open(folder.path()).unwrap().connect_writer().unwrap();
        let before = entries::list(&db).unwrap();
        assert_eq!(before.len(), 300);
        meta::set(&db, meta::PROJECTION, "0").unwrap();
        rebuild(&db).unwrap();
        assert_eq!(entries::list(&db).unwrap(), before);
    }
}
