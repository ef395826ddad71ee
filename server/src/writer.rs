//! The one thread that writes.
//!
//! A job has two halves. The *first* runs inside a transaction that it shares with everything else that was waiting;
//! then comes one COMMIT with one fsync for all of them; the *second* half makes the answer.
//! So nothing is acknowledged before it is durable, the price of an fsync is shared,
//! and an answer already carries what others brought in the same transaction.
//!
//! A job whose first half fails is rolled back alone. Where COMMIT fails, nobody gets a receipt,
//! and every sheet in memory that may differ from the disk is thrown away.
//! When the disk itself fails, nothing more is written, and [`Writer::broken`] tells whoever runs the process to end it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bilik_shared::id::DeviceId;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use crate::api::overview::device_rows;
use crate::error::Error;
use crate::live::{Changed, Live};
use crate::projection::Board;
use crate::store::devices::{self, Said};
use crate::store::{self, Store, StoreError};

mod graph;
mod open_sheet;

pub use graph::Graph;
pub use open_sheet::{OpenSheet, Sheets};

/// At most so many jobs share a transaction.
const TOGETHER: usize = 128;
/// What tablets said about themselves is written so often.
const NOTES_AFTER: Duration = Duration::from_secs(1);
/// When the write-ahead log has this many bytes, it is copied into the database file.
const LOG_BYTES: u64 = 4 << 20;

/// What the first half of a job works with.
pub struct Room<'a> {
    /// The transaction.
    pub db: &'a Connection,
    /// The sheets in memory.
    pub sheets: &'a mut Sheets,
    /// What this job changed; announced after the commit.
    pub changed: &'a mut Changed,
}

/// What the second half of a job works with: nothing is written any more.
pub struct After<'a> {
    /// For reading: what was just committed.
    pub db: &'a Connection,
    /// The sheets in memory, with everything that the transaction brought.
    pub sheets: &'a mut Sheets,
    /// Where tablets' words about themselves are noted.
    pub notes: &'a mut Notes,
}

/// What tablets said since the last commit.
pub type Notes = HashMap<DeviceId, (Timestamp, Said)>;

