//! What is safe and what is not, item by item, and what is known about this tablet.

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{PersonRow, Status, Sync};
use leptos::prelude::*;

use super::bar::{Place, TopBar};
use super::pages::App;
use super::revoked::RevokedNotice;
use super::route::Route;
use super::update::UpdateNotice;
use super::{walk, work};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark, RECEIVED, SAVED, look};
use crate::text::{say, t, told};

pub mod about;
mod items;
mod verdict;

use about::About;
use items::Items;
use verdict::Verdict;

/// One person whose work is not finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// The block of their sheet.
    pub block: String,
    /// The person.
    pub row: PersonRow,
    /// Something is typed for them that was not saved.
    pub typed: bool,
    /// This tablet saved them as a draft.
    pub draft: bool,
    /// The page where it goes on.
    pub page: Route,
}

impl Open {
    /// Not so much as saved, or saved and not a registration yet.
    fn is_draft(&self) -> bool {
        self.typed || self.draft
    }
}

/// Everybody whose work is waiting, unfinished or in need of a person.
fn open_items(app: App) -> Vec<Open> {
    let sheets = app.tablet.read(|replica| replica.sheet_list());
    let (drafts, typed) = (app.tablet.peek(|replica| replica.drafts()), work::typed(app));
    let each = sheets.into_iter().flat_map(|sheet| {
        let rows = app.tablet.peek(|replica| replica.people(&sheet.id));
        let (id, block) = (sheet.id, sheet.block);
        let (drafts, typed) = (&drafts, &typed);
        let added = work::added(app, &id).map(|added| {
            let (page, block) = (Route::Add(id.clone()), block.clone());
            Open { block, row: added.row(), typed: true, draft: false, page }
        });
        let known = rows.into_iter().map(move |row| {
            let key = (id.clone(), row.entry);
            let (typed, draft) = (typed.contains_key(&key), drafts.contains(&key));
            let page = match row.contested {
                true => Route::Conflict(id.clone(), row.entry),
                false => Route::Form(id.clone(), row.entry),
            };
            Open { block: block.clone(), row, typed, draft, page }
        });
        known.chain(added)
    });
    let is_open = |open: &Open| match open.row.sync {
        // Refused work has a line of its own, with its reason.
        Sync::NeedsAttention => {
            open.is_draft() || open.row.contested || open.row.state == State::Returned
        }
        Sync::SavedHere => true,
        _ => open.is_draft(),
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
        // Out of use it may have nothing to press and still be longer than the screen: keys scroll it then.
        <main class="page narrow" tabindex="0">
            <UpdateNotice />
            <RevokedNotice />
            {live(move || {
                // Its sheets were taken away with what was handed in: the notice above says the rest.
                let over = status.read().revoked && status.read().saved_here == 0;
                (!over).then(|| view! { <Verdict status=status.get() items=items.get() /> })
            })}
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
