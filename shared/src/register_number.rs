//! The register number: class, running number and year of an entry in the house's registers.
//!
//! Its classes are those of the register books: A.I to A.V for detainees (held for the police, the
//! prosecutor, the district court, the high court, the Supreme Court) and B.I, B.IIa, B.IIb, B.III
//! for convicted people by the length of their term. It is not an identity: a person gets a new
//! one whenever the case moves on. Registers in use write one number in many ways, so what was
//! typed is kept, and what is compared is the [`RegisterNumber`] read from it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which register book a person stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Detained for the police.
    AI,
    /// Detained for the prosecutor.
    AII,
    /// Detained for the district court.
    AIII,
    /// Detained for the high court.
    AIV,
    /// Detained for the Supreme Court.
    AV,
    /// Convicted to more than a year.
    BI,
    /// Convicted to more than three months, up to a year.
    BIIA,
    /// Convicted to three months at most.
    BIIB,
    /// Light detention, also in place of a fine.
    BIII,
}

impl Class {
    const ALL: [Self; 9] = [
        Self::AI,
        Self::AII,
        Self::AIII,
        Self::AIV,
        Self::AV,
        Self::BI,
        Self::BIIA,
        Self::BIIB,
        Self::BIII,
    ];

    /// The classes that letters typed so far stand for: `BI` is one, `BII` may become two, and no
    /// letters leave it open. `None` if there is no such class.
    pub fn begins(letters: &str) -> Option<Vec<Self>> {
        let letters = letters.to_ascii_uppercase();
        let fits = |class: &Self| {
            let name = class.to_string();
            name == letters || (letters == "BII" && name.len() == 4 && name != "BIII")
        };
        let classes: Vec<Self> = Self::ALL.into_iter().filter(fits).collect();
        (letters.is_empty() || !classes.is_empty()).then_some(classes)
    }

    /// True for the registers of detainees, false for those of convicted people.
    pub fn is_detainee(self) -> bool {
        matches!(self, Self::AI | Self::AII | Self::AIII | Self::AIV | Self::AV)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AI => "AI",
            Self::AII => "AII",
            Self::AIII => "AIII",
            Self::AIV => "AIV",
            Self::AV => "AV",
            Self::BI => "BI",
            Self::BIIA => "BIIA",
            Self::BIIB => "BIIB",
            Self::BIII => "BIII",
        })
    }
}

/// A register number as it is compared.
///
/// Tags between class and number (`BI.N` marks a narcotics case) and a letter behind the number
/// are read over: they are local habits, and the tag tells the offence, which is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegisterNumber {
    /// The register.
    pub class: Class,
    /// The running number, from 1 to 99,999.
    pub number: u32,
    /// The year with all four digits.
    pub year: u16,
}

/// The text is not a register number. That is a warning to show, never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotARegisterNumber;

impl fmt::Display for NotARegisterNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a register number such as BI 123/2025")
    }
}

impl std::error::Error for NotARegisterNumber {}

impl RegisterNumber {
    /// What makes two numbers of one house the same: `BI|283|2025`.
    pub fn key(&self) -> String {
        format!("{}|{}|{}", self.class, self.number, self.year)
    }
}

impl fmt::Display for RegisterNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.class, self.number, self.year)
    }
}

impl FromStr for RegisterNumber {
    type Err = NotARegisterNumber;

    fn from_str(text: &str) -> Result<Self, NotARegisterNumber> {
        let upper = text.trim().to_ascii_uppercase();
        Reader { rest: &upper }.register_number().ok_or(NotARegisterNumber)
    }
}

