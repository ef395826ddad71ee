//! What opens a tablet that is only closed: six digits. And what a new officer makes: a passphrase and a PIN.

use bilik_shared::id::OfficerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::lock::{self, Wrong};
use super::super::pages::App;
use super::super::pin::{DIGITS, is_weak};
use super::code::Code;
use super::phrase::Phrase;
use crate::device;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::{flag, live};
use crate::text::{say, t, told};

/// What is typed, and what it is for.
#[derive(Clone, Copy)]
struct Pad {
    typed: RwSignal<String>,
    /// The new PIN, typed once.
    first: RwSignal<Option<String>>,
    /// The key of what is wrong, and the number in its text.
    error: RwSignal<Option<(&'static str, i64)>>,
    busy: RwSignal<bool>,
}

/// What an officer has to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Show a supervisor's code.
    Code,
    /// Show their PIN.
    Pin,
    /// Make a passphrase.
    Phrase,
    /// Make a PIN.
    NewPin,
}

/// The way in for one officer: the PIN, or a new passphrase and a new PIN, or first a supervisor's code. Whoever
/// has a passphrase and did not open the tablet shows that, and the key of the one before is ended.
#[component]
pub fn Opening(
    /// Who.
    officer: OfficerId,
    /// Whether they may make a PIN where they have none.
    may_make: bool,
) -> impl IntoView {
    let app = App::here();
    let is_another =
        app.tablet.has_key(&officer) && app.officer.get_untracked().as_ref() != Some(&officer);
    if is_another {
        lock::hard(app, Some(officer));
        return view! { <p role="status">{say("bar.loading")}</p> }.into_any();
    }
    let has_pin = lock::has_pin(app.tablet, &officer);
    let (allowed, shown) = (RwSignal::new(false), RwSignal::new(false));
    let asks_code = RwSignal::new(!has_pin && !may_make);
    let officer = StoredValue::new(officer);
    let step = Memo::new(move |_| {
        let needs_key = officer.with_value(|officer| app.tablet.needs_key(officer));
        match allowed.get() {
            false if asks_code.get() => Step::Code,
            false if has_pin && !shown.get() => Step::Pin,
            _ if needs_key => Step::Phrase,
            _ => Step::NewPin,
        }
    });
    // The last step opens the tablet.
    let done = move || app.enter(officer.get_value());
    let makes_pin = move || allowed.get_untracked() || !has_pin;
    live(move || match step.get() {
        Step::Code => {
            let holder = Some(officer.get_value()).filter(|officer| app.tablet.has_key(officer));
            view! { <Code allowed asks_code has_pin holder /> }.into_any()
        }
        Step::Phrase => {
            let made = move || {
                if !makes_pin() {
                    done()
                }
            };
            view! { <Phrase officer=officer.get_value() made /> }.into_any()
        }
        step => {
            let pad = Pad {
                typed: RwSignal::new(String::new()),
                first: RwSignal::new(None),
                error: RwSignal::new(None),
                busy: RwSignal::new(false),
            };
            let complete = move || {
                let typed = pad.typed.get_untracked();
                pad.typed.set(String::new());
                pad.error.set(None);
                match step {
                    Step::NewPin => pad.make(app, officer.get_value(), typed, done),
                    _ => pad.check(app, officer.get_value(), typed, move || {
                        match officer.with_value(|officer| app.tablet.needs_key(officer)) {
                            true => shown.set(true),
                            false => done(),
                        }
                    }),
                }
            };
            keys(pad, flag(move || step == Step::NewPin), asks_code, complete).into_any()
        }
    })
    .into_any()
}

impl Pad {
    fn check(self, app: App, officer: OfficerId, typed: String, done: impl FnOnce() + 'static) {
        self.busy.set(true);
        spawn_local(async move {
            match lock::check(app, &officer, &typed).await {
                Ok(()) => done(),
                Err(wrong) => self.failed(wrong),
            }
        });
    }

    fn make(self, app: App, officer: OfficerId, typed: String, done: impl FnOnce() + 'static) {
        match self.first.get_untracked() {
            None if is_weak(&typed) => self.error.set(Some(("pin.weak", 0))),
            None => self.first.set(Some(typed)),
            Some(first) if first != typed => {
                self.first.set(None);
                self.error.set(Some(("pin.mismatch", 0)));
            }
            Some(_) => {
                self.busy.set(true);
                spawn_local(async move {
                    match lock::make(app, &officer, &typed).await {
                        Ok(()) => done(),
                        Err(wrong) => self.failed(wrong),
                    }
                });
            }
        }
    }

    fn failed(self, wrong: Wrong) {
        self.busy.try_set(false);
        self.first.try_set(None);
        self.error.try_set(Some(match wrong {
            Wrong::Pin { left } => ("pin.wrong", i64::from(left)),
            Wrong::Wait { minutes } => ("pin.wait", minutes),
            Wrong::NoCrypto => ("pin.no_crypto", 0),
            Wrong::NotKept => ("pin.not_kept", 0),
        }));
    }
}

fn keys(
    pad: Pad,
    making: Signal<bool>,
    asks_code: RwSignal<bool>,
    complete: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let Pad { typed, first, error, busy } = pad;
    let title = move || match (making.get(), first.read().is_some()) {
        (false, _) => t("pin.enter", &[]),
        (true, false) => t("pin.make", &[]),
        (true, true) => t("pin.repeat", &[]),
    };
    let enter = move |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).take(DIGITS).collect();
        let is_whole = digits.len() == DIGITS;
        typed.set(digits);
        if is_whole && !busy.get_untracked() {
            complete();
        }
    };
    let key = move |digit: &'static str| {
        let press = move |_| enter(&(typed.get_untracked() + digit));
        view! { <button type="button" class="btn" on:click=press>{digit}</button> }
    };
    let erase = move |_| typed.update(|typed| typed.truncate(typed.len().saturating_sub(1)));
    // The field has the focus, so that a keyboard works too; the keys on the screen leave it there.
    device::focus_later("pin");
    view! {
        <section class="pin" id="pin" aria-busy=move || busy.get().to_string()>
            <h2><label for="pin-input">{told(title)}</label></h2>
            <input
                class="sr"
                id="pin-input"
                type="password"
                inputmode="none"
                autocomplete="one-time-code"
                aria-describedby="pin-message"
                prop:value=typed
                on:input=move |event| enter(&event_target_value(&event))
            />
            <p class="dots" aria-hidden="true">
                {(0..DIGITS).map(|n| view! { <i class:on=flag(move || typed.read().len() > n)></i> }).collect_view()}
            </p>
            <div id="pin-message" role="alert">
                {live(move || error.get().map(|(key, n)| view! {
                    <p class="message"><Icon symbol=Symbol::Error />{told(move || t(key, &[("n", &n)]))}</p>
                }))}
            </div>
            {live(move || making.get().then(|| view! { <p class="hint">{say("pin.make_help")}</p> }))}
            <div class="digits" on:mousedown=|event| event.prevent_default()>
                {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key).collect_view()}
                {live(move || match making.get() {
                    true => view! { <i></i> }.into_any(),
                    false => view! {
                        <button type="button" class="btn text" on:click=move |_| asks_code.set(true)>{say("pin.forgot")}</button>
                    }
                    .into_any(),
                })}
                {key("0")}
                <button type="button" class="btn text" aria-label=say("pin.erase") on:click=erase>
                    <Icon symbol=Symbol::Erase />
                </button>
            </div>
        </section>
    }
}
