//! The privacy officer: whose reading leaves a line, an identity number for a reason, cases with a clock, retention.

use bilik_shared::id::EntryId;
use serde_json::{Value, json};

use crate::Server;
use crate::reports::{NIK, decide, two_people};

const NUMBER: &str = "AMB-2026.1-T01-0002";
const HOUR: i64 = 3_600_000;

/// What the officer finds in the log of access.
async fn log(server: &Server, search: &Value) -> Vec<Value> {
    let pdp = server.sign_in("pdp").await;
    let reply = server.post("desk/privacy/access", &pdp, search).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(!text.contains(NIK) && !text.contains("Corneles"), "the log names people");
    reply.json()["reads"].as_array().unwrap().clone()
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_millis() as i64
}

#[tokio::test]
async fn an_identity_number_is_told_for_a_reason_and_the_log_has_both() {
    let server = Server::start().await;
    let sheet = two_people(&server).await;
    let at = format!("desk/entries/{sheet}/{}/nik", EntryId([2; 16]));
    let marlin = server.sign_in("marlin").await;
    for (reason, code) in
        [("  ", "nik_reason_missing"), (&*"x".repeat(501), "privacy_text_too_long")]
    {
        let reply = server.post(&at, &marlin, &json!({ "reason": reason })).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, code));
    }
    let (partner, instructor) = (server.sign_in("disnaker").await, server.sign_in("blk").await);
    let asked = json!({ "reason": " dicocokkan dengan KTP " });
    assert_eq!(server.post(&at, &partner, &asked).await.status, 404);
    assert_eq!(server.post(&at, &instructor, &asked).await.code(), "role_may_not");
    assert_eq!(log(&server, &json!({ "what": "NIK" })).await.len(), 0);

    let reply = server.post(&at, &marlin, &asked).await;
    assert_eq!((reply.status, reply.json()["nik"].as_str().unwrap()), (200, NIK));
    decide(&server, "marlin", &sheet, 2, "verified").await;
    decide(&server, "karutan", &sheet, 2, "confirmed").await;
    assert_eq!(server.post(&at, &partner, &asked).await.json()["nik"], NIK);

    let lines = log(&server, &json!({ "what": "NIK", "number": NUMBER })).await;
    let told = |line: &Value| (line["user"].clone(), line["role"].clone(), line["reason"].clone());
    let reason = json!("dicocokkan dengan KTP");
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [
            (json!("disnaker"), json!("MITRA_DISNAKER"), reason.clone()),
            (json!("marlin"), json!("VERIFIKATOR"), reason),
        ]
    );
    assert_eq!(lines[0]["number"], NUMBER);
    // By a part of a name, by days, by a person that nobody knows.
    assert_eq!(log(&server, &json!({ "what": "NIK", "who": "marlin" })).await.len(), 1);
    assert_eq!(log(&server, &json!({ "what": "NIK", "who": "siapa" })).await.len(), 0);
    assert_eq!(log(&server, &json!({ "what": "NIK", "until": "2020-01-05" })).await.len(), 0);
    let pdp = server.sign_in("pdp").await;
    let reply = server.post("desk/privacy/access", &pdp, &json!({ "number": "AMB-9" })).await;
    assert_eq!(reply.code(), "privacy_number_unknown");
}

#[tokio::test]
async fn every_reading_leaves_one_line_and_what_was_not_read_none() {
    let server = Server::start().await;
    let sheet = two_people(&server).await;
    let (marlin, entry) = (server.sign_in("marlin").await, EntryId([2; 16]));
    let count = async |what: &str| log(&server, &json!({ "what": what })).await.len();
    assert_eq!(count("PENDAFTARAN").await, 0);
    let gone = format!("desk/entries/{sheet}/{}", EntryId([0xee; 16]));
    assert_eq!(server.get(&gone, &marlin).await.status, 404);
    let hidden = server.sign_in("kpr").await;
    let at = format!("desk/entries/{sheet}/{entry}");
    assert_eq!(server.get(&at, &hidden).await.status, 404);
    assert_eq!(count("PENDAFTARAN").await, 0);
    for n in 1..=2 {
        assert_eq!(server.get(&at, &marlin).await.status, 200);
        assert_eq!(count("PENDAFTARAN").await, n);
    }
    for (path, what, more) in [
        ("desk/entries", "DAFTAR", 1),
        // Read again at once: one line tells that the list was open.
        ("desk/entries", "DAFTAR", 0),
        ("desk/reports/participants", "LAPORAN", 1),
        // Counts name nobody.
        ("desk/reports/programmes", "LAPORAN", 0),
    ] {
        let before = count(what).await;
        assert_eq!(server.get(path, &marlin).await.status, 200);
        assert_eq!(count(what).await, before + more, "{path}");
    }
    let before = count("DAFTAR").await;
    let kanwil = server.sign_in("kanwil").await;
    server.get("desk/entries", &kanwil).await;
    assert_eq!(count("DAFTAR").await, before, "whoever sees counts reads about nobody");
    let export = json!({ "format": "csv", "purpose": "rapat" });
    server.post("desk/reports/participants", &marlin, &export).await;
    let pdp = server.sign_in("pdp").await;
    let found = server.post("desk/privacy/access", &pdp, &json!({})).await.json();
    assert_eq!(found["exports"][0]["purpose"], "rapat");
    assert!(found["titles"]["participants"]["id"].as_str().unwrap().contains("Nama Peserta"));
}

