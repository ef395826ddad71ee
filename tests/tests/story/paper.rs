//! A sheet on paper: everybody of the block in the order of the cells, from a tablet without network.

use base64::Engine as _;
use bilik_server::store::audit;
use bilik_shared::cell;
use bilik_shared::chain::Printed;
use bilik_tests::browser::{Browser, Stuck};
use serde_json::json;

use crate::hands::Hand;
use crate::house::House;

/// Cell and name of each row of the paper, from the top.
async fn rows(page: &Browser) -> Result<Vec<(String, String)>, Stuck> {
    let script = "const rows = [...document.querySelectorAll('.paper tbody tr')]; \
        return rows.length ? rows.map(row => [row.cells[0].innerText, row.cells[1].innerText]) : null";
    let value = page.until("the paper", script).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let row = |row: &serde_json::Value| (text(&row[0]), text(&row[1]));
    Ok(value.as_array().into_iter().flatten().map(row).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_printed_without_network_in_the_order_of_the_walk() {
    let house = House::open().await;
    let told = async {
        let hand = Hand::on(&house).await?;
        let page = &hand.page;
        hand.first_person().await?;
        page.press("Tidak berminat").await?;
        page.sees("Diterima server").await?;
        hand.leave_reach().await?;
        page.follow("Daftar Blok A").await?;
        let names = "const names = [...document.querySelectorAll('a.person .name b')]; \
            return names.length ? names.map(name => name.innerText) : null";
        let walked = page.until("the list", names).await?;
        page.follow("Cetak lembar").await?;
        let rows = rows(page).await?;
        assert!(rows.len() > 50, "{} rows", rows.len());
        assert!(rows.is_sorted_by_key(|(cell, _)| cell::order(cell)), "{rows:?}");
        let printed: Vec<&str> = rows.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(json!(printed), walked);

        // What is known is printed, what is not has boxes.
        let text = page.text().await?;
        let head = audit::head(&house.database()).unwrap().unwrap();
        assert!(text.contains("Catatan audit server saat terakhir diterima: "), "{text}");
        let printed = text.split("terakhir diterima: ").nth(1).unwrap().lines().next().unwrap();
        let printed: Printed = printed.trim().replace(" · ", ":").parse().unwrap();
        assert!(printed.number <= head.number);
        assert!(audit::holds_printed(&house.database(), &printed).unwrap(), "{printed:?}");
        for known in
            ["Lembar pendaftaran, Blok A", "Seri 2026.2-A-T01-", "oleh Siti Aminah Tuasikal"]
        {
            assert!(text.contains(known), "{known} in {text}");
        }
        assert_eq!(text.matches("☐ Ya").count(), rows.len(), "nobody has given a statement yet");
        assert_eq!(text.matches("Tidak berminat").count(), 1);
        page.script("document.querySelector('button[lang]').click()").await?;
        page.sees("Registration sheet, Block A").await?;
        assert_eq!(page.text().await?.matches("☐ Yes").count(), rows.len());

        // Paper of its own size, across, with nothing of the screen's tools.
        let pdf = page.cdp("Page.printToPDF", json!({ "preferCSSPageSize": true })).await?;
        let pdf = pdf["data"].as_str().unwrap_or_default();
        let pdf = base64::engine::general_purpose::STANDARD.decode(pdf).unwrap();
        let pdf = String::from_utf8_lossy(&pdf);
        let pages = pdf.matches("/Type /Page\n").count();
        assert!((2..=5).contains(&pages), "{pages} pages");
        let sizes: Vec<&str> =
            pdf.split("/MediaBox [").skip(1).filter_map(|rest| rest.split(']').next()).collect();
        let a4_across = |size: &&str| {
            let sides: Vec<f64> =
                size.split_whitespace().filter_map(|side| side.parse().ok()).collect();
            matches!(sides[..], [_, _, w, h] if (w - 842.0).abs() < 2.0 && (h - 595.0).abs() < 2.0)
        };
        assert!(!sizes.is_empty() && sizes.iter().all(a4_across), "{sizes:?}");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
