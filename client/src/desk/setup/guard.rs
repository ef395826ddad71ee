//! What is asked of whoever signs in: the roles that need a second factor.

use bilik_shared::role::Role;
use bilik_shared::setup::{Edit, Guard, Shown};
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, ask};
use super::{Held, framed};
use crate::label::Label;
use crate::text::{say, t};

/// Its form: it is always open.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let was = shown.setup.guard.clone();
    let roles = Role::ALL.iter().map(|role| (role.code().to_owned(), t(role.key(), &[])));
    let chosen: Vec<&str> = was.second_factor.iter().map(|role| role.code()).collect();
    let asks = vec![
        ask("second_factor", "setup.second_factor", Kind::Some(roles.collect()), chosen.join("\n"))
            .hinted("setup.second_factor_hint"),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        held.send(Ok(Edit::Guard { was: was.clone(), is: guard(&answers) }));
    });
    let form = view! {
        <p class="hint">{say("setup.guard_help")}</p>
        <Form asks wrong=held.wrong busy=held.busy save />
    };
    framed("setup.guard", form.into_any())
}

fn guard(asks: &[Ask]) -> Guard {
    let roles = asks[0].lines();
    Guard { second_factor: roles.iter().filter_map(|code| Role::parse(code)).collect() }
}
