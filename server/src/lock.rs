//! One server a data folder: two of them would each have sheets in memory that the other changes. And one backup
//! at a time, beside it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use crate::store::make_private;

/// What is done once at a time in a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Serving.
    Serve,
    /// Making a backup.
    BackUp,
    /// Encrypting a database that is plain.
    TakeOver,
}

impl Alone {
    /// The file of its lock.
    pub fn file(self) -> &'static str {
        match self {
            Self::Serve => "lock",
            Self::BackUp => "backup.lock",
            Self::TakeOver => "key.lock",
        }
    }
}

/// Held while it is done. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes a lock of a data folder; `None` where another process holds it.
pub fn take(folder: &Path, alone: Alone) -> io::Result<Option<Lock>> {
    make_private(folder)?;
    let file = File::options().create(true).append(true).open(folder.join(alone.file()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_server() {
        let folder = tempfile::tempdir().unwrap();
        let held = take(folder.path(), Alone::Serve).unwrap();
        assert!(held.is_some());
        assert!(take(folder.path(), Alone::Serve).unwrap().is_none());
        assert!(take(folder.path(), Alone::BackUp).unwrap().is_some());
        drop(held);
        assert!(take(folder.path(), Alone::Serve).unwrap().is_some());
    }
}
