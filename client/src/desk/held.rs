//! What a page of forms holds: its last answer, the form that is open, and what came of the last question.

use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::desk::setup::form::Wrong;
use crate::device;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::say;

/// The form that is open, so that the focus finds it.
pub const FORM: &str = "open-form";

/// In what the pages of forms differ.
pub struct Manner<T: Send + Sync + 'static> {
    /// What a refusal says about the form that is open.
    pub wrong_of: fn(&NetError) -> Option<Wrong>,
    /// What is done where the refusal is about none.
    pub refused: fn(Held<T>, &NetError),
    /// The text that says that something was written.
    pub saved: &'static str,
}

impl<T: Send + Sync + 'static> Clone for Manner<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Manner<T> {}

/// What a page holds.
pub struct Held<T: Send + Sync + 'static> {
    /// What the session holds.
    pub desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    manner: Manner<T>,
    /// The last answer; `None` until the first one.
    pub shown: RwSignal<Option<T>>,
    failed: RwSignal<Option<NetError>>,
    /// What is wrong with the form that is open.
    pub wrong: RwSignal<Option<Wrong>>,
    /// Something is on its way.
    pub busy: RwSignal<bool>,
    /// The form that is open, by a name that the page gives it.
    pub open: RwSignal<Option<String>>,
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
    /// Nothing was asked yet.
    pub fn new(desk: Desk, manner: Manner<T>) -> Self {
        Self {
            desk,
            alive: StoredValue::new_local(Alive::here()),
            manner,
            shown: RwSignal::new(None),
            failed: RwSignal::new(None),
            wrong: RwSignal::new(None),
            busy: RwSignal::new(false),
            open: RwSignal::new(None),
            done: RwSignal::new(false),
        }
    }

    /// Asks, and shows the answer.
    pub fn ask(self, answer: impl Future<Output = Result<T, NetError>> + 'static) {
        self.run(answer, false);
    }

    /// Writes something, says that it was written, and shows the answer.
    pub fn write(self, answer: impl Future<Output = Result<T, NetError>> + 'static) {
        self.run(answer, true);
    }

    fn run(self, answer: impl Future<Output = Result<T, NetError>> + 'static, writes: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(None);
        self.quiet();
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
        if let Some(wrong) = (self.manner.wrong_of)(&error) {
            return self.point_at(wrong);
        }
        (self.manner.refused)(self, &error);
        self.failed.set(Some(error));
    }

    /// Shows what is wrong with the form that is open.
    pub fn point_at(self, wrong: Wrong) {
        self.wrong.set(Some(wrong));
        if !wrong.field.is_empty() {
            device::focus_later(wrong.field);
        }
    }

    /// Opens a form.
    pub fn begin(self, name: impl ToString) {
        self.wrong.set(None);
        self.quiet();
        self.open.set(Some(name.to_string()));
        device::focus_later(FORM);
    }

    /// Closes the form.
    pub fn leave(self) {
        self.wrong.set(None);
        self.open.set(None);
    }

    /// What came of the last question is said no more.
    pub fn quiet(self) {
        self.failed.set(None);
        self.done.set(false);
    }

    /// What went wrong or well, above the rest of the page.
    pub fn says(self) -> impl IntoView {
        let saved = self.manner.saved;
        view! {
            {live(move || self.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            }))}
            {live(move || self.done.get().then(|| view! {
                <p class="done" role="status"><Icon symbol=Symbol::Check />{say(saved)}</p>
            }))}
        }
    }
}
