//! What the house advises about a programme and a person. It advises and never forbids.
//!
//! A rule is data: the server sends it to the tablets, it has a version, the days on which it holds, and
//! the agreement it comes from. Who chooses against it is asked once, and the answer says so. Practice
//! differs from house to house, so nothing here knows a limit, and a rule of a kind that this version does
//! not know counts as unknown, never as met.
//!
//! Some facts are only known at the server: what the clinic and security said, and the days of a term. A tablet
//! has none of them, so that there such a rule says that somebody has to look.

use serde::{Deserialize, Serialize};

use crate::id::ProgrammeCode;
use crate::registration::Field;
use crate::time::Date;

mod facts;
mod test;

pub use facts::Facts;
pub use test::{Part, Test};

/// One rule of one house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// A stable name without `|` and `;`, for example `usia_minimal`.
    pub id: String,
    /// Counts up each time the house changes the rule.
    pub version: u32,
    /// The first day on which it holds.
    pub from: Date,
    /// The last day on which it holds; `None` until further notice.
    #[serde(default)]
    pub until: Option<Date>,
    /// Who agreed on it, and when.
    pub source: String,
    /// For these programmes; for all of them where there is none.
    #[serde(default)]
    pub programmes: Vec<ProgrammeCode>,
    /// What it asks for.
    pub test: Test,
}

impl Rule {
    /// Whether the rule speaks about this programme on this day.
    pub fn holds(&self, programme: &ProgrammeCode, day: Date) -> bool {
        let speaks = self.programmes.is_empty() || self.programmes.contains(programme);
        speaks && self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The answer of one test.
enum Finding {
    Met,
    /// Not met, with the fact that was seen.
    Not(String),
    /// Nobody can tell, because this is missing.
    Unknown(Lacks),
    /// It is no question for this person: neither met nor missed.
    Idle,
}

/// What has to be known before anybody can say whether a rule is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lacks {
    /// An answer.
    Field(Field),
    /// A word of the clinic.
    Fitness,
    /// A word of security about tools.
    Clearance,
    /// A look into Register F that is young enough.
    RegisterF,
    /// A look into the isolation cells that is young enough.
    Isolation,
    /// The days of the term.
    Term,
    /// How long the training takes.
    Course,
    /// Something that this version does not know.
    Foreign,
}

/// What the rules together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every rule is met.
    Eligible,
    /// A rule is not met.
    NotEligible,
    /// Nothing speaks against it that is known, and something is not known.
    Unknown,
}

/// The advice about one programme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Rules that are not met.
    pub concerns: Vec<Concern>,
    /// Rules of which nobody can tell: their ids, and what is missing.
    pub missing: Vec<(String, Lacks)>,
}

impl Advice {
    /// All of it in one word.
    pub fn verdict(&self) -> Verdict {
        match (self.concerns.is_empty(), self.missing.is_empty()) {
            (false, _) => Verdict::NotEligible,
            (true, false) => Verdict::Unknown,
            (true, true) => Verdict::Eligible,
        }
    }
}

/// A rule that is not met: enough to be read years later, when the rules have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// The programme.
    pub programme: ProgrammeCode,
    /// The rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// What it asked for.
    pub test: Test,
    /// What was seen: years, or the code of an answer.
    pub seen: String,
}

/// What the rules that hold today say about a programme.
pub fn advise(rules: &[Rule], programme: &ProgrammeCode, facts: &Facts) -> Advice {
    let mut advice = Advice::default();
    for rule in rules.iter().filter(|rule| rule.holds(programme, facts.today())) {
        match rule.test.ask(facts) {
            Finding::Met | Finding::Idle => {}
            Finding::Not(seen) => advice.concerns.push(Concern {
                programme: programme.clone(),
                rule: rule.id.clone(),
                version: rule.version,
                test: rule.test.clone(),
                seen,
            }),
            Finding::Unknown(lacks) => advice.missing.push((rule.id.clone(), lacks)),
        }
    }
    advice
}

/// The text in the sheet: `GAR|usia_minimal|1|USIA_MIN 18|17;…`. Do not change: sheets hold it.
pub fn to_value(concerns: &[Concern]) -> String {
    let one = |concern: &Concern| {
        let Concern { programme, rule, version, test, seen } = concern.clone();
        format!("{programme}|{rule}|{version}|{}|{seen}", String::from(test))
    };
    concerns.iter().map(one).collect::<Vec<_>>().join(";")
}

/// Reads the text of a sheet; what cannot be understood is left out.
pub fn parse(value: &str) -> Vec<Concern> {
    let one = |text: &str| {
        let mut parts = text.split('|');
        let mut next = || parts.next();
        Some(Concern {
            programme: next()?.parse().ok()?,
            rule: next()?.to_owned(),
            version: next()?.parse().ok()?,
            test: Test::from(next()?.to_owned()),
            seen: next()?.to_owned(),
        })
    };
    value.split(';').filter_map(one).collect()
}

#[cfg(test)]
mod tests;
