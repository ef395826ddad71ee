//! Codes, passwords, sessions and roles.

use bilik_shared::enrolment;
use bilik_shared::id::{DeviceId, PublicKey};
use bilik_shared::view::{Enrol, Enrolled, Overview};
use serde_json::json;

use crate::{Server, asked};

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_tablets_with_one_code_exactly_one_is_enrolled() {
    let server = Server::start().await;
    let code = asked(&server.new_code().await);
    let tries = (0..50).map(|_| server.post("enrol", "", &code));
    let replies = futures_util::future::join_all(tries).await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    let used = replies.iter().filter(|reply| reply.code() == "enrol_code_used").count();
    assert_eq!((won, used), (1, 49));
    let unknown = server.post("enrol", "", &asked("0000-0000")).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "enrol_code_unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_between_a_tablet_and_its_server_enrols_nothing() {
    let server = Server::start().await;
    let code = server.new_code().await;
    let (own, theirs) = (PublicKey([1; 32]), PublicKey([2; 32]));
    let (asked, secret) = enrolment::ask(&code, Some(own), None).unwrap();
    let bare = code.replace('-', "");
    assert!(!json!(asked).to_string().contains(&bare), "the code does not travel");
    // They know everything that travels, and not the code.
    let altered = [
        Enrol { key: Some(theirs), ..asked.clone() },
        Enrol { key: None, ..asked.clone() },
        Enrol { lost: Some("T01".parse().unwrap()), ..asked.clone() },
        Enrol { proof: asked.name, key: Some(theirs), ..asked.clone() },
    ];
    for altered in altered {
        let reply = server.post("enrol", "", &json!(altered)).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "enrol_proof_wrong"));
    }
    // None of that has used the code up, and an answer that they alter is none.
    let reply = server.post("enrol", "", &json!(asked)).await;
    let enrolled: Enrolled = serde_json::from_slice(&reply.body).unwrap();
    assert!(secret.confirms(&asked, &enrolled));
    let forged = [
        Enrolled { server_key: theirs, ..enrolled.clone() },
        Enrolled { secret: "00".repeat(32), ..enrolled.clone() },
        Enrolled { device_id: DeviceId([9; 8]), ..enrolled.clone() },
        Enrolled { device_code: "T09".parse().unwrap(), ..enrolled.clone() },
        Enrolled { proof: asked.proof, ..enrolled },
    ];
    assert!(forged.iter().all(|forged| !secret.confirms(&asked, forged)));
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_and_codes_waits_longer_each_time() {
    let server = Server::start().await;
    for user in ["marlin", "nobody"] {
        for _ in 0..5 {
            let reply = server.try_password(user, "wrong").await;
            assert_eq!((reply.status, reply.code().as_str()), (401, "wrong_password"));
        }
        let reply = server.try_password(user, "wrong").await;
        assert_eq!((reply.status, reply.code().as_str()), (429, "too_many_tries"));
        assert!(reply.header("retry-after").is_some());
    }
    // One account waits, not the address.
    server.sign_in("karutan").await;
    // A whole house sits behind an address: it is forgiven more.
    let guessed = asked("7777-7777");
    for _ in 0..20 {
        server.post("enrol", "", &guessed).await;
    }
    let reply = server.post("enrol", "", &guessed).await;
    assert_eq!(reply.code(), "too_many_tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_what_its_role_may_see_and_ends_with_signing_out() {
    let server = Server::start().await;
    assert_eq!(server.get("desk/overview", "").await.code(), "no_session");
    assert_eq!(server.get("desk/overview", &"0".repeat(64)).await.code(), "no_session");
    let marlin = server.sign_in("marlin").await;
    let overview = server.get("desk/overview", &marlin).await;
    let overview: Overview = serde_json::from_slice(&overview.body).unwrap();
    assert_eq!((overview.counts.seen, overview.counts.people), (300, 300));

    let partner = server.sign_in("disnaker").await;
    let seen = server.get("desk/overview", &partner).await;
    assert_eq!(seen.json()["counts"]["blocks"], json!({}), "who is housed where stays inside");
    let seen: Overview = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!((seen.counts.seen, seen.devices.len(), seen.counts.people), (0, 0, 300));
    assert_eq!(server.post("desk/enrolments", &partner, &json!({})).await.code(), "role_may_not");
    let row = &server.rows(&marlin).await[0];
    let path = format!("desk/entries/{}/{}", row.sheet, row.entry);
    assert_eq!(server.get(&path, &marlin).await.status, 200);
    assert_eq!(server.get(&path, &partner).await.code(), "entry_unknown");
    let resolve = json!({ "field": "education", "value": "SMP" });
    assert_eq!(
        server.post(&format!("{path}/resolve"), &partner, &resolve).await.code(),
        "role_may_not"
    );
    assert_eq!(
        server.post(&format!("{path}/resolve"), &marlin, &resolve).await.code(),
        "nothing_to_choose"
    );
    assert_eq!(server.get("desk/entries/no-such/sheet", &marlin).await.code(), "entry_unknown");

    assert_eq!(server.post("sign-out", &marlin, &json!({})).await.status, 204);
    assert_eq!(server.get("me", &marlin).await.code(), "no_session");
    assert_eq!(server.get("me", &partner).await.json()["id"], "disnaker");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_site_sends_is_not_carried_out() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    for from in [
        "Origin: http://evil",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        for path in ["desk/enrolments", "sign-out", "sign-in", "exchange", "enrol"] {
            let head = format!(
                "POST /api/v1/{path} HTTP/1.1\r\nCookie: bilik_session={marlin}\r\nContent-Type: application/json\r\n{from}"
            );
            let reply = server.send(&head, b"{}").await;
            assert_eq!((reply.status, reply.code().as_str()), (403, "cross_site"), "{path} {from}");
        }
    }
    let as_form = "POST /api/v1/desk/enrolments HTTP/1.1\r\nContent-Type: text/plain";
    let head = format!("{as_form}\r\nCookie: bilik_session={marlin}");
    assert_eq!(server.send(&head, b"{}").await.code(), "not_json");
    assert_eq!(server.get("me", &marlin).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_allows_one_new_pin_on_an_enrolled_tablet() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let ask = async |credential: &str, code: &str| {
        let head = format!(
            "POST /api/v1/pin-code HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {credential}"
        );
        let name = enrolment::stretch(code).unwrap().name;
        server.send(&head, json!({ "name": name }).to_string().as_bytes()).await
    };
    let code = server.new_code().await;
    let stranger = ask("00.11", &code).await;
    assert_eq!((stranger.status, stranger.code().as_str()), (401, "device_unknown"));
    let allowed = ask(&credential, &code).await;
    assert_eq!((allowed.status, &allowed.json()["device_code"]), (200, &json!("T01")));
    assert_eq!(ask(&credential, &code).await.code(), "enrol_code_used");
    let enrolled = server.post("enrol", "", &asked(&code)).await;
    assert_eq!(enrolled.code(), "enrol_code_used", "the same code enrols nobody");
}
