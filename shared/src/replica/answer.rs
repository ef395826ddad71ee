//! Taking an answer of the server in.

use std::collections::BTreeSet;

use serde_bytes::ByteBuf;

use super::local::Local;
use super::stored::{RefusedWork, SheetMeta, Write};
use super::{Effect, Link, Replica};
use crate::chain::{self, Head, Seen, Tip};
use crate::exchange::{Answer, Request, SheetAnswer, Verdict, unpack};
use crate::id::{Digest, Hash, SheetId};
use crate::seeded::{self, Bug};
use crate::sheet::{Chunk, Sheet};
use crate::time::Timestamp;

impl Replica {
    pub(super) fn take(&mut self, answer: Answer, now: Timestamp) -> Vec<Effect> {
        let flight = self.flight.take();
        let asked = flight.is_some();
        let flight = flight.unwrap_or_default();
        (self.failures, self.away) = (0, false);
        self.link = Link::Online;
        self.meta.clock_offset = now.0.saturating_sub(answer.at.0);
        self.renew(now);
        let same_epoch = self.meta.epoch.replace(answer.epoch) == Some(answer.epoch);
        if let Some((tag, brief)) = answer.brief {
            (self.meta.brief_tag, self.meta.brief) = (Some(tag), Some(brief));
        }
        self.meta.revoked = answer.revoked;
        self.meta.suspended = answer.suspended;
        if answer.demand.is_some() {
            self.meta.demand = answer.demand;
        }
        // A batch from before a start may name a sheet that could not be read since: it is asked for anew.
        self.wanted |= flight.keys().any(|id| !self.sheets.contains_key(id));
        let mut writes = Vec::new();
        let at = answer.at;
        if asked {
            self.take_receipt(answer.epoch, answer.head, now, &mut writes);
            self.take_noted(answer.noted, &mut writes);
        }
        let owed = self.owes() || self.meta.received_at.is_none();
        for sheet in answer.sheets {
            let named = flight.get(&sheet.id).cloned().unwrap_or_default();
            self.take_sheet(sheet, &named, &mut writes);
        }
        // A server that was restored from an older copy may not know a sheet that exists: what was
        // confirmed before may be here only. It is kept until the server of the same epoch says so.
        for id in answer.taken.iter().filter(|_| same_epoch) {
            self.hand_back(id, &mut writes);
        }
        if owed && !self.owes() {
            self.meta.received_at = Some(at);
        }
        writes.push(self.meta_write());
        let mut effects = vec![Effect::Show];
        self.save(writes, Vec::new(), &mut effects);
        effects
    }

    /// The batch on its way was answered: it stands in the history, and the next one goes behind it.
    fn take_receipt(
        &mut self,
        epoch: Digest,
        head: Option<Head>,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) {
        if let Some(body) = self.batch.take() {
            let link = Request::decode(&body).ok().and_then(|request| request.link);
            self.meta.tip = link.map(|link| Tip { seq: link.seq, hash: chain::hash(&body) });
            writes.push(super::stored::forget_batch());
        }
        let Some(head) = head else { return };
        let before = self.meta.seen.replace(Seen { epoch, head });
        let fell = |before: Seen| before.epoch == epoch && head.number < before.head.number;
        if before.is_some_and(fell) {
            self.meta.shortened = Some(now);
        }
    }

    /// Something here has no receipt yet.
    fn owes(&self) -> bool {
        self.sheets.values().any(|local| !local.pending.is_empty())
    }

    fn take_sheet(&mut self, answer: SheetAnswer, named: &[Hash], writes: &mut Vec<Write>) {
        self.wanted |= answer.more;
        let local = self.sheets.get(&answer.id);
        let held = local.map_or(0, |local| local.generation);
        let owes = local.is_some_and(|local| !local.pending.is_empty());
        if answer.generation < held {
            // A server that was restored from an older copy: whom it had erased does not come back from there.
            return;
        }
        let anew = answer.generation > held;
        if let Some(document) = answer.document.as_ref().filter(|_| !(anew && owes)) {
            self.take_document(&answer, document, writes);
            return;
        }
        if anew {
            self.write_anew(&answer, writes);
            return;
        }
        let Some(local) = self.sheets.get_mut(&answer.id) else { return };
        let taken = match local.take_changes(&answer) {
            Ok(taken) => taken,
            Err(flaw) => {
                self.flaws.push(format!("sheet {}: {flaw}", answer.id));
                return;
            }
        };
        if !taken.is_empty() {
            writes.push(local.store(&answer.id, &taken));
            // Somebody at the desk has let it in: nobody has to do it again.
            self.meta.refused.retain(|work| !taken.iter().any(|chunk| chunk.hash() == work.hash));
        }
        local.confirm(&answer, named, &taken);
        local.count_pending();
        // A receipt that leaves something open is answered with what is still owed, unless the
        // server has just said that it cannot take it.
        let owed = !local.pending.is_empty() && answer.verdicts.is_empty();
        self.wanted |= owed;
        if !answer.verdicts.is_empty() {
            self.set_refused_aside(&answer.id, &answer.verdicts, writes);
        }
    }

