//! What lies on the tablet's disk: nobody who is detained, after a crash, at work and locked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bilik_shared::command::What;
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::pages;
use bilik_tests::soak::kill;
use serde_json::json;

use crate::at_rest::{CANARIES, birth, found, name, nik, register};
use crate::hands::Hand;
use crate::house::{House, first_sheet};

/// So many registrations the tablet holds; the first of them are looked for.
const REGISTRATIONS: usize = 200;
/// So many of these are typed on the tablet itself: each takes a person's time. The others come with the sheet.
const TYPED: usize = 6;

/// Every name and number that can be read in a file below a folder, as UTF-8 or UTF-16.
fn readable(folder: &Path) -> BTreeSet<String> {
    let mut hits = BTreeSet::new();
    let mut waiting = vec![PathBuf::from(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(&path).into_iter().flatten().flatten().map(|file| file.path()),
            );
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let every_second = |from: usize| bytes.iter().skip(from).step_by(2).copied().collect();
        let wide: [Vec<u8>; 2] = [every_second(0), every_second(1)];
        for bytes in [&bytes, &wide[0], &wide[1]] {
            let found = found(bytes);
            if !found.is_empty() {
                println!("{} in {}", found.len(), path.display());
            }
            hits.extend(found);
        }
    }
    hits
}

fn nobody(folder: &Path, when: &str) {
    assert_eq!(readable(folder), BTreeSet::new(), "{when}");
}

/// Registers somebody who is on no list, with what nobody must find in every place where something is typed.
async fn type_somebody(page: &Browser, n: usize) -> Result<(), Stuck> {
    begin_somebody(page, n).await?;
    pages::agree(page).await?;
    page.until("the verdict", "return document.querySelector('.verdict') !== null").await?;
    page.script("location.hash = location.hash.replace(/saved\\/(.*)\\/.*/, 'walk/$1')").await?;
    page.sees("Tidak ada di daftar?").await
}

