//! The server's side of taking changes in: is this change from this device acceptable here?
//!
//! Automerge merges whatever it is given, so this is decided before anything is merged.
//! What fails goes to quarantine with a reason: it is kept and shown, never dropped.
//! *Business* reasons never refuse: a registration for a full package is accepted, and a human decides.

use std::collections::BTreeSet;

use serde::{Deserialize as _, Deserializer};

use crate::exchange::{MAX_CHANGE, SheetRequest, Unpacked};
use crate::id::{ActorId, DeviceCode, EntryId, Hash};
use crate::registration::codes;
use crate::seeded::{self, Bug};
use crate::sheet::{BadChunk, Chunk, Look, MAX_ENTRIES, MAX_STRING, Sheet, Unfit};

codes! {
    /// Why a change was not taken in.
    Quarantine {
        /// Larger than a change may be, in bytes or in what it unfolds to.
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
        /// It deletes, counts, marks or inserts, or writes something else than a text or a map.
        ForeignKind = "foreign_kind",
        /// It writes outside of entries.
        Stray = "stray",
        /// A text is too long.
        TextTooLong = "text_too_long",
        /// The sheet holds as many entries as it may.
        SheetFull = "sheet_full",
        /// The tablet that sent it signs, and has not signed this.
        Unsigned = "unsigned",
        /// The tablet that sent it is out of use: a person looks first.
        Revoked = "revoked",
        /// The document refused it.
        Unfit = "unfit",
    }
}

impl Quarantine {
    /// Reads a reason; one that only newer versions know reads as [`Quarantine::Unfit`]. Without this a
    /// tablet could not read an answer at all that holds a reason it has never heard of.
    pub(crate) fn read_any<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Ok(Self::parse(&code).unwrap_or(Self::Unfit))
    }
}

/// Who an actor belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Nobody yet: this is its first change here.
    Free,
    /// The server.
    Server,
    /// The device that used it first.
    Device(DeviceCode),
}

/// What the server knows about the actor of a change, on this sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorRecord {
    /// Who it belongs to.
    pub owner: Owner,
    /// The number of its last change on this sheet; 0 if there is none.
    pub last_seq: u64,
}

/// Who sends a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The tablet.
    pub code: DeviceCode,
    /// The tablet holds work of others that the server does not have: the server was restored from an
    /// older copy. What others and the server itself had written is taken from any tablet then.
    /// Without signatures the tablet's word is all there is.
    pub relays: bool,
}

/// One change that was taken in.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The change.
    pub chunk: Chunk,
    /// Who its actor belongs to from now on; never [`Owner::Free`].
    pub owner: Owner,
}

/// A change may start at most this far after the sheet's last operation.
pub const MAX_COUNTER_GAP: u64 = 10_000;

/// One batch may bring at most this many operations: a day of 300 registrations has some 12,000, and a full sheet
/// that is handed in again after the server was restored about 110,000.
pub const MAX_BATCH_OPERATIONS: usize = 200_000;

/// What became of a batch. Everything of it is in one of the lists.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Taken in, in causal order.
    pub accepted: Vec<Admitted>,
    /// Was there already.
    pub known: Vec<Hash>,
    /// Goes to quarantine, with its bytes.
    pub quarantined: Vec<(Unpacked, Quarantine)>,
    /// The entries that were written to.
    pub touched: BTreeSet<EntryId>,
}

/// Whether the server lacks what it has confirmed before: it was restored from an older copy.
/// Then what comes with this request builds on changes that are gone, so it is not looked at:
/// the answer says what the server has, and the tablet sends again from there.
pub fn has_lost(sheet: &Sheet, request: &SheetRequest) -> bool {
    !request.receipt.iter().all(|hash| sheet.has(hash))
}

