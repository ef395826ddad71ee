//! A tablet that was taken out of use says so: what it holds is handed in, and nothing new comes.

use leptos::prelude::*;

use super::pages::App;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

/// Says so, on the pages where an officer looks at what is there.
#[component]
pub fn RevokedNotice() -> impl IntoView {
    let app = App::here();
    let status = Memo::new(move |_| {
        let status = app.tablet.read(|replica| replica.status());
        (status.revoked, status.saved_here > 0)
    });
    live(move || {
        let (revoked, owes) = status.get();
        revoked.then(|| {
            let help = if owes { "revoked.owes" } else { "revoked.done" };
            view! {
                <Notice tone=Tone::Error>
                    <h2>{say("revoked.title")}</h2>
                    <p>{say(help)}</p>
                </Notice>
            }
        })
    })
}
