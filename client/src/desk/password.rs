//! Somebody who signed in with a first password chooses their own, before anything else.

use bilik_shared::setup::NewPassword;
use bilik_shared::view::Me;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::api;
use crate::desk::session::{Ended, Session};
use crate::desk::setup::form::Wrong;
use crate::desk::setup::wrong_of;
use crate::device;
use crate::net::NetError;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::field::{Keys, TextField};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// Asks for the first password and twice for the own one.
#[component]
pub fn PasswordPage(
    /// Who it is.
    me: Me,
    /// Set when there is a password.
    session: RwSignal<Session>,
) -> impl IntoView {
    device::dress_body("desk signin");
    let [old, new, again] = [(); 3].map(|()| RwSignal::new(String::new()));
    let failed = RwSignal::new(None::<NetError>);
    let wrong = RwSignal::new(None::<Wrong>);
    let busy = RwSignal::new(false);
    let error = move |field: &'static str| {
        Signal::derive(move || {
            wrong.get().filter(|wrong| wrong.field == field).map(|wrong| t(wrong.key, &[]))
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        wrong.set(None);
        if new.get_untracked() != again.get_untracked() {
            return wrong.set(Some(Wrong { field: "again", key: "user.not_the_same" }));
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let asked = NewPassword { old: old.get_untracked(), new: new.get_untracked() };
        spawn_local(async move {
            let answer = api::choose_password(&asked).await;
            busy.set(false);
            match answer {
                Ok(me) => session.set(Session::In(me)),
                Err(error) if api::is_session_over(&error) => {
                    session.set(Session::Out(Ended::Over));
                }
                Err(error) => match wrong_of(&error) {
                    Some(fault) => wrong.set(Some(fault)),
                    None => failed.set(Some(error)),
                },
            }
        });
    };
    let name = me.name;
    view! {
        <main>
            <div class="head"><Brand /><LanguageSwitch /></div>
            <form class="panel" on:submit=submit novalidate>
                <div>
                    <h1>{say("user.choose")}</h1>
                    <p class="soft">{name}</p>
                </div>
                <p>{say("user.choose_help")}</p>
                {move || failed.get().map(|error| view! {
                    <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
                })}
                <TextField name="old" label=Signal::derive(say("user.old")) value=old keys=Keys::Secret autocomplete="current-password" />
                <TextField
                    name="new"
                    label=Signal::derive(say("user.new"))
                    hint=Signal::derive(say("user.new_hint"))
                    value=new
                    error=error("new")
                    keys=Keys::Secret
                    autocomplete="new-password"
                />
                <TextField name="again" label=Signal::derive(say("user.again")) value=again error=error("again") keys=Keys::Secret autocomplete="new-password" />
                <button class="btn main primary" disabled=move || busy.get()>{say("user.save_password")}</button>
            </form>
        </main>
    }
}
