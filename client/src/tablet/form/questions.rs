//! The few other questions. Nothing is chosen beforehand.

use bilik_shared::registration::{Education, Experience, Field, NikStatus, Plan};
use leptos::prelude::*;

use super::model::Form;
use crate::label::Label;
use crate::parts::field::{Keys, TextArea, TextField};
use crate::parts::live;
use crate::parts::pick::{Pick, names};
use crate::text::{say, told};

fn name(field: Field) -> Signal<String> {
    Signal::derive(field.say())
}

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
            <TextArea name="reason" label=name(Field::Reason) hint=told(say("form.reason_hint")) value=form.reason error=form.error(Field::Reason) />
            <TextArea name="note" label=name(Field::Note) hint=told(say("form.note_hint")) value=form.note error=form.error(Field::Note) />
        </div>
    }
}
