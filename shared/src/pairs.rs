//! Entries of the whole house that may be about one person, kept up to date as entries change.
//!
//! Two tablets may register one person twice, under two spellings or on two sheets; no machine merges them
//! ([`matching`](crate::matching) says why two entries look alike), and a supervisor says what is true. What was
//! said is kept here for the reasons it was said about: another reason later asks again.
//!
//! An [`Index`] holds what entries are compared by and finds for each only those that share a number, a day of
//! birth or a cell with it, so that a change costs a handful of comparisons in a house of any size.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cell::{self, Cell};
use crate::id::{EntryId, SheetId};
use crate::lifecycle::State;
use crate::matching::{Reason, reasons};
use crate::person::Person;
use crate::register_number::RegisterNumber;
use crate::search::Keys;
use crate::sheet::Entry;
use crate::time::Date;
use crate::view::counts;

/// For so long *same person* can be taken back, in milliseconds: thirty days.
pub const REVERSIBLE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Names one entry of the house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Its sheet.
    pub sheet: SheetId,
    /// Its id.
    pub entry: EntryId,
}

/// What an entry is compared by. It is stored as JSON: rename nothing without making all of them anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Its block.
    pub block: String,
    /// Where it stands.
    pub state: State,
    /// The name.
    pub name: String,
    /// Other names.
    pub aliases: String,
    /// The register number as typed.
    pub register_number: String,
    /// The cell as typed.
    pub cell: String,
    /// The day of birth.
    pub birth_date: Option<Date>,
    /// The identity number as typed.
    pub nik: String,
}

impl Face {
    /// The face of an entry in this block.
    pub fn of(block: &str, entry: &Entry) -> Self {
        let Person { name, aliases, register_number, cell, birth_date, .. } = entry.person.clone();
        let (block, nik) = (block.to_owned(), entry.answers.nik.clone());
        Self { block, state: entry.state, name, aliases, register_number, cell, birth_date, nik }
    }

    fn keys(&self) -> Keys {
        let person = Person {
            name: self.name.clone(),
            aliases: self.aliases.clone(),
            register_number: self.register_number.clone(),
            cell: self.cell.clone(),
            birth_date: self.birth_date,
            ..Person::default()
        };
        Keys::of(&person, &self.nik)
    }
}

/// Two entries that may be about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The one that sorts first.
    pub one: Place,
    /// The other.
    pub other: Place,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
}

/// Two entries in the order in which a pair names them.
pub fn in_order(a: Place, b: Place) -> (Place, Place) {
    if a < b { (a, b) } else { (b, a) }
}

/// What makes it worth while to compare two entries. Whoever shares none of these is no pair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Number(RegisterNumber),
    OddNumber(String),
    Nik(u64),
    Born(Date),
    Housed(String, Cell),
}

#[derive(Debug, Clone)]
struct Known {
    block: String,
    counts: bool,
    keys: Keys,
}

/// Every entry of the house, and which of them look alike.
#[derive(Debug, Clone, Default)]
pub struct Index {
    known: BTreeMap<Place, Known>,
    marks: BTreeMap<Mark, BTreeSet<Place>>,
    /// Both ways round.
    alike: BTreeMap<Place, BTreeMap<Place, Vec<Reason>>>,
    /// What a supervisor has looked at, with the reasons of that time.
    said: BTreeMap<(Place, Place), Vec<Reason>>,
}

impl Index {
    /// Takes in an entry as it is now.
    pub fn put(&mut self, place: Place, face: &Face) {
        self.remove(&place);
        let keys = face.keys();
        let known = Known { block: face.block.clone(), counts: counts(face.state), keys };
        let marks = marks(&known);
        let near: BTreeSet<Place> =
            marks.iter().filter_map(|mark| self.marks.get(mark)).flatten().cloned().collect();
        for other in near {
            let Some(them) = self.known.get(&other) else { continue };
            let why = reasons(&known.keys, &them.keys, known.block == them.block);
            if !why.is_empty() && !are_told_apart(&known.keys, &them.keys, &why) {
                self.alike.entry(other.clone()).or_default().insert(place.clone(), why.clone());
                self.alike.entry(place.clone()).or_default().insert(other, why);
            }
        }
        for mark in marks {
            self.marks.entry(mark).or_default().insert(place.clone());
        }
        self.known.insert(place, known);
    }

    fn remove(&mut self, place: &Place) {
        let Some(known) = self.known.remove(place) else { return };
        for mark in marks(&known) {
            if let Some(places) = self.marks.get_mut(&mark) {
                places.remove(place);
                if places.is_empty() {
                    self.marks.remove(&mark);
                }
            }
        }
        for other in self.alike.remove(place).unwrap_or_default().into_keys() {
            if let Some(alike) = self.alike.get_mut(&other) {
                alike.remove(place);
            }
        }
    }

