//! Other systems: tokens that open what they are for and nothing else, signed messages that come through, counters.

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, copy, open_file};
use bilik_shared::view::access::{Access, Secret};
use bilik_shared::view::entries::Page;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::{Reply, Server};

impl Server {
    async fn with_token(&self, token: &str, path: &str) -> Reply {
        let head = format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}");
        let reply = self.send(&head, b"").await;
        crate::described::holds("get", path.trim_start_matches("/api/v1/"), None, &reply);
        reply
    }

    async fn make_token(&self, admin: &str, scopes: &[&str]) -> Secret {
        let new = json!({ "name": "SIM BLK", "scopes": scopes });
        let reply = self.post("desk/tokens", admin, &new).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        serde_json::from_slice(&reply.body).unwrap()
    }

    async fn access(&self, admin: &str) -> Access {
        serde_json::from_slice(&self.get("desk/access", admin).await.body).unwrap()
    }

    /// Somebody is registered, verified and confirmed.
    async fn release_one(&self) -> String {
        let (_tablet, paths) = crate::seats::verified(self, &["GAR"]).await;
        let head = self.sign_in("karutan").await;
        let confirm =
            json!({ "state": "confirmed", "reason": "", "programme": "GAR", "package": 1 });
        let reply = self.post(&format!("{}/decide", paths[0]), &head, &confirm).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        paths[0].rsplit('/').next().unwrap().to_owned()
    }
}

/// Takes one request of another system, answers with a status, and returns its head and body.
async fn receive(listener: &TcpListener, status: &str) -> (String, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut all = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let n = stream.read(&mut piece).await.unwrap_or(0);
        if n == 0 {
            // On a busy machine the sender may give up; it comes again by itself.
            (stream, _) = listener.accept().await.unwrap();
            all.clear();
        }
        all.extend_from_slice(&piece[..n]);
        let text = String::from_utf8_lossy(&all).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        if length.is_some_and(|length| length > 0 && body.len() >= length) {
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return (head.to_owned(), body.to_owned());
        }
    }
}

