//! What lies on the server's disk: nothing that reads without the key, and nothing that can be altered unnoticed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use age::x25519::Identity;
use bilik_server::backup;
use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, changes, copy, is_plain, open_file};
use bilik_server::verify::{self, Fault};
use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::person::{LegalStatus, Person, Sex};
use bilik_shared::registration::{Answers, NikStatus};
use bilik_shared::time::Date;
use bilik_tests::process::key_file;
use bilik_tests::tablet::Tablet;
use rusqlite::Connection;

use crate::house::{House, answers, first_sheet, program};

/// How many people nobody must find on the disk.
pub const CANARIES: usize = 50;
/// How many registrations the database has whose bytes are turned.
const REGISTRATIONS: usize = 1_000;
/// At so many moments a start is killed that encrypts a plain database.
const KILLS: u32 = 40;

/// A name that nobody has, and that looks like no other one.
pub fn name(n: usize) -> String {
    let mut state = n as u64 + 1;
    let letters = (0..16).map(|_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 40) as u8 % 26)
    });
    let letters: String = letters.collect();
    format!("{NAMES}{} {}", &letters[..8], &letters[8..])
}

/// How all of them begin.
const NAMES: &str = "Qx";
/// How all their numbers begin.
const NUMBERS: &str = "817101";

pub fn birth(n: usize) -> Date {
    Date::new(1960 + (n / 28) as i32 % 40, 1 + n as u8 % 12, 1 + (n % 28) as u8).unwrap()
}

pub fn nik(n: usize) -> String {
    let iso = birth(n).iso();
    format!("{NUMBERS}{}{}{}{:04}", &iso[8..10], &iso[5..7], &iso[2..4], n + 1)
}

/// Registers somebody new, and says yes to what the tablet asks about them.
pub fn register(tablet: &mut Tablet, sheet: &SheetId, n: usize) {
    let mut entry = [0xca; 16];
    entry[..8].copy_from_slice(&(n as u64).to_be_bytes());
    let person = Person {
        name: name(n),
        register_number: format!("A.III {}/2026", 3000 + n),
        cell: "3".into(),
        birth_date: Some(birth(n)),
        sex: Some(Sex::Male),
        legal_status: Some(LegalStatus::Detainee),
        ..Person::default()
    };
    let given = Answers { nik_status: Some(NikStatus::Present), nik: nik(n), ..answers("OTO") };
    let mut confirmed = Vec::new();
    loop {
        let (person, answers) = (Some(person.clone()), Box::new(given.clone()));
        let what = What::Register { person, answers, confirmed: confirmed.clone() };
        match tablet.act(sheet, EntryId(entry), what).unwrap() {
            // They look like each other, and that is so.
            Err(Refused::Warnings(warnings)) => confirmed.extend(warnings),
            done => break drop(done.unwrap()),
        }
    }
}

/// Everything that some files hold, one behind the other.
fn bytes_of(folders: &[&Path]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|&folder| folder.to_owned()).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|file| file.unwrap().path()));
        } else if path.file_name().is_some_and(|name| name != "demo.json") {
            // What an invented facility prints at its start; a real one has no such file.
            bytes.extend(fs::read(&path).unwrap_or_default());
        }
    }
    bytes
}

/// Which of the names and numbers stand in some bytes.
pub fn found(bytes: &[u8]) -> BTreeSet<String> {
    let words: BTreeSet<String> = (0..CANARIES).flat_map(|n| [name(n), nik(n)]).collect();
    // One pass for each kind: the beginning that all of them have, then which one it is.
    let passes = [(name(0).len(), NAMES), (nik(0).len(), NUMBERS)];
    let hits = passes.into_iter().flat_map(|(length, begin)| {
        let windows = bytes.windows(length).filter(move |at| at.starts_with(begin.as_bytes()));
        windows.map(|at| String::from_utf8_lossy(at).into_owned())
    });
    hits.filter(|hit| words.contains(hit)).collect()
}

