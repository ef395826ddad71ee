//! The house advises and the officer decides: advice is read once, forbids nothing, and reaches the desk.

use bilik_shared::replica::PersonRow;
use bilik_tests::browser::Stuck;
use bilik_tests::pages;

use crate::hands::Hand;
use crate::house::{House, first_sheet, register_as_is};

const REASON: &str = "Pendidikan SMP, disarankan paling rendah SMA";

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_against_advice_is_asked_once_and_the_desk_reads_why() {
    let house = House::open().await;
    let told = against_advice(&house).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    let mut desk = house.desk("marlin").await;
    let rows = desk.rows().await;
    let row = rows.iter().find(|row| row.asked()).unwrap();
    let detail = desk.detail(&row.sheet, row.entry).await;
    let [against] = &detail.answers.against[..] else { panic!("{:?}", detail.answers.against) };
    assert_eq!((against.rule.as_str(), against.version), ("pendidikan_minimal_kantor", 1));
    assert_eq!((against.programme.as_str(), against.seen.as_str()), ("TIK", "SMP"));
}

const A_MINUTE_LATER: &str = "const now = Date.now.bind(Date); Date.now = () => now() + 61000";

/// What the tablet says about a programme's seats is what the server said at the last contact.
#[tokio::test(flavor = "multi_thread")]
async fn seats_are_told_as_of_the_last_contact() {
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let mut register_welders = async |people: &[PersonRow]| {
        for person in people {
            register_as_is(&mut rusdi, &sheet, person.entry, "LAS");
        }
        rusdi.sync().await.unwrap();
    };
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.first_person().await?;
        page.sees_in("button", "Teknik Las", "Sisa 16 dari 16 · per ").await?;
        // The tablet asks again at the first contact after a minute.
        page.script(A_MINUTE_LATER).await?;
        register_welders(&people[1..3]).await;
        page.sees_in("button", "Teknik Las", "Sisa 14 dari 16 · per ").await?;
        // Out of reach nobody here knows of the others, also after a start.
        hand.leave_reach().await?;
        register_welders(&people[3..17]).await;
        pages::reopen(page).await?;
        page.sees_in("button", "Teknik Las", "Sisa 14 dari 16 · per ").await?;
        page.script(A_MINUTE_LATER).await?;
        hand.come_back().await?;
        page.sees_in("button", "Teknik Las", "Penuh 16 dari 16 · per ").await?;
        let full = "Kuota program ini sudah penuh. Pendaftar berikutnya masuk cadangan.";
        page.sees_in("button", "Teknik Las", full).await?;
        page.picture("tablet-seats-full").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn against_advice(house: &House) -> Result<(), Stuck> {
    let hand = Hand::on(house).await?;
    let page = &hand.page;
    hand.first_person().await?;
    // What is not known is said, and is no advice for or against.
    page.sees_in("button", "Aplikasi Perkantoran", "perlu tahu: Pendidikan terakhir").await?;
    pages::answer(page, &["Aplikasi Perkantoran", "Garmen"]).await?;
    page.sees_in("button", "Aplikasi Perkantoran", REASON).await?;
    page.picture("tablet-advice").await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees_in("li", "Aplikasi Perkantoran", REASON).await?;
    page.press("Sudah benar, simpan begini").await?;
    page.sees("Saya bersedia").await?;
    // Asked once: neither the way back nor a start of the app asks again.
    page.script("history.back()").await?;
    page.sees("Minat pelatihan").await?;
    pages::reopen(page).await?;
    page.sees("Minat pelatihan").await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees("Cara menyatakan kesediaan").await?;
    page.script("history.back()").await?;
    page.sees("Minat pelatihan").await?;
    pages::agree(page).await?;
    page.sees("Diterima server").await?;
    // The supervisor reads it beside the answers.
    house.sit_down(page, "marlin").await?;
    page.sees("Dasbor registrasi").await?;
    page.script("location.hash = 'registrations'").await?;
    let opened = "const row = document.querySelector('tbody tr'); \
        (row?.querySelector('button, a') ?? row)?.click(); return row !== null";
    page.until("a registration", opened).await?;
    page.sees_in("div", "Dipilih walau tidak disarankan", REASON).await?;
    page.picture("desk-advice").await
}
