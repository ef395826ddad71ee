//! After release: 3, 6 and 12 months later the partner asks what became of a person who agreed to it.
//! Its own register; the house reads counts.

use serde::{Deserialize, Serialize};

use super::NoTraining;
use crate::id::OfficerId;
use crate::registration::codes;
use crate::time::{Date, Timestamp};

codes! {
    /// What became of somebody.
    Afterwards {
        /// Works for somebody.
        Employed = "BEKERJA",
        /// Works on their own account.
        SelfEmployed = "WIRAUSAHA",
        /// At school or in another training.
        School = "SEKOLAH",
        /// Looks for work.
        Seeking = "MENCARI_KERJA",
        /// Was reached, and it is not clear.
        Unclear = "TIDAK_DIKETAHUI",
        /// Could not be reached.
        NotReached = "TIDAK_TERHUBUNG",
    }
}

/// After so many months somebody is asked.
pub const MONTHS: [u32; 3] = [3, 6, 12];

/// When somebody was released, as the partner learnt it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The day.
    pub on: Date,
    /// The person agrees to be asked later.
    pub agreed: bool,
    /// Who wrote it down.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// What somebody found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What became of the person.
    pub what: Afterwards,
    /// In a few words; may be empty.
    pub note: String,
    /// Who asked.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// The day on which somebody is due to be asked: so many months later, at the end of a shorter month.
pub fn due_on(release: Date, months: u32) -> Date {
    release.months_after(months.into()).unwrap_or(release)
}

/// Whether somebody may be asked today.
///
/// # Errors
/// Why not.
pub fn check(release: Option<&Release>, months: u32, today: Date) -> Result<(), NoTraining> {
    let release = release.ok_or(NoTraining::NotReleased)?;
    if !release.agreed {
        return Err(NoTraining::NotAgreed);
    }
    match MONTHS.contains(&months) && due_on(release.on, months) <= today {
        true => Ok(()),
        false => Err(NoTraining::NotDue),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        for (from, months, expected) in [
            ("2026-01-15", 3, "2026-04-15"),
            ("2026-11-30", 3, "2027-02-28"),
            ("2027-11-30", 3, "2028-02-29"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2026-12-31", 12, "2027-12-31"),
            ("2028-02-29", 12, "2029-02-28"),
            ("2026-10-05", 3, "2027-01-05"),
        ] {
            assert_eq!(due_on(date(from), months), date(expected), "{from} + {months}");
        }
    }

    #[test]
    fn nobody_is_asked_early_or_against_their_will() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let by: OfficerId = "disnaker".parse().unwrap();
        let release =
            |agreed| Release { on: date("2026-01-15"), agreed, by: by.clone(), at: Timestamp(0) };
        let day = date("2026-04-15");
        assert_eq!(check(Some(&release(true)), 3, day), Ok(()));
        assert_eq!(check(Some(&release(true)), 6, day), Err(NoTraining::NotDue));
        assert_eq!(check(Some(&release(true)), 4, day), Err(NoTraining::NotDue));
        assert_eq!(check(Some(&release(false)), 3, day), Err(NoTraining::NotAgreed));
        assert_eq!(check(None, 3, day), Err(NoTraining::NotReleased));
    }
}
