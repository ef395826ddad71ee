//! The verdict: one sentence that can be read at arm's length, and only when it is true.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{EntryView, PersonRow, Sync};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bar::TopBar;
use super::pages::App;
use super::route::Route;
use super::{walk, work};
use crate::device;
use crate::label::{self, Label};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::Mark;
use crate::parts::state::{StateMark, look};
use crate::text::{say, t, told};

/// What was saved, and who is next.
#[component]
pub fn Saved(
    /// The sheet.
    sheet: SheetId,
    /// The person.
    entry: EntryId,
) -> impl IntoView {
    let app = App::here();
    let view = app.follow(&sheet, entry);
    let place = walk::place(app, &sheet, Route::Walk(sheet.clone()));
    let block = walk::block_of(app, &sheet);
    let content = {
        let block = block.clone();
        live(move || {
            let Some(view) = view.get() else {
                return view! { <h1>{say("refused.no_such_entry")}</h1> }.into_any();
            };
            view! {
                <Verdict view=view.clone() block=block.clone() />
                <div class="pair"><Number view=view.clone() /><Ranks view /></div>
            }
            .into_any()
        })
    };
    view! {
        <TopBar place=Some(place) />
        <main class="page narrow"><div data-land tabindex="-1">{content}</div><TakeBack sheet=sheet.clone() entry /></main>
        <footer class="dock">
            <a class="btn main" href=Route::Walk(sheet.clone()).href()>
                <Icon symbol=Symbol::List />{told(move || t("act.list", &[("block", &block)]))}
            </a>
            <a class="btn main" href=Route::Form(sheet.clone(), entry).href()>
                <Icon symbol=Symbol::Draft />{say("saved.change")}
            </a>
            <Next sheet entry />
        </footer>
    }
}

/// For a few seconds the step may have been a slip: one tap, and everything stands as before.
#[component]
fn TakeBack(sheet: SheetId, entry: EntryId) -> impl IntoView {
    let app = App::here();
    let tick = RwSignal::new(0_u32);
    let sheet = StoredValue::new(sheet);
    let refused = RwSignal::new(None::<Refused>);
    spawn_local(async move {
        // The page may have been left meanwhile: then there is nothing to count down.
        while tick.try_update(|n| *n = n.wrapping_add(1)).is_some() {
            device::sleep(500).await;
        }
    });
    let slip = Memo::new(move |_| {
        tick.track();
        let now = device::now();
        let slip =
            app.tablet.read(|replica| replica.slip(&sheet.get_value(), entry, now).cloned())?;
        Some(((slip.until.0 - now.0 + 999) / 1000, slip.change))
    });
    let undo = move |_| {
        let Some((_, change)) = slip.get_untracked() else { return };
        let id = sheet.get_value();
        app.tablet.act(
            &app.actor(),
            &sheet.get_value(),
            entry,
            What::Undo { change },
            move |result| match result {
                Ok(_) => {
                    work::bring_back(app, &id, entry);
                    device::go_instead(&Route::Form(id, entry).to_string());
                }
                Err(why) => refused.set(Some(why)),
            },
        );
    };
    let shown = Memo::new(move |_| slip.get().is_some());
    let left = told(move || {
        let seconds = slip.get().map_or(0, |(seconds, _)| seconds);
        t("saved.undo", &[("n", &seconds)])
    });
    view! {
        {live(move || shown.get().then(|| view! {
            <p class="actions after">
                <button type="button" class="btn main" on:click=undo><Icon symbol=Symbol::Undo />{left}</button>
                <span class="hint">{say("saved.undo_help")}</span>
            </p>
        }))}
        {live(move || refused.get().map(|refused| view! {
            <Notice tone=Tone::Error><p>{told(move || app.tablet.explain(&refused))}</p></Notice>
        }))}
    }
}

#[component]
fn Verdict(view: EntryView, block: String) -> impl IntoView {
    let app = App::here();
    let id = view.entry.id;
    let refused = app.tablet.peek(|replica| {
        replica.refused().iter().any(|work| work.is_open() && work.entries.contains(&id))
    });
    let (state, symbol, title, help) = match view.sync {
        Sync::Received => {
            ("received", Symbol::Received, "saved.received_title", "saved.received_help")
        }
        Sync::NeedsAttention if refused => {
            ("attention", Symbol::Attention, "saved.refused_title", "saved.refused_help")
        }
        _ => ("saved", Symbol::Saved, "saved.title", "saved.help"),
    };
    let person = view.entry.person;
    let cell = label::plate(&person.cell);
    let sentence = told(move || {
        let holes: [(&str, &dyn std::fmt::Display); 3] =
            [("name", &person.name), ("block", &block), ("cell", &cell)];
        t(help, &holes)
    });
    view! {
        <div class="verdict" data-state=state role="status">
            <Icon symbol />
            <h1>{say(title)}</h1>
            <p>{sentence}</p>
        </div>
    }
}

