//! The order in which an officer meets the doors of a block.
//!
//! Cells are typed and exported in many ways: `7`, `07`, `7A`, `C/07`, `C-07`, `Kamar 7`.
//! The text stays as it was typed; what sorts and compares is the [`Cell`] computed from it.

/// Stands before the cell of somebody who moved to another block and whose registration stayed on the sheet of
/// the old one: `→C/07`. It is no door of this block. Do not change: sheets hold it.
pub const ELSEWHERE: char = '→';

/// A cell as order and comparison see it: `7` before `7A` before `10`.
///
/// Every text has one. A cell without a number comes after all that have one, in the order of its
/// letters, and no cell at all comes last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(Key);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    /// A number and what follows it.
    Numbered(u32, String),
    /// Words only, for example an infirmary.
    Named(String),
    Unknown,
}

/// Reads a cell inside a block: the key that sorts cells in the order of the doors.
///
/// What stands before the number names the block, or only says "cell", and does not count: within
/// one sheet the block is always the same.
pub fn order(text: &str) -> Cell {
    let upper = text.to_ascii_uppercase();
    let here = !upper.starts_with(ELSEWHERE);
    let start = upper.find(|c: char| c.is_ascii_digit()).filter(|_| here);
    let key = match start {
        Some(start) => {
            let numbered = &upper[start..];
            let end = numbered.find(|c: char| !c.is_ascii_digit()).unwrap_or(numbered.len());
            let number = numbered[..end].parse().unwrap_or(u32::MAX);
            Key::Numbered(number, letters(&numbered[end..]))
        }
        None => match letters(&upper) {
            name if name.is_empty() => Key::Unknown,
            name => Key::Named(name),
        },
    };
    Cell(key)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_in_the_order_of_the_doors() {
        let walk = ["1", "2", "7", "7A", "7B", "10", "10A", "21", "→C/2", "Isolasi", "Klinik", ""];
        let mut sorted = walk;
        sorted.reverse();
        sorted.sort_by_key(|text| order(text));
        assert_eq!(sorted, walk);
    }

    #[test]
    fn one_cell_written_in_many_ways_is_one_cell() {
        for text in ["7", "07", " 7 ", "C/07", "C-07", "c 7", "Kamar 7", "kamar no. 7", "K.7"] {
            assert_eq!(order(text), order("7"), "{text:?}");
        }
        for text in ["7A", "7a", "7 A", "7-A", "C/07A", "Kamar 7 A"] {
            assert_eq!(order(text), order("7A"), "{text:?}");
        }
        assert_ne!(order("7"), order("7A"));
        assert_ne!(order("7"), order("70"));
    }

    #[test]
    fn no_text_is_too_odd() {
        assert_eq!(order("  "), order("--"));
        assert!(order("99999999999999999999") > order("10"));
        assert!(order("é7") == order("7"));
    }
}
