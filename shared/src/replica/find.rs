//! Finding a person on this tablet.

use super::{PersonRow, Replica};
use crate::id::{EntryId, SheetId};
use crate::search::{Query, Rank};

/// On which sheets to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where<'a> {
    /// On all of them.
    Everywhere,
    /// On this one.
    On(&'a SheetId),
    /// On all but this one.
    NotOn(&'a SheetId),
}

/// One person who was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Their sheet.
    pub sheet: SheetId,
    /// The block of the sheet.
    pub block: String,
    /// The person as lists show them.
    pub row: PersonRow,
}

/// Who was found, best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// At most as many as were asked for.
    pub hits: Vec<Hit>,
    /// How many more there are.
    pub more: usize,
}

impl Replica {
    /// The people who fit what was typed, best first and at most `most` of them. Nothing typed finds nobody.
    pub fn find(&self, text: &str, place: Where<'_>, most: usize) -> Found {
        let query = Query::parse(text);
        if query.is_empty() {
            return Found::default();
        }
        let mut ranked: Vec<(Rank, &str, &SheetId, EntryId)> = Vec::new();
        for (id, local) in &self.sheets {
            let looked_at = match place {
                Where::Everywhere => true,
                Where::On(sheet) => sheet == id,
                Where::NotOn(sheet) => sheet != id,
            };
            if !looked_at {
                continue;
            }
            let block = self.block(id);
            let rated = local.keys.iter().filter_map(|(entry, keys)| {
                Some((query.rate(keys, &block)?, keys.sorting(), id, *entry))
            });
            ranked.extend(rated);
        }
        let more = ranked.len().saturating_sub(most);
        if more > 0 && most > 0 {
            ranked.select_nth_unstable(most - 1);
        }
        ranked.truncate(most);
        ranked.sort_unstable();
        let hits = ranked.into_iter().filter_map(|(_, _, id, entry)| self.hit(id, entry));
        Found { hits: hits.collect(), more }
    }

    fn hit(&self, sheet: &SheetId, entry: EntryId) -> Option<Hit> {
        let row = self.row(sheet, self.entry(sheet, entry)?);
        Some(Hit { sheet: sheet.clone(), block: self.block(sheet), row })
    }

    /// The block of a sheet.
    pub(super) fn block(&self, sheet: &SheetId) -> String {
        self.sheets.get(sheet).map(|local| local.sheet.heading().block).unwrap_or_default()
    }
}
