//! Who can open the tablet's memory, and how it comes to be encrypted.

use std::collections::BTreeMap;
use std::sync::Arc;

use bilik_shared::id::OfficerId;
use bilik_shared::programme::Officer;
use bilik_shared::sealed::{ForServer, HandIn, SERVER};
use indexed_db_futures::prelude::*;
use serde_bytes::ByteBuf;
use wasm_bindgen::JsValue;

use super::{KEYS, Kind, PLAIN, SEALED, Store, StoreError, hold, put, read};
use crate::device;
use crate::vault::for_server::sealed_secret;
use crate::vault::holder::{Holder, holder};
use crate::vault::passphrase::{self, COST};
use crate::vault::{Vault, VaultError};

impl Store {
    /// Opens it with an officer's passphrase.
    ///
    /// # Errors
    /// [`VaultError::Wrong`] for another passphrase.
    pub async fn unlock(&self, officer: &OfficerId, passphrase: &str) -> Result<(), VaultError> {
        let of = |holder: &&Holder| holder.officer == *officer;
        let Some(known) = hold(&self.holders).iter().find(of).cloned() else {
            return Err(VaultError::Wrong);
        };
        let kek = passphrase::stretch(passphrase, &known.salt, known.cost);
        let kek = kek.ok_or(VaultError::Failed)?;
        let vault = Vault::start().await?;
        match vault.open(&kek, &holder(officer), &known.wrapped).await {
            Ok(()) => *hold(&self.kind) = Kind::Open(Arc::new(vault)),
            Err(error) => {
                vault.end();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Forgets everything, the keys with what they open. What is written afterwards stays in the page.
    pub async fn wipe(&self) -> Result<(), StoreError> {
        let transaction = self.strict(&[KEYS, SEALED, PLAIN])?;
        for store in [KEYS, SEALED, PLAIN] {
            drop(transaction.object_store(store)?.clear()?);
        }
        transaction.commit().await?;
        self.end_key();
        *hold(&self.kind) = Kind::Unkeyed { held: BTreeMap::new(), turn: 0 };
        hold(&self.holders).clear();
        Ok(())
    }

    /// Lets an officer open it with this passphrase from now on. For the first of all the key is made, and what is
    /// held without one is encrypted in the same transaction.
    pub async fn give_key(&self, officer: &Officer, passphrase: &str) -> Result<(), StoreError> {
        let (salt, cost) = (device::random(), COST);
        let kek = passphrase::stretch(passphrase, &salt, cost).ok_or(StoreError::Failed)?;
        let (key, name) = (holder(&officer.id), officer.name.clone());
        let held = self.vault();
        let (vault, wrapped) = match &held {
            Some(vault) => (vault.clone(), vault.wrap(&kek, &key).await?),
            None => {
                let vault = Arc::new(Vault::start().await?);
                let wrapped = vault.make(&kek, &key).await?;
                (vault, wrapped)
            }
        };
        let given = Holder { officer: officer.id.clone(), name, salt, cost, wrapped };
        match held {
            Some(_) => self.keep_key(&key, &given.to_bytes()).await?,
            None => self.take_over(vault, &key, &given).await?,
        }
        let mut holders = hold(&self.holders);
        holders.retain(|holder| holder.officer != given.officer);
        holders.push(given);
        Ok(())
    }

    async fn keep_key(&self, key: &str, wrapped: &[u8]) -> Result<(), StoreError> {
        let transaction = self.strict(&[KEYS])?;
        put(&transaction, KEYS, key, wrapped)?;
        transaction.commit().await?;
        Ok(())
    }

    /// From in plain to encrypted, in one transaction: the wrapped key, every value, and none in plain any more.
    async fn take_over(
        &self,
        vault: Arc<Vault>,
        key: &str,
        given: &Holder,
    ) -> Result<(), StoreError> {
        loop {
            let (held, before) = match &*hold(&self.kind) {
                Kind::Unkeyed { held, turn } => (held.clone(), *turn),
                _ => return Err(StoreError::Failed),
            };
            let each = held.iter().map(|(key, value)| (value.as_slice(), self.about(key)));
            let sealed = vault.seal(each).await?;
            let transaction = self.strict(&[PLAIN, SEALED, KEYS])?;
            put(&transaction, KEYS, key, &given.to_bytes())?;
            drop(transaction.object_store(PLAIN)?.clear()?);
            let store = transaction.object_store(SEALED)?;
            drop(store.clear()?);
            for (key, value) in held.into_keys().zip(sealed) {
                drop(store.put(JsValue::from(value)).with_key(key).primitive()?);
            }
            transaction.commit().await?;
            let mut kind = hold(&self.kind);
            if matches!(&*kind, Kind::Unkeyed { turn, .. } if *turn == before) {
                *kind = Kind::Open(vault);
                return Ok(());
            }
            // Something came meanwhile: all of it once more, with that.
        }
    }

    /// Lets the server open it, which has this public key, unless it can.
    pub async fn give_server_key(&self, public: &[u8]) -> Result<(), StoreError> {
        let Some(vault) = self.vault() else { return Ok(()) };
        if self.for_server().await?.is_some_and(|known| known.public == public) {
            return Ok(());
        }
        let (secret, mut given) = sealed_secret(public).ok_or(StoreError::Failed)?;
        given.wrapped = ByteBuf::from(vault.wrap(&secret, SERVER).await?);
        self.keep_key(SERVER, &given.to_bytes()).await
    }

    async fn for_server(&self) -> Result<Option<ForServer>, StoreError> {
        let keys = read(&self.database, KEYS).await?;
        let server = keys.iter().find(|(key, _)| key == SERVER);
        Ok(server.and_then(|(_, bytes)| ForServer::from_bytes(bytes)))
    }

    /// What the server takes in of a memory that is locked, and how much is left over that could not be read before;
    /// `None` where the server was never given a key.
    pub async fn hand_in(&self) -> Result<Option<(HandIn, usize)>, StoreError> {
        let Some(key) = self.for_server().await? else { return Ok(None) };
        let stored = read(&self.database, SEALED).await?;
        let aside = stored.iter().filter(|(name, _)| name.starts_with("aside/")).count();
        let values = stored.into_iter().filter(|(name, _)| HandIn::takes(name));
        let values = values.map(|(name, value)| (name, ByteBuf::from(value))).collect();
        Ok(Some((HandIn { key: ByteBuf::from(key.to_bytes()), values }, aside)))
    }

    /// Only these officers can open it from now on, as far as they could; the last one is never shut out.
    pub async fn forget_others(&self, known: &[OfficerId]) -> Result<(), StoreError> {
        let (stay, go): (Vec<Holder>, Vec<Holder>) =
            self.holders().into_iter().partition(|holder| known.contains(&holder.officer));
        if stay.is_empty() || go.is_empty() {
            return Ok(());
        }
        let transaction = self.strict(&[KEYS])?;
        let store = transaction.object_store(KEYS)?;
        for gone in &go {
            drop(store.delete(holder(&gone.officer)).primitive()?);
        }
        transaction.commit().await?;
        *hold(&self.holders) = stay;
        Ok(())
    }

    /// Ends the key; says whether there was one. The page must be loaded anew after this: it still holds what it
    /// has read.
    pub fn end_key(&self) -> bool {
        let mut kind = hold(&self.kind);
        if let Kind::Open(vault) = &*kind {
            vault.end();
            *kind = Kind::Locked;
            return true;
        }
        false
    }
}
