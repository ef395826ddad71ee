//! Writing a sheet anew without somebody: the same changes, without what they say of some entries.
//!
//! What a change becomes follows from the change and what it builds on, and from nothing else. So the server and
//! every tablet come to the same bytes, each from its own copy: a tablet that was away brings what it did
//! meanwhile as changes that build on the new generation, and two answers that disagree still do.
//! Erasing one person after another comes to the same as erasing both at once.
//!
//! A change that spoke only of somebody who is erased stays as an empty one: who wrote it and when, so that the
//! numbers of its actor stay without gaps. Generations of tablets and of the server must agree: do not change
//! what comes out here.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{Change, ChangeHash, ScalarValue};

use super::{Chunk, ObjectKey};
use crate::id::{EntryId, Hash};
use crate::seeded;

/// A change of the new generation.
#[derive(Debug, Clone)]
pub struct Rewritten {
    /// The name of the change that it was.
    pub was: Hash,
    /// What it is now.
    pub chunk: Chunk,
}

/// The same changes without these entries. They come in causal order, with everything they build on.
pub fn without(chunks: Vec<Chunk>, erased: &BTreeSet<EntryId>) -> Vec<Rewritten> {
    let mut eraser = Eraser::new(erased);
    chunks.into_iter().map(|chunk| eraser.rewrite(chunk)).collect()
}

struct Eraser<'e> {
    erased: &'e BTreeSet<EntryId>,
    /// The map of all entries.
    entries: BTreeSet<ObjectKey>,
    /// Objects that are not there any more.
    gone: BTreeSet<ObjectKey>,
    /// Where an operation stands now, if operations before it in its change went.
    moved: BTreeMap<ObjectKey, u64>,
    /// What changes are called now.
    named: BTreeMap<Hash, Hash>,
    /// The counters of their last operations.
    tops: BTreeMap<ChangeHash, u64>,
}

impl<'e> Eraser<'e> {
    fn new(erased: &'e BTreeSet<EntryId>) -> Self {
        Self {
            erased,
            entries: BTreeSet::new(),
            gone: BTreeSet::new(),
            moved: BTreeMap::new(),
            named: BTreeMap::new(),
            tops: BTreeMap::new(),
        }
    }

    fn rewrite(&mut self, chunk: Chunk) -> Rewritten {
        let was = chunk.hash();
        let mut change = chunk.into_expanded();
        let (start, actor) = (change.start_op.get(), change.actor_id.to_bytes().to_vec());
        let mut kept = Vec::with_capacity(change.operations.len());
        for (n, op) in (start..).zip(change.operations) {
            let (id, makes) = ((n, actor.clone()), matches!(op.action, OpType::Make(_)));
            if self.goes(&op) {
                self.gone.extend(makes.then_some(id));
                continue;
            }
            if makes && op.obj == ObjectId::Root && op.key == Key::Map("entries".into()) {
                self.entries.insert(id.clone());
            }
            let now = start + kept.len() as u64;
            if now != n {
                self.moved.insert(id, now);
            }
            kept.push(self.carried_over(op));
        }
        change.operations = kept;
        for dep in &mut change.deps {
            let now = self.named.get(&Hash(dep.0)).map_or(dep.0, |hash| hash.0);
            *dep = ChangeHash(now);
        }
        change.deps.sort_unstable();
        if change.operations.is_empty() {
            // A saved document tells an empty change from one that lacks operations by this only.
            let top = change.deps.iter().filter_map(|dep| self.tops.get(dep)).max().copied();
            change.start_op = NonZeroU64::MIN.saturating_add(top.unwrap_or_default());
        }
        change.hash = None;
        let chunk = Chunk::trusted(Change::from(change));
        self.named.insert(was, chunk.hash());
        self.tops.insert(ChangeHash(chunk.hash().0), chunk.max_op());
        Rewritten { was, chunk }
    }

    /// Whether an operation makes or writes an entry that is erased, or something in it.
    fn goes(&self, op: &Op) -> bool {
        let ObjectId::Id(object) = &op.obj else { return false };
        let object = key_of(object);
        let names = match &op.key {
            Key::Map(key) => key.parse().is_ok_and(|id: EntryId| self.erased.contains(&id)),
            Key::Seq(_) => false,
        };
        let unknown =
            matches!((&op.key, &op.action), (Key::Map(key), OpType::Put(_)) if seeded::drops(key));
        unknown || self.gone.contains(&object) || (names && self.entries.contains(&object))
    }

    /// The same operation, where others stand before it no more.
    fn carried_over(&self, mut op: Op) -> Op {
        if let ObjectId::Id(object) = &op.obj {
            op.obj = ObjectId::Id(self.id_now(object));
        }
        if let Key::Seq(ElementId::Id(element)) = &op.key {
            op.key = Key::Seq(ElementId::Id(self.id_now(element)));
        }
        op.pred = op.pred.iter().map(|pred| self.id_now(pred)).collect();
        // The name of a change that was taken back.
        if let (Key::Map(key), OpType::Put(ScalarValue::Str(value))) = (&op.key, &op.action)
            && key == "undone"
            && let Some(now) = value.parse().ok().and_then(|hash| self.named.get(&hash))
        {
            op.action = OpType::Put(ScalarValue::Str(now.to_string().into()));
        }
        op
    }

    fn id_now(&self, id: &OpId) -> OpId {
        let counter = self.moved.get(&key_of(id)).copied().unwrap_or(id.counter());
        OpId::new(counter, id.actor())
    }
}

fn key_of(id: &OpId) -> ObjectKey {
    (id.counter(), id.actor().to_bytes().to_vec())
}

#[cfg(test)]
mod tests;
