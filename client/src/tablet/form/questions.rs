//! The few other questions. Nothing is chosen beforehand.

use bilik_shared::registration::{Education, Experience, Field, NikStatus, Paper, Plan, Skill};
use leptos::prelude::*;

use super::home::HomeQuestions;
use super::model::Form;
use crate::label::Label;
use crate::parts::field::{Keys, TextArea, TextField};
use crate::parts::live;
use crate::parts::pick::{Pick, names};
use crate::text::{say, told};

fn name(field: Field) -> Signal<String> {
    Signal::derive(field.say())
}

/// Whether there are special needs: the place in the list is the answer.
const NEEDS: [&str; 2] = ["needs.no", "needs.yes"];
/// The names of the groups of documents, in the order of the answers.
const PAPERS: [(&str, Field); 4] = [
    ("doc_ktp", Field::IdentityCard),
    ("doc_kk", Field::FamilyCard),
    ("doc_ijazah", Field::SchoolCertificate),
    ("doc_pas_foto", Field::Photograph),
];

/// Education, plan, experience, identity number, reason and note.
#[component]
pub fn Questions(form: Form) -> impl IntoView {
    let has_nik = Memo::new(move |_| form.has_nik());
    view! {
        <h2>{say("form.questions")}</h2>
        <div class="questions">
            <Pick name="education" class="wide" legend=name(Field::Education) options=names(Education::ALL) value=form.education error=form.error(Field::Education) />
            <Pick name="plan" legend=name(Field::Plan) options=names(Plan::ALL) value=form.plan error=form.error(Field::Plan) />
            <Pick name="experience" legend=name(Field::Experience) options=names(Experience::ALL) value=form.experience error=form.error(Field::Experience) />
            <Pick name="nik_status" legend=name(Field::NikStatus) options=names(NikStatus::ALL) value=form.nik_status error=form.error(Field::NikStatus) />
            <div>
                {live(move || has_nik.get().then(|| view! {
                    <TextField name="nik" label=name(Field::Nik) value=form.nik error=form.error(Field::Nik) keys=Keys::Digits />
                }))}
            </div>
            <Skills form />
            <TextArea name="reason" label=name(Field::Reason) hint=told(say("form.reason_hint")) value=form.reason error=form.error(Field::Reason) />
            <TextArea name="note" label=name(Field::Note) hint=told(say("form.note_hint")) value=form.note error=form.error(Field::Note) />
        </div>
        <HomeQuestions form />
        <Extras form />
    }
}

/// Documents and needs: nothing here keeps anybody from being registered.
#[component]
fn Extras(form: Form) -> impl IntoView {
    let has_needs = Memo::new(move |_| form.has_needs());
    let papers = PAPERS.into_iter().zip(form.papers).map(|((id, field), value)| {
        view! { <Pick name=id legend=name(field) options=names(Paper::ALL) value /> }
    });
    view! {
        <h2>{say("form.papers")}</h2>
        <p class="hint">{say("form.papers_hint")}</p>
        <div class="questions">
            {papers.collect_view()}
            <Pick name="needs" legend=name(Field::Needs) options=NEEDS.to_vec() value=form.needs error=form.error(Field::Needs) />
            <div>
                {live(move || has_needs.get().then(|| view! {
                    <TextField name="need" label=told(say("form.need")) hint=told(say("form.need_hint")) value=form.need />
                }))}
            </div>
        </div>
    }
}

/// What the person can do already, as tags.
#[component]
fn Skills(form: Form) -> impl IntoView {
    let tags = Skill::ALL.iter().map(|skill| {
        let has = move || form.skills.read().iter().any(|code| code == skill.code());
        let pressed = told(move || if has() { "true".to_owned() } else { "false".to_owned() });
        view! {
            <button type="button" class="chip" aria-pressed=pressed on:click=move |_| form.toggle_skill(*skill)>
                {say(skill.key())}
            </button>
        }
    });
    view! {
        <fieldset class="field wide" id="skills">
            <legend>{name(Field::Skills)}</legend>
            <div class="chips">{tags.collect_view()}</div>
        </fieldset>
    }
}
