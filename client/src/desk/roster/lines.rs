//! The lines of a list by what they mean for the sheets, a sentence each, and what is left to decide.

use bilik_shared::person::Person;
use bilik_shared::roster::{Choice, Fault, Kind, Line, Note, Plan};
use leptos::prelude::*;

use crate::desk::answers::answer;
use crate::desk::roster::Work;
use crate::desk::session::Desk;
use crate::label::{self, Label};
use crate::text::{say, t};

/// So many lines of a kind are drawn at once.
const AT_ONCE: usize = 50;

fn title(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Faulty => ("roster.faulty", "roster.faulty_help"),
        Kind::Moved => ("roster.moved", "roster.moved_help"),
        Kind::Renumbered => ("roster.renumbered", "roster.renumbered_help"),
        Kind::New => ("roster.new", "roster.new_help"),
        Kind::Changed => ("roster.changed", "roster.changed_help"),
        Kind::Gone => ("roster.gone_title", "roster.gone_help"),
    }
}

fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::NoName => "roster.no_name_here",
        Fault::NoBlock => "roster.no_block",
        Fault::Twice => "roster.twice",
        Fault::NumberTaken => "roster.number_taken",
        Fault::TooLong => "roster.too_long",
        Fault::SheetFull => "roster.sheet_full",
    }
}

fn note(note: Note) -> &'static str {
    match note {
        Note::NikBroken => "roster.nik_broken",
        Note::NikOdd => "roster.nik_odd",
        Note::NoNumber => "roster.no_number",
        Note::NumberOdd => "roster.number_odd",
        Note::BirthDateOdd => "roster.birth_date_odd",
        Note::TermOdd => "roster.term_odd",
        Note::StatusUnknown => "roster.status_unknown",
        Note::NowListed => "roster.now_listed",
    }
}

/// What a line means, in one sentence and one more for each oddity.
fn sentence(desk: Desk, line: &Line) -> String {
    let (of_sheet, state) = match (&line.known, line.state) {
        (Some((block, ..)), Some(state)) => (block.as_str(), t(Label::key(state), &[])),
        (Some((block, ..)), None) => (block.as_str(), t("roster.hidden", &[])),
        (None, _) => ("", String::new()),
    };
    let mut said = Vec::new();
    match line.kind {
        Kind::Faulty => said.extend(line.fault.map(|one| t(fault(one), &[]))),
        Kind::Moved => {
            said.push(t("roster.moved_line", &[("block", &of_sheet), ("state", &state)]))
        }
        Kind::Renumbered => {
            said.push(t("roster.renumbered_line", &[("block", &of_sheet), ("state", &state)]));
        }
        Kind::New => said.push(t("roster.new_line", &[("block", &line.block)])),
        Kind::Gone => said.push(t("roster.gone_line", &[("block", &of_sheet), ("state", &state)])),
        Kind::Changed => {}
    }
    let changes = line.changes.iter().map(|change| {
        let value = |value: &str| answer(desk, change.field, value);
        let name = label::name(change.field);
        format!("{name}: {} → {}.", value(&change.before), value(&change.after))
    });
    said.extend(changes);
    said.extend(line.notes.iter().map(|one| t(note(*one), &[])));
    said.join(" ")
}

/// The lines.
#[component]
pub fn Lines(
    /// What the page works on.
    work: Work,
    /// What would change.
    plan: Plan,
) -> impl IntoView {
    let Plan { lines, new_blocks, .. } = plan;
    let mut groups: Vec<(Kind, Vec<Line>)> = Vec::new();
    for line in lines {
        match groups.last_mut() {
            Some((kind, lines)) if *kind == line.kind => lines.push(line),
            _ => groups.push((line.kind, vec![line])),
        }
    }
    let group = move |(kind, lines)| view! { <Group work kind lines /> };
    view! {
        {(!new_blocks.is_empty()).then(|| view! { <NewBlocks work blocks=new_blocks /> })}
        {groups.into_iter().map(group).collect_view()}
    }
}

