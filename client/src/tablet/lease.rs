//! A tablet that was out of contact for longer than its house allows shows nobody, until the server answers once.
//!
//! Nothing is lost: what was typed is on the disk at every key, handing in goes on, and somebody new is registered
//! without being compared with anybody here. Who was on the screen when it ran out is finished.

use bilik_shared::id::{EntryId, SheetId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bar::TopBar;
use super::pages::App;
use super::practice;
use super::route::Route;
use super::sync::about::About;
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

/// How often the clock is looked at, in milliseconds.
const LOOK_MS: u32 = 5_000;

/// Looks at the clock as long as the app runs.
pub fn watch(app: App) {
    if practice::is_asked() {
        return;
    }
    app.tablet.look();
    device::on_visibility(move || app.tablet.look());
    spawn_local(async move {
        loop {
            device::sleep(LOOK_MS).await;
            app.tablet.look();
        }
    });
}

/// The page that is shown, and whether what stands in its place is shown instead.
pub fn guard(app: App, route: Memo<Route>) -> Memo<(bool, Route)> {
    let over = Memo::new(move |before: Option<&bool>| {
        let over = app.tablet.read(|replica| replica.is_over());
        // Whoever is on the screen when it runs out is finished; who was there at a start is not opened again.
        if before != Some(&over) {
            let on_screen = route.with_untracked(entry_of).filter(|_| over && before.is_some());
            app.finishing.set_value(on_screen.into_iter().collect());
        }
        over
    });
    Memo::new(move |_| {
        let route = route.get();
        (over.get() && !may_show(app, &route), route)
    })
}

/// The person whose registration a page is a part of.
fn entry_of(route: &Route) -> Option<EntryId> {
    match route {
        Route::Form(_, entry) | Route::Consent(_, entry) | Route::Saved(_, entry) => Some(*entry),
        _ => None,
    }
}

/// Whether a page may be shown after the lease has run out: one for somebody new, or for who is being finished.
fn may_show(app: App, route: &Route) -> bool {
    match route {
        Route::Add(_) => true,
        _ => entry_of(route)
            .is_some_and(|entry| app.finishing.with_value(|known| known.contains(&entry))),
    }
}

/// Somebody new was begun: their pages may be shown until they are finished.
pub fn begun(app: App, entry: EntryId) {
    if app.tablet.peek(|replica| replica.is_over()) {
        app.finishing.update_value(|finishing| finishing.push(entry));
    }
}

/// What stands in place of every other page.
#[component]
pub fn Over() -> impl IntoView {
    let app = App::here();
    let status = Memo::new(move |_| app.tablet.read(|replica| replica.status()));
    let hours = told(move || {
        let hours = app.brief().and_then(|brief| brief.lease_hours).unwrap_or_default();
        t("lease.help", &[("hours", &hours)])
    });
    let waits = move || status.read().saved_here;
    let sheets = Memo::new(move |_| app.brief().map(|brief| brief.sheets).unwrap_or_default());
    Effect::new(move |_| app.title.set(t("lease.title", &[])));
    view! {
        <TopBar place=None />
        <main class="page narrow" tabindex="0">
            <Notice tone=Tone::Attention>
                <h1 data-land tabindex="-1">{say("lease.title")}</h1>
                <p>{hours}</p>
                <p>{told(move || t("lease.waits", &[("n", &waits())]))}</p>
            </Notice>
            <section class="panel stack after">
                <h2>{say("lease.add")}</h2>
                <p class="soft">{say("lease.add_help")}</p>
                <p class="actions">
                    {live(move || {
                        let sheets = sheets.get().into_iter();
                        sheets.map(|sheet| new_person(sheet.id, sheet.block)).collect_view()
                    })}
                </p>
            </section>
            <About />
        </main>
        <footer class="dock">
            <button type="button" class="btn main primary end" on:click=move |_| app.tablet.wake()>
                <Icon symbol=Symbol::Sync />
                {told(move || t(if status.read().exchanging { "sync.running" } else { "act.sync_now" }, &[]))}
            </button>
        </footer>
    }
}

fn new_person(sheet: SheetId, block: String) -> impl IntoView {
    let text = told(move || t("sheets.block", &[("block", &block)]));
    view! { <a class="btn main" href=Route::Add(sheet).href()>{text}</a> }
}
