//! The log of the real program at its most talkative: it tells of requests, and of nobody.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bilik_server::demo;
use bilik_server::key::Key;
use bilik_shared::command::What;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::Server;
use crate::exchange::Rogue;

/// What stands in answers, in searches, in words of the desk, in what is refused, and in what opens something.
const CANARIES: [&str; 9] = [
    "8171014502907713",
    "Kenariwati",
    "Jalan Kenari Kuning",
    "081299887713",
    "kenari-sandi-7713",
    "Kenaritulis",
    "KENARIKODE",
    "kenaricari",
    "kenaripetugas",
];

/// The program itself on a folder, with its log in a file.
async fn talkative(log: &Path) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let accounts = demo::prepare(folder.path(), &Key::for_tests()).unwrap();
    let key = log.with_extension("key");
    Key::for_tests().write(&key).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mut program = Command::new(env!("CARGO_BIN_EXE_bilik"));
    program.args(["serve", "--listen", &address.to_string(), "--data"]).arg(folder.path());
    program.arg("--key").arg(&key).env("RUST_LOG", "debug");
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log).unwrap());
    let child = Killed(program.spawn().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let done = tokio::spawn(async move {
        let child = child;
        drop(stopped.await);
        drop(child);
        Ok(())
    });
    let server = Server { address, accounts, folder, stop, done };
    for _ in 0..400 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return server;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the program does not listen");
}

/// A process that ends with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_of_the_log_tells_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let server = talkative(&log).await;
    let marlin = server.sign_in("marlin").await;

    // A registration with everything in it, and the same from another tablet: it is set aside.
    let mut tablet = Rogue::enrol(&server, 1).await;
    let other = Rogue::enrol(&server, 2).await;
    let entry = tablet.sheet.entries()[0].id;
    let id = tablet.id.clone();
    let answers = [
        ("nik", "8171014502907713"),
        ("family_name", "Kenariwati"),
        ("address", "Jalan Kenari Kuning"),
        ("family_phone", "081299887713"),
    ];
    let fields = answers.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let first = tablet.act(entry, What::Write { fields, registered: false });
    let reason = vec![("reason".to_owned(), "Kenariwati".to_owned())];
    let second = tablet.act(entry, What::Write { fields: reason, registered: false });
    tablet.send(&server, &id, &[&first]).await;
    other.send(&server, &id, &[&second]).await;

    // The desk searches, reads, decides, and is refused.
    let search = json!({ "queue": "all", "text": "kenaricari 8171014502907713" });
    assert_eq!(server.post("desk/entries/search", &marlin, &search).await.status, 200);
    server.get("desk/entries?text=kenaricari&queue=all", &marlin).await;
    let path = format!("desk/entries/{id}/{entry}");
    let shown = server.get(&path, &marlin).await;
    assert!(String::from_utf8_lossy(&shown.body).contains("Kenariwati"));
    let why = json!({ "reason": "Kenaritulis" });
    let word = json!({ "note": "Kenaritulis" });
    assert_eq!(server.post(&format!("{path}/nik"), &marlin, &why).await.status, 200);
    let decide =
        json!({ "state": "verified", "reason": "Kenaritulis", "programme": null, "package": null });
    assert_ne!(server.post(&format!("{path}/decide"), &marlin, &decide).await.status, 500);
    let pieces = server.get("desk/quarantine", &marlin).await.json();
    for piece in pieces["pieces"].as_array().unwrap() {
        let at = format!("desk/quarantine/{}", piece["id"]);
        server.get(&at, &marlin).await;
        server.post(&format!("{at}/let-in"), &marlin, &word).await;
    }
    for (path, body) in [
        ("desk/entries/Kenariwati/8171014502907713", json!({ "reason": "Kenaritulis" })),
        ("desk/Kenariwati", json!({ "NIK": "8171014502907713" })),
        ("sign-in", json!({ "user": "kenaripetugas", "password": "kenari-sandi-7713" })),
        ("sign-in", json!({ "user": "marlin", "password": "kenari-sandi-7713" })),
        ("password", json!({ "old": "kenari-sandi-7713", "new": "kenari-sandi-7713" })),
        ("enrol", json!({ "code": "KENARIKODE" })),
        ("desk/entries/search", json!({ "text": ["Kenariwati"] })),
        ("desk/pairs", json!({ "Kenariwati": 1 })),
    ] {
        assert!(server.post(path, &marlin, &body).await.status >= 400, "{path}");
    }
    server.exchange("kenari-sandi-7713.KENARIKODE", b"Kenariwati").await;
    server.send("GET /Kenariwati?nik=8171014502907713 HTTP/1.1", b"").await;
    server.send("KENARIKODE /Kenariwati HTTP/1.1", b"Kenariwati").await;
    let Server { stop, done, folder: data, .. } = server;
    stop.send(()).unwrap();
    done.await.unwrap().unwrap();
    drop(data);

    let text = std::fs::read_to_string(&log).unwrap();
    // It has told of all of it: this is the log that was to be searched.
    for told in ["/api/v1/desk/entries/search", "foreign_actor", "T01", "wrong_password", "DEBUG"] {
        assert!(text.contains(told), "{told} is not in the log");
    }
    let folded = text.to_lowercase();
    for canary in CANARIES.iter().chain(&["Kenari"]) {
        let line = folded.lines().find(|line| line.contains(&canary.to_lowercase()));
        assert_eq!(line, None, "{canary}");
    }
}
