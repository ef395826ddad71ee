//! Finding a person by what an officer hears in a corridor: a name in any spelling and order, a
//! register number in any spelling, a cell.
//!
//! What a person is compared by is computed once, when their entry changes ([`Keys`]); what was
//! typed is read once for each keystroke ([`Query`]). Ten thousand people are then only looked
//! through.

use crate::cell::{self, Cell};
use crate::nik;
use crate::person::{Person, fold, lower_case};
use crate::register_number::RegisterNumber;
use crate::time::Date;

mod code;
mod distance;

pub(crate) use code::compact;
use code::{CellPart, NumberPart};
pub(crate) use distance::edits;
use distance::prefix_edits;

/// Words that join names and tell nobody apart. They are read over where others were typed.
const FILLERS: [&str; 6] = ["alias", "als", "bin", "binti", "blok", "kamar"];

/// How well a person fits what was typed, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// As it was typed: the beginning of a word, a whole number, a cell.
    Exact,
    /// In another spelling.
    Folded,
    /// In the middle of a word.
    Inside,
    /// With a letter or two that differ, in a longer word.
    Fuzzy,
}

/// How well a person fits: the worst word counts, then all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    /// The fit of the word that fits worst.
    pub fit: Fit,
    cost: u16,
}

impl Rank {
    /// The rank as one number, smaller for who fits better.
    pub fn number(self) -> i64 {
        (self.fit as i64) << 16 | i64::from(self.cost)
    }
}

/// What a person is found and compared by, computed from their entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Name and aliases in lower case.
    plain: String,
    /// Name and aliases as [`fold`] writes them.
    folded: String,
    /// The letters of both.
    letters: u64,
    /// The words of `folded`, with the letters that each holds.
    words: Vec<FoldedWord>,
    /// How many of the words are the name; the others are aliases.
    pub(crate) name_words: usize,
    /// The register number.
    pub(crate) number: Option<RegisterNumber>,
    /// Letters and digits of a register number that cannot be read.
    pub(crate) odd_number: String,
    /// The cell inside the block.
    pub(crate) cell: Cell,
    /// The day of birth.
    pub(crate) birth_date: Option<Date>,
    /// The identity number, if all sixteen digits are there and it is no placeholder.
    pub(crate) nik: Option<u64>,
}

/// Which letters and digits stand in a name and its aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FoldedWord {
    start: u16,
    end: u16,
    letters: u64,
}

impl Keys {
    /// What this person is found by. `nik` is the identity number as typed.
    pub fn of(person: &Person, nik: &str) -> Self {
        let name = fold(&person.name);
        let name_words = name.split(' ').filter(|word| !word.is_empty()).count();
        let folded = fold(&format!("{} {}", person.name, person.aliases));
        let number = person.register_number.parse().ok();
        let odd_number = match number {
            Some(_) => String::new(),
            None => compact(&person.register_number),
        };
        let plain = lower_case(&format!("{} {}", person.name, person.aliases));
        Self {
            letters: letters(&plain) | letters(&folded),
            plain,
            words: spans(&folded),
            folded,
            name_words,
            number,
            odd_number,
            cell: cell::order(&person.cell),
            birth_date: person.birth_date,
            nik: nik::comparable(nik),
        }
    }

    /// The words of the name, folded, without joining words.
    pub(crate) fn name(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().take(self.name_words).map(|word| self.word(word));
        words.filter(|word| !FILLERS.contains(word))
    }

    /// The letters of name and aliases, for [`Query::may_fit`].
    pub fn letters(&self) -> Letters {
        Letters(self.letters)
    }

    /// Name and aliases folded, which sorts people by name.
    pub fn sorting(&self) -> &str {
        &self.folded
    }

    fn word(&self, word: &FoldedWord) -> &str {
        &self.folded[usize::from(word.start)..usize::from(word.end)]
    }
}

/// The words of a folded text. One that is so long that places in it do not fit is cut off.
fn spans(folded: &str) -> Vec<FoldedWord> {
    let mut words = Vec::new();
    let mut start = 0;
    for word in folded.split(' ') {
        let end = start + word.len();
        if let (Ok(from), Ok(to)) = (u16::try_from(start), u16::try_from(end))
            && !word.is_empty()
        {
            words.push(FoldedWord { start: from, end: to, letters: letters(word) });
        }
        start = end + 1;
    }
    words
}

