//! Who may ask for what, and what they then read: every role on every route, and every field of a person.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::command::What;
use bilik_shared::id::{Digest, EntryId, SheetId};
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::person::Person;
use bilik_shared::registration::{
    Answers, Consent, Education, Field, Home, Literacy, Marital, Needs, NikStatus, Paper, Plan,
    Relation,
};
use bilik_shared::report::Report;
use bilik_shared::role::{Action, Role, may, reads, reads_history, reads_vetting, vets};
use bilik_shared::roster::preview::Apply;
use bilik_shared::vetting::{About, Worklist};
use bilik_shared::view::entries::Page;
use bilik_shared::view::{Decide, Detail, Overview, Resolve, Unsettle, hidden_sheet};
use bilik_tests::tablet::Tablet;
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
const CANARIES: [(Field, &str); 8] = [
    (Field::Name, "Kanarinama"),
    (Field::Aliases, "Kanarialias"),
    (Field::RegisterNumber, "Kanariregister"),
    (Field::Cell, "Kanarikamar"),
    (Field::BirthPlace, "Kanarilahir"),
    (Field::Note, "Kanaricatatan"),
    (Field::FamilyName, "Kanarikeluarga"),
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
        home: Home {
            address: "Jl. Pattimura 1".into(),
            marital: Some(Marital::Married),
            literacy: Some(Literacy::Limited),
            family_name: "Kanarikeluarga".into(),
            family_relation: Some(Relation::Sibling),
            family_phone: "081234567890".into(),
        },
        consent: Some(consent),
        ..given
    }
}

/// Registered at a tablet, verified, confirmed, in training.
async fn in_training(house: &House) -> (SheetId, EntryId) {
    let (sheet, entry) = register_somebody(&mut house.tablet("rusdi").await).await;
    hand_over(house, &sheet, entry).await;
    (sheet, entry)
}

async fn register_somebody(tablet: &mut Tablet) -> (SheetId, EntryId) {
    let (sheet, _) = first_sheet(tablet);
    let entry = EntryId([0x5a; 16]);
    let act =
        |confirmed| What::Register { person: Some(person()), answers: Box::new(full()), confirmed };
    let warned = tablet.act(&sheet, entry, act(Vec::new())).unwrap();
    if let Err(bilik_shared::command::Refused::Warnings(warnings)) = warned {
        tablet.act(&sheet, entry, act(warnings)).unwrap().unwrap();
    }
    tablet.sync().await.unwrap();
    (sheet, entry)
}

/// Verified, confirmed, in training.
async fn hand_over(house: &House, sheet: &SheetId, entry: EntryId) {
    for (user, state) in [
        ("marlin", DecisionState::Verified),
        ("karutan", DecisionState::Confirmed),
        ("disnaker", DecisionState::InTraining),
    ] {
        let mut desk = house.desk(user).await;
        let hidden = hidden_sheet();
        let sheet = if user == "disnaker" { &hidden } else { sheet };
        let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
        let reply = desk.post(&path, &decide(state)).await;
        assert_eq!(reply.status, 200, "{user}: {}", reply.code());
    }
}

/// What the clinic and security say about the one person, word by word, each of which stands for nothing else.
const WORDS: [(&str, About, &str); 4] = [
    ("klinik", About::Fitness, "LAYAK_BERSYARAT"),
    ("kpr", About::Clearance, "DENGAN_PENGAWALAN"),
    ("kpr", About::RegisterF, "BELUM_DICEK"),
    ("kpr", About::Isolation, "TIDAK_DIISOLASI"),
];

