//! The words of reports in both languages, and how documents write a day.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::registration::codes;
use crate::time::{Date, Timestamp, Zone};

codes! {
    /// A language of the product.
    Language {
        /// Bahasa Indonesia.
        Indonesian = "id",
        /// English.
        English = "en",
    }
}

type Words = BTreeMap<&'static str, &'static str>;

static INDONESIAN: LazyLock<Words> = LazyLock::new(|| parse(include_str!("id.txt")));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| parse(include_str!("en.txt")));

fn parse(file: &'static str) -> Words {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).collect()
}

/// The words of a key; a key without words is shown as it is, and a test finds it first.
pub fn word(language: Language, key: &str) -> String {
    let words = match language {
        Language::Indonesian => &INDONESIAN,
        Language::English => &ENGLISH,
    };
    words.get(key).map_or(key, |text| text).to_owned()
}

const DAYS: [[&str; 7]; 2] = [
    ["Kamis", "Jumat", "Sabtu", "Minggu", "Senin", "Selasa", "Rabu"],
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"],
];

const MONTHS: [[&str; 12]; 2] = [
    [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
];

/// The name of the day of the week. 1 January 1970 was a Thursday.
pub fn weekday(date: Date, language: Language) -> &'static str {
    DAYS[language as usize][date.days().rem_euclid(7) as usize]
}

/// The name of the month.
pub fn month(date: Date, language: Language) -> &'static str {
    MONTHS[language as usize][usize::from(date.month()) - 1]
}

/// A day as documents write it: `2 Oktober 2025`.
pub fn day(date: Date, language: Language) -> String {
    format!("{} {} {}", date.day(), month(date, language), date.year())
}

/// A moment as documents write it: `Kamis, 2 Oktober 2025 09.30 WIT`.
pub fn moment(at: Timestamp, zone: Zone, language: Language) -> String {
    let date = at.date(zone);
    format!("{}, {} {} {zone}", weekday(date, language), day(date, language), at.clock(zone))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::exchange::Room;
    use crate::lifecycle::State;
    use crate::privacy::access::What;
    use crate::registration::{Education, NikStatus};
    use crate::report::{Format, Report};
    use crate::role::Role;
    use crate::training::Assessment;
    use crate::training::attendance::Attendance;
    use crate::training::follow_up::Afterwards;

    #[test]
    fn days_are_written_as_in_minutes() {
        let at = |year, month, day| Date::new(year, month, day).unwrap();
        for (date, expected) in [
            (at(2025, 10, 2), "Kamis, 2 Oktober 2025"),
            (at(2024, 2, 29), "Kamis, 29 Februari 2024"),
            (at(1969, 12, 31), "Rabu, 31 Desember 1969"),
            (at(2026, 11, 24), "Selasa, 24 November 2026"),
        ] {
            let language = Language::Indonesian;
            assert_eq!(format!("{}, {}", weekday(date, language), day(date, language)), expected);
        }
        let moment = moment(Timestamp(1_759_365_000_000), Zone::WIT, Language::English);
        assert_eq!(moment, "Thursday, 2 October 2025 09.30 WIT");
    }

    #[test]
    fn both_languages_have_the_same_words_and_holes() {
        let keys = |words: &Words| words.keys().copied().collect::<BTreeSet<_>>();
        let (id, en) = (keys(&INDONESIAN), keys(&ENGLISH));
        assert_eq!(id.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&&str>::new());
        let holes = |text: &str| {
            let opened = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            opened.map(|(hole, _)| hole.to_owned()).collect::<BTreeSet<_>>()
        };
        for (key, text) in INDONESIAN.iter() {
            assert_eq!(holes(text), holes(ENGLISH[key]), "{key}");
        }
    }

    #[test]
    fn every_word_that_is_asked_for_is_there_and_every_word_is_used() {
        let sources = [
            include_str!("../report.rs"),
            include_str!("paper.rs"),
            include_str!("figures.rs"),
            include_str!("people.rs"),
            include_str!("unmet.rs"),
            include_str!("records.rs"),
            include_str!("training.rs"),
            include_str!("wave.rs"),
        ];
        let mut asked = BTreeSet::new();
        for literal in sources.iter().flat_map(|source| source.split('"').skip(1)) {
            let plain = |c: char| c.is_ascii_alphabetic() || "._".contains(c);
            let is_file = literal.ends_with(".txt") || literal.ends_with(".rs");
            if literal.contains('.') && literal.chars().all(plain) && !is_file {
                asked.insert(literal.to_owned());
            }
        }
        let mut of = |group: &str, codes: Vec<&str>| {
            asked.extend(codes.iter().map(|code| format!("{group}.{code}")));
        };
        of("title", Report::ALL.iter().map(|one| one.code()).collect());
        of("about", Report::ALL.iter().map(|one| one.code()).collect());
        of("state", State::ALL.iter().map(|one| one.code()).collect());
        of("education", Education::ALL.iter().map(|one| one.code()).collect());
        of("nik", NikStatus::ALL.iter().map(|one| one.code()).collect());
        of("role", Role::ALL.iter().map(|one| one.code()).collect());
        of("attendance", Attendance::ALL.iter().map(|one| one.code()).collect());
        of("assessment", Assessment::ALL.iter().map(|one| one.code()).collect());
        of("afterwards", Afterwards::ALL.iter().map(|one| one.code()).collect());
        of("read", What::ALL.iter().map(|one| one.code()).collect());
        of("room", Room::ALL.iter().map(|one| one.code()).collect());
        of("format", Format::ALL.iter().map(|one| one.code()).collect());
        let known: BTreeSet<String> = INDONESIAN.keys().map(|key| (*key).to_owned()).collect();
        assert_eq!(asked.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
        assert_eq!(known.difference(&asked).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}
