//! What can be made anew is made anew, and compared.

use super::{BTreeMap, Connection, Error, Fault, Sheets, meta, projection};
use crate::store::{entries, faces, sheets};
use bilik_shared::id::Digest;

/// Rows by what they are about.
type Rows = BTreeMap<String, String>;

/// Compares the digests of sheets, the rows of the desk's view, and what entries are compared by.
pub(super) fn look_over(db: &Connection) -> Result<Option<Fault>, Error> {
    let mut open = Sheets::new();
    for sheet in sheets::list(db)? {
        let built = match open.view(db, &sheet.id) {
            Ok(built) => Digest::of(&built.graph.heads()),
            Err(Error::Internal(_)) => return Ok(Some(Fault::Sheet(sheet.id.to_string()))),
            Err(other) => return Err(other),
        };
        if built != sheet.digest {
            return Ok(Some(Fault::Derived("sheets", sheet.id.to_string())));
        }
        open.forget(&sheet.id);
    }
    // Rows that another version made are made anew when the server starts.
    if meta::get(db, meta::PROJECTION)?.as_deref() != Some(projection::VERSION) {
        return Ok(None);
    }
    // Never committed: dropping it rolls back.
    let transaction = db.unchecked_transaction()?;
    let before = (rows(&transaction)?, looks(&transaction)?);
    projection::make_anew(&transaction)?;
    let after = (rows(&transaction)?, looks(&transaction)?);
    let wrong = |table, before: &Rows, after: &Rows| {
        let keys = before.keys().chain(after.keys());
        let mut wrong = keys.filter(|key| before.get(*key) != after.get(*key));
        wrong.next().map(|key| Fault::Derived(table, key.clone()))
    };
    Ok(wrong("entries", &before.0, &after.0).or_else(|| wrong("faces", &before.1, &after.1)))
}

fn rows(db: &Connection) -> rusqlite::Result<Rows> {
    Ok(entries::whole(db)?.into_iter().collect())
}

fn looks(db: &Connection) -> rusqlite::Result<Rows> {
    Ok(faces::whole(db)?.into_iter().collect())
}
