//! The sheets in memory: a cache that can always be built anew from the rows.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bilik_shared::id::{ActorId, DeviceCode, EntryId, SheetId};
use bilik_shared::sheet::{Chunk, Sheet};
use bilik_shared::time::Timestamp;
use rusqlite::Connection;

use super::Graph;
use crate::error::Error;
use crate::secret;
use crate::store::{changes, erasure, sheets};

/// So many sheets stay in memory.
const MAX_OPEN: usize = 256;

/// One sheet in memory.
#[derive(Debug)]
pub struct OpenSheet {
    /// The cell block.
    pub block: String,
    /// Counts how often the sheet was replaced by a rewritten one.
    pub generation: u32,
    /// Who is not in it any more, with the first generation without them.
    erased: Vec<(u32, EntryId)>,
    /// The document.
    pub sheet: Sheet,
    /// Its changes, as they lie in the database.
    pub graph: Graph,
    /// The actor of changes that the server makes here: new each time the sheet is opened.
    pub actor: ActorId,
    saved: Option<Arc<[u8]>>,
    used: u64,
}

/// The sheets in memory.
#[derive(Debug, Default)]
pub struct Sheets {
    open: HashMap<SheetId, OpenSheet>,
    /// Changed by the transaction that is running.
    touched: BTreeSet<SheetId>,
    /// Of those, by the job that is running.
    by_job: BTreeSet<SheetId>,
    uses: u64,
}

impl OpenSheet {
    fn read(db: &Connection, id: &SheetId) -> Result<Self, Error> {
        let row = sheets::get(db, id)?.ok_or(Error::SheetUnknown)?;
        let broken = |what: &str| Error::Internal(format!("sheet {id} cannot be opened: {what}"));
        let mut graph = Graph::default();
        let mut chunks = Vec::new();
        for stored in changes::of_sheet(db, id)? {
            let chunk = Chunk::parse(&stored.bytes).map_err(|_| broken("a change"))?;
            graph.push(&chunk, stored.device, stored.received_at);
            chunks.push(chunk);
        }
        let actor = ActorId(secret::random());
        let built = catch_unwind(AssertUnwindSafe(|| Sheet::from_chunks(chunks, actor)));
        let Ok(Ok(sheet)) = built else { return Err(broken("the document")) };
        let (block, generation) = (row.block, row.generation);
        let erased = erasure::of_sheet(db, id)?;
        Ok(Self { block, generation, erased, sheet, graph, actor, saved: None, used: 0 })
    }

    /// Who is not in it any more for somebody who has this generation.
    pub fn erased_since(&self, generation: u32) -> Vec<EntryId> {
        let later = self.erased.iter().filter(|(first, _)| *first > generation);
        later.map(|(_, entry)| *entry).collect()
    }

    /// Adds a change that was taken into the document and written to the database.
    pub fn note(&mut self, chunk: &Chunk, device: Option<DeviceCode>, received_at: Timestamp) {
        self.graph.push(chunk, device, received_at);
        self.saved = None;
    }

    /// When something for an entry last came from a tablet, in the order of the rows: clocks may go back.
    /// Reads the whole history.
    pub fn last_received(&mut self, entry: EntryId) -> Option<Timestamp> {
        let history = self.sheet.history(entry);
        let nodes = history.iter().filter_map(|step| self.graph.find(&step.hash));
        let last = nodes.filter(|(_, node)| node.device.is_some()).max_by_key(|(place, _)| *place);
        last.map(|(_, node)| node.received_at)
    }

    /// The saved document.
    pub fn saved(&mut self) -> Arc<[u8]> {
        let Self { saved, sheet, .. } = self;
        saved.get_or_insert_with(|| sheet.save().into()).clone()
    }
}

impl Sheets {
    /// Nothing is in memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A sheet, to look at.
    pub fn view(&mut self, db: &Connection, id: &SheetId) -> Result<&mut OpenSheet, Error> {
        self.uses += 1;
        let uses = self.uses;
        if !self.open.contains_key(id) {
            self.open.insert(id.clone(), OpenSheet::read(db, id)?);
        }
        let open = self.open.get_mut(id).ok_or(Error::SheetUnknown)?;
        open.used = uses;
        Ok(open)
    }

    /// A sheet, to change. Should the job or the transaction fail, it is thrown away.
    pub fn edit(&mut self, db: &Connection, id: &SheetId) -> Result<&mut OpenSheet, Error> {
        self.touched.insert(id.clone());
        self.by_job.insert(id.clone());
        self.view(db, id)
    }

    /// Throws a sheet away: it may hold what the database does not.
    pub fn forget(&mut self, id: &SheetId) {
        self.open.remove(id);
    }

    pub(super) fn begin_job(&mut self) {
        self.by_job.clear();
    }

    /// The job failed. Its sheets are read again when needed; they stay marked, since the transaction goes on.
    pub(super) fn forget_job(&mut self) {
        for id in std::mem::take(&mut self.by_job) {
            self.open.remove(&id);
        }
    }

    /// The transaction failed.
    pub(super) fn forget_touched(&mut self) {
        for id in std::mem::take(&mut self.touched) {
            self.open.remove(&id);
        }
    }

    /// The transaction is on disk.
    pub(super) fn settle(&mut self) {
        self.touched.clear();
    }

    pub(super) fn forget_all(&mut self) {
        self.open.clear();
    }

    /// Throws away the sheets that nobody used for the longest time.
    pub(super) fn shrink(&mut self) {
        while self.open.len() > MAX_OPEN {
            let oldest =
                self.open.iter().min_by_key(|(_, open)| open.used).map(|(id, _)| id.clone());
            let Some(id) = oldest else { return };
            self.open.remove(&id);
        }
    }
}
