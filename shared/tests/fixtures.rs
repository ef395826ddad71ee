//! What tablets in the field hold and speak, as files: today's code must read every one of them.
//!
//! `shared/tests/fixtures/` holds what each released version wrote: a sheet, the bodies of an exchange with their
//! dictionary, packed changes, and a tablet's whole memory. They tell one small story, invented in
//! `fixtures/record.rs`. A file that was released is never written again. Whoever raises a version records it:
//!
//! ```text
//! cargo test -p bilik-shared --test fixtures -- --ignored
//! ```

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "this test is about files")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use bilik_shared::admission::Quarantine;
use bilik_shared::exchange::{self, Answer, BadBody, Request, pack, unpack};
use bilik_shared::id::{ActorId, EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::registration::{ConsentWay, Field};
use bilik_shared::replica::{Effect, Replica, STORED, Sync, Write};
use bilik_shared::sheet::{SCHEMA, Sheet};
use bilik_shared::time::Timestamp;
use serde_bytes::ByteBuf;

#[path = "fixtures/cbor.rs"]
mod cbor;
#[path = "fixtures/record.rs"]
mod record;

/// Where a fixture lies.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
}

fn memory(v: u16) -> Vec<(String, Vec<u8>)> {
    let values: BTreeMap<String, ByteBuf> =
        minicbor_serde::from_slice(&read(&format!("memory-{v}.cbor"))).unwrap();
    values.into_iter().map(|(key, value)| (key, value.into_vec())).collect()
}

fn sheet_id() -> SheetId {
    "2024.1-B".parse().unwrap()
}

/// The names and states of a tablet's people, and how safe they are, in the order of cells.
fn people(replica: &Replica) -> Vec<(String, State, Sync)> {
    let rows = replica.people(&sheet_id()).into_iter();
    rows.map(|row| (row.name, row.state, row.sync)).collect()
}

const BODIES: [&str; 5] =
    ["first.request", "first.answer", "work.request", "work.answer", "refused.answer"];

#[test]
fn every_version_that_is_spoken_was_recorded() {
    for v in exchange::OLDEST..=exchange::VERSION {
        for body in BODIES.iter().chain(&["dictionary", "pack"]) {
            read(&format!("exchange-{v}-{body}"));
        }
    }
    for v in 1..=STORED {
        read(&format!("memory-{v}.cbor"));
    }
    for v in 1..=SCHEMA.parse::<u16>().unwrap() {
        read(&format!("sheet-{v}.automerge"));
    }
}

#[test]
fn a_recorded_sheet_says_what_was_entered() {
    let mut sheet = Sheet::load(&read("sheet-1.automerge"), ActorId([99; 16])).unwrap();
    let heading = sheet.heading();
    assert_eq!([heading.facility, heading.wave, heading.block], ["AMB", "2024.1", "B"]);
    let states: Vec<_> =
        sheet.entries().into_iter().map(|entry| (entry.person.name, entry.state)).collect();
    let state = |name: &str| states.iter().find(|(known, _)| known == name).unwrap().1;
    assert_eq!(states.len(), 7);
    assert_eq!(state("Markus Tahapary"), State::Registered);
    assert_eq!(state("La Ode Hamid"), State::Returned);
    assert_eq!(state("Yakob Rehatta"), State::Registered);
    assert_eq!(state("Abdul Kadir"), State::Declined);
    assert_eq!(state("Nurhayati"), State::Draft);
    assert_eq!(state("Petrus Lekatompessy"), State::NotAsked);
    assert_eq!(state("Wa Ode Sari"), State::Registered);

    let markus = sheet.conflicts(entry(0));
    assert_eq!(markus.len(), 1);
    assert_eq!(markus[0].field, Field::Choices);
    let answers: Vec<&str> = markus[0].answers.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(answers, ["GAR,LAS", "GAR,KAY"]);
    let hamid = sheet.entry(entry(1)).unwrap();
    let decision = hamid.decision.unwrap();
    assert_eq!((decision.reason.as_str(), decision.by.as_str()), ("NIK belum lengkap", "marlin"));
    let yakob = sheet.entry(entry(2)).unwrap();
    assert_eq!(yakob.number, "AMB-2024.1-T01-0001");
    assert_eq!(yakob.person.birth_date.unwrap().iso(), "1987-05-14");
    assert_eq!(yakob.answers.reason, "Mau buka bengkel sendiri");
    let consent = yakob.answers.consent.unwrap();
    assert_eq!((consent.way, consent.wording.as_str()), (Some(ConsentWay::Spoken), "ikut-1-id"));
    let author = yakob.done_by.unwrap().0;
    assert_eq!((author.device.unwrap().as_str(), author.officer.as_str()), ("T01", "siti"));
    let added = sheet.entry(entry(6)).unwrap();
    assert!(!added.listed && added.person.register_number == "A.III 9104/2024");
    assert!(sheet.history(entry(0)).len() > 10);
}

