//! Remembers what the server has acknowledged to anybody, to be compared with its database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bilik_shared::exchange::{Answer, Request};
use bilik_shared::id::{Hash, SheetId};
use bilik_shared::replica::Replica;
use bilik_shared::sheet::Chunk;

/// Every change that a receipt covered.
#[derive(Debug, Default)]
pub struct Witness {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    acknowledged: BTreeSet<(SheetId, Hash)>,
    /// What the last receipt of each sheet named: all that it builds on is in the set.
    named: BTreeMap<SheetId, Vec<Hash>>,
}

impl Witness {
    /// Notes what an answer acknowledges: the changes it names, and all that they build on.
    pub fn note(&self, request: &Request, answer: &Answer, replica: &mut Replica) {
        for said in &answer.sheets {
            let asked = request.sheets.iter().find(|sheet| sheet.id == said.id);
            let named = match asked {
                Some(asked) if said.complete => asked.heads.clone(),
                _ => said.heads.clone(),
            };
            let Some(sheet) = replica.sheet_mut(&said.id) else { continue };
            let named: Vec<Hash> = named.into_iter().filter(|head| sheet.has(head)).collect();
            if named.is_empty() {
                continue;
            }
            let mut seen = self.seen();
            let noted = seen.named.insert(said.id.clone(), named.clone()).unwrap_or_default();
            let hashes =
                |chunks: Vec<Chunk>| -> BTreeSet<Hash> { chunks.iter().map(Chunk::hash).collect() };
            let since = hashes(sheet.changes_since(&noted));
            let later = hashes(sheet.changes_since(&named));
            let new = since.difference(&later).map(|hash| (said.id.clone(), *hash));
            seen.acknowledged.extend(new);
        }
    }

    /// What was acknowledged and is not in this list.
    pub fn missing(&self, stored: &BTreeSet<(SheetId, Hash)>) -> Vec<(SheetId, Hash)> {
        self.seen().acknowledged.difference(stored).cloned().collect()
    }

    /// Forgets everything: the database is replaced by an older copy on purpose.
    pub fn forget(&self) {
        *self.seen() = Seen::default();
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
