//! One person from the list to the next one by keys alone: Tab, Space, Enter, arrows and letters. After each
//! step the focus is to be seen, and where it belongs.

use bilik_tests::browser::{Browser, Stuck};
use bilik_tests::cutter::Cutter;
use serde_json::{Value, json};

use crate::hands::Hand;
use crate::house::House;

const TAB: char = '\u{e004}';
const ENTER: &str = "\u{e007}";
const RIGHT: &str = "\u{e014}";

/// What has the focus, as people see it: its words, whether a ring shows it, and whether anything covers it.
const HELD: &str = "const at = document.activeElement; \
    const shown = at.closest('.pick label') ?? at, box = shown.getBoundingClientRect(); \
    const x = box.left + box.width / 2, y = box.top + Math.min(box.height, innerHeight) / 2; \
    const top = document.elementFromPoint(x, y); \
    const style = getComputedStyle(shown); \
    return { tag: at.tagName, id: at.id, \
        says: (at.getAttribute('aria-label') ?? shown.innerText ?? '').trim() \
            || (at.labels?.[0]?.innerText ?? ''), \
        ring: at.matches(':focus-visible') && style.outlineStyle !== 'none' && style.outlineWidth !== '0px', \
        free: top !== null && (shown.contains(top) || top.contains(shown)) };";

struct Keys<'a>(&'a Browser);

impl Keys<'_> {
    async fn held(&self) -> Result<Value, Stuck> {
        self.0.script(HELD).await
    }

    /// The focus must come to this by itself, and be seen.
    async fn lands(&self, text: &str) -> Result<(), Stuck> {
        let lands = format!(
            "const held = (() => {{ {HELD} }})(); return held.tag !== 'BODY' && held.says.includes({}) && held",
            json!(text)
        );
        let held = self.0.until(&format!("the focus on “{text}”"), &lands).await?;
        seen(&held)
    }

    /// Goes on with Tab until the focus is on what says this; each stop on the way must be seen.
    async fn tab_to(&self, text: &str) -> Result<(), Stuck> {
        let mut way = Vec::new();
        for _ in 0..80 {
            self.0.keys(&TAB.to_string()).await?;
            let held = self.held().await?;
            seen(&held)?;
            let says = held["says"].as_str().unwrap_or_default().to_owned();
            if says.contains(text) {
                return Ok(());
            }
            way.push(says);
        }
        Err(Stuck(format!("Tab does not come to “{text}”, but to {way:?}")))
    }

    async fn press(&self, keys: &str) -> Result<(), Stuck> {
        self.0.keys(keys).await
    }
}

/// The focus is on something, has a ring, and nothing lies over it.
fn seen(held: &Value) -> Result<(), Stuck> {
    if held["tag"] == "BODY" || held["ring"] != true || held["free"] != true {
        return Err(Stuck(format!("the focus is not to be seen: {held}")));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_registered_by_keys_alone() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        // From here on nothing is clicked.
        hand.page
            .script("addEventListener('pointerdown', () => window.clicked = true, true)")
            .await?;
        one_person(&hand.page, &hand.network).await?;
        assert_eq!(hand.page.script("return window.clicked ?? false").await?, false);
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn one_person(page: &Browser, network: &Cutter) -> Result<(), Stuck> {
    let keys = Keys(page);
    // Out of reach of the server the verdict changes under the focus, when it is in reach again.
    network.pull_the_plug();
    let next = "return document.querySelector('a.person.here .name b').innerText";
    let name = page.until("the next to be asked", next).await?;
    let name = name.as_str().unwrap_or_default();
    // The list: the next person has the focus; one back and forth shows that both ways are open.
    page.until("the landing", "return document.activeElement.matches('a.person.here')").await?;
    page.shifted(TAB).await?;
    seen(&keys.held().await?)?;
    keys.tab_to(name).await?;
    keys.press(ENTER).await?;

    // The form.
    keys.lands("Minat pelatihan").await?;
    for choice in ["Teknik Otomotif", "Garmen", "Tata Boga"] {
        keys.tab_to(choice).await?;
        keys.press(" ").await?;
    }
    // Another order: up and down go with the programme.
    for _ in 0..40 {
        page.shifted(TAB).await?;
        let held = keys.held().await?;
        seen(&held)?;
        if held["says"].as_str().unwrap_or_default().contains("Naikkan Tata Boga") {
            break;
        }
    }
    keys.lands("Naikkan Tata Boga").await?;
    keys.press(" ").await?;
    keys.lands("Naikkan Tata Boga").await?;
    keys.press(" ").await?;
    keys.lands("Turunkan Tata Boga").await?;
    // Too early: the summary of what is missing takes the focus, and leads to the field.
    keys.tab_to("Lanjut ke pernyataan").await?;
    keys.press(ENTER).await?;
    keys.lands("Pendidikan terakhir").await?;
    keys.press(ENTER).await?;
    keys.lands("Tidak sekolah").await?;
    keys.press(&RIGHT.repeat(3)).await?;
    keys.lands("SMP").await?;
    keys.tab_to("Bekerja").await?;
    keys.press(" ").await?;
    keys.tab_to("Ada").await?;
    keys.tab_to("Ada").await?;
    keys.press(RIGHT).await?;
    keys.lands("Belum memiliki NIK").await?;
    keys.tab_to("Alasan memilih").await?;
    keys.press("ingin menjahit").await?;
    keys.tab_to("Lanjut ke pernyataan").await?;
    page.picture("tablet-keyboard-form").await?;
    keys.press(ENTER).await?;

    // The statement.
    keys.lands("Pernyataan kesediaan").await?;
    keys.tab_to("Tanda tangan di kertas").await?;
    keys.press(&RIGHT.repeat(3)).await?;
    keys.lands("Lisan dengan saksi").await?;
    keys.tab_to("Nama saksi").await?;
    keys.press("Yohanis Pelupessy").await?;
    keys.tab_to("Ya").await?;
    keys.press(" ").await?;
    keys.tab_to("Saya bersedia").await?;
    keys.press(ENTER).await?;

    // The verdict keeps the focus while it changes.
    keys.lands("Tersimpan di tablet").await?;
    page.picture("tablet-keyboard-saved").await?;
    network.plug_in();
    keys.lands("Diterima server").await?;
    page.sees_in("li", "1", "Tata Boga").await?;
    keys.tab_to("Berikutnya").await?;
    keys.press(ENTER).await?;
    keys.lands("Minat pelatihan").await?;
    let other = "return document.querySelector('.identity .name').innerText";
    assert_ne!(page.until("the next person", other).await?, name);

    // The list again: a search by keys ends at the person who was found.
    page.script("location.hash = location.hash.replace('form', 'walk').replace(/.[^/]*$/, '')")
        .await?;
    page.until("the landing", "return document.activeElement.matches('a.person.here')").await?;
    page.shifted(TAB).await?;
    keys.tab_to("Cari nama").await?;
    keys.press("otomotif").await?;
    keys.press(&"\u{e003}".repeat(8)).await?;
    keys.press(name).await?;
    page.sees_in("a", name, "Terdaftar").await?;
    keys.press(ENTER).await?;
    keys.lands(name).await
}
