//! Choices between answers that stand, as long as they can be taken back.

use bilik_shared::role::Action;
use bilik_shared::sheet::Settled;
use leptos::prelude::*;

use super::Review;
use crate::desk::answers::{answer, who};
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t};

/// The choices of one entry, each with the answer that was not used.
#[component]
pub(super) fn Made(review: Review) -> impl IntoView {
    let desk = review.desk;
    let made = Memo::new(move |_| {
        let now = desk.now.get();
        let all = review.held.detail.with(|d| d.as_ref().map(|d| d.settled.clone()));
        let all = all.unwrap_or_default().into_iter();
        all.filter(|settled| settled.can_be_undone(now)).collect::<Vec<_>>()
    });
    view! {
        <For each=move || made.get() key=|settled| format!("{settled:?}") let(settled)>
            <One review settled />
        </For>
    }
}

#[component]
fn One(review: Review, settled: Settled) -> impl IntoView {
    let desk = review.desk;
    let Settled { field, answers, chosen, author, at } = settled;
    let says = move || {
        let others = answers.iter().filter(|other| other.value != chosen);
        let others: Vec<String> = others.map(|o| answer(desk, field, &o.value)).collect();
        t(
            "review.made",
            &[
                ("field", &label::name(field)),
                ("answer", &answer(desk, field, &chosen)),
                ("other", &others.join("”, “")),
                ("officer", &who(desk, author.as_ref())),
                ("time", &desk.moment(at)),
            ],
        )
    };
    view! {
        <div class="notice" data-state="plain">
            <Icon symbol=Symbol::Info />
            <p>{says}</p>
            {desk.may(Action::ResolveConflict, None).then(|| view! {
                <button type="button" class="btn" disabled=move || review.busy.get() on:click=move |_| review.take_back(field)>
                    <Icon symbol=Symbol::Undo />{say("review.take_back")}
                </button>
            })}
        </div>
    }
}
