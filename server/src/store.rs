//! The server's memory: one SQLite file in the data folder, encrypted. All SQL of the project is below this module.
//!
//! Changes are the truth and are only ever inserted.
//! The rows of the desk's view and the digests of sheets are derived from them and can be rebuilt.
//! One thread writes ([`crate::writer`]); a few connections here only read.
//!
//! Functions of the submodules take a [`Connection`] and answer with [`rusqlite::Result`];
//! whether they run inside a transaction is the caller's business.

pub mod actors;
pub mod allocations;
pub mod audit;
pub mod batches;
pub mod changes;
pub mod copy;
pub mod devices;
pub mod enrolments;
pub mod entries;
pub mod erasure;
pub mod exports;
pub mod faces;
pub mod hooks;
pub mod meta;
pub mod pair_verdicts;
pub mod passkeys;
pub mod privacy;
pub mod quarantine;
pub mod second_factors;
pub mod sessions;
pub mod setup_log;
pub mod sheets;
pub mod tokens;
pub mod training;
pub mod users;
pub mod vetting;
pub mod views;

mod columns;
mod failure;
pub mod schema;
mod take_over;
mod unlock;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bilik_shared::seeded::{self, Bug};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use tokio::sync::Semaphore;

use crate::key::Key;
use crate::sign_in::pepper::Pepper;

pub use failure::{OpenError, StoreError};
pub use unlock::is_plain;

/// The database's name inside the data folder.
pub const FILE_NAME: &str = "bilik.sqlite3";

/// How many connections read at once.
const READERS: usize = 3;

/// A handle on the database of one data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: PathBuf,
    key: Key,
    /// Lies beside the database, not in it.
    pepper: Pepper,
    /// As many permits as there are readers, so that a caller waits without holding a thread.
    permits: Arc<Semaphore>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the database in `folder`, creates both if they are missing, encrypts one that is plain, and brings the
    /// tables up to date.
    pub fn open(folder: &Path, key: &Key) -> Result<Self, OpenError> {
        make_private(folder).map_err(|cause| OpenError::Folder(folder.into(), cause))?;
        let file = folder.join(FILE_NAME);
        take_over::take_over(folder, key)?;
        if !unlock::opens(&open_file(&file, key)?)? {
            return Err(OpenError::WrongKey(file));
        }
        let pepper =
            Pepper::open(folder).map_err(|cause| OpenError::Folder(folder.into(), cause))?;
        schema::migrate(&mut connect_to_write(&file, key)?)?;
        let readers: Result<Vec<_>, _> =
            (0..READERS).map(|_| connect_to_read(&file, key)).collect();
        let permits = Arc::new(Semaphore::new(READERS));
        let readers = Mutex::new(readers?);
        Ok(Self { inner: Arc::new(Inner { file, key: key.clone(), pepper, permits, readers }) })
    }

    /// The connection of the one writer. Only [`crate::writer`] and commands that run alone ask for it.
    pub fn connect_writer(&self) -> Result<Connection, StoreError> {
        let connection = connect_to_write(&self.inner.file, &self.inner.key)?;
        audit::install(&connection)?;
        Ok(connection)
    }

    /// What is mixed into passwords.
    pub fn pepper(&self) -> Pepper {
        self.inner.pepper.clone()
    }

    /// Reads on one of the reading connections, on a thread that may block.
    pub async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let permits = self.inner.permits.clone();
        let permit = permits.acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let inner = self.inner.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            inner.read(read)
        });
        task.await.map_err(|_| StoreError::Stopped)?
    }

    /// Reads on the caller's thread: for the command line and for tests.
    pub fn read_now<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.inner.read(read)
    }
}

impl Inner {
    /// Takes a reader, reads inside one transaction (so that several queries see one state), gives it back.
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let spare = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // A reader is lost when a read panics; a fresh one takes its place.
        let reader = spare.map_or_else(|| connect_to_read(&self.file, &self.key), Ok)?;
        let answer = reader.unchecked_transaction().and_then(|transaction| read(&transaction));
        let answer = answer.map_err(StoreError::from);
        // One that met a damaged page reads nothing any more.
        if !matches!(&answer, Err(cause) if cause.is_fatal()) {
            self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
        answer
    }
}

/// Makes the folder, for its owner only: personal data lies in it. One that is there stays as it is.
pub fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens a database file as it is: for copies, and for tests that look at it beside the server. Nothing that is
/// written here stands in the audit.
pub fn open_file(file: &Path, key: &Key) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    unlock::unlock(&connection, key)?;
    Ok(connection)
}

