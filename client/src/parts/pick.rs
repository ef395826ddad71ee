//! One answer out of a few, each a full target. Nothing is chosen beforehand.

use leptos::prelude::*;

use crate::label::Label;
use crate::parts::flag;
use crate::parts::field::Message;

/// A group of radio buttons with its question.
#[component]
pub fn Pick<T>(
    /// The group's name; also the id that errors link to.
    name: &'static str,
    /// The question.
    #[prop(into)]
    legend: Signal<String>,
    /// The answers, in order.
    options: &'static [T],
    /// What is chosen.
    value: RwSignal<Option<T>>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// As wide as the form.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView
where
    T: Label + PartialEq + Send + Sync + 'static,
{
    let choices = options.iter().map(|option| {
        let option = *option;
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=flag(move || value.get() == Some(option))
                    on:change=move |_| value.set(Some(option))
                />
                {option.say()}
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
