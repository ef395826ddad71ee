//! What is not finished, each with its reason and the way to it.

use bilik_shared::admission::Quarantine;
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{RefusedWork, Sync};
use leptos::prelude::*;

use super::{Open, block, page};
use crate::label;
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark, SAVED, StateMark};
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::text::{say, t, told};

/// Everything that is not finished.
#[component]
pub fn Items(
    /// People whose work waits.
    items: Memo<Vec<Open>>,
) -> impl IntoView {
    let app = App::here();
    let refused = Memo::new(move |_| app.tablet.read(|replica| replica.refused().to_vec()));
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

#[component]
fn Item(open: Open) -> impl IntoView {
    let Open { sheet, block, row } = open;
    let reason = match (row.state, row.sync) {
        _ if row.contested => "sync.contested",
        (State::Returned, _) => "form.returned",
        (State::Draft, _) => "sync.draft",
        (_, Sync::NeedsAttention) => "sync.refused",
        _ => "sync.waiting",
    };
    let to = if row.contested {
        Route::Conflict(sheet, row.entry)
    } else {
        Route::Form(sheet, row.entry)
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
                <b>{row.name}</b>" · "{told(move || t("who.cell", &[("block", &block), ("cell", &cell)]))}<br />
                <span class="hint">{say(reason)}</span>
            </p>
            <span class="actions">{mark}<a class="btn" href=to.href()>{say("sync.open")}</a></span>
        </li>
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
                <b>{names}</b>" · "{told(move || t("sheets.block", &[("block", &sheet)]))}", "{told(move || app.clock(at))}<br />
                <span class="hint">{told(move || why(reason))}</span>
            </p>
            <span class="actions">
                <Mark look=ATTENTION>{say("mark.attention")}</Mark>
                <a class="btn" href=to.href()>{say("sync.open")}</a>
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