fn connect_to_write(file: &Path, key: &Key) -> rusqlite::Result<Connection> {
    let mut connection = open_file(file, key)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // Another process may write as well, `bilik enrol` for one: whoever begins by reading and writes later is not
    // made to wait for the lock then, but refused at once.
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    connection.pragma_update(None, "journal_mode", "wal")?;
    // What a VACUUM copies would lie in the system's folder for temporary files otherwise.
    connection.pragma_update(None, "temp_store", "memory")?;
    // FULL: a receipt must survive a power cut. Measured: NORMAL lost acknowledged commits in 4 of 120 cuts.
    let synchronous = if seeded::is(Bug::SynchronousNormal) { "normal" } else { "full" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The writer moves the log into the file itself, after it has answered: see `writer`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn connect_to_read(file: &Path, key: &Key) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    unlock::unlock(&connection, key)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// How many pages the write-ahead log holds, as of the last commit of a connection.
///
/// The file's size does not tell: it keeps its size when the log begins anew.
pub fn count_log_pages(connection: &mut Connection) -> rusqlite::Result<Arc<AtomicU32>> {
    let pages = Arc::new(AtomicU32::new(0));
    let counted = pages.clone();
    connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
        counted.store(pages.unsigned_abs(), Ordering::Relaxed);
        Ok(())
    }))?;
    Ok(pages)
}

/// Copies what the write-ahead log holds into the database file. Waits for nobody.
pub fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()))
}

/// Moves everything from the write-ahead log into the database file; `false` where a reader was in the way.
pub fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    let held: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
    Ok(!held)
}

/// Writes the whole file anew, so that nothing of what was removed is left in free pages or in the log. `false`
/// where a reader held the log meanwhile: it has to be done again.
pub fn scrub(connection: &Connection) -> rusqlite::Result<bool> {
    connection.execute_batch("VACUUM")?;
    empty_log(connection)
}

/// Throws away what was written since [`set_mark`] and keeps what was written before.
pub fn back_to_mark(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ROLLBACK TO job; RELEASE job")
}

/// Begins a part of a transaction that can be thrown away alone.
pub fn set_mark(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("SAVEPOINT job")?.execute(())?;
    Ok(())
}

/// Keeps what was written since [`set_mark`].
pub fn keep_since_mark(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("RELEASE job")?.execute(())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_opened_twice_and_writes_with_full_durability() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("data");
        drop(Store::open(&path, &Key::for_tests()).unwrap());
        let store = Store::open(&path, &Key::for_tests()).unwrap();
        let writer = store.connect_writer().unwrap();
        let pragma = |name| -> String {
            writer
                .query_row(&format!("PRAGMA {name}"), (), |row| Ok(format!("{:?}", row.get_ref(0))))
                .unwrap()
        };
        assert!(pragma("synchronous").contains("Integer(2)"), "{}", pragma("synchronous"));
        assert!(pragma("foreign_keys").contains("Integer(1)"));
        assert!(pragma("wal_autocheckpoint").contains("Integer(0)"));
        let mode: String = writer.query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    #[test]
    fn a_reader_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
        let refused = store.read_now(|connection| meta::set(connection, "key", "value"));
        assert!(matches!(refused, Err(StoreError::Sqlite(_))));
    }

    #[test]
    fn another_key_opens_nothing_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), &Key::for_tests()).unwrap());
        let before = std::fs::read(folder.path().join(FILE_NAME)).unwrap();
        let refused = Store::open(folder.path(), &Key::random()).unwrap_err();
        assert!(matches!(refused, OpenError::WrongKey(_)), "{refused}");
        assert!(std::fs::read(folder.path().join(FILE_NAME)).unwrap() == before);
        assert!(!is_plain(&folder.path().join(FILE_NAME)).unwrap());
        Store::open(folder.path(), &Key::for_tests()).unwrap();
    }

    #[test]
    fn a_page_that_was_altered_is_a_failure_of_the_disk_and_its_reader_is_not_asked_again() {
        use std::os::unix::fs::FileExt as _;
        let folder = tempfile::tempdir().unwrap();
        crate::demo::prepare(folder.path(), &Key::for_tests()).unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        assert!(empty_log(&db).unwrap());
        drop(db);
        let file = folder.path().join(FILE_NAME);
        let root = |db: &Connection| -> rusqlite::Result<u32> {
            let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'changes'";
            db.query_row(sql, (), |row| row.get(0))
        };
        let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
        let at = u64::from(store.read_now(root).unwrap() - 1) * 4096 + 700;
        let open = std::fs::File::options().read(true).write(true).open(&file).unwrap();
        let mut byte = [0];
        open.read_exact_at(&mut byte, at).unwrap();
        open.write_all_at(&[byte[0] ^ 1], at).unwrap();
        for _ in 0..2 * READERS {
            let failed = store.read_now(changes::last_position).unwrap_err();
            assert!(matches!(failed, StoreError::Disk(_)), "{failed}");
            // Everything else can still be read.
            assert!(store.read_now(|db| meta::get(db, meta::DEMO)).unwrap().is_some());
        }
        open.write_all_at(&byte, at).unwrap();
        assert!(store.read_now(changes::last_position).unwrap() > 0);
    }

    #[test]
    fn a_part_of_a_transaction_is_thrown_away_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
        let mut writer = store.connect_writer().unwrap();
        let transaction = writer.transaction().unwrap();
        meta::set(&transaction, "before", "1").unwrap();
        set_mark(&transaction).unwrap();
        meta::set(&transaction, "inside", "1").unwrap();
        back_to_mark(&transaction).unwrap();
        transaction.commit().unwrap();
        let get =
            |key: &'static str| store.read_now(|connection| meta::get(connection, key)).unwrap();
        assert_eq!((get("before"), get("inside")), (Some("1".to_owned()), None));
    }
}
