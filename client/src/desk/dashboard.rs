//! The first page: five facts, what is not known, demand against seats, blocks, days, who registered, tablets.

use bilik_shared::id::ProgrammeCode;
use bilik_shared::lifecycle::State;
use bilik_shared::role::Action;
use bilik_shared::view::Counts;
use leptos::prelude::*;

use crate::desk::figures::{self, Demand};
use crate::desk::session::Desk;
use crate::desk::tablets::Tiles;
use crate::parts::meter::{Meter, Part};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

mod people;
mod progress;

use people::{Ages, Educations};
use progress::{Days, NotKnown};

/// Counts, each with the time up to which it is right.
#[component]
pub fn Dashboard(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let dates = move || {
        desk.house.get().map(|house| {
            let (from, to) = (house.wave.opens.to_string(), house.wave.closes.to_string());
            t(
                "dash.dates",
                &[("today", &desk.now.get().date(desk.zone())), ("from", &from), ("to", &to)],
            )
        })
    };
    let counts_only =
        !desk.sees_registrations() && desk.may(Action::SeeEntry, Some(State::Confirmed));
    let devices = desk.may(Action::SeeDevices, None);
    view! {
        <main class="work">
            <div class="head"><h1>{say("dash.title")}</h1><span class="soft">{dates}</span></div>
            {counts_only.then(|| view! { <CountsOnly desk /> })}
            {move || desk.counts.with(|counts| counts.rounded).then(|| view! {
                <p class="soft">{told(move || t("dash.rounded", &[("n", &Counts::ROUNDED_TO)]))}</p>
            })}
            <Facts desk />
            {devices.then(|| view! { <NotKnown desk /> })}
            <div class="board">
                <Programmes desk />
                {desk.is_of_the_house().then(|| view! { <Blocks desk /> })}
                <Days desk />
                <Educations desk />
                <Ages desk />
                {devices.then(|| view! {
                    <section class="panel">
                        <div class="head"><h2>{say("dash.tablets")}</h2><a href="#tablets">{say("dash.all_tablets")}</a></div>
                        <Tiles desk />
                    </section>
                })}
            </div>
        </main>
    }
}

/// For the partner: why there are no names.
#[component]
fn CountsOnly(desk: Desk) -> impl IntoView {
    let none = move || desk.counts.with(|counts| counts.seen == 0);
    view! {
        <Notice tone=Tone::Plain>
            <p>{say("dash.counts_only")} " " {move || none().then(say("dash.nobody_released"))}</p>
        </Notice>
    }
}

#[component]
fn Facts(desk: Desk) -> impl IntoView {
    let counts = desk.counts;
    let registrations = desk.sees_registrations();
    let asked = move || {
        counts.with(|c| t("dash.asked", &[("n", &c.asked), ("declined", &figures::declined(c))]))
    };
    let oldest = move || match figures::oldest_to_verify(desk) {
        Some(at) if registrations => t("dash.oldest", &[("time", &desk.moment(at))]),
        _ => t("dash.waits_for_supervisor", &[]),
    };
    let seats = Memo::new(move |_| figures::seats(desk));
    let beyond = move || t("dash.beyond_seats", &[("n", &seats.get().2)]);
    let contact = Memo::new(move |_| figures::contact(desk));
    view! {
        <dl class="five">
            <Fact desk name="dash.registered" value=Signal::derive(move || counts.with(|c| c.registered))
                of=Signal::derive(move || counts.with(|c| t("dash.of_people", &[("n", &c.people)]))) more=Signal::derive(asked) />
            <Fact desk name="dash.to_verify" value=Signal::derive(move || counts.with(|c| c.to_verify)) more=Signal::derive(oldest) />
            {registrations.then(|| view! {
                <Fact desk name="dash.conflicts" value=Signal::derive(move || counts.with(|c| c.conflicts))
                    more=Signal::derive(say("dash.two_answers")) />
            })}
            <Fact desk name="dash.seats" value=Signal::derive(move || seats.get().0)
                of=Signal::derive(move || t("dash.of", &[("n", &seats.get().1)])) more=Signal::derive(beyond) />
            {desk.may(Action::SeeDevices, None).then(|| view! {
                <Fact desk name="dash.in_contact" value=Signal::derive(move || contact.get().today)
                    of=Signal::derive(move || t("dash.of", &[("n", &contact.get().all)]))
                    more=Signal::derive(move || t("dash.waiting", &[("n", &contact.get().waiting)])) />
            })}
        </dl>
    }
}

/// One figure, what it counts, and up to when.
#[component]
fn Fact(
    desk: Desk,
    name: &'static str,
    value: Signal<u32>,
    #[prop(optional)] of: Option<Signal<String>>,
    more: Signal<String>,
) -> impl IntoView {
    let as_of = move || t("dash.as_of", &[("time", &desk.moment(desk.as_of()))]);
    view! {
        <div>
            <dt>{say(name)}</dt>
            <dd><b>{value}{of.map(|of| view! { " " <small>{of}</small> })}</b>{more}", "{as_of}</dd>
        </div>
    }
}

