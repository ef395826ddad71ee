//! The first half: changes go into the document, into the rows, or into quarantine.

use bilik_shared::admission::{Admitted, Outcome, Owner, Quarantine, Sender, admit, has_lost};
use bilik_shared::exchange::{Unpacked, Verdict};
use bilik_shared::id::{DeviceCode, OfficerId, SheetId};
use bilik_shared::time::Timestamp;
use rusqlite::Connection;

use super::{Exchange, history};
use crate::error::Error;
use crate::store::{actors, batches, privacy, quarantine};
use crate::writer::{OpenSheet, Room};
use crate::{gate, projection};

/// After so many broken documents in one batch the rest of it is not tried any more: each costs a rebuilt sheet.
/// Enough to find one change among the most that a request can hold by halving, and another one.
const MAX_REBUILDS: u32 = 32;

/// Takes in what a tablet sent.
pub(super) fn take_in(room: &mut Room<'_>, mut exchange: Exchange) -> Result<Exchange, Error> {
    history::note(room, &mut exchange)?;
    let device = &exchange.device.row.code;
    if exchange.from_memory && exchange.brings() {
        batches::note_opened(room.db, device, exchange.at)?;
    }
    for read in &exchange.reads {
        privacy::note_on_tablet(room.db, device, read, exchange.at)?;
    }
    for offer in &mut exchange.offers {
        let batch = std::mem::take(&mut offer.changes);
        if batch.is_empty() {
            continue;
        }
        let sender = Sender { code: device.clone(), relays: offer.request.relay };
        let (at, kept) = (exchange.at, &mut exchange.kept);
        let mut intake =
            Intake { room, device, sender, sheet: &offer.request.id, at, officer: None, kept };
        if !exchange.device.brings(&offer.request.id) {
            // Kept, since a server that was restored from an old copy may not know a sheet that exists.
            intake.set_aside(&batch, "sheet_unknown")?;
            continue;
        }
        let open = intake.room.sheets.view(intake.room.db, intake.sheet)?;
        if offer.request.generation < open.generation {
            // It may be about somebody whose data were removed, so nothing of it is kept here. The tablet has
            // it still, writes its copy anew, and sends from there.
            continue;
        }
        if offer.request.generation > open.generation {
            intake.set_aside(&batch, "generation_unknown")?;
            continue;
        }
        if exchange.device.is_revoked() {
            // Stored is what it is told, since nobody waits for an answer there any more.
            let new = batch.into_iter().filter(|change| !open.sheet.has(&change.hash));
            let new: Vec<_> = new.collect();
            intake.set_aside(&new, Quarantine::Revoked.code())?;
            continue;
        }
        // The answer says where the server stands; the tablet sends again from there.
        if has_lost(&open.sheet, &offer.request) {
            continue;
        }
        offer.verdicts = intake.take(batch)?;
        let officer = intake.officer.take();
        exchange.said.officer = officer.or(exchange.said.officer.take());
    }
    Ok(exchange)
}

/// Keeps what a tablet has not signed, for a person to look at.
pub(super) fn refuse(room: &mut Room<'_>, exchange: Exchange) -> Result<(), Error> {
    let device = &exchange.device.row.code;
    let reason = Quarantine::Unsigned.code();
    for offer in &exchange.offers {
        for unpacked in &offer.changes {
            set_aside(room.db, &offer.request.id, device, unpacked, reason, exchange.at)?;
        }
    }
    Ok(())
}

/// One sheet of one tablet's request.
struct Intake<'r, 'a> {
    room: &'r mut Room<'a>,
    device: &'r DeviceCode,
    sender: Sender,
    sheet: &'r SheetId,
    at: Timestamp,
    /// Whose work it was, the last of it.
    officer: Option<OfficerId>,
    kept: &'r mut (u64, u64),
}

impl Intake<'_, '_> {
    fn take(&mut self, batch: Vec<Unpacked>) -> Result<Vec<Verdict>, Error> {
        let before = self.room.sheets.edit(self.room.db, self.sheet)?.graph.all().len();
        let mut verdicts = Vec::new();
        self.take_or_halve(batch, &mut 0, &mut verdicts)?;
        let open = self.room.sheets.edit(self.room.db, self.sheet)?;
        if open.graph.all().len() > before {
            gate::tell(self.room.db, self.room.changed, self.sheet, open)?;
        }
        Ok(verdicts)
    }

