//! A tablet that is locked for good: its key is in no memory, and an officer's passphrase brings it back.
//!
//! Nothing of what it holds is known here; it names only who can open it.

use bilik_shared::id::OfficerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bar::initials;
use super::marker;
use super::{lock, practice};
use crate::device;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::secret::{SecretField, Show};
use crate::parts::{flag, live};
use crate::store::Store;
use crate::text::{say, t, told};
use crate::vault::VaultError;
use crate::vault::holder::Holder;

/// So long the screen is given to say that it is busy, in milliseconds.
const PAINTED_MS: u32 = 60;

/// Choosing an officer, and their passphrase.
#[component]
pub fn Unlock(
    /// The tablet's memory.
    store: &'static Store,
    /// Called with the officer who has opened it.
    opened: impl Fn(OfficerId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let mut holders = store.holders();
    holders.sort_by(|one, other| one.name.cmp(&other.name));
    let only = (holders.len() == 1).then(|| holders[0].officer.clone());
    let known = |officer: &OfficerId| holders.iter().any(|holder| holder.officer == *officer);
    let chosen = RwSignal::new(lock::next().filter(known).or(only));
    device::announce_title(&t("lock.locked", &[]));
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
                    {list(&holders, chosen)}
                    <details class="help">
                        <summary>{say("phrase.not_listed")}</summary>
                        <p>{say("phrase.not_listed_help")}</p>
                    </details>
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
}

fn list(holders: &[Holder], chosen: RwSignal<Option<OfficerId>>) -> impl IntoView + use<> {
    let each = holders.iter().map(|holder| {
        let (id, name) = (holder.officer.clone(), holder.name.clone());
        let is_chosen = {
            let id = id.clone();
            flag(move || chosen.read().as_ref() == Some(&id))
        };
        view! {
            <button
                type="button"
                class="officer"
                aria-pressed=move || is_chosen.get().to_string()
                on:click=move |_| chosen.set(Some(id.clone()))
            >
                <span class="avatar" aria-hidden="true">{initials(&name)}</span>{name}
                {live(move || is_chosen.get().then(|| view! { <Icon symbol=Symbol::Check /> }))}
            </button>
        }
    });
    view! { <div class="officers">{each.collect_view()}</div> }
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
            device::sleep(PAINTED_MS).await;
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
            <details class="help">
                <summary>{say("phrase.forgot")}</summary>
                <p>{say("phrase.forgot_help")}</p>
            </details>
        </form>
    }
}
