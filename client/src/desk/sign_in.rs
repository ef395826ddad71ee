//! The page on which somebody signs in.

use bilik_shared::view::SignIn;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::api;
use crate::desk::session::{Ended, Session};
use crate::device;
use crate::net::NetError;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::field::{Keys, TextField};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// Asks for name and password.
#[component]
pub fn SignInPage(
    /// Why somebody must sign in.
    why: Ended,
    /// Set when somebody did.
    session: RwSignal<Session>,
) -> impl IntoView {
    device::dress_body("desk signin");
    let (user, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let refusal = RwSignal::new(None);
    let code = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    // Asked for only where somebody has a second factor.
    let asks_code = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let missing = move |value: RwSignal<String>, key: &'static str| {
        Signal::derive(move || {
            (tried.get() && value.with(|v| v.trim().is_empty())).then(|| t(key, &[]))
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let question = SignIn {
            user: user.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            code: Some(code.get_untracked()).filter(|code| !code.trim().is_empty()),
        };
        if busy.get_untracked() || question.user.is_empty() || question.password.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match api::sign_in(&question).await {
                Ok(me) => session.set(Session::In(me)),
                Err(error) => {
                    code.set(String::new());
                    if api::needs_code(&error) {
                        asks_code.set(true);
                        device::focus_later("code");
                    }
                    refusal.set(Some(error));
                    busy.set(false);
                }
            }
        });
    };
    view! {
        <main>
            <div class="head"><Brand /><LanguageSwitch /></div>
            {(why == Ended::Over).then(|| view! { <Notice tone=Tone::Attention><p>{say("signin.ended")}</p></Notice> })}
            <form class="panel" on:submit=submit novalidate>
                <div>
                    <h1>{say("signin.title")}</h1>
                    <p class="soft">{say("signin.product")}</p>
                </div>
                <Refusal refusal />
                <TextField
                    name="user"
                    label=Signal::derive(say("signin.user"))
                    value=user
                    error=missing(user, "signin.user_missing")
                    autocomplete="username"
                />
                <TextField
                    name="password"
                    label=Signal::derive(say("signin.password"))
                    value=password
                    error=missing(password, "signin.password_missing")
                    keys=Keys::Secret
                    autocomplete="current-password"
                />
                <CodeField name="code" asked=asks_code code />
                <button class="btn main primary" disabled=move || busy.get()>
                    {move || t(if busy.get() { "signin.working" } else { "signin.submit" }, &[])}
                </button>
            </form>
            <p class="hint">{say("signin.hint")}</p>
        </main>
    }
}

/// Why a password did not open anything yet.
#[component]
pub fn Refusal(
    /// What the server said.
    refusal: RwSignal<Option<NetError>>,
) -> impl IntoView {
    live(move || {
        refusal.get().map(|error| {
            // Being asked for a code is no mistake.
            let tone = if api::needs_code(&error) { Tone::Attention } else { Tone::Error };
            view! { <Notice tone><p>{move || api::sentence(&error)}</p></Notice> }
        })
    })
}

/// The code of a second factor, for whoever has one.
#[component]
pub fn CodeField(
    /// The id of the field.
    name: &'static str,
    /// Whether it is asked for.
    asked: RwSignal<bool>,
    /// What was typed.
    code: RwSignal<String>,
) -> impl IntoView {
    live(move || {
        asked.get().then(|| {
            view! {
                <TextField
                    name
                    label=Signal::derive(say("signin.code"))
                    hint=Signal::derive(say("signin.code_hint"))
                    value=code
                    autocomplete="one-time-code"
                />
            }
        })
    })
}
