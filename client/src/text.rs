//! Every word a person sees, in both languages.
//!
//! The words live in `text/id.txt` and `text/en.txt`, one `key = text with {holes}` a line; `#` starts a comment.
//! [`t`] looks a key up in the language of the moment and is reactive: inside a closure of a view the
//! text changes when the language does, and nothing that was typed is lost.

use std::fmt::Display;
use std::sync::LazyLock;

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

/// Keys and texts in the order of the file. A few hundred are searched faster than a person notices.
type Table = Vec<(&'static str, &'static str)>;

static INDONESIAN: LazyLock<Table> = LazyLock::new(|| parse(include_str!("text/id.txt")));
static ENGLISH: LazyLock<Table> = LazyLock::new(|| parse(include_str!("text/en.txt")));

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
    let table = match language() {
        Language::Indonesian => &INDONESIAN,
        Language::English => &ENGLISH,
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

fn parse(file: &'static str) -> Table {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, text)| (key.trim(), text.trim()))
        .collect()
}

#[cfg(test)]
mod tests;
