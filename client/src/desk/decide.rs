//! Verify, confirm, put on the reserve list, return or reject: what is offered, with a reason where the life
//! cycle asks for one, and with the place that goes with it.

use bilik_shared::lifecycle::{DecisionState, NoStep, State, may_move};
use bilik_shared::programme::Seat;
use bilik_shared::role::Action;
use bilik_shared::view::{Decide, Row};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::api;
use crate::desk::detail::Held;
use crate::desk::route::Key;
use crate::desk::seats::Places;
use crate::desk::session::{Alive, Desk};
use crate::device;
use crate::label::Label;
use crate::net::NetError;
use crate::parts::field::TextArea;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// One decision that the panel offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offer {
    to: DecisionState,
    state: State,
    name: &'static str,
    symbol: Symbol,
    letter: &'static str,
}

impl Offer {
    /// Whether a place goes with it.
    fn gives(self) -> bool {
        matches!(self.to, DecisionState::Confirmed | DecisionState::Reserve)
    }
}

const OFFERS: [Offer; 5] = [
    Offer {
        to: DecisionState::Verified,
        state: State::Verified,
        name: "decide.verify",
        symbol: Symbol::Verified,
        letter: "V",
    },
    Offer {
        to: DecisionState::Confirmed,
        state: State::Confirmed,
        name: "decide.confirm",
        symbol: Symbol::Registered,
        letter: "",
    },
    Offer {
        to: DecisionState::Reserve,
        state: State::Reserve,
        name: "decide.reserve",
        symbol: Symbol::Clock,
        letter: "",
    },
    Offer {
        to: DecisionState::Returned,
        state: State::Returned,
        name: "decide.return",
        symbol: Symbol::Returned,
        letter: "R",
    },
    Offer {
        to: DecisionState::Rejected,
        state: State::Rejected,
        name: "decide.reject",
        symbol: Symbol::Declined,
        letter: "",
    },
];

#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Done(State),
    Failed(NetError),
}

/// The foot of the panel.
#[derive(Clone, Copy)]
struct Foot {
    desk: Desk,
    held: Held,
    key: StoredValue<Key>,
    alive: StoredValue<Alive, LocalStorage>,
    asking: RwSignal<Option<Offer>>,
    reason: RwSignal<String>,
    place: RwSignal<Option<Seat>>,
    missing: RwSignal<bool>,
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Outcome>>,
}

impl Foot {
    fn row(self) -> Option<Row> {
        self.key.with_value(|key| self.desk.row(key)).map(|row| row.get())
    }

    /// What the life cycle allows this person from here.
    fn offers(self) -> Vec<Offer> {
        let Some(row) = self.row() else { return Vec::new() };
        if !self.desk.may(Action::Decide, Some(row.state)) {
            return Vec::new();
        }
        let role = self.desk.me.with_value(|me| me.role);
        // A turn on the reserve list is changed by a run, for everybody on it.
        let allowed = |offer: &Offer| {
            offer.state != row.state && may_move(role, row.state, offer.state, "-").is_ok()
        };
        OFFERS.into_iter().filter(allowed).collect()
    }

    /// Who registered a person may not verify them.
    fn is_own(self) -> bool {
        let me = self.desk.me.with_value(|me| me.id.clone());
        self.row().is_some_and(|row| row.officer == Some(me))
    }

    fn press(self, offer: Offer) {
        let from = self.row().map_or(State::NotAsked, |row| row.state);
        let role = self.desk.me.with_value(|me| me.role);
        self.outcome.set(None);
        if offer.gives() || may_move(role, from, offer.state, "") == Err(NoStep::ReasonMissing) {
            self.place.set(None);
            self.missing.set(false);
            self.asking.set(Some(offer));
        } else {
            self.send(offer, String::new());
        }
    }

    fn send(self, offer: Offer, reason: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let (key, alive) = (self.key.get_value(), self.alive.get_value());
        let place = self.place.get_untracked().filter(|_| offer.gives());
        let (programme, package) =
            place.map_or((None, None), |seat| (Some(seat.programme), Some(seat.number)));
        spawn_local(async move {
            let decision = Decide { state: offer.to, reason, programme, package };
            let answer = api::decide(&key, &decision).await;
            if !alive.is() {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(detail) => {
                    self.asking.set(None);
                    self.reason.set(String::new());
                    self.outcome.set(Some(Outcome::Done(offer.state)));
                    self.held.take(detail);
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    self.outcome.set(Some(Outcome::Failed(error)));
                }
            }
        });
    }

    fn submit(self, offer: Offer) {
        let reason = self.reason.get_untracked().trim().to_owned();
        self.missing.set(reason.is_empty());
        if offer.gives() && self.place.with_untracked(Option::is_none) {
            device::focus("decide-place");
        } else if reason.is_empty() {
            device::focus("decide-reason");
        } else {
            self.send(offer, reason);
        }
    }
}

