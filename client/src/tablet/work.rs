//! What is being typed for one person, before it is a command.
//!
//! It is kept on the tablet while it is typed, so that a reload or an empty battery loses nothing;
//! it becomes part of the sheet only when the officer saves.

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::person::Fields;
use bilik_shared::registration::{Answers, Field, Warning};
use bilik_shared::sheet::Entry;

use super::pages::App;

/// The answers on the screen, and those they started from.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// What the sheet said when the form was opened, or when it was last brought up to date.
    pub base: Fields,
    /// What stands on the screen.
    pub answers: Answers,
    /// Warnings that the officer has seen and confirmed.
    pub confirmed: Vec<Warning>,
}

impl Work {
    /// Starts from what the sheet says.
    pub fn of(entry: &Entry) -> Self {
        Self {
            base: entry.answers.to_fields(),
            answers: entry.answers.clone(),
            confirmed: Vec::new(),
        }
    }

    /// The form in which it is kept: a line for each answer, what the sheet said and what stands on the screen.
    fn to_text(&self) -> String {
        let lines = |mark: char, fields: &Fields| -> String {
            fields.iter().map(|(key, value)| format!("{mark}{key}={value}\n")).collect()
        };
        lines('-', &self.base) + &lines('+', &self.answers.to_fields())
    }

    fn from_text(text: &str) -> Self {
        let read = |mark: char| -> Fields {
            let lines = text.lines().filter_map(|line| line.strip_prefix(mark)?.split_once('='));
            lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        Self { base: read('-'), answers: Answers::from_fields(&read('+')), confirmed: Vec::new() }
    }

    /// Takes over what another tablet answered meanwhile, where the officer has not answered differently.
    ///
    /// Without this, saving a form that was opened before an exchange would write old answers over new ones.
    /// Gives the fields that both changed: the officer's answer stays on the screen.
    pub fn update(&mut self, entry: &Entry) -> Vec<Field> {
        let theirs = entry.answers.to_fields();
        let mine = self.answers.to_fields();
        let mut merged = Fields::new();
        let mut clashes = Vec::new();
        for field in Field::ALL {
            let key = field.key();
            let (old, new, typed) = (self.base.get(key), theirs.get(key), mine.get(key));
            let taken = if typed == old { new } else { typed };
            if typed != old && new != old && typed != new {
                clashes.push(*field);
            }
            if let Some(value) = taken {
                merged.insert(key.to_owned(), value.clone());
            }
        }
        let mut distinct = std::mem::take(&mut self.answers.distinct);
        self.answers = Answers::from_fields(&merged);
        for alike in &entry.answers.distinct {
            if !alike.is_settled(&distinct) {
                alike.clone().settle(&mut distinct);
            }
        }
        self.answers.distinct = distinct;
        self.base = theirs;
        clashes
    }
}

fn key(sheet: &SheetId, entry: EntryId) -> String {
    format!("work/{sheet}/{entry}")
}

/// What was typed for this person and not saved, or what the sheet says.
pub fn open(app: App, sheet: &SheetId, entry: &Entry) -> Work {
    let kept = app.tablet.kept(&key(sheet, entry.id));
    let kept = kept.and_then(|value| String::from_utf8(value).ok());
    let mut work = kept.map_or_else(|| Work::of(entry), |text| Work::from_text(&text));
    work.update(entry);
    work
}

/// Keeps what is being typed; `done` says whether it is on the disk.
pub fn keep(
    app: App,
    sheet: &SheetId,
    entry: EntryId,
    work: &Work,
    done: impl FnOnce(bool) + 'static,
) {
    let value = work.to_text().into_bytes();
    app.tablet.keep(key(sheet, entry), Some(value), move |kept| done(kept.is_ok()));
}

/// Forgets it: it is part of the sheet now.
pub fn forget(app: App, sheet: &SheetId, entry: EntryId) {
    let key = key(sheet, entry);
    if app.tablet.kept(&key).is_some() {
        app.tablet.keep(key, None, |_| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bilik_shared::lifecycle::State;
    use bilik_shared::person::Person;
    use bilik_shared::registration::{Education, Plan, parse_choices};

    fn entry(answers: Answers) -> Entry {
        Entry {
            id: EntryId([1; 16]),
            listed: true,
            person: Person::default(),
            fields: answers.to_fields(),
            answers,
            registration: None,
            decision: None,
            answered: None,
            state: State::NotAsked,
            number: String::new(),
            done_by: None,
            contested: false,
        }
    }

    #[test]
    fn answers_of_another_tablet_arrive_in_an_open_form_and_overwrite_nothing_typed() {
        let mut work = Work::of(&entry(Answers::default()));
        work.answers.choices = parse_choices("GAR");
        work.answers.plan = Some(Plan::Work);
        let theirs = Answers {
            choices: parse_choices("KAY"),
            education: Some(Education::Primary),
            ..Answers::default()
        };
        assert_eq!(work.update(&entry(theirs)), [Field::Choices]);
        assert_eq!(work.answers.choices, parse_choices("GAR"));
        assert_eq!(work.answers.education, Some(Education::Primary));
        assert_eq!(work.answers.plan, Some(Plan::Work));
        assert_eq!(Work::from_text(&work.to_text()), work);
    }
}
