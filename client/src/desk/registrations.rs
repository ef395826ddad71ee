//! All registrations in one table, what narrows it down, and the panel of the open one.

use std::collections::BTreeSet;

use bilik_shared::id::ProgrammeCode;
use bilik_shared::lifecycle::State;
use bilik_shared::view::entries::{Facets, Filter, Order};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::desk::api;
use crate::desk::listing::Listing;
use crate::desk::many::{Many, Marked, can_mark};
use crate::desk::panel::Panel;
use crate::desk::route::{Key, Queue, Route};
use crate::desk::session::Desk;
use crate::desk::table::{Table, row_id};
use crate::desk::views::Views;
use crate::device;
use crate::label::{self, Label};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

/// The page.
#[component]
pub fn Registrations(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let queue = Memo::new(move |_| match desk.route.get() {
        Route::Registrations(queue) => queue,
        _ => Queue::Asked,
    });
    let order = RwSignal::new(Order::default());
    let asked = Memo::new(move |_| {
        let filter = Filter { queue: queue.get(), ..desk.filter.get() };
        let order = order.get();
        // Somebody who searches sees who fits best first, until they press a heading.
        let usual = order == Order::default() && !filter.text.trim().is_empty();
        (filter, (!usual).then_some(order))
    });
    let marked: Marked = RwSignal::default();
    let markable = Memo::new(move |_| can_mark(desk, queue.get()));
    let listing = Listing::of(desk, asked);
    let shown = listing.shown();
    listen(desk, listing, shown);
    let count = move || {
        let all = listing.total.get().unwrap_or(0);
        t(
            "table.shown",
            &[("n", &label::number(shown.with(Vec::len) as u32)), ("all", &label::number(all))],
        )
    };
    let title = if desk.sees_registrations() { "page.registrations" } else { "page.participants" };
    let none = Memo::new(move |_| shown.with(Vec::is_empty));
    let loaded = listing.settled;
    // Somebody who sees nobody, as the partner at first, has nothing to narrow down.
    let anybody = Memo::new(move |_| desk.counts.with(|counts| counts.seen > 0));
    // The panel is made anew only for another entry: a comment that is being typed stays.
    let open = Memo::new(move |_| desk.open.get().filter(|key| desk.row(key).is_some()));
    view! {
        <main class="work with-panel" class:open=move || open.with(Option::is_some)>
            <section>
                <div class="head">
                    <h1>{say(title)}</h1>
                    <span class="soft"><span role="status">{count}</span><Keys /></span>
                </div>
                <Show when=move || anybody.get()>
                    <Chips desk queue listing />
                    <Views desk queue order />
                </Show>
                // What became of the last ones is told also when they were the last.
                <Show when=move || markable.get()><Many desk marked shown /></Show>
                {move || listing.failed.get().map(|error| view! {
                    <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice>
                })}
                <Show when=move || !none.get() fallback=move || view! {
                    <Show when=move || loaded.get() fallback=|| view! { <p class="soft" role="status">{say("bar.loading")}</p> }>
                        <Nothing desk queue />
                    </Show>
                }>
                    <Table desk listing shown order marks=Signal::derive(move || markable.get().then_some(marked)) />
                </Show>
            </section>
            {move || open.get().map(|key| view! { <Panel desk key /> })}
        </main>
    }
}

/// Which keys go through the table.
#[component]
fn Keys() -> impl IntoView {
    view! { <span class="keys"><kbd>"J"</kbd>" "<kbd>"K"</kbd>" "{say("table.keys")}</span> }
}

/// Queues, blocks and disagreement, each with how many a press would show.
#[component]
fn Chips(desk: Desk, queue: Memo<Queue>, listing: Listing) -> impl IntoView {
    let facets = listing.facets;
    let queues = Memo::new(move |_| {
        let here = queue.get();
        let states = State::ALL
            .iter()
            .filter(|state| **state != State::NotAsked)
            .map(|state| Queue::Only(*state));
        let all =
            [Queue::Asked, Queue::Everyone, Queue::Late, Queue::Gone].into_iter().chain(states);
        let counted =
            facets.with(|facets| all.map(|queue| (queue, facets.queue(queue))).collect::<Vec<_>>());
        let offered = counted.into_iter().filter(|(queue, n)| {
            *n > 0 || *queue == here || matches!(queue, Queue::Asked | Queue::Everyone)
        });
        offered.collect::<Vec<_>>()
    });
    let contested = Memo::new(move |_| facets.with(|facets| facets.contested));
    // A block that is chosen stays, also where nothing in it is left.
    let blocks = Memo::new(move |_| {
        let counted = facets.with(|facets| facets.blocks.keys().cloned().collect::<BTreeSet<_>>());
        desk.filter.with(|filter| counted.union(&filter.blocks).cloned().collect::<BTreeSet<_>>())
    });
    let toggle_contested = move |_| {
        desk.filter.update(|filter| {
            filter.contested = !filter.contested;
        })
    };
    let only_contested = move || desk.filter.with(|filter| filter.contested.to_string());
    view! {
        <div class="chips" role="group" aria-label=say("table.filters")>
            <For each=move || queues.with(|queues| queues.iter().map(|(queue, _)| *queue).collect::<Vec<_>>()) key=|queue| *queue let(to)>
                <button
                    type="button"
                    class="chip"
                    aria-pressed=move || (queue.get() == to).to_string()
                    on:click=move |_| device::go(&Route::Registrations(to).to_string())
                >
                    {move || queue_name(to)}
                    <b>{move || queues.with(|queues| queues.iter().find(|(queue, _)| *queue == to).map(|(_, n)| *n))}</b>
                </button>
            </For>
            <button type="button" class="chip" aria-pressed=only_contested on:click=toggle_contested>
                <Icon symbol=Symbol::Attention />{say("table.contested")}<b>{contested}</b>
            </button>
        </div>
        <div class="chips" role="group" aria-label=say("table.blocks")>
            <For each=move || blocks.get() key=Clone::clone let(block)><BlockChip desk block /></For>
            <Programmes desk facets />
            <Search desk />
        </div>
    }
}

