//! Wrong input, one after another at one server: each gets its code, and the server lives on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bilik_server::key::Key;
use bilik_server::store::FILE_NAME;
use bilik_shared::enrolment;
use bilik_shared::exchange::{MAX_BODY, Request, SheetRequest, VERSION, encode};
use bilik_shared::registration::Field;
use bilik_shared::view::{Resolve, SignIn};
use bilik_tests::process::key_file;
use bilik_tests::tablet::{Tablet, Trouble};
use bilik_tests::wire::Who;

use crate::house::{House, first_sheet, program, register, row};

#[tokio::test]
async fn every_wrong_request_gets_its_code_and_the_server_lives_on() {
    let house = House::open().await;
    let mut siti = house.old_tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    siti.act(&sheet, people[0].entry, register("OTO")).unwrap().unwrap();
    let good = siti.take_request().unwrap();

    // Bodies that are none.
    let newer = encode(&Request { v: VERSION + 1, ..Request::default() });
    let bomb = encode(&vec![0u8; 16 * 1024 * 1024]);
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("empty", Vec::new(), 400, "unreadable"),
        ("text", b"hello".to_vec(), 400, "unreadable"),
        ("another message", encode(&"hello"), 400, "unreadable"),
        ("newer version", newer, 400, "version_unknown"),
        ("too large", vec![0; MAX_BODY + 1], 413, "body_too_large"),
        ("too large when inflated", bomb, 413, "body_too_large"),
    ];
    for (case, body, status, code) in cases {
        assert_refused(&mut siti, body, status, code, case).await;
    }
    for end in 0..good.len() {
        let cut = good[..end].to_vec();
        assert_refused(&mut siti, cut, 400, "unreadable", &format!("cut at {end}")).await;
    }
    for n in 0..good.len() {
        let mut flipped = good.clone();
        flipped[n] ^= 0x10;
        // The last byte of DEFLATE has bits that mean nothing; any other flip is noticed.
        match siti.send(flipped).await {
            Ok(_) => {}
            Err(Trouble::Refused(_, code)) => assert_eq!(code, "unreadable", "flipped at {n}"),
            Err(other) => panic!("flipped at {n}: {other:?}"),
        }
    }
    let chunks = siti.replica_mut().sheet_mut(&sheet).unwrap().changes_since(&[]);
    let own: Vec<_> = chunks.iter().map(|chunk| (sheet.clone(), chunk.hash())).collect();
    let here = house.stored().into_iter().filter(|(id, _)| *id == sheet);
    assert!(here.into_iter().all(|one| own.contains(&one)), "a change that nobody made is stored");
    assert!(house.quarantine().is_empty());

    // A sheet that this server does not know is no reason to refuse the others.
    let stranger = SheetRequest {
        id: "nowhere".parse().unwrap(),
        generation: 1,
        heads: Vec::new(),
        receipt: Vec::new(),
        relay: Default::default(),
        changes: Default::default(),
    };
    let request = Request { v: VERSION, sheets: vec![stranger], ..Request::default() };
    siti.send(encode(&request)).await.unwrap();

    // People and devices that are none.
    let mut client = house.client();
    let nobody = [
        ("/api/v1/exchange", Who::Nobody, "device_unknown"),
        ("/api/v1/exchange", Who::Device("0000000000000000.x"), "device_unknown"),
        ("/api/v1/exchange", Who::Device("x"), "device_unknown"),
    ];
    for (path, who, code) in nobody {
        let reply = client.post(path, who, good.clone().into()).await.unwrap();
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, code));
    }
    for path in ["/api/v1/me", "/api/v1/desk/overview", "/api/v1/desk/events"] {
        for who in [Who::Nobody, Who::Session("bilik_session=x")] {
            let reply = client.get(path, who).await.unwrap();
            assert_eq!(
                (reply.status.as_u16(), reply.code().as_str()),
                (401, "no_session"),
                "{path}"
            );
        }
    }
    let reply = client.get("/api/v1/nothing", Who::Nobody).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (404, "no_such_route"));
    let reply = client.get("/api/v1/exchange", Who::Nobody).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (405, "wrong_method"));

    // A role that may not.
    let mut partner = house.desk("disnaker").await;
    let reply = partner.post("/api/v1/desk/enrolments", &serde_json::json!({})).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (403, "role_may_not"));
    let choice = Resolve { field: Field::Choices, value: "OTO".into() };
    let reply = partner.resolve(&sheet, people[0].entry, &choice).await;
    assert!([403, 404].contains(&reply.status.as_u16()), "{}", reply.status);
    assert!(partner.rows().await.is_empty());
    let mut supervisor = house.desk("marlin").await;
    let reply = supervisor.resolve(&sheet, people[0].entry, &choice).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "nothing_to_choose"));

    // The server lives on, and nothing is lost.
    siti.no_answer();
    siti.sync().await.unwrap();
    assert_eq!(row(&siti, &sheet, people[0].entry).sync, bilik_shared::replica::Sync::Received);
}

