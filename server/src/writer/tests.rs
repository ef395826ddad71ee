use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::key::Key;
use crate::store::meta;

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
