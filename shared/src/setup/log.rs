//! The log of the set-up: who changed what, when, what it was and what it is. Lines are only ever added.

use serde::{Deserialize, Serialize};

use crate::id::OfficerId;
use crate::registration::codes;
use crate::time::Timestamp;

codes! {
    /// What kind of thing was changed.
    Kind {
        /// The house.
        Facility = "facility",
        /// A cell block.
        Block = "block",
        /// A wave.
        Wave = "wave",
        /// A programme.
        Programme = "programme",
        /// A package.
        Package = "package",
        /// A statement that people agree to.
        Statement = "statement",
        /// A rule of advice.
        Rule = "rule",
        /// What a house has agreed on about seats.
        Policy = "policy",
        /// The office that signs certificates.
        Office = "office",
        /// What is asked of whoever signs in, and of tablets.
        Guard = "guard",
        /// Somebody who signs in.
        User = "user",
        /// A tablet.
        Tablet = "tablet",
    }
}

/// One property that changed. A new thing has nothing before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which property, as a code.
    pub fact: String,
    /// What it was.
    #[serde(default)]
    pub was: String,
    /// What it is.
    #[serde(default)]
    pub is: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: OfficerId,
    /// What kind of thing.
    pub kind: Kind,
    /// Which one, as people call it.
    pub name: String,
    /// What changed of it.
    pub changes: Vec<Difference>,
}

/// Something with properties that a log can name.
pub trait Item: Clone + PartialEq {
    /// What kind of thing.
    const KIND: Kind;

    /// What people call it; two of one kind never share it.
    fn name(&self) -> String;

    /// Its properties as codes and texts, always the same ones in the same order.
    fn facts(&self) -> Vec<(&'static str, String)>;
}

/// What differs between two states of a thing; `None` stands for nothing before.
pub fn differences<T: Item>(was: Option<&T>, is: &T) -> Vec<Difference> {
    let before = was.map(Item::facts).unwrap_or_default();
    let pairs = is.facts().into_iter().map(|(fact, is)| {
        let was = before.iter().find(|(known, _)| *known == fact);
        Difference { fact: fact.to_owned(), was: was.map(|w| w.1.clone()).unwrap_or_default(), is }
    });
    pairs.filter(|pair| pair.was != pair.is).collect()
}
