//! How many letters two words differ by: one missing, added, changed, or two changed places.
//!
//! This is the restricted Damerau-Levenshtein distance ("optimal string alignment"), cut off at a
//! small limit.

/// Longer words are not compared letter by letter.
const LONGEST: usize = 32;

/// The edits between two words; `None` if there are more than `most`.
pub(crate) fn edits(a: &str, b: &str, most: u8) -> Option<u8> {
    let rows = last_row(a.as_bytes(), b.as_bytes(), most)?;
    let end = *rows.get(b.len())?;
    (end <= most).then_some(end)
}

/// The edits between a word and the beginning of another that is nearest to it.
pub(super) fn prefix_edits(typed: &str, word: &str, most: u8) -> Option<u8> {
    let typed = typed.as_bytes();
    // Nothing behind this can be nearer.
    let word = &word.as_bytes()[..word.len().min(typed.len() + usize::from(most))];
    let row = last_row(typed, word, most)?;
    row[..=word.len()].iter().copied().min().filter(|edits| *edits <= most)
}

/// The edits between the whole of `a` and every beginning of `b`; `None` once all exceed `most`.
fn last_row(a: &[u8], b: &[u8], most: u8) -> Option<[u8; LONGEST + 1]> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let mut rows = [[0u8; LONGEST + 1]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j as u8;
    }
    for i in 1..=a.len() {
        let (now, before, earlier) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i as u8;
        let mut least = i as u8;
        for j in 1..=b.len() {
            let change = u8::from(a[i - 1] != b[j - 1]);
            let mut cost =
                (rows[before][j - 1] + change).min(rows[before][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[earlier][j - 2] + 1);
            }
            rows[now][j] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
    }
    Some(rows[a.len() % 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_up_to_a_limit() {
        for (a, b, expected) in [
            ("hasan", "hasan", Some(0)),
            ("hasan", "hassan", Some(1)),
            ("hasan", "hsaan", Some(1)),
            ("hasan", "husan", Some(1)),
            ("hasan", "husen", Some(2)),
            ("hasan", "petrus", None),
            ("", "ab", Some(2)),
        ] {
            assert_eq!(edits(a, b, 2), expected, "{a} {b}");
            assert_eq!(edits(b, a, 2), expected, "{b} {a}");
        }
        assert_eq!(edits(&"a".repeat(40), "a", 2), None);
    }

    #[test]
    fn a_word_is_compared_with_the_beginning_of_a_longer_one() {
        assert_eq!(prefix_edits("latuk", "latuconsina", 1), Some(1));
        assert_eq!(prefix_edits("latukonsena", "latuconsina", 2), Some(2));
        assert_eq!(prefix_edits("mtulesi", "matulesi", 1), Some(1));
        assert_eq!(prefix_edits("petrus", "yohanis", 2), None);
    }
}