/// Demand against seats, a bar beside its numbers.
#[component]
fn Programmes(desk: Desk) -> impl IntoView {
    let codes = Memo::new(move |_| {
        desk.house.with(|house| {
            house.iter().flat_map(|h| &h.programmes).map(|p| p.code.clone()).collect::<Vec<_>>()
        })
    });
    let widest = Memo::new(move |_| {
        codes.with(|codes| {
            codes
                .iter()
                .map(|code| figures::demand(desk, code))
                .map(|d| d.seats.max(d.ranks[0]))
                .max()
        })
    });
    view! {
        <section class="panel tall">
            <div class="head">
                <h2 id="demand">{say("dash.demand")}</h2>
                <span class="key" aria-hidden="true">
                    <span><i data-state="accent"></i>{say("dash.first_choice")}</span><span><i></i>{say("dash.seats_word")}</span>
                </span>
            </div>
            <table class="figures demand" aria-labelledby="demand">
                <thead><tr>
                    <th scope="col">{say("dash.programme")}</th>
                    <td></td>
                    <th scope="col" class="num">{say("dash.first_of_seats")}</th>
                    <th scope="col"><span class="sr">{say("dash.left")}</span></th>
                    <th scope="col" class="num">{say("dash.second_choice")}</th>
                    <th scope="col" class="num">{say("dash.third_choice")}</th>
                </tr></thead>
                <tbody>
                    <For each=move || codes.get() key=Clone::clone let(code)>
                        <ProgrammeRow desk code widest />
                    </For>
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn ProgrammeRow(desk: Desk, code: ProgrammeCode, widest: Memo<Option<u32>>) -> impl IntoView {
    let named = code.clone();
    let demand = Memo::new(move |_| figures::demand(desk, &code));
    let width = move |part: fn(&Demand) -> u32| {
        move || {
            demand.with(|d| {
                format!(
                    "{:.1}%",
                    f64::from(part(d)) * 100.0 / f64::from(widest.get().unwrap_or(1).max(1))
                )
            })
        }
    };
    let left = move || {
        let Demand { ranks: [first, ..], seats, minimum } = demand.get();
        match first {
            n if n > seats => (true, t("dash.too_few_seats", &[("n", &(n - seats))])),
            n if n < minimum => (true, t("dash.below_minimum", &[("n", &minimum)])),
            n => (false, t("dash.seats_left", &[("n", &(seats - n))])),
        }
    };
    view! {
        <tr>
            <th scope="row">{move || desk.programme(&named)}</th>
            <td class="track" aria-hidden="true"><span><i style:width=width(|d| d.seats)></i><i style:width=width(|d| d.ranks[0])></i></span></td>
            <td class="num">{move || t("dash.n_of", &[("n", &demand.get().ranks[0]), ("all", &demand.get().seats)])}</td>
            <td class:low=move || left().0>{move || left().1}</td>
            <td class="num soft">{move || demand.get().ranks[1]}</td>
            <td class="num soft">{move || demand.get().ranks[2]}</td>
        </tr>
    }
}

/// Per block: registered, declined, not asked.
#[component]
fn Blocks(desk: Desk) -> impl IntoView {
    let blocks = Memo::new(move |_| {
        desk.counts.with(|counts| counts.blocks.keys().cloned().collect::<Vec<_>>())
    });
    let any = Memo::new(move |_| blocks.with(|blocks| !blocks.is_empty()));
    view! {
        <Show when=move || any.get()>
            <section class="panel">
                <div class="head">
                    <h2 id="blocks">{say("dash.blocks")}</h2>
                    <span class="key" aria-hidden="true">
                        <span><i data-state="accent"></i>{say("dash.registered")}</span>
                        <span><i data-state="neutral"></i>{say("state.declined")}</span>
                        <span><i></i>{say("dash.other")}</span>
                    </span>
                </div>
                <table class="figures" aria-labelledby="blocks">
                    <thead><tr>
                        <th scope="col">{say("dash.block")}</th>
                        <td></td>
                        <th scope="col" class="num">{say("dash.registered")}</th>
                        <th scope="col" class="num">{say("state.declined")}</th>
                        <th scope="col" class="num">{say("state.not_asked")}</th>
                    </tr></thead>
                    <tbody>
                        <For each=move || blocks.get() key=Clone::clone let(block)><BlockRow desk block /></For>
                    </tbody>
                </table>
            </section>
        </Show>
    }
}

#[component]
fn BlockRow(desk: Desk, block: String) -> impl IntoView {
    let name = block.clone();
    let count = Memo::new(move |_| {
        desk.counts.with(|counts| counts.blocks.get(&block).copied().unwrap_or_default())
    });
    let parts = move || {
        let count = count.get();
        vec![
            Part { state: "accent", count: count.registered },
            Part { state: "neutral", count: count.declined },
        ]
    };
    let label = {
        let name = name.clone();
        move || {
            t(
                "dash.block_meter",
                &[("block", &name), ("n", &count.get().registered), ("all", &count.get().people)],
            )
        }
    };
    view! {
        <tr>
            <th scope="row">{move || t("dash.block_name", &[("block", &name)])}</th>
            <td><Meter whole=Signal::derive(move || count.get().people) parts=Signal::derive(parts) label=Signal::derive(label) /></td>
            <td class="num">{move || t("dash.n_of", &[("n", &count.get().registered), ("all", &count.get().people)])}</td>
            <td class="num">{move || count.get().declined}</td>
            <td class="num">{move || count.get().people.saturating_sub(count.get().asked)}</td>
        </tr>
    }
}
