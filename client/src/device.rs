//! Every impure input of the apps in one place: the clock, random bytes, the network's state, the browser's storage.

use bilik_shared::time::Timestamp;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::text::Language;

mod focus;
mod scroll;

pub use focus::{focus, focus_holder, focus_later, focused, land_later};
pub use scroll::{Span, after_paint, on_scroll, show, span, window_height};

/// The tablet's clock. It is shown as a claim and orders nothing.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Random bytes from the browser's generator for keys.
///
/// # Panics
/// Where the browser has no such generator: an id that is not random could belong to two people.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}

/// The same for many bytes; the browser gives 65,536 at a time.
pub fn fill_random(bytes: &mut [u8]) {
    let crypto = window().crypto();
    for part in bytes.chunks_mut(1 << 16) {
        let filled = crypto
            .as_ref()
            .is_ok_and(|crypto| crypto.get_random_values_with_u8_array(part).is_ok());
        assert!(filled, "the browser has no source of random numbers");
    }
}

/// Whether the browser believes that there is a network. Only *no* can be trusted.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Calls back on every event of this name at the window, for the life of the page.
pub fn on_window(event: &str, callback: impl FnMut() + 'static) {
    listen(&window(), event, callback);
}

/// Calls back when the page is shown or hidden, for the life of the page.
pub fn on_visibility(callback: impl FnMut() + 'static) {
    listen(&document(), "visibilitychange", callback);
}

fn listen(target: &web_sys::EventTarget, event: &str, callback: impl FnMut() + 'static) {
    let callback = Closure::<dyn FnMut()>::new(callback).into_js_value();
    if let Err(error) = target.add_event_listener_with_callback(event, callback.unchecked_ref()) {
        leptos::logging::error!("cannot listen for {event}: {error:?}");
    }
}

/// Whether somebody looks at the page.
pub fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// The part of the address after `#`.
pub fn hash() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Goes to another page of the app.
pub fn go(hash: &str) {
    if let Err(error) = window().location().set_hash(hash) {
        leptos::logging::error!("cannot change the address: {error:?}");
    }
}

/// Goes to another page of the app, and leaves no way back to this one.
pub fn go_instead(hash: &str) {
    let address = format!("#{hash}");
    if let Err(error) = window().location().replace(&address) {
        leptos::logging::error!("cannot change the address: {error:?}");
    }
}

/// The part of the address from `?` to `#`.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Leaves this page for the app at its plain address.
pub fn leave() {
    if let Err(error) = window().location().set_href("./") {
        leptos::logging::error!("cannot leave: {error:?}");
    }
}

/// A file of the app that the page names in a `<meta>`, for whoever loads it only when it is needed.
pub fn named(name: &str) -> Option<String> {
    let named = document().query_selector(&format!("meta[name={name}]")).ok().flatten()?;
    named.get_attribute("content")
}

/// Opens the browser's dialogue for printing.
pub fn print() {
    if let Err(error) = window().print() {
        leptos::logging::error!("cannot print: {error:?}");
    }
}

/// Has the browser save a file under this name.
pub async fn save_file(file: &web_sys::Blob, name: &str) -> Result<(), JsValue> {
    let url = web_sys::Url::create_object_url_with_blob(file)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser reads the file after this turn; without the wait it would find nothing.
    sleep(10_000).await;
    web_sys::Url::revoke_object_url(&url)
}

/// Loads the page anew.
pub fn reload() {
    if let Err(error) = window().location().reload() {
        leptos::logging::error!("cannot reload: {error:?}");
    }
}

/// The language that was chosen on this device.
pub fn remembered_language() -> Option<Language> {
    remembered("language").map(|code| Language::from_code(&code))
}

/// Remembers the language for the next start. Where the browser forbids it, the start is Indonesian.
pub fn remember_language(language: Language) {
    remember("language", language.code());
}

