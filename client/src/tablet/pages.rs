//! Which page is shown, and what all pages share.

use bilik_shared::id::{EntryId, OfficerId, SheetId};
use bilik_shared::programme::{Brief, Programme};
use bilik_shared::registration::Warning;
use bilik_shared::replica::EntryView;
use bilik_shared::time::{Timestamp, Zone};
use leptos::prelude::*;

use super::route::Route;
use super::{
    add, conflict, consent, form, history, officers, print, saved, sheets, sync, walk, withdraw,
};
use crate::device;
use crate::replica::Tablet;

/// What every page can reach.
#[derive(Clone, Copy)]
pub struct App {
    /// The tablet.
    pub tablet: Tablet,
    /// Who works with it.
    pub officer: RwSignal<Option<OfficerId>>,
    /// The warnings that the officer confirmed for the person who is asked now.
    pub confirmed: StoredValue<Vec<Warning>>,
    /// What was typed when the last step was taken, by its key: who takes the step back finds it again.
    pub typed: StoredValue<Option<(String, Vec<u8>)>>,
    /// A new version of the app waits.
    pub update: RwSignal<bool>,
}

/// Where the tablet remembers who worked with it last.
const OFFICER: &str = "officer";

impl App {
    /// The app around this page.
    pub fn here() -> Self {
        expect_context()
    }

    /// Goes to another page.
    pub fn go(&self, route: &Route) {
        device::go(&route.to_string());
    }

    /// Who acts. Pages that act are shown only after an officer was chosen.
    pub fn actor(&self) -> OfficerId {
        self.officer
            .get_untracked()
            .unwrap_or_else(|| unreachable!("a page that acts has an officer"))
    }

    /// Somebody else takes the tablet, or nobody.
    pub fn choose_officer(&self, officer: Option<OfficerId>) {
        let value = officer.as_ref().map(|id| id.to_string().into_bytes());
        self.tablet.keep(OFFICER.to_owned(), value, |_| {});
        self.officer.set(officer);
    }

    /// What is known of the house, once the server has told.
    pub fn brief(&self) -> Option<Brief> {
        self.tablet.read(|replica| replica.brief().cloned())
    }

    /// What can be chosen in this wave.
    pub fn programmes(&self) -> Vec<Programme> {
        self.brief().map(|brief| brief.programmes).unwrap_or_default()
    }

    /// One entry, followed as it changes.
    pub fn follow(self, sheet: &SheetId, entry: EntryId) -> Memo<Option<EntryView>> {
        let sheet = sheet.clone();
        Memo::new(move |_| self.tablet.read(|replica| replica.view(&sheet, entry)))
    }

    /// The zone of the house.
    pub fn zone(&self) -> Zone {
        self.tablet.read(|replica| replica.brief().map_or(Zone::WIT, |brief| brief.facility.zone))
    }

    /// A moment as people say it: the hour today, the day before the hour otherwise.
    pub fn clock(&self, at: Timestamp) -> String {
        let zone = self.zone();
        if at.date(zone) == device::now().date(zone) {
            at.clock(zone)
        } else {
            format!("{} {}", at.date(zone), at.clock(zone))
        }
    }
}

/// The pages of an enrolled tablet.
#[component]
pub fn Pages(
    /// The tablet.
    tablet: Tablet,
) -> impl IntoView {
    let known = tablet.kept(OFFICER).and_then(|id| String::from_utf8(id).ok());
    let officer = RwSignal::new(known.and_then(|id| id.parse().ok()));
    let (confirmed, typed) = (StoredValue::new(Vec::new()), StoredValue::new(None));
    let update = RwSignal::new(device::update_waits());
    device::on_window(device::UPDATE, move || update.set(true));
    provide_context(App { tablet, officer, confirmed, typed, update });

    let address = RwSignal::new(device::hash());
    device::on_window("hashchange", move || address.set(device::hash()));
    let route = Memo::new(move |_| match officer.read().is_some() {
        true => address.read().parse().unwrap_or(Route::Sheets),
        false => Route::Officers,
    });
    move || match route.get() {
        Route::Officers => view! { <officers::Officers /> }.into_any(),
        Route::Sheets => view! { <sheets::Sheets /> }.into_any(),
        Route::Walk(sheet) => view! { <walk::Walk sheet /> }.into_any(),
        Route::Add(sheet) => view! { <add::Add sheet /> }.into_any(),
        Route::Form(sheet, entry) => view! { <form::FormPage sheet entry /> }.into_any(),
        Route::Consent(sheet, entry) => view! { <consent::ConsentPage sheet entry /> }.into_any(),
        Route::Saved(sheet, entry) => view! { <saved::Saved sheet entry /> }.into_any(),
        Route::Withdraw(sheet, entry) => view! { <withdraw::Withdraw sheet entry /> }.into_any(),
        Route::History(sheet, entry) => view! { <history::History sheet entry /> }.into_any(),
        Route::Conflict(sheet, entry) => {
            view! { <conflict::ConflictPage sheet entry /> }.into_any()
        }
        Route::Print(sheet) => view! { <print::PrintPage sheet /> }.into_any(),
        Route::Sync => view! { <sync::SyncPage /> }.into_any(),
    }
}
