//! What choosing an answer would change about demand and seats, before it is chosen.

use bilik_shared::id::ProgrammeCode;
use bilik_shared::registration::{Field, parse_choices};
use bilik_shared::view::Row;
use leptos::prelude::*;

use crate::desk::route::Key;
use crate::desk::seats;
use crate::desk::session::Desk;
use crate::text::t;

/// The effect of this answer, in words.
pub(super) fn of(desk: Desk, key: &Key, field: Field, value: &str) -> String {
    let row = desk.row(key).map(|row| row.get()).filter(|_| field == Field::Choices);
    let Some(row) = row else { return t("review.no_seat", &[]) };
    let choices = parse_choices(value);
    format!("{} {}", demand(desk, &row, &choices), seat(desk, &row, &choices))
}

/// How many want what as their first choice. The answer that is shown in lists is counted already.
fn demand(desk: Desk, row: &Row, choices: &[ProgrammeCode]) -> String {
    let (counted, wanted) = (row.choices.first(), choices.first());
    if !row.counts() || counted == wanted {
        return t("review.demand_same", &[]);
    }
    let line = |code: &ProgrammeCode, by: i32| {
        let now = desk.counts.with(|c| c.programmes.get(code).map_or(0, |p| p.ranks[0]));
        let seats: u32 = seats::of(desk, code).map(|filled| filled.seats).sum();
        t(
            "review.demand",
            &[
                ("programme", &desk.programme(code)),
                ("n", &now),
                ("after", &now.saturating_add_signed(by)),
                ("seats", &seats),
            ],
        )
    };
    let gains = wanted.map(|code| line(code, 1));
    let loses = counted.map(|code| line(code, -1));
    gains.into_iter().chain(loses).collect::<Vec<_>>().join(" ")
}

/// What becomes of the seat.
fn seat(desk: Desk, row: &Row, choices: &[ProgrammeCode]) -> String {
    let Some(seat) = row.seat.as_ref() else { return t("review.no_seat", &[]) };
    let place = seats::place(desk, row).unwrap_or_default();
    let stays = choices.contains(&seat.programme);
    t(if stays { "review.seat_stays" } else { "review.seat_outside" }, &[("place", &place)])
}
