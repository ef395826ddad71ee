//! The desk's table: who is in it, in which order, and a page at a time.
//!
//! The server narrows and sorts, so that a desk shows its first page as fast with 50,000 registrations as with 50.
//! The desk asks the same [`Filter`] whether a row that changed still belongs where it is shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Row;
use crate::id::{EntryId, ProgrammeCode};
use crate::lifecycle::State;

mod pick;

pub use pick::{Cursor, Found, Glance, Picked, Reading};

/// So many rows a page has where nobody asks for another number.
pub const PAGE: u32 = 100;
/// A page has at most so many rows, and at most so many entries are looked up by name of their ids.
pub const MAX_PAGE: u32 = 500;
/// Nobody is searched for by more letters than this.
pub const MAX_TYPED: usize = 200;

/// Which registrations a list holds. As text: `asked`, `all`, `late`, `gone`, or the code
/// of a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Queue {
    /// Everyone whom somebody has asked.
    #[default]
    Asked,
    /// Everyone on the sheets.
    Everyone,
    /// What came after its wave had closed, and waits for somebody.
    Late,
    /// Who has left the house while a place of theirs is at stake.
    Gone,
    /// Those in one state.
    Only(State),
}

impl Queue {
    /// Whether a row belongs to it.
    pub fn holds(self, row: &Row) -> bool {
        match self {
            Self::Asked => row.asked(),
            Self::Everyone => true,
            Self::Late => row.late.is_some(),
            Self::Gone => row.gone,
            Self::Only(state) => row.state == state,
        }
    }

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Everyone => "all",
            Self::Late => "late",
            Self::Gone => "gone",
            Self::Only(state) => state.code(),
        }
    }

    /// Reads a name.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "asked" => Some(Self::Asked),
            "all" => Some(Self::Everyone),
            "late" => Some(Self::Late),
            "gone" => Some(Self::Gone),
            other => State::parse(other).map(Self::Only),
        }
    }
}

impl From<Queue> for String {
    fn from(queue: Queue) -> Self {
        queue.code().to_owned()
    }
}

impl TryFrom<String> for Queue {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code).ok_or("no such queue")
    }
}

/// What narrows the table down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The queue.
    pub queue: Queue,
    /// Only these blocks; all if there is none.
    pub blocks: BTreeSet<String>,
    /// Whether only answers that disagree are of interest.
    pub contested: bool,
    /// Only who ranked this programme, at any place.
    pub programme: Option<ProgrammeCode>,
    /// What was typed into the search: names in any spelling, numbers, cells.
    pub text: String,
}

/// What one row says to the parts of a filter.
#[derive(Debug, Clone, Copy)]
struct Fits {
    queue: bool,
    block: bool,
    contested: bool,
    programme: bool,
}

impl Filter {
    /// Whether a row belongs into the list, as far as it tells without a search.
    pub fn holds(&self, row: &Row) -> bool {
        let Fits { queue, block, contested, programme } = self.fits(row);
        queue && block && contested && programme
    }

    /// Whether anything but the queue narrows the list down.
    pub fn narrows(&self) -> bool {
        Self { queue: Queue::default(), ..self.clone() } != Self::default()
    }

    fn fits(&self, row: &Row) -> Fits {
        Fits {
            queue: self.queue.holds(row),
            block: self.blocks.is_empty() || self.blocks.contains(&row.block),
            contested: !self.contested || row.conflicts > 0,
            programme: self.programme.as_ref().is_none_or(|code| row.choices.contains(code)),
        }
    }
}

/// A column that can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// How well somebody fits what was typed, best first.
    Fit,
    /// The name.
    Name,
    /// Block and cell, in the order of the doors.
    Cell,
    /// The state, in the order of the life cycle.
    State,
    /// The officer.
    Officer,
    /// When it was recorded.
    Recorded,
    /// When the server received it.
    Received,
}

