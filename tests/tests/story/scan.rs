//! The camera finds a person by the number on a wristband. The camera is Chromium's own pretended one; what
//! the browser would read from its picture is said by a stand-in, as this machine's Chromium has no decoder.

use bilik_tests::browser::Stuck;
use bilik_tests::pages;
use serde_json::json;

use crate::hands::Hand;
use crate::house::House;

/// Reads nothing until `window.code` is set; checks that it was handed a picture that moves.
const DETECTOR: &str = "window.tracks = []; \
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); \
    navigator.mediaDevices.getUserMedia = async (what) => { \
        if (window.forbid) throw new DOMException('no', 'NotAllowedError'); \
        const stream = await open(what); window.tracks.push(...stream.getTracks()); return stream; }; \
    window.BarcodeDetector = class { async detect(video) { \
        if (video.videoWidth === 0) throw new Error('no picture'); \
        window.looked = (window.looked ?? 0) + 1; \
        return window.code ? [{ rawValue: window.code }] : []; } }";

const OFF: &str =
    "return window.tracks.length > 0 && window.tracks.every(track => track.readyState === 'ended')";

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_read_by_the_camera_and_its_person_found() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        let none = "return document.querySelector('#scan-open') === null && !('BarcodeDetector' in window)";
        assert_eq!(page.script(none).await?, true, "no button where the browser cannot read codes");
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": DETECTOR })).await?;
        pages::reopen(page).await?;
        page.sees("Tidak ada di daftar?").await?;
        let person = "const rows = [...document.querySelectorAll('a.person')]; const row = rows[20]; \
            return row && [row.querySelector('.name b').innerText, row.querySelector('.name span').innerText]";
        let person = page.until("the list", person).await?;
        let (name, number) = (person[0].as_str().unwrap(), person[1].as_str().unwrap());

        page.sees("Pindai").await?;
        page.picture("tablet-scan-button").await?;
        page.press("Pindai").await?;
        page.sees("Arahkan kamera").await?;
        page.until("the camera", "return (window.looked ?? 0) > 1").await?;
        page.picture("tablet-scan").await?;
        // The officer gives up: the camera is off, and nothing was typed.
        page.press("Tutup").await?;
        page.until("the camera to be off", OFF).await?;
        let typed = "return document.querySelector('input[type=search]').value";
        assert_eq!(page.script(typed).await?, "");

        page.press("Pindai").await?;
        page.script(&format!("window.code = {}", json!(format!(" {number}\n")))).await?;
        let found = "return document.activeElement?.matches('a.person')";
        page.until("the person", found).await?;
        page.sees_in("a", name, number).await?;
        assert_eq!(page.script(typed).await?, number);
        page.until("the camera to be off", OFF).await?;

        // A camera that is refused is said, and the number can be typed.
        page.script("window.forbid = true").await?;
        page.press("Pindai").await?;
        page.sees("Kamera tidak dapat dipakai").await?;
        page.keys("\u{e00c}").await?;
        page.until("the list", "return document.querySelector('dialog') === null").await?;
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
