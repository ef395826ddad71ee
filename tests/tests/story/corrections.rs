//! A registration may be changed until somebody has verified it; after that it can only be withdrawn. Each step
//! stands in the history with who, where and when.

use bilik_shared::lifecycle::{DecisionState, State};
use bilik_shared::view::Decide;
use bilik_tests::pages;

use crate::hands::Hand;
use crate::house::{House, first_sheet};

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_changed_until_it_is_verified_and_withdrawn_afterwards() {
    let house = House::open().await;
    let rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let entry = people[0].entry;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.first_person().await?;
        pages::answer(page, &["Garmen"]).await?;
        pages::agree(page).await?;
        page.sees("Diterima server").await?;

        // What is no other choice rests on the word that was given.
        page.follow("Ubah").await?;
        page.sees("Pendaftaran ini sudah tersimpan").await?;
        page.choose("Pendidikan terakhir", "SMA").await?;
        page.press("Simpan perubahan").await?;
        page.sees("Diterima server").await?;
        // Another choice is agreed to anew.
        page.follow("Ubah").await?;
        page.press("Tata Boga").await?;
        pages::agree(page).await?;
        page.sees("Diterima server").await?;

        let verified = Decide {
            state: DecisionState::Verified,
            reason: String::new(),
            programme: None,
            package: None,
        };
        let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
        assert_eq!(house.desk("marlin").await.post(&path, &verified).await.status, 200);
        page.follow("Daftar Blok A").await?;
        page.sees_in("a", &people[0].name, "Terverifikasi").await?;
        hand.leave_reach().await?;
        page.follow(&people[0].name).await?;
        page.sees("Sudah diproses di server").await?;
        let open = "return [...document.querySelectorAll('form.page :is(input, textarea, .choice)')] \
            .filter(one => !one.matches(':disabled')).length";
        assert_eq!(page.script(open).await?, 0, "fields that can be changed");
        let buttons = page.text().await?;
        for gone in ["Simpan draf", "Simpan perubahan", "Lanjut ke pernyataan", "Tidak di tempat"] {
            assert!(!buttons.contains(gone), "{gone} in {buttons}");
        }
        page.picture("tablet-verified").await?;

        page.follow("Batal ikut").await?;
        page.fill("Alasan batal ikut", "pindah ke Lapas").await?;
        page.press("Catat batal ikut").await?;
        page.sees("Tersimpan di tablet").await?;
        hand.come_back().await?;
        page.sees("Diterima server").await?;
        page.script("location.hash = location.hash.replace('saved', 'history')").await?;
        for (who, step) in [
            ("Siti Aminah Tuasikal", "mendaftarkan"),
            ("Siti Aminah Tuasikal", "mengubah isian"),
            ("Server", "memutuskan: Terverifikasi"),
            ("Siti Aminah Tuasikal", "mencatat pengunduran diri"),
        ] {
            page.sees_in("li", who, step).await?;
        }
        page.sees_in("li", "mencatat pengunduran diri", "Tablet T02 · direkam").await?;
        page.picture("tablet-withdrawn-history").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    let detail = house.desk("marlin").await.detail(&sheet, entry).await;
    assert_eq!(detail.row.state, State::Withdrawn);
    let reason =
        detail.history.iter().find(|step| step.happened.field == "withdraw_reason").unwrap();
    assert_eq!(reason.happened.after, "pindah ke Lapas");
}
