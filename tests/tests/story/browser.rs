//! The main job in a real browser: two tablets with a profile each, and a desk.
//!
//! The apps are those that the server carries; `cargo xtask test` builds them first.

use std::path::Path;

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::cutter::Cutter;
use bilik_tests::pages;
use bilik_tests::wire::Who;
use serde_json::Value;

use crate::house::House;

/// Lists and forms are what a person at a landscape tablet sees.
const TABLET: (u32, u32) = (1280, 800);
const DESK: (u32, u32) = (1440, 900);

/// A tablet in a browser, with a network of its own that can be pulled.
struct BrowserTablet {
    page: Browser,
    network: Cutter,
    _profile: tempfile::TempDir,
}

impl BrowserTablet {
    async fn new(driver: &Driver, house: &House) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), TABLET).await.unwrap();
        let network = Cutter::start(house.address()).await.unwrap();
        Self { page, network, _profile: profile }
    }

    fn url(&self, rest: &str) -> String {
        format!("http://localhost:{}/tablet/{rest}", self.network.address.port())
    }

    async fn leave_reach(&self) -> Result<(), Stuck> {
        self.network.pull_the_plug();
        self.page.set_offline(true).await
    }

    async fn come_back(&self) -> Result<(), Stuck> {
        self.network.plug_in();
        self.page.set_offline(false).await
    }

    /// Opens the person with this name from the list of their block.
    async fn open_person(&self, name: &str) -> Result<(), Stuck> {
        self.page.follow(name).await?;
        self.page.sees("Minat pelatihan").await
    }

    /// Answers everything and has it saved.
    async fn register(&self, choices: &[&str]) -> Result<(), Stuck> {
        pages::answer(&self.page, choices).await?;
        pages::agree(&self.page).await?;
        self.page.sees("Tersimpan di tablet").await
    }

    /// Back to the list of the block.
    async fn list(&self) -> Result<(), Stuck> {
        self.page.follow("Daftar Blok A").await?;
        self.page.sees("Cari nama atau nomor registrasi").await
    }
}

