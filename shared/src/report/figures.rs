//! Reports that count: per programme, block, education and age, and the minutes.
//!
//! Outside the house they tell no sexes, because those split small numbers further.

use super::mask::{few, hide_small};
use super::paper::{Heads, Holds, Paper, programme_of};
use super::words::{day, month, weekday};
use super::{Cell, Member, Table, spelled};
use crate::id::ProgrammeCode;
use crate::lifecycle::State;
use crate::programme::Programme;
use crate::registration::Education;
use crate::view::counts as is_registered;
use crate::view::who::AGES;

use Holds::{Count, Text};

/// The columns of a count by sex, as far as they are shown.
pub(super) fn head_columns(paper: &Paper<'_>) -> Vec<(&'static str, Holds)> {
    match paper.is_outside() {
        true => vec![("column.people", Count)],
        false => vec![("column.male", Count), ("column.female", Count), ("column.people", Count)],
    }
}

pub(super) fn head_cells(paper: &Paper<'_>, Heads { male, female, all }: Heads) -> Vec<Cell> {
    match paper.is_outside() {
        true => vec![all.into()],
        false => vec![male.into(), female.into(), all.into()],
    }
}

/// Makes a finished table fit for its reader: small counts do not leave the house.
/// `parts` are the rows that are summed up together.
pub(super) fn finish(
    paper: &Paper<'_>,
    mut table: Table,
    parts: &[std::ops::Range<usize>],
) -> Table {
    if !paper.is_outside() {
        return table;
    }
    let counts: Vec<usize> =
        (0..table.columns.len()).filter(|n| table.columns[*n].number).collect();
    for (part, column) in parts.iter().flat_map(|part| counts.iter().map(move |n| (part, *n))) {
        hide_small(&mut table.rows[part.clone()], column);
    }
    for cell in &mut table.totals {
        if let Cell::Number(count) = cell {
            *cell = few(*count);
        }
    }
    table.notes.push(paper.word("note.small"));
    table
}

fn sums(rows: &[Vec<Cell>], column: usize) -> u32 {
    let count = |row: &Vec<Cell>| match row[column] {
        Cell::Number(count) => count,
        Cell::Text(_) => 0,
    };
    rows.iter().map(count).sum()
}

/// The row of sums: a word in the first column, and the sum of each column of counts.
pub(super) fn add_totals(paper: &Paper<'_>, table: &mut Table) {
    let cell = |(n, column): (usize, &super::Column)| match (n, column.number) {
        (0, _) => paper.word("column.people").into(),
        (_, true) => sums(&table.rows, n).into(),
        (_, false) => "".into(),
    };
    table.totals = table.columns.iter().enumerate().map(cell).collect();
}

/// Every programme of the house, and after them those that somebody chose and the wave does not offer.
pub(super) fn all_programmes<'m>(paper: &Paper<'m>) -> Vec<(ProgrammeCode, Option<&'m Programme>)> {
    let offered = &paper.material.programmes;
    let mut all: Vec<_> = offered.iter().map(|one| (one.code.clone(), Some(one))).collect();
    for code in paper.material.people.iter().filter_map(programme_of) {
        if !all.iter().any(|(known, _)| known == code) {
            all.push((code.clone(), None));
        }
    }
    all
}

pub fn programmes(paper: &Paper<'_>) -> Table {
    let mut columns = vec![("column.programme", Text), ("column.seats", Count)];
    columns.extend(head_columns(paper));
    columns.extend([
        ("state.TERVERIFIKASI", Count),
        ("state.DITETAPKAN", Count),
        ("state.CADANGAN", Count),
        ("state.DITOLAK", Count),
    ]);
    if !paper.is_outside() {
        columns.extend([("column.left", Count), ("column.remark", Text)]);
    }
    let mut table = paper.table(&columns);
    for (code, offered) in all_programmes(paper) {
        table.rows.push(programme_row(paper, &code, offered));
    }
    add_totals(paper, &mut table);
    table.notes.push(paper.word("note.first_choice"));
    table.notes.push(paper.word("note.states"));
    table.signatures.push(paper.head());
    let all = 0..table.rows.len();
    finish(paper, table, &[all])
}

