//! The sheets of this tablet, and where to go on.

use bilik_shared::lifecycle::State;
use bilik_shared::replica::{SheetSummary, Where};
use leptos::prelude::*;

use super::bar::TopBar;
use super::pages::App;
use super::revoked::RevokedNotice;
use super::route::Route;
use super::update::UpdateNotice;
use super::walk::list::{self, People, Seek};
use super::{walk, work};
use crate::label;
use crate::parts::door::{Door, Weight};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::meter::{Meter, Part};
use crate::parts::state::{ATTENTION, Mark, RECEIVED, SAVED, TODO, look};
use crate::text::{say, t, told};

/// The sheets; whoever was begun on one and not saved counts as a draft.
fn summaries(app: App) -> Vec<SheetSummary> {
    let mut list = app.tablet.read(|replica| replica.sheet_list());
    for (sheet, entry) in work::typed(app).into_keys() {
        let state = app.tablet.peek(|replica| replica.entry(&sheet, entry).map(|e| e.state));
        let summary = list.iter_mut().find(|summary| summary.id == sheet);
        if let (Some(State::NotAsked), Some(summary)) = (state, summary) {
            summary.asked += 1;
            summary.drafts += 1;
        }
    }
    list
}

/// The list of sheets.
#[component]
pub fn Sheets() -> impl IntoView {
    let app = App::here();
    let list = Memo::new(move |_| summaries(app));
    let brief = Memo::new(move |_| app.brief());
    let title = told(move || match brief.get() {
        Some(brief) => t("sheets.title", &[("wave", &label::words(&brief.wave.name))]),
        None => t("sheets.empty", &[]),
    });
    let dates = told(move || match brief.get() {
        Some(brief) => {
            t("sheets.dates", &[("from", &brief.wave.opens), ("to", &brief.wave.closes)])
        }
        None => String::new(),
    });
    let open = move || list.read().iter().find(|sheet| sheet.asked < sheet.people).cloned();
    let cards = move || {
        if list.read().is_empty() {
            return not_here_yet(app, Symbol::List, "sheets.empty", "sheets.empty_help").into_any();
        }
        let first = open().map(|sheet| sheet.id);
        let card = |sheet: SheetSummary| {
            let weight =
                if first.as_ref() == Some(&sheet.id) { Weight::Dark } else { Weight::Light };
            view! { <Card sheet weight /> }
        };
        view! { <div class="sheets">{list.get().into_iter().map(card).collect_view()}</div> }
            .into_any()
    };
    let search = RwSignal::new(String::new());
    let idle = Memo::new(move |_| search.read().trim().is_empty());
    let body = live(move || match idle.get() {
        true => cards().into_any(),
        false => view! { <Results search /> }.into_any(),
    });
    view! {
        <TopBar place=None />
        <main class="page">
            <UpdateNotice />
            <RevokedNotice />
            <div class="head"><div><h1>{title}</h1><p class="soft">{dates}</p></div><Seek search label="sheets.search" /></div>
            {body}
        </main>
        <footer class="dock">
            <a class="btn main" href=Route::Sync.href()><Icon symbol=Symbol::Sync />{say("sheets.sync")}</a>
            {live(move || open().map(|sheet| view! { <GoOn sheet /> }))}
        </footer>
    }
}

/// Who was found on all sheets.
#[component]
fn Results(search: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    let found = Memo::new(move |_| list::find(app, &search.read(), Where::Everywhere, list::MOST));
    let nobody = Memo::new(move |_| found.read().hits.is_empty());
    let items = Memo::new(move |_| list::everywhere(found.get().hits));
    let more = Signal::derive(move || found.read().more);
    live(move || match nobody.get() {
        true => view! {
            <div class="empty">
                <Icon symbol=Symbol::Search />
                <h2>{told(move || t("walk.nothing_for", &[("text", &search.read().trim())]))}</h2>
                <p class="soft">{say("sheets.nothing_help")}</p>
            </div>
        }
        .into_any(),
        false => view! { <section class="panel results"><People items more add=None /></section> }
            .into_any(),
    })
}

/// What comes from the server and has not come yet: what, why, and a way to ask for it.
pub fn not_here_yet(
    app: App,
    symbol: Symbol,
    title: &'static str,
    help: &'static str,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon symbol />
            <h2>{say(title)}</h2>
            <p class="soft">{say(help)}</p>
            <p class="actions">
                <button type="button" class="btn main" on:click=move |_| app.tablet.wake()>
                    <Icon symbol=Symbol::Sync />{say("act.sync_now")}
                </button>
            </p>
        </div>
    }
}

#[component]
fn GoOn(sheet: SheetSummary) -> impl IntoView {
    let app = App::here();
    let people = untrack(|| walk::people(app, &sheet.id));
    let next = people.into_iter().find(|row| row.state == State::NotAsked);
    let cell = next.map(|row| label::plate(&row.cell)).filter(|cell| !cell.is_empty());
    let block = sheet.block.clone();
    let text = told(move || match &cell {
        Some(cell) => t("sheets.continue_cell", &[("block", &block), ("cell", cell)]),
        None => t("sheets.continue", &[("block", &block)]),
    });
    view! {
        <a class="btn main primary end" href=Route::Walk(sheet.id).href()>{text}<Icon symbol=Symbol::Arrow /></a>
    }
}

#[component]
fn Card(sheet: SheetSummary, weight: Weight) -> impl IntoView {
    let SheetSummary { id, block, people, asked, saved_here, received, drafts, attention } = sheet;
    let parts = vec![
        Part { state: "received", count: received as u32 },
        Part { state: "saved", count: saved_here as u32 },
    ];
    let label = Signal::derive(move || {
        let saved = t("sheets.saved", &[("n", &saved_here)]);
        format!("{}, {saved}", t("sheets.received", &[("n", &received)]))
    });
    let title = {
        let block = block.clone();
        told(move || t("sheets.block", &[("block", &block)]))
    };
    view! {
        <a class="panel sheet" href=Route::Walk(id).href()>
            <Door plate=block weight />
            <span><h2>{title}</h2><span class="hint">{told(move || t("sheets.people", &[("n", &people)]))}</span></span>
            <span class="figure">
                {told(move || t("sheets.asked", &[("n", &asked), ("all", &people)]))}
                <small>" "{say("sheets.asked_word")}</small>
            </span>
            <Meter whole=people as u32 parts=parts label />
            <span class="states">
                {(saved_here > 0).then(|| view! { <Mark look=SAVED>{told(move || t("sheets.saved", &[("n", &saved_here)]))}</Mark> })}
                {(received > 0).then(|| view! { <Mark look=RECEIVED>{told(move || t("sheets.received", &[("n", &received)]))}</Mark> })}
                {(drafts > 0).then(|| view! { <Mark look=look(State::Draft)>{told(move || t("sheets.drafts", &[("n", &drafts)]))}</Mark> })}
                {(attention > 0).then(|| view! { <Mark look=ATTENTION>{told(move || t("sheets.attention", &[("n", &attention)]))}</Mark> })}
                {(asked == 0).then(|| view! { <Mark look=TODO>{say("sheets.todo")}</Mark> })}
                {(asked == people && people > 0).then(|| view! { <Mark look=look(State::Registered)>{say("sheets.done")}</Mark> })}
            </span>
        </a>
    }
}
