//! The second factors of people at the desk.

use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

/// Somebody's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRow {
    /// The secret, sealed under a key that is not in the database.
    pub secret: Vec<u8>,
    /// Since when it is asked for; before that it is only being set up.
    pub confirmed_at: Option<Timestamp>,
    /// The last step of 30 seconds whose digits were taken: none is taken twice.
    pub last_step: u64,
    /// The hashes of the codes on paper that were not used yet.
    pub codes: Vec<[u8; 32]>,
}

/// One person's.
pub fn get(connection: &Connection, user: &OfficerId) -> Result<Option<FactorRow>> {
    let sql = "SELECT secret, confirmed_at, last_step, codes FROM second_factors WHERE user = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row((user.as_str(),), |row| {
        let codes: Vec<u8> = row.get(3)?;
        Ok(FactorRow {
            secret: row.get(0)?,
            confirmed_at: row.get::<_, Option<i64>>(1)?.map(Timestamp),
            last_step: row.get::<_, i64>(2)?.unsigned_abs(),
            codes: codes.as_chunks().0.to_vec(),
        })
    });
    row.optional()
}

/// Writes it.
pub fn put(connection: &Connection, user: &OfficerId, row: &FactorRow) -> Result<()> {
    let sql = "INSERT INTO second_factors (user, secret, confirmed_at, last_step, codes)
               VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO UPDATE SET secret = excluded.secret, confirmed_at = excluded.confirmed_at,
               last_step = excluded.last_step, codes = excluded.codes";
    let FactorRow { secret, confirmed_at, last_step, codes } = row;
    let (at, step) = (confirmed_at.map(|at| at.0), last_step.cast_signed());
    connection.execute(sql, (user.as_str(), secret, at, step, codes.concat()))?;
    Ok(())
}

/// Takes it away. None there is no error.
pub fn remove(connection: &Connection, user: &OfficerId) -> Result<()> {
    connection.execute("DELETE FROM second_factors WHERE user = ?1", (user.as_str(),))?;
    Ok(())
}
