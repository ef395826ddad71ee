//! What the manpower office does with the people it was given: it advises on who is taken, trains them, says
//! who has passed, hands out certificates, and asks later what became of them.
//!
//! These are facts of the partner. They stand in its own rows on the server, insert only, and never on a tablet;
//! where somebody stands in the life cycle stays on the sheet, and [`crate::lifecycle`] says who may move it.
//! Here are the rules of these facts: what a day of attendance must hold ([`attendance`]), what a certificate's number is
//! ([`certificate`]), when somebody is asked again ([`follow_up`]), and all of them together ([`books`]).
//! Where no source is named a rule is field practice of training centres, to be agreed on by house and partner.

use serde::{Deserialize, Serialize};

use crate::programme::Seat;
use crate::registration::codes;
use crate::sheet::Entry;

pub mod attendance;
pub mod books;
pub mod certificate;
pub mod follow_up;

codes! {
    /// What the partner advises after an interview. It decides nothing: the head does.
    Advice {
        /// Take this person.
        Take = "DIUSULKAN",
        /// Only if a seat is left.
        Reserve = "CADANGAN",
        /// Better not.
        Leave = "TIDAK_DIUSULKAN",
    }
}

codes! {
    /// The finding of a competence test by a certification body: hasil uji.
    Assessment {
        /// Competent.
        Competent = "K",
        /// Not yet.
        NotYet = "BK",
        /// Did not take the test.
        NotTaken = "TIDAK_IKUT",
    }
}

codes! {
    /// How the training ended for somebody.
    Outcome {
        /// Passed.
        Passed = "LULUS",
        /// Failed.
        Failed = "TIDAK_LULUS",
        /// Taken out before the end, with a reason.
        Removed = "TIDAK_SELESAI",
    }
}

codes! {
    /// A score in a word.
    Predicate {
        /// From 90.
        VeryGood = "SANGAT_BAIK",
        /// From 75.
        Good = "BAIK",
        /// From 60.
        Enough = "CUKUP",
        /// Below.
        Low = "KURANG",
    }
}

/// Scores run from 0 to this.
pub const BEST_SCORE: u32 = 100;
/// Nobody passes with less.
pub const PASS_SCORE: u32 = 60;
/// The longest note, reason or topic, in characters.
pub const MAX_TEXT: usize = 300;
/// The longest number of a competence certificate, in characters.
pub const MAX_NUMBER: usize = 60;

impl Predicate {
    /// The word for a score.
    pub const fn of(score: u32) -> Self {
        match score {
            90.. => Self::VeryGood,
            75.. => Self::Good,
            PASS_SCORE.. => Self::Enough,
            _ => Self::Low,
        }
    }
}

/// Why the partner cannot do something. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoTraining {
    /// The package has not begun.
    NotBegun,
    /// The package began on another day than the one asked for.
    BegunAlready,
    /// Nobody is confirmed for the package.
    NobodyConfirmed,
    /// The day is in the future, or before what it must follow.
    DateOutOfRange,
    /// A day has 1 to 12 hours, and nobody attends more of them than there are.
    HoursOutOfRange,
    /// Somebody is missing in the list of a day, is named twice, or is not in the package.
    MarksWrong,
    /// Somebody else has saved the day since it was looked at.
    DayChanged,
    /// A score is a number from 0 to 100.
    ScoreOutOfRange,
    /// An outcome needs a score.
    ScoreMissing,
    /// Nobody passes with this score.
    ScoreTooLow,
    /// Attendance is below what was agreed: passing all the same needs a reason.
    AttendanceLow,
    /// A text is longer than it may be.
    TextTooLong,
    /// The training of this person has not ended, so nobody asks what became of them.
    NotEnded,
    /// The day of release is not known.
    NotReleased,
    /// The person did not agree to be asked later.
    NotAgreed,
    /// It is not time to ask yet, or the months are not 3, 6 or 12.
    NotDue,
    /// The certificate would name a place of detention.
    NamesHouse,
    /// There is no such instructor.
    NoInstructor,
    /// Who has passed is said with a score, on the package's own page.
    OwnPage,
}

