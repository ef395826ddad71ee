//! Addresses that are told of released participants, and the messages to them.

use bilik_shared::time::Timestamp;
use bilik_shared::view::access::{DeadLetter, Hook};
use rusqlite::{Connection, Result};

/// A message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its number.
    pub id: i64,
    /// Where it goes.
    pub url: String,
    /// What it is signed with.
    pub secret: String,
    /// What it says.
    pub body: String,
    /// How often it was tried before.
    pub tries: u32,
}

/// The addresses, oldest first.
pub fn list(connection: &Connection) -> Result<Vec<Hook>> {
    let sql = "SELECT h.id, h.url, h.made_at, count(d.due_at), count(d.delivered_at)
               FROM hooks h LEFT JOIN deliveries d ON d.hook = h.id
               WHERE h.removed_at IS NULL GROUP BY h.id ORDER BY h.id";
    let hook = |row: &rusqlite::Row<'_>| {
        Ok(Hook {
            id: row.get(0)?,
            url: row.get(1)?,
            made_at: Timestamp(row.get(2)?),
            waiting: row.get(3)?,
            delivered: row.get(4)?,
        })
    };
    connection.prepare_cached(sql)?.query_map((), hook)?.collect()
}

/// Adds an address.
pub fn insert(connection: &Connection, url: &str, secret: &str, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO hooks (url, secret, made_at) VALUES (?1, ?2, ?3)";
    connection.execute(sql, (url, secret, at.0))?;
    Ok(())
}

/// Removes an address; what waits for it is not sent any more. `false` where there is none of this number.
pub fn remove(connection: &Connection, id: i64, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE hooks SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL";
    let removed = connection.execute(sql, (id, at.0))? == 1;
    connection.execute("UPDATE deliveries SET due_at = NULL WHERE hook = ?1", (id,))?;
    Ok(removed)
}

/// The numbers of the addresses that are to be told.
pub fn active(connection: &Connection) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM hooks WHERE removed_at IS NULL";
    connection.prepare_cached(sql)?.query_map((), |row| row.get(0))?.collect()
}

/// Writes a message that is due at once.
pub fn enqueue(connection: &Connection, hook: i64, body: &str, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO deliveries (hook, body, at, due_at) VALUES (?1, ?2, ?3, ?3)";
    connection.prepare_cached(sql)?.execute((hook, body, at.0))?;
    Ok(())
}

/// Messages that are due, at most `most`, oldest first.
pub fn due(connection: &Connection, now: Timestamp, most: u32) -> Result<Vec<Due>> {
    let sql = "SELECT d.id, h.url, h.secret, d.body, d.tries FROM deliveries d JOIN hooks h ON h.id = d.hook
               WHERE d.due_at <= ?1 ORDER BY d.due_at LIMIT ?2";
    let due = |row: &rusqlite::Row<'_>| {
        Ok(Due {
            id: row.get(0)?,
            url: row.get(1)?,
            secret: row.get(2)?,
            body: row.get(3)?,
            tries: row.get(4)?,
        })
    };
    connection.prepare_cached(sql)?.query_map((now.0, most), due)?.collect()
}

/// Notes that a message was taken.
pub fn delivered(connection: &Connection, id: i64, status: u16, at: Timestamp) -> Result<()> {
    let sql = "UPDATE deliveries SET due_at = NULL, delivered_at = ?3, tried_at = ?3,
               tries = tries + 1, status = ?2 WHERE id = ?1";
    connection.execute(sql, (id, status, at.0))?;
    Ok(())
}

/// Notes that a message was not taken; `again` is when it is sent again, if it is.
pub fn failed(
    connection: &Connection,
    id: i64,
    status: u16,
    at: Timestamp,
    again: Option<Timestamp>,
) -> Result<()> {
    // An address that was removed meanwhile is not told any more.
    let sql = "UPDATE deliveries SET due_at = CASE WHEN due_at IS NULL THEN NULL ELSE ?4 END, tried_at = ?3,
               tries = tries + 1, status = ?2 WHERE id = ?1";
    connection.execute(sql, (id, status, at.0, again.map(|again| again.0)))?;
    Ok(())
}

const DEAD: &str =
    "d.due_at IS NULL AND d.delivered_at IS NULL AND d.tries > 0 AND h.removed_at IS NULL";

/// Messages that were given up, newest first, at most `most`.
pub fn dead(connection: &Connection, most: u32) -> Result<Vec<DeadLetter>> {
    let sql = format!(
        "SELECT d.id, h.url, d.at, d.tried_at, d.tries, d.status FROM deliveries d
         JOIN hooks h ON h.id = d.hook WHERE {DEAD} ORDER BY d.id DESC LIMIT ?1"
    );
    let letter = |row: &rusqlite::Row<'_>| {
        Ok(DeadLetter {
            id: row.get(0)?,
            url: row.get(1)?,
            at: Timestamp(row.get(2)?),
            failed_at: Timestamp(row.get(3)?),
            tries: row.get(4)?,
            status: row.get(5)?,
        })
    };
    connection.prepare_cached(&sql)?.query_map([most], letter)?.collect()
}

/// Has a message that was given up sent again, from the beginning of its tries; `false` where it was not given up.
pub fn send_again(connection: &Connection, id: i64, now: Timestamp) -> Result<bool> {
    let sql = format!(
        "UPDATE deliveries SET due_at = ?2, tries = 0 WHERE id = ?1 AND EXISTS
         (SELECT 1 FROM deliveries d JOIN hooks h ON h.id = d.hook WHERE d.id = ?1 AND {DEAD})"
    );
    Ok(connection.execute(&sql, (id, now.0))? == 1)
}
