//! What a house has agreed on about seats: which rules bind, and what gives points. Data, with a version.

use serde::{Deserialize, Serialize};

use super::{Candidate, Wish};
use crate::eligibility::{Facts, Rule, Test, advise};
use crate::id::SheetId;
use crate::lifecycle::State;
use crate::registration::Experience;
use crate::sheet::Entry;
use crate::time::Date;

/// The agreement. Without one nothing binds and the lottery decides alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Counts up each time the house changes it.
    pub version: u32,
    /// Who agreed on it, and when.
    pub source: String,
    /// The ids of rules about programmes that bind. The others advise.
    pub binding: Vec<String>,
    /// What gives points.
    pub priorities: Vec<Priority>,
}

/// Something that gives points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// A stable name.
    pub id: String,
    /// How many points.
    pub weight: u32,
    /// For what.
    pub ground: Ground,
}

/// What points are given for. Stored as one text: `PILIHAN_PERTAMA`, `PENGALAMAN`, or a [`Test`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Ground {
    /// The programme is the first choice.
    FirstChoice,
    /// The person has worked in the field of the first choice.
    Experience,
    /// Something about the person. What nobody knows gives no points.
    Fact(Test),
}

impl From<String> for Ground {
    fn from(text: String) -> Self {
        match text.as_str() {
            "PILIHAN_PERTAMA" => Self::FirstChoice,
            "PENGALAMAN" => Self::Experience,
            _ => Self::Fact(Test::from(text)),
        }
    }
}

impl From<Ground> for String {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::FirstChoice => "PILIHAN_PERTAMA".to_owned(),
            Ground::Experience => "PENGALAMAN".to_owned(),
            Ground::Fact(test) => test.into(),
        }
    }
}

impl Policy {
    /// Somebody's part of a run on the day `today`; `None` for whoever does not wait for a seat.
    pub fn candidate(
        &self,
        rules: &[Rule],
        sheet: &SheetId,
        entry: &Entry,
        contested: bool,
        today: Date,
    ) -> Option<Candidate> {
        if !matches!(entry.state, State::Verified | State::Reserve) {
            return None;
        }
        let facts = Facts::of(&entry.person, entry.answers.education, today);
        let wishes = entry.answers.choices.iter().enumerate().map(|(rank, programme)| {
            let advice = advise(rules, programme, &facts);
            let binds = |id: &String| self.binding.contains(id);
            let barred = advice.concerns.iter().map(|concern| &concern.rule).find(|id| binds(id));
            let is = |ground: &Ground| match ground {
                Ground::FirstChoice => rank == 0,
                Ground::Experience => {
                    rank == 0 && entry.answers.experience == Some(Experience::Some)
                }
                Ground::Fact(test) => test.is_met(&facts),
            };
            let earned = self.priorities.iter().filter(|priority| is(&priority.ground));
            Wish {
                programme: programme.clone(),
                points: earned.map(|priority| priority.weight).sum(),
                barred: barred.cloned(),
                unsure: advice.missing.iter().any(|(id, _)| binds(id)),
            }
        });
        let turn = entry.decision.as_ref().and_then(|decision| decision.seat.clone());
        Some(Candidate {
            sheet: sheet.clone(),
            entry: entry.id,
            state: entry.state,
            turn: turn.filter(|_| entry.state == State::Reserve),
            wishes: wishes.collect(),
            contested,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_are_read_back_and_what_nobody_knows_gives_no_points() {
        for text in ["PILIHAN_PERTAMA", "PENGALAMAN", "USIA_MAKS 35", "SISA_PIDANA_MAKS 24"] {
            assert_eq!(String::from(Ground::from(text.to_owned())), text);
        }
        let today = Date::new(2026, 1, 1).unwrap();
        let nobody = Facts::of(&Default::default(), None, today);
        for text in ["USIA_MAKS 35", "SISA_PIDANA_MAKS 24"] {
            assert!(!Test::from(text.to_owned()).is_met(&nobody), "{text}");
        }
    }
}
