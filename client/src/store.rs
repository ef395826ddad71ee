//! The tablet's memory: bytes under names in IndexedDB. Every method can fail, and the screen says so.
//!
//! What a tablet at work keeps is encrypted, every value by itself, with a key that only the worker of
//! [`crate::vault`] holds. The names of values name sheets, entries and officers by their ids and nobody in words.
//! Before the first officer has made a passphrase there is no key, and nothing but who the tablet is comes to the
//! disk: what the server sends meanwhile stays in the page. A tablet of a version without encryption is taken over
//! in the same transaction that keeps the first wrapped key, so that it can be cut off at any moment.
//!
//! *Durable before acknowledged*: every write asks for `durability: "strict"` and resolves only after the
//! transaction's `complete` event. With the browser's default, a power cut loses what was reported as saved.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bilik_shared::replica::Write;
use bilik_shared::sealed;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError, UnexpectedDataError};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use crate::vault::holder::Holder;
use crate::vault::{Vault, VaultError};

mod keys;

/// Values in plain: practice, and who the tablet is before there is a key. Do not change: tablets hold it.
const PLAIN: &str = "values";
/// Encrypted values. Do not change: tablets hold it.
const SEALED: &str = "sealed";
/// The key, wrapped for each who may open the tablet. Do not change: tablets hold it.
const KEYS: &str = "keys";
/// PINs stand on the disk also before there is a key, so that starting anew gives nobody more tries.
const PINS: &str = "app/pin/";

/// Why the tablet's memory did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// There is no space left.
    Full,
    /// The browser gives no lasting memory to this page, for example in a private window.
    Unavailable,
    /// It was written by a newer version of the app.
    Newer,
    /// The key is not here.
    Locked,
    /// It failed for another reason, which is in the browser's log.
    Failed,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "no space left",
            Self::Unavailable => "no lasting memory",
            Self::Newer => "written by a newer version",
            Self::Locked => "locked",
            Self::Failed => "memory failed",
        })
    }
}

impl std::error::Error for StoreError {}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        leptos::logging::error!("IndexedDB: {error}");
        match error {
            Error::DomException(DomException::Other(cause))
                if cause.name() == "QuotaExceededError" =>
            {
                Self::Full
            }
            // A commit is aborted without a failing request when the disk has no room for it.
            Error::MissingData(UnexpectedDataError::TransactionAborted) => Self::Full,
            _ => Self::Failed,
        }
    }
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> Self {
        leptos::logging::error!("{error}");
        Self::Failed
    }
}

impl From<OpenDbError> for StoreError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(Error::DomException(DomException::Other(cause)))
                if cause.name() == "VersionError" =>
            {
                Self::Newer
            }
            OpenDbError::Base(error) => match Self::from(error) {
                Self::Full => Self::Full,
                _ => Self::Unavailable,
            },
            _ => Self::Unavailable,
        }
    }
}

/// How what stands in a memory can be read.
#[derive(Debug)]
enum Kind {
    /// As it is.
    Plain,
    /// Nobody has a key yet: everything is in the page, and `turn` counts how often that has changed.
    Unkeyed { held: BTreeMap<String, Vec<u8>>, turn: u64 },
    /// There is a key, and it is not here.
    Locked,
    /// The worker holds the key.
    Open(Arc<Vault>),
}

/// An open memory.
#[derive(Debug)]
pub struct Store {
    name: String,
    database: Database,
    kind: Mutex<Kind>,
    holders: Mutex<Vec<Holder>>,
    /// Writes under way.
    writing: AtomicU32,
}

