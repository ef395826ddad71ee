//! A copy of a database that others are writing to.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::{open_file, unlock};
use crate::key::Key;

/// How long to wait for somebody who holds the database.
const PATIENCE: Duration = Duration::from_millis(50);

/// Why there is no copy.
#[derive(Debug)]
pub enum Failed {
    /// The key does not open the database.
    Locked,
    /// A page cannot be read, or is not authentic: what SQLite says.
    Damaged(String),
    /// It may work another time.
    Other(StoreError),
}

impl From<rusqlite::Error> for Failed {
    fn from(cause: rusqlite::Error) -> Self {
        match StoreError::from(cause) {
            StoreError::Disk(said) => Self::Damaged(said),
            other => Self::Other(other),
        }
    }
}

/// Copies the database `from` into the new file `to` as it is at one moment, encrypted with a key of its own, and
/// opens the copy.
///
/// All pages in one step, which is one reading transaction: writers go on beside it, and nothing of theirs is half
/// in the copy. The copy keeps no log beside it.
pub fn copy(from: (&Path, &Key), to: (&Path, &Key)) -> Result<Connection, Failed> {
    let target = fill(from, open_file(to.0, to.1)?)?;
    target.pragma_update(None, "journal_mode", "delete")?;
    Ok(target)
}

/// The same into memory, where nothing is left of it.
pub fn into_memory(from: &Path, key: &Key) -> Result<Connection, Failed> {
    let target = Connection::open_in_memory()?;
    // Pages are copied between databases with keys only. Nothing of memory is ever encrypted.
    unlock::unlock(&target, &Key::random())?;
    fill((from, key), target)
}

fn fill((from, key): (&Path, &Key), mut target: Connection) -> Result<Connection, Failed> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    unlock::unlock(&source, key)?;
    source.busy_timeout(Duration::from_secs(5))?;
    if !unlock::opens(&source)? {
        return Err(Failed::Locked);
    }
    Backup::new(&source, &mut target)?.run_to_completion(i32::MAX, PATIENCE, None)?;
    Ok(target)
}

/// Every page of a database in plain, those that are free as well: for tests that look for what should not be left.
pub fn pages(file: &Path, key: &Key) -> rusqlite::Result<Vec<u8>> {
    Ok(open_file(file, key)?.serialize("main")?.to_vec())
}

/// What SQLite finds wrong with the file itself; `None` where nothing is.
pub fn integrity(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
    Ok((said != "ok").then_some(said))
}
