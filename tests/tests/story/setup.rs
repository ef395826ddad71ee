//! From an empty folder to a tablet at work, and out of use again: the administrator's whole way in a browser.

use std::path::Path;
use std::sync::Arc;

use bilik_shared::view::{Overview, SignIn};
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::cutter::Cutter;
use bilik_tests::pages;
use bilik_tests::process::{Server, key_file};
use bilik_tests::wire::{Client, Who};

use crate::house::program;

const DESK: (u32, u32) = (1366, 768);
const TABLET: (u32, u32) = (1280, 800);
const OWN: &str = "kuda hijau makan rumput";

/// How many values the tablet's memory has.
const KEPT: &str = "return new Promise(tell => {
    const asked = indexedDB.open('bilik-tablet');
    asked.onsuccess = () => {
        const [memory, names] = [asked.result, [...asked.result.objectStoreNames]];
        const read = memory.transaction(names);
        const counts = names.map(name => read.objectStore(name).count());
        read.oncomplete = () => tell(counts.reduce((sum, one) => sum + one.result, 0));
    };
})";

/// Runs `bilik admin` on a folder: the password that it prints.
async fn first_administrator(folder: &Path) -> String {
    let mut admin = tokio::process::Command::new(program());
    admin.arg("admin").arg("--data").arg(folder).arg("--key").arg(key_file().unwrap());
    let done = admin.output().await.unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let line = said.lines().find_map(|line| line.strip_prefix("Password")).unwrap();
    line.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_becomes_a_house_with_a_tablet_that_is_given_and_taken() {
    let folder = tempfile::tempdir().unwrap();
    let first = first_administrator(folder.path()).await;
    let again = first_administrator(folder.path()).await;
    assert_ne!(first, again, "whoever has the folder can always get in again");
    let server = Server::start(program(), folder.path()).await.unwrap();
    let driver = Driver::start().await.unwrap();
    let told = tell(&server, &driver, &again).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    // What the tablet had not sent when it was revoked has arrived all the same, and waits for a supervisor.
    let mut client = Client::new(server.address, Arc::default());
    let ask = SignIn { user: "admin".into(), password: OWN.into(), ..SignIn::default() };
    let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &ask).await.unwrap();
    let cookie = reply.cookie.unwrap();
    let who = Who::Session(&cookie);
    let overview: Overview =
        client.get("/api/v1/desk/overview", who).await.unwrap().json().unwrap();
    assert_eq!((overview.counts.registered, overview.counts.seen), (0, 0));
    assert!(overview.devices.iter().all(|device| device.quarantined > 0), "{:?}", overview.devices);
    server.stop().await.unwrap();
}

async fn tell(server: &Server, driver: &Driver, first: &str) -> Result<(), Stuck> {
    let (at_desk, at_tablet) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let desk = driver.open(at_desk.path(), DESK).await?;
    desk.go(&format!("http://localhost:{}/desk/", server.address.port())).await?;
    desk.fill("Nama pengguna", "admin").await?;
    desk.fill("Kata sandi", first).await?;
    desk.press("Masuk").await?;
    choose_password(&desk, first).await?;
    set_up(&desk).await?;
    open_wave(&desk).await?;
    add_officer(&desk).await?;
    let code = make_code(&desk).await?;

    let tablet = driver.open(at_tablet.path(), TABLET).await?;
    let network = Cutter::start(server.address).await.unwrap();
    tablet.go(&format!("http://localhost:{}/tablet/#enrol={code}", network.address.port())).await?;
    pages::take(&tablet, "Siti Aminah").await?;
    tablet.follow("Blok A").await?;
    tablet.sees("Belum ada orang di lembar ini").await?;
    tablet.picture("setup-tablet-empty").await?;

    // Out of reach, somebody is registered for what was just set up.
    network.pull_the_plug();
    tablet.set_offline(true).await?;
    pages::name_somebody(&tablet, "Wa Ode Sari", "A.III 9104/2026").await?;
    tablet.press("Lanjut").await?;
    pages::answer(&tablet, &["Garmen"]).await?;
    tablet.picture("setup-tablet-form").await?;
    pages::agree(&tablet).await?;
    tablet.sees("Tersimpan di tablet").await?;

    take_out_of_use(&desk).await?;
    network.plug_in();
    tablet.set_offline(false).await?;
    tablet.script("location.hash = 'sync'").await?;
    tablet.sees("Perangkat ini dinonaktifkan").await?;
    tablet.sees("Semua data sudah diserahkan, dan tablet ini sudah dikosongkan").await?;
    tablet.picture("setup-tablet-revoked").await?;
    tablet.script("location.hash = ''").await?;
    tablet.sees("Belum ada lembar di tablet ini").await?;
    // It keeps nothing, and does not take that for a loss.
    let kept = tablet.script(KEPT).await?;
    assert_eq!(kept.as_u64(), Some(0), "{kept}");
    tablet.reload().await?;
    tablet.sees("Kode pendaftaran tablet").await?;
    tablet.close().await?;
    desk.close().await
}

