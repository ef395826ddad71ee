//! The words that people agree to: every version that was released, and the form of the next one.

use bilik_shared::registration::consent::{HouseWording, newest};
use bilik_shared::setup::{Edit, Shown};
use leptos::prelude::*;

use super::form::{Form, Kind, ask};
use super::{Held, framed, opener};
use crate::text::{language, say, t};

/// The versions, the newest first, and the form of the next.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let own = shown.setup.wordings.clone();
    let version = |wording: &HouseWording| {
        let (wording, is_newest) = (wording.clone(), own.last() == Some(wording));
        let n = wording.version;
        let lines = move || lines(wording.text(language().code()).lines());
        statement(n, is_newest, lines)
    };
    let released: Vec<AnyView> = own.iter().rev().map(version).collect();
    let built_in = statement(1, own.is_empty(), || {
        let (_, text) = newest(&[], language().code());
        lines(text.iter().map(String::as_str))
    });
    let known = own.clone();
    let form = move || held.open.get().map(|_| next(held, &known));
    view! {
        <p class="hint after">{say("setup.statement_help")}</p>
        <p class="actions after">{opener(held, String::new(), "setup.add_statement")}</p>
        {form}
        {released}
        {built_in}
    }
    .into_any()
}

fn lines<'a>(lines: impl Iterator<Item = &'a str>) -> AnyView {
    let items: Vec<_> = lines.map(|line| view! { <li>{line.to_owned()}</li> }).collect();
    view! { <ul class="said">{items}</ul> }.into_any()
}

fn statement(
    version: u32,
    is_newest: bool,
    lines: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let title = move || t("setup.statement_n", &[("n", &version)]);
    view! {
        <section class="panel stack after">
            <div class="head">
                <h2>{title}</h2>
                {is_newest.then(|| view! { <span class="soft">{say("setup.statement_used")}</span> })}
            </div>
            {lines}
        </section>
    }
    .into_any()
}

/// The next version begins with the words of the one before.
fn next(held: Held, released: &[HouseWording]) -> AnyView {
    let version = HouseWording::next(released);
    let text = |language| newest(released, language).1.join("\n");
    let asks = vec![
        ask("text_id", "setup.text_id", Kind::Lines, text("id")).hinted("setup.text_hint"),
        ask("text_en", "setup.text_en", Kind::Lines, text("en")).hinted("setup.text_hint"),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        let (id, en) = (answers[0].text(), answers[1].text());
        held.send(Ok(Edit::Wording { is: HouseWording { version, id, en } }));
    });
    let leave = Callback::new(move |()| held.leave());
    let form =
        view! { <Form asks wrong=held.wrong busy=held.busy save leave submit="setup.release" /> };
    framed("setup.next_statement", form.into_any())
}
