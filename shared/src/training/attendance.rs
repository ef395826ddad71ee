//! Attendance by day: everybody is there, then the exceptions. A day is saved as a whole; a correction is one more
//! row, the last one counts, and none is ever lost.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{MAX_TEXT, NoTraining};
use crate::id::{EntryId, OfficerId};
use crate::registration::codes;
use crate::time::{Date, Timestamp};

codes! {
    /// Whether somebody was there, and why not. A disciplinary measure has no code of its own: what it
    /// was is the house's business, and the partner writes *excused*.
    Attendance {
        /// There.
        Present = "HADIR",
        /// There, and late.
        Late = "TERLAMBAT",
        /// Sick.
        Sick = "SAKIT",
        /// Excused.
        Excused = "IZIN",
        /// At court, or called to another office.
        Court = "SIDANG",
        /// Had a visitor.
        Visit = "KUNJUNGAN",
        /// Not there, and nobody knows why.
        Absent = "ALPA",
        /// Not in the house any more.
        Left = "KELUAR",
    }
}

impl Attendance {
    /// Whether the person was taught.
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }
}

/// The most hours of one day. An hour of training (jam pelajaran) is commonly 45 minutes.
pub const MAX_HOURS: u32 = 12;
/// Whoever misses so many days in a row is shown: somebody should ask why.
pub const LONG: u32 = 3;

/// One person on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Who.
    pub entry: EntryId,
    /// Whether they were there.
    pub code: Attendance,
    /// How many of the day's hours; all of them for *present*, none for whoever was not there.
    pub hours: u32,
}

/// One day of a package, as somebody saved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// How often it has been saved, from 1.
    pub revision: u32,
    /// The hours given.
    pub hours: u32,
    /// What was taught; may be empty.
    pub topic: String,
    /// Everybody.
    pub marks: Vec<Mark>,
    /// Who saved it.
    pub by: OfficerId,
    /// When, by the server's clock.
    pub at: Timestamp,
}

impl Day {
    /// What this day says of somebody.
    pub fn mark(&self, entry: EntryId) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.entry == entry)
    }

    /// How many were there.
    pub fn there(&self) -> u32 {
        self.marks.iter().filter(|mark| mark.code.is_there()).count() as u32
    }
}

/// A day as somebody wants to save it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveDay {
    /// The revision that they looked at; 0 for a day that nobody has saved.
    pub after: u32,
    /// The hours given.
    pub hours: u32,
    /// What was taught.
    #[serde(default)]
    pub topic: String,
    /// Everybody.
    pub marks: Vec<Mark>,
}

impl SaveDay {
    /// Whether the day says so already: a repeated request.
    pub fn is_said_by(&self, day: &Day) -> bool {
        (self.hours, self.topic.trim(), &self.marks) == (day.hours, &*day.topic, &day.marks)
    }

    /// Whether it can be saved for `date`. `may` are those in the package, `must` those who may not be
    /// left out: whoever is in training, or stood in the day before.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(
        &self,
        date: Date,
        (begun, today): (Date, Date),
        may: &BTreeSet<EntryId>,
        must: &BTreeSet<EntryId>,
    ) -> Result<(), NoTraining> {
        if !(begun..=today).contains(&date) {
            return Err(NoTraining::DateOutOfRange);
        }
        let fits = |mark: &Mark| match mark.code {
            Attendance::Present => mark.hours == self.hours,
            Attendance::Late => (1..=self.hours).contains(&mark.hours),
            _ => mark.hours == 0,
        };
        if !(1..=MAX_HOURS).contains(&self.hours) || !self.marks.iter().all(fits) {
            return Err(NoTraining::HoursOutOfRange);
        }
        let named: BTreeSet<EntryId> = self.marks.iter().map(|mark| mark.entry).collect();
        if named.len() != self.marks.len() || !named.is_subset(may) || !must.is_subset(&named) {
            return Err(NoTraining::MarksWrong);
        }
        super::check_text(&self.topic, MAX_TEXT).map(drop)
    }
}

/// The days of one person, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Days on which the person stands in the list.
    pub days: u32,
    /// There, late ones among them.
    pub present: u32,
    /// Late.
    pub late: u32,
    /// Sick.
    pub sick: u32,
    /// Excused, a visit, or not in the house any more.
    pub excused: u32,
    /// At court.
    pub court: u32,
    /// Without a reason.
    pub absent: u32,
    /// Hours attended.
    pub hours: u32,
    /// Hours given on these days.
    pub given: u32,
    /// The latest days in a row on which the person was not there.
    pub missed_last: u32,
}

