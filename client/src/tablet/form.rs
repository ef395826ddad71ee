//! What a person is asked: identity on the left, programmes and a few questions on the right.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::{State, may_move};
use bilik_shared::replica::EntryView;
use bilik_shared::role::Role;
use leptos::prelude::*;

use super::bar::TopBar;
use super::errors::ERRORS;
use super::pages::App;
use super::route::Route;
use super::{walk, work};
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::{flag, live};
use crate::text::{say, t, told};

mod choices;
mod home;
mod identity;
mod model;
mod notices;
mod questions;

pub use identity::Identity;

use choices::{Choices, Order};
use model::Form;
use notices::{AutoSaved, Notices};
use questions::Questions;

/// The form of one person.
#[component]
pub fn FormPage(
    /// The sheet.
    sheet: SheetId,
    /// The person.
    entry: EntryId,
) -> impl IntoView {
    let app = App::here();
    let view = app.follow(&sheet, entry);
    let place = walk::place(app, &sheet, Route::Walk(sheet.clone()));
    view! {
        <TopBar place=Some(place) />
        {match view.get_untracked() {
            Some(now) => {
                let form = Form::open(app, sheet, now, view);
                view! { <Filled form /> }.into_any()
            }
            None => view! { <main class="page"><h1>{say("refused.no_such_entry")}</h1></main> }.into_any(),
        }}
    }
}

#[component]
fn Filled(form: Form) -> impl IntoView {
    let locked =
        flag(move || may_move(Role::Officer, form.state(), State::Registered, "").is_err());
    let history = Route::History(form.sheet.get_value(), form.entry).href();
    // What is chosen first is on the screen first. Whoever comes back to a field below it finds the whole page.
    let whole = RwSignal::new(!form.work.read_untracked().at.is_empty());
    device::after_paint(move || {
        whole.try_set(true);
    });
    view! {
        <main class="form">
            <section class="side" aria-label=say("who.identity")>
                <Identity view=form.view sheet=form.sheet.get_value() />
                <Order form />
                <AutoSaved form />
                <a class="btn after" href=history><Icon symbol=Symbol::Clock />{say("history.title")}</a>
            </section>
            <form class="page" on:submit=|event| event.prevent_default() on:focusin=move |_| {
                if let Some(field) = device::focused() {
                    form.moves_to(field);
                }
            }>
                <Notices form />
                <fieldset class="plain" disabled=locked>
                    <Choices form />
                    {live(move || whole.get().then(|| view! { <Questions form /> }))}
                </fieldset>
            </form>
        </main>
        <Dock form />
    }
}

/// What can be done with a form. Steps that the life cycle does not have are not offered.
#[component]
fn Dock(form: Form) -> impl IntoView {
    let may = move |to: State| may_move(Role::Officer, form.state(), to, "").is_ok();
    let send = move |what: What| form.send(what, |form| form.app.go(&form.list()));
    let step = move |what: What| form.send(what, Form::to_verdict);
    let draft = move |_| send(What::SaveDraft { person: None, answers: Box::new(form.answers()) });
    let idle = form.busy;
    view! {
        <footer class="dock">
            {live(move || may(State::Withdrawn).then(|| view! {
                <a class="btn main" href=Route::Withdraw(form.sheet.get_value(), form.entry).href()>
                    <Icon symbol=Symbol::Declined />{say("withdraw.open")}
                </a>
            }))}
            {live(move || (may(State::Declined) && !may(State::Withdrawn)).then(|| view! {
                <button type="button" class="btn main" disabled=idle on:click=move |_| step(What::Decline { consent: None })>
                    <Icon symbol=Symbol::Declined />{say("act.decline")}
                </button>
            }))}
            {live(move || may(State::Away).then(|| view! {
                <button type="button" class="btn main" disabled=idle on:click=move |_| step(What::MarkAway)>
                    <Icon symbol=Symbol::Away />{say("act.away")}
                </button>
            }))}
            {live(move || may(State::Draft).then(|| view! {
                <button type="button" class="btn main" disabled=idle on:click=draft>
                    <Icon symbol=Symbol::Draft />{say("act.save_draft")}
                </button>
            }))}
            {live(move || match may(State::Registered) {
                true => view! {
                    <button type="button" class="btn main primary end" disabled=idle on:click=move |_| go_on(form)>
                        {told(move || t(form.onward(), &[]))}<Icon symbol=Symbol::Arrow />
                    </button>
                }
                .into_any(),
                false => view! { <a class="btn main end" href=form.list().href()>{say("act.back")}</a> }.into_any(),
            })}
        </footer>
    }
}

/// To the statement, if nothing must be corrected and every warning has been seen.
fn go_on(form: Form) {
    form.tried.set(true);
    let (problems, mut warnings) = form.check();
    warnings.extend(untrack(|| form.unheeded()));
    warnings.extend(untrack(|| form.likenesses()));
    if !problems.is_empty() {
        device::focus_later(ERRORS);
    } else if !warnings.iter().all(|warning| form.work.read_untracked().confirmed.contains(warning))
    {
        form.warnings.set(warnings);
        device::focus_later("warnings");
    } else {
        form.proceed();
    }
}

impl Form {
    /// Carries a command out; only when it is on the disk the page is left.
    fn send(self, what: What, then: impl FnOnce(Form) + 'static) {
        // Who takes the step back finds again what stood here.
        self.keep_now();
        self.busy.set(true);
        self.refused.set(None);
        let (app, sheet, entry) = (self.app, self.sheet.get_value(), self.entry);
        let id = sheet.clone();
        let holds_answers = matches!(what, What::Register { .. } | What::SaveDraft { .. });
        app.tablet.act(&app.actor(), &sheet, entry, what, move |result| match result {
            Ok(_) => {
                match holds_answers {
                    true => work::forget(app, &id, entry),
                    false => work::set_aside(app, &id, entry),
                }
                then(self);
            }
            Err(refused) => self.refuse(refused),
        });
    }

    fn refuse(self, refused: Refused) {
        self.busy.set(false);
        self.refused.set(Some(refused));
        self.keep_soon();
        device::focus_later("refused");
    }

    /// Whether a correction rests on the word that the person has given already.
    fn rests(self) -> bool {
        let view = self.view.read();
        let Some(EntryView { entry, .. }) = view.as_ref() else { return false };
        let standing = matches!(entry.state, State::Registered | State::Returned);
        standing && self.answers().rests_on(&entry.answers)
    }

    fn onward(self) -> &'static str {
        if self.rests() { "act.save_changes" } else { "act.to_consent" }
    }

    /// Everything is in order: a correction is saved, anything else goes to the statement.
    fn proceed(self) {
        if !untrack(|| self.rests()) {
            return self.to_consent();
        }
        let confirmed = self.work.read_untracked().confirmed.clone();
        let answers = Box::new(untrack(|| self.answers()));
        let what = What::Register { person: None, answers, confirmed };
        self.send(what, Self::to_verdict);
    }

    /// The verdict, where a slip can be taken back.
    fn to_verdict(self) {
        device::go_instead(&Route::Saved(self.sheet.get_value(), self.entry).to_string());
    }

    fn to_consent(self) {
        self.work.update_untracked(|work| work.aside = false);
        self.keep_now();
        self.app.go(&Route::Consent(self.sheet.get_value(), self.entry));
    }

    /// The list this person stands on.
    pub fn list(self) -> Route {
        Route::Walk(self.sheet.get_value())
    }

    /// Where the entry stands now.
    pub fn state(self) -> State {
        let view = self.view.read();
        view.as_ref().map_or(State::NotAsked, |view: &EntryView| view.entry.state)
    }
}
