//! "Something changed": told to whoever listens, after the commit.
//!
//! An event carries no content for tablets: it names a sheet and its new digest, and the answer to it is an exchange.
//! Somebody who listens too slowly misses events and is told so; they then look at everything anew.

use std::sync::Arc;

use bilik_shared::id::{Digest, SheetId};
use bilik_shared::view::{DeviceRow, Row};
use tokio::sync::broadcast;

/// How many events a slow listener may be behind.
const BEHIND: usize = 256;

/// What one commit changed.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Sheets whose heads moved, with their new digests.
    pub sheets: Vec<(SheetId, Digest)>,
    /// Rows of the desk's view as they are now.
    pub rows: Vec<Row>,
    /// Tablets that were heard of.
    pub devices: Vec<DeviceRow>,
}

impl Changed {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty() && self.rows.is_empty() && self.devices.is_empty()
    }

    /// Adds what another job changed; of one sheet or row the later word counts.
    pub fn add(&mut self, later: Self) {
        self.sheets.retain(|(id, _)| !later.sheets.iter().any(|(other, _)| other == id));
        self.sheets.extend(later.sheets);
        let same = |a: &Row, b: &Row| a.sheet == b.sheet && a.entry == b.entry;
        self.rows.retain(|row| !later.rows.iter().any(|other| same(row, other)));
        self.rows.extend(later.rows);
        self.devices.retain(|row| !later.devices.iter().any(|other| other.code == row.code));
        self.devices.extend(later.devices);
    }
}

/// Where commits are announced. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<Arc<Changed>>,
}

impl Live {
    /// Nobody listens yet.
    #[expect(clippy::new_without_default, reason = "a channel is made on purpose, not by default")]
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(BEHIND) }
    }

    /// Announces what a commit changed.
    pub fn announce(&self, changed: Changed) {
        if !changed.is_empty() {
            // Nobody listening is no error.
            let _ = self.sender.send(Arc::new(changed));
        }
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Changed>> {
        self.sender.subscribe()
    }
}
