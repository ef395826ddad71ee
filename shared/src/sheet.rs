//! The sheet: the registrations of one wave in one block, as one Automerge document.
//!
//! Nothing outside this module names Automerge.
//!
//! ```text
//! ROOT
//!   schema, facility, wave, block     the server writes them when it opens the sheet
//!   entries: { EntryId → {
//!     origin        "roster" for people the server seeded
//!     person        { name, register_number, cell, … }      one text each
//!     answers       { choices, education, consent, … }      one text each; `distinct` is no answer
//!                   but who looks like this person and is somebody else, as an officer said;
//!                   `against_advice` is none either, but the rules that the choices go against,
//!                   and `confirmed` the codes of the warnings that the officer confirmed
//!     registration  draft | registered | declined | away | withdrawn   (tablets write)
//!     answered      the time of the decision that a correction or another registration answers (tablets write)
//!     undone        the hash of the change that was taken back last (tablets write)
//!     decision      { state, reason, by, at, seat }                    (only the server writes)
//!     unsettled     { field → the answers whose choice was taken back } (only the server writes)
//!   } }
//! ```
//!
//! Every leaf is one scalar text, written whole. Keys and codes are stored for good: do not change them.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{AutoCommit, ChangeHash, ObjId, ObjType, ROOT, ReadDoc};

use crate::command::Author;
use crate::id::{ActorId, EntryId, Hash, OfficerId};
use crate::person::Person;
use crate::seeded::{self, Bug};
use crate::time::Timestamp;

mod act;
mod chunk;
mod conflict;
mod erase;
mod founded;
mod history;
mod outline;
mod read;
mod same;
mod settled;
mod told;
mod undo;

pub use act::Written;
pub(crate) use chunk::MAGIC;
pub use chunk::{BadChunk, Chunk, Look};
pub use conflict::{Answer, Conflict};
pub use erase::{Rewritten, without};
pub use history::Happened;
pub use read::{Entry, Part};
pub use settled::Settled;
pub use told::{Put, Told};

/// The version of the layout above.
pub const SCHEMA: &str = "1";
/// A sheet holds at most this many entries.
pub const MAX_ENTRIES: usize = 2_000;
/// A text in a sheet has at most this many bytes.
pub const MAX_STRING: usize = 16 * 1024;
/// A change has at most this many operations: as many as bytes. The largest is the server's that opens a sheet
/// ([`MAX_ENTRIES`] people with some fifteen fields each); a tablet's has some dozens.
pub const MAX_OPERATIONS: u64 = crate::exchange::MAX_CHANGE as u64;

/// Where in the document an object sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The map of all entries.
    Entries,
    /// One entry.
    Entry(EntryId),
    /// One part of an entry.
    Part(EntryId, Part),
}

/// An object's id inside the document: the counter of the operation that made it, and its actor.
type ObjectKey = (u64, Vec<u8>);

/// One sheet in memory.
#[derive(Debug)]
pub struct Sheet {
    doc: AutoCommit,
    entries: ObjId,
    /// Objects by id, so that a change can be read without walking the document.
    places: BTreeMap<ObjectKey, Place>,
    /// Every change that is held, with who wrote it and when, and its last operation's counter: asking the document
    /// for it costs as much as building the change anew.
    written: BTreeMap<Hash, (Stamp, u64)>,
    /// The counter of the last operation of each actor.
    ends: BTreeMap<ActorId, u64>,
    max_op: u64,
}

/// Who wrote a change, and when by their clock.
type Stamp = Option<(Author, Timestamp)>;

/// Bytes are not a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable;

/// A change fits the format but not this document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit;

/// What a sheet says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Short code of the house.
    pub facility: String,
    /// Code of the wave.
    pub wave: String,
    /// The block.
    pub block: String,
}

impl Sheet {
    /// Opens a new sheet with everyone on the roster; one change by the server.
    pub fn open(
        heading: &Heading,
        roster: &[(EntryId, Person)],
        actor: ActorId,
        by: &OfficerId,
        at: Timestamp,
    ) -> Result<Self, Unfit> {
        let mut doc = new_document(actor);
        let unfit = |_| Unfit;
        for (key, value) in [
            ("schema", SCHEMA),
            ("facility", &heading.facility),
            ("wave", &heading.wave),
            ("block", &heading.block),
        ] {
            doc.put(ROOT, key, value).map_err(unfit)?;
        }
        let entries = doc.put_object(ROOT, "entries", ObjType::Map).map_err(unfit)?;
        for (id, person) in roster {
            let entry = doc.put_object(&entries, id.to_string(), ObjType::Map).map_err(unfit)?;
            doc.put(&entry, "origin", "roster").map_err(unfit)?;
            let fields = doc.put_object(&entry, "person", ObjType::Map).map_err(unfit)?;
            for (key, value) in person.to_fields() {
                doc.put(&fields, key, value).map_err(unfit)?;
            }
            doc.put_object(&entry, "answers", ObjType::Map).map_err(unfit)?;
        }
        let author = Author { device: None, officer: by.clone() };
        commit(&mut doc, &author, at);
        Self::around(doc).map_err(|_| Unfit)
    }