    /// Lets go of an entry that is not there any more, and of what was said about it.
    pub fn forget(&mut self, place: &Place) {
        self.remove(place);
        self.said.retain(|(one, other), _| one != place && other != place);
    }

    /// Notes that somebody has said what is true of two entries, for these reasons; with none, that nothing is
    /// said of them any more.
    pub fn say(&mut self, one: Place, other: Place, reasons: Vec<Reason>) {
        let pair = in_order(one, other);
        match reasons.is_empty() {
            true => drop(self.said.remove(&pair)),
            false => drop(self.said.insert(pair, reasons)),
        }
    }

    /// Why two entries look alike; `None` where nothing says so.
    pub fn reasons(&self, one: &Place, other: &Place) -> Option<&[Reason]> {
        self.alike.get(one)?.get(other).map(Vec::as_slice)
    }

    /// How many pairs wait for a supervisor.
    pub fn count_waiting(&self) -> usize {
        self.all_waiting().count()
    }

    /// Whether this entry is one of a pair that waits.
    pub fn is_waiting(&self, place: &Place) -> bool {
        let alike = self.alike.get(place).into_iter().flatten();
        alike.into_iter().any(|(other, reasons)| self.waits(place, other, reasons))
    }

    /// The pairs that wait for a supervisor: both count as registered, so that one person might take two seats,
    /// and nobody has said anything about them for all of these reasons. Those that share a number come first.
    pub fn waiting(&self) -> Vec<Pair> {
        let pair = |(one, other, reasons): (&Place, &Place, &[Reason])| {
            let (one, other) = (one.clone(), other.clone());
            Pair { one, other, reasons: reasons.to_vec() }
        };
        let mut waiting: Vec<Pair> = self.all_waiting().map(pair).collect();
        waiting.sort_by_key(|pair| !pair.reasons.iter().any(|reason| reason.is_strong()));
        waiting
    }

    fn all_waiting(&self) -> impl Iterator<Item = (&Place, &Place, &[Reason])> {
        self.alike.iter().flat_map(move |(one, alike)| {
            // Each pair stands there both ways round.
            let later = alike.range(one..).filter(move |(other, _)| *other != one);
            let waits = later.filter(move |(other, reasons)| self.waits(one, other, reasons));
            waits.map(move |(other, reasons)| (one, other, reasons.as_slice()))
        })
    }

    fn waits(&self, one: &Place, other: &Place, reasons: &[Reason]) -> bool {
        let counts = |place| self.known.get(place).is_some_and(|known: &Known| known.counts);
        let said = self.said.get(&in_order(one.clone(), other.clone()));
        let settled = said.is_some_and(|said| reasons.iter().all(|reason| said.contains(reason)));
        counts(one) && counts(other) && !settled
    }
}

/// Whether two people who share a name and a cell are two all the same: their numbers in the register differ, and so
/// do their days of birth. An officer at the door is asked about them; a supervisor would only say so again.
fn are_told_apart(a: &Keys, b: &Keys, why: &[Reason]) -> bool {
    let differ = a.number.is_some() && b.number.is_some() && a.number != b.number;
    let born = a.birth_date.is_some() && b.birth_date.is_some() && a.birth_date != b.birth_date;
    differ && born && !why.iter().any(|reason| reason.is_strong())
}