/// Which letters a word holds, one bit each; what is no plain letter or digit shares a bit.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |set, byte| {
        set | 1
            << match byte {
                b'a'..=b'z' => byte - b'a',
                b'0'..=b'9' => byte - b'0' + 26,
                _ => 40,
            }
    })
}

/// What was typed, read once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    words: Vec<Word>,
    number: Option<NumberPart>,
    cell: Option<CellPart>,
    /// Letters and digits, if there is a digit: for register numbers that cannot be read.
    odd_number: String,
}

/// One word that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    plain: String,
    plain_letters: u64,
    folded: String,
    letters: u64,
    number: Option<NumberPart>,
    cell: Option<CellPart>,
}

/// In longer words a letter may differ, in very long ones two. In short ones that would be another
/// name: Ali, Adi.
fn allowed_edits(letters: usize) -> u8 {
    match letters {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

impl Query {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Self {
        let number = NumberPart::parse(text);
        let cell = CellPart::parse(text);
        let only_code = number.is_some() || cell.as_ref().is_some_and(CellPart::is_short);
        let words = if only_code { Vec::new() } else { words(text) };
        let odd_number = compact(text);
        let has_digit = odd_number.len() > 1 && odd_number.contains(|c: char| c.is_ascii_digit());
        Self { words, number, cell, odd_number: if has_digit { odd_number } else { String::new() } }
    }

    /// Nothing was typed that somebody could be found by.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.number.is_none() && self.cell.is_none()
    }

    /// Whether somebody with these letters may fit at all: most people are passed over by it, without a look at them.
    pub fn may_fit(&self, letters: Letters) -> bool {
        let by_code = self.number.is_some() || self.cell.is_some() || !self.odd_number.is_empty();
        let may =
            |word: &Word| word.number.is_some() || word.cell.is_some() || word.may_fit(letters);
        by_code || self.words.iter().all(may)
    }

    /// Whether this person fits, and how well. `block` is the block of their sheet.
    pub fn rate(&self, keys: &Keys, block: &str) -> Option<Rank> {
        let whole = |fits: bool| fits.then_some(Rank { fit: Fit::Exact, cost: 0 });
        let number = self.number.as_ref().and_then(|part| part.rate(keys));
        let number = number.map(|cost| Rank { fit: Fit::Exact, cost });
        let cell = || whole(self.cell.as_ref().is_some_and(|cell| cell.fits(&keys.cell, block)));
        let odd = || {
            let typed = self.odd_number.as_str();
            whole(!typed.is_empty() && keys.odd_number.contains(typed))
        };
        number.or_else(cell).or_else(odd).or_else(|| self.rate_words(keys, block))
    }

    /// Whether a registration number, written as [`compact`] does, holds what was typed; at least three letters and
    /// digits, with a digit.
    pub(crate) fn rate_code(&self, number: &str) -> Option<Rank> {
        let typed = self.odd_number.as_str();
        let holds = typed.len() > 2 && number.contains(typed);
        holds.then_some(Rank { fit: Fit::Exact, cost: 0 })
    }

    fn rate_words(&self, keys: &Keys, block: &str) -> Option<Rank> {
        let mut rank = (!self.words.is_empty()).then_some(Rank { fit: Fit::Exact, cost: 0 })?;
        for word in &self.words {
            let (fit, cost) = word.rate(keys, block)?;
            rank = Rank { fit: rank.fit.max(fit), cost: rank.cost + cost };
        }
        Some(rank)
    }
}

fn words(text: &str) -> Vec<Word> {
    let plain = lower_case(text);
    let typed: Vec<&str> = plain.split_whitespace().collect();
    let telling: Vec<&str> = typed
        .iter()
        .copied()
        .filter(|word| !FILLERS.contains(&word.trim_end_matches('.')))
        .collect();
    let kept = if telling.is_empty() { typed } else { telling };
    kept.into_iter().flat_map(word).collect()
}

/// One word as typed; what stands between dashes and dots are words of their own.
fn word(plain: &str) -> Vec<Word> {
    let has_digit = plain.contains(|c: char| c.is_ascii_digit());
    let make = |plain: &str, folded: &str| Word {
        plain: plain.to_owned(),
        plain_letters: letters(plain),
        folded: folded.to_owned(),
        letters: letters(folded),
        number: if has_digit { NumberPart::parse(plain) } else { None },
        cell: if has_digit { CellPart::parse(plain) } else { None },
    };
    let folded = fold(plain);
    if has_digit || !folded.contains(' ') {
        let odd = has_digit || !folded.is_empty();
        return odd.then(|| make(plain, &folded)).into_iter().collect();
    }
    folded.split(' ').map(|part| make(part, part)).collect()
}

impl Word {
    fn rate(&self, keys: &Keys, block: &str) -> Option<(Fit, u16)> {
        if self.number.as_ref().is_some_and(|part| part.rate(keys).is_some()) {
            return Some((Fit::Exact, 0));
        }
        if self.cell.as_ref().is_some_and(|cell| cell.fits(&keys.cell, block)) {
            return Some((Fit::Exact, 0));
        }
        if !self.may_fit(keys.letters()) {
            return None;
        }
        if let Some(rest) = after_start(&keys.plain, &self.plain) {
            return Some((Fit::Exact, u16::from(!rest.is_empty() && !rest.starts_with(' '))));
        }
        if self.folded.is_empty() {
            return None;
        }
        if let Some(cost) = self.rate_folded(keys) {
            return Some((Fit::Folded, cost));
        }
        // Two letters stand in the middle of almost every name.
        if self.folded.len() > 2 && keys.folded.contains(&self.folded) {
            return Some((Fit::Inside, 5));
        }
        self.rate_fuzzy(keys)
    }

    /// Whether the letters allow any fit: most people are passed over by them, without a look at their names.
    fn may_fit(&self, Letters(held): Letters) -> bool {
        let lacking = (self.letters & !held).count_ones();
        let allowed = u32::from(allowed_edits(self.folded.chars().count()));
        self.plain_letters & !held == 0 || lacking <= allowed
    }

    fn rate_folded(&self, keys: &Keys) -> Option<u16> {
        let mut best = None;
        for word in &keys.words {
            let rest = &keys.folded[usize::from(word.start)..];
            let cost = match keys.word(word).strip_prefix(self.folded.as_str()) {
                Some("") => 2,
                Some(_) => 3,
                None if self.folded.len() > 3 && runs_on(rest, &self.folded) => 4,
                None => continue,
            };
            best = best.min(Some(cost)).or(Some(cost));
        }
        best
    }

    fn rate_fuzzy(&self, keys: &Keys) -> Option<(Fit, u16)> {
        let most = allowed_edits(self.folded.chars().count());
        if most == 0 {
            return None;
        }
        let near = |word: &FoldedWord| {
            // Every letter that the other word lacks costs an edit.
            let lacking = (self.letters & !word.letters).count_ones();
            let near = lacking <= u32::from(most);
            near.then(|| prefix_edits(&self.folded, keys.word(word), most)).flatten()
        };
        let fewest = keys.words.iter().filter_map(near).min()?;
        Some((Fit::Fuzzy, 5 + u16::from(fewest)))
    }
}

/// What follows the words of `text` that begins with `start`; the whole word is preferred.
fn after_start<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let mut found = None;
    for (at, _) in text.match_indices(start) {
        let begins = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        if begins {
            let rest = &text[at + start.len()..];
            if rest.is_empty() || rest.starts_with(' ') {
                return Some(rest);
            }
            found = found.or(Some(rest));
        }
    }
    found
}

/// Whether a text begins with a word if blanks are read over: `la ode` with `laode`.
fn runs_on(text: &str, word: &str) -> bool {
    let mut wanted = word.chars().peekable();
    let mut last = ' ';
    for c in text.chars() {
        let Some(next) = wanted.peek() else { break };
        match c {
            ' ' => continue,
            _ if c == *next => {
                wanted.next();
            }
            // `abdul latif` folds its two `l` together when it is written as one word.
            _ if c == last => continue,
            _ => return false,
        }
        last = c;
    }
    wanted.peek().is_none()
}

#[cfg(test)]
mod tests;
