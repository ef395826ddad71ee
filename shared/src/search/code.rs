//! Parts of register numbers and cells, as they stand in the search field while they are typed.

use super::Keys;
use crate::cell::{self, Cell};
use crate::person::fold;
use crate::register_number::{Class, RegisterNumber};

/// A register number as far as it was typed: `283`, `283/26`, `BI 283/2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NumberPart {
    /// The classes that it may have; none means any.
    classes: Vec<Class>,
    /// The running number as typed, without zeros before it.
    digits: String,
    /// The year as typed; `None` as long as the number may go on.
    year: Option<String>,
}

impl NumberPart {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(RegisterNumber { class, number, year }) = text.parse() {
            return Some(Self {
                classes: vec![class],
                digits: number.to_string(),
                year: Some(year.to_string()),
            });
        }
        let (head, rest) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
        let between = |c: char| c.is_ascii_alphabetic() || c.is_whitespace() || ".-".contains(c);
        let classes = Class::begins(&head.replace(|c: char| !c.is_ascii_alphabetic(), ""))?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        let rest = rest.trim();
        let year = match rest.strip_prefix('/') {
            Some(year) => Some(year.trim().to_owned()),
            None if rest.is_empty() => None,
            None => return None,
        };
        let is_year = |year: &String| year.len() <= 4 && year.bytes().all(|b| b.is_ascii_digit());
        let fits = head.chars().all(between) && year.as_ref().is_none_or(is_year);
        (fits && digits.len() <= 5).then(|| Self {
            classes,
            digits: digits.trim_start_matches('0').to_owned(),
            year,
        })
    }

    /// How far a person's number is from what was typed; `None` if it is another one.
    pub(super) fn rate(&self, keys: &Keys) -> Option<u16> {
        let number = keys.number?;
        let digits = number.number.to_string();
        let year = number.year.to_string();
        let fits = (self.classes.is_empty() || self.classes.contains(&number.class))
            && match &self.year {
                None => digits.starts_with(&self.digits),
                Some(typed) => {
                    digits == self.digits
                        && (year.starts_with(typed) || year[2..].starts_with(typed))
                }
            };
        fits.then_some(u16::from(digits != self.digits))
    }
}

/// A cell as typed: `A-7`, `A/07`, `kamar 7`, or only `7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellPart {
    /// The block, folded; empty if any will do.
    block: String,
    cell: Cell,
    short: bool,
}

impl CellPart {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (head, rest) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let tail = rest[end..].trim_start_matches([' ', '-']);
        let is_letter = tail.len() == 1 && tail.chars().all(|c| c.is_ascii_alphabetic());
        if end > 3 || !(tail.is_empty() || is_letter) {
            return None;
        }
        let head = fold(head);
        let mut words: Vec<&str> = head.split(' ').filter(|word| !word.is_empty()).collect();
        let named = words.iter().any(|word| PLACE.contains(word));
        words.retain(|word| !PLACE.contains(word));
        let block = words.join(" ");
        Some(Self { short: named || block.len() <= 2, block, cell: cell::order(rest) })
    }

    /// It can hardly be anything else: the letters before the number are no name.
    pub(super) fn is_short(&self) -> bool {
        self.short
    }

    pub(super) fn fits(&self, cell: &Cell, block: &str) -> bool {
        // `fold` allocates, so it comes last.
        self.cell == *cell && (self.block.is_empty() || self.block == fold(block))
    }
}

/// Words that only say that a place follows, as [`fold`] writes them.
const PLACE: [&str; 5] = ["blok", "kamar", "kmr", "no", "sel"];

/// Letters and digits of a text, in lower case.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
