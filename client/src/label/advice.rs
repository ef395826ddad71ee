//! Advice in words: the house's rules as an officer reads them beside a programme.

use bilik_shared::eligibility::{Concern, Lacks, Part, Test};
use bilik_shared::programme::Programme;
use bilik_shared::registration::Field;
use bilik_shared::vetting::{Clearance, Fitness};

use super::{Label, answer, name, programmes};
use crate::text::t;

/// Why a programme is not advised: what was seen, and what the rule asks for.
pub fn concern(concern: &Concern) -> String {
    let seen = concern.seen.clone();
    match &concern.test {
        Test::AgeAtLeast(years) => t("advice.age_min", &[("seen", &seen), ("limit", years)]),
        Test::AgeAtMost(years) => t("advice.age_max", &[("seen", &seen), ("limit", years)]),
        Test::EducationAtLeast(least) => {
            let seen = answer(Field::Education, &seen, &[]).concat();
            t("advice.education", &[("seen", &seen), ("limit", &t(least.key(), &[]))])
        }
        Test::Status(these) => {
            let seen = answer(Field::LegalStatus, &seen, &[]).concat();
            let names: Vec<String> = these.iter().map(|one| t(one.key(), &[])).collect();
            t("advice.status", &[("seen", &seen), ("limit", &names.join(", "))])
        }
        Test::Fitness(_) => {
            let seen = Fitness::parse(&seen).map_or(seen, |word| t(word.key(), &[]));
            t("advice.fitness", &[("seen", &seen)])
        }
        Test::Clearance(_) => {
            let seen = Clearance::parse(&seen).map_or(seen, |word| t(word.key(), &[]));
            t("advice.clearance", &[("seen", &seen)])
        }
        Test::NotInRegisterF(_) => t("advice.register_f", &[("seen", &seen)]),
        Test::NotIsolated(_) => t("advice.isolation", &[("seen", &seen)]),
        Test::TermAtLeast(days) => t("advice.term_min", &[("seen", &seen), ("limit", days)]),
        Test::TermAtMost(months) => t("advice.term_max", &[("seen", &seen), ("limit", months)]),
        Test::Served(Part::Third) => t("advice.third", &[("seen", &seen)]),
        Test::Served(Part::TwoThirds) => t("advice.two_thirds", &[("seen", &seen)]),
        Test::Foreign(_) => t("advice.rule", &[("rule", &concern.rule)]),
    }
}

/// The same, with the programme it is about.
pub fn against(one: &Concern, offered: &[Programme]) -> String {
    let programme = programmes(std::slice::from_ref(&one.programme), offered).concat();
    format!("{programme}: {}", concern(one))
}

/// What must be known before anybody can say whether a programme is advised.
pub fn unknown(missing: &[(String, Lacks)]) -> String {
    let mut names = Vec::new();
    for (rule, lacks) in missing {
        let name = match lacks {
            Lacks::Field(field) => name(*field),
            Lacks::Fitness => t("lacks.fitness", &[]),
            Lacks::Clearance => t("lacks.clearance", &[]),
            Lacks::RegisterF => t("lacks.register_f", &[]),
            Lacks::Isolation => t("lacks.isolation", &[]),
            Lacks::Term => t("lacks.term", &[]),
            Lacks::Course => t("lacks.course", &[]),
            Lacks::Foreign => rule.clone(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    t("advice.unknown", &[("fields", &names.join(", "))])
}
