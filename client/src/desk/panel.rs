//! The side panel of one entry: facts, answers that disagree, history, and the decisions at its foot.

use bilik_shared::lifecycle::State;
use bilik_shared::training::books::Proposal;
use bilik_shared::view::{Received, Row};
use leptos::prelude::*;

use crate::desk::answers::housed;
use crate::desk::api;
use crate::desk::case::Case;
use crate::desk::checks::checks;
use crate::desk::decide::Decisions;
use crate::desk::detail::Held;
use crate::desk::facts::Facts;
use crate::desk::route::Key;
use crate::desk::seats;
use crate::desk::session::Desk;
use crate::desk::training::words;
use crate::label;
use crate::parts::door::{Door, Weight};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{ATTENTION, Mark, StateMark};
use crate::parts::timeline::{Told, timeline};
use crate::text::{say, t, told};

/// The panel.
#[component]
pub fn Panel(
    /// What the session holds.
    desk: Desk,
    /// The entry.
    key: Key,
) -> impl IntoView {
    let Some(row) = desk.row(&key) else { return ().into_any() };
    let held = Held::of(desk, key.clone());
    let name = {
        let row = row.clone();
        move || row.with(|row| row.name.clone())
    };
    let loading = move || held.detail.with(Option::is_none) && held.failed.with(Option::is_none);
    let body = move || {
        held.detail.get().map(|detail| {
        let returned = (detail.row.state == State::Returned).then(|| detail.reason.clone());
        let told = |step: Received| (step.happened, Some(step.received_at));
        let history: Vec<Told> = detail.history.iter().cloned().map(told).collect();
        view! {
            {returned.map(|reason| view! {
                <Notice tone=Tone::Plain><p>{move || t("facts.returned_because", &[("reason", &reason)])}</p></Notice>
            })}
            <Proposals desk proposals=detail.proposals.clone() />
            {checks(desk, &detail)}
            <Facts desk detail />
            {(!history.is_empty()).then(|| view! { <h3>{say("history.title")}</h3> })}
            {timeline(desk, &history)}
        }
    })
    };
    view! {
        <aside class="drawer" aria-label=name>
            <Head desk row=row />
            <div tabindex="0" role="group" aria-label=say("panel.content")>
                {move || held.failed.get().map(|error| view! {
                    <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
                })}
                {move || loading().then(|| view! { <p class="soft" role="status">{say("bar.loading")}</p> })}
                <Case desk key=key.clone() held />
                {body}
            </div>
            <Decisions desk key held />
        </aside>
    }
    .into_any()
}

/// What the partner advised after an interview: advice for whoever decides, and no more than that.
#[component]
fn Proposals(desk: Desk, proposals: Vec<Proposal>) -> impl IntoView {
    let none = proposals.is_empty();
    let line = move |one: Proposal| {
        let says = move || {
            let advice = t(words::advice(one.advice), &[]);
            let package = words::package(desk, &one.package);
            let (name, time) = (desk.officer(&one.by), desk.moment(one.at));
            t(
                "propose.told",
                &[
                    ("package", &package),
                    ("n", &one.score),
                    ("advice", &advice),
                    ("name", &name),
                    ("time", &time),
                ],
            )
        };
        let note = (!one.note.is_empty()).then(|| view! { <p class="hint">{one.note.clone()}</p> });
        view! { <p>{told(says)}</p>{note} }
    };
    (!none).then(|| {
        view! {
            <section class="stack"><h3>{say("propose.partner")}</h3>{proposals.into_iter().map(line).collect_view()}</section>
        }
    })
}

#[component]
fn Head(desk: Desk, row: ArcRwSignal<Row>) -> impl IntoView {
    let plate = row.with_untracked(|row| label::plate(&row.cell));
    let title = row.clone();
    let hint = row.clone();
    let numbers = move || {
        hint.with(|row| {
            let parts = [row.number.clone(), housed(row)];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
        })
    };
    let marks = move || {
        row.with(|row| view! {
        <StateMark state=row.state />
        {seats::place(desk, row)}
        {(row.conflicts > 0).then(|| view! { <Mark look=ATTENTION>{say("table.contested")}</Mark> })}
    })
    };
    view! {
        <header>
            {(!plate.is_empty()).then(|| view! { <Door plate weight=Weight::Dark /> })}
            <div>
                <h2>{move || title.with(|row| row.name.clone())}</h2>
                <p class="hint">{numbers}</p>
                <p class="marks">{marks}</p>
            </div>
            <button type="button" class="btn text square" aria-label=say("panel.close") on:click=move |_| desk.open.set(None)>
                <Icon symbol=Symbol::Close />
            </button>
        </header>
    }
}