/// Blocks that have no sheet yet. A block that is only misspelt must not get one.
#[component]
fn NewBlocks(work: Work, blocks: Vec<(String, u32)>) -> impl IntoView {
    let block = move |(name, people): (String, u32)| {
        let label = {
            let name = name.clone();
            move || t("roster.open_block", &[("block", &name), ("n", &people)])
        };
        let toggle = move |event| {
            work.blocks.update(|blocks| {
                blocks.retain(|other| *other != name);
                if event_target_checked(&event) {
                    blocks.push(name.clone());
                }
            });
        };
        view! { <label><input type="checkbox" on:change=toggle />{label}</label> }
    };
    view! {
        <fieldset class="field">
            <legend>{say("roster.new_blocks")}</legend>
            <p class="hint">{say("roster.new_blocks_help")}</p>
            <div class="pick">{blocks.into_iter().map(block).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Group(work: Work, kind: Kind, lines: Vec<Line>) -> impl IntoView {
    let n = lines.len();
    let (title, help) = title(kind);
    let lines = StoredValue::new(lines);
    let limit = RwSignal::new(AT_ONCE);
    let drawn = move || 0..limit.get().min(n);
    let rest = move || n.saturating_sub(limit.get());
    view! {
        <section data-kind=kind.code()>
            <h3>{move || t(title, &[("n", &n)])}</h3>
            <p class="hint">{say(help)}</p>
            <div class="flush scroll-x">
                <table class="table plain">
                    <thead><tr>
                        <th scope="col">{say("roster.line")}</th>
                        <th scope="col">{say("table.name")}</th>
                        <th scope="col">{say("table.cell")}</th>
                        <th scope="col">{say("roster.what")}</th>
                    </tr></thead>
                    <tbody>
                        <For each=drawn key=|at| *at let(at)>
                            {lines.with_value(|lines| lines.get(at).cloned()).map(|line| view! { <Row work line /> })}
                        </For>
                    </tbody>
                </table>
            </div>
            <Show when=move || rest() != 0>
                <p class="actions rest">
                    <button type="button" class="btn" on:click=move |_| limit.update(|limit| *limit += AT_ONCE * 4)>
                        {move || t("table.more", &[("n", &rest().min(AT_ONCE * 4)), ("rest", &rest())])}
                    </button>
                </p>
            </Show>
        </section>
    }
}

#[component]
fn Row(work: Work, line: Line) -> impl IntoView {
    let Person { name, register_number, cell, .. } = line.person.clone();
    let place = match (line.block.as_str(), cell.as_str()) {
        (block, "") => block.to_owned(),
        (block, cell) => format!("{block} {}", label::plate(cell)),
    };
    let number = line.line.map(|n| n.to_string()).unwrap_or_default();
    let decision = line.line.and_then(|n| Some((n, offers(&line)?)));
    let said = move || sentence(work.desk, &line);
    view! {
        <tr>
            <td>{number}</td>
            <th scope="row"><b>{name.clone()}</b><small>{register_number}</small></th>
            <td class="tight">{place}</td>
            <td><p>{said}</p>{decision.map(|(n, offers)| view! { <Decide work n name offers /> })}</td>
        </tr>
    }
}

/// What can be decided about a line, and what each decision does.
fn offers(line: &Line) -> Option<Vec<(Choice, String, &'static str)>> {
    let block = line.known.as_ref().map(|(block, ..)| block.clone()).unwrap_or_default();
    match line.kind {
        Kind::Moved => Some(vec![(Choice::Update, block, "roster.stay")]),
        Kind::Renumbered => Some(vec![
            (Choice::Update, block, "roster.same_person"),
            (Choice::Add, line.block.clone(), "roster.other_person"),
        ]),
        _ => None,
    }
}

#[component]
fn Decide(
    work: Work,
    n: u32,
    name: String,
    offers: Vec<(Choice, String, &'static str)>,
) -> impl IntoView {
    let change = move |event| {
        let choice = Choice::parse(&event_target_value(&event));
        work.choices.update(|choices| {
            match choice {
                Some(choice) => choices.insert(n, choice),
                None => choices.remove(&n),
            };
        });
    };
    let option = |(choice, block, key): (Choice, String, &'static str)| {
        view! { <option value=choice.code()>{move || t(key, &[("block", &block)])}</option> }
    };
    view! {
        <select class="input" aria-label=move || t("roster.decide", &[("name", &name)]) on:change=change>
            <option value="">{say("roster.undecided")}</option>
            {offers.into_iter().map(option).collect_view()}
        </select>
    }
}
