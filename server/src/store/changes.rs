//! The truth: every accepted change, byte for byte as it came. Insert only, until a sheet is written anew
//! without somebody.

use bilik_shared::id::{ActorId, DeviceCode, Hash, SheetId};
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, Result};

use super::columns::maybe_parsed;

/// A change to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewChange<'a> {
    /// The sheet it belongs to.
    pub sheet: &'a SheetId,
    /// Its name.
    pub hash: Hash,
    /// Who wrote it, as far as the document is concerned.
    pub actor: ActorId,
    /// Its number among the actor's changes, from 1.
    pub seq: u64,
    /// The tablet that brought it; `None` for the server's own.
    pub device: Option<&'a DeviceCode>,
    /// The person who made it, as the change says.
    pub officer: &'a str,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The plain change chunk.
    pub bytes: &'a [u8],
}

/// A stored change as a sheet needs it to be opened.
#[derive(Debug, Clone)]
pub struct StoredChange {
    /// Its name.
    pub hash: Hash,
    /// The tablet that brought it; `None` for the server's own.
    pub device: Option<DeviceCode>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The plain change chunk.
    pub bytes: Vec<u8>,
}

/// Stores a change. Fails where the sheet already has this hash, or another change of this actor and number.
pub fn insert(connection: &Connection, change: &NewChange<'_>) -> Result<()> {
    let sql = "INSERT INTO changes (sheet, hash, actor, seq, device, officer, received_at, bytes)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute((
        change.sheet.as_str(),
        change.hash.0,
        change.actor.0,
        // An actor counts its changes from 1, one by one: the admission has checked it.
        change.seq as i64,
        change.device.map(DeviceCode::as_str),
        change.officer,
        change.received_at.0,
        change.bytes,
    ))?;
    Ok(())
}

/// All changes of a sheet in the order they were accepted: dependencies come first.
pub fn of_sheet(connection: &Connection, sheet: &SheetId) -> Result<Vec<StoredChange>> {
    let sql =
        "SELECT hash, device, received_at, bytes FROM changes WHERE sheet = ?1 ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((sheet.as_str(),), |row| {
        let received_at = Timestamp(row.get(2)?);
        let device = maybe_parsed(row, 1)?;
        Ok(StoredChange { hash: Hash(row.get(0)?), device, received_at, bytes: row.get(3)? })
    })?;
    rows.collect()
}

/// The position of the newest change; 0 where there is none.
pub fn last_position(connection: &Connection) -> Result<i64> {
    connection.query_row("SELECT coalesce(max(position), 0) FROM changes", (), |row| row.get(0))
}

/// Removes the changes of a sheet, to write them anew. Refused unless somebody's data are being removed.
pub fn clear(connection: &Connection, sheet: &SheetId) -> Result<()> {
    connection.execute("DELETE FROM changes WHERE sheet = ?1", (sheet.as_str(),))?;
    Ok(())
}

/// Every change that a tablet made: its sheet, its name, the tablet, and when it arrived.
pub fn authors(connection: &Connection) -> Result<Vec<(SheetId, Hash, DeviceCode, Timestamp)>> {
    let sql = "SELECT sheet, hash, device, received_at FROM changes
               WHERE device IS NOT NULL ORDER BY position";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map((), |row| {
        let device = super::columns::parsed(row, 2)?;
        Ok((super::columns::parsed(row, 0)?, Hash(row.get(1)?), device, Timestamp(row.get(3)?)))
    })?;
    rows.collect()
}

/// The names of all changes in the database: what end-to-end tests compare receipts with.
pub fn all_hashes(connection: &Connection) -> Result<Vec<(SheetId, Hash)>> {
    let mut statement = connection.prepare("SELECT sheet, hash FROM changes ORDER BY position")?;
    let rows =
        statement.query_map((), |row| Ok((super::columns::parsed(row, 0)?, Hash(row.get(1)?))))?;
    rows.collect()
}
