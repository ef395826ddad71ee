//! A secret that is typed: hidden, unless the person who types it wants to see it.

use leptos::prelude::*;

use crate::parts::field::Message;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::{flag, live};
use crate::text::say;

/// One line for it. No browser keeps it, corrects it or makes its first letter a capital.
#[component]
pub fn SecretField(
    /// The id of the field.
    name: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What was typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether it can be read.
    shown: RwSignal<bool>,
) -> impl IntoView {
    let (input, message) = (format!("{name}-input"), format!("{name}-message"));
    let described = message.clone();
    view! {
        <div class="field" class:wrong=flag(move || error.get().is_some()) id=name>
            <label for=input.clone()>{label}</label>
            <Message id=message error />
            <input
                class="input"
                id=input
                type=move || if shown.get() { "text" } else { "password" }
                // Browsers offer to keep what they take for a password.
                autocomplete="one-time-code"
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || error.get().map(|_| described.clone())
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}

/// Shows what is typed, or hides it again.
#[component]
pub fn Show(
    /// Whether it can be read.
    shown: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class="chip" aria-pressed=move || shown.get().to_string() on:click=move |_| shown.update(|on| *on = !*on)>
            {live(move || shown.get().then(|| view! { <Icon symbol=Symbol::Check /> }))}
            {say("secret.show")}
        </button>
    }
}
