//! The tablet's app in Chromium, on a processor made four times slower: how long a save takes until the
//! screen says *saved*, how long a start without network takes until the list can be used, how long a form
//! and a list take to open, how evenly the list scrolls, and how long a keystroke takes to find somebody.
//!
//! All of it is measured by the page itself, from the tap, the key, or the start of the navigation, to the
//! frame in which it can be seen.

use std::path::Path;

use serde_json::{Value, json};

use super::fleet::Failure;
use super::{folder, search};
use crate::browser::{Browser, Driver, Stuck};
use crate::cutter::Cutter;
use crate::pages;
use crate::process::Server;

/// How many times slower the processor is made.
const SLOWER: u32 = 4;
/// How many people are registered; the share below needs that many.
const SAVES: usize = 40;
/// How often the list and a form are opened.
const OPENINGS: usize = 20;

/// Notes when the list of people can be seen, and how long each save takes from tap to verdict.
const NOTES: &str = "
    window.bilikSaves = [];
    window.bilikOpened = [];
    window.bilikFound = [];
    let tapped = null;
    // From an event to the frame after the one that it changed.
    const shown = (list, began) => requestAnimationFrame(() => setTimeout(() => list.push(performance.now() - began)));
    addEventListener('input', event => {
        if (event.target.type === 'search') shown(window.bilikFound, event.timeStamp);
    }, true);
    window.bilikOpen = (hash, ready) => {
        const began = performance.now();
        const watch = new MutationObserver(() => {
            if (!document.querySelector(ready)) return;
            watch.disconnect();
            shown(window.bilikOpened, began);
        });
        watch.observe(document, { childList: true, subtree: true });
        location.hash = hash;
    };
    window.bilikScroll = done => {
        const list = document.querySelector('.people');
        const gaps = [];
        let before = performance.now();
        const step = now => {
            gaps.push(now - before);
            before = now;
            list.scrollTop += 120;
            if (list.scrollTop + list.clientHeight < list.scrollHeight - 1) requestAnimationFrame(step);
            else done(gaps.slice(2));
        };
        requestAnimationFrame(step);
    };
    addEventListener('click', event => {
        if (event.target.closest?.('button')?.innerText.includes('Saya bersedia')) tapped = performance.now();
    }, true);
    // A start waits for a person, who types a passphrase: that time is nobody's.
    addEventListener('submit', () => window.bilikAsked = performance.now(), true);
    new MutationObserver(() => {
        if (window.bilikLocked === undefined && document.querySelector('#phrase-input')) {
            requestAnimationFrame(() => window.bilikLocked ??= performance.now());
        }
        if (window.bilikUsable === undefined && document.querySelector('a.person')) {
            requestAnimationFrame(() => window.bilikUsable ??= performance.now());
        }
        if (tapped !== null && document.querySelector('.verdict[data-state=saved]')) {
            window.bilikSaves.push(performance.now() - tapped);
            tapped = null;
        }
    }).observe(document, { childList: true, subtree: true });
";

/// Milliseconds, each.
#[derive(Debug, Default)]
pub struct Felt {
    /// From the tap to *saved on this tablet*, once for each person.
    pub save_ms: Vec<f64>,
    /// From the start of the navigation to the field for the passphrase, and from there to a list that can be used,
    /// without network.
    pub start_ms: Vec<f64>,
    /// The second part of it: stretching the passphrase, opening the key and every value, reading the sheets.
    pub open_ms: Vec<f64>,
    /// From the tap on a sheet to the first frame with its 300 people.
    pub list_ms: Vec<f64>,
    /// From the tap on a person to the first frame of the form: who it is, the programmes, what can be done.
    pub form_ms: Vec<f64>,
    /// From the tap to the frame with the whole form, down to the last question.
    pub whole_form_ms: Vec<f64>,
    /// Between two frames while the list scrolls.
    pub frame_ms: Vec<f64>,
    /// From a key to the first frame with who fits, among ten thousand people.
    pub search_ms: Vec<f64>,
}

