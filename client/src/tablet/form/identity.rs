//! Who the person is, read-only.

use bilik_shared::id::SheetId;
use bilik_shared::replica::EntryView;
use leptos::prelude::*;

use crate::device;
use crate::label;
use crate::parts::door::{Door, Weight};
use crate::parts::live;
use crate::tablet::pages::App;
use crate::tablet::route::Route;
use crate::tablet::walk;
use crate::text::{say, t, told};

/// The identity bar.
#[component]
pub fn Identity(
    /// The entry.
    view: Memo<Option<EntryView>>,
    /// Its sheet.
    sheet: SheetId,
) -> impl IntoView {
    let app = App::here();
    let block = walk::block_of(app, &sheet);
    let list = Route::Walk(sheet);
    live(move || {
        let EntryView { entry, .. } = view.get()?;
        let (person, block) = (entry.person, block.clone());
        let cell = label::plate(&person.cell);
        let today = app.tablet.peek(|replica| replica.today(device::now()));
        let born = {
            let person = person.clone();
            told(move || label::born(&person, today))
        };
        let number = entry.number;
        Some(view! {
            <div class="identity">
                <Door plate=cell.clone() weight=Weight::Dark />
                <div>
                    <p class="name" dir="auto">{person.name}</p>
                    <p class="hint">{told(move || t("who.cell", &[("block", &block), ("cell", &cell)]))}</p>
                </div>
                <a class="wrong" href=list.href()>{say("who.not_this")}</a>
                <dl class="facts">
                    <div><dt>{say("field.register_number")}</dt><dd>{person.register_number}</dd></div>
                    <div><dt>{say("field.birth_date")}</dt><dd>{born}</dd></div>
                    {(!entry.listed).then(|| view! { <div><dt>{say("who.unlisted")}</dt></div> })}
                    {(!number.is_empty()).then(|| view! { <div><dt>{say("form.number")}</dt><dd>{number}</dd></div> })}
                </dl>
            </div>
        })
    })
}
