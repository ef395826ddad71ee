//! The side panel of one entry: facts, answers that disagree, history, and the decisions at its foot.

use bilik_shared::lifecycle::State;
use bilik_shared::view::{Received, Row};
use leptos::prelude::*;

use crate::desk::answers::housed;
use crate::desk::api;
use crate::desk::case::Case;
use crate::desk::decide::Decisions;
use crate::desk::detail::Held;
use crate::desk::facts::Facts;
use crate::desk::route::Key;
use crate::desk::seats;
use crate::desk::session::Desk;
use crate::label;
use crate::parts::door::{Door, Weight};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{ATTENTION, Mark, StateMark};
use crate::parts::timeline::{Told, timeline};
use crate::text::{say, t};

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
