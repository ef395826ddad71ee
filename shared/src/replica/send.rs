//! Sending what is owed.

use std::collections::BTreeMap;

use super::{Effect, Replica, stored};
use crate::chain::Link;
use crate::exchange::{MAX_PIECE, MAX_READS, Request, SheetRequest, VERSION, encode, pack};
use crate::sheet::Chunk;
use crate::time::Timestamp;

impl Replica {
    /// Sends what is owed, if something is wanted and nothing is on its way.
    pub(super) fn send(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if !self.wanted || self.flight.is_some() || !self.saving.is_empty() {
            return;
        }
        if !self.unsaved.is_empty() {
            return;
        }
        if let Some(body) = self.batch.clone() {
            return self.send_batch(body, effects);
        }
        self.wanted = false;
        let mut room = MAX_PIECE;
        let mut flight = BTreeMap::new();
        let mut sheets = Vec::new();
        let mut left_out = false;
        let device = self.meta.brief.as_ref().map(|brief| brief.device.clone());
        for (id, local) in &mut self.sheets {
            let heads = local.sheet.heads();
            let mut request = SheetRequest {
                id: id.clone(),
                generation: local.generation,
                heads: heads.clone(),
                receipt: Vec::new(),
                changes: Default::default(),
                relay: false,
            };
            if local.confirmed != heads {
                request.receipt = local.confirmed.clone();
                let owed = local.sheet.changes_since(&local.confirmed);
                let mut fits = 0;
                while fits < owed.len() && (fits == 0 || owed[fits].bytes().len() <= room) {
                    room = room.saturating_sub(owed[fits].bytes().len());
                    fits += 1;
                }
                let others = |chunk: &Chunk| chunk.author().is_some_and(|a| a.device != device);
                request.relay = owed[..fits].iter().any(others);
                let (packed, count) = pack(&owed[..fits]);
                left_out |= count < owed.len();
                request.changes = packed.into();
            }
            flight.insert(id.clone(), heads);
            sheets.push(request);
        }
        let waiting = self.sheets.values().map(|local| local.pending.len() as u32).sum();
        let brings = sheets.iter().any(|sheet| !sheet.changes.is_empty());
        let request = Request {
            v: VERSION,
            app: self.app.clone(),
            clock: now.0,
            waiting,
            space: self.space,
            brief: self.meta.brief_tag,
            demand: self.demand_is_old(now),
            link: (self.signs && brings).then(|| Link::after(self.meta.tip)),
            seen: self.meta.seen.filter(|_| self.signs),
            reads: self.reads[..self.reads.len().min(MAX_READS)].to_vec(),
            sheets,
        };
        if request.link.is_some() {
            let body = encode(&request);
            let keep = stored::keep_batch(&body);
            (self.wanted, self.batch) = (true, Some(body));
            return self.save(vec![keep], Vec::new(), effects);
        }
        // What did not fit goes with the next request.
        self.wanted = left_out;
        self.flight = Some(flight);
        self.sent_reads = request.reads.clone();
        effects.push(Effect::Exchange { body: encode(&request) });
    }

    /// Sends a batch as it was stored, for the first time or again. What was done since goes into the next one.
    fn send_batch(&mut self, body: Vec<u8>, effects: &mut Vec<Effect>) {
        // Whatever is stored as a batch can be read: it was written here, or looked at when the app started.
        let Request { sheets, reads, .. } = Request::decode(&body).unwrap_or_default();
        self.sent_reads = reads;
        self.flight = Some(sheets.into_iter().map(|sheet| (sheet.id, sheet.heads)).collect());
        self.wanted = false;
        effects.push(Effect::Exchange { body });
    }

    fn demand_is_old(&self, now: Timestamp) -> bool {
        const MINUTE: i64 = 60_000;
        self.meta.demand.as_ref().is_none_or(|demand| (now.0 - demand.as_of.0).abs() > MINUTE)
    }
}
