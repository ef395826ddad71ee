//! Is the database what this program wrote, and nothing else? Nothing here changes what it looks at.
//!
//! SQLite says whether the file itself is whole; every row is compared with what the audit last wrote down about it
//! ([`crate::store::audit`]); what tablets signed is replayed; what is derived is made anew from the changes and compared.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use bilik_shared::chain::Printed;
use rusqlite::Connection;

use crate::error::Error;
use crate::key::Key;
use crate::projection;
use crate::store::{FILE_NAME, audit, copy, is_plain, meta};
use crate::writer::Sheets;

mod audited;
mod derived;
mod signed;

/// What is wrong, the first thing that was found. Tables and keys, never what stands in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The tables are those of an older version.
    Older,
    /// A table, trigger or index is not as this version made it.
    Schema(String),
    /// A record of the audit does not follow from the one before it.
    Chain(u64),
    /// A row, by table and key, is not what was last written down about it.
    Row(String, String, Wrong),
    /// SQLite finds the file damaged, or a page of it does not fit its code.
    File(String),
    /// The key does not open it.
    Locked,
    /// It is not encrypted.
    Plain,
    /// A row does not say what its sources say.
    Derived(&'static str, String),
    /// A sheet cannot be built from its changes.
    Sheet(String),
    /// A batch of a tablet, by the tablet and its number, does not prove what it should.
    Batch(String, u32, Unproven),
    /// A change of a tablet that signs, by sheet and hash, came in none of its batches.
    Unsigned(String, String),
    /// A tablet knows a record of the audit, by number, that is not there.
    Head(String, i64),
    /// A record of the audit that somebody has on paper, by number, is not there.
    Printed(u64),
    /// Another program holds the database.
    Busy,
}

/// What is wrong with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// The tablet has not signed it.
    Signature,
    /// Its bytes are not those that were signed.
    Bytes,
    /// It does not continue the one before it.
    Place,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It says something else.
    Altered,
    /// It is gone.
    Missing,
    /// It was put there by somebody else.
    Foreign,
}

impl fmt::Display for Fault {
    /// The end of a sentence that began with somebody else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Older => f.write_str(
                "an older version of Bilik wrote it and the rows cannot be compared: start the server once",
            ),
            Self::Schema(name) => write!(f, "{name} is not as this program made it"),
            Self::Chain(number) => {
                write!(f, "record {number} of the audit does not follow from the one before it")
            }
            Self::Row(table, key, wrong) => {
                let what = match wrong {
                    Wrong::Altered => "was altered by another program",
                    Wrong::Missing => "was removed by another program",
                    Wrong::Foreign => "was put there by another program",
                };
                write!(f, "the row {key} of the table {table} {what}")
            }
            Self::File(said) => write!(f, "the database file is damaged ({})", said.trim()),
            Self::Locked => f.write_str(
                "it does not open with this key: either this is another one, or its first page is damaged",
            ),
            Self::Plain => f.write_str("it is not encrypted yet: start the server once"),
            Self::Derived(table, key) => {
                write!(f, "the row {key} of the table {table} is not what the changes say")
            }
            Self::Sheet(id) => write!(f, "the sheet {id} cannot be built from its changes"),
            Self::Batch(device, seq, wrong) => {
                let what = match wrong {
                    Unproven::Signature => "was not signed by it",
                    Unproven::Bytes => "is not what it signed",
                    Unproven::Place => "does not continue the one before it",
                };
                write!(f, "batch {seq} of the tablet {device} {what}")
            }
            Self::Unsigned(sheet, hash) => {
                write!(f, "the change {hash} of the sheet {sheet} is in no batch that a tablet signed")
            }
            Self::Head(device, number) => write!(
                f,
                "the tablet {device} was told of record {number} of the audit, which is not there any more"
            ),
            Self::Printed(number) => write!(
                f,
                "record {number} of the audit is not the one that was named: its end was cut off, it was made anew, \
                 or an older copy was put back"
            ),
            Self::Busy => f.write_str("another program holds the database"),
        }
    }
}

/// Looks the database of a data folder over, beside a server that runs: at a copy in memory, as of one moment.
///
/// The copy reads every page, so one that was altered anywhere is found before anything in it is believed.
pub fn look_into(data: &Path, key: &Key) -> Result<Option<Fault>, Error> {
    look_for(data, key, &[])
}

/// The same, and whether the audit still has these records that somebody has on paper.
pub fn look_for(data: &Path, key: &Key, printed: &[Printed]) -> Result<Option<Fault>, Error> {
    let file = data.join(FILE_NAME);
    let read = |cause: std::io::Error| Error::Internal(cause.to_string());
    if is_plain(&file).map_err(read)? {
        return Ok(Some(Fault::Plain));
    }
    let copy = match copy::into_memory(&file, key) {
        Ok(copy) => copy,
        Err(copy::Failed::Locked) => return Ok(Some(Fault::Locked)),
        Err(copy::Failed::Damaged(said)) => return Ok(Some(Fault::File(said))),
        Err(copy::Failed::Other(cause)) => return Err(cause.into()),
    };
    if let Some(said) = copy::integrity(&copy)? {
        return Ok(Some(Fault::File(said)));
    }
    for one in printed {
        if !audit::holds_printed(&copy, one)? {
            return Ok(Some(Fault::Printed(one.number)));
        }
    }
    for look_over in [audited::look_over, signed::look_over, derived::look_over] {
        if let Some(fault) = look_over(&copy)? {
            return Ok(Some(fault));
        }
    }
    Ok(None)
}

/// Looks a copy over that nobody else uses; `None` where it can be served.
///
/// The audit is not asked: a row that somebody altered must not keep the house from making backups of all others.
pub fn look_over(copy: &Connection) -> Result<Option<Fault>, Error> {
    if let Some(said) = copy::integrity(copy)? {
        return Ok(Some(Fault::File(said)));
    }
    derived::look_over(copy)
}

#[cfg(test)]
mod tests;