fn programme_row(
    paper: &Paper<'_>,
    code: &ProgrammeCode,
    offered: Option<&Programme>,
) -> Vec<Cell> {
    let people = || paper.material.people.iter().filter(|one| programme_of(one) == Some(code));
    let heads = Heads::of(people().filter(|one| is_registered(one.entry.state)));
    let standing =
        |holds: fn(State) -> bool| people().filter(|one| holds(one.entry.state)).count() as u32;
    let seats = offered.map_or(0, Programme::seats);
    let confirmed = standing(is_confirmed);
    let mut row: Vec<Cell> = vec![paper.programme(code).into(), seats.into()];
    row.extend(head_cells(paper, heads));
    row.extend([
        standing(|state| state == State::Verified).into(),
        confirmed.into(),
        standing(|state| state == State::Reserve).into(),
        standing(|state| state == State::Rejected).into(),
    ]);
    if !paper.is_outside() {
        let minimum = offered.and_then(|one| one.packages.first()).map_or(0, |one| one.minimum);
        let remark = match heads.all {
            _ if offered.is_none() => paper.word("cell.not_offered"),
            n if n > seats => paper.told("cell.too_many", &[("n", &(n - seats))]),
            n if n < minimum => paper.told("cell.below", &[("n", &minimum)]),
            _ => String::new(),
        };
        row.extend([seats.saturating_sub(confirmed).into(), remark.into()]);
    }
    row
}

/// Confirmed, now or before what came of it.
pub fn is_confirmed(state: State) -> bool {
    use State::*;
    matches!(state, Confirmed | InTraining | Passed | Failed | Certified)
}

pub fn blocks(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.block", Text),
        ("column.housed", Count),
        ("state.TERDAFTAR", Count),
        ("state.BELUM_DITANYA", Count),
        ("state.TIDAK_BERMINAT", Count),
        ("column.other", Count),
        ("column.share", Text),
    ]);
    let people = &paper.material.people;
    let names: std::collections::BTreeSet<&str> = people.iter().map(|one| &*one.block).collect();
    for block in names {
        let of_block = || people.iter().filter(move |one| one.block == block);
        let count = |holds: fn(State) -> bool| {
            of_block().filter(|one| holds(one.entry.state)).count() as u32
        };
        let all = of_block().count() as u32;
        let registered = count(is_registered);
        let not_asked = count(|state| state == State::NotAsked);
        let declined = count(|state| state == State::Declined);
        let other = all - registered - not_asked - declined;
        let mut row: Vec<Cell> = vec![block.into()];
        row.extend([all, registered, not_asked, declined, other].map(Cell::from));
        row.push(paper.share(registered, all).into());
        table.rows.push(row);
    }
    add_totals(paper, &mut table);
    let share = paper.share(sums(&table.rows, 2), sums(&table.rows, 1));
    if let Some(cell) = table.totals.last_mut() {
        *cell = share.into();
    }
    table.notes.push(paper.word("note.blocks"));
    table
}

impl Paper<'_> {
    /// A part in per cent with one decimal, written as the language does; nothing of nothing.
    fn share(&self, part: u32, whole: u32) -> String {
        if whole == 0 {
            return String::new();
        }
        let tenths = (u64::from(part) * 2_000 + u64::from(whole)) / (u64::from(whole) * 2);
        let point = self.word("cell.point");
        format!("{}{point}{} %", tenths / 10, tenths % 10)
    }
}

