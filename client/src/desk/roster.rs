//! The list of the prison database: choose a file, look at what it would change, decide, apply.

use std::collections::BTreeMap;

use bilik_shared::roster::preview::{Apply, Imported, Preview};
use bilik_shared::roster::{Choice, Column};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::roster::columns::Columns;
use crate::desk::roster::lines::Lines;
use crate::desk::route::{Key, Queue, Route};
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

mod columns;
mod lines;

/// What the page works on.
#[derive(Clone, Copy)]
pub(super) struct Work {
    pub(super) desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    file: StoredValue<Option<JsValue>, LocalStorage>,
    /// What somebody chose for columns, by their place.
    columns: RwSignal<BTreeMap<usize, Option<Column>>>,
    preview: RwSignal<Option<Preview>>,
    pub(super) choices: RwSignal<BTreeMap<u32, Choice>>,
    pub(super) blocks: RwSignal<Vec<String>>,
    busy: RwSignal<bool>,
    refusal: RwSignal<Option<NetError>>,
    done: RwSignal<bool>,
    last: RwSignal<Option<Imported>>,
}

impl Work {
    /// Another file was chosen.
    fn take(self, file: Option<JsValue>) {
        self.file.set_value(file);
        self.columns.set(BTreeMap::new());
        self.read();
    }

    /// A column is read as something else.
    pub(super) fn choose(self, place: usize, column: Option<Column>) {
        self.columns.update(|columns| {
            columns.insert(place, column);
        });
        self.read();
    }

    /// Sends the file and shows what it would change.
    fn read(self) {
        self.done.set(false);
        self.refusal.set(None);
        self.choices.set(BTreeMap::new());
        self.blocks.set(Vec::new());
        let Some(file) = self.file.get_value() else { return self.preview.set(None) };
        let chosen = self.columns.get_untracked();
        self.ask(async move { api::roster_preview(&file, &chosen).await }, move |answer| {
            self.preview.set(answer.ok())
        });
    }

    fn apply(self, preview: bilik_shared::id::Digest) {
        let question = Apply {
            preview,
            choices: self.choices.get_untracked(),
            blocks: self.blocks.get_untracked(),
        };
        self.ask(async move { api::roster_apply(&question).await }, move |answer| {
            if let Ok(imported) = answer {
                self.preview.set(None);
                self.last.set(Some(imported));
                self.done.set(true);
            }
        });
    }

    /// Asks the server something; a refusal is shown by the page.
    fn ask<T: 'static>(
        self,
        question: impl Future<Output = Result<T, NetError>> + 'static,
        take: impl FnOnce(Result<T, NetError>) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.alive.get_value().ask(question, move |answer| {
            self.busy.set(false);
            if let Err(error) = &answer {
                self.desk.check_session(error);
                self.refusal.set(Some(error.clone()));
            }
            take(answer);
        });
    }
}

/// The page.
#[component]
pub fn RosterPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let work = Work {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        file: StoredValue::new_local(None),
        columns: RwSignal::new(BTreeMap::new()),
        preview: RwSignal::new(None),
        choices: RwSignal::new(BTreeMap::new()),
        blocks: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        refusal: RwSignal::new(None),
        done: RwSignal::new(false),
        last: RwSignal::new(None),
    };
    work.ask(api::roster_last(), move |answer| {
        if let Ok(last) = answer {
            work.last.set(last);
        }
    });
    let chosen = move |event| work.take(device::chosen_file(&event));
    view! {
        <main class="work roster">
            <div class="head"><h1>{say("page.roster")}</h1></div>
            <section class="panel stack">
                <p>{say("roster.help")}</p>
                <p class="field">
                    <label for="roster-file">{say("roster.file")}</label>
                    <input id="roster-file" class="input" type="file" accept=".xlsx,.csv" on:change=chosen />
                </p>
                <p class="hint">{say("roster.never_read")}</p>
                {move || work.busy.get().then(|| view! { <p role="status">{say("roster.working")}</p> })}
                {move || work.refusal.get().map(|error| view! {
                    <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
                })}
            </section>
            {move || work.preview.get().map(|preview| view! { <Shown work preview /> })}
            {move || work.preview.with(Option::is_none).then(|| work.last.get().map(|last| view! { <Last work last /> }))}
        </main>
    }
}

/// What a file would change, and the button.
#[component]
fn Shown(work: Work, preview: Preview) -> impl IntoView {
    let Preview { id, worksheet, line, columns, plan } = preview;
    let counted = plan.clone();
    let writes = Memo::new(move |_| {
        work.choices.with(|choices| work.blocks.with(|blocks| counted.people(choices, blocks)))
    });
    let (rows, same) = (plan.rows, plan.same);
    let read = move || match worksheet.is_empty() {
        true => t("roster.read_text", &[("line", &line)]),
        false => t("roster.read", &[("sheet", &worksheet), ("line", &line)]),
    };
    let name = move || match writes.get() {
        0 => t("roster.nothing", &[]),
        n => t("roster.apply", &[("n", &n)]),
    };
    view! {
        <section class="panel stack" aria-label=say("roster.title")>
            <div class="head">
                <h2>{say("roster.title")}</h2>
                <span class="soft" role="status">{move || t("roster.same", &[("n", &rows), ("same", &same)])}</span>
            </div>
            <Columns work columns read=Signal::derive(read) />
            <Lines work plan />
            <p class="actions">
                <button type="button" class="btn main primary" disabled=move || work.busy.get() || writes.get() == 0 on:click=move |_| work.apply(id)>
                    <Icon symbol=Symbol::Check />{name}
                </button>
                <span class="hint">{say("roster.apply_help")}</span>
            </p>
        </section>
    }
}

/// What became of the last list, and whom somebody has to ask about.
#[component]
fn Last(work: Work, last: Imported) -> impl IntoView {
    let desk = work.desk;
    let Imported { at, by, rows, added, changed, gone } = last;
    let says = move || {
        let (time, name) = (desk.moment(at), desk.officer(&by));
        let holes: &[(&str, &dyn std::fmt::Display)] = &[
            ("time", &time),
            ("name", &name),
            ("rows", &rows),
            ("added", &added),
            ("changed", &changed),
        ];
        t("roster.last", holes)
    };
    let n = gone.len();
    let people = gone.into_iter().map(|(sheet, entry)| Key { sheet, entry });
    let people: Vec<Key> = people.collect();
    let open = move |key: &Key| {
        desk.open.set(Some(key.clone()));
        device::go(&Route::Registrations(Queue::Everyone).to_string());
    };
    let person = move |key: Key| {
        let row = desk.row(&key)?;
        let label = move || {
            row.with(|row| {
                let state = t(crate::label::Label::key(row.state), &[]);
                format!("{} · {} · {state}", row.name, crate::desk::answers::housed(row))
            })
        };
        Some(
            view! { <li><button type="button" class="btn text" on:click=move |_| open(&key)>{label}</button></li> },
        )
    };
    // Their rows come from the server, one by one looked for.
    let people = move || people.iter().cloned().filter_map(person).collect_view();
    view! {
        {move || work.done.get().then(|| view! {
            <div class="notice" data-state="received" role="status"><Icon symbol=Symbol::Check /><p>{say("roster.done")}</p></div>
        })}
        <section class="panel stack">
            <p>{says}</p>
            {(n > 0).then(|| view! {
                <h2>{move || t("roster.gone_title", &[("n", &n)])}</h2>
                <p class="hint">{say("roster.gone_help")}</p>
                <ul>{people}</ul>
            })}
        </section>
    }
}
