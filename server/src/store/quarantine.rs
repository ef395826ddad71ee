//! What could not be accepted into a sheet. Kept as it came, shown, never dropped, unless it is about somebody
//! whose data are removed.

use std::collections::BTreeSet;

use bilik_shared::admission::Quarantine;
use bilik_shared::id::{DeviceCode, Hash, SheetId};
use bilik_shared::time::Timestamp;
use bilik_shared::view::quarantine::{Aside, Settled};
use rusqlite::{Connection, OptionalExtension, Result, Row};

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
    /// The bytes as they came.
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

/// A piece `q` waits for a person to look at it. What was accepted later, because what it builds on arrived, does not.
const WAITS: &str =
    "NOT EXISTS (SELECT 1 FROM changes c WHERE c.sheet = q.sheet AND c.hash = q.hash)
     AND NOT EXISTS (SELECT 1 FROM quarantine_settled s WHERE s.position = q.position)
     AND NOT EXISTS (SELECT 1 FROM quarantine_let_in l WHERE l.position = q.position)";

/// How many pieces of each tablet wait for a person to look at them.
pub fn count_by_device(connection: &Connection) -> Result<Vec<(DeviceCode, u32)>> {
    let sql = format!(
        "SELECT device, count(*) FROM quarantine q WHERE {WAITS} GROUP BY device ORDER BY device"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, row.get(1)?)))?.collect()
}

/// What was set aside: what still waits for a word first, then the newest, at most `most` of it. With how much more
/// there is. `after` is the last piece of the page before: 1 where it waited no more, else 0, and its number.
pub fn list(
    connection: &Connection,
    after: Option<(i64, i64)>,
    most: u32,
) -> Result<(Vec<Aside>, u32)> {
    let sql = "WITH pieces AS (
                 SELECT q.position, q.sheet, b.block, q.device, q.reason, q.received_at, length(q.bytes),
                        EXISTS (SELECT 1 FROM changes c WHERE c.sheet = q.sheet AND c.hash = q.hash) AS taken,
                        s.at, s.officer, s.note, l.at, l.officer, l.note,
                        s.position IS NOT NULL OR l.position IS NOT NULL AS said
                 FROM quarantine q LEFT JOIN sheets b ON b.id = q.sheet
                 LEFT JOIN quarantine_settled s ON s.position = q.position
                 LEFT JOIN quarantine_let_in l ON l.position = q.position)
               SELECT *, count(*) OVER () FROM pieces
               WHERE (said OR taken) > ?2 OR (said OR taken) = ?2 AND position < ?3
               ORDER BY said OR taken, position DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let aside = |row: &Row<'_>| -> Result<Aside> {
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
            settled: word(row, 8)?,
            let_in: word(row, 11)?,
        })
    };
    let (done, position) = after.unwrap_or((0, i64::MAX));
    let read = |row: &Row<'_>| -> Result<(Aside, u32)> { Ok((aside(row)?, row.get(15)?)) };
    let found = statement.query_map((most, done, position), read)?.collect::<Result<Vec<_>>>()?;
    let all = found.first().map_or(0, |(_, all)| *all);
    let listed: Vec<Aside> = found.into_iter().map(|(aside, _)| aside).collect();
    let more = all.saturating_sub(listed.len() as u32);
    Ok((listed, more))
}

/// A word about a piece, from three columns: when, who, what.
fn word(row: &Row<'_>, first: usize) -> Result<Option<Settled>> {
    let Some(at) = row.get::<_, Option<i64>>(first)? else { return Ok(None) };
    let (officer, note) = (parsed(row, first + 1)?, row.get(first + 2)?);
    Ok(Some(Settled { at: Timestamp(at), officer, note }))
}

/// A piece as it came.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The sheet it was sent for. It may not exist.
    pub sheet: SheetId,
    /// The SHA-256 over the bytes as they came.
    pub hash: Hash,
    /// The tablet that sent it.
    pub device: DeviceCode,
    /// When it arrived first.
    pub received_at: Timestamp,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// Somebody has let it in.
    pub let_in: bool,
}

