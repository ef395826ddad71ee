//! Somebody who is on no list, and does not know on which day they were born.

use bilik_shared::person::Citizenship;
use bilik_shared::registration::NikStatus;
use bilik_tests::browser::Stuck;

use crate::hands::Hand;
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_knows_only_their_year_of_birth_is_added_with_what_is_known() {
    let house = House::open().await;
    let told = add(&house).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    let mut desk = house.desk("marlin").await;
    let rows = desk.rows().await;
    let row = rows.iter().find(|row| !row.listed).unwrap();
    let detail = desk.detail(&row.sheet, row.entry).await;
    let person = &detail.person;
    assert_eq!(person.register_number, "b.i 9105 /26", "kept as typed");
    assert_eq!(person.birth_date.unwrap().to_string(), "01/07/1980");
    assert!(person.birth_approximate);
    assert_eq!(person.birth_place, "Saparua");
    assert_eq!(person.citizenship, Some(Citizenship::Indonesian));
    assert_eq!(detail.answers.nik_status, Some(NikStatus::InProcess));
}

async fn add(house: &House) -> Result<(), Stuck> {
    let hand = Hand::on(house).await?;
    let page = &hand.page;
    page.follow("Tambah orang").await?;
    page.fill("Nama lengkap", "La Ode Sarlin").await?;
    page.fill("Nomor registrasi", "b.i 9105 /26").await?;
    page.fill("Kamar", "3").await?;
    page.fill("Tempat lahir", "Saparua").await?;
    page.fill("Tahun", "1980").await?;
    page.choose("Jenis kelamin", "Laki-laki").await?;
    page.choose("Status hukum", "Narapidana").await?;
    page.choose("Kewarganegaraan", "WNI").await?;
    page.press("Lanjut").await?;
    page.sees("Gunakan format hh/bb/tttt").await?;
    page.press("Tanggal perkiraan").await?;
    page.sees("Hanya tahun yang pasti").await?;
    // A number that cannot be one is said here, not on the next page.
    page.choose("NIK", "Ada").await?;
    page.fill("NIK (16 angka)", "8171").await?;
    page.press("Lanjut").await?;
    page.sees("NIK harus 16 angka").await?;
    page.picture("tablet-add-approximate").await?;
    page.choose("NIK", "Dalam proses Dukcapil").await?;
    page.press("Lanjut").await?;
    page.sees("Minat pelatihan").await?;
    page.sees("sekitar tahun 1980").await?;
    let answered = "return document.querySelector('#nik_status input:checked') !== null";
    page.until("the answer about the number", answered).await?;
    page.sees("1 diterima").await
}