#[test]
fn recorded_bodies_are_read() {
    let first = Request::decode(&read("exchange-1-first.request")).unwrap();
    assert_eq!((first.v, first.app.as_str(), first.demand), (1, "tablet 0.1.0", true));
    assert!(first.sheets.is_empty() && first.brief.is_none());

    let answer = Answer::decode(&read("exchange-1-first.answer")).unwrap();
    let (_, brief) = answer.brief.unwrap();
    assert_eq!((brief.device.as_str(), brief.screen_signature), ("T01", true));
    assert_eq!(brief.officers[0].name, "Siti Aminah Tuasikal");
    assert_eq!(brief.programmes.len(), 3);
    assert_eq!(answer.demand.unwrap().first_choices.len(), 2);
    let document = answer.sheets[0].document.as_ref().unwrap();
    assert_eq!(Sheet::load(document, ActorId([99; 16])).unwrap().len(), 6);

    let work = Request::decode(&read("exchange-1-work.request")).unwrap();
    assert_eq!((work.waiting, work.brief, work.sheets.len()), (5, Some(record::TAG), 1));
    assert_eq!(work.sheets[0].receipt.len(), 1);
    assert_eq!(unpack(&work.sheets[0].changes).unwrap().len(), 5);

    let answer = Answer::decode(&read("exchange-1-work.answer")).unwrap();
    assert!(answer.sheets[0].complete && answer.sheets[0].verdicts.is_empty());
    assert_eq!(unpack(&answer.sheets[0].changes).unwrap().len(), 1);

    let answer = Answer::decode(&read("exchange-1-refused.answer")).unwrap();
    assert_eq!(answer.sheets[0].verdicts[0].reason, Quarantine::SheetFull);
    assert_eq!(answer.taken, ["2024.1-C".parse().unwrap()]);
}

#[test]
fn the_recorded_dictionary_alone_opens_what_is_written_today_and_was_written_then() {
    let dictionary = read("exchange-1-dictionary");
    let inflate = |body: &[u8]| {
        let mut inflate = flate2::Decompress::new(false);
        inflate.set_dictionary(&dictionary).unwrap();
        let mut plain = Vec::with_capacity(1 << 20);
        let end = flate2::FlushDecompress::Finish;
        let status = inflate.decompress_vec(&body[..body.len() - 4], &mut plain, end);
        assert_eq!(status.ok(), Some(flate2::Status::StreamEnd));
        plain
    };
    for name in BODIES {
        inflate(&read(&format!("exchange-1-{name}")));
    }
    let today = Request { v: exchange::VERSION, app: "tablet".into(), ..Request::default() };
    assert_eq!(inflate(&exchange::encode(&today)), minicbor_serde::to_vec(&today).unwrap());
}

#[test]
fn packed_changes_are_the_same_byte_for_byte() {
    let packed = read("exchange-1-pack");
    let unpacked = unpack(&packed).unwrap();
    let mut sheet = Sheet::load(&read("sheet-1.automerge"), ActorId([99; 16])).unwrap();
    let all = sheet.changes_since(&[]);
    let chunks: Vec<_> = unpacked
        .iter()
        .map(|one| all.iter().find(|chunk| chunk.hash() == one.hash).unwrap().clone())
        .collect();
    for (one, chunk) in unpacked.iter().zip(&chunks) {
        assert_eq!(one.bytes, chunk.bytes());
    }
    assert_eq!(pack(&chunks), (packed, 5));
}

#[test]
fn a_recorded_memory_starts_and_hands_in_what_it_owes() {
    let mut replica = start(memory(1));
    let expected = [
        ("La Ode Hamid", State::Returned, Sync::NeedsAttention),
        ("Markus Tahapary", State::Registered, Sync::SavedHere),
        ("Abdul Kadir", State::Declined, Sync::SavedHere),
        ("Yakob Rehatta", State::Registered, Sync::SavedHere),
        ("Nurhayati", State::Draft, Sync::SavedHere),
        ("Petrus Lekatompessy", State::NotAsked, Sync::Nothing),
        ("Wa Ode Sari", State::Registered, Sync::SavedHere),
    ];
    let expected = expected.map(|(name, state, sync)| (name.to_owned(), state, sync));
    assert_eq!(people(&replica), expected);
    assert_eq!(replica.brief().unwrap().facility.name, "Rutan Kelas IIA Ambon");

    // It asks for the same as the version that wrote the memory did, and understands the same answer.
    let then = Request::decode(&read("exchange-1-work.request")).unwrap();
    let now = Request::decode(&request(&mut replica)).unwrap();
    assert_eq!(now.sheets, then.sheets);
    assert_eq!((now.waiting, now.brief), (then.waiting, then.brief));
    replica.answered(&read("exchange-1-work.answer"), Timestamp(0)).1.unwrap();
    assert_eq!(replica.status().saved_here, 0);
    assert_eq!(people(&replica)[1].2, Sync::NeedsAttention, "two answers of Markus");
    assert!(replica.pending().is_empty() && replica.flaws().is_empty());
}

