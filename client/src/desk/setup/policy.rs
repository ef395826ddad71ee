//! What gives points for a seat, and which rules bind: each change is another version, with who agreed on it.

use bilik_shared::allocation::policy::{Ground, Policy, Priority};
use bilik_shared::eligibility::Test;
use bilik_shared::person::LegalStatus;
use bilik_shared::setup::{Edit, Shown};
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
use super::rules::{educations, named};
use super::words::ground as said;
use super::{Held, framed, opener};
use crate::text::{say, t};

/// The kinds of grounds: their codes as a policy holds them, and the keys of their names.
const KINDS: [(&str, &str); 6] = [
    ("PILIHAN_PERTAMA", "setup.ground_first"),
    ("PENGALAMAN", "setup.ground_experience"),
    ("USIA_MIN", "setup.test_age_min"),
    ("USIA_MAKS", "setup.test_age_max"),
    ("PENDIDIKAN_MIN", "setup.test_education"),
    ("STATUS", "setup.test_status"),
];
/// The form that says which rules bind; grounds are named by their ids, which have no blank.
const BINDING: &str = "which rules bind";

/// The grounds with their points, the rules that bind, and the form of one of these.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let policy = shown.setup.policy.clone();
    let row = |one: &Priority| {
        let (id, ground) = (one.id.clone(), one.ground.clone());
        view! {
            <tr>
                <th scope="row">{move || said(&ground)}</th>
                <td class="num">{one.weight}</td>
                <td>{opener(held, id, "setup.edit")}</td>
            </tr>
        }
    };
    let rows: Vec<_> = policy.priorities.iter().map(row).collect();
    let (version, source) = (policy.version, policy.source.clone());
    let about = move || t("setup.rule_about", &[("n", &version), ("source", &source)]);
    let bound = policy.binding.join(", ");
    let binds = move || match bound.as_str() {
        "" => t("setup.binds_none", &[]),
        rules => t("setup.binds", &[("rules", &rules)]),
    };
    let rules: Vec<(String, String)> =
        shown.setup.rules.iter().map(|rule| (rule.id.clone(), rule.id.clone())).collect();
    let form = move || {
        let name = held.open.get()?;
        if name == BINDING {
            return Some(binding_form(held, policy.clone(), rules.clone()));
        }
        let was = policy.priorities.iter().find(|one| one.id == name).cloned();
        Some(ground_form(held, policy.clone(), was))
    };
    view! {
        <p class="hint after">{say("setup.policy_help")}" "{about}</p>
        <div class="panel flush after">
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("setup.ground")}</th>
                    <th scope="col" class="num">{say("setup.weight")}</th>
                    <th scope="col"><span class="sr">{say("setup.edit")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="after">{binds}</p>
        <p class="actions after">
            {opener(held, String::new(), "setup.add_ground")}
            {opener(held, BINDING.to_owned(), "setup.set_binding")}
        </p>
        {form}
    }
    .into_any()
}

/// Who agreed on the next version.
fn source(was: &Policy) -> Ask {
    ask("source", "setup.source", Kind::Line, &was.source).hinted("setup.source_hint")
}

fn binding_form(held: Held, was: Policy, rules: Vec<(String, String)>) -> AnyView {
    let binding = was.binding.join("\n");
    let asks = vec![
        ask("binding", "setup.binding", Kind::Some(rules), binding).hinted("setup.binding_hint"),
        source(&was),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        let is = Policy {
            version: was.version + 1,
            binding: answers[0].lines(),
            source: answers[1].text(),
            ..was.clone()
        };
        held.send(Ok(Edit::Policy { was: was.clone(), is }));
    });
    let leave = Callback::new(move |()| held.leave());
    let form = view! { <Form asks wrong=held.wrong busy=held.busy save leave /> };
    framed("setup.binding", form.into_any())
}

/// What is asked about a new ground, by name.
#[derive(Clone)]
struct Asks {
    ground: Ask,
    years: Ask,
    education: Ask,
    status: Ask,
}

/// The form of a ground: of one that is there only the points change, and 0 takes it off.
fn ground_form(held: Held, policy: Policy, was: Option<Priority>) -> AnyView {
    let weight = was.as_ref().map_or(1, |was| was.weight);
    let weight = ask("weight", "setup.weight", Kind::Line, weight).hinted("setup.weight_hint");
    let (source, asks) = (source(&policy), asks());
    let (kept, weighed, agreed) = (asks.clone(), weight.clone(), source.clone());
    let known = was.clone();
    let save = Callback::new(move |()| {
        let is = next(&policy, known.as_ref(), (&kept, &weighed, &agreed));
        held.send(is.map(|is| Edit::Policy { was: policy.clone(), is }));
    });
    let leave = Callback::new(move |()| held.leave());
    let kind = asks.ground.value;
    let title = was.as_ref().map(|was| {
        let ground = was.ground.clone();
        view! { <p><b>{move || said(&ground)}</b></p> }
    });
    let is_new = was.is_none();
    let questions = move || {
        let mut list = Vec::new();
        if is_new {
            list.push(asks.ground.clone());
            list.extend(asks.limit(&kind.get()).cloned());
        }
        list.extend([weight.clone(), source.clone()]);
        view! { <Form asks=list wrong=held.wrong busy=held.busy save leave /> }
    };
    framed("setup.ground", view! { {title}{questions} }.into_any())
}

impl Asks {
    /// What else is asked of a ground of this kind, if anything.
    fn limit(&self, kind: &str) -> Option<&Ask> {
        match kind {
            "PENDIDIKAN_MIN" => Some(&self.education),
            "STATUS" => Some(&self.status),
            "USIA_MIN" | "USIA_MAKS" => Some(&self.years),
            _ => None,
        }
    }
}

fn asks() -> Asks {
    let statuses = named(LegalStatus::ALL, LegalStatus::code, LegalStatus::Unknown);
    Asks {
        ground: ask("ground", "setup.ground", Kind::One(KINDS.to_vec()), KINDS[0].0),
        years: ask("limit", "setup.years", Kind::Number, "35"),
        education: ask("limit", "setup.education", educations(), "SMP"),
        status: ask("limit", "setup.statuses", statuses, ""),
    }
}

/// The next version of a policy, with this ground as it is typed.
fn next(
    policy: &Policy,
    was: Option<&Priority>,
    (asks, weight, source): (&Asks, &Ask, &Ask),
) -> Result<Policy, Wrong> {
    let weight: u32 = weight.read("fault.weight_range")?;
    let mut is = Policy { version: policy.version + 1, source: source.text(), ..policy.clone() };
    match was {
        Some(was) if weight == 0 => is.priorities.retain(|one| one.id != was.id),
        Some(was) => {
            let own = is.priorities.iter_mut().filter(|one| one.id == was.id);
            own.for_each(|one| one.weight = weight);
        }
        None => {
            let ground = ground(asks)?;
            let id = String::from(ground.clone()).replace([' ', ','], "-");
            is.priorities.push(Priority { id, weight, ground });
        }
    }
    Ok(is)
}

fn ground(asks: &Asks) -> Result<Ground, Wrong> {
    let kind = asks.ground.text();
    let Some(limit) = asks.limit(&kind) else { return Ok(Ground::from(kind)) };
    let limit = limit.text().replace('\n', ",");
    match Ground::from(format!("{kind} {limit}")) {
        Ground::Fact(Test::Foreign(_)) => Err(Wrong { field: "limit", key: "fault.rule_form" }),
        ground => Ok(ground),
    }
}
