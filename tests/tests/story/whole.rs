//! The whole way of one person, through everybody's hands and screens: from the set-up and the prison database's list to a
//! certificate, and to whoever looks back on who read what. What each step does in detail is told by the other stories.

use bilik_shared::lifecycle::State;
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::pages;
use rust_xlsxwriter::Workbook;

use crate::hands::Hand;
use crate::house::{House, first_sheet};
use crate::training::set_date;

const DESK: (u32, u32) = (1366, 768);
const NAME: &str = "Novita Kelmanutu";

#[tokio::test(flavor = "multi_thread")]
async fn one_person_from_the_list_to_the_certificate() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let desk = driver.open(profile.path(), DESK).await?;
        administrator_prepares(&house, &desk).await?;
        supervisor_brings_the_list(&house, &desk).await?;
        officer_registers(&house).await?;
        assert_eq!(state(&house).await, State::Registered);
        clinic_and_security_look(&house, &desk).await?;
        supervisor_verifies(&house, &desk).await?;
        assert_eq!(state(&house).await, State::Verified);
        head_decides(&house, &desk).await?;
        assert_eq!(state(&house).await, State::Confirmed);
        partner_begins(&house, &desk).await?;
        instructor_keeps_the_day(&house, &desk).await?;
        assert_eq!(state(&house).await, State::InTraining);
        partner_certifies(&house, &desk).await?;
        assert_eq!(state(&house).await, State::Certified);
        privacy_officer_looks_back(&house, &desk).await?;
        region_sees_no_name(&house, &desk).await?;
        desk.close().await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// Where the person stands, for the head.
async fn state(house: &House) -> State {
    let rows = house.desk("karutan").await.rows().await;
    rows.iter().find(|row| row.name == NAME).unwrap().state
}

async fn sit_down(house: &House, page: &Browser, user: &str) -> Result<(), Stuck> {
    house.sit_down(page, user).await?;
    page.sees("Dasbor registrasi").await
}

/// Before anybody is registered: who works here, and where.
async fn administrator_prepares(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "admin").await?;
    desk.follow("Penyiapan").await?;
    desk.script("location.hash = 'setup/blocks'").await?;
    desk.press("Tambah blok").await?;
    desk.fill("Nama blok", "H2").await?;
    desk.press("Simpan").await?;
    desk.sees("Tablet mengetahuinya pada sinkronisasi berikutnya").await?;
    desk.script("location.hash = 'users'").await?;
    desk.press("Tambah pengguna").await?;
    desk.fill("Nama pengguna", "yulia").await?;
    desk.fill("Nama", "Yulia Titaley").await?;
    desk.press("Simpan").await?;
    desk.sees("Kata sandi pertama untuk yulia").await?;
    desk.script("location.hash = 'setup/log'").await?;
    desk.sees("H2").await?;
    desk.script("location.hash = 'dashboard'").await?;
    house.stand_up(desk).await
}

async fn supervisor_brings_the_list(house: &House, desk: &Browser) -> Result<(), Stuck> {
    let tablet = house.tablet("rusdi").await;
    let (_, people) = first_sheet(&tablet);
    let block = tablet.replica().sheet_list()[0].block.clone();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["No Reg", "Nama", "Blok", "Sel"]).unwrap();
    for (line, person) in (1..).zip(&people) {
        let cells = [&person.register_number, &person.name, &block, &person.cell];
        sheet.write_row(line, 0, cells).unwrap();
    }
    let last = people.len() as u32 + 1;
    sheet.write_row(last, 0, ["B I 9301 / 26", NAME, &block, "8"]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("daftar.xlsx");
    book.save(&file).unwrap();

    sit_down(house, desk, "marlin").await?;
    desk.follow("Impor daftar WBP").await?;
    desk.fill("Berkas daftar WBP", &file.display().to_string()).await?;
    desk.sees("Orang baru: 1").await?;
    desk.press("Terapkan untuk 1 orang").await?;
    desk.sees("Daftar sudah diterapkan").await?;
    house.stand_up(desk).await
}

async fn officer_registers(house: &House) -> Result<(), Stuck> {
    let hand = Hand::on(house).await?;
    let page = &hand.page;
    // Out of reach, as in the corridor; what was registered is handed in on the way back.
    hand.leave_reach().await?;
    page.script("document.querySelector('[type=search]').focus()").await?;
    page.keys("novita").await?;
    page.follow(NAME).await?;
    pages::answer(page, &["Garmen"]).await?;
    pages::agree(page).await?;
    page.sees("Tersimpan di tablet").await?;
    hand.come_back().await?;
    page.sees("Diterima server").await
}

