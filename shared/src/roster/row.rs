//! One line of the list: who it is about, and what is odd about it.

use super::{Cell, Column, Headings};
use crate::nik::{Nik, NikError};
use crate::person::{Citizenship, LegalStatus, Person, Sex, birth_typed, squeeze};
use crate::register_number::RegisterNumber;
use crate::registration::{MAX_NAME, MAX_SHORT, codes};
use crate::time::{BadDate, Date};
use crate::vetting::Term;

codes! {
    /// What is odd about a line that is taken all the same.
    Note {
        /// Excel has made a number of the NIK and lost digits. People are compared without it.
        NikBroken = "nik_broken",
        /// The NIK cannot be one.
        NikOdd = "nik_odd",
        /// There is no register number.
        NoNumber = "no_number",
        /// The register number has no known form.
        NumberOdd = "number_odd",
        /// The day of birth cannot be read and is left out.
        BirthDateOdd = "birth_date_odd",
        /// A day of the term cannot be read, and counts as not known.
        TermOdd = "term_odd",
        /// Why the person is held is not said, and does not follow from the number.
        StatusUnknown = "status_unknown",
        /// An officer had added the person by hand; from now on the list knows them.
        NowListed = "now_listed",
    }
}

/// One line of the list that names somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The line as the spreadsheet counts it, from 1.
    pub line: u32,
    /// The person.
    pub person: Person,
    /// Their block without the word for it; empty where the list does not say.
    pub block: String,
    /// Why the person is held was not said and follows from the register number only.
    pub status_derived: bool,
    /// The identity number, if it can be compared. It goes no further than the comparison.
    pub nik: String,
    /// The days of their term; `None` where the list has no column for them.
    pub term: Option<Term>,
    /// What is odd.
    pub notes: Vec<Note>,
    /// A text is too long to be what its column says.
    pub too_long: bool,
}

/// Reads the lines below the headings; what says nothing is skipped, also headings that are printed again.
pub fn read(rows: &[Vec<Cell>], headings: &Headings, today: Date) -> Vec<Listed> {
    let lines = rows.iter().enumerate().skip(headings.line + 1).take(super::MAX_ROWS);
    lines.filter_map(|(n, row)| one(n, row, headings, today)).collect()
}

fn one(n: usize, row: &[Cell], headings: &Headings, today: Date) -> Option<Listed> {
    let cells = |wanted: Column| {
        let pairs = headings.columns.iter().zip(row);
        pairs.filter(move |(column, _)| **column == Some(wanted)).map(|(_, cell)| cell)
    };
    let text = |column| cells(column).map(Cell::text).find(|text| !text.is_empty());
    let text = |column| text(column).filter(|text| !is_blank(text)).unwrap_or_default();
    let name = text(Column::Name);
    let typed_number = text(Column::RegisterNumber);
    if name.is_empty() && typed_number.is_empty() {
        return None;
    }
    if super::column_of(&name) == Some(Column::Name) {
        return None;
    }
    let mut notes = Vec::new();
    let number = typed_number.parse::<RegisterNumber>().ok();
    match (typed_number.is_empty(), number) {
        (true, _) => notes.push(Note::NoNumber),
        (_, None) => notes.push(Note::NumberOdd),
        _ => {}
    }
    let (block, cell) = housed(&text(Column::Block), &text(Column::Cell));
    let said_status = status(&text(Column::LegalStatus));
    let legal_status = said_status.or_else(|| number.map(status_of));
    if legal_status.is_none() && headings.has(Column::LegalStatus) {
        notes.push(Note::StatusUnknown);
    }
    let year = cells(Column::BirthDate).next().and_then(|cell| only_year(cell, today));
    let read = match &year {
        Some(year) => Ok(birth_typed(["", "", year], true)),
        None => cells(Column::BirthDate).next().map_or(Ok(None), day),
    };
    let birth_date = match read {
        Ok(date) => date.filter(|date| (0..=120).contains(&date.age_on(today))),
        Err(_) => None,
    };
    let said = cells(Column::BirthDate).any(|cell| *cell != Cell::Empty && !is_no_day(cell));
    if said && birth_date.is_none() {
        notes.push(Note::BirthDateOdd);
    }
    let nik = match cells(Column::Nik).next().map(|cell| identity(cell, today)) {
        Some(Ok(nik)) => nik,
        Some(Err(note)) => {
            notes.push(note);
            String::new()
        }
        None => String::new(),
    };
    let term = term(headings, |column| cells(column).next(), &mut notes);
    let aliases: Vec<String> =
        cells(Column::Aliases).map(Cell::text).filter(|text| !is_blank(text)).collect();
    let person = Person {
        name,
        aliases: aliases.join("; "),
        register_number: number_as_kept(&typed_number, number),
        legal_status,
        cell,
        birth_date,
        birth_place: text(Column::BirthPlace),
        birth_approximate: year.is_some() && birth_date.is_some(),
        sex: sex(&text(Column::Sex)),
        citizenship: citizenship(&text(Column::Citizenship)),
    };
    let long = |text: &str, most| text.chars().count() > most;
    let too_long = long(&person.name, MAX_NAME)
        || long(&person.aliases, MAX_NAME)
        || [&person.register_number, &person.cell, &person.birth_place, &block]
            .iter()
            .any(|text| long(text, MAX_SHORT));
    Some(Listed {
        line: n as u32 + 1,
        person,
        block,
        status_derived: said_status.is_none(),
        nik,
        term,
        notes,
        too_long,
    })
}

