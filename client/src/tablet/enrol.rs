//! A new tablet: a one-time code, typed or from the link that the desk shows, makes it known to the server.

use bilik_shared::enrolment;
use bilik_shared::id::DeviceCode;
use bilik_shared::view;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::marker::{self, Marker};
use super::practice;
use crate::device::{self, Persistence};
use crate::label;
use crate::net::{self, NetError};
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::{flag, live};
use crate::replica::{Device, Keys, remember_device};
use crate::reserve::Reserve;
use crate::store::Store;
use crate::text::{say, t, told};

/// How far enrolment has come.
#[derive(Clone)]
enum Step {
    /// Whether this window keeps anything at all is found out before a code is used up.
    Looking,
    Forgetful,
    Asking,
    Working,
    Done(Box<Device>, Persistence),
}

/// What the browser promised, in words.
pub fn promise(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Kept => "persist.kept",
        Persistence::MayBeCleared => "persist.may_clear",
        Persistence::Unknown => "persist.unknown",
    }
}

/// Enrolling.
#[component]
pub fn Enrol(
    /// The tablet's memory.
    store: &'static Store,
    /// The space that is kept for work.
    reserve: &'static Reserve,
    /// Who this tablet was before its memory was lost.
    lost: Option<DeviceCode>,
) -> impl IntoView {
    let from_link = device::hash().strip_prefix("enrol=").map(str::to_owned);
    let code = RwSignal::new(from_link.clone().unwrap_or_default());
    let step = RwSignal::new(Step::Looking);
    let promised = RwSignal::new(None::<Persistence>);
    let error = RwSignal::new(None::<String>);
    let is_known = lost.is_some();
    let lost = StoredValue::new(lost);
    // Where all that a browser knew of the tablet is gone, only a person can say which one it was.
    let before = RwSignal::new(String::new());
    let before_error = RwSignal::new(None::<String>);
    let submit = move || {
        let code = code.get_untracked().trim().to_owned();
        if code.is_empty() {
            error.set(Some(t("enrol.code_missing", &[])));
            return;
        }
        let was = before.get_untracked().trim().to_uppercase();
        match was.parse() {
            _ if was.is_empty() => {}
            Ok(was) => lost.set_value(Some(was)),
            Err(_) => {
                before_error.set(Some(t("enrol.before_wrong", &[])));
                return device::focus("before");
            }
        }
        before_error.set(None);
        // A reload must not try the same code again.
        device::go_instead("");
        error.set(None);
        step.set(Step::Working);
        spawn_local(async move {
            match enrol(store, code, lost.get_value()).await {
                Ok(device) => {
                    let promised = promised.get_untracked().unwrap_or(Persistence::Unknown);
                    step.set(Step::Done(Box::new(device), promised));
                }
                Err(text) => {
                    error.set(Some(text));
                    step.set(Step::Asking);
                }
            }
        });
    };
    spawn_local(async move {
        if device::forgets().await || reserve.hold().await.is_err() {
            step.set(Step::Forgetful);
            return;
        }
        step.set(Step::Asking);
        // Some browsers ask the person; until they answer, the code can be typed.
        let said = device::persist().await;
        promised.set(Some(said));
        // A code can be used once. Where the browser promises nothing, this may be a private window, and a
        // person must look before the code is gone.
        let asking = matches!(step.get_untracked(), Step::Asking);
        if asking && from_link.is_some() && said == Persistence::Kept {
            submit();
        }
    });
    let busy = flag(move || matches!(step.get(), Step::Working));
    let ask = move || {
        view! {
            <form class="panel stack" on:submit=move |event| { event.prevent_default(); submit(); }>
                <h1>{say("enrol.title")}</h1>
                <p class="soft">{say("enrol.help")}</p>
                {live(move || promised.get().filter(|said| *said != Persistence::Kept).map(|_| view! {
                    <Notice tone=Tone::Attention><h2>{say("enrol.unsure")}</h2><p>{say("enrol.unsure_help")}</p></Notice>
                }))}
                <TextField name="code" label=told(say("enrol.code")) hint=told(say("enrol.code_hint")) value=code error=error />
                {(!is_known).then(|| view! {
                    <TextField name="before" label=told(say("enrol.before")) hint=told(say("enrol.before_hint")) value=before error=before_error />
                })}
                <p class="actions">
                    <button type="submit" class="btn main primary" disabled=busy>
                        {told(move || t(if busy.get() { "enrol.working" } else { "enrol.submit" }, &[]))}
                    </button>
                    <practice::Enter />
                </p>
            </form>
        }
    };
    let content = live(move || match step.get() {
        Step::Done(device, promised) => {
            let digits = device.keys.map(|keys| keys.digits);
            view! { <Enrolled code=device.device_code digits promised /> }.into_any()
        }
        Step::Looking => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
        Step::Forgetful => forgetful().into_any(),
        _ => ask().into_any(),
    });
    view! {
        <header class="bar"><Brand /><i class="spring"></i><LanguageSwitch /></header>
        <main class="page narrow">{content}</main>
    }
}

