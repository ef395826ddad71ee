//! How a wave went: where everybody stands, what came of each programme, and who left it and why.

use std::collections::BTreeMap;
use std::ops::Range;

use super::figures::{all_programmes, finish, head_cells, head_columns, is_confirmed};
use super::mask::SMALL;
use super::paper::{Heads, Holds, Paper, programme_of};
use super::{Cell, Member, Table};
use crate::id::ProgrammeCode;
use crate::lifecycle::State;
use crate::person::{fold, squeeze};
use crate::registration::Field;
use crate::view::counts as is_registered;

use Holds::Text;

pub fn totals(paper: &Paper<'_>) -> Table {
    let mut columns = vec![("column.kind", Text), ("column.group", Text)];
    columns.extend(head_columns(paper));
    let mut table = paper.table(&columns);
    let mut parts: Vec<Range<usize>> = Vec::new();
    let people = &paper.material.people;
    let mut section = |kind: &str, groups: Vec<(String, Heads)>| {
        let from = table.rows.len();
        let kind = paper.word(kind);
        table.rows.extend(groups.into_iter().map(|(name, heads)| {
            let mut row: Vec<Cell> = vec![kind.as_str().into(), name.into()];
            row.extend(head_cells(paper, heads));
            row
        }));
        parts.push(from..table.rows.len());
    };
    let state = |state: &State| {
        let standing = people.iter().filter(|one| one.entry.state == *state);
        (paper.code("state", Some(state.code())), Heads::of(standing))
    };
    section("column.state", State::ALL.iter().map(state).collect());
    for (kind, holds) in [
        ("cell.by_registered", is_registered as fn(State) -> bool),
        ("cell.by_confirmed", was_confirmed),
        ("cell.by_passed", has_passed),
        ("cell.by_left", has_left),
    ] {
        let programme = |(code, _): (ProgrammeCode, _)| {
            let theirs = people
                .iter()
                .filter(|one| holds(one.entry.state) && programme_then(one) == Some(&code));
            (paper.programme(&code), Heads::of(theirs))
        };
        section(kind, all_programmes(paper).into_iter().map(programme).collect());
    }
    section("cell.by_reason", reasons(paper));
    table.totals = vec![paper.word("column.people").into(), "".into()];
    table.totals.extend(head_cells(paper, Heads::of(people)));
    table.notes.push(paper.word("note.now"));
    table.notes.push(paper.word("note.reasons"));
    table.signatures.push(paper.head());
    finish(paper, table, &parts)
}

/// Confirmed at any time, also where it came to nothing.
fn was_confirmed(state: State) -> bool {
    is_confirmed(state) || state == State::Removed
}

fn has_passed(state: State) -> bool {
    matches!(state, State::Passed | State::Certified)
}

/// Left by themselves or was taken out.
fn has_left(state: State) -> bool {
    matches!(state, State::Withdrawn | State::Removed)
}

/// The programme of somebody; of whoever left, the one that they had a place in before.
fn programme_then(one: &Member) -> Option<&ProgrammeCode> {
    let seat = one.entry.decision.as_ref().and_then(|decision| decision.seat.as_ref());
    match seat.filter(|_| has_left(one.entry.state)) {
        Some(seat) => Some(&seat.programme),
        None => programme_of(one),
    }
}

/// Why people left, the most frequent reason first. Reasons are typed: the same words are one reason however they
/// are written. Outside of the house a reason is told that several people have, and of those who were taken out of
/// the training only: what somebody said who withdrew is not the partner's to read.
fn reasons(paper: &Paper<'_>) -> Vec<(String, Heads)> {
    let mut groups: BTreeMap<(&str, String), (String, Vec<&Member>)> = BTreeMap::new();
    for one in paper.material.people.iter().filter(|one| has_left(one.entry.state)) {
        let said = squeeze(reason_of(one));
        let hidden = paper.is_outside() && one.entry.state == State::Withdrawn;
        let said = if hidden { String::new() } else { said };
        let group = groups.entry((one.entry.state.code(), fold(&said))).or_default();
        if group.1.is_empty() || said < group.0 {
            group.0 = said;
        }
        group.1.push(one);
    }
    if paper.is_outside() {
        let rare = |(_, people): &(String, Vec<&Member>)| (people.len() as u32) < SMALL;
        let hidden: Vec<_> =
            groups.extract_if(.., |key, group| !key.1.is_empty() && rare(group)).collect();
        for ((state, _), (_, people)) in hidden {
            groups.entry((state, String::new())).or_default().1.extend(people);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (_, people))| std::cmp::Reverse(people.len()));
    let name = |state: &str, said: &str| {
        let state = paper.code("state", Some(state));
        let why = if said.is_empty() { paper.word("cell.no_reason") } else { said.to_owned() };
        paper.told("cell.left", &[("state", &state), ("why", &why)])
    };
    groups
        .into_iter()
        .map(|((state, _), (said, people))| (name(state, &said), Heads::of(people)))
        .collect()
}

fn reason_of(one: &Member) -> &str {
    match one.entry.state {
        State::Removed => one.entry.decision.as_ref().map_or("", |decision| &decision.reason),
        _ => one.entry.fields.get(Field::WithdrawReason.key()).map_or("", String::as_str),
    }
}