    /// Reads a saved sheet. Changes made here will carry `actor`, which must never have been used
    /// for this sheet before.
    pub fn load(bytes: &[u8], actor: ActorId) -> Result<Self, Unreadable> {
        let doc = AutoCommit::load(bytes).map_err(|_| Unreadable)?;
        Self::around(doc.with_actor(automerge::ActorId::from(&actor.0[..])))
    }

    /// Builds a sheet from its changes, in causal order.
    pub fn from_chunks(chunks: Vec<Chunk>, actor: ActorId) -> Result<Self, Unreadable> {
        let mut doc = new_document(actor);
        let changes = chunks.into_iter().map(Chunk::into_change);
        doc.apply_changes(changes).map_err(|_| Unreadable)?;
        Self::around(doc)
    }

    fn around(doc: AutoCommit) -> Result<Self, Unreadable> {
        let found = doc.get(ROOT, "entries").map_err(|_| Unreadable)?;
        let entries = match found {
            Some((value, id)) if value.is_object() => id,
            _ => return Err(Unreadable),
        };
        let mut doc = doc;
        let changes = doc.get_changes_meta(&[]);
        let max_op = changes.iter().map(|change| change.max_op).max().unwrap_or(0);
        let stamp = |message: Option<&str>, seconds| Some((message_author(message?)?, at(seconds)));
        let mut ends = BTreeMap::new();
        let mut written = BTreeMap::new();
        for change in &changes {
            let stamp = stamp(change.message.as_deref(), change.timestamp);
            written.insert(Hash(change.hash.0), (stamp, change.max_op));
            note_end(&mut ends, chunk::actor_id(change.actor.to_bytes()), change.max_op);
        }
        drop(changes);
        let mut sheet = Self { doc, entries, places: BTreeMap::new(), written, ends, max_op };
        sheet.index();
        Ok(sheet)
    }

    /// Makes the index of objects anew from the document.
    fn index(&mut self) {
        let mut places = BTreeMap::new();
        note(&mut places, &self.entries, Place::Entries);
        for (id, entry) in self.entry_objects() {
            note(&mut places, &entry, Place::Entry(id));
            for part in Part::ALL {
                if let Some(object) = self.object(&entry, part.key()) {
                    note(&mut places, &object, Place::Part(id, *part));
                }
            }
        }
        self.places = places;
    }

    /// The whole sheet as bytes that any Automerge implementation reads.
    pub fn save(&mut self) -> Vec<u8> {
        self.doc.save()
    }

    /// What the sheet says about itself.
    pub fn heading(&self) -> Heading {
        let get = |key: &str| self.text(&ROOT, key).unwrap_or_default();
        Heading { facility: get("facility"), wave: get("wave"), block: get("block") }
    }

    /// The newest changes: together they name everything the sheet holds.
    pub fn heads(&mut self) -> Vec<Hash> {
        self.doc.get_heads().iter().map(|head| Hash(head.0)).collect()
    }

    /// Whether the sheet holds this change.
    pub fn has(&self, hash: &Hash) -> bool {
        self.written.contains_key(hash)
    }

    /// The changes that somebody who has `heads` lacks, in causal order. Unknown heads are ignored.
    pub fn changes_since(&mut self, heads: &[Hash]) -> Vec<Chunk> {
        let mut known = Vec::with_capacity(heads.len());
        for head in heads {
            if self.has(head) {
                known.push(ChangeHash(head.0));
            }
        }
        self.doc.get_changes(&known).into_iter().map(Chunk::trusted).collect()
    }

    /// Whether every change is held that these chunks build on, or comes before them in the list.
    pub fn missing(&self, chunks: &[Chunk]) -> Vec<Hash> {
        let mut missing = Vec::new();
        for (n, chunk) in chunks.iter().enumerate() {
            for dep in chunk.deps() {
                let before = chunks[..n].iter().any(|earlier| earlier.hash() == dep);
                if !before && !self.has(&dep) {
                    missing.push(dep);
                }
            }
        }
        missing
    }

