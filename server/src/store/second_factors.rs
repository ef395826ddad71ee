//! The second factors of people at the desk: the digits of a phone, and the codes on paper. For their passkeys see
//! [`super::passkeys`].

use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

use super::passkeys;

/// Somebody's phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRow {
    /// The secret, sealed under a key that is not in the database.
    pub secret: Vec<u8>,
    /// Since when it is asked for; before that it is only being set up.
    pub confirmed_at: Option<Timestamp>,
    /// The last step of 30 seconds whose digits were taken: none is taken twice.
    pub last_step: u64,
}

/// One person's.
pub fn get(connection: &Connection, user: &OfficerId) -> Result<Option<FactorRow>> {
    let sql = "SELECT secret, confirmed_at, last_step FROM second_factors WHERE user = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row((user.as_str(),), |row| {
        Ok(FactorRow {
            secret: row.get(0)?,
            confirmed_at: row.get::<_, Option<i64>>(1)?.map(Timestamp),
            last_step: row.get::<_, i64>(2)?.unsigned_abs(),
        })
    });
    row.optional()
}

/// Writes it.
pub fn put(connection: &Connection, user: &OfficerId, row: &FactorRow) -> Result<()> {
    let sql = "INSERT INTO second_factors (user, secret, confirmed_at, last_step) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET secret = excluded.secret, confirmed_at = excluded.confirmed_at,
               last_step = excluded.last_step";
    let FactorRow { secret, confirmed_at, last_step } = row;
    let (at, step) = (confirmed_at.map(|at| at.0), last_step.cast_signed());
    connection.execute(sql, (user.as_str(), secret, at, step))?;
    Ok(())
}

/// Takes the digits away. None there is no error.
pub fn remove(connection: &Connection, user: &OfficerId) -> Result<()> {
    connection.execute("DELETE FROM second_factors WHERE user = ?1", (user.as_str(),))?;
    Ok(())
}

/// The hashes of the codes on paper that were not used yet.
pub fn codes(connection: &Connection, user: &OfficerId) -> Result<Vec<[u8; 32]>> {
    let sql = "SELECT codes FROM paper_codes WHERE user = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let codes: Option<Vec<u8>> =
        statement.query_row((user.as_str(),), |row| row.get(0)).optional()?;
    Ok(codes.unwrap_or_default().as_chunks().0.to_vec())
}

/// Writes them.
pub fn put_codes(connection: &Connection, user: &OfficerId, codes: &[[u8; 32]]) -> Result<()> {
    let sql = "INSERT INTO paper_codes (user, codes) VALUES (?1, ?2)
               ON CONFLICT DO UPDATE SET codes = excluded.codes";
    connection.execute(sql, (user.as_str(), codes.concat()))?;
    Ok(())
}

/// Takes them away.
pub fn remove_codes(connection: &Connection, user: &OfficerId) -> Result<()> {
    connection.execute("DELETE FROM paper_codes WHERE user = ?1", (user.as_str(),))?;
    Ok(())
}

/// Takes everything away that somebody has besides their password.
pub fn remove_all(connection: &Connection, user: &OfficerId) -> Result<()> {
    remove(connection, user)?;
    passkeys::remove_of(connection, user)?;
    remove_codes(connection, user)
}
