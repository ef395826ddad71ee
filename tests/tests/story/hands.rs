//! What a hand at the tablet meets: how many taps a person costs, a disk that is full, an app that stops.

use std::path::Path;

use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::cutter::Cutter;
use bilik_tests::pages;
use bilik_tests::soak::kill;
use serde_json::json;

use crate::house::House;

/// A tablet in a browser, on the list of its first block.
pub struct Hand {
    pub page: Browser,
    pub network: Cutter,
    profile: tempfile::TempDir,
    driver: Driver,
}

impl Hand {
    pub async fn on(house: &House) -> Result<Self, Stuck> {
        let driver = Driver::start().await?;
        let code = house.desk("marlin").await.enrolment().await.code;
        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), (1280, 800)).await?;
        let network = Cutter::start(house.address()).await.unwrap();
        let port = network.address.port();
        page.go(&format!("http://localhost:{port}/tablet/#enrol={code}")).await?;
        pages::take(&page, "Siti Aminah Tuasikal").await?;
        page.follow("Blok A").await?;
        page.sees("Tidak ada di daftar?").await?;
        Ok(Self { page, network, profile, driver })
    }

    /// Where the browser keeps everything.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// The browser is killed as by an empty battery, and started again at the app's address.
    pub async fn start_again(&mut self) -> Result<(), Stuck> {
        // It may be dead already.
        let _ = kill::tree_of(self.profile.path()).await;
        self.page = self.driver.open(self.profile.path(), (1280, 800)).await?;
        let port = self.network.address.port();
        self.page.go(&format!("http://localhost:{port}/tablet/")).await?;
        pages::hand_over(&self.page, "Siti Aminah Tuasikal").await
    }

    /// The network is gone, for the browser and on the wire.
    pub async fn leave_reach(&self) -> Result<(), Stuck> {
        self.network.pull_the_plug();
        self.page.set_offline(true).await
    }

    /// The network is there again.
    pub async fn come_back(&self) -> Result<(), Stuck> {
        self.network.plug_in();
        self.page.set_offline(false).await
    }

    /// The form of the first person of the block.
    pub async fn first_person(&self) -> Result<(), Stuck> {
        let name = "return document.querySelector('a.person .name b')?.innerText";
        let name = self.page.until("somebody", name).await?;
        self.page.follow(name.as_str().unwrap_or_default()).await?;
        self.page.sees("Minat pelatihan").await
    }
}

/// From the list to the next person; the count may fall, and must not grow.
#[tokio::test(flavor = "multi_thread")]
async fn taps_for_a_known_person_are_counted() {
    let house = House::open().await;
    let told = async {
        let mut hand = Hand::on(&house).await?;
        let page = &hand.page;
        // The first of all: nothing is known, and the way of agreeing is chosen.
        let first = count_taps(page, async || {
            hand.first_person().await?;
            pages::answer(page, &CHOICES).await?;
            page.press("Lanjut ke pernyataan").await?;
            page.choose("Cara menyatakan kesediaan", "Tanda tangan di kertas").await?;
            agree_and_go_on(page).await
        });
        let first = first.await?;
        // The next one is known, here from a draft: what does not change is not asked again.
        pages::answer(page, &[]).await?;
        page.press("Simpan draf").await?;
        page.sees("Tidak ada di daftar?").await?;
        let known = count_taps(page, async || {
            page.follow("Draf").await?;
            page.sees("Minat pelatihan").await?;
            for choice in CHOICES {
                page.press(choice).await?;
            }
            page.press("Lanjut ke pernyataan").await?;
            agree_and_go_on(page).await
        });
        let known = known.await?;
        // Another day: how people agreed last is remembered, what this person has and knows is asked.
        hand.start_again().await?;
        let page = &hand.page;
        page.follow("Blok A").await?;
        page.sees("Tidak ada di daftar?").await?;
        let fresh = count_taps(page, async || {
            page.follow("berikutnya").await?;
            pages::answer(page, &CHOICES).await?;
            page.press("Lanjut ke pernyataan").await?;
            agree_and_go_on(page).await
        });
        let fresh = fresh.await?;
        println!(
            "taps for three choices and a consent on paper: {known} for a known person, {fresh} with education and NIK, {first} with the way of agreeing as well"
        );
        assert_eq!((known, fresh, first), (8, 10, 11), "from the list to the next person");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

const CHOICES: [&str; 3] = ["Garmen", "Teknik Las", "Tata Boga"];

async fn count_taps(
    page: &Browser,
    work: impl AsyncFnOnce() -> Result<(), Stuck>,
) -> Result<u64, Stuck> {
    let count = "window.taps ??= (addEventListener('pointerdown', () => window.taps += 1, true), 0); \
        window.taps = 0";
    page.script(count).await?;
    work().await?;
    Ok(page.script("return window.taps").await?.as_u64().unwrap_or_default())
}

/// On the statement, with the way chosen: read aloud, agreed, saved, the next person.
async fn agree_and_go_on(page: &Browser) -> Result<(), Stuck> {
    page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
    page.press("Saya bersedia").await?;
    let verdict = "const text = document.body.innerText; \
        return text.includes('Tersimpan di tablet') || text.includes('Diterima server')";
    page.until("the verdict", verdict).await?;
    page.follow("Berikutnya").await?;
    page.sees("Minat pelatihan").await
}

/// Notes how each writing transaction of the tablet's memory is to be written, and keeps back that it is on the disk
/// for as long as the page is told to.
const SLOW_DISK: &str = "
    window.asked = [];
    window.held = null;
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
        if (mode === 'readwrite' && this.name === 'bilik-tablet') asked.push(options?.durability);
        return begin.call(this, stores, mode, options);
    };
    const complete = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete');
    Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {
        ...complete,
        set(heard) {
            const late = event => held ? held.push(() => heard.call(this, event)) : heard.call(this, event);
            complete.set.call(this, heard && late);
        },
    });