async fn assert_refused(tablet: &mut Tablet, body: Vec<u8>, status: u16, code: &str, case: &str) {
    match tablet.send(body).await {
        Err(Trouble::Refused(got, said)) => {
            assert_eq!((got.as_u16(), said.as_str()), (status, code), "{case}");
        }
        other => panic!("{case}: {other:?}"),
    }
}

#[tokio::test]
async fn a_code_enrols_one_tablet() {
    let house = House::open().await;
    let code = house.desk("marlin").await.enrolment().await.code;
    let mut client = house.client();
    for (code, status, answer) in [
        ("0000-0000", 404, "enrol_code_unknown"),
        (code.as_str(), 200, ""),
        (code.as_str(), 409, "enrol_code_used"),
    ] {
        let (question, _) = enrolment::ask(code, None, None).unwrap();
        let reply = client.post_json("/api/v1/enrol", Who::Nobody, &question).await.unwrap();
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, answer));
    }
    // A code whose time is over: the clock of the database is turned instead of the machine's.
    let late = house.desk("marlin").await.enrolment().await.code;
    let db = house.database();
    db.execute("UPDATE enrolments SET expires_at = 1 WHERE used_at IS NULL", ()).unwrap();
    let (question, _) = enrolment::ask(&late, None, None).unwrap();
    let reply = client.post_json("/api/v1/enrol", Who::Nobody, &question).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (410, "enrol_code_expired"));
}

#[tokio::test]
async fn wrong_passwords_are_refused_and_then_made_to_wait() {
    let house = House::open().await;
    let mut client = house.client();
    let mut codes = Vec::new();
    for user in ["marlin", "nobody-at-all"] {
        for _ in 0..12 {
            let wrong = SignIn { user: user.into(), password: "wrong".into(), ..SignIn::default() };
            let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &wrong).await.unwrap();
            codes.push((user, reply.status.as_u16(), reply.code()));
        }
    }
    assert_eq!(codes[0], ("marlin", 401, "wrong_password".to_owned()));
    assert_eq!(codes[12], ("nobody-at-all", 401, "wrong_password".to_owned()));
    for last in [&codes[11], &codes[23]] {
        assert_eq!((last.1, last.2.as_str()), (429, "too_many_tries"));
    }
}

#[tokio::test]
async fn a_full_sheet_is_refused_with_its_reason_before_and_after_the_network() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    let room = bilik_shared::sheet::MAX_ENTRIES - people.len();
    let write = |n: usize| bilik_shared::command::What::Write {
        fields: vec![("note".into(), n.to_string())],
        registered: false,
    };
    let id = |n: usize| {
        let mut id = [0xaa; 16];
        id[..8].copy_from_slice(&(n as u64).to_be_bytes());
        bilik_shared::id::EntryId(id)
    };
    // The first request never gets an answer, so that no others are made meanwhile.
    for n in 0..room {
        siti.act(&sheet, id(n), write(n)).unwrap().unwrap();
    }
    siti.take_request().unwrap();
    siti.no_answer();
    let refused = siti.act(&sheet, id(room), write(room)).unwrap();
    assert_eq!(refused, Err(bilik_shared::command::Refused::SheetFull));
    siti.sync().await.unwrap();
    assert!(siti.replica().refused().is_empty());
    assert_eq!(siti.replica().status().saved_here, 0);
}

