//! Lists that were read and shown, for as long as somebody may apply them. They are in memory only: after a
//! restart the file is chosen again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bilik_shared::id::{Digest, OfficerId};
use bilik_shared::roster::Headings;
use bilik_shared::roster::preview::Imported;
use bilik_shared::roster::row::Listed;
use bilik_shared::time::Timestamp;
use tokio::sync::Semaphore;

use crate::clock::minutes_after;
use crate::error::Error;

/// At most so many are held.
const MAX_HELD: usize = 8;
/// A list is forgotten after so many minutes: it is a file full of personal data.
const FORGET_MINUTES: i64 = 60;

/// A list that was shown to somebody.
#[derive(Debug, Clone)]
pub struct Held {
    /// Names what was shown.
    pub id: Digest,
    /// The hash of the file.
    pub file: [u8; 32],
    /// Who looked at it; nobody else can apply it.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
    /// What the columns were read as.
    pub headings: Headings,
    /// The people.
    pub people: Vec<Listed>,
    /// What became of it, once it was applied: the same request again gets the same answer.
    pub imported: Option<Imported>,
}

/// The lists that were shown. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Previews {
    held: Arc<Mutex<Vec<Held>>>,
    /// One file is read at a time: each may take a hundred megabytes for a moment.
    pub gate: Arc<Semaphore>,
}

impl Default for Previews {
    fn default() -> Self {
        Self { held: Arc::default(), gate: Arc::new(Semaphore::new(1)) }
    }
}

impl Previews {
    fn fresh(&self, now: Timestamp) -> MutexGuard<'_, Vec<Held>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|one| one.at > minutes_after(now, -FORGET_MINUTES));
        held
    }

    /// Holds a list in place of what the same person looked at under the same name.
    pub fn hold(&self, list: Held) {
        let mut held = self.fresh(list.at);
        held.retain(|one| (one.id, &one.by) != (list.id, &list.by));
        if held.len() >= MAX_HELD {
            held.remove(0);
        }
        held.push(list);
    }

    /// The list that was shown to this person under this name.
    pub fn get(&self, id: Digest, by: &OfficerId, now: Timestamp) -> Result<Held, Error> {
        let held = self.fresh(now);
        let found = held.iter().find(|one| one.id == id && one.by == *by);
        found.cloned().ok_or(Error::PreviewUnknown)
    }

    /// Notes what became of a list. The people on it are not needed any more.
    pub fn note(&self, id: Digest, by: &OfficerId, imported: &Imported) {
        let mut held = self.fresh(imported.at);
        if let Some(one) = held.iter_mut().find(|one| one.id == id && one.by == *by) {
            one.people.clear();
            one.imported = Some(imported.clone());
        }
    }
}
