//! Every row of every table against the last record of it in the audit.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{Fault, Wrong};
use crate::error::Error;
use crate::store::audit::{self, Entry};
use crate::store::schema;

/// Replays the chain and compares; the first thing that is wrong.
pub(super) fn look_over(db: &Connection) -> Result<Option<Fault>, Error> {
    if !schema::is_current(db)? {
        return Ok(Some(Fault::Older));
    }
    let altered = schema::altered(db).map_err(|cause| Error::Internal(cause.to_string()))?;
    if let Some(name) = altered {
        return Ok(Some(Fault::Schema(name)));
    }
    let mut last: BTreeMap<(String, Vec<u8>), Vec<u8>> = BTreeMap::new();
    let chain = audit::read(db, |Entry(.., table, key, digest)| {
        let row = (table, key.into_vec());
        match digest {
            Some(digest) => last.insert(row, digest.into_vec()),
            None => last.remove(&row),
        };
    })?;
    if let Err(number) = chain {
        return Ok(Some(Fault::Chain(number)));
    }
    for table in audit::tables(db)? {
        for (key, digest) in audit::digests(db, &table)? {
            let shown = audit::readable(&key);
            let wrong = match last.remove(&(table.name.clone(), key)) {
                Some(known) if known == digest => continue,
                Some(_) => Wrong::Altered,
                None => Wrong::Foreign,
            };
            return Ok(Some(Fault::Row(table.name, shown, wrong)));
        }
    }
    let missing = last.into_keys().next();
    Ok(missing.map(|(table, key)| Fault::Row(table, audit::readable(&key), Wrong::Missing)))
}
