//! What each column of the file was read as, and a way to correct it.

use bilik_shared::roster::Column;
use bilik_shared::roster::preview::Heading;
use leptos::prelude::*;

use crate::desk::roster::Work;
use crate::text::{say, t};

fn name(column: Column) -> &'static str {
    match column {
        Column::Name => "field.name",
        Column::RegisterNumber => "field.register_number",
        Column::Block => "dash.block",
        Column::Cell => "field.cell",
        Column::LegalStatus => "field.legal_status",
        Column::Aliases => "field.aliases",
        Column::BirthDate => "field.birth_date",
        Column::BirthPlace => "field.birth_place",
        Column::Sex => "field.sex",
        Column::Citizenship => "field.citizenship",
        Column::Nik => "roster.nik",
        Column::Expiry => "roster.expiry",
        Column::Third => "roster.third",
        Column::TwoThirds => "roster.two_thirds",
    }
}

/// The columns, folded away as long as the names were found.
#[component]
pub fn Columns(
    /// What the page works on.
    work: Work,
    /// The columns of the file.
    columns: Vec<Heading>,
    /// Where the headings stand, in words.
    read: Signal<String>,
) -> impl IntoView {
    let named = columns.iter().any(|heading| heading.column == Some(Column::Name));
    let rows = columns.into_iter().enumerate().filter(|(_, heading)| !heading.text.is_empty());
    let rows = rows.map(|(place, heading)| {
        let label = format!("column-{place}");
        let choice = match heading.forbidden {
            true => view! { <span class="soft">{say("roster.forbidden")}</span> }.into_any(),
            false => {
                let change = move |event| {
                    work.choose(place, Column::parse(&event_target_value(&event)));
                };
                let option = move |column: Column| {
                    let chosen = heading.column == Some(column);
                    view! { <option value=column.code() selected=chosen>{say(name(column))}</option> }
                };
                view! {
                    <select class="input" aria-labelledby=label.clone() on:change=change>
                        <option value="" selected=heading.column.is_none()>{say("roster.not_read")}</option>
                        {Column::ALL.iter().map(|column| option(*column)).collect_view()}
                    </select>
                }
                .into_any()
            }
        };
        view! { <li><span id=label>{heading.text}</span>{choice}</li> }
    });
    view! {
        {(!named).then(|| view! { <p class="message">{move || t("roster.no_name", &[])}</p> })}
        <details open=!named>
            <summary>{say("roster.columns")}</summary>
            <p class="hint">{read}</p>
            <ul class="columns">{rows.collect_view()}</ul>
        </details>
    }
}
