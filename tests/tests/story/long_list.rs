//! A sheet of three hundred: the page holds only the rows near the screen, and everybody is still there.

use std::collections::BTreeSet;

use bilik_tests::bench::folder;
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::pages;
use bilik_tests::process::Server;

use crate::house::program;

/// Across, upright, and so low that the whole page scrolls and not the list.
const WINDOWS: [(u32, u32); 3] = [(1280, 800), (800, 1280), (900, 420)];

/// Everybody who is drawn, with the place that is told to a screen reader, and whether one can be seen.
const DRAWN: &str = "return [...document.querySelectorAll('a.person')].map(person => [
    person.getAttribute('href'), person.parentElement.ariaPosInSet, person.parentElement.ariaSetSize])";

/// Whether a row stands in the middle of the screen, where an empty list would show nothing.
const SEEN: &str = "const list = document.querySelector('#people').getBoundingClientRect();
    const x = list.left + list.width / 2;
    const y = Math.max(list.top, 0) / 2 + Math.min(list.bottom, innerHeight) / 2;
    return !!document.elementFromPoint(x, y)?.closest('#people li > a')";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_three_hundred_draws_what_can_be_seen_and_loses_nobody() {
    let (data, profile) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = folder::make_full(data.path(), folder::SHEET).unwrap();
    let server = Server::start(program(), data.path()).await.unwrap();
    let driver = Driver::start().await.unwrap();
    let told = async {
        let page = driver.open(profile.path(), WINDOWS[0]).await?;
        page.go(&format!("http://localhost:{}/tablet/#enrol={code}", server.address.port()))
            .await?;
        pages::take(&page, "Grace").await?;
        page.until("the sheet", "return document.querySelector('a.sheet') !== null").await?;
        for window in WINDOWS {
            page.resize(window).await?;
            page.script("location.hash = 'sheets'").await?;
            page.until("the sheets", "return document.querySelector('a.sheet') !== null").await?;
            page.script("location.hash = 'walk/2025.2-A'").await?;
            walk_down(&page).await?;
            find_and_return(&page).await?;
        }
        page.close().await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    server.stop().await.unwrap();
}

/// From the first to the last: everybody is met once, in order, and the screen is never empty.
async fn walk_down(page: &Browser) -> Result<(), Stuck> {
    page.until("the list", "return document.querySelector('a.person') !== null").await?;
    let mut met = BTreeSet::new();
    loop {
        page.until("a row on the screen", SEEN).await?;
        let drawn = page.script(DRAWN).await?;
        let drawn = drawn.as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(drawn.len() < folder::SHEET / 3, "{} rows are drawn", drawn.len());
        for row in drawn {
            assert_eq!(row[2], folder::SHEET.to_string(), "{row}");
            let place = row[1].as_str().and_then(|place| place.parse::<usize>().ok());
            met.insert((place, row[0].to_string()));
        }
        if !pages::scroll_on(page).await? {
            break;
        }
    }
    let places: Vec<usize> = met.iter().filter_map(|(place, _)| *place).collect();
    assert_eq!(places, (1..=folder::SHEET).collect::<Vec<_>>());
    assert_eq!(met.iter().map(|(_, person)| person).collect::<BTreeSet<_>>().len(), folder::SHEET);
    page.sees("Tidak ada di daftar?").await
}

/// From the end of the list to somebody by name, and back: the list begins where the screen is.
async fn find_and_return(page: &Browser) -> Result<(), Stuck> {
    let field =
        "const field = document.querySelector('[type=search]'); field.focus(); field.select()";
    page.script(field).await?;
    page.keys("a").await?;
    let few =
        "const rows = document.querySelectorAll('a.person').length; return rows > 0 && rows <= 24";
    page.until("who fits", few).await?;
    page.script(field).await?;
    page.keys("\u{e017}").await?;
    let whole = "return document.querySelector('a.person')?.parentElement.ariaSetSize === '300'";
    page.until("the whole list", whole).await?;
    page.until("a row on the screen", SEEN).await.map(drop)
}
