//! What the desk and the server say to each other about a list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Choice, Column, Headings, Plan, is_forbidden};
use crate::id::{Digest, EntryId, OfficerId, SheetId};
use crate::time::Timestamp;

/// A list was read and compared; nothing is written yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Names the file and what it would change: what is applied is what was seen.
    pub id: Digest,
    /// The worksheet that was read; empty where the file has none.
    pub worksheet: String,
    /// The line of the headings, from 1.
    pub line: u32,
    /// The columns.
    pub columns: Vec<Heading>,
    /// What would change.
    pub plan: Plan,
}

/// One column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// As it is written.
    pub text: String,
    /// What it was read as.
    pub column: Option<Column>,
    /// It must not be read.
    pub forbidden: bool,
}

impl Headings {
    /// The columns for the desk.
    pub fn shown(&self) -> Vec<Heading> {
        let shown = |(text, column): (&String, &Option<Column>)| Heading {
            text: text.chars().take(60).collect(),
            column: *column,
            forbidden: is_forbidden(text),
        };
        self.texts.iter().zip(&self.columns).map(shown).collect()
    }
}

/// What a supervisor decided about a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apply {
    /// Which preview.
    pub preview: Digest,
    /// Decisions by line of the file.
    pub choices: BTreeMap<u32, Choice>,
    /// Blocks that get a sheet.
    pub blocks: Vec<String>,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// How many people the list named.
    pub rows: u32,
    /// How many people came onto the sheets.
    pub added: u32,
    /// Of how many something was changed.
    pub changed: u32,
    /// Who was on the list no more: somebody has to look what became of them.
    pub gone: Vec<(SheetId, EntryId)>,
}
