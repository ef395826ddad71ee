//! Opening a sheet: the server seeds an entry for everyone on the roster, so that two tablets
//! that fill in the same person share an ancestor and merge field by field.

use bilik_shared::admission::Owner;
use bilik_shared::id::{ActorId, Digest, EntryId, OfficerId, SheetId};
use bilik_shared::person::Person;
use bilik_shared::sheet::{Heading, Sheet};
use bilik_shared::time::Timestamp;
use rusqlite::Connection;

use crate::error::Error;
use crate::projection;
use crate::secret;
use crate::store::changes::NewChange;
use crate::store::sheets::SheetRow;
use crate::store::{actors, changes, sheets};
use crate::writer::Sheets;

/// The first generation of every sheet.
const FIRST_GENERATION: u32 = 1;

/// Opens a sheet with its roster. Runs inside the caller's transaction.
pub fn open_sheet(
    db: &Connection,
    id: &SheetId,
    heading: &Heading,
    roster: &[(EntryId, Person)],
    by: &OfficerId,
    at: Timestamp,
) -> Result<(), Error> {
    let actor = ActorId(secret::random());
    let opened = Sheet::open(heading, roster, actor, by, at);
    let mut sheet =
        opened.map_err(|_| Error::Internal("a new sheet cannot be opened".to_owned()))?;
    let (block, digest) = (heading.block.clone(), Digest::of(&sheet.heads()));
    let row = SheetRow { id: id.clone(), block, generation: FIRST_GENERATION, digest };
    sheets::insert(db, &row)?;
    actors::bind(db, actor, &Owner::Server)?;
    for chunk in sheet.changes_since(&[]) {
        let change = NewChange {
            sheet: id,
            hash: chunk.hash(),
            actor: chunk.actor(),
            seq: chunk.seq(),
            device: None,
            officer: by.as_str(),
            received_at: at,
            bytes: chunk.bytes(),
        };
        changes::insert(db, &change)?;
    }
    projection::write_sheet(db, id, Sheets::new().view(db, id)?).map(drop)
}
