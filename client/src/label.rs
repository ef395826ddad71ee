//! Which words stand for which value: every enum of `shared` that a person sees.

use std::fmt::Display;

use bilik_shared::command::{NoSeat, Refused};
use bilik_shared::id::ProgrammeCode;
use bilik_shared::lifecycle::{NoStep, Registration, State};
use bilik_shared::matching::Reason;
use bilik_shared::nik::{NikError, NikWarning};
use bilik_shared::person::{Citizenship, LegalStatus, Person, Sex};
use bilik_shared::programme::{Programme, Words};
use bilik_shared::registration::{
    Consent, ConsentOutcome, ConsentWay, Education, Experience, Field, Literacy, Marital, Needs,
    NikStatus, Paper, Plan, Problem, Relation, Skill, Warning, parse_choices, parse_skills,
};
use bilik_shared::role::Role;
use bilik_shared::time::{Date, Timestamp};
use bilik_shared::vetting::{About, Clearance, Fitness, Isolation, RegisterF, Stays, Word};

use crate::net::NetError;
use crate::store::StoreError;
use crate::text::{Language, language, say, t};

mod advice;

pub use advice::{against, concern, unknown};

/// A value with a name on screen.
pub trait Label: Copy {
    /// The key of its text.
    fn key(self) -> &'static str;

    /// Its text, following the language.
    fn say(self) -> impl Fn() -> String + Copy + Send + Sync + 'static {
        say(self.key())
    }
}

macro_rules! labels {
    ($name:ident { $($variant:ident = $key:literal,)+ }) => {
        impl Label for $name {
            fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }
        }
    };
}

labels! { State {
    NotAsked = "state.not_asked",
    Draft = "state.draft",
    Away = "state.away",
    Declined = "state.declined",
    Registered = "state.registered",
    Returned = "state.returned",
    Verified = "state.verified",
    Reserve = "state.reserve",
    Confirmed = "state.confirmed",
    Rejected = "state.rejected",
    InTraining = "state.in_training",
    Passed = "state.passed",
    Failed = "state.failed",
    Certified = "state.certified",
    Withdrawn = "state.withdrawn",
    Removed = "state.removed",
    Cancelled = "state.cancelled",
} }

labels! { Registration {
    Draft = "state.draft",
    Registered = "state.registered",
    Declined = "state.declined",
    Away = "state.away",
    Withdrawn = "state.withdrawn",
} }

labels! { Education {
    None = "education.none",
    PrimaryUnfinished = "education.primary_unfinished",
    Primary = "education.primary",
    LowerSecondary = "education.lower_secondary",
    UpperSecondary = "education.upper_secondary",
    Vocational = "education.vocational",
    Diploma = "education.diploma",
    Bachelor = "education.bachelor",
    Unknown = "education.unknown",
} }

labels! { Plan {
    Work = "plan.work",
    Business = "plan.business",
    School = "plan.school",
    Unknown = "plan.unknown",
} }

labels! { Experience {
    Some = "experience.some",
    None = "experience.none",
    Unknown = "experience.unknown",
} }

labels! { NikStatus {
    Present = "nik_status.present",
    NotYet = "nik_status.not_yet",
    Unknown = "nik_status.unknown",
    InProcess = "nik_status.in_process",
} }

labels! { LegalStatus {
    Detainee = "legal_status.detainee",
    Convicted = "legal_status.convicted",
    HeldForOther = "legal_status.held_for_other",
    Unknown = "legal_status.unknown",
} }

labels! { Role {
    Officer = "role.officer",
    Supervisor = "role.supervisor",
    Head = "role.head",
    Security = "role.security",
    Clinic = "role.clinic",
    Partner = "role.partner",
    Instructor = "role.instructor",
    CaseOfficer = "role.case_officer",
    Regional = "role.regional",
    Administrator = "role.administrator",
    Privacy = "role.privacy",
} }

labels! { About {
    Fitness = "about.fitness",
    Clearance = "about.clearance",
    RegisterF = "about.register_f",
    Isolation = "about.isolation",
} }

