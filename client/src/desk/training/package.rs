//! One package: when it begins and who teaches it, its days, its people, and who waits for it.

use bilik_shared::id::OfficerId;
use bilik_shared::programme::Seat;
use bilik_shared::role::Action;
use bilik_shared::view::training::{DayLine, PackageView, Start, Teach};
use leptos::prelude::*;

use super::candidates::Candidates;
use super::people::People;
use super::{DateParts, Fetched, state_of, words};
use crate::desk::api;
use crate::desk::route::{Route, Training};
use crate::desk::session::Desk;
use crate::parts::field::DateField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::{say, t, told};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    /// What the session holds.
    pub desk: Desk,
    /// The package.
    pub fetched: Fetched<PackageView>,
    seat: StoredValue<Seat>,
    /// The form that is open, by whom or what it is about.
    pub asking: RwSignal<Option<String>>,
}

impl Page {
    /// Which package.
    pub fn seat(self) -> Seat {
        self.seat.get_value()
    }

    /// Asks for something to be done to the package; the form that asked closes when it was.
    pub fn act<Q: serde::Serialize + 'static>(self, what: &'static str, question: Q) {
        let seat = self.seat();
        let ask = async move { api::on_package(&seat, what, &question).await };
        self.fetched.ask(ask, move || self.asking.set(None));
    }
}

/// The page.
#[component]
pub fn PackagePage(desk: Desk, seat: Seat) -> impl IntoView {
    let fetched = Fetched::new(desk, {
        let seat = seat.clone();
        async move { api::package(&seat).await }
    });
    let page = Page { desk, fetched, seat: StoredValue::new(seat), asking: RwSignal::new(None) };
    let parts = move || {
        fetched.held.get().map(|view| {
            let runs = desk.may(Action::RunTraining, None);
            let begun = view.line.begun.is_some();
            view! {
                <Head page view=view.clone() />
                {begun.then(|| view! { <Days page view=view.clone() /> })}
                <People page view=view.clone() />
                {runs.then(|| view! { <Candidates page waiting=view.waiting.clone() /> })}
            }
        })
    };
    view! {
        <div class="head">
            <h1>{told(move || words::package(desk, &page.seat()))}</h1>
            <a href=Route::Training(Training::List).href()>{say("training.all")}</a>
        </div>
        {fetched.says()}
        {live(parts)}
    }
}

/// Who teaches it, and the first day.
#[component]
fn Head(page: Page, view: PackageView) -> impl IntoView {
    let desk = page.desk;
    let (line, today) = (view.line.clone(), view.today);
    let says = move || state_of(&line);
    let first = DateParts::of(today);
    let wrong = RwSignal::new(false);
    let start = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        wrong.set(first.read().is_none());
        if let Some(on) = first.read() {
            page.act("start", Start { on });
        }
    };
    let error = Signal::derive(move || wrong.get().then(|| t("training.date_missing", &[])));
    let late = view.line.begun.clone().filter(|_| view.line.confirmed > 0);
    let can_start = view.line.begun.is_none() && view.line.confirmed + view.line.in_training > 0;
    view! {
        <section class="panel stack">
            <p><b>{told(says)}</b></p>
            <Instructor page view=view.clone() />
            {can_start.then(|| view! {
                <form class="stack" on:submit=start novalidate>
                    <DateField name="first-day" label=Signal::derive(say("training.first_day")) day=first.day month=first.month year=first.year error />
                    <p class="hint">{say("training.start_help")}</p>
                    <p><button class="btn main primary" disabled=move || page.fetched.busy.get()>{say("training.start")}</button></p>
                </form>
            })}
            {late.map(|begun| {
                let n = view.line.confirmed;
                let again = move |_| page.act("start", Start { on: begun.on });
                view! {
                    <p><button type="button" class="btn" disabled=move || page.fetched.busy.get() on:click=again>
                        {told(move || t("training.take_in", &[("n", &n)]))}
                    </button></p>
                }
            })}
            {(!desk.may(Action::RunTraining, None)).then(|| view! { <p class="hint">{say("training.own_only")}</p> })}
        </section>
    }
}

#[component]
fn Instructor(page: Page, view: PackageView) -> impl IntoView {
    let desk = page.desk;
    let PackageView { line, instructors, .. } = view;
    if !desk.may(Action::RunTraining, None) {
        return ().into_any();
    }
    let chosen = line.instructor.clone();
    let option = |id: OfficerId| {
        let selected = chosen.as_ref() == Some(&id);
        let name = desk.officer(&id);
        view! { <option value=id.to_string() selected=selected>{name}</option> }
    };
    let options = instructors.into_iter().map(option).collect_view();
    let change = move |event: leptos::ev::Event| {
        let instructor = event_target_value(&event).parse().ok();
        page.act("instructor", Teach { instructor });
    };
    view! {
        <div class="field">
            <label for="instructor">{say("training.instructor")}</label>
            <select class="input" id="instructor" on:change=change>
                <option value="" selected=chosen.is_none()>{say("training.no_instructor")}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// The days that were recorded, and the way to the one of today.
#[component]
fn Days(page: Page, view: PackageView) -> impl IntoView {
    let seat = page.seat();
    let to = |date| Route::Training(Training::Day(seat.clone(), date)).href();
    let today = to(view.today);
    let day = |day: DayLine| {
        let says = move || {
            let (date, there, of) = (day.date.to_string(), day.there, day.of);
            let key = if day.revision > 1 { "day.line_corrected" } else { "day.line" };
            t(key, &[("date", &date), ("n", &there), ("all", &of), ("hours", &day.hours)])
        };
        view! { <li><a href=to(day.date)>{told(says)}</a></li> }
    };
    let days = view.days.clone().into_iter().map(day).collect_view();
    let goes_on = view.line.in_training > 0;
    view! {
        <section class="panel stack">
            <h2>{say("training.attendance")}</h2>
            {goes_on.then(|| view! {
                <p><a class="btn main primary" href=today><Icon symbol=Symbol::List />{say("day.today")}</a></p>
            })}
            <ul class="links">{days}</ul>
        </section>
    }
}
