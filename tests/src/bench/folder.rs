//! A data folder for measurements: empty sheets, and tablets that are enrolled already.
//!
//! It is made with the server's own store before the server starts; the server that is measured is the
//! plain binary and knows nothing of it. The tablets' secrets follow from their names, so that a driver
//! in another process can be any of them.

use std::error::Error;
use std::path::Path;

use bilik_server::house::House;
use bilik_server::key::Key;
use bilik_server::opening;
use bilik_server::store::devices::{self, DeviceRow};
use bilik_server::store::{FILE_NAME, Store};
use bilik_shared::id::{DeviceId, EntryId, OfficerId, SheetId};
use bilik_shared::programme::{Facility, Officer, Package, Programme, Wave, Words};
use bilik_shared::setup::LEASE_HOURS;
use bilik_shared::sheet::Heading;
use bilik_shared::time::{Date, Zone};
use sha2::Digest as _;

use super::search;
use crate::tablet::now;

/// People of a full sheet.
pub const SHEET: usize = 300;
/// Sheets for the measured work.
pub const SHEETS: usize = 64;
/// Sheets for the warm-up.
pub const WARM_SHEETS: usize = 8;
/// Tablets of each sheet. The last one is for readers.
pub const TABLETS: usize = 33;

/// The person who works with all tablets.
pub fn officer() -> Result<OfficerId, bilik_shared::id::BadId> {
    "grace".parse()
}

/// What the `n`th tablet of a sheet shows to the server.
pub fn credential(sheet: &SheetId, n: usize) -> String {
    format!("{}.{}", device_id(sheet, n), secret(sheet, n))
}

fn device_id(sheet: &SheetId, n: usize) -> DeviceId {
    let sum = sha2::Sha256::digest(format!("{sheet} {n}"));
    let mut id = [0; 8];
    id.copy_from_slice(&sum[..8]);
    DeviceId(id)
}

fn secret(sheet: &SheetId, n: usize) -> String {
    let sum = sha2::Sha256::digest(format!("secret of {sheet} {n}"));
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Fills an empty folder; leaves one that was filled before alone.
pub fn make(folder: &Path) -> Result<(), Box<dyn Error>> {
    make_wide(folder, 0, 0)
}

/// The same with `each` people on each of the first `full` sheets.
pub fn make_wide(folder: &Path, full: usize, each: usize) -> Result<(), Box<dyn Error>> {
    if folder.join(FILE_NAME).exists() {
        return Ok(());
    }
    let mut db = Store::open(folder, &Key::for_tests())?.connect_writer()?;
    let transaction = db.transaction()?;
    house()?.save(&transaction)?;
    let names = (0..SHEETS).map(|n| format!("sheet-{n:04}"));
    let warm = (0..WARM_SHEETS).map(|n| format!("warm-{n:04}"));
    let mut number = 0;
    for (place, name) in names.chain(warm).enumerate() {
        let here = if place < full { each } else { 0 };
        let people = (place * each..place * each + here).map(|n| (entry(n), search::person(n)));
        let people: Vec<_> = people.collect();
        let id: SheetId = name.parse()?;
        let (facility, wave) = ("UKR".to_owned(), "2025.2".to_owned());
        let heading = Heading { facility, wave, block: name };
        opening::open_sheet(&transaction, &id, &heading, &people, &officer()?, now())
            .map_err(|cause| cause.code())?;
        for n in 0..TABLETS {
            number += 1;
            let code = format!("T{number:04}").parse()?;
            let secret = sha2::Sha256::digest(secret(&id, n)).into();
            let sheets = Some(vec![id.clone()]);
            let device = DeviceRow::new(device_id(&id, n), code, secret, sheets, now());
            devices::insert(&transaction, &device)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Fills an empty folder with a sheet of 300 people and, in further sheets, as many as make `people` in all.
/// Makes a code for a tablet that gets all of them.
pub fn make_full(folder: &Path, people: usize) -> Result<String, Box<dyn Error>> {
    let mut db = Store::open(folder, &Key::for_tests())?.connect_writer()?;
    let transaction = db.transaction()?;
    let programmes = [("GAR", "Garmen"), ("LAS", "Teknik Las"), ("KAY", "Pertukangan Kayu")];
    let programme = |(code, name): (&str, &str)| -> Result<Programme, Box<dyn Error>> {
        let packages = vec![Package { number: 1, seats: 16, minimum: 10 }];
        let name = Words { id: name.to_owned(), en: name.to_owned() };
        Ok(Programme { code: code.parse()?, name, packages })
    };
    let programmes: Result<_, _> = programmes.into_iter().map(programme).collect();
    House { programmes: programmes?, ..house()? }.save(&transaction)?;
    let blocks = bilik_server::demo::roster(1, now().date(Zone::WIT));
    let first: Vec<_> = blocks.into_iter().flat_map(|(_, people)| people).take(SHEET).collect();
    for start in (0..people).step_by(SHEET) {
        let block = if start == 0 { "A".to_owned() } else { format!("A{}", start / SHEET) };
        let id: SheetId = format!("2025.2-{block}").parse()?;
        let (facility, wave) = ("UKR".to_owned(), "2025.2".to_owned());
        let heading = Heading { facility, wave, block };
        let further = (start..people.min(start + SHEET)).map(|n| (entry(n), search::person(n)));
        let people = if start == 0 { first.clone() } else { further.collect() };
        opening::open_sheet(&transaction, &id, &heading, &people, &officer()?, now())
            .map_err(|cause| cause.code())?;
    }
    let code = bilik_server::devices::new_code(&transaction, None, 60, now())
        .map_err(|cause| cause.code())?;
    transaction.commit()?;
    Ok(code.code)
}

/// The `n`th of all people.
pub fn entry(n: usize) -> EntryId {
    EntryId(((n as u128 + 1) << 64).to_be_bytes())
}

fn house() -> Result<House, Box<dyn Error>> {
    let day = |month, day| Date::new(2025, month, day).ok_or("a day of 2025");
    let words = |text: &str| Words { id: text.to_owned(), en: text.to_owned() };
    Ok(House {
        facility: Facility { code: "UKR".into(), name: "Rutan Ukur".into(), zone: Zone::WIT },
        wave: Wave {
            code: "2025.2".into(),
            name: words("2025.2"),
            opens: day(10, 1)?,
            closes: day(12, 31)?,
        },
        programmes: Vec::new(),
        lengths: Default::default(),
        officers: vec![Officer { id: officer()?, name: "Grace".into() }],
        screen_signature: false,
        rules: Vec::new(),
        policy: Default::default(),
        office: Default::default(),
        wordings: Vec::new(),
        lease_hours: LEASE_HOURS,
    })
}
