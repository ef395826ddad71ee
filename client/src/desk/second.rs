//! One's own second factor: passkeys, the digits of a phone, codes for the day both are gone; taken off again.

mod passkeys;

use bilik_shared::view::second_factor::{
    Again, ConfirmFactor, NewFactor, PaperCodes, SecondFactor,
};
use leptos::prelude::*;

use crate::desk::alive::Asking;
use crate::desk::api;
use crate::desk::session::{Desk, Ended, Session};
use crate::desk::sure::ShowAgain;
use crate::net::NetError;
use crate::parts::bar::{Brand, LanguageSwitch};
use crate::parts::field::{Keys, TextField};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// How far somebody is.
#[derive(Clone)]
enum Step {
    Loading,
    Known(SecondFactor),
    Begun(NewFactor),
    Codes(Vec<String>),
}

#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    asking: Asking,
    step: RwSignal<Step>,
    typed: RwSignal<String>,
    /// What a new passkey is called.
    name: RwSignal<String>,
    /// It was to be added without a name.
    unnamed: RwSignal<bool>,
}

impl Held {
    fn ask<T: 'static>(
        self,
        job: impl Future<Output = Result<T, NetError>> + 'static,
        take: impl FnOnce(T) + 'static,
    ) {
        let job = async move {
            let answer = job.await;
            // Also a wrong one: nobody corrects what they cannot read.
            self.typed.try_set(String::new());
            answer
        };
        self.asking.ask(job, take);
    }

    fn load(self) {
        self.ask(async { api::second_factor().await }, move |factor| {
            self.step.set(Step::Known(factor));
        });
    }

    /// Codes for the paper, where somebody has none yet.
    fn told(self, codes: Vec<String>) {
        if codes.is_empty() { self.noted() } else { self.step.set(Step::Codes(codes)) }
    }

    /// The codes are on paper: the page of before, or what somebody came for.
    fn noted(self) {
        match self.desk.me.with_value(|me| me.must_secure) {
            true => self.desk.has_secured(),
            false => self.load(),
        }
    }

    fn password(self) -> Again {
        Again { password: self.typed.get_untracked() }
    }

    fn begin(self) {
        let again = self.password();
        self.ask(async move { api::begin_second_factor(&again).await }, move |new| {
            self.step.set(Step::Begun(new));
        });
    }

    fn confirm(self) {
        let code = ConfirmFactor { code: self.typed.get_untracked() };
        self.ask(
            async move { api::confirm_second_factor(&code).await },
            move |PaperCodes { codes }| self.told(codes),
        );
    }

    fn end(self) {
        let again = self.password();
        self.ask(async move { api::end_second_factor(&again).await }, move |factor| {
            self.step.set(Step::Known(factor));
        });
    }
}

/// All that somebody sees whose role needs a second factor and who has none.
#[component]
pub fn DuePage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let name = desk.me.with_value(|me| me.name.clone());
    let leave = move |_| {
        leptos::task::spawn_local(async move {
            if api::sign_out().await.is_ok() {
                desk.session.set(Session::Out(Ended::NotBegun));
            }
        });
    };
    view! {
        <main>
            <div class="head"><Brand /><LanguageSwitch /></div>
            <div class="panel">
                <h1>{say("second.due")}</h1>
                <p class="soft">{name}</p>
                <p>{say("second.due_help")}</p>
                <p class="actions"><button type="button" class="btn" on:click=leave>{say("frame.sign_out")}</button></p>
            </div>
            <SecondFactorPart desk />
            <ShowAgain desk />
        </main>
    }
}

/// The part of the page about it.
#[component]
pub fn SecondFactorPart(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = Held {
        desk,
        asking: Asking::here(desk),
        step: RwSignal::new(Step::Loading),
        typed: RwSignal::new(String::new()),
        name: RwSignal::new(String::new()),
        unnamed: RwSignal::new(false),
    };
    held.load();
    let body = move || match held.step.get() {
        Step::Loading => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
        Step::Known(factor) => known(held, factor),
        Step::Begun(new) => begun(held, &new),
        Step::Codes(codes) => {
            let codes: Vec<_> =
                codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect();
            view! {
                <p>{say("second.codes")}</p>
                <ul class="codes">{codes}</ul>
                <button type="button" class="btn" on:click=move |_| held.noted()>{say("second.noted")}</button>
            }
            .into_any()
        }
    };
    view! {
        <section class="panel factor" id="second-factor">
            <h2>{say("second.title")}</h2>
            {live(move || held.asking.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            }))}
            {live(body)}
        </section>
    }
}

/// What somebody has, the better way first, and how to add to it.
fn known(held: Held, factor: SecondFactor) -> AnyView {
    let SecondFactor { since, codes_left, .. } = factor;
    let is_on = since.is_some() || !factor.passkeys.is_empty();
    let state = move || match is_on {
        true => t("second.left", &[("n", &codes_left)]),
        false => t("second.off", &[]),
    };
    let phone = match since {
        None => ask_password(held, "second.begin", Held::begin),
        Some(at) => {
            let since = move || t("second.on", &[("time", &held.desk.moment(at))]);
            view! {
                <p>{since}</p>
                {ask_password(held, "second.end", Held::end)}
            }
            .into_any()
        }
    };
    view! {
        <p>{state}</p>
        {passkeys::passkeys(held, factor)}
        <h3>{say("second.phone")}</h3>
        {since.is_none().then(|| view! { <p>{say("second.phone_what")}</p> })}
        {phone}
    }
    .into_any()
}

fn ask_password(held: Held, act: &'static str, press: fn(Held)) -> AnyView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        press(held);
    };
    view! {
        <form on:submit=submit novalidate>
            <TextField name="again" label=Signal::derive(say("second.password")) value=held.typed keys=Keys::Secret autocomplete="current-password" />
            <button class="btn" disabled=move || held.asking.busy.get()>{say(act)}</button>
        </form>
    }
    .into_any()
}

fn begun(held: Held, new: &NewFactor) -> AnyView {
    let picture = format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&new.qr_svg));
    let secret = new.secret.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        held.confirm();
    };
    view! {
        <p>{say("second.scan")}</p>
        <img src=picture alt=move || t("second.qr", &[]) width="200" height="200" />
        <p class="soft">{say("second.by_hand")}" "<code>{secret}</code></p>
        <form on:submit=submit novalidate>
            <TextField name="digits" label=Signal::derive(say("second.digits")) value=held.typed keys=Keys::Digits autocomplete="one-time-code" />
            <button class="btn primary" disabled=move || held.asking.busy.get()>{say("second.confirm")}</button>
        </form>
    }
    .into_any()
}
