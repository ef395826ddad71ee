//! The list of the prison database at the desk, and the tablets after their next exchange.

use bilik_shared::lifecycle::State;
use bilik_tests::browser::{Browser, Driver, Stuck};
use rust_xlsxwriter::Workbook;

use crate::house::{House, first_sheet, register, row};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_looked_at_applied_and_reaches_the_tablets() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    import(&house, &driver).await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn open_roster(
    house: &House,
    driver: &Driver,
    folder: &std::path::Path,
) -> Result<Browser, Stuck> {
    let desk = driver.open(folder, (1280, 800)).await?;
    house.sit_down(&desk, "marlin").await?;
    desk.follow("Impor daftar WBP").await?;
    desk.sees("Berkas daftar WBP").await?;
    Ok(desk)
}

async fn import(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    let block = siti.replica().sheet_list()[0].block.clone();
    // Out of reach, one is registered whose cell the list changes.
    siti.act(&sheet, people[0].entry, register("GAR")).unwrap().unwrap();

    let mut book = Workbook::new();
    let worksheet = book.add_worksheet();
    let headings = ["No Reg", "Nama", "Agama", "Jenis Kejahatan", "Blok", "Sel"];
    worksheet.write_row(0, 0, headings).unwrap();
    let mut line = 0;
    let mut put = |number: &str, name: &str, block: &str, cell: &str| {
        line += 1;
        worksheet.write_row(line, 0, [number, name, "-", "-", block, cell]).unwrap();
    };
    put(&people[0].register_number, &people[0].name, &block, "77");
    put(&people[1].register_number, &people[1].name, "Mapenaling", "2");
    for person in &people[3..] {
        put(&person.register_number, &person.name, &block, &person.cell);
    }
    put("B I 9301 / 26", "Novita Kelmanutu", &block, "8");
    put("A.I 9302/2026", "Andi Sutrisno", "Mapenaling", "1");
    put("A.I 9303/2026", "", "Mapenaling", "1");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("daftar.xlsx");
    book.save(&file).unwrap();

    let profile = tempfile::tempdir().unwrap();
    let desk = open_roster(house, driver, profile.path()).await?;
    desk.fill("Berkas daftar WBP", &file.display().to_string()).await?;
    desk.sees("Orang baru: 2").await?;
    desk.sees_in("tr", "Novita Kelmanutu", &format!("Ditambahkan ke lembar Blok {block}")).await?;
    desk.sees_in("tr", &people[0].name, "→ 77").await?;
    desk.sees_in("tr", &people[1].name, "Tinggal di blok lain").await?;
    desk.sees_in("tr", &people[2].name, "tidak ada di berkas").await?;
    desk.sees("Nama kosong").await?;
    desk.sees("Terapkan untuk 2 orang").await?;
    let decide = "const select = document.querySelector('[data-kind=moved] select'); \
        select.value = 'update'; select.dispatchEvent(new Event('change', { bubbles: true })); \
        document.querySelector('fieldset input[type=checkbox]').click()";
    desk.script(decide).await?;
    desk.sees("Terapkan untuk 4 orang").await?;
    desk.picture("desk-roster-preview").await?;
    desk.press("Terapkan untuk 4 orang").await?;
    desk.sees("Daftar sudah diterapkan").await?;
    desk.sees("Sudah tidak ada di daftar: 1").await?;
    desk.picture("desk-roster-done").await?;

    siti.sync().await.unwrap();
    let names = |sheet| -> Vec<String> {
        siti.replica().people(sheet).into_iter().map(|row| row.name).collect()
    };
    assert!(names(&sheet).contains(&"Novita Kelmanutu".to_owned()));
    let registered = row(&siti, &sheet, people[0].entry);
    assert_eq!((registered.state, registered.cell.as_str()), (State::Registered, "77"));
    assert!(!registered.contested, "both were said, and they do not disagree");
    assert_eq!(row(&siti, &sheet, people[1].entry).cell, "→Mapenaling/2");
    assert_eq!(row(&siti, &sheet, people[2].entry).name, people[2].name, "nobody is removed");
    let opened = siti.replica().sheet_list().into_iter().find(|one| one.block == "Mapenaling");
    assert_eq!(names(&opened.unwrap().id), ["Andi Sutrisno"], "the tablet got the new sheet");

    // Who is gone is one press away, and the same file has nothing left to say.
    desk.press(&people[2].name).await?;
    desk.sees_in("aside", &people[2].name, "Riwayat").await?;
    desk.script("location.hash = 'roster'").await?;
    desk.sees("Daftar terakhir").await?;
    desk.fill("Berkas daftar WBP", &file.display().to_string()).await?;
    desk.sees("Tidak ada yang perlu diterapkan").await?;
    desk.close().await
}
