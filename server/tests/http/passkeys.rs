//! Passkeys over the wire, with a device made of a key pair and a counter.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, open_file};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::factor::{demand, me, password};
use crate::{Reply, Server, described};

/// Where the desk is opened. Browsers take `localhost` for a secure place.
const HERE: &str = "localhost:8080";
const ORIGIN: &str = "http://localhost:8080";

/// Asks as a page does that was opened at this host.
async fn ask(server: &Server, host: &str, path: &str, cookie: &str, body: &Value) -> Reply {
    let head = format!(
        "POST /api/v1/{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\n\
         Cookie: bilik_session={cookie}"
    );
    let reply = server.send(&head, body.to_string().as_bytes()).await;
    described::holds("post", path, Some(body), &reply);
    reply
}

async fn state(server: &Server, host: &str, cookie: &str) -> Value {
    let head = format!(
        "GET /api/v1/second-factor HTTP/1.1\r\nHost: {host}\r\nCookie: bilik_session={cookie}"
    );
    let reply = server.send(&head, b"").await;
    described::holds("get", "second-factor", None, &reply);
    reply.json()
}

/// A device that holds one passkey and counts.
struct Device {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    counter: u32,
}

impl Device {
    /// Makes a passkey as the server asks for it; gives what the browser sends.
    fn make(question: &Value) -> (Self, Value) {
        let random = SystemRandom::new();
        let how = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pair = EcdsaKeyPair::generate_pkcs8(how, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(how, pair.as_ref(), &random).unwrap();
        let id = Sha256::digest(pair.public_key().as_ref()).to_vec();
        let device = Self { pair, id, counter: 1 };
        let options = options(question);
        let (host, challenge) = (&options["rp"]["id"], &options["challenge"]);
        let point = device.pair.public_key().as_ref();
        let mut data = device.data(host, 0x45);
        data.extend([[0; 16].as_slice(), &[0, 32], &device.id].concat());
        // The public key as COSE: EC2, ES256, P-256, x and y.
        data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend([&point[1..33], b"\x22\x58\x20", &point[33..]].concat());
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(&data);
        let response = json!({
            "clientDataJSON": text(&said("webauthn.create", challenge, ORIGIN)),
            "attestationObject": text(&object),
        });
        let answer = device.answer(question, &response);
        (device, answer)
    }

    /// Signs what the server asks, on the page of this origin.
    fn sign(&mut self, question: &Value, origin: &str) -> Value {
        let options = options(question);
        self.counter += 1;
        let data = self.data(&options["rpId"], 0x05);
        let said = said("webauthn.get", &options["challenge"], origin);
        let signed = [&data[..], &Sha256::digest(&said)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "clientDataJSON": text(&said),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": null,
        });
        self.answer(question, &response)
    }

    fn data(&self, host: &Value, flags: u8) -> Vec<u8> {
        let host = Sha256::digest(host.as_str().unwrap());
        [&host[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn answer(&self, question: &Value, response: &Value) -> Value {
        let credential = json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "response": response, "clientExtensionResults": {},
        });
        json!({ "ticket": question["ticket"], "credential": credential.to_string() })
    }
}

fn options(question: &Value) -> Value {
    serde_json::from_str(question["options"].as_str().unwrap()).unwrap()
}

fn said(kind: &str, challenge: &Value, origin: &str) -> Vec<u8> {
    let said =
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false });
    said.to_string().into_bytes()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Adds one; gives it and the codes for the paper.
async fn add(server: &Server, cookie: &str, name: &str) -> (Device, Vec<String>) {
    let begun = ask(server, HERE, "second-factor/passkeys/begin", cookie, &json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.code());
    let (device, answer) = Device::make(&begun.json());
    let new = json!({ "name": name, "answer": answer });
    let added = ask(server, HERE, "second-factor/passkeys", cookie, &new).await;
    assert_eq!(added.status, 200, "{}", added.code());
    let codes = serde_json::from_value(added.json()["codes"].clone()).unwrap();
    (device, codes)
}

/// Shows the password, and what a passkey answers.
async fn sign_in(server: &Server, user: &str, answer: Option<&Value>) -> Reply {
    let mut typed = json!({ "user": user, "password": password(server, user) });
    if let Some(answer) = answer {
        typed["passkey"] = answer.clone();
    }
    ask(server, HERE, "sign-in", "", &typed).await
}

