//! What a change writes, for a person who decides about it. The document is not asked to take it in.

use std::collections::BTreeMap;

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{ObjType, ScalarValue};

use super::chunk::child;
use super::{Chunk, Place, Sheet};
use crate::id::EntryId;

/// One value that a change writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Of which entry; `None` where that is not known here.
    pub entry: Option<EntryId>,
    /// The key inside the entry or its part.
    pub key: String,
    /// The value.
    pub value: String,
}

/// What a change writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The values, in the order they are written.
    pub puts: Vec<Put>,
    /// How many values were left out.
    pub more: usize,
    /// How many operations do something else than writing a text or making a map.
    pub odd: usize,
}

impl Chunk {
    /// Its values, `most` of them. Which entry they are of is known from the sheet, and not where the change builds on
    /// something that is not in it.
    pub fn told(&self, sheet: Option<&Sheet>, most: usize) -> Told {
        let mut told = Told::default();
        let actor = self.change().actor_id().to_bytes();
        let mut own = BTreeMap::new();
        for (n, op) in self.expanded().operations.iter().enumerate() {
            let place = match &op.obj {
                ObjectId::Root => None,
                ObjectId::Id(id) => {
                    let object = (id.counter(), id.actor().to_bytes().to_vec());
                    let known = own.get(&object);
                    known.or_else(|| sheet.and_then(|sheet| sheet.places.get(&object))).copied()
                }
            };
            let (OpType::Put(_) | OpType::Make(ObjType::Map), Key::Map(key)) =
                (&op.action, &op.key)
            else {
                told.odd += 1;
                continue;
            };
            match &op.action {
                OpType::Put(ScalarValue::Str(_)) if told.puts.len() >= most => told.more += 1,
                OpType::Put(ScalarValue::Str(text)) => {
                    let entry = place.and_then(Place::entry);
                    told.puts.push(Put { entry, key: key.to_string(), value: text.to_string() });
                }
                OpType::Put(_) => told.odd += 1,
                _ => {
                    if let Some(made) = place.and_then(|place| child(place, key)) {
                        own.insert((self.start_op() + n as u64, actor.to_vec()), made);
                    }
                }
            }
        }
        told
    }
}

impl Place {
    fn entry(self) -> Option<EntryId> {
        match self {
            Self::Entries => None,
            Self::Entry(id) | Self::Part(id, _) => Some(id),
        }
    }
}
