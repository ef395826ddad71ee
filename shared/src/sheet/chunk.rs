//! A chunk: one change as bytes, and what can be said about it without the document.

use std::collections::BTreeSet;

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{Change, ExpandedChange, ObjType, ScalarValue};

use super::outline::outline;
use super::{MAX_OPERATIONS, Place, Sheet, message_author};
use crate::command::Author;
use crate::id::{ActorId, EntryId, Hash};
use crate::seeded::{self, Bug};
use crate::sheet::Part;
use crate::time::Timestamp;

/// The first four bytes of every chunk.
pub(crate) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The byte after magic and checksum for a plain change.
const PLAIN: u8 = 1;

/// Bytes are not a plain change in its one canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadChunk {
    /// Not a plain change chunk: a document, a compressed change, a bundle, or no chunk at all.
    NotPlain,
    /// It says it is one, and cannot be read.
    Malformed,
    /// It unfolds to more than [`MAX_OPERATIONS`] operations, or says that it replaces so many.
    TooMany,
    /// It can be read, but written again it is not the same bytes.
    NotCanonical,
    /// Its actor is not 16 bytes.
    Actor,
}

/// One change.
#[derive(Debug, Clone)]
pub struct Chunk {
    change: Change,
    expanded: ExpandedChange,
}

impl Chunk {
    /// Reads one plain change that came from somewhere else.
    ///
    /// Compressed and document chunks are refused before they are parsed: they inflate without limit.
    /// So are changes that unfold to more operations than ours ever have, before they are unfolded.
    /// Decoding and encoding must give the same bytes, so nothing stands in them that nobody has looked at.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadChunk> {
        if bytes.get(..4) != Some(&MAGIC) || bytes.get(8) != Some(&PLAIN) {
            return Err(BadChunk::NotPlain);
        }
        let outline = outline(bytes).ok_or(BadChunk::Malformed)?;
        if outline.operations.max(outline.replaced) > MAX_OPERATIONS {
            return Err(BadChunk::TooMany);
        }
        let change = Change::from_bytes(bytes.to_vec()).map_err(|_| BadChunk::Malformed)?;
        if change.actor_id().to_bytes().len() != 16 {
            return Err(BadChunk::Actor);
        }
        let expanded = change.decode();
        let canonical = Change::from(expanded.clone()).raw_bytes() == bytes;
        if !canonical && !seeded::is(Bug::CanonicalUnchecked) {
            return Err(BadChunk::NotCanonical);
        }
        Ok(Self { change, expanded })
    }

    /// Wraps a change that the document itself gave out.
    pub(super) fn trusted(change: Change) -> Self {
        let expanded = change.decode();
        Self { change, expanded }
    }

    pub(super) fn change(&self) -> &Change {
        &self.change
    }

    pub(super) fn into_change(self) -> Change {
        self.change
    }

    pub(super) fn expanded(&self) -> &ExpandedChange {
        &self.expanded
    }

    pub(super) fn into_expanded(self) -> ExpandedChange {
        self.expanded
    }

    /// Its name.
    pub fn hash(&self) -> Hash {
        Hash(self.change.hash().0)
    }

    /// The changes it builds on.
    pub fn deps(&self) -> Vec<Hash> {
        self.change.deps().iter().map(|dep| Hash(dep.0)).collect()
    }

    /// Who wrote it, for the document.
    pub fn actor(&self) -> ActorId {
        actor_id(self.change.actor_id().to_bytes())
    }

    /// The how-manieth change of its actor it is, from 1.
    pub fn seq(&self) -> u64 {
        self.change.seq()
    }

    /// The counter of its last operation.
    pub fn max_op(&self) -> u64 {
        self.change.max_op()
    }

    /// The counter of its first operation.
    pub fn start_op(&self) -> u64 {
        self.change.start_op().get()
    }

    /// Who wrote it, for people, as the change itself claims.
    pub fn author(&self) -> Option<Author> {
        self.change.message().and_then(message_author)
    }

    /// When it was written, by the clock of whoever wrote it.
    pub fn at(&self) -> Timestamp {
        super::at(self.change.timestamp())
    }

    /// The bytes that name it: a plain change chunk.
    pub fn bytes(&self) -> &[u8] {
        self.change.raw_bytes()
    }
}

/// An actor of a sheet: what is not 16 bytes was refused before.
pub(super) fn actor_id(bytes: &[u8]) -> ActorId {
    let mut id = [0; 16];
    let n = bytes.len().min(16);
    id[..n].copy_from_slice(&bytes[..n]);
    ActorId(id)
}

