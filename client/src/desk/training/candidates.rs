//! Those who wait for a package, masked, and what the partner advises about them after an interview.

use bilik_shared::training::Advice;
use bilik_shared::view::training::{Candidate, Propose, TurnAway};
use leptos::prelude::*;

use super::package::Page;
use super::words;
use crate::device;
use crate::label::Label;
use crate::parts::field::{Keys, TextArea, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::pick::{Pick, chosen, place};
use crate::text::{say, t, told};

/// Everybody who waits.
#[component]
pub fn Candidates(page: Page, waiting: Vec<Candidate>) -> impl IntoView {
    let none = waiting.is_empty();
    let list = waiting.into_iter().map(|one| view! { <Waits page one /> }.into_any());
    view! {
        <section class="panel stack">
            <h2>{say("propose.title")}</h2>
            <p class="hint">{say("propose.help")}</p>
            {none.then(|| view! { <p class="soft">{say("propose.nobody")}</p> })}
            <ul class="persons">{list.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Waits(page: Page, one: Candidate) -> impl IntoView {
    let Candidate { pseudonym, initials, rank, education, proposal } = one.clone();
    let school = move || match education {
        Some(education) => t(education.key(), &[]),
        None => t("facts.no_answer", &[]),
    };
    let facts = move || t("propose.facts", &[("rank", &rank), ("education", &school())]);
    let said = proposal.map(|proposal| {
        let note = proposal.note.clone();
        let line = move || {
            let advice = t(words::advice(proposal.advice), &[]);
            t("propose.said", &[("n", &proposal.score), ("advice", &advice)])
        };
        view! { <p><b>{told(line)}</b>" "{note}</p> }
    });
    let (advises, refuses) = (pseudonym.clone(), away(&pseudonym));
    let form = move || match page.asking.get() {
        Some(asking) if asking == advises => view! { <Form page one=one.clone() /> }.into_any(),
        Some(asking) if asking == refuses => {
            view! { <TurnedAway page candidate=advises.clone() /> }.into_any()
        }
        _ => ().into_any(),
    };
    let (opens, closes) = (pseudonym.clone(), away(&pseudonym));
    let open = move |_| {
        page.asking.set(Some(opens.clone()));
        device::focus_later("propose-score");
    };
    let turn_away = move |_| {
        page.asking.set(Some(closes.clone()));
        device::focus_later("turn-away-reason");
    };
    view! {
        <li>
            <div class="head"><h3>{initials}" "<span class="soft">{pseudonym}</span></h3></div>
            <p class="line"><span>{told(facts)}</span></p>
            {said}
            <p class="actions">
                <button type="button" class="btn" on:click=open>{say("propose.open")}</button>
                <button type="button" class="btn text" on:click=turn_away>{say("propose.turn_away")}</button>
            </p>
            {live(form)}
        </li>
    }
}

/// Names the form that turns a candidate away.
fn away(pseudonym: &str) -> String {
    format!("turn away {pseudonym}")
}

/// Somebody is not accepted after the interview: only with a reason, which the house reads.
#[component]
fn TurnedAway(page: Page, candidate: String) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let error = Signal::derive(move || missing.get().then(|| t("refused.reason_missing", &[])));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reason = reason.get_untracked().trim().to_owned();
        missing.set(reason.is_empty());
        match reason.is_empty() {
            true => device::focus("turn-away-reason"),
            false => page.act("turn-away", TurnAway { candidate: candidate.clone(), reason }),
        }
    };
    view! {
        <form class="sunken stack" on:submit=submit novalidate>
            <TextArea name="turn-away-reason" label=Signal::derive(say("decide.reason")) hint=Signal::derive(say("propose.turn_away_hint")) value=reason error />
            <p class="actions">
                <button class="btn main primary" disabled=move || page.fetched.busy.get()>{say("propose.turn_away_now")}</button>
                <button type="button" class="btn text" on:click=move |_| page.asking.set(None)>{say("decide.cancel")}</button>
            </p>
        </form>
    }
}

#[component]
fn Form(page: Page, one: Candidate) -> impl IntoView {
    let known = one.proposal.as_ref();
    let score = RwSignal::new(known.map(|one| one.score.to_string()).unwrap_or_default());
    let advice = RwSignal::new(place(Advice::ALL, known.map(|one| one.advice)));
    let note = RwSignal::new(known.map(|one| one.note.clone()).unwrap_or_default());
    let tried = RwSignal::new(false);
    let read = move || score.with(|score| score.trim().parse::<u32>().ok());
    let no_score =
        Signal::derive(move || (tried.get() && read().is_none()).then(|| t("refusal.score", &[])));
    let no_advice = Signal::derive(move || {
        (tried.get() && advice.get().is_none()).then(|| t("propose.advice_missing", &[]))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let advice = chosen(Advice::ALL, advice.get_untracked());
        match (untrack(read), advice) {
            (None, _) => device::focus("propose-score"),
            (_, None) => device::focus("propose-advice"),
            (Some(score), Some(advice)) => {
                let (candidate, note) = (one.pseudonym.clone(), note.get_untracked());
                page.act("propose", Propose { candidate, score, advice, note });
            }
        }
    };
    let options = Advice::ALL.iter().map(|one| words::advice(*one)).collect();
    view! {
        <form class="sunken stack" on:submit=submit novalidate>
            <TextField name="propose-score" label=Signal::derive(say("propose.score")) value=score keys=Keys::Digits error=no_score />
            <Pick name="propose-advice" legend=Signal::derive(say("propose.advice")) options value=advice error=no_advice />
            <TextArea name="propose-note" label=Signal::derive(say("propose.note")) hint=Signal::derive(say("propose.note_hint")) value=note />
            <p class="actions">
                <button class="btn main primary" disabled=move || page.fetched.busy.get()><Icon symbol=Symbol::Check />{say("propose.save")}</button>
                <button type="button" class="btn text" on:click=move |_| page.asking.set(None)>{say("decide.cancel")}</button>
            </p>
        </form>
    }
}
