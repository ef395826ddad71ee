//! What a sheet does not take in, though its checksum is right. `tests/hostile.rs` searches for more of the kind.

use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::Change;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::admission::{ActorRecord, Owner, Sender, admit};
use crate::exchange::Unpacked;

/// The server's sheet, saved with a tablet's first change in it, and the tablet's next one.
fn next() -> (Vec<u8>, Chunk) {
    let (mut server, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    sync(&mut a, &mut server);
    let fields = vec![("reason".into(), "mau usaha".into())];
    let what = What::Write { fields, registered: false };
    let chunk = a.act(&on(YANTO, what), &moment("T01", "grace", 2)).unwrap().chunk.unwrap();
    (server.save(), chunk)
}

/// What it comes to; the server catches what panics, and so does this.
fn caught<T>(job: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(job)).ok()
}

#[test]
fn a_change_that_would_be_written_otherwise_is_refused() {
    let (_, honest) = next();
    let mut refused = 0;
    for at in 9..honest.bytes().len() {
        for bit in 0..8 {
            let mut bytes = honest.bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let sum = Sha256::digest(&bytes[8..]);
            bytes[4..8].copy_from_slice(&sum[..4]);
            match caught(|| Chunk::parse(&bytes)) {
                Some(Ok(chunk)) => {
                    let written = Change::from(chunk.into_expanded());
                    assert_eq!(written.raw_bytes(), bytes, "byte {at}, bit {bit} was taken along");
                }
                Some(Err(BadChunk::NotCanonical)) => refused += 1,
                Some(Err(_)) | None => {}
            }
        }
    }
    assert!(refused > 0, "no flip made bytes that can be read and are not canonical");
}

#[test]
fn what_could_not_be_read_again_once_it_is_saved_is_not_taken_in() {
    let (saved, honest) = next();
    let open = || Sheet::load(&saved, ActorId([9; 16])).unwrap();
    let sender = Sender { code: "T01".parse().unwrap(), relays: false };
    let owner = Owner::Device(sender.code.clone());
    let mut harmful = 0;
    // Counted as no copy would have: over its own operations before, or with a gap.
    for start in 1..=open().max_op() + 20 {
        let mut change = honest.expanded().clone();
        change.start_op = NonZeroU64::new(start).unwrap();
        change.hash = None;
        let change = Change::from(change);
        let (hash, bytes) = (Hash(change.hash().0), change.raw_bytes().to_vec());
        let harms = caught(|| {
            let mut sheet = open();
            let taken = sheet.apply([&Chunk::trusted(change)]);
            taken.is_ok() && Sheet::load(&sheet.save(), ActorId([8; 16])).is_err()
        });
        if harms != Some(true) {
            continue;
        }
        harmful += 1;
        let record = |_| ActorRecord { owner: owner.clone(), last_seq: 1 };
        let batch = vec![Unpacked { hash, bytes }];
        let done = caught(|| admit(&mut open(), &sender, batch, &record));
        let taken = done.is_some_and(|done| done.is_ok_and(|done| !done.accepted.is_empty()));
        assert!(!taken, "from {start}: taken in, and unreadable once it is saved");
    }
    assert!(harmful > 0, "nothing does harm, so nothing is shown");
}
