//! The partner's books: what was proposed, begun, attended, graded, certified and found out later. Insert only: the
//! last row about a thing counts, and the ones before it say who had written what.

use std::collections::BTreeMap;

use bilik_shared::id::{EntryId, OfficerId};
use bilik_shared::programme::Seat;
use bilik_shared::time::{Date, Timestamp};
use bilik_shared::training::attendance::Day;
use bilik_shared::training::books::{Begun, Book, Books, Given, Grade, Proposal};
use bilik_shared::training::certificate::Number;
use bilik_shared::training::follow_up::{Afterwards, Found, Release};
use bilik_shared::training::{Advice, Assessment};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension as _, Result, Row};

use super::columns::{from_json, json, maybe_parsed, parsed};

/// A code that only a newer version knows.
fn unknown(column: usize) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, "a code of a newer version".into())
}

/// Reads a text column as a code.
fn code<T>(row: &Row<'_>, column: usize, parse: fn(&str) -> Option<T>) -> Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| unknown(column))
}

fn at(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    row.get(column).map(Timestamp)
}

fn entry(row: &Row<'_>, column: usize) -> Result<EntryId> {
    row.get(column).map(EntryId)
}

/// All rows of a statement, oldest first, so that a map keeps the last word.
fn all<T>(db: &Connection, sql: &str, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
    db.prepare_cached(sql)?.query_map((), |row| read(row))?.collect()
}

/// Writes down what the partner advises.
pub fn propose(db: &Connection, who: EntryId, proposal: &Proposal) -> Result<()> {
    let sql = "INSERT INTO training_proposals (entry, package, score, advice, note, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Proposal { package, score, advice, note, by, at } = proposal;
    let package = package.to_string();
    let values = (who.0, package, score, advice.code(), note, by.as_str(), at.0);
    db.prepare_cached(sql)?.execute(values).map(drop)
}

const PROPOSALS: &str = "SELECT entry, package, score, advice, note, officer, at
                         FROM training_proposals ORDER BY position";

fn proposal(row: &Row<'_>) -> Result<(EntryId, Proposal)> {
    let proposal = Proposal {
        package: parsed(row, 1)?,
        score: row.get(2)?,
        advice: code(row, 3, Advice::parse)?,
        note: row.get(4)?,
        by: parsed(row, 5)?,
        at: at(row, 6)?,
    };
    Ok((entry(row, 0)?, proposal))
}

/// What was advised about somebody, the latest first.
pub fn proposals_of(db: &Connection, who: EntryId) -> Result<Vec<Proposal>> {
    let sql = "SELECT entry, package, score, advice, note, officer, at
               FROM training_proposals WHERE entry = ?1 ORDER BY position DESC";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_map((who.0,), |row| Ok(proposal(row)?.1))?.collect()
}

/// Says who teaches a package; `None` for nobody.
pub fn teach(
    db: &Connection,
    package: &Seat,
    instructor: Option<&OfficerId>,
    by: &OfficerId,
    at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO training_instructors (package, instructor, officer, at)
               VALUES (?1, ?2, ?3, ?4)";
    let instructor = instructor.map(OfficerId::as_str);
    db.prepare_cached(sql)?.execute((package.to_string(), instructor, by.as_str(), at.0)).map(drop)
}

/// Writes down that a package has begun. It begins once.
pub fn begin(db: &Connection, package: &Seat, begun: &Begun) -> Result<()> {
    let sql =
        "INSERT INTO training_starts (package, first_day, officer, at) VALUES (?1, ?2, ?3, ?4)";
    let Begun { on, by, at } = begun;
    db.prepare_cached(sql)?.execute((package.to_string(), on.iso(), by.as_str(), at.0)).map(drop)
}

/// Saves a day once more.
pub fn save_day(db: &Connection, package: &Seat, day: &Day) -> Result<()> {
    let sql = "INSERT INTO training_days (package, day, revision, hours, topic, marks, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let Day { date, revision, hours, topic, marks, by, at } = day;
    let marks = json(marks)?;
    let (package, date) = (package.to_string(), date.iso());
    let values = (package, date, revision, hours, topic, marks, by.as_str(), at.0);
    db.prepare_cached(sql)?.execute(values).map(drop)
}

fn day(row: &Row<'_>) -> Result<(Seat, Day)> {
    let day = Day {
        date: parsed(row, 1)?,
        revision: row.get(2)?,
        hours: row.get(3)?,
        topic: row.get(4)?,
        marks: from_json(row, 5)?,
        by: parsed(row, 6)?,
        at: at(row, 7)?,
    };
    Ok((parsed(row, 0)?, day))
}

/// Every time that a day was saved, the latest first.
pub fn saved(db: &Connection, package: &Seat, date: Date) -> Result<Vec<Day>> {
    let sql = "SELECT package, day, revision, hours, topic, marks, officer, at FROM training_days
               WHERE package = ?1 AND day = ?2 ORDER BY revision DESC";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map((package.to_string(), date.iso()), |row| Ok(day(row)?.1))?;
    rows.collect()
}

