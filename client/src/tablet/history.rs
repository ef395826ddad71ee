//! What happened to one entry: who, where, when, old and new.

use bilik_shared::command::Author;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::registration::Field;
use bilik_shared::time::Timestamp;
use leptos::prelude::*;

use super::bar::TopBar;
use super::form::Identity;
use super::pages::App;
use super::route::Route;
use super::walk;
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::timeline::{Teller, Told, timeline};
use crate::text::{say, t};

impl Teller for App {
    fn who(self, author: Option<&Author>) -> String {
        let Some(author) = author else { return t("conflict.server", &[]) };
        let brief = self.brief();
        brief
            .map_or_else(|| author.officer.to_string(), |brief| brief.officer_name(&author.officer))
    }

    fn answer(self, field: Field, value: &str) -> String {
        label::answer(field, value, &self.programmes()).join(", ")
    }

    fn moment(self, at: Timestamp) -> String {
        self.clock(at)
    }
}

/// The history of one person's registration.
#[component]
pub fn History(
    /// The sheet.
    sheet: SheetId,
    /// The person.
    entry: EntryId,
) -> impl IntoView {
    let app = App::here();
    let view = app.follow(&sheet, entry);
    let id = sheet.clone();
    let history = Memo::new(move |_| app.tablet.history(&id, entry));
    let form = Route::Form(sheet.clone(), entry);
    let place = walk::place(app, &sheet, form.clone());
    let list = live(move || {
        let told = |happened| (happened, None);
        let history: Vec<Told> = history.get().into_iter().map(told).collect();
        timeline(app, &history)
    });
    view! {
        <TopBar place=Some(place) />
        <main class="form">
            <section class="side" aria-label=say("who.identity")><Identity view sheet /></section>
            <div class="page stack"><h1>{say("history.title")}</h1>{list}</div>
        </main>
        <footer class="dock">
            <a class="btn main end" href=form.href()><Icon symbol=Symbol::Back />{say("conflict.to_form")}</a>
        </footer>
    }
}
