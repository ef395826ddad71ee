//! What the privacy officer keeps: the log of access, requests and incidents, retention.

use std::future::Future;

use bilik_shared::privacy::Fault;
use bilik_shared::privacy::case::Register;
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::Privacy;
use crate::desk::session::Desk;
use crate::desk::setup::form::Wrong;
use crate::device;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

mod access;
mod cases;
mod retention;
mod steps;
pub mod words;

/// What a page holds, and what came of the last question.
struct Held<T: Send + Sync + 'static> {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// The last answer; `None` until the first one.
    shown: RwSignal<Option<T>>,
    failed: RwSignal<Option<NetError>>,
    /// What is wrong with the form that is open.
    wrong: RwSignal<Option<Wrong>>,
    /// Something is on its way.
    busy: RwSignal<bool>,
    /// The form that is open.
    open: RwSignal<Option<String>>,
    /// Something was written.
    done: RwSignal<bool>,
}

impl<T: Send + Sync + 'static> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Held<T> {}

impl<T: Send + Sync + 'static> Held<T> {
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

    /// Asks, and shows the answer.
    fn ask(self, answer: impl Future<Output = Result<T, NetError>> + 'static) {
        self.run(answer, false);
    }

    /// Writes something, says that it was written, and shows the answer.
    fn write(self, answer: impl Future<Output = Result<T, NetError>> + 'static) {
        self.run(answer, true);
    }

    fn run(self, answer: impl Future<Output = Result<T, NetError>> + 'static, writes: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(None);
        self.failed.set(None);
        self.done.set(false);
        self.alive.get_value().ask(answer, move |answer| {
            self.busy.set(false);
            match answer {
                Ok(shown) => {
                    self.shown.set(Some(shown));
                    if writes {
                        self.open.set(None);
                        self.done.set(true);
                    }
                }
                Err(error) => self.refuse(error),
            }
        });
    }

    fn refuse(self, error: NetError) {
        self.desk.check_session(&error);
        match wrong_of(&error) {
            Some(wrong) => self.point_at(wrong),
            None => self.failed.set(Some(error)),
        }
    }

    fn point_at(self, wrong: Wrong) {
        self.wrong.set(Some(wrong));
        if !wrong.field.is_empty() {
            device::focus_later(wrong.field);
        }
    }

    /// Opens a form.
    fn begin(self, name: impl ToString) {
        self.wrong.set(None);
        self.failed.set(None);
        self.done.set(false);
        self.open.set(Some(name.to_string()));
        device::focus_later(FORM);
    }

    fn leave(self) {
        self.wrong.set(None);
        self.open.set(None);
    }

    /// What went wrong or well, above the rest of the page.
    fn says(self) -> impl IntoView {
        view! {
            {live(move || self.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            }))}
            {live(move || self.done.get().then(|| view! {
                <p class="done" role="status"><Icon symbol=Symbol::Check />{say("case.saved")}</p>
            }))}
        }
    }
}

/// The form that is open, so that the focus finds it.
const FORM: &str = "privacy-form";

fn wrong_of(error: &NetError) -> Option<Wrong> {
    let NetError::Refused { code, .. } = error else { return None };
    let (fault, key) = (Fault::parse(code)?, words::fault(code)?);
    Some(Wrong { field: fault.field(), key })
}

/// The page.
#[component]
pub fn PrivacyPage(
    /// What the session holds.
    desk: Desk,
    /// Which one.
    page: Privacy,
) -> impl IntoView {
    match page {
        Privacy::Access => view! { <access::AccessPage desk /> }.into_any(),
        Privacy::Requests => {
            view! { <cases::CasesPage desk register=Register::Requests /> }.into_any()
        }
        Privacy::Incidents => {
            view! { <cases::CasesPage desk register=Register::Incidents /> }.into_any()
        }
        Privacy::Retention => view! { <retention::RetentionPage desk /> }.into_any(),
    }
}
