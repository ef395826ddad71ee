//! People who sign in at the desk.

use bilik_shared::id::OfficerId;
use bilik_shared::role::Role;
use rusqlite::{Connection, OptionalExtension, Result};

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
}

/// One person.
pub fn get(connection: &Connection, id: &str) -> Result<Option<UserRow>> {
    let sql = "SELECT id, name, role, password FROM users WHERE id = ?1";
    let row = connection.prepare_cached(sql)?.query_row((id,), |row| {
        let role: String = row.get(2)?;
        Ok((parsed(row, 0)?, row.get(1)?, role, row.get(3)?))
    });
    let Some((id, name, role, password)) = row.optional()? else { return Ok(None) };
    // A role that only a newer version knows may do nothing here.
    Ok(Role::parse(&role).map(|role| UserRow { id, name, role, password }))
}

/// The names of all people.
pub fn names(connection: &Connection) -> Result<Vec<(OfficerId, String)>> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM users ORDER BY id")?;
    statement.query_map((), |row| Ok((parsed(row, 0)?, row.get(1)?)))?.collect()
}

/// Adds a person, or gives them another name, role and password.
pub fn put(connection: &Connection, user: &UserRow) -> Result<()> {
    let sql = "INSERT INTO users (id, name, role, password) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET name = excluded.name, role = excluded.role, password = excluded.password";
    connection.execute(sql, (user.id.as_str(), &user.name, user.role.code(), &user.password))?;
    Ok(())
}