/// Nothing panics while one of these is held; a lock is there because views are shared between threads elsewhere.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens a memory in plain, and makes it on the first start.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let database = Database::open(name)
            .with_version(1u8)
            .with_on_upgrade_needed(|_, database| make_stores(&database, &[PLAIN]))
            .await?;
        Ok(Self::of(name, database, Kind::Plain, Vec::new()))
    }

    /// Opens the memory of a tablet at work, and makes it on the first start.
    pub async fn open_encrypted(name: &str) -> Result<Self, StoreError> {
        let database = Database::open(name)
            .with_version(2u8)
            .with_on_upgrade_needed(|_, database| make_stores(&database, &[PLAIN, SEALED, KEYS]))
            .await?;
        let keys = read(&database, KEYS).await?;
        let holders: Vec<Holder> =
            keys.iter().filter_map(|(key, bytes)| Holder::from_bytes(key, bytes)).collect();
        let kind = match keys.is_empty() {
            true => {
                Kind::Unkeyed { held: read(&database, PLAIN).await?.into_iter().collect(), turn: 0 }
            }
            false => Kind::Locked,
        };
        Ok(Self::of(name, database, kind, holders))
    }

    fn of(name: &str, database: Database, kind: Kind, holders: Vec<Holder>) -> Self {
        let (name, writing) = (name.to_owned(), AtomicU32::new(0));
        Self { name, database, kind: Mutex::new(kind), holders: Mutex::new(holders), writing }
    }

    /// There is a key, and somebody has to show a passphrase first.
    pub fn is_locked(&self) -> bool {
        matches!(*hold(&self.kind), Kind::Locked)
    }

    /// Nothing is encrypted here: no officer needs a passphrase.
    pub fn is_plain(&self) -> bool {
        matches!(*hold(&self.kind), Kind::Plain)
    }

    /// Who can open it with a passphrase.
    pub fn holders(&self) -> Vec<Holder> {
        hold(&self.holders).clone()
    }

    fn vault(&self) -> Option<Arc<Vault>> {
        match &*hold(&self.kind) {
            Kind::Open(vault) => Some(vault.clone()),
            _ => None,
        }
    }

    fn about(&self, key: &str) -> String {
        sealed::about_value(&self.name, key)
    }

    /// Everything there is. A value that was altered is left where it is, and named in the browser's log.
    pub async fn read_all(&self) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let vault = match &*hold(&self.kind) {
            Kind::Plain => None,
            Kind::Unkeyed { held, .. } => return Ok(held.clone().into_iter().collect()),
            Kind::Locked => return Err(StoreError::Locked),
            Kind::Open(vault) => Some(vault.clone()),
        };
        let Some(vault) = vault else { return read(&self.database, PLAIN).await };
        let stored = read(&self.database, SEALED).await?;
        let each = stored.iter().map(|(key, value)| (value.as_slice(), self.about(key)));
        let opened = vault.unseal(each).await?;
        let each = stored.into_iter().zip(opened).filter_map(|((key, _), value)| {
            if value.is_none() {
                leptos::logging::error!("what stands under {key} was altered");
            }
            Some((key, value?))
        });
        Ok(each.collect())
    }

    /// Whether something stands under this key of a memory in plain.
    pub async fn has(&self, key: &str) -> Result<bool, StoreError> {
        let transaction =
            self.database.transaction(PLAIN).with_mode(TransactionMode::Readonly).build()?;
        let keys = transaction.object_store(PLAIN)?.get_all_keys::<String>().primitive()?;
        Ok(keys.await?.any(|known| known.is_ok_and(|known| known == key)))
    }

    /// Writes all of it or nothing, and comes back when it is on the disk. Before there is a key, nobody can have
    /// done anything yet, and it stays in the page: the server sends it again.
    pub async fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        self.writing.fetch_add(1, Ordering::Relaxed);
        let written = self.write_counted(writes).await;
        self.writing.fetch_sub(1, Ordering::Relaxed);
        written
    }

    async fn write_counted(&self, writes: &[Write]) -> Result<(), StoreError> {
        let vault = match &mut *hold(&self.kind) {
            Kind::Plain => None,
            Kind::Locked => return Err(StoreError::Locked),
            Kind::Open(vault) => Some(vault.clone()),
            Kind::Unkeyed { held, turn } => {
                *turn += 1;
                for write in writes {
                    match write {
                        Write::Put { key, value } => drop(held.insert(key.clone(), value.clone())),
                        Write::Delete { key } => drop(held.remove(key)),
                    }
                }
                if !writes.iter().all(is_pin) {
                    return Ok(());
                }
                None
            }
        };
        match vault {
            None => {
                let values = values_of(writes).map(|(_, value)| Uint8Array::from(value));
                self.write_to(PLAIN, writes, values).await
            }
            // The worker answers in the order in which it was asked, and between its answer and the requests of the
            // transaction nothing is waited for: so what was written later is on the disk later.
            Some(vault) => {
                let each = values_of(writes).map(|(key, value)| (value, self.about(key)));
                let sealed = vault.seal(each).await?;
                self.write_to(SEALED, writes, sealed.into_iter()).await
            }
        }
    }

    /// Begins with this and nothing else, in plain: who the tablet is, before there is a key.
    pub async fn begin_anew(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let transaction = self.strict(&[PLAIN, SEALED, KEYS])?;
        for store in [PLAIN, SEALED, KEYS] {
            drop(transaction.object_store(store)?.clear()?);
        }
        put(&transaction, PLAIN, key, value)?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes into one of its stores; `values` are those of the writes that put one, as they come to the disk.
    async fn write_to(
        &self,
        name: &str,
        writes: &[Write],
        mut values: impl Iterator<Item = Uint8Array>,
    ) -> Result<(), StoreError> {
        let transaction = self.strict(&[name])?;
        let store = transaction.object_store(name)?;
        for write in writes {
            match write {
                Write::Put { key, .. } => {
                    let value: JsValue = values.next().ok_or(StoreError::Failed)?.into();
                    drop(store.put(value).with_key(key.clone()).primitive()?);
                }
                Write::Delete { key } => drop(store.delete(key.clone()).primitive()?),
            }
        }
        // A dropped request does not matter: its failure aborts the transaction, and that is what we wait for.
        transaction.commit().await?;
        Ok(())
    }

    fn strict(&self, stores: &[&str]) -> Result<Transaction<'_>, StoreError> {
        let strict = TransactionOptions::new().with_durability(TransactionDurability::Strict);
        let transaction = self.database.transaction(stores);
        Ok(transaction.with_mode(TransactionMode::Readwrite).with_options(strict).build()?)
    }

    /// Nothing is being written.
    pub fn is_at_rest(&self) -> bool {
        self.writing.load(Ordering::Relaxed) == 0
    }
}

