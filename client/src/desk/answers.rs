//! Stored answers as people read them.

use bilik_shared::command::Author;
use bilik_shared::lifecycle::Registration;
use bilik_shared::person::{LegalStatus, Sex};
use bilik_shared::registration::{
    Consent, Education, Experience, Field, NikStatus, Plan, parse_choices,
};
use bilik_shared::time::Date;

use crate::desk::session::Desk;
use crate::label::Label;
use crate::text::t;

/// The whole value of a field, in words.
pub fn answer(desk: Desk, field: Field, value: &str) -> String {
    if value.is_empty() {
        return t("conflict.empty_answer", &[]);
    }
    let word = match field {
        Field::Choices => return choices(desk, value).join(", "),
        Field::Education => Education::parse(value).map(Label::key),
        Field::Plan => Plan::parse(value).map(Label::key),
        Field::Experience => Experience::parse(value).map(Label::key),
        Field::NikStatus => NikStatus::parse(value).map(Label::key),
        Field::LegalStatus => LegalStatus::parse(value).map(Label::key),
        Field::Sex => Sex::parse(value).map(Label::key),
        Field::Registration => Registration::parse(value).map(Label::key),
        Field::BirthApproximate => Some("facts.only_year"),
        Field::Consent => {
            return Consent::parse(value).map_or_else(|| value.to_owned(), |given| consent(&given));
        }
        Field::BirthDate => {
            return value.parse().map_or_else(|_| value.to_owned(), |date: Date| date.to_string());
        }
        Field::Name | Field::Aliases | Field::RegisterNumber | Field::Cell => None,
        Field::Nik | Field::Reason | Field::Note => None,
    };
    // A code that a newer app wrote is shown as it is.
    word.map_or_else(|| value.to_owned(), |key| t(key, &[]))
}

/// Ranked programmes with their ranks.
pub fn choices(desk: Desk, value: &str) -> Vec<String> {
    let ranked = parse_choices(value).into_iter().enumerate();
    ranked.map(|(rank, code)| format!("{} {}", rank + 1, desk.programme(&code))).collect()
}

/// What was said to the statement, and how.
pub fn consent(given: &Consent) -> String {
    let outcome = t(given.outcome.key(), &[]);
    match given.way {
        Some(way) => t(
            "facts.consent_way",
            &[("outcome", &outcome), ("way", &t(way.key(), &[]).to_lowercase())],
        ),
        None => outcome,
    }
}

/// Who did something, by name; the server where nobody is known.
pub fn who(desk: Desk, author: Option<&Author>) -> String {
    author.map_or_else(|| t("conflict.server", &[]), |author| desk.officer(&author.officer))
}

/// Where something was done.
pub fn place(author: Option<&Author>) -> String {
    match author.and_then(|author| author.device.as_ref()) {
        Some(device) => t("conflict.device", &[("device", device)]),
        None => t("conflict.server", &[]),
    }
}
