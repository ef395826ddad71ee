//! Enrolled tablets.

use bilik_shared::id::{DeviceCode, DeviceId, SheetId};
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::{list as joined, parsed, parsed_list};

/// A tablet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id, the first half of its credential.
    pub id: DeviceId,
    /// What people call it.
    pub code: DeviceCode,
    /// The SHA-256 of its secret.
    pub secret: [u8; 32],
    /// The sheets it is given; `None` for all of them.
    pub sheets: Option<Vec<SheetId>>,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was last heard of.
    pub last_contact: Option<Timestamp>,
    /// What it said then.
    pub said: Said,
}

/// What a tablet says about itself with every exchange.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The version of its app.
    pub app: String,
    /// Its clock minus the server's, in milliseconds.
    pub clock_offset: i64,
    /// How many of its changes had no receipt yet when it asked.
    pub waiting: u32,
}

const COLUMNS: &str =
    "id, code, secret, sheets, enrolled_at, last_contact, app, clock_offset, waiting";

/// All tablets by code.
pub fn list(connection: &Connection) -> Result<Vec<DeviceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM devices ORDER BY length(code), code");
    connection.prepare_cached(&sql)?.query_map((), from_row)?.collect()
}

/// One tablet.
pub fn get(connection: &Connection, id: DeviceId) -> Result<Option<DeviceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row((id.0,), from_row).optional()
}

/// The number that the next tablet's code carries, from 1.
pub fn next_number(connection: &Connection) -> Result<u32> {
    connection.query_row("SELECT count(*) + 1 FROM devices", (), |row| row.get(0))
}

/// Adds a tablet.
pub fn insert(connection: &Connection, device: &DeviceRow) -> Result<()> {
    let sql =
        "INSERT INTO devices (id, code, secret, sheets, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.execute(
        sql,
        (
            device.id.0,
            device.code.as_str(),
            device.secret,
            joined(device.sheets.as_deref()),
            device.enrolled_at.0,
        ),
    )?;
    Ok(())
}

/// Notes that a tablet was heard of.
pub fn note_contact(
    connection: &Connection,
    id: DeviceId,
    at: Timestamp,
    said: &Said,
) -> Result<()> {
    let sql = "UPDATE devices SET last_contact = ?2, app = ?3, clock_offset = ?4, waiting = ?5 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((
        id.0,
        at.0,
        &said.app,
        said.clock_offset,
        said.waiting,
    ))?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> Result<DeviceRow> {
    Ok(DeviceRow {
        id: DeviceId(row.get(0)?),
        code: parsed(row, 1)?,
        secret: row.get(2)?,
        sheets: parsed_list(row, 3)?,
        enrolled_at: Timestamp(row.get(4)?),
        last_contact: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        said: Said { app: row.get(6)?, clock_offset: row.get(7)?, waiting: row.get(8)? },
    })
}
