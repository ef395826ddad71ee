//! The NIK, the number on an Indonesian identity card.
//!
//! Sixteen digits: six for the district of first issue, six for the day of birth (`DDMMYY`, with 40
//! added to the day for women), four for a serial. It has no check digit. It is permanent: when a
//! birth date is corrected later the NIK stays, so a difference is a warning and never an error,
//! and nobody needs one to be registered.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::person::Sex;
use crate::time::Date;

/// A NIK whose digits can be one. Its own text shows in no debug output and so in no log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Nik {
    digits: String,
    birth_date: Option<Date>,
}

/// Why a text cannot be a NIK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NikError {
    /// A letter or another mark stands between the digits, as in `8,17102E+15` from a spreadsheet.
    NotDigits,
    /// It has this many digits instead of 16.
    Length(usize),
    /// Nothing but zeros: someone filled the field to get on.
    Placeholder,
    /// Another digit all the way, for the same reason.
    Repeated,
    /// The six digits in the middle are no date.
    Date,
    /// The serial is 0000; the first one given out is 0001.
    Serial,
}

impl NikError {
    /// A stable code for the text files.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotDigits => "nik_digits",
            Self::Length(_) => "nik_length",
            Self::Placeholder => "nik_placeholder",
            Self::Repeated => "nik_repeated",
            Self::Date => "nik_date",
            Self::Serial => "nik_serial",
        }
    }
}

impl fmt::Display for NikError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDigits => f.write_str("a NIK has digits only"),
            Self::Length(n) => write!(f, "a NIK has 16 digits, not {n}"),
            Self::Placeholder => f.write_str("a NIK is not all zeros"),
            Self::Repeated => f.write_str("a NIK is not one digit repeated"),
            Self::Date => f.write_str("the date inside the NIK does not exist"),
            Self::Serial => f.write_str("the serial of a NIK is never 0000"),
        }
    }
}

impl std::error::Error for NikError {}

/// What is worth a second look at a NIK. It is saved all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NikWarning {
    /// The date inside differs from the day of birth.
    BirthDate,
    /// The day inside says the other sex.
    Sex,
    /// No province or city begins like this today; new ones are founded now and then.
    Region,
}

impl NikWarning {
    /// A stable code for the text files.
    pub fn code(self) -> &'static str {
        match self {
            Self::BirthDate => "nik_birth_date",
            Self::Sex => "nik_sex",
            Self::Region => "nik_region",
        }
    }
}

impl Nik {
    /// Reads a NIK; blanks, dots and dashes between the digits are allowed.
    ///
    /// The century of the birth date is not written in it: it is the one that makes the person
    /// 12 to 100 years old on the day `today`.
    pub fn parse(text: &str, today: Date) -> Result<Self, NikError> {
        let separator = |c: &char| c.is_whitespace() || matches!(c, '.' | '-');
        let digits: String = text.chars().filter(|c| !separator(c)).collect();
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NikError::NotDigits);
        }
        if digits.len() != 16 {
            return Err(NikError::Length(digits.len()));
        }
        if digits.chars().all(|c| digits.starts_with(c)) {
            let zeros = digits.starts_with('0');
            return Err(if zeros { NikError::Placeholder } else { NikError::Repeated });
        }
        let mut nik = Self { digits, birth_date: None };
        let (day, month, year) = nik.day_month_year();
        let in_century = |century: i32| Date::new(century + i32::from(year), month, day);
        let dates: Vec<Date> = [2000, 1900].into_iter().filter_map(in_century).collect();
        if dates.is_empty() {
            return Err(NikError::Date);
        }
        if nik.digits.ends_with("0000") {
            return Err(NikError::Serial);
        }
        let likely = |born: &Date| (12..=100).contains(&born.age_on(today));
        nik.birth_date = dates.into_iter().find(likely);
        Ok(nik)
    }

    /// The sixteen digits. For storing and for a screen whose reader may see them, not for logs.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The sex that the day tells.
    pub fn sex(&self) -> Sex {
        if self.two(6) > 40 { Sex::Female } else { Sex::Male }
    }

    /// The day of birth inside; `None` where both centuries give an unlikely age.
    pub fn birth_date(&self) -> Option<Date> {
        self.birth_date
    }

    /// What differs from the fields of the form, and whether the region is known.
    ///
    /// Only the digits are compared, so the century plays no part.
    pub fn warnings(&self, birth: Option<Date>, sex: Option<Sex>) -> Vec<NikWarning> {
        let mut warnings = Vec::new();
        let differs = |date: Date| {
            let year = (date.year() % 100) as u8;
            self.day_month_year() != (date.day(), date.month(), year)
        };
        if birth.is_some_and(differs) {
            warnings.push(NikWarning::BirthDate);
        }
        if sex.is_some_and(|sex| sex != self.sex()) {
            warnings.push(NikWarning::Sex);
        }
        if !self.region_is_known() {
            warnings.push(NikWarning::Region);
        }
        warnings
    }

    /// The form for lists: the first and the last four digits.
    pub fn masked(&self) -> String {
        format!("{}••••••••{}", &self.digits[..4], &self.digits[12..])
    }

    fn day_month_year(&self) -> (u8, u8, u8) {
        let day = self.two(6);
        let day = if day > 40 { day - 40 } else { day };
        (day, self.two(8), self.two(10))
    }

    fn two(&self, at: usize) -> u8 {
        let digit = |at: usize| self.digits.as_bytes()[at] - b'0';
        digit(at) * 10 + digit(at + 1)
    }

    /// The province is one of the 38 of the home ministry's list, with a regency (01–69) or a
    /// city (71–99), and a district of it.
    fn region_is_known(&self) -> bool {
        const PROVINCES: [std::ops::RangeInclusive<u8>; 7] =
            [11..=19, 21..=21, 31..=36, 51..=53, 61..=65, 71..=76, 81..=82];
        let province = self.two(0);
        let known = PROVINCES.iter().any(|range| range.contains(&province))
            || (91..=96).contains(&province);
        known && !matches!(self.two(2), 0 | 70) && self.two(4) > 0
    }
}

