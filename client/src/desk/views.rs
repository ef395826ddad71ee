//! Views that this person saved: a filter under a name, a press away.

use bilik_shared::view::entries::{Filter, MAX_VIEW_NAME, Order, Queue, View};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::Route;
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

const NAME: &str = "view-name";

#[derive(Clone, Copy)]
struct Saved {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    views: RwSignal<Vec<View>>,
    asking: RwSignal<bool>,
    name: RwSignal<String>,
    missing: RwSignal<bool>,
    failed: RwSignal<Option<NetError>>,
}

impl Saved {
    fn ask(self, answer: impl Future<Output = Result<Vec<View>, NetError>> + 'static) {
        self.alive.get_value().ask(answer, move |answer| match answer {
            Ok(views) => {
                self.failed.set(None);
                self.asking.set(false);
                self.views.set(views);
            }
            Err(error) => {
                self.desk.check_session(&error);
                self.failed.set(Some(error));
            }
        });
    }

    fn save(self, queue: Queue, order: Order) {
        let name = self.name.get_untracked().trim().to_owned();
        let wrong = name.is_empty() || name.chars().count() > MAX_VIEW_NAME;
        self.missing.set(wrong);
        if wrong {
            return device::focus(NAME);
        }
        let filter = Filter { queue, ..self.desk.filter.get_untracked() };
        let view = View { id: 0, name, filter, order: Some(order) };
        self.name.set(String::new());
        self.ask(async move { api::save_view(&view).await });
    }
}

/// The saved views as chips, and the way to save the one of the moment.
#[component]
pub fn Views(
    /// What the session holds.
    desk: Desk,
    /// The queue of the moment.
    queue: Memo<Queue>,
    /// The order of the moment.
    order: RwSignal<Order>,
) -> impl IntoView {
    let saved = Saved {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        views: RwSignal::new(Vec::new()),
        asking: RwSignal::new(false),
        name: RwSignal::new(String::new()),
        missing: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    saved.ask(api::views());
    let ask = move |_| {
        saved.asking.set(true);
        saved.missing.set(false);
        device::focus_later(NAME);
    };
    view! {
        <div class="chips" role="group" aria-label=say("view.title")>
            <For each=move || saved.views.get() key=|view| format!("{view:?}") let(view)>
                <OneView saved queue order view />
            </For>
            <button type="button" class="chip" on:click=ask><Icon symbol=Symbol::Add />{say("view.save_this")}</button>
        </div>
        {move || saved.failed.get().map(|error| view! {
            <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice>
        })}
        <Show when=move || saved.asking.get()><Naming saved queue order /></Show>
    }
}

#[component]
fn OneView(saved: Saved, queue: Memo<Queue>, order: RwSignal<Order>, view: View) -> impl IntoView {
    let View { id, name, filter, order: kept } = view;
    let here = filter.clone();
    let pressed = move || {
        let filter = Filter { queue: queue.get(), ..saved.desk.filter.get() };
        (filter == here).to_string()
    };
    let open = move |_| {
        saved.desk.filter.set(filter.clone());
        order.set(kept.unwrap_or_default());
        device::go(&Route::Registrations(filter.queue).to_string());
    };
    let remove = move |_| saved.ask(api::remove_view(id));
    let title = name.clone();
    view! {
        <span class="pair">
            <button type="button" class="chip" aria-pressed=pressed on:click=open>{name}</button>
            <button type="button" class="chip" aria-label=move || t("view.remove", &[("name", &title)]) on:click=remove>
                <Icon symbol=Symbol::Close />
            </button>
        </span>
    }
}

#[component]
fn Naming(saved: Saved, queue: Memo<Queue>, order: RwSignal<Order>) -> impl IntoView {
    let error = Signal::derive(move || {
        saved.missing.get().then(|| t("view.name_missing", &[("n", &MAX_VIEW_NAME)]))
    });
    view! {
        <form class="stack panel" on:submit=move |event| {
            event.prevent_default();
            saved.save(queue.get_untracked(), order.get_untracked());
        }>
            <TextField name=NAME label=Signal::derive(say("view.name")) hint=Signal::derive(say("view.hint")) value=saved.name error=error />
            <p class="actions">
                <button type="submit" class="btn primary">{say("view.save")}</button>
                <button type="button" class="btn" on:click=move |_| saved.asking.set(false)>{say("view.cancel")}</button>
            </p>
        </form>
    }
}
