//! What the administrator sets up: the house, blocks, waves, programmes, statements, rules, points for seats and the
//! office that signs, an area each.

use bilik_shared::setup::{Edit, Fault, Setup, Shown};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::{Area, Route};
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

pub mod form;
pub mod log;
pub mod words;

mod courses;
mod office;
mod place;
mod policy;
mod rules;
mod statements;
mod waves;

use form::Wrong;

/// What the page holds.
#[derive(Clone, Copy)]
pub struct Held {
    /// What the session holds.
    pub desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// Everything that was set up; `None` until the first answer.
    pub shown: RwSignal<Option<Shown>>,
    failed: RwSignal<Option<NetError>>,
    /// What is wrong with the form that is open.
    pub wrong: RwSignal<Option<Wrong>>,
    /// Something is on its way.
    pub busy: RwSignal<bool>,
    /// The form that is open, by a name that its area gives it.
    pub open: RwSignal<Option<String>>,
    done: RwSignal<bool>,
}

impl Held {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            alive: StoredValue::new_local(Alive::here()),
            shown: RwSignal::new(None),
            failed: RwSignal::new(None),
            wrong: RwSignal::new(None),
            busy: RwSignal::new(false),
            open: RwSignal::new(None),
            done: RwSignal::new(false),
        }
    }

    fn load(self) {
        self.alive.get_value().ask(api::setup(), move |answer| match answer {
            Ok(shown) => self.shown.set(Some(shown)),
            Err(error) => self.refuse(error),
        });
    }

    /// Everything that was set up, untracked.
    pub fn setup(self) -> Setup {
        let shown = self.shown.get_untracked();
        shown.map(|shown| shown.setup).unwrap_or_default()
    }

    /// Opens a form.
    pub fn begin(self, name: impl ToString) {
        self.wrong.set(None);
        self.failed.set(None);
        self.done.set(false);
        self.open.set(Some(name.to_string()));
        device::focus_later(FORM);
    }

    /// Closes the form.
    pub fn leave(self) {
        self.wrong.set(None);
        self.open.set(None);
    }

    /// Sends what a form came to, or shows what is wrong with it.
    pub fn send(self, edit: Result<Edit, Wrong>) {
        let edit = match edit {
            Ok(edit) => edit,
            Err(wrong) => return self.point_at(wrong),
        };
        self.busy.set(true);
        self.wrong.set(None);
        self.failed.set(None);
        self.done.set(false);
        self.alive.get_value().ask(async move { api::set_up(&edit).await }, move |answer| {
            self.busy.set(false);
            match answer {
                Ok(shown) => {
                    self.shown.set(Some(shown));
                    self.open.set(None);
                    self.done.set(true);
                }
                Err(error) => self.refuse(error),
            }
        });
    }

    fn refuse(self, error: NetError) {
        self.desk.check_session(&error);
        if let Some(wrong) = wrong_of(&error) {
            return self.point_at(wrong);
        }
        if is_outdated(&error) {
            // What stands there now is shown beside the sentence.
            self.open.set(None);
            self.load();
        }
        self.failed.set(Some(error));
    }

    fn point_at(self, wrong: Wrong) {
        self.wrong.set(Some(wrong));
        if !wrong.field.is_empty() {
            device::focus_later(wrong.field);
        }
    }
}

/// The form that is open, so that the focus finds it.
pub const FORM: &str = "setup-form";

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
    let held = Held::new(desk);
    held.load();
    let area = Memo::new(move |_| match desk.route.get() {
        Route::Setup(area) => area,
        _ => Area::Facility,
    });
    Effect::new(move |_| {
        area.track();
        held.leave();
        held.failed.set(None);
        held.done.set(false);
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
            Area::Log => view! { <log::Log desk lines=shown.log /> }.into_any(),
        }
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("page.setup")}</h1></div>
            <Areas area />
            {live(move || held.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            }))}
            {live(move || held.done.get().then(|| view! {
                <p class="done" role="status"><Icon symbol=Symbol::Check />{say("setup.saved")}</p>
            }))}
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
