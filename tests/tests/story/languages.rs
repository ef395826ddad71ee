//! A whole shift, told in each language by the words of its screens; no screen says anything in the other one.

use bilik_tests::browser::Stuck;
use bilik_tests::cutter::Cutter;
use bilik_tests::pages::{Pages, is_open, type_pin};
use bilik_tests::words::{ENGLISH, INDONESIAN, Words};
use bilik_tests::{browser::Driver, pages};
use serde_json::json;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_in_indonesian() {
    shift(INDONESIAN, ENGLISH, ["Garmen", "Teknik Las", "Tata Boga"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_in_english() {
    shift(ENGLISH, INDONESIAN, ["Sewing", "Welding", "Cooking and baking"]).await;
}

/// One page after another is looked at.
struct Look<'a> {
    pages: Pages<'a>,
    other: Words,
}

impl Look<'_> {
    /// The page says this, and nothing in the other language.
    async fn at(&self, key: &str) -> Result<(), Stuck> {
        let Pages { page, words } = self.pages;
        page.sees(words.say(key)).await?;
        let says = page.text().await?;
        let left = self.other.leftovers(words, &says);
        assert!(left.is_empty(), "{left:?} on the page of {key}:\n{says}");
        Ok(())
    }

    async fn press(&self, key: &str) -> Result<(), Stuck> {
        self.pages.page.press(self.pages.words.say(key)).await
    }

    async fn follow(&self, key: &str) -> Result<(), Stuck> {
        self.pages.page.follow(self.pages.words.say(key)).await
    }
}

async fn shift(words: Words, other: Words, programmes: [&str; 3]) {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let code = house.desk("marlin").await.enrolment().await.code;
        let page = driver.open(profile.path(), (1280, 800)).await?;
        let network = Cutter::start(house.address()).await.unwrap();
        page.go(&format!("http://localhost:{}/tablet/#enrol={code}", network.address.port()))
            .await?;
        let pages = Pages { page: &page, words };
        let look = Look { pages, other };
        pages.speak().await?;
        pages.take("Siti Aminah Tuasikal").await?;
        look.at("sheets.title").await?;
        network.pull_the_plug();
        page.set_offline(true).await?;
        page.follow(&words.with("sheets.block", "block", "A")).await?;
        look.at("walk.missing").await?;

        // One is registered, after a word about what is missing; one does not want to, one is away.
        let next = "const next = document.querySelector('a.person.here'); next?.click(); return next !== null";
        page.until("the next", next).await?;
        look.at("form.title").await?;
        look.press("act.to_consent").await?;
        look.at("form.errors").await?;
        pages.answer(&programmes).await?;
        look.at("form.papers").await?;
        pages.agree().await?;
        look.at("saved.title").await?;
        look.follow("saved.next").await?;
        look.at("form.title").await?;
        look.press("act.decline").await?;
        look.at("saved.title").await?;
        look.follow("saved.next").await?;
        look.at("form.title").await?;
        look.press("act.away").await?;
        look.at("saved.title").await?;

        // The next officer adds somebody, who is registered and changes their mind.
        look.press("bar.switch_officer").await?;
        look.at("lock.keep").await?;
        pages.hand_over("Rusdi Marasabessy").await?;
        page.follow(&words.with("act.list", "block", "A")).await?;
        pages.name_somebody("Wa Ode Sari", "A.III 9104/2025").await?;
        look.at("add.title").await?;
        look.press("act.next").await?;
        pages.answer(&programmes[..1]).await?;
        pages.agree().await?;
        look.at("saved.title").await?;
        look.follow("saved.change").await?;
        look.at("form.answered").await?;
        look.follow("withdraw.open").await?;
        look.at("withdraw.help").await?;
        look.press("withdraw.now").await?;
        look.at("saved.title").await?;
        page.script("location.hash = location.hash.replace('saved', 'history')").await?;
        look.at("history.title").await?;

        // The end of the shift.
        page.script("location.hash = 'sync'").await?;
        look.at("sync.missing").await?;
        network.plug_in();
        page.set_offline(false).await?;
        look.at("sync.handed_in").await?;
        page.picture(&format!("tablet-shift-{}", words.code)).await?;
        // Started again and locked, it speaks as before.
        page.reload().await?;
        look.at("lock.hard").await?;
        pages.hand_over("Rusdi Marasabessy").await?;
        look.at("sync.handed_in").await?;
        look.press("bar.switch_officer").await?;
        look.press("lock.now").await?;
        look.at("lock.locked").await?;
        let lang = page.script("return document.documentElement.lang").await?;
        assert_eq!(lang, json!(words.code));
        type_pin(&page, pages::PIN).await?;
        is_open(&page).await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