    /// Takes changes in. All that they build on must be here or in the list.
    pub fn apply<'a>(&mut self, chunks: impl IntoIterator<Item = &'a Chunk>) -> Result<(), Unfit> {
        let mut changes = Vec::new();
        for chunk in chunks {
            self.expect(chunk);
            self.note_written(chunk);
            changes.push(chunk.change().clone());
        }
        self.doc.apply_changes(changes).map_err(|_| Unfit)
    }

    /// Whether the sheet as it is now, saved, can be read and written to again and says the same about these
    /// entries. Automerge takes in changes after which this is not so: one that replaces what never was, for one.
    pub fn survives(&mut self, entries: &BTreeSet<EntryId>) -> bool {
        if seeded::is(Bug::TrialSkipped) {
            return true;
        }
        let heads = self.heads();
        let saved = self.save();
        // Nobody else ever sees what this actor writes.
        let Ok(mut copy) = Self::load(&saved, ActorId([0xff; 16])) else {
            return false;
        };
        let same =
            copy.heads() == heads && entries.iter().all(|id| copy.entry(*id) == self.entry(*id));
        let wrote = copy.doc.put(ROOT, "written_again", "").is_ok() && copy.doc.commit().is_some();
        same && wrote && AutoCommit::load(&copy.save()).is_ok()
    }

    /// The counter of the last operation.
    pub fn max_op(&self) -> u64 {
        self.max_op
    }

    fn note_written(&mut self, chunk: &Chunk) {
        let stamp = chunk.author().map(|author| (author, chunk.at()));
        self.written.insert(chunk.hash(), (stamp, chunk.max_op()));
        note_end(&mut self.ends, chunk.actor(), chunk.max_op());
        self.max_op = self.max_op.max(chunk.max_op());
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.doc.length(&self.entries)
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is an entry of this id.
    pub fn holds(&self, id: EntryId) -> bool {
        self.entry_object(id).is_some()
    }

    fn entry_objects(&self) -> Vec<(EntryId, ObjId)> {
        let items = self.doc.map_range(&self.entries, ..);
        items.filter_map(|item| Some((item.key.parse().ok()?, item.id()))).collect()
    }

    fn entry_object(&self, id: EntryId) -> Option<ObjId> {
        self.object(&self.entries, &id.to_string())
    }

    fn object(&self, parent: &ObjId, key: &str) -> Option<ObjId> {
        let (value, id) = self.doc.get(parent, key).ok()??;
        value.is_object().then_some(id)
    }

    /// A leaf as text; it may be a scalar text (ours) or a text object (other implementations).
    fn text(&self, parent: &ObjId, key: &str) -> Option<String> {
        let (value, id) = self.doc.get(parent, key).ok()??;
        read::as_text(&self.doc, &value, &id)
    }
}

fn note_end(ends: &mut BTreeMap<ActorId, u64>, actor: ActorId, max_op: u64) {
    let end = ends.entry(actor).or_default();
    *end = max_op.max(*end);
}

fn new_document(actor: ActorId) -> AutoCommit {
    // Loading nothing gives an empty document without drawing a random actor that is then replaced.
    AutoCommit::load(&[]).unwrap_or_default().with_actor(automerge::ActorId::from(&actor.0[..]))
}

/// The time of a change, which counts seconds.
fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(1000))
}

fn commit(doc: &mut AutoCommit, author: &Author, at: Timestamp) -> Option<Hash> {
    let options = CommitOptions::default()
        .with_message(author_message(author))
        .with_time(at.0.div_euclid(1000));
    doc.commit_with(options).map(|hash| Hash(hash.0))
}

/// The message of a change: `T03 grace` at a tablet, `server marlin` at the server.
fn author_message(author: &Author) -> String {
    match &author.device {
        Some(device) => format!("{device} {}", author.officer),
        None => format!("server {}", author.officer),
    }
}

/// Reads the message of a change. Anything else than the form above has no author.
fn message_author(message: &str) -> Option<Author> {
    let (device, officer) = message.split_once(' ')?;
    let officer = officer.parse().ok()?;
    if device == "server" {
        Some(Author { device: None, officer })
    } else {
        Some(Author { device: Some(device.parse().ok()?), officer })
    }
}

fn note(places: &mut BTreeMap<ObjectKey, Place>, object: &ObjId, place: Place) {
    if let ObjId::Id(counter, actor, _) = object {
        places.insert((*counter, actor.to_bytes().to_vec()), place);
    }
}

#[cfg(test)]
mod tests;
