//! A supervisor's one-time code, which lets an officer make a new PIN on this tablet.

use bilik_shared::id::OfficerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::lock;
use super::super::pages::App;
use crate::label;
use crate::parts::field::TextField;
use crate::parts::flag;
use crate::text::{say, t, told};

/// Asking for the code. The server must be in reach: nobody else knows the codes.
#[component]
pub fn Code(
    /// Becomes true when the code is good.
    allowed: RwSignal<bool>,
    /// Becomes false when the officer goes back to the PIN.
    asks_code: RwSignal<bool>,
    /// Whether there is a PIN to go back to.
    has_pin: bool,
    /// Who can show a passphrase instead.
    holder: Option<OfficerId>,
) -> impl IntoView {
    let app = App::here();
    let code = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = code.get_untracked().trim().to_owned();
        if typed.is_empty() {
            error.set(Some(t("enrol.code_missing", &[])));
            return;
        }
        error.set(None);
        busy.set(true);
        spawn_local(async move {
            match app.tablet.redeem(&typed).await {
                Ok(()) => drop(allowed.try_set(true)),
                Err(cause) => {
                    busy.try_set(false);
                    error.try_set(Some(label::net_error(&cause)));
                }
            }
        });
    };
    view! {
        <form class="pin stack" on:submit=submit>
            <h2>{told(move || t(if has_pin { "pin.forgot" } else { "pin.none" }, &[]))}</h2>
            <p class="soft">{say("pin.code_help")}</p>
            <TextField name="pin-code" label=told(say("pin.code")) value=code error=error />
            <p class="actions">
                <button type="submit" class="btn main primary" disabled=flag(move || busy.get())>{say("pin.code_check")}</button>
                {has_pin.then(|| view! {
                    <button type="button" class="btn main" on:click=move |_| asks_code.set(false)>{say("act.back")}</button>
                })}
            </p>
            {holder.map(|holder| view! {
                <p class="soft">{say("pin.or_phrase")}</p>
                <p class="actions">
                    <button type="button" class="btn main" on:click=move |_| lock::forgot(app, holder.clone())>{say("pin.with_phrase")}</button>
                </p>
            })}
        </form>
    }
}
