//! Somebody who is not on the list. The tablet says who may be the same person;
//! nothing is merged here.

use bilik_shared::command::What;
use bilik_shared::id::SheetId;
use bilik_shared::matching::Likeness;
use bilik_shared::person::{Citizenship, LegalStatus, Sex};
use bilik_shared::registration::{Field, NikStatus};
use leptos::prelude::*;

use super::bar::TopBar;
use super::errors::{ERRORS, Errors, Lack, error};
use super::pages::App;
use super::route::Route;
use super::{lease, walk, work};
use crate::device;
use crate::label::Label;
use crate::parts::field::{DateField, Keys, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::pick::{Pick, names};
use crate::text::{say, told};

pub mod alike;
mod typed;

use alike::Alike;
use typed::Typed;

impl Typed {
    /// The officer says that all of them are somebody else.
    fn settle(self) {
        let mut distinct = self.distinct.get_untracked();
        for alike in untrack(|| self.likenesses()) {
            alike.settle(&mut distinct);
        }
        self.distinct.set(distinct);
        self.save();
    }

    fn save(self) {
        self.tried.set(true);
        if !untrack(|| self.lacks()).is_empty() {
            return device::focus_later(ERRORS);
        }
        if !untrack(|| self.likenesses()).is_empty() {
            return device::focus_later("alike");
        }
        self.keep_now();
        self.busy.set(true);
        self.refused.set(None);
        let (app, sheet, entry) = (self.app, self.sheet.get_value(), self.entry.get_value());
        let (person, answers) = untrack(|| (Some(self.person()), self.answers()));
        let what = What::SaveDraft { person, answers: Box::new(answers) };
        let id = sheet.clone();
        app.tablet.act(&app.actor(), &sheet, entry, what, move |result| match result {
            Ok(_) => {
                work::forget_added(app, &id);
                lease::begun(app, entry);
                device::go_instead(&Route::Form(id, entry).to_string());
            }
            Err(refused) => {
                self.busy.set(false);
                self.refused.set(Some(refused));
                device::focus_later("refused");
            }
        });
    }
}

/// Adding a person.
#[component]
pub fn Add(
    /// The sheet.
    sheet: SheetId,
) -> impl IntoView {
    let app = App::here();
    let typed = Typed::open(app, sheet.clone());
    let lacks = Memo::new(move |_| if typed.tried.get() { typed.lacks() } else { Vec::new() });
    let list = Route::Walk(sheet.clone());
    view! {
        <TopBar place=Some(walk::place(app, &sheet, list.clone())) />
        <main class="page narrow">
            <form class="stack" on:submit=move |event| { event.prevent_default(); typed.save(); } on:focusin=move |_| {
                if let Some(field) = device::focused() {
                    typed.moves_to(field);
                }
            }>
                <h1>{say("add.title")}</h1>
                <p class="soft">{say("add.help")}</p>
                {live(move || typed.refused.get().map(|refused| view! {
                    <div id="refused"><Notice tone=Tone::Error><h2>{told(move || typed.app.tablet.explain(&refused))}</h2></Notice></div>
                }))}
                <Errors lacks />
                {live(move || typed.brought_back.get().then(|| view! {
                    <Notice tone=Tone::Plain>
                        <p>{say("add.brought_back")}</p>
                        <p class="actions">
                            <button type="button" class="btn" on:click=move |_| typed.begin_anew()>{say("add.begin_anew")}</button>
                        </p>
                    </Notice>
                }))}
                <Questions typed lacks />
                <MaybeKnown typed />
            </form>
        </main>
        <footer class="dock">
            <a class="btn main" href=list.href()>{say("act.back")}</a>
            <button type="button" class="btn main primary end" disabled=typed.busy on:click=move |_| typed.save()>
                {say("act.next")}<Icon symbol=Symbol::Arrow />
            </button>
        </footer>
    }
}

#[component]
fn Questions(typed: Typed, lacks: Memo<Vec<Lack>>) -> impl IntoView {
    let error = move |field: Field| error(lacks, field.key());
    let name = |field: Field| Signal::derive(field.say());
    let hint = |key: &'static str| Signal::derive(say(key));
    let has_nik = Memo::new(move |_| typed.has_nik());
    view! {
        <div class="questions">
            <TextField name="name" label=name(Field::Name) hint=hint("add.name_hint") value=typed.name error=error(Field::Name) />
            <TextField name="aliases" label=name(Field::Aliases) hint=hint("add.aliases_hint") value=typed.aliases error=error(Field::Aliases) />
            <TextField name="register_number" label=name(Field::RegisterNumber) hint=hint("add.number_hint") value=typed.number error=error(Field::RegisterNumber) />
            <TextField name="cell" label=name(Field::Cell) value=typed.cell error=error(Field::Cell) />
            <TextField name="birth_place" label=name(Field::BirthPlace) hint=hint("add.optional") value=typed.place error=error(Field::BirthPlace) />
            <DateField name="birth_date" label=name(Field::BirthDate) day=typed.day month=typed.month year=typed.year about=typed.approximate error=error(Field::BirthDate) />
            <Pick name="sex" legend=name(Field::Sex) options=names(Sex::ALL) value=typed.sex error=error(Field::Sex) />
            <Pick name="legal_status" class="wide" legend=name(Field::LegalStatus) options=names(LegalStatus::ALL) value=typed.status error=error(Field::LegalStatus) />
            <Pick name="citizenship" legend=name(Field::Citizenship) options=names(Citizenship::ALL) value=typed.citizenship />
            <Pick name="nik_status" legend=name(Field::NikStatus) options=names(NikStatus::ALL) value=typed.nik_status />
            <div>
                {live(move || has_nik.get().then(|| view! {
                    <TextField name="nik" label=name(Field::Nik) value=typed.nik error=error(Field::Nik) keys=Keys::Digits />
                }))}
            </div>
        </div>
    }
}

/// Who may be the same person. Nobody is added beside them until the officer has said a word about it.
#[component]
fn MaybeKnown(typed: Typed) -> impl IntoView {
    let found = Memo::new(move |_| typed.likenesses());
    live(move || {
        let found = found.get();
        let title = match found.iter().any(Likeness::is_strong) {
            true => "add.known",
            false => "add.maybe_known",
        };
        (!found.is_empty()).then(|| {
            let items = found.into_iter().map(|alike| view! { <li><Alike alike /></li> });
            view! {
                <div id="alike">
                    <Notice tone=Tone::Attention>
                        <h2>{say(title)}</h2>
                        <ul class="alikes">{items.collect_view()}</ul>
                        <p>{say("add.known_help")}</p>
                        <p class="actions">
                            <button type="button" class="btn main" disabled=typed.busy on:click=move |_| typed.settle()>
                                {say("add.somebody_else")}
                            </button>
                        </p>
                    </Notice>
                </div>
            }
        })
    })
}