/// A word that is remembered beside the tablet's memory.
pub fn remembered(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Remembers a word beside the tablet's memory, where the browser allows it.
pub fn remember(key: &str, word: &str) {
    put(window().local_storage(), key, word);
}

/// Every reader of what is kept so does without it where the browser forbids it.
fn put(storage: Result<Option<web_sys::Storage>, JsValue>, key: &str, text: &str) {
    if let Ok(Some(storage)) = storage
        && storage.set_item(key, text).is_err()
    {
        leptos::logging::warn!("the browser does not remember the {key}");
    }
}

/// Names the page in the browser's window and to screen readers.
pub fn announce_title(title: &str) {
    document().set_title(&format!("{title} - Bilik"));
}

/// Tells the browser and its screen readers which language the page is in.
pub fn announce_language(language: Language) {
    if let Some(page) = document().document_element() {
        set_attribute(&page, "lang", Some(language.code()));
    }
}

/// Lays a word over every page, on the screen and on paper; see style.css.
pub fn lay_over(word: &str) {
    if let Some(page) = document().document_element() {
        set_attribute(&page, "data-over", Some(word));
    }
}

/// Says whether something is typed that is not saved: no new version of the app takes over until it is not.
pub fn announce_typing(typing: bool) {
    if let Some(page) = document().document_element() {
        set_attribute(&page, "data-typing", typing.then_some(""));
    }
}

/// The event at the window by which boot.js says that a new version of the app waits.
pub const UPDATE: &str = "bilik-update";

/// Whether a new version of the app waits on this tablet.
pub fn update_waits() -> bool {
    document().document_element().is_some_and(|page| page.has_attribute("data-update"))
}

/// Lets the new version take over: boot.js loads the page anew, unless something is being typed.
pub fn install_update() {
    let told = web_sys::Event::new("bilik-install").map(|event| window().dispatch_event(&event));
    if let Err(error) = told {
        leptos::logging::error!("cannot ask for the new version: {error:?}");
    }
}

/// The file that was just chosen in a field for files.
pub fn chosen_file(event: &web_sys::Event) -> Option<JsValue> {
    let field: JsValue = event.target()?.into();
    let files = Reflect::get(&field, &"files".into()).ok()?;
    Reflect::get(&files, &0.into()).ok().filter(|file| !file.is_undefined())
}

/// Gives the body this class beside the app's own.
pub fn dress_body(class: &str) {
    if let Some(body) = document().body() {
        body.set_class_name(class);
    }
}

/// Keeps a text for as long as this tab is open. Where the browser forbids it, it is not kept.
pub fn keep_in_session(key: &str, text: &str) {
    put(window().session_storage(), key, text);
}

/// Takes out what was kept for this tab.
pub fn take_from_session(key: &str) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    let text = storage.get_item(key).ok().flatten()?;
    storage.remove_item(key).ok()?;
    Some(text)
}

/// Stretches a short secret with PBKDF2, HMAC-SHA-512, in the browser's own code. `None` where the browser
/// computes nothing for this page because it came without TLS.
pub async fn stretch(secret: &[u8], salt: &[u8], rounds: u32) -> Option<[u8; 32]> {
    const NAME: &str = "PBKDF2";
    let subtle = window().crypto().ok()?.subtle();
    let (secret, salt) = (Uint8Array::from(secret), Uint8Array::from(salt));
    let uses = js_sys::Array::of1(&"deriveBits".into());
    let key = subtle.import_key_with_str("raw", &secret, NAME, false, &uses).ok()?;
    let key: web_sys::CryptoKey = JsFuture::from(key).await.ok()?.unchecked_into();
    let how = web_sys::Pbkdf2Params::new_with_str(NAME, "SHA-512", rounds, &salt);
    let bits = subtle.derive_bits_with_object(&how, &key, 256).ok()?;
    let bits = Uint8Array::new(&JsFuture::from(bits).await.ok()?);
    bits.to_vec().try_into().ok()
}

fn set_attribute(element: &web_sys::Element, name: &str, value: Option<&str>) {
    let done = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
    if let Err(error) = done {
        leptos::logging::error!("cannot set {name}: {error:?}");
    }
}

/// Lets the screen say that it is busy, before something that keeps it from drawing.
pub async fn let_paint() {
    sleep(60).await;
}

