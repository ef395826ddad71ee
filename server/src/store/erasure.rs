//! Removing a person's data from every table, and the one line that stays of it.

use bilik_shared::id::{EntryId, OfficerId, SheetId};
use bilik_shared::pairs::Place;
use bilik_shared::privacy::case::Case;
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, Result};

use super::columns::json;

/// That somebody's data were removed.
#[derive(Debug, Clone)]
pub struct Erasure<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a OfficerId,
    /// On which request.
    pub case: i64,
    /// Where they stood.
    pub place: &'a Place,
    /// The first generation of the sheet without them.
    pub generation: u32,
    /// The number of the registration; empty where there was none.
    pub number: &'a str,
}

/// From here until [`end`] rows may go that are insert only. Inside of one transaction.
pub fn begin(db: &Connection) -> Result<()> {
    db.execute("INSERT INTO erasing (one) VALUES (1)", ()).map(drop)
}

/// What is insert only is that again.
pub fn end(db: &Connection) -> Result<()> {
    db.execute("DELETE FROM erasing", ()).map(drop)
}

/// Notes that it took place.
pub fn insert(db: &Connection, erasure: &Erasure<'_>) -> Result<()> {
    let sql = "INSERT INTO erasures (at, officer, case_number, sheet, generation, entry, number)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Erasure { at, by, case, place, generation, number } = erasure;
    let (sheet, entry) = (place.sheet.as_str(), place.entry.0);
    db.execute(sql, (at.0, by.as_str(), case, sheet, generation, entry, number)).map(drop)
}

/// Who is not on a sheet any more, with the first generation without them.
pub fn of_sheet(db: &Connection, sheet: &SheetId) -> Result<Vec<(u32, EntryId)>> {
    let sql = "SELECT generation, entry FROM erasures WHERE sheet = ?1 ORDER BY position";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_map((sheet.as_str(),), |row| Ok((row.get(0)?, EntryId(row.get(1)?))))?.collect()
}

/// The numbers that registrations had which are not there any more: they are no gaps.
pub fn numbers(db: &Connection) -> Result<Vec<(EntryId, String)>> {
    let sql = "SELECT entry, number FROM erasures WHERE number != '' ORDER BY position";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_map((), |row| Ok((EntryId(row.get(0)?), row.get(1)?)))?.collect()
}

/// Removes what is kept of an entry besides its sheet. Certificates stay, with the grades behind them; what
/// allocations looked at stays under the entry's id, for as long as there is a decree that names the run.
/// With how many certificates stay.
pub fn remove(db: &Connection, place: &Place) -> Result<u32> {
    let (sheet, entry) = (place.sheet.as_str(), place.entry.0);
    for sql in [
        "DELETE FROM entries WHERE sheet = ?1 AND entry = ?2",
        "DELETE FROM faces WHERE sheet = ?1 AND entry = ?2",
        "DELETE FROM pair_verdicts_undone WHERE number IN (SELECT number FROM pair_verdicts
         WHERE (one_sheet = ?1 AND one_entry = ?2) OR (other_sheet = ?1 AND other_entry = ?2))",
        "DELETE FROM pair_verdicts
         WHERE (one_sheet = ?1 AND one_entry = ?2) OR (other_sheet = ?1 AND other_entry = ?2)",
    ] {
        db.execute(sql, (sheet, entry))?;
    }
    for sql in [
        "DELETE FROM vetting WHERE entry = ?1",
        "DELETE FROM terms WHERE entry = ?1",
        "DELETE FROM training_proposals WHERE entry = ?1",
        "DELETE FROM training_releases WHERE entry = ?1",
        "DELETE FROM training_follow_ups WHERE entry = ?1",
        "DELETE FROM training_grades WHERE entry = ?1 AND NOT EXISTS
         (SELECT 1 FROM training_certificates c WHERE c.entry = training_grades.entry)",
    ] {
        db.execute(sql, (entry,))?;
    }
    db.execute("DELETE FROM allocation_previews", ())?;
    let sql = "SELECT count(*) FROM training_certificates WHERE entry = ?1";
    db.query_row(sql, (entry,), |row| row.get(0))
}

/// Writes a case over, from which a name was taken.
pub fn write_over(db: &Connection, case: &Case) -> Result<()> {
    let sql = "UPDATE privacy_cases SET opened = ?2 WHERE number = ?1";
    db.execute(sql, (case.id, json(&case.opened)?))?;
    let sql = "SELECT position FROM privacy_steps WHERE number = ?1 ORDER BY position";
    let positions: Vec<i64> =
        db.prepare(sql)?.query_map((case.id,), |row| row.get(0))?.collect::<Result<_>>()?;
    for (position, done) in positions.into_iter().zip(&case.steps) {
        let sql = "UPDATE privacy_steps SET step = ?2 WHERE position = ?1";
        db.execute(sql, (position, json(&done.step)?))?;
    }
    Ok(())
}

/// Removes saved views that look for one of these texts.
pub fn remove_views(db: &Connection, holds: impl Fn(&[u8]) -> bool) -> Result<()> {
    let mut statement = db.prepare("SELECT id, view FROM views")?;
    let views: Vec<(i64, String)> =
        statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_>>()?;
    for (id, _) in views.iter().filter(|(_, view)| holds(view.as_bytes())) {
        db.execute("DELETE FROM views WHERE id = ?1", (id,))?;
    }
    Ok(())
}