/// The number to read out; short, because it is said in a corridor.
#[component]
fn Number(view: EntryView) -> impl IntoView {
    let app = App::here();
    let entry = view.entry;
    let number = entry.number.clone();
    let short = number.splitn(3, '-').nth(2).unwrap_or(&number).to_owned();
    let spoken = if number.is_empty() {
        view! { <p class="soft">{say("saved.no_number")}</p> }.into_any()
    } else {
        view! {
            <p class="code">{short}</p>
            <p class="hint">
                {say("saved.number_help")}<br />
                {told(move || t("saved.number_full", &[("number", &number)]))}
            </p>
        }
        .into_any()
    };
    let at = entry.done_by.map(|(_, at)| at);
    let how = entry.answers.consent.clone().map(|consent| {
        told(move || {
            let outcome = t(consent.outcome.key(), &[]);
            let way = consent.way.map(|way| t(way.key(), &[]));
            let time = at.map(|at| app.clock(at));
            [Some(outcome), way, time].into_iter().flatten().collect::<Vec<_>>().join(", ")
        })
    });
    let mark = match how {
        Some(how) => view! { <Mark look=look(entry.state)>{how}</Mark> }.into_any(),
        None => view! { <StateMark state=entry.state /> }.into_any(),
    };
    view! { <section class="panel stack"><h2>{say("saved.number")}</h2>{spoken}<p>{mark}</p></section> }
}

#[component]
fn Ranks(view: EntryView) -> impl IntoView {
    let app = App::here();
    let choices = view.entry.answers.choices;
    let none = choices.is_empty();
    let items = live(move || {
        let names = label::programmes(&choices, &app.programmes());
        let item = |(n, name)| view! { <li><span class="rank on">{n + 1}</span>{name}</li> };
        names.into_iter().enumerate().map(item).collect_view()
    });
    view! {
        <section class="panel stack">
            <h2>{say("saved.choices")}</h2>
            <ol class="ranks">{items}</ol>
            <p class="hint">{say(if none { "saved.without_seats" } else { "saved.seats" })}</p>
        </section>
    }
}

/// The next person who has not been asked, from here on through the block and around.
fn next_of(rows: Vec<PersonRow>, here: EntryId) -> Option<PersonRow> {
    let at = rows.iter().position(|row| row.entry == here).unwrap_or_default();
    let (before, after) = rows.split_at(at);
    after.iter().chain(before).find(|row| row.state == State::NotAsked).cloned()
}

#[component]
fn Next(sheet: SheetId, entry: EntryId) -> impl IntoView {
    let app = App::here();
    let block = walk::block_of(app, &sheet);
    let id = sheet.clone();
    let next = Memo::new(move |_| next_of(walk::people(app, &id), entry));
    let id = sheet.clone();
    let drafts = Memo::new(move |_| {
        let people = walk::people(app, &id);
        people.iter().filter(|row| row.state == State::Draft).count()
    });
    let over = Memo::new(move |_| app.tablet.read(|replica| replica.is_over()));
    live(move || {
        let (sheet, block) = (sheet.clone(), block.clone());
        if over.get() {
            return ().into_any();
        }
        match next.get() {
            Some(row) => {
                let cell = label::plate(&row.cell);
                view! {
                <a class="btn main primary end" href=Route::Form(sheet, row.entry).href()>
                    {told(move || t("saved.next", &[("cell", &cell)]))}
                    <Icon symbol=Symbol::Arrow />
                </a>
                }
                .into_any()
            }
            None if drafts.get() > 0 => view! {
                <a class="btn main primary end" href=Route::Walk(sheet).href()>
                    {told(move || t("saved.drafts_left", &[("n", &drafts.get())]))}
                </a>
            }
            .into_any(),
            None => view! {
                <a class="btn main primary end" href=Route::Sheets.href()>
                    {told(move || t("saved.all_asked", &[("block", &block)]))}
                </a>
            }
            .into_any(),
        }
    })
}
