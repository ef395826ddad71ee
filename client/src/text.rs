//! Every word a person sees, in both languages.
//!
//! The words live in `text/id/` and `text/en/`, one `key = text with {holes}` a line; `#` starts a comment.
//! `common.txt` is what both apps say; `tablet.txt` and `desk.txt` are one app's own, so that neither
//! carries the other's words to a person who waits for it. An app says which are its own as it starts ([`speak`]).
//! [`t`] looks a key up in the language of the moment and is reactive: inside a closure of a view the
//! text changes when the language does, and nothing that was typed is lost.

use std::fmt::Display;
use std::sync::OnceLock;

use leptos::prelude::{ArcRwSignal, Get, Set, Signal};

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia, the first language of every screen.
    Indonesian,
    /// English.
    English,
}

impl Language {
    /// The code that `lang` attributes and the browser's storage carry.
    pub fn code(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    /// The language with this code; anything unknown is Indonesian.
    pub fn from_code(code: &str) -> Self {
        if code == "en" { Self::English } else { Self::Indonesian }
    }

    /// The language the switch offers.
    pub fn other(self) -> Self {
        match self {
            Self::Indonesian => Self::English,
            Self::English => Self::Indonesian,
        }
    }
}

/// The words of one app as they stand in its files: what both apps say, and what only this one says.
pub struct Words {
    indonesian: [&'static str; 2],
    english: [&'static str; 2],
}

macro_rules! words {
    ($own:literal) => {
        Words {
            indonesian: [
                include_str!("text/id/common.txt"),
                include_str!(concat!("text/id/", $own, ".txt")),
            ],
            english: [
                include_str!("text/en/common.txt"),
                include_str!(concat!("text/en/", $own, ".txt")),
            ],
        }
    };
}

/// The words of the officer's tablet.
pub const TABLET: Words = words!("tablet");
/// The words of the supervisor's desk.
pub const DESK: Words = words!("desk");

/// Keys and texts in the order of the files. A few hundred are searched faster than a person notices.
type Table = Vec<(&'static str, &'static str)>;

/// What this app says in Indonesian and in English.
static TABLES: OnceLock<[Table; 2]> = OnceLock::new();

/// Says which words this app uses, once, before the first of them is shown.
pub fn speak(words: &Words) {
    TABLES.get_or_init(|| [words.indonesian, words.english].map(parse));
}

thread_local! {
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language::Indonesian);
}

/// The language of the moment, tracked.
pub fn language() -> Language {
    LANGUAGE.with(Get::get)
}

/// Shows everything in another language.
pub fn set_language(language: Language) {
    LANGUAGE.with(|signal| signal.set(language));
}

/// The text of `key` with its holes filled. A key without text is shown as it is; a test finds it first.
pub fn t(key: &'static str, holes: &[(&str, &dyn Display)]) -> String {
    let [indonesian, english] = match TABLES.get() {
        Some(tables) => tables,
        None => return key.to_owned(),
    };
    let table = match language() {
        Language::Indonesian => indonesian,
        Language::English => english,
    };
    let found = table.iter().find(|(known, _)| *known == key);
    fill(found.map_or(key, |(_, text)| text), holes)
}

/// A text without holes, for a place in a view: it follows the language by itself.
pub fn say(key: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    move || t(key, &[])
}

/// A text with holes, for a place in a view: it follows the language and whatever `text` reads.
///
/// All of them have one type, so that a view with many texts does not become many views to the compiler:
/// that alone is a tenth of a bundle.
pub fn told(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(text)
}

fn fill(text: &str, holes: &[(&str, &dyn Display)]) -> String {
    let mut filled = text.to_owned();
    for (hole, value) in holes {
        filled = filled.replace(&format!("{{{hole}}}"), &value.to_string());
    }
    filled
}

fn parse(files: [&'static str; 2]) -> Table {
    let lines = files.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, text)| (key.trim(), text.trim()))
        .collect()
}

#[cfg(test)]
mod tests;
