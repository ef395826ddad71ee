//! What the house advises about a programme and a person. It advises and never forbids.
//!
//! A rule is data: the server sends it to the tablets, it has a version, the days on which it holds, and
//! the agreement it comes from. Who chooses against it is asked once, and the answer says so. Practice
//! differs from house to house, so nothing here knows a limit, and a rule of a kind that this version does
//! not know counts as unknown, never as met.

use serde::{Deserialize, Serialize};

use crate::id::ProgrammeCode;
use crate::person::{LegalStatus, Person};
use crate::registration::{Education, Field};
use crate::time::Date;

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

/// What a rule asks for. It is stored and sent as one text, `USIA_MIN 18`. Do not change: sheets hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Test {
    /// At least so many years old on the day of the registration.
    AgeAtLeast(u8),
    /// At most so many years old on the day of the registration.
    AgeAtMost(u8),
    /// At least this education.
    EducationAtLeast(Education),
    /// Held for one of these reasons.
    Status(Vec<LegalStatus>),
    /// Something that this version does not know.
    Foreign(String),
}

impl From<String> for Test {
    fn from(text: String) -> Self {
        Self::parse(&text).unwrap_or(Self::Foreign(text))
    }
}

impl From<Test> for String {
    fn from(test: Test) -> Self {
        match test {
            Test::AgeAtLeast(years) => format!("USIA_MIN {years}"),
            Test::AgeAtMost(years) => format!("USIA_MAKS {years}"),
            Test::EducationAtLeast(least) => format!("PENDIDIKAN_MIN {}", least.code()),
            Test::Status(these) => {
                let codes: Vec<&str> = these.iter().map(|status| status.code()).collect();
                format!("STATUS {}", codes.join(","))
            }
            Test::Foreign(text) => text,
        }
    }
}

impl Test {
    fn parse(text: &str) -> Option<Self> {
        let (kind, limit) = text.split_once(' ')?;
        Some(match kind {
            "USIA_MIN" => Self::AgeAtLeast(limit.parse().ok()?),
            "USIA_MAKS" => Self::AgeAtMost(limit.parse().ok()?),
            "PENDIDIKAN_MIN" => {
                let least = Education::parse(limit)?;
                rank(least)?;
                Self::EducationAtLeast(least)
            }
            "STATUS" => {
                Self::Status(limit.split(',').map(LegalStatus::parse).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    /// Whether somebody is known to meet it.
    pub(crate) fn is_met(&self, facts: &Facts) -> bool {
        matches!(self.ask(facts), Finding::Met)
    }

    /// What the test says about somebody.
    fn ask(&self, facts: &Facts) -> Finding {
        match self {
            Self::AgeAtLeast(least) => match facts.ages() {
                None => Finding::Unknown(Some(Field::BirthDate)),
                Some((_, most)) if most < i32::from(*least) => Finding::Not(most.to_string()),
                Some((fewest, _)) if fewest < i32::from(*least) => {
                    Finding::Unknown(Some(Field::BirthDate))
                }
                Some(_) => Finding::Met,
            },
            Self::AgeAtMost(most) => match facts.ages() {
                None => Finding::Unknown(Some(Field::BirthDate)),
                Some((fewest, _)) if fewest > i32::from(*most) => Finding::Not(fewest.to_string()),
                Some((_, oldest)) if oldest > i32::from(*most) => {
                    Finding::Unknown(Some(Field::BirthDate))
                }
                Some(_) => Finding::Met,
            },
            Self::EducationAtLeast(least) => {
                let has = facts.education.and_then(|has| Some((has, rank(has)?)));
                match (has, rank(*least)) {
                    (Some((_, has)), Some(least)) if has >= least => Finding::Met,
                    (Some((has, _)), Some(_)) => Finding::Not(has.code().to_owned()),
                    _ => Finding::Unknown(Some(Field::Education)),
                }
            }
            Self::Status(these) => match facts.status {
                None | Some(LegalStatus::Unknown) => Finding::Unknown(Some(Field::LegalStatus)),
                Some(status) if these.contains(&status) => Finding::Met,
                Some(status) => Finding::Not(status.code().to_owned()),
            },
            Self::Foreign(_) => Finding::Unknown(None),
        }
    }
}

/// How far an education reaches: the vocational school stands beside the general one.
fn rank(education: Education) -> Option<u8> {
    use Education::*;
    Some(match education {
        None => 0,
        PrimaryUnfinished => 1,
        Primary => 2,
        LowerSecondary => 3,
        UpperSecondary | Vocational => 4,
        Diploma => 5,
        Bachelor => 6,
        Unknown => return Option::None,
    })
}

/// The answer of one test.
enum Finding {
    Met,
    /// Not met, with the fact that was seen.
    Not(String),
    /// Nobody can tell, because this answer is missing.
    Unknown(Option<Field>),
}

/// What is known of a person on one day. A fact that is missing stays missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    today: Date,
    birth: Option<Date>,
    /// Of the day of birth only the year is sure.
    only_year: bool,
    status: Option<LegalStatus>,
    education: Option<Education>,
}

impl Facts {
    /// What is known of this person on the day `today`.
    pub fn of(person: &Person, education: Option<Education>, today: Date) -> Self {
        Self {
            today,
            birth: person.birth_date,
            only_year: person.birth_approximate,
            status: person.legal_status,
            education,
        }
    }

    /// The lowest and the highest age in years that the person may have today. An age that nobody here
    /// has comes from a mistake in the list, and says nothing.
    fn ages(&self) -> Option<(i32, i32)> {
        let birth = self.birth?;
        let ages = match self.only_year {
            false => (birth.age_on(self.today), birth.age_on(self.today)),
            true => {
                let last = Date::new(birth.year(), 12, 31)?;
                let first = Date::new(birth.year(), 1, 1)?;
                (last.age_on(self.today), first.age_on(self.today))
            }
        };
        let likely = 12..=100;
        (likely.contains(&ages.0) && likely.contains(&ages.1)).then_some(ages)
    }
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// Rules that are not met.
    pub concerns: Vec<Concern>,
    /// Rules of which nobody can tell: their ids, and the answer that is missing where it is known which.
    pub missing: Vec<(String, Option<Field>)>,
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
    for rule in rules.iter().filter(|rule| rule.holds(programme, facts.today)) {
        match rule.test.ask(facts) {
            Finding::Met => {}
            Finding::Not(seen) => advice.concerns.push(Concern {
                programme: programme.clone(),
                rule: rule.id.clone(),
                version: rule.version,
                test: rule.test.clone(),
                seen,
            }),
            Finding::Unknown(field) => advice.missing.push((rule.id.clone(), field)),
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
