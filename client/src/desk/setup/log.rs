//! The log of the set-up in words: who changed what, what it was, what it is.

use bilik_shared::role::Role;
use bilik_shared::setup::{Difference, Kind, Logged};
use leptos::prelude::*;

use super::words::{fact, kind};
use crate::desk::session::Desk;
use crate::label::Label;
use crate::text::{say, t};

/// The lines of a log, the newest first.
#[component]
pub fn Log(
    /// What the session holds.
    desk: Desk,
    /// The lines.
    lines: Vec<Logged>,
) -> impl IntoView {
    let none = lines.is_empty();
    view! {
        <section class="panel stack">
            <h2>{say("setup.log")}</h2>
            {none.then(|| view! { <p class="soft">{say("setup.log_none")}</p> })}
            <ul class="setup-log">{lines.into_iter().map(|line| view! { <Line desk line /> }).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Line(desk: Desk, line: Logged) -> impl IntoView {
    let Logged { at, by, kind, name, changes } = line;
    let head = move || {
        let (time, officer) = (desk.moment(at), desk.officer(&by));
        t("setup.log_line", &[("time", &time), ("officer", &officer)])
    };
    let what = subject(kind, name);
    let change = |change: Difference| view! { <li>{move || told(&change)}</li> };
    view! {
        <li>
            <b>{what}</b>" "<span class="soft">{head}</span>
            <ul>{changes.into_iter().map(change).collect_view()}</ul>
        </li>
    }
}

fn subject(of: Kind, name: String) -> impl Fn() -> String {
    move || format!("{} {name}", t(kind(of), &[]))
}

/// One change: `Kursi: 16 → 20`.
fn told(change: &Difference) -> String {
    let name = t(fact(&change.fact), &[]);
    let is = value(&change.is);
    match change.was.is_empty() {
        true => format!("{name}: {is}"),
        false => format!("{name}: {} → {is}", value(&change.was)),
    }
}

/// A stored value as a person reads it.
fn value(code: &str) -> String {
    match code {
        "YA" => t("setup.yes", &[]),
        "TIDAK" => t("setup.no", &[]),
        "*" => t("setup.all_sheets", &[]),
        "" | "-" => t("setup.nothing", &[]),
        other => match Role::parse(other) {
            Some(role) => t(role.key(), &[]),
            None => listed(other),
        },
    }
}

/// Several roles, or a text as it is.
fn listed(text: &str) -> String {
    let roles: Option<Vec<String>> =
        text.split(", ").map(|code| Role::parse(code).map(|role| t(role.key(), &[]))).collect();
    roles.map_or_else(|| text.replace('\n', " / "), |roles| roles.join(", "))
}
