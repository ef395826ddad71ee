//! What the partner does, inside the writer's transaction: what is free, begun or numbered is known only there.
//! A step of the life cycle is written into the sheet by the same path as any other decision.

use std::collections::BTreeSet;

use bilik_shared::command::{Command, Moment, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::{DecisionState, State};
use bilik_shared::programme::{Package, Seat};
use bilik_shared::role::{Action, Role, is_released, may, reads_ready};
use bilik_shared::sheet::Entry;
use bilik_shared::time::Date;
use bilik_shared::training::attendance::{Day, SaveDay};
use bilik_shared::training::books::{Book, Books};
use bilik_shared::training::{NoTraining, package_of};
use bilik_shared::vetting::Ready;
use bilik_shared::view::training::{
    DayView, FollowUps, PackageLine, PackageView, Packages, candidates, day_lines, packages,
    participants,
};
use rusqlite::Connection;

use crate::api::entries::write;
use crate::error::Error;
use crate::house::House;
use crate::store::users::UserRow;
use crate::store::{sheets, training, users, vetting};
use crate::writer::{Room, Sheets};

mod advise;
mod after;
mod begin;
mod finish;

pub use advise::{propose, teach, turn_away};
pub use after::{find, release};
pub use begin::{save_day, start};
pub use finish::{certificate, grade, issue};

/// Who asks, where and when.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The house.
    pub house: House,
    /// Who.
    pub user: UserRow,
    /// This moment.
    pub moment: Moment,
}

/// A package with its books and everybody whom they are about.
#[derive(Debug)]
pub struct Work {
    /// Which.
    pub package: Seat,
    /// How many people it takes.
    pub size: Package,
    /// The partner's books.
    pub books: Books,
    /// Everybody who waits, was confirmed, or was trained, with their sheets.
    pub people: Vec<(SheetId, Entry)>,
}

/// Everybody who waits for a decision about a seat, or has been given one.
pub fn people(db: &Connection, sheets: &mut Sheets) -> Result<Vec<(SheetId, Entry)>, Error> {
    let concerns = |state| is_released(state) || matches!(state, State::Verified | State::Reserve);
    let mut people = Vec::new();
    for sheet in sheets::list(db)? {
        let entries = sheets.view(db, &sheet.id)?.sheet.entries().into_iter();
        let theirs = entries.filter(|entry| concerns(entry.state));
        people.extend(theirs.map(|entry| (sheet.id.clone(), entry)));
    }
    Ok(people)
}

fn entries(people: &[(SheetId, Entry)]) -> Vec<Entry> {
    people.iter().map(|(_, entry)| entry.clone()).collect()
}

/// Whether a package is this person's business. What is not does not exist for them.
fn is_theirs(user: &UserRow, book: Option<&Book>) -> bool {
    let teaches = book.and_then(|book| book.instructor.as_ref()) == Some(&user.id);
    user.role != Role::Instructor || teaches
}

/// The package that an address names.
///
/// # Errors
/// [`Error::PackageUnknown`], where there is none, or it is somebody else's.
pub fn work(
    db: &Connection,
    sheets: &mut Sheets,
    asking: &Asking,
    package: &Seat,
) -> Result<Work, Error> {
    let mut known = packages(&asking.house.programmes).into_iter();
    let (package, size) = known.find(|(seat, _)| seat == package).ok_or(Error::PackageUnknown)?;
    let books = training::books(db)?;
    if !is_theirs(&asking.user, books.packages.get(&package)) {
        return Err(Error::PackageUnknown);
    }
    Ok(Work { package, size, books, people: people(db, sheets)? })
}

/// The books as far as they are this person's business.
pub fn books_for(db: &Connection, user: &UserRow) -> rusqlite::Result<Books> {
    let mut books = training::books(db)?;
    books.packages.retain(|_, book| is_theirs(user, Some(book)));
    Ok(books)
}

