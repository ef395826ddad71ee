//! Who registered, by education and by age: each bar beside its number, in a table.

use bilik_shared::registration::Education;
use bilik_shared::view::who::{AGES, ages};
use leptos::prelude::*;

use crate::desk::session::Desk;
use crate::label::Label;
use crate::parts::meter::{Meter, Part};
use crate::text::{say, t};

/// The chart of educations. Whoever did not tell theirs has a row of their own.
#[component]
pub fn Educations(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let of = move |education: Option<Education>| {
        desk.counts.with(|counts| match education {
            Some(education) => counts.educations.get(&education).copied().unwrap_or(0),
            None => rest(counts.registered, counts.educations.values().sum()),
        })
    };
    let groups = Education::ALL.iter().copied().map(Some).chain([None]);
    let rows = groups
        .map(move |group| {
            let name = move || group.map_or_else(|| t("dash.untold", &[]), |one| t(one.key(), &[]));
            (Signal::derive(name), Signal::derive(move || of(group)))
        })
        .collect();
    view! { <Groups id="educations" title="dash.educations" group="dash.education" rows /> }
}

/// The chart of ages.
#[component]
pub fn Ages(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let counted = Memo::new(move |_| {
        let year = desk.now.get().date(desk.zone()).year();
        desk.counts.with(|counts| ages(&counts.births, year))
    });
    let group = move |(n, (from, to)): (usize, &(u32, u32))| {
        let (from, to) = (*from, *to);
        let name = move || match (from, to) {
            (0, to) => t("dash.younger", &[("n", &(to + 1))]),
            (from, u32::MAX) => t("dash.from_age", &[("n", &from)]),
            (from, to) => t("dash.ages_between", &[("from", &from), ("to", &to)]),
        };
        (Signal::derive(name), Signal::derive(move || counted.get()[n]))
    };
    let unknown = move || {
        let known: u32 = counted.get().iter().sum();
        desk.counts.with(|counts| rest(counts.registered, known))
    };
    let untold = (Signal::derive(move || t("dash.untold", &[])), Signal::derive(unknown));
    let rows = AGES.iter().enumerate().map(group).chain([untold]).collect();
    view! { <Groups id="ages" title="dash.ages" group="dash.age" rows /> }
}

/// Of rounded counts the parts can be more than the whole.
fn rest(whole: u32, parts: u32) -> u32 {
    whole.saturating_sub(parts)
}

type Group = (Signal<String>, Signal<u32>);

#[component]
fn Groups(
    id: &'static str,
    title: &'static str,
    group: &'static str,
    rows: Vec<Group>,
) -> impl IntoView {
    let counted: Vec<Signal<u32>> = rows.iter().map(|(_, n)| *n).collect();
    let most = Memo::new(move |_| counted.iter().map(|n| n.get()).max().unwrap_or(0));
    let any = Memo::new(move |_| most.get() > 0);
    let rows = StoredValue::new(rows);
    let row = move |(name, n): Group| {
        let label = move || t("dash.group_meter", &[("group", &name.get()), ("n", &n.get())]);
        let parts = move || vec![Part { state: "accent", count: n.get() }];
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td><Meter whole=most parts=Signal::derive(parts) label=Signal::derive(label) /></td>
                <td class="num">{n}</td>
            </tr>
        }
    };
    view! {
        <Show when=move || any.get()>
            <section class="panel">
                <div class="head"><h2 id=id>{say(title)}</h2></div>
                <table class="figures" aria-labelledby=id>
                    <thead><tr>
                        <th scope="col">{say(group)}</th>
                        <td></td>
                        <th scope="col" class="num">{say("dash.registered")}</th>
                    </tr></thead>
                    <tbody>{rows.get_value().into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        </Show>
    }
}
