//! An officer opens somebody's page out of reach; the privacy officer finds it in the log of access.

use std::time::Duration;

use bilik_tests::browser::{Driver, Stuck};
use bilik_tests::pages;
use serde_json::{Value, json};

use crate::hands::Hand;
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn whose_page_an_officer_opened_out_of_reach_stands_in_the_log_of_access() {
    let house = House::open().await;
    tell(&house).await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// The lines about what was opened on tablets.
async fn lines(house: &House) -> Vec<Value> {
    let found = house.desk("pdp").await.post("/api/v1/desk/privacy/access", &json!({})).await;
    let found: Value = serde_json::from_slice(&found.body).unwrap();
    let reads = found["reads"].as_array().cloned().unwrap_or_default();
    reads.into_iter().filter(|line| !line["on"].is_null()).collect()
}

async fn tell(house: &House) -> Result<(), Stuck> {
    let hand = Hand::on(house).await?;
    let page = &hand.page;
    let name = page.script("return document.querySelector('a.person .name b').innerText").await?;
    let name = name.as_str().unwrap_or_default().to_owned();
    hand.leave_reach().await?;
    hand.first_person().await?;
    let form = page.script("return location.hash").await?;
    let entry = form.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    // Left and opened again: one reading. What is noted is on the disk.
    page.script("location.hash = ''").await?;
    page.sees("Blok A").await?;
    page.script(&format!("location.hash = {form}")).await?;
    page.sees("Minat pelatihan").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    pages::reopen(page).await?;
    page.sees("Minat pelatihan").await?;
    assert_eq!(lines(house).await, Vec::<Value>::new(), "nobody knows yet");

    hand.come_back().await?;
    page.script("location.hash = 'sync'").await?;
    let mut found = Vec::new();
    for _ in 0..100 {
        found = lines(house).await;
        if !found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["entry"], &found[0]["user"]), (&json!(entry), &json!("siti")));

    let (driver, profile) = (Driver::start().await?, tempfile::tempdir().unwrap());
    let desk = driver.open(profile.path(), (1366, 768)).await?;
    house.sit_down(&desk, "pdp").await?;
    desk.follow("Log akses").await?;
    desk.sees_in("tr", "di tablet T01", "Siti Aminah Tuasikal").await?;
    desk.sees_in("tr", "di tablet T01", "Melihat pendaftaran").await?;
    assert!(!desk.text().await?.contains(&name), "the log names nobody");
    desk.picture("desk-privacy-access-tablet").await
}
