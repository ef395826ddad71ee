//! The server over real HTTP on a real port, with a real database: what a client can do wrong, and races.
//!
//! What tablets and browsers do together is tested in the workspace's `tests`; add here only what needs
//! nothing but bytes on a socket.

use std::net::SocketAddr;

use bilik_server::demo::{self, Account, Accounts};
use bilik_server::{Config, ServeError, serve};
use bilik_shared::exchange::{self, Answer, Request};
use bilik_shared::view::{Enrolled, Enrolment, Overview};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Server {
    address: SocketAddr,
    accounts: Accounts,
    folder: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Result<(), ServeError>>,
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.starts_with(&format!("{name}: ")));
        line.map(|line| &line[name.len() + 2..])
    }
}

impl Server {
    async fn start() -> Self {
        Self::start_on(tempfile::tempdir().unwrap()).await
    }

    async fn start_on(folder: tempfile::TempDir) -> Self {
        let accounts = demo::prepare(folder.path()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let config = Config { data: folder.path().into() };
        let shutdown = async { drop(stopped.await) };
        let done = tokio::spawn(serve(listener, config, shutdown));
        Self { address, accounts, folder, stop, done }
    }

    async fn stop(self) -> tempfile::TempDir {
        self.stop.send(()).unwrap();
        self.done.await.unwrap().unwrap();
        self.folder
    }

    async fn send(&self, head: &str, body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let length = body.len();
        let head = format!(
            "{head}\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server may refuse a large body before all of it was sent.
        let _ = stream.write_all(body).await;
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(all.len());
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head, body: all.get(end + 4..).unwrap_or_default().to_vec() }
    }

    async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.send(&format!("GET /api/v1/{path} HTTP/1.1\r\nCookie: bilik_session={cookie}"), b"")
            .await
    }

    async fn post(&self, path: &str, cookie: &str, body: &Value) -> Reply {
        let head = format!(
            "POST /api/v1/{path} HTTP/1.1\r\nContent-Type: application/json\r\nCookie: bilik_session={cookie}"
        );
        self.send(&head, body.to_string().as_bytes()).await
    }

    async fn try_password(&self, user: &str, password: &str) -> Reply {
        self.post("sign-in", "", &json!({ "user": user, "password": password })).await
    }

    async fn sign_in(&self, user: &str) -> String {
        let Account { password, .. } =
            self.accounts.accounts.iter().find(|account| account.user == user).unwrap();
        let reply = self.try_password(user, password).await;
        assert_eq!(reply.status, 200, "{}", reply.head);
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        cookie.split(['=', ';']).nth(1).unwrap().to_owned()
    }

    async fn new_code(&self) -> String {
        let cookie = self.sign_in("marlin").await;
        let reply = self.post("desk/enrolments", &cookie, &json!({})).await;
        serde_json::from_slice::<Enrolment>(&reply.body).unwrap().code
    }

    async fn enrol(&self) -> String {
        let reply = self.post("enrol", "", &json!({ "code": self.new_code().await })).await;
        let Enrolled { device_id, secret, .. } = serde_json::from_slice(&reply.body).unwrap();
        format!("{device_id}.{secret}")
    }

    async fn exchange(&self, credential: &str, body: &[u8]) -> Reply {
        let head = format!("POST /api/v1/exchange HTTP/1.1\r\nAuthorization: Bearer {credential}");
        self.send(&head, body).await
    }
}

fn first_request() -> Vec<u8> {
    exchange::encode(&Request { v: exchange::VERSION, app: "test".into(), ..Request::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_tablets_with_one_code_exactly_one_is_enrolled() {
    let server = Server::start().await;
    let code = json!({ "code": server.new_code().await });
    let tries = (0..50).map(|_| server.post("enrol", "", &code));
    let replies = futures_util::future::join_all(tries).await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    let used = replies.iter().filter(|reply| reply.code() == "enrol_code_used").count();
    assert_eq!((won, used), (1, 49));
    let unknown = server.post("enrol", "", &json!({ "code": "0000-0000" })).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "enrol_code_unknown"));
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
    server.sign_in("karutan").await;
    for _ in 0..5 {
        server.post("enrol", "", &json!({ "code": "7777-7777" })).await;
    }
    let reply = server.post("enrol", "", &json!({ "code": "7777-7777" })).await;
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
    assert_eq!((overview.rows.len(), overview.counts.people), (300, 300));

    let partner = server.sign_in("disnaker").await;
    let seen = server.get("desk/overview", &partner).await;
    let seen: Overview = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!((seen.rows.len(), seen.devices.len(), seen.counts.people), (0, 0, 300));
    assert_eq!(server.post("desk/enrolments", &partner, &json!({})).await.code(), "role_may_not");
    let row = &overview.rows[0];
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
async fn an_exchange_that_cannot_be_read_is_refused_with_a_code_and_the_next_one_works() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let good = first_request();
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("nothing", Vec::new(), 400, "unreadable"),
        ("garbage", vec![0xa5; 500], 400, "unreadable"),
        ("too large", vec![0; exchange::MAX_BODY + 1], 413, "body_too_large"),
        ("another version", exchange::encode(&Request::default()), 400, "version_unknown"),
    ];
    for (case, body, status, code) in cases {
        let reply = server.exchange(&credential, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{case}");
    }
    for cut in 0..good.len() {
        let reply = server.exchange(&credential, &good[..cut]).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "unreadable"), "cut at {cut}");
    }
    for wrong in ["", "x", "00.11", &format!("{}0", &credential[..credential.len() - 1])] {
        let reply = server.exchange(wrong, &good).await;
        assert!(reply.status == 401 || wrong == credential, "{wrong}");
    }
    let reply = server.exchange(&credential, &good).await;
    let answer = Answer::decode(&reply.body).unwrap();
    assert_eq!(answer.sheets.len(), 5);
    assert!(answer.sheets.iter().all(|sheet| sheet.document.is_some()));
    assert_eq!(answer.brief.unwrap().1.sheets.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_hears_at_once_what_its_sheets_look_like() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "GET /api/v1/changes HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {credential}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(&mut stream).lines();
    let mut heard = 0;
    while heard < 5 {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(event) = line.strip_prefix("data: ") {
            let (sheet, digest) = event.split_once(' ').unwrap();
            assert!(sheet.ends_with(['A', 'B', 'C', 'D', 'W']) && digest.len() == 16, "{event}");
            heard += 1;
        }
    }
    // An open stream does not keep the server from stopping.
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_starts_again_and_shares_its_folder_with_nobody() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let marlin = server.sign_in("marlin").await;
    let second = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = Config { data: server.folder.path().into() };
    let refused = serve(second, config, std::future::pending()).await;
    assert!(matches!(refused, Err(ServeError::InUse(_))));
    let folder = server.stop().await;
    let server = Server::start_on(folder).await;
    assert_eq!(server.get("me", &marlin).await.status, 200, "a session outlives a restart");
    assert_eq!(server.exchange(&credential, &first_request()).await.status, 200);
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
