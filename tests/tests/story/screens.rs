//! Every screen of both apps, in both languages and in every window that people have: whole and accessible.

use std::time::Instant;

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::cutter::Cutter;
use bilik_tests::pages;
use bilik_tests::screens::Inspector;

use serde_json::json;

use crate::house::{House, first_sheet, register};
use crate::training;

/// Across and upright.
pub const TABLET: [(u32, u32); 2] = [(1280, 800), (800, 1280)];
const DESK: [(u32, u32); 1] = [(1366, 768)];
/// Attendance is kept on a phone.
const PARTNER: [(u32, u32); 2] = [(1366, 768), (390, 844)];

/// Looks at screens until they are all seen, and says what is wrong with them and how long it took.
pub async fn inspect(
    name: &str,
    look: impl AsyncFnOnce(&Driver, &mut Inspector) -> Result<(), Stuck>,
) {
    let began = Instant::now();
    let driver = Driver::start().await.unwrap();
    let mut inspector = Inspector::new().unwrap();
    look(&driver, &mut inspector).await.unwrap_or_else(|stuck| panic!("{stuck}"));
    let Inspector { findings, screens, .. } = inspector;
    println!("{screens} screens of {name} in {} s", began.elapsed().as_secs());
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_the_tablet_is_whole_and_accessible() {
    let house = House::open().await;
    inspect("the tablet", async |driver, see| tablet(&house, driver, see).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_the_desk_is_whole_and_accessible() {
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    for person in &people[..2] {
        rusdi.act(&sheet, person.entry, register("KAY")).unwrap().unwrap();
    }
    rusdi.sync().await.unwrap();
    inspect("the desk", async |driver, see| desk(&house, driver, see).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_the_partner_is_whole_and_accessible() {
    inspect("the partner", async |driver, see| partner(driver, see).await).await;
}

async fn go(page: &Browser, hash: &str) -> Result<(), Stuck> {
    page.script(&format!("location.hash = '{hash}'")).await.map(drop)
}

async fn tablet(house: &House, driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let code = house.desk("marlin").await.enrolment().await.code;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let (both, next) = (people[0].entry, people[1].entry);
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), TABLET[0]).await?;
    let network = Cutter::start(house.address()).await.unwrap();
    let url = format!("http://localhost:{}/tablet/", network.address.port());
    page.go(&url).await?;
    page.sees("Kode pendaftaran tablet").await?;
    see.look(&page, "tablet-enrol", &TABLET).await?;
    page.go("about:blank").await?;
    page.go(&format!("{url}#enrol={code}")).await?;
    page.sees("terdaftar").await?;
    see.look(&page, "tablet-enrolled", &TABLET).await?;
    pages::take(&page, "Siti Aminah Tuasikal").await?;
    see.look(&page, "tablet-sheets", &TABLET).await?;

    network.pull_the_plug();
    page.set_offline(true).await?;
    rusdi.act(&sheet, both, register("KAY")).unwrap().unwrap();
    rusdi.sync().await.unwrap();
    go(&page, &format!("walk/{sheet}")).await?;
    page.sees("Tidak ada di daftar?").await?;
    see.look(&page, "tablet-walk", &TABLET).await?;
    go(&page, &format!("add/{sheet}")).await?;
    page.sees("Nama lengkap").await?;
    see.look(&page, "tablet-add", &TABLET).await?;
    go(&page, &format!("form/{sheet}/{both}")).await?;
    page.sees("Minat pelatihan").await?;
    page.press("Lanjut ke pernyataan").await?;
    page.until("the errors", "return document.querySelector('#errors') !== null").await?;
    see.look(&page, "tablet-form-errors", &TABLET).await?;
    pages::reopen(&page).await?;
    pages::answer(&page, &["Garmen", "Teknik Las"]).await?;
    see.look(&page, "tablet-form", &TABLET).await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees("Saya bersedia").await?;
    see.look(&page, "tablet-consent", &TABLET).await?;
    go(&page, &format!("form/{sheet}/{both}")).await?;
    page.sees("Minat pelatihan").await?;
    pages::agree(&page).await?;
    page.sees("Tersimpan di tablet").await?;
    see.look(&page, "tablet-saved", &TABLET).await?;
    go(&page, "sync").await?;
    page.sees("Sinkronkan").await?;
    see.look(&page, "tablet-sync-offline", &TABLET).await?;

    network.plug_in();
    page.set_offline(false).await?;
    go(&page, &format!("print/{sheet}")).await?;
    page.sees("Kertas ini memuat data pribadi").await?;
    see.look(&page, "tablet-print", &TABLET).await?;
    go(&page, &format!("conflict/{sheet}/{both}")).await?;
    page.sees("Pakai yang ini").await?;
    see.look(&page, "tablet-conflict", &TABLET).await?;
    go(&page, "sync").await?;
    page.sees("Sinkronkan").await?;
    see.look(&page, "tablet-sync", &TABLET).await?;
    go(&page, &format!("form/{sheet}/{next}")).await?;
    page.press("Ganti petugas").await?;
    page.press("Rusdi Marasabessy").await?;
    page.sees("Buat frasa sandi").await?;
    page.until("four words", "return document.querySelector('#phrase-offer') !== null").await?;
    see.look(&page, "tablet-phrase", &TABLET).await?;
    page.fill("Frasa sandi", "kuda").await?;
    page.press("Simpan frasa sandi").await?;
    page.sees("Terlalu pendek").await?;
    see.look(&page, "tablet-phrase-short", &TABLET).await?;
    page.fill("Frasa sandi", " meja hujan tiga").await?;
    page.fill("Ketik frasa sandi sekali lagi", "kuda meja hujan tiga").await?;
    page.press("Simpan frasa sandi").await?;
    page.sees("Buat PIN 6 angka").await?;
    see.look(&page, "tablet-officers", &TABLET).await?;
    page.press("Tetap bekerja").await?;
    page.press("Ganti petugas").await?;
    page.press("Kunci layar").await?;
    page.press("Siti Aminah Tuasikal").await?;
    pages::type_pin(&page, "314159").await?;
    page.sees("PIN salah").await?;
    see.look(&page, "tablet-locked", &TABLET).await?;
    page.press("Lupa PIN").await?;
    page.sees("Kode sekali pakai").await?;
    see.look(&page, "tablet-pin-code", &TABLET).await?;
    page.reload().await?;
    page.sees("Tablet terkunci").await?;
    page.press("Siti Aminah Tuasikal").await?;
    page.fill("Frasa sandi", "lupa lupa ingat").await?;
    page.press("Buka tablet").await?;
    page.sees("Frasa sandi tidak cocok").await?;
    page.script("document.querySelectorAll('details').forEach(one => one.open = true)").await?;
    see.look(&page, "tablet-unlock", &TABLET).await?;
    page.follow("Latihan dulu").await?;
    pages::hand_over(&page, "Petugas Satu").await?;
    page.script(
        "document.documentElement.dataset.update = ''; dispatchEvent(new Event('bilik-update'))",
    )
    .await?;
    page.sees("Pasang sekarang").await?;
    see.look(&page, "tablet-practice", &TABLET).await?;
    page.close().await
}

async fn desk(house: &House, driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), DESK[0]).await?;
    page.go(&format!("http://localhost:{}/desk/", house.address().port())).await?;
    page.sees("Nama pengguna").await?;
    assert!(see.proves_itself(&page).await?, "planted faults are not found");
    see.look(&page, "desk-sign-in", &DESK).await?;
    house.sit_down(&page, "marlin").await?;
    page.sees("Dasbor registrasi").await?;
    for (hash, name) in [
        ("dashboard", "desk-dashboard"),
        ("registrations", "desk-registrations"),
        ("registrations/all", "desk-everyone"),
        ("conflicts", "desk-conflicts"),
        ("allocation", "desk-seats"),
        ("tablets", "desk-tablets"),
        ("tablets/quarantine", "desk-quarantine-none"),
        ("roster", "desk-roster"),
        ("reports", "desk-reports"),
        ("reports/programmes", "desk-report"),
        ("reports/minutes", "desk-minutes"),
        ("enrol", "desk-enrol"),
        ("sessions", "desk-sessions"),
    ] {
        go(&page, hash).await?;
        page.until("the page", "return document.querySelector('main h1') !== null").await?;
        if hash.starts_with("reports") {
            let there = "return document.querySelector('main :is(.reports, .paper)') !== null";
            page.until("the report", there).await?;
        }
        see.look(&page, name, &DESK).await?;
    }
    go(&page, "reports/participants").await?;
    page.press("Excel").await?;
    page.press("Catat dan unduh").await?;
    page.sees("Tulis dulu tujuannya").await?;
    see.look(&page, "desk-report-purpose", &DESK).await?;
    go(&page, "registrations").await?;
    let opened = "const row = document.querySelector('tbody tr'); \
        (row?.querySelector('button, a') ?? row)?.click(); return row !== null";
    page.until("a registration", opened).await?;
    see.look(&page, "desk-person", &DESK).await?;
    house.stand_up(&page).await?;
    administrator(house, &page, see).await?;
    page.close().await?;
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), DESK[0]).await?;
    house.sit_down(&page, "admin").await?;
    page.sees("Dasbor registrasi").await?;
    go(&page, "integration").await?;
    page.fill("Nama sistem", "SIM BLK Ambon").await?;
    page.press("Buat token").await?;
    page.sees("Pilih untuk apa token ini").await?;
    page.choose("Boleh", "Membaca peserta").await?;
    page.press("Buat token").await?;
    page.sees("Rahasia ini hanya ditampilkan satu kali").await?;
    page.fill("Alamat", "https://blk.example/bilik").await?;
    page.press("Tambah alamat").await?;
    page.sees("https://blk.example/bilik").await?;
    see.look(&page, "desk-integration", &DESK).await?;
    privacy_officer(house, &page, see).await?;
    clinic_and_security(house, &page, see).await?;
    page.close().await
}

