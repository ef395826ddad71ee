//! Finding a person on this tablet.

use super::{PersonRow, Replica};
use crate::command::{Command, Refused, What};
use crate::id::{EntryId, SheetId};
use crate::matching::{Likeness, reasons};
use crate::person::Person;
use crate::registration::{Answers, Warning};
use crate::search::{Keys, Query, Rank};

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
            let rated = local.keys.iter().filter_map(|(entry, keys)| {
                Some((query.rate(keys, &local.block)?, keys.sorting(), id, *entry))
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

    /// Who on this tablet may be the same person as `person` with this identity number, in the entry
    /// `entry` of `sheet`: those with the same number first, at most five.
    pub fn likenesses(
        &self,
        sheet: &SheetId,
        entry: EntryId,
        person: &Person,
        nik: &str,
    ) -> Vec<Likeness> {
        const MOST: usize = 5;
        let mine = Keys::of(person, nik);
        let mut found = Vec::new();
        for (id, local) in &self.sheets {
            let others = local.keys.iter().filter(|(other, _)| (id, **other) != (sheet, entry));
            let alike = others.filter_map(|(other, keys)| {
                let reasons = reasons(&mine, keys, id == sheet);
                let alike = Likeness { sheet: id.clone(), entry: *other, reasons };
                (!alike.reasons.is_empty()).then_some(alike)
            });
            found.extend(alike);
        }
        found.sort_by_key(|alike| !alike.is_strong());
        found.truncate(MOST);
        found
    }

    /// Who may be the same person and was not said to be somebody else. Of a person on the roster
    /// only the identity number is new; who they are was settled there. A tablet that is not read any more names
    /// nobody: the desk finds the pairs.
    pub fn unsettled(
        &self,
        sheet: &SheetId,
        entry: EntryId,
        person: Option<&Person>,
        answers: &Answers,
    ) -> Vec<Likeness> {
        if self.is_over() {
            return Vec::new();
        }
        let known = self.entry(sheet, entry);
        let nobody = Person::default();
        let who = match known {
            Some(known) if known.listed => &nobody,
            Some(known) => person.unwrap_or(&known.person),
            None => person.unwrap_or(&nobody),
        };
        let mut found = self.likenesses(sheet, entry, who, &answers.nik);
        found.retain(|alike| !alike.is_settled(&answers.distinct));
        found
    }

    /// A registration, or a new person, needs a word about everybody who may be the same.
    pub(super) fn must_be_settled(&self, command: &Command) -> Result<(), Refused> {
        let (sheet, entry) = (&command.sheet, command.entry);
        let (person, answers) = match &command.what {
            What::Register { person, answers, .. } => (person, answers),
            What::SaveDraft { person, answers } if self.entry(sheet, entry).is_none() => {
                (person, answers)
            }
            _ => return Ok(()),
        };
        let unsettled = self.unsettled(sheet, entry, person.as_ref(), answers);
        if unsettled.is_empty() {
            return Ok(());
        }
        Err(Refused::Warnings(unsettled.into_iter().map(Warning::SamePerson).collect()))
    }

    fn hit(&self, sheet: &SheetId, entry: EntryId) -> Option<Hit> {
        let row = self.row(sheet, self.entry(sheet, entry)?);
        Some(Hit { sheet: sheet.clone(), block: self.block(sheet), row })
    }

    /// The block of a sheet.
    pub(super) fn block(&self, sheet: &SheetId) -> String {
        self.sheets.get(sheet).map(|local| local.block.clone()).unwrap_or_default()
    }
}
