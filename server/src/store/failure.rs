//! What can go wrong below. [`OpenError`] ends the process with one sentence for the person who started it;
//! [`StoreError`] becomes an answer to a request, and says whether the disk can still be trusted.

use std::path::PathBuf;
use std::{fmt, io};

use rusqlite::ErrorCode;

/// The database cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The data folder cannot be created.
    Folder(PathBuf, io::Error),
    /// A newer program wrote this database: its schema and the newest one known here.
    Newer(u32, u32),
    /// SQLite says no.
    Sqlite(rusqlite::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder, cause) => {
                write!(f, "The data folder {} cannot be created: {cause}.", folder.display())
            }
            Self::Newer(found, known) => write!(
                f,
                "The database was written by a newer version of Bilik (schema {found}, this one knows {known}): \
                 install that version again, nothing was changed."
            ),
            Self::Sqlite(cause) => write!(f, "The database cannot be opened: {cause}."),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<rusqlite::Error> for OpenError {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Sqlite(cause)
    }
}

/// A read or write did not happen.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// The disk is full. Reading goes on, writing may work again later.
    Full,
    /// The disk failed. What is in memory and what is on disk may differ: the process has to end and start anew.
    Disk(String),
    /// Another process holds the database.
    Busy,
    /// Another error from SQLite, in words.
    Sqlite(String),
    /// The writer has stopped.
    Stopped,
}

impl StoreError {
    /// Whether everything else in the same transaction fails with it.
    pub fn spoils_transaction(&self) -> bool {
        !matches!(self, Self::Sqlite(_))
    }

    /// Whether the process has to end.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Disk(_))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the disk is full"),
            Self::Disk(cause) => write!(f, "the disk failed: {cause}"),
            Self::Busy => f.write_str("another process holds the database"),
            Self::Sqlite(cause) => f.write_str(cause),
            Self::Stopped => f.write_str("the server is stopping"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(cause: rusqlite::Error) -> Self {
        match cause.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen,
            ) if !is_query_only(&cause) => Self::Disk(cause.to_string()),
            _ => Self::Sqlite(cause.to_string()),
        }
    }
}

/// A reading connection refuses to write with the same code as a read-only disk, but nothing is wrong with the disk.
fn is_query_only(cause: &rusqlite::Error) -> bool {
    cause.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_READONLY)
}
