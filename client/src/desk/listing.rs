//! A list as the server narrows and sorts it, a page at a time; it follows what changes.

use bilik_shared::view::entries::{Ask, Facets, Filter, MAX_PAGE, Order, PAGE, Page};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::route::Key;
use crate::desk::session::{Desk, key};
use crate::device;
use crate::net::NetError;

/// Changes are gathered for so long before the first page is asked for again.
const GATHER_MS: u32 = 400;

/// What becomes of rows behind a first page that is loaded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// They stay: the list is longer than one request.
    Kept,
    /// They go: it is another list.
    Dropped,
}

/// A list, as far as it was loaded.
#[derive(Clone, Copy)]
pub struct Listing {
    desk: Desk,
    /// What it is a list of.
    asked: Memo<(Filter, Option<Order>)>,
    /// The entries in the server's order, some of which may have left the list meanwhile.
    keys: RwSignal<Vec<Key>>,
    /// How many rows it has in all; `None` until the first answer.
    pub total: RwSignal<Option<u32>>,
    /// Whether what is shown answers the question of the moment.
    pub settled: RwSignal<bool>,
    /// Counts for chips.
    pub facets: RwSignal<Facets>,
    /// Why it could not be loaded.
    pub failed: RwSignal<Option<NetError>>,
    next: RwSignal<Option<String>>,
    /// How many first pages were asked for; only the newest is of interest.
    turn: StoredValue<u32>,
    /// A further page is under way.
    more: RwSignal<bool>,
    /// Somebody waits for changes to gather.
    gathers: StoredValue<bool>,
    alive: StoredValue<Alive, LocalStorage>,
}

impl Listing {
    /// A list that follows a question. It ends with the owner of the moment.
    pub fn of(desk: Desk, asked: Memo<(Filter, Option<Order>)>) -> Self {
        let listing = Self {
            desk,
            asked,
            keys: RwSignal::new(Vec::new()),
            total: RwSignal::new(None),
            settled: RwSignal::new(false),
            facets: RwSignal::new(Facets::default()),
            failed: RwSignal::new(None),
            next: RwSignal::new(None),
            turn: StoredValue::new(0),
            more: RwSignal::new(false),
            gathers: StoredValue::new(false),
            alive: StoredValue::new_local(Alive::here()),
        };
        Effect::new(move |_| {
            asked.track();
            listing.settled.set(false);
            listing.load(PAGE, Behind::Dropped);
        });
        Effect::new(move |before: Option<u32>| {
            let moved = desk.moved.get();
            if before.is_some_and(|before| before != moved) {
                listing.gather();
            }
            moved
        });
        listing
    }

    /// The entries to show: who has left the list since the server was asked is not among them.
    pub fn shown(self) -> Memo<Vec<Key>> {
        Memo::new(move |_| {
            let filter = self.asked.with(|(filter, _)| filter.clone());
            let rows = self.keys.with(|keys| self.desk.rows_of(keys));
            rows.iter().filter(|row| filter.holds(row)).map(key).collect()
        })
    }

    /// How many rows have not been loaded.
    pub fn rest(self) -> u32 {
        let all = self.total.get().unwrap_or(0);
        if self.next.with(Option::is_none) {
            return 0;
        }
        all.saturating_sub(self.keys.with(Vec::len) as u32)
    }

    /// Asks for the first page again, after a moment in which other changes may come.
    fn gather(self) {
        if self.gathers.get_value() {
            return;
        }
        self.gathers.set_value(true);
        let alive = self.alive.get_value();
        spawn_local(async move {
            device::sleep(GATHER_MS).await;
            // A further page that is under way would not fit behind another first one.
            while alive.is() && self.more.get_untracked() {
                device::sleep(50).await;
            }
            if alive.is() {
                self.gathers.set_value(false);
                let loaded = self.keys.with_untracked(Vec::len) as u32;
                self.load(loaded.clamp(PAGE, MAX_PAGE), Behind::Kept);
            }
        });
    }

    fn ask(self, limit: u32, cursor: Option<String>) -> Ask {
        let (filter, order) = self.asked.get_untracked();
        Ask { filter, order, cursor, limit: Some(limit) }
    }

    fn load(self, limit: u32, behind: Behind) {
        self.turn.update_value(|turn| *turn += 1);
        let (turn, alive) = (self.turn.get_value(), self.alive.get_value());
        let ask = self.ask(limit, None);
        spawn_local(async move {
            let answer = api::entries(&ask).await;
            if !alive.is() || self.turn.get_value() != turn {
                return;
            }
            match answer {
                Ok(page) => {
                    let longer = self.keys.with_untracked(Vec::len) > limit as usize;
                    self.take(page, if longer { behind } else { Behind::Dropped });
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }

    fn take(self, page: Page, behind: Behind) {
        let Page { rows, next, total, facets } = page;
        let mut keys: Vec<Key> = rows.iter().map(key).collect();
        if behind == Behind::Kept {
            let rest = self.keys.get_untracked();
            keys.extend(
                rest.into_iter().filter(|key| !rows.iter().any(|row| row.entry == key.entry)),
            );
        } else {
            self.next.set(next);
        }
        self.desk.hold(rows);
        self.keys.set(keys);
        self.total.set(Some(total));
        self.facets.set(facets);
        self.failed.set(None);
        self.settled.set(true);
    }

    /// Loads the next page, if there is one.
    pub fn more(self) {
        let Some(cursor) = self.next.get_untracked() else { return };
        if self.more.get_untracked() {
            return;
        }
        self.more.set(true);
        let (turn, alive) = (self.turn.get_value(), self.alive.get_value());
        let ask = self.ask(PAGE, Some(cursor.clone()));
        spawn_local(async move {
            let answer = api::entries(&ask).await;
            if !alive.is() {
                return;
            }
            self.more.set(false);
            // Another list, or another end of this one, has come meanwhile.
            let stands = self.next.with_untracked(|next| next.as_ref() == Some(&cursor));
            match answer {
                Ok(page) if stands && self.turn.get_value() == turn => {
                    let new: Vec<Key> = page.rows.iter().map(key).collect();
                    self.desk.hold(page.rows);
                    self.keys.update(|keys| {
                        let known: std::collections::BTreeSet<Key> = keys.iter().cloned().collect();
                        keys.extend(new.into_iter().filter(|key| !known.contains(key)));
                    });
                    self.next.set(page.next);
                }
                Ok(_) => {}
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }
}
