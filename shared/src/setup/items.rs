//! The properties of everything that is set up, as its log names them.

use super::log::{Item, Kind};
use super::{Block, Class, Course, Guard, Intake, Place};
use crate::allocation::policy::{Policy, Priority};
use crate::eligibility::Rule;
use crate::registration::consent::HouseWording;
use crate::time::Date;
use crate::training::certificate::Office;

fn yes(is: bool) -> String {
    if is { "YA" } else { "TIDAK" }.to_owned()
}

fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

impl Item for Place {
    const KIND: Kind = Kind::Facility;

    fn name(&self) -> String {
        self.code.clone()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("code", self.code.clone()),
            ("name", self.name.clone()),
            ("city", self.city.clone()),
            ("zone", self.zone.to_string()),
            ("head", self.head.clone()),
            ("nip", self.nip.clone()),
            ("screen_signature", yes(self.screen_signature)),
        ]
    }
}

impl Item for Block {
    const KIND: Kind = Kind::Block;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![("name", self.name.clone()), ("cells", self.cells.join(", "))]
    }
}

impl Item for Intake {
    const KIND: Kind = Kind::Wave;

    fn name(&self) -> String {
        self.wave.code.clone()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("code", self.wave.code.clone()),
            ("name_id", self.wave.name.id.clone()),
            ("name_en", self.wave.name.en.clone()),
            ("from", self.wave.opens.to_string()),
            ("until", self.wave.closes.to_string()),
            ("blocks", self.blocks.join(", ")),
            ("opened", yes(self.opened)),
        ]
    }
}

impl Item for Course {
    const KIND: Kind = Kind::Programme;

    fn name(&self) -> String {
        self.code.to_string()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("code", self.code.to_string()),
            ("name_id", self.name.id.clone()),
            ("name_en", self.name.en.clone()),
            ("hours", self.hours.to_string()),
            ("days", self.days.to_string()),
            ("requirements", self.requirements.clone()),
            ("offered", yes(self.offered)),
        ]
    }
}

impl Item for Class {
    const KIND: Kind = Kind::Package;

    fn name(&self) -> String {
        self.seat.to_string()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("seats", self.seats.to_string()),
            ("minimum", self.minimum.to_string()),
            ("place", self.place.clone()),
            ("instructor", self.instructor.clone()),
            ("from", day(self.begins)),
            ("until", day(self.ends)),
        ]
    }
}

impl Item for HouseWording {
    const KIND: Kind = Kind::Statement;

    fn name(&self) -> String {
        self.version.to_string()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![("text_id", self.id.clone()), ("text_en", self.en.clone())]
    }
}

impl Item for Rule {
    const KIND: Kind = Kind::Rule;

    fn name(&self) -> String {
        self.id.clone()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let programmes: Vec<&str> = self.programmes.iter().map(|code| code.as_str()).collect();
        vec![
            ("version", self.version.to_string()),
            ("test", self.test.clone().into()),
            ("programmes", programmes.join(", ")),
            ("from", self.from.to_string()),
            ("until", day(self.until)),
            ("source", self.source.clone()),
        ]
    }
}

impl Item for Policy {
    const KIND: Kind = Kind::Policy;

    fn name(&self) -> String {
        String::new()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let weight =
            |one: &Priority| format!("{}: {}", String::from(one.ground.clone()), one.weight);
        let weights: Vec<String> = self.priorities.iter().map(weight).collect();
        vec![
            ("version", self.version.to_string()),
            ("weights", weights.join("; ")),
            ("binding", self.binding.join(", ")),
            ("source", self.source.clone()),
        ]
    }
}

impl Item for Office {
    const KIND: Kind = Kind::Office;

    fn name(&self) -> String {
        String::new()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("code", self.code.clone()),
            ("name", self.name.clone()),
            ("place", self.place.clone()),
            ("signs", self.signs.clone()),
            ("attendance", self.least_attendance.to_string()),
        ]
    }
}

impl Item for Guard {
    const KIND: Kind = Kind::Guard;

    fn name(&self) -> String {
        String::new()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let roles: Vec<&str> = self.second_factor.iter().map(|role| role.code()).collect();
        vec![("second_factor", roles.join(", ")), ("lease_hours", self.lease_hours.to_string())]
    }
}
