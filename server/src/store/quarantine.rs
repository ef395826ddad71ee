//! What could not be accepted into a sheet. Kept as it came, shown, never dropped.

use bilik_shared::id::{DeviceCode, Hash, SheetId};
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, Result};

use super::columns::parsed;

/// A piece that was refused.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The sheet it was sent for. It may not exist.
    pub sheet: &'a SheetId,
    /// The SHA-256 over the bytes as they came.
    pub hash: Hash,
    /// The tablet that sent it.
    pub device: &'a DeviceCode,
    /// The stable code of the reason.
    pub reason: &'a str,
    /// When it arrived first.
    pub received_at: Timestamp,
    /// The bytes as they came. They are never parsed again.
    pub bytes: &'a [u8],
}

/// Keeps a refused piece. The same bytes from the same tablet are kept once.
pub fn insert(connection: &Connection, refused: &Refused<'_>) -> Result<()> {
    let sql = "INSERT INTO quarantine (sheet, hash, device, reason, received_at, bytes)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    connection.prepare_cached(sql)?.execute((
        refused.sheet.as_str(),
        refused.hash.0,
        refused.device.as_str(),
        refused.reason,
        refused.received_at.0,
        refused.bytes,
    ))?;
    Ok(())
}

/// How many pieces of each tablet wait for a person to look at them.
/// What was accepted later, because what it builds on arrived, does not wait.
pub fn count_by_device(connection: &Connection) -> Result<Vec<(DeviceCode, u32)>> {
    let sql = "SELECT device, count(*) FROM quarantine q WHERE NOT EXISTS
               (SELECT 1 FROM changes c WHERE c.sheet = q.sheet AND c.hash = q.hash)
               GROUP BY device ORDER BY device";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, row.get(1)?)))?.collect()
}
