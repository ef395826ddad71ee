//! The page on which somebody signs in.

use bilik_shared::view::SignIn;
use bilik_shared::view::second_factor::{KeyAnswer, Ways};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::session::{Ended, Session};
use crate::desk::{api, passkey};
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
    // Known once the password was right, where somebody has a second factor.
    let ways = RwSignal::new(None);
    let tried = RwSignal::new(false);
    let missing = move |value: RwSignal<String>, key: &'static str| {
        Signal::derive(move || {
            (tried.get() && value.with(|v| v.trim().is_empty())).then(|| t(key, &[]))
        })
    };
    let send = move |passkey| {
        tried.set(true);
        let question = SignIn {
            user: user.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            code: Some(code.get_untracked()).filter(|code| !code.trim().is_empty()),
            passkey,
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
                    asked_besides("code", ways, &error);
                    refusal.set(Some(error));
                    busy.set(false);
                }
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(None);
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
                <Besides name="code" ways code busy refusal send=Callback::new(move |answer| send(Some(answer))) />
                <button class="btn main" class:primary=move || !offers_passkey(ways) disabled=move || busy.get()>
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

/// What the server said is asked for besides the password, if it said so; the focus goes there.
pub fn asked_besides(name: &str, ways: RwSignal<Option<Ways>>, error: &NetError) {
    let Some(new) = api::ways(error) else { return };
    ways.try_set(Some(new));
    let field = if offers_passkey(ways) { "passkey" } else { "input" };
    device::focus_later(format!("{name}-{field}"));
}

/// Whether a passkey may be used on this page.
pub fn offers_passkey(ways: RwSignal<Option<Ways>>) -> bool {
    let asked = ways.with(|ways| ways.as_ref().is_some_and(|ways| ways.passkey.is_some()));
    asked && passkey::is_known()
}

/// What is shown besides the password, by whoever has a second factor: a passkey with one press, or a code.
#[component]
pub fn Besides(
    /// The id of the field for codes, and what others are named after.
    name: &'static str,
    /// What is asked for, once it is.
    ways: RwSignal<Option<Ways>>,
    /// What was typed.
    code: RwSignal<String>,
    /// Something is on its way.
    busy: RwSignal<bool>,
    /// Why it did not go on.
    refusal: RwSignal<Option<NetError>>,
    /// Takes what a passkey answers.
    send: Callback<KeyAnswer>,
) -> impl IntoView {
    let press = move |_| {
        let question = ways.with_untracked(|ways| ways.as_ref()?.passkey.clone());
        let Some(question) = question.filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = passkey::answer(passkey::USE, question).await;
            busy.try_set(false);
            match answer {
                Ok(answer) => send.run(answer),
                Err(error) => drop(refusal.try_set(Some(error))),
            }
        });
    };
    let key = move || {
        offers_passkey(ways).then(|| {
            view! {
                <button type="button" id=format!("{name}-passkey") class="btn main primary" disabled=move || busy.get() on:click=press>
                    {say("signin.passkey")}
                </button>
            }
        })
    };
    let typed = move || {
        let digits = ways.with(|ways| ways.as_ref().map(|ways| ways.digits))?;
        let label = if digits { "signin.code" } else { "signin.paper" };
        let hint = if digits { "signin.code_hint" } else { "signin.paper_hint" };
        Some(view! {
            <TextField
                name
                label=Signal::derive(say(label))
                hint=Signal::derive(say(hint))
                value=code
                autocomplete="one-time-code"
            />
        })
    };
    view! {
        {live(key)}
        {live(typed)}
    }
}
