//! Who a person is: identity as an officer reads it from a list or hears it in a corridor.
//!
//! Everything is kept as typed; what is needed for comparison is computed from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::registration::codes;
use crate::time::Date;

/// The fields of one part of an entry as the sheet stores them: a key and one whole text each.
pub type Fields = BTreeMap<String, String>;

codes! {
    /// Why a person is held. Training is open to all of them.
    LegalStatus {
        /// Not yet convicted.
        Detainee = "TAHANAN",
        /// Convicted by a final judgment.
        Convicted = "NARAPIDANA",
        /// Held on behalf of another agency.
        HeldForOther = "TITIPAN",
        /// Not known at the tablet.
        Unknown = "TIDAK_DIKETAHUI",
    }
}

codes! {
    /// Sex as the prison register writes it.
    Sex {
        /// Laki-laki.
        Male = "L",
        /// Perempuan.
        Female = "P",
    }
}

codes! {
    /// Citizenship. Foreigners have no national identity number.
    Citizenship {
        /// Indonesian.
        Indonesian = "WNI",
        /// Of another country.
        Foreign = "WNA",
    }
}

/// One person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The whole name in one field; one word is enough.
    pub name: String,
    /// Other names, separated by `;`.
    pub aliases: String,
    /// The register number as typed.
    pub register_number: String,
    /// Why the person is held.
    pub legal_status: Option<LegalStatus>,
    /// The cell inside the sheet's block, as typed.
    pub cell: String,
    /// The day of birth.
    pub birth_date: Option<Date>,
    /// The place of birth.
    pub birth_place: String,
    /// Only the year of birth is sure; day and month are a guess.
    pub birth_approximate: bool,
    /// Sex.
    pub sex: Option<Sex>,
    /// Citizenship.
    pub citizenship: Option<Citizenship>,
}

/// Day and month that stand in a date of which only the year is known: the middle of the year, as clerks
/// write it, so that the age is wrong by half a year at most.
const MIDDLE: (&str, &str) = ("1", "7");

/// A day of birth as it is typed into three fields, if it can be read. Where it is `approximate`, day and
/// month may be left empty.
pub fn birth_typed([day, month, year]: [&str; 3], approximate: bool) -> Option<Date> {
    let or = |typed: &str, middle: &str| match typed.trim() {
        "" if approximate => middle.to_owned(),
        typed => typed.to_owned(),
    };
    let (day, month) = (or(day, MIDDLE.0), or(month, MIDDLE.1));
    format!("{day}/{month}/{}", year.trim()).parse().ok()
}

impl Person {
    /// The person as the sheet stores it: empty answers are absent.
    pub fn to_fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut put = |key: &str, value: String| {
            if !value.is_empty() {
                fields.insert(key.to_owned(), value);
            }
        };
        put("name", squeeze(&self.name));
        put("aliases", squeeze(&self.aliases));
        put("register_number", squeeze(&self.register_number));
        put("legal_status", self.legal_status.map(|s| s.code().to_owned()).unwrap_or_default());
        put("cell", squeeze(&self.cell));
        put("birth_place", squeeze(&self.birth_place));
        put("birth_date", self.birth_date.map(|d| d.iso()).unwrap_or_default());
        put("birth_approximate", if self.birth_approximate { "ya".into() } else { String::new() });
        put("sex", self.sex.map(|s| s.code().to_owned()).unwrap_or_default());
        put("citizenship", self.citizenship.map(|c| c.code().to_owned()).unwrap_or_default());
        fields
    }

    /// Reads a person; what cannot be understood is left empty here and stays in the sheet.
    pub fn from_fields(fields: &Fields) -> Self {
        let get = |key: &str| fields.get(key).cloned().unwrap_or_default();
        Self {
            name: get("name"),
            aliases: get("aliases"),
            register_number: get("register_number"),
            legal_status: LegalStatus::parse(&get("legal_status")),
            cell: get("cell"),
            birth_place: get("birth_place"),
            birth_date: get("birth_date").parse().ok(),
            birth_approximate: get("birth_approximate") == "ya",
            sex: Sex::parse(&get("sex")),
            citizenship: Citizenship::parse(&get("citizenship")),
        }
    }
}

