//! A tablet that is locked for good: its key is in no memory, and an officer's passphrase brings it back.
//!
//! Nothing of what it holds is known here; it names only who can open it.

use bilik_shared::id::OfficerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::enrol::Enrol;
use super::marker::{self, Marker};
use super::officers::list;
use super::{lock, practice};
use crate::device;
use crate::net;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::secret::{SecretField, Show};
use crate::parts::{flag, live};
use crate::reserve::Reserve;
use crate::store::Store;
use crate::text::{say, t, told};
use crate::vault::VaultError;
use crate::vault::holder::Holder;

/// Choosing an officer, and their passphrase.
#[component]
pub fn Unlock(
    /// The tablet's memory.
    store: &'static Store,
    /// The space that is kept for work.
    reserve: &'static Reserve,
    /// Called with the officer who has opened it.
    opened: impl Fn(OfficerId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let mut holders = store.holders();
    holders.sort_by(|one, other| one.name.cmp(&other.name));
    let only = (holders.len() == 1).then(|| holders[0].officer.clone());
    let known = |officer: &OfficerId| holders.iter().any(|holder| holder.officer == *officer);
    let chosen = RwSignal::new(lock::next().filter(known).or(only));
    device::announce_title(&t("lock.locked", &[]));
    let (reached, again) = (RwSignal::new(HandIn::Idle), RwSignal::new(false));
    let holders = StoredValue::new(holders);
    live(move || match again.get() {
        true => view! { <Enrol store reserve lost=marker::read().map(|marker| marker.code) /> }
            .into_any(),
        false => {
            holders.with_value(|holders| page(store, holders, chosen, (reached, again), opened))
        }
    })
}

fn page(
    store: &'static Store,
    holders: &[Holder],
    chosen: RwSignal<Option<OfficerId>>,
    (reached, again): (RwSignal<HandIn>, RwSignal<bool>),
    opened: impl Fn(OfficerId) + Copy + Send + Sync + 'static,
) -> AnyView {
    let marker = marker::read();
    let house = marker.as_ref().map(|marker| marker.facility.clone());
    let code = marker.map(|marker| marker.code.to_string());
    view! {
        <header class="bar"><Brand /><i class="spring"></i><LanguageSwitch /></header>
        <main class="page">
            <div class="unlock">
                <section>
                    <h1>{say("lock.hard")}</h1>
                    <p class="soft">{house}</p>
                    {list(holders.iter().map(Holder::officer).collect(), chosen)}
                    <Sealed store reached />
                    <details class="help">
                        <summary>{say("phrase.not_listed")}</summary>
                        <p>{say("phrase.not_listed_help")}</p>
                    </details>
                    <Forgotten store reached again />
                </section>
                {live(move || chosen.get().map(|officer| view! { <Ask store officer opened /> }))}
            </div>
        </main>
        <footer class="dock locked">
            <span class="soft">{say("officer.only")}</span>
            <practice::Enter />
            <span class="end">{say("officer.device")}" "<b>{code}</b></span>
        </footer>
    }
    .into_any()
}

/// How often the server is asked for, in milliseconds.
const TRY_AGAIN_MS: u32 = 15_000;

/// How far handing in what cannot be opened has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandIn {
    /// Nobody has asked for it.
    Idle,
    /// The server is being asked.
    Asking,
    /// It has stored so many registrations, and could not take so many in.
    Done(usize, usize),
}

/// Hands in what the tablet holds, as it is, for the server's key; tries until the server answers or somebody
/// opens the tablet.
fn hand_in(store: &'static Store, reached: RwSignal<HandIn>) {
    reached.set(HandIn::Asking);
    spawn_local(async move {
        let Ok(Some((memory, aside))) = store.hand_in().await else {
            // The server was never in reach since the key was made, or the memory cannot be read.
            reached.try_set(HandIn::Idle);
            return;
        };
        let body = memory.to_bytes();
        while store.is_locked() {
            let answer = net::post_open("/api/v1/sealed", &body).await.ok();
            let number = |key| answer.as_ref().and_then(|answer| net::number_of(answer, key));
            if let (Some(received), Some(waiting)) = (number("received"), number("waiting")) {
                let waiting = waiting + aside;
                reached.try_set(HandIn::Done(received, waiting));
                if let Some(marker) = marker::read() {
                    marker::write(&Marker { waiting, ..marker });
                }
                return;
            }
            device::sleep(TRY_AGAIN_MS).await;
        }
    });
}

