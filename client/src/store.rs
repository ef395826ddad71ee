//! The tablet's memory: bytes under names in IndexedDB. Every method can fail, and the screen says so.
//!
//! *Durable before acknowledged*: every write asks for `durability: "strict"` and resolves only after the
//! transaction's `complete` event. With the browser's default, a power cut loses what was reported as saved.

use std::fmt;

use bilik_shared::replica::Write;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError, UnexpectedDataError};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{TransactionDurability, TransactionMode, TransactionOptions};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

/// Do not change: tablets hold it.
const STORE: &str = "values";

/// Why the tablet's memory did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// There is no space left.
    Full,
    /// The browser gives no lasting memory to this page, for example in a private window.
    Unavailable,
    /// It was written by a newer version of the app.
    Newer,
    /// It failed for another reason, which is in the browser's log.
    Failed,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "no space left",
            Self::Unavailable => "no lasting memory",
            Self::Newer => "written by a newer version",
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

/// An open memory.
#[derive(Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens it, and makes it on the first start.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let database = Database::open(name)
            .with_version(1u8)
            .with_on_upgrade_needed(|_, database| {
                database.create_object_store(STORE).build()?;
                Ok(())
            })
            .await?;
        Ok(Self { database })
    }

    /// Everything there is.
    pub async fn read_all(&self) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let transaction =
            self.database.transaction(STORE).with_mode(TransactionMode::Readonly).build()?;
        let store = transaction.object_store(STORE)?;
        // Both requests go out before the first answer, so that the transaction is still open for the second.
        let keys = store.get_all_keys::<String>().primitive()?;
        let values = store.get_all::<JsValue>().primitive()?;
        let keys = keys.await?.collect::<Result<Vec<_>, _>>()?;
        let values = values.await?.collect::<Result<Vec<_>, _>>()?;
        let bytes = values.iter().map(|value| Uint8Array::new(value).to_vec());
        Ok(keys.into_iter().zip(bytes).collect())
    }

    /// Whether something stands under this key.
    pub async fn has(&self, key: &str) -> Result<bool, StoreError> {
        let transaction =
            self.database.transaction(STORE).with_mode(TransactionMode::Readonly).build()?;
        let keys = transaction.object_store(STORE)?.get_all_keys::<String>().primitive()?;
        Ok(keys.await?.any(|known| known.is_ok_and(|known| known == key)))
    }

    /// Writes all of it or nothing, and comes back when it is on the disk.
    pub async fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        let strict = TransactionOptions::new().with_durability(TransactionDurability::Strict);
        let transaction = self
            .database
            .transaction(STORE)
            .with_mode(TransactionMode::Readwrite)
            .with_options(strict)
            .build()?;
        let store = transaction.object_store(STORE)?;
        for write in writes {
            match write {
                Write::Put { key, value } => {
                    let value: JsValue = Uint8Array::from(value.as_slice()).into();
                    drop(store.put(value).with_key(key.clone()).primitive()?);
                }
                Write::Delete { key } => {
                    drop(store.delete(key.clone()).primitive()?);
                }
            }
        }
        // A dropped request does not matter: its failure aborts the transaction, and that is what we wait for.
        transaction.commit().await?;
        Ok(())
    }
}