/// All packages that are this person's business.
pub fn list(db: &Connection, sheets: &mut Sheets, asking: &Asking) -> Result<Packages, Error> {
    let Asking { house, user, moment } = asking;
    let (books, people) = (training::books(db)?, entries(&people(db, sheets)?));
    let theirs = packages(&house.programmes).into_iter();
    let theirs = theirs.filter(|(seat, _)| is_theirs(user, books.packages.get(seat)));
    let line =
        |(seat, size): (Seat, Package)| PackageLine::of(&seat, &size, &books, &people, user.role);
    let packages = theirs.map(line).collect();
    let due = match may(user.role, Action::FollowUp, None) {
        true => FollowUps::of(&books, &people, moment.today).due(),
        false => 0,
    };
    Ok(Packages { packages, due })
}

/// One package.
pub fn show(
    db: &Connection,
    sheets: &mut Sheets,
    asking: &Asking,
    package: &Seat,
) -> Result<PackageView, Error> {
    let Work { package, size, books, people } = work(db, sheets, asking, package)?;
    let (people, role) = (entries(&people), asking.user.role);
    let runs = may(role, Action::RunTraining, None);
    let mut in_it = participants(&package, &books, &people, role);
    if reads_ready(role) {
        let known = vetting::all_known(db)?;
        let ends = asking.house.lengths.ends(&package, asking.moment.today);
        let begun = |state| matches!(state, State::Confirmed | State::InTraining);
        for one in in_it.iter_mut().filter(|one| begun(one.state)) {
            let known = known.get(&one.entry).copied().unwrap_or_default();
            one.ready = Some(Ready::of(&known, ends));
        }
    }
    Ok(PackageView {
        line: PackageLine::of(&package, &size, &books, &people, role),
        people: in_it,
        waiting: if runs { candidates(&package, &books, &people) } else { Vec::new() },
        days: day_lines(&books.of(&package)),
        instructors: if runs { users::of_role(db, Role::Instructor)? } else { Vec::new() },
        today: asking.moment.today,
        least_attendance: asking.house.office.least_attendance,
    })
}

/// One day of a package; a day that nobody has saved has its people all the same.
pub fn show_day(
    db: &Connection,
    sheets: &mut Sheets,
    asking: &Asking,
    package: &Seat,
    date: Date,
) -> Result<DayView, Error> {
    let Work { package, books, people, .. } = work(db, sheets, asking, package)?;
    let saved = training::saved(db, &package, date)?;
    let mut people = participants(&package, &books, &entries(&people), asking.user.role);
    let stands = |entry| saved.first().is_some_and(|day: &Day| day.mark(entry).is_some());
    people.retain(|one| one.state == State::InTraining || stands(one.entry));
    Ok(DayView { date, people, saved, today: asking.moment.today })
}

/// The register of those whose training has ended.
pub fn register(db: &Connection, sheets: &mut Sheets, today: Date) -> Result<FollowUps, Error> {
    let people = entries(&people(db, sheets)?);
    Ok(FollowUps::of(&training::books(db)?, &people, today))
}

impl Work {
    /// The book of the package.
    pub fn book(&self) -> Book {
        self.books.of(&self.package)
    }

    /// Somebody of this package. Whoever is not in it does not exist here.
    fn person(&self, entry: EntryId) -> Result<(&SheetId, &Entry), Error> {
        let mut theirs = self.people.iter().filter(|(_, one)| {
            package_of(one).as_ref() == Some(&self.package) && one.state != State::Confirmed
        });
        let found = theirs.find(|(_, one)| one.id == entry).ok_or(Error::EntryUnknown)?;
        Ok((&found.0, &found.1))
    }

    /// Those of this package in one of these states.
    fn ids(&self, holds: impl Fn(State) -> bool) -> BTreeSet<EntryId> {
        let theirs = self
            .people
            .iter()
            .filter(|(_, one)| package_of(one).as_ref() == Some(&self.package) && holds(one.state));
        theirs.map(|(_, one)| one.id).collect()
    }
}

/// Moves somebody on, as any decision does.
fn step(
    room: &mut Room<'_>,
    (sheet, entry): (&SheetId, EntryId),
    state: DecisionState,
    reason: &str,
    moment: &Moment,
) -> Result<(), Error> {
    let received_at = room.sheets.view(room.db, sheet)?.last_received(entry);
    let what = What::Decide { state, reason: reason.to_owned(), seat: None };
    write(room, &Command { sheet: sheet.clone(), entry, what }, moment, received_at)
}
