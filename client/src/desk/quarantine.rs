//! What the server could not take in, piece by piece: why, from which tablet, what stands in it, and what came of it.

use std::collections::BTreeMap;

use bilik_shared::admission::Quarantine;
use bilik_shared::role::Action;
use bilik_shared::view::quarantine::{Aside, Inside, SetAside, Settle, Settled};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::session::Desk;
use crate::desk::{api, figures};
use crate::device;
use crate::net::NetError;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{Look, Mark};
use crate::text::{say, t, told};

mod inside;

pub use inside::why_not;

const WAITS: Look = Look { name: "attention", symbol: Symbol::Quarantine };
const SETTLED: Look = Look { name: "received", symbol: Symbol::Verified };
/// The field for the word; focused when it opens.
const NOTE: &str = "aside-note";

/// What somebody says a word about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// What came of the piece.
    Settle,
    /// Why it is let in.
    LetIn,
    /// Why everything is let in that its tablet handed in late or unsigned.
    AllIn,
}

/// What the page holds.
#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// What was set aside; `None` until the first answer.
    aside: RwSignal<Option<SetAside>>,
    failed: RwSignal<Option<NetError>>,
    /// What stands in pieces that somebody has opened.
    opened: RwSignal<BTreeMap<i64, Inside>>,
    /// The piece somebody is writing about.
    asking: RwSignal<Option<(i64, Turn)>>,
    note: RwSignal<String>,
    missing: RwSignal<bool>,
    busy: RwSignal<bool>,
}

impl Held {
    fn load(self) {
        self.alive.get_value().ask(api::set_aside(None), move |answer| {
            self.take(answer);
        });
    }

    /// The next page, below what is shown.
    fn further(self) {
        let Some(before) = self.aside.get_untracked() else { return };
        if before.next.is_none() || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let page = async move { Ok(before.clone().with(api::set_aside(before.next).await?)) };
        self.alive.get_value().ask(page, move |answer| {
            self.busy.set(false);
            self.take(answer);
        });
    }

    fn take(self, answer: Result<SetAside, NetError>) -> bool {
        let taken = answer.is_ok();
        match answer {
            Ok(aside) => {
                self.failed.set(None);
                self.aside.set(Some(aside));
            }
            Err(error) => {
                self.desk.check_session(&error);
                self.failed.set(Some(error));
            }
        }
        taken
    }

    fn ask(self, id: i64, turn: Turn) {
        self.note.set(String::new());
        self.missing.set(false);
        self.failed.set(None);
        self.asking.set(Some((id, turn)));
        device::focus_later(NOTE);
    }

