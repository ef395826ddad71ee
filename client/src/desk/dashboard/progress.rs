//! What is not known here, and how registration went day by day.

use bilik_shared::time::Date;
use bilik_shared::view::DeviceRow;
use leptos::prelude::*;

use crate::desk::figures;
use crate::desk::session::Desk;
use crate::parts::live;
use crate::parts::meter::{Meter, Part};
use crate::text::{say, t, told};

/// So many days are shown, the last ones on which somebody was registered.
const DAYS: usize = 14;

/// Says which tablets hold work that no figure of this page can count.
#[component]
pub fn NotKnown(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let tablets = Memo::new(move |_| figures::unknown(desk));
    let line = move |device: DeviceRow| {
        let DeviceRow { code, last_contact, waiting, .. } = device;
        let says = move || match last_contact {
            None => t("dash.never_heard", &[("tablet", &code)]),
            Some(at) => {
                let time = desk.moment(at);
                t("dash.not_heard", &[("tablet", &code), ("time", &time), ("n", &waiting)])
            }
        };
        view! { <li>{told(says)}</li> }
    };
    let body = move || {
        let tablets = tablets.get();
        match tablets.is_empty() {
            true => {
                let hours = figures::SILENT_HOURS;
                view! { <p class="soft">{told(move || t("tablets.none_silent", &[("hours", &hours)]))}</p> }
                    .into_any()
            }
            false => view! { <ul>{tablets.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }
    };
    view! {
        <section class="panel" aria-labelledby="not-known">
            <div class="head"><h2 id="not-known">{say("dash.not_known")}</h2></div>
            {live(body)}
        </section>
    }
}

/// Registrations by the day on which they were recorded: each bar beside its number.
#[component]
pub fn Days(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let days = Memo::new(move |_| {
        desk.counts.with(|counts| {
            let last = counts.days.iter().rev().take(DAYS);
            let mut days: Vec<(Date, u32)> = last.map(|(day, n)| (*day, *n)).collect();
            days.reverse();
            days
        })
    });
    let most =
        Memo::new(move |_| days.with(|days| days.iter().map(|(_, n)| *n).max().unwrap_or(0)));
    let any = Memo::new(move |_| days.with(|days| !days.is_empty()));
    let of = move |day: Date| {
        Memo::new(move |_| {
            days.with(|days| days.iter().find(|(other, _)| *other == day).map_or(0, |(_, n)| *n))
        })
    };
    let row = move |day: Date| {
        let n = of(day);
        let label = move || t("dash.day_meter", &[("day", &day), ("n", &n.get())]);
        let parts = move || vec![Part { state: "accent", count: n.get() }];
        view! {
            <tr>
                <th scope="row">{day.to_string()}</th>
                <td><Meter whole=most parts=Signal::derive(parts) label=Signal::derive(label) /></td>
                <td class="num">{n}</td>
            </tr>
        }
    };
    view! {
        <Show when=move || any.get()>
            <section class="panel">
                <div class="head"><h2 id="days">{say("dash.days")}</h2></div>
                <table class="figures" aria-labelledby="days">
                    <thead><tr>
                        <th scope="col">{say("dash.day")}</th>
                        <td></td>
                        <th scope="col" class="num">{say("dash.registered")}</th>
                    </tr></thead>
                    <tbody>
                        <For each=move || days.with(|days| days.iter().map(|(day, _)| *day).collect::<Vec<_>>()) key=|day| *day let(day)>
                            {row(day)}
                        </For>
                    </tbody>
                </table>
            </section>
        </Show>
    }
}
