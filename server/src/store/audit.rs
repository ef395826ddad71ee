//! Who changed which row, as a chain of hashes that only grows.
//!
//! Nothing above this module has to remember it: on the connection of the writer, temporary triggers on every table
//! write a record for each row that is inserted, updated or deleted, inside the transaction of its effect. What is
//! rolled back leaves no record; what is committed has one.
//!
//! ```text
//! record := entry hash
//! hash   := SHA-256(hash of the record before, nothing for the first; entry)
//! entry  := CBOR [at, who, role, what, table, key, digest | null]
//! digest := SHA-256 over the values of the row's lasting columns; null: the row was deleted
//! value  := type length bytes, the length in 8 bytes, big-endian; numbers as 8 bytes, big-endian
//! ```
//! There are no values of rows in it but keys, and a key is an id or a hash. Stored for good: do not change.

use std::cell::RefCell;

use bilik_shared::chain::{Head, Printed};
use bilik_shared::id::Hash;
use bilik_shared::seeded::{self, Bug};
use bilik_shared::time::Timestamp;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, OptionalExtension as _, Result};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sha2::{Digest as _, Sha256};

use crate::clock;

/// Tables that are made anew from others and compared with them, and the chain itself.
const NOT_AUDITED: [&str; 3] = ["entries", "faces", "audit"];

/// Columns that are written again and again and decide nothing: what a tablet last said about itself, when a session
/// or a token was last used, and how far the sending of a message has got. Altering them deceives nobody for long.
const VOLATILE: [(&str, &[&str]); 4] = [
    (
        "devices",
        &[
            "last_contact",
            "app",
            "clock_offset",
            "waiting",
            "held",
            "officer",
            "space_used",
            "space_room",
        ],
    ),
    ("sessions", &["seen_at"]),
    ("tokens", &["used_at"]),
    ("deliveries", &["due_at", "tries", "status", "tried_at", "delivered_at"]),
];

/// How many bytes a hash has.
const HASH: usize = 32;

/// On whose behalf something is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// A user, a tablet's code, or the program itself.
    pub who: String,
    /// As what; empty where it is not a person.
    pub role: String,
    /// What was asked for: method and path of the request, which carry ids and no names.
    pub what: String,
}

impl Default for By {
    fn default() -> Self {
        Self { who: "bilik".to_owned(), role: String::new(), what: String::new() }
    }
}

thread_local! {
    /// Set by whoever writes on this thread.
    static BY: RefCell<By> = RefCell::new(By::default());
}

/// Says on whose behalf this thread writes from now on.
pub fn write_as(by: By) {
    BY.set(by);
}

/// One record, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry(
    /// When, by the server's clock.
    pub Timestamp,
    /// Who.
    pub String,
    /// As what.
    pub String,
    /// What was asked for.
    pub String,
    /// The table.
    pub String,
    /// The row's key.
    pub ByteBuf,
    /// The digest of the row; `None` where it was deleted.
    pub Option<ByteBuf>,
);

/// A table with the columns that are looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Of the key, in its order.
    keys: Vec<String>,
    /// All but those that are volatile, in the order of the table.
    columns: Vec<String>,
}

impl Table {
    /// The columns that are looked after.
    pub fn lasting(&self) -> &[String] {
        &self.columns
    }
}

/// The tables whose rows are looked after.
pub fn tables(connection: &Connection) -> Result<Vec<Table>> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let names: Vec<String> =
        connection.prepare(sql)?.query_map((), |row| row.get(0))?.collect::<Result<_>>()?;
    let audited = names.into_iter().filter(|name| !NOT_AUDITED.contains(&name.as_str()));
    audited.map(|name| table(connection, name)).collect()
}

