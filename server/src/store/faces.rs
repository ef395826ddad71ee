//! What entries are compared by, to find who may be whom: derived from the sheets like the rows beside it.

use bilik_shared::pairs::{Face, Place};
use rusqlite::{Connection, Result};

use super::columns::{json, parsed};

/// Writes the face of an entry.
pub fn put(connection: &Connection, place: &Place, face: &Face) -> Result<()> {
    let sql = "INSERT INTO faces (sheet, entry, face) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET face = excluded.face";
    let Place { sheet, entry } = place;
    connection.prepare_cached(sql)?.execute((sheet.as_str(), entry.0, json(face)?))?;
    Ok(())
}

/// All faces, sheet by sheet.
pub fn list(connection: &Connection) -> Result<Vec<(Place, Face)>> {
    let sql = "SELECT sheet, entry, face FROM faces ORDER BY sheet, entry";
    let mut statement = connection.prepare_cached(sql)?;
    let face = |row: &rusqlite::Row<'_>| {
        let entry = bilik_shared::id::EntryId(row.get(1)?);
        Ok((Place { sheet: parsed(row, 0)?, entry }, super::columns::from_json(row, 2)?))
    };
    statement.query_map((), face)?.collect()
}

/// Everything that stands in the table, by sheet and entry: to compare it with what it was made of.
pub fn whole(connection: &Connection) -> Result<Vec<(String, String)>> {
    let sql = "SELECT sheet || '/' || hex(entry), quote(face) FROM faces";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Removes all faces, to write them anew.
pub fn clear(connection: &Connection) -> Result<()> {
    connection.execute("DELETE FROM faces", ())?;
    Ok(())
}
