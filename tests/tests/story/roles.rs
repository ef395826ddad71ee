//! Who may ask for what, and what they then read: every role on every route, and every field of a person.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::command::What;
use bilik_shared::id::{Digest, EntryId, SheetId};
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::person::Person;
use bilik_shared::registration::{
    Answers, Consent, Education, Field, Needs, NikStatus, Paper, Plan,
};
use bilik_shared::report::Report;
use bilik_shared::role::{Action, Role, may, reads, reads_history};
use bilik_shared::roster::preview::Apply;
use bilik_shared::view::{Decide, Detail, Overview, Resolve, hidden_sheet};
use serde_json::{Value, json};

use crate::house::{House, answers, first_sheet};

/// Somebody of each role that signs in.
const PEOPLE: [(&str, Role); 11] = [
    ("petugas", Role::Officer),
    ("marlin", Role::Supervisor),
    ("karutan", Role::Head),
    ("kpr", Role::Security),
    ("klinik", Role::Clinic),
    ("disnaker", Role::Partner),
    ("blk", Role::Instructor),
    ("wali", Role::CaseOfficer),
    ("kanwil", Role::Regional),
    ("admin", Role::Administrator),
    ("pdp", Role::Privacy),
];

/// Words that stand in one field only, so that any answer that holds one of them holds that field.
const CANARIES: [(Field, &str); 7] = [
    (Field::Name, "Kanarinama"),
    (Field::Aliases, "Kanarialias"),
    (Field::RegisterNumber, "Kanariregister"),
    (Field::Cell, "Kanarikamar"),
    (Field::BirthPlace, "Kanarilahir"),
    (Field::Note, "Kanaricatatan"),
    (Field::Consent, "Kanarisaksi"),
];

fn person() -> Person {
    let says = |field| CANARIES.iter().find(|(known, _)| *known == field).unwrap().1.to_owned();
    Person {
        name: says(Field::Name),
        aliases: says(Field::Aliases),
        register_number: says(Field::RegisterNumber),
        legal_status: Some(bilik_shared::person::LegalStatus::Convicted),
        cell: says(Field::Cell),
        birth_date: "05/10/1990".parse().ok(),
        birth_place: says(Field::BirthPlace),
        birth_approximate: true,
        sex: Some(bilik_shared::person::Sex::Male),
        citizenship: Some(bilik_shared::person::Citizenship::Indonesian),
    }
}

fn full() -> Answers {
    let given = answers("GAR");
    let consent = Consent { witness: "Kanarisaksi".into(), ..given.consent.clone().unwrap() };
    Answers {
        education: Some(Education::Primary),
        plan: Some(Plan::Work),
        experience: bilik_shared::registration::Experience::ALL.first().copied(),
        nik_status: Some(NikStatus::Present),
        nik: "8171020510909001".into(),
        reason: "ingin bekerja".into(),
        note: "Kanaricatatan".into(),
        skills: vec!["MENJAHIT".into()],
        identity_card: Some(Paper::Present),
        family_card: Some(Paper::Absent),
        school_certificate: Some(Paper::Later),
        photograph: Some(Paper::Absent),
        needs: Some(Needs { any: true, what: "kacamata".into() }),
        consent: Some(consent),
        ..given
    }
}

/// Registered at a tablet, verified, confirmed, in training.
async fn in_training(house: &House) -> (SheetId, EntryId) {
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, _) = first_sheet(&tablet);
    let entry = EntryId([0x5a; 16]);
    let act =
        |confirmed| What::Register { person: Some(person()), answers: Box::new(full()), confirmed };
    let warned = tablet.act(&sheet, entry, act(Vec::new())).unwrap();
    if let Err(bilik_shared::command::Refused::Warnings(warnings)) = warned {
        tablet.act(&sheet, entry, act(warnings)).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    for (user, state) in [
        ("marlin", DecisionState::Verified),
        ("karutan", DecisionState::Confirmed),
        ("disnaker", DecisionState::InTraining),
    ] {
        let mut desk = house.desk(user).await;
        let hidden = hidden_sheet();
        let sheet = if user == "disnaker" { &hidden } else { &sheet };
        let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
        let reply = desk.post(&path, &decide(state)).await;
        assert_eq!(reply.status, 200, "{user}: {}", reply.code());
    }
    (sheet, entry)
}

