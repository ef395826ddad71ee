//! What the gate of [`bilik_shared::admission`] asks of the server, and what is written of a change that a sheet has
//! taken in.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bilik_shared::admission::{ActorRecord, Owner};
use bilik_shared::id::{ActorId, DeviceCode, Digest, SheetId};
use bilik_shared::sheet::Chunk;
use bilik_shared::time::Timestamp;
use rusqlite::Connection;

use crate::live::Changed;
use crate::store::changes::NewChange;
use crate::store::{actors, changes, sheets};
use crate::writer::{Graph, OpenSheet};

/// Lets the gate judge with what is known of actors; `None` where the library panicked over what was judged.
///
/// # Errors
/// What the database said while it was asked; then the judgement counts for nothing.
pub fn judge<T>(
    db: &Connection,
    graph: &Graph,
    job: impl FnOnce(&dyn Fn(ActorId) -> ActorRecord) -> T,
) -> rusqlite::Result<Option<T>> {
    let failed: RefCell<Option<rusqlite::Error>> = RefCell::new(None);
    let record = |actor: ActorId| {
        let owner = actors::owner_of(db, actor).unwrap_or_else(|cause| {
            failed.replace(Some(cause));
            Owner::Free
        });
        ActorRecord { owner, last_seq: graph.last_seq(actor) }
    };
    let judged = catch_unwind(AssertUnwindSafe(|| job(&record)));
    match failed.into_inner() {
        Some(cause) => Err(cause),
        None => Ok(judged.ok()),
    }
}

/// Writes a change that the document has, of this tablet or of the server, in the transaction of its effect.
pub fn keep(
    db: &Connection,
    sheet: &SheetId,
    open: &mut OpenSheet,
    chunk: &Chunk,
    device: Option<DeviceCode>,
    received_at: Timestamp,
) -> rusqlite::Result<()> {
    let author = chunk.author();
    let change = NewChange {
        sheet,
        hash: chunk.hash(),
        actor: chunk.actor(),
        seq: chunk.seq(),
        device: device.as_ref(),
        officer: author.as_ref().map_or("", |author| author.officer.as_str()),
        received_at,
        bytes: chunk.bytes(),
    };
    changes::insert(db, &change)?;
    open.note(chunk, device, received_at);
    Ok(())
}

/// Notes where a sheet stands now, for whoever waits for it.
pub fn tell(
    db: &Connection,
    changed: &mut Changed,
    sheet: &SheetId,
    open: &OpenSheet,
) -> rusqlite::Result<()> {
    let digest = Digest::of(&open.graph.heads());
    sheets::set_digest(db, sheet, digest)?;
    changed.sheets.push((sheet.clone(), digest));
    Ok(())
}
