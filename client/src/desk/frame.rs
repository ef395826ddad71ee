//! What stands around every page: the bar, the queues with their counts, the way between pages.

use bilik_shared::lifecycle::State;
use bilik_shared::role::Action;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::allocation::Allocation;
use crate::desk::conflicts::Conflicts;
use crate::desk::dashboard::Dashboard;
use crate::desk::enrol::Enrol;
use crate::desk::home::home;
use crate::desk::integration::Integration;
use crate::desk::pairs::PairsPage;
use crate::desk::privacy::PrivacyPage;
use crate::desk::registrations::Registrations;
use crate::desk::reports::{self, Reports};
use crate::desk::roster::RosterPage;
use crate::desk::route::{Area, Privacy, Queue, Route, Tablets, Training};
use crate::desk::session::{Desk, Link};
use crate::desk::sessions::SessionsPage;
use crate::desk::setup::SetupPage;
use crate::desk::sure::ShowAgain;
use crate::desk::tablets::TabletsPage;
use crate::desk::training::{FollowUpPage, TrainingPage};
use crate::desk::users::UsersPage;
use crate::desk::vetting::{self, VettingPage};
use crate::desk::{api, figures};
use crate::device;
use crate::label::{self, Label};
use crate::net::NetError;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t};

/// The bar, the queues and the page of the moment.
#[component]
pub fn Frame(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    // The page is drawn anew only when another one is shown; which queue or case it shows is its own business.
    let kind = Memo::new(move |_| {
        desk.house.with(Option::is_some).then(|| Kind::of(desk, &desk.route.read()))
    });
    let page = move || match kind.get() {
        None => view! { <FirstLoad desk /> }.into_any(),
        Some(Kind::Dashboard) => view! { <Dashboard desk /> }.into_any(),
        Some(Kind::Registrations) => view! { <Registrations desk /> }.into_any(),
        Some(Kind::Conflicts) => view! { <Conflicts desk /> }.into_any(),
        Some(Kind::Pairs) => view! { <PairsPage desk /> }.into_any(),
        Some(Kind::Allocation) => view! { <Allocation desk /> }.into_any(),
        Some(Kind::Tablets) => view! { <TabletsPage desk /> }.into_any(),
        Some(Kind::Roster) => view! { <RosterPage desk /> }.into_any(),
        Some(Kind::Reports) => view! { <Reports desk /> }.into_any(),
        Some(Kind::Enrol) => view! { <Enrol desk /> }.into_any(),
        Some(Kind::Training) => view! { <TrainingPage desk /> }.into_any(),
        Some(Kind::FollowUps) => view! { <FollowUpPage desk /> }.into_any(),
        Some(Kind::Setup) => view! { <SetupPage desk /> }.into_any(),
        Some(Kind::Users) => view! { <UsersPage desk /> }.into_any(),
        Some(Kind::Integration) => view! { <Integration desk /> }.into_any(),
        Some(Kind::Sessions) => view! { <SessionsPage desk /> }.into_any(),
        Some(Kind::Vetting) => view! { <VettingPage desk /> }.into_any(),
        Some(Kind::Privacy(page)) => view! { <PrivacyPage desk page /> }.into_any(),
    };
    view! { <Bar desk /><Queues desk />{page}<ShowAgain desk /> }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Dashboard,
    Registrations,
    Conflicts,
    Pairs,
    Allocation,
    Tablets,
    Roster,
    Reports,
    Enrol,
    Training,
    FollowUps,
    Setup,
    Users,
    Integration,
    Sessions,
    Vetting,
    Privacy(Privacy),
}

impl Kind {
    /// The page of a route; for somebody who may not see it, the dashboard.
    fn of(desk: Desk, route: &Route) -> Self {
        match route {
            Route::Registrations(_) if desk.may(Action::SeeEntry, Some(State::Confirmed)) => {
                Self::Registrations
            }
            Route::Conflicts(_) if desk.sees_registrations() => Self::Conflicts,
            Route::Pairs if desk.may(Action::SettlePair, None) => Self::Pairs,
            Route::Allocation if desk.may(Action::RunAllocation, None) => Self::Allocation,
            Route::Tablets(_) if desk.may(Action::SeeDevices, None) => Self::Tablets,
            Route::Roster if desk.may(Action::ImportRoster, None) => Self::Roster,
            Route::Reports(_) if reports::are_there(desk) => Self::Reports,
            Route::Enrol if desk.may(Action::EnrolDevice, None) => Self::Enrol,
            Route::Training(_) if desk.may(Action::Train, None) => Self::Training,
            Route::FollowUps if desk.may(Action::FollowUp, None) => Self::FollowUps,
            Route::Setup(_) if desk.may(Action::SetUp, None) => Self::Setup,
            Route::Sessions => Self::Sessions,
            Route::Vetting if desk.may(Action::Vet, None) => Self::Vetting,
            Route::Users if desk.may(Action::ManageUsers, None) => Self::Users,
            Route::Privacy(page) if desk.may(Action::GuardPrivacy, None) => Self::Privacy(*page),
            // Before there is a house there is nothing else to look at.
            Route::Dashboard if desk.may(Action::SetUp, None) && !desk.has_house() => Self::Setup,
            Route::Integration if desk.may(Action::ManageAccess, None) => Self::Integration,
            _ => Self::Dashboard,
        }
    }
}

