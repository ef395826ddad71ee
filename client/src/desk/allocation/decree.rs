//! The head's decree, which turns a proposal into decisions.

use bilik_shared::time::Date;
use bilik_shared::view::allocation::{self, Commit, Preview};
use leptos::prelude::*;

use super::Draft;
use crate::desk::api;
use crate::device;
use crate::net::NetError;
use crate::parts::field::{DateField, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t};

/// Number and date of the decree.
#[component]
pub fn Decree(draft: Draft, preview: Preview) -> impl IntoView {
    let desk = draft.desk;
    let today = desk.now.get_untracked().date(desk.zone());
    let number = RwSignal::new(String::new());
    let (day, month, year) = (
        RwSignal::new(today.day().to_string()),
        RwSignal::new(today.month().to_string()),
        RwSignal::new(today.year().to_string()),
    );
    let tried = RwSignal::new(false);
    let date = move || {
        let part = |part: RwSignal<String>| part.get().trim().parse::<i32>().ok();
        Date::new(part(year)?, part(month)?.try_into().ok()?, part(day)?.try_into().ok()?)
    };
    let no_number = Signal::derive(move || {
        let empty = tried.get() && number.with(|number| number.trim().is_empty());
        empty.then(|| t("alloc.decree_missing", &[]))
    });
    let no_date = Signal::derive(move || {
        (tried.get() && date().is_none()).then(|| t("alloc.date_missing", &[]))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let typed = number.get_untracked().trim().to_owned();
        match (typed.is_empty(), untrack(date)) {
            (true, _) => device::focus("decree-number"),
            (false, None) => device::focus("decree-date"),
            (false, Some(date)) => {
                let decree = allocation::Decree { number: typed, date };
                let overrides = draft.overrides.get_untracked();
                send(draft, Commit { digest: preview.digest, overrides, decree });
            }
        }
    };
    view! {
        <form class="decree stack" on:submit=submit novalidate>
            <h3>{say("alloc.decree")}</h3>
            <TextField name="decree-number" label=Signal::derive(say("alloc.decree_number")) value=number error=no_number />
            <DateField name="decree-date" label=Signal::derive(say("alloc.decree_date")) day month year error=no_date />
            <p class="hint">{say("alloc.decree_help")}</p>
            <div class="actions">
                <button class="btn main primary" disabled=move || draft.busy.get()><Icon symbol=Symbol::Verified />{say("alloc.commit")}</button>
            </div>
        </form>
    }
}

fn send(draft: Draft, commit: Commit) {
    if draft.busy.get_untracked() {
        return;
    }
    draft.busy.set(true);
    draft.alive.get_value().ask(
        async move { api::commit_allocation(&commit).await },
        move |answer| {
            draft.busy.set(false);
            match answer {
                Ok(run) => {
                    draft.failed.set(None);
                    draft.preview.set(None);
                    draft.overrides.set(Vec::new());
                    draft.moved.set(Vec::new());
                    draft.done.set(Some(run));
                    draft.fetch_runs();
                }
                // The new look says whose proposal is another one now.
                Err(error) if is_changed(&error) => {
                    draft.stale.set(true);
                    draft.look();
                }
                Err(error) => draft.refuse(error),
            }
        },
    );
}

fn is_changed(error: &NetError) -> bool {
    matches!(error, NetError::Refused { code, .. } if code == "allocation_changed")
}
