//! A supervisor shows an identity number; the privacy officer finds who, why and whose, and a request that is overdue.

use bilik_shared::command::What;
use bilik_shared::registration::{Answers, NikStatus};
use bilik_tests::browser::{Browser, Driver, Stuck};
use serde_json::json;

use crate::house::{House, answers, first_sheet};

const NIK: &str = "8171020510909001";
const HOUR: i64 = 3_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_shown_is_found_in_the_log_and_a_request_becomes_overdue() {
    let house = House::open().await;
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&tablet);
    let (entry, name) = (people[0].entry, people[0].name.clone());
    let given = Answers { nik_status: Some(NikStatus::Present), nik: NIK.into(), ..answers("GAR") };
    let act =
        |confirmed| What::Register { person: None, answers: Box::new(given.clone()), confirmed };
    let warned = tablet.act(&sheet, entry, act(Vec::new())).unwrap();
    if let Err(bilik_shared::command::Refused::Warnings(warnings)) = warned {
        tablet.act(&sheet, entry, act(warnings)).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    let number = house.desk("marlin").await.detail(&sheet, entry).await.row.number;
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &driver, &name, &number).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn tell(house: &House, driver: &Driver, name: &str, number: &str) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), (1366, 768)).await?;
    house.sit_down(&page, "marlin").await?;
    page.script("location.hash = 'registrations'").await?;
    let opened = "const row = document.querySelector('tbody tr'); \
        (row?.querySelector('button, a') ?? row)?.click(); return row !== null";
    page.until("a registration", opened).await?;
    page.sees_in("aside", name, "NIK").await?;
    page.sees("8171••••••••9001").await?;
    page.press("Tampilkan NIK").await?;
    page.press("Catat dan tampilkan").await?;
    page.sees("Tulis dulu alasannya").await?;
    page.picture("desk-nik-reason").await?;
    page.fill("Untuk apa NIK diperlukan?", "dicocokkan dengan KTP").await?;
    page.press("Catat dan tampilkan").await?;
    page.sees(NIK).await?;
    page.sees("Sudah dicatat di log akses").await?;
    page.picture("desk-nik-shown").await?;

    // The person has told the supervisor that they withdraw.
    page.press("Mengundurkan diri").await?;
    page.fill("Bagaimana ia menyampaikannya?", "kepada Marlin di blok").await?;
    page.press("Catat pengunduran diri").await?;
    page.sees_in("aside", name, "kepada Marlin di blok").await?;
    page.picture("desk-withdrawn").await?;
    page.script("location.hash = 'registrations/late'").await?;
    page.sees("Terlambat masuk").await?;
    page.script("location.hash = 'dashboard'").await?;
    page.sees("Yang belum diketahui di sini").await?;
    page.picture("desk-dashboard-not-known").await?;

    // Somebody asked for a copy of their data four days ago, on paper.
    let received_at = house.desk("pdp").await.overview().await.as_of.0 - 100 * HOUR;
    let case = json!({ "number": number, "case": {
        "register": "request", "kind": "AKSES", "subject": "salinan data",
        "received_at": received_at,
    } });
    let reply = house.desk("pdp").await.post("/api/v1/desk/privacy/cases", &case).await;
    assert_eq!(reply.status, 200, "{}", reply.code());

    house.stand_up(&page).await?;
    house.sit_down(&page, "pdp").await?;
    page.follow("Log akses").await?;
    page.sees_in("tr", "dicocokkan dengan KTP", number).await?;
    page.fill("Nomor pendaftaran", number).await?;
    page.press("Cari di log").await?;
    page.sees_in("tr", "dicocokkan dengan KTP", "Menampilkan NIK").await?;
    assert!(!page.text().await?.contains(name), "the log names nobody");
    page.picture("desk-privacy-access-found").await?;

    page.follow("Permohonan subjek data").await?;
    page.sees_in("li", number, "Lewat batas waktu").await?;
    page.press("Tutup kasus").await?;
    page.fill("Apa yang dilakukan?", "salinan diserahkan").await?;
    page.press("Simpan").await?;
    page.sees_in("li", number, "Terlambat").await?;
    page.sees_in("li", number, "salinan diserahkan").await?;

    erase(house, &page, number).await?;
    page.follow("Insiden data").await?;
    page.press("Laporkan insiden data").await?;
    page.fill("Apa yang terjadi?", "Tablet T02 tidak kembali").await?;
    page.press("Simpan").await?;
    page.sees_in("li", "Tablet T02 tidak kembali", "Berjalan").await?;
    page.close().await
}

/// The same person wants their data gone: what goes and what stays is said before it is done.
async fn erase(house: &House, page: &Browser, number: &str) -> Result<(), Stuck> {
    let received_at = house.desk("pdp").await.overview().await.as_of.0;
    let case = json!({ "number": number, "case": {
        "register": "request", "kind": "PENGHAPUSAN", "subject": "hapus data saya",
        "received_at": received_at,
    } });
    let reply = house.desk("pdp").await.post("/api/v1/desk/privacy/cases", &case).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    house.forgive();
    page.reload().await?;
    page.sees("hapus data saya").await?;
    page.press("Hapus data orang ini").await?;
    page.sees("sertifikat yang sudah diberikan").await?;
    page.press("Simpan").await?;
    page.sees("Tuliskan dengan singkat apa yang dilakukan").await?;
    page.fill("Mengapa dikabulkan?", "ia sudah bebas").await?;
    page.picture("desk-privacy-erase").await?;
    page.press("Simpan").await?;
    page.sees_in("li", "hapus data saya", "Data dihapus: 1 pendaftaran").await?;
    page.sees_in("li", number, "Dipenuhi").await
}
