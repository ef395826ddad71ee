//! Which connection is closed when all are taken and one more comes: the one that has kept the server waiting for
//! longest.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// One connection, as far as it matters for who leaves.
#[derive(Debug)]
pub struct Activity {
    came: Instant,
    /// Microseconds from its coming to the last bytes that it sent or took.
    moved: AtomicU64,
    /// It is its turn: a hello, a head, the rest of a body, or another request.
    turn: AtomicBool,
    evict: Notify,
}

impl Activity {
    fn new() -> Self {
        let (moved, turn) = (AtomicU64::new(0), AtomicBool::new(true));
        Self { came: Instant::now(), moved, turn, evict: Notify::new() }
    }

    /// It sent something, or took something.
    pub fn moves(&self) {
        let since = self.came.elapsed().as_micros();
        self.moved.store(u64::try_from(since).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether the server waits for it (`true`), or it for the server.
    pub fn has_turn(&self, turn: bool) {
        self.turn.store(turn, Ordering::Relaxed);
    }

    /// Waits until it has to be closed.
    pub async fn evicted(&self) {
        self.evict.notified().await;
    }

    /// When it last moved; `None` while it waits for the server: then it stays.
    fn waits_since(&self) -> Option<Instant> {
        let moved = Duration::from_micros(self.moved.load(Ordering::Relaxed));
        self.turn.load(Ordering::Relaxed).then(|| self.came + moved)
    }
}

/// All connections.
#[derive(Debug, Clone, Default)]
pub struct Connections(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    next: u64,
    here: HashMap<u64, Arc<Activity>>,
}

impl Connections {
    /// There is one more, under this number.
    pub fn opened(&self) -> (u64, Arc<Activity>) {
        let mut book = self.book();
        book.next += 1;
        let (number, activity) = (book.next, Arc::new(Activity::new()));
        book.here.insert(number, activity.clone());
        (number, activity)
    }

    /// It is gone.
    pub fn closed(&self, number: u64) {
        self.book().here.remove(&number);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the connection closed that has kept the server waiting for longest; whether there is any.
    pub fn evict_slowest(&self) -> bool {
        let mut book = self.book();
        let waiting = book.here.iter();
        let waiting =
            waiting.filter_map(|(number, activity)| Some((activity.waits_since()?, *number)));
        let Some((_, number)) = waiting.min() else { return false };
        // It is told once: whoever comes next needs another one's place.
        if let Some(activity) = book.here.remove(&number) {
            activity.evict.notify_one();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

    use super::*;

    async fn is_evicted(activity: &Activity) -> bool {
        timeout(Duration::ZERO, activity.evicted()).await.is_ok()
    }

    #[tokio::test]
    async fn whoever_kept_the_server_waiting_for_longest_leaves_and_nobody_who_waits_for_it() {
        let connections = Connections::default();
        let mut here = Vec::new();
        for _ in 0..4 {
            here.push(connections.opened());
            sleep(Duration::from_millis(2)).await;
        }
        let [(_, served), (_, dribbles), (_, silent), (number, gone)] = &here[..] else { panic!() };
        served.has_turn(false);
        dribbles.moves();
        connections.closed(*number);
        assert!(connections.evict_slowest() && is_evicted(silent).await);
        assert!(!is_evicted(dribbles).await);
        assert!(connections.evict_slowest() && is_evicted(dribbles).await);
        assert!(!connections.evict_slowest(), "who is served stays");
        assert!(!is_evicted(served).await && !is_evicted(gone).await);
        served.has_turn(true);
        assert!(connections.evict_slowest() && is_evicted(served).await);
    }
}
