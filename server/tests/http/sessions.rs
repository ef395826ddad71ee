//! Sessions and tries: what somebody sees of their own, and what a stranger cannot do to them.

use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, SaltString};
use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, open_file};
use bilik_shared::view::session::OwnSession;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{Reply, Server};

async fn own(server: &Server, cookie: &str) -> Vec<OwnSession> {
    serde_json::from_slice(&server.get("sessions", cookie).await.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sees_their_own_sessions_and_ends_one() {
    let server = Server::start().await;
    let first = server.sign_in("marlin").await;
    let karutan = server.sign_in("karutan").await;
    let password = |user: &str| {
        let known = server.accounts.accounts.iter().find(|one| one.user == user);
        known.unwrap().password.clone()
    };
    let body = json!({ "user": "marlin", "password": password("marlin") }).to_string();
    let head = "POST /api/v1/sign-in HTTP/1.1\r\nContent-Type: application/json\r\n\
        User-Agent: Mozilla/5.0 (Windows NT 10.0) Chrome/138.0 Safari/537.36";
    let reply = server.send(head, body.as_bytes()).await;
    let second = reply.header("set-cookie").unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    let sessions = own(&server, &second).await;
    assert_eq!(sessions.len(), 2);
    let here = sessions.iter().find(|one| one.here).unwrap();
    let other = sessions.iter().find(|one| !one.here).unwrap();
    assert_eq!((here.screen.as_str(), other.screen.as_str()), ("Chrome, Windows", ""));
    // Signing in shows the password; where it is shown again, the list says when.
    assert!(sessions.iter().all(|one| one.confirmed_at == one.created_at));
    let again = json!({ "password": password("marlin") });
    assert_eq!(server.post("sessions/confirm", &second, &again).await.status, 200);
    let shown = own(&server, &second).await;
    let of = |id: &str| shown.iter().find(|one| one.id == id).unwrap().confirmed_at;
    assert!(of(&here.id) > here.confirmed_at && of(&other.id) == other.confirmed_at);
    // Nothing of it opens anything, and nobody else can end it.
    let text = serde_json::to_string(&sessions).unwrap();
    assert!(!text.contains(&first) && !text.contains(&second));
    let end = json!({ "id": other.id });
    assert_eq!(server.post("sessions/end", "", &end).await.code(), "no_session");
    assert_eq!(server.post("sessions/end", &karutan, &end).await.status, 200);
    assert_eq!(server.get("me", &first).await.status, 200);
    let reply = server.post("sessions/end", &second, &end).await;
    let left: Vec<OwnSession> = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(server.get("me", &first).await.code(), "no_session");
    assert_eq!(server.get("me", &karutan).await.status, 200);
    // One's own is ended like any other; twice is once.
    let end = json!({ "id": left[0].id });
    assert_eq!(server.post("sessions/end", &second, &end).await.status, 200);
    assert_eq!(server.get("me", &second).await.code(), "no_session");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_told_nothing_more() {
    let server = Server::start().await;
    let (first, second) = (server.sign_in("marlin").await, server.sign_in("marlin").await);
    let mut events = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "GET /api/v1/desk/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: bilik_session={first}\r\n\r\n"
    );
    events.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 64];
    events.read_exact(&mut begun).await.unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 200"));
    let other = own(&server, &second).await.into_iter().find(|one| !one.here).unwrap();
    server.post("sessions/end", &second, &json!({ "id": other.id })).await;
    // A tablet comes: the desk is told, and not whoever is no longer there.
    let credential = server.enrol().await;
    server.exchange(&credential, &crate::exchange::first_request()).await;
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(8), events.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the stream goes on");
    assert!(!String::from_utf8_lossy(&rest).contains("event: live"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_guesses_keeps_nobody_out_of_a_browser_they_use() {
    let server = Server::start().await;
    let known = server.accounts.accounts.iter().find(|one| one.user == "marlin").unwrap();
    let right = known.password.clone();
    let reply = server.try_password("marlin", &right).await;
    let mark = reply.head.lines().find_map(|line| line.strip_prefix("set-cookie: bilik_screen="));
    let mark = mark.unwrap().split(';').next().unwrap().to_owned();
    for _ in 0..6 {
        server.try_password("marlin", "salah").await;
    }
    let stranger = server.try_password("marlin", &right).await;
    assert_eq!((stranger.status, stranger.code().as_str()), (429, "too_many_tries"));
    assert!(stranger.header("retry-after").is_some());
    // Others of the house, behind the same address, do not wait.
    server.sign_in("karutan").await;
    let with = async |user: &str, password: &str| -> Reply {
        let body = json!({ "user": user, "password": password }).to_string();
        let head = format!(
            "POST /api/v1/sign-in HTTP/1.1\r\nContent-Type: application/json\r\nCookie: bilik_screen={mark}"
        );
        server.send(&head, body.as_bytes()).await
    };
    assert_eq!(with("marlin", &right).await.status, 200);
    // The mark opens nothing, is for one user, and has a count of its own.
    for _ in 0..5 {
        assert_eq!(with("marlin", "salah").await.code(), "wrong_password");
    }
    assert_eq!(with("marlin", &right).await.code(), "too_many_tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_exist_is_answered_like_whoever_does() {
    let server = Server::start().await;
    // Turn by turn, so that what else this machine does falls on both; few enough that nobody has to wait.
    let [mut known, mut unknown] = [Vec::new(), Vec::new()];
    let users = ["marlin", "karutan", "disnaker", "blk", "kpr", "klinik", "wali"];
    for user in users {
        for (user, times) in [(user.to_owned(), &mut known), (format!("{user}x"), &mut unknown)] {
            let asked = Instant::now();
            let reply = server.try_password(&user, "salah-salah").await;
            times.push(asked.elapsed());
            let body = String::from_utf8_lossy(&reply.body).into_owned();
            assert_eq!((reply.status, reply.code().as_str()), (401, "wrong_password"), "{body}");
        }
    }
    known.sort();
    unknown.sort();
    let [a, b]: [Duration; 2] = [known[users.len() / 2], unknown[users.len() / 2]];
    assert!(a < b * 3 && b < a * 3, "{a:?} and {b:?}: a hash is missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_from_before_the_pepper_gets_one_when_it_is_used() {
    let server = Server::start().await;
    let folder = server.stop().await;
    let database = open_file(&folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    // Argon2id with the parameters of version 0.1.0, of `kata sandi lama`.
    let params = argon2::Params::new(19 * 1024, 2, 1, None).unwrap();
    let salt = SaltString::encode_b64(&[7; 16]).unwrap();
    let argon = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let old = argon.hash_password(b"kata sandi lama", &salt).unwrap().to_string();
    let set = "UPDATE users SET password = ?1 WHERE id = 'marlin'";
    database.execute(set, (&old,)).unwrap();
    let server = Server::start_on(folder).await;
    assert_eq!(server.try_password("marlin", "salah").await.status, 401);
    assert_eq!(server.try_password("marlin", "kata sandi lama").await.status, 200);
    let stored = || -> String {
        let sql = "SELECT password FROM users WHERE id = 'marlin'";
        database.query_row(sql, (), |row| row.get(0)).unwrap()
    };
    assert!(stored().contains(",keyid="), "{}", stored());
    assert_eq!(server.try_password("marlin", "kata sandi lama").await.status, 200);
}

/// What asks for the password again, with who may do it and a body that is right.
fn what_matters_most() -> Vec<(&'static str, &'static str, Value)> {
    let export = json!({ "format": "csv", "purpose": "rapat", "language": "id" });
    let account = json!({ "id": "baru", "name": "Orang Baru", "role": "VERIFIKATOR" });
    let was = json!({ "id": "siapa", "name": "Siapa", "role": "VERIFIKATOR", "locked": false, "must_change": false });
    let lock = json!({ "was": was, "turn": "lock" });
    vec![
        ("marlin", "desk/enrolments", json!({})),
        ("marlin", "desk/reports/participants", export),
        ("marlin", "desk/devices/T01", json!({ "what": "revoke", "word": "hilang" })),
        ("admin", "desk/users", account),
        ("admin", "desk/users/change", lock),
        ("admin", "desk/tokens", json!({ "name": "sistem", "scopes": ["read_participants"] })),
        ("admin", "desk/hooks", json!({ "url": "https://disnaker.example/kait" })),
        ("pdp", "desk/privacy/cases/1/erase", json!({ "word": "diminta" })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_matters_most_asks_for_the_password_again_once_in_a_while() {
    let server = Server::start().await;
    server.enrol().await;
    for (user, path, body) in what_matters_most() {
        let cookie = server.sign_in(user).await;
        let db = open_file(&server.folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
        let age = |minutes: i64| {
            let sql = "UPDATE sessions SET confirmed_at = confirmed_at - ?1";
            db.execute(sql, (minutes * 60_000,)).unwrap();
        };
        age(9);
        if path == "desk/enrolments" {
            assert_eq!(server.post(path, &cookie, &body).await.status, 200);
        }
        age(1);
        let asked = server.post(path, &cookie, &body).await;
        assert_eq!((asked.status, asked.code().as_str()), (403, "confirm_again"), "{path}");
        assert_eq!(server.get("me", &cookie).await.status, 200);
        let wrong = json!({ "password": "salah sekali" });
        let told = server.post("sessions/confirm", &cookie, &wrong).await;
        assert_eq!(told.code(), "wrong_password");
        assert_eq!(server.post(path, &cookie, &body).await.code(), "confirm_again", "{path}");
        let accounts = &server.accounts.accounts;
        let known = accounts.iter().find(|one| one.user == user).unwrap();
        let right = json!({ "password": known.password });
        assert_eq!(server.post("sessions/confirm", &cookie, &right).await.status, 200);
        let done = server.post(path, &cookie, &body).await;
        assert_ne!(done.code(), "confirm_again", "{path}");
    }
}
