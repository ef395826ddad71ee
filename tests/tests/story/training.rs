//! From an interview to a certificate and the news of a year later: what the partner does at the desk and on a phone,
//! and that nothing of it tells where somebody was held.

use bilik_server::house::House as Kept;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::time::Date;
use bilik_shared::view::Detail;
use bilik_tests::browser::{Browser, Driver, Stuck};
use serde_json::json;

use crate::house::{House, first_sheet, register};

/// A house whose wave opened half a year ago, with two people verified for sewing.
pub struct Class {
    pub house: House,
    pub sheet: SheetId,
    pub people: [(EntryId, String); 2],
    pub today: Date,
}

pub async fn class() -> Class {
    let mut house = House::open().await;
    let address = house.address();
    house.stop().await;
    let db = house.database();
    let mut kept = Kept::load(&db).unwrap().unwrap();
    kept.wave.opens = Date::from_days(kept.wave.opens.days() - 180);
    kept.save(&db).unwrap();
    drop(db);
    house.start_at(address).await;
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&tablet);
    let [one, two] = [0, 1].map(|n| (people[n].entry, people[n].name.clone()));
    for (entry, _) in [&one, &two] {
        tablet.act(&sheet, *entry, register("GAR,OTO")).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    let mut marlin = house.desk("marlin").await;
    let today = marlin.overview().await.as_of.date(kept.facility.zone);
    for (entry, _) in [&one, &two] {
        let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
        let reply = marlin.post(&path, &json!({ "state": "verified", "reason": "" })).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
    Class { house, sheet, people: [one, two], today }
}

impl Class {
    /// The head confirms both.
    pub async fn confirm(&self) {
        let mut head = self.house.desk("karutan").await;
        for (entry, _) in &self.people {
            let path = format!("/api/v1/desk/entries/{}/{entry}/decide", self.sheet);
            let body =
                json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
            let reply = head.post(&path, &body).await;
            assert_eq!(reply.status, 200, "{}", reply.code());
        }
    }

    async fn detail(&self, entry: EntryId) -> Detail {
        self.house.desk("karutan").await.detail(&self.sheet, entry).await
    }
}

/// Writes a day into three fields that hold another one.
pub async fn set_date(page: &Browser, name: &str, date: Date) -> Result<(), Stuck> {
    for (part, value) in
        [("day", i32::from(date.day())), ("month", i32::from(date.month())), ("year", date.year())]
    {
        let script = format!(
            "const field = document.getElementById('{name}-{part}'); field.value = '{value}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        );
        page.script(&script).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_interview_to_a_certificate_that_names_no_house() {
    let class = class().await;
    let driver = Driver::start().await.unwrap();
    let told = tell(&class, &driver).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn tell(class: &Class, driver: &Driver) -> Result<(), Stuck> {
    let (profile, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let page = driver.open(profile.path(), (1366, 768)).await?;
    class.house.sit_down(&page, "disnaker").await?;
    propose(class, &page).await?;

    // The head reads the advice beside the registration, and decides.
    let head = driver.open(other.path(), (1366, 768)).await?;
    class.house.sit_down(&head, "karutan").await?;
    let mut advised = None;
    for (entry, name) in &class.people {
        let detail = class.detail(*entry).await;
        assert_eq!(detail.row.state.code(), "TERVERIFIKASI", "advice decides nothing");
        if !detail.proposals.is_empty() {
            advised = Some(name);
        }
    }
    head.script("location.hash = 'registrations/TERVERIFIKASI'").await?;
    head.press(advised.unwrap()).await?;
    head.sees("Usulan mitra").await?;
    head.sees("nilai 85, Diusulkan").await?;
    head.picture("desk-advice").await?;
    head.close().await?;
    class.confirm().await;

    begin(class, &page).await?;
    attend(class, &page).await?;
    finish(class, &page).await?;
    follow_up(class, &page).await?;
    page.close().await
}

async fn propose(class: &Class, page: &Browser) -> Result<(), Stuck> {
    page.follow("Pelatihan").await?;
    page.follow("Garmen (Menjahit), paket 1").await?;
    page.sees("Menunggu keputusan").await?;
    page.press("Usulkan").await?;
    page.press("Simpan usulan").await?;
    page.sees("Nilai wajib diisi").await?;
    page.fill("Nilai wawancara (0 sampai 100)", "85").await?;
    page.choose("Usulan", "Diusulkan").await?;
    page.press("Simpan usulan").await?;
    page.sees("Nilai 85, Diusulkan").await?;
    page.picture("desk-training-waiting").await?;
    let told = page.text().await?;
    for (entry, name) in &class.people {
        assert!(!told.contains(name) && !told.contains(&entry.to_string()), "{told}");
    }
    Ok(())
}

async fn begin(class: &Class, page: &Browser) -> Result<(), Stuck> {
    page.reload().await?;
    page.sees("Hari pertama").await?;
    set_date(page, "first-day", Date::from_days(class.today.days() - 120)).await?;
    page.press("Mulai pelatihan").await?;
    page.sees("0 hari tercatat").await?;
    for (entry, name) in &class.people {
        page.sees(name).await?;
        assert_eq!(class.detail(*entry).await.row.state.code(), "MENGIKUTI");
    }
    Ok(())
}

/// One of two is sick, written down on a phone.
async fn attend(class: &Class, page: &Browser) -> Result<(), Stuck> {
    let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true });
    page.cdp("Emulation.setDeviceMetricsOverride", phone).await?;
    let [(_, sick), (_, there)] = &class.people;
    page.follow("Isi daftar hadir hari ini").await?;
    page.sees("2 dari 2 hadir").await?;
    page.press_in("li", sick, "Hadir").await?;
    page.choose(sick, "Sakit").await?;
    page.sees("1 dari 2 hadir").await?;
    page.picture("phone-training-day").await?;
    let wide = "return document.documentElement.scrollWidth <= 390";
    page.until("a page as wide as the phone", wide).await?;
    page.press("Simpan daftar hadir").await?;
    page.sees("Tersimpan.").await?;
    page.sees("1 dari 2 hadir").await?;
    page.sees_in("li", there, "Hadir").await?;
    page.picture("phone-training-day-saved").await?;
    page.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await.map(drop)
}

async fn finish(class: &Class, page: &Browser) -> Result<(), Stuck> {
    let [_, (entry, name)] = &class.people;
    page.script("location.hash = 'training/GAR/1'").await?;
    page.press_in("li", name, "Nilai dan hasil").await?;
    page.fill("Nilai (0 sampai 100)", "88").await?;
    page.choose("Hasil pelatihan", "Lulus").await?;
    page.picture("desk-training-grade").await?;
    page.press("Simpan hasil").await?;
    page.sees("Nilai 88, baik").await?;
    page.press("Terbitkan sertifikat").await?;
    page.sees("Sertifikat 0001-").await?;
    page.picture("desk-training-package").await?;
    let state = class.detail(*entry).await.row.state;
    assert_eq!(state.code(), "BERSERTIFIKAT");
    page.follow("Sertifikat 0001-").await?;
    page.sees("Diberikan kepada").await?;
    page.picture("desk-training-certificate").await?;
    // What would be on the paper, and nothing around it.
    page.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await?;
    let printed = page.text().await?;
    page.picture("paper-training-certificate").await?;
    page.cdp("Emulation.setEmulatedMedia", json!({ "media": "" })).await?;
    let printed_low = printed.to_lowercase();
    for word in ["rutan", "lapas", "tahanan", "wbp", "warga binaan", "narapidana", "amb-20", "blok"]
    {
        assert!(!printed_low.contains(word), "{word} stands on the certificate:\n{printed}");
    }
    assert!(printed.contains("Dinas Tenaga Kerja Kota Ambon"), "{printed}");
    Ok(())
}

async fn follow_up(class: &Class, page: &Browser) -> Result<(), Stuck> {
    page.follow("Tindak lanjut").await?;
    page.sees("0 orang perlu dihubungi").await?;
    page.press("Catat tanggal bebas").await?;
    set_date(page, "released", Date::from_days(class.today.days() - 100)).await?;
    page.choose("Bersedia dihubungi kemudian", "Ya").await?;
    page.press("Simpan").await?;
    page.sees("1 orang perlu dihubungi").await?;
    page.picture("desk-follow-up").await?;
    page.press("Catat kabar").await?;
    page.choose("Kabar terakhir", "Bekerja").await?;
    page.press("Simpan").await?;
    page.sees("0 orang perlu dihubungi").await?;
    page.sees("3 bulan: Bekerja").await
}
