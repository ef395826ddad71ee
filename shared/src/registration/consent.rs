//! Willingness: what was said, how, to which words.

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::codes;
use crate::person::squeeze;

/// One released wording of the statement.
///
/// What a person agreed to must be shown for as long as the agreement is kept, so a released text is never
/// changed: another text gets another version, a file of its own and a line in [`WORDINGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wording {
    /// Which statement, for example `ikut`.
    pub id: &'static str,
    /// Its version, from 1.
    pub version: u32,
    /// The code of its language.
    pub language: &'static str,
    /// The first eight bytes of the SHA-256 of its text, in hexadecimal.
    pub hash: &'static str,
    /// Its text, one sentence a line.
    pub text: &'static str,
}

/// Every wording that was ever released, the newest of a language last.
pub const WORDINGS: &[Wording] = &[
    Wording {
        id: "ikut",
        version: 1,
        language: "id",
        hash: "4c412e08e91cd039",
        text: include_str!("wording/ikut-1-id.txt"),
    },
    Wording {
        id: "ikut",
        version: 1,
        language: "en",
        hash: "f7eaa61e77eb71b4",
        text: include_str!("wording/ikut-1-en.txt"),
    },
];

impl Wording {
    /// The newest statement in this language; the first one there is where it has none.
    pub fn newest(language: &str) -> &'static Self {
        let mut all = WORDINGS.iter().rev();
        all.find(|wording| wording.language == language).unwrap_or(&WORDINGS[0])
    }

    /// What an answer keeps of it: `ikut-1-id-` and its hash.
    pub fn mark(&self) -> String {
        format!("{}-{}-{}-{}", self.id, self.version, self.language, self.hash)
    }

    /// Its sentences.
    pub fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines()
    }
}

/// Words that a house released itself, in both languages. Its versions go on after those that the product came
/// with, and the same rule holds: a released text is never changed, another text gets another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseWording {
    /// Its version.
    pub version: u32,
    /// The Indonesian text, one sentence a line.
    pub id: String,
    /// The English text.
    pub en: String,
}

impl HouseWording {
    /// The version that the next wording of a house has.
    pub fn next(released: &[Self]) -> u32 {
        let known = WORDINGS.iter().map(|wording| wording.version);
        let own = released.iter().map(|wording| wording.version);
        known.chain(own).max().unwrap_or_default() + 1
    }

    /// The text in a language; Indonesian for one that there is not.
    pub fn text(&self, language: &str) -> &str {
        if language == "en" { &self.en } else { &self.id }
    }

    /// What an answer keeps of it, as [`Wording::mark`] does.
    pub fn mark(&self, language: &str) -> String {
        use std::fmt::Write as _;
        let language = if language == "en" { "en" } else { "id" };
        let mut mark = format!("ikut-{}-{language}-", self.version);
        for byte in &sha2::Sha256::digest(self.text(language).as_bytes())[..8] {
            // Writing to a text never fails.
            let _ = write!(mark, "{byte:02x}");
        }
        mark
    }
}

/// The words to read to somebody in a language, and their mark: the house's newest, or those that the product
/// came with.
pub fn newest(released: &[HouseWording], language: &str) -> (String, Vec<String>) {
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    match released.iter().max_by_key(|wording| wording.version) {
        Some(own) => (own.mark(language), lines(own.text(language))),
        None => {
            let wording = Wording::newest(language);
            (wording.mark(), lines(wording.text))
        }
    }
}

codes! {
    /// What the person said when asked whether they are willing.
    ConsentOutcome {
        /// Willing.
        Agreed = "BERSEDIA",
        /// Not willing. Costs no right and needs no reason.
        Declined = "TIDAK_BERSEDIA",
        /// Not now: to be asked again.
        NotNow = "BELUM_SEKARANG",
    }
}

codes! {
    /// How willingness was expressed.
    ConsentWay {
        /// Signature on paper.
        PaperSignature = "TANDA_TANGAN_KERTAS",
        /// Thumb print on paper.
        PaperThumb = "CAP_JEMPOL_KERTAS",
        /// Signature on the screen. Only where the house allows it.
        Screen = "TANDA_TANGAN_LAYAR",
        /// Spoken, with a witness.
        Spoken = "LISAN_DISAKSIKAN",
    }
}