/// What waits on the tablet is handed in also while nobody opens it.
#[component]
fn Sealed(store: &'static Store, reached: RwSignal<HandIn>) -> impl IntoView {
    let waits = marker::read().map_or(0, |marker| marker.waiting);
    if waits > 0 {
        hand_in(store, reached);
    }
    live(move || match reached.get() {
        HandIn::Done(received, waiting) => {
            let tone = if waiting == 0 { Tone::Plain } else { Tone::Attention };
            let left = (waiting > 0).then(|| {
                view! { <p>{told(move || t("sealed.waiting", &[("n", &waiting)]))}</p> }
            });
            view! {
                <div class="sealed" role="status">
                    <Notice tone>
                        <h2>{told(move || t("sealed.received", &[("n", &received)]))}</h2>{left}
                    </Notice>
                </div>
            }
            .into_any()
        }
        _ if waits > 0 => view! {
            <p class="sealed soft">{told(move || t("sealed.waits", &[("n", &waits)]))}</p>
        }
        .into_any(),
        HandIn::Asking => {
            view! { <p class="sealed soft" role="status">{say("sealed.asking")}</p> }.into_any()
        }
        HandIn::Idle => ().into_any(),
    })
}

/// Nobody here remembers a passphrase: the server takes in what there is, and the tablet is enrolled anew.
#[component]
fn Forgotten(
    store: &'static Store,
    reached: RwSignal<HandIn>,
    again: RwSignal<bool>,
) -> impl IntoView {
    let action = live(move || {
        match reached.get() {
        HandIn::Idle => view! {
            <button type="button" class="btn" on:click=move |_| hand_in(store, reached)>{say("sealed.hand_in")}</button>
        }
        .into_any(),
        // Only what the server has stored may be left behind here.
        HandIn::Done(_, 0) => view! {
            <button type="button" class="btn" on:click=move |_| again.set(true)>{say("vanished.again")}</button>
        }
        .into_any(),
        _ => ().into_any(),
    }
    });
    view! {
        <details class="help">
            <summary>{say("phrase.forgot")}</summary>
            <p>{say("phrase.forgot_help")}</p>
            <p class="actions">{action}</p>
        </details>
    }
}

/// The passphrase of one officer.
#[component]
fn Ask(
    store: &'static Store,
    officer: OfficerId,
    opened: impl Fn(OfficerId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<&'static str>);
    let (busy, shown) = (RwSignal::new(false), RwSignal::new(false));
    device::focus_later("phrase");
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        error.set(None);
        busy.set(true);
        let officer = officer.clone();
        spawn_local(async move {
            device::let_paint().await;
            let wrong = match store.unlock(&officer, &typed.get_untracked()).await {
                Ok(()) => return opened(officer),
                Err(VaultError::Wrong) => "phrase.wrong",
                Err(VaultError::Failed) => "pin.no_crypto",
            };
            busy.try_set(false);
            error.try_set(Some(wrong));
            device::focus("phrase");
        });
    };
    let error = Signal::derive(move || error.get().map(|key| t(key, &[])));
    view! {
        <form class="pin stack phrase" on:submit=submit aria-busy=move || busy.get().to_string()>
            <h2>{say("phrase.enter")}</h2>
            <SecretField name="phrase" label=told(say("phrase.label")) value=typed error shown />
            <p class="actions">
                <button type="submit" class="btn main primary" disabled=flag(move || busy.get())>
                    <Icon symbol=Symbol::Lock />
                    {told(move || t(if busy.get() { "phrase.working" } else { "phrase.open" }, &[]))}
                </button>
                <Show shown />
            </p>
        </form>
    }
}
