//! What happened to an entry: every change of every field, with who, where and when.

use std::collections::BTreeMap;

use automerge::legacy::{Key, ObjectId, OpType};
use serde::{Deserialize, Serialize};

use super::{ObjectKey, Part, Place, Sheet};
use crate::command::Author;
use crate::id::{EntryId, Hash};
use crate::time::Timestamp;

/// One field of one entry was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// The change that did it; what one command wrote shares it.
    pub hash: Hash,
    /// Who, if the change says so.
    pub author: Option<Author>,
    /// When, by the clock of whoever wrote it.
    pub at: Timestamp,
    /// The key of the field.
    pub field: String,
    /// What stood there before, if anything.
    pub before: Option<String>,
    /// What was written.
    pub after: String,
}

impl Sheet {
    /// Everything that was written to an entry, in causal order.
    pub fn history(&mut self, entry: EntryId) -> Vec<Happened> {
        let mut history = Vec::new();
        let mut written: BTreeMap<ObjectKey, String> = BTreeMap::new();
        for chunk in self.changes_since(&[]) {
            let change = chunk.expanded();
            for (n, op) in change.operations.iter().enumerate() {
                let ObjectId::Id(object) = &op.obj else { continue };
                let key = (object.counter(), object.actor().to_bytes().to_vec());
                let here = matches!(
                    self.places.get(&key),
                    Some(Place::Entry(id) | Place::Part(id, _)) if *id == entry
                );
                let (true, Key::Map(field), OpType::Put(value)) = (here, &op.key, &op.action)
                else {
                    continue;
                };
                let mut field = field.to_string();
                let mut after = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if matches!(self.places.get(&key), Some(Place::Part(_, Part::Unsettled))) {
                    // Of a choice that was taken back only of which field it was: the answers stand above.
                    if after.is_empty() {
                        continue;
                    }
                    after = std::mem::replace(&mut field, Part::Unsettled.key().to_owned());
                }
                let before = op.pred.iter().find_map(|pred| {
                    written.get(&(pred.counter(), pred.actor().to_bytes().to_vec())).cloned()
                });
                let id = (chunk.start_op() + n as u64, change.actor_id.to_bytes().to_vec());
                written.insert(id, after.clone());
                history.push(Happened {
                    hash: chunk.hash(),
                    author: chunk.author(),
                    at: chunk.at(),
                    field,
                    before,
                    after,
                });
            }
        }
        history
    }
}
