//! Who works with the tablet.

use leptos::prelude::*;

use super::bar::{TopBar, initials};
use super::pages::App;
use super::practice;
use super::route::Route;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::say;

/// Choosing an officer.
#[component]
pub fn Officers() -> impl IntoView {
    let app = App::here();
    let brief = Memo::new(move |_| app.brief());
    let list = live(move || match brief.get() {
        None => view! {
            <div class="empty">
                <Icon symbol=Symbol::People />
                <h2>{say("officer.empty")}</h2>
                <p class="soft">{say("officer.empty_help")}</p>
                <p class="actions">
                    <button type="button" class="btn main" on:click=move |_| app.tablet.wake()>
                        <Icon symbol=Symbol::Sync />{say("act.sync_now")}
                    </button>
                </p>
            </div>
        }
        .into_any(),
        Some(brief) => view! {
            <p class="soft">{brief.facility.name}</p>
            <div class="officers">
                {brief.officers.into_iter().map(|officer| {
                    let short = initials(&officer.name);
                    let choose = move |_| {
                        app.choose_officer(Some(officer.id.clone()));
                        app.go(&Route::Sheets);
                    };
                    view! {
                        <button type="button" class="officer" on:click=choose>
                            <span class="avatar" aria-hidden="true">{short}</span>{officer.name}
                        </button>
                    }
                }).collect_view()}
            </div>
        }
        .into_any(),
    });
    view! {
        <TopBar place=None />
        <main class="page narrow">
            <h1>{say("officer.title")}</h1>
            {list}
        </main>
        <footer class="dock locked">
            <span class="soft">{say("officer.only")}</span>
            <practice::Enter />
            <span class="end">{say("officer.device")}" "<b>{app.tablet.code.get_value()}</b></span>
        </footer>
    }
}
