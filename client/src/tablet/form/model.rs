//! The form as signals: what stands on the screen, what is wrong with it, what is kept of it.

use bilik_shared::command::Refused;
use bilik_shared::eligibility::{Advice, Concern};
use bilik_shared::id::{EntryId, ProgrammeCode, SheetId};
use bilik_shared::registration::{
    Answers, Education, Experience, Field, MAX_CHOICES, Needs, NikStatus, Paper, Plan, Problem,
    Skill, Warning, check,
};
use bilik_shared::replica::{EntryView, Replica};
use leptos::prelude::*;

use super::home::HomeSignals;
use crate::device;
use crate::label;
use crate::parts::pick::{chosen, place};
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::tablet::work::{self, Keeper, Work};

/// One open form.
#[derive(Clone, Copy)]
pub struct Form {
    pub app: App,
    pub sheet: StoredValue<SheetId>,
    pub entry: EntryId,
    /// The entry as the sheet says it.
    pub view: Memo<Option<EntryView>>,
    /// What is typed, as it is kept.
    pub work: RwSignal<Work>,
    pub choices: RwSignal<Vec<ProgrammeCode>>,
    pub education: RwSignal<Option<usize>>,
    pub plan: RwSignal<Option<usize>>,
    pub experience: RwSignal<Option<usize>>,
    pub nik_status: RwSignal<Option<usize>>,
    pub nik: RwSignal<String>,
    pub reason: RwSignal<String>,
    pub note: RwSignal<String>,
    /// Codes of skills, in the order they were tapped.
    pub skills: RwSignal<Vec<String>>,
    /// The documents, in the order of [`Answers::papers`].
    pub papers: [RwSignal<Option<usize>>; 4],
    /// Whether there are special needs: the first answer is no.
    pub needs: RwSignal<Option<usize>>,
    pub need: RwSignal<String>,
    /// Home and family.
    pub home: HomeSignals,
    /// The officer wanted to go on once: from now on problems are shown.
    pub tried: RwSignal<bool>,
    /// Warnings to be confirmed.
    pub warnings: RwSignal<Vec<Warning>>,
    /// Fields that another tablet answered differently while this form was open.
    pub clashes: RwSignal<Vec<Field>>,
    /// Fields whose answer came from another tablet while this form was open.
    pub arrived: RwSignal<Vec<Field>>,
    /// Why the last command was not carried out.
    pub refused: RwSignal<Option<Refused>>,
    /// A command is on its way to the disk.
    pub busy: RwSignal<bool>,
    /// What keeps the answers on this tablet.
    pub keeper: Keeper,
}

impl Form {
    /// Opens the form with what was typed before, or with what the sheet says.
    pub fn open(app: App, sheet: SheetId, now: EntryView, view: Memo<Option<EntryView>>) -> Self {
        let work = work::open(app, &sheet, &now.entry);
        let answers = work.answers.clone();
        let papers = answers.papers().map(|(_, paper)| place(Paper::ALL, paper));
        let form = Self {
            app,
            entry: now.entry.id,
            sheet: StoredValue::new(sheet),
            view,
            work: RwSignal::new(work),
            choices: RwSignal::new(answers.choices),
            education: RwSignal::new(place(Education::ALL, answers.education)),
            plan: RwSignal::new(place(Plan::ALL, answers.plan)),
            experience: RwSignal::new(place(Experience::ALL, answers.experience)),
            nik_status: RwSignal::new(place(NikStatus::ALL, answers.nik_status)),
            nik: RwSignal::new(answers.nik),
            reason: RwSignal::new(answers.reason),
            note: RwSignal::new(answers.note),
            skills: RwSignal::new(answers.skills),
            papers: papers.map(RwSignal::new),
            needs: RwSignal::new(answers.needs.as_ref().map(|needs| usize::from(needs.any))),
            need: RwSignal::new(answers.needs.map(|needs| needs.what).unwrap_or_default()),
            home: HomeSignals::new(),
            tried: RwSignal::new(false),
            warnings: RwSignal::new(Vec::new()),
            clashes: RwSignal::new(Vec::new()),
            arrived: RwSignal::new(Vec::new()),
            refused: RwSignal::new(None),
            busy: RwSignal::new(false),
            keeper: Keeper::new(app),
        };
        form.home.show(answers.home);
        form.follow_the_sheet();
        form.keep_while_typing();
        if form.work.read_untracked().is_typed() {
            form.remember();
        }
        let at = form.work.read_untracked().at.clone();
        if !at.is_empty() {
            device::focus_later(at);
        }
        form
    }

