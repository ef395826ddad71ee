//! The queue of answers that disagree: the cases on the left, the open one beside it.

use bilik_shared::view::Row;
use bilik_shared::view::entries::{Filter, PAGE};
use leptos::prelude::*;

use crate::desk::answers::housed;
use crate::desk::api;
use crate::desk::case::Case;
use crate::desk::detail::Held;
use crate::desk::listing::Listing;
use crate::desk::route::{Key, Queue, Route};
use crate::desk::session::{Desk, key as key_of};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{ATTENTION, Mark};
use crate::text::{say, t};

/// The page.
#[component]
pub fn Conflicts(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let asked = Memo::new(|_| {
        (Filter { queue: Queue::Everyone, contested: true, ..Filter::default() }, None)
    });
    let listing = Listing::of(desk, asked);
    let shown = listing.shown();
    let cases = Memo::new(move |_| shown.with(|keys| desk.rows_of(keys)));
    // A case stays open after it was settled, so that the answer to the choice can be read.
    let open = Memo::new(move |before: Option<&Option<Key>>| match desk.route.get() {
        Route::Conflicts(Some(key)) => Some(key),
        _ => before.cloned().flatten().or_else(|| cases.with(|cases| cases.first().map(key_of))),
    });
    let count = move || desk.counts.with(|counts| t("review.waiting", &[("n", &counts.conflicts)]));
    let none = Memo::new(move |_| cases.with(Vec::is_empty) && listing.settled.get());
    let rest = Memo::new(move |_| listing.rest());
    view! {
        <main class="work">
            <div class="head"><h1>{say("review.title")}</h1><span class="soft" role="status">{count}</span></div>
            <div class="case">
                <nav class="cases" aria-label=say("queue.conflicts")>
                    <For each=move || cases.get() key=|row| format!("{row:?}") let(row)><CaseLink open row /></For>
                    <Show when=move || rest.get() != 0>
                        <button type="button" class="btn" on:click=move |_| listing.more()>
                            {move || t("table.more", &[("n", &rest.get().min(PAGE)), ("rest", &rest.get())])}
                        </button>
                    </Show>
                    <Show when=move || none.get() && open.with(Option::is_some)><p class="soft">{say("review.none")}</p></Show>
                </nav>
                {move || match open.get() {
                    Some(key) => view! { <OpenCase desk key cases /> }.into_any(),
                    None if !none.get() => view! { <p class="soft" role="status">{say("bar.loading")}</p> }.into_any(),
                    None => view! {
                        <div class="empty">
                            <Icon symbol=Symbol::Check />
                            <h2>{say("review.none")}</h2>
                            <p class="soft">{say("review.none_help")}</p>
                        </div>
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

fn fields(conflicts: u32) -> String {
    match conflicts {
        1 => t("review.one_field", &[]),
        n => t("review.fields", &[("n", &n)]),
    }
}

#[component]
fn CaseLink(open: Memo<Option<Key>>, row: Row) -> impl IntoView {
    let here = key_of(&row);
    let href = Route::Conflicts(Some(here.clone())).href();
    let current = move || open.with(|open| (open.as_ref() == Some(&here)).then_some("true"));
    let (name, conflicts) = (row.name.clone(), row.conflicts);
    view! {
        <a href=href aria-current=current>
            <Mark look=ATTENTION>{move || fields(conflicts)}</Mark>
            <b>{name}</b>
            <span class="hint">{move || housed(&row)}</span>
        </a>
    }
}

#[component]
fn OpenCase(desk: Desk, key: Key, cases: Memo<Vec<Row>>) -> impl IntoView {
    let held = Held::of(desk, key.clone());
    let row = desk.row(&key);
    // Once this case is settled, the next one is a press away.
    let settled = row.clone();
    let next =
        move || {
            let is_settled = settled.as_ref().is_some_and(|row| row.with(|row| row.conflicts == 0));
            let next = cases.with(|cases| cases.first().map(|row| (key_of(row), row.name.clone())));
            next.filter(|_| is_settled).map(|(key, name)| view! {
            <p class="actions">
                <a class="btn main primary" href=Route::Conflicts(Some(key)).href()>
                    {move || t("review.next", &[("name", &name)])}<Icon symbol=Symbol::Arrow />
                </a>
            </p>
        })
        };
    let heading = row.map(|row| {
        let place = row.clone();
        view! {
            <div class="head">
                <h2>{move || row.with(|row| row.name.clone())}</h2>
                <span class="soft">{move || place.with(housed)}</span>
            </div>
        }
    });
    view! {
        <section class="stack">
            {heading}
            {move || held.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            })}
            <Case desk key held />
            {next}
        </section>
    }
}