fn table(connection: &Connection, name: String) -> Result<Table> {
    let mut listed =
        connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let columns = listed.query_map((&name,), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let columns: Vec<(String, i64)> = columns.collect::<Result<_>>()?;
    let mut keys: Vec<_> = columns.iter().filter(|(_, place)| *place > 0).collect();
    keys.sort_by_key(|(_, place)| *place);
    let keys = keys.into_iter().map(|(column, _)| column.clone()).collect();
    let volatile = VOLATILE.iter().find(|(table, _)| *table == name).map_or(&[][..], |one| one.1);
    let lasting = columns.iter().filter(|(column, _)| !volatile.contains(&column.as_str()));
    let columns = lasting.map(|(column, _)| column.clone()).collect();
    Ok(Table { name, keys, columns })
}

/// Puts the triggers on a connection that writes.
pub(super) fn install(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("audit_record", -1, FunctionFlags::SQLITE_UTF8, record)?;
    if seeded::is(Bug::AuditLater) {
        return Ok(());
    }
    for table in tables(connection)? {
        let Table { name, columns, .. } = &table;
        let (new, old) = (call(&table, "NEW", true), call(&table, "OLD", false));
        let written = columns.join(", ");
        connection.execute_batch(&format!(
            "CREATE TEMP TRIGGER audit_{name}_insert AFTER INSERT ON main.{name} BEGIN {new} END;
             CREATE TEMP TRIGGER audit_{name}_update AFTER UPDATE OF {written} ON main.{name} BEGIN {new} END;
             CREATE TEMP TRIGGER audit_{name}_delete AFTER DELETE ON main.{name} BEGIN {old} END;"
        ))?;
    }
    Ok(())
}

/// The statement that writes the record of a row.
fn call(table: &Table, row: &str, with_values: bool) -> String {
    let columns = table.keys.iter().chain(table.columns.iter().filter(|_| with_values));
    let columns: Vec<String> = columns.map(|column| format!("{row}.{column}")).collect();
    format!(
        "INSERT INTO audit (record) SELECT audit_record(
            ({}), '{}', {}, {});",
        last_hash(),
        table.name,
        table.keys.len(),
        columns.join(", ")
    )
}

/// The query for the hash of the last record.
fn last_hash() -> String {
    format!("SELECT substr(record, -{HASH}) FROM audit ORDER BY number DESC LIMIT 1")
}

/// The record behind the one with this hash, of: the table's name, how many columns the key has, the key, the values.
fn record(arguments: &mut Context<'_>) -> Result<Vec<u8>> {
    let before: Option<Vec<u8>> = arguments.get(0)?;
    let (name, keys): (String, usize) = (arguments.get(1)?, arguments.get::<i64>(2)? as usize);
    let values = |from, to| (from..to).map(|n| arguments.get_raw(n));
    let (first, end) = (3 + keys, arguments.len());
    let digest = (end > first).then(|| digest(values(first, end)));
    link(before.as_deref(), &name, key(values(3, first)), digest)
}

fn link(
    before: Option<&[u8]>,
    table: &str,
    key: Vec<u8>,
    digest: Option<[u8; HASH]>,
) -> Result<Vec<u8>> {
    let By { who, role, what } = BY.with_borrow(By::clone);
    let digest = digest.map(|digest| ByteBuf::from(digest.to_vec()));
    let entry = Entry(clock::now(), who, role, what, table.to_owned(), ByteBuf::from(key), digest);
    let written = minicbor_serde::to_vec(&entry);
    let mut record = written.map_err(|cause| Error::UserFunctionError(Box::new(cause)))?;
    let hash = hash(before, &record);
    record.extend_from_slice(&hash);
    Ok(record)
}

fn hash(before: Option<&[u8]>, entry: &[u8]) -> [u8; HASH] {
    Sha256::new().chain_update(before.unwrap_or_default()).chain_update(entry).finalize().into()
}

fn key<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    values.for_each(|value| write_value(&mut bytes, value));
    bytes
}

fn digest<'v>(values: impl Iterator<Item = ValueRef<'v>>) -> [u8; HASH] {
    Sha256::digest(key(values)).into()
}

fn write_value(to: &mut Vec<u8>, value: ValueRef<'_>) {
    let mut put = |kind: u8, bytes: &[u8]| {
        to.push(kind);
        to.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        to.extend_from_slice(bytes);
    };
    match value {
        ValueRef::Null => put(0, &[]),
        ValueRef::Integer(n) => put(1, &n.to_be_bytes()),
        ValueRef::Real(n) => put(2, &n.to_bits().to_be_bytes()),
        ValueRef::Text(text) => put(3, text),
        ValueRef::Blob(bytes) => put(4, bytes),
    }
}

