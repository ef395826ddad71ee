//! People who sign in at the desk.

use bilik_shared::id::OfficerId;
use bilik_shared::role::Role;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::parsed;

/// A person with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// What they type.
    pub id: OfficerId,
    /// What screens call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The Argon2id hash with its parameters and salt.
    pub password: String,
    /// They cannot sign in.
    pub locked: bool,
    /// They must choose a password of their own first.
    pub must_change: bool,
}

const COLUMNS: &str = "id, name, role, password, locked, must_change";

/// One person.
pub fn get(connection: &Connection, id: &str) -> Result<Option<UserRow>> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1");
    let row = connection.prepare_cached(&sql)?.query_row((id,), from_row);
    Ok(row.optional()?.flatten())
}

/// Everybody whose role is known here, by what they type.
pub fn list(connection: &Connection) -> Result<Vec<UserRow>> {
    let sql = format!("SELECT {COLUMNS} FROM users ORDER BY id");
    let rows: Result<Vec<_>> = connection.prepare_cached(&sql)?.query_map((), from_row)?.collect();
    Ok(rows?.into_iter().flatten().collect())
}

/// A role that only a newer version knows may do nothing here.
fn from_row(row: &Row<'_>) -> Result<Option<UserRow>> {
    let role: String = row.get(2)?;
    let Some(role) = Role::parse(&role) else { return Ok(None) };
    Ok(Some(UserRow {
        id: parsed(row, 0)?,
        name: row.get(1)?,
        role,
        password: row.get(3)?,
        locked: row.get(4)?,
        must_change: row.get(5)?,
    }))
}

/// The names of all people.
pub fn names(connection: &Connection) -> Result<Vec<(OfficerId, String)>> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM users ORDER BY id")?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, row.get(1)?)))?.collect()
}

/// Those of one role.
pub fn of_role(connection: &Connection, role: Role) -> Result<Vec<OfficerId>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM users WHERE role = ?1 ORDER BY name")?;
    statement.query_map((role.code(),), |row| parsed(row, 0))?.collect()
}

/// Adds a person, or makes them what is given.
pub fn put(connection: &Connection, user: &UserRow) -> Result<()> {
    let sql = "INSERT INTO users (id, name, role, password, locked, must_change)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT DO UPDATE SET name = excluded.name, role = excluded.role,
               password = excluded.password, locked = excluded.locked, must_change = excluded.must_change";
    let UserRow { id, name, role, password, locked, must_change } = user;
    connection.execute(sql, (id.as_str(), name, role.code(), password, locked, must_change))?;
    Ok(())
}
