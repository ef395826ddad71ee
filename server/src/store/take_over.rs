//! From a database that an older version wrote in plain to an encrypted one, once, at the first start with a key.
//!
//! ```text
//! 1  nobody else has the plain file open, and its log is moved into it
//! 2  everything is written into an encrypted draft beside it, and compared
//! 3  the draft is on disk whole, and takes the place of the plain file: one rename
//! ```
//! Killed before the rename, the next start finds the plain file as it was and begins anew; after it, there is
//! nothing left to do. What the plain file occupied is free then, and is not overwritten: SECURITY.md says so.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::unlock::{attach, is_plain};
use super::{FILE_NAME, OpenError, schema};
use crate::key::Key;
use crate::lock::{self, Alone};

/// The draft's name in the data folder. Its journal has the same name with an ending.
const DRAFT: &str = "bilik.sqlite3.draft";
/// The endings of files that SQLite keeps beside one.
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Encrypts the database of a folder if it is plain.
pub(super) fn take_over(folder: &Path, key: &Key) -> Result<(), OpenError> {
    let (file, draft) = (folder.join(FILE_NAME), folder.join(DRAFT));
    let failed = |cause| OpenError::TakeOver(file.clone(), cause);
    if !is_plain(&file).map_err(failed)? {
        return Ok(());
    }
    let lock = lock::take(folder, Alone::TakeOver).map_err(failed)?;
    let _lock = lock.ok_or_else(|| OpenError::InUse(file.clone()))?;
    if !is_plain(&file).map_err(failed)? {
        return Ok(());
    }
    remove_draft(&draft).map_err(failed)?;
    let db = open_alone(&file)?;
    // The log is gone for good before the file that it belonged to is: its pages are not those of the new one.
    sync_folder(folder).map_err(failed)?;
    export(&db, &draft, key)?;
    File::open(&draft).and_then(|draft| draft.sync_all()).map_err(failed)?;
    // Still held, so that nobody has begun to write into the old file.
    fs::rename(&draft, &file).and_then(|()| sync_folder(folder)).map_err(failed)?;
    drop(db);
    tracing::info!("the database is encrypted from now on");
    Ok(())
}

/// Opens the plain file so that nobody else can, with everything in it and nothing beside it.
fn open_alone(file: &Path) -> Result<Connection, OpenError> {
    let db = Connection::open(file)?;
    db.busy_timeout(Duration::from_secs(1))?;
    let found = db.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    if found > schema::newest() {
        return Err(OpenError::Newer(found, schema::newest()));
    }
    db.pragma_update(None, "locking_mode", "exclusive")?;
    // Leaving the log behind takes nobody else on the file, and moves everything into it.
    let mode = db.query_row("PRAGMA journal_mode = delete", (), |row| row.get::<_, String>(0));
    let alone = mode.and_then(|mode| {
        db.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
        Ok(mode == "delete")
    });
    match alone {
        Ok(true) => Ok(db),
        Ok(false) => Err(OpenError::InUse(file.into())),
        Err(cause) if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(OpenError::InUse(file.into()))
        }
        Err(cause) => Err(cause.into()),
    }
}

/// Writes everything into the draft, encrypted, and looks whether it is the same.
fn export(db: &Connection, draft: &Path, key: &Key) -> Result<(), OpenError> {
    db.execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA temp_store = memory")?;
    attach(db, draft, "draft", key)?;
    let transaction = db.unchecked_transaction()?;
    db.query_row("SELECT sqlcipher_export('draft')", (), |_| Ok(()))?;
    let version: u32 = db.query_row("PRAGMA main.user_version", (), |row| row.get(0))?;
    db.execute_batch(&format!("PRAGMA draft.user_version = {version}"))?;
    transaction.commit()?;
    let same = is_same(db)?;
    db.execute_batch("DETACH DATABASE draft")?;
    if same { Ok(()) } else { Err(OpenError::Differs(draft.into())) }
}

/// Whether every table of the draft has the rows of the plain file, and every index and trigger is there.
fn is_same(db: &Connection) -> rusqlite::Result<bool> {
    let differ = |from: &str, to: &str, what: &str, of: &str| -> rusqlite::Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT {what} FROM {from}.{of} EXCEPT SELECT {what} FROM {to}.{of})
                 OR (SELECT count(*) FROM {from}.{of}) <> (SELECT count(*) FROM {to}.{of})"
        );
        db.query_row(&sql, (), |row| row.get(0))
    };
    if differ("main", "draft", "type, name, tbl_name, sql", "sqlite_schema")? {
        return Ok(false);
    }
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> =
        db.prepare(sql)?.query_map((), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for table in tables {
        if differ("main", "draft", "*", &format!("\"{table}\""))? {
            return Ok(false);
        }
    }
    let said: String = db.query_row("PRAGMA draft.integrity_check(1)", (), |row| row.get(0))?;
    Ok(said == "ok")
}