#[tokio::test]
async fn nobody_is_found_on_the_disk_while_it_serves_after_a_kill_and_in_a_backup() {
    let mut house = House::open().await;
    house.kill().await;
    let (temporary, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    house.start_in(temporary.path()).await;
    let mut siti = house.tablet("siti").await;
    let (sheet, _) = first_sheet(&siti);
    let data = house.folder().to_owned();
    let looked_at = [&*data, temporary.path(), backups.path()];
    for n in 0..CANARIES {
        register(&mut siti, &sheet, n);
        siti.sync().await.unwrap();
        // Into the file as well as into its log.
        if n == CANARIES / 2 {
            let db = house.database();
            db.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(())).unwrap();
        }
    }
    let log = data.join(format!("{FILE_NAME}-wal"));
    assert!(fs::metadata(&log).unwrap().len() > 100_000, "the log is looked at as well");
    assert_eq!(found(&bytes_of(&looked_at)), BTreeSet::new(), "while it serves");

    let key = Identity::generate();
    let file = backups.path().join("backup");
    backup::make(
        (&data, &Key::for_tests()),
        &file,
        &[key.to_public()],
        Some(std::slice::from_ref(&key)),
    )
    .unwrap();
    assert_eq!(found(&bytes_of(&looked_at)), BTreeSet::new(), "with a backup");
    house.kill().await;
    assert_eq!(found(&bytes_of(&looked_at)), BTreeSet::new(), "after kill -9");
    house.start_in(temporary.path()).await;
    house.stop().await;
    let everything = bytes_of(&looked_at);
    assert_eq!(found(&everything), BTreeSet::new(), "after another start");
    let passwords = ["marlin", "admin", "disnaker"].map(|user| house.password(user).as_bytes());
    let is_there = |word: &&[u8]| everything.windows(word.len()).any(|at| at == *word);
    assert_eq!(passwords.iter().filter(|word| is_there(word)).count(), 0);

    // The search finds what is there: the same database without its encryption holds them all.
    let plain = tempfile::tempdir().unwrap();
    make_plain(&data, &plain.path().join(FILE_NAME));
    assert_eq!(found(&bytes_of(&[plain.path()])).len(), 2 * CANARIES);
}

#[tokio::test]
async fn a_byte_that_is_turned_on_any_page_of_the_file_is_found() {
    let mut house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let sheets: Vec<SheetId> =
        siti.replica().sheet_list().into_iter().map(|sheet| sheet.id).collect();
    for n in 0..REGISTRATIONS {
        register(&mut siti, &sheets[n % sheets.len()], n);
        if n % 100 == 99 {
            siti.sync().await.unwrap();
        }
    }
    house.stop().await;
    let key = Key::for_tests();
    let db = house.database();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
    drop(db);
    let folder = house.folder();
    assert_eq!(verify::look_into(folder, &key).unwrap(), None, "nothing was turned yet");

    let whole = fs::read(folder.join(FILE_NAME)).unwrap();
    let (place, pages) = (tempfile::tempdir().unwrap(), whole.len() / PAGE);
    assert!(whole.len() % PAGE == 0 && pages > 300, "{pages} pages");
    let file = place.path().join(FILE_NAME);
    fs::write(&file, &whole).unwrap();
    for page in 0..pages {
        // The first byte, one of the code at the end, or some byte between, page by page.
        let within = [0, PAGE - 1 - page % 80, (page * 1_237 + 389) % PAGE][page % 3];
        let at = page * PAGE + within;
        put(&file, at, whole[at] ^ (1 << (page % 8)));
        let fault = verify::look_into(place.path(), &key).unwrap();
        let told = matches!(&fault, Some(Fault::File(_) | Fault::Locked));
        assert!(told, "byte {within} of page {page}: {fault:?}");
        put(&file, at, whole[at]);
    }
    assert_eq!(verify::look_into(place.path(), &key).unwrap(), None, "every byte is back");
    println!("a byte was turned on each of {pages} pages");
}

/// Bytes of a page.
const PAGE: usize = 4096;

/// Writes one byte into a file.
fn put(file: &Path, at: usize, byte: u8) {
    use std::os::unix::fs::FileExt as _;
    fs::File::options().write(true).open(file).unwrap().write_all_at(&[byte], at as u64).unwrap();
}

