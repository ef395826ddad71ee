//! The server's side of taking changes in: is this change from this device acceptable here?
//!
//! Automerge merges whatever it is given, so this is decided before anything is merged.
//! What fails goes to quarantine with a reason: it is kept and shown, never dropped.
//! *Business* reasons never refuse: a registration for a full package is accepted, and a human decides.

use std::collections::BTreeSet;

use crate::exchange::{MAX_CHANGE, Unpacked};
use crate::id::{ActorId, EntryId, Hash};
use crate::registration::codes;
use crate::sheet::{BadChunk, Chunk, Look, MAX_ENTRIES, MAX_STRING, Sheet, Unfit};

codes! {
    /// Why a change was not taken in.
    Quarantine {
        /// Larger than a change may be.
        TooLarge = "change_too_large",
        /// Not a plain change.
        NotPlain = "not_a_plain_change",
        /// Cannot be read.
        Malformed = "malformed",
        /// Not in its one canonical form.
        NotCanonical = "not_canonical",
        /// It builds on a change that neither the server nor the request has.
        UnknownDependency = "unknown_dependency",
        /// Its actor belongs to another device.
        ForeignActor = "foreign_actor",
        /// Its actor has already written another change with this number, or left one out.
        Sequence = "sequence",
        /// Its counter is far ahead of the sheet's.
        Counter = "counter",
        /// It writes what only the server writes.
        ServerField = "server_field",
        /// It deletes, counts or marks.
        ForeignKind = "foreign_kind",
        /// It writes outside of entries.
        Stray = "stray",
        /// A text is too long.
        TextTooLong = "text_too_long",
        /// The sheet holds as many entries as it may.
        SheetFull = "sheet_full",
        /// The document refused it.
        Unfit = "unfit",
    }
}

/// What the server knows about the actor of a change, on this sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorRecord {
    /// The actor was first used by another device, or by the server.
    pub foreign: bool,
    /// The number of its last change on this sheet; 0 if there is none.
    pub last_seq: u64,
}

/// A change may start at most this far after the sheet's last operation.
pub const MAX_COUNTER_GAP: u64 = 10_000;

/// What became of a batch. Everything of it is in one of the lists.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Taken in, in causal order.
    pub accepted: Vec<Chunk>,
    /// Was there already.
    pub known: Vec<Hash>,
    /// Goes to quarantine, with its bytes.
    pub quarantined: Vec<(Unpacked, Quarantine)>,
    /// The entries that were written to.
    pub touched: BTreeSet<EntryId>,
}

/// Examines a batch and takes in what is acceptable, in the order given.
///
/// After `Err` the sheet must be thrown away and built anew from what is stored:
/// the document may have taken in a part.
pub fn admit(
    sheet: &mut Sheet,
    batch: Vec<Unpacked>,
    actor: &dyn Fn(ActorId) -> ActorRecord,
) -> Result<Outcome, Unfit> {
    let mut outcome = Outcome::default();
    let mut taken: BTreeSet<Hash> = BTreeSet::new();
    let mut last_seqs = std::collections::BTreeMap::new();
    let mut entries = sheet.len();
    let mut max_op = sheet.max_op();
    for unpacked in batch {
        if taken.contains(&unpacked.hash) || sheet.has(&unpacked.hash) {
            outcome.known.push(unpacked.hash);
            continue;
        }
        let chunk = match read(&unpacked) {
            Ok(chunk) => chunk,
            Err(reason) => {
                outcome.quarantined.push((unpacked, reason));
                continue;
            }
        };
        let mut record = actor(chunk.actor());
        if let Some(seq) = last_seqs.get(&chunk.actor()) {
            record.last_seq = *seq;
        }
        let deps_known = chunk.deps().iter().all(|dep| taken.contains(dep) || sheet.has(dep));
        let look = sheet.look(&chunk);
        let verdict = judge(&chunk, &look, record, deps_known, entries, max_op);
        if let Err(reason) = verdict {
            outcome.quarantined.push((unpacked, reason));
            continue;
        }
        entries += look.creates as usize;
        max_op = max_op.max(chunk.max_op());
        last_seqs.insert(chunk.actor(), chunk.seq());
        taken.insert(chunk.hash());
        outcome.touched.extend(look.entries);
        sheet.expect(&chunk);
        outcome.accepted.push(chunk);
    }
    if !outcome.accepted.is_empty() {
        sheet.apply(&outcome.accepted)?;
    }
    Ok(outcome)
}

fn read(unpacked: &Unpacked) -> Result<Chunk, Quarantine> {
    if unpacked.bytes.len() > MAX_CHANGE {
        return Err(Quarantine::TooLarge);
    }
    Chunk::parse(&unpacked.bytes).map_err(|bad| match bad {
        BadChunk::NotPlain => Quarantine::NotPlain,
        BadChunk::Malformed | BadChunk::Actor => Quarantine::Malformed,
        BadChunk::NotCanonical => Quarantine::NotCanonical,
    })
}

/// One rule a line, cheap ones first.
fn judge(
    chunk: &Chunk,
    look: &Look,
    actor: ActorRecord,
    deps_known: bool,
    entries: usize,
    max_op: u64,
) -> Result<(), Quarantine> {
    let rules = [
        (!deps_known, Quarantine::UnknownDependency),
        (actor.foreign, Quarantine::ForeignActor),
        (chunk.seq() != actor.last_seq + 1, Quarantine::Sequence),
        (chunk.start_op() > max_op + MAX_COUNTER_GAP, Quarantine::Counter),
        (look.foreign_kind, Quarantine::ForeignKind),
        (look.server_fields, Quarantine::ServerField),
        (look.stray, Quarantine::Stray),
        (look.longest > MAX_STRING, Quarantine::TextTooLong),
        (entries + look.creates as usize > MAX_ENTRIES, Quarantine::SheetFull),
    ];
    match rules.iter().find(|(broken, _)| *broken) {
        Some((_, reason)) => Err(*reason),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
