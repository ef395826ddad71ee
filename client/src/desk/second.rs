//! One's own second factor: set up with a phone, codes for the day the phone is gone, taken off again.

use bilik_shared::view::second_factor::{
    Again, ConfirmFactor, NewFactor, PaperCodes, SecondFactor,
};
use leptos::prelude::*;

use crate::desk::alive::Asking;
use crate::desk::api;
use crate::desk::session::{Desk, Ended, Session};
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
    Codes(PaperCodes),
}

#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    asking: Asking,
    step: RwSignal<Step>,
    typed: RwSignal<String>,
}

impl Held {
    fn ask<T: 'static>(
        self,
        job: impl Future<Output = Result<T, NetError>> + 'static,
        step: fn(T) -> Step,
    ) {
        let job = async move {
            let answer = job.await;
            // Also a wrong one: nobody corrects what they cannot read.
            self.typed.try_set(String::new());
            answer
        };
        self.asking.ask(job, move |answer| self.step.set(step(answer)));
    }

    fn load(self) {
        self.ask(async { api::second_factor().await }, Step::Known);
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
        self.ask(async move { api::begin_second_factor(&again).await }, Step::Begun);
    }

    fn confirm(self) {
        let code = ConfirmFactor { code: self.typed.get_untracked() };
        self.ask(async move { api::confirm_second_factor(&code).await }, Step::Codes);
    }

    fn end(self) {
        let again = self.password();
        self.ask(async move { api::end_second_factor(&again).await }, Step::Known);
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
    };
    held.load();
    let body = move || match held.step.get() {
        Step::Loading => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
        Step::Known(SecondFactor { since: None, .. }) => view! {
            <p>{say("second.off")}</p>
            {ask_password(held, "second.begin", Held::begin)}
        }
        .into_any(),
        Step::Known(SecondFactor { since: Some(at), codes_left }) => {
            let since =
                move || t("second.on", &[("time", &held.desk.moment(at)), ("n", &codes_left)]);
            view! {
                <p>{since}</p>
                {ask_password(held, "second.end", Held::end)}
            }
            .into_any()
        }
        Step::Begun(new) => begun(held, &new),
        Step::Codes(PaperCodes { codes }) => {
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
