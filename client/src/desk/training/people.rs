//! The people of a package: their attendance, their score, how it ended, and their certificate.

use bilik_shared::id::EntryId;
use bilik_shared::lifecycle::State;
use bilik_shared::role::Action;
use bilik_shared::training::attendance::LONG;
use bilik_shared::training::{Assessment, Outcome, Predicate};
use bilik_shared::view::training::{GiveGrade, Issue, PackageView, Participant};
use leptos::prelude::*;

use super::package::Page;
use super::words;
use crate::desk::checks::reckon;
use crate::desk::route::{Route, Training};
use crate::device;
use crate::parts::field::{Keys, TextArea, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::pick::{Pick, chosen, place};
use crate::parts::state::{ATTENTION, Mark, StateMark};
use crate::text::{say, t, told};

/// Everybody.
#[component]
pub fn People(page: Page, view: PackageView) -> impl IntoView {
    let PackageView { people, least_attendance: least, today, .. } = view;
    let none = people.is_empty();
    let list = people.into_iter().map(|one| view! { <Person page one today least /> }.into_any());
    view! {
        <section class="panel stack">
            <h2>{say("training.people")}</h2>
            {none.then(|| view! { <p class="soft">{say("training.nobody")}</p> })}
            <ul class="persons">{list.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Person(
    page: Page,
    one: Participant,
    today: bilik_shared::time::Date,
    least: u32,
) -> impl IntoView {
    let Participant { entry, name, state, totals, grade, certificate, ready } = one.clone();
    let low = totals.percent().is_some_and(|percent| percent < least);
    let attended = move || match totals.percent() {
        None => t("training.no_days", &[]),
        Some(percent) => t(
            "training.attended",
            &[("percent", &percent), ("n", &totals.present), ("all", &totals.days)],
        ),
    };
    let score = grade.as_ref().and_then(|grade| grade.score);
    let graded = score.map(|score| {
        told(move || {
            let word = t(words::predicate(Predicate::of(score)), &[]);
            t("grade.line", &[("n", &score), ("word", &word)])
        })
    });
    let finding = grade.as_ref().and_then(|grade| grade.assessment);
    let runs = page.desk.may(Action::RunTraining, None);
    let editable = match state {
        State::InTraining => true,
        State::Passed | State::Failed | State::Certified => runs,
        _ => false,
    };
    let key = entry.to_string();
    let (is_open, opens) = (key.clone(), key);
    let given = certificate.map(|given| {
        let to = Route::Training(Training::Certificate(page.seat(), entry)).href();
        let number = given.number.to_string();
        match runs {
            true => view! { <a href=to>{told(move || t("grade.certificate", &[("number", &number)]))}</a> }.into_any(),
            false => view! { <span>{number}</span> }.into_any(),
        }
    });
    let issue = move |_| page.act("certificates", Issue { entry, on: today });
    let form = move || match page.asking.with(|asking| asking.as_ref() == Some(&is_open)) {
        true => view! { <Form page one=one.clone() /> }.into_any(),
        false => ().into_any(),
    };
    let open = move |_| {
        page.asking.set(Some(opens.clone()));
        device::focus_later("grade-score");
    };
    view! {
        <li>
            <div class="head">
                <h3>{name}</h3>
                <span class="marks"><StateMark state />
                    {totals.is_long_away().then(|| view! { <Mark look=ATTENTION>{told(move || t("training.long_away", &[("n", &totals.missed_last.max(LONG))]))}</Mark> })}
                </span>
            </div>
            <p class="line">
                <span class:low=low>{told(attended)}</span>
                {graded.map(|graded| view! { <span>{graded}</span> })}
                {finding.map(|finding| view! { <span>{say(words::assessment(finding))}</span> })}
                {given}
                {ready.map(|ready| view! { <span>{told(move || reckon(ready))}</span> })}
            </p>
            <p class="actions">
                {editable.then(|| view! { <button type="button" class="btn" on:click=open>{say("grade.open")}</button> })}
                {(runs && state == State::Passed).then(|| view! {
                    <button type="button" class="btn primary" disabled=move || page.fetched.busy.get() on:click=issue>{say("grade.issue")}</button>
                })}
            </p>
            {live(form)}
        </li>
    }
}

/// A score, the finding of a test, and how it ended.
#[component]
fn Form(page: Page, one: Participant) -> impl IntoView {
    let Participant { entry, state, grade, .. } = one;
    let runs = page.desk.may(Action::RunTraining, None);
    let known = grade.as_ref();
    let score = known.and_then(|grade| grade.score).map(|score| score.to_string());
    let score = RwSignal::new(score.unwrap_or_default());
    let finding = place(Assessment::ALL, known.and_then(|grade| grade.assessment));
    let finding = RwSignal::new(finding);
    let number =
        RwSignal::new(known.map(|grade| grade.competence_number.clone()).unwrap_or_default());
    let (outcome, reason) = (RwSignal::new(None::<usize>), RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = score.get_untracked().trim().to_owned();
        let read = typed.parse::<u32>().ok();
        wrong.set(read.is_none() && !typed.is_empty());
        if wrong.get_untracked() {
            return device::focus("grade-score");
        }
        send(page, entry, read, (finding, number), (outcome, reason));
    };
    let error = Signal::derive(move || wrong.get().then(|| t("refusal.score", &[])));
    let ends = runs && state == State::InTraining;
    let findings = Assessment::ALL.iter().map(|one| words::assessment(*one)).collect();
    let outcomes = Outcome::ALL.iter().map(|one| words::outcome(*one)).collect();
    view! {
        <form class="sunken stack" on:submit=submit novalidate>
            <TextField name="grade-score" label=Signal::derive(say("grade.score")) value=score keys=Keys::Digits error />
            <Pick name="grade-finding" legend=Signal::derive(say("grade.assessment")) options=findings value=finding />
            <TextField name="grade-number" label=Signal::derive(say("grade.competence_number")) value=number />
            {ends.then(|| view! {
                <Pick name="grade-outcome" legend=Signal::derive(say("grade.outcome")) options=outcomes value=outcome />
                <TextArea name="grade-reason" label=Signal::derive(say("grade.reason")) hint=Signal::derive(say("grade.reason_hint")) value=reason />
            })}
            <p class="actions">
                <button class="btn main primary" disabled=move || page.fetched.busy.get()><Icon symbol=Symbol::Check />{say("grade.save")}</button>
                <button type="button" class="btn text" on:click=move |_| page.asking.set(None)>{say("decide.cancel")}</button>
            </p>
        </form>
    }
}

fn send(
    page: Page,
    entry: EntryId,
    score: Option<u32>,
    (finding, number): (RwSignal<Option<usize>>, RwSignal<String>),
    (outcome, reason): (RwSignal<Option<usize>>, RwSignal<String>),
) {
    let question = GiveGrade {
        entry,
        score,
        assessment: chosen(Assessment::ALL, finding.get_untracked()),
        competence_number: number.get_untracked(),
        outcome: chosen(Outcome::ALL, outcome.get_untracked()),
        reason: reason.get_untracked(),
    };
    page.act("grades", question);
}