labels! { Fitness {
    NotExamined = "fitness.not_examined",
    Fit = "fitness.fit",
    Limited = "fitness.limited",
    Unfit = "fitness.unfit",
} }

labels! { Clearance {
    Unchecked = "clearance.unchecked",
    Cleared = "clearance.cleared",
    Escorted = "clearance.escorted",
    Refused = "clearance.refused",
} }

labels! { RegisterF {
    Unchecked = "register_f.unchecked",
    No = "register_f.no",
    Yes = "register_f.yes",
} }

labels! { Isolation {
    Unchecked = "isolation.unchecked",
    No = "isolation.no",
    Yes = "isolation.yes",
} }

labels! { Stays {
    Yes = "stays.yes",
    No = "stays.no",
    Check = "stays.check",
} }

impl Label for Word {
    fn key(self) -> &'static str {
        match self {
            Self::Fitness(word) => word.key(),
            Self::Clearance(word) => word.key(),
            Self::RegisterF(word) => word.key(),
            Self::Isolation(word) => word.key(),
        }
    }
}

labels! { Citizenship { Indonesian = "citizenship.indonesian", Foreign = "citizenship.foreign", } }

labels! { Sex { Male = "sex.male", Female = "sex.female", } }

labels! { ConsentOutcome {
    Agreed = "consent.agreed",
    Declined = "consent.declined",
    NotNow = "consent.not_now",
} }

labels! { ConsentWay {
    PaperSignature = "consent.paper_signature",
    PaperThumb = "consent.paper_thumb",
    Screen = "consent.screen",
    Spoken = "consent.spoken",
} }

labels! { Paper {
    Present = "paper.present",
    Absent = "paper.absent",
    Later = "paper.later",
} }

labels! { Skill {
    Sewing = "skill.sewing",
    Cooking = "skill.cooking",
    Carpentry = "skill.carpentry",
    Welding = "skill.welding",
    Engines = "skill.engines",
    Electricity = "skill.electricity",
    Building = "skill.building",
    Farming = "skill.farming",
    Fishing = "skill.fishing",
    Hair = "skill.hair",
    Computer = "skill.computer",
    Driving = "skill.driving",
} }

labels! { Marital {
    Single = "marital.single",
    Married = "marital.married",
    Divorced = "marital.divorced",
    Widowed = "marital.widowed",
} }

labels! { Literacy {
    Fluent = "literacy.fluent",
    Limited = "literacy.limited",
    None = "literacy.none",
} }

labels! { Relation {
    Parent = "relation.parent",
    Spouse = "relation.spouse",
    Child = "relation.child",
    Sibling = "relation.sibling",
    Other = "relation.other",
} }

labels! { Field {
    Name = "field.name",
    Aliases = "field.aliases",
    RegisterNumber = "field.register_number",
    LegalStatus = "field.legal_status",
    Cell = "field.cell",
    BirthPlace = "field.birth_place",
    BirthDate = "field.birth_date",
    BirthApproximate = "field.birth_approximate",
    Sex = "field.sex",
    Citizenship = "field.citizenship",
    Choices = "field.choices",
    Education = "field.education",
    Plan = "field.plan",
    Experience = "field.experience",
    NikStatus = "field.nik_status",
    Nik = "field.nik",
    Reason = "field.reason",
    Note = "field.note",
    Skills = "field.skills",
    IdentityCard = "field.identity_card",
    FamilyCard = "field.family_card",
    SchoolCertificate = "field.school_certificate",
    Photograph = "field.photograph",
    Needs = "field.needs",
    Address = "field.address",
    Marital = "field.marital",
    Literacy = "field.literacy",
    FamilyName = "field.family_name",
    FamilyRelation = "field.family_relation",
    FamilyPhone = "field.family_phone",
    Consent = "field.consent",
    Signature = "field.signature",
    WithdrawReason = "field.withdraw_reason",
    Registration = "field.registration",
} }

labels! { Reason {
    SameNumber = "match.same_number",
    SameNik = "match.same_nik",
    SameName = "match.same_name",
    OneLetter = "match.one_letter",
    SimilarName = "match.similar_name",
    SameBirthDate = "match.same_birth_date",
    SameCell = "match.same_cell",
} }

