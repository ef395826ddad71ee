//! Keeps the desk like the server: loads everything, then takes events, for as long as the session lives.

use std::cell::RefCell;
use std::rc::Rc;

use bilik_shared::view::Live;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::device;
use crate::net::{self, NetError};

/// The server says something at least every 20 seconds; twice that without a byte is no connection.
const SILENCE_LIMIT_MS: u32 = 45_000;
/// Between two tries to get back.
const AGAIN_MS: u32 = 3_000;

/// What there is is shown after this time, even if events do not come through, for example because
/// something on the way holds them back.
const PATIENCE_MS: u32 = 1_500;

/// Events that arrive while everything is being loaded wait here, so that what was loaded does not
/// overwrite what is newer.
#[derive(Default)]
struct Waiting {
    /// How many loads are under way.
    loading: u32,
    /// Whether events arrive.
    open: bool,
    events: Vec<Live>,
}

#[derive(Clone)]
struct Stream {
    desk: Desk,
    alive: Alive,
    waiting: Rc<RefCell<Waiting>>,
}

/// Starts to follow the server. It ends with the owner of the moment.
pub fn follow(desk: Desk) {
    let stream = Stream { desk, alive: Alive::here(), waiting: Rc::default() };
    let ticking = stream.clone();
    spawn_local(async move {
        while ticking.alive.is() {
            desk.tick();
            device::sleep(5_000).await;
        }
    });
    let impatient = stream.clone();
    spawn_local(async move { stream.run().await });
    spawn_local(async move {
        device::sleep(PATIENCE_MS).await;
        let waits = impatient.waiting.borrow().loading == 0;
        if impatient.alive.is() && waits && desk.house.with_untracked(Option::is_none) {
            impatient.load();
        }
    });
}

impl Stream {
    async fn run(self) {
        while self.alive.is() {
            let (opened, told) = (self.clone(), self.clone());
            let ended = net::watch_session(
                api::EVENTS,
                SILENCE_LIMIT_MS,
                move || {
                    opened.waiting.borrow_mut().open = true;
                    opened.load();
                },
                move |data| told.take(data),
            );
            let error = ended.await;
            if !self.alive.is() {
                return;
            }
            let silent_for = if error == NetError::Slow { i64::from(SILENCE_LIMIT_MS) } else { 0 };
            self.waiting.borrow_mut().open = false;
            self.desk.lost(error.clone(), silent_for);
            self.desk.check_session(&error);
            if self.desk.house.with_untracked(Option::is_none) && !self.desk.is_over() {
                self.load();
            }
            device::sleep(AGAIN_MS).await;
        }
    }

    /// Loads everything: at the start, after a lost connection, and when the server says that events were missed.
    fn load(&self) {
        if !self.alive.is() {
            return;
        }
        let stream = self.clone();
        self.waiting.borrow_mut().loading += 1;
        spawn_local(async move {
            let answer = loop {
                match api::overview().await {
                    Err(NetError::Unreachable | NetError::Slow) if stream.alive.is() => {
                        device::sleep(AGAIN_MS).await;
                    }
                    answer => break answer,
                }
            };
            let events = {
                let mut waiting = stream.waiting.borrow_mut();
                waiting.loading -= 1;
                if waiting.loading == 0 { std::mem::take(&mut waiting.events) } else { Vec::new() }
            };
            if !stream.alive.is() {
                return;
            }
            match answer {
                Ok(overview) => {
                    stream.desk.load(overview);
                    if stream.waiting.borrow().open {
                        stream.desk.opened();
                    }
                }
                Err(error) => {
                    stream.desk.check_session(&error);
                    stream.desk.lost(error, 0);
                }
            }
            for event in events {
                stream.apply(event);
            }
        });
    }

    fn take(&self, data: &str) {
        if !self.alive.is() {
            return;
        }
        let event = match serde_json::from_str::<Live>(data) {
            Ok(event) => event,
            // A newer server may tell of things that this version does not know: look at everything again.
            Err(_) => Live::Reload,
        };
        if self.waiting.borrow().loading > 0 && event != Live::Reload {
            self.waiting.borrow_mut().events.push(event);
        } else {
            self.apply(event);
        }
    }

    fn apply(&self, event: Live) {
        if !self.desk.take(event) {
            self.load();
        }
    }
}
