//! Rules of advice: what each asks for, since when, by whose agreement; with a preview of what a rule says.

use bilik_shared::eligibility::{Part, Rule, Test};
use bilik_shared::person::LegalStatus;
use bilik_shared::registration::Education;
use bilik_shared::setup::{Edit, Shown};
use bilik_shared::vetting::{Clearance, Fitness};
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
use super::words::rule as said;
use super::{Held, framed, opener};
use crate::label::Label;
use crate::text::{say, t};

/// The kinds of tests: their codes as rules hold them, and the keys of their names.
const KINDS: [(&str, &str); 11] = [
    ("USIA_MIN", "setup.test_age_min"),
    ("USIA_MAKS", "setup.test_age_max"),
    ("PENDIDIKAN_MIN", "setup.test_education"),
    ("STATUS", "setup.test_status"),
    ("KESEHATAN", "setup.test_fitness"),
    ("IZIN_KEAMANAN", "setup.test_clearance"),
    ("BUKAN_REGISTER_F", "setup.test_register_f"),
    ("BUKAN_ISOLASI", "setup.test_isolation"),
    ("SISA_PIDANA_MIN", "setup.test_term_min"),
    ("SISA_PIDANA_MAKS", "setup.test_term_max"),
    ("TELAH_JALANI", "setup.test_served"),
];

/// What the number of a kind counts; `None` for kinds that have none.
fn counted(kind: &str) -> Option<&'static str> {
    match kind {
        "USIA_MIN" | "USIA_MAKS" => Some("setup.years"),
        "BUKAN_REGISTER_F" | "SISA_PIDANA_MAKS" => Some("setup.months"),
        "BUKAN_ISOLASI" => Some("setup.days_back"),
        "SISA_PIDANA_MIN" => Some("setup.days_after"),
        _ => None,
    }
}

/// The rules in words, and the form of one.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let row = |rule: &Rule| {
        let (rule, id) = (rule.clone(), rule.id.clone());
        let (version, source) = (rule.version, rule.source.clone());
        let about = move || t("setup.rule_about", &[("n", &version), ("source", &source)]);
        view! {
            <tr>
                <th scope="row">{id.clone()}</th>
                <td>{move || said(&rule)}<small>{about}</small></td>
                <td>{opener(held, id, "setup.edit")}</td>
            </tr>
        }
    };
    let rows: Vec<_> = shown.setup.rules.iter().map(row).collect();
    let known = shown.setup.rules.clone();
    let courses: Vec<(String, String)> = shown
        .setup
        .courses
        .iter()
        .map(|course| (course.code.to_string(), course.code.to_string()))
        .collect();
    let form = move || {
        let name = held.open.get()?;
        let was = known.iter().find(|rule| rule.id == name).cloned();
        Some(rule_form(held, was, courses.clone()))
    };
    view! {
        <p class="hint after">{say("setup.rules_help")}</p>
        <div class="panel flush after">
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("setup.code")}</th>
                    <th scope="col">{say("setup.rule_says")}</th>
                    <th scope="col"><span class="sr">{say("setup.edit")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="actions after">{opener(held, String::new(), "setup.add_rule")}</p>
        {form}
    }
    .into_any()
}

/// What is asked about a rule, by name.
#[derive(Clone)]
struct Asks {
    kind: Ask,
    number: Ask,
    education: Ask,
    status: Ask,
    fitness: Ask,
    clearance: Ask,
    served: Ask,
    programmes: Ask,
    from: Ask,
    until: Ask,
    source: Ask,
    id: Ask,
}

fn rule_form(held: Held, was: Option<Rule>, courses: Vec<(String, String)>) -> AnyView {
    let asks = asks(was.as_ref(), courses);
    let is_new = was.is_none();
    let (kept, previewed) = (asks.clone(), asks.clone());
    let before = was.clone();
    let preview = move || match rule(&previewed, before.as_ref()) {
        Ok(rule) => said(&rule),
        Err(_) => t("setup.preview_none", &[]),
    };
    let save = Callback::new(move |()| {
        let is = untrack(|| rule(&kept, was.as_ref()));
        held.send(is.map(|is| Edit::Rule { was: was.clone(), is }));
    });
    let leave = Callback::new(move |()| held.leave());
    let kind = asks.kind.value;
    let questions = move || {
        let limit = asks.limit(&kind.get());
        let Asks { kind: test, programmes, from, until, source, id, .. } = asks.clone();
        let mut list = vec![test, limit, from, until, source, programmes];
        if is_new {
            list.insert(0, id);
        }
        view! { <Form asks=list wrong=held.wrong busy=held.busy save leave /> }
    };
    let form = view! {
        {questions}
        <p class="hint">{say("setup.preview")}</p>
        <p role="status"><b>{preview}</b></p>
    };
    framed("setup.rule", form.into_any())
}

