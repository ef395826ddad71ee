//! The log of access: a search, what was read, and what left as a file or on paper.

use std::collections::BTreeMap;

use bilik_shared::privacy::access::{Access, Found, Line, Search, What};
use bilik_shared::programme::Words;
use bilik_shared::report::Exported;
use leptos::prelude::*;

use super::{held, words};
use crate::desk::api;
use crate::desk::session::Desk;
use crate::desk::setup::form::{Ask, Form, Kind, Wrong, ask};
use crate::label;
use crate::parts::live;
use crate::text::{say, t, told};

type Titles = BTreeMap<String, Words>;

/// The page. It begins with the newest lines.
#[component]
pub fn AccessPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = held::<Found>(desk);
    let kinds = What::ALL.iter().map(|what| (what.code(), words::what(*what)));
    let kinds = std::iter::once(("", "log.all")).chain(kinds).collect();
    let asks = vec![
        ask("who", "log.who", Kind::Line, "").hinted("log.who_hint"),
        ask("number", "log.number", Kind::Line, "").hinted("log.number_hint"),
        ask("what", "log.what", Kind::One(kinds), ""),
        ask("from", "log.from", Kind::Line, "").hinted("setup.date_hint"),
        ask("until", "log.until", Kind::Line, "").hinted("setup.date_hint"),
    ];
    let answers = asks.clone();
    let asked = StoredValue::new(Search::default());
    let find = move || match search(&answers) {
        Ok(search) => {
            asked.set_value(search.clone());
            held.ask(async move { api::accesses(&search).await });
        }
        Err(wrong) => held.point_at(wrong),
    };
    find();
    let further = Callback::new(move |()| {
        let Some(before) = held.shown.get_untracked() else { return };
        let search = Search { cursor: before.next.clone(), ..asked.get_value() };
        held.ask(async move { Ok(before.with(api::accesses(&search).await?)) });
    });
    let body = move || match held.shown.get() {
        Some(found) => view! { <Lines desk found further busy=held.busy /> }.into_any(),
        None => view! { <p role="status">{say("bar.loading")}</p> }.into_any(),
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("log.title")}</h1></div>
            <p class="hint">{say("log.help")}</p>
            {held.says()}
            <section class="panel">
                <Form asks wrong=held.wrong busy=held.busy submit="log.search" save=Callback::new(move |()| find()) />
            </section>
            {live(body)}
        </main>
    }
}

fn search(asks: &[Ask]) -> Result<Search, Wrong> {
    Ok(Search {
        who: asks[0].text(),
        number: asks[1].text(),
        what: What::parse(&asks[2].text()),
        from: asks[3].day()?,
        until: asks[4].day()?,
        cursor: None,
    })
}

#[component]
fn Lines(desk: Desk, found: Found, further: Callback<()>, busy: RwSignal<bool>) -> impl IntoView {
    let Found { reads, exports, titles, next, .. } = found;
    let (none, left) = (reads.is_empty(), exports.len());
    let (titles, other) = (titles.clone(), titles);
    let reads = reads.into_iter().map(move |line| read(desk, line, &titles)).collect_view();
    let exports = exports.into_iter().map(move |line| export(desk, line, &other)).collect_view();
    view! {
        <section class="panel flush scroll-x" role="region" tabindex="0" aria-label=say("log.title")>
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("log.time")}</th>
                    <th scope="col">{say("log.user")}</th>
                    <th scope="col">{say("log.role")}</th>
                    <th scope="col">{say("log.what")}</th>
                    <th scope="col">{say("log.object")}</th>
                    <th scope="col">{say("log.reason")}</th>
                </tr></thead>
                <tbody>{reads}</tbody>
            </table>
        </section>
        {none.then(|| view! { <p class="soft" role="status">{say("log.none")}</p> })}
        {(left > 0).then(|| view! {
            <h2>{told(move || t("log.exports", &[("n", &left)]))}</h2>
            <section class="panel flush scroll-x" role="region" tabindex="0" aria-label=say("log.exported")>
                <table class="table plain">
                    <thead><tr>
                        <th scope="col">{say("log.time")}</th>
                        <th scope="col">{say("log.user")}</th>
                        <th scope="col">{say("log.role")}</th>
                        <th scope="col">{say("log.exported")}</th>
                        <th scope="col">{say("log.count")}</th>
                        <th scope="col">{say("log.purpose")}</th>
                    </tr></thead>
                    <tbody>{exports}</tbody>
                </table>
            </section>
        })}
        {next.map(|_| view! {
            <p class="actions">
                <button type="button" class="btn" disabled=move || busy.get() on:click=move |_| further.run(())>{say("log.more")}</button>
            </p>
        })}
    }
}

fn title(titles: &Titles, code: &str) -> Words {
    let own = || Words { id: code.to_owned(), en: code.to_owned() };
    titles.get(code).cloned().unwrap_or_else(own)
}

fn read(desk: Desk, line: Line, titles: &Titles) -> impl IntoView + use<> {
    let Line { access, number } = line;
    let Access { at, user, role, what, subject, entry, reason, on } = access;
    let report = (what == What::Report).then(|| title(titles, &subject));
    let object = move || {
        let whose = match (number.is_empty(), entry) {
            (false, _) => Some(number.clone()),
            // Nobody has a number before they are registered.
            (true, Some(entry)) => Some(entry.to_string()),
            (true, None) => None,
        };
        let about = match (&report, what) {
            (Some(words), _) => label::words(words),
            (None, What::Rows | What::Roster) => t("log.people", &[("n", &subject)]),
            _ => subject.clone(),
        };
        let on = on.as_ref().map(|on| {
            t("log.on_tablet", &[("device", &on.device), ("time", &desk.moment(on.claimed_at))])
        });
        let parts = [Some(about).filter(|about| !about.is_empty()), whose, on];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    view! {
        <tr>
            <td>{move || desk.moment(at)}</td>
            <td>{move || desk.officer(&user)}</td>
            <td>{move || words::role(&role)}</td>
            <td>{say(words::what(what))}</td>
            <td class="any">{object}</td>
            <td class="any">{reason}</td>
        </tr>
    }
}

fn export(desk: Desk, line: Exported, titles: &Titles) -> impl IntoView + use<> {
    let Exported { at, user, role, report, format, purpose, rows, .. } = line;
    let title = title(titles, &report);
    view! {
        <tr>
            <td>{move || desk.moment(at)}</td>
            <td>{move || desk.officer(&user)}</td>
            <td>{move || words::role(&role)}</td>
            <td>{move || label::words(&title)}" · "{format}</td>
            <td>{rows}</td>
            <td class="any">{purpose}</td>
        </tr>
    }
}