#[component]
fn FirstLoad(desk: Desk) -> impl IntoView {
    let says = move || match desk.link.get() {
        Link::Lost(error) => api::sentence(&error),
        _ => t("bar.loading", &[]),
    };
    view! { <main class="work"><p role="status">{says}</p></main> }
}

#[component]
fn Bar(desk: Desk) -> impl IntoView {
    let me = desk.me.get_value();
    let initials: String =
        me.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let sign_out = move |_| {
        spawn_local(async move {
            match api::sign_out().await {
                Err(error @ (NetError::Unreachable | NetError::Slow)) => desk.lost(error, 0),
                // A fresh page holds nothing of the one who left, and whoever comes next begins at their own.
                _ => {
                    device::go_instead("");
                    device::reload();
                }
            }
        });
    };
    let place = move || {
        desk.house.get().map(|house| {
        let wave = house.wave.name.clone();
        view! { <span class="sub">{house.facility.name.clone()}<br />{move || label::words(&wave)}</span> }
    })
    };
    view! {
        <header class="bar">
            <a class="home" href=home(me.role).href()><Brand /></a>
            {place}
            <Find desk />
            <LiveMark desk />
            <span class="me">
                <span class="avatar" aria-hidden="true">{initials}</span>
                <span>{me.name.clone()}<br /><span class="sub">{me.role.say()}</span></span>
            </span>
            <LanguageSwitch />
            <button type="button" class="who" on:click=sign_out>{say("frame.sign_out")}</button>
        </header>
    }
}

/// Search by name or number; typing leads to the table, whatever page is shown.
#[component]
fn Find(desk: Desk) -> impl IntoView {
    let typed = move |text: String| {
        desk.filter.update(|filter| filter.text = text);
        if !matches!(desk.route.get_untracked(), Route::Registrations(_)) {
            device::go(&Route::Registrations(Queue::Everyone).to_string());
        }
    };
    // Somebody who sees nobody has nobody to search for.
    let shown = Memo::new(move |_| desk.counts.with(|counts| counts.seen > 0));
    view! {
        <Show when=move || shown.get() fallback=|| view! { <i class="spring"></i> }>
            <label class="find">
                <Icon symbol=Symbol::Search />
                <span class="sr">{say("frame.find")}</span>
                <input
                    type="search"
                    placeholder=say("frame.find")
                    autocomplete="off"
                    prop:value=move || desk.filter.with(|filter| filter.text.clone())
                    on:input=move |event| typed(event_target_value(&event))
                />
            </label>
        </Show>
    }
}

/// Says whether what is shown is what the server has.
#[component]
fn LiveMark(desk: Desk) -> impl IntoView {
    let says = move || {
        let time = format!("{} {}", desk.moment(desk.as_of()), desk.zone());
        match desk.link.get() {
            Link::Opening => t("live.opening", &[]),
            Link::Open => t("live.open", &[("time", &time)]),
            Link::Lost(_) => t("live.lost", &[("time", &time)]),
        }
    };
    let open = Memo::new(move |_| desk.link.with(|link| *link == Link::Open));
    let lost = move || desk.link.with(|link| matches!(link, Link::Lost(_)));
    view! {
        <span class="live" class:warn=lost role=move || lost().then_some("alert")>
            {move || view! { <Icon symbol=if open.get() { Symbol::Online } else { Symbol::Offline } /> }}
            {says}
        </span>
    }
}

