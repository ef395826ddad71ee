//! What the desk shows only where something has happened: pairs, a proposal of seats, a list before it is applied, a
//! second factor, quarantine, latecomers. Each is whole and accessible, as every other screen.

use std::path::Path;

use bilik_shared::lifecycle::DecisionState;
use bilik_shared::view::Decide;
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::screens::Inspector;
use rust_xlsxwriter::Workbook;

use crate::house::{House, first_sheet, register};
use crate::pairs::add;
use crate::quarantine::with_one_piece;

const DESK: [(u32, u32); 1] = [(1366, 768)];

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_the_desk_is_whole_and_accessible() {
    let house = busy().await;
    let driver = Driver::start().await.unwrap();
    let mut see = Inspector::new().unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let page = driver.open(profile.path(), DESK[0]).await?;
        house.sit_down(&page, "marlin").await?;
        page.sees("Dasbor registrasi").await?;
        queues(&page, &mut see).await?;
        proposal(&page, &mut see).await?;
        list(&page, &mut see).await?;
        second_factor(&house, &page, &mut see).await?;
        house.stand_up(&page).await?;
        first_password(&house, &page, &mut see).await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    let Inspector { findings, .. } = see;
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

/// A house with a piece in quarantine, two people who may be one, and somebody who waits for a seat.
async fn busy() -> House {
    let house = with_one_piece().await;
    let (mut first, mut second) = (house.tablet("rusdi").await, house.tablet("grace").await);
    let (sheet, people) = first_sheet(&first);
    add(&mut first, &sheet, 0x71, "Yohanis Parera").await;
    add(&mut second, &sheet, 0x72, "Johanes Parera").await;
    first.act(&sheet, people[4].entry, register("GAR")).unwrap().unwrap();
    first.sync().await.unwrap();
    second.sync().await.unwrap();
    let path = format!("/api/v1/desk/entries/{sheet}/{}/decide", people[4].entry);
    let (reason, programme, package) = (String::new(), None, None);
    let verify = Decide { state: DecisionState::Verified, reason, programme, package };
    let reply = house.desk("marlin").await.post(&path, &verify).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    house
}

async fn go(page: &Browser, hash: &str) -> Result<(), Stuck> {
    page.script(&format!("location.hash = '{hash}'")).await.map(drop)
}

async fn queues(page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    go(page, "tablets/quarantine").await?;
    page.sees("Catat hasil tinjauan").await?;
    see.look(page, "desk-quarantine-piece", &DESK).await?;
    page.press("Catat hasil tinjauan").await?;
    see.look(page, "desk-quarantine-word", &DESK).await?;
    go(page, "pairs").await?;
    page.sees("Kemungkinan ganda: ").await?;
    see.look(page, "desk-pairs-case", &DESK).await?;
    for (hash, name) in [("registrations/late", "desk-late"), ("registrations/gone", "desk-gone")] {
        go(page, hash).await?;
        page.until("the page", "return document.querySelector('main h1') !== null").await?;
        see.look(page, name, &DESK).await?;
    }
    Ok(())
}

async fn proposal(page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    go(page, "allocation").await?;
    page.press("Hitung usulan").await?;
    page.sees("Kepala UPT yang menetapkan usulan ini").await?;
    see.look(page, "desk-proposal", &DESK).await
}

async fn list(page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("daftar.xlsx");
    write_list(&file);
    go(page, "roster").await?;
    page.fill("Berkas daftar WBP", &file.display().to_string()).await?;
    page.sees("Orang baru: 1").await?;
    see.look(page, "desk-roster-preview", &DESK).await
}

/// One person who is new, and one line without a name.
fn write_list(file: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["No Reg", "Nama", "Agama", "Blok", "Sel"]).unwrap();
    sheet.write_row(1, 0, ["B I 9301 / 26", "Novita Kelmanutu", "-", "C", "8"]).unwrap();
    sheet.write_row(2, 0, ["B I 9302 / 26", "", "-", "C", "8"]).unwrap();
    book.save(file).unwrap();
}

async fn second_factor(house: &House, page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    go(page, "sessions").await?;
    page.fill("Kata sandi Anda", house.password("marlin")).await?;
    page.press("Siapkan kode dari ponsel").await?;
    page.sees("Pindai gambar ini").await?;
    see.look(page, "desk-second-factor-code", &DESK).await
}

/// Somebody whom the administrator has just added chooses a password of their own.
async fn first_password(house: &House, page: &Browser, see: &mut Inspector) -> Result<(), Stuck> {
    let added =
        serde_json::json!({ "id": "yulia", "name": "Yulia Titaley", "role": "VERIFIKATOR" });
    let reply = house.desk("admin").await.post("/api/v1/desk/users", &added).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    let made: bilik_shared::setup::Made = reply.json().unwrap();
    page.fill("Nama pengguna", "yulia").await?;
    page.fill("Kata sandi", &made.password.unwrap()).await?;
    page.press("Masuk").await?;
    page.sees("Buat kata sandi sendiri").await?;
    see.look(page, "desk-first-password", &DESK).await
}
