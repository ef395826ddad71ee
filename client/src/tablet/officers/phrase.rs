//! A new passphrase: four words are offered, and one's own are taken where they are not easily guessed.

use bilik_shared::id::OfficerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::lock::{self, Wrong};
use super::super::pages::App;
use crate::device;
use crate::parts::flag;
use crate::parts::live;
use crate::parts::secret::{SecretField, Show};
use crate::text::{say, t, told};
use crate::vault::passphrase::{self, Lack, normal};

/// Making it: typed twice.
#[component]
pub fn Phrase(
    /// Whose.
    officer: OfficerId,
    /// Called when it is made.
    made: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let app = App::here();
    let offered = RwSignal::new(None::<String>);
    let (first, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (wrong, differs) = (RwSignal::new(None::<&'static str>), RwSignal::new(false));
    let (busy, shown) = (RwSignal::new(false), RwSignal::new(false));
    let offer =
        move || spawn_local(async move { drop(offered.try_set(passphrase::offer().await)) });
    offer();
    device::focus_later("phrase");
    let officer = StoredValue::new(officer);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = first.get_untracked();
        let offered = offered.get_untracked();
        let is_offered = offered.is_some_and(|offered| normal(&typed) == offered);
        let lack = match is_offered {
            true => None,
            false => passphrase::lack(&typed, &names(app, &officer.get_value())),
        };
        wrong.set(lack.map(|lack| match lack {
            Lack::Short => "phrase.short",
            Lack::Weak => "phrase.weak",
        }));
        differs.set(lack.is_none() && normal(&typed) != normal(&again.get_untracked()));
        if lack.is_some() {
            return device::focus("phrase");
        }
        if differs.get_untracked() {
            return device::focus("phrase-again");
        }
        busy.set(true);
        spawn_local(async move {
            device::let_paint().await;
            match lock::make_passphrase(app, &officer.get_value(), &typed).await {
                Ok(()) => made(),
                Err(cause) => {
                    busy.try_set(false);
                    wrong.try_set(Some(match cause {
                        Wrong::NoCrypto => "pin.no_crypto",
                        _ => "phrase.not_kept",
                    }));
                }
            }
        });
    };
    let wrong = Signal::derive(move || wrong.get().map(|key| t(key, &[])));
    let differs = Signal::derive(move || differs.get().then(|| t("phrase.differs", &[])));
    view! {
        <form class="pin stack phrase" on:submit=submit aria-busy=move || busy.get().to_string()>
            <h2>{say("phrase.make")}</h2>
            <p class="soft">{say("phrase.make_help")}</p>
            {live(move || offered.get().map(|words| view! {
                <div class="offer">
                    <span>{say("phrase.offer")}</span>
                    <b id="phrase-offer">{words}</b>
                    <button type="button" class="btn" on:click=move |_| offer()>{say("phrase.another")}</button>
                </div>
            }))}
            <SecretField name="phrase" label=told(say("phrase.label")) value=first error=wrong shown />
            <SecretField name="phrase-again" label=told(say("phrase.again")) value=again error=differs shown />
            <p class="actions">
                <button type="submit" class="btn main primary" disabled=flag(move || busy.get())>
                    {told(move || t(if busy.get() { "phrase.working" } else { "phrase.save" }, &[]))}
                </button>
                <Show shown />
            </p>
        </form>
    }
}

/// Words that everybody around this officer knows.
fn names(app: App, officer: &OfficerId) -> String {
    let Some(brief) = app.brief() else { return officer.to_string() };
    let of = brief.officers.iter().find(|known| known.id == *officer);
    let name = of.map(|of| of.name.as_str()).unwrap_or_default();
    format!("{officer} {name} {}", brief.facility.name)
}
