//! What others do to a person who is open on this tablet: their answers arrive between two keys, two answers
//! stand side by side, and what the supervisor sent back is answered.

use bilik_shared::command::What;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::{DecisionState, State};
use bilik_shared::registration::{Answers, Education, Field, Plan, parse_choices};
use bilik_shared::view::Decide;
use bilik_tests::browser::Stuck;
use bilik_tests::pages;
use bilik_tests::tablet::Tablet;

use crate::hands::Hand;
use crate::house::{House, first_sheet, register, row};

async fn open(hand: &Hand, sheet: &SheetId, entry: EntryId) -> Result<(), Stuck> {
    hand.page.script(&format!("location.hash = 'form/{sheet}/{entry}'")).await?;
    hand.page.sees("Minat pelatihan").await
}

async fn draft(tablet: &mut Tablet, sheet: &SheetId, entry: EntryId, answers: Answers) {
    let what = What::SaveDraft { person: None, answers: Box::new(answers) };
    tablet.act(sheet, entry, what).unwrap().unwrap();
    tablet.sync().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_tablet_answers_arrives_in_the_open_form_and_takes_no_key_away() {
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        open(&hand, &sheet, people[0].entry).await?;
        page.press("Garmen").await?;
        page.focus("reason-input").await?;
        page.keys("ingin be").await?;

        // Nothing of it was typed here: it stands on the screen, and the hand goes on typing.
        let plan = Answers { plan: Some(Plan::Business), ..Answers::default() };
        draft(&mut rusdi, &sheet, people[0].entry, plan.clone()).await;
        page.keys("ker").await?;
        page.sees("Tablet lain baru mengisi: Rencana setelah bebas").await?;
        page.keys("ja ").await?;
        let chosen = "return document.querySelector('#plan input:checked')?.closest('label').innerText.trim()";
        assert_eq!(page.until("the plan", chosen).await?, "Usaha sendiri");

        // This was: both are told apart, and the one on the screen stays.
        let other =
            Answers { choices: parse_choices("KAY"), education: Some(Education::Primary), ..plan };
        draft(&mut rusdi, &sheet, people[0].entry, other).await;
        page.keys("se").await?;
        page.sees("Tablet lain menjawab saat isian ini terbuka").await?;
        page.sees("Jawaban berbeda pada: Pilihan program").await?;
        page.keys("gera").await?;
        let held = page.script("return document.querySelector('#reason-input').value").await?;
        assert_eq!(held, "ingin bekerja segera");
        assert_eq!(page.script("return document.activeElement.id").await?, "reason-input");
        let ranked = "return document.querySelector('.choice[aria-pressed=true] b').innerText";
        let ranked = page.script(ranked).await?;
        assert!(ranked.as_str().unwrap().contains("Garmen"), "{ranked}");
        page.picture("tablet-clash").await?;

        // What is saved is what stood on the screen, of both hands.
        page.choose("NIK", "Belum memiliki NIK").await?;
        pages::agree(page).await?;
        page.sees("Diterima server").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    rusdi.sync().await.unwrap();
    let entry = rusdi.replica().entry(&sheet, people[0].entry).unwrap();
    let answers = &entry.answers;
    assert_eq!((entry.state, entry.contested), (State::Registered, false));
    assert_eq!(answers.choices, parse_choices("GAR"));
    assert_eq!(answers.reason, "ingin bekerja segera");
    assert_eq!((answers.plan, answers.education), (Some(Plan::Business), Some(Education::Primary)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_are_shown_with_who_gave_them_and_one_is_chosen_without_network() {
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let name = &people[0].name;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.leave_reach().await?;
        open(&hand, &sheet, people[0].entry).await?;
        pages::answer(page, &["Garmen"]).await?;
        pages::agree(page).await?;
        page.sees("Tersimpan di tablet").await?;
        rusdi.act(&sheet, people[0].entry, register("KAY,LAS")).unwrap().unwrap();
        rusdi.sync().await.unwrap();
        page.follow("Daftar Blok A").await?;
        hand.come_back().await?;
        page.sees_in("a", name, "Perlu ditinjau").await?;

        hand.leave_reach().await?;
        page.follow(name).await?;
        page.sees("Pilihan program: ada 2 jawaban").await?;
        for (officer, answer) in
            [("Siti Aminah Tuasikal", "Garmen"), ("Rusdi Marasabessy", "Teknik Las")]
        {
            page.sees_in("div", officer, answer).await?;
        }
        page.picture("tablet-two-answers").await?;
        let choices = "//section[contains(., 'Pilihan program: ada')]";
        let mine =
            format!("return document.evaluate(\"{choices}\", document).iterateNext() === null");
        page.press_in("div[@class='answer']", "Pertukangan Kayu", "Pakai yang ini").await?;
        page.until("one answer", &mine).await?;
        // The statement was given twice as well, to two witnesses.
        page.press_in("div[@class='answer']", "Yohanis Pelupessy", "Pakai yang ini").await?;
        page.sees("Tidak ada isian dengan dua jawaban").await?;
        page.follow("Buka isian").await?;
        page.sees_in("li", "1", "Pertukangan Kayu").await?;
        page.sees_in("a", "Luring", "tersimpan").await?;
        hand.come_back().await?;
        page.follow("Bukan orang ini?").await?;
        page.sees_in("a", name, "Diterima server").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    rusdi.sync().await.unwrap();
    assert_eq!(rusdi.replica().conflicts(&sheet, people[0].entry), []);
    let answers = &rusdi.replica().entry(&sheet, people[0].entry).unwrap().answers;
    assert_eq!(answers.choices, parse_choices("KAY,LAS"));
    assert_eq!(answers.consent.as_ref().unwrap().witness, "Yohanis Pelupessy");
    let history = rusdi.replica_mut().sheet_mut(&sheet).unwrap().history(people[0].entry);
    let given = history.iter().filter(|step| step.field == Field::Choices.key());
    assert!(given.count() >= 2, "both answers stay in the history");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_supervisor_sent_back_stands_on_top_and_is_answered() {
    const COMMENT: &str = "Pendidikan tidak sesuai ijazah, tanyakan lagi";
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let entry = people[0].entry;
    let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        open(&hand, &sheet, entry).await?;
        pages::answer(page, &["Garmen"]).await?;
        pages::agree(page).await?;
        page.sees("Diterima server").await?;
        let back = Decide {
            state: DecisionState::Returned,
            reason: COMMENT.into(),
            programme: None,
            package: None,
        };
        assert_eq!(house.desk("marlin").await.post(&path, &back).await.status, 200);
        page.follow("Daftar Blok A").await?;
        page.sees_in("a", &people[0].name, "Dikembalikan").await?;
        hand.leave_reach().await?;
        page.follow(&people[0].name).await?;
        page.sees("Dikembalikan untuk perbaikan").await?;
        // Before every question, with who says it.
        let top = "return document.querySelector('form.page').innerText";
        let top = page.script(top).await?;
        let top = top.as_str().unwrap();
        let at = |text: &str| top.find(text).unwrap_or_else(|| panic!("{text} in {top}"));
        assert!(
            at(COMMENT) < at("Minat pelatihan") && at("marlin") < at("Minat pelatihan"),
            "{top}"
        );
        page.picture("tablet-returned").await?;
        page.choose("Pendidikan terakhir", "SD").await?;
        page.press("Jawab perbaikan ini").await?;
        page.sees("Tersimpan di tablet").await?;
        hand.come_back().await?;
        page.sees("Diterima server").await?;
        page.follow("Ubah").await?;
        page.sees("Pendaftaran ini sudah tersimpan").await?;
        assert!(!page.text().await?.contains(COMMENT), "answered");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    rusdi.sync().await.unwrap();
    assert_eq!(row(&rusdi, &sheet, entry).state, State::Registered);
    let detail = house.desk("marlin").await.detail(&sheet, entry).await;
    assert_eq!(detail.answers.education, Some(Education::Primary));
    assert_eq!(detail.row.state, State::Registered);
}