type Second = Box<dyn FnOnce(Result<&mut After<'_>, StoreError>) + Send>;
type First = Box<dyn FnOnce(&mut Room<'_>) -> Result<Second, Failed> + Send>;

/// The first half failed; the second one tells why.
struct Failed {
    disk: Option<StoreError>,
    tell: Second,
}

/// A handle on the writing thread. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Writer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    jobs: Sender<Option<First>>,
    broken: watch::Receiver<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(store: &Store, live: Live, board: Board) -> Result<Self, StoreError> {
        let connection = store.connect_writer()?;
        let (jobs, waiting) = channel();
        let (fail, broken) = watch::channel(false);
        let desk = Desk {
            store: store.clone(),
            live,
            board,
            waiting,
            sheets: Sheets::new(),
            notes: Notes::new(),
            noted_at: Instant::now(),
            noted_until: None,
            broken: fail,
        };
        let builder = std::thread::Builder::new().name("writer".to_owned());
        let thread = builder.spawn(move || desk.work(connection));
        let thread = thread.map_err(|cause| StoreError::Sqlite(cause.to_string()))?;
        let inner = Inner { jobs, broken, thread: Mutex::new(Some(thread)) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs a job: `first` inside the transaction, `second` after it was committed.
    pub async fn run<T, U>(
        &self,
        first: impl FnOnce(&mut Room<'_>) -> Result<T, Error> + Send + 'static,
        second: impl FnOnce(&mut After<'_>, T) -> Result<U, Error> + Send + 'static,
    ) -> Result<U, Error>
    where
        T: Send + 'static,
        U: Send + 'static,
    {
        let (reply, answer) = oneshot::channel::<Result<U, Error>>();
        let first: First = Box::new(move |room| match first(room) {
            Ok(done) => Ok(Box::new(move |after| {
                let answer = after.map_err(Error::Store).and_then(|after| second(after, done));
                // Whoever asked may have gone; what was written stays written.
                let _ = reply.send(answer);
            })),
            Err(error) => {
                let disk = match &error {
                    Error::Store(cause @ (StoreError::Disk(_) | StoreError::Full)) => {
                        Some(cause.clone())
                    }
                    _ => None,
                };
                let tell: Second = Box::new(move |_| {
                    let _ = reply.send(Err(error));
                });
                Err(Failed { disk, tell })
            }
        });
        self.inner.jobs.send(Some(first)).map_err(|_| StoreError::Stopped)?;
        match answer.await {
            Ok(answer) => answer,
            // The thread dropped the job: it panicked, or the thread has ended.
            Err(_) if self.is_broken() => Err(StoreError::Stopped.into()),
            Err(_) => Err(Error::Internal("a job of the writer was dropped".to_owned())),
        }
    }

    /// Runs a job that only writes rows.
    pub async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.run(move |room| write(room.db), |_, done| Ok(done)).await
    }

    /// Waits until the disk has failed. The process should end then: it starts anew and verifies.
    pub async fn broken(&self) {
        let mut broken = self.inner.broken.clone();
        // An error means that the thread ended for another reason.
        if broken.wait_for(|broken| *broken).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the disk has failed.
    pub fn is_broken(&self) -> bool {
        *self.inner.broken.borrow()
    }

    /// Finishes what is waiting and ends the thread. Blocks.
    pub fn stop(&self) {
        let _ = self.inner.jobs.send(None);
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// What the thread owns.
struct Desk {
    store: Store,
    live: Live,
    board: Board,
    waiting: Receiver<Option<First>>,
    sheets: Sheets,
    notes: Notes,
    noted_at: Instant,
    /// The newest contact that was announced.
    noted_until: Option<Timestamp>,
    broken: watch::Sender<bool>,
}

impl Desk {
    fn work(mut self, mut connection: Connection) {
        loop {
            let mut jobs = Vec::new();
            let mut stop = false;
            match self.waiting.recv_timeout(NOTES_AFTER) {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) | Err(RecvTimeoutError::Disconnected) => stop = true,
                Err(RecvTimeoutError::Timeout) => {}
            }
            while !stop && jobs.len() < TOGETHER {
                match self.waiting.try_recv() {
                    Ok(Some(job)) => jobs.push(job),
                    Ok(None) => stop = true,
                    Err(_) => break,
                }
            }
            if let Err(cause) = self.together(&mut connection, jobs) {
                tracing::error!(%cause, "the disk failed, nothing more is written");
                self.broken.send_replace(true);
                return;
            }
            if stop {
                break;
            }
        }
        // A log that was copied completely makes the next start faster; failing to is no loss.
        let _ = store::checkpoint(&connection);
    }

    /// Runs jobs in one transaction. An error means that the disk can no longer be trusted.
    fn together(
        &mut self,
        connection: &mut Connection,
        jobs: Vec<First>,
    ) -> Result<(), StoreError> {
        let notes_due = !self.notes.is_empty() && self.noted_at.elapsed() >= NOTES_AFTER;
        if jobs.is_empty() && !notes_due {
            return Ok(());
        }
        let mut seconds = Vec::with_capacity(jobs.len());
        let mut refused = Vec::new();
        let mut changed = Changed::default();
        let committed = self.first_halves(
            connection,
            jobs,
            notes_due,
            &mut changed,
            &mut seconds,
            &mut refused,
        );
        if committed.is_err() {
            // Memory may be ahead of the disk: what was touched is read again when it is needed.
            self.sheets.forget_touched();
        } else {
            self.sheets.settle();
        }
        for second in refused.into_iter().chain(seconds) {
            let answer = catch_unwind(AssertUnwindSafe(|| match &committed {
                Ok(()) => {
                    let Self { sheets, notes, .. } = self;
                    second(Ok(&mut After { db: connection, sheets, notes }));
                }
                Err(cause) => second(Err(cause.clone())),
            }));
            if answer.is_err() {
                self.sheets.forget_all();
            }
        }
        match committed {
            Ok(()) => {
                self.board.put(&changed.rows);
                self.live.announce(changed);
                self.sheets.shrink();
                self.copy_log(connection)
            }
            Err(cause) if cause.is_fatal() => Err(cause),
            Err(cause) => {
                tracing::warn!(%cause, "nothing was written");
                Ok(())
            }
        }
    }

    fn first_halves(
        &mut self,
        connection: &mut Connection,
        jobs: Vec<First>,
        notes_due: bool,
        changed: &mut Changed,
        seconds: &mut Vec<Second>,
        refused: &mut Vec<Second>,
    ) -> Result<(), StoreError> {
        // Immediate: `bilik enrol` may write from another process, and upgrading a read would fail then.
        let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate)
        {
            Ok(transaction) => transaction,
            Err(cause) => return Err(drop_jobs(jobs, cause.into())),
        };
        let mut failure = None;
        let mut jobs = jobs.into_iter();
        for first in jobs.by_ref() {
            match self.first_half(&transaction, first, changed) {
                Ok(Some(second)) => seconds.push(second),
                Ok(None) => {}
                Err(failed) => {
                    refused.push(failed.tell);
                    failure = failed.disk;
                }
            }
            if failure.is_some() {
                break;
            }
        }
        if let Some(cause) = failure {
            drop_jobs(jobs.collect(), cause.clone());
            return Err(cause);
        }
        if notes_due {
            for (id, (at, said)) in &self.notes {
                devices::note_contact(&transaction, *id, *at, said)?;
            }
            changed.devices = device_rows(&transaction)?;
            changed.devices.retain(|row| row.last_contact > self.noted_until);
        }
        transaction.commit()?;
        if notes_due {
            self.noted_until = changed.devices.iter().filter_map(|row| row.last_contact).max();
            self.notes.clear();
            self.noted_at = Instant::now();
        }
        Ok(())
    }

    /// Runs one first half. What it wrote is thrown away if it fails; `None` if it panicked.
    fn first_half(
        &mut self,
        db: &Connection,
        first: First,
        changed: &mut Changed,
    ) -> Result<Option<Second>, Failed> {
        let failed =
            |cause: rusqlite::Error| Failed { disk: Some(cause.into()), tell: Box::new(|_| {}) };
        store::set_mark(db).map_err(failed)?;
        self.sheets.begin_job();
        let mut own = Changed::default();
        let done = catch_unwind(AssertUnwindSafe(|| {
            first(&mut Room { db, sheets: &mut self.sheets, changed: &mut own })
        }));
        match done {
            Ok(Ok(second)) => {
                store::keep_since_mark(db).map_err(failed)?;
                changed.add(own);
                Ok(Some(second))
            }
            Ok(Err(failed)) if failed.disk.is_some() => Err(failed),
            Ok(Err(refusal)) => {
                self.sheets.forget_job();
                store::back_to_mark(db).map_err(failed)?;
                Err(refusal)
            }
            Err(_) => {
                tracing::error!("a job of the writer panicked and was rolled back");
                self.sheets.forget_job();
                store::back_to_mark(db).map_err(failed)?;
                Ok(None)
            }
        }
    }

    fn copy_log(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.store.log_bytes() < LOG_BYTES {
            return Ok(());
        }
        match store::checkpoint(connection).map_err(StoreError::from) {
            // The log keeps growing until there is room again; nothing is lost.
            Err(StoreError::Full) => Ok(()),
            other => other,
        }
    }
}

/// Tells everybody who waits that nothing was written.
fn drop_jobs(jobs: Vec<First>, cause: StoreError) -> StoreError {
    drop(jobs);
    cause
}
