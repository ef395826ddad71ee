//! Whose entries were opened on this tablet: kept until the server's log of access has it.

use super::{Effect, Replica, Write, stored};
use crate::id::{EntryId, OfficerId};
use crate::privacy::access::TabletRead;
use crate::time::Timestamp;

/// The same officer who opens the same entry again within this time has read it once.
const ONCE_MS: i64 = 3_600_000;
/// A tablet keeps at most so many; the first ones stay, since a log that can be pushed out is none.
const MOST: usize = 2_000;

impl Replica {
    /// An officer has opened somebody's entry.
    pub fn opened(&mut self, officer: &OfficerId, entry: EntryId, now: Timestamp) -> Vec<Effect> {
        let lately = |read: &TabletRead| (now.0.saturating_sub(read.at.0)).abs() < ONCE_MS;
        self.read_lately.retain(lately);
        let known = self.reads.iter().filter(|read| lately(read)).chain(&self.read_lately);
        let again = known.into_iter().any(|read| read.officer == *officer && read.entry == entry);
        let mut effects = Vec::new();
        if again || self.reads.len() >= MOST {
            return effects;
        }
        let read = TabletRead { officer: officer.clone(), entry, at: now };
        self.read_lately.push(read.clone());
        self.reads.push(read);
        // In reach it is handed in once it is stored; out of reach with whatever is sent next.
        self.wanted = true;
        let keep = stored::keep_reads(&self.reads);
        self.save(vec![keep], Vec::new(), &mut effects);
        effects
    }

    /// What was opened here and is not in the server's log yet.
    pub fn unnoted(&self) -> &[TabletRead] {
        &self.reads
    }

    /// The server has answered what was sent. One that knows no such log says nothing, and is told again.
    pub(super) fn take_noted(&mut self, noted: bool, writes: &mut Vec<Write>) {
        let sent = std::mem::take(&mut self.sent_reads);
        if noted && !sent.is_empty() {
            self.reads.retain(|read| !sent.contains(read));
            writes.push(stored::keep_reads(&self.reads));
        }
        // What did not fit, or was opened after a batch was made, goes with the next request.
        self.wanted |= (noted || sent.is_empty()) && !self.reads.is_empty();
    }
}