impl Asks {
    /// What is asked of a rule of this kind.
    fn limit(&self, kind: &str) -> Ask {
        match kind {
            "PENDIDIKAN_MIN" => self.education.clone(),
            "STATUS" => self.status.clone(),
            "KESEHATAN" => self.fitness.clone(),
            "IZIN_KEAMANAN" => self.clearance.clone(),
            "TELAH_JALANI" => self.served.clone(),
            kind => Ask { label: counted(kind).unwrap_or("setup.years"), ..self.number.clone() },
        }
    }
}

/// What somebody has finished, to choose one of.
pub(super) fn educations() -> Kind {
    let known = Education::ALL.iter().filter(|one| **one != Education::Unknown);
    Kind::One(known.map(|one| (one.code(), one.key())).collect())
}

/// Codes with their names, to choose some of.
pub(super) fn named<T: Label + PartialEq>(all: &[T], code: fn(T) -> &'static str, but: T) -> Kind {
    let offered = all.iter().copied().filter(|one| *one != but);
    Kind::Some(offered.map(|one| (code(one).to_owned(), t(one.key(), &[]))).collect())
}

fn asks(was: Option<&Rule>, courses: Vec<(String, String)>) -> Asks {
    let text = was.map(|rule| String::from(rule.test.clone())).unwrap_or_default();
    let (code, limit) = text.split_once(' ').unwrap_or(("USIA_MIN", "18"));
    let limit_of = |kinds: &[&str], other: &str| {
        if kinds.contains(&code) { limit.to_owned() } else { other.to_owned() }
    };
    let statuses = named(LegalStatus::ALL, LegalStatus::code, LegalStatus::Unknown);
    let fitness = named(Fitness::ALL, Fitness::code, Fitness::NotExamined);
    let clearance = named(Clearance::ALL, Clearance::code, Clearance::Unchecked);
    let parts =
        vec![(Part::Third.code(), "setup.third"), (Part::TwoThirds.code(), "setup.two_thirds")];
    let some_of = |kind: &str| limit_of(&[kind], "").replace(',', "\n");
    let number = if counted(code).is_some() { limit.to_owned() } else { "18".to_owned() };
    let day =
        |day: Option<bilik_shared::time::Date>| day.map(|d| d.to_string()).unwrap_or_default();
    let programmes =
        was.map(|rule| rule.programmes.iter().map(ToString::to_string).collect::<Vec<_>>());
    let programmes = programmes.unwrap_or_default().join("\n");
    let source = was.map(|rule| rule.source.clone()).unwrap_or_default();
    Asks {
        kind: ask("test", "setup.test", Kind::One(KINDS.to_vec()), code),
        number: ask("limit", "setup.years", Kind::Number, number),
        education: ask(
            "limit",
            "setup.education",
            educations(),
            limit_of(&["PENDIDIKAN_MIN"], "SMP"),
        ),
        status: ask("limit", "setup.statuses", statuses, some_of("STATUS")),
        fitness: ask("limit", "setup.words_that_fit", fitness, some_of("KESEHATAN")),
        clearance: ask("limit", "setup.words_that_fit", clearance, some_of("IZIN_KEAMANAN")),
        served: ask(
            "limit",
            "setup.part",
            Kind::One(parts),
            limit_of(&["TELAH_JALANI"], Part::Third.code()),
        ),
        programmes: ask("programmes", "setup.programmes", Kind::Some(courses), programmes)
            .hinted("setup.programmes_hint"),
        from: ask("from", "setup.from", Kind::Line, day(was.map(|rule| rule.from)))
            .hinted("setup.date_hint"),
        until: ask("until", "setup.until", Kind::Line, day(was.and_then(|rule| rule.until)))
            .hinted("setup.until_hint"),
        source: ask("source", "setup.source", Kind::Line, source).hinted("setup.source_hint"),
        id: ask("code", "setup.code", Kind::Line, "").hinted("setup.rule_code_hint"),
    }
}

/// The rule as it is typed; reactive, so that the preview follows.
fn rule(asks: &Asks, was: Option<&Rule>) -> Result<Rule, Wrong> {
    let typed = |ask: &Ask| ask.value.get().trim().to_owned();
    let wrong = |field, key| Wrong { field, key };
    let limit = typed(&asks.limit(&typed(&asks.kind))).replace('\n', ",");
    let test = Test::from(format!("{} {limit}", typed(&asks.kind)));
    if matches!(test, Test::Foreign(_)) {
        return Err(wrong("limit", "fault.rule_form"));
    }
    let day = |ask: &Ask, field| typed(ask).parse().map_err(|_| wrong(field, "setup.date_form"));
    let from = day(&asks.from, "from")?;
    let until = if typed(&asks.until).is_empty() { None } else { Some(day(&asks.until, "until")?) };
    let codes = typed(&asks.programmes);
    Ok(Rule {
        id: was.map_or_else(|| typed(&asks.id), |was| was.id.clone()),
        version: was.map_or(0, |was| was.version) + 1,
        from,
        until,
        source: typed(&asks.source),
        programmes: codes.lines().filter_map(|code| code.parse().ok()).collect(),
        test,
    })
}