/// The names of the people on the list, from the top.
async fn names(page: &Browser) -> Result<Vec<String>, Stuck> {
    let script = "const names = [...document.querySelectorAll('a.person .name b')]; \
        return names.length ? names.map(name => name.innerText) : null";
    let value = page.until("the list of people", script).await?;
    let names = value.as_array().cloned().unwrap_or_default();
    Ok(names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_on_two_tablets_and_a_desk() {
    let house = House::open().await;
    let apps = house.client().get("/tablet/", Who::Nobody).await.unwrap();
    assert_eq!(apps.status, 200, "the server carries no apps: run `cargo xtask test`");
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &driver).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn tell(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let desk = open_desk(house, driver, profile.path()).await?;
    let siti = BrowserTablet::new(driver, house).await;
    let rusdi = BrowserTablet::new(driver, house).await;

    // One tablet is enrolled by the link that the desk's picture holds, the other by typing the code.
    let code = make_code(&desk).await?;
    desk.picture("desk-enrol").await?;
    siti.page.go(&siti.url(&format!("#enrol={code}"))).await?;
    pages::take(&siti.page, "Siti Aminah Tuasikal").await?;
    let code = make_code(&desk).await?;
    rusdi.page.go(&rusdi.url("")).await?;
    rusdi.page.fill("Kode pendaftaran tablet", &code).await?;
    rusdi.page.press("Daftarkan tablet").await?;
    pages::take(&rusdi.page, "Rusdi Marasabessy").await?;
    siti.page.picture("tablet-sheets").await?;

    // The supervisor looks at the table meanwhile, and never loads it again.
    desk.script("window.neverReloaded = true; location.hash = 'registrations/all'").await?;

    // Both tablets go out of reach and start again from what they hold.
    for (tablet, officer) in [(&siti, "Siti Aminah Tuasikal"), (&rusdi, "Rusdi Marasabessy")] {
        tablet.leave_reach().await?;
        tablet.page.reload().await?;
        pages::hand_over(&tablet.page, officer).await?;
        tablet.page.follow("Blok A").await?;
    }
    let people = names(&siti.page).await?;
    assert_eq!(people, names(&rusdi.page).await?);
    let (both, other) = (&people[0], &people[1]);

    siti.open_person(both).await?;
    pages::answer(&siti.page, &["Garmen", "Teknik Otomotif"]).await?;
    siti.page.picture("tablet-form").await?;
    pages::agree(&siti.page).await?;
    siti.page.sees("Tersimpan di tablet").await?;
    siti.page.picture("tablet-saved").await?;
    siti.list().await?;
    corrections(&siti, &people[2]).await?;
    add_somebody(&siti).await?;

    rusdi.open_person(both).await?;
    rusdi.register(&["Garmen", "Pertukangan Kayu"]).await?;
    rusdi.list().await?;
    rusdi.open_person(other).await?;
    rusdi.register(&["Teknik Las"]).await?;

    // The network comes back, and nobody taps anything.
    siti.come_back().await?;
    siti.page.sees("Diterima server").await?;
    rusdi.come_back().await?;
    rusdi.page.sees("Diterima server").await?;
    for tablet in [&siti, &rusdi] {
        tablet.list().await?;
        tablet.page.sees_in("a", both, "Perlu ditinjau").await?;
        tablet.page.sees_in("a", other, "Diterima server").await?;
        tablet.page.sees_in("a", "Wa Ode Sari", "Diterima server").await?;
    }
    siti.page.picture("tablet-walk").await?;

    // The desk has all of it already.
    desk.sees_in("tr", both, "Jawaban berbeda").await?;
    desk.sees_in("tr", other, "Teknik Las").await?;
    desk.sees_in("tr", "Wa Ode Sari", "Tata Boga").await?;
    desk.picture("desk-registrations").await?;
    desk.script("location.hash = 'dashboard'").await?;
    desk.sees("Dasbor registrasi").await?;
    desk.picture("desk-dashboard").await?;

    // Both answers, with officer and tablet; one of them is chosen.
    desk.script("location.hash = 'conflicts'").await?;
    for (tablet, officer) in [("T01", "Siti Aminah Tuasikal"), ("T02", "Rusdi Marasabessy")] {
        desk.sees_in("article", tablet, officer).await?;
    }
    desk.picture("desk-conflict").await?;
    desk.press_in("article", "Pertukangan Kayu", "Pakai yang ini").await?;
    desk.sees("yang dipakai").await?;
    for tablet in [&siti, &rusdi] {
        tablet.page.sees_in("a", both, "Diterima server").await?;
        tablet.open_person(both).await?;
        tablet.page.sees_in("li", "2", "Pertukangan Kayu").await?;
    }
    assert_eq!(desk.script("return window.neverReloaded").await?, Value::Bool(true));

    for page in [siti.page, rusdi.page, desk] {
        page.close().await?;
    }
    Ok(())
}

/// A slip is taken back, a registration is withdrawn, and the history tells all of it; without network.
async fn corrections(tablet: &BrowserTablet, name: &str) -> Result<(), Stuck> {
    let page = &tablet.page;
    tablet.open_person(name).await?;
    page.press("Tidak berminat").await?;
    page.sees("Tersimpan di tablet").await?;
    page.press("Batalkan").await?;
    page.sees("Minat pelatihan").await?;
    page.follow("Bukan orang ini?").await?;
    page.sees_in("a", name, "Belum ditanya").await?;
    tablet.open_person(name).await?;
    tablet.register(&["Teknik Las"]).await?;
    tablet.list().await?;
    tablet.open_person(name).await?;
    page.sees("Pendaftaran ini sudah tersimpan").await?;
    page.follow("Batal ikut").await?;
    page.press("Catat batal ikut").await?;
    page.sees("Tersimpan di tablet").await?;
    tablet.list().await?;
    page.sees_in("a", name, "Mengundurkan diri").await?;
    tablet.open_person(name).await?;
    page.follow("Riwayat").await?;
    for step in ["membatalkan langkah terakhir", "mendaftarkan", "mencatat pengunduran diri"] {
        page.sees_in("li", "Siti Aminah Tuasikal", step).await?;
    }
    page.picture("tablet-history").await?;
    page.follow("Buka isian").await?;
    page.follow("Bukan orang ini?").await?;
    page.sees("Cari nama atau nomor registrasi").await
}

async fn open_desk(house: &House, driver: &Driver, profile: &Path) -> Result<Browser, Stuck> {
    let desk = driver.open(profile, DESK).await?;
    house.sit_down(&desk, "marlin").await?;
    desk.sees("Dasbor registrasi").await?;
    Ok(desk)
}

/// The supervisor makes a code; the page shows it.
async fn make_code(desk: &Browser) -> Result<String, Stuck> {
    let shown = "return document.querySelector('output')?.innerText ?? ''";
    desk.script("location.hash = 'enrol'").await?;
    desk.sees("Buat kode").await?;
    let before = desk.script(shown).await?;
    desk.press("Buat kode").await?;
    let another = format!("const code = (() => {{ {shown} }})(); return code !== {before} && code");
    let code = desk.until("a code", &another).await?;
    Ok(code.as_str().unwrap_or_default().to_owned())
}

/// Somebody who is not on the list.
async fn add_somebody(tablet: &BrowserTablet) -> Result<(), Stuck> {
    let page = &tablet.page;
    pages::name_somebody(page, "Wa Ode Sari", "A.III 9104/2025").await?;
    page.press("Lanjut").await?;
    tablet.register(&["Tata Boga"]).await
}
