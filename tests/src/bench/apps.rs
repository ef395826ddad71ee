//! The tablet's app in Chromium, on a processor made four times slower: how long a save takes until the
//! screen says *saved*, and how long a start without network takes until the list can be used.
//!
//! Both are measured by the page itself, from the tap and from the start of the navigation.

use std::path::Path;

use serde_json::{Value, json};

use super::fleet::Failure;
use super::folder;
use crate::browser::{Browser, Driver, Stuck};
use crate::cutter::Cutter;
use crate::pages;
use crate::process::Server;

/// How many times slower the processor is made.
const SLOWER: u32 = 4;
/// How many people are registered; the share below needs that many.
const SAVES: usize = 40;

/// Notes when the list of people can be seen, and how long each save takes from tap to verdict.
const NOTES: &str = "
    window.bilikSaves = [];
    let tapped = null;
    addEventListener('click', event => {
        if (event.target.closest?.('button')?.innerText.includes('Saya bersedia')) tapped = performance.now();
    }, true);
    new MutationObserver(() => {
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
    /// From the start of the navigation to a list that can be used, without network.
    pub start_ms: Vec<f64>,
}

/// Measures on a sheet of 300 people.
pub async fn measure(server: &Path, starts: usize) -> Result<Felt, Failure> {
    let data = tempfile::tempdir()?;
    let code = folder::make_full(data.path()).map_err(|cause| cause.to_string())?;
    let server = Server::start(server, data.path()).await?;
    let network = Cutter::start(server.address).await?;
    let driver = Driver::start().await?;
    let profile = tempfile::tempdir()?;
    let page = driver.open(profile.path(), (1280, 800)).await?;
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": NOTES })).await?;
    page.go(&format!("http://localhost:{}/tablet/#enrol={code}", network.address.port())).await?;
    pages::take(&page, "Grace").await?;
    page.follow("Blok A").await?;
    page.sees("Cari nama atau nomor registrasi").await?;

    network.pull_the_plug();
    page.set_offline(true).await?;
    page.slow_down(SLOWER).await?;
    let mut felt = Felt::default();
    for _ in 0..starts {
        page.reload().await?;
        let shown = page.until("the list", "return window.bilikUsable").await?;
        felt.start_ms.extend(shown.as_f64());
    }
    felt.save_ms = save(&page).await?;
    page.close().await?;
    Ok(felt)
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
    let saves = page.script("return window.bilikSaves").await?;
    Ok(saves.as_array().into_iter().flatten().filter_map(Value::as_f64).collect())
}
