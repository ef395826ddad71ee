//! The people of a sheet in the order of the doors.

use bilik_shared::id::SheetId;
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{PersonRow, Sync, Where};
use leptos::prelude::*;

use super::bar::{Place, TopBar};
use super::pages::App;
use super::route::Route;
use super::work;
use crate::device;
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::{say, t, told};

mod drafts;
pub mod list;
mod row;
mod scan;
mod side;
mod window;

use list::{People, Seek};
use scan::Scan;
use side::Side;

/// Which people are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Everybody.
    All,
    /// Those in this state.
    Only(State),
    /// Those a person must look at.
    Review,
}

impl Filter {
    /// Whether somebody is shown.
    pub fn shows(self, row: &PersonRow) -> bool {
        match self {
            Self::All => true,
            Self::Only(state) => row.state == state,
            Self::Review => row.sync == Sync::NeedsAttention,
        }
    }
}

/// The place of every page that belongs to one sheet.
pub fn place(app: App, sheet: &SheetId, back: Route) -> Place {
    let block = block_of(app, sheet);
    let title = {
        let block = block.clone();
        Signal::derive(move || t("sheets.block", &[("block", &block)]))
    };
    let back_label = match back {
        Route::Sheets => told(say("bar.back_sheets")),
        Route::Form(..) => told(say("bar.back_form")),
        _ => Signal::derive(move || t("bar.back_walk", &[("block", &block)])),
    };
    let below = Signal::derive(move || {
        app.brief().map(|brief| label::words(&brief.wave.name)).unwrap_or_default()
    });
    Place { back, back_label, title, below }
}

/// The block of a sheet.
pub fn block_of(app: App, sheet: &SheetId) -> String {
    app.tablet.peek(|replica| {
        let title =
            replica.brief().and_then(|brief| brief.sheets.iter().find(|title| &title.id == sheet));
        title.map_or_else(|| sheet.to_string(), |title| title.block.clone())
    })
}

/// The people of a sheet in cell order. Whoever was begun and not saved stands there as a draft.
pub fn people(app: App, sheet: &SheetId) -> Vec<PersonRow> {
    let mut rows = app.tablet.read(|replica| replica.people(sheet));
    work::as_drafts(app, rows.iter_mut().map(|row| (sheet, row)));
    rows
}

/// The walk list.
#[component]
pub fn Walk(
    /// The sheet.
    sheet: SheetId,
) -> impl IntoView {
    let app = App::here();
    let block = block_of(app, &sheet);
    let id = sheet.clone();
    let people = Memo::new(move |_| people(app, &id));
    // A sheet begins without anybody where no list was brought yet.
    let id = sheet.clone();
    let is_here = Memo::new(move |_| {
        app.tablet.read(|replica| replica.sheet_list().iter().any(|one| one.id == id))
    });
    let filter = RwSignal::new(Filter::All);
    let search = RwSignal::new(String::new());
    let id = sheet.clone();
    // Whom the list shows, and how many more fit what was typed.
    let fits = Memo::new(move |_| {
        let (search, filter) = (search.read(), filter.get());
        let shows = |rows: Vec<PersonRow>| -> Vec<PersonRow> {
            rows.into_iter().filter(|row| filter.shows(row)).collect()
        };
        let text = search.trim();
        if text.is_empty() {
            return (shows(people.get()), 0);
        }
        // A state is known of a row only, so that a filter needs all rows that fit.
        let most = if filter == Filter::All { list::MOST } else { usize::MAX };
        let found = list::find(app, text, Where::On(&id), most);
        let mut rows = shows(found.hits.into_iter().map(|hit| hit.row).collect());
        let more = found.more + rows.len().saturating_sub(list::MOST);
        rows.truncate(list::MOST);
        (rows, more)
    });
    let shown = Memo::new(move |_| fits.read().0.clone());
    let id = sheet.clone();
    let others = Memo::new(move |_| list::find(app, &search.read(), Where::NotOn(&id), list::MOST));
    let next = Memo::new(move |_| {
        people.read().iter().find(|row| row.state == State::NotAsked).map(|row| row.entry)
    });
    // The officer goes on where they stopped. One frame later the list is there.
    request_animation_frame(|| device::show("lanjut"));

    let add = Route::Add(sheet.clone());
    let here = sheet.clone();
    let list = live(move || {
        if people.read().is_empty() {
            return match is_here.get() {
                true => view! { <NobodyYet add=add.clone() /> }.into_any(),
                false => view! { <Unknown /> }.into_any(),
            };
        }
        if shown.read().is_empty() && others.read().hits.is_empty() {
            return view! { <Nobody search filter people=people add=add.clone() /> }.into_any();
        }
        let sheet = here.clone();
        let items = Memo::new(move |_| {
            let mut items = list::on_this_sheet(&sheet, shown.get(), next.get());
            items.extend(list::elsewhere(others.get().hits));
            items
        });
        let more = Signal::derive(move || fits.read().1 + others.read().more);
        view! { <People items more add=Some(add.clone()) /> }.into_any()
    });
    let title = told(move || t("walk.list", &[("block", &block)]));
    let add = Route::Add(sheet.clone());
    view! {
        <TopBar place=Some(place(app, &sheet, Route::Sheets)) />
        <main class="walk">
            <h1 class="sr">{title}</h1>
            <Side sheet=sheet.clone() people filter />
            {list}
        </main>
        <footer class="dock">
            <Seek search label="walk.search" />
            <Scan search />
            <a class="btn main" href=add.href()><Icon symbol=Symbol::Add />{say("walk.add")}</a>
        </footer>
    }
}

/// Nobody fits: why, and what next.
#[component]
fn Nobody(
    search: RwSignal<String>,
    filter: RwSignal<Filter>,
    people: Memo<Vec<PersonRow>>,
    add: Route,
) -> impl IntoView {
    let title = told(move || match search.get().trim() {
        "" => t("walk.nothing", &[]),
        text => t("walk.nothing_for", &[("text", &text)]),
    });
    let clear = move |_| {
        search.set(String::new());
        filter.set(Filter::All);
    };
    view! {
        <div class="empty">
            <Icon symbol=Symbol::Search />
            <h2>{title}</h2>
            <p class="soft">{told(move || t("walk.nothing_help", &[("n", &people.read().len())]))}</p>
            <p class="actions">
                <button type="button" class="btn main" on:click=clear>{say("walk.clear")}</button>
                <a class="btn main primary" href=add.href()><Icon symbol=Symbol::Add />{say("walk.add")}</a>
            </p>
        </div>
    }
}

/// Nobody stands on the sheet yet.
#[component]
fn NobodyYet(add: Route) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon symbol=Symbol::List />
            <h2>{say("walk.nobody_yet")}</h2>
            <p class="soft">{say("walk.nobody_yet_help")}</p>
            <p class="actions">
                <a class="btn main primary" href=add.href()><Icon symbol=Symbol::Add />{say("walk.add")}</a>
            </p>
        </div>
    }
}

/// The sheet is not on this tablet.
#[component]
fn Unknown() -> impl IntoView {
    view! {
        <div class="empty">
            <Icon symbol=Symbol::List />
            <h2>{say("walk.unknown")}</h2>
            <p class="soft">{say("walk.unknown_help")}</p>
        </div>
    }
}
