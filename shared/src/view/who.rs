//! Who registered: education and age, as far as counts tell of them.

use std::collections::BTreeMap;

/// Groups of ages in years, both ends counted.
pub const AGES: [(u32, u32); 6] = [(0, 17), (18, 25), (26, 35), (36, 45), (46, 55), (56, u32::MAX)];

/// How many people are in each of [`AGES`] by the age that they reach in `year`, from how many were born in which year.
/// A year of birth that lies ahead counts as the youngest.
pub fn ages(births: &BTreeMap<i32, u32>, year: i32) -> [u32; AGES.len()] {
    let mut groups = [0; AGES.len()];
    for (born, n) in births {
        let age = u32::try_from(year - born).unwrap_or(0);
        if let Some(at) = AGES.iter().position(|(from, to)| (*from..=*to).contains(&age)) {
            groups[at] += n;
        }
    }
    groups
}

/// How counts by year of birth travel: with the years as texts. JSON has no other keys, and where a message tells its
/// kind in a field of its own, nobody turns them back into numbers.
pub(super) mod years {
    use std::collections::BTreeMap;

    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(births: &BTreeMap<i32, u32>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(births.iter().map(|(year, n)| (year.to_string(), n)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<i32, u32>, D::Error> {
        let read = BTreeMap::<String, u32>::deserialize(from)?.into_iter();
        read.map(|(year, n)| Ok((year.parse().map_err(D::Error::custom)?, n))).collect()
    }
}

/// The same counts with one year of birth for each group: nobody's own year is told.
pub fn grouped(births: &BTreeMap<i32, u32>, year: i32) -> BTreeMap<i32, u32> {
    let groups = AGES.iter().zip(ages(births, year)).filter(|(_, n)| *n > 0);
    groups.map(|((from, _), n)| (year - *from as i32, n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_tell_the_same_as_single_years() {
        let births =
            BTreeMap::from([(2009, 1), (2008, 2), (2000, 3), (1990, 4), (1940, 5), (2030, 6)]);
        let expected = [1 + 6, 2, 3, 4, 0, 5];
        assert_eq!(ages(&births, 2026), expected);
        let grouped = grouped(&births, 2026);
        assert_eq!(ages(&grouped, 2026), expected);
        assert_eq!(grouped.len(), 5);
    }
}
