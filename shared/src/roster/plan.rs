//! What a list would change on the sheets: compared by the register number first, and where that changed by
//! the name. What a machine cannot know is asked of the supervisor and left as it is until then.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::row::{Listed, Note, block_key};
use crate::cell;
use crate::id::{EntryId, SheetId};
use crate::lifecycle::State;
use crate::matching::{Reason, reasons};
use crate::person::{Fields, Person, fold};
use crate::registration::{Field, codes};
use crate::search::Keys;
use crate::sheet::MAX_ENTRIES;
use crate::time::Date;
use crate::vetting::Term;

codes! {
    /// What a line of the list means for the sheets, in the order in which it is shown.
    Kind {
        /// It cannot be taken; the fault says why.
        Faulty = "faulty",
        /// The person lives in another block than their sheet is of: the supervisor decides.
        Moved = "moved",
        /// Perhaps a known person with another register number: the supervisor decides.
        Renumbered = "renumbered",
        /// Nobody knows the person yet.
        New = "new",
        /// Something that the list knows better has changed.
        Changed = "changed",
        /// Somebody of the sheets is on the list no more. Nothing is done about it here.
        Gone = "gone",
    }
}

codes! {
    /// Why a line cannot be taken.
    Fault {
        /// It has no name.
        NoName = "no_name",
        /// The list does not say the block of somebody new.
        NoBlock = "no_block",
        /// The register number stands on several lines.
        Twice = "twice",
        /// Somebody with quite another name has the register number.
        NumberTaken = "number_taken",
        /// A text is too long for its column.
        TooLong = "too_long",
        /// The sheet of the block is full.
        SheetFull = "sheet_full",
    }
}

codes! {
    /// What a supervisor decides about a line.
    Choice {
        /// It is about the known person: write what changed. Of one who moved, the sheet stays.
        Update = "update",
        /// It is about somebody else: add them.
        Add = "add",
    }
}

/// A sheet that a list can be compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSheet {
    /// Its id.
    pub id: SheetId,
    /// Its block.
    pub block: String,
    /// How many entries it holds.
    pub len: usize,
}

/// Somebody who stands on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The sheet, by its place among the sheets.
    pub sheet: usize,
    /// The entry.
    pub entry: EntryId,
    /// Whether an earlier list knew them.
    pub listed: bool,
    /// Who.
    pub person: Person,
    /// The identity number they answered with.
    pub nik: String,
    /// Where the registration stands.
    pub state: State,
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What stands on the sheet, as the sheet stores it.
    pub before: String,
    /// What the list says.
    pub after: String,
}

/// One line of the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The line of the file, from 1; none for somebody who is gone.
    pub line: Option<u32>,
    /// What it means.
    pub kind: Kind,
    /// The person as the list says; somebody who is gone as the sheet says.
    pub person: Person,
    /// The block the list says, or that of their sheet.
    pub block: String,
    /// The sheet of that block, if it has one.
    pub sheet: Option<SheetId>,
    /// The known person: the block of their sheet, the sheet and the entry.
    pub known: Option<(String, SheetId, EntryId)>,
    /// The name on the sheet, where it is another one.
    pub known_name: String,
    /// Where the known registration stands.
    pub state: Option<State>,
    /// What changes.
    pub changes: Vec<Change>,
    /// Why it cannot be taken.
    pub fault: Option<Fault>,
    /// What is odd about it.
    pub notes: Vec<Note>,
    /// The days of the term. They are shown to nobody.
    #[serde(skip)]
    pub term: Option<Term>,
}

/// Everything that a list would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How many people are on the list.
    pub rows: u32,
    /// Of those, how many stand on the sheets just so.
    pub same: u32,
    /// Everybody else, and who is gone.
    pub lines: Vec<Line>,
    /// Blocks of the list that have no sheet: name and how many people.
    pub new_blocks: Vec<(String, u32)>,
    /// The days of the terms of those who stand on the sheets just so.
    #[serde(skip)]
    pub terms: Vec<(EntryId, Term)>,
}

impl Line {
    /// What is done about it after a supervisor's choices by line.
    fn decided(&self, choices: &BTreeMap<u32, Choice>) -> Option<Choice> {
        let chosen = self.line.and_then(|n| choices.get(&n)).copied();
        match self.kind {
            Kind::New => Some(Choice::Add),
            Kind::Changed => Some(Choice::Update),
            Kind::Moved => chosen.filter(|choice| *choice == Choice::Update),
            Kind::Renumbered => chosen,
            Kind::Faulty | Kind::Gone => None,
        }
    }
}

