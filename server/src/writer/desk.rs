//! What the writing thread owns and does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bilik_shared::seeded::{self, Bug};
use bilik_shared::time::Timestamp;
use bilik_shared::view::DeviceRow;
use rusqlite::Connection;
use tokio::sync::watch;

use super::{After, Failed, First, Notes, Room, Second, Sheets};
use crate::api::overview::shown;
use crate::board::Board;
use crate::hooks;
use crate::live::{Changed, Live};
use crate::metrics::Metrics;
use crate::store::audit::{self, By};
use crate::store::{self, StoreError, devices, meta};

/// At most so many jobs share a transaction.
const TOGETHER: usize = 128;
/// What tablets say about themselves is written so often: it is worth no fsync of its own.
const NOTES_EVERY: Duration = Duration::from_secs(1);
/// When the write-ahead log has this many pages (of 4 KiB), it is copied into the database file.
const LOG_PAGES: u32 = 1000;

/// What the thread owns.
pub(super) struct Desk {
    live: Live,
    board: Board,
    metrics: Arc<Metrics>,
    waiting: Receiver<Option<First>>,
    broken: watch::Sender<bool>,
    sheets: Sheets,
    notes: Notes,
    noted_at: Instant,
    /// The newest contact that was announced.
    noted_until: Option<Timestamp>,
    log_pages: Arc<AtomicU32>,
    /// The file may still hold bytes of somebody whose data were removed.
    scrub_due: bool,
}

/// One transaction on its way.
#[derive(Default)]
struct Batch {
    seconds: Vec<Second>,
    refused: Vec<Second>,
    changed: Changed,
}

impl Desk {
    pub(super) fn new(
        (live, board, metrics): (Live, Board, Arc<Metrics>),
        waiting: Receiver<Option<First>>,
        broken: watch::Sender<bool>,
        log_pages: Arc<AtomicU32>,
    ) -> Self {
        let (sheets, notes) = (Sheets::new(), Notes::new());
        let (noted_at, noted_until) = (Instant::now(), None);
        Self {
            live,
            board,
            metrics,
            waiting,
            broken,
            sheets,
            notes,
            noted_at,
            noted_until,
            log_pages,
            scrub_due: false,
        }
    }

    pub(super) fn work(mut self, mut connection: Connection) {
        self.scrub_due = matches!(meta::get(&connection, meta::SCRUB), Ok(Some(_)));
        self.scrub(&connection);
        let mut stop = false;
        while !stop {
            let (jobs, asked_to_stop) = self.gather();
            stop = asked_to_stop;
            let notes_due =
                !self.notes.is_empty() && (stop || self.noted_at.elapsed() >= NOTES_EVERY);
            if jobs.is_empty() && !notes_due {
                continue;
            }
            if let Err(cause) = self.together(&mut connection, jobs, notes_due) {
                tracing::error!(%cause, "the disk failed, nothing more is written");
                self.broken.send_replace(true);
                return;
            }
        }
        // A log that was copied completely makes the next start faster; failing to is no loss.
        let _ = store::checkpoint(&connection);
    }

