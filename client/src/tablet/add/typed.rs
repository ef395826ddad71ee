//! What is typed about somebody who is not on the list, as signals.

use bilik_shared::command::Refused;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::matching::{self, Likeness};
use bilik_shared::person::{Citizenship, Fields, LegalStatus, Person, Sex, birth_typed};
use bilik_shared::registration::{Answers, Field, NikStatus, Problem, check};
use leptos::prelude::*;

use crate::device;
use crate::label;
use crate::parts::pick::{chosen, place};
use crate::tablet::errors::Lack;
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::tablet::work::{self, Added, Keeper};
use crate::text::t;

/// What was typed.
#[derive(Clone, Copy)]
pub struct Typed {
    pub app: App,
    pub sheet: StoredValue<SheetId>,
    /// The entry that will be made.
    pub entry: StoredValue<EntryId>,
    /// Who the officer said is somebody else.
    pub distinct: RwSignal<Vec<Likeness>>,
    pub name: RwSignal<String>,
    pub aliases: RwSignal<String>,
    pub number: RwSignal<String>,
    pub cell: RwSignal<String>,
    pub sex: RwSignal<Option<usize>>,
    pub citizenship: RwSignal<Option<usize>>,
    pub nik_status: RwSignal<Option<usize>>,
    pub nik: RwSignal<String>,
    pub status: RwSignal<Option<usize>>,
    pub place: RwSignal<String>,
    /// Only the year of birth is sure.
    pub approximate: RwSignal<bool>,
    pub day: RwSignal<String>,
    pub month: RwSignal<String>,
    pub year: RwSignal<String>,
    /// It was typed before, and the app or the officer went away over it.
    pub brought_back: RwSignal<bool>,
    /// Where on the page the officer is.
    at: StoredValue<String>,
    keeper: Keeper,
    pub tried: RwSignal<bool>,
    pub refused: RwSignal<Option<Refused>>,
    pub busy: RwSignal<bool>,
}

/// Under these keys the lines and the answers to choose from are kept. Do not change: tablets hold them.
const LINES: [&str; 9] = [
    "name",
    "aliases",
    "register_number",
    "cell",
    "nik",
    "birth_place",
    "birth_day",
    "birth_month",
    "birth_year",
];
const DISTINCT: &str = "distinct";
const APPROXIMATE: &str = "birth_approximate";

impl Typed {
    /// Opens the page with what was typed before, or empty.
    pub fn open(app: App, sheet: SheetId) -> Self {
        let text = || RwSignal::new(String::new());
        let typed = Self {
            app,
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
            brought_back: RwSignal::new(false),
            at: StoredValue::new(String::new()),
            keeper: Keeper::new(app),
            tried: RwSignal::new(false),
            refused: RwSignal::new(None),
            busy: RwSignal::new(false),
            sheet: StoredValue::new(sheet.clone()),
        };
        if let Some(added) = work::added(app, &sheet) {
            typed.entry.set_value(added.entry);
            typed.show(&added.typed);
            typed.brought_back.set(true);
            if !added.at.is_empty() {
                typed.at.set_value(added.at.clone());
                device::focus_later(added.at);
            }
        }
        typed.keep_while_typing();
        typed
    }

