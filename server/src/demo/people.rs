//! The people of the invented facility: 300 of them in blocks A, B, C, D and W.
//!
//! Shares, names and rooms follow the recipe of the domain's reference; the cases that trip software up
//! (one-word names, apostrophes, odd register numbers, people who share a name) are put in by hand.

mod names;

use bilik_shared::id::EntryId;
use bilik_shared::person::{LegalStatus, Person, Sex};
use bilik_shared::time::Date;

use super::Random;

/// Block and room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The block.
    pub block: char,
    /// The room in it.
    pub room: usize,
}

/// Who sleeps where: block, rooms, people, and why they are held.
const BLOCKS: [(char, usize, usize, LegalStatus); 4] = [
    ('A', 8, 66, LegalStatus::Convicted),
    ('B', 8, 67, LegalStatus::Convicted),
    ('C', 10, 78, LegalStatus::Detainee),
    ('D', 10, 77, LegalStatus::Detainee),
];
/// Women: 4 of 100, in one block whatever they are held for.
const WOMEN: usize = 12;
const WOMEN_CONVICTED: usize = 6;
const WOMEN_ROOMS: usize = 2;

/// Everyone by block, in the order of their rooms. The same seed and day give the same people.
pub fn roster(seed: u64, today: Date) -> Vec<(String, Vec<(EntryId, Person)>)> {
    let mut random = Random::new(seed);
    let mut numbers = Numbers::default();
    let mut people: Vec<(Cell, Person)> = Vec::with_capacity(300);
    for (block, rooms, count, status) in BLOCKS {
        for n in 0..count {
            let cell = Cell { block, room: n * rooms / count + 1 };
            people.push((cell, invent(&mut random, &mut numbers, cell, status, Sex::Male, today)));
        }
    }
    for n in 0..WOMEN {
        let cell = Cell { block: 'W', room: n * WOMEN_ROOMS / WOMEN + 1 };
        let convicted = n < WOMEN_CONVICTED;
        let status = if convicted { LegalStatus::Convicted } else { LegalStatus::Detainee };
        people.push((cell, invent(&mut random, &mut numbers, cell, status, Sex::Female, today)));
    }
    put_in_special_cases(&mut people, today);
    let blocks = ['A', 'B', 'C', 'D', 'W'];
    blocks
        .map(|block| {
            let here = people.iter().filter(|(cell, _)| cell.block == block);
            let entries = here.map(|(_, person)| (EntryId(random.bytes()), person.clone()));
            (block.to_string(), entries.collect())
        })
        .into()
}

/// Running numbers of the registers, so that no two people share one.
#[derive(Debug, Default)]
struct Numbers {
    given: [u32; 2],
}

fn invent(
    random: &mut Random,
    numbers: &mut Numbers,
    cell: Cell,
    status: LegalStatus,
    sex: Sex,
    today: Date,
) -> Person {
    let (name, aliases) = names::name(random, sex);
    Person {
        name,
        aliases,
        register_number: register_number(random, numbers, status, today),
        legal_status: Some(status),
        cell: cell_text(random, cell),
        birth_date: Some(birth_date(random, today)),
        birth_approximate: random.percent(5),
        sex: Some(sex),
        ..Person::default()
    }
}

/// A room as the prison's list writes it; some rows are dirty.
fn cell_text(random: &mut Random, cell: Cell) -> String {
    let Cell { room, .. } = cell;
    if random.percent(3) { format!("Kamar {room}") } else { room.to_string() }
}

fn birth_date(random: &mut Random, today: Date) -> Date {
    let (youngest, oldest) = random.weigh(&[
        (22, (18, 24)),
        (36, (25, 34)),
        (24, (35, 44)),
        (12, (45, 54)),
        (6, (55, 70)),
    ]);
    let age = youngest + random.below(oldest - youngest + 1);
    let days = (age as f64 * 365.2425) as i64 + random.below(365) as i64 + 1;
    Date::from_days(today.days() - days)
}

fn register_number(
    random: &mut Random,
    numbers: &mut Numbers,
    status: LegalStatus,
    today: Date,
) -> String {
    let (class, book) = if status == LegalStatus::Convicted {
        (random.weigh(&[(85, "BI"), (10, "BIIa"), (2, "BIIb"), (3, "BIII")]), 0)
    } else {
        (random.weigh(&[(10, "AI"), (30, "AII"), (50, "AIII"), (7, "AIV"), (3, "AV")]), 1)
    };
    numbers.given[book] += 1 + random.below(3) as u32;
    let (number, year) = (numbers.given[book], today.year() - random.below(2) as i32);
    // How clerks write it: mostly clean, sometimes not.
    match random.below(20) {
        0 => format!("{class}{number}/{:02}", year % 100),
        1 => format!("{class}  {number} / {:02}", year % 100),
        2 => format!("{class}. {number} / {:02}", year % 100),
        _ => format!("{class} {number}/{year}"),
    }
}

