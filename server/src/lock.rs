//! One server a data folder: two of them would each have sheets in memory that the other changes.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use crate::store::make_private;

/// Held while the server runs. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of a data folder; `None` where another server holds it.
pub fn take(folder: &Path) -> io::Result<Option<Lock>> {
    make_private(folder)?;
    let file = File::options().create(true).append(true).open(folder.join("lock"))?;
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
        let held = take(folder.path()).unwrap();
        assert!(held.is_some());
        assert!(take(folder.path()).unwrap().is_none());
        drop(held);
        assert!(take(folder.path()).unwrap().is_some());
    }
}
