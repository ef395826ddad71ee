//! Somebody who may be here already: the same number opens who is there, a similar name is the officer's word.

use bilik_shared::matching::Reason;
use bilik_tests::pages;

use crate::hands::Hand;
use crate::house::{House, first_sheet};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_number_opens_who_is_there_and_a_similar_name_is_the_officers_word() {
    let house = House::open().await;
    let rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let known = people.iter().find(|row| row.register_number.starts_with("B")).unwrap();
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.leave_reach().await?;
        // Another spelling of the number is the same number; nothing was pressed yet.
        let spelling = known.register_number.to_lowercase().replace(' ', "").replace('/', " / ");
        pages::name_somebody(page, "Nama Lain Sekali", &spelling).await?;
        page.sees("Nomor ini sudah ada di tablet ini").await?;
        page.sees_in("li", &known.name, "nomor registrasi sama").await?;
        page.press("Lanjut").await?;
        page.until("the focus", "return document.activeElement?.closest('#alike') !== null")
            .await?;
        page.picture("tablet-same-number").await?;
        page.follow("Buka yang sudah ada").await?;
        page.sees("Minat pelatihan").await?;
        let shown =
            page.script("return document.querySelector('.identity .name').innerText").await?;
        assert_eq!(shown, known.name);
        page.follow("Bukan orang ini?").await?;

        // Somebody whom this tablet adds, and then somebody who is called nearly so.
        pages::name_somebody(page, "Yohanis Souhuwat", "A.III 9401/2025").await?;
        page.press("Lanjut").await?;
        page.sees("Minat pelatihan").await?;
        page.follow("Bukan orang ini?").await?;
        pages::name_somebody(page, "Johanes Souhuwat", "A.III 9402/2025").await?;
        page.sees("Mungkin orang ini sudah ada di tablet").await?;
        let reasons = "nama beda 1 huruf, tanggal lahir sama, kamar sama";
        page.sees_in("li", "Yohanis Souhuwat", reasons).await?;
        page.press("Lanjut").await?;
        page.until("the focus", "return document.activeElement?.closest('#alike') !== null")
            .await?;
        assert!(page.text().await?.contains("Tambah orang"), "nobody is added without a word");
        page.press("Orang lain, lanjutkan").await?;
        pages::answer(page, &["Tata Boga"]).await?;
        // Said once: the form does not ask again.
        page.press("Lanjut ke pernyataan").await?;
        page.sees("Cara menyatakan kesediaan").await?;
        page.script("history.back()").await?;
        pages::agree(page).await?;
        page.sees("Tersimpan di tablet").await?;
        hand.come_back().await?;
        page.sees("Diterima server").await?;

        house.sit_down(page, "marlin").await?;
        page.sees("Dasbor registrasi").await?;
        page.script("location.hash = 'registrations'").await?;
        page.sees_in("tr", "Johanes Souhuwat", "Tata Boga").await?;
        let open = "const rows = [...document.querySelectorAll('tbody tr')]; \
            const row = rows.find(row => row.innerText.includes('Johanes Souhuwat')); \
            (row?.querySelector('button, a') ?? row)?.click(); return row !== undefined";
        page.until("the registration", open).await?;
        page.sees("Mirip, tetapi orang lain menurut petugas").await?;
        page.sees_in("li", "nama beda 1 huruf", "tanggal lahir sama").await?;
        page.picture("desk-somebody-else").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    let mut desk = house.desk("marlin").await;
    let rows = desk.rows().await;
    let [first, second] = ["Yohanis Souhuwat", "Johanes Souhuwat"]
        .map(|name| rows.iter().find(|row| row.name == name).unwrap());
    let said = desk.detail(&sheet, second.entry).await.answers.distinct;
    let [said] = &said[..] else { panic!("{said:?}") };
    assert_eq!((&said.sheet, said.entry), (&sheet, first.entry));
    assert_eq!(said.reasons, [Reason::OneLetter, Reason::SameBirthDate, Reason::SameCell]);
}
