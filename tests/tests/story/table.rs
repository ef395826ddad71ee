//! The table at the desk: people are searched for at the server, a view is saved and is there again, pages come as
//! one scrolls, and what tablets bring in shows by itself.

use bilik_tests::browser::{Browser, Driver, Stuck};
use serde_json::json;

use crate::house::{House, first_sheet, register};

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_searches_and_keeps_a_view() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &driver).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// How many rows the table draws.
const ROWS: &str = "document.querySelectorAll('tr[id^=row-]').length";

async fn rows(page: &Browser, condition: &str) -> Result<(), Stuck> {
    page.until(condition, &format!("return {ROWS} {condition}")).await.map(drop)
}

/// Types into the search of the bar, whose words only a screen reader sees.
async fn search(page: &Browser, text: &str) -> Result<(), Stuck> {
    let type_in = format!(
        "const field = document.querySelector('.find input'); if (!field) return false; \
            field.value = {}; field.dispatchEvent(new Event('input', {{ bubbles: true }})); return true",
        json!(text)
    );
    page.until("the search", &type_in).await.map(drop)
}

async fn tell(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&tablet);
    for person in &people[..3] {
        tablet.act(&sheet, person.entry, register("GAR,KAY")).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();

    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), (1366, 768)).await?;
    house.sit_down(&page, "marlin").await?;
    page.sees("Dasbor registrasi").await?;
    page.script("window.neverReloaded = true; location.hash = 'registrations/all'").await?;
    // A page first, more of it as one scrolls.
    rows(&page, "=== 100").await?;
    page.sees("100 dari 300").await?;
    page.script(
        "const list = document.querySelector('main .scroll'); list.scrollTop = list.scrollHeight; \
        list.dispatchEvent(new Event('scroll'))",
    )
    .await?;
    rows(&page, "=== 200").await?;

    // In another order and another spelling than it is written.
    let name = people[0].name.to_lowercase();
    let mut words: Vec<&str> = name.split(' ').collect();
    words.reverse();
    search(&page, &words.join(" ")).await?;
    rows(&page, "< 20").await?;
    page.sees_in("tr", &people[0].name, "Terdaftar").await?;
    page.press("Pencarian: ").await?;

    // Garment, registered: saved, and there again after a new start.
    page.press("Terdaftar").await?;
    rows(&page, "=== 3").await?;
    page.press("Simpan tampilan").await?;
    page.press_in("form", "Nama tampilan", "Simpan").await?;
    page.sees("Beri nama tampilan").await?;
    page.fill("Nama tampilan", "Baru masuk").await?;
    page.press_in("form", "Nama tampilan", "Simpan").await?;
    page.sees("Baru masuk").await?;
    page.picture("desk-view").await?;
    // Somebody else registers meanwhile.
    tablet.act(&sheet, people[3].entry, register("LAS")).unwrap().unwrap();
    tablet.sync().await.unwrap();
    rows(&page, "=== 4").await?;
    page.sees_in("tr", &people[3].name, "Teknik Las").await?;
    assert_eq!(page.script("return window.neverReloaded").await?, true);

    page.script("location.hash = 'registrations/all'").await?;
    page.reload().await?;
    rows(&page, "=== 100").await?;
    page.press("Baru masuk").await?;
    rows(&page, "=== 4").await?;

    // From one to the next by keys; whoever is verified leaves the queue.
    page.keys("j").await?;
    page.sees("Verifikasi").await?;
    page.keys("v").await?;
    rows(&page, "=== 3").await?;
    page.close().await
}
