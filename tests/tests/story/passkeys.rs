//! A supervisor adds a passkey at the desk and signs in with one press; at an address in numbers only the paper is
//! left.

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::screens::Inspector;

use crate::house::House;

const DESK: [(u32, u32); 1] = [(1366, 768)];

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_adds_a_passkey_and_signs_in_with_one_press() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let mut see = Inspector::new().unwrap();
    let told = async {
        let page = driver.open(profile.path(), DESK[0]).await?;
        page.plug_in_a_key().await?;
        house.sit_down(&page, "marlin").await?;
        page.follow("Sesi saya").await?;
        page.press("Tambah kunci sandi").await?;
        page.sees("Beri nama dahulu").await?;
        see.look(&page, "desk-passkey-none", &DESK).await?;
        page.fill("Nama kunci baru", "Kunci di meja 2").await?;
        page.press("Tambah kunci sandi").await?;
        page.sees("Tulis kode ini di kertas").await?;
        let paper = page.script("return document.querySelector('.codes code').innerText").await?;
        page.press("Sudah saya tulis").await?;
        page.sees("Sisa kode di kertas: 8").await?;
        page.sees("Kunci di meja 2").await?;
        see.look(&page, "desk-passkeys", &DESK).await?;

        house.stand_up(&page).await?;
        show_password(&house, &page).await?;
        page.sees("Pakai juga kunci sandi Anda").await?;
        see.look(&page, "desk-sign-in-passkey", &DESK).await?;
        page.press("Pakai kunci sandi").await?;
        page.sees("Kasubsi Pelayanan Tahanan").await?;
        // The same key is not added twice.
        page.follow("Sesi saya").await?;
        page.fill("Nama kunci baru", "Kunci yang sama").await?;
        page.press("Tambah kunci sandi").await?;
        page.sees("Kunci sandi tidak menjawab").await?;
        house.stand_up(&page).await?;

        page.go(&format!("http://{}/desk/", house.address())).await?;
        show_password(&house, &page).await?;
        page.sees("Kunci sandi Anda tidak berlaku di alamat ini").await?;
        page.picture("desk-sign-in-paper").await?;
        page.fill("Kode dari kertas", paper.as_str().unwrap_or_default()).await?;
        page.press("Masuk").await?;
        page.sees("Kasubsi Pelayanan Tahanan").await?;
        page.follow("Sesi saya").await?;
        page.sees("bukan dengan alamat angka").await?;
        page.picture("desk-passkey-not-here").await?;
        page.press_in("tr", "Kunci di meja 2", "Hapus").await?;
        page.sees("Selain kata sandi, Bilik bisa meminta langkah kedua").await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
    let Inspector { findings, .. } = see;
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

async fn show_password(house: &House, page: &Browser) -> Result<(), Stuck> {
    page.sees("Registrasi Peserta BLK").await?;
    page.fill("Nama pengguna", "marlin").await?;
    page.fill("Kata sandi", house.password("marlin")).await?;
    page.press("Masuk").await
}
