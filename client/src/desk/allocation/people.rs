//! Everybody whom a run is about: what is proposed, why, and what somebody decides instead.

use bilik_shared::allocation::{Override, Place, Placed};
use bilik_shared::eligibility::Test;
use bilik_shared::id::ProgrammeCode;
use bilik_shared::view::allocation::Preview;
use leptos::prelude::*;

use super::Draft;
use super::why::{proposed, stands, why};
use crate::desk::answers::housed;
use crate::desk::route::Key;
use crate::device;
use crate::parts::field::{Message, TextArea};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark};
use crate::text::{say, t, told};

/// So many rows are drawn before somebody asks for more.
const PAGE: usize = 200;

/// The table, who gets a seat first, then the reserve lists in their order.
#[component]
pub fn People(draft: Draft, preview: Preview) -> impl IntoView {
    let Preview { proposal, tests, .. } = preview;
    let (mut placed, tests) = (proposal.placed, StoredValue::new(tests));
    placed.sort_by(|a, b| (a.to, &a.seat, a.lottery).cmp(&(b.to, &b.seat, b.lottery)));
    let all = placed.len();
    let shown = RwSignal::new(PAGE);
    let asking = RwSignal::new(None::<Placed>);
    let rows = move || {
        let some = placed.iter().take(shown.get()).cloned();
        some.map(|placed| row(draft, asking, tests, placed)).collect_view()
    };
    let more = move || {
        let rest = all.saturating_sub(shown.get());
        (rest > 0).then(|| view! {
            <button type="button" class="btn main" on:click=move |_| shown.update(|n| *n += PAGE)>
                {t("table.more", &[("n", &rest.min(PAGE)), ("rest", &rest)])}
            </button>
        })
    };
    view! {
        {live(move || asking.get().map(|placed| view! { <Instead draft asking placed /> }))}
        <div class="wide-table" tabindex="0" role="group" aria-label=say("alloc.people")>
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("table.name")}</th>
                    <th scope="col">{say("alloc.now")}</th>
                    <th scope="col">{say("alloc.proposal")}</th>
                    <th scope="col">{say("alloc.why")}</th>
                    <th scope="col"><span class="sr">{say("alloc.instead")}</span></th>
                </tr></thead>
                <tbody>{live(rows)}</tbody>
            </table>
        </div>
        {live(more)}
    }
}

fn row(
    draft: Draft,
    asking: RwSignal<Option<Placed>>,
    tests: StoredValue<Vec<(String, Test)>>,
    placed: Placed,
) -> impl IntoView {
    let desk = draft.desk;
    let held = desk.row(&Key { sheet: placed.sheet.clone(), entry: placed.entry });
    let (name, house) = held.map_or_else(Default::default, |row| {
        row.with_untracked(|row| (row.name.clone(), housed(row)))
    });
    let entry = placed.entry;
    let other = draft.moved.with_untracked(|moved| moved.contains(&entry));
    let decided = draft.overrides.with_untracked(|all| {
        all.iter().find(|one| one.entry == entry).map(|one| one.reason.clone())
    });
    let same = placed.decision().is_none();
    let text = placed.clone();
    let said = told(move || tests.with_value(|tests| why(desk, tests, &text.why)));
    let text = placed.clone();
    let to = told(move || proposed(desk, &text));
    let text = placed.clone();
    let now = told(move || stands(desk, &text));
    let act = match decided.is_some() {
        true => view! {
            <button type="button" class="btn text" on:click=move |_| draft.release(entry)>{say("alloc.release")}</button>
        }
        .into_any(),
        false => view! {
            <button type="button" class="btn text" on:click=move |_| asking.set(Some(placed.clone()))>{say("alloc.instead")}</button>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row"><b>{name}</b><small>{house}</small></th>
            <td>{now}</td>
            <td class:soft=same><b>{to}</b>{other.then(|| view! { <Mark look=ATTENTION>{say("alloc.other")}</Mark> })}</td>
            <td>{said}{decided.map(|reason| view! { <small>{reason}</small> })}</td>
            <td class="tight">{act}</td>
        </tr>
    }
}

/// Somebody decides about one person before the run, and says why.
#[component]
fn Instead(draft: Draft, asking: RwSignal<Option<Placed>>, placed: Placed) -> impl IntoView {
    let desk = draft.desk;
    let row = desk.row(&Key { sheet: placed.sheet.clone(), entry: placed.entry });
    let (name, choices) = row.map_or_else(Default::default, |row| {
        row.with_untracked(|row| (row.name.clone(), row.choices.clone()))
    });
    let chosen = RwSignal::new(None::<Option<ProgrammeCode>>);
    let reason = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let to = choices.into_iter().map(Some).chain([None]);
    // Nobody is left out who has nothing.
    let to: Vec<_> = to.filter(|to| to.is_some() || placed.to != Place::None).collect();
    let options = to.into_iter().map(|to| {
        let (mine, set) = (to.clone(), to.clone());
        let says = told(move || match &to {
            Some(code) => t("alloc.put", &[("programme", &desk.programme(code))]),
            None => t("alloc.leave_out", &[]),
        });
        view! {
            <label>
                <input type="radio" name="instead" prop:checked=move || chosen.with(|c| c.as_ref() == Some(&mine))
                    on:change=move |_| chosen.set(Some(set.clone())) />
                <span>{says}</span>
            </label>
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let reason = reason.get_untracked().trim().to_owned();
        match chosen.get_untracked() {
            None => device::focus("instead-to"),
            Some(_) if reason.is_empty() => device::focus("instead-reason"),
            Some(to) => {
                let (sheet, entry) = (placed.sheet.clone(), placed.entry);
                asking.set(None);
                draft.decide(Override { sheet, entry, to, reason });
            }
        }
    };
    let no_reason = Signal::derive(move || {
        let empty = tried.get() && reason.with(|reason| reason.trim().is_empty());
        empty.then(|| t("refused.reason_missing", &[]))
    });
    let no_choice = Signal::derive(move || {
        (tried.get() && chosen.with(Option::is_none)).then(|| t("alloc.instead_missing", &[]))
    });
    device::focus_later("instead-to");
    view! {
        <form class="instead panel stack" on:submit=submit novalidate>
            <fieldset class="field" id="instead-to" tabindex="-1">
                <legend>{told(move || t("alloc.instead_for", &[("name", &name)]))}</legend>
                <Message id="instead-to-message".to_owned() error=no_choice />
                <div class="pick stacked">{options.collect_view()}</div>
            </fieldset>
            <TextArea name="instead-reason" label=Signal::derive(say("decide.reason")) hint=Signal::derive(say("decide.reason_hint")) value=reason error=no_reason />
            <div class="actions">
                <button class="btn main primary"><Icon symbol=Symbol::Check />{say("alloc.instead_now")}</button>
                <button type="button" class="btn main text" on:click=move |_| asking.set(None)>{say("decide.cancel")}</button>
            </div>
        </form>
    }
}
