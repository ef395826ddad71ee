//! Who is signed in. Only hashes of tokens are kept, so a stolen database opens no session.

use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::parsed;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub user: OfficerId,
    /// What the browser calls itself.
    pub screen: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they were last seen, to the minute.
    pub seen_at: Timestamp,
    /// When they last showed their password.
    pub confirmed_at: Timestamp,
}

/// Adds a session.
pub fn insert(
    connection: &Connection,
    token: [u8; 32],
    user: &OfficerId,
    screen: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO sessions (token, user, screen, created_at, seen_at, confirmed_at)
               VALUES (?1, ?2, ?3, ?4, ?4, ?4)";
    connection.execute(sql, (token, user.as_str(), screen, now.0))?;
    Ok(())
}

/// The session of a token.
pub fn get(connection: &Connection, token: [u8; 32]) -> Result<Option<SessionRow>> {
    let sql =
        "SELECT user, screen, created_at, seen_at, confirmed_at FROM sessions WHERE token = ?1";
    connection.prepare_cached(sql)?.query_row((token,), from_row).optional()
}

/// The sessions of a person with their tokens' hashes, the last used first.
pub fn of(connection: &Connection, user: &OfficerId) -> Result<Vec<([u8; 32], SessionRow)>> {
    let sql = "SELECT user, screen, created_at, seen_at, confirmed_at, token FROM sessions WHERE user = ?1
               ORDER BY seen_at DESC, token";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((user.as_str(),), |row| Ok((row.get(5)?, from_row(row)?)))?;
    rows.collect()
}

fn from_row(row: &Row<'_>) -> Result<SessionRow> {
    let (created_at, seen_at) = (Timestamp(row.get(2)?), Timestamp(row.get(3)?));
    let confirmed_at = Timestamp(row.get(4)?);
    Ok(SessionRow { user: parsed(row, 0)?, screen: row.get(1)?, created_at, seen_at, confirmed_at })
}

/// Notes that the person was seen.
pub fn touch(connection: &Connection, token: [u8; 32], now: Timestamp) -> Result<()> {
    connection.execute("UPDATE sessions SET seen_at = ?2 WHERE token = ?1", (token, now.0))?;
    Ok(())
}

/// Notes that the person has shown their password again.
pub fn confirm(connection: &Connection, token: [u8; 32], now: Timestamp) -> Result<()> {
    let sql = "UPDATE sessions SET seen_at = ?2, confirmed_at = ?2 WHERE token = ?1";
    connection.execute(sql, (token, now.0))?;
    Ok(())
}

/// Ends a session.
pub fn remove(connection: &Connection, token: [u8; 32]) -> Result<()> {
    connection.execute("DELETE FROM sessions WHERE token = ?1", (token,))?;
    Ok(())
}

/// Ends every session of a person, except the one with this token.
pub fn remove_of(connection: &Connection, user: &OfficerId, but: Option<[u8; 32]>) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE user = ?1 AND token IS NOT ?2";
    connection.execute(sql, (user.as_str(), but))?;
    Ok(())
}

/// Ends all sessions.
pub fn end_all(connection: &Connection) -> Result<()> {
    connection.execute("DELETE FROM sessions", ())?;
    Ok(())
}

/// Ends sessions that began before `created` or were last seen before `seen`.
pub fn remove_older(connection: &Connection, created: Timestamp, seen: Timestamp) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE created_at < ?1 OR seen_at < ?2";
    connection.execute(sql, (created.0, seen.0))?;
    Ok(())
}
