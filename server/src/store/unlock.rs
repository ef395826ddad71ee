//! The database file is encrypted as a whole, page by page, by SQLCipher: AES-256 with a code of authenticity for
//! each page. Its write-ahead log and journals hold the same encrypted pages; what SQLite keeps for a moment besides
//! stays in memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rusqlite::{Connection, ErrorCode};
use zeroize::Zeroizing;

use crate::key::Key;

/// What a file begins with that is not encrypted.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";

/// Gives a fresh connection its key. Whether it is the right one shows with the first page that is read.
pub(super) fn unlock(connection: &Connection, key: &Key) -> rusqlite::Result<()> {
    // It would write to stderr what everybody is told in a sentence anyway.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let digits = key.digits();
    // The 32 bytes as they are: nothing is derived from them, so opening costs nothing.
    connection.execute_batch(&Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", &*digits)))
}

/// Names the key of another file in a statement that attaches it.
pub(super) fn attach(
    connection: &Connection,
    file: &Path,
    name: &str,
    key: &Key,
) -> rusqlite::Result<()> {
    let spec = Zeroizing::new(format!("x'{}'", &*key.digits()));
    let file = file.to_string_lossy();
    connection.execute(&format!("ATTACH DATABASE ?1 AS {name} KEY ?2"), (&*file, spec.as_str()))?;
    Ok(())
}

/// Whether the key of a connection opens its file; `false` also where the first page is damaged.
pub(super) fn opens(connection: &Connection) -> rusqlite::Result<bool> {
    match connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(())) {
        Ok(()) => Ok(true),
        Err(cause) if cause.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// Whether a file is a database that is not encrypted; `false` where there is none, or an empty file.
pub fn is_plain(file: &Path) -> io::Result<bool> {
    let mut begin = [0; PLAIN.len()];
    match File::open(file).and_then(|mut file| file.read_exact(&mut begin)) {
        Ok(()) => Ok(begin == *PLAIN),
        Err(cause) => match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => Ok(false),
            _ => Err(cause),
        },
    }
}