/// Where somebody is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// On this sheet.
    Sheet(SheetId),
    /// On a sheet that is opened for this block.
    Block(String),
}

/// One person to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Their entry; none for somebody new.
    pub entry: Option<EntryId>,
    /// The fields of the person that are written.
    pub fields: Fields,
    /// The days of the term of somebody new. Those of others are among [`Plan::terms_of_known`].
    pub term: Option<Term>,
}

impl Plan {
    /// How many lines are of this kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.lines.iter().filter(|line| line.kind == kind).count()
    }

    /// What is written, by sheet, after a supervisor's `choices` by line. A block without a sheet gets one only
    /// where it is among `blocks`.
    pub fn writes(
        &self,
        choices: &BTreeMap<u32, Choice>,
        blocks: &[String],
    ) -> BTreeMap<Place, Vec<Write>> {
        let mut writes: BTreeMap<Place, Vec<Write>> = BTreeMap::new();
        for line in &self.lines {
            let choice = line.decided(choices);
            let (place, write) = match (choice, &line.known) {
                (Some(Choice::Update), Some((_, sheet, entry))) => {
                    let changed = line.changes.iter();
                    let changed = changed.map(|c| (c.field.key().to_owned(), c.after.clone()));
                    let fields = changed.collect();
                    let write = Write { entry: Some(*entry), fields, term: None };
                    (Place::Sheet(sheet.clone()), write)
                }
                (Some(Choice::Add), _) => {
                    let Some(place) = self.place_of(line, blocks) else { continue };
                    let fields = line.person.to_fields();
                    (place, Write { entry: None, fields, term: line.term })
                }
                _ => continue,
            };
            writes.entry(place).or_default().push(write);
        }
        writes
    }

    /// The days of the terms that the list gives of known people, after a supervisor's `choices`: of everybody whom
    /// it is certainly about, also where nothing else changes.
    pub fn terms_of_known(&self, choices: &BTreeMap<u32, Choice>) -> Vec<(EntryId, Term)> {
        let certain = |line: &&Line| match line.kind {
            Kind::Changed | Kind::Moved => true,
            Kind::Renumbered => line.decided(choices) == Some(Choice::Update),
            Kind::Faulty | Kind::New | Kind::Gone => false,
        };
        let lines = self.lines.iter().filter(certain);
        let known = lines.filter_map(|line| Some((line.known.as_ref()?.2, line.term?)));
        self.terms.iter().copied().chain(known).collect()
    }

    /// How many people [`Plan::writes`] writes.
    pub fn people(&self, choices: &BTreeMap<u32, Choice>, blocks: &[String]) -> usize {
        let written = |line: &&Line| match line.decided(choices) {
            Some(Choice::Update) => line.known.is_some(),
            Some(Choice::Add) => self.place_of(line, blocks).is_some(),
            None => false,
        };
        self.lines.iter().filter(written).count()
    }

    fn place_of(&self, line: &Line, blocks: &[String]) -> Option<Place> {
        let key = block_key(&line.block);
        if let Some((name, _)) = self.new_blocks.iter().find(|(name, _)| block_key(name) == key) {
            return blocks.contains(name).then(|| Place::Block(name.clone()));
        }
        line.sheet.clone().map(Place::Sheet)
    }
}

/// Compares a list with the sheets of a wave. Where the list names blocks, only people of these blocks can be
/// missing from it.
pub fn plan(listed: Vec<Listed>, sheets: &[KnownSheet], known: &[Known]) -> Plan {
    let mut comparison = Comparison::new(&listed, sheets, known);
    let rows = listed.len() as u32;
    let matched: Vec<Match> = comparison.match_numbers(&listed);
    let mut plan = Plan { rows, ..Plan::default() };
    for (row, matched) in listed.into_iter().zip(matched) {
        let term = row.term;
        match comparison.line(row, matched) {
            Ok(line) => plan.lines.push(line),
            Err(same) => {
                plan.same += 1;
                plan.terms.extend(term.map(|term| (same, term)));
            }
        }
    }
    plan.lines.extend(comparison.gone());
    plan.new_blocks = comparison.new_blocks.into_values().collect();
    plan.lines.sort_by_key(|line| line.kind);
    plan
}

/// What is known about a line after the numbers were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Nobody has its number.
    Open,
    /// This known person has it.
    Same(usize),
    /// It cannot be taken.
    Fault(Fault),
}

