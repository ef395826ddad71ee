//! The tablet's memory is gone, although somebody was enrolled here: an alarm before anything else.

use leptos::prelude::*;

use super::enrol::Enrol;
use super::marker::{self, Marker};
use super::plain;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::reserve::Reserve;
use crate::store::Store;
use crate::text::{say, t, told};

/// The alarm; from there the tablet can be enrolled anew.
#[component]
pub fn Vanished(
    /// The tablet's memory, which is empty.
    store: &'static Store,
    /// The space that is kept for work.
    reserve: &'static Reserve,
) -> impl IntoView {
    let again = RwSignal::new(false);
    let lost = StoredValue::new(marker::read());
    live(move || match (again.get(), lost.get_value()) {
        (false, Some(lost)) => plain(move || alarm(lost, again)).into_any(),
        (_, lost) => view! { <Enrol store reserve lost=lost.map(|lost| lost.code) /> }.into_any(),
    })
}

fn alarm(lost: Marker, again: RwSignal<bool>) -> impl IntoView {
    let Marker { code, facility, contact, waiting } = lost;
    let who = told(move || t("vanished.who", &[("code", &code), ("facility", &facility)]));
    let known = told(move || match contact.as_str() {
        "" => t("vanished.never", &[]),
        contact => t("vanished.known", &[("time", &contact), ("n", &waiting)]),
    });
    view! {
        <Notice tone=Tone::Error>
            <h1>{say("vanished.title")}</h1>
            <p>{who}</p>
            <p>{known}</p>
            <p>{say("vanished.report")}</p>
            <p class="actions">
                <button type="button" class="btn main" on:click=move |_| again.set(true)>{say("vanished.again")}</button>
            </p>
        </Notice>
    }
}
