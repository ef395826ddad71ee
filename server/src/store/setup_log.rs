//! The log of the set-up. Lines are only ever added.

use bilik_shared::setup::{Kind, Logged};
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, Result, Row};

use super::columns::{from_json, json, parsed};

/// Adds a line.
pub fn insert(connection: &Connection, line: &Logged) -> Result<()> {
    let sql =
        "INSERT INTO setup_log (at, officer, kind, name, changes) VALUES (?1, ?2, ?3, ?4, ?5)";
    let Logged { at, by, kind, name, changes } = line;
    let changes = json(changes)?;
    connection.execute(sql, (at.0, by.as_str(), kind.code(), name, changes))?;
    Ok(())
}

/// The newest lines about some kinds of things, newest first. A kind that only a newer version knows is left out.
pub fn newest(connection: &Connection, kinds: &[Kind], most: usize) -> Result<Vec<Logged>> {
    let sql = "SELECT at, officer, kind, name, changes FROM setup_log ORDER BY position DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let mut lines = Vec::new();
    let mut rows = statement.query(())?;
    while lines.len() < most
        && let Some(row) = rows.next()?
    {
        lines.extend(from_row(row)?.filter(|line| kinds.contains(&line.kind)));
    }
    Ok(lines)
}

fn from_row(row: &Row<'_>) -> Result<Option<Logged>> {
    let kind: String = row.get(2)?;
    let Some(kind) = Kind::parse(&kind) else { return Ok(None) };
    let (at, by, name) = (Timestamp(row.get(0)?), parsed(row, 1)?, row.get(3)?);
    Ok(Some(Logged { at, by, kind, name, changes: from_json(row, 4)? }))
}

#[cfg(test)]
mod tests {
    use bilik_shared::setup::Difference;

    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn a_line_is_never_altered_or_removed() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let line = |n, kind| Logged {
            at: Timestamp(n),
            by: "admin".parse().unwrap(),
            kind,
            name: "GAR/1".into(),
            changes: vec![Difference { fact: "seats".into(), was: "16".into(), is: "20".into() }],
        };
        for (n, kind) in [(1, Kind::Package), (2, Kind::User), (3, Kind::Package)] {
            insert(&db, &line(n, kind)).unwrap();
        }
        let (one, three) = (line(1, Kind::Package), line(3, Kind::Package));
        assert_eq!(newest(&db, &[Kind::Package], 9), Ok(vec![three.clone(), one]));
        assert_eq!(newest(&db, &[Kind::Package], 1), Ok(vec![three]));
        assert!(db.execute("DELETE FROM setup_log", ()).is_err());
        assert!(db.execute("UPDATE setup_log SET name = ''", ()).is_err());
    }
}
