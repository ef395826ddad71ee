//! Answers of one entry that disagree: one sentence, both answers with equal weight, and a choice.

use bilik_shared::registration::Field;
use bilik_shared::role::Action;
use bilik_shared::sheet::{Answer, Conflict};
use bilik_shared::view::{Detail, Resolve, Unsettle};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::answers::{answer, lines, place, who};
use crate::desk::api;
use crate::desk::detail::Held;
use crate::desk::route::Key;
use crate::desk::session::Desk;
use crate::label;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

mod effect;
mod made;

use made::Made;

/// What came of the last choice.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Chosen(Field, String),
    TakenBack(Field),
    Failed(NetError),
}

/// What is done about the answers of one entry.
#[derive(Clone, Copy)]
struct Review {
    desk: Desk,
    key: StoredValue<Key>,
    held: Held,
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Outcome>>,
    alive: StoredValue<Alive, LocalStorage>,
}

impl Review {
    fn choose(self, field: Field, value: String) {
        let (key, question) = (self.key.get_value(), Resolve { field, value: value.clone() });
        let version = self.held.version();
        let asked = async move { api::resolve(&key, &question, version.as_deref()).await };
        self.ask(asked, Outcome::Chosen(field, value));
    }

    fn take_back(self, field: Field) {
        let (key, version) = (self.key.get_value(), self.held.version());
        let asked =
            async move { api::unsettle(&key, &Unsettle { field }, version.as_deref()).await };
        self.ask(asked, Outcome::TakenBack(field));
    }

    /// One question at a time; what is looked at is looked at again where it was another.
    fn ask(
        self,
        question: impl Future<Output = Result<Detail, NetError>> + 'static,
        good: Outcome,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.alive.get_value().ask(question, move |done| {
            self.busy.set(false);
            match done {
                Ok(detail) => {
                    self.outcome.set(Some(good));
                    self.held.take(detail);
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    if api::is_stale(&error) {
                        self.held.fetch(self.key.get_value(), self.alive.get_value());
                    }
                    self.outcome.set(Some(Outcome::Failed(error)));
                }
            }
        });
    }
}

/// All fields of an entry that have more than one answer, and the choices that can be taken back.
#[component]
pub fn Case(
    /// What the session holds.
    desk: Desk,
    /// The entry.
    key: Key,
    /// The entry, as far as it has been fetched.
    held: Held,
) -> impl IntoView {
    let review = Review {
        desk,
        key: StoredValue::new(key),
        held,
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        alive: StoredValue::new_local(Alive::here()),
    };
    let conflicts = Memo::new(move |_| {
        held.detail.with(|d| d.as_ref().map(|d| d.conflicts.clone()).unwrap_or_default())
    });
    view! {
        {move || review.outcome.get().map(|outcome| view! { <Said desk outcome /> })}
        <For each=move || conflicts.get() key=|conflict| format!("{conflict:?}") let(conflict)>
            <OneConflict review conflict />
        </For>
        <Made review />
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
            done(says, "review.chosen_help")
        }
        Outcome::TakenBack(field) => {
            let says = move || t("review.taken_back", &[("field", &label::name(field))]);
            done(says, "review.taken_back_help")
        }
    }
}

fn done(says: impl Fn() -> String + Send + Sync + 'static, help: &'static str) -> AnyView {
    view! {
        <div class="notice" data-state="received" role="status">
            <Icon symbol=Symbol::Check />
            <p>{told(says)}</p>
            <p class="hint">{say(help)}</p>
        </div>
    }
    .into_any()
}

#[component]
fn OneConflict(review: Review, conflict: Conflict) -> impl IntoView {
    let desk = review.desk;
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
        view! { <OneAnswer review field answer others /> }
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
    review: Review,
    field: Field,
    answer: Answer,
    /// The other answers, to mark what differs.
    others: Vec<String>,
) -> impl IntoView {
    let desk = review.desk;
    let Answer { value, author, at } = answer;
    let (where_at, by) = (author.clone(), author);
    let place_says = move || place(where_at.as_ref());
    let by_says = move || {
        let name = who(desk, by.as_ref());
        t("conflict.by", &[("officer", &name), ("time", &desk.moment(at))])
    };
    let shown = value.clone();
    let weighed = value.clone();
    let effect = move || effect::of(desk, &review.key.get_value(), field, &weighed);
    let press = move |_| review.choose(field, value.clone());
    view! {
        <article class="answer">
            <div class="head"><h4>{place_says}</h4><span class="hint">{by_says}</span></div>
            {move || said(desk, field, &shown, &others)}
            <p class="hint">{effect}</p>
            {desk.may(Action::ResolveConflict, None).then(|| view! {
                <button type="button" class="btn main" disabled=move || review.busy.get() on:click=press>
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
