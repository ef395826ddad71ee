//! What every report needs while it is written: its words, its day, and the names of things.

use std::fmt::Display;

use super::words::{Language, day, moment, word};
use super::{Cell, Column, Material, Member, Report, Scope, Signatory, Table};
use crate::id::ProgrammeCode;
use crate::lifecycle::State;
use crate::person::{Person, Sex};
use crate::time::Date;

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
pub enum Holds {
    Text,
    Count,
}

/// One report on its way.
pub struct Paper<'a> {
    pub report: Report,
    pub material: &'a Material,
    pub scope: Scope,
    pub language: Language,
}

impl<'a> Paper<'a> {
    pub fn word(&self, key: &str) -> String {
        word(self.language, key)
    }

    /// The words of a key with their holes filled.
    pub fn told(&self, key: &str, holes: &[(&str, &dyn Display)]) -> String {
        let text = self.word(key);
        holes.iter().fold(text, |text, (hole, value)| {
            text.replace(&format!("{{{hole}}}"), &value.to_string())
        })
    }

    pub fn is_outside(&self) -> bool {
        self.scope == Scope::Outside
    }

    pub fn today(&self) -> Date {
        self.material.now.date(self.material.facility.zone)
    }

    /// The report without rows.
    pub fn table(&self, columns: &[(&str, Holds)]) -> Table {
        let Material { facility, wave, now, .. } = self.material;
        let time = moment(*now, facility.zone, self.language);
        let column = |(key, holds): &(&str, Holds)| Column {
            name: self.word(key),
            number: *holds == Holds::Count,
        };
        Table {
            report: self.report,
            language: self.language,
            title: self.report.title(self.language),
            house: facility.name.clone(),
            wave: self.named(&wave.name.id, &wave.name.en),
            as_of: self.told("head.as_of", &[("time", &time)]),
            time,
            lead: Vec::new(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
            totals: Vec::new(),
            notes: Vec::new(),
            signatures: Vec::new(),
            stamp: None,
            audit: None,
        }
    }

    /// The head of the house signs: where and when, as what, and after an empty line for the hand the name.
    pub fn head(&self) -> String {
        let Signatory { city, name, nip } = &self.material.head;
        let office = self.told("sign.head", &[("house", &self.material.facility.name)]);
        let today = day(self.today(), self.language);
        let office = if city.is_empty() { office } else { format!("{city}, {today}\n{office}") };
        match (name.as_str(), nip.as_str()) {
            ("", _) => office,
            (name, "") => format!("{office}\n\n{name}"),
            (name, nip) => format!("{office}\n\n{name}\nNIP {nip}"),
        }
    }

    fn named(&self, indonesian: &str, english: &str) -> String {
        match self.language {
            Language::Indonesian => indonesian.to_owned(),
            Language::English => english.to_owned(),
        }
    }

    /// The name of a programme; a code that this wave does not offer stands for itself.
    pub fn programme(&self, code: &ProgrammeCode) -> String {
        let offered = self.material.programmes.iter().find(|programme| &programme.code == code);
        offered.map_or_else(
            || code.to_string(),
            |programme| self.named(&programme.name.id, &programme.name.en),
        )
    }

    /// Where a programme stands in the order of the house; last what it does not offer.
    pub fn place(&self, code: Option<&ProgrammeCode>) -> usize {
        let offered = &self.material.programmes;
        let found = offered.iter().position(|programme| Some(&programme.code) == code);
        found.unwrap_or(offered.len())
    }

    /// The code of an answer in words; nothing where there is no answer.
    pub fn code(&self, group: &str, code: Option<&str>) -> String {
        code.map(|code| self.word(&format!("{group}.{code}"))).unwrap_or_default()
    }

    /// Place and day of birth as far as they are known: `Saparua, 05/10/1990`.
    pub fn birth(&self, person: &Person) -> String {
        let date = person.birth_date.map(|date| match person.birth_approximate {
            true => self.told("cell.about_year", &[("year", &date.year())]),
            false => date.to_string(),
        });
        let place = Some(person.birth_place.clone()).filter(|place| !place.is_empty());
        place.into_iter().chain(date).collect::<Vec<_>>().join(", ")
    }

    /// Years of age today; nothing where the day of birth is not known or cannot be right.
    pub fn age(&self, person: &Person) -> Option<u32> {
        let years = person.birth_date?.age_on(self.today());
        (0..=120).contains(&years).then_some(years as u32)
    }

    pub fn age_cell(&self, person: &Person) -> Cell {
        self.age(person).map_or_else(|| "".into(), Cell::from)
    }

    /// Those who are registered, by programme and then by name.
    pub fn registered(&self, holds: impl Fn(State) -> bool) -> Vec<&'a Member> {
        let people = self.material.people.iter();
        let mut chosen: Vec<&Member> = people.filter(|one| holds(one.entry.state)).collect();
        chosen.sort_by_cached_key(|one| {
            let person = &one.entry.person;
            (self.place(programme_of(one)), crate::person::fold(&person.name), one.entry.id)
        });
        chosen
    }
}

/// The programme that a person is on a list for: of the seat or the turn that was given, or else the first choice.
pub fn programme_of(one: &Member) -> Option<&ProgrammeCode> {
    let seat = one.entry.decision.as_ref().and_then(|decision| decision.seat.as_ref());
    let given = one.entry.state.takes_seat() || one.entry.state == State::Reserve;
    match seat.filter(|_| given) {
        Some(seat) => Some(&seat.programme),
        None => one.entry.answers.choices.first(),
    }
}

/// Whether the partner may know that somebody is on the list at all: verified, and willing.
pub fn may_leave(one: &Member) -> bool {
    use crate::registration::ConsentOutcome::Agreed;
    let consent = one.entry.answers.consent.as_ref();
    let verified = matches!(one.entry.state, State::Verified | State::Reserve);
    let released = crate::role::is_released(one.entry.state);
    (verified || released) && consent.is_some_and(|consent| consent.outcome == Agreed)
}

/// How many, by sex. People whose sex is not known count only together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heads {
    pub male: u32,
    pub female: u32,
    pub all: u32,
}

impl Heads {
    pub fn of<'m>(people: impl IntoIterator<Item = &'m Member>) -> Self {
        let mut heads = Self::default();
        for one in people {
            heads.all += 1;
            match one.entry.person.sex {
                Some(Sex::Male) => heads.male += 1,
                Some(Sex::Female) => heads.female += 1,
                None => {}
            }
        }
        heads
    }
}
