//! The log of access, the registers of requests and incidents, and the rules of retention. Rows are only ever added.

use bilik_shared::id::{DeviceCode, EntryId, OfficerId};
use bilik_shared::privacy::access::{Access, OnTablet, TabletRead, What};
use bilik_shared::privacy::case::{Case, Done, Opened};
use bilik_shared::privacy::retention::{Enacted, Rule};
use bilik_shared::role::Role;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::{from_json, json, maybe_parsed, parsed};

/// Adds a line to the log of access.
pub fn note(connection: &Connection, line: &Access) -> Result<()> {
    let sql = "INSERT INTO access_log (at, user, role, what, subject, entry, reason)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Access { at, user, role, what, subject, entry, reason, on: _ } = line;
    let entry = entry.map(|entry| entry.0);
    connection.prepare_cached(sql)?.execute((
        at.0,
        user.as_str(),
        role,
        what.code(),
        subject,
        entry,
        reason,
    ))?;
    Ok(())
}

/// Adds that somebody's entry was opened on a tablet. The same again, from a request that was sent twice, adds nothing.
pub fn note_on_tablet(
    connection: &Connection,
    device: &DeviceCode,
    read: &TabletRead,
    at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO access_log
                   (at, user, role, what, subject, entry, reason, device, claimed_at)
               VALUES (?1, ?2, ?3, ?4, '', ?5, '', ?6, ?7)
               ON CONFLICT (device, user, entry, claimed_at) WHERE device IS NOT NULL DO NOTHING";
    connection.prepare_cached(sql)?.execute((
        at.0,
        read.officer.as_str(),
        Role::Officer.code(),
        What::Entry.code(),
        read.entry.0,
        device.as_str(),
        read.at.0,
    ))?;
    Ok(())
}

/// When somebody last read something of a kind.
pub fn last(connection: &Connection, user: &OfficerId, what: What) -> Result<Option<Timestamp>> {
    let sql = "SELECT max(at) FROM access_log WHERE user = ?1 AND what = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let at: Option<i64> = statement.query_row((user.as_str(), what.code()), |row| row.get(0))?;
    Ok(at.map(Timestamp))
}

/// What is looked for in the log of access; what is absent does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// One of these users.
    pub users: Option<Vec<OfficerId>>,
    /// What was read.
    pub what: Option<What>,
    /// Whose data.
    pub entry: Option<EntryId>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub before: Option<Timestamp>,
    /// Only lines that were written before the one with this number.
    pub above: Option<i64>,
}

