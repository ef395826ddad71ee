//! A sheet on paper: for a walk without a tablet, and for signatures. It works without network.

use bilik_shared::id::SheetId;
use bilik_shared::programme::Brief;
use bilik_shared::replica::PersonRow;
use bilik_shared::sheet::Entry;
use leptos::prelude::*;

use super::pages::App;
use super::route::Route;
use crate::device;
use crate::label::{self, Label};
use crate::parts::bar::LanguageSwitch;
use crate::parts::icon::{Icon, Symbol};
use crate::text::{say, t, told};

/// The page; its paper is A4 across.
#[component]
pub fn PrintPage(
    /// The sheet.
    sheet: SheetId,
) -> impl IntoView {
    let app = App::here();
    device::dress_body("tablet print-page");
    on_cleanup(|| device::dress_body("tablet"));
    let back = Route::Walk(sheet.clone()).href();
    let paper = app.brief().map(|brief| view! { <Paper sheet brief /> });
    view! {
        <header class="print-tools no-print">
            <a class="btn" href=back><Icon symbol=Symbol::Back />{say("act.back")}</a>
            <span>{say("print.private")}</span>
            <LanguageSwitch class="btn" />
            <button type="button" class="btn main primary" on:click=|_| device::print()>
                <Icon symbol=Symbol::Print />{say("print.now")}
            </button>
        </header>
        {paper}
    }
}

#[component]
fn Paper(sheet: SheetId, brief: Brief) -> impl IntoView {
    let app = App::here();
    let rows = app.tablet.peek(|replica| {
        let each = replica.people(&sheet).into_iter();
        each.map(|row| (replica.entry(&sheet, row.entry).cloned(), row)).collect::<Vec<_>>()
    });
    let (now, zone) = (device::now(), app.zone());
    let serial = serial(&sheet, &brief, &now.date(zone).to_string(), &now.clock(zone));
    let printed = format!("{} {} {zone}", now.date(zone), now.clock(zone));
    let officer = brief.officer_name(&app.actor());
    let block = super::walk::block_of(app, &sheet);
    let head = app.tablet.peek(|replica| replica.audit_head());
    let (wave, people) = (brief.wave.name.clone(), rows.len());
    let codes = told({
        let programmes = brief.programmes.clone();
        move || {
            let one = programmes.iter();
            let named = one.map(|one| format!("{} {}", one.code, label::words(&one.name)));
            named.collect::<Vec<_>>().join(" · ")
        }
    });
    view! {
        <main class="paper">
            <header><p>{brief.facility.name}</p><h1>{told(move || t("print.title", &[("block", &block)]))}</h1></header>
            <p class="meta"><span>{told(move || label::words(&wave))}</span><span>{told(move || t("sheets.people", &[("n", &people)]))}</span></p>
            <p class="meta"><span>{codes}</span></p>
            <div class="across"><table>
                <Head />
                <tbody>{rows.into_iter().map(|(entry, row)| view! { <Line entry row /> }).collect_view()}</tbody>
            </table></div>
            <footer>
                <span>{told(move || t("print.serial", &[("serial", &serial)]))}</span>
                <span>{told(move || t("print.by", &[("time", &printed), ("officer", &officer)]))}</span>
                <span>{say("print.as_of")}</span>
                {head.map(|head| view! {
                    <span>{told(move || t("print.audit", &[("number", &head.number), ("print", &head.fingerprint())]))}</span>
                })}
            </footer>
        </main>
    }
}

/// Tells two papers of one sheet apart: sheet, tablet, and the minute in which it was printed.
fn serial(sheet: &SheetId, brief: &Brief, day: &str, clock: &str) -> String {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    format!("{sheet}-{}-{}-{}", brief.device, digits(day), digits(clock))
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th>{say("field.cell")}</th>
                <th>{say("field.name")}</th>
                <th>{say("field.register_number")}</th>
                <th>{say("print.state")}</th>
                <th>"1"</th>
                <th>"2"</th>
                <th>"3"</th>
                <th>{say("field.consent")}</th>
                <th class="signature">{say("print.signature")}</th>
            </tr>
        </thead>
    }
}

/// One person: what is known is printed, what is not has a box to be filled by hand.
#[component]
fn Line(entry: Option<Entry>, row: PersonRow) -> impl IntoView {
    let answers = entry.map(|entry| entry.answers).unwrap_or_default();
    let choice = |at: usize| answers.choices.get(at).map(ToString::to_string).unwrap_or_default();
    let consent = match answers.consent.map(|consent| consent.outcome) {
        Some(outcome) => told(outcome.say()),
        None => told(say("print.boxes")),
    };
    view! {
        <tr>
            <td class="num">{label::plate(&row.cell)}</td>
            <td>{row.name}</td>
            <td class="tight">{row.register_number}</td>
            <td class="tight">{row.state.say()}</td>
            <td class="box">{choice(0)}</td>
            <td class="box">{choice(1)}</td>
            <td class="box">{choice(2)}</td>
            <td class="tight">{consent}</td>
            <td></td>
        </tr>
    }
}
