//! The desk opened for the first time in Chromium, on a slow line: until it can be used, and how much that loads.
//!
//! The page measures by itself, from the start of the navigation to the frame in which it can be seen.

use std::path::Path;

use bilik_server::demo;
use bilik_server::key::Key;
use serde_json::json;

use super::fleet::Failure;
use crate::browser::Driver;
use crate::process::Server;

/// What the line carries, in megabits a second.
pub const MBIT: f64 = 1.6;
/// What every answer takes at least, in milliseconds.
const LATENCY_MS: u32 = 150;

/// Notes when the form to sign in and when a supervisor's first page can be seen.
const NOTES: &str = "
    const note = (name, what) => {
        if (window[name] === undefined && document.querySelector(what)) {
            requestAnimationFrame(() => setTimeout(() => window[name] ??= performance.now()));
        }
    };
    new MutationObserver(() => {
        note('bilikForm', 'input[type=password]');
        note('bilikHome', 'main .chips');
    }).observe(document, { childList: true, subtree: true });
";

/// What was measured.
#[derive(Debug)]
pub struct Taken {
    /// Until anything is painted, in milliseconds.
    pub painted_ms: f64,
    /// Until somebody can sign in, in milliseconds.
    pub usable_ms: f64,
    /// From signing in to the queue, which is a supervisor's first page, in milliseconds.
    pub home_ms: f64,
    /// How many bytes came until then, with headers.
    pub loaded: f64,
}

/// Opens the desk of the invented facility with an empty cache, and signs in.
pub async fn measure(server: &Path) -> Result<Taken, Failure> {
    let (data, profile) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let accounts =
        demo::prepare(data.path(), &Key::for_tests()).map_err(|cause| cause.to_string())?.accounts;
    let marlin = accounts.into_iter().find(|account| account.user == "marlin");
    let marlin = marlin.ok_or("the invented facility has no supervisor")?;
    let server = Server::start(server, data.path()).await?;
    let driver = Driver::start().await?;
    let page = driver.open(profile.path(), (1366, 768)).await?;
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": NOTES })).await?;
    page.narrow(MBIT * 1e6, LATENCY_MS).await?;
    page.go(&format!("http://localhost:{}/desk/", server.address.port())).await?;
    let usable = page.until("the form to sign in", "return window.bilikForm").await?;
    let painted = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
    let painted = page.until("a first paint", painted).await?;
    let loaded = "return ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind)) \
        .reduce((sum, one) => sum + one.transferSize, 0)";
    let loaded = page.script(loaded).await?;
    page.fill("Nama pengguna", &marlin.user).await?;
    page.fill("Kata sandi", &marlin.password).await?;
    page.script("window.bilikPressed = performance.now()").await?;
    page.press("Masuk").await?;
    let home = "return window.bilikHome && window.bilikHome - window.bilikPressed";
    let home = page.until("the first page", home).await?;
    page.close().await?;
    server.stop().await?;
    let number = |value: serde_json::Value| value.as_f64().unwrap_or_default();
    Ok(Taken {
        painted_ms: number(painted),
        usable_ms: number(usable),
        home_ms: number(home),
        loaded: number(loaded),
    })
}
