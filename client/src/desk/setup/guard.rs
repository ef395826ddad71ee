//! What is asked of whoever signs in, the roles that need a second factor, and how long a tablet is read without
//! contact.

use bilik_shared::role::Role;
use bilik_shared::setup::{Edit, Guard, Shown};
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
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
        ask("lease_hours", "setup.lease_hours", Kind::Number, was.lease_hours),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        let is = guard(&answers);
        held.send(is.map(|is| Edit::Guard { was: was.clone(), is }));
    });
    let form = view! {
        <p class="hint">{say("setup.guard_help")}</p>
        <p class="hint">{say("setup.lease_help")}</p>
        <Form asks wrong=held.wrong busy=held.busy save />
    };
    framed("setup.guard", form.into_any())
}

fn guard(asks: &[Ask]) -> Result<Guard, Wrong> {
    let roles = asks[0].lines();
    Ok(Guard {
        second_factor: roles.iter().filter_map(|code| Role::parse(code)).collect(),
        lease_hours: asks[1].read("fault.lease_range")?,
    })
}
