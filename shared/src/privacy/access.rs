//! The log of access: who read whose data at the desk or on a tablet, when and, for a whole identity number, why.
//!
//! Lines are only ever added, at the desk before the answer leaves. What was opened on a tablet comes with its next
//! contact. They name entries by id: no names, no numbers of people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{DeviceCode, EntryId, OfficerId};
use crate::programme::Words;
use crate::registration::codes;
use crate::report::Exported;
use crate::time::{Date, Timestamp};

codes! {
    /// What was read.
    What {
        /// Everything about one person that the role sees, without the whole identity number.
        Entry = "PENDAFTARAN",
        /// The whole identity number of one person.
        Nik = "NIK",
        /// The list of registrations; once a minute at most.
        Rows = "DAFTAR",
        /// A report that names people, on the screen.
        Report = "LAPORAN",
        /// The prison database's list, as a preview.
        Roster = "IMPOR",
        /// A page of the training: packages, days, certificates, the register of those who were trained.
        Training = "PELATIHAN",
        /// The list of those whom the clinic or security looks at; once a minute at most.
        Vetting = "PEMERIKSAAN",
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who.
    pub user: OfficerId,
    /// What they were then, as a code: a role that is gone stays in the log.
    pub role: String,
    /// What was read.
    pub what: What,
    /// Which report or package, as a code; or how many people a list held. Empty for one person.
    pub subject: String,
    /// Whose data, where one person's were read.
    pub entry: Option<EntryId>,
    /// Why, in their words; only where a reason is asked for.
    pub reason: String,
    /// On which tablet, and when by its clock, where it was not at the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<OnTablet>,
}

/// Where and when something was read that no desk saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnTablet {
    /// The tablet.
    pub device: DeviceCode,
    /// When, by its clock, as it says.
    pub claimed_at: Timestamp,
}

/// Somebody's entry was opened on a tablet. It travels in [`Request::reads`](crate::exchange::Request::reads) and is
/// stored on the tablet: fields may be added, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabletRead {
    /// By whom.
    pub officer: OfficerId,
    /// Whose.
    pub entry: EntryId,
    /// When first, by the tablet's clock.
    pub at: Timestamp,
}

/// What the officer looks for. What is empty does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// The user's id or a part of their name.
    #[serde(default)]
    pub who: String,
    /// What was read.
    #[serde(default)]
    pub what: Option<What>,
    /// The first day, by the house's calendar.
    #[serde(default)]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default)]
    pub until: Option<Date>,
    /// The registration number of a person, or the id of their entry.
    #[serde(default)]
    pub number: String,
    /// [`Found::next`] of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A line as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The line.
    #[serde(flatten)]
    pub access: Access,
    /// The registration number of the person, where there is one by now.
    #[serde(default)]
    pub number: String,
}

/// A page of what was found, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What was read.
    pub reads: Vec<Line>,
    /// There is more than is shown.
    pub more: bool,
    /// The cursor of the next page; absent on the last one.
    #[serde(default)]
    pub next: Option<String>,
    /// What left as a file or on paper; only where the search is about no kind and no person.
    pub exports: Vec<Exported>,
    /// What the reports in it are called, by their codes.
    #[serde(default)]
    pub titles: BTreeMap<String, Words>,
}

impl Found {
    /// This page and the one after it as one.
    pub fn with(mut self, after: Self) -> Self {
        self.reads.extend(after.reads);
        self.exports.extend(after.exports);
        self.titles.extend(after.titles);
        Self { more: after.more, next: after.next, ..self }
    }
}
