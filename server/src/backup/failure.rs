//! Why there is no backup, or nothing was restored: one sentence each for the person who asked.

use std::path::PathBuf;
use std::{fmt, io};

use crate::error::Error;
use crate::store::OpenError;
use crate::store::copy::Failed;
use crate::verify::Fault;

/// Nothing was made, and what was there before is as it was.
#[derive(Debug)]
pub enum BackupError {
    /// The folder holds no database.
    NoDatabase(PathBuf),
    /// The folder that something should be restored into holds something.
    NotEmpty(PathBuf),
    /// A server uses the folder.
    InUse(PathBuf),
    /// Another backup of the folder is being made.
    Another(PathBuf),
    /// This is no private key, or a file without one.
    NoIdentity(PathBuf),
    /// The key file is there already.
    KeyIsThere(PathBuf),
    /// The backup was made for other keys.
    WrongIdentity(PathBuf),
    /// The backup was changed, cut off, or never was one.
    Damaged(PathBuf),
    /// A file cannot be read.
    Read(PathBuf, io::Error),
    /// A file cannot be written; the disk may be full.
    Write(PathBuf, io::Error),
    /// The copy is not what it should be.
    Faulty(Fault),
    /// What came out of the finished file is not what went in.
    Differs,
    /// The database cannot be opened.
    Open(OpenError),
    /// The database cannot be read or written.
    Database(Error),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDatabase(folder) => {
                write!(f, "There is no database in the folder {}.", folder.display())
            }
            Self::NotEmpty(folder) => write!(
                f,
                "The folder {} is not empty: restore into a new one, so that nothing is overwritten.",
                folder.display()
            ),
            Self::InUse(folder) => {
                write!(f, "A server uses the folder {}: stop it first.", folder.display())
            }
            Self::Another(folder) => write!(
                f,
                "Another backup of the folder {} is being made: wait for it.",
                folder.display()
            ),
            Self::NoIdentity(file) => write!(
                f,
                "There is no private key in the file {}: `bilik backup-key` makes one.",
                file.display()
            ),
            Self::KeyIsThere(file) => write!(
                f,
                "The file {} is there already and was left alone: backups may need the key in it.",
                file.display()
            ),
            Self::WrongIdentity(file) => write!(
                f,
                "This key does not open {}: the backup was made for another one.",
                file.display()
            ),
            Self::Damaged(file) => write!(
                f,
                "{} is damaged, cut off, or no backup: nothing was restored, take another one.",
                file.display()
            ),
            Self::Read(path, cause) => write!(f, "{} cannot be read: {cause}.", path.display()),
            Self::Write(path, cause) if cause.kind() == io::ErrorKind::StorageFull => write!(
                f,
                "The disk is full: {} was not written; what was there before is as it was.",
                path.display()
            ),
            Self::Write(path, cause) => {
                write!(f, "{} cannot be written: {cause}.", path.display())
            }
            Self::Faulty(fault) => write!(f, "There is no new backup, because {fault}."),
            Self::Differs => f.write_str(
                "The finished backup does not hold what went into it and was thrown away: check the disk.",
            ),
            Self::Open(cause) => cause.fmt(f),
            Self::Database(cause) => {
                write!(f, "The database cannot be used: {} ({cause:?}).", cause.code())
            }
        }
    }
}

impl std::error::Error for BackupError {}

impl From<Failed> for BackupError {
    fn from(cause: Failed) -> Self {
        match cause {
            Failed::Locked => Self::Faulty(Fault::Locked),
            Failed::Damaged(said) => Self::Faulty(Fault::File(said)),
            Failed::Other(cause) => Self::Database(cause.into()),
        }
    }
}

impl From<Error> for BackupError {
    fn from(cause: Error) -> Self {
        Self::Database(cause)
    }
}
