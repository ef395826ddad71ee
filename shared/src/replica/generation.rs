//! Following the server to a new generation of a sheet, from which somebody was erased.
//!
//! Whoever owes the server nothing takes the new document. Whoever does writes the own copy anew: what was done
//! meanwhile about others comes along and is sent from there, and nothing of the old copy stays.

use std::collections::{BTreeMap, BTreeSet};

use super::Replica;
use super::local::Local;
use super::stored::{Write, delete_pieces};
use crate::exchange::SheetAnswer;
use crate::id::{EntryId, Hash, SheetId};
use crate::sheet::{Sheet, without};

impl Replica {
    /// Writes a sheet anew without those whom the server has erased.
    pub(super) fn write_anew(&mut self, answer: &SheetAnswer, writes: &mut Vec<Write>) {
        let (id, actor) = (&answer.id, self.next_actor());
        let Some(local) = self.sheets.get_mut(id) else { return };
        let erased: BTreeSet<EntryId> = answer.erased.iter().copied().collect();
        let rewritten = without(local.sheet.changes_since(&[]), &erased);
        let named: BTreeMap<Hash, Hash> =
            rewritten.iter().map(|one| (one.was, one.chunk.hash())).collect();
        let chunks = rewritten.into_iter().map(|one| one.chunk).collect();
        let Ok(sheet) = Sheet::from_chunks(chunks, actor) else {
            self.flaws.push(format!("sheet {id} could not be written anew"));
            return;
        };
        let mut meta = local.meta();
        meta.generation = answer.generation;
        meta.confirmed =
            meta.confirmed.iter().filter_map(|hash| named.get(hash).copied()).collect();
        *local = Local::new(sheet, meta);
        writes.push(local.store_whole(id));
        writes.extend(delete_pieces(id));
        self.forget_erased(id, &answer.erased);
        self.wanted = true;
    }

    /// Lets go of what else is kept of people who were erased: refused work about them, and the last step.
    pub(super) fn forget_erased(&mut self, id: &SheetId, erased: &[EntryId]) {
        if erased.is_empty() {
            return;
        }
        let about = |entry: &EntryId| erased.contains(entry);
        self.meta.refused.retain(|work| &work.sheet != id || !work.entries.iter().any(about));
        // It names a change as it was called before.
        self.slip = None;
    }
}
