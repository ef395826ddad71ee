//! Narrowing, counting, sorting and cutting out a page: what the server does with a question, on rows in memory.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Ask, Column, Direction, Facets, Filter, Fits, MAX_PAGE, MAX_TYPED, Order, PAGE};
use crate::cell::Cell;
use crate::id::{EntryId, OfficerId, ProgrammeCode, SheetId};
use crate::lifecycle::State;
use crate::person::Person;
use crate::search::{Keys, Letters, Query, Rank, compact};
use crate::time::Timestamp;
use crate::view::Row;

/// A row with what it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The row.
    pub row: Row,
    /// What it is found and sorted by.
    pub keys: Keys,
    /// Letters and digits of the registration number.
    code: String,
}

/// What of somebody is looked at first. Kept beside what it is of, it saves most of the way to tens of thousands of
/// people that lie all over the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// The state of the registration.
    pub state: State,
    letters: Letters,
}

impl Found {
    /// What is looked at first.
    pub fn glance(&self) -> Glance {
        Glance { state: self.row.state, letters: self.keys.letters() }
    }
}

impl From<Row> for Found {
    fn from(row: Row) -> Self {
        let person = Person {
            name: row.name.clone(),
            aliases: row.aliases.clone(),
            register_number: row.register_number.clone(),
            cell: row.cell.clone(),
            ..Person::default()
        };
        Self { keys: Keys::of(&person, ""), code: compact(&row.number), row }
    }
}

/// Where a page ends: the last row, and what it was sorted by where that changes as rows arrive.
///
/// A name or a cell stands in no cursor, since cursors stand in addresses: they are looked up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The order of the pages.
    pub order: Order,
    /// The sheet of the last row.
    pub sheet: SheetId,
    /// The last row.
    pub entry: EntryId,
    /// The number it was sorted by.
    pub number: Option<i64>,
}

/// What a row is sorted by first. Missing comes last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum First<'a> {
    Number(i64),
    Text(&'a str),
    Missing,
}

/// A row's place in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place<'a> {
    first: First<'a>,
    block: &'a str,
    cell: &'a Cell,
    entry: EntryId,
}

impl Order {
    fn place(self, found: &Found, rank: Option<Rank>) -> Place<'_> {
        let row = &found.row;
        let time = |at: Option<Timestamp>| at.map_or(First::Missing, |at| First::Number(at.0));
        let first = match self.column {
            Column::Fit => rank.map_or(First::Missing, |rank| First::Number(rank.number())),
            Column::Name => First::Text(found.keys.sorting()),
            Column::Cell => First::Number(0),
            Column::State => First::Number(row.state as i64),
            Column::Officer => {
                row.officer.as_ref().map(OfficerId::as_str).map_or(First::Missing, First::Text)
            }
            Column::Recorded => time(row.recorded_at),
            Column::Received => time(row.received_at),
        };
        Place { first, block: &row.block, cell: &found.keys.cell, entry: row.entry }
    }

    fn compare(self, a: &Place<'_>, b: &Place<'_>) -> Ordering {
        let turn = |order: Ordering| match self.direction {
            Direction::Up => order,
            Direction::Down => order.reverse(),
        };
        let first = match (a.first, b.first) {
            (First::Missing, _) | (_, First::Missing) => a.first.cmp(&b.first),
            _ => turn(a.first.cmp(&b.first)),
        };
        let doors = (a.block, a.cell).cmp(&(b.block, b.cell));
        let doors = if self.column == Column::Cell { turn(doors) } else { doors };
        first.then(doors).then(a.entry.cmp(&b.entry))
    }
}

/// A question that was read: what was typed is taken apart once, not for each row.
#[derive(Debug)]
pub struct Reading {
    filter: Filter,
    query: Option<Query>,
    order: Order,
    after: Option<Cursor>,
    limit: usize,
}

/// Which rows a page has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked<R> {
    /// The rows, in order.
    pub rows: Vec<R>,
    /// Where it ends, if there is more.
    pub next: Option<Cursor>,
    /// How many rows the list has in all.
    pub total: u32,
    /// Counts for chips.
    pub facets: Facets,
}

