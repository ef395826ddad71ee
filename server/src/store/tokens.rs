//! Tokens of other systems. Only their hashes are kept.

use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use bilik_shared::view::access::{Scope, Token};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::parsed;

fn scopes(text: &str) -> Vec<Scope> {
    text.split(' ').filter_map(Scope::parse).collect()
}

fn token(row: &Row<'_>) -> Result<Token> {
    let text: String = row.get(2)?;
    Ok(Token {
        id: row.get(0)?,
        name: row.get(1)?,
        scopes: scopes(&text),
        made_at: Timestamp(row.get(3)?),
        made_by: parsed(row, 4)?,
        used_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        revoked_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}

const COLUMNS: &str = "SELECT id, name, scopes, made_at, made_by, used_at, revoked_at FROM tokens";

/// All tokens, newest first, those that open nothing any more behind the others.
pub fn list(connection: &Connection) -> Result<Vec<Token>> {
    let sql = format!("{COLUMNS} ORDER BY revoked_at IS NOT NULL, id DESC");
    connection.prepare_cached(&sql)?.query_map((), token)?.collect()
}

/// The token with this hash, unless it was revoked.
pub fn get(connection: &Connection, hash: [u8; 32]) -> Result<Option<Token>> {
    let sql = format!("{COLUMNS} WHERE hash = ?1 AND revoked_at IS NULL");
    connection.prepare_cached(&sql)?.query_row((hash,), token).optional()
}

/// Adds a token.
pub fn insert(
    connection: &Connection,
    (name, scopes): (&str, &[Scope]),
    hash: [u8; 32],
    (at, by): (Timestamp, &OfficerId),
) -> Result<()> {
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.code()).collect();
    let sql =
        "INSERT INTO tokens (name, scopes, hash, made_at, made_by) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.execute(sql, (name, scopes.join(" "), hash, at.0, by.as_str()))?;
    Ok(())
}

/// Revokes a token; `false` where there is none of this number that opens something.
pub fn revoke(connection: &Connection, id: i64, at: Timestamp) -> Result<bool> {
    let sql = "UPDATE tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
    Ok(connection.execute(sql, (id, at.0))? == 1)
}

/// Notes that a token was used.
pub fn touch(connection: &Connection, id: i64, at: Timestamp) -> Result<()> {
    connection.execute("UPDATE tokens SET used_at = ?2 WHERE id = ?1", (id, at.0))?;
    Ok(())
}
