//! Codes of privacy as people read them.

use bilik_shared::privacy::Fault;
use bilik_shared::privacy::access::What;
use bilik_shared::privacy::case::{Clock, IncidentKind, Outcome, RequestKind, Whom};
use bilik_shared::privacy::retention::Group;
use bilik_shared::role::Role;

use crate::label::Label;
use crate::parts::icon::Symbol;
use crate::parts::state::Look;
use crate::text::t;

/// What is wrong, by its code.
pub fn fault(code: &str) -> Option<&'static str> {
    Some(match Fault::parse(code)? {
        Fault::ReasonMissing => "nik.reason_missing",
        Fault::TextTooLong => "refusal.too_large",
        Fault::WhatMissing => "case.what_missing",
        Fault::WhoMissing => "case.who_missing",
        Fault::WordMissing => "case.word_missing",
        Fault::TimeRange => "case.time_wrong",
        Fault::NumberUnknown => "case.number_unknown",
        Fault::NumberMissing => "case.number_missing",
        Fault::CaseUnknown | Fault::CaseClosed | Fault::WrongStep => "case.changed",
        Fault::OutcomeMissing => "case.outcome_missing",
        Fault::MonthsRange | Fault::RuleTwice => "keep.months_wrong",
    })
}

/// What was read.
pub fn what(what: What) -> &'static str {
    match what {
        What::Entry => "log.entry",
        What::Nik => "log.nik",
        What::Rows => "log.rows",
        What::Report => "log.report",
        What::Roster => "log.roster",
        What::Training => "log.training",
        What::Vetting => "log.vetting",
    }
}

/// A role that the log names.
pub fn role(code: &str) -> String {
    Role::parse(code).map_or_else(|| code.to_owned(), |role| t(role.key(), &[]))
}

/// What somebody asks for.
pub fn request(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Access => "case.access",
        RequestKind::Correction => "case.correction",
        RequestKind::Erasure => "case.erasure",
        RequestKind::Withdrawal => "case.withdrawal",
        RequestKind::Objection => "case.objection",
    }
}

/// What went wrong.
pub fn incident(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::LostTablet => "case.lost_tablet",
        IncidentKind::WrongReader => "case.wrong_reader",
        IncidentKind::Other => "case.other",
    }
}

/// How a request ended.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Granted => "case.granted",
        Outcome::Partly => "case.partly",
        Outcome::Refused => "case.refused",
    }
}

/// Who was told.
pub fn whom(whom: Whom) -> &'static str {
    match whom {
        Whom::People => "case.people_told",
        Whom::Agency => "case.agency_told",
        Whom::Public => "case.public_told",
    }
}

/// Whom a rule is about.
pub fn group(group: Group) -> &'static str {
    match group {
        Group::NeverRegistered => "keep.never_registered",
        Group::NotTaken => "keep.not_taken",
        Group::Everybody => "keep.everybody",
    }
}

/// How a case stands to its deadline: its look, and the key of the word.
pub fn clock(clock: Clock) -> (Look, &'static str) {
    let look = |name, symbol| Look { name, symbol };
    match clock {
        Clock::Running => (look("saved", Symbol::Clock), "case.running"),
        Clock::Soon => (look("attention", Symbol::Clock), "case.soon"),
        Clock::Overdue => (look("error", Symbol::Attention), "case.overdue"),
        Clock::Met => (look("received", Symbol::Verified), "case.met"),
        Clock::Late => (look("attention", Symbol::Attention), "case.late"),
    }
}
