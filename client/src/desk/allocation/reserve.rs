//! Who waits for which programme, in the order in which a seat that becomes free is offered.

use std::collections::BTreeMap;

use bilik_shared::id::ProgrammeCode;
use bilik_shared::lifecycle::State;
use bilik_shared::view::Row;
use bilik_shared::view::entries::Filter;
use leptos::prelude::*;

use crate::desk::listing::Listing;
use crate::desk::route::{Queue, Route};
use crate::desk::seats;
use crate::desk::session::{Desk, key};
use crate::device;
use crate::parts::live;
use crate::text::{say, t, told};

/// The reserve list of each programme that has one.
#[component]
pub(super) fn Reserves(desk: Desk) -> impl IntoView {
    let asked =
        Memo::new(|_| (Filter { queue: Queue::Only(State::Reserve), ..Filter::default() }, None));
    let listing = Listing::of(desk, asked);
    let shown = listing.shown();
    let lists = Memo::new(move |_| by_programme(shown.with(|keys| desk.rows_of(keys))));
    let body = move || {
        let lists = lists.get().into_iter();
        lists.map(|(code, rows)| one(desk, code, rows)).collect_view()
    };
    let rest = Memo::new(move |_| listing.rest());
    view! {
        <Show when=move || !lists.with(BTreeMap::is_empty)>
            <section class="panel stack">
                <h2>{say("alloc.reserves")}</h2>
                <p class="hint">{say("alloc.reserves_help")}</p>
                {live(body)}
                <Show when=move || rest.get() != 0>
                    <p class="actions"><button type="button" class="btn" on:click=move |_| listing.more()>
                        {told(move || t("alloc.reserves_more", &[("n", &rest.get())]))}
                    </button></p>
                </Show>
            </section>
        </Show>
    }
}

/// Everybody by the programme whose turn they have, the next one first.
fn by_programme(rows: Vec<Row>) -> BTreeMap<ProgrammeCode, Vec<Row>> {
    let mut lists: BTreeMap<ProgrammeCode, Vec<Row>> = BTreeMap::new();
    for row in rows {
        if let Some(turn) = &row.seat {
            lists.entry(turn.programme.clone()).or_default().push(row);
        }
    }
    for list in lists.values_mut() {
        list.sort_by_key(|row| row.seat.as_ref().map(|turn| turn.number));
    }
    lists
}

fn one(desk: Desk, code: ProgrammeCode, rows: Vec<Row>) -> impl IntoView {
    let n = rows.len();
    let named = code.clone();
    let title = told(move || {
        let free: u32 = seats::of(desk, &named).map(|filled| filled.free()).sum();
        t("alloc.reserve_of", &[("name", &desk.programme(&named)), ("n", &n), ("free", &free)])
    });
    let people = rows.into_iter().map(|row| {
        let turn = row.seat.as_ref().map_or(0, |turn| turn.number);
        let name = row.name.clone();
        let open = move |_| {
            desk.open.set(Some(key(&row)));
            device::go(&Route::Registrations(Queue::Only(State::Reserve)).to_string());
        };
        let says = told(move || t("alloc.turn", &[("n", &turn)]));
        view! { <li>{says}" "<button type="button" class="open" on:click=open>{name}</button></li> }
    });
    view! { <h3>{title}</h3><ul class="links">{people.collect_view()}</ul> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_the_earlier_turn_stands_first() {
        let row = |name: &str, seat: Option<&str>| -> Row {
            let text = format!(
                r#"{{"sheet":"2025.2-A","entry":"{}","block":"A","cell":"1","name":"{name}",
                "register_number":"","number":"","choices":[],"state":"CADANGAN","listed":true,
                "officer":null,"device":null,"recorded_at":null,"received_at":null,"conflicts":0}}"#,
                "00".repeat(16)
            );
            let mut row: Row = serde_json::from_str(&text).unwrap();
            row.seat = seat.map(|seat| seat.parse().unwrap());
            row
        };
        let rows = vec![
            row("c", Some("GAR/10")),
            row("a", Some("GAR/2")),
            row("x", Some("KAY/1")),
            row("nobody", None),
            row("b", Some("GAR/3")),
        ];
        let lists = by_programme(rows);
        let names = |code: &str| -> Vec<String> {
            lists[&code.parse().unwrap()].iter().map(|row| row.name.clone()).collect()
        };
        assert_eq!(
            (names("GAR"), names("KAY")),
            (vec!["a".into(), "b".into(), "c".into()], vec!["x".into()])
        );
    }
}
