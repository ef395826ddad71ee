//! Keeps what is typed on a page, at every key and never with two writes under way.

use bilik_shared::time::Timestamp;
use leptos::prelude::*;

use crate::device;
use crate::tablet::pages::App;

/// How far keeping what is typed has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// Everything that was typed was handed to the disk, and the disk has answered.
    Idle,
    /// A write is under way.
    Writing,
    /// A write is under way, and something was typed since it began.
    Behind,
}

/// What keeps one page.
#[derive(Clone, Copy)]
pub struct Keeper {
    app: App,
    keeping: StoredValue<Keeping>,
    /// When the page was last kept on this tablet, or that it could not be.
    pub kept: RwSignal<Option<Result<Timestamp, ()>>>,
}

impl Keeper {
    /// Nothing was kept yet.
    pub fn new(app: App) -> Self {
        Self { app, keeping: StoredValue::new(Keeping::Idle), kept: RwSignal::new(None) }
    }

    /// Keeps what is typed, at once: `page` gives the key and what stands on the page when it is asked.
    pub fn now(self, page: impl Fn() -> (String, Vec<u8>) + Copy + 'static) {
        self.keeping.set_value(Keeping::Writing);
        let (key, value) = page();
        self.app.tablet.keep(key, Some(value), move |kept| self.was_kept(kept.is_ok(), page));
    }

    /// Keeps every key at once, but never has two writes under way: a fast typist on a slow disk would
    /// queue up hundreds, and the one that matters is the last.
    pub fn soon(self, page: impl Fn() -> (String, Vec<u8>) + Copy + 'static) {
        match self.keeping.get_value() {
            Keeping::Idle => self.now(page),
            Keeping::Writing | Keeping::Behind => self.keeping.set_value(Keeping::Behind),
        }
    }

    /// The page is left: what was typed while a write was under way is not kept yet.
    pub fn end(self, page: impl Fn() -> (String, Vec<u8>) + Copy + 'static) {
        if self.keeping.try_get_value() == Some(Keeping::Behind) {
            self.now(page);
        }
    }

    /// The disk has answered; what was typed meanwhile is next. A disk that failed is tried again at the
    /// next key, not in a circle.
    fn was_kept(self, written: bool, page: impl Fn() -> (String, Vec<u8>) + Copy + 'static) {
        // The page may have been left meanwhile; then there is nobody to tell.
        let Some(keeping) = self.keeping.try_get_value() else { return };
        self.keeping.set_value(Keeping::Idle);
        self.kept.set(Some(if written { Ok(device::now()) } else { Err(()) }));
        if written && keeping == Keeping::Behind {
            self.soon(page);
        }
    }
}
