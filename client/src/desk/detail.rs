//! Holds one entry with everything that may be seen of it, and fetches it again when its row changes.

use bilik_shared::view::Detail;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::Key;
use crate::desk::session::Desk;
use crate::net::NetError;

/// One entry, as far as it has been fetched.
#[derive(Clone, Copy)]
pub struct Held {
    desk: Desk,
    /// The entry; the last one that arrived, also while a newer one is under way.
    pub detail: RwSignal<Option<Detail>>,
    /// Why it could not be fetched.
    pub failed: RwSignal<Option<NetError>>,
    /// How many answers were asked for; only the newest is of interest.
    asked: StoredValue<u32>,
}

impl Held {
    /// Fetches an entry, and again when its row changes. It ends with the owner of the moment.
    pub fn of(desk: Desk, key: Key) -> Self {
        let (detail, failed) = (RwSignal::new(None::<Detail>), RwSignal::new(None));
        let held = Self { desk, detail, failed, asked: StoredValue::new(0) };
        let alive = StoredValue::new_local(Alive::here());
        let said = key.clone();
        Effect::new(move |before: Option<()>| {
            // What the clinic or security says changes no row; what was said before this was opened is in it.
            let news = desk.vetted.with(|vetted| vetted.contains(&said.entry));
            if news && before.is_some() {
                held.fetch(said.clone(), alive.get_value());
            }
        });
        Effect::new(move |_| {
            let row = desk.row(&key).map(|row| row.get());
            let same = held
                .detail
                .with_untracked(|detail| detail.as_ref().map(|detail| &detail.row) == row.as_ref());
            if !same {
                held.fetch(key.clone(), alive.get_value());
            }
        });
        held
    }

    /// Fetches it once more.
    pub fn fetch(self, key: Key, alive: Alive) {
        self.asked.update_value(|asked| *asked += 1);
        let turn = self.asked.get_value();
        spawn_local(async move {
            let answer = api::detail(&key).await;
            if !alive.is() || self.asked.get_value() != turn {
                return;
            }
            match answer {
                Ok(detail) => {
                    self.failed.set(None);
                    self.detail.set(Some(detail));
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }

    /// The version that is on the screen.
    pub fn version(self) -> Option<String> {
        self.detail.with_untracked(|detail| detail.as_ref().map(|detail| detail.version.clone()))
    }

    /// Takes the entry as the server answered after it did something.
    pub fn take(self, detail: Detail) {
        self.asked.update_value(|asked| *asked += 1);
        let row = detail.row.clone();
        self.failed.set(None);
        self.detail.set(Some(detail));
        self.desk.hold(vec![row.clone()]);
        self.desk.patch(vec![row], None);
    }
}