#[component]
fn BlockChip(desk: Desk, block: String) -> impl IntoView {
    let (name, here) = (block.clone(), block.clone());
    let pressed = move || desk.filter.with(|filter| filter.blocks.contains(&here)).to_string();
    let toggle = move |_| {
        desk.filter.update(|filter| {
            if !filter.blocks.remove(&block) {
                filter.blocks.insert(block.clone());
            }
        })
    };
    view! {
        <button type="button" class="chip" aria-pressed=pressed on:click=toggle>
            {move || t("dash.block_name", &[("block", &name)])}
        </button>
    }
}

/// One programme, or all of them.
#[component]
fn Programmes(desk: Desk, facets: RwSignal<Facets>) -> impl IntoView {
    let choose = move |event| {
        let code: Option<ProgrammeCode> = event_target_value(&event).parse().ok();
        desk.filter.update(|filter| filter.programme = code);
    };
    let options = move || {
        let chosen = desk.filter.with(|filter| filter.programme.clone());
        let programmes = desk.house.get().map(|house| house.programmes.clone()).unwrap_or_default();
        let option = |code: ProgrammeCode| {
            let n = facets.with(|facets| facets.programmes.get(&code).copied().unwrap_or(0));
            let name = format!("{} ({})", desk.programme(&code), label::number(n));
            let here = chosen.as_ref() == Some(&code);
            view! { <option value=code.to_string() selected=here>{name}</option> }
        };
        programmes.into_iter().map(|programme| option(programme.code)).collect_view()
    };
    view! {
        <select class="chip" aria-label=say("table.programme") on:change=choose>
            <option value="" selected=move || desk.filter.with(|filter| filter.programme.is_none())>
                {say("table.every_programme")}
            </option>
            {options}
        </select>
    }
}

/// What is searched for, as a chip that takes it away.
#[component]
fn Search(desk: Desk) -> impl IntoView {
    let text = Memo::new(move |_| desk.filter.with(|filter| filter.text.trim().to_owned()));
    move || {
        (!text.get().is_empty()).then(|| view! {
        <button type="button" class="chip" aria-pressed="true" on:click=move |_| desk.filter.update(|f| f.text.clear())>
            {move || t("table.searched", &[("text", &text.get())])}<Icon symbol=Symbol::Close /><span class="sr">{say("walk.clear")}</span>
        </button>
    })
    }
}

fn queue_name(queue: Queue) -> String {
    match queue {
        Queue::Asked => t("table.asked", &[]),
        Queue::Everyone => t("table.everyone", &[]),
        Queue::Late => t("queue.late", &[]),
        Queue::Gone => t("queue.gone", &[]),
        Queue::Only(state) => t(state.key(), &[]),
    }
}

/// Why no row is shown, and what to do.
#[component]
fn Nothing(desk: Desk, queue: Memo<Queue>) -> impl IntoView {
    let narrowed = Memo::new(move |_| desk.filter.with(Filter::narrows));
    let says = move || match (narrowed.get(), queue.get()) {
        _ if !desk.sees_registrations() && desk.counts.with(|counts| counts.seen == 0) => {
            t("dash.nobody_released", &[])
        }
        (true, _) => t("table.nothing_narrowed", &[]),
        (false, Queue::Only(_) | Queue::Late | Queue::Gone) => t("table.nothing_in_queue", &[]),
        (false, _) => t("table.nothing_yet", &[]),
    };
    let clear = move |_| desk.filter.set(Default::default());
    view! {
        <div class="empty">
            <Icon symbol=Symbol::Person />
            <p>{says}</p>
            {move || narrowed.get().then(|| view! {
                <p class="actions"><button type="button" class="btn" on:click=clear>{say("table.clear")}</button></p>
            })}
        </div>
    }
}

/// J and K go through the table, Escape closes the panel.
fn listen(desk: Desk, listing: Listing, shown: Memo<Vec<Key>>) {
    let last = StoredValue::new(0usize);
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if !is_command(&event) {
            return;
        }
        let step: isize = match event.key().as_str() {
            "j" | "J" => 1,
            "k" | "K" => -1,
            "Escape" => return desk.open.set(None),
            _ => return,
        };
        event.prevent_default();
        let next = shown.with_untracked(|keys| {
            let open = desk.open.get_untracked();
            let at = open.as_ref().and_then(|open| keys.iter().position(|key| key == open));
            let next = match (at, open) {
                (Some(at), _) => at.saturating_add_signed(step).min(keys.len().saturating_sub(1)),
                // The open one has left this list: what stands in its place is the next.
                (None, Some(_)) if step > 0 => last.get_value().min(keys.len().saturating_sub(1)),
                (None, Some(_)) => last.get_value().saturating_sub(1),
                (None, None) => 0,
            };
            keys.get(next).cloned().map(|key| (next, key))
        });
        if let Some((at, key)) = next {
            last.set_value(at);
            // Before the last row is reached the next page is on its way.
            if at + 10 > shown.with_untracked(Vec::len) {
                listing.more();
            }
            device::show(&row_id(&key));
            desk.open.set(Some(key));
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether a key was pressed as a command: alone, and not into a field.
pub fn is_command(event: &web_sys::KeyboardEvent) -> bool {
    let typing =
        event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(
            |element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"),
        );
    !typing && !event.ctrl_key() && !event.alt_key() && !event.meta_key() && !event.repeat()
}
