//! The rows of the desk's view: derived from the sheets, written in the transaction that changes them.

use bilik_shared::id::{EntryId, ProgrammeCode, SheetId};
use bilik_shared::programme::Seat;
use rusqlite::{Connection, OptionalExtension as _, Result};

use super::columns::parsed;

/// Where an entry sits or waits, so that the places of a package can be counted without reading all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// Nowhere.
    None,
    /// On a seat of a package.
    Seat(&'a Seat),
    /// On the reserve list of a programme.
    Reserve(&'a Seat),
}

/// Writes the row of an entry, as JSON.
pub fn put(
    connection: &Connection,
    sheet: &SheetId,
    entry: EntryId,
    row: &str,
    place: Place<'_>,
) -> Result<()> {
    let (place, turn) = match place {
        Place::None => (None, None),
        Place::Seat(seat) => (Some(seat.to_string()), None),
        Place::Reserve(turn) => (Some(turn.programme.to_string()), Some(turn.number)),
    };
    let sql = "INSERT INTO entries (sheet, entry, row, place, turn) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO UPDATE SET row = excluded.row, place = excluded.place, turn = excluded.turn";
    connection.prepare_cached(sql)?.execute((sheet.as_str(), entry.0, row, place, turn))?;
    Ok(())
}

/// How many people sit in a package.
pub fn count_taken(connection: &Connection, package: &Seat) -> Result<u32> {
    let sql = "SELECT count(*) FROM entries WHERE place = ?1";
    connection.prepare_cached(sql)?.query_row((package.to_string(),), |row| row.get(0))
}

/// Every package in which somebody sits, and how many.
pub fn taken(connection: &Connection) -> Result<Vec<(Seat, u32)>> {
    let sql = "SELECT place, count(*) FROM entries WHERE place LIKE '%/%' GROUP BY place";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, row.get(1)?)))?.collect()
}

/// The last turn on the reserve list of a programme; 0 where nobody waits.
pub fn last_turn(connection: &Connection, programme: &ProgrammeCode) -> Result<u32> {
    let sql = "SELECT coalesce(max(turn), 0) FROM entries WHERE place = ?1";
    connection.prepare_cached(sql)?.query_row((programme.as_str(),), |row| row.get(0))
}

/// The row of an entry, as JSON.
pub fn get(connection: &Connection, sheet: &SheetId, entry: EntryId) -> Result<Option<String>> {
    let sql = "SELECT row FROM entries WHERE sheet = ?1 AND entry = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row((sheet.as_str(), entry.0), |row| row.get(0)).optional()
}

/// All rows, as JSON, sheet by sheet.
pub fn list(connection: &Connection) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT row FROM entries ORDER BY sheet, entry")?;
    statement.query_map((), |row| row.get(0))?.collect()
}

/// Everything that stands in the table, by sheet and entry: to compare it with what it was made of.
pub fn whole(connection: &Connection) -> Result<Vec<(String, String)>> {
    let sql =
        "SELECT sheet || '/' || hex(entry), quote(row) || quote(place) || quote(turn) FROM entries";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Removes all rows, to write them anew.
pub fn clear(connection: &Connection) -> Result<()> {
    connection.execute("DELETE FROM entries", ())?;
    Ok(())
}
