//! Which page is shown, and what all pages share.

use bilik_shared::id::{EntryId, OfficerId, SheetId};
use bilik_shared::programme::{Brief, Programme};
use bilik_shared::registration::ConsentWay;
use bilik_shared::registration::consent::newest;
use bilik_shared::replica::EntryView;
use bilik_shared::time::{Timestamp, Zone};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::lock::{self, Lock};
use super::route::Route;
use super::{
    add, conflict, consent, form, history, lease, marker, officers, practice, print, revoked,
    saved, sheets, space, sync, walk, withdraw, work,
};
use crate::device;
use crate::parts::{flag, live};
use crate::replica::Tablet;
use crate::text::t;

/// What every page can reach.
#[derive(Clone, Copy)]
pub struct App {
    /// The tablet.
    pub tablet: Tablet,
    /// Who works with it.
    pub officer: RwSignal<Option<OfficerId>>,
    /// Whether they may use it now.
    pub lock: RwSignal<Lock>,
    /// What the page is called: the window does not say it while the tablet is locked.
    pub title: RwSignal<String>,
    /// What had the focus when the tablet was closed.
    focus: StoredValue<Option<web_sys::HtmlElement>, LocalStorage>,
    /// What was typed when the last step was taken, by its key: who takes the step back finds it again.
    pub typed: StoredValue<Option<(String, Vec<u8>)>>,
    /// A new version of the app waits.
    pub update: RwSignal<bool>,
    /// The tablet was taken out of use and keeps nothing any more.
    pub emptied: RwSignal<bool>,
    /// Whose pages are shown after the lease has run out.
    pub finishing: StoredValue<Vec<EntryId>>,
}