struct Comparison<'a> {
    sheets: &'a [KnownSheet],
    known: &'a [Known],
    keys: Vec<Keys>,
    /// Known people who were found on the list.
    found: Vec<bool>,
    /// Sheets by the key of their block.
    by_block: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_nik: BTreeMap<u64, usize>,
    /// How many entries each sheet would have.
    sizes: Vec<usize>,
    /// The blocks that the list names.
    blocks: BTreeSet<String>,
    new_blocks: BTreeMap<String, (String, u32)>,
}

/// What makes two register numbers the same, however they are written; empty for none.
fn number_key(keys: &Keys) -> String {
    keys.number.map_or_else(|| keys.odd_number.clone(), |number| number.key())
}

impl<'a> Comparison<'a> {
    fn new(listed: &[Listed], sheets: &'a [KnownSheet], known: &'a [Known]) -> Self {
        let keys: Vec<Keys> = known.iter().map(|one| Keys::of(&one.person, &one.nik)).collect();
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_nik = BTreeMap::new();
        for (n, one) in known.iter().enumerate() {
            by_name.entry(fold(&one.person.name)).or_default().push(n);
            if let Some(nik) = keys[n].nik {
                by_nik.insert(nik, n);
            }
        }
        let by_block =
            sheets.iter().enumerate().map(|(n, sheet)| (block_key(&sheet.block), n)).collect();
        let blocks = listed.iter().map(|row| block_key(&row.block)).filter(|key| !key.is_empty());
        Self {
            sheets,
            known,
            found: vec![false; known.len()],
            keys,
            by_block,
            by_name,
            by_nik,
            sizes: sheets.iter().map(|sheet| sheet.len).collect(),
            blocks: blocks.collect(),
            new_blocks: BTreeMap::new(),
        }
    }