/// A person's answer to the statement of willingness. One value in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What was said.
    pub outcome: ConsentOutcome,
    /// How; `None` unless the person agreed.
    pub way: Option<ConsentWay>,
    /// The statement was read aloud.
    pub read_aloud: bool,
    /// Which wording was shown: see [`Wording::mark`]. Older values have no hash.
    pub wording: String,
    /// Who heard a spoken agreement; empty for the other ways.
    #[serde(default)]
    pub witness: String,
}

impl Consent {
    /// The text in the sheet: `outcome|way|read aloud|wording|witness`. A witness that nobody named is left out.
    pub fn to_value(&self) -> String {
        let way = self.way.map_or("", ConsentWay::code);
        let aloud = if self.read_aloud { "ya" } else { "tidak" };
        let value = format!("{}|{way}|{aloud}|{}", self.outcome.code(), self.wording);
        match squeeze(&self.witness).replace('|', "/") {
            witness if witness.is_empty() => value,
            witness => format!("{value}|{witness}"),
        }
    }

    /// Reads the text of a sheet.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split('|');
        let outcome = ConsentOutcome::parse(parts.next()?)?;
        let way = ConsentWay::parse(parts.next().unwrap_or_default());
        let read_aloud = parts.next() == Some("ya");
        let wording = parts.next().unwrap_or_default().to_owned();
        let witness = parts.next().unwrap_or_default().to_owned();
        Some(Self { outcome, way, read_aloud, wording, witness })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn a_released_wording_never_changes() {
        for wording in WORDINGS {
            let digest = sha2::Sha256::digest(wording.text.as_bytes());
            let mut hash = String::new();
            for byte in &digest[..8] {
                write!(hash, "{byte:02x}").unwrap();
            }
            let name = wording.mark();
            assert_eq!(hash, wording.hash, "{name}: give another text another version");
        }
        let versions = |language| {
            let of = WORDINGS.iter().filter(move |wording| wording.language == language);
            of.map(|wording| wording.version).collect::<Vec<_>>()
        };
        assert_eq!(versions("id"), versions("en"), "both languages say the same");
        assert!(versions("id").is_sorted());
    }

    #[test]
    fn an_agreement_names_the_words_it_was_given_to() {
        assert!(Wording::newest("id").mark().starts_with("ikut-1-id-"));
        assert_eq!(Wording::newest("nl").language, "id");
        let without_hash = Consent::parse("BERSEDIA|TANDA_TANGAN_KERTAS|ya|ikut-1-id").unwrap();
        assert_eq!((&*without_hash.wording, &*without_hash.witness), ("ikut-1-id", ""));
        assert_eq!(without_hash.to_value(), "BERSEDIA|TANDA_TANGAN_KERTAS|ya|ikut-1-id");
    }

    #[test]
    fn the_words_of_a_house_stand_before_those_of_the_product_and_count_on() {
        assert!(newest(&[], "en").0.starts_with("ikut-1-en-"));
        assert_eq!(HouseWording::next(&[]), 2);
        let own = HouseWording { version: 2, id: "Satu.\nDua.".into(), en: "One.\nTwo.".into() };
        let (mark, lines) = newest(std::slice::from_ref(&own), "id");
        assert!(mark.starts_with("ikut-2-id-") && mark.len() == "ikut-2-id-".len() + 16, "{mark}");
        assert_eq!(lines, ["Satu.", "Dua."]);
        assert_ne!(own.mark("en"), own.mark("id"));
        assert_eq!(HouseWording::next(&[own]), 3);
    }

    #[test]
    fn the_name_of_a_witness_cannot_break_the_value() {
        let spoken = Consent {
            outcome: ConsentOutcome::Agreed,
            way: Some(ConsentWay::Spoken),
            read_aloud: true,
            wording: Wording::newest("id").mark(),
            witness: " Grace | Siti ".into(),
        };
        let back = Consent::parse(&spoken.to_value()).unwrap();
        assert_eq!(back, Consent { witness: "Grace / Siti".into(), ..spoken });
    }
}
