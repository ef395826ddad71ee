//! Why somebody gets what a run proposes, in one sentence.

use bilik_shared::allocation::{Because, Place, Placed, Why};
use bilik_shared::eligibility::Test;
use bilik_shared::lifecycle::State;

use crate::desk::session::Desk;
use crate::desk::setup::words::asks;
use crate::label::Label;
use crate::text::t;

/// The explanation.
pub fn why(desk: Desk, tests: &[(String, Test)], why: &Why) -> String {
    let key = match (why.because, why.last) {
        (Because::First, None) => "why.first_open",
        (Because::First, Some(_)) => "why.first",
        (Because::Later, _) => "why.later",
        (Because::Points, _) => "why.points",
        (Because::Lottery, _) => "why.lottery",
        (Because::NoSeat, _) => "why.no_seat",
        (Because::Barred, _) => "why.barred",
        (Because::NoChoice, _) => "why.no_choice",
        (Because::Contested, _) => "why.contested",
        (Because::Given, _) => "why.given",
        (Because::LeftOut, _) => "why.left_out",
    };
    let programme = why.programme.as_ref().map(|code| desk.programme(code)).unwrap_or_default();
    let id = why.rule.as_deref().unwrap_or_default();
    let test = tests.iter().find(|(known, _)| known == id);
    let rule = test.map_or_else(|| id.replace('_', " "), |(_, test)| asks(test));
    let last = why.last.unwrap_or_default();
    let said = t(
        key,
        &[
            ("programme", &programme),
            ("rank", &why.rank),
            ("points", &why.points),
            ("last", &last),
            ("rule", &rule),
        ],
    );
    match why.unsure {
        true => format!("{said} {}", t("why.unsure", &[])),
        false => said,
    }
}

/// What is proposed: the package or the turn.
pub fn proposed(desk: Desk, placed: &Placed) -> String {
    let seat = placed.seat.as_ref();
    let programme = seat.map(|seat| desk.programme(&seat.programme)).unwrap_or_default();
    let number = seat.map_or(0, |seat| seat.number);
    let key = match placed.to {
        Place::Seat => "alloc.to_seat",
        Place::Reserve => "alloc.to_reserve",
        Place::None => "alloc.to_none",
    };
    t(key, &[("programme", &programme), ("n", &number)])
}

/// Where somebody stands now.
pub fn stands(desk: Desk, placed: &Placed) -> String {
    let state = t(placed.before.key(), &[]);
    match placed.held.as_ref().filter(|_| placed.before == State::Reserve) {
        Some(turn) => t(
            "alloc.to_reserve",
            &[("programme", &desk.programme(&turn.programme)), ("n", &turn.number)],
        ),
        None => state,
    }
}
