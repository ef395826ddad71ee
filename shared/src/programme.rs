//! What is taught, and what a tablet must know to work alone: the brief.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::eligibility::Rule;
use crate::id::{BadId, DeviceCode, OfficerId, ProgrammeCode, SheetId};
use crate::registration::consent::HouseWording;
use crate::time::{Date, Timestamp, Zone};

mod length;

pub use length::{Length, Lengths};

/// A text in both languages of the product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

/// A programme with the seats of all its packages in one wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Its code, as ranked choices store it.
    pub code: ProgrammeCode,
    /// Its name.
    pub name: Words,
    /// Its classes. A class has 16 seats unless set otherwise.
    pub packages: Vec<Package>,
}

impl Programme {
    /// Seats of all packages together.
    pub fn seats(&self) -> u32 {
        self.packages.iter().map(|package| package.seats).sum()
    }
}

/// One class of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its number inside the programme, from 1.
    pub number: u32,
    /// How many people it takes.
    pub seats: u32,
    /// With fewer people than this it is postponed.
    pub minimum: u32,
}

/// The place that a decision gives: to a participant a seat in a package, to somebody on the reserve list a
/// turn on the list of a programme. Sheets hold it as one text, `GAR/1`. Do not change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seat {
    /// The programme.
    pub programme: ProgrammeCode,
    /// The number of the package, or the turn on the reserve list; both count from 1.
    pub number: u32,
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.programme, self.number)
    }
}

impl FromStr for Seat {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = BadId { kind: "seat" };
        let (programme, number) = text.split_once('/').ok_or(bad)?;
        Ok(Self { programme: programme.parse()?, number: number.parse().map_err(|_| bad)? })
    }
}

/// One intake of registrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wave {
    /// For example `2025.2`; part of every registration number.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// First day of registration.
    pub opens: Date,
    /// Last day of registration. Later ones are accepted and flagged, never refused.
    pub closes: Date,
}

/// One detention house or prison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facility {
    /// Short code, part of every registration number, for example `AMB`.
    pub code: String,
    /// Its name as it stands on documents.
    pub name: String,
    /// The zone its clocks show.
    pub zone: Zone,
}

/// Someone who may work with this tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The id that changes carry.
    pub id: OfficerId,
    /// The name that screens show.
    pub name: String,
}

/// A sheet as the list of sheets names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetTitle {
    /// Which sheet.
    pub id: SheetId,
    /// Its block, for example `B`.
    pub block: String,
}

/// Everything a tablet needs besides its sheets. The server sends it whole when it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// The house.
    pub facility: Facility,
    /// The wave that is open.
    pub wave: Wave,
    /// What can be chosen, in the order it is shown.
    pub programmes: Vec<Programme>,
    /// Who may use the tablet.
    pub officers: Vec<Officer>,
    /// What this tablet is called.
    pub device: DeviceCode,
    /// The sheets this tablet is given, in the order they are shown.
    pub sheets: Vec<SheetTitle>,
    /// People in this house may sign on the screen; otherwise no detained person touches a tablet.
    #[serde(default)]
    pub screen_signature: bool,
    /// What the house advises about programmes. Versions before the first rule send and know none.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// The words that the house released for people to agree to; none where those of the product hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wordings: Vec<HouseWording>,
    /// The public key for which a tablet seals the key of its memory, so that the server can take in what nobody
    /// at the tablet can open; see [`crate::sealed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_in_key: Option<serde_bytes::ByteBuf>,
    /// For how many hours after the last contact the tablet is read; versions before leases tell none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_hours: Option<u32>,
}

impl Brief {
    /// The programme with this code.
    pub fn programme(&self, code: &ProgrammeCode) -> Option<&Programme> {
        self.programmes.iter().find(|programme| &programme.code == code)
    }

    /// The name of an officer, or the id where the officer is not on the list.
    pub fn officer_name(&self, id: &OfficerId) -> String {
        let known = self.officers.iter().find(|officer| &officer.id == id);
        known.map_or_else(|| id.to_string(), |officer| officer.name.clone())
    }
}

/// First choices per programme as the server counted them. A promise to nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// When the server counted.
    pub as_of: Timestamp,
    /// How many registered people chose the programme first.
    pub first_choices: Vec<(ProgrammeCode, u32)>,
}

impl Demand {
    /// First choices of one programme.
    pub fn of(&self, code: &ProgrammeCode) -> u32 {
        self.first_choices.iter().find(|(c, _)| c == code).map_or(0, |(_, n)| *n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor;
    use crate::eligibility::Test;

    /// The brief as the version before rules had it.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Before {
        facility: Facility,
        wave: Wave,
        programmes: Vec<Programme>,
        officers: Vec<Officer>,
        device: DeviceCode,
        sheets: Vec<SheetTitle>,
    }

    fn before() -> Before {
        let day = Date::new(2025, 10, 1).unwrap();
        Before {
            facility: Facility { code: "AMB".into(), name: "Rutan".into(), zone: Zone::WIT },
            wave: Wave { code: "2025.2".into(), name: Words::default(), opens: day, closes: day },
            programmes: Vec::new(),
            officers: Vec::new(),
            device: "T01".parse().unwrap(),
            sheets: Vec::new(),
        }
    }

    #[test]
    fn a_seat_is_read_back_as_it_was_written() {
        let seat = Seat { programme: "GAR".parse().unwrap(), number: 12 };
        assert_eq!(seat.to_string(), "GAR/12");
        assert_eq!("GAR/12".parse(), Ok(seat));
        for bad in ["", "GAR", "GAR/", "GAR/x", "/1", "GAR/-1"] {
            assert!(bad.parse::<Seat>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_server_and_a_tablet_of_the_version_before_know_no_rules_and_go_on() {
        let mut brief: Brief = cbor::read(&cbor::write(&before())).unwrap();
        assert_eq!(brief.rules, []);
        brief.rules.push(Rule {
            id: "usia_minimal".into(),
            version: 1,
            from: brief.wave.opens,
            until: None,
            source: "contoh".into(),
            programmes: Vec::new(),
            test: Test::AgeAtLeast(18),
        });
        let sent = cbor::write(&brief);
        assert_eq!(cbor::read::<Brief>(&sent), Some(brief));
        assert_eq!(cbor::read::<Before>(&sent), Some(before()));
    }
}
