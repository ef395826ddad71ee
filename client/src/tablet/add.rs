//! Somebody who is not on the list. The server looks whether they are known already; nothing is merged here.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::person::{LegalStatus, Person, Sex};
use bilik_shared::register_number::RegisterNumber;
use bilik_shared::registration::{Answers, Field, Problem, check};
use bilik_shared::time::Date;
use leptos::prelude::*;

use super::bar::TopBar;
use super::pages::App;
use super::route::Route;
use super::walk;
use crate::device;
use crate::label::{self, Label};
use crate::parts::field::{DateField, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::pick::{Pick, chosen, names};
use crate::text::{say, t, told};

/// What was typed.
#[derive(Clone, Copy)]
struct Typed {
    app: App,
    sheet: StoredValue<SheetId>,
    name: RwSignal<String>,
    aliases: RwSignal<String>,
    number: RwSignal<String>,
    cell: RwSignal<String>,
    sex: RwSignal<Option<usize>>,
    status: RwSignal<Option<usize>>,
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
            name: text(),
            aliases: text(),
            number: text(),
            cell: text(),
            sex: RwSignal::new(None),
            status: RwSignal::new(None),
            day: text(),
            month: text(),
            year: text(),
            tried: RwSignal::new(false),
            refused: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn birth_text(self) -> String {
        let parts = [self.day, self.month, self.year].map(|part| part.get().trim().to_owned());
        if parts.iter().all(String::is_empty) { String::new() } else { parts.join("/") }
    }

    fn person(self) -> Person {
        Person {
            name: self.name.get(),
            aliases: self.aliases.get(),
            register_number: self.number.get(),
            legal_status: chosen(LegalStatus::ALL, self.status.get()),
            cell: self.cell.get(),
            birth_date: self.birth_text().parse::<Date>().ok(),
            birth_approximate: false,
            sex: chosen(Sex::ALL, self.sex.get()),
        }
    }

    /// Problems with the identity; the questions come on the next page.
    fn problems(self) -> Vec<Problem> {
        let today = self.app.tablet.peek(|replica| replica.today(device::now()));
        let (mut problems, _) = check(&self.person(), false, &Answers::default(), today);
        problems.retain(|problem| problem.field().part() == Field::Name.part());
        problems
    }

    fn error(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            let problems = self.tried.get().then(|| self.problems())?;
            let problem = problems.iter().find(|problem| problem.field() == field)?;
            let unreadable =
                *problem == Problem::Required(Field::BirthDate) && !self.birth_text().is_empty();
            Some(if unreadable {
                t("problem.birth_unreadable", &[])
            } else {
                label::problem(problem)
            })
        })
    }

    /// Somebody on this sheet with the same register number, however it is spelled.
    fn twin(self) -> Option<(EntryId, String)> {
        let number = self.number.get().parse::<RegisterNumber>().ok()?;
        let rows = self.app.tablet.read(|replica| replica.people(&self.sheet.get_value()));
        let twin = rows
            .into_iter()
            .find(|row| row.register_number.parse::<RegisterNumber>().ok() == Some(number))?;
        Some((twin.entry, twin.name))
    }

    fn save(self) {
        self.tried.set(true);
        if let Some(problem) = untrack(|| self.problems()).first() {
            device::focus(problem.field().key());
            return;
        }
        self.busy.set(true);
        let (app, sheet, entry) = (self.app, self.sheet.get_value(), EntryId(device::random()));
        let what =
            What::SaveDraft { person: Some(untrack(|| self.person())), answers: Box::default() };
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
    view! {
        <div class="questions">
            <TextField name="name" label=name(Field::Name) hint=hint("add.name_hint") value=typed.name error=typed.error(Field::Name) />
            <TextField name="aliases" label=name(Field::Aliases) hint=hint("add.aliases_hint") value=typed.aliases />
            <div class="stack">
                <TextField name="register_number" label=name(Field::RegisterNumber) hint=hint("add.number_hint") value=typed.number error=typed.error(Field::RegisterNumber) />
                <Twin typed />
            </div>
            <TextField name="cell" label=name(Field::Cell) value=typed.cell error=typed.error(Field::Cell) />
            <DateField name="birth_date" label=name(Field::BirthDate) day=typed.day month=typed.month year=typed.year error=typed.error(Field::BirthDate) />
            <Pick name="sex" legend=name(Field::Sex) options=names(Sex::ALL) value=typed.sex error=typed.error(Field::Sex) />
            <Pick name="legal_status" class="wide" legend=name(Field::LegalStatus) options=names(LegalStatus::ALL) value=typed.status error=typed.error(Field::LegalStatus) />
        </div>
    }
}

/// The same register number stands on this sheet already: most likely the same person.
#[component]
fn Twin(typed: Typed) -> impl IntoView {
    live(move || {
        typed.twin().map(|(entry, name)| {
            let page = Route::Form(typed.sheet.get_value(), entry);
            let title = { let name = name.clone(); told(move || t("problem.same_number", &[("name", &name)])) };
            view! {
                <Notice tone=Tone::Attention>
                    <p>{title}</p>
                    <p class="actions"><a class="btn" href=page.href()>{told(move || t("add.open_existing", &[("name", &name)]))}</a></p>
                </Notice>
            }
        })
    })
}