/// What is put, under its key.
fn values_of(writes: &[Write]) -> impl Iterator<Item = (&str, &[u8])> {
    writes.iter().filter_map(|write| match write {
        Write::Put { key, value } => Some((key.as_str(), value.as_slice())),
        Write::Delete { .. } => None,
    })
}

fn is_pin(write: &Write) -> bool {
    let (Write::Put { key, .. } | Write::Delete { key }) = write;
    key.starts_with(PINS)
}

fn make_stores(database: &Database, names: &[&str]) -> Result<(), Error> {
    for name in names {
        if !database.object_store_names().any(|known| known == *name) {
            database.create_object_store(*name).build()?;
        }
    }
    Ok(())
}

async fn read(database: &Database, name: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let transaction = database.transaction(name).with_mode(TransactionMode::Readonly).build()?;
    let store = transaction.object_store(name)?;
    // Both requests go out before the first answer, so that the transaction is still open for the second.
    let keys = store.get_all_keys::<String>().primitive()?;
    let values = store.get_all::<JsValue>().primitive()?;
    let keys = keys.await?.collect::<Result<Vec<_>, _>>()?;
    let values = values.await?.collect::<Result<Vec<_>, _>>()?;
    let bytes = values.iter().map(|value| Uint8Array::new(value).to_vec());
    Ok(keys.into_iter().zip(bytes).collect())
}

fn put(
    transaction: &Transaction<'_>,
    store: &str,
    key: &str,
    value: &[u8],
) -> Result<(), StoreError> {
    let value: JsValue = Uint8Array::from(value).into();
    drop(transaction.object_store(store)?.put(value).with_key(key.to_owned()).primitive()?);
    Ok(())
}