/// Why two entries may be one person, in one line.
pub fn reasons(reasons: &[Reason]) -> String {
    let words: Vec<String> = reasons.iter().map(|reason| t(reason.key(), &[])).collect();
    words.join(", ")
}

labels! { StoreError {
    Full = "store.full",
    Unavailable = "store.unavailable",
    Newer = "store.newer",
    Locked = "store.locked",
    Failed = "store.failed",
} }

/// When somebody was born and how old they are today, as far as that is sure.
pub fn born(person: &Person, today: Date) -> String {
    let Some(date) = person.birth_date else { return t("who.unknown", &[]) };
    let years = date.age_on(today);
    match person.birth_approximate {
        true => t("who.about", &[("year", &date.year()), ("n", &years)]),
        false => t("who.years", &[("date", &date), ("n", &years)]),
    }
}

/// How old a draft is: `draf, 2 jam lalu`.
pub fn draft_age(since: Option<Timestamp>, now: Timestamp) -> String {
    let minutes = since.map_or(0, |since| (now.0 - since.0) / 60_000);
    match minutes {
        ..1 => t("drafts.now", &[]),
        1..60 => t("drafts.minutes", &[("n", &minutes)]),
        60..1440 => t("drafts.hours", &[("n", &(minutes / 60))]),
        _ => t("drafts.days", &[("n", &(minutes / 1440))]),
    }
}

/// The name of a field. Its own `key` is the one that sheets store.
pub fn name(field: Field) -> String {
    t(Label::key(field), &[])
}

/// A cell as its plate shows it: `C/07` and `Kamar 7` are both the door with the 7; a cell of another block
/// is shown whole.
pub fn plate(cell: &str) -> String {
    if cell.starts_with(bilik_shared::cell::ELSEWHERE) {
        return cell.to_owned();
    }
    match cell.find(|c: char| c.is_ascii_digit()) {
        Some(start) => cell[start..].trim_start_matches('0').trim().to_owned(),
        None => cell.trim().to_owned(),
    }
}

/// What is wrong with an answer, and what to do.
pub fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Required(field) => t("problem.required", &[("field", &name(*field))]),
        Problem::NameTooShort => t("problem.name_too_short", &[]),
        Problem::TooLong(field, most) => {
            t("problem.too_long", &[("field", &name(*field)), ("most", most as &dyn Display)])
        }
        Problem::SameChoiceTwice => t("problem.same_choice", &[]),
        Problem::TooManyChoices => t("problem.too_many_choices", &[]),
        Problem::ImpossibleBirthDate => t("problem.birth_date", &[]),
        Problem::FutureBirthDate => t("problem.birth_future", &[]),
        Problem::Nik(NikError::NotDigits) => t("problem.nik_digits", &[]),
        Problem::Nik(NikError::Length(n)) => t("problem.nik_length", &[("n", n)]),
        Problem::Nik(NikError::Placeholder) => t("problem.nik_placeholder", &[]),
        Problem::Nik(NikError::Repeated) => t("problem.nik_repeated", &[]),
        Problem::Nik(NikError::Date) => t("problem.nik_date", &[]),
        Problem::Nik(NikError::Serial) => t("problem.nik_serial", &[]),
        Problem::NoConsent => t("problem.no_consent", &[]),
        Problem::NoWitness => t("consent.witness_missing", &[]),
        Problem::NoSignature => t("consent.signature_missing", &[]),
    }
}

/// The warnings that are shown: the day and the sex in an identity number have one sentence, which is asked once.
pub fn asked_once(mut warnings: Vec<Warning>) -> Vec<Warning> {
    if warnings.contains(&Warning::Nik(NikWarning::BirthDate)) {
        warnings.retain(|warning| *warning != Warning::Nik(NikWarning::Sex));
    }
    warnings
}

