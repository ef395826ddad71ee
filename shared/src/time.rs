//! Time as a value. Nothing here reads a clock: whoever knows the time hands it in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A moment: milliseconds since 1970-01-01 00:00 UTC.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The day that a calendar in this zone shows.
    pub fn date(self, zone: Zone) -> Date {
        Date::from_days(self.local(zone).div_euclid(DAY))
    }

    /// The time of day that a clock in this zone shows, in the Indonesian style: `14.05`.
    pub fn clock(self, zone: Zone) -> String {
        let minutes = self.local(zone).rem_euclid(DAY) / MINUTE;
        format!("{:02}.{:02}", minutes / 60, minutes % 60)
    }

    /// The moment at which a clock in this zone shows so many minutes after midnight of a day.
    pub fn at(day: Date, minutes: u32, zone: Zone) -> Self {
        let local = day.days() * DAY + i64::from(minutes) * MINUTE;
        Self(local - i64::from(zone.0) * MINUTE)
    }

    fn local(self, zone: Zone) -> i64 {
        self.0.saturating_add(i64::from(zone.0) * MINUTE)
    }
}

/// How far a clock is off, as people say it: the largest unit that has at least two of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockError {
    /// How many of the unit, rounded to the nearest; from 2.
    pub value: i64,
    /// Of what.
    pub unit: ClockUnit,
    /// The clock shows a time that is over; otherwise one that is still to come.
    pub slow: bool,
}

/// What an error of a clock is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockUnit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

/// Clocks may differ by this many milliseconds before anybody is told: an exchange takes its time as well.
const CLOCK_TOLERANCE: i64 = 2 * MINUTE;

impl ClockError {
    /// From a clock minus the right one, in milliseconds; nothing for a difference that nobody would notice.
    pub fn of(offset: i64) -> Option<Self> {
        const HOUR: i64 = 60 * MINUTE;
        // Rounded, because an exchange takes a moment: a clock that is three days slow seems a little less.
        let (unit, length) = match offset.checked_abs()? {
            off if off <= CLOCK_TOLERANCE => return None,
            off if off < 2 * HOUR - MINUTE / 2 => (ClockUnit::Minutes, MINUTE),
            off if off < 2 * DAY - HOUR / 2 => (ClockUnit::Hours, HOUR),
            _ => (ClockUnit::Days, DAY),
        };
        let value = offset.abs().saturating_add(length / 2) / length;
        Some(Self { value, unit, slow: offset < 0 })
    }
}

/// Minutes east of UTC. Indonesia has three zones and no summer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(pub i16);

impl Zone {
    /// Western Indonesia: Jakarta.
    pub const WIB: Self = Self(7 * 60);
    /// Central Indonesia: Makassar.
    pub const WITA: Self = Self(8 * 60);
    /// Eastern Indonesia: Ambon, Jayapura.
    pub const WIT: Self = Self(9 * 60);
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WIB => f.write_str("WIB"),
            Self::WITA => f.write_str("WITA"),
            Self::WIT => f.write_str("WIT"),
            Self(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                write!(f, "UTC{sign}{:02}.{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// A day of the Gregorian calendar that exists: only [`Date::new`] and parsing make one.
///
/// It is shown as `dd/mm/yyyy` and stored and sent as ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadDate {
    /// It is not written as a day, a month and a year of four digits.
    Format,
    /// It is written like a date, but the calendar has no such day: `31/02/2025`, or month 13.
    NoSuchDay,
}

impl fmt::Display for BadDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => "a date is written dd/mm/yyyy",
            Self::NoSuchDay => "the calendar has no such day",
        })
    }
}

impl std::error::Error for BadDate {}

impl Date {
    /// The same day so many months later, or before; the last of the month where that is shorter. `None` where the
    /// calendar ends before.
    pub fn months_after(self, months: i64) -> Option<Self> {
        let count = i64::from(self.year) * 12 + i64::from(self.month) - 1 + months;
        let year = i32::try_from(count.div_euclid(12)).ok()?;
        let month = (count.rem_euclid(12) + 1) as u8;
        (1..=self.day).rev().find_map(|day| Self::new(year, month, day))
    }

    /// The day with these numbers, if the calendar has it. Years run from 0 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The form in which dates are stored: `1990-10-05`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// Whole years of age that someone born on this day has on that day; negative before birth.
    ///
    /// Someone born on 29 February is a year older on 1 March in other years.
    pub fn age_on(self, day: Self) -> i32 {
        let before_birthday = (day.month, day.day) < (self.month, self.day);
        day.year - self.year - i32::from(before_birthday)
    }

    /// Days since 1970-01-01: what differences and weekdays are computed from.
    pub fn days(self) -> i64 {
        // Years that begin in March put the leap day last, so the length of a year's first part
        // does not depend on the year; 400 years have 146,097 days.
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day that many days after 1970-01-01; clamped to the years 0 to 9999.
    pub fn from_days(days: i64) -> Self {
        const FIRST: Date = Date { year: 0, month: 1, day: 1 };
        const LAST: Date = Date { year: 9999, month: 12, day: 31 };
        let shifted = days.clamp(FIRST.days(), LAST.days()) + 719_468;
        let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + of_era + i64::from(month <= 2);
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        Self { year: year as i32, month: month as u8, day: day as u8 }
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }
}

impl FromStr for Date {
    type Err = BadDate;

