//! The partner's pages: packages with their people, days, results and certificates, and who is asked later.
//!
//! **What the partner sees of somebody before they are confirmed** is decided here: initials, a pseudonym that stays the same,
//! the rank of the choice and the education: what it takes to call somebody to an interview and
//! to lead it. No name, no number, no birthday, no block, nothing about the law, and not even the entry's
//! id: an interview is where a person says the rest, if they want to. That somebody is detained at all is
//! personal data of the sensitive kind, and most of those who wait are not confirmed in the end. Only people who agreed to the
//! training and were found complete by the house are on the list at all.

use serde::{Deserialize, Serialize};

use crate::id::{EntryId, OfficerId};
use crate::lifecycle::State;
use crate::programme::{Package, Programme, Seat};
use crate::registration::{ConsentOutcome, Education};
use crate::report::{initials, pseudonym};
use crate::role::{Action, Role, may};
use crate::sheet::Entry;
use crate::time::Date;
use crate::training::attendance::{Day, Totals};
use crate::training::books::{Begun, Book, Books, Given, Grade, Proposal};
use crate::training::follow_up::{Afterwards, Found, MONTHS, Release, due_on};
use crate::training::{Advice, Assessment, Outcome, package_of};
use crate::vetting::Ready;

/// All packages that somebody has to do with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packages {
    /// In the order of the house.
    pub packages: Vec<PackageLine>,
    /// So many people are due to be asked what became of them.
    pub due: u32,
}

/// A package in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageLine {
    /// Which.
    pub package: Seat,
    /// How many people it takes.
    pub seats: u32,
    /// With fewer it is postponed.
    pub minimum: u32,
    /// Confirmed, and not begun.
    pub confirmed: u32,
    /// In training.
    pub in_training: u32,
    /// Passed, certified or failed.
    pub ended: u32,
    /// Wait for a decision of the house; told to whoever interviews them.
    pub waiting: u32,
    /// Have missed the last days in a row.
    pub long_away: u32,
    /// When it began.
    pub begun: Option<Begun>,
    /// Who teaches it.
    pub instructor: Option<OfficerId>,
    /// How many days were recorded.
    pub days: u32,
}

/// A package with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageView {
    /// It in one line.
    pub line: PackageLine,
    /// Its people, by name.
    pub people: Vec<Participant>,
    /// Who waits for it, in the order of their pseudonyms.
    pub waiting: Vec<Candidate>,
    /// Its days, the latest first.
    pub days: Vec<DayLine>,
    /// Who may teach it.
    pub instructors: Vec<OfficerId>,
    /// Today at the house.
    pub today: Date,
    /// The attendance that passing needs, in percent.
    pub least_attendance: u32,
}

/// Somebody in a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub entry: EntryId,
    /// The name.
    pub name: String,
    /// Where they stand.
    pub state: State,
    /// Their days.
    pub totals: Totals,
    /// How they did.
    pub grade: Option<Grade>,
    /// What they were given.
    pub certificate: Option<Given>,
    /// Whether to reckon with them, while they are not through with it; for the partner only.
    #[serde(default)]
    pub ready: Option<Ready>,
}

/// Somebody who waits for a decision of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What the partner calls them.
    pub pseudonym: String,
    /// Their initials.
    pub initials: String,
    /// Which choice the programme is, from 1.
    pub rank: u32,
    /// The last school.
    pub education: Option<Education>,
    /// What was advised for this package.
    pub proposal: Option<Proposal>,
}

/// A day in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLine {
    /// Which.
    pub date: Date,
    /// The hours given.
    pub hours: u32,
    /// How many were there.
    pub there: u32,
    /// How many stand in the list.
    pub of: u32,
    /// How often it was saved.
    pub revision: u32,
}

/// One day with its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// Which.
    pub date: Date,
    /// Everybody who may stand in it, by name.
    pub people: Vec<Participant>,
    /// Every time that it was saved, the latest first.
    pub saved: Vec<Day>,
    /// Today at the house.
    pub today: Date,
}

/// What the partner advises about somebody who waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Propose {
    /// The pseudonym.
    pub candidate: String,
    /// The score of the interview.
    pub score: u32,
    /// What it advises.
    pub advice: Advice,
    /// In a few words.
    #[serde(default)]
    pub note: String,
}

