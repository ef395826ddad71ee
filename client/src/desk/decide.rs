//! Verify, confirm, put on the reserve list, return or reject, and note that somebody withdraws: what is offered,
//! with a reason where the life cycle asks for one, and with the place that goes with it.

use bilik_shared::lifecycle::{DecisionState, Doubt, NoStep, State, may_move};
use bilik_shared::programme::Seat;
use bilik_shared::role::Action;
use bilik_shared::view::{Decide, Detail, Row, Withdraw};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::detail::Held;
use crate::desk::route::{Key, Route};
use crate::desk::seats::Places;
use crate::desk::session::Desk;
use crate::device;
use crate::label::Label;
use crate::net::NetError;
use crate::parts::field::TextArea;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

mod offer;

use offer::{OFFERS, Offer};

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
    /// The version that stood on the screen when the question was opened: what somebody else decides while a
    /// reason is typed is not decided over.
    version: StoredValue<Option<String>>,
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
        let allowed = |offer: &Offer| {
            offer.is_for(row.state) && may_move(role, row.state, offer.state, "-").is_ok()
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
        self.version.set_value(self.held.version());
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
        // What is decided about is what was on the screen; whoever is faster than it decides as it stands.
        let version = self.version.get_value().or_else(|| self.held.version());
        let again = key.clone();
        let question = async move {
            match offer.to {
                Some(state) => {
                    let decision = Decide { state, reason, programme, package };
                    api::decide(&key, &decision, version.as_deref()).await
                }
                None => api::withdraw(&key, &Withdraw { reason }, version.as_deref()).await,
            }
        };
        alive.ask(question, move |answer| {
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
                    if api::is_stale(&error) {
                        // Once what stands now was read, the same decision is about that.
                        self.version.set_value(None);
                        self.held.fetch(again, self.alive.get_value());
                    }
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
        version: StoredValue::new(None),
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
                Some(DecisionState::Verified | DecisionState::Confirmed) => "btn main primary",
                Some(DecisionState::Rejected) | None => "btn main text",
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
        let verifies = offers
            .with(|offers| offers.iter().any(|offer| offer.to == Some(DecisionState::Verified)));
        (verifies && foot.is_own()).then(|| view! { <p class="hint">{say("decide.four_eyes")}</p> })
    };
    let doubt = Memo::new(move |_| {
        let contested = foot.row().is_some_and(|row| row.conflicts > 0);
        let told = foot.held.detail.with(|detail| detail.as_ref().and_then(|detail| detail.doubt));
        if contested { Some(Doubt::Contested) } else { told }
    });
    let undecided = move || {
        match doubt.get().filter(|_| !offers.with(Vec::is_empty)) {
        Some(Doubt::Contested) => {
            view! { <p class="hint">{say("decide.contested")}</p> }.into_any()
        }
        Some(Doubt::PairWaits) => view! {
            <p class="hint">{say("many.pair_waits")}" "<a href=Route::Pairs.href()>{say("queue.pairs")}</a></p>
        }
        .into_any(),
        None => ().into_any(),
    }
    };
    view! { {own}{undecided}<div class="actions">{buttons}</div> }
}

#[component]
fn Reason(foot: Foot, offer: Offer) -> impl IntoView {
    let (label, hint, act) = offer.asks();
    let places = offer.to.filter(|_| offer.gives()).map(|to| {
        let choices = foot.row().map(|row| row.choices).unwrap_or_default();
        view! { <Places desk=foot.desk choices to place=foot.place /> }
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
                false if api::is_stale(&error) => {
                    overtaken(foot).unwrap_or_else(|| api::sentence(&error))
                }
                false => api::sentence(&error),
            };
            view! { <Notice tone=Tone::Error><p>{says}</p></Notice> }.into_any()
        }
    }
}

/// Who was faster, when, and what they decided, if it was a decision.
fn overtaken(foot: Foot) -> Option<String> {
    let desk = foot.desk;
    foot.held.detail.with(|detail| {
        let Detail { row, history, .. } = detail.as_ref()?;
        let last = |key| history.iter().rfind(|step| step.happened.field == key);
        let stands = DecisionState::parse(&last("state")?.happened.after)?.leads_to() == row.state;
        // Each decision has its own time.
        let last = &last("at").filter(|_| stands)?.happened;
        let by = last.author.as_ref()?;
        let (officer, time) = (desk.officer(&by.officer), desk.moment(last.at));
        let state = t(row.state.key(), &[]);
        Some(t("decide.overtaken", &[("officer", &officer), ("time", &time), ("state", &state)]))
    })
}
