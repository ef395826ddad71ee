//! What is safe and what is not, item by item, and what is known about this tablet.

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{PersonRow, Status, Sync};
use leptos::prelude::*;

use super::bar::{Place, TopBar};
use super::pages::App;
use super::route::Route;
use super::update::UpdateNotice;
use super::walk;
use crate::label::Label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark, RECEIVED, SAVED, look};
use crate::text::{say, t, told};

mod about;
mod items;

use about::About;
use items::Items;

/// One person whose work is not finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Their sheet.
    pub sheet: SheetId,
    /// Its block.
    pub block: String,
    /// The person.
    pub row: PersonRow,
}

/// Everybody whose work is waiting, unfinished or in need of a person.
fn open_items(app: App) -> Vec<Open> {
    let sheets = app.tablet.read(|replica| replica.sheet_list());
    let each = sheets.into_iter().flat_map(|sheet| {
        let rows = app.tablet.peek(|replica| replica.people(&sheet.id));
        let (id, block) = (sheet.id, sheet.block);
        rows.into_iter().map(move |row| Open { sheet: id.clone(), block: block.clone(), row })
    });
    let is_open = |open: &Open| {
        matches!(open.row.sync, Sync::SavedHere | Sync::NeedsAttention)
            || open.row.state == State::Draft
    };
    // What needs a person stands first.
    let (mut items, rest): (Vec<Open>, Vec<Open>) =
        each.filter(is_open).partition(|open| open.row.sync == Sync::NeedsAttention);
    items.extend(rest);
    items
}

/// The page.
#[component]
pub fn SyncPage() -> impl IntoView {
    let app = App::here();
    let status = Memo::new(move |_| app.tablet.read(|replica| replica.status()));
    let items = Memo::new(move |_| open_items(app));
    let place = Place {
        back: Route::Sheets,
        back_label: told(say("bar.back_sheets")),
        title: told(say("sync.title")),
        below: Signal::derive(move || t("sync.tablet", &[("code", &app.tablet.code.get_value())])),
    };
    let exchanging = move || status.read().exchanging;
    view! {
        <TopBar place=Some(place) />
        <main class="page narrow">
            <UpdateNotice />
            {live(move || view! { <Verdict status=status.get() /> })}
            <Counts status />
            <Items items />
            <About />
        </main>
        <footer class="dock">
            <a class="btn main" href=Route::Sheets.href()><Icon symbol=Symbol::List />{say("act.back")}</a>
            <button type="button" class="btn main primary end" on:click=move |_| app.tablet.wake()>
                <Icon symbol=Symbol::Sync />
                {told(move || t(if exchanging() { "sync.running" } else { "act.sync_now" }, &[]))}
            </button>
        </footer>
    }
}

/// One sentence: may the tablet be handed back?
#[component]
fn Verdict(status: Status) -> impl IntoView {
    let app = App::here();
    let (saved, attention) = (status.saved_here, status.attention);
    let trouble = live(move || {
        let store = app.tablet.store_error.get().map(|error| t(error.key(), &[]));
        store.map(|text| view! { <p>{text}</p> })
    });
    let (state, symbol, title, help) = if saved > 0 || status.unsaved {
        ("saved", Symbol::Saved, t("sync.some_saved", &[("n", &saved)]), "sync.keep")
    } else if attention > 0 {
        (
            "attention",
            Symbol::Attention,
            t("sync.some_attention", &[("n", &attention)]),
            "sync.attention_help",
        )
    } else if status.received == 0 {
        ("saved", Symbol::Tablet, t("sync.nothing", &[]), "sync.nothing_help")
    } else {
        ("received", Symbol::Received, t("sync.all_received", &[]), "sync.return")
    };
    view! {
        <div class="verdict" data-state=state role="status">
            <Icon symbol />
            <h1>{title}</h1>
            <p>{say(help)}</p>
            {trouble}
        </div>
    }
}

#[component]
fn Counts(status: Memo<Status>) -> impl IntoView {
    let calm = look(State::Registered);
    let attention = move || status.read().attention;
    view! {
        <div class="three">
            <div class="panel"><b>{move || status.read().saved_here}</b><Mark look=SAVED>{say("mark.saved")}</Mark></div>
            <div class="panel"><b>{move || status.read().received}</b><Mark look=RECEIVED>{say("mark.received")}</Mark></div>
            <div class="panel">
                <b>{attention}</b>
                {live(move || {
                    let look = if attention() > 0 { ATTENTION } else { calm };
                    view! { <Mark look>{say("mark.attention")}</Mark> }
                })}
            </div>
        </div>
    }
}

/// The block of an item's sheet, where a page needs only the id.
pub(super) fn block(app: App, sheet: &SheetId) -> String {
    walk::block_of(app, sheet)
}

/// The page of one person, or the list where nobody is named.
pub(super) fn page(sheet: &SheetId, entry: Option<&EntryId>) -> Route {
    match entry {
        Some(entry) => Route::Form(sheet.clone(), *entry),
        None => Route::Walk(sheet.clone()),
    }
}