/// Waits until the access page says this.
async fn until(server: &Server, admin: &str, says: impl Fn(&Access) -> bool) -> Access {
    let patience = std::time::Duration::from_secs(20);
    let seen = tokio::time::timeout(patience, async {
        loop {
            let access = server.access(admin).await;
            if says(&access) {
                return access;
            }
        }
    });
    seen.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_reads_what_it_is_for_as_the_partner_until_it_is_revoked() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let released = server.release_one().await;
    let Secret { secret, access } = server.make_token(&admin, &["read_participants"]).await;
    let stored = copy::pages(&server.folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    let stored = String::from_utf8_lossy(&stored);
    assert!(stored.contains("SIM BLK") && !stored.contains(&secret), "only a hash is kept");
    assert_eq!(access.tokens[0].used_at, None);
    let list = server.with_token(&secret, "/api/v1/desk/entries?queue=all").await;
    let page: Page = serde_json::from_slice(&list.body).unwrap();
    assert_eq!(page.rows.iter().map(|row| row.entry.to_string()).collect::<Vec<_>>(), [&*released]);
    assert!(page.rows[0].block.is_empty() && page.rows[0].register_number.is_empty());
    let one = server.with_token(&secret, &format!("/api/v1/desk/entries/hidden/{released}")).await;
    assert_eq!((one.status, one.json()["history"].clone()), (200, json!([])));
    assert!(server.access(&admin).await.tokens[0].used_at.is_some());
    for (path, status, code) in [
        ("/api/v1/desk/reports", 403, "scope_missing"),
        ("/api/v1/desk/reports/participants", 403, "scope_missing"),
        ("/api/v1/desk/overview", 401, "no_session"),
        ("/api/v1/desk/access", 401, "no_session"),
        ("/api/v1/desk/views", 401, "no_session"),
    ] {
        let reply = server.with_token(&secret, path).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{path}");
    }
    let id = access.tokens[0].id;
    assert_eq!(
        server.post(&format!("desk/tokens/{id}/revoke"), &admin, &json!({})).await.status,
        200
    );
    let gone = server.post(&format!("desk/tokens/{id}/revoke"), &admin, &json!({})).await;
    assert_eq!((gone.status, gone.code().as_str()), (404, "token_unknown"));
    for token in [secret.as_str(), "bilik_0000", ""] {
        let reply = server.with_token(token, "/api/v1/desk/entries").await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "token_unknown"));
    }
    // What a system reads of reports is written into the log.
    let Secret { secret, .. } = server.make_token(&admin, &["read_reports"]).await;
    let offers = server.with_token(&secret, "/api/v1/desk/reports").await.json();
    let report = offers[0]["report"].as_str().unwrap().to_owned();
    let read = server.with_token(&secret, &format!("/api/v1/desk/reports/{report}")).await;
    assert_eq!(read.status, 200, "{}", read.code());
    let db = open_file(&server.folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    let log = db
        .query_row("SELECT purpose, format FROM exports", (), |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(log.unwrap(), ("SIM BLK".to_owned(), "json".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_participant_is_told_of_signed_and_again_until_it_is_taken() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let refused = server.post("desk/hooks", &admin, &json!({ "url": "http://blk.example/" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "address_refused"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let added = server.post("desk/hooks", &admin, &json!({ "url": url })).await;
    let Secret { secret, .. } = serde_json::from_slice(&added.body).unwrap();
    let released = server.release_one().await;

    // Out of order: it is sent again by itself.
    let (head, body) = receive(&listener, "503 Service Unavailable").await;
    let header = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("bilik-signature: ").map(str::to_owned));
    let header = header.unwrap();
    let seconds: i64 = header.split([',', '=']).nth(1).unwrap().parse().unwrap();
    assert_eq!(header, bilik_server::hooks::signature(&secret, seconds, &body).unwrap());
    let says: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&says["entry"], &says["event"]),
        (&json!(released), &json!("participant.released"))
    );
    assert_eq!(says.as_object().unwrap().len(), 4, "ids, and nothing about the person");

    // Refused for good: it is given up at once, and waits for somebody.
    let (_, again) = receive(&listener, "400 Bad Request").await;
    assert_eq!(again, body);
    let access = until(&server, &admin, |access| !access.dead.is_empty()).await;
    assert_eq!((access.dead[0].status, access.dead[0].tries), (400, 2));
    let path = format!("desk/deliveries/{}/again", access.dead[0].id);
    assert_eq!(server.post(&path, &admin, &json!({})).await.status, 200);
    let (_, third) = receive(&listener, "204 No Content").await;
    assert_eq!(third, body);
    let access = until(&server, &admin, |access| access.hooks[0].delivered == 1).await;
    assert!(access.dead.is_empty() && access.hooks[0].waiting == 0);
    let twice = server.post(&path, &admin, &json!({})).await;
    assert_eq!((twice.status, twice.code().as_str()), (404, "delivery_unknown"));
    let gone = format!("desk/hooks/{}/remove", access.hooks[0].id);
    assert_eq!(server.post(&gone, &admin, &json!({})).await.json()["hooks"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_for_this_computer_and_for_tokens() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let text = server.send("GET /metrics HTTP/1.1", b"").await;
    let text = String::from_utf8(text.body).unwrap();
    assert!(
        text.contains("bilik_requests_total{status=\"200\"}")
            && text.contains("bilik_commit_seconds_count"),
        "{text}"
    );
    let proxied = "GET /metrics HTTP/1.1\r\nX-Forwarded-For: 10.0.0.7";
    assert_eq!(server.send(proxied, b"").await.status, 401);
    for (scope, status) in [("read_reports", 403), ("read_metrics", 200)] {
        let Secret { secret, .. } = server.make_token(&admin, &[scope]).await;
        let head = format!("{proxied}\r\nAuthorization: Bearer {secret}");
        assert_eq!(server.send(&head, b"").await.status, status, "{scope}");
    }
    let reply = server.post("desk/tokens", &admin, &json!({ "name": "x", "scopes": [] })).await;
    assert_eq!(reply.code(), "scope_missing");
}
