//! The officer's tablet: it starts without network, and everything it says is saved is saved.

use bilik_shared::id::OfficerId;
use bilik_shared::sealed::DATABASE;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::device::{self, TabLock};
use crate::label::Label;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::notice::{Notice, Tone};
use crate::replica::{self, Tablet};
use crate::reserve::Reserve;
use crate::store::{Store, StoreError};
use crate::text::{TABLET, language, say, set_language, speak};

pub mod add;
pub mod bar;
pub mod conflict;
pub mod consent;
pub mod enrol;
pub mod errors;
pub mod form;
pub mod history;
pub mod lease;
pub mod lock;
pub mod marker;
pub mod officers;
pub mod pages;
pub mod pin;
pub mod practice;
pub mod print;
pub mod revoked;
pub mod route;
pub mod saved;
pub mod sheets;
pub mod space;
pub mod sync;
pub mod unlock;
pub mod update;
pub mod vanished;
pub mod walk;
pub mod withdraw;
pub mod work;

/// How far the start has come.
#[derive(Clone)]
enum Phase {
    Starting,
    OtherTab,
    Failed(StoreError),
    NotEnrolled(&'static Store, &'static Reserve),
    Vanished(&'static Store, &'static Reserve),
    Locked(&'static Store, &'static Reserve),
    /// With the officer who has just opened it, where somebody had to.
    Ready(Tablet, Option<OfficerId>),
}

/// Starts the app.
pub fn main() {
    console_error_panic_hook::set_once();
    speak(&TABLET);
    if let Some(language) = device::remembered_language() {
        set_language(language);
    }
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let phase = RwSignal::new(Phase::Starting);
    let root = Owner::current();
    Effect::new(|| device::announce_language(language()));
    let root = StoredValue::new(root);
    // What the tablet holds lives as long as the app, not as long as the page that is shown first.
    let reach = move |reached, opened| {
        phase.set(match (reached, root.get_value()) {
            (Reached::Working(begin), Some(root)) => Phase::Ready(root.with(begin), opened),
            (Reached::Working(begin), None) => Phase::Ready(begin(), opened),
            (Reached::Phase(phase), _) => phase,
        });
    };
    spawn_local(async move { reach(start().await, None) });
    let page = move || match phase.get() {
        Phase::Starting => plain(|| view! { <p role="status">{say("bar.loading")}</p> }).into_any(),
        Phase::OtherTab => plain(other_tab).into_any(),
        Phase::Failed(error) => plain(move || cannot_read(error)).into_any(),
        Phase::NotEnrolled(store, reserve) => {
            view! { <enrol::Enrol store reserve lost=None /> }.into_any()
        }
        Phase::Vanished(store, reserve) => {
            view! { <vanished::Vanished store reserve /> }.into_any()
        }
        Phase::Locked(store, reserve) => {
            let opened = move |officer| {
                spawn_local(async move { reach(work((store, reserve)).await, Some(officer)) });
            };
            view! { <unlock::Unlock store reserve opened /> }.into_any()
        }
        Phase::Ready(tablet, opened) => view! { <pages::Pages tablet opened /> }.into_any(),
    };
    let band = practice::is_asked().then(|| view! { <practice::Band /> });
    view! { {band}{page} }
}

enum Reached {
    Phase(Phase),
    Working(Box<dyn FnOnce() -> Tablet>),
}

async fn start() -> Reached {
    let database = if practice::is_asked() { practice::DATABASE } else { DATABASE };
    if device::hold_tab(database).await == TabLock::Taken {
        return Reached::Phase(Phase::OtherTab);
    }
    let opened = match practice::is_asked() {
        true => Store::open(database).await,
        false => Store::open_encrypted(database).await,
    };
    let store = match opened {
        Ok(store) => &*Box::leak(Box::new(store)),
        Err(error) => return Reached::Phase(Phase::Failed(error)),
    };
    let reserve: &Reserve = Box::leak(Box::new(Reserve::open().await));
    if practice::is_asked() {
        return match practice::begin(store).await {
            Ok(stored) => {
                Reached::Working(Box::new(move || practice::tablet((store, reserve), stored)))
            }
            Err(error) => Reached::Phase(Phase::Failed(error)),
        };
    }
    match store.is_locked() {
        true => Reached::Phase(Phase::Locked(store, reserve)),
        false => work((store, reserve)).await,
    }
}

/// Begins with what the tablet holds.
async fn work((store, reserve): (&'static Store, &'static Reserve)) -> Reached {
    match store.read_all().await {
        Err(error) => Reached::Phase(Phase::Failed(error)),
        Ok(stored) => match replica::enrolled(&stored) {
            // Somebody was enrolled here, and all that this tablet held is gone.
            None if marker::read().is_some() => Reached::Phase(Phase::Vanished(store, reserve)),
            None => Reached::Phase(Phase::NotEnrolled(store, reserve)),
            Some(device) => {
                Reached::Working(Box::new(move || Tablet::start((store, reserve), device, stored)))
            }
        },
    }
}

/// A page without a tablet behind it.
fn plain<V: IntoView>(content: impl FnOnce() -> V) -> impl IntoView {
    view! {
        <header class="bar"><Brand /><i class="spring"></i><LanguageSwitch /></header>
        <main class="page narrow">{content()}</main>
    }
}

fn other_tab() -> impl IntoView {
    view! {
        <Notice tone=Tone::Attention>
            <h1>{say("tab.title")}</h1>
            <p>{say("tab.help")}</p>
            <p class="actions">{reload_button()}</p>
        </Notice>
    }
}

fn cannot_read(error: StoreError) -> impl IntoView {
    view! {
        <Notice tone=Tone::Error>
            <h1>{say("start.failed")}</h1>
            <p>{error.say()}</p>
            <p class="actions">{reload_button()}</p>
        </Notice>
    }
}

fn reload_button() -> impl IntoView {
    view! { <button type="button" class="btn main" on:click=|_| device::reload()>{say("act.reload")}</button> }
}
