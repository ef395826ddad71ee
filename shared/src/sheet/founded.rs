//! Whether a change is exactly what a copy of the sheet would have made of what the change builds on.
//!
//! Automerge takes in changes that no copy would have made (one that replaces what never was, or counts its operations
//! as others did before), and some of them leave a document that cannot be read again. To try each on a copy of the
//! sheet costs a save and a load of all of it; to ask whether each operation replaces what stood there costs a look
//! at its key. What is founded needs no trial: `tests/hostile.rs` searches for one that should have had it.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ActorId as Actor, ChangeHash, ObjId, ReadDoc as _};

use super::{Chunk, ObjectKey, Part, Place, Sheet};

/// What stands at keys that the change itself has written to.
type Written<'a> = BTreeMap<(ObjectKey, &'a str), ObjectKey>;

impl Sheet {
    /// Whether this change, of which all that it builds on is held, is founded. `false` proves nothing.
    pub fn is_founded(&self, chunk: &Chunk) -> bool {
        let deps = chunk.deps();
        let ends = deps.iter().map(|dep| self.written.get(dep).map(|(_, max_op)| *max_op));
        let Some(ends) = ends.collect::<Option<Vec<u64>>>() else { return false };
        // Whoever has all that it builds on counts on from there.
        let counts_on = ends.into_iter().max().is_some_and(|end| chunk.start_op() == end + 1);
        let own = self.ends.get(&chunk.actor()).is_none_or(|end| *end < chunk.start_op());
        let more = !chunk.change().extra_bytes().is_empty() || chunk.change().author().is_some();
        counts_on && own && !more && self.replaces_what_stood(chunk)
    }

    fn replaces_what_stood(&self, chunk: &Chunk) -> bool {
        let deps: Vec<ChangeHash> = chunk.deps().iter().map(|dep| ChangeHash(dep.0)).collect();
        let actor = chunk.change().actor_id().to_bytes().to_vec();
        let mut written = Written::new();
        let mut made: BTreeMap<ObjectKey, Place> = BTreeMap::new();
        let mut seen: BTreeSet<ObjectKey> = BTreeSet::new();
        for (n, op) in chunk.expanded().operations.iter().enumerate() {
            let (ObjectId::Id(object), Key::Map(key)) = (&op.obj, &op.key) else { return false };
            let object = (object.counter(), object.actor().to_bytes().to_vec());
            let own = made.get(&object).copied();
            let Some(place) = own.or_else(|| self.places.get(&object).copied()) else {
                return false;
            };
            if own.is_none() && !seen.contains(&object) {
                if !self.stood(&object, place, &deps) {
                    return false;
                }
                seen.insert(object.clone());
            }
            let this = (chunk.start_op() + n as u64, actor.clone());
            let spot = (object, key.as_str());
            let stands = match written.get(&spot) {
                Some(last) => vec![last.clone()],
                None if own.is_some() => Vec::new(),
                None => self.standing(&spot.0, key, &deps),
            };
            if key.is_empty() || op.insert || !same(op, stands) {
                return false;
            }
            if let (OpType::Make(_), Some(part)) = (&op.action, super::chunk::child(place, key)) {
                made.insert(this.clone(), part);
            }
            written.insert(spot, this);
        }
        true
    }

    /// Whether an object was there for whoever had these changes and what comes before them.
    fn stood(&self, object: &ObjectKey, place: Place, deps: &[ChangeHash]) -> bool {
        let at = |parent: &ObjId, key: &str| ids(self.doc.get_all_at(parent, key, deps));
        match place {
            // It is made by the first change, and every other one builds on that.
            Place::Entries => true,
            Place::Entry(id) => at(&self.entries, &id.to_string()).contains(object),
            Place::Part(id, part) => self
                .entry_object(id)
                .is_some_and(|entry| at(&entry, Part::key(part)).contains(object)),
        }
    }

    fn standing(
        &self,
        (counter, actor): &ObjectKey,
        key: &str,
        deps: &[ChangeHash],
    ) -> Vec<ObjectKey> {
        let object = ObjId::Id(*counter, Actor::from(actor.as_slice()), 0);
        ids(self.doc.get_all_at(&object, key, deps))
    }
}

fn ids<V>(found: Result<Vec<(V, ObjId)>, automerge::AutomergeError>) -> Vec<ObjectKey> {
    let id = |(_, id): (V, ObjId)| match id {
        ObjId::Id(counter, actor, _) => Some((counter, actor.to_bytes().to_vec())),
        ObjId::Root => None,
    };
    found.into_iter().flatten().filter_map(id).collect()
}

fn same(op: &Op, mut stands: Vec<ObjectKey>) -> bool {
    stands.sort();
    let mut replaced: Vec<ObjectKey> =
        op.pred.iter().map(|pred| (pred.counter(), pred.actor().to_bytes().to_vec())).collect();
    replaced.sort();
    replaced == stands
}
