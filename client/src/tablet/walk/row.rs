//! One person of the walk list; the whole row is the target.

use bilik_shared::replica::Sync;
use leptos::prelude::*;

use super::list::Item;
use crate::label;
use crate::parts::door::Door;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::state::{ATTENTION, Mark, RECEIVED, SAVED, StateMark};
use crate::tablet::route::Route;
use crate::text::{say, t, told};

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
    /// The person, and where in the list.
    item: Item,
    /// Which of how many, where not all of them are drawn.
    place: Option<(usize, usize)>,
) -> impl IntoView {
    let Item { sheet, block, heads, first, here, row } = item;
    let page = match row.contested {
        true => Route::Conflict(sheet, row.entry),
        false => Route::Form(sheet, row.entry),
    };
    view! {
        <li class:first=first id=here.then_some("lanjut") aria-posinset=place.map(|(at, _)| at) aria-setsize=place.map(|(_, all)| all)>
            {heads.then(|| view! { <h2 class="elsewhere">{say("walk.elsewhere")}</h2> })}
            <a class="person" class:here=here data-land=here.then_some("") href=page.href()>
                <Door plate=label::plate(&row.cell) />
                <span class="name">
                    <b dir="auto">{row.name}</b>
                    <span>
                        {block.map(|block| view! { {told(move || t("sheets.block", &[("block", &block)]))}" · " })}
                        {row.register_number}{here.then(|| view! { " · "{say("walk.next")} })}
                    </span>
                </span>
                <StateMark state=row.state />
                <SyncMark sync=row.sync />
                <Icon symbol=Symbol::Next />
            </a>
        </li>
    }
}
