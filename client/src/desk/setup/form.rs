//! A form for one item: what is asked, and what is wrong with an answer, beside it.
//!
//! All answers are texts while they are typed; the page that asks makes an item of them.

use std::str::FromStr;

use bilik_shared::time::Date;
use leptos::prelude::*;

use crate::parts::field::{Keys, Message, TextArea, TextField};
use crate::parts::flag;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// What kind of answer is asked for.
#[derive(Clone)]
pub enum Kind {
    /// One line.
    Line,
    /// A whole number.
    Number,
    /// Several lines.
    Lines,
    /// One of these: the value and the key of its text.
    One(Vec<(&'static str, &'static str)>),
    /// One of these names.
    Name(Vec<(String, String)>),
    /// Some of these names; the answer has one on each line.
    Some(Vec<(String, String)>),
    /// Yes or no; yes is `1`.
    Yes,
}

/// One question.
#[derive(Clone)]
pub struct Ask {
    /// The field, as a fault names it.
    pub name: &'static str,
    /// The key of the question.
    pub label: &'static str,
    /// The key of how to answer.
    pub hint: Option<&'static str>,
    /// What kind of answer.
    pub kind: Kind,
    /// What was answered.
    pub value: RwSignal<String>,
}

/// A question with its answer so far.
pub fn ask(name: &'static str, label: &'static str, kind: Kind, value: impl ToString) -> Ask {
    Ask { name, label, hint: None, kind, value: RwSignal::new(value.to_string()) }
}

impl Ask {
    /// With words about how to answer.
    pub fn hinted(mut self, key: &'static str) -> Self {
        self.hint = Some(key);
        self
    }

    /// The answer, without blanks around it.
    pub fn text(&self) -> String {
        self.value.get_untracked().trim().to_owned()
    }

    /// Whether the answer is yes.
    pub fn is_yes(&self) -> bool {
        self.text() == "1"
    }

    /// The answer as something else.
    ///
    /// # Errors
    /// What is wrong, with `key`, where it cannot be read.
    pub fn read<T: FromStr>(&self, key: &'static str) -> Result<T, Wrong> {
        self.text().parse().map_err(|_| Wrong { field: self.name, key })
    }

    /// The answer as a day, where there is one.
    ///
    /// # Errors
    /// That it is no day.
    pub fn day(&self) -> Result<Option<Date>, Wrong> {
        if self.text().is_empty() { Ok(None) } else { self.must_day().map(Some) }
    }

    /// The answer as a day.
    ///
    /// # Errors
    /// That it is none.
    pub fn must_day(&self) -> Result<Date, Wrong> {
        self.read("setup.date_form")
    }

    /// The lines of the answer.
    pub fn lines(&self) -> Vec<String> {
        let text = self.value.get_untracked();
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }
}

/// What is wrong with an answer: the field, or none for the whole, and the key of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// The field.
    pub field: &'static str,
    /// The key.
    pub key: &'static str,
}

/// The questions, a button to save and one to leave.
#[component]
pub fn Form(
    /// What is asked.
    asks: Vec<Ask>,
    /// What is wrong.
    wrong: RwSignal<Option<Wrong>>,
    /// It is on its way.
    busy: RwSignal<bool>,
    /// The key of the button's text.
    #[prop(default = "setup.save")]
    submit: &'static str,
    /// Sends it.
    save: Callback<()>,
    /// Leaves it; there is no such button where this is absent.
    #[prop(optional)]
    leave: Option<Callback<()>>,
) -> impl IntoView {
    let names: Vec<&'static str> = asks.iter().map(|ask| ask.name).collect();
    let whole = move || {
        let wrong = wrong.get().filter(|wrong| !names.contains(&wrong.field));
        wrong.map(|wrong| view! { <Notice tone=Tone::Error><p>{say(wrong.key)}</p></Notice> })
    };
    view! {
        <form class="stack setup-form" novalidate on:submit=move |event| {
            event.prevent_default();
            if !busy.get_untracked() {
                save.run(());
            }
        }>
            {whole}
            <div class="asks">{asks.into_iter().map(|ask| view! { <Question ask wrong /> }).collect_view()}</div>
            <p class="actions">
                <button type="submit" class="btn primary" disabled=move || busy.get()>{say(submit)}</button>
                {leave.map(|leave| view! {
                    <button type="button" class="btn" on:click=move |_| leave.run(())>{say("setup.cancel")}</button>
                })}
            </p>
        </form>
    }
}

