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
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use bilik_shared::id::DeviceId;
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::asker;
use crate::board::Board;
use crate::error::Error;
use crate::live::{Changed, Live};
use crate::metrics::Metrics;
use crate::store::devices::Contact;
use crate::store::{Store, StoreError, audit};

mod desk;
mod graph;
mod open_sheet;

use desk::Desk;
pub use graph::Graph;
pub use open_sheet::{OpenSheet, Sheets};

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

/// What tablets said since it was last written down.
pub type Notes = HashMap<DeviceId, Contact>;

/// Runs after the commit, or learns why there was none.
type Second = Box<dyn FnOnce(Result<&mut After<'_>, StoreError>) + Send>;
/// Runs inside the transaction, or learns why there is none.
type First = Box<dyn FnOnce(Result<&mut Room<'_>, StoreError>) -> Result<Second, Failed> + Send>;

/// A first half failed.
struct Failed {
    /// Set where the whole transaction has to go, not only this job.
    store: Option<StoreError>,
    /// Tells whoever asked.
    tell: Second,
}

/// A handle on the writing thread. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Writer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// `None` asks the thread to finish and end.
    jobs: Sender<Option<First>>,
    broken: watch::Receiver<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(
        store: &Store,
        live: Live,
        board: Board,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StoreError> {
        let mut connection = store.connect_writer()?;
        let log_pages = crate::store::count_log_pages(&mut connection)?;
        let (jobs, waiting) = channel();
        let (fail, broken) = watch::channel(false);
        let desk = Desk::new((live, board, metrics), waiting, fail, log_pages);
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
        let by = asker::current();
        let job: First = Box::new(move |room| {
            let done = match room {
                Ok(room) => {
                    audit::write_as(by);
                    first(room)
                }
                Err(cause) => Err(Error::Store(cause)),
            };
            // Whoever asked may have gone: what was written stays written all the same.
            match done {
                Ok(done) => Ok(Box::new(move |after| {
                    let answer = after.map_err(Error::Store).and_then(|after| second(after, done));
                    let _ = reply.send(answer);
                })),
                Err(error) => Err(Failed {
                    store: error.store().filter(|cause| cause.spoils_transaction()).cloned(),
                    tell: Box::new(move |_| {
                        let _ = reply.send(Err(error));
                    }),
                }),
            }
        });
        self.inner.jobs.send(Some(job)).map_err(|_| StoreError::Stopped)?;
        match answer.await {
            Ok(answer) => answer,
            // The thread has ended, or the job panicked and was rolled back.
            Err(_) if self.has_ended() => Err(StoreError::Stopped.into()),
            Err(_) => Err(Error::Internal("a job of the writer panicked".to_owned())),
        }
    }

    /// Runs a job that only writes rows.
    pub async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.run(move |room| write(room.db), |_, done| Ok(done)).await
    }

    /// Waits until the disk has failed. The process should end then: it starts anew and looks what is there.
    pub async fn broken(&self) {
        let mut broken = self.inner.broken.clone();
        // An error means that the thread ended because it was asked to.
        if broken.wait_for(|broken| *broken).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the disk has failed.
    pub fn is_broken(&self) -> bool {
        *self.inner.broken.borrow()
    }

    fn has_ended(&self) -> bool {
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_broken() || thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Finishes what is waiting and ends the thread. Blocks.
    pub fn stop(&self) {
        let _ = self.inner.jobs.send(None);
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A panic of the thread itself was logged when it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
