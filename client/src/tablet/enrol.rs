//! A new tablet: a one-time code, typed or from the link that the desk shows, makes it known to the server.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::practice;
use crate::device::{self, Persistence};
use crate::label;
use crate::net::{self, NetError};
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::{flag, live};
use crate::replica::{Device, remember_device};
use crate::store::Store;
use crate::text::{say, t, told};

/// How far enrolment has come.
#[derive(Clone)]
enum Step {
    Asking,
    Working,
    Done(Device, Persistence),
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
) -> impl IntoView {
    let from_link = device::hash().strip_prefix("enrol=").map(str::to_owned);
    let code = RwSignal::new(from_link.clone().unwrap_or_default());
    let step = RwSignal::new(Step::Asking);
    let error = RwSignal::new(None::<String>);
    let submit = move || {
        let code = code.get_untracked().trim().to_owned();
        if code.is_empty() {
            error.set(Some(t("enrol.code_missing", &[])));
            return;
        }
        error.set(None);
        step.set(Step::Working);
        spawn_local(async move {
            match enrol(store, code).await {
                Ok(device) => {
                    let promised = device::persist().await;
                    step.set(Step::Done(device, promised));
                }
                Err(text) => {
                    error.set(Some(text));
                    step.set(Step::Asking);
                }
            }
        });
    };
    // A code can be used once: the link enrols at once, and a reload must not try it again.
    if from_link.is_some() {
        device::go_instead("");
        submit();
    }
    let busy = flag(move || matches!(step.get(), Step::Working));
    let ask = move || {
        view! {
            <form class="panel stack" on:submit=move |event| { event.prevent_default(); submit(); }>
                <h1>{say("enrol.title")}</h1>
                <p class="soft">{say("enrol.help")}</p>
                <TextField name="code" label=told(say("enrol.code")) hint=told(say("enrol.code_hint")) value=code error=error />
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
            view! { <Enrolled code=device.device_code promised /> }.into_any()
        }
        _ => ask().into_any(),
    });
    view! {
        <header class="bar"><Brand /><i class="spring"></i><LanguageSwitch /></header>
        <main class="page narrow">{content}</main>
    }
}

async fn enrol(store: &'static Store, code: String) -> Result<Device, String> {
    let answer = net::post_texts("/api/v1/enrol", &[("code", &code)]).await;
    let answer = answer.map_err(|error| label::net_error(&error))?;
    let text =
        |key: &str| net::text_of(&answer, key).ok_or_else(|| label::net_error(&NetError::Garbled));
    let device = Device {
        device_id: text("device_id")?,
        device_code: text("device_code")?,
        secret: text("secret")?,
    };
    let remembered = remember_device(store, &device).await;
    remembered.map_err(|error| t(label::Label::key(error), &[]))?;
    Ok(device)
}

/// The tablet is known now; whether its data will be kept is said here, not in small print.
#[component]
fn Enrolled(code: String, promised: Persistence) -> impl IntoView {
    let tone = if promised == Persistence::Kept { Tone::Plain } else { Tone::Attention };
    view! {
        <div class="verdict" data-state="received" role="status">
            <Icon symbol=Symbol::Tablet />
            <h1>{told(move || t("enrol.done", &[("code", &code)]))}</h1>
            <p>{say("enrol.fetching")}</p>
        </div>
        <div class="stack after">
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
