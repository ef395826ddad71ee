//! One sheet on the tablet: the document, what the server confirmed of it, and how it is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde_bytes::ByteBuf;
use sha2::Digest as _;

use super::stored::{SheetMeta, Write, base_key, piece_key};
use crate::cbor;
use crate::id::{ActorId, EntryId, Hash, SheetId};
use crate::search::Keys;
use crate::seeded::{self, Bug};
use crate::sheet::{Chunk, Entry, Sheet};

/// After this many pieces a sheet is stored whole again.
pub(super) const MAX_PIECES: u32 = 64;

#[derive(Debug)]
pub(super) struct Local {
    pub(super) sheet: Sheet,
    /// The block of the sheet, which never changes: lists and search name it for every person.
    pub(super) block: String,
    pub(super) generation: u32,
    /// Changes that the server has said it stored; everything they build on it has as well.
    pub(super) confirmed: Vec<Hash>,
    /// Entries with changes that are not confirmed.
    pub(super) pending: BTreeSet<EntryId>,
    /// The entries as they read now.
    pub(super) entries: BTreeMap<EntryId, Entry>,
    /// What the same entries are found by.
    pub(super) keys: BTreeMap<EntryId, Keys>,
    /// How many pieces lie beside the base in the store.
    pub(super) pieces: u32,
}

/// The `n`th actor of this start: what a start draws at random once, spread over its sheets.
pub(super) fn actor(seed: ActorId, n: u32) -> ActorId {
    let digest = sha2::Sha256::new().chain_update(seed.0).chain_update(n.to_be_bytes()).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    ActorId(id)
}

impl Local {
    pub(super) fn new(sheet: Sheet, meta: SheetMeta) -> Self {
        let mut local = Self {
            block: sheet.heading().block,
            sheet,
            generation: meta.generation,
            confirmed: meta.confirmed,
            pending: BTreeSet::new(),
            entries: BTreeMap::new(),
            keys: BTreeMap::new(),
            pieces: meta.pieces,
        };
        local.read_all();
        local.count_pending();
        local
    }

    pub(super) fn meta(&self) -> SheetMeta {
        SheetMeta {
            generation: self.generation,
            confirmed: self.confirmed.clone(),
            pieces: self.pieces,
        }
    }

    pub(super) fn read_all(&mut self) {
        self.entries.clear();
        self.keys.clear();
        for entry in self.sheet.entries() {
            self.take_entry(entry);
        }
    }

    /// Holds an entry as it reads now, with what it is found by.
    fn take_entry(&mut self, entry: Entry) {
        self.keys.insert(entry.id, Keys::of(&entry.person, &entry.answers.nik));
        self.entries.insert(entry.id, entry);
    }

    /// Reads these entries anew.
    pub(super) fn refresh(&mut self, ids: impl IntoIterator<Item = EntryId>) {
        for id in ids {
            if let Some(entry) = self.sheet.entry(id) {
                self.take_entry(entry);
            }
        }
    }

    /// Finds the entries with unconfirmed changes anew.
    pub(super) fn count_pending(&mut self) {
        self.pending.clear();
        if self.sheet.heads() == self.confirmed {
            return;
        }
        for chunk in self.sheet.changes_since(&self.confirmed) {
            self.pending.extend(self.sheet.look(&chunk).entries);
        }
    }

    /// The write that stores these changes beside the ones that are there.
    pub(super) fn store(&mut self, id: &SheetId, chunks: &[Chunk]) -> Write {
        if self.pieces >= MAX_PIECES {
            if !seeded::is(Bug::CompactionLoses) {
                return self.store_whole(id);
            }
            self.pieces = 0;
        }
        let list: Vec<ByteBuf> =
            chunks.iter().map(|chunk| ByteBuf::from(chunk.bytes().to_vec())).collect();
        self.pieces += 1;
        Write::Put { key: piece_key(id, self.pieces), value: cbor::write(&list) }
    }

    /// The write that stores the whole sheet. Pieces that lie beside it are in it; reading them
    /// again changes nothing, and new ones are written over them.
    pub(super) fn store_whole(&mut self, id: &SheetId) -> Write {
        self.pieces = 0;
        Write::Put { key: base_key(id), value: self.sheet.save() }
    }
}