/// Trims a text, joins runs of blanks, straightens curly apostrophes, and drops what cannot be seen:
/// control characters, and marks that turn the direction of the text around them on a screen or in
/// print. The joiner that some emoji are made with stays.
pub fn squeeze(text: &str) -> String {
    let straight = text.replace(['\u{2018}', '\u{2019}', '\u{02bc}'], "'");
    let words = straight.split_whitespace().map(|word| word.replace(is_unseen, ""));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_unseen(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{200b}' | '\u{feff}' | '\u{fffe}')
}

/// The lower case of the letters that names here are written in. The tables of all scripts would be a
/// noticeable part of what a tablet loads.
fn lower(c: char) -> char {
    match c {
        'À'..='Þ' if c != '×' => char::from_u32(c as u32 + 32).unwrap_or(c),
        _ => c.to_ascii_lowercase(),
    }
}

/// A text in lower case with single blanks, and otherwise as it was typed.
pub fn lower_case(text: &str) -> String {
    squeeze(text).chars().map(lower).collect()
}

/// A text as search and comparison see it: lower case, without accents and marks,
/// old spellings (`oe`, `dj`, `tj`, `j` for `y`, `y` for `i`) and double letters folded together.
pub fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().map(lower) {
        match c {
            'à'..='å' => plain.push('a'),
            'è'..='ë' => plain.push('e'),
            'ì'..='ï' => plain.push('i'),
            'ò'..='ö' => plain.push('o'),
            'ù'..='ü' => plain.push('u'),
            'ç' => plain.push('c'),
            'ñ' => plain.push('n'),
            'a'..='z' | '0'..='9' => plain.push(c),
            _ if c.is_alphabetic() => plain.push(c),
            '\'' | '\u{2019}' => {}
            _ => plain.push(' '),
        }
    }
    let old = plain.replace("oe", "u").replace("dj", "j").replace("tj", "c");
    let mut folded = String::with_capacity(old.len());
    let mut letters = old.chars().peekable();
    while let Some(letter) = letters.next() {
        // Yohanis is Johanis, and Rony is Roni.
        let c = match (letter, letters.peek()) {
            ('y', Some('a' | 'e' | 'i' | 'o' | 'u')) => 'j',
            ('y', _) => 'i',
            _ => letter,
        };
        let doubled = folded.ends_with(c) && c.is_alphabetic();
        let blank = c == ' ' && (folded.is_empty() || folded.ends_with(' '));
        if !doubled && !blank {
            folded.push(c);
        }
    }
    folded.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_survives_the_sheet() {
        let person = Person {
            name: "Nu'man  Tuasikal".into(),
            legal_status: Some(LegalStatus::Detainee),
            cell: "7A".into(),
            birth_date: Date::new(2000, 2, 29),
            birth_place: "Saparua".into(),
            birth_approximate: true,
            sex: Some(Sex::Male),
            citizenship: Some(Citizenship::Foreign),
            ..Person::default()
        };
        let back = Person::from_fields(&person.to_fields());
        assert_eq!(back, Person { name: "Nu'man Tuasikal".into(), ..person });
    }

    #[test]
    fn a_day_of_birth_is_read_as_far_as_it_is_known() {
        for (typed, approximate, expected) in [
            (["5", "10", "1990"], false, Some("05/10/1990")),
            ([" 5 ", "10", " 1990 "], true, Some("05/10/1990")),
            (["", "", "1980"], true, Some("01/07/1980")),
            (["", "3", "1980"], true, Some("01/03/1980")),
            (["31", "", "1980"], true, Some("31/07/1980")),
            (["", "", "1980"], false, None),
            (["", "10", "1990"], false, None),
            (["31", "2", "1990"], true, None),
            (["", "", "80"], true, None),
            (["", "", ""], true, None),
        ] {
            let read = birth_typed(typed, approximate).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{typed:?} {approximate}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_not_stored() {
        for (typed, stored) in [
            ("Ma\u{2019}ruf", "Ma'ruf"),
            (" La\tOde\r\n Hasan ", "La Ode Hasan"),
            ("Ali\u{0}\u{7}\u{1b}", "Ali"),
            ("\u{202e}natsirk\u{202c} A", "natsirk A"),
            ("A \u{200b} B", "A B"),
            ("نعمان", "نعمان"),
            ("👩\u{200d}🔧", "👩\u{200d}🔧"),
            ("=1+1", "=1+1"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ] {
            assert_eq!(squeeze(typed), stored, "{typed:?}");
        }
    }

    #[test]
    fn spellings_of_one_name_fold_together() {
        for (a, b) in [
            ("Soekarno", "Sukarno"),
            ("Djamaluddin", "Jamaludin"),
            ("Yohanis", "Johanis"),
            ("Rony", "Roni"),
            ("Sylvia", "Silvia"),
            ("Ma\u{2019}ruf", "Ma'ruf"),
            ("  LA   ODE ", "la ode"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
    }
}
