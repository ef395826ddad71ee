//! The person changed their mind: one tap, and a reason only if they want to give one.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::registration::{Field, MAX_TEXT, Problem};
use leptos::prelude::*;

use super::bar::TopBar;
use super::form::Identity;
use super::pages::App;
use super::route::Route;
use super::walk;
use super::work::{self, Keeper};
use crate::device;
use crate::label;
use crate::parts::field::TextArea;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, told};

/// The page that records a withdrawal.
#[component]
pub fn Withdraw(
    /// The sheet.
    sheet: SheetId,
    /// The person.
    entry: EntryId,
) -> impl IntoView {
    let app = App::here();
    let view = app.follow(&sheet, entry);
    let form = Route::Form(sheet.clone(), entry);
    let place = walk::place(app, &sheet, form.clone());
    let keeper = Keeper::new(app);
    let typing = app.tablet.peek(|replica| replica.entry(&sheet, entry).cloned());
    let typing = typing.map(|found| work::open(app, &sheet, &found)).unwrap_or_default();
    let reason = RwSignal::new(typing.withdraw.clone());
    let typing = StoredValue::new(typing);
    let refused = RwSignal::new(None::<Refused>);
    let busy = RwSignal::new(false);
    let id = StoredValue::new(sheet.clone());
    let page = move || {
        typing.update_value(|work| work.withdraw = reason.get_untracked());
        typing.with_value(|work| work.to_kept(&id.get_value(), entry))
    };
    keep_while_typing(app, Route::Withdraw(sheet.clone(), entry), keeper, (reason, busy), page);
    let error = Signal::derive(move || {
        let is_long = reason.read().chars().count() > MAX_TEXT;
        let problem = Problem::TooLong(Field::WithdrawReason, MAX_TEXT as u32);
        is_long.then(|| label::problem(&problem))
    });
    let withdraw = move |_| {
        if error.get_untracked().is_some() {
            return device::focus("withdraw_reason");
        }
        busy.set(true);
        refused.set(None);
        let sheet = id.get_value();
        let what = What::Withdraw { reason: reason.get_untracked() };
        app.tablet.act(&app.actor(), &id.get_value(), entry, what, move |result| match result {
            Ok(_) => {
                work::set_aside(app, &sheet, entry);
                device::go_instead(&Route::Saved(sheet, entry).to_string());
            }
            Err(why) => {
                busy.set(false);
                refused.set(Some(why));
                device::focus_later("refused");
            }
        });
    };
    view! {
        <TopBar place=Some(place) />
        <main class="form">
            <section class="side" aria-label=say("who.identity")><Identity view sheet /></section>
            <div class="page stack">
                {live(move || refused.get().map(|refused| view! {
                    <div id="refused"><Notice tone=Tone::Error><h2>{told(move || app.tablet.explain(&refused))}</h2></Notice></div>
                }))}
                <h1>{say("withdraw.title")}</h1>
                <p>{say("withdraw.help")}</p>
                <TextArea name="withdraw_reason" label=told(say("field.withdraw_reason")) hint=told(say("withdraw.hint")) value=reason error />
            </div>
        </main>
        <footer class="dock">
            <a class="btn main" href=form.href()><Icon symbol=Symbol::Back />{say("act.back")}</a>
            <button type="button" class="btn main primary end" disabled=busy on:click=withdraw>
                <Icon symbol=Symbol::Declined />{say("withdraw.now")}
            </button>
        </footer>
    }
}

/// The reason is kept as it is typed, and a start of the app comes back to it.
fn keep_while_typing(
    app: App,
    here: Route,
    keeper: Keeper,
    (reason, busy): (RwSignal<String>, RwSignal<bool>),
    page: impl Fn() -> (String, Vec<u8>) + Copy + Send + Sync + 'static,
) {
    device::announce_typing(true);
    on_cleanup(move || {
        device::announce_typing(false);
        work::forget_open(app);
        if busy.try_get_untracked() == Some(false) {
            keeper.end(page);
        }
    });
    Effect::new(move |before: Option<String>| {
        let typed = reason.get();
        if before.is_some_and(|before| before != typed) && !busy.get_untracked() {
            if !work::is_remembered(app) {
                work::remember_open(app, &here);
            }
            keeper.soon(page);
        }
        typed
    });
}
