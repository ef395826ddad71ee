//! What the clinic and security say about somebody before a training: one code and the day of it.
//!
//! No diagnosis and no offence has a place here. What was said stays at the server and is in no sheet: a sheet is
//! carried whole by every tablet of its block, and who needs a word about somebody's health sits at a desk. It is
//! kept like the partner's books: insert only, the last word about a thing counts, and the ones before it say who
//! had said what.

use serde::{Deserialize, Serialize};

use crate::id::{EntryId, OfficerId, ProgrammeCode};
use crate::lifecycle::State;
use crate::registration::codes;
use crate::time::{Date, Timestamp};

/// So many people at most get a word at once: as many as a list was read out for.
pub const MOST: usize = 200;
/// A word is about a day so many days ago at most.
const DAYS_BACK: i64 = 366;

codes! {
    /// What the clinic says. Never why.
    Fitness {
        /// Nobody has looked yet, or an earlier word is taken back.
        NotExamined = "BELUM_DIPERIKSA",
        /// Fit for the training.
        Fit = "LAYAK",
        /// Fit, if the training allows for something.
        Limited = "LAYAK_BERSYARAT",
        /// Not fit.
        Unfit = "TIDAK_LAYAK",
    }
}

codes! {
    /// What security says about working with tools.
    Clearance {
        /// Nobody has looked yet, or an earlier word is taken back.
        Unchecked = "BELUM",
        /// Cleared.
        Cleared = "YA",
        /// Cleared with an escort.
        Escorted = "DENGAN_PENGAWALAN",
        /// Not cleared.
        Refused = "TIDAK",
    }
}

codes! {
    /// Whether somebody stands in Register F, the register of discipline, as of a day. Never for what.
    RegisterF {
        /// Nobody has looked yet, or an earlier word is taken back.
        Unchecked = "BELUM_DICEK",
        /// They do not.
        No = "TIDAK",
        /// They do.
        Yes = "YA",
    }
}

codes! {
    /// Whether somebody is in an isolation cell, as of a day. Never for what.
    Isolation {
        /// Nobody has looked yet, or an earlier word is taken back.
        Unchecked = "BELUM_DILIHAT",
        /// They are not.
        No = "TIDAK_DIISOLASI",
        /// They are.
        Yes = "DIISOLASI",
    }
}

codes! {
    /// What a word is about. Stored: do not change.
    About {
        /// Health.
        Fitness = "kelayakan_kesehatan",
        /// Working with tools.
        Clearance = "izin_keamanan",
        /// Discipline.
        RegisterF = "register_f",
        /// Isolation cells.
        Isolation = "isolasi",
    }
}

/// One word about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", content = "word")]
pub enum Word {
    /// Of the clinic.
    #[serde(rename = "kelayakan_kesehatan")]
    Fitness(Fitness),
    /// Of security, about tools.
    #[serde(rename = "izin_keamanan")]
    Clearance(Clearance),
    /// Of security, about discipline.
    #[serde(rename = "register_f")]
    RegisterF(RegisterF),
    /// Of security, about isolation cells.
    #[serde(rename = "isolasi")]
    Isolation(Isolation),
}

impl Word {
    /// What it is about.
    pub const fn about(self) -> About {
        match self {
            Self::Fitness(_) => About::Fitness,
            Self::Clearance(_) => About::Clearance,
            Self::RegisterF(_) => About::RegisterF,
            Self::Isolation(_) => About::Isolation,
        }
    }

