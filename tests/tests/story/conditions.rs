//! Screens of the tablet as they are when something is amiss: errors, warnings, what others did, nobody found,
//! no network, another tab, out of use.

use bilik_shared::command::What;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::registration::{Answers, Plan, parse_choices};
use bilik_shared::setup::TabletChange;
use bilik_shared::view::Decide;
use bilik_tests::browser::{Browser, Stuck};
use bilik_tests::pages;
use bilik_tests::screens::Inspector;
use bilik_tests::tablet::Tablet;
use serde_json::json;

use crate::drafts;
use crate::hands::Hand;
use crate::house::{House, first_sheet, register};
use crate::screens::{TABLET, inspect};

/// A browser that reads codes, and one whose lock another tab holds once the page says so.
const STAND_INS: &str = "window.BarcodeDetector = class { async detect() { return [] } }; \
    if (sessionStorage.getItem('other tab')) \
        navigator.locks.request = async (name, options, answer) => answer(null)";

async fn go(page: &Browser, hash: &str) -> Result<(), Stuck> {
    page.script(&format!("location.hash = '{hash}'")).await.map(drop)
}

/// The stage: a tablet in a browser on block A, another one that does things, and somebody at the desk.
struct Stage<'a> {
    house: &'a House,
    hand: Hand,
    rusdi: Tablet,
    sheet: SheetId,
    people: Vec<EntryId>,
    number: String,
}

