//! A supervisor sets up a second factor, signs in with it, and still gets in when the phone is gone.

use bilik_shared::view::SignIn;
use bilik_tests::browser::{Browser, Driver, Stuck};
use bilik_tests::wire::Who;
use serde_json::Value;
use totp_rs::{Builder, Secret, Totp};

use crate::house::House;

/// So long are the digits of a phone the same.
const STEP_SECONDS: u64 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_signs_in_with_a_phone_and_without_it() {
    let house = House::open().await;
    // Signed in before: whoever sits there has shown no code, and has to.
    let mut elsewhere = house.desk("marlin").await;
    let driver = Driver::start().await.unwrap();
    let profile = tempfile::tempdir().unwrap();
    let told = async {
        let page = driver.open(profile.path(), (1366, 768)).await?;
        let (phone, papers) = set_up(&house, &page).await?;
        let reply = elsewhere.get("/api/v1/me").await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "no_session"));

        house.stand_up(&page).await?;
        sign_in_with_a_code(&house, &page, &papers[0]).await?;
        page.close().await?;
        Ok::<_, Stuck>((phone, papers))
    };
    let (phone, papers) = told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    // The step after the one that confirmed it: nobody waits for it in a test.
    let next = phone.generate(now() + STEP_SECONDS).to_string();
    let tries = [
        (None, "second_factor_needed"),
        (Some("000000"), "second_factor_wrong"),
        (Some(&papers[0]), "second_factor_wrong"),
        (Some(&next), ""),
        (Some(&next), "second_factor_wrong"),
        (Some(&papers[1]), ""),
    ];
    let mut client = house.client();
    for (code, answer) in tries {
        let (user, password) = ("marlin".to_owned(), house.password("marlin").to_owned());
        let typed = code.map(ToString::to_string);
        let typed = SignIn { user, password, code: typed, passkey: None };
        let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &typed).await.unwrap();
        assert_eq!(reply.code(), answer, "{code:?}");
        assert_eq!(reply.cookie.is_some(), answer.is_empty(), "{code:?}");
    }
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_needs_a_second_factor_sets_one_up_before_anything_else() {
    let house = House::open().await;
    let driver = Driver::start().await.unwrap();
    let told = async {
        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), (1366, 768)).await?;
        house.sit_down_at(&page, "admin", "#setup/guard").await?;
        let tick = "const label = [...document.querySelectorAll('#second_factor label')]
            .find(label => label.innerText.includes('Verifikator'));
            label?.querySelector('input').click(); return label != null";
        page.until("the roles", tick).await?;
        page.press("Simpan").await?;
        page.sees("Tablet mengetahuinya pada sinkronisasi berikutnya").await?;
        page.picture("setup-guard").await?;
        page.close().await?;

        let profile = tempfile::tempdir().unwrap();
        let page = driver.open(profile.path(), (1366, 768)).await?;
        house.sit_down(&page, "marlin").await?;
        page.sees("Peran Anda harus memakai langkah kedua").await?;
        page.picture("desk-second-factor-due").await?;
        page.fill("Kata sandi Anda", house.password("marlin")).await?;
        page.press("Siapkan kode dari ponsel").await?;
        with_a_phone(&page).await?;
        page.sees("Kasubsi Pelayanan Tahanan").await?;
        page.follow("Sesi saya").await?;
        page.sees("Sisa kode di kertas: 8").await?;
        page.close().await
    };
    told.await.unwrap_or_else(|stuck: Stuck| panic!("{stuck}"));
}

/// On the page of one's own sessions; gives the phone and the codes on paper.
async fn set_up(house: &House, page: &Browser) -> Result<(Totp, Vec<String>), Stuck> {
    house.sit_down(page, "marlin").await?;
    page.follow("Sesi saya").await?;
    page.fill("Kata sandi Anda", "bukan ini").await?;
    page.press("Siapkan kode dari ponsel").await?;
    page.sees("Nama pengguna atau kata sandi salah.").await?;
    page.fill("Kata sandi Anda", house.password("marlin")).await?;
    page.press("Siapkan kode dari ponsel").await?;
    let made = with_a_phone(page).await?;
    page.sees("Sisa kode di kertas: 8").await?;
    Ok(made)
}

/// A phone scans the picture and shows its digits; the codes are written down.
async fn with_a_phone(page: &Browser) -> Result<(Totp, Vec<String>), Stuck> {
    page.sees("Pindai gambar ini").await?;
    page.picture("desk-second-factor").await?;
    let secret =
        page.script("return document.querySelector('#second-factor code').innerText").await?;
    let secret = Secret::try_from_base32(secret.as_str().unwrap_or_default()).unwrap();
    let phone = Builder::new().with_secret(secret).build().unwrap();
    page.fill("Enam angka dari ponsel", &phone.generate(now()).to_string()).await?;
    page.press("Mulai minta kode ini").await?;
    page.sees("Tulis kode ini di kertas").await?;
    page.picture("desk-paper-codes").await?;
    let codes = "return [...document.querySelectorAll('.codes code')].map(code => code.innerText)";
    let codes = page.script(codes).await?;
    let codes = codes.as_array().map(Vec::as_slice).unwrap_or_default();
    let codes: Vec<String> = codes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    assert_eq!(codes.len(), 8);
    page.press("Sudah saya tulis").await?;
    Ok((phone, codes))
}

async fn sign_in_with_a_code(house: &House, page: &Browser, code: &str) -> Result<(), Stuck> {
    page.sees("Registrasi Peserta BLK").await?;
    page.fill("Nama pengguna", "marlin").await?;
    page.fill("Kata sandi", house.password("marlin")).await?;
    page.press("Masuk").await?;
    page.sees("Ketik juga enam angka dari ponsel Anda").await?;
    page.picture("desk-sign-in-code").await?;
    page.fill("Kode dari ponsel", code).await?;
    page.press("Masuk").await?;
    page.sees("Kasubsi Pelayanan Tahanan").await
}