/// The partner does not accept somebody after an interview. The head hears an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnAway {
    /// The pseudonym.
    pub candidate: String,
    /// Why; required.
    pub reason: String,
}

/// A package begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Its first day.
    pub on: Date,
}

/// Who teaches a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teach {
    /// `None` for nobody yet.
    pub instructor: Option<OfficerId>,
}

/// How somebody did, and how it ended for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveGrade {
    /// Who.
    pub entry: EntryId,
    /// The score.
    #[serde(default)]
    pub score: Option<u32>,
    /// What the certification body found.
    #[serde(default)]
    pub assessment: Option<Assessment>,
    /// The number of its certificate.
    #[serde(default)]
    pub competence_number: String,
    /// How it ended; `None` while it goes on.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: String,
}

/// Somebody who has passed gets a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Who.
    pub entry: EntryId,
    /// The day of issue.
    pub on: Date,
}

/// The register of those whose training has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUps {
    /// Who is due first, then by name.
    pub people: Vec<Former>,
    /// Today at the house.
    pub today: Date,
}

/// Somebody whose training has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Who.
    pub entry: EntryId,
    /// The name.
    pub name: String,
    /// Where they were trained.
    pub package: Seat,
    /// How it ended.
    pub state: State,
    /// When they were released, if that is known.
    pub release: Option<Release>,
    /// The days on which they are asked.
    pub calls: Vec<Call>,
}

/// One of the days on which somebody is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// So many months after release.
    pub months: u32,
    /// The day.
    pub on: Date,
    /// What was found out last.
    pub found: Option<Found>,
}

/// Somebody was released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRelease {
    /// The day.
    pub on: Date,
    /// The person agrees to be asked later.
    pub agreed: bool,
}

/// What became of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// So many months after release.
    pub months: u32,
    /// What.
    pub what: Afterwards,
    /// In a few words.
    #[serde(default)]
    pub note: String,
}

/// Whether somebody waits for a package of this programme, and as which choice, from 1.
pub fn waits_for(entry: &Entry, package: &Seat) -> Option<u32> {
    let waits = match entry.state {
        State::Verified => true,
        // On a reserve list somebody waits for the programme whose turn they were given.
        State::Reserve => entry
            .decision
            .as_ref()
            .and_then(|decision| decision.seat.as_ref())
            .is_none_or(|turn| turn.programme == package.programme),
        _ => false,
    };
    let consent = entry.answers.consent.as_ref();
    let agreed = consent.is_some_and(|consent| consent.outcome == ConsentOutcome::Agreed);
    let rank = entry.answers.choices.iter().position(|code| *code == package.programme)?;
    (waits && agreed).then_some(rank as u32 + 1)
}

impl Participant {
    fn of(entry: &Entry, package: &Seat, book: &Book, books: &Books) -> Self {
        let key = (entry.id, package.clone());
        Self {
            entry: entry.id,
            name: entry.person.name.clone(),
            state: entry.state,
            totals: book.totals(entry.id),
            grade: books.grades.get(&key).cloned(),
            certificate: books.certificates.get(&key).cloned(),
            ready: None,
        }
    }
}

/// The people of a package whom a role sees, by name.
pub fn participants(
    package: &Seat,
    books: &Books,
    people: &[Entry],
    role: Role,
) -> Vec<Participant> {
    let book = books.of(package);
    let seen = people.iter().filter(|entry| may(role, Action::SeeEntry, Some(entry.state)));
    let theirs = seen.filter(|entry| package_of(entry).as_ref() == Some(package));
    let mut people: Vec<_> =
        theirs.map(|entry| Participant::of(entry, package, &book, books)).collect();
    people.sort_by_cached_key(|one| (crate::person::fold(&one.name), one.entry));
    people
}

