//! The packages with their seats, and the places that one person can be given.

use bilik_shared::id::ProgrammeCode;
use bilik_shared::lifecycle::{DecisionState, State};
use bilik_shared::programme::Seat;
use bilik_shared::view::Row;
use leptos::prelude::*;

use crate::desk::session::Desk;
use crate::text::{say, t};

/// One package, and who sits in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Which.
    pub seat: Seat,
    /// How many people it takes.
    pub seats: u32,
    /// With fewer people than this it is postponed.
    pub minimum: u32,
    /// How many sit in it.
    pub taken: u32,
}

impl Filled {
    /// Seats that nobody has.
    pub fn free(&self) -> u32 {
        self.seats.saturating_sub(self.taken)
    }
}

/// Every package in the order that the house shows its programmes.
pub fn packages(desk: Desk) -> Vec<Filled> {
    let named = desk.house.with(|house| {
        let programmes = house.iter().flat_map(|house| &house.programmes);
        let packages = programmes.flat_map(|programme| {
            let code = &programme.code;
            programme.packages.iter().map(move |package| Filled {
                seat: Seat { programme: code.clone(), number: package.number },
                seats: package.seats,
                minimum: package.minimum,
                taken: 0,
            })
        });
        packages.collect::<Vec<_>>()
    });
    desk.with_rows(|rows| {
        let sits = |seat: &Seat| {
            let sitting = rows.iter().filter(|row| row.state.takes_seat());
            sitting.filter(|row| row.seat.as_ref() == Some(seat)).count() as u32
        };
        named.into_iter().map(|filled| Filled { taken: sits(&filled.seat), ..filled }).collect()
    })
}

/// How many wait on the reserve list of a programme, and the last turn.
pub fn reserve(desk: Desk, programme: &ProgrammeCode) -> (u32, u32) {
    desk.with_rows(|rows| {
        let waiting = rows.iter().filter(|row| row.state == State::Reserve);
        let turns = waiting.filter_map(|row| row.seat.as_ref());
        let turns = turns.filter(|turn| &turn.programme == programme);
        turns.fold((0, 0), |(n, last), turn| (n + 1, last.max(turn.number)))
    })
}

/// Where somebody sits or waits, in words.
pub fn place(desk: Desk, row: &Row) -> Option<String> {
    let seat = row.seat.as_ref()?;
    let key = if row.state.takes_seat() { "alloc.to_seat" } else { "alloc.to_reserve" };
    Some(t(key, &[("programme", &desk.programme(&seat.programme)), ("n", &seat.number)]))
}

/// One place out of those that a decision can give to somebody with these choices.
#[component]
pub fn Places(
    /// What the session holds.
    desk: Desk,
    /// The person's programmes, first choice first.
    choices: Vec<ProgrammeCode>,
    /// Participant or reserve list.
    to: DecisionState,
    /// The one that is chosen.
    place: RwSignal<Option<Seat>>,
) -> impl IntoView {
    let options = move || {
        let packages = packages(desk);
        let of = |(rank, code): (usize, &ProgrammeCode)| {
            let rank = rank + 1;
            if to == DecisionState::Reserve {
                let (waiting, last) = reserve(desk, code);
                let turn = Seat { programme: code.clone(), number: last + 1 };
                let says = t(
                    "seat.turn",
                    &[("rank", &rank), ("name", &desk.programme(code)), ("n", &waiting)],
                );
                return vec![(turn, says, false)];
            }
            let here = packages.iter().filter(|filled| &filled.seat.programme == code);
            let option = |filled: &Filled| {
                let (name, free) = (desk.programme(code), filled.free());
                let holes: [(&str, &dyn std::fmt::Display); 5] = [
                    ("rank", &rank),
                    ("name", &name),
                    ("number", &filled.seat.number),
                    ("n", &free),
                    ("all", &filled.seats),
                ];
                let says = t(if free == 0 { "seat.full" } else { "seat.free" }, &holes);
                (filled.seat.clone(), says, free == 0)
            };
            here.map(option).collect()
        };
        let all = choices.iter().enumerate().flat_map(of);
        all.map(|(seat, says, full)| {
            let (mine, chosen) = (seat.clone(), seat);
            view! {
                <label>
                    <input type="radio" name="place" disabled=full
                        prop:checked=move || place.with(|place| place.as_ref() == Some(&mine))
                        on:change=move |_| place.set(Some(chosen.clone())) />
                    <span>{says}</span>
                </label>
            }
        })
        .collect_view()
    };
    view! {
        <fieldset class="field" id="decide-place" tabindex="-1">
            <legend>{say("seat.title")}</legend>
            <div class="pick stacked">{options}</div>
        </fieldset>
    }
}
