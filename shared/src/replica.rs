//! The tablet's side as a state machine: what it holds, what it still owes the server, what to do next.
//!
//! It is handed commands, stored bytes, answers and the time, and hands back [`Effect`]s.
//! Whoever runs it carries them out in order and reports back:
//!
//! ```text
//! act() ──► Save ──(written strictly)──► saved() ──► Done, Exchange
//! Exchange ──(answer)──► answered() ──► Save, Exchange again if there is more
//!          └─(no answer)─► unreachable() ──► Retry
//! ```
//!
//! What is owed is what the document has and the server has not confirmed.
//! A command is *done* only after what it wrote has been stored; only stored changes are sent.
//!
//! A tablet that signs stores what it is about to send as a batch first ([`crate::chain`]) and sends it again byte
//! for byte until it is answered, so that a lost answer never looks like a second history of this tablet.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::Head;
use crate::command::{Author, Command, Moment, Refused, What};
use crate::exchange::{Answer, BadBody, Space};
use crate::id::{ActorId, Digest, EntryId, Hash, OfficerId, SheetId};
use crate::privacy::access::TabletRead;
use crate::programme::{Brief, Demand};
use crate::role::Role;
use crate::seeded;
use crate::sheet::{Conflict, Entry, Happened, Sheet};
use crate::time::{Date, Timestamp, Zone};

mod advise;
mod answer;
mod find;
mod generation;
mod lease;
mod local;
mod reads;
mod send;
mod show;
mod slip;
mod stored;

pub use find::{Found, Hit, Where};
use local::Local;
pub use show::{EntryView, PersonRow, SheetSummary, Status, Sync};
pub use slip::Slip;
use stored::Meta;
pub use stored::{RefusedWork, STORED, Write};

/// The server is tried again at least this often, in milliseconds.
const LONGEST_WAIT_MS: u32 = 15_000;

/// What shall happen outside, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Store all of this in one strict transaction, then call [`Replica::saved`] with the number.
    Save {
        /// Names the transaction.
        save: u64,
        /// What to write.
        writes: Vec<Write>,
    },
    /// Send this body to the server, then call [`Replica::answered`] or [`Replica::unreachable`].
    Exchange {
        /// The encoded request.
        body: Vec<u8>,
    },
    /// A command has been carried out and stored, or refused.
    Done {
        /// The number that was handed in with the command.
        ticket: u64,
        /// Its result.
        result: Result<Outcome, Refused>,
    },
    /// Call [`Replica::wake`] after this many milliseconds (the caller adds some chance).
    Retry {
        /// From now.
        after_ms: u32,
    },
    /// What screens show has changed.
    Show,
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The entry.
    pub entry: EntryId,
    /// Its registration number, if it has one.
    pub number: String,
}

/// Whether the server is in reach, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not in contact: a normal state.
    Offline,
    /// The last exchange worked.
    Online,
}

/// A tablet.
#[derive(Debug)]
pub struct Replica {
    seed: ActorId,
    actors: u32,
    app: String,
    /// How full the tablet was when it last looked.
    space: Option<Space>,
    meta: Meta,
    sheets: BTreeMap<SheetId, Local>,
    flaws: Vec<String>,
    link: Link,
    /// An exchange is wanted as soon as one is possible.
    wanted: bool,
    /// Requests with changes are batches: whoever runs this holds a key that the server knows.
    signs: bool,
    /// The batch that was stored and is not answered yet.
    batch: Option<Vec<u8>>,
    /// The network is away: nothing is tried until something says that it is back.
    away: bool,
    /// What was sent and not answered yet: for each sheet the heads that were named.
    flight: Option<BTreeMap<SheetId, Vec<Hash>>>,
    failures: u32,
    saves: u64,
    saving: BTreeMap<u64, Saving>,
    /// Writes of a save that failed; the next save carries them.
    unsaved: Vec<Write>,
    /// The last step at this tablet, for as long as it may have been a slip.
    slip: Option<Slip>,
    /// The time of the clock that was kept last, see [`Replica::look`].
    looked_kept: Option<Timestamp>,
    /// Whose entries were opened here and what the log of access has not received, and what was sent of it.
    reads: Vec<TabletRead>,
    sent_reads: Vec<TabletRead>,
    /// What was noted since the start, for as long as the same again is one reading.
    read_lately: Vec<TabletRead>,
}

