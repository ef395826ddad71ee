//! A new version of the app is here and waits for a good moment; see boot.js.

use leptos::prelude::*;

use super::pages::App;
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

/// Says so in the bar, wherever the officer is.
#[component]
pub fn UpdateMark() -> impl IntoView {
    let app = App::here();
    live(move || {
        let waits = app.update.get();
        waits.then(
            || view! { <span class="new"><Icon symbol=Symbol::Info />{say("update.ready")}</span> },
        )
    })
}

/// Offers it, on pages where nothing is typed.
#[component]
pub fn UpdateNotice() -> impl IntoView {
    let app = App::here();
    live(move || {
        app.update.get().then(|| {
            view! {
                <Notice tone=Tone::Plain>
                    <h2>{say("update.ready")}</h2>
                    <p>{say("update.help")}</p>
                    <p class="actions">
                        <button type="button" class="btn main" on:click=|_| device::install_update()>
                            {say("update.install")}
                        </button>
                    </p>
                </Notice>
            }
        })
    })
}
