//! What is being typed for one person, before it is a command.
//!
//! It is kept on the tablet while it is typed, so that a reload or an empty battery loses nothing;
//! it becomes part of the sheet only when the officer saves.

use std::collections::BTreeSet;

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::person::Fields;
use bilik_shared::registration::{Answers, Field, Warning};
use bilik_shared::sheet::Entry;

use leptos::prelude::{GetValue, SetValue};

use super::pages::App;
use super::route::Route;
use crate::replica::Tablet;

/// The answers on the screen, and those they started from.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// What the sheet said when the form was opened, or when it was last brought up to date.
    pub base: Fields,
    /// What stands on the screen.
    pub answers: Answers,
    /// Warnings that the officer has seen and confirmed.
    pub confirmed: Vec<Warning>,
    /// Where on the form the officer was: the id of the field.
    pub at: String,
}

/// What became of the answers that another tablet gave while the form was open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// They stand on the screen now.
    pub taken: Vec<Field>,
    /// The officer has typed something else, which stays.
    pub clashes: Vec<Field>,
}

impl Work {
    /// Starts from what the sheet says.
    pub fn of(entry: &Entry) -> Self {
        Self {
            base: entry.answers.to_fields(),
            answers: entry.answers.clone(),
            confirmed: Vec::new(),
            at: String::new(),
        }
    }

    /// The form in which it is kept: a line for each answer, what the sheet said and what stands on the screen,
    /// and one for the field.
    fn to_text(&self) -> String {
        let lines = |mark: char, fields: &Fields| -> String {
            fields.iter().map(|(key, value)| format!("{mark}{key}={value}\n")).collect()
        };
        let mut typed = self.answers.to_fields();
        for (field, text) in
            [(Field::Reason, &self.answers.reason), (Field::Note, &self.answers.note)]
        {
            // A blank at the end is part of what is being typed: without it two words would grow together.
            if let Some(kept) = typed.get_mut(field.key()) {
                *kept = text.replace(['\n', '\r'], " ");
            }
        }
        let answers = lines('-', &self.base) + &lines('+', &typed);
        format!("{answers}@{}\n", self.at)
    }

    fn from_text(text: &str) -> Self {
        let read = |mark: char| -> Fields {
            let lines = text.lines().filter_map(|line| line.strip_prefix(mark)?.split_once('='));
            lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        let at = text.lines().find_map(|line| line.strip_prefix('@')).unwrap_or_default();
        Self {
            base: read('-'),
            answers: Answers::from_fields(&read('+')),
            confirmed: Vec::new(),
            at: at.to_owned(),
        }
    }

    /// Takes over what another tablet answered meanwhile, where the officer has not answered differently.
    ///
    /// Without this, saving a form that was opened before an exchange would write old answers over new ones.
    /// What the officer typed stays on the screen to the last blank.
    pub fn update(&mut self, entry: &Entry) -> News {
        let theirs = entry.answers.to_fields();
        let mine = self.answers.to_fields();
        let mut news = News::default();
        for field in Field::ALL {
            let key = field.key();
            let (old, new, typed) = (self.base.get(key), theirs.get(key), mine.get(key));
            if new == old || typed == new {
                continue;
            }
            if typed == old {
                self.answers.take(*field, &entry.answers);
                news.taken.push(*field);
            } else {
                news.clashes.push(*field);
            }
        }
        for alike in &entry.answers.distinct {
            if !alike.is_settled(&self.answers.distinct) {
                alike.clone().settle(&mut self.answers.distinct);
            }
        }
        self.base = theirs;
        news
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

/// Something is typed for this person that was not saved.
pub fn is_kept(app: App, sheet: &SheetId, entry: EntryId) -> bool {
    app.tablet.kept(&key(sheet, entry)).is_some()
}

/// The people for whom something is typed that was not saved.
pub fn typed(app: App) -> BTreeSet<(SheetId, EntryId)> {
    let kept = app.tablet.kept_under("work/").into_iter();
    let of = |(key, value): (String, Vec<u8>)| {
        let work = Work::from_text(&String::from_utf8(value).ok()?);
        let (sheet, entry) = key.strip_prefix("work/")?.split_once('/')?;
        // Who typed something and took it out again has left nothing behind.
        let differs = work.answers.to_fields() != work.base;
        differs.then_some((sheet.parse().ok()?, entry.parse().ok()?))
    };
    kept.filter_map(of).collect()
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

/// Where the app remembers whose form is being typed in.
const OPEN: &str = "open";

/// From now on a start of the app comes back to this form; with `None`, to no form.
pub fn remember_open(app: App, form: Option<&Route>) {
    app.tablet.keep(OPEN.to_owned(), form.map(|form| form.to_string().into_bytes()), |_| {});
}

/// The address of the form in which something was being typed when the app was ended.
pub fn begun(tablet: Tablet) -> Option<String> {
    String::from_utf8(tablet.kept(OPEN)?).ok()
}

/// Forgets it: it is part of the sheet now, until the step is taken back.
pub fn forget(app: App, sheet: &SheetId, entry: EntryId) {
    let key = key(sheet, entry);
    let kept = app.tablet.kept(&key);
    app.typed.set_value(kept.clone().map(|kept| (key.clone(), kept)));
    if kept.is_some() {
        app.tablet.keep(key, None, |_| {});
    }
}

/// The step was taken back: what was typed before it stands in the form again.
pub fn bring_back(app: App, sheet: &SheetId, entry: EntryId) {
    let typed = app.typed.get_value().filter(|(of, _)| *of == key(sheet, entry));
    if let Some((key, value)) = typed {
        app.tablet.keep(key, Some(value), |_| {});
    }
    app.typed.set_value(None);
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
        work.answers.note = "sedang diketik ".into();
        let news = work.update(&entry(theirs.clone()));
        assert_eq!(news, News { taken: vec![Field::Education], clashes: vec![Field::Choices] });
        assert_eq!(work.answers.note, "sedang diketik ", "not even a blank is lost");
        assert_eq!(work.update(&entry(theirs)), News::default(), "told once");
        work.answers.reason = "ingin\nbekerja".into();
        assert_eq!(Work::from_text(&work.to_text()).answers.reason, "ingin bekerja");
        work.answers.reason.clear();
        work.at = "note-input".into();
        assert_eq!(work.answers.choices, parse_choices("GAR"));
        assert_eq!(work.answers.education, Some(Education::Primary));
        assert_eq!(work.answers.plan, Some(Plan::Work));
        assert_eq!(Work::from_text(&work.to_text()), work);
        // What the version before kept has no field.
        let before = work.to_text().replace("@note-input\n", "");
        assert_eq!(Work::from_text(&before), Work { at: String::new(), ..work });
    }
}
