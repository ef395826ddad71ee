//! An officer practises on a tablet: nothing of it leaves the tablet, and nothing real is touched.

use bilik_tests::browser::Stuck;
use bilik_tests::pages;

use crate::house::House;
use crate::update::Tablet;

/// Registers the first person of the practice sheet who was not asked.
async fn practise(tablet: &Tablet, name: &str) -> Result<(), Stuck> {
    let page = &tablet.page;
    pages::hand_over(page, "Petugas Satu").await?;
    page.follow("Blok A").await?;
    page.sees("Tidak ada di daftar?").await?;
    page.sees_in("a", name, "Belum ditanya").await?;
    page.picture("tablet-practice-walk").await?;
    page.follow(name).await?;
    pages::answer(page, &["Garmen", "Teknik Las"]).await?;
    page.sees("Keluar dari latihan").await?;
    pages::agree(page).await?;
    page.sees("Tersimpan di tablet").await?;
    page.picture("tablet-practice-saved").await
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_never_reaches_the_server_and_touches_nothing_real() {
    let house = House::open().await;
    let told = async {
        let tablet = Tablet::new(&house).await?;
        let page = &tablet.page;

        // A new officer learns on a tablet that nobody has enrolled.
        tablet.go("").await?;
        page.follow("Latihan dulu").await?;
        page.sees("LATIHAN").await?;
        practise(&tablet, "Budi Latihan").await?;
        page.reload().await?;
        page.sees("Keluar dari latihan").await?;
        page.script("location.hash = 'sync'").await?;
        page.sees_in("li", "Budi Latihan", "Tersimpan di tablet").await?;
        page.press("Sinkronkan").await?;
        page.sees("belum pernah kontak").await?;
        page.press("Keluar dari latihan").await?;
        page.sees("Kode pendaftaran tablet").await?;
        assert_eq!(tablet.front.posts(), Vec::<String>::new(), "nothing was sent");

        // Real work that the server does not have yet.
        let code = house.desk("marlin").await.enrolment().await.code;
        page.go("about:blank").await?;
        tablet.go(&format!("#enrol={code}")).await?;
        pages::take(page, "Siti Aminah Tuasikal").await?;
        tablet.offline().await?;
        let name = tablet.open_form().await?;
        pages::answer(page, &["Garmen"]).await?;
        pages::agree(page).await?;
        page.sees("Tersimpan di tablet").await?;
        let (stored, posts) = (house.stored(), tablet.front.posts().len());

        // Practice between two people, with the server in reach: it opens without network as well.
        page.press("Ganti petugas").await?;
        page.follow("Latihan dulu").await?;
        page.sees("LATIHAN").await?;
        tablet.online().await?;
        practise(&tablet, "Budi Latihan").await?;
        page.script("location.hash = 'sync'").await?;
        page.press("Sinkronkan").await?;
        page.sees_in("li", "Budi Latihan", "Tersimpan di tablet").await?;
        assert!(!page.text().await?.contains(&name), "{name} is not here");
        assert_eq!(tablet.front.posts().len(), posts, "nothing was sent");
        assert!(house.stored() == stored && house.quarantine().is_empty());

        // Back at work: what was saved before is still there, and goes its way.
        page.press("Keluar dari latihan").await?;
        page.sees("Tablet terkunci").await?;
        assert!(!page.text().await?.contains("LATIHAN"));
        pages::hand_over(page, "Siti Aminah Tuasikal").await?;
        page.follow("Blok A").await?;
        page.sees_in("a", &name, "Diterima server").await?;
        let left = "const done = arguments[0]; const open = indexedDB.open('bilik-training'); \
            open.onsuccess = () => { const count = open.result.transaction('values')\
            .objectStore('values').count(); count.onsuccess = () => done(count.result) }";
        assert_eq!(page.script_async(left).await?, 0, "what was practised is gone");
        Ok::<(), Stuck>(())
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}
