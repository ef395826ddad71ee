//! Seats: the packages as they are filled, what a run would propose and why, and the head's decree.

use bilik_shared::allocation::{Override, Place};
use bilik_shared::id::EntryId;
use bilik_shared::role::Action;
use bilik_shared::view::allocation::{Ask, Preview, Run};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::session::Desk;
use crate::desk::{api, seats};
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

mod decree;
mod people;
mod reserve;
mod why;

use decree::Decree;
use people::People;
use reserve::Reserves;

/// A run on its way from the first look to the decree.
#[derive(Clone, Copy)]
struct Draft {
    desk: Desk,
    /// What a run would propose, as it was last looked at.
    preview: RwSignal<Option<Preview>>,
    /// What people decided before the run.
    overrides: RwSignal<Vec<Override>>,
    /// The head decided about something that is different now.
    stale: RwSignal<bool>,
    /// Whose proposal is another one than at the look before.
    moved: RwSignal<Vec<EntryId>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<NetError>>,
    /// The run that was committed on this page.
    done: RwSignal<Option<Run>>,
    runs: RwSignal<Vec<Run>>,
    alive: StoredValue<Alive, LocalStorage>,
}

impl Draft {
    /// Looks (again) at what a run would propose.
    fn look(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.done.set(None);
        let ask = Ask { overrides: self.overrides.get_untracked() };
        self.alive.get_value().ask(
            async move { api::preview_allocation(&ask).await },
            move |answer| {
                self.busy.set(false);
                match answer {
                    Ok(preview) => {
                        let moved = self.preview.with_untracked(|before| {
                            before.as_ref().map_or_else(Vec::new, |before| moved(before, &preview))
                        });
                        self.moved.set(moved);
                        self.failed.set(None);
                        self.preview.set(Some(preview));
                    }
                    Err(error) => self.refuse(error),
                }
            },
        );
    }

    fn refuse(self, error: NetError) {
        self.desk.check_session(&error);
        self.failed.set(Some(error));
    }

    /// Fetches the runs that were committed.
    fn fetch_runs(self) {
        self.alive.get_value().ask(api::allocation_runs(), move |answer| match answer {
            Ok(runs) => self.runs.set(runs),
            Err(error) => self.refuse(error),
        });
    }

    /// Somebody wants to see it; what was different before is no news any more.
    fn look_anew(self) {
        self.stale.set(false);
        self.look();
    }

    /// What somebody decided about one person; the run is looked at again.
    fn decide(self, one: Override) {
        self.overrides.update(|all| {
            all.retain(|other| other.entry != one.entry);
            all.push(one);
        });
        self.look_anew();
    }

    /// Lets the run decide about this person again.
    fn release(self, entry: EntryId) {
        self.overrides.update(|all| all.retain(|other| other.entry != entry));
        self.look_anew();
    }
}

/// Whose proposal is another one than before.
fn moved(before: &Preview, after: &Preview) -> Vec<EntryId> {
    let same = |entry| before.proposal.placed.iter().find(|placed| placed.entry == entry);
    let placed = after.proposal.placed.iter();
    let other = placed.filter(|now| {
        same(now.entry).is_none_or(|then| (then.to, &then.seat) != (now.to, &now.seat))
    });
    other.map(|placed| placed.entry).collect()
}

/// The page.
#[component]
pub fn Allocation(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let draft = Draft {
        desk,
        preview: RwSignal::new(None),
        overrides: RwSignal::new(Vec::new()),
        stale: RwSignal::new(false),
        moved: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
        done: RwSignal::new(None),
        runs: RwSignal::new(Vec::new()),
        alive: StoredValue::new_local(Alive::here()),
    };
    draft.fetch_runs();
    let name = told(move || {
        let looked = draft.preview.with(Option::is_some);
        t(if looked { "alloc.look_again" } else { "alloc.look" }, &[])
    });
    let done = move || {
        draft.done.get().map(|run| view! {
            <p class="done" role="status"><Icon symbol=Symbol::Check />
                {move || t("alloc.done", &[("n", &run.seats), ("reserve", &run.reserve), ("decree", &run.decree.number)])}
            </p>
        })
    };
    let commits = desk.may(Action::CommitAllocation, None);
    view! {
        <main class="work allocation">
            <div class="head"><h1>{say("page.allocation")}</h1></div>
            <Packages draft />
            <section class="panel stack">
                <div class="head">
                    <h2>{say("alloc.run")}</h2>
                    <button type="button" class="btn main" disabled=move || draft.busy.get() on:click=move |_| draft.look_anew()>
                        <Icon symbol=Symbol::Sync />{name}
                    </button>
                </div>
                <p class="hint">{say("alloc.help")}</p>
                {live(done)}
                {live(move || draft.failed.get().map(|error| view! {
                    <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
                }))}
                {live(move || draft.preview.get().map(|preview| view! { <Looked draft preview commits /> }))}
            </section>
            <Reserves desk />
            <Runs draft />
        </main>
    }
}

