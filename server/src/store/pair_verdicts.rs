//! What supervisors said about entries that look alike, and who took it back. Only ever inserted.

use bilik_shared::id::OfficerId;
use bilik_shared::pairs::Place;
use bilik_shared::time::Timestamp;
use bilik_shared::view::pairs::Settled;
use rusqlite::{Connection, OptionalExtension as _, Result};

use super::columns::{from_json, json, parsed};

/// A verdict, its number, and who took it back.
#[derive(Debug, Clone)]
pub struct Word {
    /// Its number.
    pub number: i64,
    /// The verdict.
    pub settled: Settled,
    /// Who took it back, and when.
    pub undone: Option<(OfficerId, Timestamp)>,
}

const SELECT: &str = "SELECT v.number, v.settled, u.officer, u.at FROM pair_verdicts v
                      LEFT JOIN pair_verdicts_undone u ON u.number = v.number";

fn word(row: &rusqlite::Row<'_>) -> Result<Word> {
    let undone = match row.get::<_, Option<i64>>(3)? {
        Some(at) => Some((parsed(row, 2)?, Timestamp(at))),
        None => None,
    };
    Ok(Word { number: row.get(0)?, settled: from_json(row, 1)?, undone })
}

/// Keeps a verdict.
pub fn insert(connection: &Connection, settled: &Settled) -> Result<()> {
    let sql = "INSERT INTO pair_verdicts (one_sheet, one_entry, other_sheet, other_entry, settled)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let [one, other] = &settled.pair;
    connection.prepare_cached(sql)?.execute((
        one.sheet.as_str(),
        one.entry.0,
        other.sheet.as_str(),
        other.entry.0,
        json(settled)?,
    ))?;
    Ok(())
}

/// The last verdict about a pair, whose places are in order, unless it was taken back.
pub fn standing(connection: &Connection, [one, other]: &[Place; 2]) -> Result<Option<Word>> {
    let sql = format!(
        "{SELECT} WHERE v.one_sheet = ?1 AND v.one_entry = ?2 AND v.other_sheet = ?3
         AND v.other_entry = ?4 ORDER BY v.number DESC LIMIT 1"
    );
    let (ones, others) = ((one.sheet.as_str(), one.entry.0), (other.sheet.as_str(), other.entry.0));
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row((ones.0, ones.1, others.0, others.1), word).optional()?;
    Ok(found.filter(|word| word.undone.is_none()))
}

/// One verdict.
pub fn get(connection: &Connection, number: i64) -> Result<Option<Word>> {
    let sql = format!("{SELECT} WHERE v.number = ?1");
    connection.prepare_cached(&sql)?.query_row([number], word).optional()
}

/// The newest verdicts before a number, newest first.
pub fn list(connection: &Connection, before: i64, most: u32) -> Result<Vec<Word>> {
    let sql = format!("{SELECT} WHERE v.number < ?1 ORDER BY v.number DESC LIMIT ?2");
    connection.prepare_cached(&sql)?.query_map((before, most), word)?.collect()
}

/// All verdicts, oldest first.
pub fn all(connection: &Connection) -> Result<Vec<Word>> {
    let sql = format!("{SELECT} ORDER BY v.number");
    connection.prepare_cached(&sql)?.query_map((), word)?.collect()
}

/// Notes that a verdict was taken back; `false` where somebody has before.
pub fn undo(connection: &Connection, number: i64, by: &OfficerId, at: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO pair_verdicts_undone (number, officer, at) VALUES (?1, ?2, ?3)
               ON CONFLICT DO NOTHING";
    let written = connection.prepare_cached(sql)?.execute((number, by.as_str(), at.0))?;
    Ok(written == 1)
}
