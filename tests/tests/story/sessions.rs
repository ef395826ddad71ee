//! Somebody left a session open at another screen, and ends it from where they are.

use bilik_tests::browser::{Driver, Stuck};

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
