//! Fields that two tablets answered differently: both answers with equal weight, and who gave them.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::registration::Field;
use bilik_shared::sheet::{Answer, Conflict};
use leptos::prelude::*;

use super::bar::TopBar;
use super::form::Identity;
use super::pages::App;
use super::route::Route;
use super::walk;
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

/// Both answers of every such field of one person.
#[component]
pub fn ConflictPage(
    /// The sheet.
    sheet: SheetId,
    /// The person.
    entry: EntryId,
) -> impl IntoView {
    let app = App::here();
    let view = app.follow(&sheet, entry);
    let conflicts = Memo::new(move |_| view.get().map(|view| view.conflicts).unwrap_or_default());
    let refused = RwSignal::new(None::<Refused>);
    let place = walk::place(app, &sheet, Route::Walk(sheet.clone()));
    let block = walk::block_of(app, &sheet);
    let form = Route::Form(sheet.clone(), entry);
    let id = StoredValue::new(sheet.clone());
    let choose = move |field: Field, value: String| {
        refused.set(None);
        let sheet = id.get_value();
        app.tablet.act(
            &app.actor(),
            &sheet,
            entry,
            What::Resolve { field, value },
            move |result| {
                refused.set(result.err());
            },
        );
    };
    let list = live(move || {
        let conflicts = conflicts.get();
        if conflicts.is_empty() {
            return view! {
                <h1>{say("conflict.none")}</h1>
                <p class="soft">{say("conflict.none_help")}</p>
            }
            .into_any();
        }
        let n = conflicts.len();
        view! {
            <h1>{told(move || t("conflict.title", &[("n", &n)]))}</h1>
            {conflicts.into_iter().map(|conflict| view! { <One conflict choose /> }).collect_view()}
            <p class="hint">{say("conflict.kept")}</p>
        }
        .into_any()
    });
    view! {
        <TopBar place=Some(place) />
        <main class="form">
            <section class="side" aria-label=say("who.identity")><Identity view sheet=sheet.clone() /></section>
            <div class="page stack">
                {live(move || refused.get().map(|refused| view! {
                    <Notice tone=Tone::Error><h2>{told(move || app.tablet.explain(&refused))}</h2></Notice>
                }))}
                {list}
            </div>
        </main>
        <footer class="dock">
            <a class="btn main" href=Route::Walk(sheet).href()>
                <Icon symbol=Symbol::List />{told(move || t("act.list", &[("block", &block)]))}
            </a>
            <a class="btn main end" href=form.href()>
                <Icon symbol=Symbol::Person />
                {told(move || t(if conflicts.read().is_empty() { "conflict.to_form" } else { "act.later" }, &[]))}
            </a>
        </footer>
    }
}

/// One field.
#[component]
fn One(
    conflict: Conflict,
    choose: impl Fn(Field, String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let app = App::here();
    let Conflict { field, answers } = conflict;
    let n = answers.len();
    let given = answers.clone();
    let sentence = told(move || {
        let each = given.iter().map(|answer| {
            let (officer, device) = who(app, answer);
            t(
                "conflict.sentence",
                &[("officer", &officer), ("device", &device), ("time", &app.clock(answer.at))],
            )
        });
        format!("{}. {}", each.collect::<Vec<_>>().join("; "), t("conflict.unaware", &[]))
    });
    let item = move |answer: Answer| {
        let (officer, device) = who(app, &answer);
        let at = answer.at;
        let value = answer.value.clone();
        let lines = live(move || {
            let lines = label::answer(field, &value, &app.programmes());
            lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()
        });
        view! {
            <div class="answer">
                <div class="head">
                    <h3>{told(move || t("conflict.device", &[("device", &device)]))}</h3>
                    <span class="hint">{told(move || t("conflict.by", &[("officer", &officer), ("time", &app.clock(at))]))}</span>
                </div>
                <ul class="lines">{lines}</ul>
                <button type="button" class="btn main" on:click=move |_| choose(field, answer.value.clone())>
                    {say("act.use_this")}
                </button>
            </div>
        }
    };
    view! {
        <section class="stack">
            <Notice tone=Tone::Attention>
                <h2>{told(move || t("conflict.one", &[("field", &label::name(field)), ("n", &n)]))}</h2>
                <p>{sentence}</p>
            </Notice>
            <div class="answers">{answers.into_iter().map(item).collect_view()}</div>
        </section>
    }
}

/// The officer's name and the tablet of an answer; at the server there is no tablet.
fn who(app: App, answer: &Answer) -> (String, String) {
    let Some(author) = &answer.author else { return (t("who.unknown", &[]), "?".to_owned()) };
    let name = app
        .brief()
        .map_or_else(|| author.officer.to_string(), |brief| brief.officer_name(&author.officer));
    let device =
        author.device.as_ref().map_or_else(|| t("conflict.server", &[]), ToString::to_string);
    (name, device)
}
