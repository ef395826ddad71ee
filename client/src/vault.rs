//! The key of the tablet's memory, and the worker that holds it.
//!
//! The key itself never comes to this page: `web/vault.js` makes it, holds it and works with it. What comes here
//! is the key wrapped for an officer, who opens it with a passphrase ([`holder`], [`passphrase`]). Ending the worker
//! is what locks the tablet.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bilik_shared::sealed::{self, KEY, WRAPPED};
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, Worker};

use crate::device;

pub mod for_server;
pub mod holder;
pub mod passphrase;

/// Why the worker did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultError {
    /// The passphrase is another one, or what was wrapped is damaged: nobody can tell which.
    Wrong,
    /// The worker does not run, or the browser computes nothing for this page.
    Failed,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wrong => "another passphrase",
            Self::Failed => "the worker with the key failed",
        })
    }
}

impl std::error::Error for VaultError {}

/// A worker that holds the key, or will.
#[derive(Debug)]
pub struct Vault {
    worker: Worker,
    asked: Arc<Mutex<Asked>>,
    next: AtomicU32,
}

/// Who waits for which answer.
#[derive(Debug, Default)]
struct Asked {
    waiting: BTreeMap<u32, Function>,
    /// The worker's file did not arrive, or it failed: nothing more will be answered.
    broken: bool,
}

fn hold(asked: &Mutex<Asked>) -> MutexGuard<'_, Asked> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nobody waits for an answer any more.
fn give_up(asked: &Mutex<Asked>) {
    let lost = {
        let mut asked = hold(asked);
        asked.broken = true;
        std::mem::take(&mut asked.waiting)
    };
    for told in lost.into_values() {
        drop(told.call0(&JsValue::NULL));
    }
}

/// How long a worker may take to come before another one is asked for, in milliseconds.
///
/// A page that starts while a new version of the app takes over may have its worker's file asked of the version
/// before, and then it never comes, with no error (Chromium 156, one start of ten on a busy machine). The next time the
/// new version is asked.
const PATIENCE_MS: [u32; 4] = [2_000, 4_000, 8_000, 16_000];

/// The first question to a worker: whether it is there.
const HELLO: u32 = 0;

impl Vault {
    /// Starts a worker without a key.
    ///
    /// # Errors
    /// [`VaultError::Failed`] where none comes.
    pub async fn start() -> Result<Self, VaultError> {
        for patience in PATIENCE_MS {
            let vault = Self::call()?;
            let asked = vault.asked.clone();
            spawn_local(async move {
                device::sleep(patience).await;
                let waits = hold(&asked).waiting.contains_key(&HELLO);
                if waits {
                    give_up(&asked);
                }
            });
            if vault.ask("hello", &[]).await.is_ok() {
                return Ok(vault);
            }
            vault.end();
        }
        Err(VaultError::Failed)
    }

