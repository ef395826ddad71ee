//! The desk: where supervisors see what the tablets bring in, and decide.
//!
//! Somebody signs in ([`sign_in`]); then one session holds everything ([`session`]) and follows the server
//! ([`live`]); the pages read its signals and ask ([`api`]) for what they want done.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::route::Route;
use crate::desk::session::{Desk, Ended, Session};
use crate::device;
use crate::net::NetError;
use crate::parts::notice::{Notice, Tone};
use crate::text::{DESK, language, say, set_language, speak};

pub mod alive;
pub mod allocation;
pub mod answers;
pub mod api;
pub mod case;
pub mod checks;
pub mod conflicts;
pub mod dashboard;
pub mod decide;
pub mod detail;
pub mod enrol;
pub mod facts;
pub mod figures;
pub mod frame;
pub mod held;
pub mod home;
pub mod integration;
pub mod listing;
pub mod live;
pub mod many;
pub mod nik;
pub mod pairs;
pub mod panel;
pub mod passkey;
pub mod password;
pub mod privacy;
pub mod quarantine;
pub mod registrations;
pub mod reports;
pub mod roster;
pub mod route;
pub mod seats;
pub mod second;
pub mod session;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod sure;
pub mod table;
pub mod tablets;
pub mod training;
pub mod users;
pub mod vetting;
pub mod views;

/// Starts the app.
pub fn main() {
    console_error_panic_hook::set_once();
    speak(&DESK);
    if let Some(language) = device::remembered_language() {
        set_language(language);
    }
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let session = RwSignal::new(Session::Asking);
    let hash = RwSignal::new(device::hash());
    device::on_window("hashchange", move || hash.set(device::hash()));
    let route = Memo::new(move |_| Route::parse(&hash.get()));
    Effect::new(|| device::announce_language(language()));
    ask(session);
    move || match session.get() {
        Session::Asking => {
            view! { <main class="page" role="status">{say("bar.loading")}</main> }.into_any()
        }
        Session::Unknown(error) => view! { <NoAnswer error session /> }.into_any(),
        Session::Out(why) => view! { <sign_in::SignInPage why session /> }.into_any(),
        Session::In(me) if me.must_change => {
            view! { <password::PasswordPage me session /> }.into_any()
        }
        Session::In(me) if me.must_secure => {
            device::dress_body("desk signin");
            let desk = Desk::new(me, session, route);
            provide_context(desk);
            view! { <second::DuePage desk /> }.into_any()
        }
        Session::In(me) => {
            device::dress_body("desk");
            if device::hash().is_empty() {
                device::go_instead(&home::home(me.role).to_string());
            }
            let desk = Desk::new(me, session, route);
            provide_context(desk);
            live::follow(desk);
            view! { <frame::Frame desk /> }.into_any()
        }
    }
}

/// Asks the server whose session this is.
fn ask(session: RwSignal<Session>) {
    spawn_local(async move {
        session.set(match api::me().await {
            Ok(me) => Session::In(me),
            Err(NetError::Refused { status: 401, .. }) => Session::Out(Ended::NotBegun),
            Err(error) => Session::Unknown(error),
        });
    });
}

#[component]
fn NoAnswer(error: NetError, session: RwSignal<Session>) -> impl IntoView {
    device::dress_body("desk signin");
    let again = move |_| {
        session.set(Session::Asking);
        ask(session);
    };
    view! {
        <main>
            <Notice tone=Tone::Error>
                <p>{move || api::sentence(&error)}</p>
                <p class="actions"><button type="button" class="btn" on:click=again>{say("act.try_again")}</button></p>
            </Notice>
        </main>
    }
}
