//! Where a signed batch stands in the history of its tablet. It is kept as it came, in the transaction of its effect.

use std::sync::Arc;

use bilik_shared::chain::{self, History, Place};

use super::Exchange;
use crate::api::overview::device_moved;
use crate::error::Error;
use crate::store::batches::{self, Batch};
use crate::store::{audit, devices};
use crate::writer::Room;

/// Keeps the batch, suspends a tablet that has two histories, and compares the end of the audit that it knows.
pub(super) fn note(room: &mut Room<'_>, exchange: &mut Exchange) -> Result<(), Error> {
    let code = exchange.device.row.code.clone();
    let mut alarm = false;
    if let (Some(_), Some(seen)) = (exchange.device.row.key, exchange.seen)
        && seen.epoch == exchange.epoch
        && !audit::holds(room.db, &seen.head)?
    {
        tracing::error!(device = %code, number = seen.head.number, "a tablet knows a record of the audit that is gone");
        batches::miss_head(room.db, &code, &seen.head, exchange.at)?;
        alarm = true;
    }
    if keep(room, exchange)? == Some(Place::Fork) && !exchange.device.is_suspended() {
        tracing::warn!(device = %code, "there are two histories of a tablet, it is suspended");
        devices::suspend(room.db, exchange.device.row.id, exchange.at)?;
        let mut known = (*exchange.device).clone();
        known.row.suspended_at = Some(exchange.at);
        exchange.device = Arc::new(known);
        exchange.suspended = true;
        room.changed.house = true;
        alarm = true;
    }
    if alarm {
        device_moved(room, &code)?;
    }
    Ok(())
}

/// Keeps the batch once; where it stands, if it was not there.
fn keep(room: &mut Room<'_>, exchange: &mut Exchange) -> Result<Option<Place>, Error> {
    let row = &exchange.device.row;
    let Some(signed) = &mut exchange.batch else { return Ok(None) };
    let (db, link) = (room.db, signed.link);
    if batches::seq_of(db, &row.code, &signed.hash)?.is_some() {
        return Ok(None);
    }
    let tip = batches::tip(db, &row.code, row.settled_batch)?;
    let history = match tip {
        Some(tip) => History::Until(tip),
        None if row.settled_batch == 0 => History::Nothing,
        None => History::Either(match link.prev {
            None => link.seq == 1,
            Some(prev) => batches::seq_of(db, &row.code, &prev)? == Some(link.seq.wrapping_sub(1)),
        }),
    };
    let seen = exchange.seen.map(|seen| seen.epoch);
    let place = chain::place(history, link, seen, exchange.epoch);
    // A part of it may be about somebody whose data were removed meanwhile.
    let mut of_now = true;
    for offer in exchange.offers.iter().filter(|offer| exchange.device.brings(&offer.request.id)) {
        let open = room.sheets.view(db, &offer.request.id)?;
        of_now &= offer.request.generation >= open.generation;
    }
    let batch = Batch {
        device: row.code.clone(),
        link,
        follows: match place {
            Place::AfterRestore => tip.map_or(0, |tip| tip.seq),
            Place::Next | Place::Fork => link.seq.saturating_sub(1),
        },
        fork: place == Place::Fork,
        hash: signed.hash,
        clock: signed.proof.clock,
        signature: signed.proof.signature,
        epoch: exchange.epoch,
        received_at: exchange.at,
        bytes: of_now.then(|| std::mem::take(&mut signed.bytes)),
    };
    batches::insert(db, &batch)?;
    Ok(Some(place))
}
