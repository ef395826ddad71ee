//! Which page the address names. Nothing about a person stands in an address: entries are random ids.

use std::fmt;

use bilik_shared::id::EntryId;
/// Names one entry.
pub use bilik_shared::pairs::Place as Key;
use bilik_shared::programme::Seat;
use bilik_shared::report::Report;
use bilik_shared::time::Date;
pub use bilik_shared::view::entries::Queue;

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

/// Which page of the training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Training {
    /// All packages.
    List,
    /// The attendance of today, where there is one package to keep; otherwise all of them.
    Today,
    /// One of them.
    Package(Seat),
    /// A day of one.
    Day(Seat, Date),
    /// Somebody's certificate.
    Certificate(Seat, EntryId),
}

impl Training {
    /// Reads what follows `training/`. What is not known leads to the list.
    fn parse(rest: &str) -> Self {
        let parts: Vec<&str> = rest.split('/').collect();
        let seat = |programme: &str, number: &str| format!("{programme}/{number}").parse().ok();
        let found = match parts[..] {
            ["today"] => Some(Self::Today),
            [programme, number] => seat(programme, number).map(Self::Package),
            [programme, number, "day", date] => seat(programme, number)
                .zip(date.parse().ok())
                .map(|(seat, date)| Self::Day(seat, date)),
            [programme, number, "certificate", entry] => seat(programme, number)
                .zip(entry.parse().ok())
                .map(|(seat, entry)| Self::Certificate(seat, entry)),
            _ => None,
        };
        found.unwrap_or(Self::List)
    }
}

impl fmt::Display for Training {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("training"),
            Self::Today => f.write_str("training/today"),
            Self::Package(seat) => write!(f, "training/{seat}"),
            Self::Day(seat, date) => write!(f, "training/{seat}/day/{}", date.iso()),
            Self::Certificate(seat, entry) => write!(f, "training/{seat}/certificate/{entry}"),
        }
    }
}

/// What an administrator sets up, an area each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// The house.
    Facility,
    /// Its blocks.
    Blocks,
    /// Its waves.
    Waves,
    /// What is taught.
    Programmes,
    /// The words that people agree to.
    Statements,
    /// What it advises.
    Rules,
    /// What gives points for a seat.
    Policy,
    /// The office that signs certificates.
    Office,
    /// What is asked of whoever signs in.
    Guard,
    /// Who changed what.
    Log,
}

impl Area {
    /// All of them, in the order in which a house is set up.
    pub const ALL: [Self; 10] = [
        Self::Facility,
        Self::Blocks,
        Self::Programmes,
        Self::Waves,
        Self::Statements,
        Self::Rules,
        Self::Policy,
        Self::Office,
        Self::Guard,
        Self::Log,
    ];

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Facility => "setup.facility",
            Self::Blocks => "setup.blocks",
            Self::Waves => "setup.waves",
            Self::Programmes => "setup.programmes",
            Self::Statements => "setup.statements",
            Self::Rules => "setup.rules",
            Self::Policy => "setup.policy",
            Self::Office => "setup.office",
            Self::Guard => "setup.guard",
            Self::Log => "setup.log",
        }
    }

    /// Its name in an address.
    fn code(self) -> &'static str {
        match self {
            Self::Facility => "facility",
            Self::Blocks => "blocks",
            Self::Waves => "waves",
            Self::Programmes => "programmes",
            Self::Statements => "statements",
            Self::Rules => "rules",
            Self::Policy => "policy",
            Self::Office => "office",
            Self::Guard => "guard",
            Self::Log => "log",
        }
    }
}

/// What the privacy officer keeps, a page each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Who read whose data.
    Access,
    /// What people ask about their data.
    Requests,
    /// What went wrong.
    Incidents,
    /// For how long data are kept.
    Retention,
}

impl Privacy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Access, Self::Requests, Self::Incidents, Self::Retention];

    /// Its name in an address.
    fn code(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Requests => "requests",
            Self::Incidents => "incidents",
            Self::Retention => "retention",
        }
    }
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
    /// Entries that may be about one person.
    Pairs,
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
    /// What the partner does with a package.
    Training(Training),
    /// The partner's register of those who were trained.
    FollowUps,
    /// What an administrator sets up.
    Setup(Area),
    /// Who may sign in.
    Users,
    /// What other systems may do here.
    Integration,
    /// One's own sessions.
    Sessions,
    /// What the privacy officer keeps.
    Privacy(Privacy),
    /// Whom the clinic or security looks at.
    Vetting,
}

