//! The tablet's storage: a window that keeps nothing, a disk that is full, a memory that vanishes.

use bilik_tests::browser::{Driver, Stuck};
use bilik_tests::pages;
use bilik_tests::screens::Inspector;
use serde_json::json;

use crate::house::{House, first_sheet};
use crate::shift::{Shift, tablets_page};

const TABLET: [(u32, u32); 2] = [(1280, 800), (800, 1280)];

/// Whether a one-time code was used up, as the database says.
fn codes_used(house: &House) -> u32 {
    let db = house.database();
    let sql = "SELECT count(*) FROM enrolments WHERE used_at IS NOT NULL";
    db.query_row(sql, (), |row| row.get(0)).unwrap()
}

/// Fills the space there is with something else, down to a few bytes; gives the bytes.
const FILL: &str = "const done = arguments[0]; \
    const opened = indexedDB.open('photos', 1); \
    opened.onupgradeneeded = () => opened.result.createObjectStore('all'); \
    opened.onsuccess = async () => { \
        const database = opened.result; \
        const put = (bytes, key) => new Promise(told => { \
            const write = database.transaction('all', 'readwrite', { durability: 'strict' }); \
            write.oncomplete = () => told(true); \
            write.onabort = () => told(false); \
            write.objectStore('all').put(bytes, key); \
        }); \
        let filled = 0; \
        for (let size = 1 << 20; size >= 16; size >>= 1) { \
            const bytes = new Uint8Array(size); \
            for (let at = 0; at < size; at += 65536) \
                crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65536, size))); \
            while (await put(bytes, filled)) filled += size; \
        } \
        database.close(); \
        done(filled); \
    }";

fn whole(inspector: &Inspector) {
    let findings = &inspector.findings;
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_keeps_nothing_uses_no_code_up() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let mut see = Inspector::new().unwrap();
    let told = forgetful(&house, &driver, &mut see).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    whole(&see);
}

async fn forgetful(house: &House, driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), TABLET[0]).await?;
    page.cdp("Browser.resetPermissions", json!({})).await?;
    let origin = format!("http://localhost:{}/", house.address().port());
    let code = house.desk("marlin").await.enrolment().await.code;
    let link = format!("{origin}tablet/#enrol={code}");
    let refused = "Tablet tidak dapat didaftarkan di jendela ini";

    // As in a private window of Firefox or Safari.
    let source = "StorageManager.prototype.getDirectory = () => \
        Promise.reject(new DOMException('private', 'SecurityError'));";
    let source = json!({ "source": source });
    let planted = page.cdp("Page.addScriptToEvaluateOnNewDocument", source).await?;
    page.go(&link).await?;
    page.sees(refused).await?;
    see.look(&page, "tablet-forgetful", &TABLET).await?;
    page.cdp("Page.removeScriptToEvaluateOnNewDocument", planted).await?;

    // There is hardly any space.
    page.limit_space(&origin, Some(2_000_000)).await?;
    page.go("about:blank").await?;
    page.go(&link).await?;
    page.sees(refused).await?;
    page.limit_space(&origin, None).await?;
    assert_eq!(codes_used(house), 0);

    // Nothing speaks against it and nothing is promised: a person looks first.
    page.go("about:blank").await?;
    page.go(&link).await?;
    page.sees("Pastikan ini bukan jendela penyamaran").await?;
    see.look(&page, "tablet-enrol-unsure", &TABLET).await?;
    assert_eq!(codes_used(house), 0);
    page.press("Daftarkan tablet").await?;
    page.sees("Tablet T01 terdaftar").await?;
    assert_eq!(codes_used(house), 1);
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_space_nobody_new_is_begun_and_what_was_begun_is_saved() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let mut see = Inspector::new().unwrap();
    let told = full(&house, &driver, &mut see).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    whole(&see);
}

