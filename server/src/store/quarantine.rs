//! What could not be accepted into a sheet. Kept as it came, shown, never dropped.

use bilik_shared::admission::Quarantine;
use bilik_shared::id::{DeviceCode, Hash, SheetId};
use bilik_shared::time::Timestamp;
use bilik_shared::view::quarantine::{Aside, Settled};
use rusqlite::{Connection, OptionalExtension, Result};

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
               AND NOT EXISTS (SELECT 1 FROM quarantine_settled s WHERE s.position = q.position)
               GROUP BY device ORDER BY device";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, row.get(1)?)))?.collect()
}

/// What was set aside: what still waits for a word first, then the newest, at most `most` of it. With how much there is in all.
pub fn list(connection: &Connection, most: u32) -> Result<(Vec<Aside>, u32)> {
    let sql = "SELECT q.position, q.sheet, b.block, q.device, q.reason, q.received_at, length(q.bytes),
                      EXISTS (SELECT 1 FROM changes c WHERE c.sheet = q.sheet AND c.hash = q.hash) AS taken,
                      s.at, s.officer, s.note
               FROM quarantine q LEFT JOIN sheets b ON b.id = q.sheet
               LEFT JOIN quarantine_settled s ON s.position = q.position
               ORDER BY s.position IS NOT NULL OR taken, q.position DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let aside = |row: &rusqlite::Row<'_>| {
        let settled = match row.get::<_, Option<i64>>(8)? {
            Some(at) => {
                Some(Settled { at: Timestamp(at), officer: parsed(row, 9)?, note: row.get(10)? })
            }
            None => None,
        };
        let code: String = row.get(4)?;
        Ok(Aside {
            id: row.get(0)?,
            sheet: parsed(row, 1)?,
            block: row.get(2)?,
            device: parsed(row, 3)?,
            reason: Quarantine::parse(&code),
            received_at: Timestamp(row.get(5)?),
            bytes: row.get(6)?,
            taken_in: row.get(7)?,
            settled,
        })
    };
    let listed = statement.query_map([most], aside)?.collect::<Result<_>>()?;
    let all = connection.query_row("SELECT count(*) FROM quarantine", (), |row| row.get(0))?;
    Ok((listed, all))
}

/// Which tablet sent a piece; `None` where there is no such piece.
pub fn device_of(connection: &Connection, id: i64) -> Result<Option<DeviceCode>> {
    let sql = "SELECT device FROM quarantine WHERE position = ?1";
    connection.prepare_cached(sql)?.query_row([id], |row| parsed(row, 0)).optional()
}

/// Notes that somebody has looked at a piece; `false` where somebody has before: the first word stands.
pub fn settle(connection: &Connection, id: i64, word: &Settled) -> Result<bool> {
    let sql = "INSERT INTO quarantine_settled (position, at, officer, note) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    let Settled { at, officer, note } = word;
    let written = connection.prepare_cached(sql)?.execute((id, at.0, officer.as_str(), note))?;
    Ok(written == 1)
}
