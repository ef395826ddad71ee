//! The identity number of one person: masked, and whole for a reason that is noted.

use bilik_shared::privacy::MAX_TEXT;
use bilik_shared::registration::Field;
use bilik_shared::view::RevealNik;
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::Key;
use crate::desk::session::Desk;
use crate::device;
use crate::parts::field::TextField;
use crate::parts::live;
use crate::text::{say, t};

/// The field for the reason; focused when it opens.
const REASON: &str = "nik-reason";

/// The number as a fact. It is shown whole until the panel closes or the entry changes, and kept nowhere.
#[component]
pub fn NikFact(
    /// What the session holds.
    desk: Desk,
    /// Whose number.
    key: Key,
    /// The number as everybody reads it.
    masked: String,
) -> impl IntoView {
    let (shown, asking) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let (reason, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let wrong = RwSignal::new(None::<String>);
    let alive = StoredValue::new_local(Alive::here());
    let begin = move |_| {
        asking.set(true);
        device::focus_later(REASON);
    };
    let reveal = move || {
        let typed = reason.get_untracked().trim().to_owned();
        let problem = match typed.chars().count() {
            0 => Some("nik.reason_missing"),
            n if n > MAX_TEXT => Some("refusal.too_large"),
            _ => None,
        };
        if let Some(problem) = problem {
            wrong.set(Some(t(problem, &[])));
            return device::focus(REASON);
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let key = key.clone();
        alive.get_value().ask(
            async move { api::reveal_nik(&key, &RevealNik { reason: typed }).await },
            move |answer| {
                busy.set(false);
                match answer {
                    Ok(answer) => {
                        shown.set(Some(answer.nik));
                        asking.set(false);
                    }
                    Err(error) => {
                        desk.check_session(&error);
                        wrong.set(Some(api::sentence(&error)));
                    }
                }
            },
        );
    };
    let form = move || {
        let reveal = reveal.clone();
        view! {
            <form class="stack" novalidate on:submit=move |event| {
                event.prevent_default();
                reveal();
            }>
                <TextField
                    name=REASON
                    label=Signal::derive(say("nik.reason"))
                    hint=Signal::derive(say("nik.reason_hint"))
                    value=reason
                    error=Signal::derive(move || wrong.get())
                />
                <p class="actions">
                    <button type="submit" class="btn primary" disabled=move || busy.get()>{say("nik.submit")}</button>
                    <button type="button" class="btn" on:click=move |_| asking.set(false)>{say("nik.cancel")}</button>
                </p>
            </form>
        }
        .into_any()
    };
    let more = move || match (shown.with(Option::is_some), asking.get()) {
        (true, _) => view! { <p class="hint" role="status">{say("nik.noted")}</p> }.into_any(),
        (_, true) => form(),
        _ => view! { <button type="button" class="btn" on:click=begin>{say("nik.show")}</button> }
            .into_any(),
    };
    let may = desk.reads(Field::Nik);
    let number = move || shown.get().unwrap_or_else(|| masked.clone());
    view! {
        <div class="whole">
            <dt>{say("field.nik_status")}</dt>
            <dd class="stack">
                <span>{number}</span>
                {may.then(|| live(more))}
            </dd>
        </div>
    }
}