/// A save on its way, and who waits for it.
#[derive(Debug, Default)]
struct Saving {
    writes: Vec<Write>,
    tickets: Vec<(u64, Outcome)>,
}

impl Replica {
    /// Starts from what was stored: every key and value, in any order.
    ///
    /// `seed` must be random for every start and tab. A sheet that cannot be read is set aside,
    /// never deleted, and named in [`Replica::flaws`].
    pub fn start(stored: Vec<(String, Vec<u8>)>, seed: ActorId, app: &str) -> (Self, Vec<Effect>) {
        let (meta, sheets, aside) = stored::read(stored, seed);
        let mut replica = Self {
            seed,
            actors: sheets.len() as u32,
            app: app.to_owned(),
            space: None,
            meta,
            sheets,
            flaws: aside.flaws,
            link: Link::Offline,
            wanted: true,
            signs: false,
            batch: aside.batch,
            away: false,
            flight: None,
            failures: 0,
            saves: 0,
            saving: BTreeMap::new(),
            unsaved: Vec::new(),
            slip: None,
            looked_kept: None,
            reads: aside.reads,
            sent_reads: Vec::new(),
            read_lately: Vec::new(),
        };
        let mut effects = Vec::new();
        if !aside.writes.is_empty() {
            replica.save(aside.writes, Vec::new(), &mut effects);
        }
        (replica, effects)
    }

    /// From now on requests with changes are batches: whoever runs this signs what is sent, with a key that the
    /// server knows.
    pub fn sign(&mut self) {
        self.signs = true;
    }

    /// Takes note of how full the tablet is; the next request says so.
    pub fn looked_at_space(&mut self, space: Space) {
        self.space = Some(space);
    }

    /// Carries out a command of an officer. `ticket` comes back with its [`Effect::Done`].
    pub fn act(
        &mut self,
        ticket: u64,
        command: &Command,
        officer: &OfficerId,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.try_act(command, officer, now) {
            Ok((outcome, writes)) => {
                let nothing = writes.is_empty() && self.unsaved.is_empty();
                if nothing && self.saving.is_empty() {
                    effects.push(Effect::Done { ticket, result: Ok(outcome) });
                } else {
                    self.save(writes, vec![(ticket, outcome)], &mut effects);
                    self.wanted = true;
                }
                effects.push(Effect::Show);
            }
            Err(refused) => effects.push(Effect::Done { ticket, result: Err(refused) }),
        }
        effects
    }

    fn try_act(
        &mut self,
        command: &Command,
        officer: &OfficerId,
        now: Timestamp,
    ) -> Result<(Outcome, Vec<Write>), Refused> {
        self.must_be_settled(command)?;
        self.must_be_heeded(command, now)?;
        let moment = self.moment(officer, now);
        let local = self.sheets.get_mut(&command.sheet).ok_or(Refused::NoSuchSheet)?;
        let written = local.sheet.act(command, &moment)?;
        let mut writes = Vec::new();
        if let Some(chunk) = written.chunk {
            self.slip = Slip::of(command, chunk.hash(), now);
            redo(&mut self.meta.refused, command);
            local.pending.insert(command.entry);
            local.refresh([command.entry]);
            writes.push(local.store(&command.sheet, std::slice::from_ref(&chunk)));
        }
        if written.number_used {
            self.meta.next_number += 1;
        }
        if !writes.is_empty() {
            writes.push(self.meta_write());
        }
        let number = self.entry_number(&command.sheet, command.entry);
        Ok((Outcome { entry: command.entry, number }, writes))
    }

