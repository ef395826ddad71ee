//! A registration goes back and forth between tablet and desk: returned with a comment, corrected, verified, taken
//! back, rejected, and accepted after an objection. And two supervisors who decide about one person at once.

use bilik_shared::view::SignIn;
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::wire::Who;
use serde_json::{Value, json};

use crate::hands::Hand;
use crate::house::{House, first_sheet, register};

const DESK: (u32, u32) = (1366, 768);
const COMMENT: &str = "SMP atau SMA? Tanyakan sekali lagi";

/// The people in the table, from the top.
async fn names(page: &Browser, how_many: usize) -> Result<Vec<String>, Stuck> {
    let script = format!(
        "const names = [...document.querySelectorAll('tr[id^=row-] button.open')].map(name => name.innerText); \
         return names.length === {how_many} && names"
    );
    let value = page.until("the table", &script).await?;
    Ok(value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect())
}

/// Waits until the panel of this person is open, with everything about them.
async fn panel_of(page: &Browser, name: &str) -> Result<(), Stuck> {
    let open = format!(
        "const panel = document.querySelector('aside.drawer'); \
         return panel?.querySelector('h2')?.innerText === {} && panel.querySelector('.timeline') !== null",
        json!(name)
    );
    page.until(&format!("the panel of {name}"), &open).await.map(drop)
}

/// Opens the panel of this person, whoever's was open before.
async fn open(page: &Browser, name: &str) -> Result<(), Stuck> {
    page.keys("\u{e00c}").await?;
    page.until("no panel", "return document.querySelector('aside.drawer') === null").await?;
    page.press_in("tr", name, name).await?;
    panel_of(page, name).await
}

/// Types where the panel asks for a reason.
async fn reason(page: &Browser, text: &str) -> Result<(), Stuck> {
    page.focus("decide-reason-input").await?;
    page.keys(text).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_returned_corrected_verified_taken_back_rejected_and_accepted() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let name = "return document.querySelector('a.person .name b')?.innerText";
        let name = hand.page.until("somebody", name).await?.as_str().unwrap().to_owned();
        hand.first_person().await?;
        bilik_tests::pages::answer(&hand.page, &["Garmen"]).await?;
        bilik_tests::pages::agree(&hand.page).await?;
        hand.page.sees("Diterima server").await?;
        others(&house).await;

        let driver = Driver::start().await?;
        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), DESK).await?;
        house.sit_down(&page, "marlin").await?;
        page.sees("Dasbor registrasi").await?;
        sort_and_walk(&page).await?;
        return_and_correct(&page, &hand, &name).await?;
        open(&page, &name).await?;
        page.keys("v").await?;
        page.sees("Keputusan tersimpan: Terverifikasi").await?;
        undo_and_reject(&page).await?;

        // Only the head hears an objection.
        house.stand_up(&page).await?;
        house.sit_down(&page, "karutan").await?;
        page.sees("Dasbor registrasi").await?;
        page.script("location.hash = 'registrations/DITOLAK'").await?;
        page.press_in("tr", &name, &name).await?;
        panel_of(&page, &name).await?;
        page.press("Kabulkan keberatan").await?;
        page.press("Kabulkan keberatan").await?;
        page.sees("Alasan wajib diisi").await?;
        reason(&page, "sisa masa pidana dihitung ulang").await?;
        page.picture("desk-objection").await?;
        page.press("Kabulkan keberatan").await?;
        page.sees_in("li", "mengabulkan keberatan: Terverifikasi", "dihitung ulang").await?;
        page.picture("desk-review").await?;
        page.close().await?;
        hand.page.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
}

/// Two more people are registered, so that there is something to go through.
async fn others(house: &House) {
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&tablet);
    for person in &people[1..3] {
        tablet.act(&sheet, person.entry, register("GAR,KAY")).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
}

