//! Which tablets reported when, what waits on them, and what is not known.

use bilik_shared::exchange::{Room, Space};
use bilik_shared::time::Timestamp;
use bilik_shared::view::{BatchRange, DeviceRow};
use leptos::prelude::*;

use crate::desk::figures::{SILENT_HOURS, is_silent, is_used_up};
use crate::desk::quarantine::Pieces;
use crate::desk::route::{Route, Tablets};
use crate::desk::session::Desk;
use crate::desk::tablets::manage::{Manage, Managed};
use crate::parts::clock::clock_error;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::state::{Look, Mark};
use crate::text::{say, t};

pub mod manage;

const SILENT: Look = Look { name: "silent", symbol: Symbol::Silent };
const LOST: Look = Look { name: "attention", symbol: Symbol::Attention };
const QUARANTINED: Look = Look { name: "attention", symbol: Symbol::Quarantine };

/// The list of tablets.
#[component]
pub fn TabletsPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let manage = Manage::new(desk);
    let which = Memo::new(move |_| match desk.route.get() {
        Route::Tablets(which) => which,
        _ => Tablets::All,
    });
    let shown = move || {
        let now = desk.now.get();
        let mut devices = desk.devices.get();
        devices.retain(|device| match which.get() {
            Tablets::All => true,
            Tablets::Silent => is_silent(device, now),
            Tablets::Quarantine => device.quarantined > 0,
        });
        devices
    };
    let empty = Memo::new(move |_| shown().is_empty());
    let backed_up = move || match desk.backed_up.get() {
        Some(through) => t("tablets.backed_up", &[("time", &desk.moment(through.at))]),
        None => t("tablets.no_backup", &[]),
    };
    // Of quarantine the pieces themselves say that there are none.
    let nothing = move || match which.get() {
        Tablets::All => Some(t("tablets.none", &[])),
        Tablets::Silent => Some(t("tablets.none_silent", &[("hours", &SILENT_HOURS)])),
        Tablets::Quarantine => None,
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("page.tablets")}</h1></div>
            <p class="hint">{backed_up}</p>
            <Chips which />
            {move || (which.get() == Tablets::Quarantine).then(|| view! { <Pieces desk /> })}
            <Show
                when=move || !empty.get()
                fallback=move || move || nothing().map(|text| view! {
                    <div class="empty"><Icon symbol=Symbol::Tablet /><p>{text}</p></div>
                })
            >
                <div class="panel flush">
                    <table class="table plain">
                        <thead><tr>
                            <th scope="col">{say("tablets.code")}</th>
                            <th scope="col">{say("tablets.contact")}</th>
                            <th scope="col">{say("tablets.waiting")}</th>
                            <th scope="col">{say("tablets.quarantined")}</th>
                            <th scope="col">{say("tablets.gaps")}</th>
                            <th scope="col">{say("tablets.officer")}</th>
                            <th scope="col">{say("setup.sheets")}</th>
                            <th scope="col">{say("tablets.clock")}</th>
                            <th scope="col">{say("tablets.app")}</th>
                            <th scope="col"><span class="sr">{say("tablets.manage")}</span></th>
                        </tr></thead>
                        <tbody>
                            <For each=shown key=|device| format!("{device:?}") let(device)><TabletRow desk manage device /></For>
                        </tbody>
                    </table>
                </div>
                <p class="hint legend">{say("tablets.waiting_help")}" "{say("tablets.gaps_help")}</p>
            </Show>
            <Managed manage />
        </main>
    }
}

#[component]
fn Chips(which: Memo<Tablets>) -> impl IntoView {
    let chip = move |to: Tablets, name: &'static str| {
        let pressed = move || (which.get() == to).to_string();
        let go = move |_| crate::device::go(&Route::Tablets(to).to_string());
        view! { <button type="button" class="chip" aria-pressed=pressed on:click=go>{say(name)}</button> }
    };
    view! {
        <div class="chips" role="group" aria-label=say("table.filters")>
            {chip(Tablets::All, "table.all")}
            {chip(Tablets::Silent, "queue.silent")}
            {chip(Tablets::Quarantine, "queue.quarantine")}
        </div>
    }
}