/// Waits.
pub async fn sleep(milliseconds: u32) {
    let promise = Promise::new(&mut |resolve, _| {
        let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        if window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
            .is_err()
        {
            // Without timers the wait is over at once; every caller waits only to be gentle.
            drop(resolve.call0(&JsValue::NULL));
        }
    });
    drop(JsFuture::from(promise).await);
}

/// What the browser promised about the data of this app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It will not be cleared by itself.
    Kept,
    /// It may be cleared when space runs out.
    MayBeCleared,
    /// The browser does not say.
    Unknown,
}

/// Asks the browser to keep the data of this app.
pub async fn persist() -> Persistence {
    let asked = window().navigator().storage().persist();
    promised(asked).await
}

/// What the browser promised before.
pub async fn persisted() -> Persistence {
    let asked = window().navigator().storage().persisted();
    promised(asked).await
}

async fn promised(asked: Result<Promise, JsValue>) -> Persistence {
    let Ok(asked) = asked else { return Persistence::Unknown };
    match JsFuture::from(asked).await.map(|answer| answer.as_bool()) {
        Ok(Some(true)) => Persistence::Kept,
        Ok(Some(false)) => Persistence::MayBeCleared,
        _ => Persistence::Unknown,
    }
}

/// Bytes in use and bytes allowed, as the browser estimates them.
pub async fn space() -> Option<(f64, f64)> {
    let estimate = JsFuture::from(window().navigator().storage().estimate().ok()?).await.ok()?;
    let number =
        |key: &str| Reflect::get(&estimate, &key.into()).ok().and_then(|value| value.as_f64());
    Some((number("usage")?, number("quota")?))
}

/// With so few bytes a browser shows that it will forget: private windows of Chromium before 138 have a
/// fraction of the machine's memory.
const FORGETFUL_BYTES: f64 = 128e6;

/// Whether this window shows that its data will be gone with it, as private windows do.
///
/// Firefox and Safari refuse their file system there. Chromium since 138 hides a private window on purpose: it tells
/// 10 GiB everywhere and answers like any other, so *no* is no promise; [`Persistence::Kept`] is.
pub async fn forgets() -> bool {
    let storage = window().navigator().storage();
    let files = Reflect::get(&storage, &"getDirectory".into());
    if let Ok(files) = files.and_then(|files| files.dyn_into::<Function>())
        && let Ok(asked) = files.call0(&storage)
        && JsFuture::from(Promise::from(asked)).await.is_err()
    {
        return true;
    }
    space().await.is_some_and(|(_, quota)| quota < FORGETFUL_BYTES)
}

/// Whether this tab may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabLock {
    /// This tab is the only one, until it is closed.
    Held,
    /// Another tab is.
    Taken,
}

/// Makes this tab the only one that writes, or says that another one is.
///
/// Without Web Locks (an insecure address) nobody can tell; then this tab writes, and the server tells the
/// changes of two tabs apart by their actors.
pub async fn hold_tab(name: &str) -> TabLock {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request =
        Reflect::get(&locks, &"request".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    let Some(request) = request else { return TabLock::Held };
    let options = js_sys::Object::new();
    if Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).is_err() {
        return TabLock::Held;
    }
    let told = Promise::new(&mut |tell, _| {
        let answer = Closure::once_into_js(move |lock: JsValue| -> Promise {
            drop(tell.call1(&JsValue::NULL, &JsValue::from_bool(lock.is_object())));
            // The lock is held for as long as this promise is open: until the tab is closed.
            Promise::new(&mut |resolve, _| {
                if !lock.is_object() {
                    drop(resolve.call0(&JsValue::NULL));
                }
            })
        });
        if let Err(error) = request.call3(&locks, &name.into(), &options, &answer) {
            leptos::logging::error!("cannot ask for the lock: {error:?}");
        }
    });
    match JsFuture::from(told).await.map(|held| held.as_bool()) {
        Ok(Some(false)) => TabLock::Taken,
        _ => TabLock::Held,
    }
}
