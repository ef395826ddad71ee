//! Somebody left a session open at another screen, and ends it from where they are.

use bilik_tests::browser::{Driver, Stuck};
use bilik_tests::screens::Inspector;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_left_open_elsewhere_is_ended_from_here() {
    let house = House::open().await;
    let mut elsewhere = house.desk("marlin").await;
    let driver = Driver::start().await.unwrap();
    tell(&house, &driver).await.unwrap_or_else(|stuck| panic!("{stuck}"));
    let reply = elsewhere.get("/api/v1/me").await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "no_session"));
}

async fn tell(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), (1366, 768)).await?;
    house.sit_down(&page, "marlin").await?;
    page.follow("Sesi saya").await?;
    page.sees_in("tr", "Chrome", "Sesi ini").await?;
    page.sees_in("tr", "Tidak dikenal", "Akhiri").await?;
    page.picture("desk-sessions").await?;
    page.press("Akhiri").await?;
    let alone = "return document.querySelectorAll('tbody tr').length === 1";
    page.until("one session", alone).await?;
    page.sees("Sesi ini").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_was_left_open_enrols_no_tablet_without_the_password() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let mut see = Inspector::new().unwrap();
    left_open(&house, &driver, &mut see).await.unwrap_or_else(|stuck| panic!("{stuck}"));
    assert!(see.findings.is_empty(), "{}", see.findings.join("\n"));
}

async fn left_open(house: &House, driver: &Driver, see: &mut Inspector) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), (1366, 768)).await?;
    house.sit_down_at(&page, "marlin", "#enrol").await?;
    page.sees("Buat kode").await?;
    let codes = || -> u32 {
        let sql = "SELECT count(*) FROM enrolments";
        house.database().query_row(sql, (), |row| row.get(0)).unwrap()
    };
    let before = codes();
    let an_hour = "UPDATE sessions SET confirmed_at = confirmed_at - 3600000";
    house.database().execute(an_hour, ()).unwrap();
    page.press("Buat kode").await?;
    page.sees("Ketik kata sandi sekali lagi").await?;
    see.look(&page, "desk-sure", &[(1366, 768), (800, 1280)]).await?;
    // Somebody else gets no further.
    page.fill("Kata sandi", "bukan kata sandinya").await?;
    page.press("Lanjutkan").await?;
    page.sees("Nama pengguna atau kata sandi salah").await?;
    page.press("Batal").await?;
    page.sees("Belum dilakukan: kata sandi belum diketik lagi").await?;
    assert_eq!(codes(), before);
    // Whoever it is goes on where they were, and is not asked again the next time.
    page.press("Buat kode").await?;
    page.sees("Ketik kata sandi sekali lagi").await?;
    page.fill("Kata sandi", house.password("marlin")).await?;
    page.press("Lanjutkan").await?;
    page.sees("Kode sekali pakai").await?;
    page.press("Buat kode baru").await?;
    let done = "return document.querySelector('dialog') === null";
    page.until("no question", done).await?;
    page.close().await
}
