//! The statement of willingness: every answer and every way, what each costs in taps, and what is stored of it.

use bilik_shared::lifecycle::State;
use bilik_shared::registration::{Consent, ConsentOutcome, ConsentWay, Strokes, Wording};
use bilik_tests::browser::{Browser, Stuck};
use bilik_tests::pages;
use serde_json::json;

use crate::hands::Hand;
use crate::house::{House, first_sheet};

const TAPS: &str =
    "window.taps ??= (addEventListener('pointerdown', () => window.taps += 1, true), 0)";

/// Answers about the person of this place in the list, to where the statement is turned to them.
async fn turn(page: &Browser, sheet: &str, entry: &str) -> Result<(), Stuck> {
    page.script(&format!("location.hash = 'form/{sheet}/{entry}'")).await?;
    pages::answer(page, &["Garmen"]).await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees("Cara menyatakan kesediaan").await?;
    page.script(&format!("{TAPS}; window.taps = 0")).await.map(drop)
}

async fn verdict(page: &Browser) -> Result<u64, Stuck> {
    let left = "return !location.hash.startsWith('#consent')";
    page.until("the end of the statement", left).await?;
    Ok(page.script("return window.taps").await?.as_u64().unwrap_or_default())
}

/// A line on the pad. The page may begin to scroll to what is missing only now: whoever draws beside it draws again.
async fn draw(page: &Browser) -> Result<(), Stuck> {
    let drawn = "return !!document.querySelector('#pad path').getAttribute('d')";
    for _ in 0..5 {
        draw_once(page).await?;
        if page.script(drawn).await? == true {
            break;
        }
    }
    page.until("a line", drawn).await.map(drop)
}

/// The same once, with the pointer down all the way.
async fn draw_once(page: &Browser) -> Result<(), Stuck> {
    let to_the_pad = "window.before = null; \
        document.querySelector('#pad .pad').scrollIntoView({ block: 'center' })";
    page.script(to_the_pad).await?;
    let at_rest = "const box = document.querySelector('#pad .pad').getBoundingClientRect(); \
        const now = [box.left, box.top, box.width, box.height]; \
        const rests = String(now) === window.before; window.before = String(now); return rests && now";
    let pad = page.until("a pad that does not move", at_rest).await?;
    let at = |n: usize| pad[n].as_f64().unwrap_or_default();
    let steps = [
        ("mouseMoved", 0.2, 0),
        ("mousePressed", 0.2, 1),
        ("mouseMoved", 0.4, 1),
        ("mouseMoved", 0.6, 1),
        ("mouseReleased", 0.6, 0),
    ];
    for (kind, part, buttons) in steps {
        let event = json!({ "type": kind, "x": at(0) + at(2) * part, "y": at(1) + at(3) * part,
            "button": if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" },
            "buttons": buttons, "clickCount": 1, "pointerType": "mouse" });
        page.cdp("Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_costs_more_taps_than_yes_and_each_way_keeps_what_proves_it() {
    let house = House::open().await;
    let rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&rusdi);
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        let turn = async |n: usize| turn(page, sheet.as_str(), &people[n].entry.to_string()).await;

        // Only their own data stand there, and nothing is chosen for them.
        turn(0).await?;
        let text = page.text().await?;
        let others = people[1..].iter().filter(|other| text.contains(&other.name)).count();
        assert_eq!(others, 0, "{text}");
        let chosen = "return document.querySelectorAll('input:checked').length";
        assert_eq!(page.script(chosen).await?, 0);
        page.choose("Cara menyatakan kesediaan", "Cap jempol di kertas").await?;
        page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
        page.press("Saya bersedia").await?;
        let agreed = verdict(page).await?;

        turn(1).await?;
        page.press("Saya tidak bersedia").await?;
        let declined = verdict(page).await?;
        page.sees("Diterima server").await?;
        let asks = "return document.querySelector('main input, main textarea, main [data-state=error]') === null";
        assert_eq!(page.script(asks).await?, true, "nobody is asked why");
        page.picture("tablet-declined").await?;

        turn(2).await?;
        page.press("Belum sekarang").await?;
        let not_now = verdict(page).await?;
        println!("taps on the statement: {agreed} yes, {declined} no, {not_now} not now");
        assert!(declined <= agreed && not_now <= agreed, "{declined}, {not_now} and {agreed}");

        // Drawn on the screen, and drawn again.
        turn(3).await?;
        page.choose("Cara menyatakan kesediaan", "Tanda tangan di layar").await?;
        page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
        page.press("Saya bersedia").await?;
        page.sees("Tanda tangan belum ada").await?;
        draw(page).await?;
        page.press("Ulangi tanda tangan").await?;
        page.press("Saya bersedia").await?;
        page.sees("Tanda tangan belum ada").await?;
        draw(page).await?;
        page.picture("tablet-signed").await?;
        page.press("Saya bersedia").await?;
        verdict(page).await?;

        // Spoken, before a witness; in English, with the English words.
        turn(4).await?;
        page.choose("Cara menyatakan kesediaan", "Lisan dengan saksi").await?;
        page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
        page.press("Saya bersedia").await?;
        page.sees("Isi nama saksi").await?;
        page.fill("Nama saksi", "Grace Manuhutu").await?;
        page.script("document.querySelector('button[lang]').click()").await?;
        page.press("I am willing").await?;
        verdict(page).await?;
        page.sees("Received by the server").await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));

    let words = |language: &str| Wording::newest(language).mark();
    assert!(words("id").starts_with("ikut-1-id-") && words("id") != words("en"));
    let given = |way, wording: String, witness: &str| Consent {
        outcome: ConsentOutcome::Agreed,
        way: Some(way),
        read_aloud: true,
        wording,
        witness: witness.into(),
    };
    let mut desk = house.desk("marlin").await;
    let mut detail = Vec::new();
    for person in &people[..5] {
        detail.push(desk.detail(&sheet, person.entry).await);
    }
    let states: Vec<State> = detail.iter().map(|one| one.row.state).collect();
    use State::{Declined, Draft, Registered};
    assert_eq!(states, [Registered, Declined, Draft, Registered, Registered]);
    let consent = |n: usize| detail[n].answers.consent.clone().unwrap();
    assert_eq!(consent(0), given(ConsentWay::PaperThumb, words("id"), ""));
    for (n, outcome) in [(1, ConsentOutcome::Declined), (2, ConsentOutcome::NotNow)] {
        assert_eq!((consent(n).outcome, consent(n).way), (outcome, None));
        assert_eq!(consent(n).wording, words("id"));
    }
    assert_eq!(consent(3), given(ConsentWay::Screen, words("id"), ""));
    let drawn = Strokes::parse(&detail[3].answers.signature).unwrap();
    assert_eq!(drawn.lines.len(), 1, "what was drawn first is gone");
    assert_eq!(consent(4), given(ConsentWay::Spoken, words("en"), "Grace Manuhutu"));
}
