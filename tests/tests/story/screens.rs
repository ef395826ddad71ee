//! Every screen of both apps, in both languages and in every window that people have: whole and accessible.

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::cutter::Cutter;
use bilik_tests::pages;
use bilik_tests::screens::Inspector;

use crate::house::{House, first_sheet, register};

const TABLET: [(u32, u32); 2] = [(1280, 800), (800, 1280)];
const DESK: [(u32, u32); 1] = [(1366, 768)];

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_whole_and_accessible() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let mut inspector = Inspector::new().unwrap();
    let tablet = tablet(&house, &driver, &mut inspector).await;
    tablet.unwrap_or_else(|stuck| panic!("{stuck}"));
    let desk = desk(&house, &driver, &mut inspector).await;
    desk.unwrap_or_else(|stuck| panic!("{stuck}"));
    let Inspector { findings, screens, .. } = inspector;
    println!("{screens} screens");
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
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
    page.reload().await?;
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
    page.sees("Buat PIN 6 angka").await?;
    see.look(&page, "tablet-officers", &TABLET).await?;
    page.press("Kunci layar").await?;
    page.press("Siti Aminah Tuasikal").await?;
    pages::type_pin(&page, "314159").await?;
    page.sees("PIN salah").await?;
    see.look(&page, "tablet-locked", &TABLET).await?;
    page.press("Lupa PIN").await?;
    page.sees("Kode sekali pakai").await?;
    see.look(&page, "tablet-pin-code", &TABLET).await?;
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
    page.close().await
}
