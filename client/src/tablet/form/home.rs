//! Home and family: asked of whoever is not on the list, and within reach for everybody.

use bilik_shared::registration::{Field, Home, Literacy, Marital, Relation};
use leptos::prelude::*;

use super::model::Form;
use crate::label::Label;
use crate::parts::field::{TextArea, TextField};
use crate::parts::pick::{Pick, chosen, names, place};
use crate::text::say;

/// What stands on the screen.
#[derive(Clone, Copy)]
pub struct HomeSignals {
    address: RwSignal<String>,
    marital: RwSignal<Option<usize>>,
    literacy: RwSignal<Option<usize>>,
    family_name: RwSignal<String>,
    family_relation: RwSignal<Option<usize>>,
    family_phone: RwSignal<String>,
}

impl HomeSignals {
    /// Empty.
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            address: text(),
            marital: RwSignal::new(None),
            literacy: RwSignal::new(None),
            family_name: text(),
            family_relation: RwSignal::new(None),
            family_phone: text(),
        }
    }

    /// Shows what is known.
    pub fn show(self, home: Home) {
        self.address.set(home.address);
        self.marital.set(place(Marital::ALL, home.marital));
        self.literacy.set(place(Literacy::ALL, home.literacy));
        self.family_name.set(home.family_name);
        self.family_relation.set(place(Relation::ALL, home.family_relation));
        self.family_phone.set(home.family_phone);
    }

    /// What stands on the screen.
    pub fn get(self) -> Home {
        Home {
            address: self.address.get(),
            marital: chosen(Marital::ALL, self.marital.get()),
            literacy: chosen(Literacy::ALL, self.literacy.get()),
            family_name: self.family_name.get(),
            family_relation: chosen(Relation::ALL, self.family_relation.get()),
            family_phone: self.family_phone.get(),
        }
    }
}

/// Whether a field stands here, by its key.
fn is_here(key: &str) -> bool {
    Home::default().values().iter().any(|(field, _)| key.starts_with(field.key()))
}

/// The questions, folded away where nobody has to ask them: the list of the house knows the person.
#[component]
pub fn HomeQuestions(form: Form) -> impl IntoView {
    let name = |field: Field| Signal::derive(field.say());
    let hint = |key: &'static str| Signal::derive(say(key));
    let home = form.home;
    let listed = form.view.with_untracked(|view| view.as_ref().is_some_and(|v| v.entry.listed));
    let at = is_here(&form.work.read_untracked().at);
    let open = RwSignal::new(!listed || at || untrack(|| home.get()) != Home::default());
    // Nobody is sent to a field that is folded away.
    Effect::new(move |_| {
        let wrong = |problem: &bilik_shared::registration::Problem| is_here(problem.field().key());
        if form.tried.get() && form.check().0.iter().any(wrong) {
            open.set(true);
        }
    });
    view! {
        <details class="home" prop:open=open>
            <summary><h2>{say("form.home")}</h2></summary>
            <p class="hint">{say("form.home_hint")}</p>
            <div class="questions">
                <TextArea name="address" label=name(Field::Address) value=home.address error=form.error(Field::Address) />
                <Pick name="marital_status" legend=name(Field::Marital) options=names(Marital::ALL) value=home.marital />
                <Pick name="literacy" legend=name(Field::Literacy) options=names(Literacy::ALL) value=home.literacy />
                <TextField name="family_name" label=name(Field::FamilyName) value=home.family_name error=form.error(Field::FamilyName) />
                <Pick name="family_relation" legend=name(Field::FamilyRelation) options=names(Relation::ALL) value=home.family_relation error=form.error(Field::FamilyRelation) />
                <TextField name="family_phone" label=name(Field::FamilyPhone) hint=hint("form.phone_hint") value=home.family_phone error=form.error(Field::FamilyPhone) />
            </div>
        </details>
    }
}
