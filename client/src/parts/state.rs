//! A state: icon and word, and colour only as the third sign.

use bilik_shared::lifecycle::State;
use leptos::prelude::*;

use crate::label::Label;
use crate::parts::icon::{Icon, Symbol};

/// What a state means to the eye; the stylesheet knows these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The value of `data-state`.
    pub name: &'static str,
    /// The symbol beside the word.
    pub symbol: Symbol,
}

/// Not begun.
pub const TODO: Look = Look { name: "todo", symbol: Symbol::Todo };
/// On this tablet only.
pub const SAVED: Look = Look { name: "saved", symbol: Symbol::Saved };
/// Stored by the server.
pub const RECEIVED: Look = Look { name: "received", symbol: Symbol::Received };
/// A person must act.
pub const ATTENTION: Look = Look { name: "attention", symbol: Symbol::Attention };

/// How the state of an entry looks.
pub fn look(state: State) -> Look {
    let (name, symbol) = match state {
        State::NotAsked => ("todo", Symbol::Todo),
        State::Draft => ("draft", Symbol::Draft),
        State::Away => ("away", Symbol::Away),
        State::Declined
        | State::Withdrawn
        | State::Rejected
        | State::Removed
        | State::Cancelled => ("declined", Symbol::Declined),
        State::Registered | State::Reserve | State::Failed => ("registered", Symbol::Registered),
        State::Returned => ("returned", Symbol::Returned),
        State::Verified
        | State::Confirmed
        | State::InTraining
        | State::Passed
        | State::Certified => ("verified", Symbol::Verified),
    };
    Look { name, symbol }
}

/// An icon and a word.
#[component]
pub fn Mark(
    /// How it looks.
    look: Look,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class="state" data-state=look.name><Icon symbol=look.symbol /><span>{children()}</span></span> }
}

/// The state of an entry.
#[component]
pub fn StateMark(
    /// Which.
    state: State,
) -> impl IntoView {
    view! { <Mark look=look(state)>{state.say()}</Mark> }
}
