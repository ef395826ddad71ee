//! What stands for a person outside the house, and for a number that is so small that it points at one.

use sha2::{Digest as _, Sha256};

use super::Cell;
use crate::id::EntryId;

/// Counts below this, and above zero, are not shown outside the house.
pub(super) const SMALL: u32 = 5;

/// Digits and capital letters that nobody takes for one another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The initials of a name, `P.C` for *Petrus Corneles*; what follows an *alias* is no part of it.
pub fn initials(name: &str) -> String {
    let words = name
        .split_whitespace()
        .take_while(|word| !matches!(word.to_lowercase().trim_end_matches('.'), "alias" | "als"));
    let letters = words.filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
    letters.map(|letter| letter.to_uppercase().to_string()).collect::<Vec<_>>().join(".")
}

/// What the partner calls somebody before they are confirmed: the same in every list, and nothing to
/// find the person by. Nobody outside knows the entry's random id that it is computed from.
pub fn pseudonym(entry: EntryId) -> String {
    let hash = Sha256::new().chain_update(b"bilik pseudonym 1").chain_update(entry.0).finalize();
    let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
    let letters: Vec<char> = hash.iter().take(8).map(letter).collect();
    let (front, back) = letters.split_at(4);
    format!("{}-{}", front.iter().collect::<String>(), back.iter().collect::<String>())
}

/// Stands for a small count.
const FEW: &str = "<5";
/// Stands for a larger count beside it that would give a small one away.
const COVERED: &str = "*";

/// A count as it may be shown outside.
pub fn few(count: u32) -> Cell {
    if (1..SMALL).contains(&count) { FEW.into() } else { count.into() }
}

/// Hides the small counts of one column. Where that hides a single one, the smallest of the others is
/// covered as well: the sum of the column would tell it otherwise.
pub fn hide_small(rows: &mut [Vec<Cell>], column: usize) {
    let small = |cell: &Cell| matches!(cell, Cell::Number(count) if (1..SMALL).contains(count));
    let mut hidden = 0;
    for cell in rows.iter_mut().map(|row| &mut row[column]).filter(|cell| small(cell)) {
        *cell = FEW.into();
        hidden += 1;
    }
    if hidden != 1 {
        return;
    }
    let count = |cell: &Cell| match cell {
        Cell::Number(count) if *count > 0 => Some(*count),
        _ => None,
    };
    let others = rows.iter_mut().map(|row| &mut row[column]);
    if let Some(cell) = others.filter(|cell| count(cell).is_some()).min_by_key(|cell| count(cell)) {
        *cell = COVERED.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_name_nobody() {
        for (name, expected) in [
            ("Petrus Corneles", "P.C"),
            ("YANTO", "Y"),
            ("Nu'man bin Tuasikal", "N.B.T"),
            ("La Ode Hasan alias Acang", "L.O.H"),
            ("ani (tua) 2", "A.T"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_pseudonym_is_stable_and_everybodys_own() {
        let of = |n: u16| pseudonym(EntryId([n.to_le_bytes(); 8].concat().try_into().unwrap()));
        assert_eq!(of(7), of(7));
        assert_eq!((of(7).len(), of(7).chars().nth(4)), (9, Some('-')));
        let all: std::collections::BTreeSet<String> = (0..5_000).map(of).collect();
        assert_eq!(all.len(), 5_000);
    }

    #[test]
    fn a_small_count_cannot_be_computed_from_the_sum() {
        let hidden = |counts: &[u32]| {
            let mut rows: Vec<Vec<Cell>> = counts.iter().map(|n| vec![(*n).into()]).collect();
            hide_small(&mut rows, 0);
            let text = |row: Vec<Cell>| match &row[0] {
                Cell::Number(count) => count.to_string(),
                Cell::Text(text) => text.clone(),
            };
            rows.into_iter().map(text).collect::<Vec<_>>().join(" ")
        };
        for (counts, shown) in [
            (&[0, 5, 12][..], "0 5 12"),
            (&[3, 12, 7, 0], "<5 12 * 0"),
            (&[3, 4, 12], "<5 <5 12"),
            (&[4, 0, 0], "<5 0 0"),
            (&[], ""),
        ] {
            assert_eq!(hidden(counts), shown, "{counts:?}");
        }
        assert_eq!(
            (few(0), few(1), few(4), few(5)),
            (0.into(), "<5".into(), "<5".into(), 5.into())
        );
    }
}