    /// Takes a batch in. What breaks the document is halved until the culprit stands alone, so that only that is
    /// set aside.
    fn take_or_halve(
        &mut self,
        mut batch: Vec<Unpacked>,
        rebuilds: &mut u32,
        verdicts: &mut Vec<Verdict>,
    ) -> Result<(), Error> {
        if *rebuilds < MAX_REBUILDS {
            if let Some(outcome) = self.try_admit(batch.clone())? {
                return self.keep(outcome, verdicts);
            }
            *rebuilds += 1;
            if batch.len() > 1 {
                let second = batch.split_off(batch.len() / 2);
                self.take_or_halve(batch, rebuilds, verdicts)?;
                return self.take_or_halve(second, rebuilds, verdicts);
            }
        }
        let quarantined = batch.into_iter().map(|change| (change, Quarantine::Unfit)).collect();
        self.keep(Outcome { quarantined, ..Outcome::default() }, verdicts)
    }

    /// Admits a batch into the document; `None` if that broke the document, which is then gone from memory.
    fn try_admit(&mut self, batch: Vec<Unpacked>) -> Result<Option<Outcome>, Error> {
        let (db, sender) = (self.room.db, &self.sender);
        let OpenSheet { sheet, graph, .. } = self.room.sheets.edit(db, self.sheet)?;
        let done = gate::judge(db, graph, |record| {
            let outcome = admit(sheet, sender, batch, record)?;
            let held = outcome.accepted.iter().all(|admitted| sheet.has(&admitted.chunk.hash()));
            if held { Ok(outcome) } else { Err(bilik_shared::sheet::Unfit) }
        })?;
        match done {
            Some(Ok(outcome)) => Ok(Some(outcome)),
            Some(Err(_)) | None => {
                let (device, sheet) = (self.device, self.sheet);
                tracing::warn!(%device, %sheet, "a batch broke the document");
                self.room.sheets.forget(self.sheet);
                Ok(None)
            }
        }
    }

    /// Writes what became of a batch.
    fn keep(&mut self, outcome: Outcome, verdicts: &mut Vec<Verdict>) -> Result<(), Error> {
        let Outcome { accepted, quarantined, touched, .. } = outcome;
        let (db, sheet, at) = (self.room.db, self.sheet, self.at);
        self.kept.0 += accepted.len() as u64;
        self.kept.1 += quarantined.len() as u64;
        for (unpacked, reason) in quarantined {
            set_aside(db, sheet, self.device, &unpacked, reason.code(), at)?;
            verdicts.push(Verdict { hash: unpacked.hash, reason });
        }
        if accepted.is_empty() {
            return Ok(());
        }
        let open = self.room.sheets.edit(db, sheet)?;
        let mut relayed = false;
        for Admitted { chunk, owner } in accepted {
            // What was restored from an older copy is handed in again by tablets that did not write it.
            if chunk.seq() == 1 {
                actors::bind(db, chunk.actor(), &owner)?;
            }
            let device = match owner {
                Owner::Device(device) => Some(device),
                Owner::Server | Owner::Free => None,
            };
            relayed |= device.is_none();
            let own = device.as_ref() == Some(self.device);
            let author = chunk.author().filter(|_| own);
            self.officer = author.map(|author| author.officer).or(self.officer.take());
            gate::keep(db, sheet, open, &chunk, device, at)?;
        }
        if !relayed {
            return projection::write(db, self.room.changed, sheet, open, &touched, Some(at));
        }
        // The desk's own work that a tablet brought back was not received from it.
        for entry in touched {
            let received_at = open.last_received(entry);
            projection::write(db, self.room.changed, sheet, open, &[entry].into(), received_at)?;
        }
        Ok(())
    }

    fn set_aside(&mut self, batch: &[Unpacked], reason: &str) -> Result<(), Error> {
        self.kept.1 += batch.len() as u64;
        for unpacked in batch {
            set_aside(self.room.db, self.sheet, self.device, unpacked, reason, self.at)?;
        }
        Ok(())
    }
}

fn set_aside(
    db: &Connection,
    sheet: &SheetId,
    device: &DeviceCode,
    unpacked: &Unpacked,
    reason: &str,
    received_at: Timestamp,
) -> Result<(), Error> {
    tracing::warn!(%device, %sheet, reason, "a change goes to quarantine");
    let Unpacked { hash, bytes } = unpacked;
    let refused = quarantine::Refused { sheet, hash: *hash, device, reason, received_at, bytes };
    Ok(quarantine::insert(db, &refused)?)
}
