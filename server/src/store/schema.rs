//! Tables, and how an older database becomes a newer one.
//!
//! The crate `rusqlite_migration` does not support rusqlite 0.43 yet; what is needed of it is the twenty lines below.
//! A migration that was released is never changed: another one is added behind it.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_bytes::ByteBuf;

use super::OpenError;
use super::audit::{self, Entry};

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
", "
-- The partner's books. The last row about a thing counts; a package is written `GAR/1`.
CREATE TABLE training_proposals (
    position    INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL,
    package     TEXT NOT NULL,
    score       INTEGER NOT NULL,
    advice      TEXT NOT NULL,
    note        TEXT NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX training_proposals_by_entry ON training_proposals (entry);

CREATE TABLE training_instructors (
    position    INTEGER PRIMARY KEY,
    package     TEXT NOT NULL,
    instructor  TEXT,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE TABLE training_starts (
    package     TEXT PRIMARY KEY,
    first_day   TEXT NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

-- Marks are JSON: everybody of that day, because a day is saved as a whole.
CREATE TABLE training_days (
    package     TEXT NOT NULL,
    day         TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    hours       INTEGER NOT NULL,
    topic       TEXT NOT NULL,
    marks       TEXT NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (package, day, revision)
) STRICT;

CREATE TABLE training_grades (
    position            INTEGER PRIMARY KEY,
    entry               BLOB NOT NULL,
    package             TEXT NOT NULL,
    score               INTEGER,
    assessment          TEXT,
    competence_number   TEXT NOT NULL,
    officer             TEXT NOT NULL,
    at                  INTEGER NOT NULL
) STRICT;

-- A number is given once, and nobody gets two for one package. The content is kept as it was printed.
CREATE TABLE training_certificates (
    number      TEXT PRIMARY KEY,
    sequence    INTEGER NOT NULL,
    office      TEXT NOT NULL,
    programme   TEXT NOT NULL,
    year        INTEGER NOT NULL,
    entry       BLOB NOT NULL,
    package     TEXT NOT NULL,
    issued_on   TEXT NOT NULL,
    content     TEXT NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    UNIQUE (office, programme, year, sequence),
    UNIQUE (entry, package)
) STRICT;

CREATE TABLE training_releases (
    position    INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL,
    day         TEXT NOT NULL,
    agreed      INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE TABLE training_follow_ups (
    position    INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL,
    months      INTEGER NOT NULL,
    what        TEXT NOT NULL,
    note        TEXT NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE TRIGGER training_proposals_stay BEFORE UPDATE ON training_proposals
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_proposals_are_kept BEFORE DELETE ON training_proposals
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_instructors_stay BEFORE UPDATE ON training_instructors
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_instructors_are_kept BEFORE DELETE ON training_instructors
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_starts_stay BEFORE UPDATE ON training_starts
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_starts_are_kept BEFORE DELETE ON training_starts
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_days_stay BEFORE UPDATE ON training_days
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_days_are_kept BEFORE DELETE ON training_days
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_grades_stay BEFORE UPDATE ON training_grades
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_grades_are_kept BEFORE DELETE ON training_grades
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_certificates_stay BEFORE UPDATE ON training_certificates
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_certificates_are_kept BEFORE DELETE ON training_certificates
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_releases_stay BEFORE UPDATE ON training_releases
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_releases_are_kept BEFORE DELETE ON training_releases
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_follow_ups_stay BEFORE UPDATE ON training_follow_ups
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
CREATE TRIGGER training_follow_ups_are_kept BEFORE DELETE ON training_follow_ups
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
", "
-- Who set up what: what it was, and what it is.
CREATE TABLE setup_log (
    position    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    changes     TEXT NOT NULL
) STRICT;

CREATE TRIGGER setup_stays BEFORE UPDATE ON setup_log
    BEGIN SELECT RAISE (ABORT, 'the log of the set-up is insert only'); END;
CREATE TRIGGER setup_is_kept BEFORE DELETE ON setup_log
    BEGIN SELECT RAISE (ABORT, 'the log of the set-up is insert only'); END;

ALTER TABLE users ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
-- The password was made by somebody else and has to be changed before anything else.
ALTER TABLE users ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;

ALTER TABLE devices ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- Who last worked on it, as far as their work was accepted.
ALTER TABLE devices ADD COLUMN officer TEXT;
ALTER TABLE devices ADD COLUMN revoked_at INTEGER;
-- Sheets that were taken from it: it may still hand in what it has for them.
ALTER TABLE devices ADD COLUMN former TEXT NOT NULL DEFAULT '';
-- When somebody looked into its lost memory; an alarm that is younger is another one.
ALTER TABLE devices ADD COLUMN settled_at INTEGER;
", "
CREATE TABLE views (
    id      INTEGER PRIMARY KEY,
    user    TEXT NOT NULL REFERENCES users (id),
    name    TEXT NOT NULL,
    view    TEXT NOT NULL,
    UNIQUE (user, name)
) STRICT;

-- Only hashes of tokens are kept, so a stolen database opens nothing.
CREATE TABLE tokens (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    hash        BLOB NOT NULL UNIQUE,
    scopes      TEXT NOT NULL,
    made_at     INTEGER NOT NULL,
    made_by     TEXT NOT NULL,
    used_at     INTEGER,
    revoked_at  INTEGER
) STRICT;

-- The secret of an address is kept as it is: signatures are made with it.
CREATE TABLE hooks (
    id          INTEGER PRIMARY KEY,
    url         TEXT NOT NULL,
    secret      TEXT NOT NULL,
    made_at     INTEGER NOT NULL,
    removed_at  INTEGER
) STRICT;

-- Messages are written in the transaction that releases somebody, so none is lost between the two.
CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY,
    hook            INTEGER NOT NULL REFERENCES hooks (id),
    body            TEXT NOT NULL,
    at              INTEGER NOT NULL,
    due_at          INTEGER,
    tries           INTEGER NOT NULL DEFAULT 0,
    status          INTEGER NOT NULL DEFAULT 0,
    tried_at        INTEGER,
    delivered_at    INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
", "
-- What entries are compared by, derived like their rows.
CREATE TABLE faces (
    sheet   TEXT NOT NULL REFERENCES sheets (id),
    entry   BLOB NOT NULL,
    face    TEXT NOT NULL,
    PRIMARY KEY (sheet, entry)
) STRICT, WITHOUT ROWID;

-- What somebody said about two entries that look alike, and who took it back.
CREATE TABLE pair_verdicts (
    number      INTEGER PRIMARY KEY,
    one_sheet   TEXT NOT NULL,
    one_entry   BLOB NOT NULL,
    other_sheet TEXT NOT NULL,
    other_entry BLOB NOT NULL,
    settled     TEXT NOT NULL
) STRICT;

CREATE INDEX pair_verdicts_by_pair ON pair_verdicts (one_sheet, one_entry, other_sheet, other_entry);

CREATE TABLE pair_verdicts_undone (
    number      INTEGER PRIMARY KEY REFERENCES pair_verdicts (number),
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE TRIGGER verdicts_stay BEFORE UPDATE ON pair_verdicts
    BEGIN SELECT RAISE (ABORT, 'verdicts are insert only'); END;
CREATE TRIGGER verdicts_are_kept BEFORE DELETE ON pair_verdicts
    BEGIN SELECT RAISE (ABORT, 'verdicts are insert only'); END;
", "
-- What the browser of a session calls itself, so that people tell their own sessions apart.
ALTER TABLE sessions ADD COLUMN screen TEXT NOT NULL DEFAULT '';
", "
-- Who read whose data at the desk: entries by id, no names and no numbers of people.
CREATE TABLE access_log (
    position    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    user        TEXT NOT NULL,
    role        TEXT NOT NULL,
    what        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    entry       BLOB,
    reason      TEXT NOT NULL
) STRICT;
CREATE INDEX access_by_user ON access_log (user, what, at);
CREATE INDEX access_by_entry ON access_log (entry) WHERE entry IS NOT NULL;

-- Requests of people about their data, and incidents: what was written at first, and every step behind it, as JSON.
CREATE TABLE privacy_cases (
    number      INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    opened      TEXT NOT NULL
) STRICT;

CREATE TABLE privacy_steps (
    position    INTEGER PRIMARY KEY,
    number      INTEGER NOT NULL REFERENCES privacy_cases (number),
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    step        TEXT NOT NULL
) STRICT;
CREATE INDEX privacy_steps_by_case ON privacy_steps (number);

-- For how long data are kept; the last row counts.
CREATE TABLE retention_rules (
    position    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    rules       TEXT NOT NULL
) STRICT;

CREATE TRIGGER access_stays BEFORE UPDATE ON access_log
    BEGIN SELECT RAISE (ABORT, 'the log of access is insert only'); END;
CREATE TRIGGER access_is_kept BEFORE DELETE ON access_log
    BEGIN SELECT RAISE (ABORT, 'the log of access is insert only'); END;
CREATE TRIGGER privacy_cases_stay BEFORE UPDATE ON privacy_cases
    BEGIN SELECT RAISE (ABORT, 'the registers of privacy are insert only'); END;
CREATE TRIGGER privacy_cases_are_kept BEFORE DELETE ON privacy_cases
    BEGIN SELECT RAISE (ABORT, 'the registers of privacy are insert only'); END;
CREATE TRIGGER privacy_steps_stay BEFORE UPDATE ON privacy_steps
    BEGIN SELECT RAISE (ABORT, 'the registers of privacy are insert only'); END;
CREATE TRIGGER privacy_steps_are_kept BEFORE DELETE ON privacy_steps
    BEGIN SELECT RAISE (ABORT, 'the registers of privacy are insert only'); END;
CREATE TRIGGER retention_stays BEFORE UPDATE ON retention_rules
    BEGIN SELECT RAISE (ABORT, 'the rules of retention are insert only'); END;
CREATE TRIGGER retention_is_kept BEFORE DELETE ON retention_rules
    BEGIN SELECT RAISE (ABORT, 'the rules of retention are insert only'); END;
", "
-- What somebody shows at sign-in besides their password. The secret is sealed, the codes are hashes of 32 bytes.
CREATE TABLE second_factors (
    user         TEXT PRIMARY KEY,
    secret       BLOB NOT NULL,
    confirmed_at INTEGER,
    last_step    INTEGER NOT NULL,
    codes        BLOB NOT NULL
) STRICT;
", "
-- Who changed which row: see `audit`.
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY,
    record  BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE (ABORT, 'the audit is insert only'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE (ABORT, 'the audit is insert only'); END;
", "
-- Whose data were removed: that it took place, and nothing that names them.
CREATE TABLE erasures (
    position    INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    case_number INTEGER NOT NULL REFERENCES privacy_cases (number),
    sheet       TEXT NOT NULL REFERENCES sheets (id),
    generation  INTEGER NOT NULL,
    entry       BLOB NOT NULL,
    number      TEXT NOT NULL
) STRICT;
CREATE INDEX erasures_by_sheet ON erasures (sheet);

CREATE TRIGGER erasures_stay BEFORE UPDATE ON erasures BEGIN SELECT RAISE (ABORT, 'erasures are insert only'); END;
CREATE TRIGGER erasures_are_kept BEFORE DELETE ON erasures BEGIN SELECT RAISE (ABORT, 'erasures are insert only'); END;

-- Holds a row only inside of the transaction that removes somebody's data. Then, and never else, rows may go
-- that are insert only.
CREATE TABLE erasing (one INTEGER PRIMARY KEY) STRICT;

DROP TRIGGER changes_are_kept;
CREATE TRIGGER changes_are_kept BEFORE DELETE ON changes WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'changes are insert only'); END;
DROP TRIGGER settled_are_kept;
CREATE TRIGGER settled_are_kept BEFORE DELETE ON quarantine_settled WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'words about quarantine are insert only'); END;
DROP TRIGGER verdicts_are_kept;
CREATE TRIGGER verdicts_are_kept BEFORE DELETE ON pair_verdicts WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'verdicts are insert only'); END;
DROP TRIGGER training_proposals_are_kept;
CREATE TRIGGER training_proposals_are_kept BEFORE DELETE ON training_proposals WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
DROP TRIGGER training_grades_are_kept;
CREATE TRIGGER training_grades_are_kept BEFORE DELETE ON training_grades WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
DROP TRIGGER training_releases_are_kept;
CREATE TRIGGER training_releases_are_kept BEFORE DELETE ON training_releases WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
DROP TRIGGER training_follow_ups_are_kept;
CREATE TRIGGER training_follow_ups_are_kept BEFORE DELETE ON training_follow_ups WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'the books of training are insert only'); END;
DROP TRIGGER privacy_cases_stay;
CREATE TRIGGER privacy_cases_stay BEFORE UPDATE ON privacy_cases WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'the registers of privacy are insert only'); END;
DROP TRIGGER privacy_steps_stay;
CREATE TRIGGER privacy_steps_stay BEFORE UPDATE ON privacy_steps WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'the registers of privacy are insert only'); END;
", "
-- What the clinic and security said: a code and a day, no diagnosis and no offence. The last row about a thing counts.
CREATE TABLE vetting (
    position    INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL,
    about       TEXT NOT NULL,
    word        TEXT NOT NULL,
    day         TEXT NOT NULL,
    officer     TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX vetting_by_entry ON vetting (entry);

CREATE TRIGGER vetting_stays BEFORE UPDATE ON vetting BEGIN SELECT RAISE (ABORT, 'words are insert only'); END;
CREATE TRIGGER vetting_is_kept BEFORE DELETE ON vetting WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'words are insert only'); END;

-- The days of terms as the last list that named the person gives them. Only the last ones are kept.
CREATE TABLE terms (
    entry       BLOB PRIMARY KEY,
    expiry      TEXT,
    third       TEXT,
    two_thirds  TEXT
) STRICT, WITHOUT ROWID;
", "
-- How full the tablet was at its last contact: bytes in use, and whether there is room.
ALTER TABLE devices ADD COLUMN space_used INTEGER;
ALTER TABLE devices ADD COLUMN space_room TEXT;
", "
-- When whoever has the session last showed their password.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
", "
-- Who let something in that was in quarantine, and why. What was set aside stays as it came.
CREATE TABLE quarantine_let_in (
    position    INTEGER PRIMARY KEY REFERENCES quarantine (position),
    at          INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    note        TEXT NOT NULL
) STRICT;

CREATE TRIGGER let_in_stays BEFORE UPDATE ON quarantine_let_in
    BEGIN SELECT RAISE (ABORT, 'words about quarantine are insert only'); END;
CREATE TRIGGER let_in_is_kept BEFORE DELETE ON quarantine_let_in WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'words about quarantine are insert only'); END;
", "
-- The key that a tablet signs with, the six digits that people compare, and when they did. When two histories of it
-- were found, and the last batch before somebody decided that it goes on.
ALTER TABLE devices ADD COLUMN key BLOB;
ALTER TABLE devices ADD COLUMN keyed_at INTEGER;
ALTER TABLE devices ADD COLUMN compare TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN compared_at INTEGER;
ALTER TABLE devices ADD COLUMN suspended_at INTEGER;
ALTER TABLE devices ADD COLUMN settled_batch INTEGER NOT NULL DEFAULT 0;

