//! Reports made from the partner's books: attendance, results, and what became of people.

use super::figures::{add_totals, finish};
use super::paper::{Holds, Paper};
use super::{Cell, Member, Table};
use crate::lifecycle::State;
use crate::programme::Seat;
use crate::training::books::{Book, Books};
use crate::training::follow_up::{Afterwards, MONTHS};
use crate::training::package_of;

use Holds::{Count, Text};

impl<'a> Paper<'a> {
    fn books(&self) -> &'a Books {
        &self.material.training
    }

    /// The packages that have begun, in the order of the house.
    fn begun(&self) -> Vec<(&'a Seat, &'a Book)> {
        let all = self.books().packages.iter();
        let mut begun: Vec<_> = all.filter(|(_, book)| book.begun.is_some()).collect();
        begun.sort_by_key(|(package, _)| (self.place(Some(&package.programme)), package.number));
        begun
    }

    /// Those who were ever in training in a package, by name.
    fn trained(&self, package: &Seat) -> Vec<&'a Member> {
        let theirs = self.registered(|state| state != State::Confirmed).into_iter();
        theirs.filter(|one| package_of(&one.entry).as_ref() == Some(package)).collect()
    }

    fn package(&self, package: &Seat) -> String {
        let name = self.programme(&package.programme);
        self.told("cell.package", &[("name", &name), ("n", &package.number)])
    }

    fn instructor(&self, book: &Book) -> Cell {
        let name = book.instructor.as_ref().map(|id| self.material.names.get(id).cloned());
        name.flatten().unwrap_or_default().into()
    }

    fn percent(&self, percent: Option<u32>) -> Cell {
        percent.map(|percent| format!("{percent} %")).unwrap_or_default().into()
    }
}

/// A row for each person of each package, with the number of the person in it.
fn rows<'a>(
    paper: &Paper<'a>,
    row: impl Fn(u32, &'a Seat, &'a Book, &'a Member) -> Vec<Cell>,
    holds: impl Fn(&Member) -> bool,
) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (package, book) in paper.begun() {
        let people = paper.trained(package).into_iter().filter(|one| holds(one));
        rows.extend(people.zip(1..).map(|(one, n)| row(n, package, book, one)));
    }
    rows
}

/// Empty, to be signed: a package is cut out of it by its name.
pub fn attendance_sheet(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.package", Text),
        ("column.no", Count),
        ("column.name", Text),
        ("column.initials", Text),
        ("column.remark", Text),
    ]);
    let row = |n: u32, package: &Seat, _: &Book, one: &Member| {
        let name = one.entry.person.name.clone().into();
        vec![paper.package(package).into(), n.into(), name, "".into(), "".into()]
    };
    table.rows = rows(paper, row, |one| one.entry.state == State::InTraining);
    table.lead = vec![paper.word("attendance.day"), paper.word("attendance.unit")];
    table.signatures.push(paper.word("sign.instructor"));
    table
}

pub fn attendance_days(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.package", Text),
        ("column.date", Text),
        ("column.no", Count),
        ("column.name", Text),
        ("column.attendance", Text),
        ("column.hours", Count),
        ("column.unit", Text),
        ("column.instructor", Text),
    ]);
    for (package, book) in paper.begun() {
        let people = paper.trained(package);
        for day in &book.days {
            let marked = people.iter().filter_map(|one| Some((one, day.mark(one.entry.id)?)));
            for ((one, mark), n) in marked.zip(1u32..) {
                table.rows.push(vec![
                    paper.package(package).into(),
                    day.date.to_string().into(),
                    n.into(),
                    one.entry.person.name.clone().into(),
                    paper.code("attendance", Some(mark.code.code())).into(),
                    mark.hours.into(),
                    day.topic.clone().into(),
                    paper.instructor(book),
                ]);
            }
        }
    }
    table.notes.push(paper.word("note.hours"));
    table.signatures.push(paper.word("sign.instructor"));
    table
}

