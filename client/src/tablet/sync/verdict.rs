//! One sentence at the end of a shift: may the tablet be handed back?
//!
//! It says *received* only of what the server has given a receipt for, with the time of that receipt.

use bilik_shared::replica::Status;
use bilik_shared::time::Timestamp;
use leptos::prelude::*;

use super::Open;
use crate::device;
use crate::label::Label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::tablet::pages::App;
use crate::text::{say, t};

/// The sentence.
#[component]
pub fn Verdict(
    /// What is safe and what is not.
    status: Status,
    /// Everything that is not finished.
    items: Vec<Open>,
) -> impl IntoView {
    let app = App::here();
    let trouble = live(move || {
        let store = app.tablet.store_error.get().map(|error| t(error.key(), &[]));
        store.map(|text| view! { <p>{text}</p> })
    });
    let drafts = items.iter().filter(|open| open.is_draft()).count();
    let typed = items.iter().any(|open| open.typed);
    let missing: Vec<String> = [
        ("sync.n_waiting", status.saved_here),
        ("sync.n_attention", status.attention),
        ("sync.n_drafts", drafts),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(key, n)| t(key, &[("n", &n)]))
    .collect();
    let help = match status {
        _ if status.unsaved => "sync.unsaved",
        _ if status.saved_here > 0 => "sync.keep",
        _ if typed => "sync.finish",
        _ if !missing.is_empty() => "sync.attention_help",
        _ if status.received_from_here == 0 => "sync.nothing_help",
        _ => "sync.return",
    };
    let (state, symbol) = match help {
        "sync.keep" => ("saved", Symbol::Saved),
        "sync.nothing_help" => ("saved", Symbol::Tablet),
        "sync.return" => ("received", Symbol::Received),
        _ => ("attention", Symbol::Attention),
    };
    let title = if missing.is_empty() {
        received(app, status.received_from_here, status.received_at)
    } else {
        t("sync.missing", &[("parts", &missing.join(", "))])
    };
    view! {
        <div class="verdict" data-state=state role="status">
            <Icon symbol />
            <h1>{title}</h1>
            <p>{say(help)}</p>
            {trouble}
        </div>
    }
}

/// Everything has its receipt: how much it is, and when the last of it was received.
fn received(app: App, n: usize, at: Option<Timestamp>) -> String {
    let Some(at) = at.filter(|_| n > 0) else {
        // A memory from before receipts had a time knows that there is one, not when.
        return if n > 0 { t("sync.handed_in_once", &[("n", &n)]) } else { t("sync.nothing", &[]) };
    };
    let zone = app.zone();
    let (day, time) = (at.date(zone), at.clock(zone));
    if day == device::now().date(zone) {
        t("sync.handed_in", &[("n", &n), ("time", &time)])
    } else {
        t("sync.handed_in_before", &[("n", &n), ("day", &day), ("time", &time)])
    }
}
