//! The top bar: where am I, what is safe, who am I.

use leptos::prelude::*;

use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::text::{Language, language, say, set_language};

/// The name of the product with its sign.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <svg class="sign" viewBox="0 0 512 512" aria-hidden="true">
                <rect width="512" height="512" rx="112" fill="#2F3A8F" />
                <path fill="#FFFDF8" d="M140 96h70v97.6A106 106 0 0 1 384 276v48a84 84 0 0 1-84 84H156a16 16 0 0 1-16-16Z" />
                <path fill="#EFB044" d="M210 274a54 54 0 0 1 108 0v66H210Z" />
            </svg>
            "Bilik"
        </span>
    }
}

/// The way back to where this page came from.
#[component]
pub fn Back(
    /// The page before.
    #[prop(into)]
    href: String,
    /// Where that leads, for screen readers.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! { <a class="tool" href=href aria-label=label><Icon symbol=Symbol::Back /></a> }
}

/// The other language, one tap away on every page; what was typed stays.
#[component]
pub fn LanguageSwitch(
    /// How the button looks: `who` in the bar, `btn` on a plain surface.
    #[prop(default = "who")]
    class: &'static str,
) -> impl IntoView {
    let switch = move |_| {
        let other = language().other();
        set_language(other);
        device::remember_language(other);
    };
    let short = move || match language().other() {
        Language::Indonesian => "ID",
        Language::English => "EN",
    };
    view! {
        <button type="button" class=class aria-label=say("bar.language") lang=move || language().other().code() on:click=switch>
            {short}
        </button>
    }
}
