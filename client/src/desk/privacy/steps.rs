//! What can be written behind an open case.

use bilik_shared::privacy::case::{
    Case, Cases, Opened, Outcome, Register, RequestKind, Step, Whom,
};
use bilik_shared::privacy::erasure::Erase;
use leptos::prelude::*;

use super::cases::{moment, when};
use super::words;
use crate::desk::api;
use crate::desk::held::{FORM, Held};
use crate::desk::setup::form::{Ask, Form, Kind, Wrong, ask};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Note,
    Tell,
    Erase,
    Close,
}

impl What {
    fn key(self) -> &'static str {
        match self {
            Self::Note => "case.note",
            Self::Tell => "case.tell",
            Self::Erase => "case.erase",
            Self::Close => "case.close",
        }
    }
}

/// Buttons, and the form of the one that was pressed.
#[component]
pub fn StepForms(
    /// What the page holds.
    held: Held<Cases>,
    /// The case.
    case: Case,
) -> impl IntoView {
    let (id, register) = (case.id, case.opened.register());
    let is_named = matches!(case.opened, Opened::Request { entry: Some(_), .. });
    let offered = match case.opened {
        Opened::Request { kind: RequestKind::Erasure, .. } => {
            vec![What::Note, What::Erase, What::Close]
        }
        Opened::Request { .. } => vec![What::Note, What::Close],
        Opened::Incident { .. } => vec![What::Note, What::Tell, What::Close],
    };
    let name = move |what: What| format!("{id} {}", what.key());
    let all = offered.clone();
    let body = move || {
        let open = held.open.get();
        let asked = all.iter().find(|what| open.as_deref() == Some(&name(**what)));
        match asked {
            Some(What::Erase) => erasure(held, id, is_named),
            Some(what) => form(held, (id, register), *what),
            None => {
                let button = |what: &What| {
                    let what = *what;
                    view! { <button type="button" class="btn" on:click=move |_| held.begin(name(what))>{say(what.key())}</button> }
                };
                view! { <p class="actions">{all.iter().map(button).collect_view()}</p> }.into_any()
            }
        }
    };
    live(body)
}

fn form(held: Held<Cases>, (id, register): (i64, Register), what: What) -> AnyView {
    let word = |key| ask("word", key, Kind::Lines, "");
    let asks = match (what, register) {
        (What::Note | What::Erase, _) => vec![word("case.word")],
        (What::Tell, _) => {
            let mut asks = when(held.desk, held.desk.server_now());
            let these = Whom::ALL.iter().map(|whom| (whom.code(), words::whom(*whom)));
            asks.push(ask("whom", "case.whom", Kind::One(these.collect()), Whom::People.code()));
            asks.push(word("case.how"));
            asks
        }
        (What::Close, Register::Requests) => {
            let these = Outcome::ALL.iter().map(|one| (one.code(), words::outcome(*one)));
            let first = Outcome::Granted.code();
            vec![
                ask("outcome", "case.outcome", Kind::One(these.collect()), first),
                word("case.word").hinted("case.refusal_hint"),
            ]
        }
        (What::Close, Register::Incidents) => vec![word("case.word")],
    };
    let answers = asks.clone();
    let save = Callback::new(move |()| match read(held, (what, register), &answers) {
        Ok(step) => held.write(async move { api::on_case(id, &step).await }),
        Err(wrong) => held.point_at(wrong),
    });
    let leave = Callback::new(move |()| held.leave());
    view! {
        <div class="stack" id=FORM tabindex="-1">
            <h3>{say(what.key())}</h3>
            <Form asks wrong=held.wrong busy=held.busy save leave />
        </div>
    }
    .into_any()
}

/// What goes and what stays, and why it is granted.
fn erasure(held: Held<Cases>, id: i64, is_named: bool) -> AnyView {
    let number = (!is_named).then(|| ask("number", "case.number", Kind::Line, ""));
    let asks: Vec<Ask> =
        number.into_iter().chain([ask("word", "case.erase_why", Kind::Lines, "")]).collect();
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        let word = answers.last().map(Ask::text).unwrap_or_default();
        let number = if is_named { String::new() } else { answers[0].text() };
        held.write(async move { api::erase(id, &Erase { number, word }).await });
    });
    let leave = Callback::new(move |()| held.leave());
    view! {
        <div class="stack" id=FORM tabindex="-1">
            <h3>{say(What::Erase.key())}</h3>
            <Notice tone=Tone::Attention>
                <p>{say("case.erase_goes")}</p>
                <p>{say("case.erase_stays")}</p>
            </Notice>
            <Form asks wrong=held.wrong busy=held.busy save leave />
        </div>
    }
    .into_any()
}

fn read(
    held: Held<Cases>,
    (what, register): (What, Register),
    asks: &[Ask],
) -> Result<Step, Wrong> {
    let word = asks.last().map(Ask::text).unwrap_or_default();
    Ok(match what {
        What::Note | What::Erase => Step::Noted { word },
        What::Tell => {
            let told_at = moment(held.desk, asks)?;
            let whom = Whom::parse(&asks[2].text()).unwrap_or(Whom::People);
            Step::Told { whom, told_at, word }
        }
        What::Close => {
            let outcome = match register {
                Register::Requests => Outcome::parse(&asks[0].text()),
                Register::Incidents => None,
            };
            Step::Closed { outcome, word }
        }
    })
}
