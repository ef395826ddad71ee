//! The number on a wristband or a cell door, read by the camera: the browser decodes it, and what it reads
//! stands in the search field as if it had been typed. Where the browser cannot, there is no button.

use bilik_shared::person::squeeze;
use bilik_shared::registration::MAX_SHORT;
use js_sys::{Array, Function, JSON, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::{say, t, told};

/// The camera that looks away from the officer, where there is one.
const CAMERA: &str = r#"{"video":{"facingMode":"environment"}}"#;
/// What is asked before the button is shown.
const PERMISSION: &str = r#"{"name":"camera"}"#;
/// How often the picture is looked at, in milliseconds.
const LOOK_AGAIN: u32 = 150;

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn call(object: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    get(object, method).dyn_into::<Function>()?.call1(object, argument)
}

async fn wait(begun: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&begun?)).await
}

/// The browser can decode a picture, has a camera, and the officer has not forbidden it.
async fn is_possible() -> bool {
    let navigator = window().navigator();
    let has = |object: &JsValue, key: &str| get(object, key).is_truthy();
    if !has(&window(), "BarcodeDetector") || !has(&navigator, "mediaDevices") {
        return false;
    }
    let Ok(camera) = JSON::parse(PERMISSION) else { return false };
    let asked = wait(call(&get(&navigator, "permissions"), "query", &camera)).await;
    // A browser that keeps no list of permissions asks when the camera is opened.
    asked.map_or(true, |said| get(&said, "state").as_string().as_deref() != Some("denied"))
}

/// Shows what the camera sees and waits for a code in it. `None` when the officer gave up.
async fn read(open: RwSignal<bool>) -> Result<Option<String>, JsValue> {
    let media = get(&window().navigator(), "mediaDevices");
    let stream = wait(call(&media, "getUserMedia", &JSON::parse(CAMERA)?)).await?;
    let found = look(&stream, open).await;
    // Whatever came of it, the camera is off afterwards.
    for track in Array::from(&call(&stream, "getTracks", &JsValue::UNDEFINED)?).iter() {
        call(&track, "stop", &JsValue::UNDEFINED)?;
    }
    found
}

async fn look(stream: &JsValue, open: RwSignal<bool>) -> Result<Option<String>, JsValue> {
    let detector = get(&window(), "BarcodeDetector").dyn_into::<Function>()?;
    let detector = Reflect::construct(&detector, &Array::new())?;
    let Some(video) = document().get_element_by_id("camera") else { return Ok(None) };
    Reflect::set(&video, &"srcObject".into(), stream)?;
    wait(call(&video, "play", &JsValue::UNDEFINED)).await?;
    while open.try_get_untracked() == Some(true) {
        // A picture that cannot be decoded is no reason to stop: the next one may be sharp.
        if let Ok(found) = wait(call(&detector, "detect", &video)).await
            && let Some(text) = get(&get(&found, "0"), "rawValue").as_string()
        {
            return Ok(Some(text));
        }
        device::sleep(LOOK_AGAIN).await;
    }
    Ok(None)
}

/// The button, and the picture of the camera while it is open.
#[component]
pub fn Scan(
    /// Where the number shall stand.
    search: RwSignal<String>,
) -> impl IntoView {
    let (possible, open, failed) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    spawn_local(async move {
        let is_possible = is_possible().await;
        // The page may have been left meanwhile.
        possible.try_set(is_possible);
    });
    let look = move |_| {
        failed.set(false);
        open.set(true);
        spawn_local(async move {
            // The dialogue is in the page one frame later.
            device::sleep(20).await;
            if let Some(dialog) = document().get_element_by_id("scan") {
                drop(call(&dialog, "showModal", &JsValue::UNDEFINED));
            }
            let read = read(open).await;
            if open.try_get_untracked() != Some(true) {
                return;
            }
            match read {
                Ok(Some(text)) => {
                    search.set(squeeze(&text).chars().take(MAX_SHORT).collect());
                    open.set(false);
                    device::focus_later("people");
                }
                Ok(None) => {}
                Err(error) => {
                    leptos::logging::warn!("the camera reads nothing: {error:?}");
                    failed.set(true);
                }
            }
        });
    };
    let close = move || {
        open.set(false);
        device::focus_later("scan-open");
    };
    let help = told(move || t(if failed.get() { "scan.failed" } else { "scan.help" }, &[]));
    live(move || {
        possible.get().then(|| {
            view! {
                <button type="button" class="btn main" id="scan-open" on:click=look>
                    <Icon symbol=Symbol::Scan />{say("scan.open")}
                </button>
                {live(move || open.get().then(|| view! {
                    <dialog class="scan" id="scan" aria-labelledby="scan-help" on:close=move |_| close()>
                        <video id="camera" playsinline muted></video>
                        <p id="scan-help" role="status">{help}</p>
                        <button type="button" class="btn main" on:click=move |_| close()>{say("scan.close")}</button>
                    </dialog>
                }))}
            }
        })
    })
}