    fn moment(&self, officer: &OfficerId, now: Timestamp) -> Moment {
        let brief = self.meta.brief.as_ref();
        let zone = brief.map_or(Zone::WIT, |brief| brief.facility.zone);
        let number = brief.map(|brief| {
            let (facility, wave) = (&brief.facility.code, &brief.wave.code);
            format!("{facility}-{wave}-{}-{:04}", brief.device, self.meta.next_number)
        });
        Moment {
            author: Author {
                device: brief.map(|brief| brief.device.clone()),
                officer: officer.clone(),
            },
            role: Role::Officer,
            at: now,
            today: now.date(zone),
            number,
        }
    }

    fn entry_number(&self, sheet: &SheetId, entry: EntryId) -> String {
        let local = self.sheets.get(sheet);
        let entry = local.and_then(|local| local.entries.get(&entry));
        entry.map(|entry| entry.number.clone()).unwrap_or_default()
    }

    fn save(
        &mut self,
        mut writes: Vec<Write>,
        tickets: Vec<(u64, Outcome)>,
        effects: &mut Vec<Effect>,
    ) {
        if !self.unsaved.is_empty() {
            let mut all = std::mem::take(&mut self.unsaved);
            all.append(&mut writes);
            writes = all;
        }
        self.saves += 1;
        self.saving.insert(self.saves, Saving { writes: writes.clone(), tickets });
        effects.push(Effect::Save { save: self.saves, writes });
    }

    /// A save was completed: what it wrote survives a power cut.
    pub fn saved(&mut self, save: u64, now: Timestamp) -> Vec<Effect> {
        let Some(saving) = self.saving.remove(&save) else { return Vec::new() };
        let done = |(ticket, outcome)| Effect::Done { ticket, result: Ok(outcome) };
        // A batch that is stored is sent.
        let batch = saving.writes.iter().any(stored::keeps_batch);
        let mut effects: Vec<Effect> = saving.tickets.into_iter().map(done).collect();
        effects.push(Effect::Show);
        // Out of reach, whoever runs this tries again by itself: making a request of everything that
        // is owed at each save would cost the officer's time for nothing.
        if batch || (self.failures == 0 && !self.away) {
            self.send(now, &mut effects);
        } else if self.away {
            // A browser may be wrong about the network.
            effects.push(Effect::Retry { after_ms: LONGEST_WAIT_MS });
        }
        effects
    }

    /// A save failed. Nothing is lost yet: the next save carries it, and the officer is told.
    pub fn not_saved(&mut self, save: u64) -> Vec<Effect> {
        let Some(mut saving) = self.saving.remove(&save) else { return Vec::new() };
        self.unsaved.append(&mut saving.writes);
        let refused = |(ticket, _)| Effect::Done { ticket, result: Err(Refused::NotStored) };
        let mut effects: Vec<Effect> = saving.tickets.into_iter().map(refused).collect();
        effects.push(Effect::Show);
        effects
    }

