//! Passkeys, as far as the browser makes and uses them. It reads the server's questions and writes the answers
//! itself: what is in them is between it and the server.

use bilik_shared::view::second_factor::{KeyAnswer, KeyQuestion};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::net::NetError;

/// What a passkey is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Act {
    reads: &'static str,
    does: &'static str,
}

/// To be made.
pub const MAKE: Act = Act { reads: "parseCreationOptionsFromJSON", does: "create" };
/// To say that it is there.
pub const USE: Act = Act { reads: "parseRequestOptionsFromJSON", does: "get" };

/// Whether this browser knows passkeys.
pub fn is_known() -> bool {
    Reflect::get(&kind(), &USE.reads.into()).is_ok_and(|reads| reads.is_function())
}

fn kind() -> JsValue {
    Reflect::get(&window(), &"PublicKeyCredential".into()).unwrap_or(JsValue::UNDEFINED)
}

/// Lets the browser ask for a passkey. There is no answer where somebody stopped it, took too long, or has no such
/// passkey; browsers do not say which.
pub async fn answer(act: Act, question: KeyQuestion) -> Result<KeyAnswer, NetError> {
    let KeyQuestion { ticket, options } = question;
    match credential(act, &options).await {
        Ok(credential) => Ok(KeyAnswer { ticket, credential }),
        Err(_) => Err(NetError::refused(0, "passkey_silent")),
    }
}

async fn credential(act: Act, options: &str) -> Result<String, JsValue> {
    let options = call(&kind(), act.reads, &JSON::parse(options)?)?;
    let asked = Object::new();
    Reflect::set(&asked, &"publicKey".into(), &options)?;
    let keys = Reflect::get(&window().navigator(), &"credentials".into())?;
    let promise: Promise = call(&keys, act.does, &asked)?.dyn_into()?;
    Ok(JSON::stringify(&JsFuture::from(promise).await?)?.into())
}

fn call(of: &JsValue, name: &str, with: &JsValue) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into::<Function>()?.call1(of, with)
}