/// What a change does to a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The entries it writes to.
    pub entries: BTreeSet<EntryId>,
    /// Entries it creates.
    pub creates: BTreeSet<EntryId>,
    /// It writes what only the server may write: the heading, where an entry came from, a decision, a choice that
    /// was taken back.
    pub server_fields: bool,
    /// It deletes, counts, marks or inserts, or writes something else than a text or a map: nothing of ours does.
    pub foreign_kind: bool,
    /// It writes to an object that is not part of a sheet, or makes one that is none.
    pub stray: bool,
    /// The longest text or key in bytes.
    pub longest: usize,
    /// How many operations it has.
    pub operations: usize,
}

impl Sheet {
    /// What a change would do here. Objects that earlier changes of a batch make are known
    /// once [`Sheet::expect`] was told of those.
    pub fn look(&self, chunk: &Chunk) -> Look {
        let mut look = Look { operations: chunk.expanded.operations.len(), ..Look::default() };
        // Objects made inside this very change are not in the index yet.
        let mut own = std::collections::BTreeMap::new();
        for (n, op) in chunk.expanded.operations.iter().enumerate() {
            let place = match &op.obj {
                ObjectId::Root => None,
                ObjectId::Id(id) => {
                    let key = (id.counter(), id.actor().to_bytes().to_vec());
                    own.get(&key).or_else(|| self.places.get(&key)).copied()
                }
            };
            let key = match &op.key {
                Key::Map(key) => key.as_str(),
                Key::Seq(_) => {
                    look.stray = true;
                    continue;
                }
            };
            look.longest = look.longest.max(key.len()).max(text_len(op));
            if let Some(made) = look.see(op, place, key) {
                let id = (chunk.start_op() + n as u64, chunk.change.actor_id().to_bytes().to_vec());
                own.insert(id, made);
            }
        }
        look
    }

    /// Puts the objects that a change makes into the index, before the change itself is taken in.
    pub fn expect(&mut self, chunk: &Chunk) {
        let actor = chunk.change.actor_id().to_bytes();
        for (n, op) in chunk.expanded.operations.iter().enumerate() {
            let (OpType::Make(_), ObjectId::Id(id), Key::Map(key)) = (&op.action, &op.obj, &op.key)
            else {
                continue;
            };
            let parent = self.places.get(&(id.counter(), id.actor().to_bytes().to_vec()));
            if let Some(place) = parent.and_then(|parent| child(*parent, key)) {
                self.places.insert((chunk.start_op() + n as u64, actor.to_vec()), place);
            }
        }
    }
}

impl Look {
    /// Takes note of one operation; returns the place of the object it makes, if it makes one.
    fn see(&mut self, op: &Op, place: Option<Place>, key: &str) -> Option<Place> {
        let ours =
            matches!(op.action, OpType::Put(ScalarValue::Str(_)) | OpType::Make(ObjType::Map));
        self.foreign_kind |= !ours || op.insert;
        let makes = matches!(op.action, OpType::Make(_));
        match place {
            None if op.obj == ObjectId::Root => self.server_fields = true,
            None => self.stray = true,
            Some(Place::Entries) => match key.parse() {
                // An entry is made once and never replaced by something else.
                Ok(id) if makes && op.pred.is_empty() => {
                    self.entries.insert(id);
                    self.creates.insert(id);
                }
                _ => self.stray = true,
            },
            Some(Place::Entry(id)) => {
                self.entries.insert(id);
                self.server_fields |= matches!(key, "origin" | "decision" | "unsettled");
                // The parts of an entry are made with it and never replaced.
                self.stray |= Part::parse(key).is_some() && (!makes || !op.pred.is_empty());
            }
            Some(Place::Part(id, part)) => {
                self.entries.insert(id);
                self.server_fields |= matches!(part, Part::Decision | Part::Unsettled);
                self.stray |= makes;
            }
        }
        if makes { place.and_then(|place| child(place, key)) } else { None }
    }
}

/// The place of the object at `key` inside `place`.
pub(super) fn child(place: Place, key: &str) -> Option<Place> {
    match place {
        Place::Entries => key.parse().ok().map(Place::Entry),
        Place::Entry(id) => Part::parse(key).map(|part| Place::Part(id, part)),
        Place::Part(..) => None,
    }
}

fn text_len(op: &Op) -> usize {
    match &op.action {
        OpType::Put(ScalarValue::Str(text)) => text.len(),
        _ => 0,
    }
}
