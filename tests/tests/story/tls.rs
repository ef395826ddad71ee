//! The server speaks TLS by itself: a browser that trusts its authority works as before, with stricter cookies.

use bilik_tests::browser::{Driver, Stuck};
use bilik_tests::process::Server;
use bilik_tests::screens::Inspector;
use serde_json::json;

use crate::house::{House, program};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_works_at_the_desk_over_tls() {
    let mut house = House::open().await;
    house.stop().await;
    let server = Server::start_tls(program(), house.folder(), "localhost").await.unwrap();
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &server, &driver).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    server.stop().await.unwrap();
}

async fn tell(house: &House, server: &Server, driver: &Driver) -> Result<(), Stuck> {
    let at = format!("https://localhost:{}", server.address.port());
    let [strange, known] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    // Without the authority a browser shows its warning and nothing of ours.
    let page = driver.open(strange.path(), (1366, 768)).await?;
    // Some versions of the driver call this an error, others show the page of the browser.
    let _ = page.go(&format!("{at}/desk/")).await;
    assert_eq!(page.script("return location.protocol").await?, json!("chrome-error:"));
    page.close().await?;

    let page = driver.open_trusting(known.path(), (1366, 768)).await?;
    page.go(&format!("{at}/ca")).await?;
    page.sees("Sidik jari SHA-256").await?;
    let mut see = Inspector::new()?;
    see.glance(&page, "ca", &[(1366, 768), (390, 844)]).await?;
    assert!(see.findings.is_empty(), "{}", see.findings.join("\n"));
    page.resize((1366, 768)).await?;

    page.go(&format!("{at}/desk/#dashboard")).await?;
    page.fill("Nama pengguna", "marlin").await?;
    page.fill("Kata sandi", house.password("marlin")).await?;
    page.press("Masuk").await?;
    page.sees("Dasbor registrasi").await?;
    let cookies = page.cdp("Network.getCookies", json!({ "urls": [&at] })).await?;
    let cookies = cookies["cookies"].as_array().unwrap();
    let named = |name: &str| cookies.iter().find(|cookie| cookie["name"] == *name).unwrap();
    for name in ["__Host-bilik_session", "__Host-bilik_screen"] {
        let cookie = named(name);
        for (fact, is) in [
            ("secure", json!(true)),
            ("httpOnly", json!(true)),
            ("sameSite", json!("Strict")),
            ("path", json!("/")),
        ] {
            assert_eq!(cookie[fact], is, "{name} {fact}");
        }
    }
    // A page of TLS is one that a tablet may keep: memory and offline start need it.
    assert_eq!(page.script("return window.isSecureContext").await?, json!(true));
    house.stand_up(&page).await?;
    page.close().await
}
