//! Who can open this tablet, and ending the key.

use bilik_shared::id::OfficerId;
use bilik_shared::programme::Officer;
use bilik_shared::replica::Replica;
use leptos::prelude::*;

use super::Tablet;
use crate::device;
use crate::store::{Store, StoreError};

/// So long a lock waits for what is being written, looking this often.
const PATIENCE_MS: u32 = 3_000;
const LOOK_MS: u32 = 50;

impl Tablet {
    /// Whether this officer still needs a passphrase here. In practice nobody does.
    pub fn needs_key(&self, officer: &OfficerId) -> bool {
        !self.store().is_plain() && !self.has_key(officer)
    }

    /// Whether this officer can open the tablet with a passphrase.
    pub fn has_key(&self, officer: &OfficerId) -> bool {
        self.holders.read().contains(officer)
    }

    /// Nobody has made a passphrase here yet, and one is needed.
    pub fn is_unkeyed(&self) -> bool {
        !self.store().is_plain() && self.holders.read().is_empty()
    }

    /// Lets an officer open the tablet with this passphrase from now on.
    pub async fn give_key(&self, officer: &Officer, passphrase: &str) -> Result<(), StoreError> {
        let store = self.store();
        store.give_key(officer, passphrase).await?;
        self.look_at_holders();
        Ok(())
    }

    /// Only officers of the house can open the tablet.
    pub async fn forget_others(&self, officers: Vec<OfficerId>) {
        let store = self.store();
        match store.forget_others(&officers).await {
            Ok(()) => self.look_at_holders(),
            Err(error) => leptos::logging::warn!("a key was not removed: {error}"),
        }
    }

    /// Lets the server open what this tablet holds, should nobody here be able to.
    pub async fn give_server_key(&self, public: Vec<u8>) {
        if let Err(error) = self.store().give_server_key(&public).await {
            leptos::logging::warn!("the key for the server was not kept: {error}");
        }
    }

    /// Ends the key, once everything that was done is on the disk; says whether it did. What cannot be written
    /// stays in the page, and so does the key.
    pub async fn end_key(&self) -> bool {
        let store = self.store();
        for _ in 0..PATIENCE_MS / LOOK_MS {
            let behind = self.peek(Replica::is_behind) || !store.is_at_rest();
            if !behind && self.store_error.get_untracked().is_none() {
                return store.end_key();
            }
            device::sleep(LOOK_MS).await;
        }
        false
    }

    /// Forgets everything that this tablet keeps; says whether it did.
    pub async fn wipe(&self) -> bool {
        match self.store().wipe().await {
            Ok(()) => true,
            Err(error) => {
                leptos::logging::error!("the tablet was not emptied: {error}");
                false
            }
        }
    }

    fn look_at_holders(&self) {
        let now = holders(self.store());
        if *self.holders.read_untracked() != now {
            self.holders.set(now);
        }
    }
}

/// Who can open what the store holds.
pub(super) fn holders(store: &Store) -> Vec<OfficerId> {
    store.holders().into_iter().map(|holder| holder.officer).collect()
}
