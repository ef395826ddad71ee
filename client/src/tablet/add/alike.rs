//! Somebody on this tablet who may be the same person: who they are, why, and the way to them.

use bilik_shared::matching::Likeness;
use leptos::prelude::*;

use crate::label;
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::tablet::walk;
use crate::text::{say, t, told};

/// One of them.
#[component]
pub fn Alike(
    /// Who, and why.
    alike: Likeness,
) -> impl IntoView {
    let app = App::here();
    let block = walk::block_of(app, &alike.sheet);
    let person = app
        .tablet
        .peek(|replica| replica.entry(&alike.sheet, alike.entry).map(|entry| entry.person.clone()));
    let person = person.unwrap_or_default();
    let cell = label::plate(&person.cell);
    let page = Route::Form(alike.sheet.clone(), alike.entry);
    view! {
        <span class="alike">
            <span>
                <b dir="auto">{person.name}</b>
                <span class="hint">
                    {told(move || t("who.cell", &[("block", &block), ("cell", &cell)]))}
                    " · "{told(move || label::reasons(&alike.reasons))}
                </span>
            </span>
            <a class="btn" href=page.href()>{say("add.open_existing")}</a>
        </span>
    }
}
