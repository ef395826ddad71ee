//! Which words stand for what the set-up is about: its faults, its facts, its kinds.

use bilik_shared::allocation::policy::Ground;
use bilik_shared::eligibility::{Part, Rule, Test};
use bilik_shared::setup::{Fault, Kind};

use crate::label::Label;
use crate::text::t;

/// The words about a fault with this code.
pub fn fault(code: &str) -> Option<&'static str> {
    use Fault::*;
    Some(match Fault::parse(code)? {
        FacilityFirst => "fault.facility_first",
        CodeForm => "fault.code_form",
        CodeFixed => "fault.code_fixed",
        NameMissing => "fault.name_missing",
        CityMissing => "fault.city_missing",
        TextTooLong => "refusal.too_large",
        NipForm => "fault.nip_form",
        ZoneUnknown => "fault.zone_unknown",
        Duplicate => "fault.duplicate",
        BlockForm => "fault.block_form",
        BlockUnknown => "fault.block_unknown",
        NoBlocks => "fault.no_blocks",
        SheetOpened => "fault.sheet_opened",
        DatesReversed => "fault.dates_reversed",
        WaveUnknown => "fault.wave_unknown",
        NothingOffered => "fault.nothing_offered",
        HoursRange => "fault.hours_range",
        DaysRange => "fault.days_range",
        ProgrammeUnknown => "fault.programme_unknown",
        ProgrammeGiven => "fault.programme_given",
        SeatsRange => "fault.seats_range",
        MinimumRange => "fault.minimum_range",
        SeatsGiven => "fault.seats_given",
        PackageNumber => "fault.package_number",
        RuleForm => "fault.rule_form",
        SourceMissing => "fault.source_missing",
        RuleVersion | StatementVersion => "fault.outdated",
        RuleUnknown => "fault.rule_unknown",
        WeightRange => "fault.weight_range",
        GroundTwice => "fault.ground_twice",
        TooManyGrounds => "fault.too_many_grounds",
        OfficeCode => "fault.office_code",
        SignerMissing => "fault.signer_missing",
        TellsOfDetention => "fault.tells_of_detention",
        AttendanceRange => "fault.attendance_range",
        LeaseRange => "fault.lease_range",
        StatementEmpty => "fault.statement_empty",
        UserForm => "fault.user_form",
        UserUnknown => "fault.user_unknown",
        Yourself => "fault.yourself",
        LastAdministrator => "fault.last_administrator",
        PasswordShort => "fault.password_short",
        PasswordName => "fault.password_name",
        PasswordSame => "fault.password_same",
        PasswordCommon => "fault.password_common",
        PasswordLong => "fault.password_long",
        TabletUnknown => "fault.tablet_unknown",
        TabletRevoked => "fault.tablet_revoked",
        SheetMissing => "fault.sheet_missing",
        WordMissing => "fault.word_missing",
        NoAlarm => "fault.no_alarm",
    })
}

/// The name of a kind of thing.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Facility => "setup.facility",
        Kind::Block => "setup.block",
        Kind::Wave => "setup.wave",
        Kind::Programme => "setup.programme",
        Kind::Package => "setup.package",
        Kind::Statement => "setup.statement",
        Kind::Rule => "setup.rule",
        Kind::Policy => "setup.policy",
        Kind::Office => "setup.office",
        Kind::Guard => "setup.guard",
        Kind::User => "setup.user",
        Kind::Tablet => "setup.tablet",
    }
}

/// The name of a fact; one that this version does not know has a general one.
pub fn fact(code: &str) -> &'static str {
    match code {
        "code" => "setup.code",
        "name" => "setup.name",
        "name_id" => "setup.name_id",
        "name_en" => "setup.name_en",
        "city" => "setup.city",
        "zone" => "setup.zone",
        "head" => "setup.head",
        "nip" => "setup.nip",
        "screen_signature" => "setup.screen_signature",
        "cells" => "setup.cells",
        "from" => "setup.from",
        "until" => "setup.until",
        "blocks" => "setup.blocks",
        "opened" => "setup.opened",
        "hours" => "setup.hours",
        "days" => "setup.days",
        "requirements" => "setup.requirements",
        "offered" => "setup.offered",
        "seats" => "setup.seats",
        "minimum" => "setup.minimum",
        "place" => "setup.place",
        "instructor" => "setup.instructor",
        "text_id" => "setup.text_id",
        "text_en" => "setup.text_en",
        "version" => "setup.version",
        "test" => "setup.test",
        "programmes" => "setup.programmes",
        "source" => "setup.source",
        "weights" => "setup.weights",
        "binding" => "setup.binding",
        "signs" => "setup.signs",
        "attendance" => "setup.attendance",
        "second_factor" => "setup.second_factor",
        "lease_hours" => "setup.lease_hours",
        "role" => "setup.role",
        "locked" => "setup.locked",
        "first_password" => "setup.first_password",
        "password_reset" => "setup.password_reset",
        "sheets" => "setup.sheets",
        "revoked" => "setup.revoked",
        "alarm" => "setup.alarm",
        "suspended" => "setup.suspended",
        "compared" => "setup.compared",
        _ => "setup.other",
    }
}

/// The names of values, with commas between them.
fn names<T: Label>(these: &[T]) -> String {
    these.iter().map(|one| t(one.key(), &[])).collect::<Vec<_>>().join(", ")
}

/// What a test asks for.
pub fn asks(test: &Test) -> String {
    match test {
        Test::AgeAtLeast(years) => t("setup.says_age_min", &[("limit", years)]),
        Test::AgeAtMost(years) => t("setup.says_age_max", &[("limit", years)]),
        Test::EducationAtLeast(least) => {
            t("setup.says_education", &[("limit", &t(least.key(), &[]))])
        }
        Test::Status(these) => t("setup.says_status", &[("limit", &names(these))]),
        Test::Fitness(these) => t("setup.says_fitness", &[("limit", &names(these))]),
        Test::Clearance(these) => t("setup.says_clearance", &[("limit", &names(these))]),
        Test::NotInRegisterF(months) => t("setup.says_register_f", &[("limit", months)]),
        Test::NotIsolated(days) => t("setup.says_isolation", &[("limit", days)]),
        Test::TermAtLeast(days) => t("setup.says_term_min", &[("limit", days)]),
        Test::TermAtMost(months) => t("setup.says_term_max", &[("limit", months)]),
        Test::Served(Part::Third) => t("setup.says_third", &[]),
        Test::Served(Part::TwoThirds) => t("setup.says_two_thirds", &[]),
        Test::Foreign(text) => text.clone(),
    }
}

/// What gives points, in words.
pub fn ground(ground: &Ground) -> String {
    match ground {
        Ground::FirstChoice => t("setup.ground_first", &[]),
        Ground::Experience => t("setup.ground_experience", &[]),
        Ground::Fact(fact) => asks(fact),
    }
}

/// What a rule says, as a sentence for whoever sets it up.
pub fn rule(rule: &Rule) -> String {
    let asks = asks(&rule.test);
    let codes: Vec<&str> = rule.programmes.iter().map(|code| code.as_str()).collect();
    let whom = match codes.is_empty() {
        true => t("setup.says_all", &[]),
        false => t("setup.says_only", &[("programmes", &codes.join(", "))]),
    };
    let days = match rule.until {
        None => t("setup.says_from", &[("from", &rule.from)]),
        Some(until) => t("setup.says_between", &[("from", &rule.from), ("until", &until)]),
    };
    format!("{asks} {whom} {days}")
}