/// The lists of the clinic and of security; a doctor walks with a phone.
async fn clinic_and_security(
    house: &House,
    page: &Browser,
    see: &mut Inspector,
) -> Result<(), Stuck> {
    for (user, title, name) in [
        ("klinik", "Pemeriksaan kesehatan", "desk-clinic"),
        ("kpr", "Pemeriksaan keamanan", "desk-security"),
    ] {
        house.stand_up(page).await?;
        house.sit_down_at(page, user, "#vetting").await?;
        page.sees(title).await?;
        page.until("somebody", "return document.querySelector('.dues li') !== null").await?;
        page.press("Tandai semua yang tampil").await?;
        see.look(page, name, &PARTNER).await?;
    }
    Ok(())
}

/// The partner's pages, with a package that has begun and somebody who has passed.
async fn partner(driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let class = training::class().await;
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), PARTNER[0]).await?;
    class.house.sit_down(&page, "disnaker").await?;
    page.sees("Dasbor registrasi").await?;
    let there =
        "return document.querySelector('main :is(.packages, .persons, .day, .paper)') !== null";
    let look = async |see: &mut Inspector, hash: &str, name: &str| {
        go(&page, hash).await?;
        page.until("the page", there).await?;
        see.look(&page, name, &PARTNER).await
    };
    look(see, "training", "partner-packages").await?;
    look(see, "training/GAR/1", "partner-waiting").await?;
    page.press("Usulkan").await?;
    see.look(&page, "partner-propose", &PARTNER).await?;
    class.confirm().await;
    let mut desk = class.house.desk("disnaker").await;
    let (today, [_, (entry, _)]) = (class.today.iso(), &class.people);
    let mut post = async |path: &str, body: serde_json::Value| {
        let reply = desk.post(&format!("/api/v1/desk/{path}"), &body).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.code());
    };
    post("training/GAR/1/start", json!({ "on": today })).await;
    go(&page, "training").await?;
    look(see, &format!("training/GAR/1/day/{today}"), "partner-day").await?;
    let marks: Vec<_> = class
        .people
        .iter()
        .map(|(entry, _)| json!({ "entry": entry, "code": "HADIR", "hours": 8 }))
        .collect();
    post(
        &format!("training/GAR/1/days/{today}"),
        json!({ "after": 0, "hours": 8, "marks": marks }),
    )
    .await;
    post("training/GAR/1/grades", json!({ "entry": entry, "score": 80, "outcome": "LULUS" })).await;
    post("training/GAR/1/certificates", json!({ "entry": entry, "on": today })).await;
    post(&format!("follow-ups/{entry}/release"), json!({ "on": today, "agreed": true })).await;
    look(see, "training/GAR/1", "partner-package").await?;
    page.press("Nilai dan hasil").await?;
    see.look(&page, "partner-grade", &PARTNER).await?;
    look(see, &format!("training/GAR/1/certificate/{entry}"), "partner-certificate").await?;
    look(see, "follow-ups", "partner-follow-ups").await?;
    page.close().await
}

