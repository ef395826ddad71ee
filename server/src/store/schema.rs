//! Tables, and how an older database becomes a newer one.
//!
//! The crate `rusqlite_migration` does not support rusqlite 0.43 yet; what is needed of it is the twenty lines below.
//! A migration that was released is never changed: another one is added behind it.

use rusqlite::Connection;

use super::OpenError;

const MIGRATIONS: &[&str] = &["
CREATE TABLE meta (
    key     TEXT PRIMARY KEY,
    value   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sheets (
    id          TEXT PRIMARY KEY,
    block       TEXT NOT NULL,
    generation  INTEGER NOT NULL,
    digest      BLOB NOT NULL
) STRICT;

CREATE TABLE changes (
    position    INTEGER PRIMARY KEY,
    sheet       TEXT NOT NULL REFERENCES sheets (id),
    hash        BLOB NOT NULL,
    actor       BLOB NOT NULL,
    seq         INTEGER NOT NULL,
    device      TEXT,
    officer     TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    UNIQUE (sheet, hash),
    UNIQUE (sheet, actor, seq)
) STRICT;

CREATE TABLE actors (
    actor   BLOB PRIMARY KEY,
    device  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    position    INTEGER PRIMARY KEY,
    sheet       TEXT NOT NULL,
    hash        BLOB NOT NULL,
    device      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    UNIQUE (sheet, hash, device)
) STRICT;

CREATE TABLE devices (
    id              BLOB PRIMARY KEY,
    code            TEXT NOT NULL UNIQUE,
    secret          BLOB NOT NULL,
    sheets          TEXT,
    enrolled_at     INTEGER NOT NULL,
    last_contact    INTEGER,
    app             TEXT NOT NULL DEFAULT '',
    clock_offset    INTEGER NOT NULL DEFAULT 0,
    waiting         INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE enrolments (
    code        BLOB PRIMARY KEY,
    sheets      TEXT,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    password    TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    token       BLOB PRIMARY KEY,
    user        TEXT NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    sheet   TEXT NOT NULL REFERENCES sheets (id),
    entry   BLOB NOT NULL,
    row     TEXT NOT NULL,
    PRIMARY KEY (sheet, entry)
) STRICT, WITHOUT ROWID;

-- Changes are the truth: nothing that this program does may alter or remove one.
CREATE TRIGGER changes_stay BEFORE UPDATE ON changes BEGIN SELECT RAISE (ABORT, 'changes are insert only'); END;
CREATE TRIGGER changes_are_kept BEFORE DELETE ON changes BEGIN SELECT RAISE (ABORT, 'changes are insert only'); END;
", "
-- How many sheets the tablet held at its last contact; when its memory was found lost, and what it had said
-- was waiting before that.
ALTER TABLE devices ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN emptied_at INTEGER;
ALTER TABLE devices ADD COLUMN lost_waiting INTEGER NOT NULL DEFAULT 0;
", "
-- `GAR/1`: a seat of a package; `GAR` with a turn: the reserve list of a programme. Derived, like the row.
ALTER TABLE entries ADD COLUMN place TEXT;
ALTER TABLE entries ADD COLUMN turn INTEGER;
CREATE INDEX entries_by_place ON entries (place) WHERE place IS NOT NULL;
", "
CREATE TABLE allocations (
    number      INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    decree      TEXT NOT NULL,
    decree_date TEXT NOT NULL,
    seed        BLOB NOT NULL,
    digest      BLOB NOT NULL,
    policy      INTEGER NOT NULL,
    seats       INTEGER NOT NULL,
    reserve     INTEGER NOT NULL,
    none        INTEGER NOT NULL,
    input       TEXT NOT NULL,
    proposal    TEXT NOT NULL
) STRICT;

CREATE TABLE allocation_previews (
    digest  BLOB PRIMARY KEY,
    input   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A run can be looked into and run again for as long as there is a decree that names it.
CREATE TRIGGER allocations_stay BEFORE UPDATE ON allocations BEGIN SELECT RAISE (ABORT, 'runs are insert only'); END;
CREATE TRIGGER allocations_are_kept BEFORE DELETE ON allocations BEGIN SELECT RAISE (ABORT, 'runs are insert only'); END;
", "
CREATE TABLE exports (
    position    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    user        TEXT NOT NULL,
    role        TEXT NOT NULL,
    report      TEXT NOT NULL,
    format      TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    rows        INTEGER NOT NULL,
    sha256      TEXT NOT NULL
) STRICT;

-- The log of what left the house: nothing that this program does may alter or remove a line.
CREATE TRIGGER exports_stay BEFORE UPDATE ON exports BEGIN SELECT RAISE (ABORT, 'exports are insert only'); END;
CREATE TRIGGER exports_are_kept BEFORE DELETE ON exports BEGIN SELECT RAISE (ABORT, 'exports are insert only'); END;
", "
-- Who has looked at something in quarantine, and what they found. What was set aside stays as it came.
CREATE TABLE quarantine_settled (
    position    INTEGER PRIMARY KEY REFERENCES quarantine (position),
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    note        TEXT NOT NULL
) STRICT;

CREATE TRIGGER settled_stay BEFORE UPDATE ON quarantine_settled
    BEGIN SELECT RAISE (ABORT, 'words about quarantine are insert only'); END;
CREATE TRIGGER settled_are_kept BEFORE DELETE ON quarantine_settled
    BEGIN SELECT RAISE (ABORT, 'words about quarantine are insert only'); END;
"];

/// Brings the tables up to date, one transaction a step. A newer database is left alone.
pub fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let known = MIGRATIONS.len() as u32;
    let found: u32 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    if found > known {
        return Err(OpenError::Newer(found, known));
    }
    for (step, sql) in (found + 1..).zip(&MIGRATIONS[found as usize..]) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_brought_up_to_date_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        let version: u32 =
            connection.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
        assert_eq!(version, MIGRATIONS.len() as u32);
    }

    #[test]
    fn tablets_of_an_older_database_are_kept() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MIGRATIONS[0]).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        connection
            .execute_batch(
                "INSERT INTO devices (id, code, secret, enrolled_at, waiting)
                 VALUES (x'00', 'T01', x'01', 5, 3);",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let row: (u32, u32, Option<i64>) = connection
            .query_row("SELECT waiting, held, emptied_at FROM devices", (), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(row, (3, 0, None));
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let refused = migrate(&mut connection).unwrap_err();
        assert!(matches!(refused, OpenError::Newer(99, _)));
        assert!(refused.to_string().contains("newer version"));
        let tables: u32 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_change_is_never_altered_or_removed() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
            .execute_batch(
                "INSERT INTO sheets VALUES ('s', 'B', 0, x'00');
                 INSERT INTO changes VALUES (1, 's', x'01', x'02', 1, NULL, '', 0, x'03');",
            )
            .unwrap();
        assert!(connection.execute("DELETE FROM changes", ()).is_err());
        assert!(connection.execute("UPDATE changes SET bytes = x'04'", ()).is_err());
    }
}
