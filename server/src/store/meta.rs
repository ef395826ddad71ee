//! Single values: the epoch, the facility, the version of the projection.

use rusqlite::{Connection, OptionalExtension, Result};

use crate::error::Error;
use crate::key::Key;

/// Random, new for every database and after every restore: tablets see that the server's memory changed.
pub const EPOCH: &str = "epoch";
/// Everything that was set up, as JSON.
pub const SETUP: &str = "setup";
/// The facility, its wave, programmes and officers, as JSON: where versions before the set-up pages kept them.
pub const HOUSE: &str = "house";
/// Present when everything in this database is invented.
pub const DEMO: &str = "demo";
/// With the code of a wave behind it: what the lottery of its allocation follows from.
pub const SEED: &str = "allocation_seed";
/// Which version of `projection` made the rows of the desk's view.
pub const PROJECTION: &str = "projection";
/// What became of the last list of the prison database, as JSON: counts and ids, no names.
pub const ROSTER: &str = "roster";
/// What people chose for headings of lists that nobody had foreseen, as JSON.
pub const ROSTER_HEADINGS: &str = "roster_headings";

/// What the key that signs receipts follows from, in hexadecimal.
pub const SIGNING_SEED: &str = "signing_seed";
/// What the last verified backup holds, as JSON.
pub const BACKED_UP: &str = "backed_up_through";
/// Present while the file may still hold bytes of somebody whose data were removed.
pub const SCRUB: &str = "scrub";
/// What the private key follows from that opens memories of locked tablets, in hexadecimal.
pub const HAND_IN_KEY: &str = "hand_in_key";

/// The value of a key.
pub fn get(connection: &Connection, key: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    statement.query_row((key,), |row| row.get(0)).optional()
}

/// Removes a key.
pub fn remove(connection: &Connection, key: &str) -> Result<()> {
    connection.execute("DELETE FROM meta WHERE key = ?1", (key,))?;
    Ok(())
}

/// Sets the value of a key.
pub fn set(connection: &Connection, key: &str, value: &str) -> Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.execute(sql, (key, value))?;
    Ok(())
}

/// A key that this database keeps under a name, made if there is none yet. Inside of a transaction.
///
/// # Errors
/// Where what stands there is no key: another one in its place would be believed by nobody.
pub(crate) fn own_key(connection: &Connection, name: &str) -> std::result::Result<Key, Error> {
    if let Some(text) = get(connection, name)? {
        return text.parse().map_err(|_| Error::Internal(format!("the {name} cannot be used")));
    }
    let key = Key::random();
    set(connection, name, &key.digits())?;
    Ok(key)
}