/// One piece; `None` where there is none of this number.
pub fn get(connection: &Connection, id: i64) -> Result<Option<Piece>> {
    let sql = "SELECT sheet, hash, device, received_at, bytes,
                      EXISTS (SELECT 1 FROM quarantine_let_in l WHERE l.position = q.position)
               FROM quarantine q WHERE position = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(Piece {
            sheet: parsed(row, 0)?,
            hash: Hash(row.get(1)?),
            device: parsed(row, 2)?,
            received_at: Timestamp(row.get(3)?),
            bytes: row.get(4)?,
            let_in: row.get(5)?,
        })
    };
    statement.query_row([id], read).optional()
}

/// Notes that somebody has let a piece in.
pub fn let_in(connection: &Connection, id: i64, word: &Settled) -> Result<()> {
    let sql = "INSERT INTO quarantine_let_in (position, at, officer, note) VALUES (?1, ?2, ?3, ?4)";
    let Settled { at, officer, note } = word;
    connection.prepare_cached(sql)?.execute((id, at.0, officer.as_str(), note))?;
    Ok(())
}

/// What was set aside for where it came from and waits for a word, of one tablet, oldest first: what builds on
/// another piece comes after it.
pub fn late(connection: &Connection, device: &DeviceCode) -> Result<Vec<i64>> {
    let sql = format!(
        "SELECT position FROM quarantine q WHERE device = ?1 AND reason IN (?2, ?3) AND {WAITS}
         ORDER BY position"
    );
    let (one, two) = (Quarantine::Revoked.code(), Quarantine::Unsigned.code());
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map((device.as_str(), one, two), |row| row.get(0))?.collect()
}

/// The names of what one tablet sent for a sheet and that was set aside.
pub fn hashes(
    connection: &Connection,
    sheet: &SheetId,
    device: &DeviceCode,
) -> Result<BTreeSet<Hash>> {
    let sql = "SELECT hash FROM quarantine WHERE sheet = ?1 AND device = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((sheet.as_str(), device.as_str()), |row| Ok(Hash(row.get(0)?)))?.collect()
}

/// Everything that was sent for a sheet, with its bytes, oldest first.
pub fn of_sheet(connection: &Connection, sheet: &SheetId) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT position, bytes FROM quarantine WHERE sheet = ?1 ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((sheet.as_str(),), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Removes a piece and the words about it. Refused unless somebody's data are being removed.
pub fn remove(connection: &Connection, id: i64) -> Result<()> {
    connection.execute("DELETE FROM quarantine_settled WHERE position = ?1", (id,))?;
    connection.execute("DELETE FROM quarantine_let_in WHERE position = ?1", (id,))?;
    connection.execute("DELETE FROM quarantine WHERE position = ?1", (id,))?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn pages_hold_every_piece_once_and_those_that_wait_first() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &crate::key::Key::for_tests())
            .unwrap()
            .connect_writer()
            .unwrap();
        let (sheet, device) = ("2026.1-A".parse().unwrap(), "T01".parse().unwrap());
        for n in 0..5u8 {
            let refused = Refused {
                sheet: &sheet,
                hash: Hash([n; 32]),
                device: &device,
                reason: "malformed",
                received_at: Timestamp(n.into()),
                bytes: &[n],
            };
            insert(&db, &refused).unwrap();
        }
        let (all, more) = list(&db, None, 9).unwrap();
        let ids: Vec<i64> = all.iter().map(|piece| piece.id).collect();
        assert_eq!((ids.len(), more), (5, 0));
        let word =
            Settled { at: Timestamp(9), officer: "marlin".parse().unwrap(), note: "ya".into() };
        assert!(settle(&db, ids[1], &word).unwrap());
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let (page, more) = list(&db, after, 2).unwrap();
            let Some(last) = page.last() else { break };
            after = Some((i64::from(!last.waits()), last.id));
            seen.extend(page.iter().map(|piece| piece.id));
            assert_eq!(more as usize, 5 - seen.len());
        }
        assert_eq!(seen, [ids[0], ids[2], ids[3], ids[4], ids[1]]);
    }
}