/// The queues, most urgent first, and the pages. A queue at zero stays.
#[component]
fn Queues(desk: Desk) -> impl IntoView {
    let only = |state| Route::Registrations(Queue::Only(state));
    let registrations = desk.sees_registrations();
    let devices = desk.may(Action::SeeDevices, None);
    let counts = desk.counts;
    view! {
        <nav class="queues" aria-label=say("frame.queues_and_pages")>
            {(registrations || devices).then(|| view! { <h2>{say("frame.queues")}</h2> })}
            {registrations.then(|| view! {
                <QueueLink desk to=Route::Conflicts(None) symbol=Symbol::Attention name="queue.conflicts"
                    count=Signal::derive(move || counts.with(|c| c.conflicts)) />
                <QueueLink desk to=Route::Pairs symbol=Symbol::People name="queue.pairs"
                    count=Signal::derive(move || counts.with(|c| c.pairs)) />
                <QueueLink desk to=only(State::Registered) symbol=Symbol::Verified name="queue.to_verify"
                    count=Signal::derive(move || counts.with(|c| c.to_verify)) />
                <QueueLink desk to=only(State::Returned) symbol=Symbol::Returned name="queue.returned"
                    count=Signal::derive(move || counts.with(|c| c.returned)) />
                <QueueLink desk to=Route::Registrations(Queue::Late) symbol=Symbol::Clock name="queue.late"
                    count=Signal::derive(move || counts.with(|c| c.late)) />
                <QueueLink desk to=Route::Registrations(Queue::Gone) symbol=Symbol::Away name="queue.gone"
                    count=Signal::derive(move || counts.with(|c| c.gone)) />
            })}
            {devices.then(|| view! {
                <QueueLink desk to=Route::Tablets(Tablets::Quarantine) symbol=Symbol::Quarantine name="queue.quarantine"
                    count=Signal::derive(move || figures::quarantined(desk)) />
                <QueueLink desk to=Route::Tablets(Tablets::Silent) symbol=Symbol::Silent name="queue.silent"
                    count=Signal::derive(move || figures::silent(desk)) />
            })}
            <h2>{say("frame.pages")}</h2>
            <PageLink desk to=Route::Dashboard symbol=Symbol::Chart name="page.dashboard" />
            {desk.may(Action::Vet, None).then(|| view! {
                <PageLink desk to=Route::Vetting symbol=Symbol::Verified name=vetting::title(desk) />
            })}
            {desk.may(Action::SeeEntry, Some(State::Confirmed)).then(|| {
                let name = if registrations { "page.registrations" } else { "page.participants" };
                view! { <PageLink desk to=Route::Registrations(Queue::Asked) symbol=Symbol::Person name /> }
            })}
            {desk.may(Action::RunAllocation, None).then(|| view! {
                <PageLink desk to=Route::Allocation symbol=Symbol::Programme name="page.allocation" />
            })}
            {devices.then(|| view! {
                <PageLink desk to=Route::Tablets(Tablets::All) symbol=Symbol::Tablet name="page.tablets" />
            })}
            {desk.may(Action::ImportRoster, None).then(|| view! {
                <PageLink desk to=Route::Roster symbol=Symbol::People name="page.roster" />
            })}
            {desk.may(Action::Train, None).then(|| view! {
                <PageLink desk to=Route::Training(Training::List) symbol=Symbol::Programme name="page.training" />
            })}
            {desk.may(Action::FollowUp, None).then(|| view! {
                <PageLink desk to=Route::FollowUps symbol=Symbol::Clock name="page.follow_up" />
            })}
            {reports::are_there(desk).then(|| view! {
                <PageLink desk to=Route::Reports(None) symbol=Symbol::List name="page.reports" />
            })}
            {desk.may(Action::EnrolDevice, None).then(|| view! {
                <PageLink desk to=Route::Enrol symbol=Symbol::Key name="page.enrol" />
            })}
            {desk.may(Action::SetUp, None).then(|| view! {
                <PageLink desk to=Route::Setup(Area::Facility) symbol=Symbol::Programme name="page.setup" />
            })}
            {desk.may(Action::ManageUsers, None).then(|| view! {
                <PageLink desk to=Route::Users symbol=Symbol::People name="page.users" />
            })}
            {desk.may(Action::ManageAccess, None).then(|| view! {
                <PageLink desk to=Route::Integration symbol=Symbol::Sync name="page.integration" />
            })}
            <PageLink desk to=Route::Sessions symbol=Symbol::Key name="page.sessions" />
            {desk.may(Action::GuardPrivacy, None).then(|| view! {
                <PageLink desk to=Route::Privacy(Privacy::Access) symbol=Symbol::Search name="page.access" />
                <PageLink desk to=Route::Privacy(Privacy::Requests) symbol=Symbol::Person name="page.requests" />
                <PageLink desk to=Route::Privacy(Privacy::Incidents) symbol=Symbol::Attention name="page.incidents" />
                <PageLink desk to=Route::Privacy(Privacy::Retention) symbol=Symbol::Clock name="page.retention" />
            })}
        </nav>
    }
}

#[component]
fn QueueLink(
    desk: Desk,
    to: Route,
    symbol: Symbol,
    name: &'static str,
    count: Signal<u32>,
) -> impl IntoView {
    let here = is_here(desk, to.clone());
    view! {
        <a href=to.href() aria-current=here class:now=move || count.get() != 0 class:none=move || count.get() == 0>
            <Icon symbol /><span>{say(name)}</span><b>{count}</b>
        </a>
    }
}

#[component]
fn PageLink(desk: Desk, to: Route, symbol: Symbol, name: &'static str) -> impl IntoView {
    view! { <a href=to.href() aria-current=is_here(desk, to.clone())><Icon symbol /><span>{say(name)}</span></a> }
}

fn is_here(desk: Desk, to: Route) -> impl Fn() -> Option<&'static str> {
    move || {
        let here = match (&*desk.route.read(), &to) {
            (Route::Conflicts(_), Route::Conflicts(_)) => true,
            (Route::Reports(_), Route::Reports(_)) => true,
            (Route::Training(_), Route::Training(_)) => true,
            (Route::Setup(_), Route::Setup(_)) => true,
            // Before there is a house, setting it up is where one begins.
            (Route::Dashboard, Route::Setup(_)) => {
                !desk.has_house() && desk.may(Action::SetUp, None)
            }
            (Route::Dashboard, Route::Dashboard) => {
                desk.has_house() || !desk.may(Action::SetUp, None)
            }
            (here, to) => here == to,
        };
        here.then_some("page")
    }
}