pub fn education_age(paper: &Paper<'_>) -> Table {
    let mut columns = vec![("column.kind", Text), ("column.group", Text)];
    columns.extend(head_columns(paper));
    let mut table = paper.table(&columns);
    let registered: Vec<&Member> = paper.registered(is_registered);
    let mut group = |kind: &str, name: String, holds: &dyn Fn(&Member) -> bool| {
        let heads = Heads::of(registered.iter().copied().filter(|one| holds(one)));
        let mut row: Vec<Cell> = vec![paper.word(kind).into(), name.into()];
        row.extend(head_cells(paper, heads));
        table.rows.push(row);
    };
    for education in Education::ALL {
        let name = paper.code("education", Some(education.code()));
        group("column.education", name, &|one| one.entry.answers.education == Some(*education));
    }
    let unsaid = paper.word("cell.no_answer");
    group("column.education", unsaid.clone(), &|one| one.entry.answers.education.is_none());
    for (from, to) in AGES {
        let name = match (from, to) {
            (0, to) => paper.told("cell.younger", &[("n", &(to + 1))]),
            (from, u32::MAX) => paper.told("cell.from_age", &[("n", &from)]),
            (from, to) => paper.told("cell.ages", &[("from", &from), ("to", &to)]),
        };
        let holds = |one: &Member| {
            paper.age(&one.entry.person).is_some_and(|age| (from..=to).contains(&age))
        };
        group("column.age", name, &holds);
    }
    group("column.age", unsaid, &|one| paper.age(&one.entry.person).is_none());
    let educations = Education::ALL.len() + 1;
    table.totals = vec![paper.word("column.people").into(), "".into()];
    table.totals.extend(head_cells(paper, Heads::of(registered.iter().copied())));
    table.notes.push(paper.word("note.twice"));
    let all = table.rows.len();
    finish(paper, table, &[0..educations, educations..all])
}

/// The minutes are in Indonesian whatever the screen speaks: see [`super::Report::table`].
pub fn minutes(paper: &Paper<'_>) -> Table {
    let mut columns = vec![("column.programme", Text)];
    columns.extend(head_columns(paper));
    let mut table = paper.table(&columns);
    for (code, _) in all_programmes(paper) {
        let chose = paper.registered(is_registered).into_iter();
        let heads = Heads::of(chose.filter(|one| programme_of(one) == Some(&code)));
        let mut row: Vec<Cell> = vec![paper.programme(&code).into()];
        row.extend(head_cells(paper, heads));
        table.rows.push(row);
    }
    add_totals(paper, &mut table);
    let today = paper.today();
    let written = format!("{:02}-{:02}-{:04}", today.day(), today.month(), today.year());
    table.lead.push(paper.told(
        "minutes.opening",
        &[
            ("weekday", &weekday(today, paper.language)),
            ("day", &spelled(u32::from(today.day()))),
            ("month", &month(today, paper.language)),
            ("year", &spelled(today.year().unsigned_abs())),
            ("date", &written),
            ("house", &paper.material.facility.name),
            ("wave", &paper.material.wave.name.id),
            ("from", &day(paper.material.wave.opens, paper.language)),
            ("to", &day(paper.material.wave.closes, paper.language)),
        ],
    ));
    let people = &paper.material.people;
    let count = |holds: fn(State) -> bool| {
        paper.heads_in_words(people.iter().filter(|one| holds(one.entry.state)).count() as u32)
    };
    for (key, told) in [
        ("minutes.people", count(|_| true)),
        ("minutes.registered", count(is_registered)),
        ("minutes.declined", count(|state| state == State::Declined)),
        ("minutes.not_asked", count(|state| state == State::NotAsked)),
    ] {
        table.lead.push(paper.told(key, &[("n", &told)]));
    }
    let tablets: Vec<String> =
        paper.material.devices.iter().map(|device| device.code.to_string()).collect();
    let tablets = if tablets.is_empty() { paper.word("cell.none") } else { tablets.join(", ") };
    table.notes.push(paper.told("minutes.tablets", &[("tablets", &tablets)]));
    table.notes.push(paper.word("minutes.closing"));
    table.signatures = vec![paper.head(), paper.word("sign.partner"), paper.word("sign.witness")];
    let all = 0..table.rows.len();
    finish(paper, table, &[all])
}

impl Paper<'_> {
    /// `297 (dua ratus sembilan puluh tujuh) orang`.
    fn heads_in_words(&self, count: u32) -> String {
        if self.is_outside() && few(count) != Cell::Number(count) {
            return self.word("cell.few");
        }
        self.told("cell.spelled", &[("n", &count), ("words", &spelled(count))])
    }
}
