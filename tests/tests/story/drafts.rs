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
        hand.page.script("document.querySelector('#note-input').focus()").await?;
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
async fn walk_through(tablet: &mut Tablet, block: &str) -> Vec<String> {
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
        page.script("const now = Date.now.bind(Date); Date.now = () => now() + 121 * 60 * 1000")
            .await?;
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
