use rusqlite::types::Value;

use super::*;
use crate::store::{Store, audit, open_file};
use crate::{demo, sign_in};

/// A demo that was served once, and the folder it lies in.
fn served() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    demo::prepare(folder.path(), &Key::for_tests()).unwrap();
    let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
    projection::rebuild(&db).unwrap();
    folder
}

/// A connection of somebody who has the file and another program: no triggers stand in the way.
fn intrude(folder: &tempfile::TempDir) -> Connection {
    let db = open_file(&folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    db.pragma_update(None, "foreign_keys", false).unwrap();
    db
}

fn found(folder: &tempfile::TempDir) -> Option<Fault> {
    look_into(folder.path(), &Key::for_tests()).unwrap()
}

/// Lets somebody alter something that triggers guard, and puts the triggers back.
fn behind_triggers(db: &Connection, alter: impl FnOnce(&Connection)) {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
    let mut listed = db.prepare(sql).unwrap();
    let triggers = listed.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let triggers: Vec<(String, String)> = triggers.map(Result::unwrap).collect();
    drop(listed);
    for (name, _) in &triggers {
        db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    alter(db);
    for (_, sql) in &triggers {
        db.execute_batch(sql).unwrap();
    }
}

#[test]
fn an_untouched_database_is_as_it_should_be_and_a_served_one_too() {
    let folder = served();
    assert_eq!(found(&folder), None);
    // What is rolled back leaves no record.
    let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
    let count = || -> i64 { db.query_row("SELECT count(*) FROM audit", (), |r| r.get(0)).unwrap() };
    let before = count();
    let transaction = db.unchecked_transaction().unwrap();
    meta::set(&transaction, "draft", "1").unwrap();
    drop(transaction);
    assert_eq!(count(), before);
    meta::set(&db, "draft", "2").unwrap();
    meta::set(&db, "draft", "3").unwrap();
    db.execute("DELETE FROM meta WHERE key = 'draft'", ()).unwrap();
    assert_eq!(count(), before + 3);
    assert_eq!(found(&folder), None);
}

#[test]
fn what_is_derived_cannot_be_altered_unnoticed() {
    for (table, tamper) in [
        ("entries", "DELETE FROM entries WHERE sheet LIKE '%-A'"),
        ("entries", "UPDATE entries SET place = 'GAR/1' WHERE sheet LIKE '%-B'"),
        ("faces", "UPDATE faces SET face = face || ' '"),
    ] {
        let folder = served();
        intrude(&folder).execute_batch(tamper).unwrap();
        match found(&folder) {
            Some(Fault::Derived(named, _)) => assert_eq!(named, table),
            other => panic!("{tamper}: {other:?}"),
        }
    }
}

#[test]
fn rows_that_are_removed_or_put_there_and_triggers_that_are_dropped_are_found() {
    let folder = served();
    let db = intrude(&folder);
    behind_triggers(&db, |db| drop(db.execute("DELETE FROM changes WHERE position = 2", ())));
    let missing = Fault::Row("changes".into(), "2".into(), Wrong::Missing);
    assert_eq!(found(&folder), Some(missing));

    let folder = served();
    let sql =
        "INSERT INTO users SELECT 'eve', name, role, password, 0, 0 FROM users WHERE id = 'admin'";
    intrude(&folder).execute_batch(sql).unwrap();
    assert_eq!(found(&folder), Some(Fault::Row("users".into(), "eve".into(), Wrong::Foreign)));

    let folder = served();
    intrude(&folder).execute_batch("DROP TRIGGER changes_stay").unwrap();
    assert_eq!(found(&folder), Some(Fault::Schema("changes_stay".into())));
}

#[test]
fn a_record_of_the_audit_cannot_be_altered_or_taken_out_unnoticed() {
    for tamper in [
        "DELETE FROM audit WHERE number = 3",
        "UPDATE audit SET record = CAST(x'00' || substr(record, 2) AS BLOB) WHERE number = 3",
        "UPDATE audit SET record = (SELECT record FROM audit WHERE number = 4) WHERE number = 3",
    ] {
        let folder = served();
        let db = intrude(&folder);
        behind_triggers(&db, |db| db.execute_batch(tamper).unwrap());
        assert_eq!(found(&folder), Some(Fault::Chain(3)), "{tamper}");
    }
}

/// Gives every table a row, so that none is left out of the flips below.
fn fill(db: &Connection) {
    for table in audit::tables(db).unwrap() {
        let name = &table.name;
        let count: i64 =
            db.query_row(&format!("SELECT count(*) FROM {name}"), (), |row| row.get(0)).unwrap();
        if count > 0 {
            continue;
        }
        let mut listed = db.prepare("SELECT name, type FROM pragma_table_info(?1)").unwrap();
        let columns = listed.query_map((name,), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let columns: Vec<(String, String)> = columns.map(Result::unwrap).collect();
        let value = |kind: &str| match kind {
            "INTEGER" => Value::Integer(7),
            "TEXT" => Value::Text("tujuh".to_owned()),
            _ => Value::Blob(vec![7; 8]),
        };
        let marks = vec!["?"; columns.len()].join(", ");
        let names: Vec<&str> = columns.iter().map(|(column, _)| column.as_str()).collect();
        let sql = format!("INSERT INTO {name} ({}) VALUES ({marks})", names.join(", "));
        let values = columns.iter().map(|(_, kind)| value(kind));
        db.execute(&sql, rusqlite::params_from_iter(values)).unwrap();
    }
}

/// The value with one bit of one byte turned; `None` where it has no byte.
fn flipped(value: &Value, at: usize) -> Option<Value> {
    match value {
        Value::Integer(n) => Some(Value::Integer(n ^ (1 << (at % 48)))),
        Value::Text(text) => {
            let mut letters: Vec<char> = text.chars().collect();
            let place = at.checked_rem(letters.len())?;
            letters[place] = if letters[place] == 'x' { 'y' } else { 'x' };
            Some(Value::Text(letters.into_iter().collect()))
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            let place = at.checked_rem(bytes.len())?;
            bytes[place] ^= 1;
            Some(Value::Blob(bytes))
        }
        Value::Null | Value::Real(_) => None,
    }
}

#[test]
fn a_byte_that_is_flipped_in_any_lasting_column_of_any_table_is_found() {
    let folder = served();
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let db = store.connect_writer().unwrap();
    db.pragma_update(None, "foreign_keys", false).unwrap();
    fill(&db);
    let copy = copy::into_memory(&folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    assert_eq!(audited::look_over(&copy).unwrap(), None, "nothing was flipped yet");
    copy.pragma_update(None, "foreign_keys", false).unwrap();
    let tables = audit::tables(&copy).unwrap();
    assert!(tables.len() >= 30, "{} tables", tables.len());
    let mut flips = 0;
    for table in tables {
        for column in table.lasting() {
            // The first, the last and some row between; some byte of each.
            for row in [0, 1, 7] {
                flips += u32::from(flip_is_found(&copy, &table.name, column, row));
            }
        }
    }
    assert!(flips > 200, "{flips} flips");
}

/// Flips a byte, looks, and puts it back; `false` where there is nothing to flip.
fn flip_is_found(db: &Connection, table: &str, column: &str, row: usize) -> bool {
    let sql = format!("SELECT count(*) FROM {table}");
    let count: usize = db.query_row(&sql, (), |row| row.get::<_, i64>(0)).unwrap() as usize;
    let sql = format!("SELECT {column} FROM {table} LIMIT 1 OFFSET {}", row % count);
    let value: Value = db.query_row(&sql, (), |row| row.get(0)).unwrap();
    let Some(other) = flipped(&value, row * 31 + 5) else { return false };
    let transaction = db.unchecked_transaction().unwrap();
    let set = |to: &Value, from: &Value| {
        let key = format!("(SELECT min({column}) FROM {table} WHERE {column} IS ?2)");
        let sql = format!("UPDATE OR IGNORE {table} SET {column} = ?1 WHERE {column} = {key}");
        db.execute(&sql, (to, from)).unwrap()
    };
    let mut altered = 0;
    behind_triggers(db, |_| altered = set(&other, &value));
    let fault = audited::look_over(db).unwrap();
    drop(transaction);
    match fault {
        Some(Fault::Row(named, ..)) => assert_eq!(named, table, "{column}"),
        other => assert_eq!(altered, 0, "{table}.{column} row {row}: {other:?}"),
    }
    altered > 0
}

#[test]
fn somebody_who_signs_in_stands_in_the_audit_and_what_they_are_does_not_matter_to_it() {
    let folder = served();
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let db = store.connect_writer().unwrap();
    let role = bilik_shared::role::Role::Supervisor;
    let id = "wayan".parse().unwrap();
    let by = audit::By { who: "admin".into(), role: "ADMIN".into(), what: "POST /x".into() };
    audit::write_as(by);
    let user = sign_in::new_user(&store.pepper(), id, "Wayan Rahasia", role, "sandi").unwrap();
    crate::store::users::put(&db, &user).unwrap();
    audit::write_as(audit::By::default());
    let mut last = None;
    let read = audit::read(&db, |entry| last = Some(entry)).unwrap();
    assert!(read.is_ok());
    let audit::Entry(_, who, as_what, what, table, key, digest) = last.unwrap();
    assert_eq!([who, as_what, what, table], ["admin", "ADMIN", "POST /x", "users"]);
    assert_eq!(audit::readable(&key), "wayan");
    assert!(digest.is_some());
    let sql = "SELECT count(*) FROM audit WHERE instr(record, CAST('Rahasia' AS BLOB)) > 0";
    let names: i64 = db.query_row(sql, (), |row| row.get(0)).unwrap();
    assert_eq!(names, 0, "no personal values");
}