#[component]
fn Question(ask: Ask, wrong: RwSignal<Option<Wrong>>) -> impl IntoView {
    let Ask { name, label, hint, kind, value } = ask;
    let error = Signal::derive(move || {
        wrong.get().filter(|wrong| wrong.field == name).map(|wrong| t(wrong.key, &[]))
    });
    let text = Signal::derive(say(label));
    let help = Signal::derive(move || hint.map(|key| t(key, &[])).unwrap_or_default());
    match kind {
        Kind::Line if hint.is_some() => {
            view! { <TextField name label=text hint=help value error /> }.into_any()
        }
        Kind::Line => view! { <TextField name label=text value error /> }.into_any(),
        Kind::Number => {
            view! { <TextField name label=text value error keys=Keys::Digits /> }.into_any()
        }
        Kind::Lines => view! { <TextArea name label=text hint=help value error /> }.into_any(),
        Kind::One(options) => {
            let option = |(code, key): (&'static str, &'static str)| {
                let chosen = move || value.get() == code;
                view! { <option value=code selected=chosen>{say(key)}</option> }
            };
            let options = options.into_iter().map(option).collect_view().into_any();
            select(name, text, value, error, options)
        }
        Kind::Name(options) => {
            let option = |(code, name): (String, String)| {
                let mine = code.clone();
                view! { <option value=code selected=move || value.get() == mine>{name}</option> }
            };
            let options = options.into_iter().map(option).collect_view().into_any();
            select(name, text, value, error, options)
        }
        Kind::Some(options) => {
            let boxes = options.into_iter().map(|(code, name)| tick(value, code, name));
            view! {
                <fieldset class="field wide" class:wrong=flag(move || error.get().is_some()) id=name tabindex="-1">
                    <legend>{text}</legend>
                    {hint.map(|key| view! { <p class="hint">{say(key)}</p> })}
                    <Message id=format!("{name}-message") error />
                    <div class="ticks">{boxes.collect_view()}</div>
                </fieldset>
            }
            .into_any()
        }
        Kind::Yes => {
            let checked = flag(move || value.get() == "1");
            view! {
                <div class="field wide" id=name>
                    <Message id=format!("{name}-message") error />
                    <label class="tick">
                        <input type="checkbox" prop:checked=checked on:change=move |event| {
                            let yes = event_target_checked(&event);
                            value.set(if yes { "1" } else { "" }.to_owned());
                        } />
                        {text}
                    </label>
                </div>
            }
            .into_any()
        }
    }
}

fn select(
    name: &'static str,
    label: Signal<String>,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
    options: AnyView,
) -> AnyView {
    let input = format!("{name}-input");
    view! {
        <div class="field" class:wrong=flag(move || error.get().is_some()) id=name>
            <label for=input.clone()>{label}</label>
            <Message id=format!("{name}-message") error />
            <select class="input" id=input name=name on:change=move |event| value.set(event_target_value(&event))>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// One name that can be ticked; the answer keeps the order in which the names stand.
fn tick(value: RwSignal<String>, code: String, name: String) -> impl IntoView {
    let mine = code.clone();
    let checked = flag(move || value.with(|value| value.lines().any(|line| line == mine)));
    let turn = move |event| {
        let on = event_target_checked(&event);
        value.update(|value| {
            let mut lines: Vec<&str> = value.lines().filter(|line| *line != code).collect();
            if on {
                lines.push(&code);
            }
            *value = lines.join("\n");
        });
    };
    view! { <label class="tick"><input type="checkbox" prop:checked=checked on:change=turn />{name}</label> }
}
