//! What stands in a piece, and whether it may be let in.

use bilik_shared::registration::Field;
use bilik_shared::view::quarantine::{Barred, Inside, Writes, Wrote};
use leptos::prelude::*;

use crate::desk::answers::answer;
use crate::desk::session::Desk;
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t};

/// Everything that is told of one piece.
#[component]
pub(super) fn Stands(
    /// What the session holds.
    desk: Desk,
    /// It stands in its sheet already.
    in_sheet: bool,
    /// What is told.
    inside: Inside,
) -> impl IntoView {
    let Inside { readable, officer, device, at, writes, hidden, more, odd, barred, .. } = inside;
    let claims = move || {
        let officer =
            officer.as_ref().map_or_else(|| t("aside.nobody", &[]), |id| desk.officer(id));
        let device = device.as_ref().map_or_else(|| t("aside.no_tablet", &[]), ToString::to_string);
        let time = at.map(|at| desk.moment(at)).unwrap_or_default();
        t("aside.claims", &[("officer", &officer), ("device", &device), ("time", &time)])
    };
    let empty = readable && !hidden && writes.is_empty();
    let verdict = match barred.filter(|_| !in_sheet) {
        Some(why) => Some((Symbol::Attention, "attention", why_not(why))),
        None => (!in_sheet).then_some((Symbol::Info, "plain", "aside.may_in")),
    };
    view! {
        <section class="stack inside">
            {readable.then(|| view! { <p>{claims}</p> })}
            {hidden.then(|| view! { <p class="hint">{say("aside.hidden")}</p> })}
            {empty.then(|| view! { <p class="hint">{say("aside.no_values")}</p> })}
            {writes.into_iter().map(|writes| view! { <Entry desk writes /> }).collect_view()}
            {(more > 0).then(|| view! { <p class="hint">{move || t("aside.more_values", &[("n", &more)])}</p> })}
            {(odd > 0).then(|| view! { <p class="hint">{move || t("aside.odd_values", &[("n", &odd)])}</p> })}
            {verdict.map(|(symbol, state, key)| view! {
                <div class="notice" data-state=state role="status"><Icon symbol /><p>{say(key)}</p></div>
            })}
        </section>
    }
}

/// What it writes to one entry.
#[component]
fn Entry(desk: Desk, writes: Writes) -> impl IntoView {
    let Writes { entry, name, fresh, values } = writes;
    let title = move || match (entry, name.as_str()) {
        (None, _) => t("aside.entry_unknown", &[]),
        (_, "") => t("aside.entry_unnamed", &[]),
        (_, name) if fresh => t("aside.entry_new", &[("name", &name)]),
        (_, name) => name.to_owned(),
    };
    view! {
        <h3>{title}</h3>
        <dl class="grid-facts">{values.into_iter().map(|wrote| fact(desk, wrote)).collect_view()}</dl>
    }
}

fn fact(desk: Desk, wrote: Wrote) -> impl IntoView {
    let Wrote { key, value, cut } = wrote;
    let field = Field::parse(&key);
    let label = move || match (field, key.as_str()) {
        (Some(field), _) => label::name(field),
        (None, "number") => t("aside.number", &[]),
        // A newer version may write what this one has no word for.
        (None, key) => key.to_owned(),
    };
    let says = move || match field {
        // What was cut cannot be read as what it was, and the number comes masked.
        _ if cut => format!("{value} …"),
        None | Some(Field::Nik) => value.clone(),
        Some(field) => answer(desk, field, &value),
    };
    view! { <div><dt>{label}</dt><dd>{says}</dd></div> }
}

/// Why a piece may not be let in.
pub fn why_not(barred: Barred) -> &'static str {
    match barred {
        Barred::Own => "let_in.own",
        Barred::NoSheet => "let_in.no_sheet",
        Barred::Unreadable => "let_in.unreadable",
        Barred::Missing => "let_in.missing",
        Barred::Sequence => "let_in.sequence",
        Barred::Server => "let_in.server",
        Barred::Form => "let_in.form",
        Barred::SheetFull => "let_in.sheet_full",
        Barred::Harmful => "let_in.harmful",
    }
}