    /// Waits for a job and takes all that are there; whether to stop after them.
    fn gather(&mut self) -> (Vec<First>, bool) {
        let mut jobs = Vec::new();
        match self.waiting.recv_timeout(NOTES_EVERY) {
            Ok(Some(job)) => jobs.push(job),
            Ok(None) | Err(RecvTimeoutError::Disconnected) => return (jobs, true),
            Err(RecvTimeoutError::Timeout) => return (jobs, false),
        }
        while jobs.len() < TOGETHER {
            match self.waiting.try_recv() {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) => return (jobs, true),
                Err(_) => break,
            }
        }
        (jobs, false)
    }

    /// Runs jobs in one transaction. An error means that the disk can no longer be trusted.
    fn together(
        &mut self,
        connection: &mut Connection,
        jobs: Vec<First>,
        notes_due: bool,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        let began = Instant::now();
        let mut committed = self.first_halves(connection, jobs, notes_due, &mut batch);
        if seeded::is(Bug::DiskErrorIgnored) && committed.as_ref().is_err_and(StoreError::is_fatal)
        {
            committed = Ok(());
        }
        if committed.is_ok() {
            self.metrics.committed(began.elapsed());
        }
        match &committed {
            Ok(()) => self.sheets.settle(),
            // Memory may be ahead of the disk: what was touched is read again when it is needed.
            Err(_) => self.sheets.forget_touched(),
        }
        if committed.is_ok() {
            // Before the answers: whoever has one and looks at the desk finds what it is about.
            self.mark(connection, &mut batch.changed);
            batch.changed.before = self.board.put(&batch.changed.rows);
            batch.changed.before.extend(self.board.remove(&batch.changed.gone));
            self.board.pairs.follow(&batch.changed);
        }
        self.scrub_due |= committed.is_ok() && !batch.changed.gone.is_empty();
        self.scrub(connection);
        for second in batch.refused.into_iter().chain(batch.seconds) {
            self.second_half(connection, second, committed.clone());
        }
        match committed {
            Ok(()) => {
                self.live.announce(batch.changed);
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

    /// Marks what is told, and tells of whoever is marked otherwise since a wave or a list has changed.
    fn mark(&self, connection: &Connection, changed: &mut Changed) {
        if changed.house {
            match self.board.look_around(connection) {
                Ok(rows) => {
                    let told = std::mem::take(&mut changed.rows);
                    // Rows of this commit come last: of two the later one counts.
                    changed.add(Changed { rows, ..Changed::default() });
                    changed.add(Changed { rows: told, ..Changed::default() });
                }
                Err(error) => {
                    tracing::warn!(cause = error.code(), "nobody knows who is late or gone");
                }
            }
        }
        changed.forget_gone();
        self.board.mark(&mut changed.rows);
    }

    /// Runs all first halves and commits. After an error nothing of them is on disk.
    fn first_halves(
        &mut self,
        connection: &mut Connection,
        jobs: Vec<First>,
        notes_due: bool,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let mut jobs = jobs.into_iter();
        let begun = connection.transaction();
        let done = begun.map_err(StoreError::from).and_then(|transaction| {
            for first in jobs.by_ref() {
                self.first_half(&transaction, first, batch)?;
            }
            // What follows is the program's own doing.
            audit::write_as(By::default());
            if notes_due {
                self.write_notes(&transaction, &mut batch.changed)?;
            }
            let rows = &batch.changed.rows;
            hooks::note(&transaction, rows, &self.board.states(rows))?;
            Ok(transaction.commit()?)
        });
        if let Err(cause) = &done {
            batch.refused.extend(jobs.filter_map(|first| refuse(first, cause)));
        }
        done
    }

    /// Runs one first half. What it wrote is thrown away if it fails or panics.
    /// An error means that the whole transaction has to go.
    fn first_half(
        &mut self,
        db: &Connection,
        first: First,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        if let Err(cause) = store::set_mark(db) {
            let cause = cause.into();
            batch.refused.extend(refuse(first, &cause));
            return Err(cause);
        }
        self.sheets.begin_job();
        let mut changed = Changed::default();
        let done = catch_unwind(AssertUnwindSafe(|| {
            first(Ok(&mut Room { db, sheets: &mut self.sheets, changed: &mut changed }))
        }));
        match done {
            Ok(Ok(second)) => {
                batch.seconds.push(second);
                batch.changed.add(changed);
                if seeded::is(Bug::AnsweredBeforeCommit) {
                    batch.seconds.drain(..).for_each(|second| self.second_half(db, second, Ok(())));
                }
                return Ok(store::keep_since_mark(db)?);
            }
            Ok(Err(Failed { store, tell })) => {
                batch.refused.push(tell);
                if let Some(cause) = store {
                    return Err(cause);
                }
            }
            Err(_) => tracing::error!("a job of the writer panicked and is rolled back"),
        }
        self.sheets.forget_job();
        Ok(store::back_to_mark(db)?)
    }

    fn second_half(&mut self, db: &Connection, second: Second, committed: Result<(), StoreError>) {
        let Self { sheets, notes, .. } = self;
        let done = catch_unwind(AssertUnwindSafe(|| match committed {
            Ok(()) => second(Ok(&mut After { db, sheets, notes })),
            Err(cause) => second(Err(cause)),
        }));
        if done.is_err() {
            // Reading should change nothing, but a panic may have come from the middle of a document.
            tracing::error!("an answer of the writer panicked");
            self.sheets.forget_all();
        }
    }

    fn write_notes(&mut self, db: &Connection, changed: &mut Changed) -> Result<(), StoreError> {
        for (id, contact) in self.notes.drain() {
            devices::note_contact(db, id, &contact)?;
        }
        self.noted_at = Instant::now();
        let devices = shown(db, devices::moved_since(db, self.noted_until)?)?;
        let moved = |row: &DeviceRow| row.last_contact.max(row.emptied_at);
        self.noted_until = devices.iter().map(moved).max().unwrap_or(self.noted_until);
        changed.add(Changed { devices, ..Changed::default() });
        Ok(())
    }

    /// Writes the file anew if bytes that were removed may still lie in it. What fails is tried again with the
    /// next commit, and at the next start.
    fn scrub(&mut self, connection: &Connection) {
        if !self.scrub_due {
            return;
        }
        let done = store::scrub(connection).and_then(|done| {
            if done {
                meta::remove(connection, meta::SCRUB)?;
            }
            Ok(done)
        });
        match done {
            Ok(done) => self.scrub_due = !done,
            Err(cause) => tracing::warn!(%cause, "what was removed still lies in the file"),
        }
    }

    fn copy_log(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.log_pages.load(Ordering::Relaxed) < LOG_PAGES {
            return Ok(());
        }
        match store::checkpoint(connection).map_err(StoreError::from) {
            Err(cause) if cause.is_fatal() => Err(cause),
            // The log keeps growing until there is room again; nothing is lost.
            _ => Ok(()),
        }
    }
}

/// Tells a job that it will not run.
fn refuse(first: First, cause: &StoreError) -> Option<Second> {
    first(Err(cause.clone())).err().map(|failed| failed.tell)
}
