//! A one-time code that makes a tablet one of this house: as letters, as a link, and as a picture of it.

use bilik_shared::time::Timestamp;
use bilik_shared::view::Enrolment;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// The page.
#[component]
pub fn Enrol(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let code = RwSignal::new(None::<Enrolment>);
    let refusal = RwSignal::new(None::<NetError>);
    let busy = RwSignal::new(false);
    let alive = StoredValue::new_local(Alive::here());
    let make = move |_| {
        busy.set(true);
        alive.get_value().ask(api::enrolment(), move |answer| {
            busy.set(false);
            match answer {
                Ok(made) => {
                    refusal.set(None);
                    code.set(Some(made));
                }
                Err(error) => {
                    desk.check_session(&error);
                    refusal.set(Some(error));
                }
            }
        });
    };
    let name = move || {
        t(if code.with(Option::is_some) { "enrolment.again" } else { "enrolment.make" }, &[])
    };
    view! {
        <main class="work">
            <div class="head"><h1>{say("page.enrol")}</h1></div>
            <section class="panel stack enrolment">
                <p>{say("enrolment.help")}</p>
                <p class="actions">
                    <button type="button" class="btn main primary" disabled=move || busy.get() on:click=make>
                        <Icon symbol=Symbol::Key />{name}
                    </button>
                </p>
                {move || refusal.get().map(|error| view! {
                    <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
                })}
                {move || code.get().map(|enrolment| view! { <Code desk enrolment /> })}
            </section>
        </main>
    }
}

#[component]
fn Code(desk: Desk, enrolment: Enrolment) -> impl IntoView {
    let Enrolment { code, expires_at, link, qr_svg } = enrolment;
    let before = desk.devices.with_untracked(|devices| {
        devices.iter().map(|device| device.code.clone()).collect::<Vec<_>>()
    });
    let came = move || {
        desk.devices.with(|devices| {
            devices.iter().map(|d| d.code.clone()).find(|code| !before.contains(code))
        })
    };
    let enrolled = move || {
        came().map(|code| view! {
        <div class="notice" data-state="received" role="status">
            <Icon symbol=Symbol::Check /><p>{move || t("enrol.done", &[("code", &code)])}</p>
        </div>
    })
    };
    let picture = format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&qr_svg));
    let href = link.clone();
    view! {
        {enrolled}
        <div class="ticket">
            <img src=picture alt=say("enrolment.picture") width="240" height="240" />
            <div class="stack">
                <p class="hint">{say("enrolment.code")}</p>
                <p class="letters"><output>{code}</output></p>
                <p><TimeLeft desk expires_at /></p>
                <p class="hint">{say("enrolment.link")}</p>
                <p><a href=href target="_blank" rel="noopener noreferrer">{link}</a></p>
            </div>
        </div>
    }
}

/// How long the code is still good.
#[component]
fn TimeLeft(desk: Desk, expires_at: Timestamp) -> impl IntoView {
    let left = move || (expires_at.0 - desk.server_now().0).div_euclid(1000).max(0);
    let seconds = RwSignal::new(left());
    let alive = Alive::here();
    spawn_local(async move {
        while alive.is() {
            seconds.set(left());
            device::sleep(1_000).await;
        }
    });
    move || match seconds.get() {
        0 => view! { <span class="low">{say("enrolment.expired")}</span> }.into_any(),
        left => {
            let time = format!("{}.{:02}", left / 60, left % 60);
            view! { <span>{t("enrolment.left", &[("time", &time)])}</span> }.into_any()
        }
    }
}
