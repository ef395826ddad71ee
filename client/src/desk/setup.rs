//! What the administrator sets up: the house, blocks, waves, programmes, statements, rules, points for seats and the
//! office that signs, an area each.

use bilik_shared::setup::{Edit, Fault, Setup, Shown};
use leptos::prelude::*;

use crate::desk::api;
use crate::desk::held::{self, FORM, Manner};
use crate::desk::route::{Area, Route};
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::live;
use crate::text::say;

pub mod form;
pub mod log;
pub mod words;

mod courses;
mod guard;
mod office;
mod place;
mod policy;
mod rules;
mod statements;
mod waves;

use form::Wrong;

/// What the page holds.
pub type Held = held::Held<Shown>;

impl Held {
    fn load(self) {
        self.ask(async { api::setup().await });
    }

    /// Everything that was set up, untracked.
    pub fn setup(self) -> Setup {
        let shown = self.shown.get_untracked();
        shown.map(|shown| shown.setup).unwrap_or_default()
    }

    /// Sends what a form came to, or shows what is wrong with it.
    pub fn send(self, edit: Result<Edit, Wrong>) {
        match edit {
            Ok(edit) => self.write(async move { api::set_up(&edit).await }),
            Err(wrong) => self.point_at(wrong),
        }
    }
}

/// Somebody else was faster: what stands there now is shown beside the sentence.
fn refused(held: Held, error: &NetError) {
    if is_outdated(error) {
        held.open.set(None);
        held.load();
    }
}

/// What a refusal says about a form.
pub fn wrong_of(error: &NetError) -> Option<Wrong> {
    let NetError::Refused { code, .. } = error else { return None };
    let (fault, key) = (Fault::parse(code)?, words::fault(code)?);
    Some(Wrong { field: fault.field(), key })
}

/// Whether somebody else was faster.
pub fn is_outdated(error: &NetError) -> bool {
    matches!(error, NetError::Refused { code, .. } if code == "setup_outdated")
}

/// The page.
#[component]
pub fn SetupPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let manner = Manner { wrong_of, refused, saved: "setup.saved" };
    let held = Held::new(desk, manner);
    held.load();
    let area = Memo::new(move |_| match desk.route.get() {
        Route::Setup(area) => area,
        _ => Area::Facility,
    });
    Effect::new(move |_| {
        area.track();
        held.leave();
        held.quiet();
    });
    let body = move || {
        let Some(shown) = held.shown.get() else {
            return view! { <p role="status">{say("bar.loading")}</p> }.into_any();
        };
        match area.get() {
            Area::Facility => place::view(held, &shown),
            Area::Blocks => place::blocks(held, &shown),
            Area::Waves => waves::view(held, &shown),
            Area::Programmes => courses::view(held, &shown),
            Area::Statements => statements::view(held, &shown),
            Area::Rules => rules::view(held, &shown),
            Area::Policy => policy::view(held, &shown),
            Area::Office => office::view(held, &shown),
            Area::Guard => guard::view(held, &shown),
            Area::Log => view! { <log::Log desk lines=shown.log /> }.into_any(),
        }
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("page.setup")}</h1></div>
            <Areas area />
            {held.says()}
            {live(body)}
        </main>
    }
}

#[component]
fn Areas(area: Memo<Area>) -> impl IntoView {
    let chip = move |to: Area| {
        let pressed = move || (area.get() == to).to_string();
        let go = move |_| device::go(&Route::Setup(to).to_string());
        view! { <button type="button" class="chip" aria-pressed=pressed on:click=go>{say(to.key())}</button> }
    };
    view! {
        <div class="chips" role="group" aria-label=say("setup.areas")>
            {Area::ALL.into_iter().map(chip).collect_view()}
        </div>
    }
}

/// A button that opens a form.
pub fn opener(held: Held, name: String, key: &'static str) -> AnyView {
    let open = move |_| held.begin(&name);
    view! { <button type="button" class="btn" on:click=open>{say(key)}</button> }.into_any()
}

/// A form that stands where it was opened.
pub fn framed(title: &'static str, form: AnyView) -> AnyView {
    view! { <section class="panel stack" id=FORM tabindex="-1"><h2>{say(title)}</h2>{form}</section> }
        .into_any()
}