/// What the server asks a passkey of somebody whose password is right.
async fn question(server: &Server, user: &str) -> Value {
    let asked = sign_in(server, user, None).await;
    assert_eq!((asked.status, asked.code().as_str()), (401, "second_factor_needed"));
    asked.json()["ways"]["passkey"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_and_signs_in() {
    let server = Server::start().await;
    let (admin, marlin) = (server.sign_in("admin").await, server.sign_in("marlin").await);
    let elsewhere = server.sign_in("marlin").await;
    assert_eq!(demand(&server, &admin, &[], &["VERIFIKATOR"]).await.status, 200);
    // Browsers give passkeys to names only.
    assert_eq!(state(&server, "127.0.0.1:8080", &marlin).await["host"], Value::Null);
    assert_eq!(state(&server, "bilik.lan", &marlin).await["host"], Value::Null, "without TLS");
    assert_eq!(state(&server, HERE, &marlin).await["host"], "localhost");
    let begin = "second-factor/passkeys/begin";
    let refused = ask(&server, "127.0.0.1:8080", begin, &marlin, &json!({})).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "passkey_not_here"));

    let (mut device, codes) = add(&server, &marlin, " Kunci di meja 2 ").await;
    assert_eq!(codes.len(), 8);
    let known = state(&server, HERE, &marlin).await;
    assert_eq!(known["passkeys"][0]["name"], "Kunci di meja 2");
    assert_eq!((&known["since"], &known["codes_left"]), (&Value::Null, &json!(8)));
    // It is what the role owes; other sessions end.
    assert!(!me(&server, &marlin).await.must_secure);
    assert_eq!(server.get("desk/overview", &marlin).await.status, 200);
    assert_eq!(server.get("me", &elsewhere).await.code(), "no_session");

    let asked = sign_in(&server, "marlin", None).await.json();
    assert_eq!(asked["ways"]["digits"], false);
    let answer = device.sign(&asked["ways"]["passkey"], ORIGIN);
    let opened = sign_in(&server, "marlin", Some(&answer)).await;
    assert_eq!((opened.status, &opened.json()["must_secure"]), (200, &json!(false)));
    assert_eq!(sign_in(&server, "marlin", Some(&answer)).await.code(), "passkey_wrong", "twice");
    // At an address nothing is left but the paper.
    let mut typed = json!({ "user": "marlin", "password": password(&server, "marlin") });
    let asked = ask(&server, "127.0.0.1:8080", "sign-in", "", &typed).await.json();
    assert_eq!(asked["ways"], json!({ "digits": false, "passkey": null }));
    typed["code"] = json!(codes[0]);
    assert_eq!(ask(&server, HERE, "sign-in", "", &typed).await.status, 200);

    // A second one comes without further codes. Both may be called the same; each is removed by itself.
    let (_, codes) = add(&server, &marlin, "Kunci di meja 2").await;
    assert_eq!(codes, Vec::<String>::new());
    let mut known = state(&server, HERE, &marlin).await;
    assert_eq!(known["codes_left"], 7);
    for left in [1, 0] {
        let id = json!({ "id": known["passkeys"][0]["id"] });
        let reply = ask(&server, HERE, "second-factor/passkeys/remove", &marlin, &id).await;
        known = reply.json();
        assert_eq!(known["passkeys"].as_array().unwrap().len(), left);
    }
    assert_eq!(known["codes_left"], 0);
    assert!(me(&server, &marlin).await.must_secure);
    assert_eq!(sign_in(&server, "marlin", None).await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_for_the_one_who_was_asked_and_at_this_server() {
    let server = Server::start().await;
    let (marlin, karutan) = (server.sign_in("marlin").await, server.sign_in("karutan").await);
    let (mut device, _) = add(&server, &marlin, "kunci").await;
    let (mut other, _) = add(&server, &karutan, "kunci").await;
    let refused = async |answer: &Value| {
        let reply = sign_in(&server, "marlin", Some(answer)).await;
        (reply.status, reply.code()) == (401, "passkey_wrong".to_owned())
    };

    let asked = question(&server, "marlin").await;
    assert!(refused(&device.sign(&asked, "https://bilik.example")).await, "another origin");
    assert!(refused(&device.sign(&asked, ORIGIN)).await, "a question that was answered wrongly");
    let mut asked = question(&server, "marlin").await;
    let mut elsewhere = options(&asked);
    elsewhere["rpId"] = json!("bilik.example");
    asked["options"] = json!(elsewhere.to_string());
    assert!(refused(&device.sign(&asked, ORIGIN)).await, "another server");
    let right = device.sign(&question(&server, "marlin").await, ORIGIN);
    assert_eq!(sign_in(&server, "marlin", Some(&right)).await.status, 200);

    assert!(
        refused(&other.sign(&question(&server, "marlin").await, ORIGIN)).await,
        "another's key"
    );
    let theirs = question(&server, "karutan").await;
    assert!(refused(&device.sign(&theirs, ORIGIN)).await, "another's question");
    let mixed = json!({
        "ticket": question(&server, "marlin").await["ticket"],
        "options": question(&server, "marlin").await["options"],
    });
    assert!(refused(&device.sign(&mixed, ORIGIN)).await, "another challenge");
    let right = device.sign(&question(&server, "marlin").await, ORIGIN);
    assert_eq!(sign_in(&server, "marlin", Some(&right)).await.status, 200);

    // A question for a new one is none for a known one, and the other way round.
    let begin = "second-factor/passkeys/begin";
    let begun = ask(&server, HERE, begin, &marlin, &json!({})).await.json();
    let asked = question(&server, "marlin").await;
    let mixed = json!({ "ticket": begun["ticket"], "options": asked["options"] });
    assert!(refused(&device.sign(&mixed, ORIGIN)).await, "asked for a new one");
    // Somebody else's passkey is nobody's second one.
    let begun = ask(&server, HERE, begin, &marlin, &json!({})).await.json();
    let (_, answer) = Device::make(&begun);
    let new = json!({ "name": "kunci", "answer": answer });
    let reply = ask(&server, HERE, "second-factor/passkeys", &karutan, &new).await;
    assert_eq!(reply.code(), "passkey_wrong", "another's question");
    // One that is removed while it is asked.
    let asked = question(&server, "marlin").await;
    let known = state(&server, HERE, &marlin).await;
    let id = json!({ "id": known["passkeys"][0]["id"] });
    let (_, _) = add(&server, &marlin, "lain").await;
    let remove = "second-factor/passkeys/remove";
    assert_eq!(ask(&server, HERE, remove, &karutan, &id).await.status, 200, "not theirs");
    assert_eq!(state(&server, HERE, &marlin).await["passkeys"].as_array().unwrap().len(), 2);
    assert_eq!(ask(&server, HERE, remove, &marlin, &id).await.status, 200);
    assert!(refused(&device.sign(&asked, ORIGIN)).await, "removed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_whose_counter_goes_back_is_taken_no_more() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let (mut device, codes) = add(&server, &marlin, "kunci").await;
    // Two questions before the first answer: the second is held against the row.
    let (first, second) = (question(&server, "marlin").await, question(&server, "marlin").await);
    let answer = device.sign(&first, ORIGIN);
    device.counter -= 1;
    let copy = device.sign(&second, ORIGIN);
    assert_eq!(sign_in(&server, "marlin", Some(&answer)).await.status, 200);
    assert_eq!(sign_in(&server, "marlin", Some(&copy)).await.code(), "passkey_wrong");

    device.counter -= 1;
    let copy = device.sign(&question(&server, "marlin").await, ORIGIN);
    let reply = sign_in(&server, "marlin", Some(&copy)).await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "passkey_copied"));
    // Nor does the right one open anything; its owner is told, and still gets in with the paper.
    assert_eq!(question(&server, "marlin").await, Value::Null);
    let known = state(&server, HERE, &marlin).await;
    assert!(known["passkeys"][0]["copied_at"].is_i64());
    let typed =
        json!({ "user": "marlin", "password": password(&server, "marlin"), "code": codes[0] });
    assert_eq!(ask(&server, HERE, "sign-in", "", &typed).await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_left_open_adds_no_passkey_and_an_administrator_takes_all_of_them() {
    let server = Server::start().await;
    let (admin, marlin) = (server.sign_in("admin").await, server.sign_in("marlin").await);
    let (mut device, _) = add(&server, &marlin, "kunci").await;
    let db = open_file(&server.folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    let sql = "UPDATE sessions SET confirmed_at = confirmed_at - 11 * 60000 WHERE user = 'marlin'";
    assert_eq!(db.execute(sql, ()).unwrap(), 1);
    drop(db);
    for (path, body) in [
        ("second-factor/passkeys/begin", json!({})),
        ("second-factor/passkeys/remove", json!({ "id": "00".repeat(32) })),
    ] {
        assert_eq!(ask(&server, HERE, path, &marlin, &body).await.code(), "confirm_again");
    }
    // The password alone is not enough for whoever has a passkey.
    let mut shown = json!({ "password": password(&server, "marlin") });
    let asked = ask(&server, HERE, "sessions/confirm", &marlin, &shown).await;
    assert_eq!(asked.code(), "second_factor_needed");
    shown["passkey"] = device.sign(&asked.json()["ways"]["passkey"], ORIGIN);
    assert_eq!(ask(&server, HERE, "sessions/confirm", &marlin, &shown).await.status, 200);
    add(&server, &marlin, "lain").await;

    let all = server.get("desk/users", &admin).await.json();
    let mut all = all["accounts"].as_array().unwrap().iter();
    let was = all.find(|one| one["id"] == "marlin").unwrap();
    let reset = json!({ "was": was, "turn": "reset" });
    let reply = server.post("desk/users/change", &admin, &reset).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    let first = reply.json()["password"].clone();
    let typed = json!({ "user": "marlin", "password": first });
    let reply = ask(&server, HERE, "sign-in", "", &typed).await;
    assert_eq!((reply.status, &reply.json()["must_change"]), (200, &json!(true)));
    server.stop().await;
}
