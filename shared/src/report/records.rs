//! Reports about the system itself: its tablets, and what was read and taken out of it.

use std::collections::BTreeMap;

use super::paper::{Holds, Paper};
use super::words::word;
use super::{Cell, Exported, Table};
use crate::exchange::Space;
use crate::id::{DeviceCode, EntryId, OfficerId};
use crate::privacy::access::{Access, What};
use crate::time::{ClockError, ClockUnit, Timestamp};

use Holds::{Count, Text};

impl Paper<'_> {
    /// A moment in a table: `02/10/2025 09.30`.
    fn at(&self, at: Timestamp) -> String {
        let zone = self.material.facility.zone;
        format!("{} {}", at.date(zone), at.clock(zone))
    }

    fn person(&self, id: &OfficerId) -> String {
        self.material.names.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn space(&self, space: Option<Space>) -> String {
        let Some(Space { used, room }) = space else { return self.word("cell.unsaid") };
        let room = self.code("room", Some(room.code()));
        self.told("cell.space", &[("n", &used.div_ceil(1_000_000)), ("room", &room)])
    }

    fn clock(&self, offset: i64) -> String {
        let Some(ClockError { value, unit, slow }) = ClockError::of(offset) else {
            return self.word("cell.clock_right");
        };
        let unit = self.word(match unit {
            ClockUnit::Minutes => "cell.minutes",
            ClockUnit::Hours => "cell.hours",
            ClockUnit::Days => "cell.days",
        });
        let key = if slow { "cell.slow" } else { "cell.fast" };
        self.told(key, &[("n", &value), ("unit", &unit)])
    }
}

pub fn devices(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.tablet", Text),
        ("column.officer", Text),
        ("column.contact", Text),
        ("column.waiting", Count),
        ("column.quarantine", Count),
        ("column.conflicts", Count),
        ("column.clock", Text),
        ("column.space", Text),
        ("column.app", Text),
    ]);
    // Whoever did the newest step that arrived from a tablet had it last, as far as anybody here knows.
    let mut last: BTreeMap<&DeviceCode, (Timestamp, &OfficerId)> = BTreeMap::new();
    let mut contested: BTreeMap<&DeviceCode, u32> = BTreeMap::new();
    for one in &paper.material.people {
        let Some((author, at)) = &one.entry.done_by else { continue };
        let Some(device) = &author.device else { continue };
        *contested.entry(device).or_default() += u32::from(one.contested);
        let held = last.entry(device).or_insert((*at, &author.officer));
        if *at > held.0 {
            *held = (*at, &author.officer);
        }
    }
    for device in &paper.material.devices {
        let officer = last.get(&device.code).map(|(_, officer)| paper.person(officer));
        let contact = device.last_contact.map(|at| paper.at(at));
        let contact = contact.unwrap_or_else(|| paper.word("cell.never"));
        table.rows.push(vec![
            device.code.to_string().into(),
            officer.unwrap_or_default().into(),
            contact.into(),
            device.waiting.into(),
            device.quarantined.into(),
            contested.get(&device.code).copied().unwrap_or_default().into(),
            paper.clock(device.clock_offset).into(),
            paper.space(device.space).into(),
            Cell::Text(device.app.clone()),
        ]);
    }
    table.notes.push(paper.word("note.waiting"));
    table.notes.push(paper.word("note.conflicts"));
    table
}

/// What was read and what left, newest first.
pub fn log(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.time", Text),
        ("column.user", Text),
        ("column.role", Text),
        ("column.action", Text),
        ("column.object", Text),
        ("column.purpose", Text),
        ("column.rows", Count),
        ("column.sha", Text),
    ]);
    let exports = paper.material.exports.iter().map(|one| (one.at, exported(paper, one)));
    let reads = paper.material.reads.iter().flatten().map(|one| (one.at, read(paper, one)));
    let mut lines: Vec<(Timestamp, Vec<Cell>)> = exports.chain(reads).collect();
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    table.rows = lines.into_iter().map(|(_, row)| row).collect();
    table.notes.push(paper.word(match paper.material.reads {
        Some(_) => "note.reads",
        None => "note.reads_elsewhere",
    }));
    table.notes.push(paper.word("note.sha"));
    table
}

impl Paper<'_> {
    /// The name of a code; one that only an older or a newer version knows stands for itself.
    fn coded(&self, group: &str, code: &str) -> String {
        let key = format!("{group}.{code}");
        let said = word(self.language, &key);
        if said == key { code.to_owned() } else { said }
    }
}

fn exported(paper: &Paper<'_>, one: &Exported) -> Vec<Cell> {
    vec![
        paper.at(one.at).into(),
        paper.person(&one.user).into(),
        paper.coded("role", &one.role).into(),
        paper.coded("format", &one.format).into(),
        paper.coded("title", &one.report).into(),
        Cell::Text(one.purpose.clone()),
        one.rows.into(),
        Cell::Text(one.sha256.clone()),
    ]
}

/// People stand here by their registration numbers, and where they have none by the id of their entry.
fn read(paper: &Paper<'_>, one: &Access) -> Vec<Cell> {
    let number = |entry: &EntryId| {
        let number = paper.material.numbers.get(entry).filter(|number| !number.is_empty());
        number.cloned().unwrap_or_else(|| entry.to_string())
    };
    let object = match (&one.entry, one.what) {
        (Some(entry), _) => number(entry),
        (None, What::Report) => paper.coded("title", &one.subject),
        (None, What::Rows | What::Roster) => paper.told("cell.people", &[("n", &one.subject)]),
        (None, _) => one.subject.clone(),
    };
    let object = match &one.on {
        Some(on) => paper.told(
            "cell.on_tablet",
            &[("object", &object), ("device", &on.device), ("time", &paper.at(on.claimed_at))],
        ),
        None => object,
    };
    vec![
        paper.at(one.at).into(),
        paper.person(&one.user).into(),
        paper.coded("role", &one.role).into(),
        paper.code("read", Some(one.what.code())).into(),
        object.into(),
        Cell::Text(one.reason.clone()),
        "".into(),
        "".into(),
    ]
}