/// From small to large, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Small first.
    Up,
    /// Large first.
    Down,
}

/// An order of rows. As text: the column, with a dash before it where large comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By which column.
    pub column: Column,
    /// In which direction.
    pub direction: Direction,
}

impl Default for Order {
    /// What came in last is on top.
    fn default() -> Self {
        Self { column: Column::Received, direction: Direction::Down }
    }
}

impl Order {
    /// Best first, for whoever searches.
    pub const FIT: Self = Self { column: Column::Fit, direction: Direction::Up };

    /// The order after a press on a heading: the same column turns round, times begin with the newest.
    pub fn pressed(self, column: Column) -> Self {
        let direction = match (column == self.column, self.direction, column) {
            (true, Direction::Up, _) => Direction::Down,
            (true, Direction::Down, _) => Direction::Up,
            (false, _, Column::Recorded | Column::Received) => Direction::Down,
            (false, ..) => Direction::Up,
        };
        Self { column, direction }
    }

    /// Reads `name`, `-received` and so on.
    pub fn parse(text: &str) -> Option<Self> {
        let (direction, name) = match text.strip_prefix('-') {
            Some(name) => (Direction::Down, name),
            None => (Direction::Up, text),
        };
        let column = match name {
            "fit" => Column::Fit,
            "name" => Column::Name,
            "cell" => Column::Cell,
            "state" => Column::State,
            "officer" => Column::Officer,
            "recorded" => Column::Recorded,
            "received" => Column::Received,
            _ => return None,
        };
        Some(Self { column, direction })
    }
}

/// A question for a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// What narrows the list down.
    #[serde(flatten)]
    pub filter: Filter,
    /// The order; where it is absent, best first for a search and newest first for a list.
    pub order: Option<Order>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows, at most [`MAX_PAGE`]; [`PAGE`] where it is absent.
    pub limit: Option<u32>,
}

/// A page of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Rows that this person may see, in order.
    pub rows: Vec<Row>,
    /// What to ask for the next page with; absent on the last one.
    pub next: Option<String>,
    /// How many rows the list has in all.
    pub total: u32,
    /// How many there would be behind each chip.
    pub facets: Facets,
}

/// Counts for chips: each as if its own kind of narrowing were not there, and all the others were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// Per state.
    pub states: BTreeMap<State, u32>,
    /// Per block; for readers outside of the house none.
    pub blocks: BTreeMap<String, u32>,
    /// Per programme, at any rank.
    pub programmes: BTreeMap<ProgrammeCode, u32>,
    /// With answers that disagree.
    pub contested: u32,
    /// That came after their wave had closed.
    #[serde(default)]
    pub late: u32,
    /// Of people who have left the house.
    #[serde(default)]
    pub gone: u32,
}

impl Facets {
    /// How many a queue holds.
    pub fn queue(&self, queue: Queue) -> u32 {
        match queue {
            Queue::Only(state) => self.states.get(&state).copied().unwrap_or(0),
            Queue::Everyone => self.states.values().sum(),
            Queue::Late => self.late,
            Queue::Gone => self.gone,
            Queue::Asked => self.queue(Queue::Everyone) - self.queue(Queue::Only(State::NotAsked)),
        }
    }
}

/// Entries that somebody asks for by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// At most [`MAX_PAGE`] of them.
    pub entries: Vec<EntryId>,
}

/// What somebody called a filter, to have it at hand again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its number, made by the server; 0 for a new one.
    #[serde(default)]
    pub id: i64,
    /// The name, 1 to [`MAX_VIEW_NAME`] letters.
    pub name: String,
    /// The filter.
    pub filter: Filter,
    /// The order.
    #[serde(default)]
    pub order: Option<Order>,
}

/// Longest name of a view, in letters.
pub const MAX_VIEW_NAME: usize = 40;
/// So many views one person keeps.
pub const MAX_VIEWS: usize = 20;

#[cfg(test)]
mod tests;
