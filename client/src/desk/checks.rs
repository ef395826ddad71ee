//! What the clinic and security said about somebody, what the rules make of it, and for the partner whether to
//! reckon with them.

use bilik_shared::eligibility::Verdict;
use bilik_shared::vetting::{Ready, Said};
use bilik_shared::view::{Advised, Detail};
use leptos::prelude::*;

use crate::desk::session::Desk;
use crate::label::{self, Label};
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t, told};

/// As far as this user may see it; nothing where there is nothing.
pub fn checks(desk: Desk, detail: &Detail) -> impl IntoView + use<> {
    let said: Vec<_> = detail.vetted.iter().cloned().map(|said| word(desk, said)).collect();
    let advice: Vec<_> = detail.advice.iter().cloned().map(|one| choice(desk, one)).collect();
    // Whoever reads the words themselves needs no summary of them.
    let summary = detail.ready.filter(|_| !desk.sees_registrations()).map(ready);
    let any = !said.is_empty() || !advice.is_empty() || summary.is_some();
    any.then(|| {
        view! {
            <section class="stack">
                <h3>{say("checks.title")}</h3>
                <ul class="links">{said}</ul>
                <ul class="links advised">{advice}</ul>
                {summary}
                {desk.sees_registrations().then(|| view! { <p class="hint">{say("checks.advice_only")}</p> })}
            </section>
        }
    })
}

/// One word, of which day, by whom and when.
fn word(desk: Desk, said: Said) -> impl IntoView {
    let says = move || {
        let Said { word, on, by, at } = &said;
        t(
            "checks.said",
            &[
                ("about", &t(word.about().key(), &[])),
                ("word", &t(word.key(), &[])),
                ("date", on),
                ("name", &desk.officer(by)),
                ("time", &desk.moment(*at)),
            ],
        )
    };
    view! { <li>{told(says)}</li> }
}

/// What the rules say about one choice.
fn choice(desk: Desk, one: Advised) -> impl IntoView {
    let Advised { programme, advice } = one;
    let symbol = match advice.verdict() {
        Verdict::Eligible => Symbol::Check,
        Verdict::NotEligible => Symbol::Attention,
        Verdict::Unknown => Symbol::Info,
    };
    let says = move || {
        let mut parts: Vec<String> = advice.concerns.iter().map(label::concern).collect();
        match advice.verdict() {
            Verdict::Eligible => parts.push(t("checks.eligible", &[])),
            _ if advice.missing.is_empty() => {}
            _ => parts.push(label::unknown(&advice.missing)),
        }
        format!("{}: {}", desk.programme(&programme), parts.join(". "))
    };
    view! { <li><Icon symbol />{told(says)}</li> }
}

/// Whether the clinic says that somebody is fit.
fn fit(ready: Ready) -> &'static str {
    match ready.fit {
        Some(true) => "consent.yes",
        Some(false) => "checks.no",
        None => "fitness.not_examined",
    }
}

/// Whether the partner can reckon with somebody, in one line.
pub fn reckon(ready: Ready) -> String {
    let (fit, stays) = (t(fit(ready), &[]), t(ready.stays.key(), &[]));
    t("checks.ready", &[("fit", &fit), ("stays", &stays)])
}

fn ready(ready: Ready) -> impl IntoView {
    view! {
        <dl class="grid-facts">
            <div><dt>{say("checks.fit")}</dt><dd>{say(fit(ready))}</dd></div>
            <div><dt>{say("checks.stays")}</dt><dd>{ready.stays.say()}</dd></div>
        </dl>
    }
}
