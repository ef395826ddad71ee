//! For how long entries are kept, as rules, and what they would concern today.
//!
//! A rule names people by where their registration ended, and counts months from the day on which their wave
//! closed. The house sets its own months, by its schedule of archives (jadwal retensi arsip; UU 27/2022,
//! articles 42 to 44). A dry run counts and changes nothing.

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::id::{OfficerId, SheetId};
use crate::lifecycle::State;
use crate::registration::codes;
use crate::time::{Date, Timestamp};

codes! {
    /// Whom a rule is about.
    Group {
        /// On the sheet, and never registered.
        NeverRegistered = "TIDAK_TERDAFTAR",
        /// Declined, withdrawn, cancelled or not accepted.
        NotTaken = "TIDAK_DITERIMA",
        /// Everybody of the wave.
        Everybody = "SEMUA",
    }
}

impl Group {
    /// Whether somebody in this state belongs to it.
    pub fn holds(self, state: State) -> bool {
        use State::*;
        match self {
            Self::NeverRegistered => matches!(state, NotAsked | Draft | Away),
            Self::NotTaken => matches!(state, Declined | Withdrawn | Rejected | Cancelled),
            Self::Everybody => true,
        }
    }
}

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Whom it is about.
    pub group: Group,
    /// So many months after the wave closed.
    pub months: u32,
}

/// What holds where a house has set nothing: a year for who was not taken, five years for everybody, so that a
/// certificate can be proved.
pub fn usual() -> Vec<Rule> {
    [(Group::NeverRegistered, 12), (Group::NotTaken, 12), (Group::Everybody, 60)]
        .map(|(group, months)| Rule { group, months })
        .to_vec()
}

/// Rules as they may be kept.
///
/// # Errors
/// What is wrong with them.
pub fn checked(rules: Vec<Rule>) -> Result<Vec<Rule>, Fault> {
    let twice = |rule: &Rule| rules.iter().filter(|other| other.group == rule.group).count() > 1;
    if rules.iter().any(|rule| !(1..=600).contains(&rule.months)) {
        return Err(Fault::MonthsRange);
    }
    if rules.iter().any(twice) { Err(Fault::RuleTwice) } else { Ok(rules) }
}

/// What a dry run knows of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The sheet.
    pub sheet: SheetId,
    /// Its block.
    pub block: String,
    /// The last day of its wave; `None` where the wave is not set up any more.
    pub closed: Option<Date>,
    /// Where each of its entries stands.
    pub states: Vec<State>,
}

/// What one rule says of one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// The rule.
    pub rule: Rule,
    /// The sheet.
    pub sheet: SheetId,
    /// Its block.
    pub block: String,
    /// How many entries it holds of that group.
    pub entries: u32,
    /// From when on they are to go; `None` where nobody knows when the wave closed.
    pub from: Option<Date>,
    /// Whether that day has come.
    pub due: bool,
}

/// What rules would concern on a day. Rules overlap: who was not taken counts under everybody as well.
pub fn dry_run(rules: &[Rule], sheets: &[Holding], today: Date) -> Vec<Concern> {
    let one = |rule: &Rule, sheet: &Holding| {
        let entries = sheet.states.iter().filter(|state| rule.group.holds(**state)).count() as u32;
        let from = sheet.closed.map(|day| months_after(day, rule.months));
        Concern {
            rule: *rule,
            sheet: sheet.sheet.clone(),
            block: sheet.block.clone(),
            entries,
            from,
            due: from.is_some_and(|from| from <= today),
        }
    };
    let pairs = rules.iter().flat_map(|rule| sheets.iter().map(move |sheet| one(rule, sheet)));
    pairs.filter(|concern| concern.entries > 0).collect()
}

/// The same day so many months later.
fn months_after(day: Date, months: u32) -> Date {
    // Beyond the year 9999 there is no calendar.
    day.months_after(months.into()).unwrap_or_else(|| Date::from_days(i64::MAX))
}

/// Rules as they were set once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enacted {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// The rules of this dry run.
    pub rules: Vec<Rule>,
    /// What they concern.
    pub concerns: Vec<Concern>,
    /// How they were set before, newest first; empty where the usual ones hold.
    pub log: Vec<Enacted>,
}

/// Sets the rules, or tries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRules {
    /// The rules, one a group.
    pub rules: Vec<Rule>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_end_where_the_calendar_does() {
        for (from, months, to) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2023-12-31", 2, "2024-02-29"),
            ("2025-11-15", 12, "2026-11-15"),
            ("2025-11-15", 60, "2030-11-15"),
        ] {
            assert_eq!(months_after(day(from), months), day(to), "{from} {months}");
        }
    }

    #[test]
    fn a_dry_run_counts_by_rule_and_sheet_and_says_from_when() {
        use State::*;
        let sheet = |id: &str, closed: Option<&str>, states: &[State]| Holding {
            sheet: id.parse().unwrap(),
            block: "B".into(),
            closed: closed.map(day),
            states: states.to_vec(),
        };
        let sheets = [
            sheet("2024.1-B", Some("2024-01-31"), &[NotAsked, Draft, Declined, Certified]),
            sheet("2025.1-B", Some("2025-11-30"), &[Rejected, Registered]),
            sheet("2020.1-B", None, &[Withdrawn]),
        ];
        let told = dry_run(&usual(), &sheets, day("2026-01-05"));
        let short: Vec<_> =
            told.iter().map(|c| (c.rule.group, c.sheet.as_str(), c.entries, c.due)).collect();
        assert_eq!(
            short,
            [
                (Group::NeverRegistered, "2024.1-B", 2, true),
                (Group::NotTaken, "2024.1-B", 1, true),
                (Group::NotTaken, "2025.1-B", 1, false),
                (Group::NotTaken, "2020.1-B", 1, false),
                (Group::Everybody, "2024.1-B", 4, false),
                (Group::Everybody, "2025.1-B", 2, false),
                (Group::Everybody, "2020.1-B", 1, false),
            ]
        );
        assert_eq!(told[0].from, Some(day("2025-01-31")));
        assert_eq!(told[3].from, None);
    }

    #[test]
    fn every_state_is_in_one_group_besides_everybody_or_was_taken() {
        for state in State::ALL {
            let groups = [Group::NeverRegistered, Group::NotTaken];
            assert!(groups.iter().filter(|group| group.holds(*state)).count() <= 1, "{state:?}");
            assert!(Group::Everybody.holds(*state));
        }
        assert_eq!(checked(usual()), Ok(usual()));
        let zero = vec![Rule { group: Group::NotTaken, months: 0 }];
        assert_eq!(checked(zero), Err(Fault::MonthsRange));
        let twice = [usual(), usual()].concat();
        assert_eq!(checked(twice), Err(Fault::RuleTwice));
    }
}