impl PackageLine {
    /// The line of a package, for a role that works with it.
    pub fn of(
        package: &Seat,
        Package { seats, minimum, .. }: &Package,
        books: &Books,
        people: &[Entry],
        role: Role,
    ) -> Self {
        use State::{Certified, Confirmed, Failed, InTraining, Passed};
        let book = books.of(package);
        let theirs: Vec<&Entry> =
            people.iter().filter(|entry| package_of(entry).as_ref() == Some(package)).collect();
        let count = |states: &[State]| {
            theirs.iter().filter(|entry| states.contains(&entry.state)).count() as u32
        };
        let away =
            |entry: &&&Entry| entry.state == InTraining && book.totals(entry.id).is_long_away();
        let waiting = match may(role, Action::RunTraining, None) {
            true => people.iter().filter(|entry| waits_for(entry, package).is_some()).count(),
            false => 0,
        };
        Self {
            package: package.clone(),
            seats: *seats,
            minimum: *minimum,
            confirmed: count(&[Confirmed]),
            in_training: count(&[InTraining]),
            ended: count(&[Passed, Failed, Certified]),
            waiting: waiting as u32,
            long_away: theirs.iter().filter(away).count() as u32,
            begun: book.begun.clone(),
            instructor: book.instructor.clone(),
            days: book.days.len() as u32,
        }
    }
}

/// Every package of the house, in its order.
pub fn packages(programmes: &[Programme]) -> Vec<(Seat, Package)> {
    let of = |programme: &Programme| {
        let code = programme.code.clone();
        let seat = move |package: &Package| {
            (Seat { programme: code.clone(), number: package.number }, package.clone())
        };
        programme.packages.iter().map(seat).collect::<Vec<_>>()
    };
    programmes.iter().flat_map(of).collect()
}

/// Those who wait for a package.
pub fn candidates(package: &Seat, books: &Books, people: &[Entry]) -> Vec<Candidate> {
    let candidate = |entry: &Entry| {
        Some(Candidate {
            pseudonym: pseudonym(entry.id),
            initials: initials(&entry.person.name),
            rank: waits_for(entry, package)?,
            education: entry.answers.education,
            proposal: books.proposals.get(&(entry.id, package.clone())).cloned(),
        })
    };
    let mut all: Vec<Candidate> = people.iter().filter_map(candidate).collect();
    // In an order that says nothing about anybody.
    all.sort_by(|a, b| a.pseudonym.cmp(&b.pseudonym));
    all
}

/// Its days, the latest first.
pub fn day_lines(book: &Book) -> Vec<DayLine> {
    let line = |day: &Day| DayLine {
        date: day.date,
        hours: day.hours,
        there: day.there(),
        of: day.marks.len() as u32,
        revision: day.revision,
    };
    book.days.iter().rev().map(line).collect()
}

impl Former {
    /// Whether somebody has to be asked now.
    pub fn is_due(&self, today: Date) -> bool {
        let agreed = self.release.as_ref().is_some_and(|release| release.agreed);
        agreed && self.calls.iter().any(|call| call.on <= today && call.found.is_none())
    }

    /// Somebody whose training has ended; `None` for everybody else.
    pub fn of(entry: &Entry, books: &Books) -> Option<Self> {
        if !matches!(entry.state, State::Passed | State::Failed | State::Certified) {
            return None;
        }
        let release = books.releases.get(&entry.id).cloned();
        let call = |release: &Release, months: u32| Call {
            months,
            on: due_on(release.on, months),
            found: books.found.get(&(entry.id, months)).cloned(),
        };
        let asked = release.as_ref().filter(|release| release.agreed);
        let calls =
            asked.map(|release| MONTHS.iter().map(|months| call(release, *months)).collect());
        Some(Self {
            entry: entry.id,
            name: entry.person.name.clone(),
            package: package_of(entry)?,
            state: entry.state,
            calls: calls.unwrap_or_default(),
            release,
        })
    }
}

impl FollowUps {
    /// The register.
    pub fn of(books: &Books, people: &[Entry], today: Date) -> Self {
        let mut people: Vec<Former> =
            people.iter().filter_map(|entry| Former::of(entry, books)).collect();
        people.sort_by_cached_key(|one| {
            (!one.is_due(today), crate::person::fold(&one.name), one.entry)
        });
        Self { people, today }
    }

    /// How many are due.
    pub fn due(&self) -> u32 {
        self.people.iter().filter(|one| one.is_due(self.today)).count() as u32
    }
}
