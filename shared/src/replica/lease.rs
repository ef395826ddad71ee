//! How long a tablet is read without contact: its lease, which every answer of the server begins anew.
//!
//! It follows from the last contact, what the server told of its length, and the tablet's clock. A clock that is
//! set back does not make it longer: what the clock lost is counted as well, so that the time since the last
//! contact only ever grows. Time in which the app did not run is known from the clock alone.

use super::{Effect, Replica};
use crate::time::Timestamp;

const HOUR_MS: i64 = 3_600_000;
/// What a look came to is kept at least this often: a tablet that is started with its clock set back goes on from there.
const KEEP_MS: i64 = 600_000;

impl Replica {
    /// Looks at the clock: time has passed, or the clock was set. Call it at the start, before anything is shown,
    /// and every few seconds.
    pub fn look(&mut self, now: Timestamp) -> Vec<Effect> {
        let over = self.is_over();
        let last = self.meta.looked.or(self.meta.last_contact).unwrap_or(now);
        let back = last.0.saturating_sub(now.0).max(0);
        self.meta.set_back = self.meta.set_back.saturating_add(back);
        self.meta.looked = Some(now);
        let mut effects = Vec::new();
        let kept = *self.looked_kept.get_or_insert(last);
        if back > 0 || self.is_over() != over || now.0.saturating_sub(kept.0) >= KEEP_MS {
            self.looked_kept = Some(now);
            let write = self.meta_write();
            self.save(vec![write], Vec::new(), &mut effects);
        }
        if self.is_over() != over {
            effects.push(Effect::Show);
        }
        effects
    }

    /// The lease has run out: nobody is shown until the server answers. Everything is kept, handing in goes on, and
    /// somebody new can be registered.
    pub fn is_over(&self) -> bool {
        let lease = self.brief().and_then(|brief| brief.lease_hours);
        let (Some(hours), Some(away)) = (lease, self.away_for()) else { return false };
        away > i64::from(hours) * HOUR_MS
    }

    /// The time since the last contact in milliseconds, as of the last look.
    fn away_for(&self) -> Option<i64> {
        let contact = self.meta.last_contact?;
        let looked = self.meta.looked.unwrap_or(contact);
        Some(looked.0.saturating_sub(contact.0).saturating_add(self.meta.set_back))
    }

    /// The server has answered at this time of the tablet's clock.
    pub(super) fn renew(&mut self, now: Timestamp) {
        self.meta.last_contact = Some(now);
        (self.meta.looked, self.meta.set_back) = (Some(now), 0);
        self.looked_kept = Some(now);
    }
}
