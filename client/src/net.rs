//! Talking to the server: one request with a time limit, and one stream of lines.

use std::fmt;

use js_sys::{Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, Headers, ReadableStreamDefaultReader, RequestInit, Response};

/// A JSON request takes at most this long.
const JSON_LIMIT_MS: u32 = 15_000;
/// A file takes at most this long to be sent, or to be made and brought.
const FILE_LIMIT_MS: u32 = 120_000;

/// Why there is no answer, or not the hoped-for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetError {
    /// The server was not reached, or the connection broke. Trying again is right.
    Unreachable,
    /// It was reached and did not answer in time. Trying again is right.
    Slow,
    /// It answered that it will not. Trying the same again is useless.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The stable code of the reason.
        code: String,
        /// How to go on where a second factor is asked for, as JSON.
        ways: Option<String>,
    },
    /// It answered with something this version does not understand.
    Garbled,
    /// Its answer is not signed by the server that this tablet knows, or the tablet could not sign. Nothing of it
    /// counts.
    Unproven,
}

impl NetError {
    /// A refusal that says nothing but its code.
    pub fn refused(status: u16, code: impl Into<String>) -> Self {
        Self::Refused { status, code: code.into(), ways: None }
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("server not reached"),
            Self::Slow => f.write_str("no answer in time"),
            Self::Refused { status, code, .. } => write!(f, "refused with {status} {code}"),
            Self::Garbled => f.write_str("answer not understood"),
            Self::Unproven => f.write_str("answer not signed by the server"),
        }
    }
}

impl std::error::Error for NetError {}

/// Sends bytes and brings the answer's. `who` says who asks, as `Authorization` has it.
pub async fn post_bytes(
    url: &str,
    who: &str,
    body: &[u8],
    limit_ms: u32,
) -> Result<Vec<u8>, NetError> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&Uint8Array::from(body));
    init.set_headers(&headers(Some(who), "application/octet-stream"));
    read_bytes(&within(url, &init, limit_ms).await?).await
}

/// Sends an object of texts and reads one. The browser's own JSON does it: a second one would cost the tablet's
/// bundle twenty kilobytes for two small messages. `who` is as in [`post_bytes`], where there is somebody.
pub async fn post_texts(
    url: &str,
    who: Option<&str>,
    texts: &[(&str, &str)],
) -> Result<JsValue, NetError> {
    let object = js_sys::Object::new();
    for (key, text) in texts {
        Reflect::set(&object, &(*key).into(), &(*text).into()).map_err(|_| NetError::Garbled)?;
    }
    let body = js_sys::JSON::stringify(&object).map_err(|_| NetError::Garbled)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body);
    init.set_headers(&headers(who, "application/json"));
    read_object(&within(url, &init, JSON_LIMIT_MS).await?).await
}

/// Sends bytes without a credential and reads an object.
pub async fn post_open(url: &str, body: &[u8]) -> Result<JsValue, NetError> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&Uint8Array::from(body));
    init.set_headers(&headers(None, "application/octet-stream"));
    read_object(&within(url, &init, FILE_LIMIT_MS).await?).await
}

/// One number of an object that was read.
pub fn number_of(object: &JsValue, key: &str) -> Option<usize> {
    Reflect::get(object, &key.into()).ok()?.as_f64().map(|number| number as usize)
}

/// One text of an object that was read.
pub fn text_of(object: &JsValue, key: &str) -> Option<String> {
    Reflect::get(object, &key.into()).ok()?.as_string()
}

/// One part of an object that was read, as JSON.
fn json_of(object: &JsValue, key: &str) -> Option<String> {
    let part = Reflect::get(object, &key.into()).ok().filter(JsValue::is_object)?;
    js_sys::JSON::stringify(&part).ok().map(String::from)
}

/// Sends JSON with the session's cookie and reads JSON.
pub async fn post_json<Q: Serialize, A: DeserializeOwned>(
    url: &str,
    question: &Q,
) -> Result<A, NetError> {
    read_json(&within(url, &json_request(question)?, JSON_LIMIT_MS).await?).await
}

/// Sends JSON with the session's cookie and brings the file that is the answer.
pub async fn post_for_file<Q: Serialize>(url: &str, question: &Q) -> Result<Blob, NetError> {
    let response = within(url, &json_request(question)?, FILE_LIMIT_MS).await?;
    let promise = response.blob().map_err(|_| NetError::Garbled)?;
    let file = JsFuture::from(promise).await.map_err(|_| NetError::Unreachable)?;
    file.dyn_into().map_err(|_| NetError::Garbled)
}

fn json_request<Q: Serialize>(question: &Q) -> Result<RequestInit, NetError> {
    let body = serde_json::to_string(question).map_err(|_| NetError::Garbled)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(&body));
    init.set_headers(&headers(None, "application/json"));
    Ok(init)
}

/// Sends a file that somebody chose, with the session's cookie, and reads JSON.
pub async fn post_file<A: DeserializeOwned>(url: &str, file: &JsValue) -> Result<A, NetError> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(file);
    init.set_headers(&headers(None, "application/octet-stream"));
    read_json(&within(url, &init, FILE_LIMIT_MS).await?).await
}

/// Reads JSON with the session's cookie.
pub async fn get_json<A: DeserializeOwned>(url: &str) -> Result<A, NetError> {
    let init = RequestInit::new();
    init.set_method("GET");
    read_json(&within(url, &init, JSON_LIMIT_MS).await?).await
}

