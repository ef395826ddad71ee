//! Nobody new is begun when there may be no space left to finish it.

use bilik_shared::exchange::Room;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use leptos::prelude::*;

use super::bar::TopBar;
use super::pages::App;
use super::route::Route;
use super::{walk, work};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

/// A page for one person; where they would be begun without space to finish, what to do about that.
pub fn guarded(
    app: App,
    sheet: SheetId,
    entry: Option<EntryId>,
    page: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    // What was begun goes on: its page must not change while somebody types.
    let closed = RwSignal::new(begins(app, &sheet, entry) && is_out(app));
    live(move || match closed.get() {
        true => view! { <Full sheet=sheet.clone() closed /> }.into_any(),
        false => page(),
    })
}

fn is_out(app: App) -> bool {
    app.tablet.room.get_untracked() == Room::Out
}

/// Nobody has asked this person yet, here or on another tablet.
fn begins(app: App, sheet: &SheetId, entry: Option<EntryId>) -> bool {
    entry.is_none_or(|entry| {
        let known = app.tablet.peek(|replica| replica.entry(sheet, entry).map(|e| e.state));
        known == Some(State::NotAsked) && !work::is_kept(app, sheet, entry)
    })
}

#[component]
fn Full(sheet: SheetId, closed: RwSignal<bool>) -> impl IntoView {
    let app = App::here();
    let list = Route::Walk(sheet.clone());
    // Somebody made room: the page that was asked for opens by itself.
    Effect::new(move |_| {
        if app.tablet.room.get() != Room::Out {
            closed.set(false);
        }
    });
    view! {
        <TopBar place=Some(walk::place(app, &sheet, list.clone())) />
        <main class="page narrow">
            <Notice tone=Tone::Error>
                <h1>{say("space.out")}</h1>
                <p>{say("space.why")}</p>
                <ol class="steps">
                    <li>{say("space.send")}</li>
                    <li>{say("space.clear")}</li>
                    <li>{say("space.ask")}</li>
                </ol>
            </Notice>
        </main>
        <footer class="dock">
            <a class="btn main" href=list.href()><Icon symbol=Symbol::List />{say("act.back")}</a>
            <a class="btn main" href=Route::Sync.href()><Icon symbol=Symbol::Sync />{say("sheets.sync")}</a>
            <button type="button" class="btn main primary end" on:click=move |_| app.tablet.measure()>{say("space.again")}</button>
        </footer>
    }
}
