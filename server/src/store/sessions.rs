//! Who is signed in. Only hashes of tokens are kept, so a stolen database opens no session.

use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

use super::columns::parsed;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub user: OfficerId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they were last seen, to the minute.
    pub seen_at: Timestamp,
}

/// Adds a session.
pub fn insert(
    connection: &Connection,
    token: [u8; 32],
    user: &OfficerId,
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO sessions (token, user, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)";
    connection.execute(sql, (token, user.as_str(), now.0))?;
    Ok(())
}

/// The session of a token.
pub fn get(connection: &Connection, token: [u8; 32]) -> Result<Option<SessionRow>> {
    let sql = "SELECT user, created_at, seen_at FROM sessions WHERE token = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row((token,), |row| {
        let (created_at, seen_at) = (Timestamp(row.get(1)?), Timestamp(row.get(2)?));
        Ok(SessionRow { user: parsed(row, 0)?, created_at, seen_at })
    });
    row.optional()
}

/// Notes that the person was seen.
pub fn touch(connection: &Connection, token: [u8; 32], now: Timestamp) -> Result<()> {
    connection.execute("UPDATE sessions SET seen_at = ?2 WHERE token = ?1", (token, now.0))?;
    Ok(())
}

/// Ends a session.
pub fn remove(connection: &Connection, token: [u8; 32]) -> Result<()> {
    connection.execute("DELETE FROM sessions WHERE token = ?1", (token,))?;
    Ok(())
}

/// Ends sessions that began before `created` or were last seen before `seen`.
pub fn remove_older(connection: &Connection, created: Timestamp, seen: Timestamp) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE created_at < ?1 OR seen_at < ?2";
    connection.execute(sql, (created.0, seen.0))?;
    Ok(())
}
