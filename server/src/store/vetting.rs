//! What the clinic and security said, and the days of terms from the prison database's list.

use std::collections::BTreeMap;

use bilik_shared::id::EntryId;
use bilik_shared::time::Timestamp;
use bilik_shared::vetting::{Known, Said, Term, Vetted, Word};
use rusqlite::{Connection, OptionalExtension as _, Result, Row};

use super::columns::{maybe_parsed, parsed};

/// Writes down one word about somebody.
pub fn say(db: &Connection, entry: EntryId, said: &Said) -> Result<()> {
    let sql = "INSERT INTO vetting (entry, about, word, day, officer, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Said { word, on, by, at } = said;
    let values = (entry.0, word.about().code(), word.code(), on.iso(), by.as_str(), at.0);
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// A word; `None` for one that only a newer version knows.
fn said(row: &Row<'_>) -> Result<(EntryId, Option<Said>)> {
    let (about, word): (String, String) = (row.get(1)?, row.get(2)?);
    let entry = EntryId(row.get(0)?);
    let Some(word) = Word::parse(&about, &word) else { return Ok((entry, None)) };
    let (on, by, at) = (parsed(row, 3)?, parsed(row, 4)?, Timestamp(row.get(5)?));
    Ok((entry, Some(Said { word, on, by, at })))
}

/// Everything that was said about somebody, oldest first.
pub fn of(db: &Connection, entry: EntryId) -> Result<Vec<Said>> {
    let sql = "SELECT entry, about, word, day, officer, at FROM vetting
               WHERE entry = ?1 ORDER BY position";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map((entry.0,), said)?;
    rows.filter_map(|row| row.map(|(_, said)| said).transpose()).collect()
}

/// Everything that was said about everybody, oldest first.
pub fn all(db: &Connection) -> Result<BTreeMap<EntryId, Vec<Said>>> {
    let sql = "SELECT entry, about, word, day, officer, at FROM vetting ORDER BY position";
    let mut all: BTreeMap<EntryId, Vec<Said>> = BTreeMap::new();
    let mut statement = db.prepare_cached(sql)?;
    for row in statement.query_map((), said)? {
        let (entry, said) = row?;
        all.entry(entry).or_default().extend(said);
    }
    Ok(all)
}

/// Keeps the days of a term in the place of those before.
pub fn put_term(db: &Connection, entry: EntryId, term: &Term) -> Result<()> {
    let known = self::term(db, entry)?;
    if known.as_ref() == Some(term) || known.is_none() && *term == Term::default() {
        return Ok(());
    }
    let sql = "INSERT INTO terms (entry, expiry, third, two_thirds) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET expiry = excluded.expiry, third = excluded.third,
                                         two_thirds = excluded.two_thirds";
    let Term { expiry, third, two_thirds } = term;
    let [expiry, third, two_thirds] =
        [expiry, third, two_thirds].map(|day| day.map(|day| day.iso()));
    db.prepare_cached(sql)?.execute((entry.0, expiry, third, two_thirds)).map(drop)
}

fn read_term(row: &Row<'_>) -> Result<(EntryId, Term)> {
    let term = Term {
        expiry: maybe_parsed(row, 1)?,
        third: maybe_parsed(row, 2)?,
        two_thirds: maybe_parsed(row, 3)?,
    };
    Ok((EntryId(row.get(0)?), term))
}

fn term(db: &Connection, entry: EntryId) -> Result<Option<Term>> {
    let sql = "SELECT entry, expiry, third, two_thirds FROM terms WHERE entry = ?1";
    let mut statement = db.prepare_cached(sql)?;
    Ok(statement.query_row((entry.0,), read_term).optional()?.map(|(_, term)| term))
}

/// What is known of somebody beside their sheet.
pub fn known(db: &Connection, entry: EntryId) -> Result<Known> {
    let vetted = Vetted::of(&of(db, entry)?);
    Ok(Known { vetted, term: term(db, entry)?.unwrap_or_default() })
}

/// What is known of everybody beside their sheets; who is not named is not known.
pub fn all_known(db: &Connection) -> Result<BTreeMap<EntryId, Known>> {
    let said = all(db)?.into_iter();
    let mut known: BTreeMap<EntryId, Known> = said
        .map(|(entry, said)| (entry, Known { vetted: Vetted::of(&said), ..Known::default() }))
        .collect();
    let mut statement = db.prepare_cached("SELECT entry, expiry, third, two_thirds FROM terms")?;
    for row in statement.query_map((), read_term)? {
        let (entry, term) = row?;
        known.entry(entry).or_default().term = term;
    }
    Ok(known)
}
