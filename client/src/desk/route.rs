//! Which page the address names. Nothing about a person stands in an address: entries are random ids.

use std::fmt;

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::report::Report;

/// Names one entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its sheet.
    pub sheet: SheetId,
    /// Its id.
    pub entry: EntryId,
}

/// Which registrations a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Everyone whom somebody has asked.
    Asked,
    /// Everyone on the sheets.
    Everyone,
    /// Those in one state.
    Only(State),
}

/// Which tablets a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tablets {
    /// All of them.
    All,
    /// Those that have not been in contact for long.
    Silent,
    /// Those with changes in quarantine.
    Quarantine,
}

/// A page of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Counts.
    Dashboard,
    /// The table of registrations.
    Registrations(Queue),
    /// Answers that disagree; one case may be open.
    Conflicts(Option<Key>),
    /// Packages, and runs that fill them.
    Allocation,
    /// Tablets.
    Tablets(Tablets),
    /// The list of the prison database.
    Roster,
    /// Reports; one may be open.
    Reports(Option<Report>),
    /// A code for a new tablet.
    Enrol,
}

impl Route {
    /// Reads the part of an address after `#`. What is not known leads to the dashboard.
    pub fn parse(hash: &str) -> Self {
        let mut parts = hash.split('/');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("registrations", None, _) => Self::Registrations(Queue::Asked),
            ("registrations", Some("all"), _) => Self::Registrations(Queue::Everyone),
            ("registrations", Some(code), _) => {
                Self::Registrations(State::parse(code).map_or(Queue::Asked, Queue::Only))
            }
            ("conflicts", Some(sheet), Some(entry)) => {
                let key = sheet.parse().ok().zip(entry.parse().ok());
                Self::Conflicts(key.map(|(sheet, entry)| Key { sheet, entry }))
            }
            ("conflicts", ..) => Self::Conflicts(None),
            ("allocation", ..) => Self::Allocation,
            ("tablets", Some("silent"), _) => Self::Tablets(Tablets::Silent),
            ("tablets", Some("quarantine"), _) => Self::Tablets(Tablets::Quarantine),
            ("tablets", ..) => Self::Tablets(Tablets::All),
            ("roster", ..) => Self::Roster,
            ("reports", code, _) => Self::Reports(code.and_then(Report::parse)),
            ("enrol", ..) => Self::Enrol,
            _ => Self::Dashboard,
        }
    }

    /// What a link to this page holds.
    pub fn href(&self) -> String {
        format!("#{self}")
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dashboard => f.write_str("dashboard"),
            Self::Registrations(Queue::Asked) => f.write_str("registrations"),
            Self::Registrations(Queue::Everyone) => f.write_str("registrations/all"),
            Self::Registrations(Queue::Only(state)) => write!(f, "registrations/{}", state.code()),
            Self::Conflicts(None) => f.write_str("conflicts"),
            Self::Conflicts(Some(key)) => write!(f, "conflicts/{}/{}", key.sheet, key.entry),
            Self::Allocation => f.write_str("allocation"),
            Self::Tablets(Tablets::All) => f.write_str("tablets"),
            Self::Tablets(Tablets::Silent) => f.write_str("tablets/silent"),
            Self::Tablets(Tablets::Quarantine) => f.write_str("tablets/quarantine"),
            Self::Roster => f.write_str("roster"),
            Self::Reports(None) => f.write_str("reports"),
            Self::Reports(Some(report)) => write!(f, "reports/{}", report.code()),
            Self::Enrol => f.write_str("enrol"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_again_by_its_address() {
        let key = Key { sheet: "2025.2-B".parse().unwrap(), entry: EntryId([7; 16]) };
        for route in [
            Route::Dashboard,
            Route::Registrations(Queue::Asked),
            Route::Registrations(Queue::Everyone),
            Route::Registrations(Queue::Only(State::Returned)),
            Route::Conflicts(None),
            Route::Conflicts(Some(key)),
            Route::Allocation,
            Route::Tablets(Tablets::All),
            Route::Tablets(Tablets::Silent),
            Route::Tablets(Tablets::Quarantine),
            Route::Roster,
            Route::Reports(None),
            Route::Reports(Some(Report::Minutes)),
            Route::Enrol,
        ] {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
        assert_eq!(Route::parse(""), Route::Dashboard);
        assert_eq!(Route::parse("conflicts/x/y"), Route::Conflicts(None));
        assert_eq!(Route::parse("registrations/SALAH"), Route::Registrations(Queue::Asked));
    }
}
