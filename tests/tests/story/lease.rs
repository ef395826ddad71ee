//! A tablet that nobody brought back into reach: it shows nobody, takes in somebody new, and opens by itself.

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::pages;
use serde_json::{Value, json};

use crate::hands::Hand;
use crate::house::House;

const CLOSED: &str = "Tablet ini harus terhubung ke server sekali";
/// The clock goes on by as many hours as are noted where a new page finds them.
const CLOCK: &str = "const right = Date.now; const noted = localStorage.getItem('hours') ?? 0; \
    Date.now = () => right() + noted * 3600000;";

/// Everybody on the open list whose name no officer shares, and the address of the first one's form.
const PEOPLE: &str = "const people = [...document.querySelectorAll('a.person')]; \
    return { form: people[0].getAttribute('href'), \
        names: people.map(person => person.querySelector('.name b').innerText).filter(name => name.includes(' ')) }";

async fn at_hour(page: &Browser, hours: u32) -> Result<(), Stuck> {
    page.script(&format!("localStorage.setItem('hours', {hours})")).await?;
    pages::reopen(page).await
}

async fn names_nobody(page: &Browser, people: &Value) -> Result<(), Stuck> {
    let shown = page.text().await? + &page.script("return document.title").await?.to_string();
    let names = people["names"].as_array().unwrap().iter().filter_map(Value::as_str);
    let found: Vec<&str> = names.filter(|name| shown.contains(name)).collect();
    assert!(found.is_empty(), "{found:?} in {shown}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_was_away_too_long_shows_nobody_until_the_server_has_answered() {
    let mut house = House::open().await;
    tell(&house).await.unwrap_or_else(|stuck| panic!("{stuck}"));
    at_the_desk(&mut house).await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn tell(house: &House) -> Result<(), Stuck> {
    let hand = Hand::on(house).await?;
    let page = &hand.page;
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": CLOCK })).await?;
    let people = page.script(PEOPLE).await?;
    assert!(people["names"].as_array().unwrap().len() > 10, "{people}");
    let form = people["form"].as_str().unwrap().trim_start_matches('#').to_owned();
    hand.leave_reach().await?;
    at_hour(page, 71).await?;
    page.sees("Tidak ada di daftar?").await?;

    at_hour(page, 73).await?;
    page.sees(CLOSED).await?;
    let list = form.replacen("form/", "walk/", 1);
    let (list, _) = list.rsplit_once('/').unwrap();
    let history = form.replacen("form/", "history/", 1);
    let print = list.replacen("walk/", "print/", 1);
    for address in ["", "sync", list, &form, &history, &print] {
        page.script(&format!("location.hash = '{address}'")).await?;
        page.sees(CLOSED).await?;
        page.drawn().await?;
        names_nobody(page, &people).await?;
    }
    page.picture("tablet-lease").await?;
    page.script("document.querySelector('button[lang=en]').click()").await?;
    page.sees("This tablet must come into reach of the server once").await?;
    page.picture("tablet-lease-en").await?;
    page.script("document.querySelector('button[lang=id]').click()").await?;

    // Its clock is set back to yesterday: that opens nothing.
    at_hour(page, 40).await?;
    page.sees(CLOSED).await?;

    // Somebody new, whom nobody here is compared with; after them nobody is named who would be next.
    page.follow("Blok A").await?;
    for (label, text) in [
        ("Nama lengkap", people["names"][0].as_str().unwrap()),
        ("Nomor registrasi", "A.III 9104/2026"),
        ("Kamar", "3"),
        ("Hari", "5"),
        ("Bulan", "10"),
        ("Tahun", "1990"),
    ] {
        page.fill(label, text).await?;
    }
    page.choose("Jenis kelamin", "Perempuan").await?;
    page.choose("Status hukum", "Tahanan").await?;
    page.press("Lanjut").await?;
    pages::answer(page, &["Garmen"]).await?;
    pages::agree(page).await?;
    page.sees("Tersimpan di tablet").await?;
    page.picture("tablet-lease-saved").await?;
    page.script(&format!("location.hash = '{list}'")).await?;
    page.sees(CLOSED).await?;
    page.sees("1 pendaftaran di tablet ini belum terkirim").await?;

    // One answer, and everything is as before.
    hand.come_back().await?;
    page.sees("Tidak ada di daftar?").await?;
    page.script("location.hash = 'sync'").await?;
    page.sees("data sudah diterima server").await?;
    hand.leave_reach().await?;
    // It is read for as long again.
    at_hour(page, 110).await?;
    page.sees("data sudah diterima server").await
}

/// Three days later the desk shows which tablet shows nobody any more.
async fn at_the_desk(house: &mut House) -> Result<(), Stuck> {
    let address = house.address();
    house.stop().await;
    let earlier = "UPDATE devices SET last_contact = last_contact - 80 * 3600000";
    house.database().execute(earlier, ()).unwrap();
    house.start_at(address).await;
    let (driver, profile) = (Driver::start().await?, tempfile::tempdir().unwrap());
    let page = driver.open(profile.path(), (1366, 768)).await?;
    house.sit_down_at(&page, "marlin", "#tablets").await?;
    page.sees("Masa baca habis").await?;
    page.picture("desk-tablet-lease").await
}
