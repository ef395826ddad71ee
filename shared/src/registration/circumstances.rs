//! What helps to plan the training, and is never a reason to refuse anybody: skills, documents, needs.

use serde::{Deserialize, Serialize};

use super::codes;
use crate::person::squeeze;

codes! {
    /// What a person can do already.
    Skill {
        /// Sewing.
        Sewing = "MENJAHIT",
        /// Cooking.
        Cooking = "MEMASAK",
        /// Carpentry.
        Carpentry = "KAYU",
        /// Welding.
        Welding = "LAS",
        /// Mending engines.
        Engines = "MESIN",
        /// Electrical work.
        Electricity = "LISTRIK",
        /// Building.
        Building = "BANGUNAN",
        /// Farming.
        Farming = "PERTANIAN",
        /// Fishing.
        Fishing = "PERIKANAN",
        /// Cutting hair.
        Hair = "PANGKAS",
        /// Working with a computer.
        Computer = "KOMPUTER",
        /// Driving.
        Driving = "MENGEMUDI",
    }
}

codes! {
    /// Whether a document is at hand. Only that is recorded, never the document.
    Paper {
        /// It is at hand.
        Present = "ADA",
        /// There is none.
        Absent = "TIDAK_ADA",
        /// It will be brought later.
        Later = "MENYUSUL",
    }
}

/// Reads skills; every code stays, so that an older app takes nothing from a newer one.
pub fn parse_skills(value: &str) -> Vec<String> {
    value.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

/// Whether the training must allow for something, such as reading aids. Never a diagnosis. One value in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// There is something.
    pub any: bool,
    /// What, in the person's words; may be empty.
    pub what: String,
}

impl Needs {
    /// The text in the sheet: `TIDAK`, `YA` or `YA|what`.
    pub fn to_value(&self) -> String {
        match (self.any, squeeze(&self.what)) {
            (false, _) => "TIDAK".to_owned(),
            (true, what) if what.is_empty() => "YA".to_owned(),
            (true, what) => format!("YA|{what}"),
        }
    }

    /// Reads the text of a sheet.
    pub fn parse(value: &str) -> Option<Self> {
        let (any, what) = value.split_once('|').unwrap_or((value, ""));
        match any {
            "YA" => Some(Self { any: true, what: what.to_owned() }),
            "TIDAK" => Some(Self { any: false, what: String::new() }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_one_value() {
        for (value, any, what) in
            [("TIDAK", false, ""), ("YA", true, ""), ("YA|kaca|mata", true, "kaca|mata")]
        {
            let needs = Needs { any, what: what.into() };
            assert_eq!(Needs::parse(value), Some(needs.clone()));
            assert_eq!(needs.to_value(), value);
        }
        assert_eq!(Needs::parse("MUNGKIN"), None);
    }
}
