//! Entries that may be about one person: why, what differs, and what a supervisor says about them.

use bilik_shared::pairs::Place;
use bilik_shared::view::pairs::{PairRow, Pairs, Said, SettlePair, Verdict};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::{Desk, key};
use crate::device;
use crate::label;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{ATTENTION, Mark};
use crate::text::{say, t, told};

mod case;

use case::Case;

/// The field for the word about a pair; focused when it is missing.
const NOTE: &str = "pair-note";

/// What the page holds.
#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// What waits and what was said; `None` until the first answer.
    pairs: RwSignal<Option<Pairs>>,
    /// The pair that is looked at; the first one until another is chosen.
    open: RwSignal<Option<[Place; 2]>>,
    failed: RwSignal<Option<NetError>>,
    busy: RwSignal<bool>,
}

impl Held {
    fn ask(self, question: impl Future<Output = Result<Pairs, NetError>> + 'static) {
        self.alive.get_value().ask(question, move |answer| {
            self.busy.set(false);
            match answer {
                Ok(pairs) => {
                    self.failed.set(None);
                    self.pairs.set(Some(pairs));
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }

    /// The next page of both lists, below what is shown.
    fn further(self) {
        let Some(before) = self.pairs.get_untracked() else { return };
        if before.next.is_some() && !self.busy.get_untracked() {
            self.busy.set(true);
            self.ask(async move { Ok(before.clone().with(api::pairs(before.next).await?)) });
        }
    }

    /// Says what is true of the open pair. One answer at a time.
    fn settle(self, pair: [Place; 2], verdict: Verdict, note: String) {
        if !self.busy.get_untracked() {
            self.busy.set(true);
            self.ask(async move { api::settle_pair(&SettlePair { pair, verdict, note }).await });
        }
    }

    fn undo(self, id: i64) {
        if !self.busy.get_untracked() {
            self.busy.set(true);
            self.ask(async move { api::undo_pair(id).await });
        }
    }
}

/// The two entries of a pair, as the server names them.
fn places(pair: &PairRow) -> [Place; 2] {
    pair.rows.each_ref().map(key)
}

/// The page.
#[component]
pub fn PairsPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = Held {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        pairs: RwSignal::new(None),
        open: RwSignal::new(None),
        failed: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    // Loaded again whenever the number of pairs moves.
    let count = Memo::new(move |_| desk.counts.with(|counts| counts.pairs));
    Effect::new(move |_| {
        count.track();
        held.ask(api::pairs(None));
    });
    let waiting = Memo::new(move |_| {
        held.pairs.with(|pairs| pairs.as_ref().map(|p| p.waiting.clone()).unwrap_or_default())
    });
    // Another case only when another pair is open: what is typed about one stays while the list moves.
    let open = Memo::new(move |_| {
        let chosen = held.open.get();
        waiting.with(|waiting| {
            let found = waiting.iter().find(|pair| chosen.as_ref() == Some(&places(pair)));
            found.or(waiting.first()).cloned()
        })
    });
    let says = move || t("pairs.waiting", &[("n", &count.get())]);
    let none =
        Memo::new(move |_| held.pairs.with(|p| p.as_ref().is_some_and(|p| p.waiting.is_empty())));
    let more = Memo::new(move |_| held.pairs.with(|pairs| pairs.as_ref().map_or(0, |p| p.more)));
    view! {
        <main class="work">
            <div class="head"><h1>{say("pairs.title")}</h1><span class="soft" role="status">{says}</span></div>
            {move || held.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            })}
            {move || none.get().then(|| view! {
                <div class="empty">
                    <Icon symbol=Symbol::People />
                    <h2>{say("pairs.none")}</h2>
                    <p class="soft">{say("pairs.none_help")}</p>
                </div>
            })}
            <Show when=move || !waiting.with(Vec::is_empty)>
                <div class="case">
                    <nav class="cases" aria-label=say("pairs.title")>
                        <For each=move || waiting.get() key=|pair| format!("{pair:?}") let(pair)><CaseLink held open pair /></For>
                        {move || (more.get() > 0).then(|| view! {
                            <button type="button" disabled=move || held.busy.get() on:click=move |_| held.further()>
                                {told(move || t("pairs.more", &[("n", &more.get())]))}
                            </button>
                        })}
                    </nav>
                    {move || open.get().map(|pair| view! { <Case held pair /> })}
                </div>
            </Show>
            <SaidList held />
        </main>
    }
}

#[component]
fn CaseLink(held: Held, open: Memo<Option<PairRow>>, pair: PairRow) -> impl IntoView {
    let (here, there) = (places(&pair), places(&pair));
    let current = move || {
        open.with(|open| open.as_ref().is_some_and(|open| places(open) == here).then_some("true"))
    };
    let [one, other] = pair.rows;
    view! {
        <button type="button" aria-current=current on:click=move |_| held.open.set(Some(there.clone()))>
            <Mark look=ATTENTION>{move || label::reasons(&pair.reasons)}</Mark>
            <b>{one.name}</b>
            <span>{other.name}</span>
        </button>
    }
}

/// What was said, newest first; for thirty days it can be taken back.
#[component]
fn SaidList(held: Held) -> impl IntoView {
    let said =
        move || held.pairs.with(|pairs| pairs.as_ref().map(|p| p.said.clone()).unwrap_or_default());
    let any = Memo::new(move |_| !said().is_empty());
    // Where pairs wait beyond those that are shown, the list of them has the button.
    let further = Memo::new(move |_| {
        held.pairs.with(|pairs| pairs.as_ref().is_some_and(|p| p.next.is_some() && p.more == 0))
    });
    view! {
        <Show when=move || any.get()>
            <section class="stack said-list" aria-label=say("pairs.said")>
                <h2>{say("pairs.said")}</h2>
                <ul class="pieces"><For each=said key=|said| format!("{said:?}") let(word)><OneSaid held word /></For></ul>
                {move || further.get().then(|| view! {
                    <p class="actions">
                        <button type="button" class="btn" disabled=move || held.busy.get() on:click=move |_| held.further()>{say("pairs.more_said")}</button>
                    </p>
                })}
            </section>
        </Show>
    }
}

#[component]
fn OneSaid(held: Held, word: Said) -> impl IntoView {
    let desk = held.desk;
    let undoable = word.can_be_undone(device::now());
    let Said { id, names: [one, other], settled, undone } = word;
    let stays = match &settled.verdict {
        Verdict::Same { keep, .. } => {
            Some(if *keep == settled.pair[0] { one.clone() } else { other.clone() })
        }
        Verdict::Different => None,
    };
    let title = move || match &stays {
        Some(stays) => t("pairs.was_same", &[("one", &one), ("other", &other), ("stays", stays)]),
        None => t("pairs.was_different", &[("one", &one), ("other", &other)]),
    };
    let by = move || {
        let (officer, time) = (desk.officer(&settled.officer), desk.moment(settled.at));
        t("aside.said", &[("officer", &officer), ("time", &time)])
    };
    let taken_back = undone.map(|(officer, at)| {
        let says = move || {
            t("pairs.undone", &[("officer", &desk.officer(&officer)), ("time", &desk.moment(at))])
        };
        view! { <p class="soft">{says}</p> }
    });
    view! {
        <li class="panel piece">
            <p><b>{title}</b></p>
            <p><span class="soft">{by}</span>" "{settled.note}</p>
            {taken_back}
            {undoable.then(|| view! {
                <button type="button" class="btn" disabled=move || held.busy.get() on:click=move |_| held.undo(id)>
                    <Icon symbol=Symbol::Undo />{say("pairs.undo")}
                </button>
            })}
        </li>
    }
}
