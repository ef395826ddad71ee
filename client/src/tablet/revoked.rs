//! A tablet that was taken out of use says so: what it holds is handed in, and nothing new comes. So does one of
//! which there are two, and one that knows of the server what the server does not know of itself any more.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::marker;
use super::pages::App;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

/// Empties a tablet that was taken out of use, once the server has everything that it held and could be read. What
/// is only half typed goes with it.
pub fn empty_when_over(app: App) {
    let over = Memo::new(move |_| {
        app.tablet.read(|replica| {
            let status = replica.status();
            // What was refused before, or cannot be read, may be here only.
            let whole = replica.flaws().is_empty() && replica.refused().is_empty();
            let handed_in = status.saved_here == 0 && !status.unsaved && whole;
            status.revoked && handed_in && !replica.is_behind()
        })
    });
    Effect::new(move |_| {
        if over.get() && !app.emptied.get_untracked() {
            spawn_local(async move {
                if app.tablet.wipe().await {
                    marker::clear();
                    app.emptied.set(true);
                }
            });
        }
    });
}

/// Says so, on the pages where an officer looks at what is there.
#[component]
pub fn RevokedNotice() -> impl IntoView {
    let app = App::here();
    let status = Memo::new(move |_| {
        let status = app.tablet.read(|replica| replica.status());
        let owes = status.saved_here > 0;
        let shortened = status.shortened.is_some().then_some(("shortened.title", "shortened.help"));
        match (status.revoked, owes, status.suspended) {
            (true, true, _) => Some(("revoked.title", "revoked.owes")),
            (true, false, _) if app.emptied.get() => Some(("revoked.title", "revoked.emptied")),
            (true, false, _) => Some(("revoked.title", "revoked.done")),
            (false, _, true) => Some(("suspended.title", "suspended.help")),
            (false, _, false) => shortened,
        }
    });
    live(move || {
        status.get().map(|(title, help)| {
            view! {
                <Notice tone=Tone::Error>
                    <h2>{say(title)}</h2>
                    <p>{say(help)}</p>
                </Notice>
            }
        })
    })
}