    fn call() -> Result<Self, VaultError> {
        let url = device::named("vault").ok_or(VaultError::Failed)?;
        let worker = Worker::new(&url).map_err(|_| VaultError::Failed)?;
        let asked = Arc::new(Mutex::new(Asked::default()));
        let waiting = asked.clone();
        let answered = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            let id = Reflect::get(&data, &"id".into()).ok().and_then(|id| id.as_f64());
            let told = id.and_then(|id| hold(&waiting).waiting.remove(&(id as u32)));
            if let Some(told) = told {
                drop(told.call1(&JsValue::NULL, &data));
            }
        });
        worker.set_onmessage(Some(answered.into_js_value().unchecked_ref()));
        let waiting = asked.clone();
        let failed = Closure::<dyn FnMut()>::new(move || give_up(&waiting));
        worker.set_onerror(Some(failed.into_js_value().unchecked_ref()));
        Ok(Self { worker, asked, next: AtomicU32::new(HELLO) })
    }

    /// Makes a new key and holds it; gives it wrapped for whoever has this key of their own.
    pub async fn make(&self, kek: &[u8; KEY], holder: &str) -> Result<[u8; WRAPPED], VaultError> {
        self.wrapped("make", kek, holder).await
    }

    /// Holds the key that was wrapped for this holder.
    pub async fn open(
        &self,
        kek: &[u8; KEY],
        holder: &str,
        wrapped: &[u8; WRAPPED],
    ) -> Result<(), VaultError> {
        let fields = [
            ("kek", bytes(kek)),
            ("about", sealed::about_key(holder).into()),
            ("wrapped", bytes(wrapped)),
        ];
        self.ask("open", &fields).await.map(drop)
    }

    /// Wraps the key that is held for one more holder.
    pub async fn wrap(&self, kek: &[u8; KEY], holder: &str) -> Result<[u8; WRAPPED], VaultError> {
        self.wrapped("wrap", kek, holder).await
    }

    /// Encrypts values; each is bound to what it is about.
    pub async fn seal<'a>(
        &self,
        each: impl Iterator<Item = (&'a [u8], String)>,
    ) -> Result<Vec<Uint8Array>, VaultError> {
        let sealed = self.ask("seal", &many(each)).await?;
        Ok(sealed.iter().map(|value| Uint8Array::new(&value)).collect())
    }

    /// Opens values; `None` for what was altered, or is about something else.
    pub async fn unseal<'a>(
        &self,
        each: impl Iterator<Item = (&'a [u8], String)>,
    ) -> Result<Vec<Option<Vec<u8>>>, VaultError> {
        let opened = self.ask("unseal", &many(each)).await?;
        let value = |value: JsValue| (!value.is_null()).then(|| Uint8Array::new(&value).to_vec());
        Ok(opened.iter().map(value).collect())
    }

    /// Ends the worker, and the key with it.
    pub fn end(&self) {
        self.worker.terminate();
    }

    async fn wrapped(
        &self,
        task: &str,
        kek: &[u8; KEY],
        holder: &str,
    ) -> Result<[u8; WRAPPED], VaultError> {
        let fields = [("kek", bytes(kek)), ("about", sealed::about_key(holder).into())];
        let answer = self.ask(task, &fields).await?;
        let wrapped = Uint8Array::new(&answer.get(0)).to_vec();
        wrapped.try_into().map_err(|_| VaultError::Failed)
    }

    /// One message there, one back. The worker answers in the order in which it was asked.
    async fn ask(&self, task: &str, fields: &[(&str, JsValue)]) -> Result<Array, VaultError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let message = Object::new();
        let set = |key: &str, value: &JsValue| Reflect::set(&message, &key.into(), value).is_ok();
        let mut whole = set("id", &id.into()) && set("task", &task.into());
        for (key, value) in fields {
            whole &= set(key, value);
        }
        let answer = Promise::new(&mut |tell, _| {
            let mut asked = hold(&self.asked);
            if !whole || asked.broken || self.worker.post_message(&message).is_err() {
                drop(tell.call0(&JsValue::NULL));
            } else {
                asked.waiting.insert(id, tell);
            }
        });
        let answer = JsFuture::from(answer).await.map_err(|_| VaultError::Failed)?;
        let get = |key: &str| Reflect::get(&answer, &key.into()).ok();
        match get("values").and_then(|values| values.dyn_into().ok()) {
            Some(values) => Ok(values),
            None if get("failed").is_some_and(|name| name == "OperationError") => {
                Err(VaultError::Wrong)
            }
            None => Err(VaultError::Failed),
        }
    }
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn many<'a>(each: impl Iterator<Item = (&'a [u8], String)>) -> [(&'static str, JsValue); 2] {
    let (values, abouts) = (Array::new(), Array::new());
    for (value, about) in each {
        values.push(&bytes(value));
        abouts.push(&about.into());
    }
    [("values", values.into()), ("abouts", abouts.into())]
}
