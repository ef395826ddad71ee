//! The person changed their mind: one tap, and a reason only if they want to give one.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use leptos::prelude::*;

use super::bar::TopBar;
use super::form::Identity;
use super::pages::App;
use super::route::Route;
use super::{walk, work};
use crate::device;
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
    let reason = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<Refused>);
    let busy = RwSignal::new(false);
    let id = StoredValue::new(sheet.clone());
    let withdraw = move |_| {
        busy.set(true);
        refused.set(None);
        let sheet = id.get_value();
        let what = What::Withdraw { reason: reason.get_untracked() };
        app.tablet.act(&app.actor(), &id.get_value(), entry, what, move |result| match result {
            Ok(_) => {
                work::forget(app, &sheet, entry);
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
                <TextArea name="withdraw_reason" label=told(say("field.withdraw_reason")) hint=told(say("withdraw.hint")) value=reason />
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
