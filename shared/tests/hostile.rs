//! The gate against made-up changes: structure with a right checksum, and bytes with one.
//!
//! `BILIK_HOSTILE=2000000` tries so many instead of 200,000, `BILIK_HOSTILE_SEED=7` others.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use bilik_shared::admission::{
    ActorRecord, Outcome, Owner, Quarantine, Sender, admit, let_in, weigh,
};
use bilik_shared::exchange::{Unpacked, pack, unpack};
use bilik_shared::id::{ActorId, EntryId, Hash};
use bilik_shared::sheet::{Chunk, Sheet};
use sha2::{Digest as _, Sha256};

#[path = "hostile/honest.rs"]
mod honest;
#[path = "hostile/made_up.rs"]
mod made_up;

use honest::{SERVER, house};
use made_up::MadeUp;

/// Made-up changes in a usual run.
const TRIES: u64 = 200_000;
/// What the search may need of memory at its highest, over what it needed after the first of it.
const MEMORY_RISE: u64 = 64 * 1024;

/// A panic of Automerge over a hostile change is nothing to tell: the server catches it, and so does this.
static QUIET: AtomicBool = AtomicBool::new(false);

/// What the sheet is, as the server keeps it: as changes.
struct Kept {
    chunks: Vec<Chunk>,
    saved: Vec<u8>,
}

impl Kept {
    fn sheet(&self) -> Sheet {
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
    fn is_harmed_by(&self, bytes: &[u8]) -> bool {
        let harmed = quietly(|| {
            let (Ok(chunk), mut sheet) = (Chunk::parse(bytes), self.sheet()) else { return false };
            sheet.apply([&chunk]).is_ok() && Sheet::load(&sheet.save(), SERVER).is_err()
        });
        harmed.unwrap_or(false)
    }

    /// Nothing of a batch may be lost, and what was taken in must still be there after it was saved or rebuilt.
    fn holds(&self, sheet: &mut Sheet, outcome: &Outcome) -> Result<(), String> {
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

/// What it comes to; nothing where it panics, which is told to nobody.
fn quietly<T>(job: impl FnOnce() -> T) -> Option<T> {
    QUIET.store(true, Relaxed);
    let done = catch_unwind(AssertUnwindSafe(job));
    QUIET.store(false, Relaxed);
    done.ok()
}

/// Hands a batch in as the server does: a panic or a refusal of the document costs the sheet in memory.
fn hand_in(kept: &Kept, sheet: &mut Sheet, batch: Vec<Unpacked>) -> Option<Outcome> {
    let sender = Sender { code: "T01".parse().unwrap(), relays: false };
    let record = |actor| kept.record(actor);
    quietly(|| admit(sheet, &sender, batch, &record))?.ok()
}

/// Lets a piece in as the server does for somebody at the desk; what is refused leaves a sheet as it was.
fn by_hand(kept: &Kept, sheet: &mut Sheet, one: &Unpacked) -> Option<Outcome> {
    let sender = "T01".parse().unwrap();
    let record = |actor| kept.record(actor);
    let admitted = quietly(|| weigh(sheet, one, &sender, &record))?.ok()?;
    let Some(Ok(touched)) = quietly(|| let_in(sheet, &admitted)) else {
        *sheet = kept.sheet();
        return None;
    };
    Some(Outcome { accepted: vec![admitted], touched, ..Outcome::default() })
}

#[test]
fn no_made_up_change_makes_a_sheet_unreadable() {
    let (tries, seed) = (number("BILIK_HOSTILE", TRIES), number("BILIK_HOSTILE_SEED", 1));
    let house = house();
    let kept = Kept { chunks: house.known.clone(), saved: house.saved.clone() };
    // The honest change is taken in, so what is refused below is refused for what was made up about it.
    for honest in &house.next {
        let outcome = hand_in(&kept, &mut kept.sheet(), pieces(std::slice::from_ref(honest)));
        assert_eq!(outcome.unwrap().accepted.len(), 1);
    }
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |told| {
        if !QUIET.load(Relaxed) {
            usual(told);
        }
    }));
    let mut made_up = MadeUp::new(seed, &house);
    let mut sheet = kept.sheet();
    let mut memory = None;
    let (mut harmful, mut by_hand_in) = (0, 0);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for n in 0..tries {
        if n == tries / 100 {
            memory = high_water();
        }
        let (bytes, how) = made_up.next();
        let hash = Hash(Sha256::digest(&bytes[8..]).into());
        let batch = vec![Unpacked { hash, bytes: bytes.clone() }];
        let verdict = match hand_in(&kept, &mut sheet, batch) {
            Some(outcome) if outcome.accepted.is_empty() => {
                let seen = outcome.known.len() + outcome.quarantined.len();
                assert_eq!(seen, 1, "{how}: it is in no list");
                let (one, reason) = match outcome.quarantined.into_iter().next() {
                    Some((one, reason)) => (Some(one), reason.code()),
                    None => (None, "known"),
                };
                // Nor does somebody let it in by hand who overrules whose it is.
                if let Some(one) = one.filter(|_| reason == Quarantine::ForeignActor.code())
                    && let Some(let_in) = by_hand(&kept, &mut sheet, &one)
                {
                    by_hand_in += 1;
                    if let Err(wrong) = kept.holds(&mut sheet, &let_in) {
                        panic!(
                            "change {n} of seed {seed} ({how}) was let in, and {wrong}: {bytes:02x?}"
                        );
                    }
                    sheet = kept.sheet();
                }
                reason
            }
            Some(outcome) => {
                if let Err(wrong) = kept.holds(&mut sheet, &outcome) {
                    panic!(
                        "change {n} of seed {seed} ({how}) was taken in, and {wrong}: {bytes:02x?}"
                    );
                }
                sheet = kept.sheet();
                "accepted"
            }
            None => {
                harmful += u64::from(kept.is_harmed_by(&bytes));
                sheet = kept.sheet();
                "refused by the document"
            }
        };
        *counts.entry(verdict).or_default() += 1;
    }
    println!("{tries} made-up changes of seed {seed}: {counts:#?}");
    println!("{harmful} would have made the saved sheet unreadable");
    println!("{by_hand_in} could be let in by hand, and do no harm");
    assert!(by_hand_in > 0, "nothing was let in by hand");
    assert!(harmful > 0, "the search finds nothing that the gate is there for");
    // Nothing was changed by what was refused.
    assert_eq!(sheet.heads(), kept.sheet().heads());
    // The search reaches every rule, and some of what it makes up is harmless.
    for reached in [
        "accepted",
        "malformed",
        "not_canonical",
        "unknown_dependency",
        "foreign_actor",
        "sequence",
        "counter",
        "server_field",
        "foreign_kind",
        "stray",
        "text_too_long",
        "change_too_large",
        "refused by the document",
    ] {
        assert!(counts.get(reached).is_some_and(|n| *n > 0), "{reached} was never reached");
    }
    if let (Some(before), Some(after)) = (memory, high_water()) {
        let rise = after.saturating_sub(before);
        println!("memory rose by {rise} KiB at its highest");
        assert!(rise < MEMORY_RISE, "memory rose by {rise} KiB");
    }
}

/// What somebody who runs the search by hand asks for.
#[expect(clippy::disallowed_methods, reason = "a search by hand says how long, and from where")]
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// The most memory that this process had at once, in KiB; none where the system does not say.
fn high_water() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn pieces(chunks: &[Chunk]) -> Vec<Unpacked> {
    unpack(&pack(chunks).0).unwrap()
}
