//! The passkeys of people at the desk.

use bilik_shared::id::{Hash, OfficerId};
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};
use webauthn_rs::prelude::SecurityKey;

use super::columns::{from_json, json, parsed};

/// One passkey.
#[derive(Debug, Clone)]
pub struct PasskeyRow {
    /// Whose it is.
    pub user: OfficerId,
    /// What its owner calls it.
    pub name: String,
    /// The name of the server that it was made for: browsers show it to no other.
    pub host: String,
    /// Its public key, and what the library keeps beside it.
    pub key: SecurityKey,
    /// How often it had signed when it was last used; 0 where it does not count.
    pub counter: u32,
    /// When it was made.
    pub added_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// When its counter went back. From then on it is not taken.
    pub copied_at: Option<Timestamp>,
}

const COLUMNS: &str = "user, name, host, key, counter, added_at, used_at, copied_at, id";

fn from_row(row: &Row<'_>) -> Result<(Hash, PasskeyRow)> {
    let found = PasskeyRow {
        user: parsed(row, 0)?,
        name: row.get(1)?,
        host: row.get(2)?,
        key: from_json(row, 3)?,
        counter: row.get(4)?,
        added_at: Timestamp(row.get(5)?),
        used_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        copied_at: row.get::<_, Option<i64>>(7)?.map(Timestamp),
    };
    Ok((Hash(row.get(8)?), found))
}

/// Somebody's, the oldest first.
pub fn of(connection: &Connection, user: &OfficerId) -> Result<Vec<(Hash, PasskeyRow)>> {
    let sql = format!("SELECT {COLUMNS} FROM passkeys WHERE user = ?1 ORDER BY added_at, id");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map((user.as_str(),), from_row)?.collect()
}

/// One of them.
pub fn get(connection: &Connection, id: &Hash) -> Result<Option<PasskeyRow>> {
    let sql = format!("SELECT {COLUMNS} FROM passkeys WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row((id.0,), from_row).optional()?.map(|(_, row)| row))
}

/// Whether somebody has any.
pub fn has_any(connection: &Connection, user: &OfficerId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM passkeys WHERE user = ?1)";
    connection.prepare_cached(sql)?.query_row((user.as_str(),), |row| row.get(0))
}

/// Adds one, or writes what has changed of it.
pub fn put(connection: &Connection, id: &Hash, row: &PasskeyRow) -> Result<()> {
    let sql =
        "INSERT INTO passkeys (id, user, name, host, key, counter, added_at, used_at, copied_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT DO UPDATE SET key = excluded.key, counter = excluded.counter,
               used_at = excluded.used_at, copied_at = excluded.copied_at";
    let PasskeyRow { user, name, host, key, counter, added_at, used_at, copied_at } = row;
    let (used, copied) = (used_at.map(|at| at.0), copied_at.map(|at| at.0));
    let (user, key) = (user.as_str(), json(key)?);
    connection.execute(sql, (id.0, user, name, host, key, counter, added_at.0, used, copied))?;
    Ok(())
}

/// Takes one of somebody's away. None there is no error.
pub fn remove(connection: &Connection, user: &OfficerId, id: &Hash) -> Result<()> {
    connection
        .execute("DELETE FROM passkeys WHERE user = ?1 AND id = ?2", (user.as_str(), id.0))?;
    Ok(())
}

/// Takes all of somebody's away.
pub fn remove_of(connection: &Connection, user: &OfficerId) -> Result<()> {
    connection.execute("DELETE FROM passkeys WHERE user = ?1", (user.as_str(),))?;
    Ok(())
}