    /// What stands on the screen.
    pub fn answers(self) -> Answers {
        let [identity_card, family_card, school_certificate, photograph] =
            self.papers.map(|paper| chosen(Paper::ALL, paper.get()));
        let any = |at| at == 1;
        let what = if self.has_needs() { self.need.get() } else { String::new() };
        let mut answers = Answers {
            choices: self.choices.get(),
            education: chosen(Education::ALL, self.education.get()),
            plan: chosen(Plan::ALL, self.plan.get()),
            experience: chosen(Experience::ALL, self.experience.get()),
            nik_status: chosen(NikStatus::ALL, self.nik_status.get()),
            nik: if self.has_nik() { self.nik.get() } else { String::new() },
            reason: self.reason.get(),
            note: self.note.get(),
            skills: self.skills.get(),
            identity_card,
            family_card,
            school_certificate,
            photograph,
            needs: self.needs.get().map(|at| Needs { any: any(at), what }),
            home: self.home.get(),
            consent: self.work.read_untracked().answers.consent.clone(),
            signature: self.work.read_untracked().answers.signature.clone(),
            distinct: self.work.read_untracked().answers.distinct.clone(),
            confirmed: self.work.read_untracked().answers.confirmed.clone(),
            against: Vec::new(),
        };
        // What was confirmed stays with the answers for as long as it is true of them.
        let concerns = self.concerns(&answers);
        answers.against.clone_from(&self.work.read_untracked().answers.against);
        answers.against.retain(|concern| concerns.contains(concern));
        answers
    }

    fn concerns(self, answers: &Answers) -> Vec<Concern> {
        let view = self.view.read_untracked();
        let Some(EntryView { entry, .. }) = view.as_ref() else { return Vec::new() };
        let find = |replica: &Replica| replica.concerns(&entry.person, answers, device::now());
        self.app.tablet.peek(find)
    }

    /// What the house advises about a programme, for what is answered so far.
    pub fn advice(self, programme: &ProgrammeCode) -> Advice {
        let view = self.view.read();
        let Some(EntryView { entry, .. }) = view.as_ref() else { return Advice::default() };
        let education = chosen(Education::ALL, self.education.get());
        self.app
            .tablet
            .read(|replica| replica.advice(programme, &entry.person, education, device::now()))
    }

    /// Choices that go against advice, and nobody has said a word about it yet.
    pub fn unheeded(self) -> Vec<Warning> {
        let answers = self.answers();
        let mut concerns = self.concerns(&answers);
        concerns.retain(|concern| !answers.against.contains(concern));
        concerns.into_iter().map(Warning::AgainstAdvice).collect()
    }

    /// Who on this tablet may be the same person and was not said to be somebody else.
    pub fn likenesses(self) -> Vec<Warning> {
        let answers = self.answers();
        let sheet = self.sheet.get_value();
        let find = |replica: &Replica| replica.unsettled(&sheet, self.entry, None, &answers);
        self.app.tablet.peek(find).into_iter().map(Warning::SamePerson).collect()
    }

    /// Whether the person says that there is a number to be typed.
    pub fn has_nik(self) -> bool {
        chosen(NikStatus::ALL, self.nik_status.get()) == Some(NikStatus::Present)
    }

    /// Whether the person says that the training must allow for something.
    pub fn has_needs(self) -> bool {
        self.needs.get() == Some(1)
    }

    /// A tap on a skill: it is there, or not any more.
    pub fn toggle_skill(self, skill: Skill) {
        self.skills.update(|skills| match skills.iter().position(|code| code == skill.code()) {
            Some(at) => drop(skills.remove(at)),
            None => skills.push(skill.code().to_owned()),
        });
    }

    /// What must be corrected, and what may be a mistake. The rules are in `bilik-shared`.
    pub fn check(self) -> (Vec<Problem>, Vec<Warning>) {
        let view = self.view.read();
        let Some(view) = view.as_ref() else { return (Vec::new(), Vec::new()) };
        let today = self.app.tablet.peek(|replica| replica.today(device::now()));
        check(&view.entry.person, view.entry.listed, &self.answers(), today)
    }

