//! Removing a person's data on their request (UU 27/2022, articles 8 and 43).
//!
//! What stays is that it took place: who did it, when, why, and the registration's number and id, which name
//! nobody any more. The logs that the law asks for (article 31) keep that id; a certificate stays, because it
//! must be possible to prove what others were shown (UU 43/2009 on archives), with the grades behind it.

use serde::{Deserialize, Serialize};

use super::case::{Case, Opened, Step};
use crate::sheet::Entry;

/// Grants a request for erasure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erase {
    /// The registration's number; empty where the case names it.
    #[serde(default)]
    pub number: String,
    /// Why it is granted.
    pub word: String,
}

/// Stands where something was taken out of a text.
const HIDDEN: &str = "…";
/// Shorter words of a name are words of other things as well.
const SHORT: usize = 3;

/// What names a person, to take it out of texts that stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    whole: Vec<String>,
}

impl Names {
    /// Takes in what names somebody in this entry.
    pub fn note(&mut self, entry: &Entry) {
        let person = &entry.person;
        for text in [&person.name, &person.aliases, &person.register_number, &entry.answers.nik] {
            self.note_text(text);
        }
    }

    /// Takes in a text that names somebody.
    pub fn note_text(&mut self, text: &str) {
        let text = text.trim();
        if text.chars().count() >= SHORT && !self.whole.iter().any(|known| known == text) {
            self.whole.push(text.to_owned());
        }
    }

    /// Whether bytes hold one of them as it was typed.
    pub fn are_in(&self, bytes: &[u8]) -> bool {
        let held = |text: &String| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        self.whole.iter().any(held)
    }

    /// The same text without them, and without the single words of them.
    pub fn hidden_in(&self, text: &str) -> String {
        let words = self.whole.iter().flat_map(|text| text.split_whitespace());
        let words = words.filter(|word| word.chars().count() >= SHORT);
        let parts = self.whole.iter().map(String::as_str).chain(words);
        parts.fold(text.to_owned(), |text, part| hide(&text, part))
    }

    /// A case without them. Who asked is not kept at all: the entry's id says whose it was.
    pub fn hidden_in_case(&self, case: Case) -> Case {
        let Case { id, at, by, opened, steps } = case;
        let opened = match opened {
            Opened::Request { kind, entry, subject, received_at, .. } => {
                let (who, subject) = (String::new(), self.hidden_in(&subject));
                Opened::Request { kind, entry, who, subject, received_at }
            }
            incident @ Opened::Incident { .. } => incident,
        };
        let mut steps = steps;
        for done in &mut steps {
            match &mut done.step {
                Step::Noted { word } | Step::Told { word, .. } | Step::Closed { word, .. } => {
                    *word = self.hidden_in(word);
                }
                Step::Erased { .. } => {}
            }
        }
        Case { id, at, by, opened, steps }
    }
}

/// Takes a part out of a text wherever it stands, in capitals or not.
fn hide(text: &str, part: &str) -> String {
    let fold = |c: &char| c.to_lowercase().next().unwrap_or(*c);
    let (all, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    let (mut kept, mut at) = (String::with_capacity(text.len()), 0);
    while at < all.len() {
        let here = all.get(at..at + part.len());
        if here.is_some_and(|here| here.iter().map(fold).eq(part.iter().map(fold))) {
            kept.push_str(HIDDEN);
            at += part.len();
        } else {
            kept.push(all[at]);
            at += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::EntryId;
    use crate::privacy::case::{Done, Outcome, RequestKind};
    use crate::time::Timestamp;

    fn names() -> Names {
        let mut names = Names::default();
        for text in ["Yakob Tanamal", "BI 283/2025", "", "Al"] {
            names.note_text(text);
        }
        names
    }

    #[test]
    fn a_name_is_taken_out_whole_and_word_by_word() {
        for (text, left) in [
            ("hapus data YAKOB TANAMAL (BI 283/2025)", "hapus data … (…)"),
            ("Pak Yakob minta, Tanamal", "Pak … minta, …"),
            ("Al saja tetap", "Al saja tetap"),
            ("", ""),
        ] {
            assert_eq!(names().hidden_in(text), left, "{text}");
        }
        assert!(names().are_in(b"\x85..Yakob Tanamal\x00") && !names().are_in(b"yakob"));
    }

    #[test]
    fn a_case_keeps_what_was_asked_and_done_and_not_by_whom() {
        let by: crate::id::OfficerId = "pdp".parse().unwrap();
        let word = "surat Tanamal diterima".to_owned();
        let closed = Step::Closed { outcome: Some(Outcome::Granted), word };
        let case = Case {
            id: 1,
            at: Timestamp(5),
            by: by.clone(),
            opened: Opened::Request {
                kind: RequestKind::Erasure,
                entry: Some(EntryId([2; 16])),
                who: "Yakob, lewat istrinya".into(),
                subject: "hapus data Yakob".into(),
                received_at: Timestamp(4),
            },
            steps: vec![Done { at: Timestamp(6), by, step: closed }],
        };
        let left = names().hidden_in_case(case);
        let text = format!("{left:?}");
        for gone in ["Yakob", "Tanamal", "istrinya"] {
            assert!(!text.contains(gone), "{text}");
        }
        assert!(text.contains("hapus data …") && text.contains("surat … diterima"), "{text}");
        assert_eq!((left.id, left.deadline()), (1, Timestamp(4 + 72 * 3_600_000)));
    }
}