    fn take_document(&mut self, answer: &SheetAnswer, document: &[u8], writes: &mut Vec<Write>) {
        // A document never replaces a sheet that holds work the server does not have.
        let owes = self.sheets.get(&answer.id).is_some_and(|local| !local.pending.is_empty());
        if owes {
            self.wanted = true;
            return;
        }
        let actor = self.next_actor();
        match Sheet::load(document, actor) {
            Ok(mut sheet) => {
                let meta = SheetMeta {
                    generation: answer.generation,
                    confirmed: sheet.heads(),
                    pieces: 0,
                };
                let mut local = Local::new(sheet, meta);
                writes.push(local.store_whole(&answer.id));
                self.meta.refused.retain(|work| !local.sheet.has(&work.hash));
                // Older pieces may hold somebody who is not in it any more.
                writes.extend(super::stored::delete_pieces(&answer.id));
                self.sheets.insert(answer.id.clone(), local);
                self.forget_erased(&answer.id, &answer.erased);
            }
            Err(_) => self.flaws.push(format!("sheet {} came damaged", answer.id)),
        }
    }

    /// A sheet that was taken away leaves the tablet once the server has all of it, not before.
    fn hand_back(&mut self, id: &SheetId, writes: &mut Vec<Write>) {
        let Some(local) = self.sheets.get(id) else { return };
        if !local.pending.is_empty() && !seeded::is(Bug::LetsGoTooEarly) {
            return;
        }
        writes.push(Write::Delete { key: super::stored::base_key(id) });
        writes.extend(super::stored::delete_pieces(id));
        self.sheets.remove(id);
        self.meta.sheets.remove(id);
    }

    /// Work that the server refused leaves the sheet, so that the sheet is the server's again, and
    /// is kept beside it for the officer to redo. What builds on it goes with it.
    fn set_refused_aside(&mut self, id: &SheetId, verdicts: &[Verdict], writes: &mut Vec<Write>) {
        let actor = self.next_actor();
        let Some(local) = self.sheets.get_mut(id) else { return };
        let mut refused: BTreeSet<Hash> = verdicts.iter().map(|verdict| verdict.hash).collect();
        let mut kept = Vec::new();
        let mut gone = Vec::new();
        for chunk in local.sheet.changes_since(&[]) {
            if refused.contains(&chunk.hash()) || chunk.deps().iter().any(|d| refused.contains(d)) {
                refused.insert(chunk.hash());
                gone.push(chunk);
            } else {
                kept.push(chunk);
            }
        }
        if gone.is_empty() {
            return;
        }
        for chunk in gone {
            let reason = verdicts.iter().find(|verdict| verdict.hash == chunk.hash());
            let work = RefusedWork {
                sheet: id.clone(),
                hash: chunk.hash(),
                reason: reason
                    .map_or(crate::admission::Quarantine::UnknownDependency, |v| v.reason),
                entries: local.sheet.look(&chunk).entries,
                at: chunk.at(),
                bytes: ByteBuf::from(chunk.bytes().to_vec()),
                redone: BTreeSet::new(),
            };
            if !self.meta.refused.iter().any(|known| known.hash == work.hash) {
                self.meta.refused.push(work);
            }
        }
        let Ok(sheet) = Sheet::from_chunks(kept, actor) else {
            self.flaws.push(format!("sheet {id} could not be rebuilt without refused work"));
            return;
        };
        let mut meta = local.meta();
        meta.confirmed.retain(|hash| !refused.contains(hash));
        *local = Local::new(sheet, meta);
        writes.push(local.store_whole(id));
        // Older pieces may hold what was refused.
        writes.extend(super::stored::delete_pieces(id));
        self.wanted |= !local.pending.is_empty();
    }
}

impl Local {
    /// Takes in the changes of an answer that are not here yet.
    fn take_changes(&mut self, answer: &SheetAnswer) -> Result<Vec<Chunk>, &'static str> {
        let unpacked = unpack(&answer.changes).map_err(|_| "changes came damaged")?;
        let mut chunks = Vec::new();
        let mut touched = BTreeSet::new();
        for one in unpacked {
            if self.sheet.has(&one.hash) {
                continue;
            }
            let chunk = Chunk::parse(&one.bytes).map_err(|_| "a change came damaged")?;
            touched.extend(self.sheet.look(&chunk).entries);
            self.sheet.expect(&chunk);
            chunks.push(chunk);
        }
        if !self.sheet.missing(&chunks).is_empty() {
            return Err("changes came that build on others which are not here");
        }
        self.sheet.apply(&chunks).map_err(|_| "changes do not fit")?;
        self.refresh(touched);
        Ok(chunks)
    }

    /// Notes what the server has, as it said itself. What an earlier answer said does not count:
    /// the server may have been restored from an older copy since.
    fn confirm(&mut self, answer: &SheetAnswer, named: &[Hash], taken: &[Chunk]) {
        let mut stored: BTreeSet<Hash> = BTreeSet::new();
        let said: &[Hash] = if answer.complete { named } else { &answer.heads };
        stored.extend(said.iter().filter(|hash| self.sheet.has(hash)).copied());
        for chunk in taken {
            for dep in chunk.deps() {
                stored.remove(&dep);
            }
            stored.insert(chunk.hash());
        }
        self.confirmed = stored.into_iter().collect();
        // Everything has arrived on both sides: the heads say it shortest, in the document's order.
        let heads = self.sheet.heads();
        if heads.len() == self.confirmed.len() && heads.iter().all(|h| self.confirmed.contains(h)) {
            self.confirmed = heads;
        }
    }
}