    /// Reads `dd/mm/yyyy`, `d/m/yyyy`, `dd-mm-yyyy` and `yyyy-mm-dd`.
    ///
    /// Day and month are never swapped to make sense: `02/13/1990` is an error, because a date
    /// that was guessed is worse than one that is asked for again.
    fn from_str(text: &str) -> Result<Self, BadDate> {
        let text = text.trim();
        let separator = if text.contains('/') { '/' } else { '-' };
        let mut parts = text.split(separator);
        let (Some(a), Some(b), Some(c), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadDate::Format);
        };
        let (year, month, day) =
            if separator == '-' && a.len() == 4 { (a, b, c) } else { (c, b, a) };
        if year.len() != 4 {
            return Err(BadDate::Format);
        }
        let year = number(year).ok_or(BadDate::Format)?;
        let month = small_number(month)?;
        let day = small_number(day)?;
        Self::new(i32::from(year), month, day).ok_or(BadDate::NoSuchDay)
    }
}

/// At most four digits and nothing else.
fn number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn small_number(text: &str) -> Result<u8, BadDate> {
    if text.len() > 2 {
        return Err(BadDate::Format);
    }
    number(text).and_then(|n| u8::try_from(n).ok()).ok_or(BadDate::Format)
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u8, day: u8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in ["05/10/1990", "5/10/1990", " 05-10-1990 ", "1990-10-05", "5-10-1990"] {
            assert_eq!(text.parse(), Ok(date(1990, 10, 5)), "{text}");
        }
        assert_eq!("13/02/1990".parse(), Ok(date(1990, 2, 13)));
        assert_eq!("29/02/2000".parse(), Ok(date(2000, 2, 29)));
    }

    #[test]
    fn what_is_no_date_is_refused_with_the_reason() {
        use BadDate::{Format, NoSuchDay};
        for (text, why) in [
            ("", Format),
            ("05/10", Format),
            ("05/10/90", Format),
            ("05/10/1990/1", Format),
            ("005/10/1990", Format),
            ("5 Oktober 1990", Format),
            ("+5/10/1990", Format),
            ("٠٥/10/1990", Format),
            ("05/10-1990", Format),
            ("00/00/0000", NoSuchDay),
            ("31/02/2025", NoSuchDay),
            ("29/02/1900", NoSuchDay),
            ("29/02/2025", NoSuchDay),
            ("02/13/1990", NoSuchDay),
            ("1990-13-01", NoSuchDay),
        ] {
            assert_eq!(text.parse::<Date>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let (from, to) = (date(1799, 12, 31), date(2200, 1, 1));
        let mut previous = from;
        for days in from.days() + 1..=to.days() {
            let next = Date::from_days(days);
            assert!(next > previous);
            assert_eq!(next.days(), days);
            assert_eq!(Date::new(next.year, next.month, next.day), Some(next));
            previous = next;
        }
        assert_eq!(previous, to);
        assert_eq!(date(1970, 1, 1).days(), 0);
        assert_eq!(Date::from_days(i64::MAX), date(9999, 12, 31));
        assert_eq!(Date::from_days(i64::MIN), date(0, 1, 1));
    }

    #[test]
    fn a_clock_shows_the_time_of_its_zone() {
        // 2 October 2025, 23:05 UTC is the next morning in Ambon.
        let moment = Timestamp(date(2025, 10, 2).days() * DAY + (23 * 60 + 5) * MINUTE);
        assert_eq!(moment.clock(Zone(0)), "23.05");
        assert_eq!(moment.date(Zone(0)).to_string(), "02/10/2025");
        assert_eq!(moment.clock(Zone::WIT), "08.05");
        assert_eq!(moment.date(Zone::WIT).to_string(), "03/10/2025");
        assert_eq!(Timestamp(-1).clock(Zone(0)), "23.59");
        assert_eq!(Timestamp(-1).date(Zone(0)).iso(), "1969-12-31");
        assert_eq!(Timestamp(i64::MAX).date(Zone::WIT), date(9999, 12, 31));
        assert_eq!(
            [Zone::WIB, Zone::WITA, Zone::WIT, Zone(-210)].map(|z| z.to_string()),
            ["WIB", "WITA", "WIT", "UTC-03.30"]
        );
    }

    #[test]
    fn an_error_of_a_clock_is_said_in_the_unit_that_fits() {
        use ClockUnit::{Days, Hours, Minutes};
        const HOUR: i64 = 60 * MINUTE;
        let said = |offset| ClockError::of(offset).map(|e| (e.value, e.unit, e.slow));
        assert_eq!([0, 2 * MINUTE, -2 * MINUTE].map(said), [None; 3]);
        for (offset, value, unit) in [
            (2 * MINUTE + 1, 2, Minutes),
            (89 * MINUTE + 31_000, 90, Minutes),
            (2 * HOUR - 31_000, 119, Minutes),
            (2 * HOUR - 29_000, 2, Hours),
            (26 * HOUR + 10 * MINUTE, 26, Hours),
            (2 * DAY - 31 * MINUTE, 47, Hours),
            (2 * DAY - 29 * MINUTE, 2, Days),
            (3 * DAY - 5_000, 3, Days),
            (3 * DAY + 11 * HOUR, 3, Days),
            (3_650 * DAY, 3_650, Days),
        ] {
            assert_eq!(said(offset), Some((value, unit, false)), "{offset}");
            assert_eq!(said(-offset), Some((value, unit, true)), "{offset}");
        }
        assert_eq!(said(i64::MIN), None, "no clock shows that");
        assert!(said(i64::MAX).is_some());
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let born = date(2000, 2, 29);
        assert_eq!(born.age_on(date(2018, 2, 28)), 17);
        assert_eq!(born.age_on(date(2018, 3, 1)), 18);
        assert_eq!(born.age_on(date(2020, 2, 29)), 20);
        assert_eq!(born.age_on(date(1999, 12, 31)), -1);
    }
}
