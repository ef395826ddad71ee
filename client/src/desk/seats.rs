//! The packages with their seats, and the places that one person can be given.

use bilik_shared::id::ProgrammeCode;
use bilik_shared::lifecycle::DecisionState;
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

/// The packages of one programme.
pub fn of(desk: Desk, programme: &ProgrammeCode) -> impl Iterator<Item = Filled> {
    packages(desk).into_iter().filter(move |filled| filled.seat.programme == *programme)
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
    desk.counts.with(|counts| {
        let sits = |seat: &Seat| counts.taken.get(&seat.to_string()).copied().unwrap_or(0);
        named.into_iter().map(|filled| Filled { taken: sits(&filled.seat), ..filled }).collect()
    })
}

/// How many wait on the reserve list of a programme.
pub fn reserve(desk: Desk, programme: &ProgrammeCode) -> u32 {
    desk.counts.with(|counts| counts.waiting.get(programme).copied().unwrap_or(0))
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
                let waiting = reserve(desk, code);
                // Which turn it is, the server says.
                let turn = Seat { programme: code.clone(), number: waiting + 1 };
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
