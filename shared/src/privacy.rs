//! What the data protection officer keeps watch over (UU 27/2022, article 53).
//!
//! Who read whose data ([`access`], article 31); what people ask about their own data, and what went wrong with
//! it ([`case`]: both have a clock of 3 times 24 hours, articles 30, 32, 40, 41 and 46); whose data were removed
//! ([`erasure`], articles 8 and 43); and for how long data are kept ([`retention`], articles 42 to 44).
//! All of it carries ids: the officer sees no names.

use crate::fault::faults;

pub mod access;
pub mod case;
pub mod erasure;
pub mod retention;

/// A reason, a word, a name: so many letters at most.
pub const MAX_TEXT: usize = 500;

faults! {
    /// Nobody reads a whole identity number without saying why.
    ReasonMissing = "nik_reason_missing", "reason", "Say what the number is needed for.";
    /// A text has more than [`MAX_TEXT`] letters.
    TextTooLong = "privacy_text_too_long", "", "The text is too long: say it in at most 500 letters.";
    /// What happened, or what is asked for, is missing.
    WhatMissing = "privacy_what_missing", "subject", "Say in a few words what it is about.";
    /// Who asks is missing.
    WhoMissing = "privacy_who_missing", "who", "Name a registration number, or say who asks.";
    /// What was done is missing.
    WordMissing = "privacy_word_missing", "word", "Say in a few words what was done.";
    /// A time that is to come, or that comes before what it follows.
    TimeRange = "privacy_time_out_of_range", "day", "Name a time that is not to come, and not before it began.";
    /// No registration has this number.
    NumberUnknown = "privacy_number_unknown", "number", "No registration has this number.";
    /// There is no such case.
    CaseUnknown = "privacy_case_unknown", "", "There is no such case.";
    /// Whose data are to be removed is missing.
    NumberMissing = "privacy_number_missing", "number", "Name the registration whose data are to be removed.";
    /// A closed case stays as it is.
    CaseClosed = "privacy_case_closed", "", "The case is closed: look at it again.";
    /// How a request ended is missing, or an incident was given an outcome of requests.
    OutcomeMissing = "privacy_outcome_missing", "outcome", "Say how the request ended.";
    /// This step is of the other register.
    WrongStep = "privacy_wrong_step", "", "This step is not one of this register.";
    /// How many months.
    MonthsRange = "privacy_months_out_of_range", "months", "Name 1 to 600 months.";
    /// Two rules say something of the same people.
    RuleTwice = "privacy_rule_twice", "", "There is one rule for each group.";
}

/// A text without blanks around it.
///
/// # Errors
/// `missing` where there is none, and that it is too long.
pub fn text(typed: &str, missing: Fault) -> Result<String, Fault> {
    let text = optional(typed)?;
    if text.is_empty() { Err(missing) } else { Ok(text) }
}

/// A text that may be missing, without blanks around it.
///
/// # Errors
/// That it is too long.
pub fn optional(typed: &str) -> Result<String, Fault> {
    let text = typed.trim();
    if text.chars().count() > MAX_TEXT { Err(Fault::TextTooLong) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_there_and_not_endless() {
        assert_eq!(text("  cek KTP ", Fault::ReasonMissing), Ok("cek KTP".to_owned()));
        assert_eq!(text(" \n", Fault::ReasonMissing), Err(Fault::ReasonMissing));
        assert!(text(&"é".repeat(MAX_TEXT), Fault::ReasonMissing).is_ok());
        let long = "é".repeat(MAX_TEXT + 1);
        assert_eq!(text(&long, Fault::ReasonMissing), Err(Fault::TextTooLong));
        assert_eq!(Fault::parse("privacy_case_closed"), Some(Fault::CaseClosed));
    }
}
