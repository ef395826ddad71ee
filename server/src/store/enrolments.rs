//! One-time codes that enrol a tablet. What they are stretched into is kept, and nothing that they could be made
//! of again.

use bilik_shared::enrolment::{Secret, Stretched};
use bilik_shared::id::{Hash, SheetId};
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
    code: &Stretched,
    sheets: Option<&[SheetId]>,
    expires_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO enrolments (code, secret, sheets, expires_at) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, (code.name.0, code.key.0, joined(sheets), expires_at.0))?;
    Ok(())
}

/// What the code of this name is worth, also when it is too old; it is forgotten when the code is used.
pub fn secret(connection: &Connection, name: &Hash) -> Result<Option<Secret>> {
    let sql = "SELECT secret FROM enrolments WHERE code = ?1 AND used_at IS NULL";
    let found = connection.query_row(sql, (name.0,), |row| row.get(0)).optional()?;
    Ok(found.flatten().map(Secret))
}

/// Uses a code up. One statement decides, so of many callers exactly one gets [`Redeemed::Now`].
pub fn redeem(connection: &Connection, name: &Hash, now: Timestamp) -> Result<Redeemed> {
    // Codes of a version that had no secret with them are too old.
    let sql = "UPDATE enrolments SET used_at = ?2, secret = NULL
               WHERE code = ?1 AND secret IS NOT NULL AND expires_at > ?2 RETURNING sheets";
    let won = connection.query_row(sql, (name.0, now.0), |row| parsed_list(row, 0)).optional()?;
    if let Some(sheets) = won {
        return Ok(Redeemed::Now(sheets));
    }
    let sql = "SELECT used_at IS NOT NULL FROM enrolments WHERE code = ?1";
    let used: Option<bool> = connection.query_row(sql, (name.0,), |row| row.get(0)).optional()?;
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
        let code = |n| Stretched { name: Hash([n; 32]), key: Secret([n + 100; 32]) };
        let [one, two, three] = [1, 2, 3].map(code);
        insert(&db, &one, Some(&sheets), Timestamp(100)).unwrap();
        insert(&db, &two, None, Timestamp(100)).unwrap();
        assert_eq!(redeem(&db, &one.name, Timestamp(99)), Ok(Redeemed::Now(Some(sheets))));
        assert_eq!(redeem(&db, &one.name, Timestamp(99)), Ok(Redeemed::Before));
        assert_eq!(redeem(&db, &one.name, Timestamp(200)), Ok(Redeemed::Before));
        assert_eq!(redeem(&db, &two.name, Timestamp(100)), Ok(Redeemed::TooLate));
        assert_eq!(redeem(&db, &three.name, Timestamp(0)), Ok(Redeemed::Never));
        assert_eq!(secret(&db, &one.name), Ok(None), "it was used");
        assert_eq!(secret(&db, &two.name), Ok(Some(two.key)));
        assert_eq!(secret(&db, &three.name), Ok(None));
        assert_eq!(forget_before(&db, Timestamp(101)), Ok(2));
    }
}
