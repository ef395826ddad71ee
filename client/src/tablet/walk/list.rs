//! People as a list, and the field that finds them: on this sheet, and on the others of this tablet.

use bilik_shared::cell;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::replica::{Found, Hit, PersonRow, Where};
use leptos::prelude::*;

use super::row::PersonItem;
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::tablet::pages::App;
use crate::tablet::route::Route;
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
    app.tablet.read(|replica| replica.find(text, place, most))
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

/// The list. A row is drawn anew only when something that it shows has changed.
#[component]
pub fn People(
    /// Whom it shows.
    items: Signal<Vec<Item>>,
    /// How many more fit.
    more: Signal<usize>,
    /// Where somebody is added who is not on it.
    add: Option<Route>,
) -> impl IntoView {
    let key = |item: &Item| {
        let row = &item.row;
        let marks = (item.heads, item.first, item.here, row.contested);
        let standing = (row.state as u8, row.sync as u8, marks);
        (row.entry, standing, row.name.clone(), row.cell.clone(), row.register_number.clone())
    };
    view! {
        <ol class="people" id="people" aria-label=say("walk.people")>
            <For each=move || items.get() key=key let(item)><PersonItem item /></For>
            {live(move || (more.get() > 0).then(|| view! {
                <li class="note">{told(move || t("walk.more", &[("n", &more.get())]))}</li>
            }))}
            {add.map(|add| view! {
                <li><a class="missing" href=add.href()><Icon symbol=Symbol::Add />{say("walk.missing")}</a></li>
            })}
        </ol>
    }
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
                placeholder=say(label)
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
                on:keydown=|event| if event.key() == "Enter" { device::focus("people") }
            />
        </label>
    }
}
