//! How far the walk has come, and whom to show.

use bilik_shared::id::SheetId;
use bilik_shared::lifecycle::State;
use bilik_shared::replica::{PersonRow, Sync};
use leptos::prelude::*;

use super::Filter;
use super::drafts::Drafts;
use crate::label::Label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::meter::{Meter, Part};
use crate::parts::state::look;
use crate::tablet::route::Route;
use crate::text::{say, t, told};

/// The filters that always stand there, also at zero.
const ALWAYS: [State; 5] =
    [State::NotAsked, State::Draft, State::Registered, State::Declined, State::Away];

/// Counter and filters.
#[component]
pub fn Side(
    /// The sheet.
    sheet: SheetId,
    /// Everybody on the sheet.
    people: Memo<Vec<PersonRow>>,
    /// Who is shown.
    filter: RwSignal<Filter>,
) -> impl IntoView {
    let count =
        move |test: fn(&PersonRow) -> bool| people.read().iter().filter(|row| test(row)).count();
    let asked = move || count(|row| row.state != State::NotAsked);
    let received = move || count(|row| row.sync == Sync::Received) as u32;
    let saved = move || count(|row| row.sync == Sync::SavedHere) as u32;
    let review = move || count(|row| row.sync == Sync::NeedsAttention) as u32;
    let parts = Signal::derive(move || {
        vec![
            Part { state: "received", count: received() },
            Part { state: "saved", count: saved() },
            Part { state: "attention", count: review() },
        ]
    });
    let whole = Signal::derive(move || people.read().len() as u32);
    let label = Signal::derive(move || {
        let received = t("sheets.received", &[("n", &received())]);
        format!("{received}, {}", t("sheets.saved", &[("n", &saved())]))
    });
    let filters = Memo::new(move |_| {
        let present =
            State::ALL.iter().filter(|state| people.read().iter().any(|row| row.state == **state));
        let mut states: Vec<State> = ALWAYS.to_vec();
        states.extend(present.filter(|state| !ALWAYS.contains(state)));
        states
    });
    let chips = live(move || {
        filters.get().into_iter().map(|state| view! { <Chip people filter only=Filter::Only(state) symbol=look(state).symbol name=state.key() /> })
            .collect_view()
    });
    view! {
        <section class="side" aria-label=say("walk.summary")>
            <div class="tally">
                <p>
                    <b>{asked}</b>" "
                    {told(move || t("walk.of", &[("all", &people.read().len())]))}
                </p>
                <Meter whole parts label />
            </div>
            <Drafts sheet=sheet.clone() people />
            <div class="chips" role="group" aria-label=say("walk.filter")>
                <Chip people filter only=Filter::All symbol=Symbol::List name="walk.all" />
                {chips}
                {live(move || (review() > 0).then(|| view! {
                    <Chip people filter only=Filter::Review symbol=Symbol::Attention name="walk.review" />
                }))}
            </div>
            <a class="btn" href=Route::Print(sheet).href()><Icon symbol=Symbol::Print />{say("print.open")}</a>
        </section>
    }
}

#[component]
fn Chip(
    people: Memo<Vec<PersonRow>>,
    filter: RwSignal<Filter>,
    only: Filter,
    symbol: Symbol,
    name: &'static str,
) -> impl IntoView {
    let count = move || people.read().iter().filter(|row| only.shows(row)).count();
    let pressed = move || if filter.get() == only { "true" } else { "false" };
    view! {
        <button type="button" class="chip" aria-pressed=pressed on:click=move |_| filter.set(only)>
            <span><Icon symbol />{say(name)}</span><b>{count}</b>
        </button>
    }
}