#[test]
fn a_recorded_refusal_is_kept_beside_the_sheet() {
    let mut replica = start(memory(1));
    request(&mut replica);
    replica.answered(&read("exchange-1-refused.answer"), Timestamp(0)).1.unwrap();
    let refused = replica.refused();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].reason, Quarantine::SheetFull);
    assert!(refused[0].entries.contains(&entry(6)));
    assert!(replica.entry(&sheet_id(), entry(6)).is_none());
    assert_eq!(replica.entry(&sheet_id(), entry(2)).unwrap().state, State::Registered);
}

#[test]
fn what_newer_versions_add_is_ignored_wherever_it_stands() {
    for name in BODIES {
        let body = read(&format!("exchange-1-{name}"));
        let added = record::rewrite(&body, &|plain| cbor::with_a_key_in_every_map(plain, &[]));
        assert!(added.len() > body.len());
        if name.ends_with("request") {
            assert_eq!(Request::decode(&added), Request::decode(&body), "{name}");
        } else {
            assert_eq!(Answer::decode(&added), Answer::decode(&body), "{name}");
        }
    }
    // The tablet's own notes: a version that is put back reads what the newer one wrote.
    let mut values = memory(1);
    for (key, value) in &mut values {
        if key == "meta" {
            // Its map of sheets has sheets for keys, so that another key in it would be a sheet.
            *value = cbor::with_a_key_in_every_map(value, &["sheets"]);
        }
    }
    assert_eq!(people(&start(values)), people(&start(memory(1))));
}

#[test]
fn a_body_of_the_future_is_named_as_such() {
    let body = read("exchange-1-work.request");
    let (one, two) = (b"\x61v\x01", b"\x61v\x19\x27\x0f");
    let later = record::rewrite(&body, &|plain| {
        let at = plain.windows(3).position(|bytes| bytes == one).unwrap();
        [&plain[..at], two, &plain[at + 3..]].concat()
    });
    assert_eq!(Request::decode(&later), Err(BadBody::Version));
}

fn start(values: Vec<(String, Vec<u8>)>) -> Replica {
    let (replica, effects) = Replica::start(values, ActorId([77; 16]), "tablet 0.1.0");
    assert_eq!((replica.flaws(), effects.as_slice()), ([].as_slice(), [].as_slice()));
    replica
}

fn request(replica: &mut Replica) -> Vec<u8> {
    let effects = replica.wake(Timestamp(0));
    let body = effects.into_iter().find_map(|effect| match effect {
        Effect::Exchange { body } => Some(body),
        _ => None,
    });
    body.unwrap()
}

/// Writes what today's version writes beside what older ones wrote. A file that exists was released: never again.
#[test]
#[ignore = "writes files: for whoever raises a version"]
fn record_this_version() {
    let recorded = record::record();
    let (wire, exchange) = (recorded.bodies, exchange::VERSION);
    let mut files: Vec<(String, Vec<u8>)> = wire
        .into_iter()
        .map(|(name, body)| (format!("exchange-{exchange}-{name}"), body))
        .collect();
    files.push((format!("memory-{STORED}.cbor"), recorded.memory));
    files.push((format!("sheet-{SCHEMA}.automerge"), recorded.sheet));
    let mut kept = Vec::new();
    for (name, bytes) in files {
        // Only what no release has yet: the other formats may still be at the version they had.
        match std::fs::OpenOptions::new().write(true).create_new(true).open(path(&name)) {
            Ok(mut file) => std::io::Write::write_all(&mut file, &bytes).unwrap(),
            Err(_) => kept.push(name),
        }
    }
    assert!(kept.is_empty(), "these were released and stay as they are: {kept:?}");
}

/// Carries out writes on a memory.
fn keep(memory: &mut BTreeMap<String, ByteBuf>, writes: Vec<Write>) {
    for write in writes {
        match write {
            Write::Put { key, value } => drop(memory.insert(key, value.into())),
            Write::Delete { key } => drop(memory.remove(&key)),
        }
    }
}

/// The entry with this number in the story.
fn entry(n: u8) -> EntryId {
    EntryId([0xe0 + n; 16])
}
