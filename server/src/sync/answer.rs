//! The second half: what is stored now, and what the tablet lacks. Runs after the commit.

use std::collections::BTreeSet;

use bilik_shared::exchange::{Answer, MAX_PIECE, SheetAnswer, pack_bytes};
use bilik_shared::id::{Digest, Hash, SheetId};
use bilik_shared::programme::Demand;
use serde_bytes::ByteBuf;

use super::{Exchange, Offer, known};
use crate::error::Error;
use crate::metrics::Metrics;
use crate::store::devices::Contact;
use crate::store::{audit, quarantine};
use crate::writer::{After, OpenSheet};

/// Saved documents of one answer have together at most about this many bytes.
const MAX_DOCUMENTS: usize = 512 * 1024;

/// What still fits into the answer.
struct Left {
    changes: usize,
    documents: usize,
}

/// Answers a tablet.
pub(super) fn answer(after: &mut After<'_>, exchange: Exchange) -> Result<Answer, Error> {
    let Exchange {
        v,
        device,
        mut said,
        brief,
        demand,
        offers,
        reads,
        at,
        epoch,
        board,
        metrics,
        kept,
        batch,
        ..
    } = exchange;
    for (counter, n) in
        [(&metrics.exchanges, 1), (&metrics.admitted, kept.0), (&metrics.quarantined, kept.1)]
    {
        Metrics::add(counter, n);
    }
    let mut left = Left { changes: MAX_PIECE, documents: MAX_DOCUMENTS };
    let mut sheets = Vec::new();
    let mut owed = offers.iter().any(|offer| !device.brings(&offer.request.id));
    let handed_in = offers.iter().filter(|offer| !device.reads(&offer.request.id));
    for offer in handed_in.filter(|offer| device.brings(&offer.request.id)) {
        let id = &offer.request.id;
        let left = match device.is_revoked() {
            true => quarantine::hashes(after.db, id, &device.row.code)?,
            false => BTreeSet::new(),
        };
        let answer = receipt(after.sheets.view(after.db, id)?, offer, &left);
        owed |= !answer.complete;
        sheets.push(answer);
    }
    for id in device.sheets.iter().filter(|id| device.reads(id)) {
        let offer = offers.iter().find(|offer| offer.request.id == *id);
        match after.sheets.view(after.db, id) {
            Ok(open) => {
                let answer = of_sheet(id, open, offer, &mut left);
                owed |= offer.is_some() && answer.as_ref().is_some_and(|answer| !answer.complete);
                sheets.extend(answer);
            }
            // One sheet that cannot be opened must not keep the others from being exchanged.
            Err(Error::Internal(cause)) => {
                owed = true;
                tracing::error!(cause, "left out of the answer");
            }
            Err(other) => return Err(other),
        }
    }
    if !owed {
        // What waited when it asked is stored now.
        said.waiting = 0;
    }
    let revoked = device.is_revoked();
    let silent = revoked || device.is_suspended();
    let contact = Contact::new(at, said, !device.sheets.is_empty() && !silent);
    let contact = match after.notes.remove(&device.row.id) {
        Some(before) => before.then(contact),
        None => contact,
    };
    after.notes.insert(device.row.id, contact);
    let gone = offers.iter().map(|offer| &offer.request.id);
    Ok(Answer {
        v,
        epoch,
        at,
        sheets,
        taken: gone.filter(|id| !device.keeps(id)).cloned().collect(),
        brief: (brief != Some(device.brief_digest) && !silent)
            .then(|| (device.brief_digest, device.brief.clone())),
        revoked,
        suspended: device.is_suspended(),
        head: if batch.is_some() { audit::head(after.db)? } else { None },
        noted: !reads.is_empty(),
        demand: (demand && !silent)
            .then(|| Demand { as_of: at, first_choices: board.first_choices() }),
    })
}

/// What a tablet is told that hands a sheet in and does not read it any more: what of its own is stored, and
/// nothing of anybody else. `left` is stored as well, and waits for a supervisor.
fn receipt(open: &OpenSheet, offer: &Offer, left: &BTreeSet<Hash>) -> SheetAnswer {
    let Offer { request, brought, verdicts, .. } = offer;
    let stored = |hash: &Hash| open.graph.has(hash) || left.contains(hash);
    let complete = request.heads.iter().all(stored);
    let own = request.receipt.iter().chain(brought).filter(|hash| stored(hash));
    SheetAnswer {
        id: request.id.clone(),
        generation: open.generation,
        digest: Digest::of(&request.heads),
        complete,
        heads: if complete { Vec::new() } else { own.copied().collect() },
        document: None,
        changes: ByteBuf::new(),
        verdicts: verdicts.clone(),
        erased: open.erased_since(request.generation),
        more: false,
    }
}

/// What is to be said about one sheet; nothing where both sides have the same and know it.
fn of_sheet(
    id: &SheetId,
    open: &mut OpenSheet,
    offer: Option<&Offer>,
    left: &mut Left,
) -> Option<SheetAnswer> {
    let heads = open.graph.heads();
    let digest = Digest::of(&heads);
    let mut answer = SheetAnswer {
        id: id.clone(),
        generation: open.generation,
        digest,
        complete: false,
        heads: Vec::new(),
        document: None,
        changes: ByteBuf::new(),
        verdicts: offer.map(|offer| offer.verdicts.clone()).unwrap_or_default(),
        erased: Vec::new(),
        more: false,
    };
    let Some(offer) = offer.filter(|offer| has_the_sheet(offer, open)) else {
        answer.erased =
            offer.map(|offer| open.erased_since(offer.request.generation)).unwrap_or_default();
        // Whoever holds work that is not here writes the own copy anew.
        if offer.is_none_or(|offer| offer.brought.is_empty()) {
            give_document(&mut answer, open, left);
        }
        return Some(answer);
    };
    let request = &offer.request;
    answer.complete = request.heads.iter().all(|head| open.graph.has(head));
    if !answer.complete {
        answer.heads = heads;
    }
    let missing = open.graph.missing(known(request));
    let mut fits = 0;
    for node in &missing {
        // The first change of an answer always fits, or a large one would never travel.
        if node.bytes.len() > left.changes && left.changes < MAX_PIECE {
            break;
        }
        left.changes = left.changes.saturating_sub(node.bytes.len());
        fits += 1;
    }
    let (packed, count) = pack_bytes(missing[..fits].iter().map(|node| (node.hash, &*node.bytes)));
    answer.changes = ByteBuf::from(packed);
    answer.more = count < missing.len();
    let nothing_new = answer.complete && missing.is_empty() && answer.verdicts.is_empty();
    // An empty receipt says either "the same as my heads" or, with changes, "nothing": those want one.
    let asks = !offer.brought.is_empty() || !request.receipt.is_empty();
    let knows = !asks && Digest::of(&request.heads) == digest;
    (!(nothing_new && knows)).then_some(answer)
}

fn has_the_sheet(offer: &Offer, open: &OpenSheet) -> bool {
    !offer.request.heads.is_empty() && offer.request.generation == open.generation
}

/// Puts the whole sheet into the answer, if it still fits.
fn give_document(answer: &mut SheetAnswer, open: &mut OpenSheet, left: &mut Left) {
    let saved = open.saved();
    if saved.len() > left.documents && left.documents < MAX_DOCUMENTS {
        answer.more = true;
        return;
    }
    left.documents = left.documents.saturating_sub(saved.len());
    answer.document = Some(ByteBuf::from(saved.to_vec()));
}