    fn lines(self) -> [(&'static str, RwSignal<String>); 9] {
        let [name, aliases, number, cell, nik, place, day, month, year] = LINES;
        [
            (name, self.name),
            (aliases, self.aliases),
            (number, self.number),
            (cell, self.cell),
            (nik, self.nik),
            (place, self.place),
            (day, self.day),
            (month, self.month),
            (year, self.year),
        ]
    }

    /// What stands on the page, as it is kept: nothing that is empty.
    fn fields(self) -> Fields {
        let code = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
        let mut fields: Fields =
            self.lines().map(|(key, line)| (key.to_owned(), line.get())).into();
        let sure = if self.approximate.get() { "ya" } else { "" };
        for (key, value) in [
            ("sex", code(chosen(Sex::ALL, self.sex.get()).map(Sex::code))),
            (
                "citizenship",
                code(chosen(Citizenship::ALL, self.citizenship.get()).map(Citizenship::code)),
            ),
            (
                "legal_status",
                code(chosen(LegalStatus::ALL, self.status.get()).map(LegalStatus::code)),
            ),
            (
                "nik_status",
                code(chosen(NikStatus::ALL, self.nik_status.get()).map(NikStatus::code)),
            ),
            (APPROXIMATE, sure.to_owned()),
            (DISTINCT, matching::to_value(&self.distinct.get())),
        ] {
            fields.insert(key.to_owned(), value);
        }
        fields.retain(|_, value| !value.is_empty());
        fields
    }

    fn show(self, fields: &Fields) {
        let get = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
        for (key, line) in self.lines() {
            line.set(get(key).to_owned());
        }
        self.sex.set(place(Sex::ALL, Sex::parse(get("sex"))));
        self.citizenship.set(place(Citizenship::ALL, Citizenship::parse(get("citizenship"))));
        self.status.set(place(LegalStatus::ALL, LegalStatus::parse(get("legal_status"))));
        self.nik_status.set(place(NikStatus::ALL, NikStatus::parse(get("nik_status"))));
        self.approximate.set(get(APPROXIMATE) == "ya");
        self.distinct.set(matching::parse(get(DISTINCT)));
    }

    /// The officer begins with somebody else; what stands here is given up.
    pub fn begin_anew(self) {
        self.entry.set_value(EntryId(device::random()));
        self.show(&Fields::new());
        self.at.set_value(String::new());
        self.tried.set(false);
        self.brought_back.set(false);
        device::focus_later("name");
    }

    /// The officer goes on at another field.
    pub fn moves_to(self, field: String) {
        if self.at.get_value() != field {
            self.at.set_value(field);
            if !untrack(|| self.fields()).is_empty() {
                self.keep_soon();
            }
        }
    }

    /// What is kept of the page, as it stands now.
    fn page(self) -> (String, Vec<u8>) {
        let added = Added {
            entry: self.entry.get_value(),
            typed: untrack(|| self.fields()),
            at: self.at.get_value(),
            since: Some(device::now()),
        };
        added.to_kept(&self.sheet.get_value())
    }

    fn keep_soon(self) {
        // What a command carries is being saved.
        if self.busy.get_untracked() {
            return;
        }
        if !work::is_remembered(self.app) {
            work::remember_open(self.app, &Route::Add(self.sheet.get_value()));
        }
        self.keeper.soon(move || self.page());
    }

    /// Keeps what stands here, because a command takes it from here.
    pub fn keep_now(self) {
        self.keeper.now(move || self.page());
    }

    fn keep_while_typing(self) {
        device::announce_typing(true);
        on_cleanup(move || {
            device::announce_typing(false);
            work::forget_open(self.app);
            if self.busy.try_get_untracked() == Some(false) {
                self.keeper.end(move || self.page());
            }
        });
        Effect::new(move |before: Option<Fields>| {
            let fields = self.fields();
            if before.is_some_and(|before| before != fields) {
                self.keep_soon();
            }
            fields
        });
    }

    /// Day, month and year as they stand on the screen.
    fn birth(self) -> [String; 3] {
        [self.day, self.month, self.year].map(|part| part.get())
    }

    /// Whether the person says that there is an identity number to be typed.
    pub fn has_nik(self) -> bool {
        chosen(NikStatus::ALL, self.nik_status.get()) == Some(NikStatus::Present)
    }

    /// Who the person is.
    pub fn person(self) -> Person {
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
    pub fn answers(self) -> Answers {
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

    /// What must be corrected: the fields, and the sentences.
    pub fn lacks(self) -> Vec<Lack> {
        let sentence = |problem: &Problem| {
            let typed = self.birth().iter().any(|part| !part.trim().is_empty());
            match *problem == Problem::Required(Field::BirthDate) && typed {
                true => t("problem.birth_unreadable", &[]),
                false => label::problem(problem),
            }
        };
        let problems = self.problems();
        problems.iter().map(|problem| (problem.field().key(), sentence(problem))).collect()
    }

    /// Who on this tablet may be the same person and was not said to be somebody else.
    pub fn likenesses(self) -> Vec<Likeness> {
        let (sheet, person, answers) = (self.sheet.get_value(), self.person(), self.answers());
        let entry = self.entry.get_value();
        self.app.tablet.read(|replica| replica.unsettled(&sheet, entry, Some(&person), &answers))
    }
}