/// What may be a mistake.
pub fn warning(warning: &Warning, offered: &[Programme]) -> String {
    let key = match warning {
        Warning::RegisterNumberForm => "warning.register_number_form",
        Warning::RegisterNumberStatus => "warning.register_number_status",
        Warning::Nik(NikWarning::BirthDate | NikWarning::Sex) => "warning.nik_mismatch",
        Warning::Nik(NikWarning::Region) => "warning.nik_region",
        Warning::Minor => "warning.minor",
        Warning::DigitInName => "warning.digit_in_name",
        Warning::OddMarkInName => "warning.odd_mark_in_name",
        Warning::Phone => "warning.phone",
        Warning::SamePerson(alike) => {
            return t("warning.same_person", &[("reasons", &reasons(&alike.reasons))]);
        }
        Warning::AgainstAdvice(concern) => {
            return t("warning.against_advice", &[("advice", &against(concern, offered))]);
        }
    };
    t(key, &[])
}

/// Why something was not done. Lists of problems and warnings have their own place on the page.
pub fn refused(refused: &Refused) -> String {
    let key = match refused {
        Refused::Problems(_) => "refused.problems",
        Refused::Warnings(_) => "refused.warnings",
        // What the house has decided moves on at the desk only.
        Refused::Step(NoStep::NotFromHere | NoStep::NotYours) => "refused.not_from_here",
        Refused::Step(NoStep::ReasonMissing) => "refused.reason_missing",
        Refused::Seat(NoSeat::Full) => "refused.package_full",
        Refused::Seat(_) => "refused.package",
        Refused::NoSuchSheet => "refused.no_such_sheet",
        Refused::NoSuchEntry => "refused.no_such_entry",
        Refused::SheetFull => "refused.sheet_full",
        Refused::TooLarge => "refused.too_large",
        Refused::NothingToChoose => "refused.nothing_to_choose",
        Refused::NothingToUndo => "refused.nothing_to_undo",
        Refused::NotStored => "refused.not_stored",
        Refused::Broken => "refused.broken",
    };
    t(key, &[])
}

/// Why there is no answer from the server.
pub fn net_error(error: &NetError) -> String {
    let NetError::Refused { code, .. } = error else {
        return match error {
            NetError::Slow => t("net.slow", &[]),
            NetError::Garbled => t("net.garbled", &[]),
            NetError::Unproven => t("net.unproven", &[]),
            _ => t("net.unreachable", &[]),
        };
    };
    match code.as_str() {
        "enrol_code_unknown" => t("net.enrol_code_unknown", &[]),
        "enrol_code_used" => t("net.enrol_code_used", &[]),
        "enrol_proof_wrong" => t("net.enrol_proof_wrong", &[]),
        "signature_wrong" => t("net.signature_wrong", &[]),
        "enrol_code_expired" => t("net.enrol_code_expired", &[]),
        "version_unknown" => t("net.version_unknown", &[]),
        "too_many_tries" => t("net.too_many_tries", &[]),
        "allowance_used" => t("net.allowance_used", &[]),
        "proof_wrong" => t("net.proof_wrong", &[]),
        other => t("net.refused", &[("code", &other)]),
    }
}

/// Six digits that people compare, in two halves.
pub fn six_digits(digits: &str) -> String {
    digits.split_at_checked(3).map_or_else(String::new, |(one, two)| format!("{one} {two}"))
}

