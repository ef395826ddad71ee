//! Practice: the whole app with invented people, and no way to the server.
//!
//! It is another page of the app, with `?practice` in its address. That page opens a memory of its own and never
//! the real one, so that neither the credential nor anybody's work is in it; see `Server` in `crate::replica`.
//! What was practised is kept until practice is left, so that a reload loses nothing, as in real work; leaving
//! deletes it. So whoever begins anew finds the same people, not yet asked.

use bilik_shared::replica::Write;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::device;
use crate::replica::Tablet;
use crate::reserve::Reserve;
use crate::store::{Store, StoreError};
use crate::text::{say, t};

/// The name of the memory for practice.
pub const DATABASE: &str = "bilik-training";
/// Where practice is, as a link says it.
pub const ADDRESS: &str = "?practice";
/// What the tablet is called in practice.
const CODE: &str = "T00";

/// What a tablet holds that was just given its sheet. `practice/tests.rs` makes both files.
const META: &[u8] = include_bytes!("practice/meta.cbor");
const SHEET: &[u8] = include_bytes!("practice/sheet.automerge");
const META_KEY: &str = "meta";
const SHEET_KEY: &str = "sheet/LATIHAN/base";

/// Whether this page is for practice.
pub fn is_asked() -> bool {
    device::query() == ADDRESS
}

/// Puts the invented people into an empty memory; returns what it holds.
pub async fn begin(store: &Store) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    if store.read_all().await?.is_empty() {
        let put = |(key, value)| Write::Put { key, value };
        store.write(&given().map(put)).await?;
    }
    store.read_all().await
}

fn given() -> [(String, Vec<u8>); 2] {
    [(META_KEY, META), (SHEET_KEY, SHEET)].map(|(key, value)| (key.to_owned(), value.to_owned()))
}

/// The tablet of a page for practice.
pub fn tablet(
    memory: (&'static Store, &'static Reserve),
    stored: Vec<(String, Vec<u8>)>,
) -> Tablet {
    Tablet::practise(memory, CODE.to_owned(), stored)
}

/// Deletes what was practised and goes back to real work.
async fn leave() {
    let emptied = async {
        let store = Store::open(DATABASE).await?;
        let held = store.read_all().await?.into_iter();
        let deletes: Vec<Write> = held.map(|(key, _)| Write::Delete { key }).collect();
        store.write(&deletes).await
    };
    if let Err(error) = emptied.await {
        leptos::logging::warn!("what was practised stays: {error}");
    }
    device::leave();
}

/// Says on every page that this is practice, and leads out of it.
#[component]
pub fn Band() -> impl IntoView {
    Effect::new(|| device::lay_over(&t("practice.word", &[])));
    view! {
        <aside class="practice">
            <b>{say("practice.word")}</b>
            <span>{say("practice.help")}</span>
            <button type="button" class="btn" on:click=|_| spawn_local(leave())>{say("practice.leave")}</button>
        </aside>
    }
}

/// The way into practice.
#[component]
pub fn Enter() -> impl IntoView {
    (!is_asked()).then(|| view! { <a class="btn" href=ADDRESS>{say("practice.enter")}</a> })
}

#[cfg(test)]
mod tests;