#[component]
fn TabletRow(desk: Desk, manage: Manage, device: DeviceRow) -> impl IntoView {
    let DeviceRow { code, last_contact, waiting, app, clock_offset, quarantined, .. } =
        device.clone();
    let DeviceRow { name, sheets, officer, revoked_at, space: device_space, .. } = device.clone();
    let (counted, button) = (code.clone(), manage.button(code.clone()));
    let gaps = move || manage.gaps(&counted);
    let officer = move || officer.as_ref().map(|officer| desk.officer(officer));
    let sheets = move || manage.sheets(sheets.as_ref());
    let revoked = since(desk, "tablets.revoked", revoked_at);
    let lost = lost(desk, &device);
    let lease = manage.lease_ended(&device);
    let (range, trust) = (range(&device), trust(desk, &device));
    let silent = Memo::new(move |_| is_silent(&device, desk.now.get()));
    let contact =
        move || last_contact.map_or_else(|| t("tablets.never", &[]), |at| desk.moment(at));
    let space = device_space.map(|Space { used, room }| {
        let megabytes = used.div_ceil(1_000_000);
        let text =
            move || t("tablets.space", &[("n", &megabytes), ("room", &t(room_key(room), &[]))]);
        match room {
            Room::Enough => view! { <small class="tight">{text}</small> }.into_any(),
            Room::Low | Room::Out => view! { <p><Mark look=LOST>{text}</Mark></p> }.into_any(),
        }
    });
    let clock = move || clock_error(clock_offset).unwrap_or_else(|| t("tablets.clock_right", &[]));
    let waits = move || match silent.get() {
        true => t("tablets.unknown", &[]),
        false => t("tablets.n_waiting", &[("n", &waiting)]),
    };
    view! {
        <tr>
            <th scope="row">{code.to_string()}<small>{name}</small>{range}</th>
            <td>{contact}" "{move || silent.get().then(|| view! { <Mark look=SILENT>{say("tablets.silent")}</Mark> })}{lost}{revoked}{lease}{trust}</td>
            <td>{waits}</td>
            <td>
                {match quarantined {
                    0 => "0".into_any(),
                    n => view! { <Mark look=QUARANTINED>{move || t("tablets.n_quarantined", &[("n", &n)])}</Mark> }.into_any(),
                }}
            </td>
            <td>{gaps}</td>
            <td>{officer}</td>
            <td class="soft">{sheets}</td>
            <td>{clock}</td>
            <td class="soft">{app}{space}</td>
            <td>{button}</td>
        </tr>
    }
}

/// What the tablet signed and the server has, without gaps or with their numbers.
fn range(device: &DeviceRow) -> impl IntoView + use<> {
    let (signs, received) = (device.signs, device.received.clone());
    let text = move || match &received {
        Some(BatchRange { to, gaps }) if gaps.is_empty() => t("tablets.received", &[("to", to)]),
        Some(BatchRange { to, gaps }) => {
            let gaps: Vec<String> =
                gaps.iter().map(|gap| format!("{}–{}", gap.from, gap.to)).collect();
            t("tablets.received_gaps", &[("to", to), ("gaps", &gaps.join(", "))])
        }
        None if signs => t("tablets.received_none", &[]),
        None => t("tablets.unsigned", &[]),
    };
    view! { <small class="range">{text}</small> }
}

/// What somebody has to look at before this tablet can be believed.
fn trust(desk: Desk, device: &DeviceRow) -> impl IntoView + use<> {
    let suspended = since(desk, "tablets.suspended", device.suspended_at);
    let missed = since(desk, "tablets.missed_head", device.missed_head);
    let (at, device) = (device.used_up_at, device.clone());
    let today = Memo::new(move |_| is_used_up(&device, desk.now.get()));
    let used_up = move || today.get().then(|| since(desk, "tablets.used_up", at));
    view! { {suspended}{missed}{used_up} }
}

/// That something is so, and since when.
fn since(desk: Desk, key: &'static str, at: Option<Timestamp>) -> Option<impl IntoView + use<>> {
    let at = at?;
    let text = move || t(key, &[("time", &desk.moment(at))]);
    Some(view! { <p><Mark look=LOST>{text}</Mark></p> })
}

fn room_key(room: Room) -> &'static str {
    match room {
        Room::Enough => "room.enough",
        Room::Low => "room.low",
        Room::Out => "room.out",
    }
}

/// The alarm that a tablet's memory was lost, with what it had said was waiting on it.
fn lost(desk: Desk, device: &DeviceRow) -> Option<impl IntoView + use<>> {
    if device.lost_settled {
        return None;
    }
    let (at, n) = (device.emptied_at?, device.lost_waiting);
    let text = move || t("tablets.lost", &[("time", &desk.moment(at)), ("n", &n)]);
    Some(view! { <p><Mark look=LOST>{text}</Mark></p> })
}

/// The tablets of the dashboard, one small card each, and in words what is not known.
#[component]
pub fn Tiles(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let none = Memo::new(move |_| desk.devices.with(Vec::is_empty));
    view! {
        <Show when=move || !none.get() fallback=move || view! { <p class="soft">{say("tablets.none")}</p> }>
            <ul class="tablets">
                <For each=move || desk.devices.get() key=|device| format!("{device:?}") let(device)><Tile desk device /></For>
            </ul>
        </Show>
    }
}

#[component]
fn Tile(desk: Desk, device: DeviceRow) -> impl IntoView {
    let DeviceRow { code, last_contact, waiting, .. } = device.clone();
    let lost = lost(desk, &device);
    let silent = Memo::new(move |_| is_silent(&device, desk.now.get()));
    let says = move || match (silent.get(), last_contact) {
        (true, None) => t("tablets.tile_never", &[]),
        (true, Some(at)) => t("tablets.tile_silent", &[("time", &desk.moment(at))]),
        (false, at) => {
            let time = at.map(|at| desk.moment(at)).unwrap_or_default();
            t("tablets.tile", &[("time", &time), ("n", &waiting)])
        }
    };
    let mark =
        move || silent.get().then(|| view! { <Mark look=SILENT>{say("tablets.silent")}</Mark> });
    view! { <li data-state=move || silent.get().then_some("silent")><b>{code.to_string()}</b>{mark}<p>{says}</p>{lost}</li> }
}