async fn choose_password(desk: &Browser, first: &str) -> Result<(), Stuck> {
    desk.sees("Buat kata sandi sendiri").await?;
    desk.picture("setup-password").await?;
    desk.fill("Kata sandi pertama", first).await?;
    desk.fill("Kata sandi baru", OWN).await?;
    desk.fill("Kata sandi baru sekali lagi", OWN).await?;
    desk.press("Simpan kata sandi").await?;
    desk.sees("Nama UPT").await
}

async fn area(desk: &Browser, name: &str, open: &str) -> Result<(), Stuck> {
    desk.script(&format!("location.hash = 'setup/{name}'")).await?;
    desk.press(open).await
}

async fn saved(desk: &Browser) -> Result<(), Stuck> {
    desk.press("Simpan").await?;
    desk.sees("Tablet mengetahuinya pada sinkronisasi berikutnya").await
}

/// The house, a block, a programme with a package; one mistake on the way is named beside its field.
async fn set_up(desk: &Browser) -> Result<(), Stuck> {
    desk.fill("Nama UPT", "Rutan Contoh").await?;
    desk.fill("Kode", "CTH").await?;
    desk.press("Simpan").await?;
    desk.sees_in("div", "Kota", "Kota wajib diisi").await?;
    desk.picture("setup-facility-wrong").await?;
    desk.fill("Kota", "Ambon").await?;
    saved(desk).await?;
    desk.picture("setup-facility").await?;
    area(desk, "blocks", "Tambah blok").await?;
    desk.fill("Nama blok", "A").await?;
    saved(desk).await?;
    area(desk, "programmes", "Tambah program").await?;
    desk.fill("Kode", "GAR").await?;
    desk.fill("Nama (Indonesia)", "Garmen (Menjahit)").await?;
    saved(desk).await?;
    desk.press("Tambah paket").await?;
    desk.fill("Tempat", "Aula").await?;
    saved(desk).await?;
    desk.sees("Paket 1: 0 dari 16 kursi terisi").await?;
    desk.picture("setup-programmes").await
}

async fn open_wave(desk: &Browser) -> Result<(), Stuck> {
    area(desk, "waves", "Tambah gelombang").await?;
    desk.fill("Kode", "2026.1").await?;
    desk.fill("Nama (Indonesia)", "Gelombang 1 tahun 2026").await?;
    desk.fill("Pendaftaran dari", "01/01/2026").await?;
    desk.fill("Pendaftaran sampai", "31/12/2025").await?;
    desk.press("Simpan").await?;
    desk.sees("Hari terakhir sebelum hari pertama").await?;
    desk.script("document.querySelector('#until-input').value = ''").await?;
    desk.fill("Pendaftaran sampai", "31/12/2099").await?;
    saved(desk).await?;
    desk.picture("setup-waves").await?;
    desk.press("Buka lembar").await?;
    desk.press("Ya, buka lembar").await?;
    desk.sees("Sedang berjalan").await?;
    desk.script("location.hash = 'setup/log'").await?;
    desk.sees_in("li", "Gelombang 2026.1", "Lembar dibuka: tidak → ya").await?;
    desk.picture("setup-log").await
}

async fn add_officer(desk: &Browser) -> Result<(), Stuck> {
    desk.script("location.hash = 'users'").await?;
    desk.press("Tambah pengguna").await?;
    desk.fill("Nama pengguna", "siti").await?;
    desk.fill("Nama", "Siti Aminah").await?;
    desk.press("Simpan").await?;
    desk.sees("Kata sandi pertama untuk siti").await?;
    desk.picture("setup-users").await
}

async fn make_code(desk: &Browser) -> Result<String, Stuck> {
    desk.script("location.hash = 'enrol'").await?;
    desk.press("Buat kode").await?;
    let code = desk.until("a code", "return document.querySelector('output')?.innerText").await?;
    Ok(code.as_str().unwrap_or_default().to_owned())
}

/// The sheet is taken from the tablet, and then the tablet is revoked.
async fn take_out_of_use(desk: &Browser) -> Result<(), Stuck> {
    desk.script("location.hash = 'tablets'").await?;
    desk.picture("setup-tablets").await?;
    desk.press_in("tr", "T01", "Kelola").await?;
    desk.sees("Lembar untuk tablet ini").await?;
    let untick = "const ticks = [...document.querySelectorAll('#all input, #sheets input')];
        ticks.filter(tick => tick.checked).forEach(tick => tick.click()); return ticks.length === 2";
    desk.until("the sheets", untick).await?;
    desk.press("Simpan lembar").await?;
    desk.sees_in("tr", "T01", "tidak ada lembar").await?;
    desk.picture("setup-tablets-taken").await?;
    desk.press("Nonaktifkan sekarang").await?;
    desk.sees("Tulis dengan singkat apa yang terjadi").await?;
    desk.fill("Apa yang terjadi?", "tablet rusak").await?;
    desk.press("Nonaktifkan sekarang").await?;
    desk.sees_in("tr", "T01", "dinonaktifkan").await?;
    desk.sees_in("li", "Tablet T01", "Dinonaktifkan: tablet rusak").await?;
    desk.picture("setup-tablets-revoked").await
}
