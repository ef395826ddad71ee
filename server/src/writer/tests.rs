use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::key::Key;
use crate::store::{FILE_NAME, changes, empty_log, meta};

struct Place {
    store: Store,
    writer: Writer,
    folder: tempfile::TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let writer = Writer::start(&store, Live::new(), Board::default(), Default::default()).unwrap();
    Place { store, writer, folder }
}

impl Place {
    fn get(&self, key: &'static str) -> Option<String> {
        self.store.read_now(|db| meta::get(db, key)).unwrap()
    }

    async fn set(&self, key: &'static str) -> Result<(), Error> {
        self.writer.write(move |db| Ok(meta::set(db, key, "1")?)).await
    }
}

#[tokio::test]
async fn what_is_answered_is_on_disk() {
    let place = place();
    place.set("a").await.unwrap();
    // Another connection sees it: it was committed before the answer.
    assert_eq!(place.get("a").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_job_that_fails_or_panics_is_rolled_back_alone() {
    let place = place();
    let held = Arc::new(AtomicU32::new(0));
    // Hold the thread until the other jobs are waiting, so that they share a transaction.
    let gate = held.clone();
    let first = place.writer.write(move |_| {
        while gate.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        Ok(())
    });
    let fails = place.writer.write(|db| -> Result<(), Error> {
        meta::set(db, "fails", "1")?;
        Err(Error::EntryUnknown)
    });
    let panics = place.writer.write(|db| -> Result<(), Error> {
        meta::set(db, "panics", "1")?;
        panic!("on purpose")
    });
    let open = async {
        tokio::task::yield_now().await;
        held.store(1, Ordering::SeqCst);
    };
    let (first, a, fails, panics, b, ()) =
        tokio::join!(first, place.set("a"), fails, panics, place.set("b"), open);
    assert!(first.is_ok() && a.is_ok() && b.is_ok());
    assert!(matches!(fails, Err(Error::EntryUnknown)));
    assert!(matches!(panics, Err(Error::Internal(_))));
    assert_eq!(place.get("fails"), None);
    assert_eq!(place.get("panics"), None);
    assert!(place.get("a").is_some() && place.get("b").is_some());
}

#[tokio::test]
async fn a_full_disk_refuses_writing_and_goes_on_reading_and_recovers() {
    let place = place();
    place.set("before").await.unwrap();
    let limit = |pages: u32| {
        let set = move |db: &Connection| {
            let sql = format!("PRAGMA max_page_count = {pages}");
            Ok(db.query_row(&sql, (), |row| row.get::<_, u32>(0))?)
        };
        place.writer.write(set)
    };
    limit(1).await.unwrap();
    let fill = || {
        let text = "x".repeat(100_000);
        place.writer.write(move |db| Ok(meta::set(db, "large", &text)?))
    };
    let (full, beside) = tokio::join!(fill(), place.set("beside"));
    assert!(matches!(full, Err(Error::Store(StoreError::Full))), "{full:?}");
    // A job in the same transaction is refused with it, never acknowledged without being stored.
    assert_eq!(beside.is_ok(), place.get("beside").is_some());
    assert!(place.get("before").is_some());
    assert!(!place.writer.is_broken());
    limit(1_000_000).await.unwrap();
    fill().await.unwrap();
    assert!(place.get("large").is_some());
}

/// Runs a job behind one that only sets `a`, in the same transaction; what becomes of each.
async fn behind_a<T: Send + 'static>(
    place: &Place,
    job: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
) -> (Result<(), Error>, Result<T, Error>) {
    // Hold the thread until both are waiting.
    let (hold, held) = channel();
    let holds = place.writer.write(move |_| {
        held.recv().unwrap();
        Ok(())
    });
    let open = async { hold.send(()).unwrap() };
    // Where that one came into the same transaction, it shares its fate.
    let (_, a, second, ()) = tokio::join!(holds, place.set("a"), place.writer.write(job), open);
    (a, second)
}

#[tokio::test]
async fn where_the_commit_fails_nobody_is_told_that_something_was_written() {
    let place = place();
    // A row without its sheet, of which the database says nothing before the commit.
    let orphan = |db: &Connection| {
        let sql = "PRAGMA defer_foreign_keys = ON;
            INSERT INTO changes (sheet, hash, actor, seq, officer, received_at, bytes)
            VALUES ('nowhere', x'01', x'02', 1, '', 0, x'03')";
        Ok(db.execute_batch(sql)?)
    };
    let (a, orphan) = behind_a(&place, orphan).await;
    assert_eq!(place.get("a"), None);
    assert!(a.is_err() && orphan.is_err(), "answered, and not on the disk: {a:?} {orphan:?}");
    // The disk is whole, so the next one goes its way.
    assert!(!place.writer.is_broken());
    place.set("b").await.unwrap();
    assert!(place.get("b").is_some());
}

#[tokio::test]
async fn an_error_of_the_disk_is_told_to_everybody_in_the_transaction_and_ends_the_writer() {
    use std::os::unix::fs::FileExt as _;
    let place = place();
    // A page of the file that nobody has read yet turns bad.
    assert!(empty_log(&place.store.connect_writer().unwrap()).unwrap());
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'changes'";
    let root = place.store.read_now(|db| db.query_row(sql, (), |row| row.get::<_, u32>(0)));
    let file = std::fs::File::options().write(true).open(place.folder.path().join(FILE_NAME));
    file.unwrap().write_all_at(&[0x55; 64], u64::from(root.unwrap() - 1) * 4096 + 700).unwrap();

    let (a, reads) = behind_a(&place, |db| Ok(changes::last_position(db)?)).await;
    assert!(matches!(reads, Err(Error::Store(StoreError::Disk(_)))), "{reads:?}");
    assert_eq!(place.get("a"), None);
    assert!(a.is_err(), "answered, and not on the disk: {a:?}");
    place.writer.broken().await;
    assert!(matches!(place.set("b").await, Err(Error::Store(StoreError::Stopped))));
}

#[tokio::test]
async fn a_stopped_writer_says_so() {
    let place = place();
    place.writer.stop();
    assert!(matches!(place.set("a").await, Err(Error::Store(StoreError::Stopped))));
}

#[tokio::test]
async fn the_log_begins_anew_instead_of_growing_for_ever() {
    let place = place();
    let size = || {
        let log = place.folder.path().join("bilik.sqlite3-wal");
        std::fs::metadata(log).unwrap().len()
    };
    for n in 0..60 {
        let text = n.to_string().repeat(100_000);
        place.writer.write(move |db| Ok(meta::set(db, "large", &text)?)).await.unwrap();
    }
    // 60 times 200 KB were written; a thousand pages and one transaction fit into the log.
    assert!(size() < 6 << 20, "{} bytes", size());
}
