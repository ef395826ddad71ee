//! The server over real HTTP on a real port, with a real database: what a client can do wrong, and races.
//!
//! What tablets and browsers do together is tested in the workspace's `tests`; add here only what needs
//! nothing but bytes on a socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod allocation;
mod allowance;
mod aside;
mod described;
mod exchange;
mod factor;
mod lease;
mod life;
mod logged;
mod office;
mod pairs;
mod passkeys;
mod people;
mod privacy;
mod queues;
mod reads;
mod recorded;
mod reports;
mod review;
mod roster;
mod sealed;
mod seats;
mod sessions;
mod setup;
mod signed;
mod slow;
mod table;
mod tablet;
mod tls;
mod training;
mod vetting;

use std::net::SocketAddr;

use bilik_server::demo::{self, Account, Accounts};
use bilik_server::key::Key;
use bilik_server::{Config, ServeError, serve, verify};
use bilik_shared::view::entries::Page;
use bilik_shared::view::{Enrolled, Enrolment, Row};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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

/// What a tablet without a key asks with a one-time code.
fn asked(code: &str) -> Value {
    json!(bilik_shared::enrolment::ask(code, None, None).unwrap().0)
}

impl Server {
    async fn start() -> Self {
        Self::start_on(tempfile::tempdir().unwrap()).await
    }

    async fn start_on(folder: tempfile::TempDir) -> Self {
        let config = Config::new(folder.path(), Key::for_tests());
        Self::start_with(folder, config).await
    }

    async fn start_with(folder: tempfile::TempDir, config: Config) -> Self {
        let accounts = demo::prepare(folder.path(), &Key::for_tests()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { drop(stopped.await) };
        let done = tokio::spawn(serve(listener, config, shutdown));
        Self { address, accounts, folder, stop, done }
    }

    async fn stop(self) -> tempfile::TempDir {
        self.stop.send(()).unwrap();
        self.done.await.unwrap().unwrap();
        // Whatever was done to it over the wire, every row has its record.
        assert_eq!(verify::look_into(self.folder.path(), &Key::for_tests()).unwrap(), None);
        self.folder
    }

    async fn send(&self, head: &str, body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let length = body.len();
        let host = if head.contains("\r\nHost: ") { "" } else { "\r\nHost: test" };
        let head = format!("{head}{host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
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
        let head = format!("GET /api/v1/{path} HTTP/1.1\r\nCookie: bilik_session={cookie}");
        let reply = self.send(&head, b"").await;
        described::holds("get", path, None, &reply);
        reply
    }

    async fn post(&self, path: &str, cookie: &str, body: &Value) -> Reply {
        let head = format!(
            "POST /api/v1/{path} HTTP/1.1\r\nContent-Type: application/json\r\nCookie: bilik_session={cookie}"
        );
        let reply = self.send(&head, body.to_string().as_bytes()).await;
        described::holds("post", path, Some(body), &reply);
        reply
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

    /// Every row that somebody may see, page by page.
    async fn rows(&self, cookie: &str) -> Vec<Row> {
        let (mut rows, mut cursor) = (Vec::new(), None);
        loop {
            let ask = json!({ "queue": "all", "limit": 500, "cursor": cursor });
            let reply = self.post("desk/entries/search", cookie, &ask).await;
            assert_eq!(reply.status, 200, "{}", reply.code());
            let page: Page = serde_json::from_slice(&reply.body).unwrap();
            rows.extend(page.rows);
            cursor = page.next;
            if cursor.is_none() {
                rows.sort_by(|a, b| (&a.sheet, a.entry).cmp(&(&b.sheet, b.entry)));
                return rows;
            }
        }
    }

    async fn new_code(&self) -> String {
        let cookie = self.sign_in("marlin").await;
        let reply = self.post("desk/enrolments", &cookie, &json!({})).await;
        serde_json::from_slice::<Enrolment>(&reply.body).unwrap().code
    }

    async fn enrol(&self) -> String {
        let reply = self.post("enrol", "", &asked(&self.new_code().await)).await;
        let Enrolled { device_id, secret, .. } = serde_json::from_slice(&reply.body).unwrap();
        format!("{device_id}.{secret}")
    }

    async fn exchange(&self, credential: &str, body: &[u8]) -> Reply {
        let head = format!("POST /api/v1/exchange HTTP/1.1\r\nAuthorization: Bearer {credential}");
        self.send(&head, body).await
    }
}