/// Writes the database of a folder without encryption, as versions before the key did, and opens it.
fn make_plain(folder: &Path, to: &Path) -> Connection {
    let db = open_file(&folder.join(FILE_NAME), &Key::for_tests()).unwrap();
    db.execute("ATTACH DATABASE ?1 AS plain KEY ''", (to.to_str().unwrap(),)).unwrap();
    db.query_row("SELECT sqlcipher_export('plain')", (), |_| Ok(())).unwrap();
    let version: u32 = db.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
    db.execute_batch(&format!("PRAGMA plain.user_version = {version}")).unwrap();
    drop(db);
    assert!(is_plain(to).unwrap());
    Connection::open(to).unwrap()
}

/// Starts the program on a folder whose database is plain; it ends by itself, or is killed after a while.
async fn start(folder: &Path, patience: Option<Duration>) {
    let mut child = tokio::process::Command::new(program())
        .args(["sheet", "--list", "--data"])
        .arg(folder)
        .arg("--key")
        .arg(key_file().unwrap())
        .env("RUST_LOG", "off")
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    match patience {
        None => assert!(child.wait().await.unwrap().success()),
        // It may have ended before.
        Some(patience) => {
            if tokio::time::timeout(patience, child.wait()).await.is_err() {
                child.kill().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_plain_database_is_encrypted_once_and_nothing_is_lost_whenever_the_start_is_killed() {
    let mut house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, _) = first_sheet(&siti);
    for n in 0..CANARIES {
        register(&mut siti, &sheet, n);
    }
    siti.sync().await.unwrap();
    house.stop().await;
    let stored = house.stored();

    // As a server of an older version left it that was killed: with a log that holds the last words.
    let old = tempfile::tempdir().unwrap();
    let making = tempfile::tempdir().unwrap();
    let db = make_plain(house.folder(), &making.path().join(FILE_NAME));
    db.pragma_update(None, "journal_mode", "wal").unwrap();
    db.execute("UPDATE devices SET app = 'terakhir'", ()).unwrap();
    crate::house::copy(making.path(), old.path());
    fs::copy(house.folder().join("pepper"), old.path().join("pepper")).unwrap();
    drop(db);
    assert!(old.path().join(format!("{FILE_NAME}-wal")).exists());

    let take_over = |patience| {
        let old = old.path();
        async move {
            let folder = tempfile::tempdir().unwrap();
            crate::house::copy(old, folder.path());
            start(folder.path(), patience).await;
            folder
        }
    };
    let began = Instant::now();
    drop(take_over(None).await);
    let takes = began.elapsed();
    let (mut before, mut midst, mut after) = (0, 0, 0);
    for kill in 0..KILLS {
        let folder = take_over(Some(takes * kill / KILLS)).await;
        let file = folder.path().join(FILE_NAME);
        let draft = folder.path().join(format!("{FILE_NAME}.draft")).exists();
        match (is_plain(&file).unwrap(), draft) {
            (true, false) => before += 1,
            (true, true) => midst += 1,
            (false, left) => {
                assert!(!left, "what became the database has no other name");
                after += 1;
            }
        }
        start(folder.path(), None).await;
        assert!(!is_plain(&file).unwrap());
        assert_eq!(found(&bytes_of(&[folder.path()])), BTreeSet::new());
        assert_eq!(verify::look_into(folder.path(), &Key::for_tests()).unwrap(), None);
        let db = open_file(&file, &Key::for_tests()).unwrap();
        let now: BTreeSet<_> = changes::all_hashes(&db).unwrap().into_iter().collect();
        assert!(now == stored, "killed at {kill}/{KILLS}");
        let app: String = db.query_row("SELECT app FROM devices", (), |row| row.get(0)).unwrap();
        assert_eq!(app, "terakhir", "what stood in the log only");
        let pages = copy::pages(&file, &Key::for_tests()).unwrap();
        assert_eq!(found(&pages).len(), 2 * CANARIES, "everybody is there for who has the key");
    }
    println!("killed before {before}, in the midst {midst}, after {after}");
    assert!(midst > 0, "before {before}, in the midst {midst}, after {after}");
}
