//! Who may be the same person: candidates with reasons. Nothing is refused and nothing is merged
//! here; an officer says whether they are somebody else, and a supervisor reads what was said.

use crate::cell;
use crate::id::{EntryId, SheetId};
use crate::registration::codes;
use crate::search::{Keys, edits};

codes! {
    /// Why two entries may be one person.
    Reason {
        /// The register number is the same, however it is written.
        SameNumber = "nomor",
        /// The identity number is the same.
        SameNik = "nik",
        /// The names are the same, or one is a part of the other.
        SameName = "nama",
        /// The names differ by one letter.
        OneLetter = "nama_1",
        /// The names are alike.
        SimilarName = "nama_mirip",
        /// The day of birth is the same.
        SameBirthDate = "lahir",
        /// The cell is the same.
        SameCell = "kamar",
    }
}

impl Reason {
    /// One such reason is enough: the number belongs to one person only.
    pub fn is_strong(self) -> bool {
        matches!(self, Self::SameNumber | Self::SameNik)
    }
}

/// An entry that may be about the same person, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Likeness {
    /// The sheet of the other entry.
    pub sheet: SheetId,
    /// The other entry.
    pub entry: EntryId,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
}

impl Likeness {
    /// Whether a number says so.
    pub fn is_strong(&self) -> bool {
        self.reasons.iter().any(|reason| reason.is_strong())
    }

    /// Whether an officer has already said, for all of these reasons, that it is somebody else.
    pub fn is_settled(&self, distinct: &[Self]) -> bool {
        let same = |other: &&Self| (&other.sheet, other.entry) == (&self.sheet, self.entry);
        let settled = distinct.iter().find(same);
        settled.is_some_and(|said| self.reasons.iter().all(|reason| said.reasons.contains(reason)))
    }

    /// Adds what an officer said to what was said before.
    pub fn settle(self, distinct: &mut Vec<Self>) {
        distinct.retain(|said| (&said.sheet, said.entry) != (&self.sheet, self.entry));
        distinct.push(self);
    }
}

/// The text in the sheet: `sheet/entry=reason,reason;…`. Do not change: sheets hold it.
pub fn to_value(distinct: &[Likeness]) -> String {
    let one = |said: &Likeness| {
        let reasons: Vec<&str> = said.reasons.iter().map(|reason| reason.code()).collect();
        format!("{}/{}={}", said.sheet, said.entry, reasons.join(","))
    };
    distinct.iter().map(one).collect::<Vec<_>>().join(";")
}

/// Reads the text of a sheet; what cannot be understood is left out.
pub fn parse(value: &str) -> Vec<Likeness> {
    let one = |text: &str| {
        let (place, reasons) = text.split_once('=')?;
        let (sheet, entry) = place.split_once('/')?;
        let reasons = reasons.split(',').filter_map(Reason::parse).collect();
        Some(Likeness { sheet: sheet.parse().ok()?, entry: entry.parse().ok()?, reasons })
    };
    value.split(';').filter_map(one).collect()
}

/// Why two entries may be one person; empty if nothing says so.
///
/// The same register or identity number is enough. A similar name needs the same day of birth or
/// the same cell beside it.
pub fn reasons(a: &Keys, b: &Keys, same_block: bool) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let odd = !a.odd_number.is_empty() && a.odd_number == b.odd_number;
    if odd || (a.number.is_some() && a.number == b.number) {
        reasons.push(Reason::SameNumber);
    }
    if a.nik.is_some() && a.nik == b.nik {
        reasons.push(Reason::SameNik);
    }
    let born = a.birth_date.is_some() && a.birth_date == b.birth_date;
    let housed = same_block && a.cell == b.cell && a.cell != cell::order("");
    let strong = !reasons.is_empty();
    let name = if strong || born || housed { similar(a, b) } else { None };
    if !strong && name.is_none() {
        return Vec::new();
    }
    reasons.extend(name);
    reasons.extend(born.then_some(Reason::SameBirthDate));
    reasons.extend(housed.then_some(Reason::SameCell));
    reasons
}

/// Two words are alike from this Jaro-Winkler similarity on: the threshold that the registry's
/// rule for possible duplicates names.
const ALIKE: f64 = 0.92;

/// How alike two names are: every word of the shorter one has its own word in the other.
///
/// Word by word, because brothers share a family name: a comparison of whole names would find
/// Hasan and Husen Latuconsina alike.
fn similar(a: &Keys, b: &Keys) -> Option<Reason> {
    let (mut short, mut long): (Vec<&str>, Vec<&str>) = (a.name().collect(), b.name().collect());
    if short.len() > long.len() {
        std::mem::swap(&mut short, &mut long);
    }
    if short.is_empty() {
        return None;
    }
    let mut letters = Some(0u8);
    for word in short {
        let rated = long.iter().enumerate().map(|(n, other)| (jaro_winkler(word, other), n));
        let (best, n) = rated.max_by(|x, y| x.0.total_cmp(&y.0))?;
        let other = long.swap_remove(n);
        let few = edits(word, other, 1);
        if best < ALIKE && !(word.len() > 4 && few.is_some()) {
            return None;
        }
        letters = letters.zip(few).map(|(sum, few)| sum + few);
    }
    Some(match letters {
        Some(0) => Reason::SameName,
        Some(1) => Reason::OneLetter,
        _ => Reason::SimilarName,
    })
}

/// The Jaro-Winkler similarity of two words, from 0 to 1, with the usual weight of 0.1 for each of
/// up to four letters at the beginning.
fn jaro_winkler(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let jaro = jaro(&a, &b);
    let start = a.iter().zip(&b).take(4).take_while(|(x, y)| x == y).count();
    jaro + start as f64 * 0.1 * (1.0 - jaro)
}

