//! The facility as this server keeps it: what every tablet is told, apart from its own name and sheets.

use bilik_shared::allocation::policy::Policy;
use bilik_shared::eligibility::Rule;
use bilik_shared::id::DeviceCode;
use bilik_shared::programme::{
    Brief, Facility, Length, Lengths, Officer, Programme, SheetTitle, Wave, Words,
};
use bilik_shared::registration::consent::HouseWording;
use bilik_shared::setup::{Class, Course, Guard, Intake, LEASE_HOURS, Place, Setup};
use bilik_shared::time::{Timestamp, Zone};
use bilik_shared::training::certificate::Office;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::setup;

/// The facility, its open wave, what it offers and who works there. It follows from what was set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// The facility.
    pub facility: Facility,
    /// The wave that is open.
    pub wave: Wave,
    /// What can be chosen, in the order it is shown.
    pub programmes: Vec<Programme>,
    /// Who may use a tablet.
    pub officers: Vec<Officer>,
    /// Whether people may sign on the screen of a tablet.
    #[serde(default)]
    pub screen_signature: bool,
    /// What the house advises about programmes.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// How long trainings take. Tablets are not told.
    #[serde(default)]
    pub lengths: Lengths,
    /// What it has agreed on about seats. Tablets are not told: they promise none.
    #[serde(default)]
    pub policy: Policy,
    /// The office that trains and signs certificates.
    #[serde(default)]
    pub office: Office,
    /// The words that it released for people to agree to.
    #[serde(default)]
    pub wordings: Vec<HouseWording>,
    /// For how many hours after the last contact a tablet is read.
    #[serde(default = "lease")]
    pub lease_hours: u32,
}

fn lease() -> u32 {
    LEASE_HOURS
}

impl House {
    /// Reads the facility; `None` where none has been set up yet, or no wave was opened.
    pub fn load(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        Ok(Self::of(&setup::load(connection)?))
    }

    /// What follows from a set-up; `None` from one without a facility or an open wave.
    pub fn of(setup: &Setup) -> Option<Self> {
        let (place, intake) = (setup.place.as_ref()?, setup.open_intake()?);
        Some(Self {
            facility: place.facility(),
            wave: intake.wave.clone(),
            programmes: setup.programmes(),
            officers: setup.officers.clone(),
            screen_signature: place.screen_signature,
            rules: setup.rules.clone(),
            lengths: setup.lengths(),
            policy: setup.policy.clone(),
            office: setup.office.clone(),
            wordings: setup.wordings.clone(),
            lease_hours: setup.guard.lease_hours,
        })
    }

    /// Stands for a facility that nobody has set up yet.
    pub fn none(now: Timestamp) -> Self {
        let (zone, name) = (Zone::WIT, Words::default());
        let today = now.date(zone);
        Self {
            facility: Facility { code: String::new(), name: String::new(), zone },
            wave: Wave { code: String::new(), name, opens: today, closes: today },
            programmes: Vec::new(),
            officers: Vec::new(),
            screen_signature: false,
            rules: Vec::new(),
            lengths: Lengths::default(),
            policy: Policy::default(),
            office: Office::default(),
            wordings: Vec::new(),
            lease_hours: LEASE_HOURS,
        }
    }

    /// Writes the facility whole, as if somebody had set it up like that.
    pub fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        setup::save(connection, &self.setup())
    }

    /// The set-up that this facility follows from, as far as it can be told.
    pub(crate) fn setup(&self) -> Setup {
        let House { facility, wave, programmes, officers, rules, policy, office, wordings, .. } =
            self.clone();
        let length = |programme: &Programme| self.lengths.0.get(&programme.code);
        let course = |programme: &Programme| Course {
            code: programme.code.clone(),
            name: programme.name.clone(),
            hours: 0,
            days: length(programme).map_or(0, |length| length.days),
            requirements: String::new(),
            offered: true,
        };
        Setup {
            place: Some(Place {
                code: facility.code,
                name: facility.name,
                city: String::new(),
                zone: facility.zone,
                head: String::new(),
                nip: String::new(),
                screen_signature: self.screen_signature,
            }),
            blocks: Vec::new(),
            intakes: vec![Intake { wave, blocks: Vec::new(), opened: true }],
            courses: programmes.iter().map(course).collect(),
            classes: programmes.iter().flat_map(|one| classes(one, length(one))).collect(),
            rules,
            wordings,
            officers,
            policy,
            office,
            guard: Guard { lease_hours: self.lease_hours, ..Guard::default() },
        }
    }

    /// What a tablet is told.
    pub fn brief(&self, device: DeviceCode, sheets: Vec<SheetTitle>) -> Brief {
        let Self {
            facility, wave, programmes, officers, screen_signature, rules, wordings, ..
        } = self.clone();
        Brief {
            facility,
            wave,
            programmes,
            officers,
            device,
            sheets,
            screen_signature,
            rules,
            wordings,
            hand_in_key: None,
            lease_hours: Some(self.lease_hours),
        }
    }
}

fn classes<'a>(
    programme: &'a Programme,
    length: Option<&'a Length>,
) -> impl Iterator<Item = Class> + 'a {
    let days = move |number| length.and_then(|length| length.packages.get(&number).copied());
    programme.packages.iter().map(move |package| Class {
        seat: bilik_shared::programme::Seat {
            programme: programme.code.clone(),
            number: package.number,
        },
        seats: package.seats,
        minimum: package.minimum,
        place: String::new(),
        instructor: String::new(),
        begins: days(package.number).and_then(|(begins, _)| begins),
        ends: days(package.number).and_then(|(_, ends)| ends),
    })
}
