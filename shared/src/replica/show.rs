//! What the screens of the tablet show, derived from the state and never stored.

use std::collections::BTreeSet;

use super::{Link, Replica};
use crate::cell;
use crate::id::{EntryId, SheetId};
use crate::lifecycle::State;
use crate::search::Keys;
use crate::sheet::{Conflict, Entry};
use crate::time::Timestamp;

/// How safe the newest work on an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// Nothing was done yet.
    Nothing,
    /// Stored on this tablet, not confirmed by the server.
    SavedHere,
    /// Confirmed by the server.
    Received,
    /// The server could not accept it, or two answers disagree: a person must look.
    NeedsAttention,
}

/// One person in the walk list.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRow {
    /// The entry.
    pub entry: EntryId,
    /// The cell as typed.
    pub cell: String,
    /// The name.
    pub name: String,
    /// Other names.
    pub aliases: String,
    /// The register number as typed.
    pub register_number: String,
    /// Where the entry stands.
    pub state: State,
    /// How safe it is.
    pub sync: Sync,
    /// Some field has more than one answer.
    pub contested: bool,
}

/// One sheet in the list of sheets.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetSummary {
    /// The sheet.
    pub id: SheetId,
    /// Its block.
    pub block: String,
    /// People on it.
    pub people: usize,
    /// People whom somebody has asked.
    pub asked: usize,
    /// Asked, and waiting to be sent.
    pub saved_here: usize,
    /// Asked, and confirmed by the server.
    pub received: usize,
    /// Drafts among them.
    pub drafts: usize,
    /// Entries a person must look at.
    pub attention: usize,
}

/// One entry with everything its screen shows.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryView {
    /// The entry.
    pub entry: Entry,
    /// How safe it is.
    pub sync: Sync,
    /// Fields with more than one answer.
    pub conflicts: Vec<Conflict>,
}

/// The status strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Whether the server is in reach.
    pub link: Link,
    /// An exchange is on its way.
    pub exchanging: bool,
    /// The last contact, by the tablet's clock.
    pub last_contact: Option<Timestamp>,
    /// Entries stored here and not confirmed.
    pub saved_here: usize,
    /// Asked entries that the server has confirmed.
    pub received: usize,
    /// Those of them whose last step was taken at this tablet.
    pub received_from_here: usize,
    /// When the server received the last of it, by the server's clock; `None` before the first receipt.
    pub received_at: Option<Timestamp>,
    /// Entries and refused work a person must look at.
    pub attention: usize,
    /// Work that could not be stored on the tablet yet.
    pub unsaved: bool,
    /// The tablet's clock minus the server's at the last contact, in milliseconds.
    pub clock_offset: i64,
    /// The server takes in what is here and tells this tablet nothing any more.
    pub revoked: bool,
    /// The server has found two histories of this tablet: it takes in and tells nothing until somebody has looked.
    pub suspended: bool,
    /// When the server's audit was found shorter than it had said before.
    pub shortened: Option<Timestamp>,
}

impl Replica {
    /// The sheets of this tablet, in the order of the brief.
    pub fn sheet_list(&self) -> Vec<SheetSummary> {
        let order = |id: &SheetId| {
            let titles = self.brief().map(|brief| brief.sheets.as_slice()).unwrap_or_default();
            titles.iter().position(|title| &title.id == id).unwrap_or(usize::MAX)
        };
        let mut list: Vec<SheetSummary> = self.sheets.keys().map(|id| self.summary(id)).collect();
        list.sort_by_key(|summary| (order(&summary.id), summary.id.clone()));
        list
    }

    fn summary(&self, id: &SheetId) -> SheetSummary {
        let rows = self.people(id);
        let count = |test: &dyn Fn(&PersonRow) -> bool| rows.iter().filter(|row| test(row)).count();
        let asked = |row: &PersonRow| row.state != State::NotAsked;
        SheetSummary {
            id: id.clone(),
            block: self.block(id),
            people: rows.len(),
            asked: count(&asked),
            saved_here: count(&|row| row.sync == Sync::SavedHere),
            received: count(&|row| asked(row) && row.sync == Sync::Received),
            drafts: count(&|row| row.state == State::Draft),
            attention: count(&|row| row.sync == Sync::NeedsAttention),
        }
    }

