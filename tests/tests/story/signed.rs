//! The browser signs what it hands in, shows the digits that people compare, and believes no other server.

use bilik_server::key::Key;
use bilik_server::store::{Store, meta};
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::pages;

use crate::house::House;

const TABLET: (u32, u32) = (1280, 800);

/// Alters what the page hears when it asks to be enrolled.
const BETWEEN: &str = "
    const honest = window.fetch;
    window.fetch = async (url, init) => {
        const answer = await honest(url, init);
        if (!String(url).endsWith('/enrol')) return answer;
        const told = await answer.json();
        told.server_key = '07'.repeat(32);
        return new Response(JSON.stringify(told), { status: 200 });
    };
";

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_signs_and_an_answer_that_its_server_has_not_signed_is_no_receipt() {
    let mut house = House::open().await;
    let (driver, profile) = (Driver::start().await.unwrap(), tempfile::tempdir().unwrap());
    let page = driver.open(profile.path(), TABLET).await.unwrap();
    let told = tell(&mut house, &page).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn tell(house: &mut House, page: &Browser) -> Result<(), Stuck> {
    let code = house.desk("marlin").await.enrolment().await.code;
    let address = house.address();
    let tablet = format!("http://localhost:{}/tablet/", address.port());

    // Somebody who stands between puts a key of their own into the server's answer.
    page.go(&tablet).await?;
    page.script(BETWEEN).await?;
    page.until("the form", "return document.querySelector('#code-input') !== null").await?;
    page.fill("Kode pendaftaran tablet", &code).await?;
    page.press("Daftarkan tablet").await?;
    page.sees("bukan dari server yang membuat kode ini").await?;
    page.picture("signed-false-enrolment").await?;

    let code = house.desk("marlin").await.enrolment().await.code;
    page.go("about:blank").await?;
    page.go(&format!("{tablet}#enrol={code}")).await?;
    let digits = page.until("the digits", "return document.querySelector('.code')?.innerText");
    let digits = digits.await?.as_str().unwrap_or_default().replace(' ', "");
    page.picture("signed-digits").await?;
    let desk = house.desk("marlin").await.overview().await.devices;
    let row = desk.iter().rev().find(|row| row.compare.is_some()).unwrap();
    assert_eq!((row.compare.as_deref(), row.signs), (Some(digits.as_str()), true));
    assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");

    pages::take(page, "Siti Aminah Tuasikal").await?;
    register(page, "Laode Satu", "A.III 9101/2026").await?;
    page.sees("Diterima server").await?;
    let (count, last) = batches(house);
    assert!(count > 0 && count == last, "{count} batches, the last is {last}");

    // Another server in its place, that has everything but the key.
    house.stop().await;
    let store = Store::open(house.folder(), &Key::for_tests()).unwrap();
    let db = store.connect_writer().unwrap();
    let own = meta::get(&db, meta::SIGNING_SEED).unwrap().unwrap();
    meta::set(&db, meta::SIGNING_SEED, &"07".repeat(32)).unwrap();
    house.start_at(address).await;
    register(page, "Laode Dua", "A.III 9102/2026").await?;
    page.sees("Tersimpan di tablet").await?;
    page.script("location.hash = 'sync'").await?;
    page.sees("Jawaban ini tidak bertanda tangan server").await?;
    let received = page.script("return document.querySelector('.three b').innerText").await?;
    assert_eq!(received, "1", "what is saved here only stays that");
    page.picture("signed-false-server").await?;

    // The true one again: what it answers now counts, and it has one history.
    house.stop().await;
    meta::set(&db, meta::SIGNING_SEED, &own).unwrap();
    drop((db, store));
    house.start_at(address).await;
    page.press("Sinkronkan").await?;
    page.sees("sudah diterima server pukul").await?;
    let suspended = house.desk("marlin").await.overview().await.devices;
    assert!(suspended.iter().all(|row| row.suspended_at.is_none()), "{suspended:?}");
    let (count, last) = batches(house);
    assert_eq!(count, last);
    Ok(())
}

/// How many batches there are, and the number of the last one.
fn batches(house: &House) -> (i64, i64) {
    let sql = "SELECT count(*), coalesce(max(seq), 0) FROM batches WHERE fork = 0";
    house.database().query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

async fn register(page: &Browser, name: &str, number: &str) -> Result<(), Stuck> {
    page.script("location.hash = ''").await?;
    page.follow("Blok A").await?;
    pages::name_somebody(page, name, number).await?;
    page.press("Lanjut").await?;
    pages::answer(page, &["Garmen"]).await?;
    pages::agree(page).await
}