/// Reads a file of the app.
pub async fn get_text(url: &str) -> Result<String, NetError> {
    let init = RequestInit::new();
    init.set_method("GET");
    let bytes = read_bytes(&within(url, &init, JSON_LIMIT_MS).await?).await?;
    String::from_utf8(bytes).map_err(|_| NetError::Garbled)
}

/// Reads server-sent events as `who` (see [`post_bytes`]), which the browser's own `EventSource` cannot send.
///
/// Calls back with the data of each event, and comes back when the stream ends or is silent for `silence_ms`.
pub async fn watch(
    url: &str,
    who: &str,
    silence_ms: u32,
    on_open: impl FnMut(),
    on_data: impl FnMut(&str),
) -> NetError {
    follow(url, &headers(Some(who), ""), silence_ms, on_open, on_data).await
}

/// Reads server-sent events with the session's cookie. Unlike the browser's own `EventSource` it notices
/// a connection that is silent, and why one is refused.
pub async fn watch_session(
    url: &str,
    silence_ms: u32,
    on_open: impl FnMut(),
    on_data: impl FnMut(&str),
) -> NetError {
    follow(url, &headers(None, ""), silence_ms, on_open, on_data).await
}

async fn follow(
    url: &str,
    headers: &Headers,
    silence_ms: u32,
    mut on_open: impl FnMut(),
    mut on_data: impl FnMut(&str),
) -> NetError {
    let abort = match AbortController::new() {
        Ok(abort) => abort,
        Err(_) => return NetError::Unreachable,
    };
    let init = RequestInit::new();
    init.set_headers(headers);
    init.set_signal(Some(&abort.signal()));
    let error = match or_silence(window().fetch_with_str_and_init(url, &init), silence_ms).await {
        Ok(response) => match accepted(response).await {
            Ok(response) => {
                on_open();
                read_events(&response, silence_ms, &mut on_data).await
            }
            Err(error) => error,
        },
        Err(error) => error,
    };
    abort.abort();
    error
}

async fn read_events(
    response: &Response,
    silence_ms: u32,
    on_data: &mut impl FnMut(&str),
) -> NetError {
    let Some(body) = response.body() else { return NetError::Garbled };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut rest = Vec::new();
    loop {
        let piece = match or_silence(reader.read(), silence_ms).await {
            Ok(piece) => piece,
            Err(error) => return error,
        };
        let value = Reflect::get(&piece, &"value".into()).unwrap_or(JsValue::UNDEFINED);
        if value.is_undefined() {
            return NetError::Unreachable;
        }
        rest.extend(Uint8Array::new(&value).to_vec());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            if let Some(data) = String::from_utf8_lossy(&line).trim_end().strip_prefix("data:") {
                on_data(data.trim_start());
            }
        }
    }
}

/// Waits for a promise, or for `limit_ms`, whichever is first.
async fn or_silence(promise: Promise, limit_ms: u32) -> Result<JsValue, NetError> {
    let late = JsValue::from_str("late");
    let limit = {
        let late = late.clone();
        Promise::new(&mut |resolve, _| {
            let limit = i32::try_from(limit_ms).unwrap_or(i32::MAX);
            let timer = window()
                .set_timeout_with_callback_and_timeout_and_arguments_1(&resolve, limit, &late);
            if timer.is_err() {
                leptos::logging::error!("the browser gives no timer");
            }
        })
    };
    let race = Promise::race(&js_sys::Array::of2(&promise, &limit));
    match JsFuture::from(race).await {
        Ok(value) if value == late => Err(NetError::Slow),
        Ok(value) => Ok(value),
        Err(_) => Err(NetError::Unreachable),
    }
}

async fn within(url: &str, init: &RequestInit, limit_ms: u32) -> Result<Response, NetError> {
    let abort = AbortController::new().map_err(|_| NetError::Unreachable)?;
    init.set_signal(Some(&abort.signal()));
    let answer = or_silence(window().fetch_with_str_and_init(url, init), limit_ms).await;
    if answer.is_err() {
        abort.abort();
    }
    accepted(answer?).await
}

async fn accepted(response: JsValue) -> Result<Response, NetError> {
    let response: Response = response.dyn_into().map_err(|_| NetError::Garbled)?;
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    // A proxy that answers for a server that is down speaks no code of ours: that is out of reach.
    let refusal = read_object(&response).await.unwrap_or(JsValue::UNDEFINED);
    match text_of(&refusal, "code") {
        Some(code) => Err(NetError::Refused { status, code, ways: json_of(&refusal, "ways") }),
        None if status >= 500 => Err(NetError::Unreachable),
        None => Err(NetError::Garbled),
    }
}

async fn read_bytes(response: &Response) -> Result<Vec<u8>, NetError> {
    let promise = response.array_buffer().map_err(|_| NetError::Garbled)?;
    let buffer = JsFuture::from(promise).await.map_err(|_| NetError::Unreachable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn read_object(response: &Response) -> Result<JsValue, NetError> {
    let promise = response.json().map_err(|_| NetError::Garbled)?;
    JsFuture::from(promise).await.map_err(|_| NetError::Garbled)
}

async fn read_json<A: DeserializeOwned>(response: &Response) -> Result<A, NetError> {
    serde_json::from_slice(&read_bytes(response).await?).map_err(|_| NetError::Garbled)
}

fn headers(who: Option<&str>, content: &str) -> Headers {
    // A fresh set of headers refuses nothing that is plain ASCII; without them the server answers 401.
    let headers = Headers::new().unwrap_throw();
    if let Some(who) = who {
        drop(headers.set("authorization", who));
    }
    if !content.is_empty() {
        drop(headers.set("content-type", content));
    }
    headers
}