impl Route {
    /// Reads the part of an address after `#`. What is not known leads to the dashboard.
    pub fn parse(hash: &str) -> Self {
        if let Some(rest) = hash.strip_prefix("training/") {
            return Self::Training(Training::parse(rest));
        }
        let mut parts = hash.split('/');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("registrations", None, _) => Self::Registrations(Queue::Asked),
            ("registrations", Some(code), _) => {
                Self::Registrations(Queue::parse(code).unwrap_or_default())
            }
            ("conflicts", Some(sheet), Some(entry)) => {
                let key = sheet.parse().ok().zip(entry.parse().ok());
                Self::Conflicts(key.map(|(sheet, entry)| Key { sheet, entry }))
            }
            ("conflicts", ..) => Self::Conflicts(None),
            ("pairs", ..) => Self::Pairs,
            ("allocation", ..) => Self::Allocation,
            ("tablets", Some("silent"), _) => Self::Tablets(Tablets::Silent),
            ("tablets", Some("quarantine"), _) => Self::Tablets(Tablets::Quarantine),
            ("tablets", ..) => Self::Tablets(Tablets::All),
            ("roster", ..) => Self::Roster,
            ("reports", code, _) => Self::Reports(code.and_then(Report::parse)),
            ("enrol", ..) => Self::Enrol,
            ("training", ..) => Self::Training(Training::List),
            ("follow-ups", ..) => Self::FollowUps,
            ("setup", area, _) => {
                let named = |one: &Area| Some(one.code()) == area;
                Self::Setup(Area::ALL.into_iter().find(named).unwrap_or(Area::Facility))
            }
            ("users", ..) => Self::Users,
            ("integration", ..) => Self::Integration,
            ("sessions", ..) => Self::Sessions,
            ("vetting", ..) => Self::Vetting,
            ("privacy", page, _) => {
                let named = |one: &Privacy| Some(one.code()) == page;
                Self::Privacy(Privacy::ALL.into_iter().find(named).unwrap_or(Privacy::Access))
            }
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
            Self::Registrations(queue) => write!(f, "registrations/{}", queue.code()),
            Self::Conflicts(None) => f.write_str("conflicts"),
            Self::Conflicts(Some(key)) => write!(f, "conflicts/{}/{}", key.sheet, key.entry),
            Self::Pairs => f.write_str("pairs"),
            Self::Allocation => f.write_str("allocation"),
            Self::Tablets(Tablets::All) => f.write_str("tablets"),
            Self::Tablets(Tablets::Silent) => f.write_str("tablets/silent"),
            Self::Tablets(Tablets::Quarantine) => f.write_str("tablets/quarantine"),
            Self::Roster => f.write_str("roster"),
            Self::Reports(None) => f.write_str("reports"),
            Self::Reports(Some(report)) => write!(f, "reports/{}", report.code()),
            Self::Setup(area) => write!(f, "setup/{}", area.code()),
            Self::Users => f.write_str("users"),
            Self::Sessions => f.write_str("sessions"),
            Self::Vetting => f.write_str("vetting"),
            Self::Privacy(page) => write!(f, "privacy/{}", page.code()),
            Self::Enrol => f.write_str("enrol"),
            Self::Training(page) => page.fmt(f),
            Self::FollowUps => f.write_str("follow-ups"),
            Self::Integration => f.write_str("integration"),
        }
    }
}

#[cfg(test)]
mod tests {
    use bilik_shared::lifecycle::State;

    use super::*;

    #[test]
    fn every_page_is_found_again_by_its_address() {
        let key = Key { sheet: "2025.2-B".parse().unwrap(), entry: EntryId([7; 16]) };
        for route in [
            Route::Dashboard,
            Route::Registrations(Queue::Asked),
            Route::Registrations(Queue::Everyone),
            Route::Registrations(Queue::Late),
            Route::Registrations(Queue::Gone),
            Route::Registrations(Queue::Only(State::Returned)),
            Route::Conflicts(None),
            Route::Conflicts(Some(key)),
            Route::Pairs,
            Route::Allocation,
            Route::Tablets(Tablets::All),
            Route::Tablets(Tablets::Silent),
            Route::Tablets(Tablets::Quarantine),
            Route::Roster,
            Route::Reports(None),
            Route::Reports(Some(Report::Minutes)),
            Route::Enrol,
            Route::Sessions,
            Route::Vetting,
            Route::Training(Training::List),
            Route::Training(Training::Today),
            Route::Training(Training::Package("GAR/1".parse().unwrap())),
            Route::Training(Training::Day("GAR/1".parse().unwrap(), "2026-01-05".parse().unwrap())),
            Route::Training(Training::Certificate("GAR/1".parse().unwrap(), EntryId([7; 16]))),
            Route::FollowUps,
            Route::Integration,
            Route::Privacy(Privacy::Access),
            Route::Privacy(Privacy::Retention),
            Route::Setup(Area::Policy),
            Route::Setup(Area::Office),
        ] {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
        assert_eq!(Route::parse(""), Route::Dashboard);
        for odd in ["training/GAR", "training/GAR/x", "training/GAR/1/day/31", "training/"] {
            assert_eq!(Route::parse(odd), Route::Training(Training::List), "{odd}");
        }
        assert_eq!(Route::parse("conflicts/x/y"), Route::Conflicts(None));
        assert_eq!(Route::parse("registrations/SALAH"), Route::Registrations(Queue::Asked));
    }
}
