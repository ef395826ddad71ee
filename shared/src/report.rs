//! Reports of a wave as tables: what is printed, signed, and handed to the partner.
//!
//! One table model serves paper, spreadsheet and screen, so the three never disagree.
//! [`Report::scope`] is the table of who may see which report and how much of it: inside the house whole, outside of it
//! with initials before somebody is confirmed, and without numbers so small that they point at a person.
//! The words of reports stand beside this file, in `id.txt` and `en.txt`: the server writes them into files,
//! where no screen can translate them any more.

use serde::{Deserialize, Serialize};

use crate::chain::Head;
use crate::registration::codes;
use crate::role::Role;

mod figures;
mod mask;
mod material;
mod number;
mod paper;
mod people;
mod records;
mod training;
mod unmet;
mod wave;
mod words;

pub use mask::{initials, pseudonym};
pub use material::{Exported, Material, Member, Ran, Signatory};
pub use number::spelled;
pub use words::{Language, day, word};

use paper::Paper;

codes! {
    /// A report. Its code stands in addresses and in the log of exports.
    Report {
        /// Everybody who is registered.
        Participants = "participants",
        /// Registrations per programme against seats.
        Programmes = "programmes",
        /// Registrations per cell block.
        Blocks = "blocks",
        /// Education and age.
        EducationAge = "education_age",
        /// The minutes that house and partner sign: berita acara.
        Minutes = "minutes",
        /// The annex of the decree that names the participants.
        Decree = "decree",
        /// The reserve list.
        Reserves = "reserves",
        /// Who does not meet a rule, or of whom nobody can tell.
        Unmet = "unmet",
        /// Who has no national identity number.
        NoNik = "no_nik",
        /// How the wave went: how many stand where, what came of each programme, who left and why.
        Totals = "totals",
        /// The tablets.
        Devices = "devices",
        /// The list that people of a package sign on a day: empty, for paper.
        AttendanceSheet = "attendance_sheet",
        /// The days of attendance as they were recorded.
        AttendanceDays = "attendance_days",
        /// Attendance counted for each person.
        AttendanceTotals = "attendance_totals",
        /// Results and certificates.
        Results = "results",
        /// What became of people after their release, in counts.
        FollowUp = "follow_up",
        /// What was read and exported, by whom and why.
        Exports = "exports",
    }
}

/// How much of a report somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it: the house's own.
    Inside,
    /// What may leave the house.
    Outside,
}

impl Report {
    /// Who may see which report, and how much of it. Nobody sees one that is not named here.
    pub fn scope(self, role: Role) -> Option<Scope> {
        use Report::*;
        use Scope::{Inside, Outside};
        match role {
            Role::Head => Some(Inside),
            // The log watches those who export.
            Role::Supervisor => (self != Exports).then_some(Inside),
            Role::Administrator => {
                matches!(self, Programmes | Blocks | Totals | Devices).then_some(Inside)
            }
            Role::Privacy => matches!(self, Devices | Exports).then_some(Inside),
            Role::Partner => {
                let registrations = matches!(
                    self,
                    Participants | Programmes | EducationAge | Minutes | Decree | Totals
                );
                (registrations || self.is_of_training()).then_some(Outside)
            }
            // Of their own packages; what became of people is not their business.
            Role::Instructor => matches!(self, AttendanceSheet | AttendanceDays | AttendanceTotals)
                .then_some(Outside),
            Role::Regional => {
                matches!(self, Programmes | EducationAge | Totals | FollowUp).then_some(Outside)
            }
            Role::Officer | Role::Security | Role::Clinic | Role::CaseOfficer => None,
        }
    }

    /// Whether single people stand in it.
    pub fn names_people(self) -> bool {
        use Report::*;
        let of_training = self.is_of_training() && self != FollowUp;
        of_training || matches!(self, Participants | Decree | Reserves | Unmet | NoNik)
    }

    /// Whether it is made from the partner's books.
    pub fn is_of_training(self) -> bool {
        use Report::*;
        matches!(self, AttendanceSheet | AttendanceDays | AttendanceTotals | Results | FollowUp)
    }

    /// Its name.
    pub fn title(self, language: Language) -> String {
        word(language, &format!("title.{}", self.code()))
    }

    /// What it is for, in one sentence.
    pub fn about(self, language: Language) -> String {
        word(language, &format!("about.{}", self.code()))
    }

