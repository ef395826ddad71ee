//! Finding a person among ten thousand: how long each keystroke takes to look through all of them.
//!
//! It is what a tablet does between a key and a list, without drawing it.

use std::time::Instant;

use bilik_shared::person::Person;
use bilik_shared::search::{Keys, Query, Rank};

/// As many people as the largest tablet is meant to carry.
pub const PEOPLE: usize = 10_000;
/// As many as a screen shows.
const SHOWN: usize = 50;
/// What is typed, letter by letter: as written, misspelled, in another order, numbers, cells.
pub const TYPED: [&str; 10] = [
    "Yohanis Latuconsina",
    "latukonsena johanes",
    "djamaludin alkatiri",
    "Abdul Rahman Tuasikal",
    "la ode hasan",
    "petrus pelupesi",
    "zzzzzzzzzzzz",
    "B I 283 / 26",
    "4512/26",
    "blok a kamar 7",
];
const GIVEN: [&str; 12] = [
    "Yohanis",
    "Jefry",
    "Semuel",
    "Abdul Rahman",
    "Djamaluddin",
    "Muhammad Rizal",
    "La Ode Hasan",
    "Petrus",
    "Nurhayati",
    "Ma'ruf",
    "Melkianus",
    "Wa Ode Sari",
];
const FAMILY: [&str; 12] = [
    "Latuconsina",
    "Tuasikal",
    "Pattiasina",
    "Leiwakabessy",
    "Pelupessy",
    "Alkatiri",
    "Wattimena",
    "Salampessy",
    "Bakarbessy",
    "Tehupeiory",
    "Marasabessy",
    "Huwae",
];

/// Milliseconds of each keystroke.
pub fn keystrokes() -> Vec<f64> {
    let keys: Vec<Keys> = (0..PEOPLE).map(|n| Keys::of(&person(n), "")).collect();
    let mut taken = Vec::new();
    for typed in TYPED {
        for (end, letter) in typed.char_indices() {
            let began = Instant::now();
            let found = find(&typed[..end + letter.len_utf8()], &keys);
            taken.push(began.elapsed().as_secs_f64() * 1e3);
            std::hint::black_box(found);
        }
    }
    taken
}

fn find(text: &str, keys: &[Keys]) -> Vec<(Rank, usize)> {
    let query = Query::parse(text);
    let rated = keys.iter().enumerate();
    let mut found: Vec<_> =
        rated.filter_map(|(n, keys)| Some((query.rate(keys, "A")?, n))).collect();
    found.sort_unstable();
    found.truncate(SHOWN);
    found
}

/// The `n`th of them.
pub fn person(n: usize) -> Person {
    let (given, family) = (GIVEN[n % GIVEN.len()], FAMILY[n / GIVEN.len() % FAMILY.len()]);
    Person {
        name: format!("{given} {family}"),
        aliases: if n.is_multiple_of(20) { "Ucok".into() } else { String::new() },
        register_number: format!("BI {}/26", n + 1),
        cell: (n % 20).to_string(),
        ..Person::default()
    }
}
