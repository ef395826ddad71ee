//! What trust costs: each part by itself, and what signing does to the offline day of twenty tablets.
//!
//! The parts run natively on this machine's processor, one registration after another.

use std::time::Instant;

use bilik_server::key::Key;
use bilik_server::signing::{self, Signer};
use bilik_server::store::Store;
use bilik_server::store::changes::{self, NewChange};
use bilik_server::store::sheets::{self, SheetRow};
use bilik_shared::admission::{ActorRecord, Owner, Sender, admit};
use bilik_shared::chain;
use bilik_shared::command::{Author, Command, Moment};
use bilik_shared::exchange::Unpacked;
use bilik_shared::id::{ActorId, DeviceId, Digest, SheetId};
use bilik_shared::role::Role;
use bilik_shared::sheet::{Chunk, Heading, Sheet};
use bilik_shared::time::Zone;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rusqlite::Connection;

use super::fleet::{Failure, entry_id, registration};
use super::{folder, search};
use crate::tablet::now;
use crate::workload::{Size, Workload};

/// So many people stand on the sheet before, and as many are registered.
const PEOPLE: usize = 300;
/// A cheap step is repeated so often, so that the clock tells it.
const REPEATED: u32 = 300;

/// Microseconds for one registration.
#[derive(Debug, Default)]
pub struct Parts {
    /// What a tablet does anyway: making the change.
    pub make: f64,
    /// Encrypting the change for the tablet's memory.
    pub encrypt: f64,
    /// Signing a request with one change.
    pub sign: f64,
    /// What the server does anyway: taking the change into the sheet.
    pub apply: f64,
    /// The same through the gate.
    pub admit: f64,
    /// Verifying a signature.
    pub verify: f64,
    /// Signing a receipt.
    pub receipt: f64,
    /// What the server does anyway: the row of a change in the encrypted database, in one transaction for all.
    pub row: f64,
    /// The same with its record in the audit.
    pub audited: f64,
}

/// Measures each part once.
pub fn parts() -> Result<Parts, Failure> {
    let mut taken = Parts::default();
    let (mut here, there) = (sheet()?, ActorId([2; 16]));
    let mut tablet = Sheet::load(&here.save(), there).map_err(|_| "the sheet is unreadable")?;
    let began = Instant::now();
    let chunks = register(&mut tablet)?;
    taken.make = micros(began, PEOPLE as f64);
    encrypt(&mut taken, &chunks)?;
    sign(&mut taken, &chunks)?;
    take_in(&mut taken, &mut here, &chunks)?;
    (taken.row, taken.audited) = (rows(&chunks, false)?, rows(&chunks, true)?);
    Ok(taken)
}

fn micros(began: Instant, times: f64) -> f64 {
    began.elapsed().as_secs_f64() * 1e6 / times
}

fn sheet() -> Result<Sheet, Failure> {
    let heading = Heading { facility: "UKR".into(), wave: "2025.2".into(), block: "A".to_owned() };
    let people: Vec<_> = (0..PEOPLE).map(|n| (folder::entry(n), search::person(n))).collect();
    let opened = Sheet::open(&heading, &people, ActorId([1; 16]), &folder::officer()?, now());
    Ok(opened.map_err(|_| "no sheet")?)
}

/// A day's registrations, each as one change.
fn register(tablet: &mut Sheet) -> Result<Vec<Chunk>, Failure> {
    let size = Size { tablets: 1, registrations: PEOPLE, sheets: 1, trickle: 0 };
    let workload = Workload::make(size);
    let author = Author { device: Some("T01".parse()?), officer: folder::officer()? };
    let (at, sheet) = (now(), id()?);
    let moment =
        Moment { author, role: Role::Officer, at, today: at.date(Zone::WIT), number: None };
    let mut chunks = Vec::new();
    for one in workload.tablets.iter().flat_map(|day| &day.registrations) {
        let (entry, what) = (entry_id(&one.id)?, registration(one));
        let command = Command { sheet: sheet.clone(), entry, what };
        let written = tablet.act(&command, &moment).map_err(|refused| refused.code())?;
        chunks.extend(written.chunk);
    }
    if chunks.len() == PEOPLE { Ok(chunks) } else { Err("somebody was not registered".into()) }
}

fn id() -> Result<SheetId, Failure> {
    Ok("2025.2-A".parse()?)
}

fn encrypt(taken: &mut Parts, chunks: &[Chunk]) -> Result<(), Failure> {
    let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).map_err(|_| "no key")?;
    let key = LessSafeKey::new(key);
    let began = Instant::now();
    for (n, chunk) in chunks.iter().enumerate() {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&n.to_be_bytes());
        let mut value = chunk.bytes().to_vec();
        let about = Aad::from(b"measured");
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, about, &mut value).map_err(|_| "not encrypted")?;
    }
    taken.encrypt = micros(began, chunks.len() as f64);
    Ok(())
}

