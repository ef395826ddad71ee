//! One person of the walk list; the whole row is the target.

use bilik_shared::id::SheetId;
use bilik_shared::replica::{PersonRow, Sync};
use leptos::prelude::*;

use crate::label;
use crate::parts::door::Door;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::state::{ATTENTION, Mark, RECEIVED, SAVED, StateMark};
use crate::tablet::route::Route;
use crate::text::say;

/// How safe something is, in the words that are the same everywhere; nothing where nothing was done.
#[component]
pub fn SyncMark(
    /// How safe.
    sync: Sync,
) -> impl IntoView {
    match sync {
        Sync::Nothing => None,
        Sync::SavedHere => Some(view! { <Mark look=SAVED>{say("mark.saved")}</Mark> }.into_any()),
        Sync::Received => {
            Some(view! { <Mark look=RECEIVED>{say("mark.received")}</Mark> }.into_any())
        }
        Sync::NeedsAttention => {
            Some(view! { <Mark look=ATTENTION>{say("mark.attention")}</Mark> }.into_any())
        }
    }
}

/// One person.
#[component]
pub fn PersonItem(
    /// Their sheet.
    sheet: SheetId,
    /// The first of their cell.
    first: bool,
    /// The next to be asked.
    here: bool,
    /// The person.
    row: PersonRow,
) -> impl IntoView {
    let page = match row.contested {
        true => Route::Conflict(sheet, row.entry),
        false => Route::Form(sheet, row.entry),
    };
    view! {
        <li class:first=first id=here.then_some("lanjut")>
            <a class="person" class:here=here href=page.href()>
                <Door plate=label::plate(&row.cell) />
                <span class="name">
                    <b>{row.name}</b>
                    <span>{row.register_number}{here.then(|| view! { " · "{say("walk.next")} })}</span>
                </span>
                <StateMark state=row.state />
                <SyncMark sync=row.sync />
                <Icon symbol=Symbol::Next />
            </a>
        </li>
    }
}
