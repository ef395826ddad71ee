//! Requests of people about their data, and incidents: each with its clock of 3 times 24 hours.

use bilik_shared::privacy::case::{
    Case, Cases, Done, IncidentKind, Open, Opened, Register, RequestKind, Step,
};
use bilik_shared::time::{Date, Timestamp};
use leptos::prelude::*;

use super::steps::StepForms;
use super::{held, words};
use crate::desk::api;
use crate::desk::held::{FORM, Held};
use crate::desk::session::Desk;
use crate::desk::setup::form::{Ask, Form, Kind, Wrong, ask};
use crate::parts::live;
use crate::parts::state::Mark;
use crate::text::{say, t, told};

/// The name of the form for a new case.
const NEW: &str = "new";

/// One register.
#[component]
pub fn CasesPage(
    /// What the session holds.
    desk: Desk,
    /// Which one.
    register: Register,
) -> impl IntoView {
    let held = held::<Cases>(desk);
    held.ask(api::cases());
    let (title, help, opener, none) = match register {
        Register::Requests => {
            ("page.requests", "case.requests_help", "case.new_request", "case.no_requests")
        }
        Register::Incidents => {
            ("page.incidents", "case.incidents_help", "case.new_incident", "case.no_incidents")
        }
    };
    let form =
        move || (held.open.get().as_deref() == Some(NEW)).then(|| new(held, register, opener));
    let body = move || {
        let Some(Cases { mut cases, numbers }) = held.shown.get() else {
            return view! { <p role="status">{say("bar.loading")}</p> }.into_any();
        };
        cases.retain(|case| case.opened.register() == register);
        // What waits stands first, the most pressing above.
        cases.sort_by_key(|case| match case.is_closed() {
            false => (false, case.deadline().0),
            true => (true, -case.at.0),
        });
        if cases.is_empty() {
            return view! { <p class="soft">{say(none)}</p> }.into_any();
        }
        let card = |case: Case| {
            let number = match &case.opened {
                Opened::Request { entry: Some(entry), .. } => {
                    Some(numbers.get(entry).cloned().unwrap_or_else(|| entry.to_string()))
                }
                _ => None,
            };
            view! { <Card held case number /> }
        };
        view! { <ul class="pieces">{cases.into_iter().map(card).collect_view()}</ul> }.into_any()
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say(title)}</h1></div>
            <p class="hint">{say(help)}</p>
            {held.says()}
            <p class="actions">
                <button type="button" class="btn primary" on:click=move |_| held.begin(NEW)>{say(opener)}</button>
            </p>
            {live(form)}
            {live(body)}
        </main>
    }
}

/// The form for a new case.
fn new(held: Held<Cases>, register: Register, title: &'static str) -> AnyView {
    let now = held.desk.server_now();
    let mut asks = when(held.desk, now);
    match register {
        Register::Requests => {
            let kinds = RequestKind::ALL.iter().map(|kind| (kind.code(), words::request(*kind)));
            let first = RequestKind::Access.code();
            asks.extend([
                ask("kind", "case.kind", Kind::One(kinds.collect()), first),
                ask("number", "case.number", Kind::Line, "").hinted("case.number_hint"),
                ask("who", "case.who", Kind::Line, "").hinted("case.who_hint"),
                ask("subject", "case.asked", Kind::Lines, "").hinted("case.asked_hint"),
            ]);
        }
        Register::Incidents => {
            let kinds = IncidentKind::ALL.iter().map(|kind| (kind.code(), words::incident(*kind)));
            let first = IncidentKind::LostTablet.code();
            asks.extend([
                ask("kind", "case.kind", Kind::One(kinds.collect()), first),
                ask("people", "case.people", Kind::Number, "0"),
                ask("subject", "case.happened", Kind::Lines, "").hinted("case.happened_hint"),
            ]);
        }
    }
    let answers = asks.clone();
    let save = Callback::new(move |()| match read(held.desk, register, &answers) {
        Ok(open) => held.write(async move { api::open_case(&open).await }),
        Err(wrong) => held.point_at(wrong),
    });
    let leave = Callback::new(move |()| held.leave());
    view! {
        <section class="panel stack" id=FORM tabindex="-1">
            <h2>{say(title)}</h2>
            <Form asks wrong=held.wrong busy=held.busy save leave />
        </section>
    }
    .into_any()
}

fn read(desk: Desk, register: Register, asks: &[Ask]) -> Result<Open, Wrong> {
    let at = moment(desk, asks)?;
    Ok(match register {
        Register::Requests => {
            let kind = RequestKind::parse(&asks[2].text()).unwrap_or(RequestKind::Access);
            let (number, who, subject) = (asks[3].text(), asks[4].text(), asks[5].text());
            let case = Opened::Request { kind, entry: None, who, subject, received_at: at };
            Open { number, case }
        }
        Register::Incidents => {
            let kind = IncidentKind::parse(&asks[2].text()).unwrap_or(IncidentKind::Other);
            let (people, subject) = (asks[3].read("case.people_wrong")?, asks[4].text());
            let case = Opened::Incident { kind, subject, found_at: at, people };
            Open { number: String::new(), case }
        }
    })
}

