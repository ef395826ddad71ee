//! Programmes: the order of taps is the rank; a second tap takes a choice back. Advice forbids nothing.

use bilik_shared::eligibility::{Advice, Verdict};
use bilik_shared::id::ProgrammeCode;
use bilik_shared::programme::Programme;
use bilik_shared::registration::Field;
use leptos::prelude::*;

use super::model::Form;
use crate::device;
use crate::label;
use crate::parts::field::Message;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::{flag, live};
use crate::text::{say, t, told};

/// The cards of all programmes.
#[component]
pub fn Choices(form: Form) -> impl IntoView {
    let programmes = Memo::new(move |_| form.app.programmes());
    let error = form.error(Field::Choices);
    let too_many = RwSignal::new(false);
    let cards = live(move || {
        programmes
            .get()
            .into_iter()
            .map(|programme| view! { <Card form programme too_many /> })
            .collect_view()
    });
    view! {
        <div class="field" class:wrong=flag(move || error.get().is_some()) id="choices">
            <h1 id="choices-title">{say("form.title")}</h1>
            <Message id="choices-message".to_owned() error />
            <p class="soft">{say("form.help")}</p>
            <p class="message" role="status" class:hidden=flag(move || !too_many.get())>{say("form.most")}</p>
        </div>
        <div class="choices" role="group" aria-labelledby="choices-title">{cards}</div>
    }
}

#[component]
fn Card(form: Form, programme: Programme, too_many: RwSignal<bool>) -> impl IntoView {
    let seats = programme.seats();
    let Programme { code, name, .. } = programme;
    let rank = {
        let code = code.clone();
        Memo::new(move |_| form.choices.read().iter().position(|chosen| *chosen == code))
    };
    let taken = {
        let code = code.clone();
        Memo::new(move |_| {
            form.app
                .tablet
                .read(|replica| replica.demand().map(|demand| (demand.of(&code), demand.as_of)))
        })
    };
    let is_full = move || taken.get().is_some_and(|(taken, _)| taken >= seats);
    let hint = told(move || match taken.get() {
        None => t("form.seats", &[("seats", &seats)]),
        Some((taken, at)) => {
            let time = form.app.clock(at);
            if taken >= seats {
                t("form.full", &[("n", &taken), ("seats", &seats), ("time", &time)])
            } else {
                t("form.left", &[("n", &(seats - taken)), ("seats", &seats), ("time", &time)])
            }
        }
    });
    let number = told(move || rank.get().map(|rank| (rank + 1).to_string()).unwrap_or_default());
    let advice = {
        let code = code.clone();
        Memo::new(move |_| form.advice(&code))
    };
    let id = format!("choice-{code}");
    let tap = move |_| too_many.set(form.toggle(&code).is_err());
    view! {
        <button
            type="button"
            class="choice"
            id=id
            aria-pressed=move || if rank.get().is_some() { "true" } else { "false" }
            on:click=tap
        >
            <span class="rank" class:on=flag(move || rank.get().is_some())>{number}</span>
            <b>{told(move || label::words(&name))}</b>
            <span class="hint">{hint}</span>
            {live(move || is_full().then(|| view! {
                <span class="advice"><Icon symbol=Symbol::Info /><span>{say("form.reserve")}</span></span>
            }))}
            {live(move || advise(advice.get()))}
        </button>
    }
}

/// Why the house advises against a programme, or what it would have to know.
fn advise(advice: Advice) -> Option<impl IntoView> {
    let verdict = advice.verdict();
    let against = verdict == Verdict::NotEligible;
    let text = told(move || match against {
        true => advice.concerns.iter().map(label::concern).collect::<Vec<_>>().join(". "),
        false => label::unknown(&advice.missing),
    });
    let (state, symbol) = match against {
        true => ("attention", Symbol::Attention),
        false => ("plain", Symbol::Info),
    };
    (verdict != Verdict::Eligible).then(|| {
        view! { <span class="advice" data-state=state><Icon symbol /><span>{text}</span></span> }
    })
}

/// The name of a programme; a code that this wave does not offer stands for itself.
fn name_of(form: Form, code: &ProgrammeCode) -> String {
    label::programmes(std::slice::from_ref(code), &form.app.programmes()).concat()
}

/// The list is drawn anew: the focus goes with the programme that was moved, to a button that moves it on
/// or, at the end of the list, back.
fn stay(rank: usize, up: bool, last: bool) {
    let up = if up { rank > 0 } else { last };
    device::focus_later(format!("{}-{rank}", if up { "up" } else { "down" }));
}

/// The chosen programmes in order, with buttons to move them.
#[component]
pub fn Order(form: Form) -> impl IntoView {
    let item = move |(rank, code): (usize, ProgrammeCode)| {
        let name = Signal::derive(move || name_of(form, &code));
        let last = form.choices.read().len() == rank + 1;
        view! {
            <li>
                <span class="rank on">{rank + 1}</span>
                {name}
                <button
                    type="button"
                    class="btn square"
                    id=format!("up-{rank}")
                    aria-label=told(move || t("form.up", &[("name", &name.get())]))
                    disabled=rank == 0
                    on:click=move |_| {
                        form.raise(rank);
                        stay(rank - 1, true, last);
                    }
                >
                    <Icon symbol=Symbol::Up />
                </button>
                <button
                    type="button"
                    class="btn square"
                    id=format!("down-{rank}")
                    aria-label=told(move || t("form.down", &[("name", &name.get())]))
                    disabled=last
                    on:click=move |_| {
                        form.raise(rank + 1);
                        stay(rank + 1, false, rank + 2 == form.choices.read_untracked().len());
                    }
                >
                    <Icon symbol=Symbol::Down />
                </button>
            </li>
        }
    };
    let list = live(move || {
        let choices = form.choices.get();
        if choices.is_empty() {
            return view! { <p class="soft">{say("form.order_empty")}</p> }.into_any();
        }
        view! { <ol>{choices.into_iter().enumerate().map(item).collect_view()}</ol> }.into_any()
    });
    view! { <div class="order"><h2>{say("form.order")}</h2>{list}</div> }
}
