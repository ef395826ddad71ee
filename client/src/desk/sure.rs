//! What matters most asks for the password again: a page that was left open must not enrol a tablet or take a list
//! away. Whoever asked for it waits, and goes on where they were.

use std::cell::RefCell;

use bilik_shared::view::session::ShownAgain;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlDialogElement;

use crate::desk::api;
use crate::desk::session::Desk;
use crate::desk::sign_in::{Besides, Refusal, asked_besides, offers_passkey};
use crate::device;
use crate::net::NetError;
use crate::parts::field::{Keys, TextField};
use crate::parts::live;
use crate::text::{say, t};

thread_local! {
    /// The password is being asked for.
    static OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// Who waits for it.
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Does `job`; where the server wants the password first, once more after it was shown.
pub async fn surely<T>(job: impl AsyncFn() -> Result<T, NetError>) -> Result<T, NetError> {
    let answer = job().await;
    let asked = matches!(&answer, Err(NetError::Refused { code, .. }) if code == "confirm_again");
    if asked && was_shown().await { job().await } else { answer }
}

/// Asks for the password; whether it was shown.
async fn was_shown() -> bool {
    let shown = Promise::new(&mut |tell, _| WAITING.with_borrow_mut(|waiting| waiting.push(tell)));
    OPEN.with(|open| open.set(true));
    JsFuture::from(shown).await.is_ok_and(|shown| shown.is_truthy())
}

fn tell(shown: bool) {
    OPEN.with(|open| open.set(false));
    for waits in WAITING.take() {
        // It only settles a promise.
        let _ = waits.call1(&JsValue::NULL, &shown.into());
    }
}

/// The place on the page where the password is asked for.
#[component]
pub fn ShowAgain(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let open = OPEN.with(Clone::clone);
    live(move || open.get().then(|| view! { <Dialogue desk /> }))
}

#[component]
fn Dialogue(desk: Desk) -> impl IntoView {
    let (password, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, ways) = (RwSignal::new(false), RwSignal::new(None));
    let refusal = RwSignal::new(None::<NetError>);
    spawn_local(async {
        // The dialogue is in the page one frame later.
        device::sleep(20).await;
        let dialogue = document().get_element_by_id("sure");
        if let Some(dialogue) = dialogue.and_then(|it| it.dyn_into::<HtmlDialogElement>().ok()) {
            let _ = dialogue.show_modal();
        }
    });
    let send = move |passkey| {
        let typed = ShownAgain {
            password: password.get_untracked(),
            code: Some(code.get_untracked()).filter(|code| !code.trim().is_empty()),
            passkey,
        };
        if busy.get_untracked() || typed.password.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api::show_again(&typed).await;
            busy.try_set(false);
            match answer {
                Ok(_) => tell(true),
                Err(error) => {
                    asked_besides("sure-code", ways, &error);
                    code.try_set(String::new());
                    refusal.try_set(Some(error.clone()));
                    if api::is_session_over(&error) {
                        tell(false);
                        desk.check_session(&error);
                    }
                }
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(None);
    };
    view! {
        <dialog class="sure" id="sure" aria-labelledby="sure-title" on:close=move |_| tell(false)>
            <form class="stack" on:submit=submit novalidate>
                <h2 id="sure-title">{say("sure.title")}</h2>
                <p>{say("sure.why")}</p>
                <Refusal refusal />
                <TextField
                    name="sure-password"
                    label=Signal::derive(say("signin.password"))
                    value=password
                    keys=Keys::Secret
                    autocomplete="current-password"
                />
                <Besides name="sure-code" ways code busy refusal send=Callback::new(move |answer| send(Some(answer))) />
                <p class="actions">
                    <button class="btn" class:primary=move || !offers_passkey(ways) disabled=move || busy.get()>
                        {move || t(if busy.get() { "signin.working" } else { "sure.submit" }, &[])}
                    </button>
                    <button type="button" class="btn" on:click=move |_| tell(false)>{say("sure.cancel")}</button>
                </p>
            </form>
        </dialog>
    }
}
