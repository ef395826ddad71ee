//! The list of the clinic or of security: who waits, and one word about many of them with one press.

use std::collections::BTreeSet;

use bilik_shared::id::EntryId;
use bilik_shared::role::vets;
use bilik_shared::time::Date;
use bilik_shared::vetting::{About, Due, MOST, Say, Word, Worklist};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::label::{self, Label};
use crate::net::NetError;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

/// The name of the page: the clinic and security have one each.
pub fn title(desk: Desk) -> &'static str {
    match desk.me.with_value(|me| vets(me.role).first().copied()) {
        Some(About::Fitness) => "page.clinic",
        _ => "page.security",
    }
}

/// What the page holds.
#[derive(Clone, Copy)]
struct Work {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// Whom this reader looks at; `None` until the first answer.
    list: RwSignal<Option<Worklist>>,
    failed: RwSignal<Option<NetError>>,
    /// What is being said.
    about: RwSignal<About>,
    /// Only those who wait for it are shown.
    waiting: RwSignal<bool>,
    /// Only people of this block are shown.
    block: RwSignal<Option<String>>,
    marked: RwSignal<BTreeSet<EntryId>>,
    /// The day of the examination, as it is typed.
    on: RwSignal<String>,
    busy: RwSignal<bool>,
    /// What was said last, and about how many.
    done: RwSignal<Option<(usize, Word, Date)>>,
}

impl Work {
    fn load(self) {
        self.alive.get_value().ask(api::worklist(), move |answer| {
            self.take(answer);
        });
    }

    fn take(self, answer: Result<Worklist, NetError>) -> bool {
        match answer {
            Ok(list) => {
                if self.on.with_untracked(String::is_empty) {
                    self.on.set(list.today.to_string());
                }
                self.failed.set(None);
                self.list.set(Some(list));
                true
            }
            Err(error) => {
                self.desk.check_session(&error);
                self.failed.set(Some(error));
                false
            }
        }
    }

    /// Everybody who is shown, in order.
    fn shown(self) -> Vec<Due> {
        let (about, waiting, block) = (self.about.get(), self.waiting.get(), self.block.get());
        let shows = |one: &&Due| {
            (!waiting || one.waits_for(about)) && block.as_ref().is_none_or(|b| *b == one.block)
        };
        self.list.with(|list| {
            let people = list.iter().flat_map(|list| &list.people);
            people.filter(shows).cloned().collect()
        })
    }

    fn count(self, waits: impl Fn(&Due) -> bool) -> usize {
        self.list
            .with(|list| list.iter().flat_map(|list| &list.people).filter(|one| waits(one)).count())
    }

    /// Says a word about everybody who is marked.
    fn say(self, word: Word) {
        let Ok(on) = self.on.get_untracked().trim().parse::<Date>() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let entries: Vec<EntryId> = self.marked.get_untracked().into_iter().collect();
        let many = entries.len();
        self.alive.get_value().ask(
            async move { api::vet(&Say { word, on, entries }).await },
            move |answer| {
                self.busy.set(false);
                let taken = self.take(answer);
                self.done.set(taken.then_some((many, word, on)));
                if taken {
                    self.marked.set(BTreeSet::new());
                }
            },
        );
    }
}

/// The page.
#[component]
pub fn VettingPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let first = desk.me.with_value(|me| vets(me.role).first().copied());
    let work = Work {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        list: RwSignal::new(None),
        failed: RwSignal::new(None),
        about: RwSignal::new(first.unwrap_or(About::Fitness)),
        waiting: RwSignal::new(true),
        block: RwSignal::new(None),
        marked: RwSignal::new(BTreeSet::new()),
        on: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        done: RwSignal::new(None),
    };
    // Somebody was registered or decided about, or a colleague has said something.
    Effect::new(move |_| {
        desk.moved.track();
        desk.vetted.track();
        work.load();
    });
    let shown = Memo::new(move |_| work.shown());
    // Who left the list gets no word with it.
    Effect::new(move |_| {
        let here: BTreeSet<EntryId> =
            shown.with(|shown| shown.iter().map(|one| one.entry).collect());
        if work.marked.with_untracked(|marked| !marked.is_subset(&here)) {
            work.marked.update(|marked| marked.retain(|entry| here.contains(entry)));
        }
    });
    let none = move || work.list.with(Option::is_some) && shown.with(Vec::is_empty);
    let key = title(desk);
    view! {
        <main class="work">
            <div class="head"><h1>{say(key)}</h1></div>
            <p class="hint">{say("vet.help")}</p>
            {move || work.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice>
            })}
            <Which work />
            <Words work shown />
            {move || work.done.get().map(|(n, word, on)| view! {
                <div class="notice" data-state="received" role="status">
                    <Icon symbol=Symbol::Check />
                    <p>{told(move || t("vet.done", &[("n", &n), ("word", &t(word.key(), &[])), ("date", &on)]))}</p>
                </div>
            })}
            {move || none().then(|| view! {
                <div class="empty"><Icon symbol=Symbol::Verified /><p>{say("vet.nobody")}</p></div>
            })}
            <ul class="dues">
                <For each=move || shown.get() key=|one| format!("{one:?}") let(one)><Person work one /></For>
            </ul>
        </main>
    }
}

