//! How long trainings take: when somebody who is taken could have finished.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Seat;
use crate::id::ProgrammeCode;
use crate::time::Date;

/// The length of every programme, with the days of its packages as far as they are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengths(pub BTreeMap<ProgrammeCode, Length>);

/// The length of one programme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// Days of training; 0 where nobody has said.
    pub days: u32,
    /// The first and the last day of each package, by its number.
    pub packages: BTreeMap<u32, (Option<Date>, Option<Date>)>,
}

impl Length {
    /// The last day of a package: as it is set, or so many days after it begins.
    fn ends(&self, number: u32) -> Option<Date> {
        let (begins, ends) = self.packages.get(&number).copied()?;
        let counted = || match (begins, self.days) {
            (None, _) | (_, 0) => None,
            (Some(begins), days) => Some(Date::from_days(begins.days() + i64::from(days) - 1)),
        };
        ends.or_else(counted)
    }
}

impl Lengths {
    /// The first day on which somebody who is taken on the day `today` could have finished: the end of the package
    /// that ends first of those that have not ended, or so many days from now where none has its days. `None`
    /// where nobody has said how long it takes.
    pub fn finishes(&self, programme: &ProgrammeCode, today: Date) -> Option<Date> {
        let length = self.0.get(programme)?;
        let ends = length.packages.keys().filter_map(|number| length.ends(*number));
        let counted = || match length.days {
            0 => None,
            days => Some(Date::from_days(today.days() + i64::from(days))),
        };
        ends.filter(|ends| *ends >= today).min().or_else(counted)
    }

    /// The last day of this package; where it has none, as [`Lengths::finishes`].
    pub fn ends(&self, package: &Seat, today: Date) -> Option<Date> {
        let set = self.0.get(&package.programme).and_then(|length| length.ends(package.number));
        set.or_else(|| self.finishes(&package.programme, today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Date> {
        text.parse().ok()
    }

    fn lengths(days: u32, packages: &[(&str, &str)]) -> Lengths {
        let packages = (1..).zip(packages.iter().map(|(from, until)| (day(from), day(until))));
        let length = Length { days, packages: packages.collect() };
        Lengths([("GAR".parse().unwrap(), length)].into())
    }

    #[test]
    fn a_training_is_finished_at_the_end_of_a_package_or_its_days_from_now() {
        let gar: ProgrammeCode = "GAR".parse().unwrap();
        let today = day("2026-01-05").unwrap();
        for (days, packages, expected, case) in [
            (20, &[][..], "2026-01-25", "no package has its days"),
            (20, &[("", "")], "2026-01-25", "the package has none either"),
            (0, &[("", "2026-02-28"), ("", "2026-02-01")], "2026-02-01", "the one that ends first"),
            (20, &[("2026-02-01", "")], "2026-02-20", "twenty days from its first one"),
            (20, &[("", "2026-01-04")], "2026-01-25", "the only one has ended"),
            (0, &[("2026-02-01", "")], "", "nobody has said how long"),
        ] {
            assert_eq!(lengths(days, packages).finishes(&gar, today), day(expected), "{case}");
        }
        let two = lengths(0, &[("", "2026-02-28"), ("", "2026-02-01")]);
        assert_eq!(two.ends(&"GAR/1".parse().unwrap(), today), day("2026-02-28"));
        assert_eq!(two.ends(&"GAR/9".parse().unwrap(), today), day("2026-02-01"));
        assert_eq!(two.ends(&"LAS/1".parse().unwrap(), today), None);
    }
}
