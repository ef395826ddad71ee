//! The wire, byte by byte.

use super::*;
use crate::id::{ActorId, EntryId};
use crate::sheet::{Chunk, Heading, Sheet};

fn sheet(people: u8) -> Sheet {
    let heading = Heading { facility: "AMB".into(), wave: "2025.2".into(), block: "B".into() };
    let roster: Vec<_> =
        (0..people).map(|n| (EntryId([n; 16]), crate::person::Person::default())).collect();
    let by = "demo".parse().unwrap();
    Sheet::open(&heading, &roster, ActorId([9; 16]), &by, Timestamp(0)).unwrap()
}

/// A chain of changes as a tablet makes them.
fn chain(n: u8) -> Vec<Chunk> {
    use crate::command::{Author, Command, Moment, What};
    let mut sheet = sheet(3);
    let heads = sheet.heads();
    let moment = Moment {
        author: Author { device: Some("T01".parse().unwrap()), officer: "grace".parse().unwrap() },
        role: crate::role::Role::Officer,
        at: Timestamp(1_700_000_000_000),
        today: crate::time::Date::new(2025, 10, 2).unwrap(),
        number: None,
    };
    for k in 0..n {
        let what = What::Write {
            fields: vec![("reason".into(), format!("alasan nomor {k}"))],
            registered: true,
        };
        let command = Command { sheet: "2025.2-B".parse().unwrap(), entry: EntryId([k; 16]), what };
        sheet.act(&command, &moment).unwrap();
    }
    sheet.changes_since(&heads)
}

#[test]
fn changes_are_restored_byte_for_byte() {
    let chunks = chain(20);
    let (packed, count) = pack(&chunks);
    assert_eq!(count, 20);
    let restored = unpack(&packed).unwrap();
    let raw: usize = chunks.iter().map(|chunk| chunk.bytes().len()).sum();
    for (chunk, one) in chunks.iter().zip(&restored) {
        assert_eq!((chunk.hash(), chunk.bytes()), (one.hash, one.bytes.as_slice()));
    }
    // All but the first leave out magic, checksum, type and the hash before: at least 36 bytes each.
    assert!(packed.len() + 19 * 36 < raw, "{} of {raw} bytes", packed.len());
}

#[test]
fn a_piece_cut_or_flipped_anywhere_never_passes_for_the_same_changes() {
    let chunks = chain(3);
    let (packed, _) = pack(&chunks);
    let whole = unpack(&packed).unwrap();
    for cut in 0..packed.len() {
        if let Ok(part) = unpack(&packed[..cut]) {
            assert!(part.len() < whole.len(), "cut at {cut}");
        }
    }
    for at in 0..packed.len() {
        let mut flipped = packed.clone();
        flipped[at] ^= 1;
        let Ok(part) = unpack(&flipped) else { continue };
        assert_ne!(part, whole, "flipped at {at}");
    }
}

#[test]
fn a_piece_stops_at_its_limit() {
    let big = "x".repeat(100 * 1024);
    let chunk = chain(1).remove(0);
    let many: Vec<(Hash, Vec<u8>)> =
        (0u8..5).map(|n| (Hash([n; 32]), [chunk.bytes(), big.as_bytes()].concat())).collect();
    let (_, count) = pack_bytes(many.iter().map(|(hash, bytes)| (*hash, bytes.as_slice())));
    assert_eq!(count, 2);
}

#[test]
fn a_body_is_read_whole_or_not_at_all() {
    let request = Request {
        v: VERSION,
        app: "0.1.0".into(),
        sheets: vec![SheetRequest {
            id: "2025.2-B".parse().unwrap(),
            generation: 1,
            heads: vec![Hash([1; 32])],
            receipt: vec![],
            changes: pack(&chain(2)).0.into(),
            relay: false,
        }],
        ..Request::default()
    };
    let body = encode(&request);
    assert_eq!(Request::decode(&body), Ok(request.clone()));
    for cut in 0..body.len() {
        assert_eq!(Request::decode(&body[..cut]), Err(BadBody::Unreadable), "cut at {cut}");
    }
}

#[test]
fn the_version_of_now_and_the_two_before_are_spoken() {
    assert_eq!([1, 2, 3, 4, 9].map(oldest), [1, 1, 1, 2, 7]);
    for v in 0..VERSION + 3 {
        let spoken = (OLDEST..=VERSION).contains(&v);
        let expected = if spoken { Ok(v) } else { Err(BadBody::Version) };
        let request = encode(&Request { v, ..Request::default() });
        assert_eq!(Request::decode(&request).map(|request| request.v), expected);
        let (epoch, at) = (Digest([0; 8]), Timestamp(0));
        let (sheets, taken) = (vec![], vec![]);
        let answer = encode(&Answer {
            v,
            epoch,
            at,
            sheets,
            taken,
            brief: None,
            demand: None,
            revoked: false,
            suspended: false,
            head: None,
            noted: false,
        });
        assert_eq!(Answer::decode(&answer).map(|answer| answer.v), expected);
    }
}

#[test]
fn a_reason_of_a_newer_server_does_not_make_the_verdict_unreadable() {
    #[derive(Serialize)]
    struct Later {
        hash: Hash,
        reason: &'static str,
    }
    let hash = Hash([4; 32]);
    let read = |reason| cbor::read::<Verdict>(&cbor::write(&Later { hash, reason }));
    assert_eq!(read("stray"), Some(Verdict { hash, reason: Quarantine::Stray }));
    assert_eq!(read("signature_missing"), Some(Verdict { hash, reason: Quarantine::Unfit }));
}

#[test]
fn unknown_fields_are_ignored_and_absent_ones_have_defaults() {
    #[derive(Serialize)]
    struct Later {
        v: u16,
        app: &'static str,
        weather: &'static str,
        sheets: Vec<u8>,
    }
    let later = Later { v: VERSION, app: "9", weather: "hujan", sheets: vec![] };
    let read = Request::decode(&encode(&later)).unwrap();
    assert_eq!(read, Request { v: VERSION, app: "9".into(), ..Request::default() });
}

#[test]
fn a_small_body_that_inflates_without_end_is_refused() {
    let bomb = encode(&ByteBuf::from(vec![0u8; MAX_INFLATED + 2]));
    assert!(bomb.len() < MAX_BODY / 50);
    assert_eq!(Request::decode(&bomb), Err(BadBody::TooLarge));
    assert_eq!(Request::decode(&vec![0; MAX_BODY + 1]), Err(BadBody::TooLarge));
}