#[tokio::test]
async fn without_the_key_nothing_starts_and_one_sentence_says_why() {
    let mut house = House::open().await;
    house.stop().await;
    let (folder, place) = (house.folder(), tempfile::tempdir().unwrap());
    let (other, inside) = (place.path().join("other"), folder.join("key"));
    let (none, text) = (place.path().join("none"), place.path().join("text"));
    Key::random().write(&other).unwrap();
    Key::for_tests().write(&inside).unwrap();
    std::fs::write(&text, "rahasia").unwrap();
    let before = std::fs::read(folder.join(FILE_NAME)).unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0", "--data"][..],
        &["admin", "--data"],
        &["enrol", "--data"],
        &["verify", "--data"],
        &["sheet", "--list", "--data"],
    ] {
        for (key, words) in [
            (None, "say with --key"),
            (Some(&other), "does not open with this key"),
            (Some(&inside), "lies in the data folder"),
            (Some(&none), "cannot be read"),
            (Some(&text), "no key in the file"),
        ] {
            let (code, said) = start_with(command, folder, key.map(PathBuf::as_path)).await;
            // That the database does not open is what was asked of `verify`, and its answer.
            let expected = if command[0] == "verify" && key == Some(&other) { 1 } else { 2 };
            assert_eq!((code, said.lines().count()), (expected, 1), "{command:?}: {said}");
            assert!(said.contains(words), "{command:?}: {said}");
        }
    }
    assert!(std::fs::read(folder.join(FILE_NAME)).unwrap() == before, "nothing was changed");
}

#[tokio::test]
async fn a_start_that_cannot_work_says_why_in_one_sentence() {
    let house = House::open().await;
    let other = tempfile::tempdir().unwrap();
    let listen = house.address().to_string();
    let (code, said) = start(&["serve", "--listen", &listen, "--data"], other.path()).await;
    assert_eq!((code, said.lines().count()), (2, 1), "{said}");
    assert!(said.contains("in use"), "{said}");

    let (code, said) = start(&["serve", "--listen", "127.0.0.1:0", "--data"], house.folder()).await;
    assert_eq!((code, said.lines().count()), (2, 1), "{said}");
    assert!(said.contains("Another server"), "{said}");

    let newer = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(newer.path().join(FILE_NAME));
    db.unwrap().pragma_update(None, "user_version", 9_999).unwrap();
    let (code, said) = start(&["serve", "--listen", "127.0.0.1:0", "--data"], newer.path()).await;
    assert_ne!(code, 0);
    assert!(said.to_lowercase().contains("newer") && said.lines().count() == 1, "{said}");

    let real = tempfile::tempdir().unwrap();
    std::fs::write(real.path().join("bilik.sqlite3"), b"").unwrap();
    let (code, said) = start(&["demo", "--listen", "127.0.0.1:0", "--data"], real.path()).await;
    assert_eq!(code, 2);
    assert!(said.contains("not a demo"), "{said}");
}

/// Runs the program with the key of all tests until it ends, for a minute at most; its exit code and what it said to
/// the person.
async fn start(arguments: &[&str], folder: &Path) -> (i32, String) {
    let key = key_file().unwrap();
    start_with(arguments, folder, Some(&key)).await
}

/// The same with another key, or without one.
async fn start_with(arguments: &[&str], folder: &Path, key: Option<&Path>) -> (i32, String) {
    let mut command = tokio::process::Command::new(program());
    if let Some(key) = key {
        command.env("BILIK_KEY_FILE", key);
    }
    let ended =
        command.args(arguments).arg(folder).env("RUST_LOG", "off").kill_on_drop(true).output();
    let output = tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}