    /// The people of a sheet in cell order, then by name.
    pub fn people(&self, sheet: &SheetId) -> Vec<PersonRow> {
        let Some(local) = self.sheets.get(sheet) else { return Vec::new() };
        let mut rows: Vec<PersonRow> =
            local.entries.values().map(|entry| self.row(sheet, entry)).collect();
        rows.sort_by_cached_key(|row| {
            let name = local.keys.get(&row.entry).map(Keys::sorting).unwrap_or_default();
            (cell::order(&row.cell), name, row.entry)
        });
        rows
    }

    pub(super) fn row(&self, sheet: &SheetId, entry: &Entry) -> PersonRow {
        PersonRow {
            entry: entry.id,
            cell: entry.person.cell.clone(),
            name: entry.person.name.clone(),
            aliases: entry.person.aliases.clone(),
            register_number: entry.person.register_number.clone(),
            state: entry.state,
            sync: self.sync_of(sheet, entry),
            contested: self.is_contested(sheet, entry),
        }
    }

    fn is_contested(&self, sheet: &SheetId, entry: &Entry) -> bool {
        entry.contested && !self.conflicts(sheet, entry.id).is_empty()
    }

    fn sync_of(&self, sheet: &SheetId, entry: &Entry) -> Sync {
        let refused = self.meta.refused.iter();
        let is_refused = refused
            .filter(|work| &work.sheet == sheet)
            .any(|work| work.entries.contains(&entry.id) && !work.redone.contains(&entry.id));
        let pending = self.sheets.get(sheet).is_some_and(|l| l.pending.contains(&entry.id));
        if is_refused || entry.state == State::Returned || self.is_contested(sheet, entry) {
            Sync::NeedsAttention
        } else if pending {
            Sync::SavedHere
        } else if entry.state == State::NotAsked {
            Sync::Nothing
        } else {
            Sync::Received
        }
    }

    /// One entry with its conflicts.
    pub fn view(&self, sheet: &SheetId, id: EntryId) -> Option<EntryView> {
        let entry = self.entry(sheet, id)?.clone();
        let sync = self.sync_of(sheet, &entry);
        Some(EntryView { sync, conflicts: self.conflicts(sheet, id), entry })
    }

    /// The last step on an entry was taken at this tablet.
    fn is_from_here(&self, entry: &Entry) -> bool {
        let here = self.brief().map(|brief| &brief.device);
        let by = entry.done_by.as_ref().and_then(|(author, _)| author.device.as_ref());
        here.is_some() && by == here
    }

    /// The drafts that were saved at this tablet.
    pub fn drafts(&self) -> BTreeSet<(SheetId, EntryId)> {
        let each = self
            .sheets
            .iter()
            .flat_map(|(id, local)| local.entries.values().map(move |entry| (id, entry)));
        let drafts =
            each.filter(|(_, entry)| entry.state == State::Draft && self.is_from_here(entry));
        drafts.map(|(id, entry)| (id.clone(), entry.id)).collect()
    }

    /// What the status strip shows.
    pub fn status(&self) -> Status {
        let mut saved_here = 0;
        let (mut received, mut received_from_here) = (0, 0);
        let mut attention = 0;
        for (id, local) in &self.sheets {
            saved_here += local.pending.len();
            for entry in local.entries.values() {
                let asked = entry.state != State::NotAsked;
                let confirmed = asked && !local.pending.contains(&entry.id);
                received += usize::from(confirmed);
                received_from_here += usize::from(confirmed && self.is_from_here(entry));
                let look = entry.state == State::Returned || self.is_contested(id, entry);
                attention += usize::from(look);
            }
        }
        Status {
            link: self.link,
            exchanging: self.flight.is_some(),
            last_contact: self.meta.last_contact,
            saved_here,
            received,
            received_from_here,
            received_at: self.meta.received_at,
            attention: attention + self.meta.refused.iter().filter(|work| work.is_open()).count(),
            unsaved: !self.unsaved.is_empty(),
            clock_offset: self.meta.clock_offset,
            revoked: self.meta.revoked,
            suspended: self.meta.suspended,
            shortened: self.meta.shortened,
        }
    }
}
