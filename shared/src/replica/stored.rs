//! What a tablet keeps: keys, values, and reading them at start.
//!
//! ```text
//! meta                    what is known besides the sheets
//! sheet/ID/base           the sheet as it was saved whole
//! sheet/ID/piece/000001   changes since then, a list of chunks each
//! batch                   the request that was signed and is not answered yet, as it travels
//! reads                   whose entries were opened here, until the log of access has it
//! aside/…                 what could not be read, kept for somebody who can
//! ```
//! Stored format, version 1. Do not change: tablets in the field hold unsent work in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::local::{self, Local};
use crate::admission::Quarantine;
use crate::cbor;
use crate::chain::{Seen, Tip};
use crate::exchange::Request;
use crate::id::{ActorId, Digest, EntryId, Hash, SheetId};
use crate::privacy::access::TabletRead;
use crate::programme::{Brief, Demand};
use crate::seeded;
use crate::sheet::{Chunk, Sheet};
use crate::time::Timestamp;

/// The version of the format above: fields may be added, nothing else. A tablet may be updated or put back
/// at any start, so every version is read for good; recorded ones lie in `shared/tests/fixtures/`.
pub const STORED: u16 = 1;

/// One write to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Put a value at a key, whatever was there.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: Vec<u8>,
    },
    /// Delete a key.
    Delete {
        /// The key.
        key: String,
    },
}

/// Everything the tablet keeps besides the sheets themselves.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub(super) brief: Option<Brief>,
    pub(super) brief_tag: Option<Digest>,
    pub(super) demand: Option<Demand>,
    pub(super) epoch: Option<Digest>,
    pub(super) next_number: u32,
    pub(super) last_contact: Option<Timestamp>,
    /// The tablet's clock when it was last looked at, and by how many milliseconds altogether it was set back since
    /// the last contact.
    pub(super) looked: Option<Timestamp>,
    pub(super) set_back: i64,
    /// The tablet's clock minus the server's at that contact, in milliseconds.
    pub(super) clock_offset: i64,
    /// The last receipt after which nothing was owed any more, by the server's clock.
    pub(super) received_at: Option<Timestamp>,
    pub(super) sheets: BTreeMap<SheetId, SheetMeta>,
    pub(super) refused: Vec<RefusedWork>,
    /// The server said that this tablet was revoked.
    pub(super) revoked: bool,
    /// The server said that there are two histories of this tablet.
    pub(super) suspended: bool,
    /// The last batch that was answered.
    pub(super) tip: Option<Tip>,
    /// What the last receipt of a batch said of the server.
    pub(super) seen: Option<Seen>,
    /// When the server's audit was found shorter than it had said before.
    pub(super) shortened: Option<Timestamp>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SheetMeta {
    pub(super) generation: u32,
    pub(super) confirmed: Vec<Hash>,
    pub(super) pieces: u32,
}

/// Work that the server could not accept into a sheet. The server keeps it in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedWork {
    /// The sheet.
    pub sheet: SheetId,
    /// The change.
    pub hash: Hash,
    /// Why.
    #[serde(deserialize_with = "Quarantine::read_any")]
    pub reason: Quarantine,
    /// The entries it was about.
    pub entries: BTreeSet<EntryId>,
    /// When it was written, by the tablet's clock.
    pub at: Timestamp,
    /// The change itself.
    pub bytes: ByteBuf,
    /// Those of them that an officer has entered again since.
    #[serde(default)]
    pub redone: BTreeSet<EntryId>,
}

impl RefusedWork {
    /// Somebody still has to enter it again.
    pub fn is_open(&self) -> bool {
        self.entries.is_empty() || !self.entries.is_subset(&self.redone)
    }
}

const META: &str = "meta";
const BATCH: &str = "batch";
const READS: &str = "reads";

pub(super) fn base_key(id: &SheetId) -> String {
    format!("sheet/{id}/base")
}

pub(super) fn piece_key(id: &SheetId, n: u32) -> String {
    format!("sheet/{id}/piece/{n:06}")
}

/// The write that keeps a batch until it is answered.
pub(super) fn keep_batch(body: &[u8]) -> Write {
    Write::Put { key: BATCH.into(), value: body.to_vec() }
}

/// Whether a write keeps a batch.
pub(super) fn keeps_batch(write: &Write) -> bool {
    matches!(write, Write::Put { key, .. } if key == BATCH)
}

/// The write that keeps whose entries were opened.
pub(super) fn keep_reads(reads: &[TabletRead]) -> Write {
    match reads {
        [] => Write::Delete { key: READS.into() },
        _ => Write::Put { key: READS.into(), value: cbor::write(&reads) },
    }
}