fn sign(taken: &mut Parts, chunks: &[Chunk]) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let db = writer(folder.path())?;
    let signer = Signer::of(&db).map_err(|cause| cause.code())?;
    let body = chunks.first().ok_or("no change")?.bytes();
    let message = || chain::to_prove(now(), &chain::hash(body));
    let began = Instant::now();
    for _ in 0..REPEATED {
        signer.sign(&message()).map_err(|cause| cause.code())?;
    }
    taken.sign = micros(began, REPEATED.into());
    let (hash, answer) = (chain::hash(body), chain::hash(b"an answer"));
    let began = Instant::now();
    for _ in 0..REPEATED {
        let receipt = chain::to_receipt(DeviceId([1; 8]), &hash, &answer);
        signer.sign(&receipt).map_err(|cause| cause.code())?;
    }
    taken.receipt = micros(began, REPEATED.into());
    let message = message();
    let signature = signer.sign(&message).map_err(|cause| cause.code())?;
    let began = Instant::now();
    let held = (0..REPEATED).filter(|_| signing::holds(&signer.public, &message, &signature));
    let held = held.count();
    taken.verify = micros(began, REPEATED.into());
    if held == REPEATED as usize { Ok(()) } else { Err("a signature did not hold".into()) }
}

/// One change after another, as they come from a tablet that is in reach: without the gate, and through it.
fn take_in(taken: &mut Parts, here: &mut Sheet, chunks: &[Chunk]) -> Result<(), Failure> {
    let bytes = here.save();
    let fresh = |actor| Sheet::load(&bytes, ActorId([actor; 16])).map_err(|_| "unreadable");
    let mut plain = fresh(3)?;
    let began = Instant::now();
    for chunk in chunks {
        let read = Chunk::parse(chunk.bytes()).map_err(|_| "unreadable")?;
        plain.apply([&read]).map_err(|_| "unfit")?;
    }
    taken.apply = micros(began, chunks.len() as f64);
    let mut gated = fresh(4)?;
    let sender = Sender { code: "T01".parse()?, relays: false };
    let began = Instant::now();
    for (before, chunk) in chunks.iter().enumerate() {
        let unpacked = Unpacked { hash: chunk.hash(), bytes: chunk.bytes().to_vec() };
        let owner = match before {
            0 => Owner::Free,
            _ => Owner::Device(sender.code.clone()),
        };
        let record = |_| ActorRecord { owner: owner.clone(), last_seq: before as u64 };
        let done = admit(&mut gated, &sender, vec![unpacked], &record).map_err(|_| "unfit")?;
        if done.accepted.len() != 1 {
            return Err("a change was not taken in".into());
        }
    }
    taken.admit = micros(began, chunks.len() as f64);
    Ok(())
}

fn writer(folder: &std::path::Path) -> Result<Connection, Failure> {
    let store = Store::open(folder, &Key::for_tests()).map_err(|cause| cause.to_string())?;
    Ok(store.connect_writer().map_err(|cause| cause.to_string())?)
}

/// The rows of all changes in one transaction, which is committed.
fn rows(chunks: &[Chunk], audited: bool) -> Result<f64, Failure> {
    let folder = tempfile::tempdir()?;
    let mut db = writer(folder.path())?;
    let (sheet, author) = (id()?, "T01".parse()?);
    let all = db.transaction()?;
    if !audited {
        let triggers = "SELECT name FROM sqlite_temp_master WHERE type = 'trigger'";
        let names: rusqlite::Result<Vec<String>> =
            all.prepare(triggers)?.query_map((), |row| row.get(0))?.collect();
        let names = names?;
        if names.is_empty() {
            return Err("the audit is not where it is looked for".into());
        }
        for name in names {
            all.execute(&format!("DROP TRIGGER temp.\"{name}\""), ())?;
        }
    }
    let digest = Digest([0; 8]);
    sheets::insert(
        &all,
        &SheetRow { id: sheet.clone(), block: "A".into(), generation: 1, digest },
    )?;
    let began = Instant::now();
    for chunk in chunks {
        let change = NewChange {
            sheet: &sheet,
            hash: chunk.hash(),
            actor: chunk.actor(),
            seq: chunk.seq(),
            device: Some(&author),
            officer: "grace",
            received_at: now(),
            bytes: chunk.bytes(),
        };
        changes::insert(&all, &change)?;
    }
    all.commit()?;
    Ok(micros(began, chunks.len() as f64))
}