async fn full(house: &House, driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let shift = Shift::begin(driver, house, 0).await?;
    let page = &shift.page;
    let rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let form = |n: usize| format!("form/{sheet}/{}", people[n].entry);
    shift.open(&form(0)).await?;
    page.press("Garmen").await?;
    page.sees("Isian disimpan di tablet").await?;
    let reserve =
        "return indexedDB.databases().then(all => all.some(one => one.name === 'bilik-reserve'))";
    page.until("the reserve", reserve).await?;

    // The disk is full to the last bytes while a form is open. It is saved all the same.
    let used = page.space_used(&shift.origin()).await?;
    assert!(used > 5_000_000, "{used} bytes: nothing is kept in reserve");
    assert!(page.script_async(FILL).await?.as_u64() > Some(1_000_000), "nothing was filled");
    page.press("Tidak berminat").await?;
    page.sees("Diterima server").await?;
    page.sees_in("a", "Daring", "ruang hampir habis").await?;
    pages::reopen(page).await?;
    page.sees("Diterima server").await?;

    // Nobody new.
    shift.show("sync").await?;
    page.sees_in("a", "Daring", "ruang hampir habis").await?;
    for place in [form(1), format!("add/{sheet}")] {
        shift.show(&place).await?;
        page.sees("Ruang penyimpanan tablet habis").await?;
        page.press("Periksa lagi").await?;
        page.sees("Ruang penyimpanan tablet habis").await?;
    }
    see.look(page, "tablet-space-out", &TABLET).await?;
    // The desk reads which tablet needs room.
    shift.show("sync").await?;
    page.press("Sinkronkan sekarang").await?;
    let profile = tempfile::tempdir().unwrap();
    let desk = tablets_page(house, driver, profile.path()).await?;
    desk.sees_in("tr", "T01", "MB, ruang habis").await?;
    see.look(&desk, "desk-tablet-full", &[(1366, 768)]).await?;
    desk.close().await?;
    // Whoever was asked already can still be corrected.
    shift.open(&form(0)).await?;

    // Somebody made room.
    shift.show(&format!("add/{sheet}")).await?;
    page.sees("Ruang penyimpanan tablet habis").await?;
    let clear = "const [done] = arguments; const gone = indexedDB.deleteDatabase('photos'); \
        gone.onsuccess = () => done(true); gone.onblocked = () => done(false)";
    assert_eq!(page.script_async(clear).await?, true);
    page.press("Periksa lagi").await?;
    page.sees("Nama lengkap").await?;
    shift.open(&form(1)).await?;
    let text = page.text().await?;
    assert!(!text.contains("ruang hampir habis"), "{text}");
    shift.page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_that_vanished_is_an_alarm_on_both_sides() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let mut see = Inspector::new().unwrap();
    let told = vanished(&house, &driver, &mut see).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    whole(&see);
}

async fn vanished(house: &House, driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let shift = Shift::begin(driver, house, 0).await?;
    let (page, origin) = (&shift.page, shift.origin());
    let rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    shift.leave_reach().await?;
    shift.open(&format!("form/{sheet}/{}", people[0].entry)).await?;
    page.press("Tidak berminat").await?;
    page.sees("Tersimpan di tablet").await?;

    // The browser clears the database; what it keeps elsewhere remembers the tablet, and nobody on a sheet.
    page.go("about:blank").await?;
    let data = json!({ "origin": origin, "storageTypes": "indexeddb" });
    page.cdp("Storage.clearDataForOrigin", data).await?;
    shift.come_back().await?;
    page.go(&format!("{origin}tablet/")).await?;
    page.sees("Penyimpanan tablet ini hilang").await?;
    page.sees("tablet T01 di").await?;
    page.sees("belum diterima server: 1").await?;
    let kept = page.script("return JSON.stringify(localStorage)").await?;
    let kept = kept.as_str().unwrap_or_default();
    assert!(kept.contains("T01") && !kept.contains(people[0].name.as_str()), "{kept}");
    see.look(page, "tablet-vanished", &TABLET).await?;

    // It is enrolled anew, and the desk hears what became of the one before.
    let code = house.desk("marlin").await.enrolment().await.code;
    page.press("Daftarkan tablet ini lagi").await?;
    page.fill("Kode pendaftaran tablet", &code).await?;
    page.press("Daftarkan tablet").await?;
    page.sees("Tablet T03 terdaftar").await?;
    page.press("Mulai").await?;
    page.sees("Pilih petugas").await?;
    house.suspend("T02");
    house.use_up("T02");
    let profile = tempfile::tempdir().unwrap();
    let desk = tablets_page(house, driver, profile.path()).await?;
    desk.sees_in("tr", "T01", "Penyimpanan hilang").await?;
    desk.sees_in("tr", "T02", "ada dua riwayat dari tablet ini").await?;
    desk.sees_in("tr", "T02", "mengirim lebih dari 20 MiB dalam sehari").await?;
    desk.sees_in("tr", "T01", "Tanpa kabar").await?;
    let row = "return [...document.querySelectorAll('tr')].find(row => row.innerText.includes('T03'))?.innerText";
    let row = desk.until("the new tablet", row).await?;
    assert!(!row.as_str().unwrap_or_default().contains("hilang"), "{row}");
    see.look(&desk, "desk-tablets-lost", &[(1366, 768)]).await?;

    // Everything is cleared: the browser knows of no tablet, and a person says which one it was.
    page.go("about:blank").await?;
    let data = json!({ "origin": origin, "storageTypes": "all" });
    page.cdp("Storage.clearDataForOrigin", data).await?;
    page.go(&format!("{origin}tablet/")).await?;
    let code = house.desk("marlin").await.enrolment().await.code;
    page.fill("Kode pendaftaran tablet", &code).await?;
    page.fill("Kode tablet ini sebelumnya", "t 03").await?;
    page.press("Daftarkan tablet").await?;
    page.sees("Kode tablet tidak dikenali").await?;
    page.fill("Kode tablet ini sebelumnya", &"\u{e003}".repeat(4)).await?;
    page.fill("Kode tablet ini sebelumnya", "t03").await?;
    page.press("Daftarkan tablet").await?;
    page.sees("Tablet T04 terdaftar").await?;
    desk.sees_in("tr", "T03", "Penyimpanan hilang").await?;
    desk.close().await?;
    shift.page.close().await
}
