//! A report at the desk: looked at, taken out with a purpose, and printed.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use bilik_server::store::exports;
use bilik_shared::report::Exported;
use bilik_tests::browser::{Browser, Driver, Stuck};
use serde_json::json;

use crate::house::{House, first_sheet, register};

/// The log of exports, read beside the server.
fn log(house: &House) -> Vec<Exported> {
    let db = house.database();
    exports::newest(&db, 10).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_printed_and_saved_and_nothing_is_taken_without_a_purpose() {
    let house = House::open().await;
    let mut tablet = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&tablet);
    for person in &people[..6] {
        tablet.act(&sheet, person.entry, register("GAR,OTO")).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &driver, &people[0].name).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
}

async fn tell(house: &House, driver: &Driver, name: &str) -> Result<(), Stuck> {
    let (profile, saved) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let page = driver.open(profile.path(), (1280, 800)).await?;
    let to = json!({ "behavior": "allow", "downloadPath": saved.path() });
    page.cdp("Page.setDownloadBehavior", to).await?;
    house.sit_down(&page, "marlin").await?;
    page.follow("Laporan").await?;
    page.follow("Daftar Nama Peserta").await?;
    page.sees_in("tr", name, "Garmen").await?;
    page.picture("desk-report-participants").await?;

    // Without a purpose nothing happens.
    page.press("Excel").await?;
    page.press("Catat dan unduh").await?;
    page.sees("Tulis dulu tujuannya").await?;
    assert_eq!((log(house), files(saved.path())), (Vec::new(), Vec::new()));

    page.fill("Tujuan", "rapat penetapan").await?;
    page.press("Catat dan unduh").await?;
    page.sees("Sudah dicatat").await?;
    let file = arrives(saved.path()).await?;
    assert!(file.starts_with("participants-") && file.ends_with(".xlsx"), "{file}");
    let noted = log(house);
    assert_eq!(noted.len(), 1);
    assert_eq!((noted[0].rows, &*noted[0].purpose), (6, "rapat penetapan"));

    // On paper: the browser's own dialogue cannot be seen here, what it would print can.
    page.script("window.print = () => window.printed = true").await?;
    let across = print(&page, "desk-report-participants").await?;
    assert!(is_page(&across, 842, 595), "the list stands across");
    page.script("location.hash = 'reports/minutes'").await?;
    page.sees("Pada hari ini").await?;
    page.press("Cetak").await?;
    page.fill("Tujuan", "ditandatangani").await?;
    page.press("Catat dan cetak").await?;
    page.until("the paper", "return window.printed").await?;
    page.sees("Tujuan: ditandatangani").await?;
    let upright = print(&page, "desk-report-minutes").await?;
    assert!(is_page(&upright, 595, 842), "the minutes stand upright");
    assert_eq!(log(house)[0].format, "print");
    page.close().await
}

/// Waits until one whole file lies in the folder.
async fn arrives(folder: &Path) -> Result<String, Stuck> {
    let began = Instant::now();
    loop {
        match files(folder).as_slice() {
            [file] if file.ends_with(".xlsx") => return Ok(file.clone()),
            other if began.elapsed() > Duration::from_secs(20) => {
                return Err(Stuck(format!("no file arrives, but {other:?}")));
            }
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Prints the page into `target/screens`.
async fn print(page: &Browser, name: &str) -> Result<Vec<u8>, Stuck> {
    let how = json!({ "preferCSSPageSize": true, "printBackground": true });
    let answer = page.cdp("Page.printToPDF", how).await?;
    let data = answer["data"].as_str().unwrap_or_default();
    let paper = base64::engine::general_purpose::STANDARD.decode(data);
    let paper = paper.map_err(|cause| Stuck(cause.to_string()))?;
    assert!(paper.starts_with(b"%PDF"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.pdf")), &paper).unwrap();
    Ok(paper)
}

/// Whether every page has this size, in points; browsers round to less than one.
fn is_page(paper: &[u8], width: u32, height: u32) -> bool {
    let text = String::from_utf8_lossy(paper);
    let boxes: Vec<Vec<f64>> = text
        .split("/MediaBox [")
        .skip(1)
        .filter_map(|rest| rest.split_once(']'))
        .map(|(numbers, _)| numbers.split(' ').filter_map(|n| n.parse().ok()).collect())
        .collect();
    let is = |found: f64, wanted: u32| (found - f64::from(wanted)).abs() < 1.5;
    let fits = |size: &Vec<f64>| size.len() == 4 && is(size[2], width) && is(size[3], height);
    !boxes.is_empty() && boxes.iter().all(fits)
}