/// A key as people read it: numbers and ids as they are, bytes in hexadecimal.
pub fn readable(key: &[u8]) -> String {
    let (mut parts, mut rest) = (Vec::new(), key);
    while let Some((kind, after)) = rest.split_first()
        && let Some((length, after)) = after.split_first_chunk::<8>()
        && let Some((value, after)) = after.split_at_checked(u64::from_be_bytes(*length) as usize)
    {
        parts.push(match (kind, <[u8; 8]>::try_from(value)) {
            (1, Ok(number)) => i64::from_be_bytes(number).to_string(),
            (3, _) => String::from_utf8_lossy(value).into_owned(),
            _ => value.iter().map(|byte| format!("{byte:02x}")).collect(),
        });
        rest = after;
    }
    parts.join("/")
}

/// Reads the whole chain. `Err` inside is the number of the first record that does not follow from the one before it.
pub fn read(
    connection: &Connection,
    mut each: impl FnMut(Entry),
) -> Result<std::result::Result<u64, u64>> {
    let mut statement = connection.prepare("SELECT number, record FROM audit ORDER BY number")?;
    let mut rows = statement.query(())?;
    let (mut count, mut before): (u64, Option<[u8; HASH]>) = (0, None);
    while let Some(row) = rows.next()? {
        count += 1;
        let (number, record): (i64, ValueRef<'_>) = (row.get(0)?, row.get_ref(1)?);
        let split = record.as_blob().ok().and_then(|record| record.split_last_chunk::<HASH>());
        let Some((entry, said)) = split else { return Ok(Err(count)) };
        let known = minicbor_serde::from_slice(entry);
        match known {
            Ok(known)
                if number == count as i64
                    && *said == hash(before.as_ref().map(|b| &b[..]), entry) =>
            {
                each(known);
            }
            _ => return Ok(Err(count)),
        }
        before = Some(*said);
    }
    Ok(Ok(count))
}

/// The last record, as tablets are told of it; `None` where there is none.
pub fn head(connection: &Connection) -> Result<Option<Head>> {
    let sql = "SELECT number, substr(record, -32) FROM audit ORDER BY number DESC LIMIT 1";
    let head = |row: &rusqlite::Row<'_>| {
        Ok(Head { number: row.get::<_, i64>(0)?.unsigned_abs(), hash: Hash(row.get(1)?) })
    };
    connection.prepare_cached(sql)?.query_row((), head).optional()
}

/// Whether the chain has this record.
pub fn holds(connection: &Connection, head: &Head) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM audit WHERE number = ?1 AND substr(record, -32) = ?2)";
    let number = i64::try_from(head.number).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.query_row((number, head.hash.0), |row| row.get(0))
}

/// Whether the chain has a record that somebody has on paper.
pub fn holds_printed(connection: &Connection, printed: &Printed) -> Result<bool> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM audit WHERE number = ?1 AND substr(record, -32, 8) = ?2)";
    let number = i64::try_from(printed.number).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.query_row((number, printed.begins), |row| row.get(0))
}

/// Every row of a table: its key, and the digest of what stands in it.
pub fn digests(connection: &Connection, table: &Table) -> Result<Vec<(Vec<u8>, [u8; HASH])>> {
    let columns: Vec<&str> = table.keys.iter().chain(&table.columns).map(String::as_str).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), table.name);
    let mut statement = connection.prepare(&sql)?;
    let (first, end) = (table.keys.len(), columns.len());
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..end).map(|n| row.get_ref(n)).collect::<Result<Vec<_>>>()?;
        let (keys, values) = values.split_at(first);
        found.push((key(keys.iter().copied()), digest(values.iter().copied())));
    }
    Ok(found)
}

/// Writes a record for a row that has none that fits: after the tables were changed by another version.
pub(super) fn adopt(
    connection: &Connection,
    table: &Table,
    key: Vec<u8>,
    digest: [u8; HASH],
) -> Result<()> {
    let last = last_hash();
    let last: Option<Vec<u8>> =
        connection.prepare_cached(&last)?.query_row((), |row| row.get(0)).optional()?;
    let record = link(last.as_deref(), &table.name, key, Some(digest))?;
    connection.prepare_cached("INSERT INTO audit (record) VALUES (?1)")?.execute((record,))?;
    Ok(())
}