/// A report that names people.
fn report() -> Report {
    Report::ALL[0]
}

fn decide(state: DecisionState) -> Decide {
    let place = (state == DecisionState::Confirmed).then(|| "GAR".parse().unwrap());
    Decide { state, reason: String::new(), package: place.as_ref().map(|_| 1), programme: place }
}

/// What a detail tells, by the keys of its fields.
fn told(detail: &Detail) -> BTreeSet<String> {
    let (person, answers) = (detail.person.to_fields(), detail.answers.to_fields());
    person.into_keys().chain(answers.into_keys()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_reads_its_own_fields_and_no_others() {
    let house = House::open().await;
    let (sheet, entry) = in_training(&house).await;
    let whole = house.desk("marlin").await.detail(&sheet, entry).await;
    let all = told(&whole);
    for field in Field::ALL {
        let decided =
            matches!(field, Field::Registration | Field::WithdrawReason | Field::Signature);
        assert!(decided || all.contains(field.key()), "{field:?} is not tried");
    }
    let state = whole.row.state;
    for (user, role) in PEOPLE {
        let mut desk = house.desk(user).await;
        let sees = may(role, Action::SeeEntry, Some(state));
        let overview = desk.get("/api/v1/desk/overview").await;
        let overview_text = String::from_utf8_lossy(&overview.body).into_owned();
        let rows = overview.json::<Overview>().unwrap().rows;
        let row = rows.iter().find(|row| row.entry == entry);
        assert_eq!(row.is_some(), sees, "{role:?}");
        assert!(sees || rows.is_empty(), "{role:?} sees rows");
        let at = row.map_or(&sheet, |row| &row.sheet);
        for sheet in [&sheet, at, &hidden_sheet()] {
            let reply = desk.get(&format!("/api/v1/desk/entries/{sheet}/{entry}")).await;
            assert_eq!(reply.status, if sees { 200 } else { 404 }, "{role:?}");
            let text = String::from_utf8_lossy(&reply.body).into_owned() + &overview_text;
            for (field, canary) in CANARIES {
                let found = text.contains(canary);
                assert!(!found || reads(role, field) && sees, "{role:?} reads {field:?}");
            }
            assert!(!text.contains("8171020510909001"), "{role:?} reads the whole number");
            if !sees {
                continue;
            }
            let detail: Detail = reply.json().unwrap();
            let expected = all.iter().filter(|key| {
                let field = Field::parse(key);
                reads_history(role) || field.is_some_and(|field| reads(role, field))
            });
            assert_eq!(told(&detail), expected.cloned().collect(), "{role:?}");
            assert_eq!(!detail.history.is_empty(), reads_history(role), "{role:?}");
            assert_eq!(!detail.row.block.is_empty(), reads_history(role), "{role:?}");
            assert_eq!(detail.row.officer.is_some(), reads_history(role), "{role:?}");
        }
    }
}

/// Method, path with `{entry}`, body, and who gets further than the door.
type Route = (&'static str, &'static str, Value, fn(Role) -> bool);

fn routes() -> Vec<Route> {
    let everybody: fn(Role) -> bool = |_| true;
    let apply = Apply { preview: Digest::of(&[]), choices: BTreeMap::new(), blocks: Vec::new() };
    let apply = json!(apply);
    let commit = json!({
        "digest": "00".repeat(32), "overrides": [],
        "decree": { "number": "SK-1", "date": "2026-01-05" },
    });
    vec![
        ("GET", "/me", Value::Null, everybody),
        ("GET", "/desk/overview", Value::Null, everybody),
        ("GET", "/desk/events", Value::Null, everybody),
        ("POST", "/desk/enrolments", json!({}), |role| may(role, Action::EnrolDevice, None)),
        ("GET", "/desk/entries/{sheet}/{entry}", Value::Null, |role| {
            may(role, Action::SeeEntry, Some(bilik_shared::lifecycle::State::InTraining))
        }),
        (
            "POST",
            "/desk/entries/{sheet}/{entry}/resolve",
            json!(Resolve { field: Field::Plan, value: "x".into() }),
            |role| may(role, Action::ResolveConflict, None),
        ),
        (
            "POST",
            "/desk/entries/{sheet}/{entry}/decide",
            json!(decide(DecisionState::Cancelled)),
            |role| may(role, Action::Decide, None),
        ),
        ("POST", "/desk/allocation/preview", json!({ "overrides": [] }), |role| {
            may(role, Action::RunAllocation, None)
        }),
        ("POST", "/desk/allocation/commit", commit, |role| {
            may(role, Action::CommitAllocation, None)
        }),
        ("GET", "/desk/allocation/runs", Value::Null, |role| {
            may(role, Action::RunAllocation, None)
        }),
        ("GET", "/desk/quarantine", Value::Null, |role| may(role, Action::SeeDevices, None)),
        ("POST", "/desk/quarantine/{id}", json!({ "note": "" }), |role| {
            may(role, Action::SettleQuarantine, None)
        }),
        ("GET", "/desk/roster", Value::Null, |role| may(role, Action::ImportRoster, None)),
        ("POST", "/desk/roster/preview", Value::Null, |role| may(role, Action::ImportRoster, None)),
        ("POST", "/desk/roster/apply", apply, |role| may(role, Action::ImportRoster, None)),
        ("GET", "/desk/reports", Value::Null, everybody),
        ("GET", "/desk/reports/{report}", Value::Null, |role| report().scope(role).is_some()),
        ("POST", "/desk/reports/{report}", json!({ "format": "csv", "purpose": "" }), |role| {
            report().scope(role).is_some()
        }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_is_let_in_where_the_table_says_and_nowhere_else() {
    let house = House::open().await;
    let (sheet, entry) = in_training(&house).await;
    // A route that nobody tried would be a door that nobody watches.
    let known = include_str!("../../../server/src/api.rs");
    for line in known.lines().filter_map(|line| line.trim().strip_prefix(".route(\"/desk")) {
        let path = format!("/desk{}", line.split('"').next().unwrap_or_default());
        assert!(routes().iter().any(|(_, known, ..)| *known == path), "{path} is not tried");
    }
    let address = |path: &str| {
        format!("/api/v1{path}")
            .replace("{sheet}", &sheet.to_string())
            .replace("{entry}", &entry.to_string())
            .replace("{id}", "1")
            .replace("{report}", report().code())
    };
    for (user, role) in PEOPLE {
        let mut desk = house.desk(user).await;
        for (method, path, body, allowed) in routes() {
            let path = address(path);
            let status = match method {
                "GET" if path.ends_with("/events") => {
                    drop(desk.events().await);
                    200
                }
                "GET" => desk.get(&path).await.status.as_u16(),
                _ => desk.post(&path, &body).await.status.as_u16(),
            };
            let outside = matches!(status, 401 | 403) || status == 404 && method == "GET";
            assert_eq!(!outside, allowed(role), "{role:?} {method} {path}: {status}");
        }
    }
    // Without a session there is no way in at all.
    let mut client = house.client();
    for (method, path, body, _) in routes() {
        let path = address(path);
        let who = bilik_tests::wire::Who::Nobody;
        let reply = match method {
            "GET" => client.get(&path, who).await.unwrap(),
            _ => client.post_json(&path, who, &body).await.unwrap(),
        };
        assert_eq!(reply.status, 401, "{method} {path}");
    }
}
