//! Reports about the system itself: its tablets, and what was taken out of it.

use std::collections::BTreeMap;

use super::paper::{Holds, Paper};
use super::words::word;
use super::{Cell, Table};
use crate::id::{DeviceCode, OfficerId};
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
        ("column.clock", Text),
        ("column.app", Text),
    ]);
    // Whoever did the newest step that arrived from a tablet had it last, as far as anybody here knows.
    let mut last: BTreeMap<&DeviceCode, (Timestamp, &OfficerId)> = BTreeMap::new();
    for (author, at) in paper.material.people.iter().filter_map(|one| one.entry.done_by.as_ref()) {
        let Some(device) = &author.device else { continue };
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
            paper.clock(device.clock_offset).into(),
            Cell::Text(device.app.clone()),
        ]);
    }
    table.notes.push(paper.word("note.waiting"));
    table
}

pub fn exports(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.time", Text),
        ("column.user", Text),
        ("column.role", Text),
        ("column.report", Text),
        ("column.format", Text),
        ("column.purpose", Text),
        ("column.rows", Count),
        ("column.sha", Text),
    ]);
    // A code that only an older or a newer version knows stands for itself.
    let named = |group: &str, code: &str| {
        let key = format!("{group}.{code}");
        let said = word(paper.language, &key);
        if said == key { code.to_owned() } else { said }
    };
    let row = |one: &super::Exported| {
        vec![
            paper.at(one.at).into(),
            paper.person(&one.user).into(),
            named("role", &one.role).into(),
            named("title", &one.report).into(),
            named("format", &one.format).into(),
            Cell::Text(one.purpose.clone()),
            one.rows.into(),
            Cell::Text(one.sha256.clone()),
        ]
    };
    table.rows = paper.material.exports.iter().map(row).collect();
    table.notes.push(paper.word("note.sha"));
    table
}