    /// The sentence beside a field, once the officer has tried to go on.
    pub fn error(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            let problems = self.tried.get().then(|| self.check().0)?;
            problems.iter().find(|problem| problem.field() == field).map(label::problem)
        })
    }

    /// A tap on a programme: the next rank, or none again.
    pub fn toggle(self, code: &ProgrammeCode) -> Result<(), ()> {
        let mut choices = self.choices.get_untracked();
        match choices.iter().position(|chosen| chosen == code) {
            Some(rank) => {
                choices.remove(rank);
            }
            None if choices.len() >= MAX_CHOICES => return Err(()),
            None => choices.push(code.clone()),
        }
        self.choices.set(choices);
        Ok(())
    }

    /// Changes the places of a choice and the one before it.
    pub fn raise(self, rank: usize) {
        self.choices.update(|choices| {
            if rank > 0 && rank < choices.len() {
                choices.swap(rank - 1, rank);
            }
        });
    }

    /// Keeps what is typed, at once.
    pub fn keep_now(self) {
        self.keeper.now(move || self.page());
    }

    /// What is kept of the page, as it stands now.
    fn page(self) -> (String, Vec<u8>) {
        let answers = untrack(|| self.answers());
        self.work.update_untracked(|work| work.answers = answers);
        self.work.read_untracked().to_kept(&self.sheet.get_value(), self.entry)
    }

    /// Keeps every key at once.
    pub fn keep_soon(self) {
        // What a command carries is being saved; keeping it here would bring it back after it is forgotten.
        if self.busy.get_untracked() {
            return;
        }
        if !work::is_remembered(self.app) {
            self.remember();
        }
        self.keeper.soon(move || self.page());
    }

    /// A start of the app comes back to this form.
    fn remember(self) {
        work::remember_open(self.app, &Route::Form(self.sheet.get_value(), self.entry));
    }

    /// The officer goes on at another field. It is remembered with what is typed; who typed nothing has
    /// nothing to come back to.
    pub fn moves_to(self, field: String) {
        if self.work.read_untracked().at == field {
            return;
        }
        self.work.update_untracked(|work| work.at = field);
        if untrack(|| self.answers()).to_fields() != self.work.read_untracked().base {
            self.keep_soon();
        }
    }

    fn follow_the_sheet(self) {
        Effect::new(move |_| {
            let view = self.view.get();
            let Some(view) = view else { return };
            let typed = untrack(|| self.answers());
            let mut work = self.work.get_untracked();
            work.answers = typed.clone();
            let news = work.update(&view.entry);
            let now = work.answers.clone();
            self.work.set(work);
            if !news.clashes.is_empty() {
                self.clashes.set(news.clashes);
            }
            if !news.taken.is_empty() {
                self.arrived.set(news.taken);
            }
            // A blank at the end of what is being typed is no difference; without it two words would grow together.
            if now.to_fields() != typed.to_fields() {
                self.show(now);
            }
        });
    }

    fn show(self, answers: Answers) {
        for (signal, (_, paper)) in self.papers.iter().zip(answers.papers()) {
            signal.set(place(Paper::ALL, paper));
        }
        self.skills.set(answers.skills);
        self.needs.set(answers.needs.as_ref().map(|needs| usize::from(needs.any)));
        self.need.set(answers.needs.map(|needs| needs.what).unwrap_or_default());
        self.home.show(answers.home);
        self.choices.set(answers.choices);
        self.education.set(place(Education::ALL, answers.education));
        self.plan.set(place(Plan::ALL, answers.plan));
        self.experience.set(place(Experience::ALL, answers.experience));
        self.nik_status.set(place(NikStatus::ALL, answers.nik_status));
        self.nik.set(answers.nik);
        self.reason.set(answers.reason);
        self.note.set(answers.note);
    }

    fn keep_while_typing(self) {
        device::announce_typing(true);
        on_cleanup(move || {
            device::announce_typing(false);
            work::forget_open(self.app);
            // What was typed while a write was under way is not kept yet. A page that is left because
            // a command was carried out has nothing to keep: it is part of the sheet.
            let idle = self.busy.try_get_untracked() == Some(false);
            if idle && untrack(|| self.answers()).to_fields() != self.work.get_untracked().base {
                self.keep_now();
            }
        });
        Effect::new(move |before: Option<Answers>| {
            let answers = self.answers();
            if before.is_some_and(|before| before != answers) {
                // Whoever was away is here.
                self.work.update_untracked(|work| work.aside = false);
                self.keep_soon();
            }
            answers
        });
        // Another number is another question.
        Effect::new(move |before: Option<String>| {
            let nik = self.nik.get();
            if before.is_some_and(|before| before != nik) {
                let is_other = |warning: &Warning| !matches!(warning, Warning::Nik(_));
                self.work.update_untracked(|work| work.confirmed.retain(is_other));
            }
            nik
        });
    }
}
