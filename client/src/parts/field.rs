//! Questions that are answered by typing: label, hint, message, control.

use leptos::prelude::*;

use crate::parts::icon::{Icon, Symbol};
use crate::parts::{flag, live};
use crate::text::say;

/// What is wrong with an answer, beside it.
#[component]
pub fn Message(
    /// The id that the control refers to.
    id: String,
    /// The sentence.
    error: Signal<Option<String>>,
) -> impl IntoView {
    live(move || {
        let id = id.clone();
        error
            .get()
            .map(|text| view! { <p class="message" id=id><Icon symbol=Symbol::Error />{text}</p> })
    })
}

fn invalid(error: Signal<Option<String>>) -> Signal<Option<&'static str>> {
    Signal::derive(move || error.get().map(|_| "true"))
}

fn described(message: &str, error: Signal<Option<String>>) -> Signal<Option<String>> {
    let message = message.to_owned();
    Signal::derive(move || error.get().map(|_| message.clone()))
}

/// What kind of keyboard a field asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keys {
    /// Letters and digits.
    #[default]
    Text,
    /// Digits.
    Digits,
    /// A secret: not shown.
    Secret,
}

/// One line of text.
#[component]
pub fn TextField(
    /// The id of the field, which errors link to.
    name: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// How to answer.
    #[prop(into, optional)]
    hint: Option<Signal<String>>,
    /// What was typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// The keyboard.
    #[prop(optional)]
    keys: Keys,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    let input = format!("{name}-input");
    let message = format!("{name}-message");
    let described = described(&message, error);
    view! {
        <div class="field" class:wrong=flag(move || error.get().is_some()) id=name>
            <label for=input.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <Message id=message error />
            <input
                class="input"
                id=input
                name=name
                dir="auto"
                type=if keys == Keys::Secret { "password" } else { "text" }
                inputmode=if keys == Keys::Digits { "numeric" } else { "text" }
                autocomplete=autocomplete
                aria-invalid=invalid(error)
                aria-describedby=described
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}

/// A few lines of text.
#[component]
pub fn TextArea(
    /// The id of the field, which errors link to.
    name: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// How to answer.
    #[prop(into, optional)]
    hint: Option<Signal<String>>,
    /// What was typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let input = format!("{name}-input");
    let message = format!("{name}-message");
    let described = described(&message, error);
    view! {
        <div class="field wide" class:wrong=flag(move || error.get().is_some()) id=name>
            <label for=input.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <Message id=message error />
            <textarea
                class="input"
                id=input
                name=name
                dir="auto"
                // Browsers write what stands in fields into the file from which they bring tabs back.
                autocomplete="off"
                rows="2"
                aria-invalid=invalid(error)
                aria-describedby=described
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </div>
    }
}

/// A date in three fields, because three numbers are typed faster than a calendar is searched.
#[component]
pub fn DateField(
    /// The id of the field, which errors link to.
    name: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// The day.
    day: RwSignal<String>,
    /// The month as a number.
    month: RwSignal<String>,
    /// The year, four digits.
    year: RwSignal<String>,
    /// Only the year is sure: day and month may be left empty. Asked where it may be so.
    #[prop(optional)]
    about: Option<RwSignal<bool>>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let part = |suffix: &'static str, key: &'static str, most: u8, value: RwSignal<String>| {
        let id = format!("{name}-{suffix}");
        view! {
            <div class="part">
                <label for=id.clone()>{say(key)}</label>
                <input
                    class="input"
                    id=id
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength=most.to_string()
                    aria-invalid=invalid(error)
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </div>
        }
    };
    view! {
        <fieldset class="field" class:wrong=flag(move || error.get().is_some()) id=name>
            <legend>{label}</legend>
            <Message id=format!("{name}-message") error />
            <div class="date">
                {part("day", "add.day", 2, day)}
                {part("month", "add.month", 2, month)}
                {part("year", "add.year", 4, year)}
                {about.map(|about| view! {
                    <button type="button" class="chip" aria-pressed=move || about.get().to_string() on:click=move |_| about.update(|on| *on = !*on)>
                        {say("add.about")}
                    </button>
                })}
            </div>
            {live(move || about.is_some_and(|about| about.get()).then(|| view! { <p class="hint" role="status">{say("add.about_hint")}</p> }))}
        </fieldset>
    }
}
