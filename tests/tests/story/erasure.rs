//! Somebody's data are removed while a tablet is away with work about them and about others.

use std::path::Path;

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, copy};
use bilik_shared::command::What;
use bilik_shared::id::{ActorId, EntryId};
use bilik_shared::person::{LegalStatus, Person, Sex};
use bilik_shared::privacy::case::{Cases, Step};
use bilik_shared::sheet::Sheet;
use bilik_shared::time::Date;
use bilik_tests::tablet::Tablet;
use serde_json::json;

use crate::house::{House, answers, assert_same, first_sheet, register};

const CANARY: &str = "Zakarias Burungkenari";
const NUMBER: &str = "A.III 9107/2026";
const GONE: EntryId = EntryId([0xca; 16]);

fn canary() -> What {
    let person = Person {
        name: CANARY.into(),
        register_number: NUMBER.into(),
        cell: "3".into(),
        birth_date: Date::new(1991, 4, 2),
        sex: Some(Sex::Male),
        legal_status: Some(LegalStatus::Detainee),
        ..Person::default()
    };
    What::Register {
        person: Some(person),
        answers: Box::new(answers("OTO")),
        confirmed: Vec::new(),
    }
}

fn names_them(bytes: &[u8]) -> bool {
    [CANARY, NUMBER].iter().any(|text| bytes.windows(text.len()).any(|at| at == text.as_bytes()))
}

/// Whether any page of the database holds the name, also one that is free.
fn is_in_a_page(folder: &Path) -> bool {
    names_them(&copy::pages(&folder.join(FILE_NAME), &Key::for_tests()).unwrap())
}

/// How many bytes the log has: pages that were written before.
fn log_length(folder: &Path) -> u64 {
    std::fs::metadata(folder.join(format!("{FILE_NAME}-wal"))).map_or(0, |log| log.len())
}

/// Whether anything that a tablet keeps holds the name, also where a saved document is compressed.
fn is_kept(tablet: &Tablet) -> bool {
    let inside = |value: &[u8]| {
        let sheet = Sheet::load(value, ActorId([0xee; 16]));
        sheet.is_ok_and(|mut sheet| sheet.changes_since(&[]).iter().any(|c| names_them(c.bytes())))
    };
    tablet.kept().any(|value| names_them(value) || inside(value))
}

#[tokio::test]
async fn what_a_tablet_did_for_others_arrives_and_nothing_is_left_of_who_was_erased() {
    let mut house = House::open().await;
    let (mut rusdi, mut siti) = (house.tablet("rusdi").await, house.tablet("siti").await);
    let (sheet, people) = first_sheet(&siti);
    let number = rusdi.act(&sheet, GONE, canary()).unwrap().unwrap().number;
    rusdi.sync().await.unwrap();
    siti.sync().await.unwrap();

    siti.go_offline();
    // Away: two others are registered, and somebody writes once more about the one who will be erased.
    siti.act(&sheet, people[0].entry, register("OTO,LAS")).unwrap().unwrap();
    siti.act(&sheet, GONE, What::Withdraw { reason: CANARY.into() }).unwrap().unwrap();
    siti.act(&sheet, people[1].entry, register("KAY")).unwrap().unwrap();
    siti.no_answer();
    // A copy of that tablet has handed the same in, as another one: it lies in quarantine.
    let thief = house.old_tablet("rusdi").await;
    let mut copy = siti.copied_to(&thief);
    copy.sync().await.unwrap();
    let (aside, refused) = (house.quarantine().len(), copy.replica().refused().len());
    assert!(is_in_a_page(house.folder()) && is_kept(&siti) && is_kept(&rusdi) && is_kept(&copy));

    let mut pdp = house.desk("pdp").await;
    let request = json!({ "number": number, "case": { "register": "request",
        "kind": "PENGHAPUSAN", "who": CANARY, "subject": format!("hapus {NUMBER}"),
        "received_at": 1_760_000_000_000_i64 } });
    let cases: Cases = pdp.post("/api/v1/desk/privacy/cases", &request).await.json().unwrap();
    let at = format!("/api/v1/desk/privacy/cases/{}/erase", cases.cases[0].id);
    let told = house.desk("marlin").await.post(&at, &json!({ "word": "x" })).await;
    assert_eq!(told.code(), "role_may_not");
    house.forgive();
    let before = log_length(house.folder());
    let reply = pdp.post(&at, &json!({ "word": "permohonan keluarga" })).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    let cases: Cases = reply.json().unwrap();
    let steps: Vec<&Step> = cases.cases[0].steps.iter().map(|done| &done.step).collect();
    assert_eq!(steps[0], &Step::Erased { entries: 1, certificates: 0 });
    assert!(cases.cases[0].is_closed() && cases.numbers[&GONE] == number);
    let again = pdp.post(&at, &json!({ "word": "lagi" })).await;
    assert_eq!((again.status.as_u16(), again.code().as_str()), (409, "privacy_case_closed"));
    assert!(!is_in_a_page(house.folder()), "before anybody is told that it was done");
    assert!(log_length(house.folder()) < before / 4, "and the log began anew");
    assert_eq!(house.quarantine().len(), aside - 1, "what is about others stays");

    for tablet in [&mut rusdi, &mut siti, &mut copy] {
        tablet.sync().await.unwrap();
        assert!(!is_kept(tablet));
        assert_eq!(tablet.replica().entry(&sheet, GONE), None);
        tablet.start_again();
        tablet.sync().await.unwrap();
    }
    rusdi.sync().await.unwrap();
    assert_eq!(copy.replica().refused().len(), refused - 1);
    assert_same(&mut rusdi, &mut siti, &sheet);
    let rows = house.desk("marlin").await.rows().await;
    assert!(rows.iter().all(|row| row.entry != GONE));
    for (person, choices) in [(&people[0], "OTO,LAS"), (&people[1], "KAY")] {
        let row = rows.iter().find(|row| row.entry == person.entry).unwrap();
        let chosen: Vec<&str> = row.choices.iter().map(|code| code.as_str()).collect();
        assert_eq!((chosen.join(",").as_str(), row.officer.is_some()), (choices, true));
    }
    // A number that went on purpose is no registration that is missing.
    let told = house.desk("marlin").await.get("/api/v1/desk/devices").await;
    let told: serde_json::Value = told.json().unwrap();
    assert!(told["gaps"].as_object().unwrap().values().all(|n| n == 0), "{told}");

    // Everything can be opened again from the rows, and work goes on.
    let address = house.address();
    house.stop().await;
    assert!(!is_in_a_page(house.folder()));
    house.start_at(address).await;
    siti.act(&sheet, people[2].entry, register("LAS")).unwrap().unwrap();
    siti.sync().await.unwrap();
    rusdi.sync().await.unwrap();
    assert_same(&mut rusdi, &mut siti, &sheet);
}
