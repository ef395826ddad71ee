//! The attendance of one day, for a phone in a workshop: everybody is there, then the exceptions, then one button.

use bilik_shared::id::EntryId;
use bilik_shared::programme::Seat;
use bilik_shared::time::Date;
use bilik_shared::training::attendance::{Attendance, Day, Mark, SaveDay};
use bilik_shared::view::training::DayView;
use leptos::prelude::*;

use super::{Fetched, words};
use crate::desk::api;
use crate::desk::route::{Route, Training};
use crate::desk::session::Desk;
use crate::parts::field::{Keys, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::pick::{Pick, chosen, place};
use crate::parts::state::{ATTENTION, Mark as StateWord};
use crate::text::{say, t, told};

/// The hours of a day that nobody has saved yet.
const USUAL_HOURS: u32 = 8;

/// The page.
#[component]
pub fn DayPage(desk: Desk, seat: Seat, date: Date) -> impl IntoView {
    let fetched = Fetched::new(desk, {
        let seat = seat.clone();
        async move { api::training_day(&seat, date).await }
    });
    let (title, back) = (seat.clone(), Route::Training(Training::Package(seat.clone())).href());
    let steps = [-1, 1].map(|step| {
        let to = Date::from_days(date.days() + step);
        let key = if step < 0 { "day.before" } else { "day.after" };
        let href = Route::Training(Training::Day(seat.clone(), to)).href();
        view! { <a href=href>{say(key)}</a> }
    });
    let list = move || {
        let seat = seat.clone();
        fetched.held.get().map(|view| view! { <List desk fetched seat view /> })
    };
    view! {
        <div class="head">
            <h1>{told(move || t("day.title", &[("date", &date.to_string())]))}</h1>
            <a href=back>{told(move || words::package(desk, &title))}</a>
        </div>
        <p class="actions">{steps.into_iter().collect_view()}</p>
        {fetched.says()}
        {live(list)}
    }
}

/// One person while the day is filled in.
#[derive(Clone, Copy)]
struct Line {
    entry: EntryId,
    code: RwSignal<Option<usize>>,
    hours: RwSignal<String>,
}

impl Line {
    fn of(entry: EntryId, mark: Option<&Mark>) -> Self {
        let code = mark.map_or(Attendance::Present, |mark| mark.code);
        let hours = mark.map(|mark| mark.hours.to_string()).unwrap_or_default();
        Self {
            entry,
            code: RwSignal::new(place(Attendance::ALL, Some(code))),
            hours: RwSignal::new(hours),
        }
    }

    fn code(self) -> Attendance {
        chosen(Attendance::ALL, self.code.get()).unwrap_or(Attendance::Present)
    }

    /// What stands in the list; of somebody late with hours that cannot be read, none: the server refuses that.
    fn mark(self, day: u32) -> Mark {
        let code = untrack(|| self.code());
        let hours = match code {
            Attendance::Present => day,
            Attendance::Late => {
                self.hours.with_untracked(|hours| hours.trim().parse().unwrap_or(0))
            }
            _ => 0,
        };
        Mark { entry: self.entry, code, hours }
    }
}

#[component]
fn List(desk: Desk, fetched: Fetched<DayView>, seat: Seat, view: DayView) -> impl IntoView {
    let DayView { date, people, saved, .. } = view;
    let last = saved.first().cloned();
    let after = last.as_ref().map_or(0, |day| day.revision);
    let hours = last.as_ref().map_or(USUAL_HOURS, |day| day.hours);
    let hours = RwSignal::new(hours.to_string());
    let topic = RwSignal::new(last.as_ref().map(|day| day.topic.clone()).unwrap_or_default());
    // A day that is corrected holds whoever stood in it, not who came later.
    let stands = |entry| last.as_ref().is_none_or(|day| day.mark(entry).is_some());
    let mut lines = Vec::new();
    let open = RwSignal::new(None::<EntryId>);
    let rows: Vec<AnyView> = people
        .into_iter()
        .filter(|one| stands(one.entry))
        .map(|one| {
            let line = Line::of(one.entry, last.as_ref().and_then(|day| day.mark(one.entry)));
            lines.push(line);
            let away = one.totals.is_long_away().then_some(one.totals.missed_last);
            view! { <Row line name=one.name away open /> }.into_any()
        })
        .collect();
    let (none, all) = (lines.is_empty(), lines.len());
    let lines = StoredValue::new(lines);
    let there = move || {
        let n = lines.with_value(|lines| lines.iter().filter(|one| one.code().is_there()).count());
        t("day.there", &[("n", &n), ("all", &all)])
    };
    let wrong = RwSignal::new(false);
    let error = Signal::derive(move || wrong.get().then(|| t("refusal.hours", &[])));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let read = hours.with_untracked(|hours| hours.trim().parse::<u32>().ok());
        wrong.set(read.is_none());
        let Some(hours) = read else { return };
        let marks = lines.with_value(|lines| lines.iter().map(|line| line.mark(hours)).collect());
        let save = SaveDay { after, hours, topic: topic.get_untracked(), marks };
        let seat = seat.clone();
        fetched.ask(async move { api::save_training_day(&seat, date, &save).await }, || {});
    };
    if none {
        return view! { <p class="soft">{say("training.nobody")}</p> }.into_any();
    }
    view! {
        <form class="day stack" on:submit=submit novalidate>
            <p class="hint">{say("day.help")}</p>
            <ul class="persons tight">{rows}</ul>
            <TextField name="day-hours" label=Signal::derive(say("day.hours")) value=hours keys=Keys::Digits error />
            <TextField name="day-topic" label=Signal::derive(say("day.topic")) value=topic />
            <p class="save">
                <b role="status">{told(there)}</b>
                <button class="btn main primary" disabled=move || fetched.busy.get()><Icon symbol=Symbol::Check />{say("day.save")}</button>
            </p>
        </form>
        <History desk saved />
    }
    .into_any()
}

