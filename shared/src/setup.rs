//! What the administrator of a house sets up: the house itself, its blocks, its waves, what is taught, the words
//! that people agree to, the rules of advice, what gives points for a seat, the office that signs certificates, and
//! who may sign in.
//!
//! Everything here is data that a page edits one item at a time ([`Edit`]). An edit says what the item was when
//! somebody began to change it, so that nobody overwrites what they have not seen; the same edit twice changes
//! nothing the second time. What it came to is one line of a log that only grows ([`Logged`]).
//!
//! What a tablet is told follows from this: the open wave, what is offered, the rules, the newest words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::allocation::policy::Policy;
use crate::eligibility::Rule;
use crate::id::ProgrammeCode;
use crate::programme::{
    Facility, Length, Lengths, Officer, Package, Programme, Seat, SheetTitle, Wave, Words,
};
use crate::registration::consent::HouseWording;
use crate::role::Role;
use crate::time::{Date, Zone};
use crate::training::certificate::Office;

mod accounts;
mod check;
mod edit;
mod fault;
mod items;
mod log;
mod tablets;

pub use accounts::{
    Account, Accounts, AddAccount, ChangeAccount, MAX_PASSWORD, Made, NewPassword, Turn,
};
pub use accounts::{check_account, check_password, turn};
pub use edit::{Done, Edit, Refusal};
pub use fault::Fault;
pub use log::{Difference, Item, Kind, Logged, differences};
pub use tablets::{MAX_WORD, TabletChange, Tablets};

/// Everything that was set up. It may be incomplete: a house begins with nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The house; `None` until somebody named it.
    pub place: Option<Place>,
    /// Its cell blocks.
    pub blocks: Vec<Block>,
    /// Its intakes, the newest last.
    pub intakes: Vec<Intake>,
    /// What is taught, in the order it is shown.
    pub courses: Vec<Course>,
    /// The classes of all courses.
    pub classes: Vec<Class>,
    /// What it advises.
    pub rules: Vec<Rule>,
    /// The words that it released itself, the newest last.
    pub wordings: Vec<HouseWording>,
    /// Who may use a tablet.
    pub officers: Vec<Officer>,
    /// What it has agreed on about seats.
    pub policy: Policy,
    /// The office that trains and signs certificates.
    pub office: Office,
    /// What is asked of whoever signs in, and of tablets.
    pub guard: Guard,
}

/// What is asked of whoever signs in at the desk, besides a password, and how long a tablet is read without contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guard {
    /// Whoever has one of these roles and no second factor sets one up before anything else.
    pub second_factor: Vec<Role>,
    /// The lease of tablets: for so many hours after its last contact a tablet shows whom it knows.
    pub lease_hours: u32,
}

/// The lease of tablets in a house where nobody has set another one, in hours.
pub const LEASE_HOURS: u32 = 72;

impl Default for Guard {
    fn default() -> Self {
        Self { second_factor: Vec::new(), lease_hours: LEASE_HOURS }
    }
}

/// The house, as documents name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Short code, part of every registration number, for example `AMB`.
    pub code: String,
    /// Its name as it stands on documents.
    pub name: String,
    /// Where documents are signed.
    pub city: String,
    /// The zone its clocks show.
    pub zone: Zone,
    /// Who heads it, as documents are signed.
    #[serde(default)]
    pub head: String,
    /// The head's number as a civil servant: 18 digits, or empty.
    #[serde(default)]
    pub nip: String,
    /// Whether people may sign on the screen of a tablet.
    #[serde(default)]
    pub screen_signature: bool,
}

impl Place {
    /// What tablets and pages are told of it.
    pub fn facility(&self) -> Facility {
        Facility { code: self.code.clone(), name: self.name.clone(), zone: self.zone }
    }
}

/// One cell block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its name, for example `A`.
    pub name: String,
    /// Its cells in the order of the doors; may be empty.
    #[serde(default)]
    pub cells: Vec<String>,
}

/// One wave, and the blocks whose people are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// Its code, name and days.
    pub wave: Wave,
    /// The blocks that get a sheet.
    pub blocks: Vec<String>,
    /// Whether its sheets were opened. Tablets work in the one that was opened last.
    #[serde(default)]
    pub opened: bool,
}

/// Something that is taught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its code, as ranked choices store it.
    pub code: ProgrammeCode,
    /// Its name.
    pub name: Words,
    /// Lessons (JP) altogether; 0 where nobody has said.
    #[serde(default)]
    pub hours: u32,
    /// Days of training; 0 where nobody has said.
    #[serde(default)]
    pub days: u32,
    /// What somebody should bring along, in words. Rules that are computed stand in [`Setup::rules`].
    #[serde(default)]
    pub requirements: String,
    /// Whether it can be chosen.
    pub offered: bool,
}

/// One class of a course: a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Of what, and the number of the package inside of it, from 1.
    pub seat: Seat,
    /// How many people it takes.
    pub seats: u32,
    /// With fewer people than this it is postponed.
    pub minimum: u32,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// Who teaches.
    #[serde(default)]
    pub instructor: String,
    /// The first day.
    #[serde(default)]
    pub begins: Option<Date>,
    /// The last day.
    #[serde(default)]
    pub ends: Option<Date>,
}

impl Setup {
    /// The wave that tablets work in; `None` until one was opened.
    pub fn open_intake(&self) -> Option<&Intake> {
        self.intakes.iter().rev().find(|intake| intake.opened)
    }

    /// What can be chosen, with its packages.
    pub fn programmes(&self) -> Vec<Programme> {
        let programme = |course: &Course| Programme {
            code: course.code.clone(),
            name: course.name.clone(),
            packages: self.packages(&course.code),
        };
        self.courses.iter().filter(|course| course.offered).map(programme).collect()
    }

    /// How long trainings take.
    pub fn lengths(&self) -> Lengths {
        let length = |course: &Course| {
            let own = self.classes.iter().filter(|class| class.seat.programme == course.code);
            let packages = own.map(|class| (class.seat.number, (class.begins, class.ends)));
            Length { days: course.days, packages: packages.collect() }
        };
        let lengths = self.courses.iter().map(|course| (course.code.clone(), length(course)));
        Lengths(lengths.collect())
    }

    fn packages(&self, code: &ProgrammeCode) -> Vec<Package> {
        let own = self.classes.iter().filter(|class| class.seat.programme == *code);
        let package = |class: &Class| Package {
            number: class.seat.number,
            seats: class.seats,
            minimum: class.minimum,
        };
        let mut packages: Vec<Package> = own.map(package).collect();
        packages.sort_by_key(|package| package.number);
        packages
    }
}

/// What the set-up pages show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Everything that was set up.
    pub setup: Setup,
    /// How many seats of a package are taken, where any are.
    pub taken: Vec<(Seat, u32)>,
    /// The sheets there are.
    pub sheets: Vec<SheetTitle>,
    /// The newest lines of the log, newest first.
    pub log: Vec<Logged>,
}

/// What an edit is judged by, besides the set-up itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// How many seats of a package are taken.
    pub taken: BTreeMap<Seat, u32>,
    /// Blocks that have a sheet, with the code of its wave.
    pub sheets: Vec<(String, String)>,
}

#[cfg(test)]
mod tests;
