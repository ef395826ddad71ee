//! Batches that tablets signed, as they came, and heads of the audit that a tablet knows and this database does not.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::chain::{Head, Link, Tip};
use bilik_shared::exchange::Request;
use bilik_shared::id::{DeviceCode, Digest, Hash, SheetId, Signature};
use bilik_shared::time::Timestamp;
use bilik_shared::view::{BatchRange, Gap};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::parsed;

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The tablet.
    pub device: DeviceCode,
    /// Where it stands in the tablet's history.
    pub link: Link,
    /// The number of the batch that was received before it; 0 for none.
    pub follows: u32,
    /// It did not continue what was received.
    pub fork: bool,
    /// The hash of its bytes.
    pub hash: Hash,
    /// When it was sent, by the tablet's clock.
    pub clock: Timestamp,
    /// The tablet's signature over both.
    pub signature: Signature,
    /// In which life of the database it came.
    pub epoch: Digest,
    /// When, by the server's clock.
    pub received_at: Timestamp,
    /// As it travelled; `None` where somebody was erased whose data may be in it.
    pub bytes: Option<Vec<u8>>,
}

const COLUMNS: &str =
    "device, seq, prev, follows, fork, hash, clock, signature, epoch, received_at, bytes";

/// Keeps a batch.
pub fn insert(db: &Connection, batch: &Batch) -> Result<()> {
    let sql = format!(
        "INSERT INTO batches ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    );
    let Batch { device, link, follows, fork, hash, clock, signature, epoch, received_at, bytes } =
        batch;
    db.prepare_cached(&sql)?.execute((
        device.as_str(),
        link.seq,
        link.prev.map(|prev| prev.0),
        follows,
        fork,
        hash.0,
        clock.0,
        &signature.0[..],
        epoch.0,
        received_at.0,
        bytes,
    ))?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> Result<Batch> {
    let signature: Vec<u8> = row.get(7)?;
    Ok(Batch {
        device: parsed(row, 0)?,
        link: Link { seq: row.get(1)?, prev: row.get::<_, Option<[u8; 32]>>(2)?.map(Hash) },
        follows: row.get(3)?,
        fork: row.get(4)?,
        hash: Hash(row.get(5)?),
        clock: Timestamp(row.get(6)?),
        // One of another length fits nothing.
        signature: Signature(signature.try_into().unwrap_or([0; 64])),
        epoch: Digest(row.get(8)?),
        received_at: Timestamp(row.get(9)?),
        bytes: row.get(10)?,
    })
}

/// All batches in the order in which they came.
pub fn each(db: &Connection, mut take: impl FnMut(Batch)) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM batches ORDER BY position");
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        take(from_row(row)?);
    }
    Ok(())
}

/// The number of a batch that was received; `None` where it was not.
pub fn seq_of(db: &Connection, device: &DeviceCode, hash: &Hash) -> Result<Option<u32>> {
    let sql = "SELECT seq FROM batches WHERE device = ?1 AND hash = ?2";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_row((device.as_str(), hash.0), |row| row.get(0)).optional()
}

/// The last batch of a tablet's history that came after a position.
pub fn tip(db: &Connection, device: &DeviceCode, after: i64) -> Result<Option<Tip>> {
    let sql = "SELECT seq, hash FROM batches WHERE device = ?1 AND fork = 0 AND position > ?2
               ORDER BY position DESC LIMIT 1";
    let tip = |row: &Row<'_>| Ok(Tip { seq: row.get(0)?, hash: Hash(row.get(1)?) });
    db.prepare_cached(sql)?.query_row((device.as_str(), after), tip).optional()
}

/// The position of the newest batch; 0 for none.
pub fn last_position(db: &Connection) -> Result<i64> {
    db.query_row("SELECT coalesce(max(position), 0) FROM batches", (), |row| row.get(0))
}

/// Which batches of a tablet were received; `None` where there are none.
pub fn received(db: &Connection, device: &DeviceCode) -> Result<Option<BatchRange>> {
    let sql = "SELECT max(seq) FROM batches WHERE device = ?1 AND fork = 0";
    let last = db.prepare_cached(sql)?.query_row((device.as_str(),), |row| row.get(0))?;
    let Some(to) = last else { return Ok(None) };
    let sql = "SELECT follows + 1, seq - 1 FROM batches
               WHERE device = ?1 AND fork = 0 AND seq > follows + 1 ORDER BY position";
    let mut statement = db.prepare_cached(sql)?;
    let gaps = statement
        .query_map((device.as_str(),), |row| Ok(Gap { from: row.get(0)?, to: row.get(1)? }))?;
    Ok(Some(BatchRange { to, gaps: gaps.collect::<Result<_>>()? }))
}

/// Lets go of the bytes of every batch that speaks of a sheet; hash and signature stay. Refused unless somebody's
/// data are being removed.
pub fn forget_bytes(db: &Connection, sheet: &SheetId) -> Result<()> {
    let mut statement = db
        .prepare("SELECT position, bytes FROM batches WHERE bytes IS NOT NULL ORDER BY position")?;
    let kept = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let kept: Vec<(i64, Vec<u8>)> = kept.collect::<Result<_>>()?;
    // One that cannot be read any more may be about anybody.
    let about = |bytes: &[u8]| {
        Request::decode(bytes)
            .map_or(true, |request| request.sheets.iter().any(|asked| asked.id == *sheet))
    };
    for (position, _) in kept.iter().filter(|(_, bytes)| about(bytes)) {
        db.execute("UPDATE batches SET bytes = NULL WHERE position = ?1", (position,))?;
    }
    Ok(())
}

/// Notes that what a tablet holds comes from its memory, which the server has opened.
pub fn note_opened(db: &Connection, device: &DeviceCode, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO opened_memories (device, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute((device.as_str(), at.0)).map(drop)
}

/// Changes that came in no batch, and by which rule: from an opened memory, or let in by hand.
pub fn came_otherwise(db: &Connection) -> Result<BTreeSet<(SheetId, Hash)>> {
    let sql = "SELECT c.sheet, c.hash FROM changes c
               JOIN opened_memories o ON o.device = c.device AND o.at = c.received_at
               UNION SELECT q.sheet, q.hash FROM quarantine q
               JOIN quarantine_let_in l ON l.position = q.position";
    let mut statement = db.prepare(sql)?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, Hash(row.get(1)?))))?.collect()
}

/// Notes that a tablet holds a head which this database does not have. Once for each.
pub fn miss_head(db: &Connection, device: &DeviceCode, head: &Head, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO missed_heads (device, number, hash, at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    let number = i64::try_from(head.number).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?.execute((device.as_str(), number, head.hash.0, at.0))?;
    Ok(())
}

/// The first head that each tablet holds and this database does not have: its number, and when that was found.
pub fn missed_heads(db: &Connection) -> Result<BTreeMap<DeviceCode, (i64, Timestamp)>> {
    let sql = "SELECT device, number, min(at) FROM missed_heads GROUP BY device";
    let mut statement = db.prepare_cached(sql)?;
    statement
        .query_map((), |row| Ok((parsed(row, 0)?, (row.get(1)?, Timestamp(row.get(2)?)))))?
        .collect()
}
