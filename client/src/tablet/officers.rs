//! Who works with the tablet: a name and a PIN, without network.
//!
//! No page about detained people is shown here, and none of their names.

use bilik_shared::id::OfficerId;
use bilik_shared::programme::{Brief, Officer};
use leptos::prelude::*;

use super::bar::{Strip, initials};
use super::lock::{self, Lock};
use super::pages::App;
use super::practice;
use super::sheets::not_here_yet;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::{flag, live};
use crate::text::{say, t, told};

mod code;
mod pad;
mod phrase;

use pad::Opening;

/// Choosing an officer, and their PIN.
#[component]
pub fn Officers() -> impl IntoView {
    let app = App::here();
    let brief = Memo::new(move |_| app.brief());
    let handing = flag(move || app.lock.get() == Lock::Handing);
    let chosen = RwSignal::new(None);
    // Whoever worked with it last comes back most often; at a hand-over it is somebody else.
    Effect::new(move |_| {
        if !handing.get() && chosen.read_untracked().is_none() {
            chosen.set(app.officer.get_untracked());
        }
    });
    let title = move || match handing.get() || app.officer.read().is_none() {
        true => t("officer.title", &[]),
        false => t("lock.locked", &[]),
    };
    view! {
        <header class="bar"><Brand /><i class="spring"></i><Strip leads=false /><LanguageSwitch /></header>
        <main class="page">
            {live(move || match brief.get() {
                None => {
                    not_here_yet(app, Symbol::People, "officer.empty", "officer.empty_help").into_any()
                },
                Some(brief) => view! {
                    <div class="unlock">
                        <section>
                            <h1>{told(title)}</h1>
                            <p class="soft">{brief.facility.name.clone()}</p>
                            {list(brief.officers.clone(), chosen)}
                        </section>
                        {live(move || chosen.get().map(|officer| {
                            let may_make = handing.get()
                                || nobody_has_a_pin(app, &brief)
                                || has_shown_passphrase(app, &officer);
                            view! { <Opening officer may_make /> }
                        }))}
                    </div>
                }
                .into_any(),
            })}
        </main>
        <footer class="dock locked">
            {live(move || handing.get().then(|| view! {
                <button type="button" class="btn main" on:click=move |_| app.open()>
                    <Icon symbol=Symbol::Back />{say("lock.keep")}
                </button>
                <button type="button" class="btn main" on:click=move |_| app.close(Lock::Locked)>
                    <Icon symbol=Symbol::Lock />{say("lock.now")}
                </button>
            }))}
            <span class="soft">{say("officer.only")}</span>
            <practice::Enter />
            <span class="end">{say("officer.device")}" "<b>{app.tablet.code.get_value()}</b></span>
        </footer>
    }
}

/// People who may use the tablet; whoever is pressed is chosen.
pub fn list(officers: Vec<Officer>, chosen: RwSignal<Option<OfficerId>>) -> impl IntoView + use<> {
    let each = officers.into_iter().map(|Officer { id, name }| {
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

/// Where nobody has a PIN yet, the tablet was just given out, and whoever holds it makes the first one.
fn nobody_has_a_pin(app: App, brief: &Brief) -> bool {
    !brief.officers.iter().any(|officer| lock::has_pin(app.tablet, &officer.id))
}

/// Who has just shown their passphrase and has no PIN makes one.
fn has_shown_passphrase(app: App, officer: &OfficerId) -> bool {
    app.officer.read().as_ref() == Some(officer) && app.tablet.has_key(officer)
}
