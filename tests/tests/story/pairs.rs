//! Two tablets write one person down in two spellings; a supervisor says what is true and takes it back.

use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::person::{Citizenship, LegalStatus, Person, Sex};
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::tablet::Tablet;

use crate::house::{House, answers, first_sheet};

/// Somebody who is on no list, registered on a tablet that has not heard of the other one.
pub async fn add(tablet: &mut Tablet, sheet: &SheetId, entry: u8, name: &str) {
    let person = Person {
        name: name.into(),
        register_number: format!("AIII {}/2026", 700 + u32::from(entry)),
        legal_status: Some(LegalStatus::Detainee),
        cell: "5".into(),
        birth_date: "05/10/1990".parse().ok(),
        sex: Some(Sex::Male),
        citizenship: Some(Citizenship::Indonesian),
        ..Person::default()
    };
    let register = |confirmed| What::Register {
        person: Some(person.clone()),
        answers: Box::new(answers("GAR")),
        confirmed,
    };
    let entry = EntryId([entry; 16]);
    match tablet.act(sheet, entry, register(vec![])).unwrap() {
        Err(Refused::Warnings(warnings)) => {
            tablet.act(sheet, entry, register(warnings)).unwrap().unwrap();
        }
        done => drop(done.unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_in_two_spellings_is_settled_at_the_desk_and_taken_back() {
    let house = House::open().await;
    let (mut first, mut second) = (house.tablet("rusdi").await, house.tablet("grace").await);
    let (sheet, _) = first_sheet(&first);
    add(&mut first, &sheet, 0x71, "Yohanis Parera").await;
    add(&mut second, &sheet, 0x72, "Johanes Parera").await;
    first.sync().await.unwrap();
    second.sync().await.unwrap();
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let page = driver.open(profile.path(), (1366, 768)).await?;
        house.sit_down(&page, "marlin").await?;
        settle(&page).await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn settle(page: &Browser) -> Result<(), Stuck> {
    page.follow("Mungkin ganda").await?;
    page.sees("Kemungkinan ganda: ").await?;
    page.sees("Tidak ada kursi yang berubah").await?;
    page.picture("desk-pairs").await?;
    page.press("Orang yang sama").await?;
    page.sees("Tuliskan dengan singkat mengapa").await?;
    page.fill("Alasan", "tanggal lahir dan wajah sama").await?;
    page.press("Orang yang sama").await?;
    page.sees("Tidak ada pasangan yang menunggu").await?;
    page.sees("orang yang sama. Yang dipertahankan").await?;
    page.picture("desk-pairs-settled").await?;
    page.press("Batalkan keputusan").await?;
    page.sees("Kemungkinan ganda: ").await?;
    page.press("Orang yang berbeda").await?;
    page.sees("Tidak ada pasangan yang menunggu").await?;
    page.sees("orang yang berbeda.").await
}