/// This window keeps nothing: no code is used up for it.
fn forgetful() -> impl IntoView {
    view! {
        <Notice tone=Tone::Error>
            <h1>{say("enrol.forgetful")}</h1>
            <p>{say("enrol.forgetful_help")}</p>
            <p class="actions">
                <button type="button" class="btn main" on:click=|_| device::reload()>{say("act.reload")}</button>
            </p>
        </Notice>
    }
}

async fn enrol(
    store: &'static Store,
    code: String,
    lost: Option<DeviceCode>,
) -> Result<Device, String> {
    let garbled = || label::net_error(&NetError::Garbled);
    let keys = Keys::make().await;
    // A tablet without memory for that is none to work with, and not worth words of its own.
    let asked = enrolment::ask(&code, keys.as_ref().map(|keys| keys.public), lost);
    let (asked, code) = asked.ok_or_else(garbled)?;
    let said = [
        ("name", Some(asked.name.to_string())),
        ("proof", Some(asked.proof.to_string())),
        ("lost", asked.lost.as_ref().map(ToString::to_string)),
        ("key", asked.key.map(|key| key.to_string())),
    ];
    let question: Vec<(&str, &str)> =
        said.iter().filter_map(|(key, said)| Some((*key, said.as_deref()?))).collect();
    let answer = net::post_texts("/api/v1/enrol", None, &question).await;
    let answer = answer.map_err(|error| label::net_error(&error))?;
    let text = |key: &str| net::text_of(&answer, key).ok_or_else(garbled);
    let enrolled = view::Enrolled {
        device_id: text("device_id")?.parse().map_err(|_| garbled())?,
        device_code: text("device_code")?.parse().map_err(|_| garbled())?,
        secret: text("secret")?,
        facility: text("facility")?,
        server_key: text("server_key")?.parse().map_err(|_| garbled())?,
        proof: text("proof")?.parse().map_err(|_| garbled())?,
    };
    if !code.confirms(&asked, &enrolled) {
        return Err(t("enrol.unproven", &[]));
    }
    let view::Enrolled { device_id, device_code, secret, facility, server_key, .. } = enrolled;
    let keys = keys.map(|keys| keys.told(server_key, Some(&code), device_id));
    let device = Device {
        device_id: device_id.to_string(),
        device_code: device_code.to_string(),
        secret,
        keys,
    };
    let remembered = remember_device(store, &device).await;
    remembered.map_err(|error| t(label::Label::key(error), &[]))?;
    marker::write(&Marker { code: device_code, facility, contact: String::new(), waiting: 0 });
    Ok(device)
}

/// The tablet is known now; whether its data will be kept is said here, not in small print.
#[component]
fn Enrolled(code: String, digits: Option<String>, promised: Persistence) -> impl IntoView {
    let tone = if promised == Persistence::Kept { Tone::Plain } else { Tone::Attention };
    view! {
        <div class="verdict" data-state="received" role="status">
            <Icon symbol=Symbol::Tablet />
            <h1>{told(move || t("enrol.done", &[("code", &code)]))}</h1>
            <p>{say("enrol.fetching")}</p>
        </div>
        <div class="stack after">
            {digits.map(|digits| view! {
                <div class="panel">
                    <h2>{say("enrol.digits")}</h2>
                    <p class="code">{label::six_digits(&digits)}</p>
                    <p class="soft">{say("enrol.digits_help")}</p>
                </div>
            })}
            <Notice tone><h2>{say("persist.title")}</h2><p>{say(promise(promised))}</p></Notice>
            // A fresh start reads what was just written, and so proves that it is there.
            <p class="actions">
                <button type="button" class="btn main primary" on:click=|_| device::reload()>
                    {say("enrol.start")}<Icon symbol=Symbol::Arrow />
                </button>
            </p>
        </div>
    }
}
