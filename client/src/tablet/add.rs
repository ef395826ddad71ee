//! Somebody who is not on the list. The tablet says who may be the same person;
//! nothing is merged here.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::matching::Likeness;
use bilik_shared::person::{Citizenship, LegalStatus, Person, Sex, birth_typed};
use bilik_shared::registration::{Answers, Field, NikStatus, Problem, check};
use leptos::prelude::*;

use super::bar::TopBar;
use super::pages::App;
use super::route::Route;
use super::walk;
use crate::device;
use crate::label::{self, Label};
use crate::parts::field::{DateField, Keys, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::pick::{Pick, chosen, names};
use crate::text::{say, t, told};

pub mod alike;

use alike::Alike;

/// What was typed.
#[derive(Clone, Copy)]
struct Typed {
    app: App,
    sheet: StoredValue<SheetId>,
    /// The entry that will be made.
    entry: StoredValue<EntryId>,
    /// Who the officer said is somebody else.
    distinct: RwSignal<Vec<Likeness>>,
    name: RwSignal<String>,
    aliases: RwSignal<String>,
    number: RwSignal<String>,
    cell: RwSignal<String>,
    sex: RwSignal<Option<usize>>,
    citizenship: RwSignal<Option<usize>>,
    nik_status: RwSignal<Option<usize>>,
    nik: RwSignal<String>,
    status: RwSignal<Option<usize>>,
    place: RwSignal<String>,
    /// Only the year of birth is sure.
    approximate: RwSignal<bool>,
    day: RwSignal<String>,
    month: RwSignal<String>,
    year: RwSignal<String>,
    tried: RwSignal<bool>,
    refused: RwSignal<Option<Refused>>,
    busy: RwSignal<bool>,
}

impl Typed {
    fn new(app: App, sheet: SheetId) -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            app,
            sheet: StoredValue::new(sheet),
            entry: StoredValue::new(EntryId(device::random())),
            distinct: RwSignal::new(Vec::new()),
            name: text(),
            aliases: text(),
            number: text(),
            cell: text(),
            sex: RwSignal::new(None),
            citizenship: RwSignal::new(None),
            nik_status: RwSignal::new(None),
            nik: text(),
            status: RwSignal::new(None),
            place: text(),
            approximate: RwSignal::new(false),
            day: text(),
            month: text(),
            year: text(),
            tried: RwSignal::new(false),
            refused: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Day, month and year as they stand on the screen.
    fn birth(self) -> [String; 3] {
        [self.day, self.month, self.year].map(|part| part.get())
    }

    /// Whether the person says that there is an identity number to be typed.
    fn has_nik(self) -> bool {
        chosen(NikStatus::ALL, self.nik_status.get()) == Some(NikStatus::Present)
    }

    fn person(self) -> Person {
        let birth = self.birth();
        let birth = birth.each_ref().map(String::as_str);
        Person {
            name: self.name.get(),
            aliases: self.aliases.get(),
            register_number: self.number.get(),
            legal_status: chosen(LegalStatus::ALL, self.status.get()),
            cell: self.cell.get(),
            birth_place: self.place.get(),
            birth_date: birth_typed(birth, self.approximate.get()),
            birth_approximate: self.approximate.get(),
            sex: chosen(Sex::ALL, self.sex.get()),
            citizenship: chosen(Citizenship::ALL, self.citizenship.get()),
        }
    }

    /// What is answered here already: the identity number, and who this person is not.
    fn answers(self) -> Answers {
        Answers {
            nik_status: chosen(NikStatus::ALL, self.nik_status.get()),
            nik: if self.has_nik() { self.nik.get() } else { String::new() },
            distinct: self.distinct.get(),
            ..Answers::default()
        }
    }

    /// Problems with the identity; the questions come on the next page.
    fn problems(self) -> Vec<Problem> {
        let today = self.app.tablet.peek(|replica| replica.today(device::now()));
        let (mut problems, _) = check(&self.person(), false, &self.answers(), today);
        let asked_here = |field: Field| field.part() == Field::Name.part() || field == Field::Nik;
        problems.retain(|problem| asked_here(problem.field()));
        problems
    }

    fn error(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            let problems = self.tried.get().then(|| self.problems())?;
            let problem = problems.iter().find(|problem| problem.field() == field)?;
            let typed = self.birth().iter().any(|part| !part.trim().is_empty());
            let unreadable = *problem == Problem::Required(Field::BirthDate) && typed;
            Some(if unreadable {
                t("problem.birth_unreadable", &[])
            } else {
                label::problem(problem)
            })
        })
    }

    /// Who on this tablet may be the same person and was not said to be somebody else.
    fn likenesses(self) -> Vec<Likeness> {
        let (sheet, person, answers) = (self.sheet.get_value(), self.person(), self.answers());
        let entry = self.entry.get_value();
        self.app.tablet.read(|replica| replica.unsettled(&sheet, entry, Some(&person), &answers))
    }

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
        if let Some(problem) = untrack(|| self.problems()).first() {
            device::focus(problem.field().key());
            return;
        }
        if !untrack(|| self.likenesses()).is_empty() {
            device::focus_later("alike");
            return;
        }
        self.busy.set(true);
        let (app, sheet, entry) = (self.app, self.sheet.get_value(), self.entry.get_value());
        let (person, answers) = untrack(|| (Some(self.person()), self.answers()));
        let what = What::SaveDraft { person, answers: Box::new(answers) };
        let form = Route::Form(sheet.clone(), entry);
        app.tablet.act(&app.actor(), &sheet, entry, what, move |result| match result {
            Ok(_) => device::go_instead(&form.to_string()),
            Err(refused) => {
                self.busy.set(false);
                self.refused.set(Some(refused));
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
    let typed = Typed::new(app, sheet.clone());
    device::announce_typing(true);
    on_cleanup(|| device::announce_typing(false));
    let list = Route::Walk(sheet.clone());
    view! {
        <TopBar place=Some(walk::place(app, &sheet, list.clone())) />
        <main class="page narrow">
            <form class="stack" on:submit=move |event| { event.prevent_default(); typed.save(); }>
                <h1>{say("add.title")}</h1>
                <p class="soft">{say("add.help")}</p>
                {live(move || typed.refused.get().map(|refused| view! {
                    <Notice tone=Tone::Error><h2>{told(move || typed.app.tablet.explain(&refused))}</h2></Notice>
                }))}
                <Questions typed />
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
fn Questions(typed: Typed) -> impl IntoView {
    let name = |field: Field| Signal::derive(field.say());
    let hint = |key: &'static str| Signal::derive(say(key));
    let has_nik = Memo::new(move |_| typed.has_nik());
    view! {
        <div class="questions">
            <TextField name="name" label=name(Field::Name) hint=hint("add.name_hint") value=typed.name error=typed.error(Field::Name) />
            <TextField name="aliases" label=name(Field::Aliases) hint=hint("add.aliases_hint") value=typed.aliases error=typed.error(Field::Aliases) />
            <TextField name="register_number" label=name(Field::RegisterNumber) hint=hint("add.number_hint") value=typed.number error=typed.error(Field::RegisterNumber) />
            <TextField name="cell" label=name(Field::Cell) value=typed.cell error=typed.error(Field::Cell) />
            <TextField name="birth_place" label=name(Field::BirthPlace) hint=hint("add.optional") value=typed.place error=typed.error(Field::BirthPlace) />
            <DateField name="birth_date" label=name(Field::BirthDate) day=typed.day month=typed.month year=typed.year about=typed.approximate error=typed.error(Field::BirthDate) />
            <Pick name="sex" legend=name(Field::Sex) options=names(Sex::ALL) value=typed.sex error=typed.error(Field::Sex) />
            <Pick name="legal_status" class="wide" legend=name(Field::LegalStatus) options=names(LegalStatus::ALL) value=typed.status error=typed.error(Field::LegalStatus) />
            <Pick name="citizenship" legend=name(Field::Citizenship) options=names(Citizenship::ALL) value=typed.citizenship />
            <Pick name="nik_status" legend=name(Field::NikStatus) options=names(NikStatus::ALL) value=typed.nik_status />
            <div>
                {live(move || has_nik.get().then(|| view! {
                    <TextField name="nik" label=name(Field::Nik) value=typed.nik error=typed.error(Field::Nik) keys=Keys::Digits />
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