    /// What stands in a piece; asked anew each time, since what it lacks may have arrived.
    fn open(self, id: i64) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failed.set(None);
        self.alive.get_value().ask(api::look_aside(id), move |answer| {
            self.busy.set(false);
            match answer {
                Ok(inside) => self.opened.update(|opened| {
                    opened.insert(id, inside);
                }),
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }

    fn settle(self, id: i64, turn: Turn) {
        let note = self.note.get_untracked().trim().to_owned();
        self.missing.set(note.is_empty());
        if note.is_empty() {
            return device::focus(NOTE);
        }
        if self.busy.get_untracked() {
            return;
        }
        let known = self.aside.with_untracked(|aside| {
            let pieces = aside.as_ref().map_or(&[][..], |aside| &aside.pieces);
            pieces.iter().find(|piece| piece.id == id).map(|piece| piece.device.clone())
        });
        let Some(device) = known else { return };
        self.busy.set(true);
        self.alive.get_value().ask(
            async move {
                match turn {
                    Turn::AllIn => api::let_all_in(&device, &Settle { note }).await,
                    Turn::Settle => api::settle_aside(id, &Settle { note }).await,
                    Turn::LetIn => api::let_aside_in(id, &Settle { note }).await,
                }
            },
            move |answer| {
                self.busy.set(false);
                if self.take(answer) {
                    self.asking.set(None);
                    self.opened.update(|opened| {
                        opened.remove(&id);
                    });
                }
            },
        );
    }
}

/// The pieces, what waits for somebody first.
#[component]
pub fn Pieces(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = Held {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        aside: RwSignal::new(None),
        failed: RwSignal::new(None),
        opened: RwSignal::default(),
        asking: RwSignal::new(None),
        note: RwSignal::new(String::new()),
        missing: RwSignal::new(false),
        busy: RwSignal::new(false),
    };
    // Loaded again whenever a tablet's count moves.
    let count = Memo::new(move |_| figures::quarantined(desk));
    Effect::new(move |_| {
        count.track();
        held.load();
    });
    let pieces = move || held.aside.get().map(|aside| aside.pieces).unwrap_or_default();
    let none = Memo::new(move |_| {
        held.aside.with(|aside| aside.as_ref().is_some_and(|a| a.pieces.is_empty()))
    });
    let more = Memo::new(move |_| held.aside.with(|aside| aside.as_ref().map_or(0, |a| a.more)));
    view! {
        <p class="hint">{say("tablets.quarantine_help")}</p>
        {move || held.failed.get().map(|error| view! {
            <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
        })}
        {move || none.get().then(|| view! {
            <div class="empty"><Icon symbol=Symbol::Quarantine /><p>{say("tablets.none_quarantined")}</p></div>
        })}
        <ul class="pieces">
            <For each=pieces key=|piece| format!("{piece:?}") let(piece)><Piece held piece /></For>
        </ul>
        {move || (more.get() > 0).then(|| view! {
            <p class="actions">
                <button type="button" class="btn" disabled=move || held.busy.get() on:click=move |_| held.further()>
                    {told(move || t("aside.more", &[("n", &more.get())]))}
                </button>
            </p>
        })}
    }
}

#[component]
fn Piece(held: Held, piece: Aside) -> impl IntoView {
    let desk = held.desk;
    let waits = piece.waits();
    let Aside { id, sheet, block, device, reason, received_at, bytes, taken_in, settled, let_in } =
        piece;
    let late = matches!(reason, Some(Quarantine::Revoked | Quarantine::Unsigned));
    let device = StoredValue::new(device);
    let title = move || match &block {
        Some(block) => t("aside.title", &[("device", &device.get_value()), ("block", block)]),
        None => t("aside.title_unknown", &[("device", &device.get_value()), ("sheet", &sheet)]),
    };
    let facts = move || {
        t("aside.facts", &[("time", &desk.moment(received_at)), ("id", &id), ("bytes", &bytes)])
    };
    let in_sheet = taken_in || let_in.is_some();
    let (look, stands) = match (let_in.is_some(), taken_in, waits) {
        (true, ..) => (SETTLED, "aside.let_in"),
        (_, true, _) => (SETTLED, "aside.taken_in"),
        (.., true) => (WAITS, "aside.waits"),
        _ => (SETTLED, "aside.settled"),
    };
    let words = [("aside.said", settled), ("aside.said_in", let_in)]
        .map(|(key, word)| word.map(|word| said(desk, key, word)));
    let may_settle = desk.may(Action::SettleQuarantine, None);
    let asked = Memo::new(move |_| {
        held.asking.get().and_then(|(piece, turn)| (piece == id).then_some(turn))
    });
    let inside = Memo::new(move |_| held.opened.with(|opened| opened.get(&id).cloned()));
    let may_let_in = move || {
        let open = inside.with(|i| i.as_ref().is_some_and(|i| i.barred.is_none()));
        may_settle && !in_sheet && open
    };
    view! {
        <li class="panel piece">
            <div class="head"><h2>{title}</h2><Mark look>{say(stands)}</Mark></div>
            <p>{move || t(why(reason), &[])}</p>
            <p class="soft">{facts}</p>
            {words.into_iter().collect_view()}
            {move || inside.get().map(|inside| view! { <inside::Stands desk in_sheet inside /> })}
            {move || match asked.get() {
                Some(turn) => view! { <Word held id turn /> }.into_any(),
                None => view! {
                    <p class="actions">
                        <button type="button" class="btn" on:click=move |_| held.open(id)>{say("aside.open")}</button>
                        {move || may_let_in().then(|| view! {
                            <button type="button" class="btn" on:click=move |_| held.ask(id, Turn::LetIn)>{say("aside.take_in")}</button>
                        })}
                        {(waits && late && may_settle).then(|| {
                            let device = device.get_value();
                            view! {
                                <button type="button" class="btn" on:click=move |_| held.ask(id, Turn::AllIn)>
                                    {told(move || t("aside.take_all_in", &[("device", &device)]))}
                                </button>
                            }
                        })}
                        {(waits && may_settle).then(|| view! {
                            <button type="button" class="btn" on:click=move |_| held.ask(id, Turn::Settle)>{say("aside.settle")}</button>
                        })}
                    </p>
                }.into_any(),
            }}
        </li>
    }
}

/// What somebody has said about a piece.
fn said(desk: Desk, key: &'static str, word: Settled) -> impl IntoView {
    let who = move || {
        let name = desk.officer(&word.officer);
        t(key, &[("officer", &name), ("time", &desk.moment(word.at))])
    };
    view! { <p><span class="soft">{who}</span>" "{word.note}</p> }
}

/// The word about a piece: what was found, what was done, why it is let in.
#[component]
fn Word(held: Held, id: i64, turn: Turn) -> impl IntoView {
    let (label, hint, save) = match turn {
        Turn::Settle => ("aside.note", "aside.note_hint", "aside.save"),
        Turn::LetIn => ("aside.why_in", "aside.why_in_hint", "aside.save_in"),
        Turn::AllIn => ("aside.why_all_in", "aside.why_in_hint", "aside.save_all_in"),
    };
    let error = Signal::derive(move || held.missing.get().then(|| t("aside.note_missing", &[])));
    view! {
        <form class="stack" on:submit=move |event| {
            event.prevent_default();
            held.settle(id, turn);
        }>
            <TextField
                name=NOTE
                label=Signal::derive(say(label))
                hint=Signal::derive(say(hint))
                value=held.note
                error=error
            />
            <p class="actions">
                <button type="submit" class="btn primary" disabled=move || held.busy.get()>{say(save)}</button>
                <button type="button" class="btn" on:click=move |_| held.asking.set(None)>{say("aside.cancel")}</button>
            </p>
        </form>
    }
}

/// Why a piece was not taken in, for somebody who must find out what happened.
fn why(reason: Option<Quarantine>) -> &'static str {
    use Quarantine::*;
    match reason {
        Some(TooLarge) => "aside.too_large",
        Some(NotPlain | NotCanonical | ForeignKind | Stray) => "aside.odd_form",
        Some(Malformed) => "aside.malformed",
        Some(UnknownDependency) => "aside.unknown_dependency",
        Some(ForeignActor) => "aside.foreign_actor",
        Some(Sequence) => "aside.sequence",
        Some(Counter) => "aside.counter",
        Some(ServerField) => "aside.server_field",
        Some(TextTooLong) => "aside.text_too_long",
        Some(SheetFull) => "aside.sheet_full",
        Some(Unsigned) => "aside.unsigned",
        Some(Revoked) => "aside.revoked",
        Some(Unfit) | None => "aside.unfit",
    }
}