/// Registered at a tablet and looked at by the clinic and security, and then as [`in_training`].
async fn vetted(house: &House) -> (SheetId, EntryId) {
    let mut tablet = house.tablet("rusdi").await;
    let (sheet, entry) = register_somebody(&mut tablet).await;
    for (user, about, word) in WORDS {
        let mut desk = house.desk(user).await;
        let list: Worklist = desk.get("/api/v1/desk/vetting").await.json().unwrap();
        let ask = json!({ "about": about, "word": word, "on": list.today, "entries": [entry] });
        let reply = desk.post("/api/v1/desk/vetting", &ask).await;
        assert_eq!(reply.status, 200, "{user}: {}", reply.code());
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        for (_, other, word) in WORDS {
            let role = PEOPLE.iter().find(|(name, _)| *name == user).unwrap().1;
            assert!(!text.contains(word) || reads_vetting(role, other), "{user} reads {word}");
        }
    }
    hand_over(house, &sheet, entry).await;
    // Whatever a tablet holds, it holds nothing of this.
    tablet.sync().await.unwrap();
    let kept: Vec<u8> = tablet.replica_mut().sheet_mut(&sheet).unwrap().save();
    let mut held =
        bilik_shared::sheet::Sheet::load(&kept, bilik_shared::id::ActorId([9; 16])).unwrap();
    for chunk in held.changes_since(&[]) {
        let text = String::from_utf8_lossy(chunk.bytes()).into_owned();
        assert!(!WORDS.iter().any(|(_, _, word)| text.contains(word)), "{text}");
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
    let (sheet, entry) = vetted(&house).await;
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
        let mut overview_text = String::from_utf8_lossy(&overview.body).into_owned();
        let seen = overview.json::<Overview>().unwrap().counts.seen;
        for address in ["?queue=all&limit=500", "?queue=contested", "?state=MENGIKUTI&order=name"] {
            let list = desk.get(&format!("/api/v1/desk/entries{address}")).await;
            overview_text += &String::from_utf8_lossy(&list.body);
        }
        let rows = desk.rows().await;
        overview_text += &serde_json::to_string(&rows).unwrap();
        assert_eq!(rows.len(), seen as usize, "{role:?}");
        // Nobody is found by what the one who searches may not read. The other words are spelled too much like the
        // name, and are no part of the search.
        let searched = [Field::Name, Field::Aliases, Field::RegisterNumber];
        for (field, canary) in CANARIES.iter().filter(|(field, _)| searched.contains(field)) {
            let ask = json!({ "queue": "all", "text": canary });
            let found =
                desk.post("/api/v1/desk/entries/search", &ask).await.json::<Page>().unwrap();
            let found = found.rows.iter().any(|row| row.entry == entry);
            assert!(!found || reads(role, *field) && sees, "{role:?} finds by {field:?}");
        }
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
            for (_, about, word) in WORDS {
                assert!(
                    !text.contains(word) || reads_vetting(role, about) && sees,
                    "{role:?} reads {word}"
                );
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
            assert_eq!(detail.vetted.len() == WORDS.len(), reads_history(role), "{role:?}");
            let ready = detail.ready.and_then(|ready| ready.fit);
            assert_eq!(ready, (role != Role::Instructor).then_some(true), "{role:?}");
            assert_eq!(!detail.history.is_empty(), reads_history(role), "{role:?}");
            assert_eq!(!detail.row.block.is_empty(), reads_history(role), "{role:?}");
            assert_eq!(detail.row.officer.is_some(), reads_history(role), "{role:?}");
        }
    }
}

/// A word about nobody.
fn said(about: &str, word: &str) -> Value {
    json!({ "about": about, "word": word, "on": "2020-01-05", "entries": [] })
}

/// Method, path with `{entry}`, body, and who gets further than the door.
type Route = (&'static str, &'static str, Value, fn(Role) -> bool);

