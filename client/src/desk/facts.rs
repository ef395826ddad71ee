//! Everything that is known about one person, as far as this user may see it.

use bilik_shared::eligibility::Concern;
use bilik_shared::matching::Likeness;
use bilik_shared::person::Person;
use bilik_shared::registration::{
    Answers, ConsentWay, Field, Needs, Strokes, Warning, choices_value,
};
use bilik_shared::role::Action;
use bilik_shared::view::Detail;
use leptos::prelude::*;

use crate::desk::answers::{answer, lines};
use crate::desk::nik::NikFact;
use crate::desk::route::Key;
use crate::desk::session::Desk;
use crate::label::{self, Label};
use crate::text::{say, t};

/// Labelled facts.
#[component]
pub fn Facts(
    /// What the session holds.
    desk: Desk,
    /// The entry.
    detail: Detail,
) -> impl IntoView {
    let Detail { row, person, answers, .. } = detail;
    let Answers {
        choices: ranked,
        education,
        plan,
        experience,
        nik_status,
        nik,
        reason,
        note,
        skills,
        consent: given,
        distinct,
        against,
        confirmed,
        ref signature,
        ..
    } = answers.clone();
    let strokes = given
        .as_ref()
        .filter(|given| given.way == Some(ConsentWay::Screen))
        .and_then(|_| Strokes::parse(signature));
    let papers = answers.papers();
    let needs = answers.needs.as_ref().map(Needs::to_value).unwrap_or_default();
    let born = {
        let person = person.clone();
        move || label::born(&person, desk.now.get().date(desk.zone()))
    };
    let Person { aliases, register_number, legal_status, birth_place, sex, citizenship, .. } =
        person;
    let ranked = choices_value(&ranked);
    let choices = move || {
        if ranked.is_empty() {
            return t("facts.no_choice", &[]).into_any();
        }
        let items = lines(desk, Field::Choices, &ranked).into_iter();
        view! { <ol>{items.map(|choice| view! { <li>{choice}</li> }).collect_view()}</ol> }
            .into_any()
    };
    let given = given.map(|given| given.to_value());
    let consent = move || match &given {
        Some(given) => answer(desk, Field::Consent, given),
        None => t("facts.no_consent", &[]),
    };
    let key = Key { sheet: row.sheet.clone(), entry: row.entry };
    let number = match nik.is_empty() {
        false => view! { <NikFact desk key masked=nik /> }.into_any(),
        true => {
            view! { <div><dt>{say("field.nik_status")}</dt><dd>{or_none(nik_status)}</dd></div> }
                .into_any()
        }
    };
    let listed = if row.listed { "facts.listed" } else { "who.unlisted" };
    view! {
        <dl class="grid-facts">
            {desk.reads(Field::Choices).then(|| view! { <div><dt>{say("field.choices")}</dt><dd>{choices}</dd></div> })}
            {desk.reads(Field::Consent).then(|| view! { <div><dt>{say("facts.consent")}</dt><dd>{consent}</dd></div> })}
            {desk.reads(Field::Education).then(|| view! { <div><dt>{say("field.education")}</dt><dd>{or_none(education)}</dd></div> })}
            {desk.reads(Field::NikStatus).then_some(number)}
            {desk.reads(Field::Plan).then(|| view! { <div><dt>{say("field.plan")}</dt><dd>{or_none(plan)}</dd></div> })}
            {desk.reads(Field::Experience).then(|| view! { <div><dt>{say("field.experience")}</dt><dd>{or_none(experience)}</dd></div> })}
            {desk.reads(Field::BirthDate).then(|| view! { <div><dt>{say("field.birth_date")}</dt><dd>{born}</dd></div> })}
            {desk.reads(Field::LegalStatus).then(|| view! { <div><dt>{say("field.legal_status")}</dt><dd>{or_none(legal_status)}</dd></div> })}
            {desk.reads(Field::RegisterNumber).then(|| view! { <div><dt>{say("field.register_number")}</dt><dd>{or_unknown(register_number)}</dd></div> })}
            {desk.reads(Field::Sex).then(|| view! { <div><dt>{say("field.sex")}</dt><dd>{or_none(sex)}</dd></div> })}
            {(!birth_place.is_empty()).then(|| view! { <div><dt>{say("field.birth_place")}</dt><dd>{birth_place}</dd></div> })}
            {citizenship.map(|citizenship| view! { <div><dt>{say("field.citizenship")}</dt><dd>{citizenship.say()}</dd></div> })}
            {(!aliases.is_empty()).then(|| view! { <div><dt>{say("field.aliases")}</dt><dd>{aliases}</dd></div> })}
            {desk.may(Action::SeeBlocks, None).then(|| view! { <div><dt>{say("facts.origin")}</dt><dd>{say(listed)}</dd></div> })}
            {home_facts(desk, &answers)}
            {strokes.map(signature_fact)}
            {papers.into_iter().filter_map(|(field, paper)| paper.map(|paper| view! {
                <div><dt>{field.say()}</dt><dd>{paper.say()}</dd></div>
            })).collect_view()}
            {(!skills.is_empty()).then(|| view! {
                <div class="whole"><dt>{say("field.skills")}</dt><dd>{move || label::skills(&skills)}</dd></div>
            })}
            {(!needs.is_empty()).then(|| view! {
                <div class="whole"><dt>{say("field.needs")}</dt><dd>{move || answer(desk, Field::Needs, &needs)}</dd></div>
            })}
            {(!against.is_empty()).then(|| view! {
                <div class="whole"><dt>{say("facts.against")}</dt><dd><ul>{against.into_iter().map(|one| against_advice(desk, one)).collect_view()}</ul></dd></div>
            })}
            {(!confirmed.is_empty()).then(|| view! {
                <div class="whole"><dt>{say("facts.confirmed")}</dt><dd><ul>{asked_once(confirmed).into_iter().map(confirmed_warning).collect_view()}</ul></dd></div>
            })}
            {(!distinct.is_empty()).then(|| view! {
                <div class="whole"><dt>{say("facts.distinct")}</dt><dd><ul>{distinct.into_iter().map(|alike| somebody_else(desk, alike)).collect_view()}</ul></dd></div>
            })}
            {text_fact("field.reason", reason)}
            {text_fact("field.note", note)}
        </dl>
    }
}