/// The days of a term, as far as the list has columns for them. `00/00/0000` and nothing at all are not known.
fn term<'c>(
    headings: &Headings,
    cell: impl Fn(Column) -> Option<&'c Cell>,
    notes: &mut Vec<Note>,
) -> Option<Term> {
    let columns = [Column::Expiry, Column::Third, Column::TwoThirds];
    if !columns.iter().any(|column| headings.has(*column)) {
        return None;
    }
    let [expiry, third, two_thirds] =
        columns.map(|column| match cell(column).map_or(Ok(None), day) {
            Ok(day) => day,
            Err(_) => {
                if !notes.contains(&Note::TermOdd) {
                    notes.push(Note::TermOdd);
                }
                None
            }
        });
    Some(Term { expiry, third, two_thirds })
}

/// A cell that was only filled to be filled.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c == '-' || c == '.' || c.is_whitespace())
}

/// The register number as typed, without the tag that tells the offence: of `BI.N 12/25` the `N` is dropped.
fn number_as_kept(typed: &str, read: Option<RegisterNumber>) -> String {
    let Some(read) = read else { return typed.to_owned() };
    let letters: String = typed
        .chars()
        .take_while(|c| !c.is_ascii_digit())
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if letters == read.class.to_string() { typed.to_owned() } else { read.to_string() }
}

/// The name of a block without the word for it: `Blok C` is `C`.
pub fn block_name(text: &str) -> String {
    let text = squeeze(text);
    for word in ["blok", "block"] {
        let Some(front) = text.get(..word.len()) else { continue };
        let rest = text[word.len()..].trim_start_matches([' ', '.', ':', '-', '_']);
        let glued = text[word.len()..].starts_with(|c: char| c.is_ascii_lowercase());
        if front.eq_ignore_ascii_case(word) && !rest.is_empty() && !glued {
            return rest.to_owned();
        }
    }
    text
}

