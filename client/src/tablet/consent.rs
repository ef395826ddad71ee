//! The statement of willingness, turned to the person: their own data, three answers of equal weight.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::{State, may_move};
use bilik_shared::registration::{
    Answers, Consent, ConsentOutcome, ConsentWay, Problem, check_consent, choices_value,
};
use bilik_shared::role::Role;
use bilik_shared::sheet::Entry;
use leptos::prelude::*;

use pad::{Lines, Pad, drawn, signature};

use super::errors::{ERRORS, Errors, Lack, error};
use super::pages::App;
use super::route::Route;
use super::work::{self, Keeper, Said, Work};
use crate::device;
use crate::label;
use crate::parts::bar::LanguageSwitch;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::pick::{Pick, chosen, names, place};
use crate::text::{language, say, t, told};

mod pad;

/// The answers to whether the statement was read aloud; the first one is yes.
const ALOUD: [&str; 2] = ["consent.yes", "consent.no"];

/// The statement of one person.
#[derive(Clone, Copy)]
struct Statement {
    app: App,
    sheet: StoredValue<SheetId>,
    entry: EntryId,
    work: StoredValue<Work>,
    /// The ways this house knows, in the order they are shown.
    ways: StoredValue<Vec<ConsentWay>>,
    way: RwSignal<Option<usize>>,
    witness: RwSignal<String>,
    /// The lines that were drawn on the screen.
    lines: RwSignal<Lines>,
    aloud: RwSignal<Option<usize>>,
    keeper: Keeper,
    tried: RwSignal<bool>,
    refused: RwSignal<Option<Refused>>,
    busy: RwSignal<bool>,
}

