//! The partner's register of those who were trained: when they were released, and what became of them.

use bilik_shared::id::EntryId;
use bilik_shared::time::Date;
use bilik_shared::training::follow_up::Afterwards;
use bilik_shared::view::training::{Call, Find, FollowUps, Former, SetRelease};
use leptos::prelude::*;

use super::{DateParts, Fetched, words};
use crate::desk::api;
use crate::desk::session::Desk;
use crate::parts::field::{DateField, TextField};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::pick::{Pick, chosen};
use crate::parts::state::{ATTENTION, Mark, StateMark};
use crate::text::{say, t, told};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    fetched: Fetched<FollowUps>,
    /// The form that is open: of whom, and after how many months; 0 for the release.
    asking: RwSignal<Option<(EntryId, u32)>>,
}

impl Page {
    fn act<Q: serde::Serialize + 'static>(self, entry: EntryId, what: &'static str, question: Q) {
        let ask = async move { api::on_former(entry, what, &question).await };
        self.fetched.ask(ask, move || self.asking.set(None));
    }
}

/// The page.
#[component]
pub fn FollowUpPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let fetched = Fetched::new(desk, api::follow_ups());
    let page = Page { desk, fetched, asking: RwSignal::new(None) };
    let list = move || {
        fetched.held.get().map(|register| {
            let (due, today, none) = (register.due(), register.today, register.people.is_empty());
            let people = register.people.into_iter();
            let people = people.map(|one| view! { <Person page one today /> }.into_any());
            view! {
                <p><b>{told(move || t("after.due", &[("n", &due)]))}</b></p>
                {none.then(|| view! { <div class="empty"><Icon symbol=Symbol::People /><p>{say("after.nobody")}</p></div> })}
                <ul class="persons">{people.collect_view()}</ul>
            }
        })
    };
    view! {
        <main class="work training">
            <div class="head"><h1>{say("page.follow_up")}</h1></div>
            <p class="hint">{say("after.help")}</p>
            {fetched.says()}
            {live(list)}
        </main>
    }
}

#[component]
fn Person(page: Page, one: Former, today: Date) -> impl IntoView {
    let due = one.is_due(today);
    let Former { entry, name, package, state, release, calls } = one;
    let known = release.clone();
    let says = move || match &known {
        None => t("after.release_unknown", &[]),
        Some(release) => {
            let date = release.on.to_string();
            let key = if release.agreed { "after.released" } else { "after.not_agreed" };
            t(key, &[("date", &date)])
        }
    };
    let open = move |_| page.asking.set(Some((entry, 0)));
    let form = move || {
        let on = release.as_ref().map_or(today, |release| release.on);
        match page.asking.get() == Some((entry, 0)) {
            true => view! { <ReleaseForm page entry on /> }.into_any(),
            false => ().into_any(),
        }
    };
    let calls =
        calls.into_iter().map(|call| view! { <OneCall page entry call today /> }.into_any());
    view! {
        <li class="panel stack">
            <div class="head">
                <h2>{name}</h2>
                <span class="marks"><StateMark state />{due.then(|| view! { <Mark look=ATTENTION>{say("after.due_now")}</Mark> })}</span>
            </div>
            <p class="line"><span>{told(move || words::package(page.desk, &package))}</span><span>{told(says)}</span></p>
            <ul class="runs">{calls.collect_view()}</ul>
            <p class="actions"><button type="button" class="btn" on:click=open>{say("after.release_open")}</button></p>
            {live(form)}
        </li>
    }
}

#[component]
fn ReleaseForm(page: Page, entry: EntryId, on: Date) -> impl IntoView {
    let date = DateParts::of(on);
    let (agreed, tried) = (RwSignal::new(None::<usize>), RwSignal::new(false));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if let (Some(on), Some(at)) = (date.read(), agreed.get_untracked()) {
            page.act(entry, "release", SetRelease { on, agreed: at == 0 });
        }
    };
    let no_date = Signal::derive(move || {
        (tried.get() && date.read().is_none()).then(|| t("training.date_missing", &[]))
    });
    let no_answer = Signal::derive(move || {
        (tried.get() && agreed.get().is_none()).then(|| t("after.agreed_missing", &[]))
    });
    let options = vec!["after.yes", "after.no"];
    view! {
        <form class="sunken stack" on:submit=submit novalidate>
            <DateField name="released" label=Signal::derive(say("after.release_date")) day=date.day month=date.month year=date.year error=no_date />
            <Pick name="agreed" legend=Signal::derive(say("after.agreed")) options value=agreed error=no_answer />
            <p class="actions">
                <button class="btn main primary" disabled=move || page.fetched.busy.get()>{say("after.save")}</button>
                <button type="button" class="btn text" on:click=move |_| page.asking.set(None)>{say("decide.cancel")}</button>
            </p>
        </form>
    }
}

#[component]
fn OneCall(page: Page, entry: EntryId, call: Call, today: Date) -> impl IntoView {
    let Call { months, on, found } = call;
    let due = on <= today;
    let by = found.clone();
    let says = move || {
        let date = on.to_string();
        match &by {
            None => t("after.call", &[("months", &months), ("date", &date)]),
            Some(found) => {
                let what = t(words::afterwards(found.what), &[]);
                let (name, time) = (page.desk.officer(&found.by), page.desk.moment(found.at));
                t(
                    "after.found",
                    &[("months", &months), ("what", &what), ("name", &name), ("time", &time)],
                )
            }
        }
    };
    let note = found.map(|found| found.note).filter(|note| !note.is_empty());
    let open = move |_| page.asking.set(Some((entry, months)));
    let form = move || match page.asking.get() == Some((entry, months)) {
        true => view! { <FoundForm page entry months /> }.into_any(),
        false => ().into_any(),
    };
    view! {
        <li>
            <p class="line"><span>{told(says)}</span>{note}
                {due.then(|| view! { <button type="button" class="btn" on:click=open>{say("after.open")}</button> })}
            </p>
            {live(form)}
        </li>
    }
}

#[component]
fn FoundForm(page: Page, entry: EntryId, months: u32) -> impl IntoView {
    let (what, note) = (RwSignal::new(None::<usize>), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(what) = chosen(Afterwards::ALL, what.get_untracked()) {
            page.act(entry, "found", Find { months, what, note: note.get_untracked() });
        }
    };
    let missing = Signal::derive(move || {
        (tried.get() && what.get().is_none()).then(|| t("after.what_missing", &[]))
    });
    let options = Afterwards::ALL.iter().map(|one| words::afterwards(*one)).collect();
    view! {
        <form class="sunken stack" on:submit=submit novalidate>
            <Pick name="afterwards" legend=Signal::derive(say("after.what")) options value=what error=missing />
            <TextField name="after-note" label=Signal::derive(say("after.note")) value=note />
            <p class="actions">
                <button class="btn main primary" disabled=move || page.fetched.busy.get()>{say("after.save")}</button>
                <button type="button" class="btn text" on:click=move |_| page.asking.set(None)>{say("decide.cancel")}</button>
            </p>
        </form>
    }
}
