//! Every batch that a tablet signed, once more: its hash, its signature, its place; and whether what stands in sheets
//! came in one.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::chain::{self, Link, Tip};
use bilik_shared::exchange::{Request, unpack};
use bilik_shared::id::{DeviceCode, Hash};
use rusqlite::Connection;

use super::{Fault, Unproven};
use crate::error::Error;
use crate::signing;
use crate::store::batches::{self, Batch};
use crate::store::devices::{self, DeviceRow};
use crate::store::{changes, sheets};

/// What is known when a batch is looked at.
#[derive(Default)]
struct Before {
    tips: BTreeMap<DeviceCode, Tip>,
    hashes: BTreeSet<(DeviceCode, Hash)>,
    /// Every change that came in a batch.
    brought: BTreeSet<Hash>,
    /// Batches without bytes: somebody was erased.
    without_bytes: bool,
}

/// Replays the batches; the first thing that is wrong.
pub(super) fn look_over(db: &Connection) -> Result<Option<Fault>, Error> {
    if let Some((device, (number, _))) = batches::missed_heads(db)?.into_iter().next() {
        return Ok(Some(Fault::Head(device.to_string(), number)));
    }
    let devices: BTreeMap<DeviceCode, DeviceRow> =
        devices::list(db)?.into_iter().map(|row| (row.code.clone(), row)).collect();
    let mut before = Before::default();
    let mut found = None;
    batches::each(db, |batch| {
        if found.is_none() {
            let wrong = look_at(&batch, devices.get(&batch.device), &mut before);
            found =
                wrong.map(|wrong| Fault::Batch(batch.device.to_string(), batch.link.seq, wrong));
        }
    })?;
    match found {
        Some(fault) => Ok(Some(fault)),
        None => look_for_strays(db, &devices, &before),
    }
}

fn look_at(batch: &Batch, device: Option<&DeviceRow>, before: &mut Before) -> Option<Unproven> {
    let Some(key) = device.and_then(|row| row.key) else { return Some(Unproven::Signature) };
    let message = chain::to_prove(batch.clock, &batch.hash);
    if !signing::holds(&key, &message, &batch.signature) {
        return Some(Unproven::Signature);
    }
    let key = (batch.device.clone(), batch.hash);
    match &batch.bytes {
        None => before.without_bytes = true,
        Some(bytes) => {
            if chain::hash(bytes) != batch.hash {
                return Some(Unproven::Bytes);
            }
            let Ok(request) = Request::decode(bytes) else { return Some(Unproven::Bytes) };
            if request.link != Some(batch.link) {
                return Some(Unproven::Bytes);
            }
            for sheet in &request.sheets {
                let Ok(changes) = unpack(&sheet.changes) else { return Some(Unproven::Bytes) };
                before.brought.extend(changes.into_iter().map(|change| change.hash));
            }
        }
    }
    // One that came after others were lost, or beside them, has nothing here that it must continue.
    let gap = batch.link.seq != batch.follows.saturating_add(1);
    if !batch.fork && !gap {
        let tip = before.tips.get(&batch.device).copied();
        let continues = batch.link == Link::after(tip);
        let known = |hash: Hash| before.hashes.contains(&(batch.device.clone(), hash));
        let settled = device.is_some_and(|row| row.settled_batch > 0);
        let either = settled && batch.link.prev.is_none_or(known);
        if !continues && !either {
            return Some(Unproven::Place);
        }
    }
    if !batch.fork {
        before.tips.insert(key.0.clone(), Tip { seq: batch.link.seq, hash: batch.hash });
    }
    before.hashes.insert(key);
    None
}

/// Looks for a change of a tablet that signs which came in none of its batches. Where a tablet does not sign, it may
/// have brought back what another one had written before a restore; where somebody was erased, batches are without
/// their bytes and the sheet was written anew.
fn look_for_strays(
    db: &Connection,
    devices: &BTreeMap<DeviceCode, DeviceRow>,
    before: &Before,
) -> Result<Option<Fault>, Error> {
    if before.without_bytes || devices.values().any(|row| row.key.is_none()) {
        return Ok(None);
    }
    let anew: BTreeSet<_> = sheets::list(db)?
        .into_iter()
        .filter(|sheet| sheet.generation > 1)
        .map(|sheet| sheet.id)
        .collect();
    let otherwise = batches::came_otherwise(db)?;
    for (sheet, hash, device, received_at) in changes::authors(db)? {
        let Some(keyed_at) = devices.get(&device).and_then(|row| row.keyed_at) else { continue };
        let proven = before.brought.contains(&hash) || anew.contains(&sheet);
        if received_at > keyed_at && !proven && !otherwise.contains(&(sheet.clone(), hash)) {
            return Ok(Some(Fault::Unsigned(sheet.to_string(), hash.to_string())));
        }
    }
    Ok(None)
}
