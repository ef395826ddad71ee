//! What a rule asks for: the kinds of tests, how they are stored, and what each says about somebody.

use serde::{Deserialize, Serialize};

use super::{Facts, Finding, Lacks};
use crate::person::LegalStatus;
use crate::registration::{Education, Field, codes};
use crate::time::Date;
use crate::vetting::{Clearance, Fitness, Isolation, RegisterF};

codes! {
    /// How much of a term.
    Part {
        /// A third.
        Third = "SEPERTIGA",
        /// Two thirds.
        TwoThirds = "DUA_PERTIGA",
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
    /// The clinic has said one of these.
    Fitness(Vec<Fitness>),
    /// Security has said one of these.
    Clearance(Vec<Clearance>),
    /// Not in Register F in the last months, so many. An older look into it counts as none.
    NotInRegisterF(u8),
    /// Not in an isolation cell, as security saw it in the last days, so many. An older look counts as none.
    NotIsolated(u8),
    /// The term of somebody convicted goes on for so many days after the training.
    TermAtLeast(u16),
    /// The term of somebody convicted ends within so many months.
    TermAtMost(u16),
    /// Somebody convicted has served this part of their term.
    Served(Part),
    /// Something that this version does not know.
    Foreign(String),
}

impl From<String> for Test {
    fn from(text: String) -> Self {
        Self::parse(&text).unwrap_or(Self::Foreign(text))
    }
}

/// Codes with commas between them.
fn joined(codes: impl IntoIterator<Item = &'static str>) -> String {
    codes.into_iter().collect::<Vec<_>>().join(",")
}

impl From<Test> for String {
    fn from(test: Test) -> Self {
        match test {
            Test::AgeAtLeast(years) => format!("USIA_MIN {years}"),
            Test::AgeAtMost(years) => format!("USIA_MAKS {years}"),
            Test::EducationAtLeast(least) => format!("PENDIDIKAN_MIN {}", least.code()),
            Test::Status(these) => format!("STATUS {}", joined(these.iter().map(|s| s.code()))),
            Test::Fitness(these) => {
                format!("KESEHATAN {}", joined(these.iter().map(|word| word.code())))
            }
            Test::Clearance(these) => {
                format!("IZIN_KEAMANAN {}", joined(these.iter().map(|word| word.code())))
            }
            Test::NotInRegisterF(months) => format!("BUKAN_REGISTER_F {months}"),
            Test::NotIsolated(days) => format!("BUKAN_ISOLASI {days}"),
            Test::TermAtLeast(days) => format!("SISA_PIDANA_MIN {days}"),
            Test::TermAtMost(months) => format!("SISA_PIDANA_MAKS {months}"),
            Test::Served(part) => format!("TELAH_JALANI {}", part.code()),
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
            "STATUS" => Self::Status(codes_of(limit, LegalStatus::parse)?),
            "KESEHATAN" => Self::Fitness(codes_of(limit, Fitness::parse)?),
            "IZIN_KEAMANAN" => Self::Clearance(codes_of(limit, Clearance::parse)?),
            "BUKAN_REGISTER_F" => Self::NotInRegisterF(limit.parse().ok()?),
            "BUKAN_ISOLASI" => Self::NotIsolated(limit.parse().ok()?),
            "SISA_PIDANA_MIN" => Self::TermAtLeast(limit.parse().ok()?),
            "SISA_PIDANA_MAKS" => Self::TermAtMost(limit.parse().ok()?),
            "TELAH_JALANI" => Self::Served(Part::parse(limit)?),
            _ => return None,
        })
    }

    /// Whether somebody is known to meet it.
    pub(crate) fn is_met(&self, facts: &Facts) -> bool {
        matches!(self.ask(facts), Finding::Met)
    }

    /// What the test says about somebody.
    pub(super) fn ask(&self, facts: &Facts) -> Finding {
        match self {
            Self::AgeAtLeast(_) | Self::AgeAtMost(_) => self.ask_age(facts),
            Self::EducationAtLeast(least) => {
                let has = facts.education.and_then(|has| Some((has, rank(has)?)));
                match (has, rank(*least)) {
                    (Some((_, has)), Some(least)) if has >= least => Finding::Met,
                    (Some((has, _)), Some(_)) => Finding::Not(has.code().to_owned()),
                    _ => Finding::Unknown(Lacks::Field(Field::Education)),
                }
            }
            Self::Status(these) => match facts.status {
                None | Some(LegalStatus::Unknown) => {
                    Finding::Unknown(Lacks::Field(Field::LegalStatus))
                }
                Some(status) if these.contains(&status) => Finding::Met,
                Some(status) => Finding::Not(status.code().to_owned()),
            },
            Self::Fitness(these) => match facts.known.vetted.fitness {
                None => Finding::Unknown(Lacks::Fitness),
                Some((word, _)) if these.contains(&word) => Finding::Met,
                Some((word, _)) => Finding::Not(word.code().to_owned()),
            },
            Self::Clearance(these) => match facts.known.vetted.clearance {
                None => Finding::Unknown(Lacks::Clearance),
                Some((word, _)) if these.contains(&word) => Finding::Met,
                Some((word, _)) => Finding::Not(word.code().to_owned()),
            },
            Self::NotInRegisterF(months) => {
                let since = facts.months_away(-i32::from(*months));
                let young = facts.known.vetted.register_f.filter(|(_, on)| *on >= since);
                match young {
                    Some((RegisterF::No, _)) => Finding::Met,
                    Some((RegisterF::Yes, on)) => Finding::Not(on.to_string()),
                    Some((RegisterF::Unchecked, _)) | None => Finding::Unknown(Lacks::RegisterF),
                }
            }
            Self::NotIsolated(days) => {
                let since = facts.today.days() - i64::from(*days);
                let young = facts.known.vetted.isolation.filter(|(_, on)| on.days() >= since);
                match young {
                    Some((Isolation::No, _)) => Finding::Met,
                    Some((Isolation::Yes, on)) => Finding::Not(on.to_string()),
                    Some((Isolation::Unchecked, _)) | None => Finding::Unknown(Lacks::Isolation),
                }
            }
            Self::TermAtLeast(_) | Self::TermAtMost(_) | Self::Served(_) => match facts.status {
                None | Some(LegalStatus::Unknown) => {
                    Finding::Unknown(Lacks::Field(Field::LegalStatus))
                }
                Some(LegalStatus::Convicted) => self.ask_term(facts),
                // There is no judgment yet, so no term either.
                Some(LegalStatus::Detainee | LegalStatus::HeldForOther) => Finding::Idle,
            },
            Self::Foreign(_) => Finding::Unknown(Lacks::Foreign),
        }
    }

    fn ask_age(&self, facts: &Facts) -> Finding {
        let Some((fewest, most)) = facts.ages() else {
            return Finding::Unknown(Lacks::Field(Field::BirthDate));
        };
        // How old they are where that speaks against it, and whether every age that they may have is right.
        let (against, sure) = match self {
            Self::AgeAtLeast(least) => {
                let least = i32::from(*least);
                ((most < least).then_some(most), fewest >= least)
            }
            Self::AgeAtMost(limit) => {
                let limit = i32::from(*limit);
                ((fewest > limit).then_some(fewest), most <= limit)
            }
            _ => (None, false),
        };
        match (against, sure) {
            (Some(years), _) => Finding::Not(years.to_string()),
            (None, true) => Finding::Met,
            (None, false) => Finding::Unknown(Lacks::Field(Field::BirthDate)),
        }
    }

    fn ask_term(&self, facts: &Facts) -> Finding {
        let term = facts.known.term;
        // The day that counts, and whether it lies as it should.
        let (day, lies) = match self {
            Self::TermAtLeast(buffer) => {
                let Some(ends) = facts.finishes else { return Finding::Unknown(Lacks::Course) };
                let least = Date::from_days(ends.days() + i64::from(*buffer));
                (term.expiry, term.expiry.is_some_and(|expiry| expiry >= least))
            }
            Self::TermAtMost(months) => {
                let last = facts.months_away(i32::from(*months));
                (term.expiry, term.expiry.is_some_and(|expiry| expiry <= last))
            }
            Self::Served(Part::Third) => {
                (term.third, term.third.is_some_and(|day| day <= facts.today))
            }
            Self::Served(Part::TwoThirds) => {
                (term.two_thirds, term.two_thirds.is_some_and(|day| day <= facts.today))
            }
            _ => (None, false),
        };
        match (day, lies) {
            (None, _) => Finding::Unknown(Lacks::Term),
            (Some(_), true) => Finding::Met,
            // How far away, and not which day: the days of a term are told to nobody who need not decide by them.
            (Some(day), false) => Finding::Not((day.days() - facts.today.days()).to_string()),
        }
    }
}

fn codes_of<T>(text: &str, parse: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(parse).collect()
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
