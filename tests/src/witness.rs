//! Remembers what the server has acknowledged to anybody, to be compared with its database.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use bilik_shared::exchange::{Answer, Request};
use bilik_shared::id::{Hash, SheetId};
use bilik_shared::replica::Replica;

/// Every change that a receipt covered.
#[derive(Debug, Default)]
pub struct Witness {
    acknowledged: Mutex<BTreeSet<(SheetId, Hash)>>,
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
            let hashes = |chunks: Vec<bilik_shared::sheet::Chunk>| -> BTreeSet<Hash> {
                chunks.iter().map(|chunk| chunk.hash()).collect()
            };
            let all = hashes(sheet.changes_since(&[]));
            let later = hashes(sheet.changes_since(&named));
            let mut acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
            acknowledged.extend(all.difference(&later).map(|hash| (said.id.clone(), *hash)));
        }
    }

    /// What was acknowledged and is not in this list.
    pub fn missing(&self, stored: &BTreeSet<(SheetId, Hash)>) -> Vec<(SheetId, Hash)> {
        let acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        acknowledged.difference(stored).cloned().collect()
    }

    /// Forgets everything: the database is replaced by an older copy on purpose.
    pub fn forget(&self) {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
