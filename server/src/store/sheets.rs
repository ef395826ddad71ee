//! Which sheets exist. What is on them stands in `changes`.

use bilik_shared::id::{Digest, SheetId};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::parsed;

/// A sheet as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Which sheet.
    pub id: SheetId,
    /// The cell block.
    pub block: String,
    /// Counts how often the sheet was replaced by a rewritten one.
    pub generation: u32,
    /// The digest of its heads; derived, and written in the transaction that moves the heads.
    pub digest: Digest,
}

/// All sheets in the order of their blocks.
pub fn list(connection: &Connection) -> Result<Vec<SheetRow>> {
    let sql = "SELECT id, block, generation, digest FROM sheets ORDER BY block, id";
    connection.prepare_cached(sql)?.query_map((), from_row)?.collect()
}

/// One sheet.
pub fn get(connection: &Connection, id: &SheetId) -> Result<Option<SheetRow>> {
    let sql = "SELECT id, block, generation, digest FROM sheets WHERE id = ?1";
    connection.prepare_cached(sql)?.query_row((id.as_str(),), from_row).optional()
}

/// Adds a sheet.
pub fn insert(connection: &Connection, sheet: &SheetRow) -> Result<()> {
    let sql = "INSERT INTO sheets (id, block, generation, digest) VALUES (?1, ?2, ?3, ?4)";
    let SheetRow { id, block, generation, digest } = sheet;
    connection.execute(sql, (id.as_str(), block, generation, digest.0))?;
    Ok(())
}

/// Notes that a sheet was written anew.
pub fn set_generation(connection: &Connection, id: &SheetId, generation: u32) -> Result<()> {
    let sql = "UPDATE sheets SET generation = ?2 WHERE id = ?1";
    connection.execute(sql, (id.as_str(), generation))?;
    Ok(())
}

/// Notes that the heads of a sheet moved.
pub fn set_digest(connection: &Connection, id: &SheetId, digest: Digest) -> Result<()> {
    let sql = "UPDATE sheets SET digest = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((id.as_str(), digest.0))?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> Result<SheetRow> {
    let digest = Digest(row.get(3)?);
    Ok(SheetRow { id: parsed(row, 0)?, block: row.get(1)?, generation: row.get(2)?, digest })
}
