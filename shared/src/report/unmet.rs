//! Who does not meet a rule, or of whom nobody can tell.

use super::figures::is_confirmed;
use super::paper::{Holds, Paper};
use super::people::{housed, numbered};
use super::{Cell, Member, Table};
use crate::eligibility::{Concern, Facts, Lacks, Part, Test, advise};
use crate::person::LegalStatus;
use crate::registration::Field;
use crate::vetting::{Clearance, Fitness};
use crate::view::counts as is_registered;

use Holds::{Count, Text};

pub fn unmet(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.number", Text),
        ("column.name", Text),
        ("column.housed_at", Text),
        ("column.programme", Text),
        ("column.rank", Count),
        ("column.rule", Text),
        ("column.finding", Text),
        ("column.follow_up", Text),
    ]);
    let open = |state| is_registered(state) && !is_confirmed(state);
    let rows = paper.registered(open).into_iter().flat_map(|one| findings(paper, one));
    table.rows = numbered(rows);
    table.notes.push(paper.word("note.advice"));
    table
}

/// A row for each rule that somebody does not meet, or of which nobody can tell, in any of their choices.
fn findings(paper: &Paper<'_>, one: &Member) -> Vec<Vec<Cell>> {
    let (rules, lengths) = (&paper.material.rules, &paper.material.lengths);
    let answers = &one.entry.answers;
    let today = paper.today();
    let person = Facts::of(&one.entry.person, answers.education, today).with(&one.known);
    let mut rows = Vec::new();
    for (rank, code) in answers.choices.iter().enumerate() {
        let mut add = |rule: String, finding: String, follow_up: String| {
            rows.push(vec![
                one.entry.number.clone().into(),
                one.entry.person.name.clone().into(),
                housed(one),
                paper.programme(code).into(),
                (rank as u32 + 1).into(),
                rule.into(),
                finding.into(),
                follow_up.into(),
            ]);
        };
        let advice = advise(rules, code, &person.finishing(lengths.finishes(code, today)));
        for concern in advice.concerns {
            let told = answers.against.iter().any(|known| known.rule == concern.rule);
            let follow_up = if told { "cell.decide_told" } else { "cell.decide" };
            add(paper.rule(&concern.test), paper.seen(&concern), paper.word(follow_up));
        }
        for (id, lacks) in advice.missing {
            let test = rules.iter().find(|rule| rule.id == id).map(|rule| paper.rule(&rule.test));
            let follow_up = match lacks {
                Lacks::Field(_) => "cell.complete",
                Lacks::Fitness => "cell.ask_clinic",
                Lacks::Clearance | Lacks::RegisterF | Lacks::Isolation => "cell.ask_security",
                Lacks::Term => "cell.ask_list",
                Lacks::Course => "cell.ask_setup",
                Lacks::Foreign => "cell.check",
            };
            add(test.unwrap_or(id), paper.missing(lacks), paper.word(follow_up));
        }
    }
    rows
}

impl Paper<'_> {
    fn rule(&self, test: &Test) -> String {
        match test {
            Test::AgeAtLeast(years) => self.told("rule.age_min", &[("n", years)]),
            Test::AgeAtMost(years) => self.told("rule.age_max", &[("n", years)]),
            Test::EducationAtLeast(least) => {
                let least = self.code("education", Some(least.code()));
                self.told("rule.education", &[("least", &least)])
            }
            Test::Status(these) => {
                let names: Vec<String> = these.iter().map(|one| self.status(*one)).collect();
                self.told("rule.status", &[("these", &names.join(", "))])
            }
            Test::Fitness(these) => {
                let names: Vec<String> = these.iter().map(|one| self.fitness(*one)).collect();
                self.told("rule.fitness", &[("these", &names.join(", "))])
            }
            Test::Clearance(these) => {
                let names: Vec<String> = these.iter().map(|one| self.clearance(*one)).collect();
                self.told("rule.clearance", &[("these", &names.join(", "))])
            }
            Test::NotInRegisterF(months) => self.told("rule.register_f", &[("n", months)]),
            Test::NotIsolated(days) => self.told("rule.isolation", &[("n", days)]),
            Test::TermAtLeast(days) => self.told("rule.term_min", &[("n", days)]),
            Test::TermAtMost(months) => self.told("rule.term_max", &[("n", months)]),
            Test::Served(Part::Third) => self.word("rule.third"),
            Test::Served(Part::TwoThirds) => self.word("rule.two_thirds"),
            Test::Foreign(text) => text.clone(),
        }
    }

    fn status(&self, status: LegalStatus) -> String {
        self.word(match status {
            LegalStatus::Detainee => "cell.detainee",
            LegalStatus::Convicted => "cell.convicted",
            LegalStatus::HeldForOther => "cell.held",
            LegalStatus::Unknown => "cell.no_answer",
        })
    }

    fn fitness(&self, fitness: Fitness) -> String {
        self.word(match fitness {
            Fitness::NotExamined => "cell.not_examined",
            Fitness::Fit => "cell.fit",
            Fitness::Limited => "cell.limited",
            Fitness::Unfit => "cell.unfit",
        })
    }

    fn clearance(&self, clearance: Clearance) -> String {
        self.word(match clearance {
            Clearance::Unchecked => "cell.unchecked",
            Clearance::Cleared => "cell.cleared",
            Clearance::Escorted => "cell.escorted",
            Clearance::Refused => "cell.not_cleared",
        })
    }

    fn seen(&self, concern: &Concern) -> String {
        let code = &concern.seen;
        let named = match &concern.test {
            Test::AgeAtLeast(_) | Test::AgeAtMost(_) => {
                Some(self.told("cell.years", &[("n", code)]))
            }
            Test::EducationAtLeast(_) => Some(self.code("education", Some(code))),
            Test::Status(_) => LegalStatus::parse(code).map(|status| self.status(status)),
            Test::Fitness(_) => Fitness::parse(code).map(|fitness| self.fitness(fitness)),
            Test::Clearance(_) => Clearance::parse(code).map(|one| self.clearance(one)),
            Test::NotInRegisterF(_) => Some(self.told("cell.in_register_f", &[("date", code)])),
            Test::NotIsolated(_) => Some(self.told("cell.isolated", &[("date", code)])),
            Test::TermAtLeast(_) | Test::TermAtMost(_) => {
                Some(self.told("cell.days_left", &[("n", code)]))
            }
            Test::Served(_) => Some(self.told("cell.days_until", &[("n", code)])),
            Test::Foreign(_) => None,
        };
        let seen = named.unwrap_or_else(|| code.clone());
        self.told("cell.not_met", &[("seen", &seen)])
    }

    fn missing(&self, lacks: Lacks) -> String {
        self.word(match lacks {
            Lacks::Field(Field::BirthDate) => "cell.missing_birth",
            Lacks::Field(Field::Education) => "cell.missing_education",
            Lacks::Field(Field::LegalStatus) => "cell.missing_status",
            Lacks::Fitness => "cell.missing_fitness",
            Lacks::Clearance => "cell.missing_clearance",
            Lacks::RegisterF => "cell.missing_register_f",
            Lacks::Isolation => "cell.missing_isolation",
            Lacks::Term => "cell.missing_term",
            Lacks::Course => "cell.missing_course",
            Lacks::Field(_) | Lacks::Foreign => "cell.unknown_rule",
        })
    }
}
