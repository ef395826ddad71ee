//! Ugly input: nothing crashes a page, nothing typed is lost, and what fits is text everywhere, never markup.

use bilik_shared::registration::MAX_TEXT;
use bilik_tests::browser::{Browser, Stuck};
use bilik_tests::pages;
use serde_json::{Value, json};

use crate::hands::Hand;
use crate::house::House;

/// Runs if any text ever becomes a script, and notes what the browser refused to run or to load.
const WITNESS: &str = "window.odd = []; window.alert = () => odd.push('a script ran'); \
    addEventListener('securitypolicyviolation', event => odd.push(`${event.violatedDirective} ${event.blockedURI}`)); \
    addEventListener('error', event => odd.push(event.message))";

const MARKUP: &str = "<script>alert(1)</script>";
const FORMULA: &str = "=1+1|;=\"\"&A1";
const RIGHT_TO_LEFT: &str = "نعمان علي";
const EMOJI: &str = "👩\u{200d}🔧 😀";
const CONTROLS: &str = "Ali\u{7}\u{1b}\u{202e}kilab\u{202c}";

fn long() -> String {
    "Panjang 9".repeat(250).chars().take(2_000).collect()
}

/// Everything that a field may be given.
fn ugly() -> [String; 6] {
    [&long(), MARKUP, FORMULA, RIGHT_TO_LEFT, EMOJI, CONTROLS].map(str::to_owned)
}

async fn fill(page: &Browser, fields: &[&str], text: &str) -> Result<(), Stuck> {
    for field in fields {
        page.paste(field, text).await?;
    }
    Ok(())
}

/// What was typed is still in every one of the fields.
async fn holds(page: &Browser, fields: &[&str], text: &str) -> Result<(), Stuck> {
    let values = format!("return {}.map(id => document.getElementById(id)?.value)", json!(fields));
    let values = page.script(&values).await?;
    for (field, value) in fields.iter().zip(values.as_array().into_iter().flatten()) {
        assert_eq!(value, text, "{field}");
    }
    Ok(())
}

/// The sentence beside a field.
async fn beside(page: &Browser, field: &str, sentence: &str) -> Result<(), Stuck> {
    let says = format!(
        "return document.querySelector('#{field} .message')?.innerText.trim() === {}",
        json!(sentence)
    );
    page.until(&format!("“{sentence}” beside {field}"), &says).await.map(drop)
}

/// No script ran, nothing was refused by the page's policy, and the page did not stop.
async fn was_calm(page: &Browser) -> Result<(), Stuck> {
    assert_eq!(page.script("return window.odd").await?, json!([]));
    Ok(())
}

async fn hand(house: &House) -> Result<Hand, Stuck> {
    let hand = Hand::on(house).await?;
    hand.page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WITNESS })).await?;
    pages::reopen(&hand.page).await?;
    hand.page.sees("Tidak ada di daftar?").await?;
    Ok(hand)
}

