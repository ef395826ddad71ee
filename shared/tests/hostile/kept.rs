//! What the server has, what a batch does to it, and what must hold afterwards.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use bilik_shared::admission::{ActorRecord, Outcome, Owner, Sender, admit, let_in, weigh};
use bilik_shared::exchange::Unpacked;
use bilik_shared::id::{ActorId, EntryId};
use bilik_shared::sheet::{Chunk, Sheet};

use crate::honest::{House, SERVER};

/// A panic of Automerge over a hostile change is nothing to tell: the server catches it, and so does this.
static QUIET: AtomicBool = AtomicBool::new(false);

/// What the sheet is, as the server keeps it: as changes.
pub struct Kept {
    chunks: Vec<Chunk>,
    saved: Vec<u8>,
}

impl Kept {
    /// What the server has of the house.
    pub fn of(house: &House) -> Self {
        Self { chunks: house.known.clone(), saved: house.saved.clone() }
    }

    /// The sheet as it is read from the disk.
    pub fn sheet(&self) -> Sheet {
        Sheet::load(&self.saved, SERVER).unwrap()
    }

    fn record(&self, actor: ActorId) -> ActorRecord {
        let own = self.chunks.iter().filter(|chunk| chunk.actor() == actor);
        let last_seq = own.map(Chunk::seq).max().unwrap_or(0);
        let device = |code: &str| Owner::Device(code.parse().unwrap());
        let owner = match actor.0[0] {
            0xa => device("T01"),
            0xb => device("T02"),
            0x5 => Owner::Server,
            _ => Owner::Free,
        };
        ActorRecord { owner, last_seq }
    }

    /// Whether a sheet that takes this in without asking cannot be read after it was saved.
    pub fn is_harmed_by(&self, bytes: &[u8]) -> bool {
        let harmed = quietly(|| {
            let (Ok(chunk), mut sheet) = (Chunk::parse(bytes), self.sheet()) else { return false };
            sheet.apply([&chunk]).is_ok() && Sheet::load(&sheet.save(), SERVER).is_err()
        });
        harmed.unwrap_or(false)
    }

    /// Nothing of a batch may be lost, and what was taken in must still be there after it was saved or rebuilt.
    pub fn holds(&self, sheet: &mut Sheet, outcome: &Outcome) -> Result<(), String> {
        let heads = sheet.heads();
        let mut saved =
            Sheet::load(&sheet.save(), SERVER).map_err(|_| "saved, it is unreadable")?;
        let accepted = outcome.accepted.iter().map(|admitted| &admitted.chunk);
        let all = self.chunks.iter().chain(accepted.clone()).cloned().collect();
        let mut rebuilt =
            Sheet::from_chunks(all, SERVER).map_err(|_| "from its changes, it is unreadable")?;
        if saved.heads() != heads || rebuilt.heads() != heads {
            return Err("its heads are others after it was saved".into());
        }
        if !accepted.clone().all(|chunk| saved.has(&chunk.hash())) {
            return Err("what was taken in is gone".into());
        }
        let entries: Vec<EntryId> = outcome.touched.iter().copied().collect();
        for id in entries {
            let now = sheet.entry(id);
            if now.is_none() || saved.entry(id) != now || rebuilt.entry(id) != now {
                return Err(format!("{id} reads otherwise after it was saved"));
            }
        }
        Ok(())
    }
}

/// From now on a panic that [`quietly`] catches is told to nobody, and every other one as usual.
pub fn hush() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |told| {
        if !QUIET.load(Relaxed) {
            usual(told);
        }
    }));
}

/// What it comes to; nothing where it panics.
fn quietly<T>(job: impl FnOnce() -> T) -> Option<T> {
    QUIET.store(true, Relaxed);
    let done = catch_unwind(AssertUnwindSafe(job));
    QUIET.store(false, Relaxed);
    done.ok()
}

/// Hands a batch in as the server does: a panic or a refusal of the document costs the sheet in memory.
pub fn hand_in(kept: &Kept, sheet: &mut Sheet, batch: Vec<Unpacked>) -> Option<Outcome> {
    let sender = Sender { code: "T01".parse().unwrap(), relays: false };
    let record = |actor| kept.record(actor);
    quietly(|| admit(sheet, &sender, batch, &record))?.ok()
}

/// Lets a piece in as the server does for somebody at the desk; what is refused leaves a sheet as it was.
pub fn by_hand(kept: &Kept, sheet: &mut Sheet, one: &Unpacked) -> Option<Outcome> {
    let sender = "T01".parse().unwrap();
    let record = |actor| kept.record(actor);
    let admitted = quietly(|| weigh(sheet, one, &sender, &record))?.ok()?;
    let Some(Ok(touched)) = quietly(|| let_in(sheet, &admitted)) else {
        *sheet = kept.sheet();
        return None;
    };
    Some(Outcome { accepted: vec![admitted], touched, ..Outcome::default() })
}
