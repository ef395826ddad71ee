//! What an administrator agrees on with the partner: points for seats, and the office that signs certificates.

use bilik_tests::browser::{Browser, Driver, Stuck};

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn points_and_the_office_that_signs_are_changed_and_stand_in_the_log() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let page = driver.open(profile.path(), (1366, 768)).await?;
        house.sit_down(&page, "admin").await?;
        points(&page).await?;
        office(&page).await?;
        page.script("location.hash = 'setup/log'").await?;
        page.sees_in("li", "Poin kursi", "PILIHAN_PERTAMA: 7").await?;
        page.sees_in("li", "Kantor mitra", "Tual").await?;
        page.picture("setup-log-policy").await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
}

async fn points(page: &Browser) -> Result<(), Stuck> {
    page.sees("Dasbor registrasi").await?;
    page.script("location.hash = 'setup/policy'").await?;
    page.press_in("tr", "Program itu pilihan pertama", "Ubah").await?;
    page.paste("weight-input", "500").await?;
    page.press("Simpan").await?;
    page.sees("Poin adalah angka 1 sampai 100").await?;
    page.paste("weight-input", "7").await?;
    page.paste("source-input", "Rapat Rutan dan Disnaker 2 Januari").await?;
    page.press("Simpan").await?;
    page.sees_in("tr", "Program itu pilihan pertama", "7").await?;
    page.sees("Rapat Rutan dan Disnaker 2 Januari").await?;
    page.press("Tentukan aturan yang mengikat").await?;
    page.press("Simpan").await?;
    page.sees("Tablet mengetahuinya pada sinkronisasi berikutnya").await?;
    page.picture("setup-policy").await
}

async fn office(page: &Browser) -> Result<(), Stuck> {
    page.script("location.hash = 'setup/office'").await?;
    page.sees("Penanda tangan").await?;
    page.paste("name-input", "Pelatihan Rutan").await?;
    page.press("Simpan").await?;
    page.sees("tidak boleh menunjukkan tempat penahanan").await?;
    page.paste("name-input", "Dinas Tenaga Kerja Kota Tual").await?;
    page.paste("place-input", "Tual").await?;
    page.press("Simpan").await?;
    page.sees("Tablet mengetahuinya pada sinkronisasi berikutnya").await?;
    page.picture("setup-office").await
}
