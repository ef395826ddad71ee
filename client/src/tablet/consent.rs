//! The statement of willingness, turned to the person: their own data, three answers of equal weight.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::{State, may_move};
use bilik_shared::registration::{
    Answers, Consent, ConsentOutcome, ConsentWay, Problem, Wording, check_consent,
};
use bilik_shared::role::Role;
use bilik_shared::sheet::Entry;
use leptos::prelude::*;

use pad::{Lines, Pad, signature};

use super::pages::App;
use super::route::Route;
use super::work::{self, Work};
use crate::device;
use crate::label;
use crate::parts::bar::LanguageSwitch;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::pick::{Pick, chosen, names};
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
    device::announce_typing(true);
    on_cleanup(|| {
        device::dress_body("tablet");
        device::announce_typing(false);
    });
    let found = app.tablet.peek(|replica| replica.entry(&sheet, entry).cloned());
    let Some(found) = found else {
        return view! { <main class="page"><h1>{say("refused.no_such_entry")}</h1></main> }
            .into_any();
    };
    let screen = app.brief().is_some_and(|brief| brief.screen_signature);
    let known = |way: &ConsentWay| screen || *way != ConsentWay::Screen;
    let ways: Vec<ConsentWay> = ConsentWay::ALL.iter().copied().filter(known).collect();
    let statement = Statement {
        app,
        work: StoredValue::new(work::open(app, &sheet, &found)),
        sheet: StoredValue::new(sheet),
        entry,
        way: RwSignal::new(ways.iter().position(|way| app.way.get_value() == Some(*way))),
        ways: StoredValue::new(ways),
        witness: RwSignal::new(String::new()),
        lines: RwSignal::new(Vec::new()),
        aloud: RwSignal::new(None),
        tried: RwSignal::new(false),
        refused: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
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
    let name = found.person.name;
    view! {
        <section>
            <h1>{say("consent.title")}<br />{told(move || t("consent.brother", &[("name", &name)]))}</h1>
            <ul class="words">
                {live(|| {
                    let lines = Wording::newest(language().code()).lines();
                    lines.map(|line| view! { <li>{line}</li> }).collect_view()
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
    let missing = |is_missing: bool, key: &'static str| is_missing.then(|| t(key, &[]));
    let way_error = Signal::derive(move || {
        missing(statement.tried.get() && statement.way.get().is_none(), "consent.way_missing")
    });
    let aloud_error = Signal::derive(move || {
        missing(statement.tried.get() && statement.aloud.get().is_none(), "consent.aloud_missing")
    });
    let witness_error = Signal::derive(move || {
        let unnamed = statement.witness.read().trim().is_empty();
        missing(statement.tried.get() && unnamed, "consent.witness_missing")
    });
    let lines_error = Signal::derive(move || {
        missing(
            statement.tried.get() && statement.lines.read().is_empty(),
            "consent.signature_missing",
        )
    });
    view! {
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

    /// What an agreement still lacks: the part of the page to go to.
    fn lacks(self, answers: &Answers) -> Option<&'static str> {
        if self.aloud.get_untracked().is_none() && self.way.get_untracked().is_some() {
            return Some("aloud");
        }
        match check_consent(answers)? {
            Problem::NoWitness | Problem::TooLong(..) => Some("witness"),
            Problem::NoSignature => Some("pad"),
            _ => Some("way"),
        }
    }

    fn answer(self, outcome: ConsentOutcome) {
        let agreed = outcome == ConsentOutcome::Agreed;
        let way = untrack(|| self.chosen_way()).filter(|_| agreed);
        let heard = way == Some(ConsentWay::Spoken);
        let consent = Consent {
            outcome,
            way,
            read_aloud: self.aloud.get_untracked() == Some(0),
            wording: Wording::newest(untrack(language).code()).mark(),
            witness: self.witness.get_untracked().trim().to_owned(),
        };
        let consent = if heard { consent } else { Consent { witness: String::new(), ..consent } };
        let work = self.work.get_value();
        let mut answers = work.answers;
        answers.consent = Some(consent.clone());
        let drawn = way == Some(ConsentWay::Screen);
        answers.signature = if drawn { signature(self.lines) } else { String::new() };
        let state = self.state();
        if agreed && let Some(part) = self.lacks(&answers) {
            self.tried.set(true);
            return device::focus_later(part);
        }
        let may = |to| may_move(Role::Officer, state, to, "").is_ok();
        if outcome == ConsentOutcome::NotNow && !may(State::Draft) {
            // A registration stands as it was agreed to; what was typed for it is kept.
            return device::go_instead(&Route::Walk(self.sheet.get_value()).to_string());
        }
        let answers = Box::new(answers);
        let what = match outcome {
            ConsentOutcome::Agreed => {
                What::Register { person: None, answers, confirmed: self.app.confirmed.get_value() }
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
                    app.way.set_value(untrack(|| self.chosen_way()));
                }
                work::forget(app, &id, entry);
                let page = match outcome {
                    ConsentOutcome::NotNow => Route::Walk(id),
                    _ => Route::Saved(id, entry),
                };
                device::go_instead(&page.to_string());
            }
            Err(refused) => {
                self.busy.set(false);
                self.refused.set(Some(refused));
                device::focus_later("refused");
            }
        });
    }
}