async fn begin_somebody(page: &Browser, n: usize) -> Result<(), Stuck> {
    pages::name_somebody(page, &name(n), &format!("A.III {}/2025", 8000 + n)).await?;
    let born = birth(n).iso();
    for (part, text) in [("day", &born[8..10]), ("month", &born[5..7]), ("year", &born[..4])] {
        page.paste(&format!("birth_date-{part}"), text).await?;
    }
    page.choose("Jenis kelamin", "Laki-laki").await?;
    page.press("Lanjut").await?;
    pages::answer(page, &["Garmen"]).await?;
    page.choose("NIK", "Ada").await?;
    page.paste("nik-input", &nik(n)).await?;
    page.paste("reason-input", &format!("diminta oleh {}", name(n + 1))).await?;
    page.sees("Isian disimpan di tablet").await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_found_on_the_tablet_after_a_crash_and_a_lock() {
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, _) = first_sheet(&rusdi);
    for n in TYPED + 1..REGISTRATIONS {
        register(&mut rusdi, &sheet, n);
        if n % 50 == 0 {
            rusdi.sync().await.unwrap();
        }
    }
    rusdi.sync().await.unwrap();
    let told = async {
        let mut hand = Hand::on(&house).await?;
        let page = &hand.page;
        // Everybody of the other tablet is here.
        page.script("document.querySelector('[type=search]').id = 'seek'").await?;
        page.paste("seek", &name(CANARIES - 1)).await?;
        let all = format!(
            "return document.querySelector('#people')?.innerText.includes({})",
            json!(name(CANARIES - 1))
        );
        page.until("the last of them", &all).await?;
        page.script("location.hash = 'sheets'").await?;
        page.follow("Blok A").await?;
        page.sees("Tidak ada di daftar?").await?;
        hand.leave_reach().await?;
        for n in 0..TYPED {
            type_somebody(page, n).await?;
        }
        // In the middle of the next one.
        begin_somebody(page, TYPED).await?;
        let folder = hand.profile().to_owned();
        nobody(&folder, "at work");
        kill::tree_of(&folder).await.map_err(|cause| Stuck(cause.to_string()))?;
        nobody(&folder, "after kill -9");

        hand.start_again().await?;
        let page = &hand.page;
        page.sees("Minat pelatihan").await?;
        let held = "return document.querySelector('#nik-input')?.value ?? null";
        assert_eq!(page.until("the number", held).await?, json!(nik(TYPED)));
        page.press("Ganti petugas").await?;
        page.press("Kunci layar").await?;
        nobody(&folder, "closed");
        let later = "const now = Date.now; Date.now = () => now() + 601000";
        page.script(later).await?;
        page.sees("Tablet terkunci").await?;
        nobody(&folder, "locked");

        // The search finds what is there: the same browser is given them in plain, as text and as bytes. Twice,
        // since the browser's log cuts one in two at the end of a block.
        let canaries = (0..2 * CANARIES).map(|n| n % CANARIES);
        let canaries: Vec<String> = canaries.flat_map(|n| [name(n), nik(n)]).collect();
        let plain = format!(
            "const [done] = arguments; const opened = indexedDB.open('plain', 1); \
             opened.onupgradeneeded = () => opened.result.createObjectStore('values'); \
             opened.onsuccess = () => {{ \
                const write = opened.result.transaction('values', 'readwrite', {{ durability: 'strict' }}); \
                const all = {}; const store = write.objectStore('values'); \
                all.forEach((one, n) => store.put(n % 4 < 2 ? one : new TextEncoder().encode('+name=' + one), 'key' + n)); \
                write.oncomplete = () => done(all.length) }}",
            json!(canaries)
        );
        assert_eq!(page.script_async(&plain).await?, json!(4 * CANARIES));
        kill::tree_of(&folder).await.map_err(|cause| Stuck(cause.to_string()))?;
        assert_eq!(readable(&folder).len(), 2 * CANARIES, "the search is blind");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_nobody_can_open_hands_in_and_deletes_nothing() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.leave_reach().await?;
        let before = house.stored();
        type_somebody(page, 0).await?;
        // Named and saved as a draft; what is typed after that is nobody's registration, and not handed in.
        begin_somebody(page, 1).await?;

        // Locked and out of reach it says what waits, and nothing of what became of it.
        page.reload().await?;
        page.sees("2 data di tablet ini belum diterima server").await?;
        page.picture("tablet-sealed-waits").await?;
        page.fill("Frasa sandi", "lupa lupa ingat lupa").await?;
        page.press("Buka tablet").await?;
        page.sees("Frasa sandi tidak cocok").await?;
        assert!(!page.text().await?.contains("sudah diterima server"));
        assert_eq!(house.stored(), before);

        hand.come_back().await?;
        page.reload().await?;
        page.sees("2 pendaftaran sudah diterima server").await?;
        page.picture("tablet-sealed-received").await?;
        assert!(house.stored().len() > before.len());
        let rows = house.desk("marlin").await.rows().await;
        assert_eq!(rows.iter().filter(|row| row.name == name(0)).count(), 1);
        assert!(house.quarantine().is_empty());

        // Whoever remembers finds everything where it was, once.
        let stored = house.stored();
        pages::hand_over(page, "Siti Aminah Tuasikal").await?;
        page.sees("Minat pelatihan").await?;
        let held = "return document.querySelector('#nik-input')?.value ?? null";
        assert_eq!(page.until("the number", held).await?, json!(nik(1)));
        page.until(
            "the receipt",
            "return /(^|\\D)0 tersimpan/.test(document.querySelector('a.status')?.innerText ?? '')",
        )
        .await?;
        assert_eq!(house.stored(), stored);
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// As the version before encryption kept it: `[name, base64]` of each value.
const AS_BEFORE: &str = "const opened = indexedDB.open('bilik-tablet', 1); \
    opened.onupgradeneeded = () => opened.result.createObjectStore('values'); \
    opened.onsuccess = () => { \
        const write = opened.result.transaction('values', 'readwrite', { durability: 'strict' }); \
        for (const [name, value] of VALUES) { \
            const bytes = Uint8Array.from(atob(value), (one) => one.charCodeAt(0)); \
            write.objectStore('values').put(bytes, name); \
        } \
        write.oncomplete = () => { opened.result.close(); arguments[0](true) } \
    }";

/// How many values stand in plain, encrypted, and how many keys there are.
const COUNTS: &str = "const [done] = arguments; const opened = indexedDB.open('bilik-tablet'); \
    opened.onsuccess = async () => { \
        const read = opened.result.transaction(['values', 'sealed', 'keys']); \
        const count = (name) => new Promise((told) => { \
            read.objectStore(name).count().onsuccess = ({ target }) => told(target.result); \
        }); \
        done(await Promise.all(['values', 'sealed', 'keys'].map(count))) \
    }";

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_in_plain_is_taken_over_whole_with_the_first_passphrase() {
    let house = House::open().await;
    let mut rusdi = house.old_tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    rusdi.act(&sheet, people[0].entry, What::Decline { consent: None }).unwrap().unwrap();
    let code = rusdi.replica().brief().unwrap().device.clone();
    let (id, secret) = rusdi.credential().split_once('.').unwrap();
    let device = format!("1\n{id}\n{code}\n{secret}");
    let typed = format!("work/{sheet}/{}", people[1].entry);
    let own =
        [("app/device", device.as_bytes()), (&*format!("app/{typed}"), b"+reason=ingin bekerja\n")];
    let values: Vec<[String; 2]> = rusdi
        .memory()
        .chain(own)
        .map(|(name, value)| [name.to_owned(), STANDARD.encode(value)])
        .collect();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let driver = Driver::start().await?;
        let page = driver.open(profile.path(), (1280, 800)).await?;
        let origin = format!("http://localhost:{}", house.address().port());
        page.go(&format!("{origin}/healthz")).await?;
        let before = AS_BEFORE.replace("VALUES", &json!(values).to_string());
        assert_eq!(page.script_async(&before).await?, true);

        // It asks for nothing but a passphrase, and hands in meanwhile.
        page.go(&format!("{origin}/tablet/")).await?;
        page.sees("Pilih petugas").await?;
        page.until("the receipt", "return /(^|\\D)0 tersimpan/.test(document.querySelector('span.status')?.innerText ?? '')").await?;
        let counts = page.script_async(COUNTS).await?;
        assert_eq!(counts, json!([values.len(), 0, 0]), "before the passphrase");
        pages::hand_over(&page, "Rusdi Marasabessy").await?;
        page.sees("Lembar untuk").await?;
        let counts = page.script_async(COUNTS).await?;
        assert_eq!(counts[0], 0, "in plain: {counts}");
        assert!(counts[1].as_u64() >= Some(values.len() as u64), "encrypted: {counts}");

        // Loaded anew, everything is there.
        page.reload().await?;
        pages::hand_over(&page, "Rusdi Marasabessy").await?;
        page.script(&format!("location.hash = 'saved/{sheet}/{}'", people[0].entry)).await?;
        page.sees("Tidak berminat").await?;
        page.script(&format!("location.hash = 'form/{sheet}/{}'", people[1].entry)).await?;
        let held = "return document.querySelector('#reason-input')?.value ?? null";
        assert_eq!(page.until("what was typed", held).await?, "ingin bekerja");
        page.close().await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