/// The decisions that may be taken now.
#[component]
pub fn Decisions(
    /// What the session holds.
    desk: Desk,
    /// The entry.
    key: Key,
    /// The entry, as far as it has been fetched.
    held: Held,
) -> impl IntoView {
    let foot = Foot {
        desk,
        held,
        key: StoredValue::new(key),
        alive: StoredValue::new_local(Alive::here()),
        asking: RwSignal::new(None),
        reason: RwSignal::new(String::new()),
        place: RwSignal::new(None),
        missing: RwSignal::new(false),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
    };
    listen(foot);
    let offers = Memo::new(move |_| foot.offers());
    view! {
        <footer>
            {move || foot.outcome.get().map(|outcome| view! { <Said foot outcome /> })}
            {move || match foot.asking.get() {
                Some(offer) => view! { <Reason foot offer /> }.into_any(),
                None => view! { <Buttons foot offers /> }.into_any(),
            }}
        </footer>
    }
}

/// V and R, wherever nothing is being typed.
fn listen(foot: Foot) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if !super::registrations::is_command(&event) {
            return;
        }
        let pressed = event.key().to_uppercase();
        let offer = foot.offers().into_iter().find(|offer| offer.letter == pressed);
        if let Some(offer) = offer.filter(|_| foot.asking.get_untracked().is_none()) {
            event.prevent_default();
            foot.press(offer);
        }
    });
    on_cleanup(move || handle.remove());
}

#[component]
fn Buttons(foot: Foot, offers: Memo<Vec<Offer>>) -> impl IntoView {
    let buttons = move || {
        let shown = offers.get().into_iter().map(|offer| {
            let class = match offer.to {
                DecisionState::Verified | DecisionState::Confirmed => "btn main primary",
                DecisionState::Rejected => "btn main text",
                _ => "btn main",
            };
            let letter = (!offer.letter.is_empty()).then(|| view! { <kbd aria-hidden="true">{offer.letter}</kbd> });
            view! {
                <button type="button" class=class disabled=move || foot.busy.get() on:click=move |_| foot.press(offer)>
                    <Icon symbol=offer.symbol />{say(offer.name)}{letter}
                </button>
            }
        });
        shown.collect_view()
    };
    let own = move || {
        let verifies =
            offers.with(|offers| offers.iter().any(|offer| offer.to == DecisionState::Verified));
        (verifies && foot.is_own()).then(|| view! { <p class="hint">{say("decide.four_eyes")}</p> })
    };
    let undecided = move || {
        let contested = foot.row().is_some_and(|row| row.conflicts > 0);
        (contested && !offers.with(Vec::is_empty))
            .then(|| view! { <p class="hint">{say("decide.contested")}</p> })
    };
    view! { {own}{undecided}<div class="actions">{buttons}</div> }
}

#[component]
fn Reason(foot: Foot, offer: Offer) -> impl IntoView {
    let (label, hint, act) = match offer.to {
        DecisionState::Returned => ("decide.comment", "decide.comment_hint", "decide.return_now"),
        DecisionState::Rejected => ("decide.reason", "decide.reason_hint", "decide.reject_now"),
        DecisionState::Confirmed => ("decide.decree", "decide.decree_hint", offer.name),
        _ => ("decide.reason", "decide.reason_hint", offer.name),
    };
    let places = offer.gives().then(|| {
        let choices = foot.row().map(|row| row.choices).unwrap_or_default();
        view! { <Places desk=foot.desk choices to=offer.to place=foot.place /> }
    });
    let error =
        Signal::derive(move || foot.missing.get().then(|| t("refused.reason_missing", &[])));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        foot.submit(offer);
    };
    let cancel = move || foot.asking.set(None);
    device::focus_later(if offer.gives() { "decide-place" } else { "decide-reason" });
    view! {
        <form on:submit=submit novalidate on:keydown=move |event| if event.key() == "Escape" { event.stop_propagation(); cancel() }>
            {places}
            <TextArea name="decide-reason" label=Signal::derive(say(label)) hint=Signal::derive(say(hint)) value=foot.reason error />
            <div class="actions">
                <button class="btn main primary" disabled=move || foot.busy.get()><Icon symbol=offer.symbol />{say(act)}</button>
                <button type="button" class="btn main text" on:click=move |_| cancel()>{say("decide.cancel")}</button>
            </div>
        </form>
    }
}

#[component]
fn Said(foot: Foot, outcome: Outcome) -> impl IntoView {
    match outcome {
        Outcome::Done(state) => {
            let says = move || t("decide.done", &[("state", &t(state.key(), &[]))]);
            view! { <p class="done" role="status"><Icon symbol=Symbol::Check />{says}</p> }
                .into_any()
        }
        Outcome::Failed(error) => {
            let yours =
                matches!(&error, NetError::Refused { code, .. } if code == "step_not_yours");
            let says = move || match yours && foot.is_own() {
                true => t("decide.four_eyes", &[]),
                false => api::sentence(&error),
            };
            view! { <Notice tone=Tone::Error><p>{says}</p></Notice> }.into_any()
        }
    }
}
