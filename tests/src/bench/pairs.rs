//! How many of the people who stand there twice are found, and how many of those found are one person.
//!
//! Ten invented houses of three hundred, each with fifty people who were written down a second time as it happens:
//! by two tablets at once, in another spelling, in another order, with another number, without a date of birth.
//! The houses themselves hold people who are *not* one person and look like it: namesakes, brothers in one cell.

use std::collections::BTreeSet;

use bilik_server::demo::{self, Random};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::pairs::{Face, Index, Place, in_order};
use bilik_shared::person::Person;
use bilik_shared::time::Date;

/// Houses.
const HOUSES: u64 = 10;
/// People of each house who stand there twice.
const TWICE: usize = 50;
/// Brothers that are added to each house: another first name in the same cell, the same family name.
const BROTHERS: usize = 25;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Pairs that are one person.
    pub true_pairs: usize,
    /// Of those, found.
    pub found: usize,
    /// Pairs that were found and are two people.
    pub wrong: usize,
}

impl Found {
    /// Which share of what was found is one person.
    pub fn precision(self) -> f64 {
        self.found as f64 / (self.found + self.wrong) as f64
    }

    /// Which share of the people who stand there twice was found.
    pub fn recall(self) -> f64 {
        self.found as f64 / self.true_pairs as f64
    }
}

/// How the second entry of one person differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// Two tablets registered them at the same time.
    Same,
    /// Another spelling of the name, heard in another cell.
    Spelled,
    /// The words of the name in another order.
    Turned,
    /// The number of the register changed with the judgment, and so did the block.
    Renumbered,
    /// The same number in another spelling, a name with a slip, no day of birth.
    Number,
    /// Another spelling in the same cell; nobody asked for the day of birth or the number.
    NoDate,
    /// Day and month of birth changed places; no number.
    DateTurned,
    /// Nothing but a name, in another cell: nobody could tell.
    NameOnly,
}

/// How often each of them happens, of a hundred.
const KINDS: [(usize, Second); 8] = [
    (20, Second::Same),
    (20, Second::Spelled),
    (10, Second::Turned),
    (10, Second::Renumbered),
    (15, Second::Number),
    (15, Second::NoDate),
    (5, Second::DateTurned),
    (5, Second::NameOnly),
];

/// Looks for pairs in all houses.
pub fn evaluate(today: Date) -> Found {
    (1..=HOUSES).map(|seed| house(seed, today)).fold(Found::default(), |all, one| Found {
        true_pairs: all.true_pairs + one.true_pairs,
        found: all.found + one.found,
        wrong: all.wrong + one.wrong,
    })
}

fn house(seed: u64, today: Date) -> Found {
    let mut random = Random::new(seed * 7919);
    let mut index = Index::default();
    let mut everybody = Vec::new();
    for (block, people) in demo::roster(seed, today) {
        for (entry, person) in people {
            let place = Place { sheet: sheet(&block), entry };
            index.put(place.clone(), &face(&block, &person));
            everybody.push((place, block.clone(), person));
        }
    }
    random.shuffle(&mut everybody);
    let mut truth = BTreeSet::new();
    for (place, block, person) in everybody.iter().take(TWICE) {
        let (block, person) = again(random.weigh(&KINDS), block, person, &mut random);
        let other = Place { sheet: sheet(&block), entry: EntryId(random.bytes()) };
        index.put(other.clone(), &face(&block, &person));
        truth.insert(in_order(place.clone(), other));
    }
    for (n, (_, block, person)) in everybody.iter().skip(TWICE).take(BROTHERS).enumerate() {
        let other = Place { sheet: sheet(block), entry: EntryId(random.bytes()) };
        index.put(other, &face(block, &brother(person, n, &mut random)));
    }
    let pairs: BTreeSet<_> =
        index.waiting().into_iter().map(|pair| (pair.one, pair.other)).collect();
    let found = pairs.intersection(&truth).count();
    Found { true_pairs: truth.len(), found, wrong: pairs.len() - found }
}