/// Headings sort, and J and K go through what they sorted.
async fn sort_and_walk(page: &Browser) -> Result<(), Stuck> {
    page.script("location.hash = 'registrations/TERDAFTAR'").await?;
    names(page, 3).await?;
    let sorted = |way: &str| {
        format!("return document.querySelector('th[aria-sort={way}] button')?.innerText === 'Nama'")
    };
    page.press_in("thead", "Nama", "Nama").await?;
    page.until("names upwards", &sorted("ascending")).await?;
    let is = |first: &str| {
        format!(
            "const names = [...document.querySelectorAll('tr[id^=row-] button.open')].map(name => name.innerText); \
             const sorted = [...names].sort((a, b) => a.toLowerCase() < b.toLowerCase() ? -1 : 1); \
             if ('{first}' === 'last') sorted.reverse(); \
             return names.length === 3 && names.join() === sorted.join()"
        )
    };
    page.until("the first name on top", &is("first")).await?;
    page.press_in("thead", "Nama", "Nama").await?;
    page.until("names downwards", &sorted("descending")).await?;
    page.until("the last name on top", &is("last")).await?;
    let shown = names(page, 3).await?;
    for (key, at) in [("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0)] {
        page.keys(key).await?;
        panel_of(page, &shown[at]).await?;
    }
    Ok(())
}

/// R asks for a comment, the officer reads it on the tablet, and corrects.
async fn return_and_correct(page: &Browser, hand: &Hand, name: &str) -> Result<(), Stuck> {
    open(page, name).await?;
    page.keys("r").await?;
    page.sees("Komentar untuk petugas").await?;
    reason(page, COMMENT).await?;
    page.press("Kembalikan ke petugas").await?;
    page.sees("Keputusan tersimpan: Dikembalikan").await?;

    let tablet = &hand.page;
    tablet.follow("Daftar Blok A").await?;
    tablet.sees_in("a", name, "Dikembalikan").await?;
    tablet.follow(name).await?;
    tablet.sees("Dikembalikan untuk perbaikan").await?;
    tablet.sees(COMMENT).await?;
    tablet.picture("tablet-returned").await?;
    tablet.choose("Pendidikan terakhir", "SMA").await?;
    tablet.press("Simpan perubahan").await?;
    let next = "const text = document.body.innerText; \
        return text.includes('Diterima server') ? 'saved' \
        : text.includes('Sudah benar, simpan begini') ? 'warnings' : null";
    if tablet.until("the correction", next).await? == "warnings" {
        tablet.press("Sudah benar, simpan begini").await?;
    }
    tablet.sees("Diterima server").await?;

    page.script("location.hash = 'registrations/TERDAFTAR'").await?;
    page.sees_in("tr", name, "Terdaftar").await
}

async fn undo_and_reject(page: &Browser) -> Result<(), Stuck> {
    page.press("Batalkan verifikasi").await?;
    reason(page, "ijazah belum dilihat").await?;
    page.press("Batalkan verifikasi").await?;
    page.sees_in("li", "membatalkan verifikasi", "ijazah belum dilihat").await?;
    page.sees("Keputusan tersimpan: Terdaftar").await?;
    page.press("Tolak").await?;
    page.press("Tolak pendaftaran").await?;
    page.sees("Alasan wajib diisi").await?;
    reason(page, "sisa masa pidana terlalu pendek").await?;
    page.press("Tolak pendaftaran").await?;
    page.sees("Keputusan tersimpan: Tidak diterima").await?;
    page.sees("Batalkan penolakan").await
}

/// A second supervisor, with a password of her own.
async fn yohana(house: &House) -> &'static str {
    const OWN: &str = "kuda hijau makan rumput";
    let ask = json!({ "id": "yohana", "name": "Yohana Latuheru", "role": "VERIFIKATOR" });
    let made = house.desk("admin").await.post("/api/v1/desk/users", &ask).await;
    let first = made.json::<Value>().unwrap()["password"].as_str().unwrap().to_owned();
    let sign_in = SignIn { user: "yohana".into(), password: first.clone(), ..SignIn::default() };
    let mut client = house.client();
    let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &sign_in).await.unwrap();
    let cookie = reply.cookie.unwrap();
    let own = json!({ "old": first, "new": OWN });
    let reply = client.post_json("/api/v1/password", Who::Session(&cookie), &own).await.unwrap();
    assert_eq!(reply.status, 200, "{}", reply.code());
    OWN
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_desks_at_once_one_decides_and_the_other_reads_who_was_faster() {
    let house = House::open().await;
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&tablet);
    tablet.act(&sheet, people[0].entry, register("GAR,KAY")).unwrap().unwrap();
    tablet.sync().await.unwrap();
    let password = yohana(&house).await;
    let told = async {
        let driver = Driver::start().await?;
        let profiles = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let one = driver.open(profiles[0].path(), DESK).await?;
        let other = driver.open(profiles[1].path(), DESK).await?;
        house.sit_down(&one, "marlin").await?;
        other.go(&format!("http://localhost:{}/desk/#dashboard", house.address().port())).await?;
        other.fill("Nama pengguna", "yohana").await?;
        other.fill("Kata sandi", password).await?;
        other.press("Masuk").await?;
        let name = &people[0].name;
        for page in [&one, &other] {
            page.sees("Dasbor registrasi").await?;
            page.script("location.hash = 'registrations/all'").await?;
            page.press_in("tr", name, name).await?;
            panel_of(page, name).await?;
        }
        // While the one types a reason, the other has decided.
        other.press("Tolak").await?;
        reason(&other, "belum memenuhi syarat").await?;
        one.keys("v").await?;
        one.sees("Keputusan tersimpan: Terverifikasi").await?;
        other.sees_in("tr", name, "Terverifikasi").await?;
        other.press("Tolak pendaftaran").await?;
        other.sees("Marlin Souisa").await?;
        other.sees("Keputusan Anda belum disimpan").await?;
        other.picture("desk-overtaken").await?;
        one.sees_in("tr", name, "Terverifikasi").await?;
        // What was typed is still there, and is about what stands now.
        other.press("Tolak pendaftaran").await?;
        other.sees("Keputusan tersimpan: Tidak diterima").await?;
        one.sees_in("tr", name, "Tidak diterima").await?;
        one.close().await?;
        other.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
}
