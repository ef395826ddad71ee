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
    /// The key opens nothing: the database's file.
    WrongKey(PathBuf),
    /// Another program has the database open, which is still plain.
    InUse(PathBuf),
    /// The plain database cannot be replaced by an encrypted one.
    TakeOver(PathBuf, io::Error),
    /// What was encrypted is not what was there.
    Differs(PathBuf),
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
            Self::WrongKey(file) => write!(
                f,
                "The database {} does not open with this key: give the one that it was encrypted with. If this is the \
                 one, its first page is damaged; nothing was changed.",
                file.display()
            ),
            Self::InUse(file) => write!(
                f,
                "The database {} is still plain, and another program has it open: stop that, then start again, and it \
                 is encrypted.",
                file.display()
            ),
            Self::TakeOver(file, cause) => write!(
                f,
                "The database {} cannot be encrypted: {cause}; it is as it was.",
                file.display()
            ),
            Self::Differs(draft) => write!(
                f,
                "What was encrypted in {} is not what stands in the database, which is as it was: check the disk.",
                draft.display()
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
            _ if is_unauthentic(&cause) => {
                Self::Disk("a page of the database is not authentic".to_owned())
            }
            _ => Self::Sqlite(cause.to_string()),
        }
    }
}

/// A reading connection refuses to write with the same code as a read-only disk, but nothing is wrong with the disk.
fn is_query_only(cause: &rusqlite::Error) -> bool {
    cause.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_READONLY)
}

/// A page whose code does not fit is told with SQLite's most general error, and no words of its own.
fn is_unauthentic(cause: &rusqlite::Error) -> bool {
    matches!(
        cause,
        rusqlite::Error::SqliteFailure(error, Some(said))
            if error.extended_code == rusqlite::ffi::SQLITE_ERROR && said == "SQL logic error"
    )
}
