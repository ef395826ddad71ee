//! The partner's books: the last word about everything that it wrote down. Earlier words stay in the rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::attendance::{Day, Totals};
use super::certificate::Number;
use super::follow_up::{Found, Release};
use super::{Advice, Assessment};
use crate::id::{EntryId, OfficerId};
use crate::programme::Seat;
use crate::time::{Date, Timestamp};

/// What the partner advised about somebody for a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// For which package.
    pub package: Seat,
    /// The score of the interview, 0 to 100.
    pub score: u32,
    /// What it advises.
    pub advice: Advice,
    /// In a few words; may be empty.
    pub note: String,
    /// Who.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// When a package began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The first day.
    pub on: Date,
    /// Who began it.
    pub by: OfficerId,
    /// When that was written down.
    pub at: Timestamp,
}

/// How somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// The score, 0 to 100.
    pub score: Option<u32>,
    /// What the certification body found.
    pub assessment: Option<Assessment>,
    /// The number of the certificate of that body; may be empty.
    pub competence_number: String,
    /// Who wrote it down.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// A certificate that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Its number.
    pub number: Number,
    /// The day of issue.
    pub on: Date,
}

/// One package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// When it began, if it has.
    pub begun: Option<Begun>,
    /// Who teaches it.
    pub instructor: Option<OfficerId>,
    /// Its days in the order of the calendar, each as it was saved last.
    pub days: Vec<Day>,
}

impl Book {
    /// The day, as it was saved last.
    pub fn day(&self, date: Date) -> Option<&Day> {
        self.days.iter().find(|day| day.date == date)
    }

    /// The days of one person.
    pub fn totals(&self, entry: EntryId) -> Totals {
        Totals::of(&self.days, entry)
    }

    /// The hours that were given.
    pub fn hours(&self) -> u32 {
        self.days.iter().map(|day| day.hours).sum()
    }
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    /// By package.
    pub packages: BTreeMap<Seat, Book>,
    /// The latest for each package that somebody was proposed for.
    pub proposals: BTreeMap<(EntryId, Seat), Proposal>,
    /// By person and package.
    pub grades: BTreeMap<(EntryId, Seat), Grade>,
    /// By person and package.
    pub certificates: BTreeMap<(EntryId, Seat), Given>,
    /// By person.
    pub releases: BTreeMap<EntryId, Release>,
    /// By person and months.
    pub found: BTreeMap<(EntryId, u32), Found>,
}

impl Books {
    /// The book of a package; an empty one where nothing was written yet.
    pub fn of(&self, package: &Seat) -> Book {
        self.packages.get(package).cloned().unwrap_or_default()
    }
}
