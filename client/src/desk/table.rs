//! The one table of all registrations.

use bilik_shared::role::Action;
use bilik_shared::view::Row;
use bilik_shared::view::around::Late;
use bilik_shared::view::entries::{Column, Direction, Order, PAGE};
use leptos::prelude::*;

use crate::desk::listing::Listing;
use crate::desk::many::Marked;
use crate::desk::route::Key;
use crate::desk::seats;
use crate::desk::session::{Desk, key};
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::state::{ATTENTION, Mark, StateMark};
use crate::text::{say, t, told};

/// The next page is asked for when so many pixels are left below.
const AHEAD: i32 = 600;

/// Rows with headings that sort.
#[component]
pub fn Table(
    /// What the session holds.
    desk: Desk,
    /// Where they come from.
    listing: Listing,
    /// The entries to show, in order.
    shown: Memo<Vec<Key>>,
    /// The order they are in.
    order: RwSignal<Order>,
    /// Where rows are marked, in a list in which they can be.
    marks: Signal<Option<Marked>>,
) -> impl IntoView {
    let rest = Memo::new(move |_| listing.rest());
    let scrolled = move |event: leptos::ev::Event| {
        let scrolls: web_sys::Element = event_target(&event);
        if scrolls.scroll_top() + scrolls.client_height() + AHEAD > scrolls.scroll_height() {
            listing.more();
        }
    };
    view! {
        <div class="scroll" tabindex="-1" on:scroll=scrolled>
            <table class="table registrations" class:outside=!desk.may(Action::SeeBlocks, None) aria-label=say("page.registrations")>
                <thead><tr>
                    <Heading order column=Column::Name name="table.name" />
                    <Heading order column=Column::Cell name="table.cell" />
                    <th scope="col">{say("table.choices")}</th>
                    <Heading order column=Column::State name="table.state" />
                    <Heading order column=Column::Officer name="table.officer" class="by" />
                    <Heading order column=Column::Recorded name="table.recorded" class="recorded" />
                    <Heading order column=Column::Received name="table.received" />
                </tr></thead>
                <tbody>
                    <For each=move || shown.get() key=Clone::clone let(key)>
                        {desk.row(&key).map(|row| view! { <TableRow desk row marks /> })}
                    </For>
                </tbody>
            </table>
            <Show when=move || rest.get() != 0>
                <p class="actions rest">
                    <button type="button" class="btn" on:click=move |_| listing.more()>
                        {move || t("table.more", &[("n", &rest.get().min(PAGE)), ("rest", &rest.get())])}
                    </button>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn Heading(
    order: RwSignal<Order>,
    column: Column,
    name: &'static str,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let sorted = move || {
        let order = order.get();
        (order.column == column).then_some(order.direction)
    };
    let aria = move || match sorted() {
        Some(Direction::Up) => "ascending",
        Some(Direction::Down) => "descending",
        None => "none",
    };
    let arrow = move || {
        sorted().map(|direction| {
            let symbol = if direction == Direction::Up { Symbol::Up } else { Symbol::Down };
            view! { <Icon symbol /> }
        })
    };
    let press = move |_| order.update(|order| *order = order.pressed(column));
    view! { <th scope="col" class=class aria-sort=aria><button type="button" on:click=press>{say(name)}{arrow}</button></th> }
}

#[component]
fn TableRow(desk: Desk, row: ArcRwSignal<Row>, marks: Signal<Option<Marked>>) -> impl IntoView {
    let here = row.with_untracked(key);
    let id = row_id(&here);
    let pressed = here.clone();
    let toggle = move |_| {
        let open = desk.open.with_untracked(|open| open.as_ref() == Some(&pressed));
        desk.open.set((!open).then(|| pressed.clone()));
    };
    let current = move || desk.open.with(|open| (open.as_ref() == Some(&here)).then_some("true"));
    let named = row.clone();
    let marking = row.with_untracked(key);
    let mark = move || {
        let (key, toggled) = (marking.clone(), marking.clone());
        let name = named.with_untracked(|row| row.name.clone());
        marks.get().map(|marked| {
            view! {
                <input
                    type="checkbox"
                    class="mark"
                    aria-label=told(move || t("many.mark", &[("name", &name)]))
                    prop:checked=move || marked.with(|marked| marked.contains(&key))
                    on:click=|event| event.stop_propagation()
                    on:change=move |_| marked.update(|marked| {
                        if !marked.remove(&toggled) {
                            marked.insert(toggled.clone());
                        }
                    })
                />
            }
        })
    };
    // Each cell follows its own part of the row.
    let cell = move |look: fn(&Row, Desk) -> AnyView| {
        let row = row.clone();
        move || row.with(|row| look(row, desk))
    };
    view! {
        <tr id=id aria-current=current on:click=toggle>
            <th scope="row">{mark}{cell(name_cell)}</th>
            <td class="tight">{cell(|row, _| format!("{} {}", row.block, label::plate(&row.cell)).into_any())}</td>
            <td>{cell(choices_cell)}</td>
            <td class="tight">{cell(state_cell)}</td>
            <td class="by">{cell(officer_cell)}</td>
            <td class="tight recorded">{cell(|row, desk| time(desk, row.recorded_at))}</td>
            <td class="tight">{cell(|row, desk| time(desk, row.received_at))}</td>
        </tr>
    }
}

/// The element of a row, so that it can be scrolled to.
pub fn row_id(key: &Key) -> String {
    format!("row-{}", key.entry)
}

fn name_cell(row: &Row, _: Desk) -> AnyView {
    // The press is the row's: a click on the name bubbles up to it.
    let under =
        if row.number.is_empty() { row.register_number.clone() } else { row.number.clone() };
    view! { <button type="button" class="open">{row.name.clone()}</button><small>{under}</small> }
        .into_any()
}

fn choices_cell(row: &Row, desk: Desk) -> AnyView {
    let mut ranked = row.choices.iter().map(|code| desk.programme(code));
    let first = ranked.next();
    let others: Vec<String> =
        ranked.enumerate().map(|(n, name)| format!("{} {name}", n + 2)).collect();
    view! { {first}<small>{others.join(", ")}</small> }.into_any()
}

fn state_cell(row: &Row, desk: Desk) -> AnyView {
    let contested =
        (row.conflicts > 0).then(|| view! { <Mark look=ATTENTION>{say("table.contested")}</Mark> });
    let place = seats::place(desk, row).map(|place| view! { <small class="place">{place}</small> });
    let around = around(row).map(|key| view! { <small class="place">{say(key)}</small> });
    view! { <StateMark state=row.state />{place}{contested}{around.collect_view()} }.into_any()
}

/// What is known of somebody from around the sheets.
fn around(row: &Row) -> impl Iterator<Item = &'static str> {
    let late = row.late.map(|late| match late {
        Late::OnTheWay => "late.on_the_way",
        Late::Recorded => "late.recorded",
    });
    late.into_iter().chain(row.gone.then_some("late.gone"))
}

fn officer_cell(row: &Row, desk: Desk) -> AnyView {
    let name = row.officer.as_ref().map(|id| desk.officer(id));
    let device = row.device.as_ref().map(ToString::to_string);
    view! { {name}<small>{device}</small> }.into_any()
}

fn time(desk: Desk, at: Option<bilik_shared::time::Timestamp>) -> AnyView {
    at.map(|at| desk.moment(at)).into_any()
}