#[tokio::test]
async fn a_request_is_found_by_its_number_and_its_steps_stay() {
    let server = Server::start().await;
    two_people(&server).await;
    let pdp = server.sign_in("pdp").await;
    let request = |number: &str, received_at: i64| {
        json!({ "number": number, "case": {
            "register": "request", "kind": "AKSES", "subject": "salinan data",
            "received_at": received_at,
        } })
    };
    let open = async |body: &Value| server.post("desk/privacy/cases", &pdp, body).await;
    let long_ago = now() - 100 * HOUR;
    for (body, code) in [
        (request("AMB-0", long_ago), "privacy_number_unknown"),
        (request("", long_ago), "privacy_who_missing"),
        (request(NUMBER, now() + HOUR), "privacy_time_out_of_range"),
    ] {
        let reply = open(&body).await;
        assert_eq!((reply.status, reply.code().as_str()), (422, code));
    }
    let cases = open(&request(NUMBER, long_ago)).await.json();
    let case = &cases["cases"][0];
    assert_eq!(cases["numbers"][EntryId([2; 16]).to_string()], NUMBER);
    let at = format!("desk/privacy/cases/{}", case["id"]);
    let step = async |body: &Value| server.post(&at, &pdp, body).await;
    assert_eq!(step(&json!({ "step": "noted", "word": "dicetak" })).await.status, 200);
    // A lost answer is asked for again.
    let noted = step(&json!({ "step": "noted", "word": "dicetak" })).await.json();
    assert_eq!(noted["cases"][0]["steps"].as_array().unwrap().len(), 1);
    let closed = json!({ "step": "closed", "outcome": "DIPENUHI", "word": "diserahkan" });
    assert_eq!(
        step(&json!({ "step": "closed", "word": "x" })).await.code(),
        "privacy_outcome_missing"
    );
    assert_eq!(step(&closed).await.json()["cases"][0]["steps"].as_array().unwrap().len(), 2);
    let late = step(&json!({ "step": "noted", "word": "lagi" })).await;
    assert_eq!((late.status, late.code().as_str()), (409, "privacy_case_closed"));
    let unknown = server.post("desk/privacy/cases/99", &pdp, &closed).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "privacy_case_unknown"));
}

#[tokio::test]
async fn a_dry_run_counts_and_keeps_nothing() {
    let server = Server::start().await;
    let pdp = server.sign_in("pdp").await;
    let usual = server.get("desk/privacy/retention", &pdp).await.json();
    assert_eq!(usual["log"], json!([]));
    let entries = |found: &Value, group: &str| -> u64 {
        let all = found["concerns"].as_array().unwrap().iter();
        let of = all.filter(|concern| concern["rule"]["group"] == group);
        of.map(|concern| concern["entries"].as_u64().unwrap()).sum()
    };
    assert_eq!(entries(&usual, "SEMUA"), 300);
    let rules = json!({ "rules": [{ "group": "SEMUA", "months": 1 }] });
    let tried = server.post("desk/privacy/retention/try", &pdp, &rules).await.json();
    assert_eq!((entries(&tried, "SEMUA"), &tried["log"]), (300, &json!([])));
    assert_eq!(server.get("desk/privacy/retention", &pdp).await.json(), usual);
    let kept = server.post("desk/privacy/retention", &pdp, &rules).await.json();
    assert_eq!((&kept["rules"], &kept["log"][0]["rules"]), (&rules["rules"], &rules["rules"]));
    let none = json!({ "rules": [{ "group": "SEMUA", "months": 0 }] });
    let reply = server.post("desk/privacy/retention", &pdp, &none).await;
    assert_eq!((reply.status, reply.code().as_str()), (422, "privacy_months_out_of_range"));
    let marlin = server.sign_in("marlin").await;
    let page = server.get("desk/entries?queue=all", &marlin).await.json();
    assert_eq!(page["total"], 300, "{page}");
}