";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_saved_before_the_disk_says_so() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        let source = json!({ "source": SLOW_DISK });
        page.cdp("Page.addScriptToEvaluateOnNewDocument", source).await?;
        pages::reopen(page).await?;
        hand.leave_reach().await?;
        hand.first_person().await?;
        pages::answer(page, &CHOICES).await?;
        page.press("Lanjut ke pernyataan").await?;
        page.choose("Cara menyatakan kesediaan", "Tanda tangan di kertas").await?;
        page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
        page.script("window.held = []").await?;
        page.press("Saya bersedia").await?;
        page.until("a disk that has written", "return held.length > 0").await?;
        page.until("two frames", TWO_FRAMES).await?;
        let text = page.text().await?;
        assert!(!text.contains("Tersimpan di tablet"), "{text}");
        page.script("const late = held; window.held = null; late.forEach(told => told())").await?;
        page.sees("Tersimpan di tablet").await?;
        let asked = page.script("return asked").await?;
        let asked = asked.as_array().unwrap();
        assert!(!asked.is_empty() && asked.iter().all(|one| one == "strict"), "{asked:?}");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// The page was drawn twice since it was first asked.
const TWO_FRAMES: &str = "
    window.drawn ??= (requestAnimationFrame(() => requestAnimationFrame(() => drawn.done = true)), {});
    return drawn.done === true";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_claims_nothing() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.leave_reach().await?;
        hand.first_person().await?;
        pages::answer(page, &["Garmen"]).await?;
        let full = "window.realPut = IDBObjectStore.prototype.put; \
            IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }";
        page.script(full).await?;
        page.focus("reason-input").await?;
        page.keys("ingin bekerja").await?;
        page.sees("Isian belum dapat disimpan").await?;
        page.press("Simpan draf").await?;
        let refused = "return document.querySelector('#refused [role=alert]') !== null";
        page.until("the refusal", refused).await?;
        let text = page.text().await?;
        assert!(!text.contains("Tersimpan di tablet"), "{text}");
        let held = page.script("return document.querySelector('#reason-input').value").await?;
        assert_eq!(held, "ingin bekerja");

        // There is space again: the same tap saves.
        page.script("IDBObjectStore.prototype.put = window.realPut").await?;
        page.press("Simpan draf").await?;
        page.sees("Tidak ada di daftar?").await?;
        page.sees_in("a", "Draf", "Tersimpan di tablet").await?;
        pages::reopen(page).await?;
        page.sees_in("a", "Draf", "Tersimpan di tablet").await?;
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_stops_says_so_and_keeps_what_was_typed() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.first_person().await?;
        page.focus("reason-input").await?;
        page.keys("ingin bekerja").await?;
        page.sees("Isian disimpan di tablet").await?;
        // The next random number that the app needs, to wait a little before it looks for the server again,
        // is not there: it panics.
        page.script("crypto.getRandomValues = () => { throw new Error('none') }").await?;
        hand.network.pull_the_plug();
        page.sees("Aplikasi berhenti").await?;
        hand.network.plug_in();
        page.press("Muat ulang").await?;
        pages::hand_over(page, "Siti Aminah Tuasikal").await?;
        page.sees("Minat pelatihan").await?;
        let held = "return document.querySelector('#reason-input')?.value";
        assert_eq!(page.until("the text", held).await?, "ingin bekerja");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_statement_the_same_page_comes_and_names_nobody_else() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.leave_reach().await?;
        let names =
            "return [...document.querySelectorAll('a.person .name b')].map(name => name.innerText)";
        let names: Vec<String> =
            serde_json::from_value(page.script(names).await?).expect("a list of names");
        for (n, said) in
            ["Saya bersedia", "Saya tidak bersedia", "Belum sekarang"].into_iter().enumerate()
        {
            page.follow("berikutnya").await?;
            pages::answer(page, &CHOICES[..1]).await?;
            page.press("Lanjut ke pernyataan").await?;
            page.sees("Cara menyatakan kesediaan").await?;
            if n == 0 {
                page.choose("Cara menyatakan kesediaan", "Tanda tangan di kertas").await?;
                page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
            }
            page.press(said).await?;
            page.until("the verdict", "return document.querySelector('.verdict') !== null").await?;
            let text = page.text().await?;
            assert!(text.contains("Tersimpan di tablet"), "{said}: {text}");
            // Somebody's name may stand in another's: Ali, and Ali Parera.
            let rest = text.replace(&names[n], "");
            let others = names.iter().filter(|name| rest.contains(*name));
            assert_eq!(others.collect::<Vec<_>>(), Vec::<&String>::new(), "{said}: {text}");
            // The next person is one tap away, as before.
            page.follow("Berikutnya: kamar").await?;
            page.sees("Minat pelatihan").await?;
            page.follow("Bukan orang ini?").await?;
            page.sees("Tidak ada di daftar?").await?;
        }
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
