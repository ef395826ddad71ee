//! A certificate on a page of A4. The bar with the house's name around it is not printed, and the page has nothing but
//! what the certificate holds.

use bilik_shared::id::EntryId;
use bilik_shared::programme::Seat;
use bilik_shared::report::Language;
use bilik_shared::time::Date;
use bilik_shared::training::certificate::Certificate;
use leptos::prelude::*;

use super::{Fetched, words};
use crate::desk::api;
use crate::desk::route::{Route, Training};
use crate::desk::session::Desk;
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::{language, say, t};

/// The page.
#[component]
pub fn CertificatePage(desk: Desk, seat: Seat, entry: EntryId) -> impl IntoView {
    let back = Route::Training(Training::Package(seat.clone())).href();
    let (of, title) = (seat.clone(), seat);
    let fetched = Fetched::new(desk, async move { api::certificate(&of, entry).await });
    let paper = move || fetched.held.get().map(|certificate| view! { <Paper certificate /> });
    view! {
        <div class="head no-print">
            <h1 class="sr">{say("certificate.title")}</h1>
            <a href=back>{move || words::package(desk, &title)}</a>
            <button type="button" class="btn main primary" on:click=|_| device::print()><Icon symbol=Symbol::Print />{say("print.now")}</button>
        </div>
        <div class="no-print">{fetched.says()}</div>
        {live(paper)}
    }
}

/// As documents write it, in the language of the moment.
fn day(date: Date) -> String {
    bilik_shared::report::day(
        date,
        Language::parse(language().code()).unwrap_or(Language::Indonesian),
    )
}

#[component]
fn Paper(certificate: Certificate) -> impl IntoView {
    let Certificate {
        number, name, birth_place, birth_date, programme, from, until, hours, ..
    } = certificate.clone();
    let Certificate { predicate, score, office, place, signs, issued_on, .. } = certificate;
    let born = move || {
        let date = birth_date.map(day);
        let place = Some(birth_place.clone()).filter(|place| !place.is_empty());
        place.into_iter().chain(date).collect::<Vec<_>>().join(", ")
    };
    let place = move || match place.is_empty() {
        true => day(issued_on),
        false => format!("{place}, {}", day(issued_on)),
    };
    let period = move || {
        t("certificate.period", &[("from", &day(from)), ("until", &day(until)), ("hours", &hours)])
    };
    let result = move || {
        let word = t(words::predicate(predicate), &[]);
        t("certificate.result", &[("n", &score), ("word", &word)])
    };
    view! {
        <article class="paper upright certificate">
            <header><p>{office}</p><h2>{say("certificate.title")}</h2></header>
            <p>{move || t("certificate.number", &[("number", &number.to_string())])}</p>
            <p>{say("certificate.given_to")}</p>
            <p class="holder">{name}</p>
            <p>{born}</p>
            <p>{say("certificate.for")}</p>
            <p class="holder">{move || crate::label::words(&programme)}</p>
            <p>{period}</p>
            <p><b>{result}</b></p>
            <div class="signatures"><p>{place}<br />{signs}</p></div>
        </article>
    }
}