/// What a start left that was killed is no use to anybody: it was never the database.
fn remove_draft(draft: &Path) -> io::Result<()> {
    let beside = BESIDE.map(|ending| {
        let mut name = draft.as_os_str().to_owned();
        name.push(ending);
        name.into()
    });
    for file in beside.iter().map(std::path::PathBuf::as_path).chain([draft]) {
        match fs::remove_file(file) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
    }
    Ok(())
}

/// Makes what happened to the names in a folder last.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;
    use crate::store::{Store, meta, open_file};
    use crate::verify;

    /// A folder with a plain database, as an older version left it.
    fn plain() -> tempfile::TempDir {
        let (made, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        demo::prepare(made.path(), &Key::for_tests()).unwrap();
        let db = open_file(&made.path().join(FILE_NAME), &Key::for_tests()).unwrap();
        let file = folder.path().join(FILE_NAME);
        db.execute("ATTACH DATABASE ?1 AS plain KEY ''", (file.to_str(),)).unwrap();
        db.query_row("SELECT sqlcipher_export('plain')", (), |_| Ok(())).unwrap();
        let version = schema::newest();
        db.execute_batch(&format!("PRAGMA plain.user_version = {version}")).unwrap();
        fs::copy(made.path().join("pepper"), folder.path().join("pepper")).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<_> =
            files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn whatever_a_killed_start_left_the_next_one_begins_anew() {
        let origin = plain();
        let key = Key::for_tests();
        let whole = {
            let folder = tempfile::tempdir().unwrap();
            fs::copy(origin.path().join(FILE_NAME), folder.path().join(FILE_NAME)).unwrap();
            take_over(folder.path(), &key).unwrap();
            fs::read(folder.path().join(FILE_NAME)).unwrap()
        };
        let (half, empty) = (&whole[..whole.len() / 2], &whole[..0]);
        // The draft was just begun, half there, whole, of another key, or anything.
        let other = whole.iter().map(|byte| byte ^ 1).collect::<Vec<u8>>();
        for draft in [empty, &whole[..100], half, &whole, &other] {
            let folder = tempfile::tempdir().unwrap();
            for name in [FILE_NAME, "pepper"] {
                fs::copy(origin.path().join(name), folder.path().join(name)).unwrap();
            }
            fs::write(folder.path().join(DRAFT), draft).unwrap();
            fs::write(folder.path().join(format!("{DRAFT}-journal")), half).unwrap();
            let store = Store::open(folder.path(), &key).unwrap();
            assert!(store.read_now(|db| meta::get(db, meta::DEMO)).unwrap().is_some());
            drop(store);
            assert_eq!(verify::look_into(folder.path(), &key).unwrap(), None);
            let left = [FILE_NAME, Alone::TakeOver.file(), "pepper"];
            assert_eq!(names(folder.path()), left, "a draft of {} bytes", draft.len());
        }
    }

    #[test]
    fn while_another_program_has_it_open_the_plain_database_stays_as_it_is() {
        let folder = plain();
        let file = folder.path().join(FILE_NAME);
        let old = Connection::open(&file).unwrap();
        old.pragma_update(None, "journal_mode", "wal").unwrap();
        old.execute("INSERT INTO meta VALUES ('late', 'yes')", ()).unwrap();
        let refused = Store::open(folder.path(), &Key::for_tests()).unwrap_err();
        assert!(matches!(refused, OpenError::InUse(_)), "{refused}");
        // It goes on, and what it wrote is taken over in the end.
        old.execute("INSERT INTO meta VALUES ('later', 'yes')", ()).unwrap();
        drop(old);
        let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
        for name in ["late", "later"] {
            assert!(store.read_now(|db| meta::get(db, name)).unwrap().is_some(), "{name}");
        }
    }

    #[test]
    fn a_plain_database_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE_NAME);
        Connection::open(&file).unwrap().pragma_update(None, "user_version", 9_999).unwrap();
        let before = fs::read(&file).unwrap();
        let refused = Store::open(folder.path(), &Key::for_tests()).unwrap_err();
        assert!(matches!(refused, OpenError::Newer(9_999, _)), "{refused}");
        assert!(fs::read(&file).unwrap() == before);
    }
}
