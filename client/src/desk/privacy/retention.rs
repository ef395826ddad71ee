//! For how long data are kept, and what that concerns today. Nothing here removes anything.

use bilik_shared::privacy::retention::{Concern, Enacted, Group, Retention, Rule, SetRules};
use leptos::prelude::*;

use super::{held, words};
use crate::desk::api;
use crate::desk::session::Desk;
use crate::desk::setup::form::{Ask, Form, Kind, Wrong, ask};
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark};
use crate::text::{say, t};

/// The page.
#[component]
pub fn RetentionPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = held::<Retention>(desk);
    held.ask(api::retention());
    let asks = vec![
        ask("never", "keep.never_registered", Kind::Number, ""),
        ask("not_taken", "keep.not_taken", Kind::Number, ""),
        ask("everybody", "keep.everybody", Kind::Number, ""),
    ];
    let answers = asks.clone();
    Effect::new(move |_| {
        if let Some(retention) = held.shown.get() {
            for (ask, group) in answers.iter().zip(Group::ALL) {
                let rule = retention.rules.iter().find(|rule| rule.group == *group);
                ask.value.set(rule.map(|rule| rule.months.to_string()).unwrap_or_default());
            }
        }
    });
    let (tried, kept) = (asks.clone(), asks.clone());
    let try_out = Callback::new(move |()| match rules(&tried) {
        Ok(rules) => held.ask(async move { api::try_retention(&rules).await }),
        Err(wrong) => held.point_at(wrong),
    });
    let keep = move |_| match rules(&kept) {
        Ok(rules) => held.write(async move { api::set_retention(&rules).await }),
        Err(wrong) => held.point_at(wrong),
    };
    let body = move || match held.shown.get() {
        Some(retention) => view! { <DryRun desk retention /> }.into_any(),
        None => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("page.retention")}</h1></div>
            <p class="hint">{say("keep.help")}</p>
            {held.says()}
            <section class="panel stack">
                <h2>{say("keep.rules")}</h2>
                <p class="hint">{say("keep.rules_help")}</p>
                <Form asks wrong=held.wrong busy=held.busy submit="keep.try" save=try_out />
                <p class="actions">
                    <button type="button" class="btn" disabled=move || held.busy.get() on:click=keep>{say("keep.save")}</button>
                </p>
            </section>
            {live(body)}
        </main>
    }
}

/// What was typed, as rules; a group without a number has no rule.
fn rules(asks: &[Ask]) -> Result<SetRules, Wrong> {
    let mut rules = Vec::new();
    for (ask, group) in asks.iter().zip(Group::ALL) {
        if !ask.text().is_empty() {
            rules.push(Rule { group: *group, months: ask.read("keep.months_wrong")? });
        }
    }
    Ok(SetRules { rules })
}

#[component]
fn DryRun(desk: Desk, retention: Retention) -> impl IntoView {
    let Retention { concerns, log, .. } = retention;
    let due: u32 = concerns.iter().filter(|one| one.due).map(|one| one.entries).sum();
    let summary = move || t("keep.due_n", &[("n", &due)]);
    let none = log.is_empty();
    view! {
        <h2>{say("keep.dry_run")}</h2>
        <p role="status">{summary}</p>
        <section class="panel flush scroll-x" role="region" tabindex="0" aria-label=say("keep.dry_run")>
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("keep.whom")}</th>
                    <th scope="col">{say("keep.months")}</th>
                    <th scope="col">{say("keep.sheet")}</th>
                    <th scope="col">{say("keep.entries")}</th>
                    <th scope="col">{say("keep.from")}</th>
                </tr></thead>
                <tbody>{concerns.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
        <section class="panel stack">
            <h2>{say("keep.log")}</h2>
            {none.then(|| view! { <p class="soft">{say("keep.usual")}</p> })}
            <ul class="setup-log">{log.into_iter().map(|set| past(desk, set)).collect_view()}</ul>
        </section>
    }
}

fn row(concern: Concern) -> impl IntoView {
    let Concern { rule, sheet, block, entries, from, due } = concern;
    let day = move || from.map_or_else(|| t("keep.unknown", &[]), |from| from.to_string());
    view! {
        <tr>
            <th scope="row">{say(words::group(rule.group))}</th>
            <td>{rule.months}</td>
            <td>{sheet.to_string()}<small>{block}</small></td>
            <td>{entries}</td>
            <td>{day}" "{due.then(|| view! { <Mark look=ATTENTION>{say("keep.due")}</Mark> })}</td>
        </tr>
    }
}

fn past(desk: Desk, set: Enacted) -> impl IntoView {
    let Enacted { at, by, rules } = set;
    let text = move || {
        let rule = |rule: &Rule| {
            let whom = t(words::group(rule.group), &[]);
            format!("{whom}: {}", t("keep.n_months", &[("n", &rule.months)]))
        };
        rules.iter().map(rule).collect::<Vec<_>>().join("; ")
    };
    let who =
        move || t("setup.log_line", &[("time", &desk.moment(at)), ("officer", &desk.officer(&by))]);
    view! { <li>{text}" "<span class="soft">{who}</span></li> }
}
