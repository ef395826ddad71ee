//! What an officer opens the tablet with at the start of a shift.
//!
//! Four words of a list of 2,048 are 44 bits. Whoever copied the tablet's disk must stretch each guess as the tablet
//! does; SECURITY.md says what that costs.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use bilik_shared::sealed::KEY;

use crate::device;
use crate::net;

/// Bytes of a salt.
pub const SALT: usize = 16;
/// So many words are offered.
const WORDS: usize = 4;
/// One's own has so many letters at least.
const SHORTEST: usize = 12;

/// What stretching a passphrase costs, with Argon2id in one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// How often all of it is gone through.
    pub rounds: u32,
}

/// What it costs today (OWASP asks for 19 MiB and two rounds at least).
pub const COST: Cost = Cost { memory_kib: 64 * 1024, rounds: 3 };

/// As it is compared: small letters, one blank between words. Whoever is tired need not care.
pub fn normal(typed: &str) -> String {
    typed.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Stretches a passphrase, as it is typed, into a key. `None` for a cost that nothing of ours has written.
pub fn stretch(typed: &str, salt: &[u8; SALT], cost: Cost) -> Option<[u8; KEY]> {
    let params = Params::new(cost.memory_kib, cost.rounds, 1, Some(KEY)).ok()?;
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = [0; KEY];
    let typed = normal(typed);
    argon2.hash_password_into_with_memory(typed.as_bytes(), salt, &mut key, &mut memory).ok()?;
    Some(key)
}

/// Why a passphrase is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It is too short.
    Short,
    /// It is among what is tried first.
    Weak,
}

/// What is tried first, and counts for nothing in a passphrase. Sorted by nothing.
const TRIED_FIRST: [&str; 18] = [
    "katasandi",
    "password",
    "passphrase",
    "sandi",
    "rahasia",
    "indonesia",
    "admin",
    "petugas",
    "tablet",
    "bilik",
    "rutan",
    "lapas",
    "qwerty",
    "asdf",
    "abc",
    "sayang",
    "bismillah",
    "merdeka",
];

/// What is wrong with a passphrase of one's own; `names` are words that everybody here knows.
pub fn lack(typed: &str, names: &str) -> Option<Lack> {
    let normal = normal(typed);
    if normal.chars().count() < SHORTEST {
        return Some(Lack::Short);
    }
    let mut rest = normal;
    let names = self::normal(names);
    for known in TRIED_FIRST.into_iter().chain(names.split(' ').filter(|name| name.len() > 2)) {
        rest = rest.replace(known, "");
    }
    let rest: Vec<char> = rest.chars().filter(|letter| !letter.is_whitespace()).collect();
    let repeats = |period: usize| rest.iter().zip(&rest[period..]).all(|(a, b)| a == b);
    let mut kinds = rest.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let weak = rest.len() < 8
        || kinds.len() < 5
        || rest.iter().all(char::is_ascii_digit)
        || (1..=rest.len() / 2).any(repeats);
    weak.then_some(Lack::Weak)
}

/// Four words to offer, from the list that comes with the app. `None` where it cannot be read.
pub async fn offer() -> Option<String> {
    let list = net::get_text(&device::named("words")?).await.ok()?;
    let words: Vec<&str> = list.lines().collect();
    // Every word must be as likely as any other.
    (words.len() == 1 << 11).then(|| choose(&words, device::random()))
}

fn choose(words: &[&str], dice: [u8; 2 * WORDS]) -> String {
    let word = |two: &[u8]| words[(usize::from(two[0]) << 8 | usize::from(two[1])) % words.len()];
    dice.chunks(2).map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = include_str!("../../web/words.txt");

    #[test]
    fn a_passphrase_opens_however_it_was_typed() {
        let cost = Cost { memory_kib: 64, rounds: 1 };
        let key = |typed| stretch(typed, &[7; SALT], cost).unwrap();
        let one = key("meja hujan kuda tiga");
        assert_eq!(one, key("  Meja HUJAN\tkuda  tiga "));
        assert_ne!(one, key("mejahujan kuda tiga"));
        assert_ne!(Some(one), stretch("meja hujan kuda tiga", &[8; SALT], cost));
        assert_eq!(stretch("meja", &[7; SALT], Cost { memory_kib: 0, rounds: 0 }), None);
        // Tablets hold keys that are wrapped with this.
        let hex: String = one.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "01a6292834bc81d933d4bac87db5eee971edae9d166f64699555595853bade15");
    }

    #[test]
    fn what_is_short_or_tried_first_is_not_taken() {
        let lack = |typed| lack(typed, "Siti Aminah Tuasikal Rutan Ambon");
        for short in ["", "kuda", "kuda   meja", "sebelas"] {
            assert_eq!(lack(short), Some(Lack::Short), "{short}");
        }
        for weak in [
            "aaaaaaaaaaaa",
            "123456789012",
            "198001011980",
            "Siti Aminah 1980",
            "password1234",
            "abcdabcdabcdabcd",
            "rutan ambon 123",
            "kuda kuda kuda kuda",
            "sitiaminahtuasikal",
        ] {
            assert_eq!(lack(weak), Some(Lack::Weak), "{weak}");
        }
        for good in ["meja hujan kuda tiga", "Saya suka sagu lempeng", "perahu-biru-1974"] {
            assert_eq!(lack(good), None, "{good}");
        }
    }

    #[test]
    fn the_list_has_2048_words_that_are_simple_to_type() {
        let words: Vec<&str> = LIST.lines().collect();
        assert_eq!(words.len(), 2048);
        let mut sorted = words.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted, words, "sorted, and none twice");
        let simple = |word: &&str| {
            (3..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        assert!(words.iter().all(simple));
        let (first, last) = (words[0], words[2047]);
        let offered = choose(&words, [0, 0, 7, 255, 8, 0, 255, 255]);
        assert_eq!(offered, format!("{first} {last} {first} {last}"));
        // The shortest four are long enough to be taken.
        assert_eq!(lack("api ebi huma yoga", ""), None);
    }
}