/// The write that lets go of it.
pub(super) fn forget_batch() -> Write {
    Write::Delete { key: BATCH.into() }
}

/// The writes that delete every piece a sheet may have.
pub(super) fn delete_pieces(id: &SheetId) -> impl Iterator<Item = Write> {
    (1..=local::MAX_PIECES).map(|n| Write::Delete { key: piece_key(id, n) })
}

impl Meta {
    pub(super) fn write(&self) -> Write {
        Write::Put { key: META.into(), value: cbor::write(self) }
    }
}

/// What was found at start beside meta and sheets: a batch on its way, and what cannot be used.
#[derive(Debug, Default)]
pub(super) struct Aside {
    pub(super) batch: Option<Vec<u8>>,
    pub(super) reads: Vec<TabletRead>,
    pub(super) flaws: Vec<String>,
    pub(super) writes: Vec<Write>,
}

/// Reads everything that was stored.
pub(super) fn read(
    stored: Vec<(String, Vec<u8>)>,
    seed: ActorId,
) -> (Meta, BTreeMap<SheetId, Local>, Aside) {
    let stored: BTreeMap<String, Vec<u8>> = stored.into_iter().collect();
    let mut aside = Aside::default();
    let mut meta = Meta { next_number: 1, ..Meta::default() };
    if let Some(value) = stored.get(META) {
        match cbor::read(value) {
            Some(read) => meta = read,
            None => aside.put(META, value, "what is known of the server cannot be read"),
        }
    }
    match stored.get(BATCH) {
        Some(body) if Request::decode(body).is_ok() => aside.batch = Some(body.clone()),
        Some(body) => aside.put(BATCH, body, "a batch that was not answered cannot be read"),
        None => {}
    }
    match stored.get(READS).map(|value| (value, cbor::read(value))) {
        Some((_, Some(reads))) => aside.reads = reads,
        Some((value, None)) => aside.put(READS, value, "what was opened here cannot be read"),
        None => {}
    }
    let mut sheets = BTreeMap::new();
    let bases = stored.keys().filter_map(|key| key.strip_prefix("sheet/")?.strip_suffix("/base"));
    for (n, name) in bases.enumerate() {
        let Ok(id) = name.parse::<SheetId>() else { continue };
        let sheet_meta = meta.sheets.get(&id).cloned().unwrap_or_default();
        let actor = seeded::actor(local::actor(seed, n as u32), meta.brief.as_ref());
        match read_sheet(&id, &stored, actor) {
            Some(sheet) => {
                sheets.insert(id, Local::new(sheet, sheet_meta));
            }
            None => aside.sheet(&id, &stored),
        }
    }
    meta.sheets.retain(|id, _| sheets.contains_key(id));
    (meta, sheets, aside)
}

/// A sheet from its base and every piece there is. Pieces older than the base change nothing.
fn read_sheet(id: &SheetId, stored: &BTreeMap<String, Vec<u8>>, actor: ActorId) -> Option<Sheet> {
    let mut sheet = Sheet::load(stored.get(&base_key(id))?, actor).ok()?;
    let prefix = format!("sheet/{id}/piece/");
    let mut chunks = Vec::new();
    for (_, value) in stored.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix))
    {
        let list: Vec<ByteBuf> = cbor::read(value)?;
        for bytes in list {
            let chunk = Chunk::parse(&bytes).ok()?;
            if !sheet.has(&chunk.hash()) {
                chunks.push(chunk);
            }
        }
    }
    // Pieces that were written over an older round may stand before the ones they build on.
    let mut known: BTreeSet<Hash> = BTreeSet::new();
    while !chunks.is_empty() {
        let (ready, rest): (Vec<Chunk>, Vec<Chunk>) = chunks.into_iter().partition(|chunk| {
            chunk.deps().iter().all(|dep| known.contains(dep) || sheet.has(dep))
        });
        if ready.is_empty() {
            return None;
        }
        known.extend(ready.iter().map(Chunk::hash));
        sheet.apply(&ready).ok()?;
        chunks = rest;
    }
    Some(sheet)
}

impl Aside {
    fn put(&mut self, key: &str, value: &[u8], flaw: &str) {
        self.flaws.push(flaw.to_owned());
        self.writes.push(Write::Put { key: format!("aside/{key}"), value: value.to_vec() });
    }

    fn sheet(&mut self, id: &SheetId, stored: &BTreeMap<String, Vec<u8>>) {
        self.flaws.push(format!("sheet {id} cannot be read and was set aside"));
        let prefix = format!("sheet/{id}/");
        let keys = stored.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
        for (key, value) in keys {
            self.writes.push(Write::Put { key: format!("aside/{key}"), value: value.clone() });
            self.writes.push(Write::Delete { key: key.clone() });
        }
    }
}
