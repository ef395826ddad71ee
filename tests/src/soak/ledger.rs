//! What the screen said, kept outside the browser.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Notify;

use super::Report;

/// How the app says that something is on its disk, or further.
const SAFE: [&str; 3] = ["Tersimpan di tablet", "Diterima server", "Perlu ditinjau"];

/// Where the officer brings a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Registered with consent.
    Registered,
    /// A draft.
    Draft,
    /// The person does not want to.
    Declined,
    /// The person was not there.
    Away,
}

impl Done {
    /// The word on the list.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registered => "Terdaftar",
            Self::Draft => "Draf",
            Self::Declined => "Tidak berminat",
            Self::Away => "Tidak di tempat",
        }
    }
}

/// One person, as far as this shift has to do with them.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What the screen said was saved, the latest.
    pub saved: Option<Done>,
    /// What was asked for since, without an answer.
    pub tried: Option<Done>,
    /// The keys that went into the field.
    pub typed: String,
    /// What the field held when the form was opened, and what of it was saved last.
    pub before: [String; 2],
    /// What of it was asked to be saved since, without an answer: any of it may have been.
    pub asked: Vec<String>,
    /// The key that was on its way.
    pub under_way: Option<char>,
    /// How many programmes stood on the form when it was saved.
    pub choices: usize,
    /// Their name, if the officer added them.
    pub added: Option<String>,
}

/// One row of a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// `SHEET/ENTRY`.
    pub id: String,
    /// The name.
    pub name: String,
    /// Everything that the row says.
    pub says: String,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Ledger {
    /// People by `SHEET/ENTRY`.
    pub people: BTreeMap<String, Known>,
    /// Whose form is open.
    pub open: Option<String>,
    /// Told just before the officer taps what saves.
    pub about_to_save: Arc<Notify>,
    /// How often the screen said that something is saved.
    acknowledged: usize,
    lost: BTreeSet<String>,
    doubled: BTreeSet<String>,
    behind: usize,
    findings: Vec<String>,
}

impl Ledger {
    /// The officer is about to tap.
    pub fn tries(&mut self, id: &str, done: Done) {
        let known = self.people.entry(id.to_owned()).or_default();
        known.tried = Some(done);
        if matches!(done, Done::Registered | Done::Draft) {
            known.asked.push(known.typed.trim_end().to_owned());
        }
        self.about_to_save.notify_waiters();
    }

    /// The screen says that it is saved.
    pub fn saw_saved(&mut self, id: &str, done: Done) {
        let known = self.people.entry(id.to_owned()).or_default();
        (known.saved, known.tried) = (Some(done), None);
        if matches!(done, Done::Registered | Done::Draft) {
            known.before[1] = known.typed.trim_end().to_owned();
            known.asked.clear();
        }
        self.acknowledged += 1;
    }

    /// How often the screen has said so.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// The list after a start: everything that was saved is there, and once.
    pub fn compare_list(&mut self, sheet: &str, rows: &[Row]) {
        let prefix = format!("{sheet}/");
        let known: Vec<_> = self.people.iter().filter(|(id, _)| id.starts_with(&prefix)).collect();
        let mut wrong = Vec::new();
        for (id, known) in known {
            let Some(saved) = known.saved else { continue };
            let row = rows.iter().find(|row| row.id == *id);
            let fits = row.is_some_and(|row| {
                let words = [Some(saved), known.tried].into_iter().flatten().map(Done::word);
                words.into_iter().any(|word| row.says.contains(word))
                    && SAFE.iter().any(|word| row.says.contains(word))
            });
            if !fits {
                let says = row.map_or("nothing", |row| row.says.as_str());
                wrong.push((
                    id.clone(),
                    format!("{id} was saved as “{}”; the list says {says}", saved.word()),
                ));
            }
        }
        for (id, sentence) in wrong {
            self.note_lost(&id, sentence);
        }
        let mut seen = BTreeSet::new();
        for row in rows {
            if !seen.insert(&row.id) || (row.name.starts_with("Wa Ode") && !seen.insert(&row.name))
            {
                self.note_doubled(&row.id, format!("{} stands on the list twice", row.id));
            }
        }
    }

    /// The form that was open when the browser was killed.
    pub fn compare_text(&mut self, id: &str, held: &str) {
        let Some(known) = self.people.get_mut(id) else { return };
        let (typed, held) = (known.typed.trim_end(), held.trim_end());
        let further = known.under_way.map(|key| format!("{}{key}", known.typed));
        let is_part =
            typed.starts_with(held) || further.is_some_and(|further| further.trim_end() == held);
        let behind = typed.chars().count().saturating_sub(held.chars().count());
        let (saved, tried) = (known.saved, known.tried);
        let sentence = format!(
            "{id}: “{typed}” was typed, “{held}” is there; saved {saved:?}, asked for {tried:?}"
        );
        // Who is away or declines leaves only what was saved before: that command was carried out, and its
        // answer was not seen.
        let mut saved_before = known.before.iter().chain(&known.asked);
        let earlier = held.is_empty() || saved_before.any(|text| text.trim_end() == held);
        let put_away = earlier && matches!(known.tried, Some(Done::Away | Done::Declined));
        held.clone_into(&mut known.typed);
        known.under_way = None;
        if put_away {
            return;
        }
        self.behind = self.behind.max(behind);
        if !is_part {
            self.note_lost(id, sentence);
        } else if behind > 1 {
            self.findings.push(sentence);
        }
    }

    /// Something that was saved is gone.
    pub fn note_lost(&mut self, id: &str, sentence: String) {
        if self.lost.insert(id.to_owned()) {
            self.findings.push(sentence);
        }
    }

    /// Something is there twice.
    pub fn note_doubled(&mut self, id: &str, sentence: String) {
        if self.doubled.insert(id.to_owned()) {
            self.findings.push(sentence);
        }
    }

    /// All of it in figures.
    pub fn report(self, seed: u64, kills: usize, seconds: u64) -> Report {
        let registered = |known: &&Known| known.saved == Some(Done::Registered);
        Report {
            seed,
            kills,
            acknowledged: self.acknowledged,
            registered: self.people.values().filter(registered).count(),
            lost: self.lost.len(),
            doubled: self.doubled.len(),
            behind: self.behind,
            seconds,
            findings: self.findings,
        }
    }
}
