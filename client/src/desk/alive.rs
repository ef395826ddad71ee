//! Work that a page starts and may not live to see the end of.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::session::Desk;
use crate::net::NetError;

/// One question at a time to the server, for a part of a page: whether it is on its way, and why it failed.
#[derive(Clone, Copy)]
pub struct Asking {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// A question is on its way.
    pub busy: RwSignal<bool>,
    /// Why the last one failed.
    pub failed: RwSignal<Option<NetError>>,
}

impl Asking {
    /// As long as the owner of the moment.
    pub fn here(desk: Desk) -> Self {
        let alive = StoredValue::new_local(Alive::here());
        Self { desk, alive, busy: RwSignal::new(false), failed: RwSignal::new(None) }
    }

    /// Asks, unless a question is on its way; a session that is over is noticed.
    pub fn ask<T: 'static>(
        self,
        question: impl Future<Output = Result<T, NetError>> + 'static,
        take: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failed.set(None);
        self.alive.get_value().ask(question, move |answer| {
            self.busy.set(false);
            match answer {
                Ok(answer) => take(answer),
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }
}

/// Whether the page that started some work is still there when the work is done.
#[derive(Clone)]
pub struct Alive(Rc<Cell<bool>>);

impl Alive {
    /// As long as the owner of the moment.
    pub fn here() -> Self {
        let alive = Rc::new(Cell::new(true));
        let ending = StoredValue::new_local(alive.clone());
        on_cleanup(move || ending.with_value(|alive| alive.set(false)));
        Self(alive)
    }

    /// Whether it is still there.
    pub fn is(&self) -> bool {
        self.0.get()
    }

    /// Asks something; the answer is taken only if the page is still there to show it.
    pub fn ask<T: 'static>(
        self,
        question: impl Future<Output = T> + 'static,
        take: impl FnOnce(T) + 'static,
    ) {
        spawn_local(async move {
            let answer = question.await;
            if self.is() {
                take(answer);
            }
        });
    }
}
