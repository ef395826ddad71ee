//! From verified registrations to participants: the supervisor looks at a proposal, the head decides it with a
//! decree, and the partner sees who was confirmed.

use bilik_shared::command::What;
use bilik_shared::lifecycle::{DecisionState, State};
use bilik_shared::registration::Warning;
use bilik_shared::view::Decide;
use bilik_tests::browser::{Browser, Driver, Stuck};

use crate::house::{House, answers, first_sheet};

const DESK: (u32, u32) = (1366, 768);
/// More than the one package of sewing has seats.
const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_becomes_a_decree_and_the_partner_sees_the_participants() {
    let house = House::open().await;
    let mut tablet = house.tablet("grace").await;
    let (sheet, people) = first_sheet(&tablet);
    for (n, person) in people.iter().take(PEOPLE).enumerate() {
        let choices = if n < 4 { "GAR,KAY" } else { "GAR" };
        // Some numbers on the list have an odd form; the officer has looked at it.
        let confirmed = vec![Warning::RegisterNumberForm, Warning::RegisterNumberStatus];
        let answers = Box::new(answers(choices));
        let what = What::Register { person: None, answers, confirmed };
        tablet.act(&sheet, person.entry, what).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    let mut marlin = house.desk("marlin").await;
    for person in people.iter().take(PEOPLE) {
        let path = format!("/api/v1/desk/entries/{sheet}/{}/decide", person.entry);
        let verify = Decide {
            state: DecisionState::Verified,
            reason: String::new(),
            programme: None,
            package: None,
        };
        assert_eq!(marlin.post(&path, &verify).await.status, 200);
    }
    let driver = Driver::start().await.unwrap();
    let told = tell(&house, &driver).await;
    told.unwrap_or_else(|stuck| panic!("{stuck}"));
    let rows = marlin.rows().await;
    let confirmed: Vec<_> = rows.iter().filter(|row| row.state == State::Confirmed).collect();
    let in_first = confirmed
        .iter()
        .filter(|row| row.seat.as_ref().is_some_and(|seat| seat.programme.as_str() == "GAR"));
    assert_eq!(in_first.count(), 16);
    let rest = rows.iter().filter(|row| row.state == State::Reserve).count();
    assert_eq!(confirmed.len() + rest, PEOPLE);
}

async fn tell(house: &House, driver: &Driver) -> Result<(), Stuck> {
    let profile = tempfile::tempdir().unwrap();
    let page = driver.open(profile.path(), DESK).await?;
    sign_in(house, &page, "marlin").await?;
    page.script("location.hash = 'allocation'").await?;
    page.press("Hitung usulan").await?;
    page.sees("Kepala UPT yang menetapkan usulan ini").await?;
    page.sees_in("tr", "Cadangan 1", "Garmen (Menjahit) penuh").await?;
    page.picture("desk-allocation-supervisor").await?;

    house.stand_up(&page).await?;
    sign_in(house, &page, "karutan").await?;
    page.script("location.hash = 'allocation'").await?;
    page.press("Hitung usulan").await?;
    // Whoever waits gets a seat all the same, and says why.
    page.press_in("tr", "Cadangan 1", "Ubah").await?;
    page.press("Pakai keputusan ini").await?;
    page.sees("Pilih salah satu").await?;
    let put = "document.querySelector('#instead-to input').click()";
    page.script(put).await?;
    page.script("document.querySelector('#instead-reason-input').focus()").await?;
    page.keys("rapat TPP").await?;
    page.picture("desk-allocation-instead").await?;
    page.press("Pakai keputusan ini").await?;
    page.sees_in("tr", "rapat TPP", "Diberi kursi oleh petugas").await?;
    page.picture("desk-allocation").await?;
    page.press("Tetapkan semua").await?;
    page.sees("Nomor SK wajib diisi").await?;
    page.fill("Nomor SK", "W28-12/2026").await?;
    page.press("Tetapkan semua").await?;
    page.sees("Ditetapkan dengan SK W28-12/2026").await?;
    page.sees_in("li", "W28-12/2026", "benih undian").await?;
    page.picture("desk-allocation-done").await?;

    // Somebody on the reserve list cannot be squeezed into the full package.
    page.script("location.hash = 'registrations/CADANGAN'").await?;
    let opened = "const row = document.querySelector('tbody tr'); \
        (row?.querySelector('button, a') ?? row)?.click(); return row !== null";
    page.until("a registration", opened).await?;
    page.press("Tetapkan").await?;
    page.sees_in("label", "Garmen", "penuh").await?;
    page.picture("desk-confirm").await?;

    house.stand_up(&page).await?;
    sign_in(house, &page, "disnaker").await?;
    page.script("location.hash = 'registrations'").await?;
    let seen = "return document.querySelectorAll('tbody tr').length >= 16";
    page.until("the participants", seen).await?;
    page.close().await
}

async fn sign_in(house: &House, page: &Browser, user: &str) -> Result<(), Stuck> {
    house.sit_down(page, user).await?;
    page.sees("Dasbor registrasi").await
}
