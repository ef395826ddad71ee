//! What an officer does on the pages of the tablet's app, in the words that stand there.

use crate::browser::{Browser, Stuck};

/// The tablet is enrolled; the officer takes it, and waits until it can start without network.
pub async fn take(page: &Browser, officer: &str) -> Result<(), Stuck> {
    page.sees("terdaftar").await?;
    page.press("Mulai").await?;
    hand_over(page, officer).await?;
    page.sees("Lembar untuk").await?;
    page.sees("Blok").await?;
    let ready = "return navigator.serviceWorker.getRegistration()\
        .then(registration => registration?.active?.state === 'activated')";
    page.until("the service worker", ready).await.map(drop)
}

/// The PIN of every officer.
pub const PIN: &str = "481516";

/// An officer takes the tablet where it asks who works with it; the page behind comes back.
pub async fn hand_over(page: &Browser, officer: &str) -> Result<(), Stuck> {
    page.press(officer).await?;
    let asks = "const text = document.querySelector('.pin')?.innerText ?? ''; \
        return text.includes('Buat PIN 6 angka') ? 'new' : text.includes('Masukkan PIN 6 angka') ? 'known' : null";
    let is_new = page.until("the PIN", asks).await? == "new";
    type_pin(page, PIN).await?;
    if is_new {
        page.sees("Ketik PIN itu sekali lagi").await?;
        type_pin(page, PIN).await?;
    }
    is_open(page).await
}

/// Types a PIN where the tablet asks for one.
pub async fn type_pin(page: &Browser, pin: &str) -> Result<(), Stuck> {
    let ready = "return document.activeElement?.id === 'pin-input' \
        && document.activeElement.value === '' \
        && document.querySelector('.pin')?.getAttribute('aria-busy') === 'false'";
    page.until("the field for the PIN", ready).await?;
    page.keys(pin).await
}

/// Waits until the tablet is open.
pub async fn is_open(page: &Browser) -> Result<(), Stuck> {
    page.until("the open tablet", "return document.querySelector('.unlock') === null")
        .await
        .map(drop)
}

/// Answers everything about the person whose form is open, and comes to the statement.
pub async fn answer(page: &Browser, choices: &[&str]) -> Result<(), Stuck> {
    page.sees("Minat pelatihan").await?;
    for choice in choices {
        page.press(choice).await?;
    }
    page.choose("Pendidikan terakhir", "SMP").await?;
    page.choose("NIK", "Belum memiliki NIK").await
}

/// From the answered form over the statement to what is saved.
pub async fn agree(page: &Browser) -> Result<(), Stuck> {
    page.press("Lanjut ke pernyataan").await?;
    let next = "const text = document.body.innerText; \
        return text.includes('Cara menyatakan kesediaan') ? 'statement' \
        : text.includes('Sudah benar, simpan begini') ? 'warnings' : null";
    if page.until("the statement", next).await? == "warnings" {
        page.press("Sudah benar, simpan begini").await?;
    }
    page.choose("Cara menyatakan kesediaan", "Lisan dengan saksi").await?;
    page.fill("Nama saksi", "Yohanis Pelupessy").await?;
    page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
    page.press("Saya bersedia").await
}

/// Opens the page for somebody who is not on the list, and fills it in; nothing is saved yet.
pub async fn name_somebody(page: &Browser, name: &str, number: &str) -> Result<(), Stuck> {
    page.follow("Tambah orang").await?;
    page.fill("Nama lengkap", name).await?;
    page.fill("Nomor registrasi", number).await?;
    page.fill("Kamar", "3").await?;
    page.fill("Hari", "5").await?;
    page.fill("Bulan", "10").await?;
    page.fill("Tahun", "1990").await?;
    page.choose("Jenis kelamin", "Perempuan").await?;
    page.choose("Status hukum", "Tahanan").await
}
