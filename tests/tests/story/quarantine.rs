//! What could not be taken in is looked at and settled at the desk, and stays kept as it came.

use std::path::Path;

use bilik_shared::lifecycle::State;
use bilik_shared::replica::Sync;
use bilik_shared::setup::TabletChange;
use bilik_shared::view::quarantine::{SetAside, Settle};
use bilik_tests::browser::{Browser, Driver, Stuck};
use serde_json::json;

use crate::house::{House, first_sheet, register, row};
use crate::refused::with_a_copy;

pub async fn with_one_piece() -> House {
    let house = House::open().await;
    with_a_copy(&house).await;
    assert_eq!(house.quarantine().len(), 1);
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_in_quarantine_is_settled_with_a_word_and_stays_kept() {
    let house = with_one_piece().await;
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &driver).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    // Nothing of it was removed.
    assert_eq!(house.quarantine().len(), 1);
}

async fn tell(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = look_into(house, driver, profile.path()).await?;
    page.sees_in("li", "Tablet", "atas nama tablet lain").await?;
    page.picture("desk-quarantine").await?;
    page.press("Catat hasil tinjauan").await?;
    page.press("Simpan hasil").await?;
    page.sees("Tuliskan dengan singkat apa hasilnya").await?;
    page.fill("Apa hasilnya?", "petugas sudah ditanya, tablet lama").await?;
    page.press("Simpan hasil").await?;
    page.sees("petugas sudah ditanya, tablet lama").await?;
    page.sees("Sudah ditinjau").await?;
    nobody_waits(&page).await?;
    page.picture("desk-quarantine-settled").await?;
    page.close().await
}

/// A supervisor at a desk, who has opened the quarantine.
async fn look_into(house: &House, driver: &Driver, profile: &Path) -> Result<Browser, Stuck> {
    let page = driver.open(profile, (1366, 768)).await?;
    house.sit_down(&page, "marlin").await?;
    page.follow("Karantina").await?;
    Ok(page)
}

/// The count beside the queue follows the word by itself.
async fn nobody_waits(page: &Browser) -> Result<(), Stuck> {
    let count = "const link = [...document.querySelectorAll('.queues a')]
        .find(link => link.innerText.includes('Karantina'));
        return link?.innerText.trim().endsWith('0')";
    page.until("an empty quarantine", count).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_is_let_in_by_hand_and_both_tablets_go_on_from_it() {
    let house = House::open().await;
    let (mut siti, mut clone) = with_a_copy(&house).await;
    let (sheet, people) = first_sheet(&siti);
    let (entry, name) = (people[1].entry, people[1].name.clone());
    assert_eq!(clone.replica().refused().len(), 1);
    let driver = Driver::start().await.unwrap();
    let told = let_in(&house, &driver, &name).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    // It stays in quarantine as it came, and is in the sheet.
    assert_eq!(house.quarantine().len(), 1);
    for tablet in [&mut clone, &mut siti] {
        tablet.sync().await.unwrap();
        assert!(tablet.replica().refused().is_empty(), "nobody has to do it again");
        assert_eq!(row(tablet, &sheet, entry).sync, Sync::Received);
        assert_eq!(row(tablet, &sheet, entry).state, State::Registered);
    }
}

async fn let_in(house: &House, driver: &Driver, name: &str) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = look_into(house, driver, profile.path()).await?;
    page.press("Lihat isi").await?;
    page.sees("Menurut perubahan ini: ditulis oleh").await?;
    page.sees(name).await?;
    page.sees_in("div", "Pilihan program", "Teknik Las").await?;
    page.sees("Nomor pendaftaran").await?;
    page.picture("desk-quarantine-inside").await?;
    page.press("Terima ke lembar").await?;
    page.press("Terima perubahan").await?;
    page.sees("Tuliskan dengan singkat").await?;
    page.fill("Mengapa diterima?", "petugas membenarkan, tablet dipakai bergantian").await?;
    page.press("Terima perubahan").await?;
    page.sees("petugas membenarkan, tablet dipakai bergantian").await?;
    page.sees("Diterima oleh petugas").await?;
    nobody_waits(&page).await?;
    page.picture("desk-quarantine-let-in").await?;
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revoked_tablet_hands_in_late_is_let_in_with_one_word() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    for person in &people[..2] {
        siti.act(&sheet, person.entry, register("GAR")).unwrap().unwrap();
    }
    let revoke = TabletChange::Revoke { word: "tablet tidak kembali".into() };
    let mut admin = house.desk("admin").await;
    assert_eq!(admin.post("/api/v1/desk/devices/T01", &revoke).await.status, 200);
    siti.sync().await.unwrap();
    assert_eq!(house.quarantine().len(), 2);
    let driver = Driver::start().await.unwrap();
    let told = let_all_in(&house, &driver, [&people[0].name, &people[1].name]).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    assert_eq!(house.quarantine().len(), 2, "they stay kept as they came");
}

async fn let_all_in(house: &House, driver: &Driver, names: [&str; 2]) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = look_into(house, driver, profile.path()).await?;
    page.press("Terima semua yang datang belakangan dari T01").await?;
    page.picture("desk-quarantine-late").await?;
    page.press("Terima semuanya").await?;
    page.sees("Tuliskan dengan singkat").await?;
    page.fill("Mengapa semuanya diterima?", "tablet sudah kembali, petugas membenarkan").await?;
    page.press("Terima semuanya").await?;
    page.sees("Diterima oleh petugas").await?;
    nobody_waits(&page).await?;
    page.picture("desk-quarantine-late-let-in").await?;
    page.follow("Menunggu verifikasi").await?;
    for name in names {
        page.sees_in("tr", name, "A").await?;
    }
    page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_word_about_a_piece_stands() {
    let house = with_one_piece().await;
    let mut desk = house.desk("marlin").await;
    let pieces: SetAside = desk.get("/api/v1/desk/quarantine").await.json().unwrap();
    let id = pieces.pieces[0].id;
    assert!(pieces.pieces[0].waits() && pieces.more == 0);
    let at = format!("/api/v1/desk/quarantine/{id}");
    for (path, note, status, code) in [
        (at.as_str(), "  ", 422, "note_missing"),
        (at.as_str(), &"x".repeat(501), 422, "note_missing"),
        ("/api/v1/desk/quarantine/9999", "ada", 404, "piece_unknown"),
        ("/api/v1/desk/quarantine/x", "ada", 404, "piece_unknown"),
    ] {
        let reply = desk.post(path, &Settle { note: note.to_owned() }).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code));
    }
    let reply = desk.post(&at, &json!({})).await;
    assert!(reply.status.is_client_error(), "{}", reply.status);
    for note in ["satu", "dua"] {
        let reply = desk.post(&at, &Settle { note: note.to_owned() }).await;
        let settled = reply.json::<SetAside>().unwrap().pieces.remove(0).settled.unwrap();
        assert_eq!(settled.note, "satu");
    }
    assert_eq!(desk.overview().await.devices.iter().map(|d| d.quarantined).sum::<u32>(), 0);
}
