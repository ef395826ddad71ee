//! Certificates. The stigma of a place of detention is what they must not carry on: nothing on one says where its
//! holder was trained, and who made it checks that before it is numbered.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Predicate;
use crate::id::{BadId, ProgrammeCode};
use crate::programme::Words;
use crate::time::Date;

/// The office that trains and signs, as the agreement of house and partner names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Part of every number: capital letters, digits and `-`.
    pub code: String,
    /// Its name as it stands on certificates.
    pub name: String,
    /// Where it signs.
    pub place: String,
    /// Who signs, by office.
    pub signs: String,
    /// The attendance that passing needs, in percent of the hours.
    pub least_attendance: u32,
}

impl Default for Office {
    /// What an agreement says that says nothing else.
    fn default() -> Self {
        Self {
            code: "DISNAKER".into(),
            name: "Dinas Tenaga Kerja".into(),
            place: String::new(),
            signs: "Kepala Dinas Tenaga Kerja".into(),
            least_attendance: 80,
        }
    }
}

/// The number of a certificate: `0007-51/DISNAKER-AMB/GAR/2026`. The office counts for each programme and year from 1;
/// the two digits after the count are computed from the rest, so that a number that was misread
/// or made up is told from a real one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The count.
    pub sequence: u32,
    /// The office's code.
    pub office: String,
    /// The programme.
    pub programme: ProgrammeCode,
    /// The year of issue.
    pub year: i32,
}

impl Number {
    /// The two digits: as those of a bank account (ISO 7064, modulus 97), over the letters and digits.
    fn check(&self) -> u32 {
        let text = format!("{}{}{}{}00", self.sequence, self.office, self.programme, self.year);
        let values = text.chars().filter_map(|letter| letter.to_digit(36));
        let fold = |rest: u32, value: u32| {
            let width = if value > 9 { 100 } else { 10 };
            (rest * width + value) % 97
        };
        98 - values.fold(0, fold)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sequence, office, programme, year } = self;
        write!(f, "{sequence:04}-{:02}/{office}/{programme}/{year}", self.check())
    }
}

impl FromStr for Number {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = BadId { kind: "certificate number" };
        let parts: Vec<&str> = text.split('/').collect();
        let [count, office, programme, year] = parts[..] else { return Err(bad) };
        let (sequence, _) = count.split_once('-').ok_or(bad)?;
        let number = Self {
            sequence: sequence.parse().map_err(|_| bad)?,
            office: office.to_owned(),
            programme: programme.parse()?,
            year: year.parse().map_err(|_| bad)?,
        };
        if number.to_string() == text { Ok(number) } else { Err(bad) }
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A certificate as it is printed. It is kept as it was given, so that it prints the same for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Its number.
    pub number: Number,
    /// The holder's name, without what else they are called.
    pub name: String,
    /// Where the holder was born; may be empty.
    pub birth_place: String,
    /// When; `None` where only the year is sure.
    pub birth_date: Option<Date>,
    /// What was taught.
    pub programme: Words,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Hours given.
    pub hours: u32,
    /// The score in a word.
    pub predicate: Predicate,
    /// The score.
    pub score: u32,
    /// The office that trained.
    pub office: String,
    /// Where it signs; may be empty.
    pub place: String,
    /// Who signs.
    pub signs: String,
    /// The day of issue.
    pub issued_on: Date,
}

/// Words that only a place of detention is called by, or those who are held there.
const TELLING: [&str; 18] = [
    "rutan",
    "lapas",
    "lpka",
    "lpp",
    "lpas",
    "bapas",
    "penjara",
    "tahanan",
    "narapidana",
    "napi",
    "wbp",
    "binaan",
    "pemasyarakatan",
    "prison",
    "prisoner",
    "detention",
    "detainee",
    "inmate",
];

impl Certificate {
    /// Whether anything printed on it tells of a place of detention, or names this house.
    ///
    /// The holder's own name and birthplace are not looked at: a family may be called as they like.
    pub fn tells_of_detention(&self, house: &str) -> bool {
        let printed = [
            &self.programme.id,
            &self.programme.en,
            &self.office,
            &self.place,
            &self.signs,
            &self.number.office,
        ];
        printed.into_iter().any(|text| tells_of_detention(text, house))
    }
}

/// Whether a text tells of a place of detention, or names this house.
pub fn tells_of_detention(text: &str, house: &str) -> bool {
    let (text, house) = (text.to_lowercase(), house.trim().to_lowercase());
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    (!house.is_empty() && text.contains(&house)) || words.any(|word| TELLING.contains(&word))
}

/// A name without what follows an *alias*: what people are called inside stands on no certificate.
pub fn name_alone(name: &str) -> String {
    let is_alias =
        |word: &&str| !matches!(word.to_lowercase().trim_end_matches('.'), "alias" | "als" | "al");
    name.split_whitespace().take_while(is_alias).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(sequence: u32) -> Number {
        let (office, programme) = ("DISNAKER-AMB".into(), "GAR".parse().unwrap());
        Number { sequence, office, programme, year: 2026 }
    }

    #[test]
    fn a_number_is_read_back_and_a_wrong_digit_is_seen() {
        let text = number(7).to_string();
        assert!(text.starts_with("0007-") && text.ends_with("/DISNAKER-AMB/GAR/2026"), "{text}");
        assert_eq!(text.parse(), Ok(number(7)));
        assert_eq!(number(12_345).to_string().parse(), Ok(number(12_345)));
        for (place, letter) in text.char_indices().filter(|(_, letter)| letter.is_ascii_digit()) {
            let other = if letter == '9' { "0".to_owned() } else { "9".to_owned() };
            let mut wrong = text.clone();
            wrong.replace_range(place..=place, &other);
            assert!(wrong.parse::<Number>().is_err(), "{wrong}");
        }
        for bad in ["", "7", "0007-00/A/GAR/2026", "7-51/DISNAKER-AMB/GAR/2026", "a/b/c/d/e"] {
            assert!(bad.parse::<Number>().is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_on_a_certificate_tells_of_detention() {
        let day = Date::new(2026, 3, 1).unwrap();
        let plain = Certificate {
            number: number(1),
            name: "Yanto".into(),
            birth_place: "Saparua".into(),
            birth_date: None,
            programme: Words { id: "Garmen (Menjahit)".into(), en: "Sewing".into() },
            from: day,
            until: day,
            hours: 160,
            predicate: Predicate::Good,
            score: 80,
            office: "Dinas Tenaga Kerja Kota Ambon".into(),
            place: "Ambon".into(),
            signs: "Kepala Dinas Tenaga Kerja".into(),
            issued_on: day,
        };
        let house = "Rutan Kelas IIA Ambon";
        assert!(!plain.tells_of_detention(house));
        let with = |change: &dyn Fn(&mut Certificate)| {
            let mut changed = plain.clone();
            change(&mut changed);
            changed.tells_of_detention(house)
        };
        assert!(with(&|one| one.programme.id = "Menjahit untuk warga binaan".into()));
        assert!(with(&|one| one.programme.en = "Sewing (prison)".into()));
        assert!(with(&|one| one.office = "Disnaker di RUTAN".into()));
        assert!(with(&|one| one.number.office = "DISNAKER-LAPAS".into()));
        assert!(!with(&|one| one.programme.id = "Perutangan".into()), "a word, not its letters");
        assert_eq!(name_alone("La Ode Hasan alias Acang"), "La Ode Hasan");
    }
}