async fn clinic_and_security_look(house: &House, desk: &Browser) -> Result<(), Stuck> {
    for (user, page, word) in
        [("klinik", "Pemeriksaan kesehatan", "layak"), ("kpr", "Pemeriksaan keamanan", "diizinkan")]
    {
        house.sit_down_at(desk, user, "#vetting").await?;
        desk.sees(page).await?;
        desk.sees(NAME).await?;
        desk.press("Tandai semua yang tampil").await?;
        desk.press(&format!("1 orang: {word}")).await?;
        desk.sees("Tidak ada yang menunggu pemeriksaan").await?;
        house.stand_up(desk).await?;
    }
    Ok(())
}

async fn supervisor_verifies(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "marlin").await?;
    desk.script("location.hash = 'registrations/TERDAFTAR'").await?;
    desk.sees(NAME).await?;
    desk.press("Tandai semua yang tampil").await?;
    desk.picture("desk-many").await?;
    desk.press("Verifikasi 1 pendaftaran").await?;
    desk.sees("1 pendaftaran diverifikasi").await?;
    house.stand_up(desk).await
}

async fn head_decides(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "karutan").await?;
    desk.script("location.hash = 'allocation'").await?;
    desk.press("Hitung usulan").await?;
    desk.sees(NAME).await?;
    desk.fill("Nomor SK", "W28-7/2026").await?;
    desk.press("Tetapkan semua").await?;
    desk.sees("Ditetapkan dengan SK W28-7/2026").await?;
    house.stand_up(desk).await
}

async fn partner_begins(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "disnaker").await?;
    desk.follow("Pelatihan").await?;
    desk.follow("Garmen (Menjahit), paket 1").await?;
    desk.sees("Hari pertama").await?;
    let name_instructor = "const select = document.querySelector('#instructor'); select.value = 'blk'; \
        select.dispatchEvent(new Event('change', { bubbles: true })); return select.value === 'blk'";
    desk.until("the instructor", name_instructor).await?;
    desk.sees("Tersimpan.").await?;
    let today = house.desk("disnaker").await.overview().await;
    let today = today.as_of.date(today.facility.zone);
    set_date(desk, "first-day", today).await?;
    desk.press("Mulai pelatihan").await?;
    desk.sees("0 hari tercatat").await?;
    desk.sees(NAME).await?;
    house.stand_up(desk).await
}

async fn instructor_keeps_the_day(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "blk").await?;
    desk.follow("Pelatihan").await?;
    desk.follow("Garmen (Menjahit), paket 1").await?;
    desk.follow("Isi daftar hadir hari ini").await?;
    desk.sees("1 dari 1 hadir").await?;
    desk.press("Simpan daftar hadir").await?;
    desk.sees("Tersimpan.").await?;
    house.stand_up(desk).await
}

async fn partner_certifies(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "disnaker").await?;
    desk.script("location.hash = 'training/GAR/1'").await?;
    desk.press_in("li", NAME, "Nilai dan hasil").await?;
    desk.fill("Nilai (0 sampai 100)", "91").await?;
    desk.choose("Hasil pelatihan", "Lulus").await?;
    desk.press("Simpan hasil").await?;
    desk.sees("Nilai 91").await?;
    desk.press("Terbitkan sertifikat").await?;
    desk.follow("Sertifikat 0001-").await?;
    desk.sees("Diberikan kepada").await?;
    desk.sees(NAME).await?;
    desk.picture("whole-certificate").await?;
    desk.script("location.hash = 'dashboard'").await?;
    house.stand_up(desk).await
}

/// After everything: the log names the person by number, and tells who read about them.
async fn privacy_officer_looks_back(house: &House, desk: &Browser) -> Result<(), Stuck> {
    let rows = house.desk("karutan").await.rows().await;
    let number = rows.into_iter().find(|row| row.name == NAME).unwrap().number;
    let path = "/api/v1/desk/privacy/cases";
    let case = serde_json::json!({ "number": number, "case": {
        "register": "request", "kind": "AKSES", "subject": "salinan data", "received_at": 0,
    } });
    let reply = house.desk("pdp").await.post(path, &case).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    sit_down(house, desk, "pdp").await?;
    desk.follow("Log akses").await?;
    desk.sees("Disnaker").await?;
    let told = desk.text().await?;
    assert!(!told.contains(NAME), "the log names nobody: {told}");
    desk.follow("Permohonan subjek data").await?;
    desk.sees_in("li", &number, "Lewat batas waktu").await?;
    desk.script("location.hash = 'dashboard'").await?;
    house.stand_up(desk).await
}

async fn region_sees_no_name(house: &House, desk: &Browser) -> Result<(), Stuck> {
    sit_down(house, desk, "kanwil").await?;
    desk.sees("Jumlah di sini dibulatkan").await?;
    let told = desk.text().await?;
    assert!(!told.contains(NAME), "{told}");
    Ok(())
}
