//! The rows of the desk's view: derived from the sheets, written in the transaction that changes them.

use bilik_shared::id::{EntryId, SheetId};
use rusqlite::{Connection, Result};

/// Writes the row of an entry, as JSON.
pub fn put(connection: &Connection, sheet: &SheetId, entry: EntryId, row: &str) -> Result<()> {
    let sql = "INSERT INTO entries (sheet, entry, row) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET row = excluded.row";
    connection.prepare_cached(sql)?.execute((sheet.as_str(), entry.0, row))?;
    Ok(())
}

/// All rows, as JSON, sheet by sheet.
pub fn list(connection: &Connection) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT row FROM entries ORDER BY sheet, entry")?;
    statement.query_map((), |row| row.get(0))?.collect()
}

/// Removes all rows, to write them anew.
pub fn clear(connection: &Connection) -> Result<()> {
    connection.execute("DELETE FROM entries", ())?;
    Ok(())
}