/// The page that is turned to the person.
#[component]
pub fn ConsentPage(
    /// The sheet.
    sheet: SheetId,
    /// The person.
    entry: EntryId,
) -> impl IntoView {
    let app = App::here();
    device::dress_body("tablet turned");
    let found = app.tablet.peek(|replica| replica.entry(&sheet, entry).cloned());
    let Some(found) = found else {
        return view! { <main class="page"><h1>{say("refused.no_such_entry")}</h1></main> }
            .into_any();
    };
    let screen = app.brief().is_some_and(|brief| brief.screen_signature);
    let known = |way: &ConsentWay| screen || *way != ConsentWay::Screen;
    let ways: Vec<ConsentWay> = ConsentWay::ALL.iter().copied().filter(known).collect();
    let work = work::open(app, &sheet, &found);
    let said = work.said();
    let way = said.way.or_else(|| app.way());
    let statement = Statement {
        app,
        work: StoredValue::new(work),
        sheet: StoredValue::new(sheet),
        entry,
        way: RwSignal::new(place(&ways, way)),
        ways: StoredValue::new(ways),
        witness: RwSignal::new(said.witness),
        lines: RwSignal::new(drawn(&said.signature)),
        aloud: RwSignal::new(said.aloud.map(|read| usize::from(!read))),
        keeper: Keeper::new(app),
        tried: RwSignal::new(false),
        refused: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    statement.keep_what_is_said();
    view! {
        <Top statement />
        <main class="page statement">
            <Words found />
            <section class="stack">
                <Ranks statement />
                <How statement />
            </section>
        </main>
        <Decide statement />
    }
    .into_any()
}

#[component]
fn Top(statement: Statement) -> impl IntoView {
    let back = Route::Form(statement.sheet.get_value(), statement.entry);
    view! {
        <header class="top">
            <span>{say("consent.read_with")}</span>
            <a class="btn" href=back.href() aria-label=say("bar.back_form")>
                <Icon symbol=Symbol::Back />{say("consent.officer")}
            </a>
            <LanguageSwitch class="btn" />
        </header>
    }
}

#[component]
fn Words(found: Entry) -> impl IntoView {
    let app = App::here();
    let name = found.person.name;
    view! {
        <section>
            <h1>{say("consent.title")}<br />{told(move || t("consent.brother", &[("name", &name)]))}</h1>
            <ul class="words">
                {live(move || {
                    let (_, lines) = app.words(language().code());
                    lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()
                })}
            </ul>
        </section>
    }
}

#[component]
fn Ranks(statement: Statement) -> impl IntoView {
    let app = statement.app;
    let items = live(move || {
        let names = statement
            .work
            .with_value(|work| label::programmes(&work.answers.choices, &app.programmes()));
        let item = |(n, name)| view! { <li><span class="rank on">{n + 1}</span>{name}</li> };
        names.into_iter().enumerate().map(item).collect_view()
    });
    view! { <h2>{say("consent.choices")}</h2><ol class="ranks">{items}</ol> }
}

/// How willingness is expressed. Only an agreement needs it.
#[component]
fn How(statement: Statement) -> impl IntoView {
    let lacks = Memo::new(move |_| match statement.tried.get() {
        true => statement.lacks(),
        false => Vec::new(),
    });
    let error = move |part: &'static str| error(lacks, part);
    let (way_error, aloud_error) = (error("way"), error("aloud"));
    let (witness_error, lines_error) = (error("witness"), error("pad"));
    view! {
        <Errors lacks />
        <Pick name="way" legend=told(say("consent.way")) options=statement.ways.with_value(|ways| names(ways)) value=statement.way error=way_error />
        {live(move || match statement.chosen_way() {
            Some(ConsentWay::Spoken) => view! {
                <TextField name="witness" label=told(say("consent.witness")) hint=told(say("consent.witness_hint")) value=statement.witness error=witness_error />
            }.into_any(),
            Some(ConsentWay::Screen) => view! { <Pad lines=statement.lines error=lines_error /> }.into_any(),
            _ => ().into_any(),
        })}
        <Pick name="aloud" legend=told(say("consent.read_aloud")) options=ALOUD.to_vec() value=statement.aloud error=aloud_error />
        {live(move || statement.refused.get().map(|refused| view! {
            <div id="refused"><Notice tone=Tone::Error><p>{told(move || statement.app.tablet.explain(&refused))}</p></Notice></div>
        }))}
        <p role="status" class="soft">{told(move || if statement.busy.get() { t("consent.saving", &[]) } else { String::new() })}</p>
    }
}

#[component]
fn Decide(statement: Statement) -> impl IntoView {
    let answer = move |outcome| move |_| statement.answer(outcome);
    let busy = statement.busy;
    view! {
        <footer class="decide">
            <button type="button" class="btn" disabled=busy on:click=answer(ConsentOutcome::Agreed)>
                <Icon symbol=Symbol::Registered />{say("consent.agree")}
            </button>
            <button type="button" class="btn" disabled=busy on:click=answer(ConsentOutcome::Declined)>
                <Icon symbol=Symbol::Declined />{say("consent.disagree")}
            </button>
            <button type="button" class="btn" disabled=busy on:click=answer(ConsentOutcome::NotNow)>
                <Icon symbol=Symbol::Clock />{say("consent.not_now_long")}
            </button>
        </footer>
    }
}

impl Statement {
    fn chosen_way(self) -> Option<ConsentWay> {
        self.ways.with_value(|ways| chosen(ways, self.way.get()))
    }

    /// What stands on the page before the person gives their word.
    fn said(self) -> Said {
        let about = self.work.with_value(|work| choices_value(&work.answers.choices));
        Said {
            about,
            way: self.chosen_way(),
            aloud: self.aloud.get().map(|at| at == 0),
            witness: self.witness.get(),
            signature: signature(self.lines),
        }
    }

    /// A start of the app comes back to this page, with everything that stands on it.
    fn keep_what_is_said(self) {
        let here = Route::Consent(self.sheet.get_value(), self.entry);
        work::remember_open(self.app, &here);
        device::announce_typing(true);
        on_cleanup(move || {
            device::dress_body("tablet");
            device::announce_typing(false);
            work::forget_open(self.app);
            if self.busy.try_get_untracked() == Some(false) {
                self.keeper.end(move || self.page());
            }
        });
        Effect::new(move |before: Option<Said>| {
            let said = self.said();
            if before.is_some_and(|before| before != said) && !self.busy.get_untracked() {
                self.keeper.soon(move || self.page());
            }
            said
        });
    }

    /// What is kept of the page, as it stands now.
    fn page(self) -> (String, Vec<u8>) {
        let said = untrack(|| self.said());
        self.work.update_value(|work| work.said = said);
        self.work.with_value(|work| work.to_kept(&self.sheet.get_value(), self.entry))
    }

    /// The answers with the word that the buttons below would give.
    fn answered(self, outcome: ConsentOutcome) -> (Answers, Consent) {
        let Said { way, aloud, witness, signature, .. } = self.said();
        let way = way.filter(|_| outcome == ConsentOutcome::Agreed);
        let heard = way == Some(ConsentWay::Spoken);
        let drawn = way == Some(ConsentWay::Screen);
        let consent = Consent {
            outcome,
            way,
            read_aloud: aloud == Some(true),
            wording: self.app.words(language().code()).0,
            witness: if heard { witness.trim().to_owned() } else { String::new() },
        };
        let mut answers = self.work.with_value(|work| work.answers.clone());
        answers.consent = Some(consent.clone());
        answers.signature = if drawn { signature } else { String::new() };
        (answers, consent)
    }

    /// What an agreement still lacks: the parts of the page to go to, and why. The rules are in `bilik-shared`.
    fn lacks(self) -> Vec<Lack> {
        let (answers, _) = self.answered(ConsentOutcome::Agreed);
        let problem = check_consent(&answers);
        let lack = problem.map(|problem| match problem {
            Problem::NoWitness => ("witness", label::problem(&problem)),
            Problem::TooLong(_, most) => {
                let field = t("consent.witness", &[]);
                ("witness", t("problem.too_long", &[("field", &field), ("most", &most)]))
            }
            Problem::NoSignature => ("pad", label::problem(&problem)),
            _ => ("way", t("consent.way_missing", &[])),
        });
        let unread = self.aloud.get().is_none();
        let aloud = unread.then(|| ("aloud", t("consent.aloud_missing", &[])));
        lack.into_iter().chain(aloud).collect()
    }

    fn answer(self, outcome: ConsentOutcome) {
        let agreed = outcome == ConsentOutcome::Agreed;
        let (answers, consent) = untrack(|| self.answered(outcome));
        let state = self.state();
        if agreed && !untrack(|| self.lacks()).is_empty() {
            self.tried.set(true);
            return device::focus_later(ERRORS);
        }
        let may = |to| may_move(Role::Officer, state, to, "").is_ok();
        if outcome == ConsentOutcome::NotNow && !may(State::Draft) {
            // A registration stands as it was agreed to; what was typed for it is kept.
            return self.verdict();
        }
        let answers = Box::new(answers);
        let what = match outcome {
            ConsentOutcome::Agreed => {
                let confirmed = self.work.with_value(|work| work.confirmed.clone());
                What::Register { person: None, answers, confirmed }
            }
            ConsentOutcome::Declined if !may(State::Declined) => {
                What::Withdraw { reason: String::new() }
            }
            ConsentOutcome::Declined => What::Decline { consent: Some(consent) },
            ConsentOutcome::NotNow => What::SaveDraft { person: None, answers },
        };
        self.act(outcome, what);
    }

    fn state(self) -> State {
        let state = |sheet: &SheetId| {
            self.app.tablet.peek(|replica| replica.entry(sheet, self.entry).map(|e| e.state))
        };
        self.sheet.with_value(state).unwrap_or(State::NotAsked)
    }

    /// The verdict is shown only after everything is on the disk.
    fn act(self, outcome: ConsentOutcome, what: What) {
        self.busy.set(true);
        self.refused.set(None);
        let (app, sheet, entry) = (self.app, self.sheet.get_value(), self.entry);
        let id = sheet.clone();
        app.tablet.act(&app.actor(), &sheet, entry, what, move |result| match result {
            Ok(_) => {
                if outcome == ConsentOutcome::Agreed {
                    app.remember_way(untrack(|| self.chosen_way()));
                }
                match outcome {
                    ConsentOutcome::Declined => work::set_aside(app, &id, entry),
                    _ => work::forget(app, &id, entry),
                }
                self.verdict();
            }
            Err(refused) => {
                self.busy.set(false);
                self.refused.set(Some(refused));
                device::focus_later("refused");
            }
        });
    }

    /// Whatever the answer was, the same page comes next: nobody sees from afar what was said.
    fn verdict(self) {
        device::go_instead(&Route::Saved(self.sheet.get_value(), self.entry).to_string());
    }
}
