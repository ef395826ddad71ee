//! What is known about this tablet: contact, storage, version.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::device;
use crate::label;
use crate::parts::clock::clock_error;
use crate::parts::live;
use crate::tablet::enrol::promise;
use crate::tablet::pages::App;
use crate::text::{Language, language, say, t, told};

/// A number of bytes as people read it.
fn megabytes(bytes: f64, language: Language) -> String {
    let text = if bytes < 100e6 {
        format!("{:.1} MB", bytes / 1e6)
    } else {
        format!("{:.1} GB", bytes / 1e9)
    };
    match language {
        Language::Indonesian => text.replace('.', ","),
        Language::English => text,
    }
}

/// Facts about this tablet.
#[component]
pub fn About() -> impl IntoView {
    let app = App::here();
    let promised = RwSignal::new(None);
    let space = RwSignal::new(None);
    spawn_local(async move {
        let kept = device::persisted().await;
        let used = device::space().await;
        // The page may have been left meanwhile.
        promised.try_set(Some(kept));
        space.try_set(used);
    });
    let contact = told(move || {
        let at = app.tablet.read(|replica| replica.status().last_contact);
        at.map_or_else(|| t("status.never", &[]), |at| app.clock(at))
    });
    let error = live(move || {
        let error = app.tablet.net_error.get()?;
        Some(
            view! { <div><dt>{say("sync.error")}</dt><dd>{told(move || label::net_error(&error))}</dd></div> },
        )
    });
    let clock = live(move || {
        let error = clock_error(app.tablet.read(|replica| replica.status().clock_offset))?;
        let text = t("sync.clock_error", &[("error", &error)]);
        Some(view! { <div><dt>{say("sync.clock")}</dt><dd>{text}</dd></div> })
    });
    let used = told(move || {
        let words = space.get().map(|(used, quota)| {
            let language = language();
            t(
                "persist.space",
                &[("used", &megabytes(used, language)), ("quota", &megabytes(quota, language))],
            )
        });
        words.unwrap_or_default()
    });
    view! {
        <section class="panel after">
            <h2>{say("sync.details")}</h2>
            <dl class="facts">
                <div><dt>{say("sync.last")}</dt><dd>{contact}</dd></div>
                {error}
                {clock}
                <div>
                    <dt>{say("persist.title")}</dt>
                    <dd>{told(move || promised.get().map(|promised| t(promise(promised), &[])).unwrap_or_default())}</dd>
                    <dd>{used}</dd>
                </div>
                {live(move || {
                    let digits = label::six_digits(&app.tablet.digits.read());
                    (!digits.is_empty()).then(|| view! { <div><dt>{say("enrol.digits")}</dt><dd>{digits}</dd></div> })
                })}
                <div><dt>{say("sync.device")}</dt><dd>{app.tablet.code.get_value()}</dd></div>
                <div><dt>{say("sync.version")}</dt><dd>{env!("CARGO_PKG_VERSION")}</dd></div>
            </dl>
        </section>
    }
}