fn sheet(block: &str) -> SheetId {
    let sheet = format!("2025.2-{}", block.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    sheet.parse().unwrap_or_else(|_| unreachable!("a block gives a slug"))
}

fn face(block: &str, person: &Person) -> Face {
    let Person { name, aliases, register_number, cell, birth_date, .. } = person.clone();
    let (block, state, nik) = (block.to_owned(), State::Registered, String::new());
    Face { block, state, name, aliases, register_number, cell, birth_date, nik }
}

/// The same person as somebody else writes them down.
fn again(kind: Second, block: &str, person: &Person, random: &mut Random) -> (String, Person) {
    let elsewhere = if block == "A" { "B" } else { "A" };
    let unnumbered = Person { register_number: String::new(), ..person.clone() };
    match kind {
        Second::Same => (block.to_owned(), person.clone()),
        Second::Spelled => {
            let cell = "9".to_owned();
            (block.to_owned(), Person { name: spelled(&person.name, random), cell, ..unnumbered })
        }
        Second::Turned => {
            let words: Vec<&str> = person.name.split(' ').rev().collect();
            (block.to_owned(), Person { name: words.join(" "), ..unnumbered })
        }
        Second::Renumbered => {
            let register_number = format!("BI {}/2026", 900 + random.below(99));
            (elsewhere.to_owned(), Person { register_number, ..person.clone() })
        }
        Second::Number => {
            let register_number = person.register_number.replace(' ', ".").to_lowercase();
            let name = slipped(&person.name, random);
            (block.to_owned(), Person { name, register_number, birth_date: None, ..person.clone() })
        }
        Second::NoDate => {
            let name = spelled(&person.name, random);
            (block.to_owned(), Person { name, birth_date: None, ..unnumbered })
        }
        Second::DateTurned => {
            let birth_date = person.birth_date.map(turned);
            (block.to_owned(), Person { birth_date, ..unnumbered })
        }
        Second::NameOnly => {
            (elsewhere.to_owned(), Person { birth_date: None, cell: "3".into(), ..unnumbered })
        }
    }
}

/// Spellings that are heard alike.
const SPELLINGS: [(&str, &str); 8] = [
    ("Yoh", "Joh"),
    ("oe", "u"),
    ("Dj", "J"),
    ("dd", "d"),
    ("mm", "m"),
    ("ss", "s"),
    ("is", "es"),
    ("th", "t"),
];

fn spelled(name: &str, random: &mut Random) -> String {
    let fits: Vec<&(&str, &str)> =
        SPELLINGS.iter().filter(|(from, _)| name.contains(from)).collect();
    match fits.is_empty() {
        true => slipped(name, random),
        false => {
            let (from, to) = random.pick(&fits);
            name.replacen(from, to, 1)
        }
    }
}

/// A letter that is missing in a word of some length.
fn slipped(name: &str, random: &mut Random) -> String {
    let letters: Vec<char> = name.chars().collect();
    let at = 1 + random.below(letters.len().saturating_sub(2));
    let kept = letters.iter().enumerate().filter(|(n, letter)| *n != at || !letter.is_alphabetic());
    kept.map(|(_, letter)| letter).collect()
}

fn turned(date: Date) -> Date {
    let text = date.to_string();
    let parts: Vec<&str> = text.split('/').collect();
    let turned = match &parts[..] {
        [day, month, year] => format!("{month}/{day}/{year}").parse().ok(),
        _ => None,
    };
    turned.unwrap_or(date)
}

/// Another man of the same family in the same cell.
fn brother(person: &Person, n: usize, random: &mut Random) -> Person {
    const FIRST: [&str; 6] = ["Hasan", "Markus", "Stenly", "Fahmi", "Petrus", "Iwan"];
    let family = person.name.split(' ').next_back().unwrap_or_default();
    let born =
        format!("{}/{}/{}", 1 + random.below(28), 1 + random.below(12), 1970 + random.below(30));
    Person {
        name: format!("{} {family}", random.pick(&FIRST)),
        aliases: String::new(),
        register_number: format!("AIII {}/2026", 500 + n),
        birth_date: born.parse().ok(),
        ..person.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_people_who_stand_there_twice_are_found_and_few_others() {
        let found = evaluate("2/10/2025".parse().unwrap());
        assert_eq!(found.true_pairs, 500);
        assert!(found.recall() > 0.93, "{found:?} {}", found.recall());
        assert!(found.precision() > 0.85, "{found:?} {}", found.precision());
    }
}