/// What two identity numbers are compared by: the sixteen digits, however they were separated.
/// `None` for what many people share: nothing, too few digits, one digit repeated.
pub fn comparable(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let placeholder = digits.chars().all(|c| digits.starts_with(c));
    if digits.len() == 16 && !placeholder { digits.parse().ok() } else { None }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nik(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u8, day: u8) -> Option<Date> {
        Date::new(year, month, day)
    }

    fn parse(text: &str) -> Result<Nik, NikError> {
        Nik::parse(text, Date::new(2025, 10, 2).unwrap())
    }

    #[test]
    fn day_and_sex_are_read_from_the_digits() {
        for (text, sex, born) in [
            ("8171020510909001", Sex::Male, date(1990, 10, 5)),
            ("8171024510909001", Sex::Female, date(1990, 10, 5)),
            ("81.71.02.290200.9001", Sex::Male, date(2000, 2, 29)),
            ("8171 02 7112-98 9004", Sex::Female, date(1998, 12, 31)),
            ("8171020510239001", Sex::Male, None), // an infant, or more than 100 years old
            ("8171020101269001", Sex::Male, date(1926, 1, 1)),
        ] {
            let nik = parse(text).unwrap();
            assert_eq!((nik.sex(), nik.birth_date()), (sex, born), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_nik_is_refused_with_the_reason() {
        for (text, error) in [
            ("", NikError::Length(0)),
            ("00000", NikError::Length(5)),
            ("81.71.02.310290.9001", NikError::Date),
            ("8171023210909001", NikError::Date),
            ("8171024010909001", NikError::Date),
            ("8171027210909001", NikError::Date),
            ("8171020513909001", NikError::Date),
            ("8171020010909001", NikError::Date),
            ("8171022902019001", NikError::Date),
            ("0000000000000000", NikError::Placeholder),
            ("1111111111111111", NikError::Repeated),
            ("8171020510900000", NikError::Serial),
            ("81710205109090011", NikError::Length(17)),
            ("8,17102E+15", NikError::NotDigits),
            ("٨171020510909001", NikError::NotDigits),
        ] {
            assert_eq!(parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_difference_is_a_warning() {
        use NikWarning::{BirthDate, Region, Sex as OtherSex};
        let warnings = |text: &str, born, sex| parse(text).unwrap().warnings(born, sex);
        let born = date(1990, 10, 5);
        assert_eq!(warnings("8171020510909001", born, Some(Sex::Male)), []);
        assert_eq!(warnings("8171020510909001", None, None), []);
        assert_eq!(warnings("8171020510909001", date(1990, 5, 10), Some(Sex::Male)), [BirthDate]);
        assert_eq!(warnings("8171020510909001", born, Some(Sex::Female)), [OtherSex]);
        assert_eq!(warnings("3171020510909001", born, None), [], "another province is normal");
        for odd in ["9971020510909001", "4171020510909001", "8100020510909001", "8171000510909001"]
        {
            assert_eq!(warnings(odd, born, None), [Region], "{odd}");
        }
    }

    #[test]
    fn lists_and_logs_do_not_show_the_number() {
        let nik = parse("8171020510909001").unwrap();
        assert_eq!(nik.masked(), "8171••••••••9001");
        assert_eq!(format!("{nik:?}"), "Nik(…)");
        assert_eq!(nik.as_str(), "8171020510909001");
    }
}
