//! What stands above the questions: errors, warnings, a return, two answers.

use bilik_shared::lifecycle::{State, may_move};
use bilik_shared::registration::{Field, Problem, Warning};
use bilik_shared::role::Role;
use leptos::prelude::*;

use super::model::Form;
use crate::device;
use crate::label;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{ATTENTION, Mark, SAVED};
use crate::tablet::add::alike::Alike;
use crate::tablet::errors::Errors;
use crate::tablet::route::Route;
use crate::text::{say, t, told};

/// All of them, most urgent first.
#[component]
pub fn Notices(form: Form) -> impl IntoView {
    let refused = live(move || {
        let refused = form.refused.get()?;
        Some(
            view! { <div id="refused"><Notice tone=Tone::Error><h2>{told(move || form.app.tablet.explain(&refused))}</h2></Notice></div> },
        )
    });
    let lacks = Memo::new(move |_| {
        let problems = if form.tried.get() { form.check().0 } else { Vec::new() };
        let lack = |problem: &Problem| (problem.field().key(), label::problem(problem));
        problems.iter().map(lack).collect()
    });
    view! {
        {refused}
        <Errors lacks />
        <Warnings form />
        <Clashes form />
        <Arrived form />
        <Standing form />
    }
}

/// What may be a mistake: asked once.
#[component]
fn Warnings(form: Form) -> impl IntoView {
    let confirm = move |_| {
        form.work.update_untracked(|work| {
            work.confirmed = form.warnings.get_untracked();
            for warning in &work.confirmed {
                match warning {
                    Warning::SamePerson(alike) => alike.clone().settle(&mut work.answers.distinct),
                    Warning::AgainstAdvice(concern) => work.answers.against.push(concern.clone()),
                    _ => {}
                }
            }
        });
        form.warnings.set(Vec::new());
        form.proceed();
    };
    let correct = move |_| {
        form.warnings.set(Vec::new());
        device::focus("choices-title");
    };
    live(move || {
        let warnings = label::asked_once(form.warnings.get());
        let n = warnings.len();
        (n > 0).then(move || {
            let item = move |warning: Warning| match warning {
                Warning::SamePerson(alike) => view! { <li><Alike alike /></li> }.into_any(),
                other => view! { <li>{told(move || label::warning(&other, &form.app.programmes()))}</li> }.into_any(),
            };
            let items = warnings.into_iter().map(item);
            view! {
                <div id="warnings">
                    <Notice tone=Tone::Attention>
                        <h2>{told(move || t("form.warnings", &[("n", &n)]))}</h2>
                        <ul>{items.collect_view()}</ul>
                        <p>{say("form.warnings_help")}</p>
                        <p class="actions">
                            <button type="button" class="btn main" on:click=confirm>{say("act.save_as_is")}</button>
                            <button type="button" class="btn main" on:click=correct>
                                {say("act.correct")}
                            </button>
                        </p>
                    </Notice>
                </div>
            }
        })
    })
}

/// Another tablet answered while this form was open.
#[component]
fn Clashes(form: Form) -> impl IntoView {
    live(move || {
        let fields = form.clashes.get();
        (!fields.is_empty()).then(|| {
            let names = move || {
                fields
                    .iter()
                    .map(|field: &Field| label::name(*field))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            view! {
                <Notice tone=Tone::Attention>
                    <h2>{say("form.clash")}</h2>
                    <p>{told(move || t("form.clash_help", &[("fields", &names())]))}</p>
                </Notice>
            }
        })
    })
}

/// Another tablet answered what nobody had typed here: it stands on the screen now.
#[component]
fn Arrived(form: Form) -> impl IntoView {
    live(move || {
        let fields = form.arrived.get();
        (!fields.is_empty()).then(|| {
            let names = move || fields.iter().map(|field| label::name(*field)).collect::<Vec<_>>().join(", ");
            view! {
                <Notice tone=Tone::Plain><p role="status">{told(move || t("form.arrived", &[("fields", &names())]))}</p></Notice>
            }
        })
    })
}

/// Where the entry stands, if that matters to the officer: returned, already saved, closed, two answers.
#[component]
fn Standing(form: Form) -> impl IntoView {
    live(move || {
        let view = form.view.get()?;
        let page = Route::Conflict(form.sheet.get_value(), form.entry);
        let returned = view.entry.decision.filter(|_| view.entry.state == State::Returned);
        let closed = may_move(Role::Officer, view.entry.state, State::Registered, "").is_err();
        Some(view! {
            {(!view.conflicts.is_empty()).then(|| view! {
                <Notice tone=Tone::Attention>
                    <h2>{say("form.conflict")}</h2>
                    <p class="actions"><a class="btn" href=page.href()>{say("form.conflict_open")}</a></p>
                </Notice>
            })}
            {returned.map(|decision| view! {
                <Notice tone=Tone::Attention>
                    <h2>{say("form.returned")}</h2>
                    <p>"“"{decision.reason}"” "<span class="hint">{decision.by}", "{form.app.clock(decision.at)}</span></p>
                    <p class="actions">
                        <button type="button" class="btn main" disabled=form.busy on:click=move |_| super::go_on(form)>
                            {say("form.answer_return")}
                        </button>
                    </p>
                </Notice>
            })}
            {closed.then(|| view! {
                <Notice tone=Tone::Plain>
                    <h2>{say("form.locked")}</h2>
                    <p>{say("refused.not_from_here")}</p>
                </Notice>
            })}
            {(view.entry.state == State::Registered).then(|| view! {
                <Notice tone=Tone::Plain><p>{say("form.answered")}</p></Notice>
            })}
        })
    })
}

/// Whether what is typed would survive an empty battery.
#[component]
pub fn AutoSaved(form: Form) -> impl IntoView {
    live(move || {
        form.keeper.kept.get().map(|kept| match kept {
            Ok(at) => view! {
                <p class="autosave"><Mark look=SAVED>{told(move || t("form.autosaved", &[("time", &form.app.clock(at))]))}</Mark></p>
            }
            .into_any(),
            Err(()) => view! {
                <p class="autosave"><Mark look=ATTENTION>{say("form.not_autosaved")}</Mark></p>
            }
            .into_any(),
        })
    })
}