/// Writes down how somebody did.
pub fn grade(db: &Connection, who: EntryId, package: &Seat, grade: &Grade) -> Result<()> {
    let sql = "INSERT INTO training_grades (entry, package, score, assessment, competence_number, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Grade { score, assessment, competence_number, by, at } = grade;
    let assessment = assessment.map(Assessment::code);
    let package = package.to_string();
    let values = (who.0, package, score, assessment, competence_number, by.as_str(), at.0);
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// The last count that the office has given in a year for a programme; 0 where there is none.
pub fn last_sequence(db: &Connection, like: &Number) -> Result<u32> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM training_certificates
               WHERE office = ?1 AND programme = ?2 AND year = ?3";
    let values = (&like.office, like.programme.as_str(), like.year);
    db.prepare_cached(sql)?.query_row(values, |row| row.get(0))
}

/// Keeps a certificate as it is printed, as JSON.
pub fn give(
    db: &Connection,
    who: EntryId,
    package: &Seat,
    given: &Given,
    content: &str,
    (by, at): (&OfficerId, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO training_certificates
               (number, sequence, office, programme, year, entry, package, issued_on, content, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let Given { number, on } = given;
    let values = (
        number.to_string(),
        number.sequence,
        &number.office,
        number.programme.as_str(),
        number.year,
        who.0,
        package.to_string(),
        on.iso(),
        content,
        by.as_str(),
        at.0,
    );
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// A certificate as it is printed, as JSON.
pub fn certificate(db: &Connection, who: EntryId, package: &Seat) -> Result<Option<String>> {
    let sql = "SELECT content FROM training_certificates WHERE entry = ?1 AND package = ?2";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_row((who.0, package.to_string()), |row| row.get(0)).optional()
}

/// Writes down when somebody was released.
pub fn release(db: &Connection, who: EntryId, release: &Release) -> Result<()> {
    let sql = "INSERT INTO training_releases (entry, day, agreed, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let Release { on, agreed, by, at } = release;
    db.prepare_cached(sql)?.execute((who.0, on.iso(), agreed, by.as_str(), at.0)).map(drop)
}

/// Writes down what became of somebody.
pub fn find(db: &Connection, who: EntryId, months: u32, found: &Found) -> Result<()> {
    let sql = "INSERT INTO training_follow_ups (entry, months, what, note, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Found { what, note, by, at } = found;
    let values = (who.0, months, what.code(), note, by.as_str(), at.0);
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// All books, each with its last word.
pub fn books(db: &Connection) -> Result<Books> {
    let proposals = all(db, PROPOSALS, proposal)?.into_iter();
    let proposals = proposals.map(|(who, one)| ((who, one.package.clone()), one)).collect();
    let grades = all(
        db,
        "SELECT entry, package, score, assessment, competence_number, officer, at
         FROM training_grades ORDER BY position",
        |row| {
            let assessment: Option<String> = row.get(3)?;
            let grade = Grade {
                score: row.get(2)?,
                assessment: assessment.as_deref().and_then(Assessment::parse),
                competence_number: row.get(4)?,
                by: parsed(row, 5)?,
                at: at(row, 6)?,
            };
            Ok(((entry(row, 0)?, parsed(row, 1)?), grade))
        },
    )?;
    let certificates =
        all(db, "SELECT entry, package, number, issued_on FROM training_certificates", |row| {
            let given = Given { number: parsed(row, 2)?, on: parsed(row, 3)? };
            Ok(((entry(row, 0)?, parsed(row, 1)?), given))
        })?;
    let releases = all(
        db,
        "SELECT entry, day, agreed, officer, at FROM training_releases ORDER BY position",
        |row| {
            let (on, by) = (parsed(row, 1)?, parsed(row, 3)?);
            Ok((entry(row, 0)?, Release { on, agreed: row.get(2)?, by, at: at(row, 4)? }))
        },
    )?;
    let found = all(
        db,
        "SELECT entry, months, what, note, officer, at FROM training_follow_ups ORDER BY position",
        |row| {
            let what = code(row, 2, Afterwards::parse)?;
            let found = Found { what, note: row.get(3)?, by: parsed(row, 4)?, at: at(row, 5)? };
            Ok(((entry(row, 0)?, row.get(1)?), found))
        },
    )?;
    Ok(Books {
        packages: packages(db)?,
        proposals,
        grades: grades.into_iter().collect(),
        certificates: certificates.into_iter().collect(),
        releases: releases.into_iter().collect(),
        found: found.into_iter().collect(),
    })
}

fn packages(db: &Connection) -> Result<BTreeMap<Seat, Book>> {
    let mut books: BTreeMap<Seat, Book> = BTreeMap::new();
    let sql = "SELECT package, first_day, officer, at FROM training_starts";
    for (package, begun) in all(db, sql, |row| {
        let begun = Begun { on: parsed(row, 1)?, by: parsed(row, 2)?, at: at(row, 3)? };
        Ok((parsed::<Seat>(row, 0)?, begun))
    })? {
        books.entry(package).or_default().begun = Some(begun);
    }
    let sql = "SELECT package, instructor FROM training_instructors ORDER BY position";
    for (package, instructor) in
        all(db, sql, |row| Ok((parsed::<Seat>(row, 0)?, maybe_parsed(row, 1)?)))?
    {
        books.entry(package).or_default().instructor = instructor;
    }
    let sql = "SELECT package, day, max(revision), hours, topic, marks, officer, at
               FROM training_days GROUP BY package, day ORDER BY package, day";
    for (package, day) in all(db, sql, day)? {
        books.entry(package).or_default().days.push(day);
    }
    Ok(books)
}