/// Home and family, as far as something is known of them.
fn home_facts(desk: Desk, answers: &Answers) -> impl IntoView + use<> {
    let values = answers.home.values().map(|(field, value)| (field, value.to_owned()));
    let known = values.into_iter().filter(|(_, value)| !value.is_empty());
    let fact = |(field, value): (Field, String)| {
        view! { <div><dt>{field.say()}</dt><dd>{move || answer(desk, field, &value)}</dd></div> }
    };
    known.map(fact).collect_view()
}

/// The signature as it was drawn on the tablet.
fn signature_fact(strokes: Strokes) -> impl IntoView {
    let frame = format!("0 0 {} {}", strokes.width, strokes.height);
    view! {
        <div class="whole">
            <dt>{say("field.signature")}</dt>
            <dd><svg class="strokes" viewBox=frame role="img" aria-label=say("field.signature")><path d=strokes.path() /></svg></dd>
        </div>
    }
}

/// Somebody who looked like this person, and the officer said is not.
fn somebody_else(desk: Desk, alike: Likeness) -> impl IntoView {
    let text = move || {
        let row = desk.row(&Key { sheet: alike.sheet.clone(), entry: alike.entry });
        let name =
            row.map_or_else(|| t("who.unknown", &[]), |row| row.with(|row| row.name.clone()));
        format!("{name}: {}", label::reasons(&alike.reasons))
    };
    view! { <li>{text}</li> }
}

/// A rule that the officer read, and the person chose the programme all the same.
fn against_advice(desk: Desk, concern: Concern) -> impl IntoView {
    let text = move || {
        desk.house.with(|house| {
            let offered = house.as_ref().map_or(&[][..], |house| &house.programmes);
            label::against(&concern, offered)
        })
    };
    view! { <li>{text}</li> }
}

/// What looked like a mistake, and the officer said is none; a code that this version does not know stands for itself.
/// The warnings that were confirmed, as they were asked: those of one sentence once.
fn asked_once(mut codes: Vec<String>) -> Vec<String> {
    let known = codes.iter().filter_map(|code| Warning::parse(code)).collect();
    let asked = label::asked_once(known);
    codes.retain(|code| Warning::parse(code).is_none_or(|warning| asked.contains(&warning)));
    codes
}

fn confirmed_warning(code: String) -> impl IntoView {
    let text = move || {
        let warning = Warning::parse(&code);
        warning.map_or_else(|| code.clone(), |warning| label::warning(&warning, &[]))
    };
    view! { <li>{text}</li> }
}

fn or_none<T: Label + Send + Sync + 'static>(value: Option<T>) -> impl Fn() -> String {
    move || t(value.map_or("facts.no_answer", Label::key), &[])
}

fn or_unknown(text: String) -> impl Fn() -> String {
    move || if text.is_empty() { t("who.unknown", &[]) } else { text.clone() }
}

fn text_fact(name: &'static str, text: String) -> Option<impl IntoView> {
    (!text.is_empty()).then(
        || view! { <div class="whole"><dt>{say(name)}</dt><dd class="free">{text}</dd></div> },
    )
}