/// What a look brought.
#[component]
fn Looked(draft: Draft, preview: Preview, commits: bool) -> impl IntoView {
    let count = |to| preview.proposal.placed.iter().filter(|placed| placed.to == to).count();
    let counts = (count(Place::Seat), count(Place::Reserve), count(Place::None));
    let below = preview.proposal.packages.iter().filter(|filled| filled.is_below_minimum());
    let below: Vec<_> = below.map(|filled| filled.offer.seat.clone()).collect();
    let short = below.len();
    let desk = draft.desk;
    let named = told(move || {
        let name = |seat: &bilik_shared::programme::Seat| {
            t("alloc.package", &[("name", &desk.programme(&seat.programme)), ("n", &seat.number)])
        };
        let names: Vec<String> = below.iter().map(name).collect();
        t("alloc.short", &[("n", &below.len()), ("names", &names.join("; "))])
    });
    let changes = preview.proposal.placed.iter().any(|placed| placed.decision().is_some());
    let (at, seed) = (preview.at, preview.seed);
    let summary = told(move || {
        let (seats, reserve, none) = counts;
        t("alloc.summary", &[("seats", &seats), ("reserve", &reserve), ("none", &none)])
    });
    let drawn = told(move || {
        let (time, seed) = (draft.desk.moment(at), seed.to_string());
        t("alloc.drawn", &[("time", &time), ("seed", &seed)])
    });
    let moved = draft.moved.with_untracked(Vec::len);
    view! {
        <p role="status"><b>{summary}</b>" "<span class="soft">{drawn}</span></p>
        {draft.stale.get_untracked().then(|| view! {
            <Notice tone=Tone::Attention><p>{told(move || t("alloc.moved", &[("n", &moved)]))}</p></Notice>
        })}
        {(short > 0).then(|| view! { <p class="low">{named}</p> })}
        {(!changes).then(|| view! { <p class="hint">{say("alloc.nothing")}</p> })}
        <People draft preview=preview.clone() />
        {match (changes, commits) {
            (true, true) => view! { <Decree draft preview /> }.into_any(),
            (true, false) => view! { <p class="hint">{say("alloc.head_commits")}</p> }.into_any(),
            _ => ().into_any(),
        }}
    }
}

/// Every package: seats, who sits in it, what the run adds, and how many want it.
#[component]
fn Packages(draft: Draft) -> impl IntoView {
    let desk = draft.desk;
    let rows = move || {
        let given = |filled: &seats::Filled| {
            draft.preview.with(|preview| {
                let packages = preview.iter().flat_map(|preview| &preview.proposal.packages);
                packages.clone().find(|one| one.offer.seat == filled.seat).map(|one| one.given)
            })
        };
        let row = |filled: seats::Filled| {
            let seats::Filled { seat, seats, minimum, taken } = &filled;
            let code = &seat.programme;
            let name = t("alloc.package", &[("name", &desk.programme(code)), ("n", &seat.number)]);
            let first = seat.number == 1;
            let ranks = desk.counts.with(|c| c.programmes.get(code).map_or([0; 3], |p| p.ranks));
            let ranks = ranks.map(|n| if first { n.to_string() } else { String::new() });
            let waiting =
                if first { seats::reserve(desk, code).to_string() } else { String::new() };
            let given = given(&filled);
            let short =
                taken + given.unwrap_or_default() < *minimum && (*taken > 0 || given.is_some());
            let plus = given.filter(|n| *n > 0).map(|n| format!(" + {n}"));
            let note = short.then(|| t("dash.below_minimum", &[("n", minimum)]));
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="num">{t("dash.n_of", &[("n", taken), ("all", seats)])}{plus.map(|plus| view! { <ins>{plus}</ins> })}</td>
                    <td class="low">{note}</td>
                    {ranks.map(|n| view! { <td class="num soft">{n}</td> })}
                    <td class="num soft">{waiting}</td>
                </tr>
            }
        };
        seats::packages(desk).into_iter().map(row).collect_view()
    };
    view! {
        <section class="panel">
            <h2 id="packages">{say("alloc.packages")}</h2>
            <table class="figures" aria-labelledby="packages">
                <thead><tr>
                    <th scope="col">{say("dash.programme")}</th>
                    <th scope="col" class="num">{say("alloc.filled")}</th>
                    <td></td>
                    <th scope="col" class="num">{say("alloc.choice_1")}</th>
                    <th scope="col" class="num">{say("dash.second_choice")}</th>
                    <th scope="col" class="num">{say("dash.third_choice")}</th>
                    <th scope="col" class="num">{say("state.reserve")}</th>
                </tr></thead>
                <tbody>{live(rows)}</tbody>
            </table>
        </section>
    }
}

/// The runs that were committed, the latest first.
#[component]
fn Runs(draft: Draft) -> impl IntoView {
    let desk = draft.desk;
    let item = move |run: Run| {
        let says = told(move || {
            let (time, date) = (desk.moment(run.at), run.decree.date.to_string());
            let (officer, seed) = (desk.officer(&run.by), run.seed.to_string());
            t(
                "alloc.run_line",
                &[
                    ("number", &run.number),
                    ("time", &time),
                    ("officer", &officer),
                    ("decree", &run.decree.number),
                    ("date", &date),
                    ("seats", &run.seats),
                    ("reserve", &run.reserve),
                    ("policy", &run.policy),
                    ("seed", &seed),
                ],
            )
        });
        view! { <li>{says}</li> }
    };
    let list = move || {
        let runs = draft.runs.get();
        (!runs.is_empty()).then(|| {
            view! {
                <section class="panel stack">
                    <h2>{say("alloc.runs")}</h2>
                    <ul class="runs">{runs.into_iter().map(item).collect_view()}</ul>
                </section>
            }
        })
    };
    live(list)
}