impl Reading {
    /// Reads a question; `cursor` is what its cursor says.
    pub fn of(ask: Ask, cursor: Option<Cursor>) -> Self {
        let text: String = ask.filter.text.chars().take(MAX_TYPED).collect();
        let query = (!text.trim().is_empty()).then(|| Query::parse(&text));
        let usual = if query.is_some() { Order::FIT } else { Order::default() };
        let order = cursor.as_ref().map_or(ask.order.unwrap_or(usual), |cursor| cursor.order);
        let limit = ask.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE) as usize;
        Self { filter: Filter { text, ..ask.filter }, query, order, after: cursor, limit }
    }

    /// The row that the page before ended with, if there was one.
    pub fn after(&self) -> Option<(&SheetId, EntryId)> {
        self.after.as_ref().map(|cursor| (&cursor.sheet, cursor.entry))
    }

    /// Whether somebody may be searched for, as far as a glance tells.
    pub fn may_hold(&self, glance: Glance) -> bool {
        self.query.as_ref().is_none_or(|query| query.may_fit(glance.letters))
    }

    /// The page out of rows that somebody may see. `last` is the row of [`Reading::after`] as it is now.
    pub fn pick<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a Found>,
        last: Option<&'a Found>,
    ) -> Picked<&'a Found> {
        let after = last.zip(self.after.as_ref()).map(|(found, cursor)| {
            let place = self.order.place(found, None);
            match (place.first, cursor.number) {
                (First::Text(_), _) => place,
                (_, Some(number)) => Place { first: First::Number(number), ..place },
                (_, None) => Place { first: First::Missing, ..place },
            }
        });
        let mut tally = Tally::default();
        let mut places: Vec<(Place<'a>, &'a Found)> = Vec::new();
        for found in rows {
            let Some(rank) = self.rate(found) else { continue };
            if !tally.count(&self.filter, &found.row) {
                continue;
            }
            let place = self.order.place(found, rank);
            if after.is_none_or(|after| self.order.compare(&place, &after).is_gt()) {
                places.push((place, found));
            }
        }
        let more = places.len() > self.limit;
        if more {
            places.select_nth_unstable_by(self.limit - 1, |a, b| self.order.compare(&a.0, &b.0));
            places.truncate(self.limit);
        }
        places.sort_unstable_by(|a, b| self.order.compare(&a.0, &b.0));
        let next = places.last().filter(|_| more).map(|(place, found)| self.end(place, found));
        let rows = places.into_iter().map(|(_, found)| found).collect();
        Picked { rows, next, total: tally.total, facets: tally.facets() }
    }

    fn end(&self, place: &Place<'_>, found: &Found) -> Cursor {
        let number = match place.first {
            First::Number(number) => Some(number),
            First::Text(_) | First::Missing => None,
        };
        let (sheet, entry) = (found.row.sheet.clone(), found.row.entry);
        Cursor { order: self.order, sheet, entry, number }
    }

    /// `None` for somebody who was not searched for; otherwise how well they fit, where somebody searches.
    fn rate(&self, found: &Found) -> Option<Option<Rank>> {
        let Some(query) = &self.query else { return Some(None) };
        let by_person = query.rate(&found.keys, &found.row.block);
        by_person.or_else(|| query.rate_code(&found.code)).map(Some)
    }
}

/// Counts on their way. There are few blocks and programmes, and tens of thousands of rows: looking for one in a short
/// list costs less than in a map of texts.
#[derive(Default)]
struct Tally<'a> {
    states: [u32; State::ALL.len()],
    blocks: Vec<(&'a str, u32)>,
    /// Where the block of the row before stands: rows come sheet by sheet.
    block: usize,
    programmes: Vec<(&'a ProgrammeCode, u32)>,
    contested: u32,
    late: u32,
    gone: u32,
    total: u32,
}

impl<'a> Tally<'a> {
    /// Counts a row at each chip that it would stand behind; whether it is in the list.
    fn count(&mut self, filter: &Filter, row: &'a Row) -> bool {
        let Fits { queue, block, contested, programme } = filter.fits(row);
        let misses = [queue, block, contested, programme].into_iter().filter(|fits| !fits).count();
        let all = misses == 0;
        let only = |fits: bool| all || misses == 1 && !fits;
        if misses > 1 {
            return false;
        }
        if only(queue) {
            self.states[row.state as usize] += 1;
            self.late += u32::from(row.late.is_some());
            self.gone += u32::from(row.gone);
        }
        if only(block) && !row.block.is_empty() {
            self.block = step(&mut self.blocks, &row.block, self.block);
        }
        if only(contested) {
            self.contested += u32::from(row.conflicts > 0);
        }
        if only(programme) {
            for code in &row.choices {
                step(&mut self.programmes, code, 0);
            }
        }
        self.total += u32::from(all);
        all
    }

    fn facets(self) -> Facets {
        let states = State::ALL.iter().map(|state| (*state, self.states[*state as usize]));
        let blocks = self.blocks.into_iter().map(|(block, n)| (block.to_owned(), n));
        let programmes = self.programmes.into_iter().map(|(code, n)| (code.clone(), n));
        Facets {
            states: states.filter(|(_, n)| *n > 0).collect(),
            blocks: blocks.collect(),
            programmes: programmes.collect(),
            contested: self.contested,
            late: self.late,
            gone: self.gone,
        }
    }
}

/// Counts one more; where it stands. It is looked for at `near` first.
fn step<K: PartialEq>(counts: &mut Vec<(K, u32)>, key: K, near: usize) -> usize {
    let is = |(known, _): &(K, u32)| *known == key;
    let known = counts.get(near).is_some_and(is).then_some(near);
    match known.or_else(|| counts.iter().position(is)) {
        Some(at) => {
            counts[at].1 += 1;
            at
        }
        None => {
            counts.push((key, 1));
            counts.len() - 1
        }
    }
}
