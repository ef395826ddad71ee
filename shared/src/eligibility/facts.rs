//! What is known of a person when a rule is asked.

use crate::person::{LegalStatus, Person};
use crate::registration::Education;
use crate::time::Date;
use crate::vetting::Known;

/// What is known of a person on one day. A fact that is missing stays missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub(super) today: Date,
    pub(super) birth: Option<Date>,
    /// Of the day of birth only the year is sure.
    pub(super) only_year: bool,
    pub(super) status: Option<LegalStatus>,
    pub(super) education: Option<Education>,
    /// What only the server knows.
    pub(super) known: Known,
    /// The day on which the training could be finished.
    pub(super) finishes: Option<Date>,
}

impl Facts {
    /// What is known of this person on the day `today`, from what they and the prison's list say.
    pub fn of(person: &Person, education: Option<Education>, today: Date) -> Self {
        Self {
            today,
            birth: person.birth_date,
            only_year: person.birth_approximate,
            status: person.legal_status,
            education,
            known: Known::default(),
            finishes: None,
        }
    }

    /// The same with what the server knows beside the sheet.
    pub fn with(self, known: &Known) -> Self {
        Self { known: *known, ..self }
    }

    /// The same for a training that could be finished on this day.
    pub fn finishing(self, on: Option<Date>) -> Self {
        Self { finishes: on, ..self }
    }

    /// The day on which it is asked.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The day so many months after today, or before it; the last of the month where that is shorter.
    pub(super) fn months_away(&self, months: i32) -> Date {
        self.today.months_after(months.into()).unwrap_or(self.today)
    }

    /// The lowest and the highest age in years that the person may have today. An age that nobody here
    /// has comes from a mistake in the list, and says nothing.
    pub(super) fn ages(&self) -> Option<(i32, i32)> {
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
