//! The words on the screens, from the files that the apps have them from: a story that is told in both
//! languages finds things by the words of the one that it speaks.

/// What the tablet's app says in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The code of the language, as the page carries it.
    pub code: &'static str,
    files: [&'static str; 2],
}

/// The first language of every screen.
pub const INDONESIAN: Words = Words {
    code: "id",
    files: [
        include_str!("../../client/src/text/id/common.txt"),
        include_str!("../../client/src/text/id/tablet.txt"),
    ],
};

/// The second one.
pub const ENGLISH: Words = Words {
    code: "en",
    files: [
        include_str!("../../client/src/text/en/common.txt"),
        include_str!("../../client/src/text/en/tablet.txt"),
    ],
};

impl Words {
    fn texts(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.files.into_iter().flat_map(str::lines);
        lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
    }

    fn whole(self, key: &str) -> Option<&'static str> {
        self.texts().find(|(known, _)| *known == key).map(|(_, text)| text)
    }

    /// What is said under this key: of a text with holes the longest part between them. A key that is not there
    /// stands for itself, and no page says it.
    pub fn say(self, key: &str) -> &str {
        let Some(text) = self.whole(key) else { return key };
        parts(text).max_by_key(|part| part.chars().count()).unwrap_or(text)
    }

    /// What is said under this key, with its one hole filled.
    pub fn with(self, key: &str, hole: &str, value: &str) -> String {
        self.whole(key).unwrap_or(key).replace(&format!("{{{hole}}}"), value)
    }

    /// Whole sentences and names of this language that stand in a text of another one: what a page forgot to
    /// translate. Words that both languages have, and single ones, say nothing.
    pub fn leftovers(self, other: Self, page: &str) -> Vec<&'static str> {
        let foreign = self.texts().filter(|(key, text)| other.whole(key) != Some(*text));
        let long = foreign.flat_map(|(_, text)| parts(text)).filter(|part| part.contains(' '));
        long.filter(|part| part.chars().count() > 8 && page.contains(part)).collect()
    }
}

/// What stands between the holes of a text.
fn parts(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_its_key_and_a_forgotten_one_by_its_words() {
        assert_eq!(INDONESIAN.say("enrol.done"), "terdaftar");
        assert_eq!(ENGLISH.say("act.next"), "Next");
        assert_eq!(ENGLISH.with("sheets.block", "block", "A"), "Block A");
        assert_eq!(ENGLISH.say("no.such"), "no.such");
        let page = "Save draft Tidak berminat 3 Block A";
        assert_eq!(INDONESIAN.leftovers(ENGLISH, page), ["Tidak berminat"; 2]);
        assert_eq!(ENGLISH.leftovers(INDONESIAN, "Tidak berminat"), [""; 0]);
    }
}