    /// Compares by register number, all lines before any is compared by name: who was found cannot be somebody else.
    fn match_numbers(&mut self, listed: &[Listed]) -> Vec<Match> {
        let mut by_number: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, keys) in self.keys.iter().enumerate() {
            by_number.entry(number_key(keys)).or_default().push(n);
        }
        let of_rows: Vec<Keys> = listed.iter().map(|row| Keys::of(&row.person, &row.nik)).collect();
        let mut lines: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, keys) in of_rows.iter().enumerate() {
            lines.entry(number_key(keys)).or_default().push(n);
        }
        let mut matches = Vec::with_capacity(listed.len());
        for (n, (row, keys)) in listed.iter().zip(&of_rows).enumerate() {
            let number = number_key(keys);
            let matched = if row.person.name.is_empty() {
                Match::Fault(Fault::NoName)
            } else if row.too_long {
                Match::Fault(Fault::TooLong)
            } else if number.is_empty() {
                Match::Open
            } else if is_doubled(n, &lines[&number], listed) {
                Match::Fault(Fault::Twice)
            } else {
                let held = by_number.get(&number).map(Vec::as_slice).unwrap_or_default();
                self.by_number(row, keys, held)
            };
            // Also who is on a line that cannot be taken is not gone.
            let holds = by_number.get(&number).filter(|_| !number.is_empty());
            match matched {
                Match::Same(one) => self.found[one] = true,
                Match::Fault(Fault::NumberTaken) | Match::Open => {}
                Match::Fault(_) => {
                    holds.into_iter().flatten().for_each(|one| self.found[*one] = true)
                }
            }
            matches.push(matched);
        }
        matches
    }

    fn by_number(&self, row: &Listed, keys: &Keys, held: &[usize]) -> Match {
        if held.is_empty() {
            return Match::Open;
        }
        let block = block_key(&row.block);
        let alike = held.iter().copied().filter(|one| is_alike(keys, &self.keys[*one]));
        // One person may stand on two sheets, added by hand on the second: the list's own entry counts.
        let best = alike.min_by_key(|one| {
            let here = self.block_of(*one) == block;
            (!self.known[*one].listed, !here)
        });
        best.map_or(Match::Fault(Fault::NumberTaken), Match::Same)
    }

    fn block_of(&self, known: usize) -> String {
        block_key(&self.sheets[self.known[known].sheet].block)
    }

    /// The line; `Err` with whom it is about where the sheet says the same already.
    fn line(&mut self, row: Listed, matched: Match) -> Result<Line, EntryId> {
        match matched {
            Match::Same(one) => self.matched(row, one, None),
            Match::Fault(fault) => Ok(self.blank(row, Kind::Faulty, Some(fault))),
            Match::Open => match self.perhaps(&row) {
                Some((one, sure)) => {
                    self.found[one] = true;
                    self.matched(row, one, (!sure).then_some(Kind::Renumbered))
                }
                None => Ok(self.unknown(row)),
            },
        }
    }

    /// A known person who may be this one, and whether that is sure: same NIK or same name, and nothing against it.
    fn perhaps(&self, row: &Listed) -> Option<(usize, bool)> {
        let free = |one: &usize| {
            let (a, b) = (row.person.birth_date, self.known[*one].person.birth_date);
            let born = a.is_none() || b.is_none() || a == b;
            !self.found[*one] && born
        };
        let nik = crate::nik::comparable(&row.nik).and_then(|nik| self.by_nik.get(&nik)).copied();
        if let Some(one) = nik.filter(|one| !self.found[*one]) {
            return Some((one, false));
        }
        let named = self.by_name.get(&fold(&row.person.name))?;
        let free: Vec<usize> = named.iter().copied().filter(free).collect();
        let block = block_key(&row.block);
        let best = free.iter().copied().min_by_key(|one| self.block_of(*one) != block)?;
        // Neither side has a number, and nobody else in the house has the name.
        let sure = named.len() == 1
            && row.person.register_number.is_empty()
            && self.known[best].person.register_number.is_empty()
            && self.block_of(best) == block;
        Some((best, sure))
    }

    /// A line about somebody known; `Err` with their entry where the sheet says the same already.
    fn matched(&self, mut row: Listed, one: usize, asked: Option<Kind>) -> Result<Line, EntryId> {
        let known = &self.known[one];
        let own = self.block_of(one);
        let block = match block_key(&row.block) {
            key if key.is_empty() => own.clone(),
            key => key,
        };
        let (lives, _) = residence(&known.person.cell, &own);
        // Who comes back to the block of their sheet is at home again.
        let moved = block != lives && block != own;
        let changes = changes(&known.person, &row, &own, &block);
        if !known.listed {
            row.notes.push(Note::NowListed);
        }
        let kind = asked.unwrap_or(if moved { Kind::Moved } else { Kind::Changed });
        if kind == Kind::Changed && changes.is_empty() && known.listed {
            return Err(known.entry);
        }
        let sheet = &self.sheets[known.sheet];
        let name = &known.person.name;
        let known_name = if fold(name) == fold(&row.person.name) { "" } else { name };
        Ok(Line {
            known: Some((sheet.block.clone(), sheet.id.clone(), known.entry)),
            known_name: known_name.to_owned(),
            state: Some(known.state),
            changes,
            ..self.blank(row, kind, None)
        })
    }

    /// A line about somebody whom nobody knows.
    fn unknown(&mut self, row: Listed) -> Line {
        let key = block_key(&row.block);
        let fault = if key.is_empty() {
            Some(Fault::NoBlock)
        } else if let Some(n) = self.by_block.get(&key) {
            self.sizes[*n] += 1;
            (self.sizes[*n] > MAX_ENTRIES).then_some(Fault::SheetFull)
        } else {
            let (_, people) = self.new_blocks.entry(key).or_insert_with(|| (row.block.clone(), 0));
            *people += 1;
            (*people as usize > MAX_ENTRIES).then_some(Fault::SheetFull)
        };
        let kind = if fault.is_some() { Kind::Faulty } else { Kind::New };
        self.blank(row, kind, fault)
    }

    fn blank(&self, row: Listed, kind: Kind, fault: Option<Fault>) -> Line {
        let sheet = self.by_block.get(&block_key(&row.block)).map(|n| self.sheets[*n].id.clone());
        Line {
            line: Some(row.line),
            kind,
            person: row.person,
            block: row.block,
            sheet,
            known: None,
            known_name: String::new(),
            state: None,
            changes: Vec::new(),
            fault,
            notes: row.notes,
            term: row.term,
        }
    }

    /// Listed people of the list's blocks who are not on it. A list that names no block is of the whole house.
    fn gone(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (n, known) in self.known.iter().enumerate() {
            let (lives, _) = residence(&known.person.cell, &self.block_of(n));
            let covered = self.blocks.is_empty() || self.blocks.contains(&lives);
            if self.found[n] || !known.listed || !covered {
                continue;
            }
            let sheet = &self.sheets[known.sheet];
            lines.push(Line {
                line: None,
                kind: Kind::Gone,
                person: known.person.clone(),
                block: sheet.block.clone(),
                sheet: Some(sheet.id.clone()),
                known: Some((sheet.block.clone(), sheet.id.clone(), known.entry)),
                known_name: String::new(),
                state: Some(known.state),
                changes: Vec::new(),
                fault: None,
                notes: Vec::new(),
                term: None,
            });
        }
        lines
    }
}