fn marks(known: &Known) -> Vec<Mark> {
    let Keys { number, odd_number, cell, birth_date, nik, .. } = &known.keys;
    let odd = (!odd_number.is_empty()).then(|| Mark::OddNumber(odd_number.clone()));
    let housed =
        (*cell != cell::order("")).then(|| Mark::Housed(known.block.clone(), cell.clone()));
    let marks =
        [number.map(Mark::Number), odd, nik.map(Mark::Nik), birth_date.map(Mark::Born), housed];
    marks.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(n: u8) -> Place {
        Place { sheet: "2025.2-A".parse().unwrap(), entry: EntryId([n; 16]) }
    }

    fn face(name: &str, number: &str, cell: &str, day: u8) -> Face {
        Face {
            block: "A".into(),
            state: State::Registered,
            name: name.into(),
            aliases: String::new(),
            register_number: number.into(),
            cell: cell.into(),
            birth_date: Date::new(1990, 10, day),
            nik: String::new(),
        }
    }

    #[test]
    fn one_person_under_two_spellings_waits_until_somebody_says_what_is_true() {
        let mut index = Index::default();
        index.put(place(1), &face("Yohanis Parera", "", "1", 5));
        index.put(place(2), &face("Petrus Huwae", "", "1", 6));
        assert_eq!(index.waiting(), []);
        index.put(place(3), &face("Johanes Parera", "", "2", 5));
        let [pair] = &index.waiting()[..] else { panic!("{:?}", index.waiting()) };
        assert_eq!((&pair.one, &pair.other), (&place(1), &place(3)));
        assert_eq!(pair.reasons, [Reason::OneLetter, Reason::SameBirthDate]);

        index.say(place(3), place(1), pair.reasons.clone());
        assert_eq!(index.waiting(), []);
        // They share a number now: that was not known when somebody said so.
        index.put(place(1), &face("Yohanis Parera", "BI 7/25", "1", 5));
        index.put(place(3), &face("Johanes Parera", "B.I.7/2025", "2", 5));
        assert_eq!(index.waiting().len(), 1);
        index.say(place(1), place(3), vec![]);
        assert_eq!(index.waiting().len(), 1);
    }

    #[test]
    fn namesakes_in_one_cell_with_other_numbers_and_birthdays_are_two_people() {
        let mut index = Index::default();
        index.put(place(1), &face("Ali", "BI 7/25", "1", 1));
        index.put(place(2), &face("Ali Rahayaan", "BI 9/25", "1", 2));
        assert_eq!(index.waiting(), []);
        // Without a number, or without a day of birth, nothing tells them apart.
        index.put(place(2), &face("Ali Rahayaan", "", "1", 2));
        assert_eq!(index.waiting().len(), 1);
        let undated = Face { birth_date: None, ..face("Ali Rahayaan", "BI 9/25", "1", 2) };
        index.put(place(2), &undated);
        assert_eq!(index.waiting().len(), 1);
    }

    #[test]
    fn only_two_that_count_wait_and_a_number_comes_before_a_name() {
        let mut index = Index::default();
        index.put(place(1), &face("Ali", "BI 7/25", "1", 1));
        index.put(place(2), &face("Yohanis Parera", "", "9", 5));
        index.put(place(3), &face("Johanes Parera", "", "8", 5));
        index.put(place(4), &face("Somebody Else", "BI 7/25", "2", 2));
        let first = |index: &Index| index.waiting().first().map(|pair| pair.one.clone());
        assert_eq!((index.waiting().len(), first(&index)), (2, Some(place(1))));
        let away = Face { state: State::Cancelled, ..face("Ali", "BI 7/25", "1", 1) };
        index.put(place(1), &away);
        assert_eq!((index.waiting().len(), first(&index)), (1, Some(place(2))));
        assert!(index.reasons(&place(4), &place(1)).is_some(), "they are still alike");
    }

    fn anybody() -> impl Strategy<Value = (u8, Face)> {
        let names = ["Yohanis Parera", "Johanes Parera", "Ali", "Adi", "Jamaludin", "Djamaluddin"];
        let numbers = ["", "BI 7/25", "B.I.7/2025", "77-X", "77 x", "AIII 9/25"];
        let one = (0u8..12, 0..6usize, 0..6usize, 1u8..4, 1u8..4);
        one.prop_map(move |(n, name, number, cell, day)| {
            (n, face(names[name], numbers[number], &cell.to_string(), day))
        })
    }

    proptest! {
        /// However entries came and changed, the pairs are those that comparing everybody with everybody finds.
        #[test]
        fn what_is_found_step_by_step_is_what_is_found_at_once(steps in prop::collection::vec(anybody(), 1..60)) {
            let mut index = Index::default();
            let mut now = BTreeMap::new();
            for (n, face) in steps {
                index.put(place(n), &face);
                now.insert(place(n), face);
            }
            let everybody: Vec<(&Place, Keys)> = now.iter().map(|(p, face)| (p, face.keys())).collect();
            let mut pairs = 0;
            for (at, (one, keys)) in everybody.iter().enumerate() {
                for (other, them) in &everybody[at + 1..] {
                    let mut why = reasons(keys, them, true);
                    if are_told_apart(keys, them, &why) {
                        why.clear();
                    }
                    pairs += usize::from(!why.is_empty());
                    prop_assert_eq!(index.reasons(one, other).unwrap_or_default(), &why[..]);
                    prop_assert_eq!(index.reasons(other, one).unwrap_or_default(), &why[..]);
                }
            }
            let waiting = index.waiting();
            prop_assert_eq!((waiting.len(), index.count_waiting()), (pairs, pairs));
            for place in now.keys() {
                let among = waiting.iter().any(|pair| [&pair.one, &pair.other].contains(&place));
                prop_assert_eq!(index.is_waiting(place), among);
            }
        }
    }
}