/// Where the tablet remembers who worked with it last.
const OFFICER: &str = "officer";
/// Where it remembers how somebody agreed last.
const WAY: &str = "way";

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

    /// Closes the tablet so that only a PIN opens it; the page stays as it is, hidden. [`lock::hard`] ends the key.
    pub fn close(&self, lock: Lock) {
        if self.lock.get_untracked() == Lock::Open {
            self.focus.set_value(device::focus_holder());
        }
        if self.lock.get_untracked() != lock {
            self.lock.set(lock);
        }
    }

    /// An officer has shown who they are, and works from here on, on the page that was open.
    pub fn enter(&self, officer: OfficerId) {
        let value = officer.to_string().into_bytes();
        self.tablet.keep(OFFICER.to_owned(), Some(value), |_| {});
        self.officer.set(Some(officer));
        self.open();
    }

    /// Shows the page again as it was.
    pub fn open(&self) {
        self.lock.set(Lock::Open);
        let focus = self.focus;
        request_animation_frame(move || {
            let had = focus.with_value(Option::clone);
            if had.is_some_and(|element| element.focus().is_err()) {
                leptos::logging::warn!("the focus does not return");
            }
        });
    }

    /// What is known of the house, once the server has told.
    pub fn brief(&self) -> Option<Brief> {
        self.tablet.read(|replica| replica.brief().cloned())
    }

    /// How people of this house agreed last: the next one will most likely do the same. It is no answer of theirs,
    /// and stands there to be seen before they give one.
    pub fn way(&self) -> Option<ConsentWay> {
        ConsentWay::parse(&String::from_utf8(self.tablet.kept(WAY)?).ok()?)
    }

    /// Somebody agreed like this.
    pub fn remember_way(&self, way: Option<ConsentWay>) {
        let value = way.map(|way| way.code().to_owned().into_bytes());
        self.tablet.keep(WAY.to_owned(), value, |_| {});
    }

    /// The words that people agree to in a language, and their mark.
    pub fn words(&self, language: &str) -> (String, Vec<String>) {
        let released = self.brief().map(|brief| brief.wordings).unwrap_or_default();
        newest(&released, language)
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
    /// Who has just opened it with a passphrase.
    opened: Option<OfficerId>,
) -> impl IntoView {
    let last = || tablet.kept(OFFICER).and_then(|id| String::from_utf8(id).ok()?.parse().ok());
    let at_start = match &opened {
        Some(officer) => lock::after_passphrase(tablet, officer),
        None => lock::at_start(last().as_ref()),
    };
    let lock = RwSignal::new(at_start);
    let officer = opened.or_else(last);
    let app = App {
        tablet,
        officer: RwSignal::new(officer),
        lock,
        title: RwSignal::new(String::new()),
        focus: StoredValue::new_local(None),
        typed: StoredValue::new(None),
        update: RwSignal::new(device::update_waits()),
        emptied: RwSignal::new(false),
        finishing: StoredValue::new(Vec::new()),
    };
    device::on_window(device::UPDATE, move || app.update.set(true));
    provide_context(app);
    lock::watch(app);
    lease::watch(app);
    Effect::new(move |_| match lock.get() {
        Lock::Open => device::announce_title(&app.title.read()),
        _ => device::announce_title(&t("lock.locked", &[])),
    });
    if !practice::is_asked() {
        marker::follow(app);
        revoked::empty_when_over(app);
        keep_keys(app);
    }

    let address = RwSignal::new(device::hash());
    // What was being typed when the app was ended stands on the screen again.
    if let (true, Some(begun)) = (device::hash().is_empty(), work::begun(app)) {
        let begun = begun.to_string();
        device::go_instead(&begun);
        address.set(begun);
    }
    device::on_window("hashchange", move || address.set(device::hash()));
    let route = Memo::new(move |_| address.read().parse().unwrap_or(Route::Sheets));
    Effect::new(move |before: Option<Route>| {
        let now = route.get();
        if before.is_some_and(|before| before != now) {
            device::land_later();
        }
        now
    });
    Effect::new(move |_| {
        route.track();
        tablet.measure();
    });
    let shut = Memo::new(move |_| lock.get() != Lock::Open);
    let guarded = lease::guard(app, route);
    // Whoever has somebody's page before them has read it: also when they take the tablet over on that page.
    Effect::new(move |_| {
        let (closed, route) = guarded.get();
        if let (false, Lock::Open, Some(officer), Some(entry)) =
            (closed, lock.get(), app.officer.get(), route.entry())
        {
            tablet.opened(&officer, entry);
        }
    });
    let shown = move || match guarded.get() {
        (true, _) => view! { <lease::Over /> }.into_any(),
        (false, route) => page(app, route),
    };
    // Nothing of a page is there before an officer has opened the tablet once.
    let opened = Memo::new(move |before: Option<&bool>| before == Some(&true) || !shut.get());
    view! {
        // A closed tablet hides the page and keeps it: what is typed there is on no disk yet.
        <div class="pages" hidden=flag(move || shut.get())>
            {live(move || opened.get().then(shown))}
        </div>
        {live(move || shut.get().then(|| view! { <officers::Officers /> }))}
    }
}

/// The server can open what is held here, and whoever works in the house no more cannot.
fn keep_keys(app: App) {
    let told = Memo::new(move |_| {
        let brief = app.brief()?;
        let officers: Vec<OfficerId> = brief.officers.into_iter().map(|known| known.id).collect();
        Some((officers, brief.hand_in_key))
    });
    Effect::new(move |_| {
        let (Some((officers, key)), false) = (told.get(), app.tablet.is_unkeyed()) else { return };
        spawn_local(async move {
            app.tablet.forget_others(officers).await;
            if let Some(key) = key {
                app.tablet.give_server_key(key.into_vec()).await;
            }
        });
    });
}

/// Whom somebody has begun to add.
fn added(app: App, sheet: &SheetId) -> Option<EntryId> {
    work::added(app, sheet).map(|added| added.entry)
}

fn page(app: App, route: Route) -> AnyView {
    match route {
        Route::Sheets => view! { <sheets::Sheets /> }.into_any(),
        Route::Walk(sheet) => view! { <walk::Walk sheet /> }.into_any(),
        Route::Add(sheet) => space::guarded(app, sheet.clone(), added(app, &sheet), move || {
            view! { <add::Add sheet=sheet.clone() /> }.into_any()
        }),
        Route::Form(sheet, entry) => space::guarded(app, sheet.clone(), Some(entry), move || {
            view! { <form::FormPage sheet=sheet.clone() entry /> }.into_any()
        }),
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