/// The newest lines that fit, newest first, with their numbers. A kind that only a newer version knows is left out.
pub fn accesses(connection: &Connection, wanted: &Wanted, most: u32) -> Result<Vec<(i64, Access)>> {
    let sql = "SELECT at, user, role, what, subject, entry, reason, position, device, claimed_at
               FROM access_log
               WHERE (?1 IS NULL OR instr(?1, ' ' || user || ' ')) AND (?2 IS NULL OR what = ?2)
                 AND (?3 IS NULL OR entry = ?3) AND at >= ?4 AND at < ?5 AND position < ?7
               ORDER BY position DESC LIMIT ?6";
    let users = wanted.users.as_ref().map(|users| {
        let names: Vec<&str> = users.iter().map(OfficerId::as_str).collect();
        format!(" {} ", names.join(" "))
    });
    let from = wanted.from.map_or(i64::MIN, |at| at.0);
    let before = wanted.before.map_or(i64::MAX, |at| at.0);
    let (what, entry) = (wanted.what.map(What::code), wanted.entry.map(|entry| entry.0));
    let above = wanted.above.unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((users, what, entry, from, before, most, above), access)?;
    Ok(rows.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn access(row: &Row<'_>) -> Result<Option<(i64, Access)>> {
    let Some(what) = What::parse(&row.get::<_, String>(3)?) else { return Ok(None) };
    let line = Access {
        at: Timestamp(row.get(0)?),
        user: parsed(row, 1)?,
        role: row.get(2)?,
        what,
        subject: row.get(4)?,
        entry: row.get::<_, Option<[u8; 16]>>(5)?.map(EntryId),
        reason: row.get(6)?,
        on: match (maybe_parsed(row, 8)?, row.get(9)?) {
            (Some(device), Some(at)) => Some(OnTablet { device, claimed_at: Timestamp(at) }),
            _ => None,
        },
    };
    Ok(Some((row.get(7)?, line)))
}

/// Opens a case; its number.
pub fn open(
    connection: &Connection,
    opened: &Opened,
    (by, at): (&OfficerId, Timestamp),
) -> Result<i64> {
    let sql = "INSERT INTO privacy_cases (at, officer, opened) VALUES (?1, ?2, ?3)";
    connection.execute(sql, (at.0, by.as_str(), json(opened)?))?;
    Ok(connection.last_insert_rowid())
}

/// Writes a step behind the others of a case.
pub fn step(connection: &Connection, number: i64, done: &Done) -> Result<()> {
    let sql = "INSERT INTO privacy_steps (number, at, officer, step) VALUES (?1, ?2, ?3, ?4)";
    let Done { at, by, step } = done;
    connection.execute(sql, (number, at.0, by.as_str(), json(step)?))?;
    Ok(())
}

const CASES: &str = "SELECT number, at, officer, opened FROM privacy_cases";

/// One case.
pub fn case(connection: &Connection, number: i64) -> Result<Option<Case>> {
    let sql = format!("{CASES} WHERE number = ?1");
    let found = connection.prepare_cached(&sql)?.query_row((number,), case_of).optional()?;
    found.map(|case| with_steps(connection, case)).transpose()
}

/// All cases, newest first.
pub fn cases(connection: &Connection) -> Result<Vec<Case>> {
    let sql = format!("{CASES} ORDER BY number DESC");
    let found: Result<Vec<Case>> =
        connection.prepare_cached(&sql)?.query_map((), case_of)?.collect();
    found?.into_iter().map(|case| with_steps(connection, case)).collect()
}

fn case_of(row: &Row<'_>) -> Result<Case> {
    let (id, at, by) = (row.get(0)?, Timestamp(row.get(1)?), parsed(row, 2)?);
    Ok(Case { id, at, by, opened: from_json(row, 3)?, steps: Vec::new() })
}

fn with_steps(connection: &Connection, case: Case) -> Result<Case> {
    let sql = "SELECT at, officer, step FROM privacy_steps WHERE number = ?1 ORDER BY position";
    let mut statement = connection.prepare_cached(sql)?;
    let steps = statement.query_map((case.id,), |row| {
        Ok(Done { at: Timestamp(row.get(0)?), by: parsed(row, 1)?, step: from_json(row, 2)? })
    })?;
    Ok(Case { steps: steps.collect::<Result<_>>()?, ..case })
}

/// Sets the rules of retention.
pub fn set_rules(
    connection: &Connection,
    rules: &[Rule],
    (by, at): (&OfficerId, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO retention_rules (at, officer, rules) VALUES (?1, ?2, ?3)";
    connection.execute(sql, (at.0, by.as_str(), json(&rules)?))?;
    Ok(())
}

/// How the rules of retention were set, newest first.
pub fn rules(connection: &Connection, most: u32) -> Result<Vec<Enacted>> {
    let sql = "SELECT at, officer, rules FROM retention_rules ORDER BY position DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((most,), |row| {
        Ok(Enacted { at: Timestamp(row.get(0)?), by: parsed(row, 1)?, rules: from_json(row, 2)? })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use bilik_shared::privacy::case::{IncidentKind, Step};
    use bilik_shared::privacy::retention::usual;

    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    fn writer() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        (folder, db)
    }

    fn line(n: i64, user: &str, what: What) -> Access {
        Access {
            at: Timestamp(n),
            user: user.parse().unwrap(),
            role: "KARUTAN".into(),
            what,
            subject: String::new(),
            entry: (what != What::Rows).then_some(EntryId([n as u8; 16])),
            reason: String::new(),
            on: None,
        }
    }

    #[test]
    fn the_log_is_searched_by_everything_and_never_altered() {
        let (_folder, db) = writer();
        let lines = [
            line(1, "marlin", What::Entry),
            line(2, "mar", What::Nik),
            line(3, "marlin", What::Rows),
        ];
        for line in &lines {
            note(&db, line).unwrap();
        }
        let found = |wanted: Wanted| -> Vec<i64> {
            accesses(&db, &wanted, 9).unwrap().iter().map(|(_, line)| line.at.0).collect()
        };
        let newest = accesses(&db, &Wanted::default(), 1).unwrap();
        assert_eq!(newest[0].1, lines[2]);
        assert_eq!(found(Wanted { above: Some(newest[0].0), ..Wanted::default() }), [2, 1]);
        assert_eq!(found(Wanted::default()), [3, 2, 1]);
        let users = Some(vec!["marlin".parse().unwrap()]);
        assert_eq!(found(Wanted { users, ..Wanted::default() }), [3, 1]);
        assert_eq!(found(Wanted { users: Some(Vec::new()), ..Wanted::default() }), [0; 0]);
        assert_eq!(found(Wanted { what: Some(What::Nik), ..Wanted::default() }), [2]);
        let entry = Some(EntryId([1; 16]));
        assert_eq!(found(Wanted { entry, ..Wanted::default() }), [1]);
        let (from, before) = (Some(Timestamp(2)), Some(Timestamp(3)));
        assert_eq!(found(Wanted { from, before, ..Wanted::default() }), [2]);
        assert!(db.execute("DELETE FROM access_log", ()).is_err());
        assert!(db.execute("UPDATE access_log SET user = 'x'", ()).is_err());
    }

    #[test]
    fn cases_and_rules_keep_their_history() {
        let (_folder, db) = writer();
        let by: OfficerId = "pdp".parse().unwrap();
        let opened = Opened::Incident {
            kind: IncidentKind::Other,
            subject: "daftar tertinggal di meja".into(),
            found_at: Timestamp(1),
            people: 3,
        };
        let number = open(&db, &opened, (&by, Timestamp(2))).unwrap();
        let step_of = Step::Closed { outcome: None, word: "diambil kembali".into() };
        let done = Done { at: Timestamp(3), by: by.clone(), step: step_of };
        step(&db, number, &done).unwrap();
        let whole = case(&db, number).unwrap().unwrap();
        assert_eq!((&whole.opened, &whole.steps), (&opened, &vec![done]));
        assert_eq!((cases(&db).unwrap(), case(&db, 9).unwrap()), (vec![whole], None));
        set_rules(&db, &usual(), (&by, Timestamp(4))).unwrap();
        assert_eq!(rules(&db, 9).unwrap()[0].rules, usual());
        for table in ["privacy_cases", "privacy_steps", "retention_rules"] {
            assert!(db.execute(&format!("DELETE FROM {table}"), ()).is_err(), "{table}");
            assert!(db.execute(&format!("UPDATE {table} SET at = 0"), ()).is_err(), "{table}");
        }
    }
}