/// The cases E01 to E19 of the domain's reference, as far as they concern a roster.
fn put_in_special_cases(people: &mut [(Cell, Person)], today: Date) {
    let year = today.year();
    let mut set = |n: usize, change: &dyn Fn(&mut Person)| {
        if let Some((_, person)) = people.get_mut(n) {
            change(person);
        }
    };
    // E01, E02, E04: names of one word and with an apostrophe, born on a leap day.
    set(0, &|p| p.name = "Yanto".into());
    set(1, &|p| p.name = "Ma'ruf Salampessy".into());
    set(2, &|p| p.birth_date = Date::new(2000, 2, 29));
    // E09: one way of writing each.
    let raw = [
        "B I 283 / 26",
        "BI 1201 /26",
        "BI1202/26",
        "BI  1203 / 26",
        "BI.1305/26",
        "BI. 1306 / 26",
    ];
    for (n, raw) in raw.into_iter().enumerate() {
        set(3 + n, &|p| p.register_number = raw.into());
    }
    // E08 and a number that no pattern knows.
    set(9, &|p| p.register_number = format!("A.III 77/{year}"));
    set(10, &|p| p.register_number = "tidak ada".into());
    // Held for another agency.
    set(140, &|p| p.legal_status = Some(LegalStatus::HeldForOther));
    // E11: one person, spelled in two ways, in two blocks.
    let born = Date::new(1991, 3, 14);
    set(20, &|p| (p.name, p.birth_date) = ("Yohanis Lewerissa".into(), born));
    set(90, &|p| (p.name, p.birth_date) = ("Johanes Lewerisa".into(), born));
    // E18: not yet of age. E19: only the year of birth is known.
    set(150, &|p| p.birth_date = Date::new(year - 17, 1, 1).filter(|d| d.age_on(today) == 17));
    set(151, &|p| (p.birth_date, p.birth_approximate) = (Date::new(1980, 7, 1), true));
    // Same names: three pairs born on different days, two pairs born on the same day in different blocks.
    for (a, b, name) in
        [(30, 100, "Petrus Tomasoa"), (31, 160, "Ismail Tuasikal"), (32, 33, "Roni Titaley")]
    {
        set(a, &|p| p.name = name.into());
        set(b, &|p| p.name = name.into());
    }
    for (a, b, name, born) in [
        (40, 170, "Arman Wakano", Date::new(1988, 8, 8)),
        (41, 220, "Markus Nanlohy", Date::new(1995, 12, 1)),
    ] {
        set(a, &|p| (p.name, p.birth_date) = (name.into(), born));
        set(b, &|p| (p.name, p.birth_date) = (name.into(), born));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn everyone() -> Vec<(String, Vec<(EntryId, Person)>)> {
        roster(1, Date::new(2026, 1, 15).unwrap())
    }

    #[test]
    fn the_same_seed_makes_the_same_people() {
        assert_eq!(everyone(), everyone());
        assert_ne!(everyone(), roster(2, Date::new(2026, 1, 15).unwrap()));
    }

    #[test]
    fn the_house_has_the_people_of_the_recipe() {
        let people: Vec<Person> =
            everyone().into_iter().flat_map(|(_, b)| b).map(|(_, p)| p).collect();
        let count = |test: &dyn Fn(&Person) -> bool| people.iter().filter(|p| test(p)).count();
        assert_eq!(people.len(), 300);
        assert_eq!(count(&|p| p.sex == Some(Sex::Female)), 12);
        assert_eq!(count(&|p| p.legal_status == Some(LegalStatus::Convicted)), 139);
        assert_eq!(count(&|p| p.legal_status == Some(LegalStatus::Detainee)), 160);
        assert_eq!(count(&|p| p.legal_status == Some(LegalStatus::HeldForOther)), 1);
        let words = |p: &Person| p.name.split_whitespace().count();
        let single = count(&|p| words(p) == 1);
        assert!((20..60).contains(&single), "{single} names of one word");
        assert!(count(&|p| p.name.contains('\'')) >= 1);
        let today = Date::new(2026, 1, 15).unwrap();
        assert_eq!(count(&|p| p.birth_date.is_some_and(|d| d.age_on(today) < 18)), 1);
    }

    #[test]
    fn ids_are_unique_and_rooms_hold_a_few_people_each() {
        let mut ids = BTreeSet::new();
        for (block, people) in everyone() {
            assert!(people.iter().all(|(id, _)| ids.insert(*id)), "block {block}");
            let rooms: BTreeSet<&str> =
                people.iter().map(|(_, p)| p.cell.trim_start_matches("Kamar ")).collect();
            assert!(people.len() / rooms.len() >= 5, "block {block}");
            assert!(people.len() / rooms.len() <= 14, "block {block}");
        }
    }
}
