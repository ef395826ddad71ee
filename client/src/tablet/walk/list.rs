//! People as a list, and the field that finds them: on this sheet, and on the others of this tablet.

use bilik_shared::cell;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::replica::{Found, Hit, PersonRow, Where};
use leptos::prelude::*;

use super::row::PersonItem;
use super::window::{WHOLE, Window};
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::tablet::work;
use crate::text::{say, t, told};

/// At most this many people of this sheet, and as many of others, are shown of those who fit what was typed. Who
/// needs more types another letter.
pub const MOST: usize = 12;

/// One row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The sheet of the person.
    pub sheet: SheetId,
    /// Its block, where it is not the one of the page.
    pub block: Option<String>,
    /// The heading of the other sheets stands above.
    pub heads: bool,
    /// The first of their cell.
    pub first: bool,
    /// The next to be asked.
    pub here: bool,
    /// The person.
    pub row: PersonRow,
}

/// Who fits what was typed.
pub fn find(app: App, text: &str, place: Where<'_>, most: usize) -> Found {
    let mut found = app.tablet.read(|replica| replica.find(text, place, most));
    work::as_drafts(app, found.hits.iter_mut().map(|hit| (&hit.sheet, &mut hit.row)));
    found
}

/// The people of this sheet; the first of each cell is marked.
pub fn on_this_sheet(sheet: &SheetId, rows: Vec<PersonRow>, next: Option<EntryId>) -> Vec<Item> {
    let mut before = None;
    let item = |row: PersonRow| {
        let cell = Some(cell::order(&row.cell));
        let first = before != cell;
        before = cell;
        let here = next == Some(row.entry);
        Item { sheet: sheet.clone(), block: None, heads: false, first, here, row }
    };
    rows.into_iter().map(item).collect()
}

/// The people of other sheets, under a heading of their own.
pub fn elsewhere(hits: Vec<Hit>) -> Vec<Item> {
    let mut items = everywhere(hits);
    if let Some(first) = items.first_mut() {
        (first.heads, first.first) = (true, true);
    }
    items
}

/// People with their blocks.
pub fn everywhere(hits: Vec<Hit>) -> Vec<Item> {
    let item = |Hit { sheet, block, row }: Hit| Item {
        sheet,
        block: Some(block),
        heads: false,
        first: false,
        here: false,
        row,
    };
    hits.into_iter().map(item).collect()
}

/// The list. A row is drawn anew only when something that it shows has changed; of a long list only the rows near
/// the screen are there at all.
#[component]
pub fn People(
    /// Whom it shows.
    items: Memo<Vec<Item>>,
    /// How many more fit.
    more: Signal<usize>,
    /// Where somebody is added who is not on it.
    add: Option<Route>,
) -> impl IntoView {
    let all = Memo::new(move |_| items.with(Vec::len));
    let window = RwSignal::new(window_at(items));
    let drawn = Memo::new(move |_| window.get().drawn(all.get()));
    let look = move || {
        let (Some(before), Some(after)) = (device::span(BEFORE), device::span(AFTER)) else {
            return;
        };
        let height = after.top - before.bottom;
        let measured = window.get_untracked().measured(height, drawn.get_untracked().len());
        window.set(measured.scrolled(before.top, before.window));
    };
    device::on_scroll(look);
    // Another list under the same screen: it begins elsewhere.
    Effect::watch(move || all.get(), move |_, _, _| request_animation_frame(look), false);

    let rows = Memo::new(move |_| {
        let (drawn, all) = (drawn.get(), all.get());
        let place = |at: usize| (all > WHOLE).then_some((at + 1, all));
        let row = |at: usize, item: &Item| (place(at), item.clone());
        // The list may be shorter by now than what was to be drawn of it.
        items.with(|items| {
            let some = items.get(drawn.clone()).unwrap_or_default();
            drawn.zip(some).map(|(at, item)| row(at, item)).collect::<Vec<_>>()
        })
    });
    let key = |(place, item): &(Option<(usize, usize)>, Item)| {
        let row = &item.row;
        let marks = (item.heads, item.first, item.here, row.contested);
        let standing = (row.state as u8, row.sync as u8, marks, *place);
        (row.entry, standing, row.name.clone(), row.cell.clone(), row.register_number.clone())
    };
    let free = move |rows: usize| format!("{}px", rows as f64 * window.read().row);
    let before = move || free(drawn.read().start);
    let after = move || free(all.get().saturating_sub(drawn.read().end));
    view! {
        <ol class="people" id="people" aria-label=say("walk.people")>
            <li id=BEFORE aria-hidden="true" style:height=before></li>
            <For each=move || rows.get() key=key let((place, item))><PersonItem item place /></For>
            <li id=AFTER aria-hidden="true" style:height=after></li>
            {live(move || (more.get() > 0).then(|| view! {
                <li class="note">{told(move || t("walk.more", &[("n", &more.get())]))}</li>
            }))}
            {add.map(|add| view! {
                <li><a class="missing" href=add.href()><Icon symbol=Symbol::Add />{say("walk.missing")}</a></li>
            })}
        </ol>
    }
}

/// The height of the rows above and below those that are drawn.
const BEFORE: &str = "people-before";
const AFTER: &str = "people-after";

/// At first the list shows where the officer goes on.
fn window_at(items: Memo<Vec<Item>>) -> Window {
    let here = items.with_untracked(|items| items.iter().position(|item| item.here));
    Window::around(here.unwrap_or_default(), device::window_height())
}

/// The field in which a name, a number or a cell is typed.
#[component]
pub fn Seek(
    /// What was typed.
    search: RwSignal<String>,
    /// The key of its name.
    label: &'static str,
) -> impl IntoView {
    view! {
        <label class="seek">
            <Icon symbol=Symbol::Search />
            <span class="sr">{say(label)}</span>
            <input
                class="input"
                type="search"
                dir="auto"
                autocomplete="off"
                placeholder=say(label)
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
                on:keydown=|event| if event.key() == "Enter" { device::focus("people") }
            />
        </label>
    }
}
