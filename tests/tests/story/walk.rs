//! The list of a block as an officer walks with it: the order of the doors, how far the walk has come, whom a
//! filter leaves, and who is next.

use bilik_shared::command::What;
use bilik_tests::browser::{Browser, Stuck};
use serde_json::Value;

use crate::hands::Hand;
use crate::house::{House, register_as_is};

/// Four who came since, in the order of the file and not of the doors.
const LIST: &str = "No Reg;Nama;Blok;Sel\n\
    A.III 9501/2026;Xaverius Sepuluh;W;10\n\
    A.III 9502/2026;Xaverius TujuhA;W;7A\n\
    A.III 9503/2026;Xaverius Delapan;W;W/08\n\
    A.III 9504/2026;Xaverius Tujuh;W;Kamar 7\n";

const NAMES: &str = "const names = [...document.querySelectorAll('a.person .name b')]; \
    return names.length ? names.map(name => name.innerText) : null";

async fn names(page: &Browser) -> Result<Vec<String>, Stuck> {
    let names = page.until("the list", NAMES).await?;
    let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok(names.map(str::to_owned).collect())
}

/// Waits until the list has so many people, all of whom say this.
async fn shows(page: &Browser, people: usize, says: &str) -> Result<(), Stuck> {
    let script = format!(
        "const rows = [...document.querySelectorAll('a.person')]; \
         return rows.length === {people} && rows.every(row => row.innerText.includes('{says}'))"
    );
    page.until(&format!("{people} people who say “{says}”"), &script).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_goes_door_by_door_counts_and_filters() {
    let house = House::open().await;
    house.desk("marlin").await.bring_list(LIST).await;
    let mut rusdi = house.tablet("rusdi").await;
    let sheet = rusdi.replica().sheet_list().into_iter().find(|one| one.block == "W").unwrap().id;
    let people = rusdi.replica().people(&sheet);
    assert_eq!(people.len(), 16);
    for (person, what) in people.iter().zip([
        What::Decline { consent: None },
        What::Decline { consent: None },
        What::MarkAway,
    ]) {
        rusdi.act(&sheet, person.entry, what).unwrap().unwrap();
    }
    for person in &people[3..5] {
        register_as_is(&mut rusdi, &sheet, person.entry, "GAR");
    }
    rusdi.sync().await.unwrap();
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        page.script(&format!("location.hash = 'walk/{sheet}'")).await?;
        page.sees("Daftar Blok W").await?;
        page.sees_in("p", "5", "dari 16 sudah ditanya").await?;
        hand.leave_reach().await?;

        // 7 before 10, 7A after 7, whatever the list calls the doors.
        let order = names(page).await?;
        let since =
            ["Tujuh", "TujuhA", "Delapan", "Sepuluh"].map(|cell| format!("Xaverius {cell}"));
        assert_eq!(order[12..], since);
        let low = "return Math.min(...[...document.querySelectorAll('a.person')].map(row => row.offsetHeight))";
        let low = page.script(low).await?.as_f64().unwrap();
        assert!(low >= 64.0, "a row of {low} px");
        page.picture("tablet-walk-order").await?;

        page.press("Tidak berminat").await?;
        shows(page, 2, "Tidak berminat").await?;
        page.press("Tidak di tempat").await?;
        shows(page, 1, "Tidak di tempat").await?;
        page.press("Terdaftar").await?;
        shows(page, 2, "Terdaftar").await?;
        page.press("Belum ditanya").await?;
        shows(page, 11, "Belum ditanya").await?;
        page.press("Semua").await?;
        shows(page, 16, "").await?;

        // From door to door: whoever was asked is stepped over, and after the last comes the first.
        page.follow("Xaverius Tujuh").await?;
        let first = people[5].cell.trim_start_matches("Kamar ");
        for next in ["7A", "8", "10", first] {
            page.press("Tidak di tempat").await?;
            page.sees("Tersimpan di tablet").await?;
            page.follow(&format!("Berikutnya: kamar {next}")).await?;
            page.sees("Minat pelatihan").await?;
        }
        let shown =
            page.script("return document.querySelector('.identity .name').innerText").await?;
        assert_eq!(shown, people[5].name, "the first who was not asked");
        page.follow("Bukan orang ini?").await?;
        page.sees_in("p", "9", "dari 16 sudah ditanya").await?;
        page.script("document.querySelector('button[lang]').click()").await?;
        page.sees_in("p", "9", "of 16 asked").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