pub fn attendance_totals(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.package", Text),
        ("column.no", Count),
        ("column.name", Text),
        ("attendance.HADIR", Count),
        ("attendance.TERLAMBAT", Count),
        ("attendance.SAKIT", Count),
        ("attendance.IZIN", Count),
        ("attendance.SIDANG", Count),
        ("attendance.ALPA", Count),
        ("column.hours", Count),
        ("column.attended", Text),
    ]);
    let row = |n: u32, package: &Seat, book: &Book, one: &Member| {
        let totals = book.totals(one.entry.id);
        vec![
            paper.package(package).into(),
            n.into(),
            one.entry.person.name.clone().into(),
            totals.present.into(),
            totals.late.into(),
            totals.sick.into(),
            totals.excused.into(),
            totals.court.into(),
            totals.absent.into(),
            totals.hours.into(),
            paper.percent(totals.percent()),
        ]
    };
    table.rows = rows(paper, row, |_| true);
    table.notes.push(paper.word("note.attendance"));
    table.notes.push(paper.word("note.hours"));
    table.signatures.push(paper.word("sign.instructor"));
    table
}

pub fn results(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.package", Text),
        ("column.no", Count),
        ("column.name", Text),
        ("column.attended", Text),
        ("column.score", Text),
        ("column.state", Text),
        ("column.assessment", Text),
        ("column.certificate", Text),
        ("column.competence", Text),
        ("column.issued", Text),
    ]);
    let row = |n: u32, package: &Seat, book: &Book, one: &Member| {
        let key = (one.entry.id, package.clone());
        let grade = paper.books().grades.get(&key);
        let given = paper.books().certificates.get(&key);
        let score = grade.and_then(|grade| grade.score);
        let finding = grade.and_then(|grade| grade.assessment).map(|finding| finding.code());
        vec![
            paper.package(package).into(),
            n.into(),
            one.entry.person.name.clone().into(),
            paper.percent(book.totals(one.entry.id).percent()),
            score.map(|score| score.to_string()).unwrap_or_default().into(),
            paper.code("state", Some(one.entry.state.code())).into(),
            paper.code("assessment", finding).into(),
            given.map(|given| given.number.to_string()).unwrap_or_default().into(),
            grade.map(|grade| grade.competence_number.clone()).unwrap_or_default().into(),
            given.map(|given| given.on.to_string()).unwrap_or_default().into(),
        ]
    };
    table.rows = rows(paper, row, |_| true);
    table.signatures.push(paper.word("sign.partner"));
    table
}

/// Counts only: the partner's register of single people does not leave its own page.
pub fn follow_up(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.programme", Text),
        ("column.released", Count),
        ("column.reached", Count),
        ("afterwards.BEKERJA", Count),
        ("afterwards.WIRAUSAHA", Count),
        ("afterwards.SEKOLAH", Count),
        ("afterwards.MENCARI_KERJA", Count),
        ("afterwards.TIDAK_DIKETAHUI", Count),
        ("afterwards.TIDAK_TERHUBUNG", Count),
    ]);
    for programme in &paper.material.programmes {
        let trained = paper
            .registered(|state| matches!(state, State::Passed | State::Failed | State::Certified));
        let released = trained.into_iter().filter(|one| {
            let package = package_of(&one.entry);
            let here = package.is_some_and(|package| package.programme == programme.code);
            here && paper.books().releases.contains_key(&one.entry.id)
        });
        // Of everybody the last that was found out.
        let last = |one: &Member| {
            let found = |months: &u32| paper.books().found.get(&(one.entry.id, *months));
            MONTHS.iter().rev().find_map(found).map(|found| found.what)
        };
        let found: Vec<Option<Afterwards>> = released.map(last).collect();
        let of = |what: Afterwards| found.iter().filter(|one| **one == Some(what)).count() as u32;
        let reached = found.iter().flatten().filter(|what| **what != Afterwards::NotReached);
        let mut row: Vec<Cell> = vec![
            paper.programme(&programme.code).into(),
            (found.len() as u32).into(),
            (reached.count() as u32).into(),
        ];
        row.extend(Afterwards::ALL.iter().map(|what| Cell::from(of(*what))));
        table.rows.push(row);
    }
    add_totals(paper, &mut table);
    table.notes.push(paper.word("note.follow_up"));
    let all = 0..table.rows.len();
    finish(paper, table, &[all])
}
