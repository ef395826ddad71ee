//! The end of the walk: everybody was asked, and what was begun and not finished stands here.

use bilik_shared::id::SheetId;
use bilik_shared::lifecycle::State;
use bilik_shared::replica::PersonRow;
use bilik_shared::time::Timestamp;
use leptos::prelude::*;

use crate::device;
use crate::label;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::tablet::work;
use crate::text::{say, t, told};

/// One draft: its page, cell, name, and since when it is one.
type Draft = (Route, String, String, Option<Timestamp>);

/// Drafts with their age, once nobody is left to be asked.
#[component]
pub fn Drafts(
    /// The sheet.
    sheet: SheetId,
    /// Everybody on it, in cell order.
    people: Memo<Vec<PersonRow>>,
) -> impl IntoView {
    let app = App::here();
    let id = sheet;
    let drafts = Memo::new(move |_| {
        let people = people.read();
        if people.iter().any(|row| row.state == State::NotAsked) {
            return Vec::new();
        }
        let typed = work::typed(app);
        let drafts = people.iter().filter(|row| row.state == State::Draft);
        let draft = |row: &PersonRow| -> Draft {
            let saved = app.tablet.peek(|replica| {
                replica.entry(&id, row.entry).and_then(|e| e.done_by.as_ref().map(|(_, at)| *at))
            });
            let since = typed.get(&(id.clone(), row.entry)).copied().flatten().or(saved);
            let page = Route::Form(id.clone(), row.entry);
            (page, label::plate(&row.cell), row.name.clone(), since)
        };
        let added = work::added(app, &id).map(|added| -> Draft {
            let row = added.row();
            (Route::Add(id.clone()), label::plate(&row.cell), row.name, added.since)
        });
        drafts.map(draft).chain(added).collect::<Vec<_>>()
    });
    live(move || {
        let drafts = drafts.get();
        let item = |(page, cell, name, since): Draft| {
            view! {
                <li>
                    <a href=page.href()>{told(move || t("drafts.who", &[("cell", &cell), ("name", &name)]))}</a>
                    <span class="hint">{told(move || label::draft_age(since, device::now()))}</span>
                </li>
            }
        };
        let items = drafts.into_iter().map(item).collect_view();
        (!items.is_empty()).then(|| {
            view! {
                <Notice tone=Tone::Plain>
                    <h2>{say("drafts.title")}</h2>
                    <ul class="links">{items}</ul>
                </Notice>
            }
        })
    })
}
