//! Answers of one entry that disagree: one sentence, both answers with equal weight, and a choice.

use bilik_shared::registration::Field;
use bilik_shared::role::Action;
use bilik_shared::sheet::{Answer, Conflict};
use bilik_shared::view::Resolve;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::answers::{answer, lines, place, who};
use crate::desk::api;
use crate::desk::detail::Held;
use crate::desk::route::Key;
use crate::desk::session::{Alive, Desk};
use crate::label;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// What came of the last choice.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Chosen(Field, String),
    Failed(NetError),
}

/// All fields of an entry that have more than one answer.
#[component]
pub fn Case(
    /// What the session holds.
    desk: Desk,
    /// The entry.
    key: Key,
    /// The entry, as far as it has been fetched.
    held: Held,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None);
    let alive = StoredValue::new_local(Alive::here());
    let choose = Callback::new(move |(field, value): (Field, String)| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (key, alive) = (key.clone(), alive.get_value());
        spawn_local(async move {
            let done = api::resolve(&key, &Resolve { field, value: value.clone() }).await;
            if !alive.is() {
                return;
            }
            busy.set(false);
            match done {
                Ok(detail) => {
                    outcome.set(Some(Outcome::Chosen(field, value)));
                    held.take(detail);
                }
                Err(error) => {
                    desk.check_session(&error);
                    outcome.set(Some(Outcome::Failed(error)));
                }
            }
        });
    });
    let conflicts = Memo::new(move |_| {
        held.detail.with(|d| d.as_ref().map(|d| d.conflicts.clone()).unwrap_or_default())
    });
    view! {
        {move || outcome.get().map(|outcome| view! { <Said desk outcome /> })}
        <For each=move || conflicts.get() key=|conflict| format!("{conflict:?}") let(conflict)>
            <OneConflict desk conflict busy choose />
        </For>
    }
}

#[component]
fn Said(desk: Desk, outcome: Outcome) -> impl IntoView {
    match outcome {
        Outcome::Failed(error) => {
            view! { <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice> }
                .into_any()
        }
        Outcome::Chosen(field, value) => {
            let says = move || {
                let (field_name, value) = (label::name(field), answer(desk, field, &value));
                t("review.chosen", &[("field", &field_name), ("answer", &value)])
            };
            view! {
                <div class="notice" data-state="received" role="status">
                    <Icon symbol=Symbol::Check />
                    <p>{says}</p>
                    <p class="hint">{say("review.chosen_help")}</p>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn OneConflict(
    desk: Desk,
    conflict: Conflict,
    busy: RwSignal<bool>,
    choose: Callback<(Field, String)>,
) -> impl IntoView {
    let Conflict { field, answers } = conflict;
    let told = answers.clone();
    let sentence = move || {
        let parts: Vec<String> = told.iter().map(|answer| tell(desk, field, answer)).collect();
        format!("{}. {}", parts.join("; "), t("conflict.unaware", &[]))
    };
    let count = answers.len();
    let title = move || t("conflict.one", &[("field", &label::name(field)), ("n", &count)]);
    let all: Vec<String> = answers.iter().map(|answer| answer.value.clone()).collect();
    let shown = answers.into_iter().map(|answer| {
        let others = all.iter().filter(|value| **value != answer.value).cloned().collect();
        view! { <OneAnswer desk field answer others busy choose /> }
    });
    view! {
        <section class="stack contest" aria-label=title>
            <div class="notice" data-state="attention">
                <Icon symbol=Symbol::Attention />
                <h3>{title}</h3>
                <p>{sentence}</p>
            </div>
            <div class="answers">{shown.collect_view()}</div>
            <p class="hint">{say("conflict.kept")}</p>
        </section>
    }
}

/// One answer as part of the sentence: who, on which tablet, what, when.
fn tell(desk: Desk, field: Field, given: &Answer) -> String {
    let (name, value, time) = (
        who(desk, given.author.as_ref()),
        answer(desk, field, &given.value),
        desk.moment(given.at),
    );
    match given.author.as_ref().and_then(|author| author.device.as_ref()) {
        Some(device) => t(
            "review.told",
            &[("officer", &name), ("device", device), ("answer", &value), ("time", &time)],
        ),
        None => t("review.told_server", &[("officer", &name), ("answer", &value), ("time", &time)]),
    }
}

#[component]
fn OneAnswer(
    desk: Desk,
    field: Field,
    answer: Answer,
    /// The other answers, to mark what differs.
    others: Vec<String>,
    busy: RwSignal<bool>,
    choose: Callback<(Field, String)>,
) -> impl IntoView {
    let Answer { value, author, at } = answer;
    let (where_at, by) = (author.clone(), author);
    let place_says = move || place(where_at.as_ref());
    let by_says = move || {
        let name = who(desk, by.as_ref());
        t("conflict.by", &[("officer", &name), ("time", &desk.moment(at))])
    };
    let shown = value.clone();
    let press = move |_| choose.run((field, value.clone()));
    view! {
        <article class="answer">
            <div class="head"><h4>{place_says}</h4><span class="hint">{by_says}</span></div>
            {move || said(desk, field, &shown, &others)}
            {desk.may(Action::ResolveConflict, None).then(|| view! {
                <button type="button" class="btn main" disabled=move || busy.get() on:click=press>
                    <Icon symbol=Symbol::Check />{say("act.use_this")}
                </button>
            })}
        </article>
    }
}

/// The answer itself; of ranked choices, what stands at another rank elsewhere is marked.
fn said(desk: Desk, field: Field, value: &str, others: &[String]) -> AnyView {
    if field != Field::Choices || value.is_empty() {
        return view! { <p class="said"><b>{answer(desk, field, value)}</b></p> }.into_any();
    }
    let other = others.first().map(|other| lines(desk, field, other)).unwrap_or_default();
    let ranked = lines(desk, field, value).into_iter().map(|choice| {
        let differs = !other.contains(&choice);
        view! { <li>{if differs { view! { <mark>{choice}</mark> }.into_any() } else { choice.into_any() }}</li> }
    });
    view! { <ol class="said">{ranked.collect_view()}</ol> }.into_any()
}