    /// The app started, the network came back, the officer asked, or a retry is due.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.wanted = true;
        self.away = false;
        if !self.unsaved.is_empty() && self.saving.is_empty() {
            self.save(Vec::new(), Vec::new(), &mut effects);
        }
        self.send(now, &mut effects);
        effects
    }

    /// The server's live channel says what a sheet looks like now.
    pub fn changed(&mut self, sheet: &SheetId, digest: Digest, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        let same = self.sheets.get_mut(sheet).is_some_and(|local| {
            let heads = local.sheet.heads();
            Digest::of(&heads) == digest && local.pending.is_empty()
        });
        if !same {
            self.wanted = true;
            self.send(now, &mut effects);
        }
        effects
    }

    /// The network went away, as the browser says. Nothing is tried until [`Replica::wake`].
    pub fn offline(&mut self) -> Vec<Effect> {
        self.link = Link::Offline;
        self.away = true;
        vec![Effect::Show]
    }

    /// No answer came. What was sent may have arrived or not: the next request finds out.
    pub fn unreachable(&mut self) -> Vec<Effect> {
        self.flight = None;
        self.link = Link::Offline;
        self.wanted = true;
        self.failures = (self.failures + 1).min(6);
        let after_ms = 500u32 << self.failures;
        vec![Effect::Retry { after_ms: after_ms.min(LONGEST_WAIT_MS) }, Effect::Show]
    }

    /// The server answered. An answer that cannot be read counts as none.
    pub fn answered(&mut self, body: &[u8], now: Timestamp) -> (Vec<Effect>, Result<(), BadBody>) {
        match Answer::decode(body) {
            Ok(answer) => (self.take(answer, now), Ok(())),
            Err(bad) => (self.unreachable(), Err(bad)),
        }
    }

    fn next_actor(&mut self) -> ActorId {
        self.actors += 1;
        seeded::actor(local::actor(self.seed, self.actors), self.meta.brief.as_ref())
    }

    fn meta_write(&mut self) -> Write {
        for (id, local) in &self.sheets {
            self.meta.sheets.insert(id.clone(), local.meta());
        }
        self.meta.write()
    }

    /// What the tablet knows of the house.
    pub fn brief(&self) -> Option<&Brief> {
        self.meta.brief.as_ref()
    }

    /// First choices per programme at the last contact.
    pub fn demand(&self) -> Option<&Demand> {
        self.meta.demand.as_ref()
    }

    /// What the server's audit ended with when it last received something, as it has signed.
    pub fn audit_head(&self) -> Option<Head> {
        self.meta.seen.map(|seen| seen.head)
    }

    /// Sheets that could not be read at start, in words for a log.
    pub fn flaws(&self) -> &[String] {
        &self.flaws
    }

    /// Work that the server could not accept. It is kept there and here.
    pub fn refused(&self) -> &[RefusedWork] {
        &self.meta.refused
    }

    /// The day at the tablet, in the house's zone.
    pub fn today(&self, now: Timestamp) -> Date {
        let zone = self.meta.brief.as_ref().map_or(Zone::WIT, |brief| brief.facility.zone);
        now.date(zone)
    }

    /// One entry as it reads now.
    pub fn entry(&self, sheet: &SheetId, entry: EntryId) -> Option<&Entry> {
        self.sheets.get(sheet)?.entries.get(&entry)
    }

    /// The fields of an entry that have more than one answer.
    pub fn conflicts(&self, sheet: &SheetId, entry: EntryId) -> Vec<Conflict> {
        self.sheets.get(sheet).map(|local| local.sheet.conflicts(entry)).unwrap_or_default()
    }

    /// Everything that was written to an entry, in causal order.
    pub fn history(&mut self, sheet: &SheetId, entry: EntryId) -> Vec<Happened> {
        self.sheets.get_mut(sheet).map(|local| local.sheet.history(entry)).unwrap_or_default()
    }

    /// The document of a sheet, for tools and tests.
    pub fn sheet_mut(&mut self, sheet: &SheetId) -> Option<&mut Sheet> {
        self.sheets.get_mut(sheet).map(|local| &mut local.sheet)
    }

    /// Something was done that is not on the disk: ending the app would lose it.
    pub fn is_behind(&self) -> bool {
        !self.unsaved.is_empty() || !self.saving.is_empty()
    }

    /// Entries whose newest work the server has not confirmed.
    pub fn pending(&self) -> BTreeSet<(SheetId, EntryId)> {
        let each = self.sheets.iter();
        each.flat_map(|(id, local)| local.pending.iter().map(|entry| (id.clone(), *entry)))
            .collect()
    }
}

/// Notes that refused work was entered again, or that this was taken back.
fn redo(refused: &mut [RefusedWork], command: &Command) {
    let about = |work: &&mut RefusedWork| {
        work.sheet == command.sheet && work.entries.contains(&command.entry)
    };
    for work in refused.iter_mut().filter(about) {
        match command.what {
            What::Undo { .. } => work.redone.remove(&command.entry),
            _ => work.redone.insert(command.entry),
        };
    }
}

#[cfg(test)]
mod tests;
