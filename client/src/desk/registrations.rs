//! All registrations in one table, what narrows it down, and the panel of the open one.

use bilik_shared::lifecycle::State;
use bilik_shared::view::Row;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::desk::filter::{Disagreement, Order, is_in};
use crate::desk::panel::Panel;
use crate::desk::route::{Key, Queue, Route};
use crate::desk::session::{Desk, key};
use crate::desk::table::{Table, row_id};
use crate::device;
use crate::label::Label;
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t};

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
    let shown = Memo::new(move |_| {
        let (filter, queue, order) = (desk.filter.get(), queue.get(), order.get());
        desk.with_rows(|rows| {
            let mut rows = filter.apply(queue, rows.iter());
            order.sort(&mut rows);
            rows.into_iter().map(key).collect::<Vec<_>>()
        })
    });
    listen(desk, shown);
    let in_queue = Memo::new(move |_| {
        let queue = queue.get();
        desk.with_rows(|rows| rows.iter().filter(|row| is_in(queue, row)).count())
    });
    let count = move || t("table.shown", &[("n", &shown.with(Vec::len)), ("all", &in_queue.get())]);
    let title = if desk.sees_registrations() { "page.registrations" } else { "page.participants" };
    let none = Memo::new(move |_| shown.with(Vec::is_empty));
    // Somebody who sees nobody, as the partner at first, has nothing to narrow down.
    let anybody = Memo::new(move |_| desk.with_rows(|rows| !rows.is_empty()));
    // The panel is made anew only for another entry: a comment that is being typed stays.
    let open = Memo::new(move |_| desk.open.get().filter(|key| desk.row(key).is_some()));
    view! {
        <main class="work with-panel" class:open=move || open.with(Option::is_some)>
            <section>
                <div class="head">
                    <h1>{say(title)}</h1>
                    <span class="soft"><span role="status">{count}</span><Keys /></span>
                </div>
                <Show when=move || anybody.get()><Chips desk queue /></Show>
                <Show when=move || !none.get() fallback=move || view! { <Nothing desk queue /> }>
                    <Table desk shown order />
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

/// Queues, blocks and disagreement, each with how many there are.
#[component]
fn Chips(desk: Desk, queue: Memo<Queue>) -> impl IntoView {
    let count = move |belongs: &dyn Fn(&Row) -> bool| {
        desk.with_rows(|rows| rows.iter().filter(|row| belongs(row)).count())
    };
    let queues = Memo::new(move |_| {
        let here = queue.get();
        let states = State::ALL
            .iter()
            .filter(|state| **state != State::NotAsked)
            .map(|state| Queue::Only(*state));
        let all = [Queue::Asked, Queue::Everyone].into_iter().chain(states);
        let counted = all.map(|queue| (queue, count(&|row: &Row| is_in(queue, row))));
        let offered = counted
            .filter(|(queue, n)| *n > 0 || *queue == here || !matches!(queue, Queue::Only(_)));
        offered.collect::<Vec<_>>()
    });
    let contested = Memo::new(move |_| count(&|row: &Row| row.conflicts > 0));
    let blocks = Memo::new(move |_| {
        desk.with_rows(|rows| {
            rows.iter().map(|row| row.block.clone()).collect::<std::collections::BTreeSet<_>>()
        })
    });
    let toggle_contested = move |_| {
        desk.filter.update(|filter| {
            filter.disagreement = match filter.disagreement {
                Disagreement::Any => Disagreement::Only,
                Disagreement::Only => Disagreement::Any,
            };
        })
    };
    let only_contested =
        move || desk.filter.with(|filter| (filter.disagreement == Disagreement::Only).to_string());
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
        Queue::Only(state) => t(state.key(), &[]),
    }
}

/// Why no row is shown, and what to do.
#[component]
fn Nothing(desk: Desk, queue: Memo<Queue>) -> impl IntoView {
    let narrowed = Memo::new(move |_| desk.filter.with(|filter| *filter != Default::default()));
    let says = move || match (narrowed.get(), queue.get()) {
        _ if !desk.sees_registrations() && desk.with_rows(|rows| rows.is_empty()) => {
            t("dash.nobody_released", &[])
        }
        (true, _) => t("table.nothing_narrowed", &[]),
        (false, Queue::Only(_)) => t("table.nothing_in_queue", &[]),
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
fn listen(desk: Desk, shown: Memo<Vec<Key>>) {
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