impl Stage<'_> {
    fn form(&self, n: usize) -> String {
        format!("form/{}/{}", self.sheet, self.people[n])
    }

    async fn open(&self, n: usize) -> Result<(), Stuck> {
        go(&self.hand.page, &self.form(n)).await?;
        self.hand.page.sees("Minat pelatihan").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_the_tablet_is_whole_when_something_is_amiss() {
    let house = House::open().await;
    inspect("the tablet amiss", async |_, see| {
        let rusdi = house.tablet("rusdi").await;
        let (sheet, people) = first_sheet(&rusdi);
        let number = people[0].register_number.clone();
        let people = people.into_iter().map(|person| person.entry).collect();
        let hand = Hand::on(&house).await?;
        let mut stage = Stage { house: &house, hand, rusdi, sheet, people, number };
        let source = json!({ "source": STAND_INS });
        stage.hand.page.cdp("Page.addScriptToEvaluateOnNewDocument", source).await?;
        pages::reopen(&stage.hand.page).await?;
        lists(&stage, see).await?;
        forms(&mut stage, see).await?;
        statements(&stage, see).await?;
        without_network(&mut stage, see).await?;
        ends(&stage, see).await
    })
    .await;
}

/// Searching, reading a code, adding somebody.
async fn lists(stage: &Stage<'_>, see: &mut Inspector) -> Result<(), Stuck> {
    let page = &stage.hand.page;
    page.sees("Tidak ada di daftar?").await?;
    page.script("document.querySelector('[type=search]').id = 'seek'").await?;
    page.paste("seek", "a").await?;
    page.sees("Di lembar lain").await?;
    see.look(page, "tablet-search", &TABLET).await?;
    page.paste("seek", "zzzz").await?;
    page.sees("Tidak ada yang cocok").await?;
    see.look(page, "tablet-nobody", &TABLET).await?;
    page.press("Hapus pencarian").await?;
    page.press("Pindai").await?;
    page.sees("Arahkan kamera").await?;
    see.look(page, "tablet-scan-open", &TABLET).await?;
    page.press("Tutup").await?;

    pages::name_somebody(page, "Nama Lain Sekali", &stage.number).await?;
    page.sees("Nomor ini sudah ada di tablet ini").await?;
    see.look(page, "tablet-add-alike", &TABLET).await?;
    pages::reopen(page).await?;
    page.sees("Tambah orang").await?;
    // Whoever was begun stands there again after a reload.
    page.press("Kosongkan isian untuk orang lain").await?;
    page.press("Lanjut").await?;
    page.until("the errors", "return document.querySelector('#errors') !== null").await?;
    see.look(page, "tablet-add-errors", &TABLET).await
}

/// Warnings, and what others did to whoever is open here.
async fn forms(stage: &mut Stage<'_>, see: &mut Inspector) -> Result<(), Stuck> {
    stage.open(0).await?;
    pages::answer(&stage.hand.page, &["Aplikasi Perkantoran"]).await?;
    stage.hand.page.press("Lanjut ke pernyataan").await?;
    stage.hand.page.sees("Tetap simpan?").await?;
    see.look(&stage.hand.page, "tablet-warnings", &TABLET).await?;

    stage.open(1).await?;
    stage.hand.page.press("Garmen").await?;
    let theirs =
        Answers { choices: parse_choices("KAY"), plan: Some(Plan::Business), ..Answers::default() };
    let what = What::SaveDraft { person: None, answers: Box::new(theirs) };
    let (sheet, person) = (stage.sheet.clone(), stage.people[1]);
    stage.rusdi.act(&sheet, person, what).unwrap().unwrap();
    stage.rusdi.act(&sheet, stage.people[2], register("LAS")).unwrap().unwrap();
    stage.rusdi.sync().await.unwrap();
    stage.hand.page.sees("Tablet lain menjawab saat isian ini terbuka").await?;
    stage.hand.page.sees("Tablet lain baru mengisi").await?;
    see.look(&stage.hand.page, "tablet-arrived", &TABLET).await?;

    let back = Decide {
        state: DecisionState::Returned,
        reason: "Pendidikan tidak sesuai ijazah, tanyakan lagi".into(),
        programme: None,
        package: None,
    };
    let path = format!("/api/v1/desk/entries/{sheet}/{}/decide", stage.people[2]);
    assert_eq!(stage.house.desk("marlin").await.post(&path, &back).await.status, 200);
    stage.open(2).await?;
    stage.hand.page.sees("Dikembalikan untuk perbaikan").await?;
    see.look(&stage.hand.page, "tablet-returned", &TABLET).await
}

/// The statement with what is missing for each way, and what follows a no.
async fn statements(stage: &Stage<'_>, see: &mut Inspector) -> Result<(), Stuck> {
    let page = &stage.hand.page;
    stage.open(3).await?;
    pages::answer(page, &["Garmen"]).await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees("Cara menyatakan kesediaan").await?;
    page.press("Saya bersedia").await?;
    page.sees("Pilih cara menyatakan kesediaan").await?;
    see.look(page, "tablet-consent-errors", &TABLET).await?;
    page.choose("Cara menyatakan kesediaan", "Lisan dengan saksi").await?;
    page.sees("Isi nama saksi").await?;
    see.look(page, "tablet-consent-spoken", &TABLET).await?;
    page.choose("Cara menyatakan kesediaan", "Tanda tangan di layar").await?;
    page.sees("Tanda tangan belum ada").await?;
    see.look(page, "tablet-consent-pad", &TABLET).await?;
    page.press("Saya tidak bersedia").await?;
    page.sees("Diterima server").await?;
    see.look(page, "tablet-declined", &TABLET).await?;
    go(page, &format!("history/{}/{}", stage.sheet, stage.people[3])).await?;
    page.sees("mencatat tidak berminat").await?;
    see.look(page, "tablet-history", &TABLET).await
}

/// Two answers, paper, the list of sheets, the officers and what is missing, all out of reach.
async fn without_network(stage: &mut Stage<'_>, see: &mut Inspector) -> Result<(), Stuck> {
    stage.hand.leave_reach().await?;
    stage.open(4).await?;
    pages::answer(&stage.hand.page, &["Garmen"]).await?;
    pages::agree(&stage.hand.page).await?;
    stage.hand.page.sees("Tersimpan di tablet").await?;
    let (sheet, person) = (stage.sheet.clone(), stage.people[4]);
    stage.rusdi.act(&sheet, person, register("KAY")).unwrap().unwrap();
    drafts::walk_through(&mut stage.rusdi, "W").await;
    stage.hand.come_back().await?;
    let page = &stage.hand.page;
    go(page, &format!("conflict/{sheet}/{person}")).await?;
    page.sees("Pakai yang ini").await?;
    stage.hand.leave_reach().await?;
    see.look(page, "tablet-conflict-offline", &TABLET).await?;
    go(page, &format!("withdraw/{sheet}/{person}")).await?;
    page.sees("Catat batal ikut").await?;
    see.look(page, "tablet-withdraw", &TABLET).await?;
    stage.open(5).await?;
    page.press("Tidak di tempat").await?;
    page.sees("Tersimpan di tablet").await?;
    go(page, "sync").await?;
    page.sees("Jangan kembalikan tablet dulu").await?;
    see.look(page, "tablet-hand-back-not-yet", &TABLET).await?;
    go(page, &format!("print/{sheet}")).await?;
    page.sees("Kertas ini memuat data pribadi").await?;
    see.look(page, "tablet-print-offline", &TABLET).await?;
    go(page, "sheets").await?;
    page.sees("Lembar untuk").await?;
    see.look(page, "tablet-sheets-offline", &TABLET).await?;
    let w = stage.rusdi.replica().sheet_list().into_iter().find(|one| one.block == "W");
    go(page, &format!("walk/{}", w.unwrap().id)).await?;
    page.sees("Draf yang belum selesai").await?;
    see.look(page, "tablet-drafts-offline", &TABLET).await?;
    page.press("Ganti petugas").await?;
    page.sees("Tetap bekerja").await?;
    see.look(page, "tablet-officers-offline", &TABLET).await?;
    page.press("Tetap bekerja").await?;
    pages::is_open(page).await
}

/// Everything was handed in; another tab; out of use.
async fn ends(stage: &Stage<'_>, see: &mut Inspector) -> Result<(), Stuck> {
    let page = &stage.hand.page;
    page.script("sessionStorage.setItem('other tab', 'yes')").await?;
    page.reload().await?;
    page.sees("Bilik sudah terbuka di tab lain").await?;
    see.look(page, "tablet-other-tab", &TABLET).await?;
    page.script("sessionStorage.removeItem('other tab')").await?;
    pages::reopen(page).await?;
    page.until("the app", "return document.querySelector('a.status') !== null").await?;
    stage.hand.come_back().await?;
    // What was typed for two people and is nobody's yet.
    for n in [0, 1] {
        stage.open(n).await?;
        page.press("Tidak di tempat").await?;
        page.sees("Diterima server").await?;
    }
    go(page, "sync").await?;
    page.sees("Kontak terakhir").await?;
    see.look(page, "tablet-hand-back-now", &TABLET).await?;
    // The server takes no more of it for the day.
    let turned_away = "window.real = fetch; window.fetch = (asked, how) => \
        !(asked.url ?? asked).includes('/exchange') ? real(asked, how) : \
        Promise.resolve(new Response('{\"code\":\"allowance_used\"}', { status: 429 }))";
    page.script(turned_away).await?;
    page.press("Sinkronkan").await?;
    page.sees("sebanyak yang boleh dalam sehari").await?;
    see.look(page, "tablet-used-up", &TABLET).await?;
    page.script("window.fetch = real").await?;
    let revoke = TabletChange::Revoke { word: "tablet rusak".into() };
    let mut admin = stage.house.desk("admin").await;
    stage.house.suspend("T02");
    assert_eq!(admin.post("/api/v1/desk/devices/T01", &revoke).await.status, 200);
    page.press("Sinkronkan").await?;
    page.sees("Ada dua riwayat dari tablet ini").await?;
    see.look(page, "tablet-suspended", &TABLET).await?;
    assert_eq!(admin.post("/api/v1/desk/devices/T02", &revoke).await.status, 200);
    page.press("Sinkronkan").await?;
    page.sees("Perangkat ini dinonaktifkan").await?;
    see.look(page, "tablet-revoked", &TABLET).await
}
