//! Who may be whom in the whole house: a cache of the tables `faces` and `pair_verdicts`, moved on after each commit.

use std::sync::{Arc, PoisonError, RwLock};

use bilik_shared::matching::Reason;
use bilik_shared::pairs::{Face, Index, Pair, Place};
use rusqlite::Connection;

use crate::live::Changed;
use crate::store::{faces, pair_verdicts};

/// Pairs of the house. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    index: Arc<RwLock<Index>>,
}

/// What a commit changed about who may be whom.
#[derive(Debug, Clone)]
pub enum Step {
    /// An entry is as it is now.
    Seen(Place, Box<Face>),
    /// Somebody said what is true of two entries, for these reasons; with none, that it was taken back.
    Said([Place; 2], Vec<Reason>),
    /// An entry is not there any more.
    Gone(Place),
}

impl Pairs {
    /// Reads everything.
    pub fn load(db: &Connection) -> rusqlite::Result<Self> {
        let mut index = Index::default();
        for (place, face) in faces::list(db)? {
            index.put(place, &face);
        }
        for word in pair_verdicts::all(db)? {
            let [one, other] = word.settled.pair;
            let stands = word.undone.is_none();
            index.say(one, other, if stands { word.settled.reasons } else { Vec::new() });
        }
        Ok(Self { index: Arc::new(RwLock::new(index)) })
    }

    /// Takes in what was committed.
    pub fn follow(&self, changed: &Changed) {
        if changed.pairs.is_empty() {
            return;
        }
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        for step in &changed.pairs {
            match step {
                Step::Seen(place, face) => index.put(place.clone(), face),
                Step::Gone(place) => index.forget(place),
                Step::Said([one, other], why) => index.say(one.clone(), other.clone(), why.clone()),
            }
        }
    }

    /// The pairs that wait for a supervisor.
    pub fn waiting(&self) -> Vec<Pair> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).waiting()
    }

    /// How many of them there are.
    pub fn count_waiting(&self) -> usize {
        self.index.read().unwrap_or_else(PoisonError::into_inner).count_waiting()
    }

    /// Whether an entry is one of a pair that waits.
    pub fn is_waiting(&self, place: &Place) -> bool {
        self.index.read().unwrap_or_else(PoisonError::into_inner).is_waiting(place)
    }

    /// Why two entries look alike; `None` where nothing says so.
    pub fn reasons(&self, [one, other]: &[Place; 2]) -> Option<Vec<Reason>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.reasons(one, other).map(<[Reason]>::to_vec)
    }
}
