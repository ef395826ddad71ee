//! Runs of the allocation: what each looked at and what came of it, so that it can be run again. Insert only;
//! previews are kept until the next run is committed, to say what has changed since.

use bilik_shared::id::{Hash, OfficerId, Seed};
use bilik_shared::time::{Date, Timestamp};
use bilik_shared::view::allocation::{Decree, Run};
use rusqlite::{Connection, OptionalExtension as _, Result};

use super::columns::parsed;

/// Keeps what a preview looked at, as JSON.
pub fn keep_preview(db: &Connection, digest: Hash, input: &str) -> Result<()> {
    let sql =
        "INSERT INTO allocation_previews (digest, input) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute((digest.0, input))?;
    Ok(())
}

/// What a preview looked at; `None` if a run was committed since.
pub fn preview(db: &Connection, digest: Hash) -> Result<Option<String>> {
    let sql = "SELECT input FROM allocation_previews WHERE digest = ?1";
    db.prepare_cached(sql)?.query_row((digest.0,), |row| row.get(0)).optional()
}

/// Stores a run with its input and its proposal as JSON, and forgets the previews.
pub fn insert(db: &Connection, run: &Run, input: &str, proposal: &str) -> Result<()> {
    let sql = "INSERT INTO allocations (number, at, officer, decree, decree_date, seed, digest, policy, seats, reserve, none, input, proposal)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    db.prepare_cached(sql)?.execute((
        run.number,
        run.at.0,
        run.by.as_str(),
        &run.decree.number,
        run.decree.date.iso(),
        run.seed.0,
        run.digest.0,
        run.policy,
        run.seats,
        run.reserve,
        run.none,
        input,
        proposal,
    ))?;
    db.execute("DELETE FROM allocation_previews", ())?;
    Ok(())
}

/// All runs, the latest first.
pub fn list(db: &Connection) -> Result<Vec<Run>> {
    let sql = "SELECT number, at, officer, decree, decree_date, seed, digest, policy, seats, reserve, none
               FROM allocations ORDER BY number DESC";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map((), |row| {
        let by: OfficerId = parsed(row, 2)?;
        let date: Date = parsed(row, 4)?;
        Ok(Run {
            number: row.get(0)?,
            at: Timestamp(row.get(1)?),
            by,
            decree: Decree { number: row.get(3)?, date },
            seed: Seed(row.get(5)?),
            digest: Hash(row.get(6)?),
            policy: row.get(7)?,
            seats: row.get(8)?,
            reserve: row.get(9)?,
            none: row.get(10)?,
        })
    })?;
    rows.collect()
}

/// How many runs there were.
pub fn count(db: &Connection) -> Result<u32> {
    db.prepare_cached("SELECT count(*) FROM allocations")?.query_row((), |row| row.get(0))
}

/// The input and the proposal of a run, as JSON: to run it again.
pub fn record(db: &Connection, number: u32) -> Result<Option<(String, String)>> {
    let sql = "SELECT input, proposal FROM allocations WHERE number = ?1";
    let mut statement = db.prepare_cached(sql)?;
    statement.query_row((number,), |row| Ok((row.get(0)?, row.get(1)?))).optional()
}
