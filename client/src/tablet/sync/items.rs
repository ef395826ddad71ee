//! What is not finished, each with its reason and the way to it.

use bilik_shared::admission::Quarantine;
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{Link, RefusedWork, Replica, Sync};
use leptos::prelude::*;

use super::{Open, block, page};
use crate::label;
use crate::net::NetError;
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark, SAVED, StateMark};
use crate::tablet::pages::App;
use crate::text::{say, t, told};

/// Everything that is not finished.
#[component]
pub fn Items(
    /// People whose work waits.
    items: Memo<Vec<Open>>,
) -> impl IntoView {
    let app = App::here();
    let refused = Memo::new(move |_| app.tablet.read(open_refused));
    let list = live(move || {
        if items.read().is_empty() && refused.read().is_empty() {
            return view! { <p class="soft">{say("sync.none_open")}</p> }.into_any();
        }
        view! {
            <ul class="items">
                {refused.get().into_iter().map(|work| view! { <Refused work /> }).collect_view()}
                {items.get().into_iter().map(|open| view! { <Item open /> }).collect_view()}
            </ul>
        }
        .into_any()
    });
    view! { <section class="panel"><h2>{say("sync.unfinished")}</h2>{list}</section> }
}

/// Refused work that nobody has entered again.
fn open_refused(replica: &Replica) -> Vec<RefusedWork> {
    replica.refused().iter().filter(|work| work.is_open()).cloned().collect()
}

#[component]
fn Item(open: Open) -> impl IntoView {
    let app = App::here();
    let Open { block, row, typed, draft, page } = open;
    let waits = row.sync == Sync::SavedHere;
    let reason = match row.state {
        _ if row.contested => "sync.contested",
        State::Returned => "form.returned",
        _ if typed => "sync.typed",
        _ if draft => "sync.draft",
        _ => "",
    };
    let mark = match row.sync {
        Sync::SavedHere => view! { <Mark look=SAVED>{say("mark.saved")}</Mark> }.into_any(),
        Sync::NeedsAttention => {
            view! { <Mark look=ATTENTION>{say("mark.attention")}</Mark> }.into_any()
        }
        _ => view! { <StateMark state=row.state /> }.into_any(),
    };
    let cell = label::plate(&row.cell);
    view! {
        <li>
            <p>
                <bdi><b>{row.name}</b></bdi>" · "{told(move || t("who.cell", &[("block", &block), ("cell", &cell)]))}
                {(!reason.is_empty()).then(|| view! { <br /><span class="hint">{say(reason)}</span> })}
                {waits.then(|| view! { <br /><span class="hint">{told(move || on_its_way(app))}</span> })}
            </p>
            <span class="actions">
                {mark}
                {waits.then(|| view! {
                    <button type="button" class="btn" on:click=move |_| app.tablet.wake()>{say("act.try_again")}</button>
                })}
                <a class="btn" href=page.href()>{say("sync.open")}</a>
            </span>
        </li>
    }
}

/// Where work is that has no receipt yet. All of it travels together.
fn on_its_way(app: App) -> String {
    let status = app.tablet.read(|replica| replica.status());
    let error = app.tablet.net_error.get();
    match (status.link, error) {
        _ if status.unsaved => t("refused.not_stored", &[]),
        _ if status.exchanging => t("sync.sending", &[]),
        // The server is there and does not want it, or is not understood: waiting would not help.
        (_, Some(error @ (NetError::Refused { .. } | NetError::Garbled | NetError::Unproven))) => {
            label::net_error(&error)
        }
        (Link::Offline, _) => t("sync.waits_offline", &[]),
        (Link::Online, _) => t("sync.waiting", &[]),
    }
}

/// Work that the server could not take into the sheet; it is kept there and here.
#[component]
fn Refused(work: RefusedWork) -> impl IntoView {
    let app = App::here();
    let sheet = block(app, &work.sheet);
    let names = app.tablet.peek(|replica| {
        let entries = work.entries.iter().filter_map(|entry| replica.entry(&work.sheet, *entry));
        entries.map(|entry| entry.person.name.clone()).collect::<Vec<_>>().join(", ")
    });
    let to = page(&work.sheet, work.entries.first());
    let (at, reason) = (work.at, work.reason);
    view! {
        <li>
            <p>
                <bdi><b>{names}</b></bdi>" · "{told(move || t("sheets.block", &[("block", &sheet)]))}", "{told(move || app.clock(at))}<br />
                <span class="hint">{told(move || why(reason))}</span>
            </p>
            <span class="actions">
                <Mark look=ATTENTION>{say("mark.attention")}</Mark>
                <a class="btn" href=to.href()>{say("sync.enter_again")}</a>
            </span>
        </li>
    }
}

/// Why the server could not take it, and what to do: the answers must be entered once more.
fn why(reason: Quarantine) -> String {
    match reason {
        Quarantine::TooLarge | Quarantine::TextTooLong => t("quarantine.too_large", &[]),
        Quarantine::SheetFull => t("refused.sheet_full", &[]),
        other => t("quarantine.other", &[("code", &other.code())]),
    }
}
