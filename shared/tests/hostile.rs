//! The gate against made-up changes: structure with a right checksum, and bytes with one.
//!
//! `BILIK_HOSTILE=2000000` tries so many instead of 200,000, `BILIK_HOSTILE_SEED=7` others.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use bilik_shared::admission::Quarantine;
use bilik_shared::exchange::{Unpacked, pack, unpack};
use bilik_shared::id::Hash;
use bilik_shared::sheet::Chunk;
use sha2::{Digest as _, Sha256};

#[path = "hostile/honest.rs"]
mod honest;
#[path = "hostile/kept.rs"]
mod kept;
#[path = "hostile/made_up.rs"]
mod made_up;

use honest::house;
use kept::{Kept, by_hand, hand_in, hush};
use made_up::MadeUp;

/// Made-up changes in a usual run.
const TRIES: u64 = 200_000;
/// What the search may need of memory at its highest, over what it needed after the first of it.
const MEMORY_RISE: u64 = 64 * 1024;

#[test]
fn no_made_up_change_makes_a_sheet_unreadable() {
    let (tries, seed) = (number("BILIK_HOSTILE", TRIES), number("BILIK_HOSTILE_SEED", 1));
    let house = house();
    let kept = Kept::of(&house);
    // The honest change is taken in, so what is refused below is refused for what was made up about it.
    for honest in &house.next {
        let outcome = hand_in(&kept, &mut kept.sheet(), pieces(std::slice::from_ref(honest)));
        assert_eq!(outcome.unwrap().accepted.len(), 1);
    }
    hush();
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