fn jaro(a: &[char], b: &[char]) -> f64 {
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; b.len()];
    let mut left = Vec::new();
    for (i, letter) in a.iter().enumerate() {
        let to = (i + reach + 1).min(b.len());
        let found = (i.saturating_sub(reach)..to).find(|j| !taken[*j] && b[*j] == *letter);
        if let Some(j) = found {
            taken[j] = true;
            left.push(*letter);
        }
    }
    if left.is_empty() {
        return 0.0;
    }
    let right = b.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(letter, _)| *letter);
    let moved = left.iter().zip(right).filter(|(x, y)| **x != *y).count() as f64 / 2.0;
    let same = left.len() as f64;
    (same / a.len() as f64 + same / b.len() as f64 + (same - moved) / same) / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Person;
    use crate::time::Date;

    /// Name, register number, cell, day of birth in 1990, identity number.
    type Someone = (&'static str, &'static str, &'static str, u8, &'static str);

    fn keys((name, number, cell, day, nik): Someone) -> Keys {
        let person = Person {
            name: name.into(),
            register_number: number.into(),
            cell: cell.into(),
            birth_date: Date::new(1990, 10, day),
            ..Person::default()
        };
        Keys::of(&person, nik)
    }

    #[test]
    fn pairs_are_found_with_their_reasons() {
        use Reason::*;
        let cases: Vec<(&str, Someone, Someone, Vec<Reason>)> = vec![
            (
                "one number in two spellings",
                ("Ali", "B I 283 / 26", "1", 1, ""),
                ("Petrus", "BI.283/2026", "2", 2, ""),
                vec![SameNumber],
            ),
            (
                "one identity number",
                ("Ali", "", "1", 1, "8171.0205.1090.9001"),
                ("Petrus", "", "2", 2, "8171020510909001"),
                vec![SameNik],
            ),
            (
                "spelled differently, same birth date",
                ("Yohanis Parera", "A.III 5/25", "1", 5, ""),
                ("Johanes Parera", "BI 7/25", "2", 5, ""),
                vec![OneLetter, SameBirthDate],
            ),
            (
                "other order",
                ("Parera Yohanis", "", "1", 5, ""),
                ("Johanis Parera", "", "2", 5, ""),
                vec![SameName, SameBirthDate],
            ),
            (
                "same cell, double letter",
                ("Jamaluddin", "", "C/07", 1, ""),
                ("Djamaludin", "", "7", 2, ""),
                vec![SameName, SameCell],
            ),
            (
                "one word and the same word with a family name",
                ("Sutrisno", "", "1", 5, ""),
                ("Sutrisno Wakano", "", "2", 5, ""),
                vec![SameName, SameBirthDate],
            ),
            (
                "a letter in each of two words",
                ("Marthen Wattimena", "", "1", 5, ""),
                ("Marten Watimina", "", "2", 5, ""),
                vec![SimilarName, SameBirthDate],
            ),
            (
                "number that cannot be read",
                ("Ali", "77-X", "1", 1, ""),
                ("Adi", "77 x", "2", 2, ""),
                vec![SameNumber],
            ),
            (
                "twins",
                ("Hasan Latuconsina", "", "7", 5, ""),
                ("Husen Latuconsina", "", "7", 5, ""),
                vec![],
            ),
            ("short names", ("Ali", "", "7", 5, ""), ("Adi", "", "7", 5, ""), vec![]),
            (
                "same name, nothing else",
                ("Ismail Wakano", "", "1", 1, ""),
                ("Ismail Wakano", "", "2", 2, ""),
                vec![],
            ),
            (
                "same birth date and cell, other name",
                ("Petrus Huwae", "", "7", 5, ""),
                ("Faisal Souisa", "", "7", 5, ""),
                vec![],
            ),
            ("no names", ("", "", "7", 5, ""), ("", "", "7", 5, ""), vec![]),
            (
                "placeholders",
                ("Ali", "", "1", 1, "0000000000000000"),
                ("Petrus", "", "2", 2, "0000000000000000"),
                vec![],
            ),
            (
                "the same number of another year",
                ("Ali", "BI 283/25", "1", 1, ""),
                ("Petrus", "BI 283/26", "2", 2, ""),
                vec![],
            ),
        ];
        for (case, a, b, expected) in cases {
            assert_eq!(reasons(&keys(a), &keys(b), true), expected, "{case}");
            assert_eq!(reasons(&keys(b), &keys(a), true), expected, "{case}, turned round");
        }
        let (a, b) = (keys(("Jamal", "", "7", 1, "")), keys(("Jamal", "", "7", 2, "")));
        assert_eq!(reasons(&a, &b, false), [], "the 7 of another block is another cell");
    }

    #[test]
    fn the_similarity_is_the_published_one() {
        for (a, b, expected) in
            [("martha", "marhta", 0.961), ("dwayne", "duane", 0.84), ("dixon", "dicksonx", 0.813)]
        {
            assert!((jaro_winkler(a, b) - expected).abs() < 0.001, "{a} {b}");
        }
    }

    #[test]
    fn what_an_officer_said_survives_the_sheet() {
        let said = Likeness {
            sheet: "2025.2-B".parse().unwrap(),
            entry: EntryId([7; 16]),
            reasons: vec![Reason::OneLetter, Reason::SameCell],
        };
        let mut distinct = parse(&to_value(std::slice::from_ref(&said)));
        assert_eq!(distinct, std::slice::from_ref(&said));
        assert!(said.is_settled(&distinct));
        let more = Likeness { reasons: vec![Reason::SameNik], ..said.clone() };
        assert!(!more.is_settled(&distinct), "a new reason is asked again");
        more.clone().settle(&mut distinct);
        assert_eq!(distinct, [more]);
        assert_eq!(parse("odd;x/y=z"), []);
    }
}