fn routes() -> Vec<Route> {
    let everybody: fn(Role) -> bool = |_| true;
    let train: fn(Role) -> bool = |role| may(role, Action::Train, None);
    let run: fn(Role) -> bool = |role| may(role, Action::RunTraining, None);
    let manages: fn(Role) -> bool = |role| may(role, Action::ManageAccess, None);
    let has_a_table: fn(Role) -> bool =
        |role| may(role, Action::SeeEntry, Some(bilik_shared::lifecycle::State::InTraining));
    let guard: fn(Role) -> bool = |role| may(role, Action::GuardPrivacy, None);
    let case = json!({ "case": {
        "register": "incident", "kind": "LAINNYA", "subject": "", "found_at": 0, "people": 0,
    } });
    let apply = Apply { preview: Digest::of(&[]), choices: BTreeMap::new(), blocks: Vec::new() };
    let apply = json!(apply);
    let place = json!({ "sheet": "2025.2-A", "entry": "00".repeat(16) });
    let pair = json!({ "pair": [place, place], "verdict": { "kind": "different" }, "note": "" });
    let commit = json!({
        "digest": "00".repeat(32), "overrides": [],
        "decree": { "number": "SK-1", "date": "2026-01-05" },
    });
    vec![
        ("GET", "/me", Value::Null, everybody),
        ("GET", "/second-factor", Value::Null, everybody),
        ("POST", "/second-factor/passkeys/begin", json!({}), everybody),
        ("POST", "/second-factor/passkeys/remove", json!({ "id": "00".repeat(32) }), everybody),
        ("GET", "/sessions", Value::Null, everybody),
        ("POST", "/sessions/end", json!({ "id": "" }), everybody),
        ("GET", "/desk/overview", Value::Null, everybody),
        ("GET", "/desk/events", Value::Null, everybody),
        ("GET", "/desk/entries", Value::Null, everybody),
        ("POST", "/desk/entries/search", json!({}), everybody),
        ("POST", "/desk/entries/named", json!({ "entries": [] }), everybody),
        ("POST", "/desk/entries/verify", json!({ "entries": [] }), |role| {
            may(role, Action::Decide, None)
        }),
        ("GET", "/desk/views", Value::Null, has_a_table),
        ("POST", "/desk/views", json!({ "name": "", "filter": {} }), has_a_table),
        ("POST", "/desk/views/{id}/remove", Value::Null, has_a_table),
        ("GET", "/desk/access", Value::Null, manages),
        ("POST", "/desk/tokens", json!({ "name": "", "scopes": [] }), manages),
        ("POST", "/desk/tokens/{id}/revoke", Value::Null, manages),
        ("POST", "/desk/hooks", json!({ "url": "" }), manages),
        ("POST", "/desk/hooks/{id}/remove", Value::Null, manages),
        ("POST", "/desk/deliveries/{id}/again", Value::Null, manages),
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
            "/desk/entries/{sheet}/{entry}/unsettle",
            json!(Unsettle { field: Field::Plan }),
            |role| may(role, Action::ResolveConflict, None),
        ),
        (
            "POST",
            "/desk/entries/{sheet}/{entry}/decide",
            json!(decide(DecisionState::Cancelled)),
            |role| may(role, Action::Decide, None),
        ),
        ("POST", "/desk/entries/{sheet}/{entry}/withdraw", json!({ "reason": "" }), |role| {
            may(role, Action::Decide, None)
        }),
        ("POST", "/desk/entries/{sheet}/{entry}/nik", json!({ "reason": "" }), |role| {
            reads(role, Field::Nik)
        }),
        ("POST", "/desk/privacy/access", json!({}), guard),
        ("GET", "/desk/privacy/cases", Value::Null, guard),
        ("POST", "/desk/privacy/cases", case, guard),
        ("POST", "/desk/privacy/cases/{case}", json!({ "step": "noted", "word": "" }), guard),
        ("POST", "/desk/privacy/cases/{case}/erase", json!({ "word": "" }), guard),
        ("GET", "/desk/privacy/retention", Value::Null, guard),
        ("POST", "/desk/privacy/retention", json!({ "rules": [] }), guard),
        ("POST", "/desk/privacy/retention/try", json!({ "rules": [] }), guard),
        ("POST", "/desk/allocation/preview", json!({ "overrides": [] }), |role| {
            may(role, Action::RunAllocation, None)
        }),
        ("POST", "/desk/allocation/commit", commit, |role| {
            may(role, Action::CommitAllocation, None)
        }),
        ("GET", "/desk/allocation/runs", Value::Null, |role| {
            may(role, Action::RunAllocation, None)
        }),
        ("GET", "/desk/pairs", Value::Null, |role| may(role, Action::SettlePair, None)),
        ("POST", "/desk/pairs", pair, |role| may(role, Action::SettlePair, None)),
        ("POST", "/desk/pairs/{number}/undo", Value::Null, |role| {
            may(role, Action::SettlePair, None)
        }),
        ("GET", "/desk/setup", Value::Null, |role| may(role, Action::SetUp, None)),
        ("POST", "/desk/setup", json!({ "what": "open", "code": "x" }), |role| {
            may(role, Action::SetUp, None)
        }),
        ("GET", "/desk/users", Value::Null, |role| may(role, Action::ManageUsers, None)),
        ("POST", "/desk/users", json!({ "id": "X", "name": "", "role": "WALI" }), |role| {
            may(role, Action::ManageUsers, None)
        }),
        (
            "POST",
            "/desk/users/change",
            json!({ "was": { "id": "siapa", "name": "", "role": "WALI" }, "turn": "lock" }),
            |role| may(role, Action::ManageUsers, None),
        ),
        ("GET", "/desk/devices", Value::Null, |role| may(role, Action::SeeDevices, None)),
        ("POST", "/desk/devices/{device}", json!({ "what": "settle", "word": "" }), |role| {
            may(role, Action::ManageDevices, None)
        }),
        ("GET", "/desk/quarantine", Value::Null, |role| may(role, Action::SeeDevices, None)),
        // Nothing lies there yet.
        ("GET", "/desk/quarantine/{id}", Value::Null, |_| false),
        ("POST", "/desk/quarantine/{id}/let-in", json!({ "note": "" }), |role| {
            may(role, Action::SettleQuarantine, None)
        }),
        ("POST", "/desk/quarantine/of/{device}/let-in", json!({ "note": "" }), |role| {
            may(role, Action::SettleQuarantine, None)
        }),
        ("POST", "/desk/quarantine/{id}", json!({ "note": "" }), |role| {
            may(role, Action::SettleQuarantine, None)
        }),
        ("GET", "/desk/vetting", Value::Null, |role| may(role, Action::Vet, None)),
        ("POST", "/desk/vetting", said("kelayakan_kesehatan", "LAYAK"), |role| {
            vets(role).contains(&About::Fitness)
        }),
        ("POST", "/desk/vetting", said("izin_keamanan", "YA"), |role| {
            vets(role).contains(&About::Clearance)
        }),
        ("POST", "/desk/vetting", said("register_f", "TIDAK"), |role| {
            vets(role).contains(&About::RegisterF)
        }),
        ("POST", "/desk/vetting", said("isolasi", "TIDAK_DIISOLASI"), |role| {
            vets(role).contains(&About::Isolation)
        }),
        ("GET", "/desk/roster", Value::Null, |role| may(role, Action::ImportRoster, None)),
        ("POST", "/desk/roster/preview", Value::Null, |role| may(role, Action::ImportRoster, None)),
        ("POST", "/desk/roster/apply", apply, |role| may(role, Action::ImportRoster, None)),
        ("GET", "/desk/training", Value::Null, train),
        // A package that is not an instructor's own does not exist for them.
        ("GET", "/desk/training/{programme}/{number}", Value::Null, run),
        (
            "POST",
            "/desk/training/{programme}/{number}/propose",
            json!({ "candidate": "", "score": 1, "advice": "CADANGAN" }),
            run,
        ),
        (
            "POST",
            "/desk/training/{programme}/{number}/turn-away",
            json!({ "candidate": "", "reason": "x" }),
            run,
        ),
        ("POST", "/desk/training/{programme}/{number}/instructor", json!({}), run),
        ("POST", "/desk/training/{programme}/{number}/start", json!({ "on": "2020-01-05" }), train),
        ("GET", "/desk/training/{programme}/{number}/days/{date}", Value::Null, run),
        (
            "POST",
            "/desk/training/{programme}/{number}/days/{date}",
            json!({ "after": 0, "hours": 8, "marks": [] }),
            train,
        ),
        (
            "POST",
            "/desk/training/{programme}/{number}/grades",
            json!({ "entry": EntryId([0; 16]) }),
            train,
        ),
        (
            "POST",
            "/desk/training/{programme}/{number}/certificates",
            json!({ "entry": EntryId([0; 16]), "on": "2020-01-05" }),
            run,
        ),
        // Nobody has one yet.
        ("GET", "/desk/training/{programme}/{number}/certificates/{entry}", Value::Null, |_| false),
        ("GET", "/desk/follow-ups", Value::Null, |role| may(role, Action::FollowUp, None)),
        (
            "POST",
            "/desk/follow-ups/{entry}/release",
            json!({ "on": "2020-01-05", "agreed": true }),
            |role| may(role, Action::FollowUp, None),
        ),
        (
            "POST",
            "/desk/follow-ups/{entry}/found",
            json!({ "months": 3, "what": "BEKERJA" }),
            |role| may(role, Action::FollowUp, None),
        ),
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
    // A long route stands on lines of its own, so what is looked for is the path and not the call.
    let paths = known.lines().filter_map(|line| {
        let line = line.trim();
        line.strip_prefix(".route(\"/desk").or_else(|| line.strip_prefix("\"/desk"))
    });
    for line in paths {
        let path = format!("/desk{}", line.split('"').next().unwrap_or_default());
        assert!(routes().iter().any(|(_, known, ..)| *known == path), "{path} is not tried");
    }
    let address = |path: &str| {
        format!("/api/v1{path}")
            .replace("{sheet}", &sheet.to_string())
            .replace("{entry}", &entry.to_string())
            .replace("{device}", "T01")
            .replace("{id}", "1")
            .replace("{case}", "1")
            .replace("{programme}/{number}", "GAR/1")
            .replace("{date}", "2026-01-05")
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