#[component]
fn Row(
    line: Line,
    name: String,
    /// So many days in a row, if somebody should ask why.
    away: Option<u32>,
    open: RwSignal<Option<EntryId>>,
) -> impl IntoView {
    let options: Vec<&'static str> =
        Attendance::ALL.iter().map(|code| words::attendance(*code)).collect();
    let is_open = move || open.get() == Some(line.entry);
    let toggle = move |_| {
        open.update(|open| *open = if *open == Some(line.entry) { None } else { Some(line.entry) });
    };
    let (legend, called) = (name.clone(), name.clone());
    let form = move || {
        let legend = legend.clone();
        let late = move || {
            (line.code() == Attendance::Late).then(|| view! {
                <TextField name="late-hours" label=Signal::derive(say("day.late_hours")) value=line.hours keys=Keys::Digits />
            })
        };
        match is_open() {
            true => view! {
                <Pick name="attendance" legend=Signal::derive(move || legend.clone()) options=options.clone() value=line.code />
                {live(late)}
            }
            .into_any(),
            false => ().into_any(),
        }
    };
    view! {
        <li class:exception=move || !line.code().is_there()>
            <div class="head">
                <span><b>{name}</b>
                    {away.map(|n| view! { " "<StateWord look=ATTENTION>{told(move || t("training.long_away", &[("n", &n)]))}</StateWord> })}
                </span>
                <button type="button" class="btn" aria-expanded=move || is_open().to_string()
                    aria-label=move || t("day.change", &[("name", &called), ("code", &t(words::attendance(line.code()), &[]))])
                    on:click=toggle>{move || t(words::attendance(line.code()), &[])}</button>
            </div>
            {live(form)}
        </li>
    }
}

/// Who saved the day when.
#[component]
fn History(desk: Desk, saved: Vec<Day>) -> impl IntoView {
    let none = saved.is_empty();
    let line = move |day: Day| {
        let says = move || {
            let (name, time) = (desk.officer(&day.by), desk.moment(day.at));
            let (there, all) = (day.there(), day.marks.len());
            let revision = day.revision;
            t(
                "day.saved_by",
                &[
                    ("n", &revision),
                    ("name", &name),
                    ("time", &time),
                    ("there", &there),
                    ("all", &all),
                ],
            )
        };
        view! { <li>{told(says)}</li> }
    };
    (!none).then(|| {
        view! {
            <section class="after"><h2>{say("history.title")}</h2>
                <ul class="runs">{saved.into_iter().map(line).collect_view()}</ul>
            </section>
        }
    })
}