/// What is still to be read. Every step takes what it knows from the front.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn register_number(mut self) -> Option<RegisterNumber> {
        let book = self.one_of(&["A", "B"])?;
        self.separators();
        // Longer numerals first: `III` begins with `I`.
        let part = self.one_of(&["III", "II", "IV", "I", "V"])?;
        self.separators();
        let half = self.half();
        let class = match (book, part, half) {
            ("A", "I", None) => Class::AI,
            ("A", "II", None) => Class::AII,
            ("A", "III", None) => Class::AIII,
            ("A", "IV", None) => Class::AIV,
            ("A", "V", None) => Class::AV,
            ("B", "I", None) => Class::BI,
            ("B", "II", Some("A")) => Class::BIIA,
            ("B", "II", Some("B")) => Class::BIIB,
            ("B", "III", None) => Class::BIII,
            _ => return None,
        };
        self.separators();
        self.tag()?;
        let number = self.digits(1..=5)?;
        self.blanks();
        if self.rest.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.rest = &self.rest[1..];
            self.blanks();
        }
        self.one_of(&["/"])?;
        self.blanks();
        let year = self.year()?;
        self.blanks();
        let ends = self.rest.is_empty() || self.rest.starts_with('/');
        (number > 0 && ends).then_some(RegisterNumber { class, number, year })
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> Option<&'t str> {
        let found = texts.iter().find(|text| self.rest.starts_with(**text))?;
        self.rest = &self.rest[found.len()..];
        Some(found)
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn separators(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || ".-".contains(c));
    }

    /// The `a` or `b` of B.IIa and B.IIb: a single letter, with the number or a tag behind it.
    /// In `BI A 12/25` it is a half that class does not have; in `BI AB 12/25` it is a tag.
    fn half(&mut self) -> Option<&'static str> {
        let behind = self.rest.get(1..)?;
        let alone = !behind.starts_with(|c: char| c.is_alphanumeric())
            || behind.starts_with(|c: char| c.is_ascii_digit());
        if alone { self.one_of(&["A", "B"]) } else { None }
    }

    /// Up to three letters before the number; more are another word, so `None`. A tag of `I` and
    /// `V` alone would be a numeral that no class has, as in `AVI`.
    fn tag(&mut self) -> Option<()> {
        let letters = self.rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let (tag, rest) = self.rest.split_at(letters);
        let numeral = !tag.is_empty() && tag.chars().all(|c| "IV".contains(c));
        if letters > 3 || numeral {
            return None;
        }
        self.rest = rest;
        self.separators();
        Some(())
    }

    fn digits(&mut self, allowed: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if !allowed.contains(&count) {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits.parse().ok()
    }

    /// Four digits, or two: below 50 they are of this century.
    fn year(&mut self) -> Option<u16> {
        let before = self.rest.len();
        let year = u16::try_from(self.digits(2..=4)?).ok()?;
        match before - self.rest.len() {
            2 if year < 50 => Some(2000 + year),
            2 => Some(1900 + year),
            4 => Some(year),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_one_number_are_one_number() {
        for text in [
            "B I 283 / 26",
            "BI 283 /26",
            "BI283/26",
            "BI  283 / 26",
            "BI.283/26",
            "BI. 283 / 26",
            "B.I-0283/2026",
            "b.i 283/26",
            "BI.N 283/26",
            "BI 283 A/26",
            "BI.283/2026/RTN",
        ] {
            let number: RegisterNumber = text.parse().unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(number.to_string(), "BI 283/2026", "{text}");
            assert_eq!(number.key(), "BI|283|2026");
        }
    }

    #[test]
    fn every_class_is_read() {
        for (text, shown) in [
            ("A.I 12/25", "AI 12/2025"),
            ("AII-7/2025", "AII 7/2025"),
            ("A III 104/25", "AIII 104/2025"),
            ("A.IV.9/25", "AIV 9/2025"),
            ("AV 3 / 25", "AV 3/2025"),
            ("BI 201 /26", "BI 201/2026"),
            ("BI201/26", "BI 201/2026"),
            ("BI  202 / 26", "BI 202/2026"),
            ("BI.305/26", "BI 305/2026"),
            ("BI. 305 / 26", "BI 305/2026"),
            ("B.IIa 44/25", "BIIA 44/2025"),
            ("BIIa44/25", "BIIA 44/2025"),
            ("B.II.b-4/25", "BIIB 4/2025"),
            ("B II a N 5/25", "BIIA 5/2025"),
            ("B.III 8/99", "BIII 8/1999"),
        ] {
            let read = text.parse::<RegisterNumber>().map(|n| n.to_string()).unwrap_or_default();
            assert_eq!(read, shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_register_number_is_not_guessed() {
        for text in [
            "",
            "Cilacap",
            "B",
            "BI",
            "BI/25",
            "BI 283",
            "BI 0/25",
            "BI 123456/25",
            "BI 283/5",
            "BI 283/025",
            "BI 283/20255",
            "BII 283/25",
            "BIIC 283/25",
            "BIV 1/25",
            "AVI 1/25",
            "AIa 3/25",
            "CI 3/25",
            "BI NARK 3/25",
            "BI 3/25 x",
            "BI ٣/25",
            "é",
        ] {
            assert_eq!(text.parse::<RegisterNumber>(), Err(NotARegisterNumber), "{text:?}");
        }
    }

    #[test]
    fn a_register_says_whether_its_people_are_convicted() {
        assert!(Class::AIII.is_detainee());
        assert!(!Class::BIII.is_detainee());
    }
}
