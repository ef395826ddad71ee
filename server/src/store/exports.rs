//! The log of what was taken out of the system. Lines are only ever added.

use bilik_shared::report::Exported;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, Result, Row};

use super::columns::parsed;

/// Adds a line.
pub fn insert(connection: &Connection, export: &Exported) -> Result<()> {
    let sql = "INSERT INTO exports (at, user, role, report, format, purpose, rows, sha256)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let Exported { at, user, role, report, format, purpose, rows, sha256 } = export;
    connection.execute(sql, (at.0, user.as_str(), role, report, format, purpose, rows, sha256))?;
    Ok(())
}

/// The newest lines, newest first.
pub fn newest(connection: &Connection, most: u32) -> Result<Vec<Exported>> {
    let lines = before(connection, i64::MAX, most)?;
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// The newest lines before the one with a number, newest first, with their numbers.
pub fn before(connection: &Connection, above: i64, most: u32) -> Result<Vec<(i64, Exported)>> {
    let sql = "SELECT at, user, role, report, format, purpose, rows, sha256, position FROM exports
               WHERE position < ?1 ORDER BY position DESC LIMIT ?2";
    let numbered = |row: &Row<'_>| Ok((row.get(8)?, from_row(row)?));
    connection.prepare_cached(sql)?.query_map((above, most), numbered)?.collect()
}

fn from_row(row: &Row<'_>) -> Result<Exported> {
    Ok(Exported {
        at: Timestamp(row.get(0)?),
        user: parsed(row, 1)?,
        role: row.get(2)?,
        report: row.get(3)?,
        format: row.get(4)?,
        purpose: row.get(5)?,
        rows: row.get(6)?,
        sha256: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn a_line_of_the_log_is_never_altered_or_removed() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let line = |n: u32| Exported {
            at: Timestamp(i64::from(n)),
            user: "marlin".parse().unwrap(),
            role: "VERIFIKATOR".into(),
            report: "participants".into(),
            format: "xlsx".into(),
            purpose: "rapat".into(),
            rows: n,
            sha256: "00".into(),
        };
        for n in 1..=3 {
            insert(&db, &line(n)).unwrap();
        }
        assert_eq!(newest(&db, 2), Ok(vec![line(3), line(2)]));
        assert!(db.execute("DELETE FROM exports", ()).is_err());
        assert!(db.execute("UPDATE exports SET purpose = ''", ()).is_err());
    }
}