/// The two questions for a moment, answered with now.
pub fn when(desk: Desk, now: Timestamp) -> Vec<Ask> {
    let zone = desk.zone();
    vec![
        ask("day", "case.day", Kind::Line, now.date(zone)).hinted("setup.date_hint"),
        ask("clock", "case.clock", Kind::Line, now.clock(zone)).hinted("case.clock_hint"),
    ]
}

/// The moment that the first two answers name.
///
/// # Errors
/// What is wrong with them.
pub fn moment(desk: Desk, asks: &[Ask]) -> Result<Timestamp, Wrong> {
    let day: Date = asks[0].must_day()?;
    let wrong = Wrong { field: "clock", key: "case.clock_wrong" };
    let typed = asks[1].text();
    let (hours, minutes) = typed.split_once(['.', ':']).ok_or(wrong)?;
    let (hours, minutes) = (hours.parse::<u32>(), minutes.parse::<u32>());
    match (hours, minutes) {
        (Ok(hours @ 0..24), Ok(minutes @ 0..60)) => {
            Ok(Timestamp::at(day, hours * 60 + minutes, desk.zone()))
        }
        _ => Err(wrong),
    }
}

#[component]
fn Card(held: Held<Cases>, case: Case, number: Option<String>) -> impl IntoView {
    let desk = held.desk;
    let (deadline, timed) = (case.deadline(), case.clone());
    // Follows the clock of the desk, so that a case becomes overdue before somebody's eyes.
    let clock = Memo::new(move |_| timed.clock(desk.now.get()));
    let mark = move || {
        let (look, key) = words::clock(clock.get());
        view! { <Mark look>{say(key)}</Mark> }
    };
    let (kind, who, subject, people) = match case.opened.clone() {
        Opened::Request { kind, who, subject, .. } => {
            let parts = [number.unwrap_or_default(), who];
            let whose = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            (words::request(kind), whose.join(" · "), subject, None)
        }
        Opened::Incident { kind, subject, people, .. } => {
            (words::incident(kind), String::new(), subject, Some(people))
        }
    };
    let begun = case.opened.begins();
    let (id, at, by) = (case.id, case.at, case.by.clone());
    let facts = move || {
        let (begun, time) = (desk.moment(begun), desk.moment(at));
        let officer = desk.officer(&by);
        t("case.facts", &[("id", &id), ("begun", &begun), ("officer", &officer), ("time", &time)])
    };
    let due = move || t("case.due", &[("time", &desk.moment(deadline))]);
    let steps = case.steps.clone().into_iter().map(|done| line(desk, done)).collect_view();
    view! {
        <li class="panel piece">
            <div class="head"><h2>{say(kind)}{(!who.is_empty()).then(|| format!(" · {who}"))}</h2>{live(mark)}</div>
            <p>{subject}</p>
            {people.map(|n| view! { <p>{told(move || t("case.people_n", &[("n", &n)]))}</p> })}
            <p><b>{due}</b></p>
            <p class="soft">{facts}</p>
            <ul class="setup-log">{steps}</ul>
            {(!case.is_closed()).then(|| view! { <StepForms held case=case.clone() /> })}
        </li>
    }
}

fn line(desk: Desk, done: Done) -> impl IntoView {
    let Done { at, by, step } = done;
    let (what, word) = match step {
        Step::Noted { word } => ("case.noted", word),
        Step::Erased { entries, certificates } => {
            let text =
                move || t("case.erased", &[("n", &entries), ("certificates", &certificates)]);
            return view! { <li><b>{text}</b>" "<span class="soft">{who(desk, at, by)}</span></li> }
                .into_any();
        }
        Step::Told { whom, told_at, word } => {
            let text = move || {
                let head = t(words::whom(whom), &[]);
                format!("{head}, {}. {word}", desk.moment(told_at))
            };
            return view! { <li>{text}" "<span class="soft">{who(desk, at, by)}</span></li> }
                .into_any();
        }
        Step::Closed { outcome: Some(outcome), word } => (words::outcome(outcome), word),
        Step::Closed { outcome: None, word } => ("case.closed", word),
    };
    view! { <li><b>{say(what)}</b>" "{word}" "<span class="soft">{who(desk, at, by)}</span></li> }
        .into_any()
}

fn who(
    desk: Desk,
    at: Timestamp,
    by: bilik_shared::id::OfficerId,
) -> impl Fn() -> String + Send + Sync + 'static {
    move || t("setup.log_line", &[("time", &desk.moment(at)), ("officer", &desk.officer(&by))])
}
