//! The end of a shift: what is missing, what was received and when, and a clock that is wrong.

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::cutter::Cutter;
use bilik_tests::pages;
use bilik_tests::tablet::now;
use serde_json::json;

use crate::house::{House, first_sheet, register};

/// A tablet has so many bytes for what the page stores, its own files included.
const SPACE: u64 = 40_000_000;
const DAY: i64 = 86_400_000;

/// A tablet in a browser with a network that can be pulled.
pub struct Shift {
    pub page: Browser,
    network: Cutter,
    _profile: tempfile::TempDir,
}

impl Shift {
    /// A browser whose clock is this many milliseconds before the right one, enrolled and taken.
    pub async fn begin(driver: &Driver, house: &House, clock: i64) -> Result<Self, Stuck> {
        let code = house.desk("marlin").await.enrolment().await.code;
        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), (1280, 800)).await?;
        let source = format!("const right = Date.now; Date.now = () => right() + {clock};");
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        let network = Cutter::start(house.address()).await.unwrap();
        let shift = Self { page, network, _profile: profile };
        let (page, origin) = (&shift.page, shift.origin());
        page.limit_space(&origin, Some(SPACE)).await?;
        page.go(&format!("{origin}tablet/#enrol={code}")).await?;
        pages::take(page, "Siti Aminah Tuasikal").await?;
        Ok(shift)
    }

    pub async fn leave_reach(&self) -> Result<(), Stuck> {
        self.network.pull_the_plug();
        self.page.set_offline(true).await
    }

    pub async fn come_back(&self) -> Result<(), Stuck> {
        self.network.plug_in();
        self.page.set_offline(false).await
    }

    pub async fn show(&self, hash: &str) -> Result<(), Stuck> {
        self.page.script(&format!("location.hash = '{hash}'")).await.map(drop)
    }

    /// Opens somebody's form.
    pub async fn open(&self, form: &str) -> Result<(), Stuck> {
        self.show(form).await?;
        self.page.sees("Minat pelatihan").await
    }

    /// Where it finds its server, as the browser names it.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}/", self.network.address.port())
    }

    async fn verdict(&self, says: &str) -> Result<(), Stuck> {
        let script = format!(
            "return document.querySelector('.verdict h1')?.innerText.includes({})",
            json!(says)
        );
        self.page.until(says, &script).await.map(drop)
    }
}

/// The supervisor looks at the tablets.
pub async fn tablets_page(
    house: &House,
    driver: &Driver,
    profile: &std::path::Path,
) -> Result<Browser, Stuck> {
    let desk = driver.open(profile, (1366, 768)).await?;
    house.sit_down(&desk, "marlin").await?;
    desk.sees("Dasbor registrasi").await?;
    desk.script("location.hash = 'tablets'").await?;
    Ok(desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_shown_without_network_and_changes_no_order() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    wrong_clock(&house, &driver).await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn wrong_clock(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let slow = Shift::begin(driver, house, -3 * DAY).await?;
    let page = &slow.page;
    page.sees_in("a", "Daring", "jam tablet 3 hari terlambat").await?;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);

    // One after another: a tablet with a right clock, the slow one, the right one again.
    rusdi.act(&sheet, people[0].entry, register("KAY")).unwrap().unwrap();
    rusdi.sync().await.unwrap();
    slow.open(&format!("form/{sheet}/{}", people[1].entry)).await?;
    page.press("Tidak berminat").await?;
    page.sees("Diterima server").await?;
    rusdi.act(&sheet, people[2].entry, register("OTO")).unwrap().unwrap();
    rusdi.sync().await.unwrap();
    let db = house.database();
    let mut rows = db
        .prepare(
            "SELECT device, received_at FROM changes WHERE device IS NOT NULL ORDER BY position",
        )
        .unwrap();
    let rows: Vec<(String, i64)> = rows
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let order: Vec<&str> = rows.iter().map(|(device, _)| device.as_str()).collect();
    assert_eq!(order, ["T02", "T01", "T02"]);
    assert!(rows.is_sorted_by_key(|(_, at)| *at));
    assert!(rows.iter().all(|(_, at)| (now().0 - at).abs() < DAY / 2), "the server's own time");

    // The last known difference survives a start without network.
    slow.leave_reach().await?;
    pages::reopen(page).await?;
    page.sees_in("a", "Luring", "jam tablet 3 hari terlambat").await?;
    slow.show("sync").await?;
    page.sees("3 hari terlambat pada kontak terakhir").await?;
    page.picture("tablet-clock").await?;
    page.script("document.querySelector('button[lang]').click()").await?;
    page.sees("the tablet's clock is 3 days slow").await?;

    // The desk says the same.
    let profile = tempfile::tempdir().unwrap();
    let desk = tablets_page(house, driver, profile.path()).await?;
    desk.sees_in("tr", "T01", "3 hari terlambat").await?;
    desk.sees_in("tr", "T02", "Tepat").await?;
    desk.close().await?;
    slow.page.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_may_be_handed_back_only_when_the_server_has_everything() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    hand_back(&house, &driver).await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn hand_back(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let shift = Shift::begin(driver, house, 0).await?;
    let page = &shift.page;
    let rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let form = |n: usize| format!("form/{sheet}/{}", people[n].entry);
    shift.show("sync").await?;
    shift.verdict("Belum ada data yang dibuat di tablet ini").await?;

    // Without network: one is saved, one is typed and not saved.
    shift.leave_reach().await?;
    shift.open(&form(0)).await?;
    page.press("Tidak berminat").await?;
    page.sees("Tersimpan di tablet").await?;
    shift.open(&form(1)).await?;
    page.press("Garmen").await?;
    page.sees("Isian disimpan di tablet").await?;
    shift.show("sync").await?;
    shift.verdict("Belum lengkap: 1 data belum diterima server, 1 draf").await?;
    page.sees("Jangan kembalikan tablet dulu").await?;
    page.sees_in("li", &people[0].name, "Luring: menunggu jaringan").await?;
    page.sees_in("li", &people[1].name, "Diketik dan belum disimpan").await?;
    page.press_in("li", &people[0].name, "Coba lagi").await?;
    page.sees_in("li", &people[0].name, "Luring: menunggu jaringan").await?;
    page.picture("tablet-hand-back-missing").await?;

    // The network comes back; what was typed is still nobody's but this tablet's.
    shift.come_back().await?;
    shift.verdict("Belum lengkap: 1 draf").await?;
    shift.open(&form(1)).await?;
    page.press("Tidak berminat").await?;
    page.sees("Diterima server").await?;
    shift.show("sync").await?;
    shift.verdict("Semua 2 data sudah diterima server pukul").await?;
    page.sees("Tablet boleh dikembalikan").await?;
    page.picture("tablet-hand-back").await?;

    // The server finds that somebody else owns what this tablet writes, and refuses it.
    let db = house.database();
    db.execute("UPDATE actors SET device = 'T99' WHERE device = 'T01'", ()).unwrap();
    shift.open(&form(2)).await?;
    page.press("Tidak berminat").await?;
    page.sees("Server tidak dapat menerima").await?;
    shift.show("sync").await?;
    shift.verdict("Belum lengkap: 1 perlu ditinjau").await?;
    page.picture("tablet-hand-back-refused").await?;
    page.follow("Isi lagi").await?;
    page.press("Tidak berminat").await?;
    page.sees("Diterima server").await?;
    shift.show("sync").await?;
    shift.verdict("Semua 3 data sudah diterima server pukul").await?;
    shift.page.close().await
}
