//! What is being typed for one person, before it is a command.
//!
//! It is kept on the tablet while it is typed, so that a reload or an empty battery loses nothing;
//! it becomes part of the sheet only when the officer saves. Whoever is away or does not want to leaves what was
//! typed for them where it is: they may come back.

use std::collections::BTreeMap;

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::person::Fields;
use bilik_shared::registration::{Answers, ConsentWay, Field, Warning, choices_value};
use bilik_shared::replica::PersonRow;
use bilik_shared::sheet::Entry;
use bilik_shared::time::Timestamp;
use leptos::prelude::{GetValue, SetValue};

use super::pages::App;
use crate::device;

mod added;
mod keeper;
mod reopen;
mod text;

pub use added::{Added, added, forget_added};
pub use keeper::Keeper;
pub use reopen::{begun, forget_open, is_remembered, remember_open};

/// The answers on the screen, and those they started from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Work {
    /// What the sheet said when the form was opened, or when it was last brought up to date.
    pub base: Fields,
    /// What stands on the screen.
    pub answers: Answers,
    /// Warnings that the officer has seen and confirmed.
    pub confirmed: Vec<Warning>,
    /// What stands on the page with the statement.
    pub said: Said,
    /// Why the person withdraws, as far as it is typed.
    pub withdraw: String,
    /// The person was away or did not want to: nobody waits for the rest, and it is there if they come back.
    pub aside: bool,
    /// Where on the form the officer was: the id of the field.
    pub at: String,
    /// When it was kept last.
    pub since: Option<Timestamp>,
}

