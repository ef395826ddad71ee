//! The clinic goes through its list: all of them with one press, the exceptions apart, without a pointer; the
//! supervisor reads each word as it is said, and the tablets never do.

use bilik_shared::command::What;
use bilik_shared::registration::Warning;
use bilik_shared::vetting::{Fitness, Say, Word, Worklist};
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::tablet::Tablet;

use crate::house::{House, answers, first_sheet};

const DESK: (u32, u32) = (1366, 768);
const PHONE: (u32, u32) = (390, 844);

/// Registers the person at this place of the first sheet.
async fn register(tablet: &mut Tablet, nth: usize) {
    let (sheet, people) = first_sheet(tablet);
    // Some numbers on the list have an odd form; the officer has looked at it.
    let confirmed = vec![Warning::RegisterNumberForm, Warning::RegisterNumberStatus];
    let answers = Box::new(answers("LAS"));
    let what = What::Register { person: None, answers, confirmed };
    tablet.act(&sheet, people[nth].entry, what).unwrap().unwrap();
    tablet.sync().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinic_says_one_word_about_many_and_the_supervisor_reads_it_at_once() {
    let house = House::open().await;
    let mut tablet = house.tablet("rusdi").await;
    for nth in 0..5 {
        register(&mut tablet, nth).await;
    }
    let driver = Driver::start().await.unwrap();
    let told = async {
        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), DESK).await?;
        clinic(&house, &mut tablet, &page).await?;
        supervisor(&house, &page).await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
}

/// Puts the focus on the mark of somebody in the list.
async fn focus(page: &Browser, nth: usize) -> Result<(), Stuck> {
    let script = format!(
        "const mark = document.querySelectorAll('.dues input')[{nth}]; mark?.focus(); \
         return mark !== undefined && document.activeElement === mark"
    );
    page.until("the mark", &script).await.map(drop)
}

async fn clinic(house: &House, tablet: &mut Tablet, page: &Browser) -> Result<(), Stuck> {
    house.sit_down_at(page, "klinik", "").await?;
    // It is where the clinic begins.
    page.sees("Pemeriksaan kesehatan").await?;
    page.sees("Teknik Las").await?;
    page.press("Tandai semua yang tampil").await?;
    page.sees("5 orang: layak").await?;
    page.picture("desk-vetting").await?;
    // One of them differs.
    focus(page, 1).await?;
    page.keys(" ").await?;
    page.sees("4 orang: layak").await?;
    page.press("4 orang: layak").await?;
    page.sees("4 orang: layak, per").await?;
    focus(page, 0).await?;
    page.keys(" ").await?;
    page.press("1 orang: tidak layak").await?;
    page.sees("Tidak ada yang menunggu pemeriksaan").await?;
    // Somebody is registered meanwhile, and stands there without a reload.
    register(tablet, 5).await;
    let there = "return document.querySelectorAll('.dues li').length === 1";
    page.until("who was registered", there).await?;
    page.press("Semua").await?;
    page.until("everybody", "return document.querySelectorAll('.dues li').length === 6").await?;
    page.resize(PHONE).await?;
    page.picture("desk-vetting-phone").await?;
    page.resize(DESK).await?;
    house.stand_up(page).await
}

async fn supervisor(house: &House, page: &Browser) -> Result<(), Stuck> {
    let mut clinic = house.desk("klinik").await;
    let list: Worklist = clinic.get("/api/v1/desk/vetting").await.json().unwrap();
    let unfit = Word::Fitness(Fitness::Unfit);
    let who = list.people.iter().find(|one| one.said.iter().any(|said| said.word == unfit));
    let who = who.unwrap();
    house.sit_down(page, "marlin").await?;
    page.sees("Dasbor registrasi").await?;
    page.script("location.hash = 'registrations'").await?;
    // Somebody's name may stand in another's; a number does not.
    let rows = house.desk("marlin").await.rows().await;
    let number = &rows.iter().find(|row| row.entry == who.entry).unwrap().number;
    page.press_in("tr", number, &who.name).await?;
    page.sees("Kelayakan kesehatan: tidak layak").await?;
    page.sees("Menurut klinik tidak layak").await?;
    page.picture("desk-checks").await?;
    // The clinic looks again; the panel that is open says so.
    let word = Word::Fitness(Fitness::Limited);
    let say = Say { word, on: list.today, entries: vec![who.entry] };
    assert_eq!(clinic.post("/api/v1/desk/vetting", &say).await.status, 200);
    page.sees("Kelayakan kesehatan: layak bersyarat").await
}