    /// The report. Whether its reader may have it is the caller's question to [`Report::scope`].
    pub fn table(self, material: &Material, scope: Scope, language: Language) -> Table {
        // The minutes are signed as they stand, and they are an Indonesian document.
        let language = if self == Self::Minutes { Language::Indonesian } else { language };
        let paper = Paper { report: self, material, scope, language };
        match self {
            Self::Participants => people::participants(&paper),
            Self::Programmes => figures::programmes(&paper),
            Self::Blocks => figures::blocks(&paper),
            Self::EducationAge => figures::education_age(&paper),
            Self::Minutes => figures::minutes(&paper),
            Self::Decree => people::decree(&paper),
            Self::Reserves => people::reserves(&paper),
            Self::Unmet => unmet::unmet(&paper),
            Self::NoNik => people::no_nik(&paper),
            Self::Totals => wave::totals(&paper),
            Self::Devices => records::devices(&paper),
            Self::AttendanceSheet => training::attendance_sheet(&paper),
            Self::AttendanceDays => training::attendance_days(&paper),
            Self::AttendanceTotals => training::attendance_totals(&paper),
            Self::Results => training::results(&paper),
            Self::FollowUp => training::follow_up(&paper),
            Self::Exports => records::log(&paper),
        }
    }
}

codes! {
    /// What a report is taken out of the system as. The code stands in the log of exports.
    Format {
        /// On paper.
        Print = "print",
        /// An Excel file.
        Xlsx = "xlsx",
        /// A CSV file.
        Csv = "csv",
    }
}

/// A report as it is shown, printed and written into files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Which report.
    pub report: Report,
    /// The language of its words.
    pub language: Language,
    /// Its name.
    pub title: String,
    /// The house.
    pub house: String,
    /// The wave.
    pub wave: String,
    /// The moment of which it tells, as documents write it.
    pub time: String,
    /// The same as a sentence.
    pub as_of: String,
    /// Sentences above the table.
    pub lead: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// The row of sums; empty where there is none.
    pub totals: Vec<Cell>,
    /// Sentences below the table.
    pub notes: Vec<String>,
    /// Who signs it.
    pub signatures: Vec<String>,
    /// Who took it out of the system, when and why; `None` while it is only looked at.
    pub stamp: Option<String>,
    /// What the server's audit ended with then, so that paper in a folder proves later that its end was not cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<String>,
}

impl Table {
    /// Says in the table itself who took it out, when and why, and what the audit ended with.
    pub fn stamped(mut self, who: &str, role: Role, purpose: &str, head: Option<Head>) -> Self {
        self.audit = head.map(|head| {
            let text = word(self.language, "head.audit");
            let text = text.replace("{number}", &head.number.to_string());
            text.replace("{print}", &head.fingerprint()).replace("{time}", &self.time)
        });
        let role = word(self.language, &format!("role.{}", role.code()));
        let stamp = word(self.language, "head.stamp");
        let holes =
            [("{who}", who), ("{role}", &role), ("{time}", &self.time), ("{purpose}", purpose)];
        self.stamp =
            Some(holes.iter().fold(stamp, |text, (hole, value)| text.replace(hole, value)));
        self
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What stands above it.
    pub name: String,
    /// Its cells are counts.
    pub number: bool,
}

/// One cell: in JSON a number or a string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A count.
    Number(u32),
    /// A text, also one that consists of digits.
    Text(String),
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A report that somebody may open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which.
    pub report: Report,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub about: String,
}

/// The reports that a role may see, in the order they are shown.
pub fn offers(role: Role, language: Language) -> Vec<Offer> {
    let may_see = Report::ALL.iter().filter(|report| report.scope(role).is_some());
    let offer = |report: &Report| Offer {
        report: *report,
        title: report.title(language),
        about: report.about(language),
    };
    may_see.map(offer).collect()
}

/// Why a report leaves the system: asked of everybody who takes one out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// As what.
    pub format: Format,
    /// What for; at most [`MAX_PURPOSE`] characters.
    #[serde(default)]
    pub purpose: String,
    /// In which language.
    #[serde(default = "indonesian")]
    pub language: Language,
}

/// Longer than this a purpose is refused, in characters.
pub const MAX_PURPOSE: usize = 200;

fn indonesian() -> Language {
    Language::Indonesian
}

#[cfg(test)]
mod tests;