/// A number with marks between thousands: 12.345, or 12,345 in English.
pub fn number(n: u32) -> String {
    let digits = n.to_string();
    let mark = if language() == Language::Indonesian { '.' } else { ',' };
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// A text of the server in the language of the moment.
pub fn words(words: &Words) -> String {
    match language() {
        Language::Indonesian => words.id.clone(),
        Language::English => words.en.clone(),
    }
}

/// The names of ranked programmes; a code that this wave does not offer stands for itself.
pub fn programmes(choices: &[ProgrammeCode], offered: &[Programme]) -> Vec<String> {
    let name = |code: &ProgrammeCode| {
        let programme = offered.iter().find(|programme| &programme.code == code);
        programme.map_or_else(|| code.to_string(), |programme| words(&programme.name))
    };
    choices.iter().map(name).collect()
}

/// One answer as stored, in words: a line, or one for each ranked programme.
pub fn answer(field: Field, value: &str, offered: &[Programme]) -> Vec<String> {
    let named = match field {
        _ if value.is_empty() => Some("answer.empty"),
        Field::Choices => {
            let names = programmes(&parse_choices(value), offered).into_iter();
            return names.enumerate().map(|(n, name)| format!("{}. {name}", n + 1)).collect();
        }
        Field::Consent => return vec![consent(value)],
        Field::Skills => return vec![skills(&parse_skills(value))],
        Field::Needs => return vec![needs(value)],
        Field::Signature => Some("consent.screen"),
        Field::IdentityCard | Field::FamilyCard | Field::SchoolCertificate | Field::Photograph => {
            Paper::parse(value).map(Label::key)
        }
        Field::BirthDate => {
            return vec![
                value.parse().map_or_else(|_| value.to_owned(), |date: Date| date.to_string()),
            ];
        }
        Field::Education => Education::parse(value).map(Label::key),
        Field::Plan => Plan::parse(value).map(Label::key),
        Field::Experience => Experience::parse(value).map(Label::key),
        Field::Marital => Marital::parse(value).map(Label::key),
        Field::Literacy => Literacy::parse(value).map(Label::key),
        Field::FamilyRelation => Relation::parse(value).map(Label::key),
        Field::NikStatus => NikStatus::parse(value).map(Label::key),
        Field::LegalStatus => LegalStatus::parse(value).map(Label::key),
        Field::Sex => Sex::parse(value).map(Label::key),
        Field::Citizenship => Citizenship::parse(value).map(Label::key),
        Field::Registration => Registration::parse(value).map(Label::key),
        Field::BirthApproximate => Some("consent.yes"),
        Field::Name
        | Field::Aliases
        | Field::RegisterNumber
        | Field::Cell
        | Field::BirthPlace
        | Field::Address
        | Field::FamilyName
        | Field::FamilyPhone
        | Field::Nik
        | Field::Reason
        | Field::Note
        | Field::WithdrawReason => None,
    };
    // A value that this version does not know is shown as it is stored.
    vec![named.map_or_else(|| value.to_owned(), |key| t(key, &[]))]
}

/// The names of skills; a code that this version does not know stands for itself.
pub fn skills(codes: &[String]) -> String {
    let name = |code: &String| Skill::parse(code).map_or(code.clone(), |skill| t(skill.key(), &[]));
    codes.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn needs(value: &str) -> String {
    match Needs::parse(value) {
        None => value.to_owned(),
        Some(needs) if !needs.any => t("needs.no", &[]),
        Some(needs) if needs.what.is_empty() => t("needs.yes", &[]),
        Some(needs) => needs.what,
    }
}

fn consent(value: &str) -> String {
    let Some(consent) = Consent::parse(value) else { return value.to_owned() };
    let mut parts = vec![t(consent.outcome.key(), &[])];
    parts.extend(consent.way.map(|way| t(way.key(), &[])));
    if !consent.witness.is_empty() {
        parts.push(t("consent.heard_by", &[("name", &consent.witness)]));
    }
    parts.join(", ")
}

#[cfg(test)]
mod cases;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_how_old_it_is() {
        crate::text::speak(&crate::text::TABLET);
        let minute = 60_000;
        for (age, expected) in [
            (-5 * minute, "draf, baru saja"),
            (59_999, "draf, baru saja"),
            (minute, "draf, 1 menit lalu"),
            (60 * minute - 1, "draf, 59 menit lalu"),
            (125 * minute, "draf, 2 jam lalu"),
            (24 * 60 * minute, "draf, 1 hari lalu"),
        ] {
            let since = Some(Timestamp(1_000_000_000_000 - age));
            assert_eq!(draft_age(since, Timestamp(1_000_000_000_000)), expected, "{age}");
        }
    }

    #[test]
    fn a_cell_has_one_plate_however_it_was_typed() {
        let cases =
            [("C/07", "7"), ("Kamar 7", "7"), ("7A", "7A"), ("10", "10"), ("Isolasi", "Isolasi")];
        for (typed, expected) in cases {
            assert_eq!(plate(typed), expected, "{typed}");
        }
    }
}
