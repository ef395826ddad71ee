//! The gate: whatever it takes in must be readable after the sheet was saved or rebuilt, and nothing is lost.
//!
//! The input is the contents of a change; magic, checksum, type and length are put before it, so that the search
//! gets behind them.
#![no_main]
#![allow(dead_code, reason = "the search by made-up changes uses more of these files")]

use std::cell::RefCell;

use bilik_shared::exchange::Unpacked;
use bilik_shared::id::Hash;
use bilik_shared::sheet::Sheet;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

#[path = "../../shared/tests/hostile/honest.rs"]
mod honest;
#[path = "../../shared/tests/hostile/kept.rs"]
mod kept;
#[path = "plain.rs"]
mod plain;
#[path = "seeds.rs"]
mod seeds;

use kept::{Kept, hand_in, hush};

thread_local! {
    /// What the server has, and the sheet in its memory, which is thrown away when it was changed.
    static SERVER: RefCell<(Kept, Option<Sheet>)> =
        RefCell::new((Kept::of(&honest::house()), None));
}

/// Honest changes.
fn begin() {
    hush();
    let house = honest::house();
    let all = house.next.iter().chain(&house.known).enumerate();
    seeds::write(
        all.map(|(n, chunk)| (format!("honest-{n}"), plain::contents(chunk.bytes()).to_vec())),
    );
}

fuzz_target!(init: begin(), |contents: &[u8]| {
    let bytes = plain::chunk(contents);
    let batch = vec![Unpacked { hash: Hash(Sha256::digest(&bytes[8..]).into()), bytes }];
    SERVER.with_borrow_mut(|(kept, memory)| {
        let mut sheet = memory.take().unwrap_or_else(|| kept.sheet());
        let Some(outcome) = hand_in(kept, &mut sheet, batch) else { return };
        let all = outcome.accepted.len() + outcome.known.len() + outcome.quarantined.len();
        assert_eq!(all, 1, "it is in no list, or in two");
        if outcome.accepted.is_empty() {
            *memory = Some(sheet);
            return;
        }
        if let Err(wrong) = kept.holds(&mut sheet, &outcome) {
            panic!("it was taken in, and {wrong}");
        }
    });
});
