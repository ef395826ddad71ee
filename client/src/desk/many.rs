//! Many registrations that were looked at, verified with one press.

use std::collections::BTreeSet;

use bilik_shared::lifecycle::{State, may_move};
use bilik_shared::view::verify::{MOST, Outcome, VerifyMany};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::{Key, Queue};
use crate::desk::session::Desk;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

/// The rows that somebody has marked.
pub type Marked = RwSignal<BTreeSet<Key>>;

/// Whether rows can be marked: where everybody shown waits for verification, for whoever may verify.
pub fn can_mark(desk: Desk, queue: Queue) -> bool {
    let role = desk.me.with_value(|me| me.role);
    queue == Queue::Only(State::Registered)
        && may_move(role, State::Registered, State::Verified, "").is_ok()
}

/// How many are marked, what can be done with them, and what became of the last ones.
#[component]
pub fn Many(
    /// What the session holds.
    desk: Desk,
    /// The rows that are marked.
    marked: Marked,
    /// The rows of the list, in order.
    shown: Memo<Vec<Key>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(None::<Result<Vec<Outcome>, NetError>>);
    let alive = StoredValue::new_local(Alive::here());
    let count = Memo::new(move |_| marked.with(BTreeSet::len));
    // Who left the list is not verified with it.
    Effect::new(move |_| {
        let here: BTreeSet<Key> = shown.get().into_iter().collect();
        if marked.with_untracked(|marked| !marked.is_subset(&here)) {
            marked.update(|marked| marked.retain(|key| here.contains(key)));
        }
    });
    let mark_all = move |_| {
        marked.set(shown.with_untracked(|shown| shown.iter().take(MOST).cloned().collect()));
    };
    let verify = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let entries = marked.get_untracked().into_iter().collect();
        alive.get_value().ask(
            async move { api::verify_many(&VerifyMany { entries }).await },
            move |said| {
                busy.set(false);
                match &said {
                    Ok(_) => marked.set(BTreeSet::new()),
                    Err(error) => desk.check_session(error),
                }
                answer.set(Some(said));
            },
        );
    };
    view! {
        <p class="actions many" hidden=move || shown.with(Vec::is_empty)>
            <button type="button" class="btn primary" disabled=move || busy.get() || count.get() == 0 on:click=verify>
                <Icon symbol=Symbol::Verified />{told(move || t("many.verify", &[("n", &count.get())]))}
            </button>
            <button type="button" class="btn" on:click=mark_all>{say("many.all")}</button>
            <button type="button" class="btn" disabled=move || count.get() == 0 on:click=move |_| marked.set(BTreeSet::new())>{say("many.none")}</button>
        </p>
        {move || answer.get().map(|answer| match answer {
            Ok(outcomes) => view! { <Told desk outcomes /> }.into_any(),
            Err(error) => view! { <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice> }.into_any(),
        })}
    }
}

/// How many were verified, and why the others were not.
#[component]
fn Told(desk: Desk, outcomes: Vec<Outcome>) -> impl IntoView {
    let done = outcomes.iter().filter(|outcome| outcome.refused.is_none()).count();
    let left = outcomes.into_iter().filter_map(|Outcome { place, refused }| {
        let code = refused?;
        let name = desk.row(&place).map(|row| row.with_untracked(|row| row.name.clone()));
        let error = NetError::refused(422, code);
        let says =
            move || format!("{}: {}", name.clone().unwrap_or_default(), api::sentence(&error));
        Some(view! { <li>{told(says)}</li> })
    });
    let left = left.collect_view();
    view! {
        <div class="notice" data-state="received" role="status">
            <Icon symbol=Symbol::Check />
            <p>{told(move || t("many.done", &[("n", &done)]))}</p>
            <ul class="links">{left}</ul>
        </div>
    }
}
