//! What was begun: it survives an app that is killed, down to the field, and it is not forgotten when the
//! walk is over.

use bilik_shared::command::What;
use bilik_tests::browser::Stuck;
use bilik_tests::pages;
use bilik_tests::tablet::Tablet;

use crate::hands::Hand;
use crate::house::{House, answers};

const FOCUS: &str = "return document.activeElement?.id";

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_killed_reopens_the_form_at_the_same_field() {
    let house = House::open().await;
    let told = async {
        let mut hand = Hand::on(&house).await?;
        hand.leave_reach().await?;
        hand.first_person().await?;
        let form = hand.page.script("return location.hash").await?;
        pages::answer(&hand.page, &["Garmen"]).await?;
        hand.page.focus("note-input").await?;
        hand.page.keys("minta ").await?;
        // The page says that it keeps, not which key was the last: a second is long enough for all of them.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        hand.start_again().await?;

        let page = &hand.page;
        page.until("the field", &format!("{FOCUS} === 'note-input'")).await?;
        assert_eq!(page.script("return location.hash").await?, form);
        // Typing goes on where it stopped.
        page.keys("buku").await?;
        let held = page.script("return document.querySelector('#note-input').value").await?;
        assert_eq!(held, "minta buku");
        assert_eq!(
            page.script("return document.querySelectorAll('.choice[aria-pressed=true]').length")
                .await?,
            1
        );
        // Among answers to choose from, the chosen one has the focus.
        page.choose("NIK", "Tidak diketahui").await?;
        page.sees("Isian disimpan di tablet").await?;
        page.follow("Bukan orang ini?").await?;
        page.sees("Tidak ada di daftar?").await?;
        hand.first_person().await?;
        let chosen =
            "const at = document.activeElement; return at.name === 'nik_status' && at.checked";
        page.until("the chosen answer", chosen).await?;
        // Who left the form by themselves is not brought back to it.
        page.follow("Bukan orang ini?").await?;
        page.sees("Tidak ada di daftar?").await?;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        hand.start_again().await?;
        hand.page.sees("Lembar untuk").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// Everybody of the block is asked, and two are left as drafts.
pub async fn walk_through(tablet: &mut Tablet, block: &str) -> Vec<String> {
    let sheet = tablet.replica().sheet_list().into_iter().find(|one| one.block == block).unwrap();
    let people = tablet.replica().people(&sheet.id);
    for (n, row) in people.iter().enumerate() {
        let what = match n {
            2 | 7 => What::SaveDraft { person: None, answers: Box::new(answers("GAR")) },
            _ => What::Decline { consent: None },
        };
        tablet.act(&sheet.id, row.entry, what).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    [2, 7].map(|n: usize| people[n].name.clone()).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_of_the_walk_drafts_are_listed_with_their_age() {
    let house = House::open().await;
    let mut rusdi = house.tablet("rusdi").await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        let listed = "return document.body.innerText.includes('Draf yang belum selesai')";
        assert_eq!(page.script(listed).await?, false, "nobody of this block was asked yet");
        let drafts = walk_through(&mut rusdi, "W").await;
        page.sees("12 diterima").await?;
        // Two hours and a minute later.
        let later = "const now = Date.now.bind(Date); Date.now = () => now() + 121 * 60 * 1000";
        let source = serde_json::json!({ "source": later });
        page.cdp("Page.addScriptToEvaluateOnNewDocument", source).await?;
        page.script(later).await?;
        page.sees("Tablet terkunci").await?;
        pages::hand_over(page, "Siti Aminah Tuasikal").await?;
        let block = "[...document.querySelectorAll('a')].find(a => a.innerText.includes('Blok W'))";
        page.script("location.hash = 'sheets'").await?;
        page.until("the block", &format!("return {block} !== undefined")).await?;
        page.script(&format!("{block}.click()")).await?;
        for name in &drafts {
            page.sees_in("li", name, "draf, 2 jam lalu").await?;
        }
        page.picture("tablet-drafts").await?;
        page.follow(&drafts[0]).await?;
        page.sees("Minat pelatihan").await?;
        // The last verdict of a block leads to what is left.
        pages::agree(page).await?;
        page.sees("1 draf belum selesai").await?;
        page.follow("1 draf belum selesai").await?;
        page.sees_in("li", &drafts[1], "draf, 2 jam lalu").await?;
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// What a field holds.
async fn held(hand: &Hand, field: &str) -> Result<String, Stuck> {
    let value = format!("return document.getElementById('{field}')?.value.replace(/$/, '.')");
    let value = hand.page.until(field, &value).await?;
    let value = value.as_str().unwrap_or_default();
    Ok(value.strip_suffix('.').unwrap_or_default().to_owned())
}

/// The page does not say which key was the last that it kept: a second is long enough for all of them.
async fn kill(hand: &mut Hand) -> Result<(), Stuck> {
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    hand.start_again().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_killed_reopens_every_page_on_which_something_is_typed() {
    let house = House::open().await;
    let told = async {
        let mut hand = Hand::on(&house).await?;
        hand.leave_reach().await?;
        // Somebody who is not on the list.
        pages::name_somebody(&hand.page, "Wa Ode Halimah", "77").await?;
        hand.page.focus("birth_place-input").await?;
        hand.page.keys("Bau ").await?;
        kill(&mut hand).await?;
        hand.page.until("the field", &format!("{FOCUS} === 'birth_place-input'")).await?;
        hand.page.keys("Bau").await?;
        hand.page.sees("Isian yang belum selesai dibuka kembali").await?;
        for (field, value) in [
            ("name-input", "Wa Ode Halimah"),
            ("register_number-input", "77"),
            ("birth_date-year", "1990"),
            ("birth_place-input", "Bau Bau"),
        ] {
            assert_eq!(held(&hand, field).await?, value, "{field}");
        }
        // They are missed where the tablet says what is not finished.
        hand.page.script("location.hash = 'sync'").await?;
        hand.page.sees_in("li", "Wa Ode Halimah", "Diketik dan belum disimpan").await?;
        hand.page.follow("Buka").await?;
        hand.page.press("Lanjut").await?;
        pages::answer(&hand.page, &["Garmen"]).await?;
        hand.page.press("Lanjut ke pernyataan").await?;
        hand.page.press("Sudah benar, simpan begini").await?;

        // The statement: a name that is too long is said to be, and what stands there comes back.
        hand.page.choose("Cara menyatakan kesediaan", "Lisan dengan saksi").await?;
        hand.page.fill("Nama saksi", &"x".repeat(121)).await?;
        hand.page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
        hand.page.press("Saya bersedia").await?;
        hand.page.sees("Nama saksi paling banyak 120 huruf").await?;
        let empty = "const field = document.getElementById('witness-input'); field.value = ''; \
            field.dispatchEvent(new Event('input'))";
        hand.page.script(empty).await?;
        hand.page.fill("Nama saksi", "Yohanis ").await?;
        kill(&mut hand).await?;
        hand.page.sees("Saudara Wa Ode Halimah").await?;
        assert_eq!(held(&hand, "witness-input").await?, "Yohanis ");
        hand.page.press("Saya bersedia").await?;
        hand.page.sees("Tersimpan di tablet").await?;

        // The reason of a withdrawal.
        hand.page.follow("Ubah").await?;
        hand.page.follow("Batal ikut").await?;
        hand.page.focus("withdraw_reason-input").await?;
        hand.page.keys("pindah ").await?;
        kill(&mut hand).await?;
        assert_eq!(held(&hand, "withdraw_reason-input").await?, "pindah ");
        hand.page.press("Catat batal ikut").await?;
        hand.page.sees("Tersimpan di tablet").await?;

        // Nothing is typed any more, so a start comes back to the sheets.
        kill(&mut hand).await?;
        hand.page.sees("Lembar untuk").await?;
        // The desk reads what the officer confirmed.
        hand.come_back().await?;
        let mut desk = house.desk("marlin").await;
        let handed_in = "return /(^|\\D)0 tersimpan/\
            .test(document.querySelector('a.status')?.innerText ?? '')";
        hand.page.until("the receipt", handed_in).await?;
        let rows = desk.rows().await;
        let row = rows.iter().find(|row| row.name == "Wa Ode Halimah").expect("a row");
        let detail = desk.detail(&row.sheet, row.entry).await;
        assert_eq!(detail.answers.confirmed, ["register_number_form"]);
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_finds_what_was_typed_before_they_went() {
    let house = House::open().await;
    let told = async {
        let mut hand = Hand::on(&house).await?;
        hand.leave_reach().await?;
        hand.first_person().await?;
        pages::answer(&hand.page, &["Garmen"]).await?;
        hand.page.focus("reason-input").await?;
        hand.page.keys("ingin usaha").await?;
        for gone in ["Tidak di tempat", "Tidak berminat"] {
            hand.page.press(gone).await?;
            hand.page.sees("Tersimpan di tablet").await?;
            // Nobody can take the step back any more, and nobody waits for the rest.
            kill(&mut hand).await?;
            hand.page.follow("Status sinkronisasi").await?;
            hand.page.sees("Yang belum selesai").await?;
            let text = hand.page.text().await?;
            assert!(!text.contains("Diketik dan belum disimpan"), "{text}");
            hand.page.script("location.hash = 'sheets'").await?;
            hand.page.follow("Blok A").await?;
            hand.page.sees_in("a", gone, "Tersimpan di tablet").await?;
            hand.first_person().await?;
            assert_eq!(held(&hand, "reason-input").await?, "ingin usaha");
            let pressed = "return document.querySelectorAll('.choice[aria-pressed=true]').length";
            assert_eq!(hand.page.script(pressed).await?, 1);
        }
        // What is typed from now on waits to be finished, and stands on the list as what it is.
        hand.page.follow("Bukan orang ini?").await?;
        let second = "return document.querySelectorAll('a.person .name b')[1]?.innerText";
        let second = hand.page.until("somebody else", second).await?;
        let second = second.as_str().unwrap_or_default().to_owned();
        hand.page.follow(&second).await?;
        hand.page.sees("Minat pelatihan").await?;
        hand.page.press("Garmen").await?;
        hand.page.sees("Isian disimpan di tablet").await?;
        hand.page.follow("Bukan orang ini?").await?;
        hand.page.sees_in("a", &second, "Draf").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
