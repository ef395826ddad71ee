//! One-time codes that enrol a tablet. Only their hashes are kept.

use bilik_shared::id::SheetId;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

use super::columns::{list as joined, parsed_list};

/// What became of a code that someone typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// It is used up now, by the caller; the tablet is given these sheets (`None`: all).
    Now(Option<Vec<SheetId>>),
    /// Another tablet used it.
    Before,
    /// Its time is over.
    TooLate,
    /// There is no such code.
    Never,
}

/// Adds a code.
pub fn insert(
    connection: &Connection,
    code: [u8; 32],
    sheets: Option<&[SheetId]>,
    expires_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO enrolments (code, sheets, expires_at) VALUES (?1, ?2, ?3)";
    connection.execute(sql, (code, joined(sheets), expires_at.0))?;
    Ok(())
}

/// Uses a code up. One statement decides, so of many callers exactly one gets [`Redeemed::Now`].
pub fn redeem(connection: &Connection, code: [u8; 32], now: Timestamp) -> Result<Redeemed> {
    let sql = "UPDATE enrolments SET used_at = ?2
               WHERE code = ?1 AND used_at IS NULL AND expires_at > ?2 RETURNING sheets";
    let won = connection.query_row(sql, (code, now.0), |row| parsed_list(row, 0)).optional()?;
    if let Some(sheets) = won {
        return Ok(Redeemed::Now(sheets));
    }
    let sql = "SELECT used_at IS NOT NULL FROM enrolments WHERE code = ?1";
    let used: Option<bool> = connection.query_row(sql, (code,), |row| row.get(0)).optional()?;
    Ok(match used {
        Some(true) => Redeemed::Before,
        Some(false) => Redeemed::TooLate,
        None => Redeemed::Never,
    })
}

/// Forgets codes whose time was over long ago, so that the table does not grow for ever.
pub fn forget_before(connection: &Connection, then: Timestamp) -> Result<usize> {
    connection.execute("DELETE FROM enrolments WHERE expires_at < ?1", (then.0,))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn a_code_works_once_and_only_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let sheets: Vec<SheetId> = vec!["w-A".parse().unwrap(), "w-B".parse().unwrap()];
        insert(&db, [1; 32], Some(&sheets), Timestamp(100)).unwrap();
        insert(&db, [2; 32], None, Timestamp(100)).unwrap();
        assert_eq!(redeem(&db, [1; 32], Timestamp(99)), Ok(Redeemed::Now(Some(sheets))));
        assert_eq!(redeem(&db, [1; 32], Timestamp(99)), Ok(Redeemed::Before));
        assert_eq!(redeem(&db, [1; 32], Timestamp(200)), Ok(Redeemed::Before));
        assert_eq!(redeem(&db, [2; 32], Timestamp(100)), Ok(Redeemed::TooLate));
        assert_eq!(redeem(&db, [3; 32], Timestamp(0)), Ok(Redeemed::Never));
        assert_eq!(forget_before(&db, Timestamp(101)), Ok(2));
    }
}