-- What tablets signed, as it came: see `chain` in shared.
CREATE TABLE batches (
    position    INTEGER PRIMARY KEY,
    device      TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    prev        BLOB,
    follows     INTEGER NOT NULL,
    fork        INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    clock       INTEGER NOT NULL,
    signature   BLOB NOT NULL,
    epoch       BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    bytes       BLOB,
    UNIQUE (device, hash)
) STRICT;
CREATE INDEX batches_by_history ON batches (device, fork);
CREATE INDEX batches_by_number ON batches (device, fork, seq);
CREATE INDEX batches_with_gap ON batches (device) WHERE fork = 0 AND seq > follows + 1;

CREATE TRIGGER batches_stay BEFORE UPDATE ON batches WHEN NOT EXISTS (SELECT 1 FROM erasing)
    BEGIN SELECT RAISE (ABORT, 'batches are insert only'); END;
CREATE TRIGGER batches_are_kept BEFORE DELETE ON batches
    BEGIN SELECT RAISE (ABORT, 'batches are insert only'); END;

-- When the memory of a locked tablet was opened, and what it held was taken in without its signature.
CREATE TABLE opened_memories (
    device      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (device, at)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER opened_memories_stay BEFORE UPDATE ON opened_memories
    BEGIN SELECT RAISE (ABORT, 'openings are insert only'); END;
CREATE TRIGGER opened_memories_are_kept BEFORE DELETE ON opened_memories
    BEGIN SELECT RAISE (ABORT, 'openings are insert only'); END;

-- Heads of the audit that a tablet was given and this database does not have.
CREATE TABLE missed_heads (
    device  TEXT NOT NULL,
    number  INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (device, number, hash)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER missed_heads_stay BEFORE UPDATE ON missed_heads
    BEGIN SELECT RAISE (ABORT, 'alarms about the audit are insert only'); END;
CREATE TRIGGER missed_heads_are_kept BEFORE DELETE ON missed_heads
    BEGIN SELECT RAISE (ABORT, 'alarms about the audit are insert only'); END;
", "
-- Passkeys. `id` is the SHA-256 of the credential's id; `key` is what `webauthn-rs` keeps of it (`SecurityKey`), as JSON.
CREATE TABLE passkeys (
    id         BLOB PRIMARY KEY,
    user       TEXT NOT NULL,
    name       TEXT NOT NULL,
    host       TEXT NOT NULL,
    key        TEXT NOT NULL,
    counter    INTEGER NOT NULL,
    added_at   INTEGER NOT NULL,
    used_at    INTEGER,
    copied_at  INTEGER
) STRICT;
CREATE INDEX passkeys_by_user ON passkeys (user);

-- The codes on paper belong to whoever has a second factor of either kind: hashes of 32 bytes.
CREATE TABLE paper_codes (
    user   TEXT PRIMARY KEY,
    codes  BLOB NOT NULL
) STRICT;
INSERT INTO paper_codes SELECT user, codes FROM second_factors WHERE confirmed_at IS NOT NULL;
ALTER TABLE second_factors DROP COLUMN codes;
", "
-- What was opened on a tablet: on which, and when by its clock. The same again adds nothing.
ALTER TABLE access_log ADD COLUMN device TEXT;
ALTER TABLE access_log ADD COLUMN claimed_at INTEGER;
CREATE UNIQUE INDEX access_once ON access_log (device, user, entry, claimed_at) WHERE device IS NOT NULL;
", "
-- `code` is the name that a one-time code is found by, `secret` (32 bytes) what both ends prove that they know; it is
-- forgotten when the code is used.
ALTER TABLE enrolments ADD COLUMN secret BLOB;
", "
-- When a tablet was last turned away because it had handed in as much as one may within a day.
ALTER TABLE devices ADD COLUMN used_up_at INTEGER;
"];

/// Brings the tables up to date, one transaction a step. A newer database is left alone.
pub fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let known = newest();
    let found: u32 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    if found > known {
        return Err(OpenError::Newer(found, known));
    }
    for (step, sql) in (found + 1..).zip(&MIGRATIONS[found as usize..]) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step)?;
        if step == known {
            take_over(&transaction)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Rows that another version of the tables wrote have no record that fits: they get one.
fn take_over(db: &Connection) -> rusqlite::Result<()> {
    let mut known = BTreeMap::new();
    // A chain that is broken stays so, and `bilik verify` says where.
    let _ = audit::read(db, |Entry(.., table, key, digest)| {
        known.insert((table, key), digest);
    })?;
    for table in audit::tables(db)? {
        for (key, digest) in audit::digests(db, &table)? {
            let last = known.get(&(table.name.clone(), ByteBuf::from(key.clone())));
            if last.is_none_or(|last| last.as_deref().map(Vec::as_slice) != Some(&digest[..])) {
                audit::adopt(db, &table, key, digest)?;
            }
        }
    }
    Ok(())
}

/// The version of the tables that this program makes.
pub(super) fn newest() -> u32 {
    MIGRATIONS.len() as u32
}

/// Whether the tables are those of this version.
pub fn is_current(connection: &Connection) -> rusqlite::Result<bool> {
    let found: u32 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    Ok(found == newest())
}

/// A table, trigger or index that is not as this version made it; `None` where all are.
pub fn altered(connection: &Connection) -> Result<Option<String>, OpenError> {
    let texts = |db: &Connection| -> rusqlite::Result<BTreeMap<String, String>> {
        let sql = "SELECT name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL";
        db.prepare(sql)?.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let mut fresh = Connection::open_in_memory()?;
    migrate(&mut fresh)?;
    let (made, found) = (texts(&fresh)?, texts(connection)?);
    let mut names = made.keys().chain(found.keys());
    Ok(names.find(|name| made.get(*name) != found.get(*name)).cloned())
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
    fn codes_on_paper_of_an_older_database_are_kept() {
        let mut connection = Connection::open_in_memory().unwrap();
        let before = MIGRATIONS.iter().position(|sql| sql.contains("TABLE paper_codes")).unwrap();
        for sql in &MIGRATIONS[..before] {
            connection.execute_batch(sql).unwrap();
        }
        connection.pragma_update(None, "user_version", before as u32).unwrap();
        connection
            .execute_batch(
                "INSERT INTO second_factors VALUES ('marlin', x'01', 5, 7, x'0203');
                 INSERT INTO second_factors VALUES ('karutan', x'01', NULL, 0, x'');",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let text = |sql| connection.query_row(sql, (), |row| row.get::<_, String>(0)).unwrap();
        let codes = "SELECT group_concat(user || hex(codes)) FROM paper_codes";
        assert_eq!(text(codes), "marlin0203");
        let phones = "SELECT group_concat(user || last_step) FROM (SELECT * FROM second_factors ORDER BY user)";
        assert_eq!(text(phones), "karutan0,marlin7");
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
