//! The partner's pages: which packages there are, one of them, its days, its certificates, and the register of those
//! who were trained. Attendance is kept on a phone in the workshop; the rest at a desk.

use bilik_shared::time::Date;
use bilik_shared::view::training::{PackageLine, Packages};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::{Route, Training};
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

mod candidates;
mod certificate;
mod day;
mod follow_up;
mod package;
mod people;
pub mod words;

pub use follow_up::FollowUpPage;

/// The page that the address names.
#[component]
pub fn TrainingPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let which = Memo::new(move |_| match desk.route.get() {
        Route::Training(which) => which,
        _ => Training::List,
    });
    let page = move || match which.get() {
        Training::List => view! { <List desk /> }.into_any(),
        Training::Today => view! { <Today desk /> }.into_any(),
        Training::Package(seat) => view! { <package::PackagePage desk seat /> }.into_any(),
        Training::Day(seat, date) => view! { <day::DayPage desk seat date /> }.into_any(),
        Training::Certificate(seat, entry) => {
            view! { <certificate::CertificatePage desk seat entry /> }.into_any()
        }
    };
    view! { <main class="work training">{page}</main> }
}

/// Something that was fetched from the server, and may be fetched again.
pub struct Fetched<T: Send + Sync + 'static> {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// What came; `None` until the first answer.
    pub held: RwSignal<Option<T>>,
    failed: RwSignal<Option<NetError>>,
    /// A request is under way.
    pub busy: RwSignal<bool>,
    /// The last request was carried out.
    pub done: RwSignal<bool>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

impl<T: Send + Sync + 'static> Fetched<T> {
    /// Fetches it. It ends with the owner of the moment.
    pub fn new(desk: Desk, ask: impl Future<Output = Result<T, NetError>> + 'static) -> Self {
        let fetched = Self {
            desk,
            alive: StoredValue::new_local(Alive::here()),
            held: RwSignal::new(None),
            failed: RwSignal::new(None),
            busy: RwSignal::new(false),
            done: RwSignal::new(false),
        };
        fetched.ask(ask, || {});
        fetched.done.set(false);
        fetched
    }

    /// Asks for something; `then` runs when it was done.
    pub fn ask(
        self,
        ask: impl Future<Output = Result<T, NetError>> + 'static,
        then: impl FnOnce() + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        let first = self.held.with_untracked(Option::is_none);
        self.busy.set(true);
        self.done.set(false);
        self.alive.get_value().ask(ask, move |answer| {
            self.busy.set(false);
            match answer {
                Ok(answer) => {
                    self.failed.set(None);
                    then();
                    self.held.set(Some(answer));
                    self.done.set(!first);
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }

    /// What is wrong, that something is under way, or that it was done.
    pub fn says(self) -> impl IntoView {
        let loading = move || self.held.with(Option::is_none) && self.failed.with(Option::is_none);
        view! {
            {live(move || self.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice>
            }))}
            {live(move || loading().then(|| view! { <p role="status">{say("bar.loading")}</p> }))}
            {live(move || self.done.get().then(|| view! {
                <p class="done" role="status"><Icon symbol=Symbol::Check />{say("training.saved")}</p>
            }))}
        }
    }
}

/// A date in three fields, beginning with a day.
#[derive(Clone, Copy)]
pub struct DateParts {
    /// The day.
    pub day: RwSignal<String>,
    /// The month.
    pub month: RwSignal<String>,
    /// The year.
    pub year: RwSignal<String>,
}

impl DateParts {
    /// Fields that hold this day.
    pub fn of(date: Date) -> Self {
        Self {
            day: RwSignal::new(date.day().to_string()),
            month: RwSignal::new(date.month().to_string()),
            year: RwSignal::new(date.year().to_string()),
        }
    }

    /// The day, if there is one like it.
    pub fn read(self) -> Option<Date> {
        let part = |part: RwSignal<String>| part.get_untracked().trim().parse::<i32>().ok();
        let (year, month, day) = (part(self.year)?, part(self.month)?, part(self.day)?);
        Date::new(year, month.try_into().ok()?, day.try_into().ok()?)
    }
}

/// The attendance of today, where there is one package whose attendance is kept; otherwise all packages.
#[component]
fn Today(desk: Desk) -> impl IntoView {
    let fetched = Fetched::new(desk, api::packages());
    Effect::new(move |_| {
        let Some(Packages { packages, .. }) = fetched.held.get() else { return };
        let mut going = packages.into_iter().filter(|line| line.in_training > 0);
        if let (Some(line), None) = (going.next(), going.next()) {
            let today = untrack(|| desk.server_now().date(desk.zone()));
            device::go_instead(&Route::Training(Training::Day(line.package, today)).to_string());
        }
    });
    list(desk, fetched)
}

#[component]
fn List(desk: Desk) -> impl IntoView {
    list(desk, Fetched::new(desk, api::packages()))
}

fn list(desk: Desk, fetched: Fetched<Packages>) -> impl IntoView {
    let list = move || {
        fetched.held.get().map(|Packages { packages, .. }| match packages.is_empty() {
            true => view! {
                <div class="empty"><Icon symbol=Symbol::Programme /><p>{say("training.none_yours")}</p></div>
            }
            .into_any(),
            false => view! {
                <ul class="packages">{packages.into_iter().map(|line| one(desk, line)).collect_view()}</ul>
            }
            .into_any(),
        })
    };
    view! {
        <div class="head"><h1>{say("page.training")}</h1></div>
        <p class="hint">{say("training.help")}</p>
        {fetched.says()}
        {live(list)}
    }
}

fn one(desk: Desk, line: PackageLine) -> impl IntoView {
    let to = Route::Training(Training::Package(line.package.clone())).href();
    let title = line.clone();
    let says = {
        let line = line.clone();
        move || state_of(&line)
    };
    let more = move || counts(&line);
    view! {
        <li><a href=to>
            <b>{told(move || words::package(desk, &title.package))}</b>
            <span>{told(says)}</span>
            <span class="soft">{told(more)}</span>
        </a></li>
    }
}

/// Whether it has begun, and how far it is.
pub fn state_of(line: &PackageLine) -> String {
    match &line.begun {
        Some(begun) => t("training.begun", &[("date", &begun.on.to_string()), ("n", &line.days)]),
        None if line.confirmed < line.minimum => {
            t("training.too_few", &[("n", &line.confirmed), ("minimum", &line.minimum)])
        }
        None => t("training.ready", &[("n", &line.confirmed), ("all", &line.seats)]),
    }
}

/// Who is in it, and what asks for somebody.
fn counts(line: &PackageLine) -> String {
    let mut parts = Vec::new();
    let mut add = |key: &'static str, n: u32| {
        if n > 0 {
            parts.push(t(key, &[("n", &n)]));
        }
    };
    add("training.n_in_training", line.in_training);
    add("training.n_ended", line.ended);
    add("training.n_long_away", line.long_away);
    add("training.n_waiting", line.waiting);
    parts.join(" · ")
}