/// Measures on a sheet of 300 people.
pub async fn measure(server: &Path, starts: usize) -> Result<Felt, Failure> {
    let mut felt = Felt::default();
    let tablet = Full::start(server, folder::SHEET).await?;
    let page = &tablet.page;
    for _ in 0..starts {
        page.reload().await?;
        page.sees("Buka dengan frasa sandi").await?;
        pages::enter(page, "Grace").await?;
        page.until("the list", "return window.bilikUsable !== undefined").await?;
        let parts = "return [window.bilikLocked, window.bilikUsable - window.bilikAsked]";
        let parts = numbers(&page.script(parts).await?);
        felt.start_ms.push(parts.iter().sum());
        felt.open_ms.extend(parts.last());
    }
    for _ in 0..OPENINGS {
        felt.list_ms.push(open(page, "sheets", "a.sheet", "walk/2025.2-A", "a.person").await?);
        let form = "const person = document.querySelector('a.person').getAttribute('href'); \
            return person.slice(1)";
        let form = page.script(form).await?;
        let form = form.as_str().unwrap_or_default();
        felt.form_ms.push(open(page, "walk/2025.2-A", "a.person", form, "#choices").await?);
        let last = "#reason-input";
        felt.whole_form_ms.push(open(page, "walk/2025.2-A", "a.person", form, last).await?);
    }
    page.script("location.hash = 'walk/2025.2-A'").await?;
    page.until("the list", "return document.querySelector('a.person') !== null").await?;
    for _ in 0..starts {
        let top = "document.querySelector('.people').scrollTop = 0; \
            window.bilikScroll(arguments[arguments.length - 1])";
        felt.frame_ms.extend(numbers(&page.script_async(top).await?));
    }
    // Nobody has touched it since: after two minutes it asks for the PIN.
    pages::enter(page, "Grace").await?;
    felt.save_ms = save(page).await?;
    tablet.page.close().await?;

    let tablet = Full::start(server, search::PEOPLE).await?;
    felt.search_ms = find(&tablet.page).await?;
    tablet.page.close().await?;
    Ok(felt)
}

/// A tablet with as many people as are asked for, out of reach, on a slow processor, on its first list.
struct Full {
    page: Browser,
    _network: Cutter,
    _server: Server,
    _driver: Driver,
    _folders: [tempfile::TempDir; 2],
}

impl Full {
    async fn start(server: &Path, people: usize) -> Result<Self, Failure> {
        let (data, profile) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let code = folder::make_full(data.path(), people).map_err(|cause| cause.to_string())?;
        let server = Server::start(server, data.path()).await?;
        let network = Cutter::start(server.address).await?;
        let driver = Driver::start().await?;
        let page = driver.open(profile.path(), (1280, 800)).await?;
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": NOTES })).await?;
        let port = network.address.port();
        page.go(&format!("http://localhost:{port}/tablet/#enrol={code}")).await?;
        pages::take(&page, "Grace").await?;
        let sheets = people.div_ceil(folder::SHEET);
        let all = format!("return document.querySelectorAll('a.sheet').length >= {sheets}");
        page.until("all sheets", &all).await?;
        page.script("location.hash = 'walk/2025.2-A'").await?;
        page.sees("Cari nama atau nomor registrasi").await?;
        network.pull_the_plug();
        page.set_offline(true).await?;
        page.slow_down(SLOWER).await?;
        let folders = [data, profile];
        Ok(Self { page, _network: network, _server: server, _driver: driver, _folders: folders })
    }
}

/// Milliseconds from one page to the first frame of another.
async fn open(
    page: &Browser,
    from: &str,
    there: &str,
    to: &str,
    ready: &str,
) -> Result<f64, Stuck> {
    page.script(&format!("location.hash = {}", json!(from))).await?;
    page.until(from, &format!("return document.querySelector({}) !== null", json!(there))).await?;
    let open =
        format!("window.bilikOpened = []; window.bilikOpen({}, {})", json!(to), json!(ready));
    page.script(&open).await?;
    let took = page.until(to, "return window.bilikOpened[0]").await?;
    Ok(took.as_f64().unwrap_or_default())
}

/// Types what officers type, letter by letter, into the field of the list.
async fn find(page: &Browser) -> Result<Vec<f64>, Stuck> {
    let mut typed = 0;
    for text in search::TYPED {
        page.script(
            "const field = document.querySelector('[type=search]'); field.focus(); field.select()",
        )
        .await?;
        for letter in text.chars() {
            page.keys(&letter.to_string()).await?;
            typed += 1;
            let found = format!("return window.bilikFound.length >= {typed}");
            page.until("who fits", &found).await?;
        }
    }
    Ok(numbers(&page.script("return window.bilikFound").await?))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// Registers one person after another, as the button for the next one leads.
async fn save(page: &Browser) -> Result<Vec<f64>, Stuck> {
    let first = page.until(
        "the next person",
        "const person = document.querySelector('a.person'); person?.click(); return !!person",
    );
    first.await?;
    for n in 1..=SAVES {
        pages::answer(page, &["Garmen", "Teknik Las"]).await?;
        pages::agree(page).await?;
        let saved = format!("return window.bilikSaves.length >= {n}");
        page.until("the verdict", &saved).await?;
        page.follow("Berikutnya").await?;
    }
    Ok(numbers(&page.script("return window.bilikSaves").await?))
}