/// Examines a batch and takes in what is acceptable, in the order given.
///
/// After `Err` the sheet must be thrown away and built anew from what is stored:
/// the document may have taken in a part.
pub fn admit(
    sheet: &mut Sheet,
    sender: &Sender,
    batch: Vec<Unpacked>,
    actor: &dyn Fn(ActorId) -> ActorRecord,
) -> Result<Outcome, Unfit> {
    let mut outcome = Outcome::default();
    let mut last_seqs = std::collections::BTreeMap::new();
    let mut entries = sheet.len();
    let mut operations = 0;
    let mut founded = true;
    for unpacked in batch {
        if sheet.has(&unpacked.hash) && !seeded::is(Bug::TakenTwice) {
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
        let deps_known = chunk.deps().iter().all(|dep| sheet.has(dep));
        let look = sheet.look(&chunk);
        // An entry that is made twice would hide one of the two.
        let made_twice = look.creates.iter().any(|id| sheet.holds(*id));
        let full = entries + look.creates.len() > MAX_ENTRIES;
        let owner = owner_of(&chunk, &record.owner, sender);
        let too_many = operations + look.operations > MAX_BATCH_OPERATIONS;
        let facts = Facts { deps_known, made_twice, full, too_many, owner: &owner };
        let verdict = judge(&chunk, &look, record.last_seq, sheet.max_op(), facts);
        if let Err(reason) = verdict {
            outcome.quarantined.push((unpacked, reason));
            continue;
        }
        operations += look.operations;
        entries += look.creates.len();
        last_seqs.insert(chunk.actor(), chunk.seq());
        outcome.touched.extend(look.entries);
        founded = founded && sheet.is_founded(&chunk);
        sheet.apply([&chunk])?;
        // `judge` has let pass only changes with an owner.
        let owner = owner.unwrap_or(Owner::Server);
        outcome.accepted.push(Admitted { chunk, owner });
    }
    // What no copy would have made is tried before it stands.
    if !founded && !sheet.survives(&outcome.touched) {
        return Err(Unfit);
    }
    Ok(outcome)
}

/// Examines a change that was refused once and that a person would let in. Whose it is decides nothing any more, unless
/// it speaks in the server's name: everything else is asked as of any change. Nothing is taken in.
///
/// # Errors
/// Why it would be refused from whoever sends it.
pub fn weigh(
    sheet: &Sheet,
    unpacked: &Unpacked,
    sender: &DeviceCode,
    actor: &dyn Fn(ActorId) -> ActorRecord,
) -> Result<Admitted, Quarantine> {
    let chunk = read(unpacked)?;
    let ActorRecord { owner, last_seq } = actor(chunk.actor());
    let relayed = Sender { code: sender.clone(), relays: true };
    let owner = owner_of(&chunk, &owner, &relayed).filter(|owner| *owner != Owner::Server);
    let look = sheet.look(&chunk);
    let facts = Facts {
        owner: &owner,
        deps_known: chunk.deps().iter().all(|dep| sheet.has(dep)),
        made_twice: look.creates.iter().any(|id| sheet.holds(*id)),
        full: sheet.len() + look.creates.len() > MAX_ENTRIES,
        too_many: look.operations > MAX_BATCH_OPERATIONS,
    };
    judge(&chunk, &look, last_seq, sheet.max_op(), facts)?;
    let owner = owner.ok_or(Quarantine::ForeignActor)?;
    Ok(Admitted { chunk, owner })
}

/// Takes in what was weighed, and tries what it does to the sheet as [`admit`] does; returns the entries it writes to.
///
/// # Errors
/// As of [`admit`]: the sheet must be thrown away.
pub fn let_in(sheet: &mut Sheet, admitted: &Admitted) -> Result<BTreeSet<EntryId>, Unfit> {
    let entries = sheet.look(&admitted.chunk).entries;
    let founded = sheet.is_founded(&admitted.chunk);
    sheet.apply([&admitted.chunk])?;
    let whole = sheet.has(&admitted.chunk.hash()) && (founded || sheet.survives(&entries));
    if whole { Ok(entries) } else { Err(Unfit) }
}

fn read(unpacked: &Unpacked) -> Result<Chunk, Quarantine> {
    if unpacked.bytes.len() > MAX_CHANGE {
        return Err(Quarantine::TooLarge);
    }
    Chunk::parse(&unpacked.bytes).map_err(|bad| match bad {
        BadChunk::NotPlain => Quarantine::NotPlain,
        BadChunk::Malformed | BadChunk::Actor => Quarantine::Malformed,
        BadChunk::TooMany => Quarantine::TooLarge,
        BadChunk::NotCanonical => Quarantine::NotCanonical,
    })
}

/// Who a change's actor belongs to if the sender may hand it in, `None` if not.
fn owner_of(chunk: &Chunk, known: &Owner, sender: &Sender) -> Option<Owner> {
    let claimed = match chunk.author() {
        Some(author) => author.device.map_or(Owner::Server, Owner::Device),
        None => Owner::Device(sender.code.clone()),
    };
    let owner = if *known == Owner::Free { claimed } else { known.clone() };
    let own = owner == Owner::Device(sender.code.clone());
    (own || sender.relays || seeded::is(Bug::ActorUnbound)).then_some(owner)
}

/// What only the sheet and the rest of the batch can tell about a change.
struct Facts<'a> {
    owner: &'a Option<Owner>,
    deps_known: bool,
    made_twice: bool,
    full: bool,
    too_many: bool,
}

/// One rule a line, cheap ones first.
fn judge(
    chunk: &Chunk,
    look: &Look,
    last_seq: u64,
    max_op: u64,
    facts: Facts<'_>,
) -> Result<(), Quarantine> {
    let by_server = *facts.owner == Some(Owner::Server);
    let rules = [
        (!facts.deps_known, Quarantine::UnknownDependency),
        (facts.owner.is_none(), Quarantine::ForeignActor),
        (chunk.seq() != last_seq + 1, Quarantine::Sequence),
        (chunk.start_op() > max_op + MAX_COUNTER_GAP, Quarantine::Counter),
        (look.foreign_kind, Quarantine::ForeignKind),
        (look.server_fields && !by_server, Quarantine::ServerField),
        (look.stray || facts.made_twice, Quarantine::Stray),
        (look.longest > MAX_STRING, Quarantine::TextTooLong),
        (facts.full, Quarantine::SheetFull),
        (facts.too_many, Quarantine::TooLarge),
    ];
    match rules.iter().find(|(broken, _)| *broken) {
        Some((_, reason)) => Err(*reason),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
