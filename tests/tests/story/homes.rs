//! Where each role begins at the desk.

use bilik_tests::browser::{Driver, Stuck};

use crate::house::House;

/// Who signs in, where they land, and what they see there.
const HOMES: [(&str, &str, &str); 11] = [
    ("marlin", "registrations/TERDAFTAR", "Pendaftaran"),
    ("karutan", "allocation", "Usulan pembagian kursi"),
    ("disnaker", "registrations", "Peserta"),
    ("blk", "training/today", "Pelatihan"),
    ("admin", "setup/facility", "Nama UPT"),
    ("pdp", "privacy/requests", "Permohonan"),
    ("kanwil", "dashboard", "Dasbor registrasi"),
    ("wali", "dashboard", "Dasbor registrasi"),
    ("kpr", "vetting", "Pemeriksaan keamanan"),
    ("klinik", "vetting", "Pemeriksaan kesehatan"),
    ("petugas", "dashboard", "Dasbor registrasi"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_role_begins_on_the_page_where_its_work_waits() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let page = driver.open(profile.path(), (1366, 768)).await?;
        page.go(&format!("http://localhost:{}/desk/", house.address().port())).await?;
        for (user, address, says) in HOMES {
            page.fill("Nama pengguna", user).await?;
            page.fill("Kata sandi", house.password(user)).await?;
            page.press("Masuk").await?;
            let there = format!("return location.hash === '#{address}'");
            page.until(&format!("the home of {user}"), &there).await?;
            page.sees(says).await?;
            // Whoever comes next begins at their own.
            house.stand_up(&page).await?;
        }
        page.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
}