const ADDED: [&str; 5] =
    ["name-input", "aliases-input", "register_number-input", "cell-input", "birth_place-input"];

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_somebody_new_takes_anything_and_says_what_is_wrong() {
    let house = House::open().await;
    let told = async {
        let hand = hand(&house).await?;
        let page = &hand.page;
        search(page).await?;
        page.follow("Tambah orang").await?;
        page.choose("NIK", "Ada").await?;
        page.press("Lanjut").await?;
        beside(page, "name", "Nama lengkap wajib diisi.").await?;
        beside(page, "birth_date", "Tanggal lahir wajib diisi.").await?;
        for text in ugly() {
            fill(page, &ADDED, &text).await?;
            page.paste("nik-input", &text).await?;
            page.press("Lanjut").await?;
            beside(page, "nik", "NIK hanya boleh berisi angka.").await?;
            holds(page, &ADDED, &text).await?;
            holds(page, &["nik-input"], &text).await?;
            if text == EMOJI {
                beside(page, "name", "Nama terlalu pendek.").await?;
            }
            if text.chars().count() == 2_000 {
                for (field, sentence) in [
                    ("name", "Nama lengkap paling banyak 120 huruf."),
                    ("aliases", "Nama alias paling banyak 300 huruf."),
                    ("register_number", "Nomor registrasi paling banyak 60 huruf."),
                    ("cell", "Kamar paling banyak 60 huruf."),
                    ("birth_place", "Tempat lahir paling banyak 60 huruf."),
                ] {
                    beside(page, field, sentence).await?;
                }
            }
        }
        numbers(page).await?;
        dates(page).await?;
        was_calm(page).await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
}

/// Searches for this. The field has no name of its own, and the page may draw it anew.
async fn seek(page: &Browser, text: &str) -> Result<(), Stuck> {
    page.script("document.querySelector('[type=search]').id = 'seek'").await?;
    page.paste("seek", text).await
}

async fn search(page: &Browser) -> Result<(), Stuck> {
    for text in ugly() {
        seek(page, &text).await?;
        // Whoever fits, or the sentence that nobody does; the page repeats what was typed as text.
        let answers = "return document.querySelector('#people a.person, .empty h2') !== null";
        page.until("an answer", answers).await?;
        holds(page, &["seek"], &text).await?;
    }
    seek(page, MARKUP).await?;
    page.sees(&format!("Tidak ada yang cocok dengan “{MARKUP}”")).await?;
    seek(page, " ").await?;
    page.sees("Tidak ada di daftar?").await
}

/// The identity numbers of the registry's rule, each with its sentence.
async fn numbers(page: &Browser) -> Result<(), Stuck> {
    for (number, sentence) in [
        ("8171", "NIK harus 16 angka. Sekarang 4 angka."),
        ("81710205109090011", "NIK harus 16 angka. Sekarang 17 angka."),
        ("0000000000000000", "NIK tidak boleh berisi angka nol semua."),
        ("1111111111111111", "NIK tidak boleh berisi angka yang sama semua."),
        ("81.71.02.310290.9001", "Tanggal pada NIK tidak valid."),
        ("8171023210909001", "Tanggal pada NIK tidak valid."),
        ("8171027210909001", "Tanggal pada NIK tidak valid."),
        ("8171020513909001", "Tanggal pada NIK tidak valid."),
        ("8171020510900000", "Empat angka terakhir NIK tidak boleh 0000."),
        ("8,17102E+15", "NIK hanya boleh berisi angka."),
        ("8171 0205 1090 900l", "NIK hanya boleh berisi angka."),
    ] {
        page.paste("nik-input", number).await?;
        beside(page, "nik", sentence).await?;
        holds(page, &["nik-input"], number).await?;
    }
    for number in ["81.71.02.051090.9001", "8171027110909001"] {
        page.paste("nik-input", number).await?;
        let calm = "return document.querySelector('#nik .message') === null";
        page.until(&format!("{number} without a word"), calm).await?;
    }
    Ok(())
}

async fn dates(page: &Browser) -> Result<(), Stuck> {
    const FORM: &str = "Gunakan format hh/bb/tttt, contoh 02/10/1990.";
    for (date, sentence) in [
        (["31", "02", "1990"], FORM),
        (["29", "02", "2001"], FORM),
        (["02", "13", "1990"], FORM),
        (["0", "1", "1990"], FORM),
        (["5", "10", "90"], FORM),
        (["ab", "😀", "<b>"], FORM),
        (["1", "1", "2099"], "Tanggal tidak boleh di masa depan."),
        (["1", "1", "1900"], "Tanggal lahir tidak mungkin. Usia harus 12 sampai 100 tahun."),
    ] {
        for (part, text) in ["day", "month", "year"].iter().zip(date) {
            page.paste(&format!("birth_date-{part}"), text).await?;
            holds(page, &[&format!("birth_date-{part}")], text).await?;
        }
        beside(page, "birth_date", sentence).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_is_saved_as_text_and_read_as_text_at_the_desk() {
    let house = House::open().await;
    let told = async {
        let hand = hand(&house).await?;
        let page = &hand.page;
        names(page).await?;
        let sheet = page.script("return location.hash.split('/')[1]").await?;
        add(page).await?;
        form(page).await?;
        statement(page).await?;
        withdrawal(page).await?;
        page.script(&format!("location.hash = 'walk/' + {sheet}")).await?;
        page.sees_in("a", MARKUP, "Mengundurkan diri").await?;
        page.sees_in("a", MARKUP, "Diterima server").await?;
        was_calm(page).await?;
        desk(&house, page).await
    };
    told.await.unwrap_or_else(|stuck| panic!("{stuck}"));
    let mut desk = house.desk("marlin").await;
    let rows = desk.rows().await;
    let row = rows.iter().find(|row| row.name.starts_with(MARKUP)).unwrap();
    let detail = desk.detail(&row.sheet, row.entry).await;
    assert_eq!(detail.person.aliases, FORMULA);
    assert_eq!(detail.person.birth_place, "Alikilab", "what cannot be seen is not stored");
    assert_eq!(detail.answers.reason, format!("{MARKUP} {RIGHT_TO_LEFT}"));
    assert_eq!(detail.answers.note, FORMULA);
    assert_eq!(detail.answers.needs.unwrap().what, EMOJI);
    assert_eq!(detail.answers.consent.unwrap().witness, format!("{MARKUP} Ma'ruf"));
}

/// One word, apostrophes, 120 letters: taken without a word, and shown whole.
async fn names(page: &Browser) -> Result<(), Stuck> {
    let long = format!("Zulkarnaen {}", "Abdulmuthalib ".repeat(9).trim_end());
    let long: String = long.chars().take(120).collect();
    for (n, name) in ["Xaverius", "Qa\u{2019}id Nu'man", &long].into_iter().enumerate() {
        pages::name_somebody(page, name, &format!("A.III {}/2025", 9_301 + n)).await?;
        page.press("Lanjut").await?;
        page.sees("Minat pelatihan").await?;
        let shown =
            page.script("return document.querySelector('.identity .name').innerText").await?;
        assert_eq!(shown, name.replace('\u{2019}', "'"));
        page.follow("Bukan orang ini?").await?;
        page.sees("Tidak ada di daftar?").await?;
    }
    Ok(())
}

async fn add(page: &Browser) -> Result<(), Stuck> {
    page.follow("Tambah orang").await?;
    for (field, text) in [
        ("name-input", format!("{MARKUP} {EMOJI}").as_str()),
        ("aliases-input", FORMULA),
        ("register_number-input", "=A1+1"),
        ("cell-input", "<b>3</b>"),
        ("birth_place-input", CONTROLS),
        ("birth_date-day", "5"),
        ("birth_date-month", "10"),
        ("birth_date-year", "1990"),
    ] {
        page.paste(field, text).await?;
    }
    page.choose("Jenis kelamin", "Laki-laki").await?;
    page.choose("Status hukum", "Tahanan").await?;
    page.press("Lanjut").await
}

async fn form(page: &Browser) -> Result<(), Stuck> {
    const TEXTS: [&str; 3] = ["reason-input", "note-input", "need-input"];
    page.sees(MARKUP).await?;
    pages::answer(page, &["Garmen"]).await?;
    page.choose("Kebutuhan khusus saat pelatihan", "Ada").await?;
    fill(page, &TEXTS, &long()).await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees("Perbaiki 3 isian sebelum menyimpan.").await?;
    for sentence in [
        "Alasan memilih paling banyak 300 huruf.",
        "Catatan petugas paling banyak 300 huruf.",
        "Kebutuhan khusus saat pelatihan paling banyak 120 huruf.",
    ] {
        page.sees(sentence).await?;
    }
    holds(page, &TEXTS, &long()).await?;
    page.paste("reason-input", &format!("{MARKUP} {RIGHT_TO_LEFT}")).await?;
    page.paste("note-input", FORMULA).await?;
    page.paste("need-input", EMOJI).await?;
    page.press("Lanjut ke pernyataan").await?;
    page.sees("Ada 3 peringatan. Tetap simpan?").await?;
    page.sees("Format nomor registrasi tidak dikenali. Contoh: BI 123/2025.").await?;
    page.sees("Nama memuat tanda yang tidak lazim pada nama.").await?;
    page.press("Sudah benar, simpan begini").await
}

async fn statement(page: &Browser) -> Result<(), Stuck> {
    page.sees("Cara menyatakan kesediaan").await?;
    page.choose("Cara menyatakan kesediaan", "Lisan dengan saksi").await?;
    page.choose("Sudah dibacakan kepada Saudara", "Ya").await?;
    page.paste("witness-input", &long()).await?;
    page.press("Saya bersedia").await?;
    page.until("the errors", "return document.querySelector('#errors') !== null").await?;
    holds(page, &["witness-input"], &long()).await?;
    page.paste("witness-input", &format!("{MARKUP} Ma\u{2019}ruf")).await?;
    page.press("Saya bersedia").await?;
    page.until("the verdict", "return document.querySelector('.verdict[data-state]')")
        .await
        .map(drop)
}

async fn withdrawal(page: &Browser) -> Result<(), Stuck> {
    page.follow("Ubah").await?;
    page.follow("Batal ikut").await?;
    page.paste("withdraw_reason-input", &long()).await?;
    page.press("Catat batal ikut").await?;
    page.sees("Alasan batal ikut paling banyak").await?;
    holds(page, &["withdraw_reason-input"], &long()).await?;
    let most: String = long().chars().take(MAX_TEXT - MARKUP.len()).collect();
    page.paste("withdraw_reason-input", &format!("{MARKUP}{most}")).await?;
    page.press("Catat batal ikut").await?;
    page.sees("Diterima server").await
}

/// The supervisor reads every one of these texts, letter by letter, and their browser runs none of them.
async fn desk(house: &House, page: &Browser) -> Result<(), Stuck> {
    house.sit_down(page, "marlin").await?;
    page.sees("Dasbor registrasi").await?;
    page.script("location.hash = 'registrations/MENGUNDURKAN_DIRI'").await?;
    page.sees_in("tr", MARKUP, "3</b>").await?;
    let open = format!(
        "const row = [...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes({})); \
         (row?.querySelector('button, a') ?? row)?.click(); return row !== undefined",
        json!(MARKUP)
    );
    page.until("the registration", &open).await?;
    for text in [FORMULA, EMOJI, RIGHT_TO_LEFT, "=A1+1"] {
        page.sees(text).await?;
    }
    let scripts = "return document.querySelectorAll('main script, main b > b').length";
    assert_eq!(page.script(scripts).await?, Value::from(0));
    page.picture("desk-odd-input").await?;
    was_calm(page).await
}