/// Whether a line says a number that another line says of somebody else, or is not the first of several that
/// say the same.
fn is_doubled(n: usize, lines: &[usize], listed: &[Listed]) -> bool {
    let name = |n: usize| fold(&listed[n].person.name);
    let first = lines.first() == Some(&n);
    lines.len() > 1 && (!first || lines.iter().any(|other| name(*other) != name(n)))
}

/// Whether the names of two people with the same number are alike.
fn is_alike(a: &Keys, b: &Keys) -> bool {
    let alike = |reason: &Reason| {
        matches!(reason, Reason::SameName | Reason::OneLetter | Reason::SimilarName)
    };
    reasons(a, b, false).iter().any(alike)
}

/// Where somebody lives: the key of the block, and the cell. Who moved keeps their sheet, and their cell names
/// the block.
fn residence<'c>(cell: &'c str, own: &str) -> (String, &'c str) {
    let away = cell.strip_prefix(cell::ELSEWHERE).and_then(|place| place.split_once('/'));
    match away {
        Some((block, cell)) => (block_key(block), cell),
        None => (own.to_owned(), cell),
    }
}

/// What the list says otherwise than the sheet. What it leaves empty it says nothing about.
fn changes(known: &Person, row: &Listed, own: &str, block: &str) -> Vec<Change> {
    let listed = &row.person;
    let mut changes = Vec::new();
    let mut put = |field: Field, before: &str, after: &str, differs: bool| {
        if differs && !after.is_empty() {
            let (before, after) = (before.to_owned(), after.to_owned());
            changes.push(Change { field, before, after });
        }
    };
    let folded = |a: &str, b: &str| fold(a) != fold(b);
    put(Field::Name, &known.name, &listed.name, folded(&known.name, &listed.name));
    put(Field::Aliases, &known.aliases, &listed.aliases, folded(&known.aliases, &listed.aliases));
    let key = |person: &Person| number_key(&Keys::of(person, ""));
    let (before, after) = (&known.register_number, &listed.register_number);
    let renumbered = key(known) != key(listed);
    put(Field::RegisterNumber, before, after, renumbered);
    let (lives, old_cell) = residence(&known.cell, own);
    let other_cell = !listed.cell.is_empty() && cell::order(old_cell) != cell::order(&listed.cell);
    let new_cell = match (block == own, listed.cell.as_str()) {
        // The list says the block and no cell.
        (true, "") => "-".to_owned(),
        (true, cell) => cell.to_owned(),
        (false, cell) => format!("{}{}/{cell}", cell::ELSEWHERE, row.block),
    };
    put(Field::Cell, &known.cell, &new_cell, other_cell || lives != block);
    let (before, after) = (known.to_fields(), listed.to_fields());
    for field in
        [Field::LegalStatus, Field::BirthDate, Field::BirthPlace, Field::Sex, Field::Citizenship]
    {
        // What only follows from a number that stays the same is not better known than what stands there.
        let guess = field == Field::LegalStatus && row.status_derived && !renumbered;
        if guess && known.legal_status.is_some() {
            continue;
        }
        let of = |fields: &Fields| fields.get(field.key()).cloned().unwrap_or_default();
        let (before, after) = (of(&before), of(&after));
        // A list that knows only the year says nothing against a day in it.
        let year = |person: &Person| person.birth_date.map(Date::year);
        let same_year = listed.birth_approximate && year(known) == year(listed);
        let differs = match field {
            Field::BirthPlace => folded(&before, &after),
            Field::BirthDate if same_year => false,
            _ => before != after,
        };
        put(field, &before, &after, differs);
    }
    let born = changes.iter().any(|change| change.field == Field::BirthDate);
    if born && known.birth_approximate != listed.birth_approximate {
        let said = |approximate| if approximate { "ya".to_owned() } else { String::new() };
        let (before, after) = (said(known.birth_approximate), said(listed.birth_approximate));
        changes.push(Change { field: Field::BirthApproximate, before, after });
    }
    changes
}