/// What is said, who is shown.
#[component]
fn Which(work: Work) -> impl IntoView {
    let abouts = move || {
        let about = work.list.with(|list| list.as_ref().map(|list| list.about.clone()));
        let about = about.unwrap_or_default();
        // The clinic says one thing only: there is nothing to choose.
        (about.len() > 1).then(|| {
            let chips = about.into_iter().map(|one| {
                view! {
                    <button type="button" class="chip" aria-pressed=move || (work.about.get() == one).to_string() on:click=move |_| work.about.set(one)>
                        {one.say()}<b>{move || work.count(|due| due.waits_for(one))}</b>
                    </button>
                }
            });
            view! { <p class="chips" role="group" aria-label=say("vet.about")>{chips.collect_view()}</p> }
        })
    };
    let who = [(true, "vet.waiting"), (false, "vet.everybody")].map(|(waiting, key)| {
        let count = move || {
            let about = work.about.get();
            work.count(|due| !waiting || due.waits_for(about))
        };
        view! {
            <button type="button" class="chip" aria-pressed=move || (work.waiting.get() == waiting).to_string() on:click=move |_| work.waiting.set(waiting)>
                {say(key)}<b>{count}</b>
            </button>
        }
    });
    let blocks = Memo::new(move |_| {
        work.list.with(|list| {
            let people = list.iter().flat_map(|list| &list.people);
            people.map(|one| one.block.clone()).collect::<BTreeSet<String>>()
        })
    });
    let options = move || {
        blocks.get().into_iter().map(|block| {
            let (value, name) = (block.clone(), block);
            view! { <option value=value>{told(move || t("vet.block", &[("block", &name)]))}</option> }
        }).collect_view()
    };
    let choose = move |event| {
        let block = event_target_value(&event);
        work.block.set((!block.is_empty()).then_some(block));
    };
    view! {
        {abouts}
        <p class="chips">
            {who.into_iter().collect_view()}
            <select class="chip" aria-label=say("vet.which_block") on:change=choose>
                <option value="">{say("vet.all_blocks")}</option>
                {options}
            </select>
        </p>
    }
}

/// The day, and a button for each word.
#[component]
fn Words(work: Work, shown: Memo<Vec<Due>>) -> impl IntoView {
    let wrong = Signal::derive(move || {
        let typed = work.on.get();
        let read = typed.trim().parse::<Date>();
        (!typed.is_empty() && read.is_err()).then(|| t("setup.date_form", &[]))
    });
    let count = move || work.marked.with(BTreeSet::len);
    let cannot = move || {
        work.busy.get()
            || count() == 0
            || wrong.with(Option::is_some)
            || work.on.with(String::is_empty)
    };
    let buttons = move || {
        let offered = Word::all(work.about.get()).into_iter();
        // What takes a word back stands last.
        let (said, back): (Vec<Word>, Vec<Word>) = offered.partition(|word| word.is_said());
        let button = |word: Word| {
            let class = if word.is_said() { "btn primary" } else { "btn" };
            let says = move || {
                let key = if word.is_said() { "vet.say" } else { "vet.take_back" };
                t(key, &[("word", &t(word.key(), &[])), ("n", &count())])
            };
            view! {
                <button type="button" class=class disabled=cannot on:click=move |_| work.say(word)>{told(says)}</button>
            }
        };
        said.into_iter().chain(back).map(button).collect_view()
    };
    let all = move |_| {
        let first =
            shown.with_untracked(|shown| shown.iter().take(MOST).map(|one| one.entry).collect());
        work.marked.set(first);
    };
    view! {
        <div class="vet" hidden=move || shown.with(Vec::is_empty)>
            <TextField name="vet-on" label=Signal::derive(say("vet.on")) value=work.on error=wrong />
            <p class="actions">
                <button type="button" class="btn" on:click=all>{say("many.all")}</button>
                <button type="button" class="btn" disabled=move || count() == 0 on:click=move |_| work.marked.set(BTreeSet::new())>{say("many.none")}</button>
            </p>
            <p class="actions">{buttons}</p>
        </div>
    }
}

/// Somebody who is looked at: the whole line marks them.
#[component]
fn Person(work: Work, one: Due) -> impl IntoView {
    let Due { entry, name, block, cell, choices, said } = one;
    let place = format!("{block} / {}", label::plate(&cell));
    let wants = move || {
        let names = choices.iter().map(|code| work.desk.programme(code));
        names.collect::<Vec<_>>().join(", ")
    };
    let word = move || {
        let about = work.about.get();
        let last = said.iter().find(|said| said.word.about() == about);
        match last.filter(|said| said.word.is_said()) {
            Some(said) => {
                let word = t(said.word.key(), &[]);
                t("vet.said", &[("word", &word), ("date", &said.on)])
            }
            None => t("vet.waits", &[]),
        }
    };
    let mark = move |event| {
        let on = event_target_checked(&event);
        work.marked.update(|marked| {
            if on {
                marked.insert(entry)
            } else {
                marked.remove(&entry)
            };
        });
    };
    view! {
        <li>
            <label>
                <input type="checkbox" prop:checked=move || work.marked.with(|marked| marked.contains(&entry)) on:change=mark />
                <span class="place">{place}</span>
                <b>{name}</b>
                <span class="soft">{wants}</span>
                <span class="word">{word}</span>
            </label>
        </li>
    }
}