    /// The code that is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fitness(word) => word.code(),
            Self::Clearance(word) => word.code(),
            Self::RegisterF(word) => word.code(),
            Self::Isolation(word) => word.code(),
        }
    }

    /// Reads a word; `None` for one that only a newer version knows.
    pub fn parse(about: &str, code: &str) -> Option<Self> {
        Some(match About::parse(about)? {
            About::Fitness => Self::Fitness(Fitness::parse(code)?),
            About::Clearance => Self::Clearance(Clearance::parse(code)?),
            About::RegisterF => Self::RegisterF(RegisterF::parse(code)?),
            About::Isolation => Self::Isolation(Isolation::parse(code)?),
        })
    }

    /// Every word about a thing, in the order in which they are offered.
    pub fn all(about: About) -> Vec<Self> {
        match about {
            About::Fitness => Fitness::ALL.iter().copied().map(Self::Fitness).collect(),
            About::Clearance => Clearance::ALL.iter().copied().map(Self::Clearance).collect(),
            About::RegisterF => RegisterF::ALL.iter().copied().map(Self::RegisterF).collect(),
            About::Isolation => Isolation::ALL.iter().copied().map(Self::Isolation).collect(),
        }
    }

    /// Whether it tells anything: otherwise the person still waits.
    pub fn is_said(self) -> bool {
        !matches!(
            self,
            Self::Fitness(Fitness::NotExamined)
                | Self::Clearance(Clearance::Unchecked)
                | Self::RegisterF(RegisterF::Unchecked)
                | Self::Isolation(Isolation::Unchecked)
        )
    }
}

/// A word, of which day, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What.
    #[serde(flatten)]
    pub word: Word,
    /// The day of the examination or of the look into the register.
    pub on: Date,
    /// Who said it.
    pub by: OfficerId,
    /// When, by the server's clock.
    pub at: Timestamp,
}

/// The last word about each thing, with its day. A word that tells nothing is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vetted {
    /// Of the clinic.
    pub fitness: Option<(Fitness, Date)>,
    /// Of security, about tools.
    pub clearance: Option<(Clearance, Date)>,
    /// Of security, about discipline.
    pub register_f: Option<(RegisterF, Date)>,
    /// Of security, about isolation cells.
    #[serde(default)]
    pub isolation: Option<(Isolation, Date)>,
}

impl Vetted {
    /// What holds after all these words, oldest first.
    pub fn of<'a>(said: impl IntoIterator<Item = &'a Said>) -> Self {
        let mut vetted = Self::default();
        for Said { word, on, .. } in said {
            match *word {
                Word::Fitness(fitness) => {
                    vetted.fitness = word.is_said().then_some((fitness, *on));
                }
                Word::Clearance(clearance) => {
                    vetted.clearance = word.is_said().then_some((clearance, *on));
                }
                Word::RegisterF(register) => {
                    vetted.register_f = word.is_said().then_some((register, *on));
                }
                Word::Isolation(isolation) => {
                    vetted.isolation = word.is_said().then_some((isolation, *on));
                }
            }
        }
        vetted
    }
}

/// The days of a term that the prison database gives, as far as it knows them. It is read and never computed: a
/// remission moves it. It stays at the server; what leaves is whether it is long enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The last day of it.
    pub expiry: Option<Date>,
    /// The day on which a third of it is served.
    pub third: Option<Date>,
    /// The day on which two thirds are served.
    pub two_thirds: Option<Date>,
}

/// What the server knows about somebody beside their sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// What the clinic and security said.
    pub vetted: Vetted,
    /// The days of their term.
    pub term: Term,
}

codes! {
    /// Whether somebody will still be here when a training ends.
    Stays {
        /// They will.
        Yes = "YA",
        /// Their term ends before.
        No = "TIDAK",
        /// Nobody can tell: somebody has to ask.
        Check = "PERLU_VERIFIKASI",
    }
}

/// What the partner is told of all that: whether to reckon with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Whether the clinic says that they are fit, with limits or without; `None` where it has not said.
    pub fit: Option<bool>,
    /// Whether they are here until the end.
    pub stays: Stays,
}

impl Ready {
    /// What follows from what is known, for a training that ends on this day.
    pub fn of(known: &Known, ends: Option<Date>) -> Self {
        let fit = known.vetted.fitness.map(|(fitness, _)| fitness != Fitness::Unfit);
        let stays = match known.term.expiry.zip(ends) {
            None => Stays::Check,
            Some((expiry, ends)) if expiry >= ends => Stays::Yes,
            Some(_) => Stays::No,
        };
        Self { fit, stays }
    }
}

/// Whether people in this state are looked at by the clinic and security: they are registered, and not in
/// training yet.
pub const fn is_due(state: State) -> bool {
    use State::*;
    matches!(state, Registered | Returned | Verified | Reserve | Confirmed)
}

