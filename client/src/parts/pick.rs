//! One answer out of a few, each a full target. Nothing is chosen beforehand.
//!
//! What is chosen is a place in the list of answers: one type for every question, so that the group of
//! buttons is compiled once and not once for each enum.

use leptos::prelude::*;

use crate::label::Label;
use crate::parts::field::Message;
use crate::parts::flag;
use crate::text::say;

/// The answer at a place of the list.
pub fn chosen<T: Copy>(all: &[T], at: Option<usize>) -> Option<T> {
    all.get(at?).copied()
}

/// The place of an answer in the list.
pub fn place<T: PartialEq>(all: &[T], answer: Option<T>) -> Option<usize> {
    let answer = answer?;
    all.iter().position(|one| *one == answer)
}

/// The names of all answers.
pub fn names<T: Label>(all: &[T]) -> Vec<&'static str> {
    all.iter().map(|one| one.key()).collect()
}

/// A group of radio buttons with its question.
#[component]
pub fn Pick(
    /// The group's name; also the id that errors link to.
    name: &'static str,
    /// The question.
    #[prop(into)]
    legend: Signal<String>,
    /// The answers by the keys of their texts, in order.
    options: Vec<&'static str>,
    /// The place of the one that is chosen.
    value: RwSignal<Option<usize>>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// How it stands in the form.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let choices = options.into_iter().enumerate().map(|(at, key)| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=flag(move || value.get() == Some(at))
                    on:change=move |_| value.set(Some(at))
                />
                {say(key)}
            </label>
        }
    });
    view! {
        <fieldset class=format!("field {class}") class:wrong=flag(move || error.get().is_some()) id=name tabindex="-1">
            <legend>{legend}</legend>
            <Message id=format!("{name}-message") error />
            <div class="pick">{choices.collect_view()}</div>
        </fieldset>
    }
}