/// The pages of the privacy officer, with a request and an incident that are overdue.
async fn privacy_officer(house: &House, page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    let mut desk = house.desk("pdp").await;
    for case in [
        json!({ "register": "request", "kind": "AKSES", "who": "Keluarga Yakob",
            "subject": "salinan data", "received_at": 0 }),
        json!({ "register": "incident", "kind": "TABLET_HILANG", "subject": "Tablet T02 tidak kembali",
            "found_at": 0, "people": 41 }),
    ] {
        let reply = desk.post("/api/v1/desk/privacy/cases", &json!({ "case": case })).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
    house.stand_up(page).await?;
    house.sit_down(page, "pdp").await?;
    page.sees("Dasbor registrasi").await?;
    for (hash, name, form, there) in [
        ("privacy/access", "desk-privacy-access", None, "tbody td"),
        ("privacy/requests", "desk-privacy-requests", Some("Catat permohonan"), ".piece"),
        ("privacy/incidents", "desk-privacy-incidents", Some("Catat pemberitahuan"), ".piece"),
        ("privacy/retention", "desk-privacy-retention", None, "tbody td"),
    ] {
        go(page, hash).await?;
        let there = format!("return document.querySelector('main {there}') !== null");
        page.until("the page", &there).await?;
        if let Some(form) = form {
            page.press(form).await?;
            page.until("the form", "return document.querySelector('form.setup-form') !== null")
                .await?;
        }
        see.look(page, name, &DESK).await?;
    }
    Ok(())
}

/// The pages that only an administrator has, each with its form open.
async fn administrator(house: &House, page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    house.sit_down(page, "admin").await?;
    page.sees("Dasbor registrasi").await?;
    for (hash, name, form) in [
        ("setup/facility", "desk-setup-facility", None),
        ("setup/blocks", "desk-setup-blocks", Some("Tambah blok")),
        ("setup/programmes", "desk-setup-programmes", Some("Ubah paket")),
        ("setup/waves", "desk-setup-waves", Some("Tambah gelombang")),
        ("setup/statements", "desk-setup-statements", Some("Buat versi baru")),
        ("setup/rules", "desk-setup-rules", Some("Tambah aturan")),
        ("setup/guard", "desk-setup-guard", None),
        ("setup/log", "desk-setup-log", None),
        ("users", "desk-users", Some("Tambah pengguna")),
        ("tablets", "desk-tablets-managed", Some("Kelola")),
    ] {
        go(page, hash).await?;
        page.until("the page", "return document.querySelector('main .panel') !== null").await?;
        if let Some(form) = form {
            page.press(form).await?;
            page.until("the form", "return document.querySelector('form.setup-form') !== null")
                .await?;
        }
        see.look(page, name, &DESK).await?;
    }
    Ok(())
}
