//! One pair: the sentence, only the fields that differ, and the choice.

use std::collections::BTreeMap;

use bilik_shared::pairs::Place;
use bilik_shared::registration::Field;
use bilik_shared::view::pairs::{Differ, PairRow, Verdict};
use bilik_shared::view::{Row, counts};
use leptos::prelude::*;

use super::{Held, NOTE, places};
use crate::desk::answers::{answer, housed};
use crate::desk::session::Desk;
use crate::device;
use crate::label::{self, Label};
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t, told};

/// Which of the two: the left or the right one.
type Side = usize;

/// What is being decided about the open pair.
#[derive(Clone, Copy)]
struct Choice {
    /// The entry that stays.
    keep: RwSignal<Side>,
    /// Whose answer stands, where it is not that of the entry that stays.
    take: RwSignal<BTreeMap<Field, Side>>,
    note: RwSignal<String>,
    missing: RwSignal<bool>,
}

impl Choice {
    fn stands(self, field: Field) -> Side {
        self.take.with(|take| take.get(&field).copied()).unwrap_or_else(|| self.keep.get())
    }

    fn verdict(self, places: &[Place; 2]) -> Verdict {
        let keep = self.keep.get_untracked();
        let take = self.take.with_untracked(|take| {
            let other = take.iter().filter(|(_, side)| **side != keep);
            other.map(|(field, _)| *field).collect()
        });
        Verdict::Same { keep: places[keep].clone(), take }
    }
}

/// The open pair.
#[component]
pub(super) fn Case(held: Held, pair: PairRow) -> impl IntoView {
    let places = StoredValue::new(places(&pair));
    let choice = Choice {
        keep: RwSignal::new(further(&pair.rows)),
        take: RwSignal::default(),
        note: RwSignal::default(),
        missing: RwSignal::new(false),
    };
    let PairRow { rows, reasons, differ } = pair;
    let desk = held.desk;
    let [one, other] = rows.clone();
    let sentence = move || {
        t("pairs.sentence", &[("one", &recorded(desk, &one)), ("other", &recorded(desk, &other))])
    };
    let title = move || t("pairs.maybe", &[("why", &label::reasons(&reasons))]);
    let seats = rows.clone();
    let effect = move || effect(desk, &seats, choice.keep.get());
    let same = move |_| {
        let note = choice.note.get_untracked().trim().to_owned();
        choice.missing.set(note.is_empty());
        if note.is_empty() {
            return device::focus(NOTE);
        }
        let places = places.get_value();
        held.settle(places.clone(), choice.verdict(&places), note);
    };
    let different = move |_| {
        let note = choice.note.get_untracked().trim().to_owned();
        held.settle(places.get_value(), Verdict::Different, note);
    };
    let error = Signal::derive(move || choice.missing.get().then(|| t("pairs.note_missing", &[])));
    view! {
        <section class="stack contest">
            <div class="notice" data-state="attention">
                <Icon symbol=Symbol::Attention />
                <h2>{title}</h2>
                <p>{sentence}</p>
            </div>
            <div class="scroll-x">
                <table class="compare">
                    <thead><tr><th></th>{rows.iter().map(|row| view! { <th scope="col">{row.name.clone()}<small>{place(row)}</small></th> }).collect_view()}</tr></thead>
                    <tbody>
                        <tr>
                            <th scope="row">{say("pairs.stays")}</th>
                            {rows.iter().enumerate().map(|(side, row)| keep_cell(choice, row, side)).collect_view()}
                        </tr>
                        {differ.into_iter().map(|differ| view! { <Differing desk choice differ /> }).collect_view()}
                    </tbody>
                </table>
            </div>
            <p class="hint">{say("pairs.kept")}</p>
            <div class="notice" data-state="plain" role="status"><Icon symbol=Symbol::Info /><p>{effect}</p></div>
            <TextField name=NOTE label=Signal::derive(say("pairs.note")) value=choice.note error=error />
            <p class="actions">
                <button type="button" class="btn main primary" disabled=move || held.busy.get() on:click=same>{say("pairs.same")}</button>
                <button type="button" class="btn main" disabled=move || held.busy.get() on:click=different>{say("pairs.different")}</button>
            </p>
        </section>
    }
}

/// The side whose registration has come further; the left one where both stand alike.
fn further(rows: &[Row; 2]) -> Side {
    let rank = |row: &Row| (row.seat.is_some() && row.state.takes_seat(), row.state);
    usize::from(rank(&rows[1]) > rank(&rows[0]))
}

fn keep_cell(choice: Choice, row: &Row, side: Side) -> impl IntoView + use<> {
    let state = row.state.say();
    let number = row.number.clone();
    let keep = move |_| {
        choice.keep.set(side);
        choice.take.update(BTreeMap::clear);
    };
    view! {
        <td>
            <label>
                <input type="radio" name="pair-keep" prop:checked=move || choice.keep.get() == side on:change=keep />
                <span>{state}<small>{number}</small></span>
            </label>
        </td>
    }
}

/// One field: whose answer stands.
#[component]
fn Differing(desk: Desk, choice: Choice, differ: Differ) -> impl IntoView {
    let Differ { field, values } = differ;
    let cells = values.into_iter().enumerate().map(|(side, value)| {
        let says = move || match value.as_str() {
            "" => t("pairs.nothing", &[]),
            // The number comes masked: it is shown as it came.
            value if field == Field::Nik => value.to_owned(),
            value => answer(desk, field, value),
        };
        let group = format!("pair-{}", field.key());
        view! {
            <td>
                <label>
                    <input type="radio" name=group prop:checked=move || choice.stands(field) == side
                        on:change=move |_| choice.take.update(|take| { take.insert(field, side); }) />
                    <span>{says}</span>
                </label>
            </td>
        }
    });
    view! { <tr><th scope="row">{told(move || label::name(field))}</th>{cells.collect_view()}</tr> }
}

/// Who recorded an entry, where and when, as a part of the sentence.
fn recorded(desk: Desk, row: &Row) -> String {
    let officer = row.officer.as_ref().map(|officer| desk.officer(officer)).unwrap_or_default();
    let time = row.recorded_at.map(|at| desk.moment(at)).unwrap_or_default();
    let place = housed(row);
    match &row.device {
        Some(device) => t(
            "pairs.recorded",
            &[("officer", &officer), ("device", device), ("place", &place), ("time", &time)],
        ),
        None => t("pairs.listed", &[("place", &place)]),
    }
}

fn place(row: &Row) -> impl Fn() -> String + use<> {
    let row = row.clone();
    move || format!("{} · {}", housed(&row), row.register_number)
}

/// What becomes of the seats.
fn effect(desk: Desk, rows: &[Row; 2], keep: Side) -> String {
    let (stays, goes) = (&rows[keep], &rows[1 - keep]);
    let seat = goes.seat.as_ref().filter(|_| goes.state.takes_seat());
    let freed = seat.map(|seat| {
        t("alloc.package", &[("name", &desk.programme(&seat.programme)), ("n", &seat.number)])
    });
    let names = [("stays", &stays.number as &dyn std::fmt::Display), ("goes", &goes.number)];
    debug_assert!(counts(goes.state), "only registrations wait");
    match freed {
        Some(package) => t("pairs.frees", &[names[0], names[1], ("package", &package)]),
        None => t("pairs.no_seat", &names),
    }
}