/// Somebody on the list of the clinic or of security: enough to find them and to know for which work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Their entry.
    pub entry: EntryId,
    /// Their name.
    pub name: String,
    /// The block of their sheet.
    pub block: String,
    /// Their cell.
    pub cell: String,
    /// What they want to learn, first choice first.
    pub choices: Vec<ProgrammeCode>,
    /// The last word about each thing that this reader is asked about.
    pub said: Vec<Said>,
}

impl Due {
    /// Whether nobody has said anything about this yet.
    pub fn waits_for(&self, about: About) -> bool {
        !self.said.iter().any(|said| said.word.about() == about && said.word.is_said())
    }
}

/// The list, with what this reader is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worklist {
    /// What.
    pub about: Vec<About>,
    /// Today in the house's zone: the day that a word is about unless somebody says otherwise.
    pub today: Date,
    /// Everybody who is looked at, by block, cell and name.
    pub people: Vec<Due>,
}

/// One word about many people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// What.
    #[serde(flatten)]
    pub word: Word,
    /// Of which day.
    pub on: Date,
    /// About whom.
    pub entries: Vec<EntryId>,
}

impl Say {
    /// Whether the day can be that of a word said on the day `today`: none to come, and none long ago.
    pub fn is_timely(&self, today: Date) -> bool {
        self.on <= today && self.on.days() >= today.days() - DAYS_BACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn said(word: Word, on: &str) -> Said {
        Said { word, on: day(on), by: "klinik".parse().unwrap(), at: Timestamp(1) }
    }

    #[test]
    fn a_word_is_read_back_as_it_is_stored_and_no_word_fits_another_thing() {
        for about in About::ALL {
            for word in Word::all(*about) {
                assert_eq!(word.about(), *about);
                assert_eq!(Word::parse(about.code(), word.code()), Some(word));
            }
        }
        assert_eq!(Word::parse("kelayakan_kesehatan", "YA"), None);
        assert_eq!(Word::parse("diagnosis", "LAYAK"), None);
    }

    #[test]
    fn the_last_word_counts_and_one_that_tells_nothing_takes_it_back() {
        let first = said(Word::Fitness(Fitness::Unfit), "2026-01-05");
        let later = said(Word::Fitness(Fitness::Limited), "2026-01-07");
        let taken_back = said(Word::Fitness(Fitness::NotExamined), "2026-01-08");
        let clear = said(Word::Clearance(Clearance::Escorted), "2026-01-06");
        let both = Vetted::of([&first, &clear, &later]);
        assert_eq!(both.fitness, Some((Fitness::Limited, day("2026-01-07"))));
        assert_eq!(both.clearance, Some((Clearance::Escorted, day("2026-01-06"))));
        assert_eq!(both.register_f, None);
        assert_eq!(Vetted::of([&first, &taken_back]).fitness, None);
    }

    #[test]
    fn the_partner_is_told_yes_no_or_that_somebody_must_ask() {
        let term = |text: &str| Term { expiry: text.parse().ok(), ..Term::default() };
        let fit =
            |fitness| Vetted { fitness: Some((fitness, day("2026-01-05"))), ..Vetted::default() };
        let ends = Some(day("2026-03-01"));
        for (vetted, term, ends, expected) in [
            (fit(Fitness::Fit), term("2026-03-01"), ends, (Some(true), Stays::Yes)),
            (fit(Fitness::Limited), term("2026-02-28"), ends, (Some(true), Stays::No)),
            (fit(Fitness::Unfit), term(""), ends, (Some(false), Stays::Check)),
            (Vetted::default(), term("2026-03-01"), None, (None, Stays::Check)),
        ] {
            let ready = Ready::of(&Known { vetted, term }, ends);
            assert_eq!((ready.fit, ready.stays), expected, "{vetted:?} {term:?}");
        }
    }

    #[test]
    fn a_word_is_about_a_day_of_the_last_year() {
        let say = |on: &str| Say {
            word: Word::RegisterF(RegisterF::No),
            on: day(on),
            entries: Vec::new(),
        };
        let today = day("2026-01-05");
        for (on, timely) in [
            ("2026-01-05", true),
            ("2025-01-04", true),
            ("2025-01-03", false),
            ("2026-01-06", false),
        ] {
            assert_eq!(say(on).is_timely(today), timely, "{on}");
        }
    }
}