/// What stands on the page with the statement, before the person has given their word.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// The programmes that it is said to, as the sheet writes them: a signature for others is none for these.
    pub about: String,
    /// How willingness will be expressed.
    pub way: Option<ConsentWay>,
    /// Whether the statement was read aloud.
    pub aloud: Option<bool>,
    /// Who hears it.
    pub witness: String,
    /// What was drawn, as [`bilik_shared::registration::Strokes`] write it.
    pub signature: String,
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
            confirmed: confirmed(&entry.answers.confirmed),
            ..Self::default()
        }
    }

    /// Something stands here that is nowhere else, and somebody waits for it to be finished.
    pub fn is_typed(&self) -> bool {
        // Who typed something and took it out again has left nothing behind.
        !self.aside && self.differs()
    }

    fn differs(&self) -> bool {
        let said = [&self.said.witness, &self.said.signature, &self.withdraw];
        self.answers.to_fields() != self.base || said.iter().any(|text| !text.is_empty())
    }

    /// The form in which it is kept: a line for each answer, what the sheet said and what stands on the screen,
    /// for what stands beside the answers, for each warning, and one for the field.
    fn to_text(&self) -> String {
        let mut typed = self.answers.to_fields();
        let Answers { reason, note, home, .. } = &self.answers;
        for (field, typing) in [
            (Field::Reason, reason),
            (Field::Note, note),
            (Field::Address, &home.address),
            (Field::FamilyName, &home.family_name),
            (Field::FamilyPhone, &home.family_phone),
        ] {
            // A blank at the end is part of what is being typed: without it two words would grow together.
            if let Some(kept) = typed.get_mut(field.key()) {
                kept.clone_from(typing);
            }
        }
        let mut beside = Fields::new();
        for (key, value) in [
            ("about", self.said.about.as_str()),
            ("way", self.said.way.map_or("", ConsentWay::code)),
            ("aloud", self.said.aloud.map_or("", |read| if read { "ya" } else { "tidak" })),
            ("witness", &self.said.witness),
            ("signature", &self.said.signature),
            ("withdraw", &self.withdraw),
            ("aside", if self.aside { "ya" } else { "" }),
            ("since", &self.since.map(|since| since.0.to_string()).unwrap_or_default()),
        ] {
            text::put(&mut beside, key, value);
        }
        let warnings = self.confirmed.iter().filter_map(Warning::code);
        let warnings: String = warnings.map(|code| format!("!{code}\n")).collect();
        let answers = text::write('-', &self.base) + &text::write('+', &typed);
        format!("{answers}{}{warnings}@{}\n", text::write('~', &beside), self.at)
    }

    fn from_text(kept: &str) -> Self {
        let beside = text::read('~', kept);
        let get = |key: &str| beside.get(key).map(String::as_str).unwrap_or_default();
        let after = |mark: char| kept.lines().filter_map(move |line| line.strip_prefix(mark));
        Self {
            base: text::read('-', kept),
            answers: Answers::from_fields(&text::read('+', kept)),
            confirmed: after('!').filter_map(Warning::parse).collect(),
            said: Said {
                about: get("about").to_owned(),
                way: ConsentWay::parse(get("way")),
                aloud: beside.get("aloud").map(|aloud| aloud == "ya"),
                witness: get("witness").to_owned(),
                signature: get("signature").to_owned(),
            },
            withdraw: get("withdraw").to_owned(),
            aside: get("aside") == "ya",
            at: after('@').next().unwrap_or_default().to_owned(),
            since: get("since").parse().ok().map(Timestamp),
        }
    }

    /// What stands on the page with the statement, if it was said to these very choices.
    pub fn said(&self) -> Said {
        let about = choices_value(&self.answers.choices);
        match self.said.about == about {
            true => self.said.clone(),
            false => Said { about, ..Said::default() },
        }
    }

    /// The key and the value under which it is kept for this person.
    pub fn to_kept(&self, sheet: &SheetId, entry: EntryId) -> (String, Vec<u8>) {
        let now = Self { since: Some(device::now()), ..self.clone() };
        (key(sheet, entry), now.to_text().into_bytes())
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

/// The warnings of these codes, as far as this version knows them.
fn confirmed(codes: &[String]) -> Vec<Warning> {
    codes.iter().filter_map(|code| Warning::parse(code)).collect()
}

fn key(sheet: &SheetId, entry: EntryId) -> String {
    format!("work/{sheet}/{entry}")
}

fn kept(app: App, sheet: &SheetId, entry: EntryId) -> Option<Work> {
    let value = app.tablet.kept(&key(sheet, entry))?;
    Some(Work::from_text(&String::from_utf8(value).ok()?))
}

/// What was typed for this person and not saved, or what the sheet says.
pub fn open(app: App, sheet: &SheetId, entry: &Entry) -> Work {
    let mut work = kept(app, sheet, entry.id).unwrap_or_else(|| Work::of(entry));
    work.update(entry);
    work
}

/// Something is typed for this person that was not saved.
pub fn is_kept(app: App, sheet: &SheetId, entry: EntryId) -> bool {
    app.tablet.kept(&key(sheet, entry)).is_some()
}

/// The people for whom something is typed that was not saved and must be finished, with when that was.
pub fn typed(app: App) -> BTreeMap<(SheetId, EntryId), Option<Timestamp>> {
    let kept = app.tablet.kept_under("work/").into_iter();
    let of = |(key, value): (String, Vec<u8>)| {
        let work = Work::from_text(&String::from_utf8(value).ok()?);
        let (sheet, entry) = key.strip_prefix("work/")?.split_once('/')?;
        let key = (sheet.parse().ok()?, entry.parse().ok()?);
        work.is_typed().then_some((key, work.since))
    };
    kept.filter_map(of).collect()
}

/// Whom nobody has asked and for whom something is typed: on every list they stand as the drafts that they are.
pub fn as_drafts<'a>(app: App, rows: impl Iterator<Item = (&'a SheetId, &'a mut PersonRow)>) {
    let typed = typed(app);
    for (sheet, row) in rows {
        if row.state == State::NotAsked && typed.contains_key(&(sheet.clone(), row.entry)) {
            row.state = State::Draft;
        }
    }
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

/// The person was away, or does not want to: what was typed for them is no part of the sheet, and stays here for
/// the time when they come back.
pub fn set_aside(app: App, sheet: &SheetId, entry: EntryId) {
    let (said, withdraw) = (Said::default(), String::new());
    let aside = kept(app, sheet, entry).map(|work| Work { said, withdraw, aside: true, ..work });
    let Some(work) = aside.filter(Work::differs) else { return forget(app, sheet, entry) };
    let key = key(sheet, entry);
    app.typed.set_value(app.tablet.kept(&key).map(|kept| (key.clone(), kept)));
    let (key, value) = work.to_kept(sheet, entry);
    app.tablet.keep(key, Some(value), |_| {});
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

    #[test]
    fn what_stands_beside_the_answers_is_read_as_it_was_typed() {
        let said = Said {
            about: "GAR".into(),
            way: Some(ConsentWay::Spoken),
            aloud: Some(false),
            witness: "Grace ".into(),
            signature: "1 600 200|12 40 3 -2".into(),
        };
        let work = Work {
            answers: Answers { choices: parse_choices("GAR"), ..Answers::default() },
            confirmed: vec![Warning::Minor, Warning::DigitInName],
            said: said.clone(),
            withdraw: "pindah = blok ".into(),
            aside: true,
            since: Some(Timestamp(1_700_000_000_000)),
            ..Work::default()
        };
        assert_eq!(Work::from_text(&work.to_text()), work);
        assert_eq!(work.said(), said);
        let other = Answers { choices: parse_choices("KAY"), ..Answers::default() };
        let unsaid = Said { about: "KAY".into(), ..Said::default() };
        let changed = Work { answers: other, ..work };
        assert_eq!(changed.said(), unsaid, "nobody has signed for that");
    }

    #[test]
    fn somebody_waits_for_what_is_typed_unless_it_was_set_aside() {
        let untouched = Work::of(&entry(Answers::default()));
        assert!(!untouched.is_typed());
        let said = Said { witness: "G".into(), ..Said::default() };
        assert!(Work { said, ..untouched.clone() }.is_typed());
        assert!(Work { withdraw: "p".into(), ..untouched.clone() }.is_typed());
        let mut answered = untouched;
        answered.answers.plan = Some(Plan::Work);
        assert!(answered.is_typed());
        assert!(!Work { aside: true, ..answered }.is_typed());
    }
}
