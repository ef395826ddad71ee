//! Waves: their days, their blocks, and opening one, which makes its sheets.

use bilik_shared::programme::{Wave, Words};
use bilik_shared::setup::{Edit, Intake, Shown};
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
use super::{Held, framed, opener};
use crate::desk::held::FORM;
use crate::label;
use crate::parts::state::{Mark, RECEIVED, SAVED};
use crate::text::{say, t};

/// Before a name in what is open: the question whether to open that wave.
const OPENING: &str = "open ";

/// The waves, and the form of one.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let current = shown.setup.open_intake().map(|intake| intake.wave.code.clone());
    let row = |intake: &Intake| {
        let Intake { wave, blocks, opened } = intake.clone();
        let code = wave.code.clone();
        let (works, opened_text) = (current.as_ref() == Some(&code), opened);
        let (name, code_cell) = (wave.name.clone(), code.clone());
        let days = format!("{} – {}", wave.opens, wave.closes);
        let mark = match (works, opened_text) {
            (true, _) => view! { <Mark look=RECEIVED>{say("setup.wave_works")}</Mark> }.into_any(),
            (_, true) => view! { <span class="soft">{say("setup.wave_past")}</span> }.into_any(),
            _ => view! { <Mark look=SAVED>{say("setup.wave_planned")}</Mark> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{code_cell}</th>
                <td>{move || label::words(&name)}<small>{days}</small></td>
                <td>{blocks.join(", ")}</td>
                <td>{mark}</td>
                <td><span class="actions">
                    {opener(held, code.clone(), "setup.edit")}
                    {(!opened).then(|| opener(held, format!("{OPENING}{code}"), "setup.open_wave"))}
                </span></td>
            </tr>
        }
    };
    let rows: Vec<_> = shown.setup.intakes.iter().map(row).collect();
    let (known, blocks) = (shown.setup.intakes.clone(), shown.setup.blocks.clone());
    let form = move || {
        let name = held.open.get()?;
        if let Some(code) = name.strip_prefix(OPENING) {
            return Some(opening(held, code.to_owned()));
        }
        let was = known.iter().find(|intake| intake.wave.code == name).cloned();
        let names = blocks.iter().map(|block| (block.name.clone(), block.name.clone()));
        Some(intake_form(held, was, names.collect()))
    };
    view! {
        <div class="panel flush">
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("setup.code")}</th>
                    <th scope="col">{say("setup.wave")}</th>
                    <th scope="col">{say("setup.blocks")}</th>
                    <th scope="col">{say("setup.state")}</th>
                    <th scope="col"><span class="sr">{say("setup.edit")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="actions after">{opener(held, String::new(), "setup.add_wave")}</p>
        {form}
    }
    .into_any()
}

/// Opening is asked once more: it cannot be taken back.
fn opening(held: Held, code: String) -> AnyView {
    let (name, asked) = (code.clone(), code);
    let yes = move |_| held.send(Ok(Edit::Open { code: asked.clone() }));
    let wrong = move || {
        held.wrong.get().map(|wrong| view! { <p class="message" role="alert">{say(wrong.key)}</p> })
    };
    view! {
        <section class="panel stack" id=FORM tabindex="-1">
            <h2>{move || t("setup.open_title", &[("wave", &name)])}</h2>
            <p>{say("setup.open_help")}</p>
            {wrong}
            <p class="actions">
                <button type="button" class="btn primary" disabled=move || held.busy.get() on:click=yes>{say("setup.open_yes")}</button>
                <button type="button" class="btn" on:click=move |_| held.leave()>{say("setup.cancel")}</button>
            </p>
        </section>
    }
    .into_any()
}

fn intake_form(held: Held, was: Option<Intake>, blocks: Vec<(String, String)>) -> AnyView {
    let text = |pick: fn(&Intake) -> String| was.as_ref().map(pick).unwrap_or_default();
    let all = || blocks.iter().map(|block| block.0.clone()).collect::<Vec<_>>().join("\n");
    let chosen = was.as_ref().map_or_else(all, |was| was.blocks.join("\n"));
    let mut asks = vec![
        ask("name", "setup.name_id", Kind::Line, text(|i| i.wave.name.id.clone())),
        ask("name_en", "setup.name_en", Kind::Line, text(|i| i.wave.name.en.clone())),
        ask("from", "setup.registration_from", Kind::Line, text(|i| i.wave.opens.to_string()))
            .hinted("setup.date_hint"),
        ask("until", "setup.registration_until", Kind::Line, text(|i| i.wave.closes.to_string()))
            .hinted("setup.date_hint"),
        ask("blocks", "setup.blocks", Kind::Some(blocks), chosen).hinted("setup.blocks_hint"),
    ];
    if was.is_none() {
        let code = ask("code", "setup.code", Kind::Line, "").hinted("setup.wave_code_hint");
        asks.push(code);
    }
    let answers = asks.clone();
    let save = Callback::new(move |()| held.send(intake(&answers, was.clone())));
    let leave = Callback::new(move |()| held.leave());
    let form = view! { <Form asks wrong=held.wrong busy=held.busy save leave /> }.into_any();
    framed("setup.wave", form)
}

fn intake(asks: &[Ask], was: Option<Intake>) -> Result<Edit, Wrong> {
    let code = was.as_ref().map(|was| was.wave.code.clone());
    let code = code.or(asks.get(5).map(Ask::text)).unwrap_or_default();
    let name = Words { id: asks[0].text(), en: asks[1].text() };
    let (opens, closes) = (asks[2].must_day()?, asks[3].must_day()?);
    let opened = was.as_ref().is_some_and(|was| was.opened);
    let is = Intake { wave: Wave { code, name, opens, closes }, blocks: asks[4].lines(), opened };
    Ok(Edit::Intake { was, is })
}
