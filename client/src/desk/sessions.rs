//! One's own sessions: where somebody is signed in, and how to end what they left open elsewhere.

use bilik_shared::view::session::{EndSession, OwnSession};
use leptos::prelude::*;

use crate::desk::alive::Asking;
use crate::desk::api;
use crate::desk::second::SecondFactorPart;
use crate::desk::session::Desk;
use crate::net::NetError;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{Mark, SAVED};
use crate::text::{say, t};

/// What the page holds.
#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    asking: Asking,
    sessions: RwSignal<Option<Vec<OwnSession>>>,
}

impl Held {
    fn load(self) {
        self.ask(async { api::own_sessions().await });
    }

    fn end(self, id: String) {
        self.ask(async move { api::end_session(&EndSession { id }).await });
    }

    fn ask(self, job: impl Future<Output = Result<Vec<OwnSession>, NetError>> + 'static) {
        self.asking.ask(job, move |sessions| self.sessions.set(Some(sessions)));
    }
}

/// The page.
#[component]
pub fn SessionsPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = Held { desk, asking: Asking::here(desk), sessions: RwSignal::new(None) };
    held.load();
    let body = move || match held.sessions.get() {
        None => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
        Some(sessions) => {
            let rows: Vec<_> = sessions.into_iter().map(|one| row(held, one)).collect();
            view! {
                <div class="panel flush">
                    <table class="table plain">
                        <thead><tr>
                            <th scope="col">{say("session.screen")}</th>
                            <th scope="col">{say("session.begun")}</th>
                            <th scope="col">{say("session.seen")}</th>
                            <th scope="col">{say("session.confirmed")}</th>
                            <th scope="col"><span class="sr">{say("session.end")}</span></th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("page.sessions")}</h1></div>
            {live(move || held.asking.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            }))}
            <p class="soft">{say("session.help")}</p>
            {live(body)}
            <SecondFactorPart desk />
        </main>
    }
}

fn row(held: Held, session: OwnSession) -> AnyView {
    let OwnSession { id, screen, created_at, seen_at, confirmed_at, here } = session;
    let name = move || if screen.is_empty() { t("session.unknown", &[]) } else { screen.clone() };
    let named = name.clone();
    let at = move |time| {
        let desk = held.desk;
        move || format!("{} {}", desk.moment(time), desk.zone())
    };
    let end = if here {
        view! { <Mark look=SAVED>{say("session.here")}</Mark> }.into_any()
    } else {
        let press = move |_| held.end(id.clone());
        let label = move || t("session.end_of", &[("screen", &named())]);
        view! {
            <button type="button" class="btn" aria-label=label disabled=move || held.asking.busy.get() on:click=press>
                {say("session.end")}
            </button>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{at(created_at)}</td>
            <td>{at(seen_at)}</td>
            <td>{(confirmed_at.0 > 0).then(|| at(confirmed_at))}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}
