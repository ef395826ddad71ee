//! A message that stays until it is dealt with: title, sentence, what to do next.

use leptos::prelude::*;

use crate::parts::icon::{Icon, Symbol};

/// How much a notice asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Plain information.
    Plain,
    /// A person must act.
    Attention,
    /// Something is wrong and needs a hand.
    Error,
}

impl Tone {
    fn look(self) -> (&'static str, Symbol) {
        match self {
            Self::Plain => ("info", Symbol::Info),
            Self::Attention => ("attention", Symbol::Attention),
            Self::Error => ("error", Symbol::Error),
        }
    }
}

/// A message that stays.
#[component]
pub fn Notice(
    /// How much it asks for.
    tone: Tone,
    /// Title, sentences, actions.
    children: Children,
) -> impl IntoView {
    let (state, symbol) = tone.look();
    let role = (tone != Tone::Plain).then_some("alert");
    view! { <div class="notice" data-state=state role=role tabindex="-1"><Icon symbol />{children()}</div> }
}