/// What tells blocks apart: letters and digits in upper case.
pub fn block_key(block: &str) -> String {
    block_name(block)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Block and cell: `C/07` in the cell's column says both, and says the block once if that has its own column.
fn housed(block: &str, cell: &str) -> (String, String) {
    let block = block_name(block);
    let split = cell.split_once(['/', '-']);
    let halves = split.map(|(front, back)| (front.trim(), back.trim()));
    match halves.filter(|(front, back)| !front.is_empty() && !back.is_empty()) {
        Some((front, back)) if block.is_empty() => (block_name(front), back.to_owned()),
        Some((front, back)) if block_key(front) == block_key(&block) => (block, back.to_owned()),
        _ => (block, cell.to_owned()),
    }
}

fn status(text: &str) -> Option<LegalStatus> {
    let text = text.to_ascii_lowercase();
    let says = |word: &str| text.contains(word);
    if says("titip") {
        return Some(LegalStatus::HeldForOther);
    }
    if says("napi") || says("narapidana") || says("terpidana") {
        return Some(LegalStatus::Convicted);
    }
    if says("tahanan") || says("terdakwa") || says("tersangka") {
        return Some(LegalStatus::Detainee);
    }
    None
}

/// What the register says in which a number stands.
fn status_of(number: RegisterNumber) -> LegalStatus {
    if number.class.is_detainee() { LegalStatus::Detainee } else { LegalStatus::Convicted }
}

fn sex(text: &str) -> Option<Sex> {
    match text.to_ascii_lowercase().as_str() {
        "l" | "lk" | "laki" | "laki-laki" | "laki laki" | "pria" => Some(Sex::Male),
        "p" | "pr" | "perempuan" | "wanita" => Some(Sex::Female),
        _ => None,
    }
}

fn citizenship(text: &str) -> Option<Citizenship> {
    match text.to_ascii_lowercase().as_str() {
        "" => None,
        "wni" | "indonesia" | "id" | "idn" | "ri" => Some(Citizenship::Indonesian),
        _ => Some(Citizenship::Foreign),
    }
}

/// Excel counts days from here, so that 1 March 1900 is its day 61.
const EXCEL_DAY_0: i64 = -25_569;
/// Days before this one are counted wrongly by Excel, and later ones than the year 9999 do not exist.
const EXCEL_DAYS: std::ops::RangeInclusive<f64> = 61.0..=2_958_465.0;

/// A day in any form in which Excel hands it over. Nothing where the cell only says that there is none.
fn day(cell: &Cell) -> Result<Option<Date>, BadDate> {
    match cell {
        Cell::Day(day) => Ok(Some(*day)),
        Cell::Number(days) if EXCEL_DAYS.contains(days) => {
            Ok(Some(Date::from_days(EXCEL_DAY_0 + *days as i64)))
        }
        Cell::Number(_) => Err(BadDate::NoSuchDay),
        cell if is_no_day(cell) => Ok(None),
        cell => {
            let text = cell.text();
            // A database writes the time of day behind it.
            text.split(' ').next().unwrap_or_default().parse().map(Some)
        }
    }
}

/// The year, where a cell holds nothing else. As a day of Excel such a number would lie around 1905.
fn only_year(cell: &Cell, today: Date) -> Option<String> {
    let year = match cell {
        Cell::Number(number) => format!("{number}"),
        cell => cell.text(),
    };
    let four = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let number = year.parse().ok().filter(|_| four)?;
    (1900..=today.year()).contains(&number).then_some(year)
}

/// `00/00/0000`, dashes and nothing at all are no day and no mistake.
fn is_no_day(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.chars().all(|c| "0/-.: ".contains(c)),
        Cell::Number(number) => *number == 0.0,
        Cell::Day(_) => false,
    }
}

/// The identity number for comparing; empty where there is none.
fn identity(cell: &Cell, today: Date) -> Result<String, Note> {
    let text = match cell {
        // Excel keeps 15 digits of a number, and this one has 16.
        Cell::Number(number) if *number != 0.0 => return Err(Note::NikBroken),
        Cell::Text(text) => squeeze(text),
        _ => String::new(),
    };
    if is_blank(&text) {
        return Ok(String::new());
    }
    match Nik::parse(text.trim_start_matches('\''), today) {
        Ok(nik) => Ok(nik.as_str().to_owned()),
        Err(NikError::Placeholder | NikError::Repeated) => Ok(String::new()),
        Err(NikError::Length(_)) if text.bytes().all(|b| b == b'0') => Ok(String::new()),
        Err(NikError::NotDigits) if text.contains(['E', 'e']) && text.contains('+') => {
            Err(Note::NikBroken)
        }
        Err(_) => Err(Note::NikOdd),
    }
}
