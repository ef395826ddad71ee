//! What a house has agreed on about seats: which rules bind, and what gives points. Data, with a version.

use serde::{Deserialize, Serialize};

use super::{Candidate, Wish};
use crate::eligibility::{Facts, Rule, Test, advise};
use crate::id::SheetId;
use crate::lifecycle::State;
use crate::programme::Lengths;
use crate::registration::Experience;
use crate::sheet::Entry;
use crate::time::Date;
use crate::vetting::Known;

/// What people are looked at by, on one day.
#[derive(Debug, Clone, Copy)]
pub struct Scale<'a> {
    /// The rules about programmes.
    pub rules: &'a [Rule],
    /// How long trainings take.
    pub lengths: &'a Lengths,
    /// The day.
    pub today: Date,
}

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
    /// Somebody's part of a run, with what is `known` of them beside the sheet; `None` for whoever does not wait
    /// for a seat.
    pub fn candidate(
        &self,
        Scale { rules, lengths, today }: Scale<'_>,
        sheet: &SheetId,
        entry: &Entry,
        known: &Known,
        contested: bool,
    ) -> Option<Candidate> {
        if !matches!(entry.state, State::Verified | State::Reserve) {
            return None;
        }
        let person = Facts::of(&entry.person, entry.answers.education, today).with(known);
        let wishes = entry.answers.choices.iter().enumerate().map(|(rank, programme)| {
            let facts = person.finishing(lengths.finishes(programme, today));
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

    #[test]
    fn what_the_clinic_said_and_the_term_bar_or_give_points_for_each_choice_by_itself() {
        use crate::id::EntryId;
        use crate::person::{LegalStatus, Person};
        use crate::programme::Length;
        use crate::registration::{Answers, parse_choices};
        use crate::vetting::{Fitness, Term, Vetted};

        let today = Date::new(2026, 1, 1).unwrap();
        let rule = |id: &str, programme: &str, test: &str| Rule {
            id: id.into(),
            version: 1,
            from: today,
            until: None,
            source: "contoh".into(),
            programmes: vec![programme.parse().unwrap()],
            test: Test::from(test.to_owned()),
        };
        let rules = [
            rule("sehat", "LAS", "KESEHATAN LAYAK"),
            rule("sisa_las", "LAS", "SISA_PIDANA_MIN 14"),
            rule("sisa_gar", "GAR", "SISA_PIDANA_MIN 14"),
        ];
        let length = |days| Length { days, ..Length::default() };
        let lengths = Lengths(
            [("LAS".parse().unwrap(), length(60)), ("GAR".parse().unwrap(), length(10))].into(),
        );
        let policy = Policy {
            binding: vec!["sehat".into(), "sisa_las".into(), "sisa_gar".into()],
            priorities: vec![Priority {
                id: "segera_bebas".into(),
                weight: 20,
                ground: Ground::from("SISA_PIDANA_MAKS 24".to_owned()),
            }],
            ..Policy::default()
        };
        let entry = Entry {
            id: EntryId([1; 16]),
            listed: true,
            person: Person { legal_status: Some(LegalStatus::Convicted), ..Person::default() },
            answers: Answers { choices: parse_choices("LAS,GAR"), ..Answers::default() },
            fields: Default::default(),
            registration: None,
            decision: None,
            answered: None,
            state: State::Verified,
            number: String::new(),
            done_by: None,
            contested: false,
        };
        let sheet = "2026.1-A".parse().unwrap();
        let wishes = |fitness: Option<Fitness>, expiry: &str| {
            let vetted = Vetted { fitness: fitness.map(|word| (word, today)), ..Vetted::default() };
            let term = Term { expiry: expiry.parse().ok(), ..Term::default() };
            let scale = Scale { rules: &rules, lengths: &lengths, today };
            let known = Known { vetted, term };
            let candidate = policy.candidate(scale, &sheet, &entry, &known, false).unwrap();
            let wish = |wish: &Wish| (wish.barred.clone(), wish.unsure, wish.points);
            [wish(&candidate.wishes[0]), wish(&candidate.wishes[1])]
        };
        let barred = |id: &str| Some(id.to_owned());
        assert_eq!(wishes(None, ""), [(None, true, 0), (None, true, 0)]);
        assert_eq!(
            wishes(Some(Fitness::Unfit), "2026-01-31"),
            [(barred("sehat"), false, 20), (None, false, 20)],
        );
        assert_eq!(
            wishes(Some(Fitness::Fit), "2026-01-24"),
            [(barred("sisa_las"), false, 20), (barred("sisa_gar"), false, 20)],
        );
        assert_eq!(wishes(Some(Fitness::Fit), "2030-01-01"), [(None, false, 0), (None, false, 0)],);
    }
}