impl NoTraining {
    /// A stable code. Do not change: clients know them.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBegun => "training_not_begun",
            Self::BegunAlready => "training_begun_already",
            Self::NobodyConfirmed => "training_nobody_confirmed",
            Self::DateOutOfRange => "date_out_of_range",
            Self::HoursOutOfRange => "hours_out_of_range",
            Self::MarksWrong => "marks_wrong",
            Self::DayChanged => "day_changed",
            Self::ScoreOutOfRange => "score_out_of_range",
            Self::ScoreMissing => "score_missing",
            Self::ScoreTooLow => "score_too_low",
            Self::AttendanceLow => "attendance_low",
            Self::TextTooLong => "text_too_long",
            Self::NotEnded => "training_not_ended",
            Self::NotReleased => "release_unknown",
            Self::NotAgreed => "follow_up_not_agreed",
            Self::NotDue => "follow_up_not_due",
            Self::NamesHouse => "certificate_names_house",
            Self::NoInstructor => "instructor_unknown",
            Self::OwnPage => "training_own_page",
        }
    }
}

/// The package that somebody was confirmed for, is trained in, or was taken out of; `None` for everybody else.
/// Whoever was confirmed by a version that named no package sits in the first one of their first choice.
pub fn package_of(entry: &Entry) -> Option<Seat> {
    if !crate::role::is_released(entry.state) {
        return None;
    }
    let given = entry.decision.as_ref().and_then(|decision| decision.seat.clone());
    let first = || Some(Seat { programme: entry.answers.choices.first()?.clone(), number: 1 });
    given.or_else(first)
}

/// A score as it may be.
///
/// # Errors
/// [`NoTraining::ScoreOutOfRange`]
pub fn check_score(score: u32) -> Result<(), NoTraining> {
    if score <= BEST_SCORE { Ok(()) } else { Err(NoTraining::ScoreOutOfRange) }
}

/// A text that is no longer than it may be, without blanks around it.
///
/// # Errors
/// [`NoTraining::TextTooLong`]
pub fn check_text(text: &str, most: usize) -> Result<String, NoTraining> {
    let text = text.trim();
    match text.chars().count() > most {
        true => Err(NoTraining::TextTooLong),
        false => Ok(text.to_owned()),
    }
}

/// Whether an outcome can stand with this score and so much attendance, in percent of the hours given; `None`
/// where no day was recorded. `least` is the attendance that house and partner agreed on.
///
/// # Errors
/// What is missing: a score, a better one, or a reason.
pub fn check_outcome(
    outcome: Outcome,
    score: Option<u32>,
    attended: Option<u32>,
    least: u32,
    reason: &str,
) -> Result<(), NoTraining> {
    if outcome == Outcome::Removed {
        return Ok(());
    }
    let score = score.ok_or(NoTraining::ScoreMissing)?;
    if outcome == Outcome::Failed {
        return Ok(());
    }
    if score < PASS_SCORE {
        return Err(NoTraining::ScoreTooLow);
    }
    match attended.unwrap_or(0) < least && reason.trim().is_empty() {
        true => Err(NoTraining::AttendanceLow),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_needs_its_score_and_its_attendance_or_a_reason() {
        use NoTraining::*;
        use Outcome::{Failed, Passed, Removed};
        for (outcome, score, attended, reason, expected) in [
            (Passed, Some(80), Some(80), "", Ok(())),
            (Passed, Some(60), Some(100), "", Ok(())),
            (Passed, None, Some(100), "", Err(ScoreMissing)),
            (Passed, Some(59), Some(100), "x", Err(ScoreTooLow)),
            (Passed, Some(80), Some(79), " ", Err(AttendanceLow)),
            (Passed, Some(80), Some(79), "sidang dua kali", Ok(())),
            (Passed, Some(80), None, "", Err(AttendanceLow)),
            (Failed, Some(20), Some(10), "", Ok(())),
            (Failed, None, Some(100), "", Err(ScoreMissing)),
            (Removed, None, None, "", Ok(())),
        ] {
            let found = check_outcome(outcome, score, attended, 80, reason);
            assert_eq!(found, expected, "{outcome:?} {score:?} {attended:?}");
        }
    }

    #[test]
    fn a_score_has_a_word_and_an_end() {
        use Predicate::*;
        for (score, word) in [(0, Low), (59, Low), (60, Enough), (75, Good), (90, VeryGood)] {
            assert_eq!(Predicate::of(score), word, "{score}");
        }
        assert_eq!(check_score(100), Ok(()));
        assert_eq!(check_score(101), Err(NoTraining::ScoreOutOfRange));
        assert_eq!(check_text(" a ", 1), Ok("a".to_owned()));
        assert_eq!(check_text("ab", 1), Err(NoTraining::TextTooLong));
    }
}