impl Totals {
    /// Counts the days of one person; `days` in the order of the calendar.
    pub fn of(days: &[Day], entry: EntryId) -> Self {
        let mut totals = Self::default();
        for day in days {
            let Some(mark) = day.mark(entry) else { continue };
            totals.days += 1;
            totals.given += day.hours;
            totals.hours += mark.hours;
            totals.missed_last = if mark.code.is_there() { 0 } else { totals.missed_last + 1 };
            let count = match mark.code {
                Attendance::Present => &mut totals.present,
                Attendance::Late => {
                    totals.late += 1;
                    &mut totals.present
                }
                Attendance::Sick => &mut totals.sick,
                Attendance::Excused | Attendance::Visit | Attendance::Left => &mut totals.excused,
                Attendance::Court => &mut totals.court,
                Attendance::Absent => &mut totals.absent,
            };
            *count += 1;
        }
        totals
    }

    /// Hours attended in percent of those given, rounded down: nobody reaches a limit by rounding.
    pub fn percent(&self) -> Option<u32> {
        (self.given > 0).then(|| self.hours * 100 / self.given)
    }

    /// Whether somebody should ask why this person does not come.
    pub fn is_long_away(&self) -> bool {
        self.missed_last >= LONG
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: EntryId = EntryId([1; 16]);
    const TWO: EntryId = EntryId([2; 16]);

    fn date(day: u8) -> Date {
        Date::new(2026, 1, day).unwrap()
    }

    fn mark(entry: EntryId, code: Attendance, hours: u32) -> Mark {
        Mark { entry, code, hours }
    }

    fn day(number: u8, marks: Vec<Mark>) -> Day {
        let by = "blk".parse().unwrap();
        Day {
            date: date(number),
            revision: 1,
            hours: 8,
            topic: String::new(),
            marks,
            by,
            at: Timestamp(0),
        }
    }

    #[test]
    fn a_day_is_whole_and_possible() {
        use Attendance::*;
        let people: BTreeSet<EntryId> = [ONE, TWO].into();
        let check = |number: u8, hours, marks: Vec<Mark>| {
            let save = SaveDay { after: 0, hours, topic: String::new(), marks };
            save.check(date(number), (date(5), date(20)), &people, &people)
        };
        let both = || vec![mark(ONE, Present, 8), mark(TWO, Sick, 0)];
        assert_eq!(check(5, 8, both()), Ok(()));
        for (number, hours, marks, why) in [
            (4, 8, both(), NoTraining::DateOutOfRange),
            (21, 8, both(), NoTraining::DateOutOfRange),
            (6, 0, both(), NoTraining::HoursOutOfRange),
            (6, 13, both(), NoTraining::HoursOutOfRange),
            (6, 8, vec![mark(ONE, Present, 4), mark(TWO, Present, 8)], NoTraining::HoursOutOfRange),
            (6, 8, vec![mark(ONE, Late, 9), mark(TWO, Present, 8)], NoTraining::HoursOutOfRange),
            (6, 8, vec![mark(ONE, Sick, 1), mark(TWO, Present, 8)], NoTraining::HoursOutOfRange),
            (6, 8, vec![mark(ONE, Present, 8)], NoTraining::MarksWrong),
            (6, 8, vec![mark(ONE, Present, 8); 2], NoTraining::MarksWrong),
            (
                6,
                8,
                [both(), vec![mark(EntryId([3; 16]), Sick, 0)]].concat(),
                NoTraining::MarksWrong,
            ),
        ] {
            assert_eq!(check(number, hours, marks.clone()), Err(why), "{number} {hours} {marks:?}");
        }
    }

    #[test]
    fn days_are_counted_and_a_long_absence_is_seen() {
        use Attendance::*;
        let marks = [
            (Present, 8),
            (Late, 4),
            (Sick, 0),
            (Present, 8),
            (Absent, 0),
            (Court, 0),
            (Excused, 0),
        ];
        let days =
            marks.iter().zip(1..).map(|((code, hours), n)| day(n, vec![mark(ONE, *code, *hours)]));
        let days: Vec<Day> = days.collect();
        let totals = Totals::of(&days, ONE);
        assert_eq!((totals.days, totals.present, totals.late, totals.sick), (7, 3, 1, 1));
        assert_eq!((totals.absent, totals.court, totals.excused), (1, 1, 1));
        assert_eq!((totals.hours, totals.given, totals.percent()), (20, 56, Some(35)));
        assert!(totals.is_long_away());
        assert!(!Totals::of(&days[..6], ONE).is_long_away());
        assert_eq!(Totals::of(&days, TWO).percent(), None);
    }
}
