//! A second factor that a role needs: nothing goes on without it, on any route.

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, open_file};
use bilik_shared::view::Me;
use bilik_shared::view::second_factor::{NewFactor, PaperCodes};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{Reply, Server, described};

/// What somebody may ask for who has to set one up.
const THEIRS: [&str; 12] = [
    "/sign-out",
    "/me",
    "/second-factor",
    "/second-factor/begin",
    "/second-factor/confirm",
    "/second-factor/end",
    "/second-factor/passkeys",
    "/second-factor/passkeys/begin",
    "/second-factor/passkeys/remove",
    "/sessions",
    "/sessions/end",
    "/sessions/confirm",
];
/// What is asked with nothing, with a one-time code or with a tablet's credential; and a password of one's own.
const OTHERS: [&str; 9] = [
    "/openapi.json",
    "/exchange",
    "/sealed",
    "/changes",
    "/enrol",
    "/pin-code",
    "/device-key",
    "/sign-in",
    "/password",
];

pub async fn demand(server: &Server, cookie: &str, was: &[&str], is: &[&str]) -> Reply {
    let edit =
        json!({ "what": "guard", "was": { "second_factor": was }, "is": { "second_factor": is } });
    server.post("desk/setup", cookie, &edit).await
}

pub async fn me(server: &Server, cookie: &str) -> Me {
    serde_json::from_slice(&server.get("me", cookie).await.body).unwrap()
}

pub fn password(server: &Server, user: &str) -> String {
    let known = server.accounts.accounts.iter().find(|one| one.user == user);
    known.unwrap().password.clone()
}

/// Sets one up with a phone; gives the codes for the paper.
async fn set_up(server: &Server, cookie: &str, user: &str) -> Vec<String> {
    let again = json!({ "password": password(server, user) });
    let begun = server.post("second-factor/begin", cookie, &again).await;
    let new: NewFactor = serde_json::from_slice(&begun.body).unwrap();
    let secret = Secret::try_from_base32(&new.secret).unwrap();
    let phone = Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let code = phone.generate(now.as_secs()).to_string();
    let done = server.post("second-factor/confirm", cookie, &json!({ "code": code })).await;
    assert_eq!(done.status, 200, "{}", done.code());
    serde_json::from_slice::<PaperCodes>(&done.body).unwrap().codes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_needs_a_second_factor_does_nothing_else_before_it_has_one() {
    let server = Server::start().await;
    let (admin, marlin) = (server.sign_in("admin").await, server.sign_in("marlin").await);
    let karutan = server.sign_in("karutan").await;
    // A house asks for none until somebody says so.
    assert!(!me(&server, &marlin).await.must_secure);
    assert_eq!(server.get("desk/overview", &marlin).await.status, 200);
    assert_eq!(demand(&server, &marlin, &[], &[]).await.code(), "role_may_not");
    assert_eq!(demand(&server, &admin, &[], &["VERIFIKATOR"]).await.status, 200);

    // A session that was open before is shut at once, on every route but their own.
    assert!(me(&server, &marlin).await.must_secure);
    let mut shut = 0;
    for (path, methods) in described::document()["paths"].as_object().unwrap() {
        let path = path.trim_start_matches("/api/v1");
        if THEIRS.contains(&path) || OTHERS.contains(&path) {
            continue;
        }
        let named = path.trim_start_matches('/').replace(['{', '}'], "");
        for method in methods.as_object().unwrap().keys() {
            let reply = match method.as_str() {
                "get" => server.get(&named, &marlin).await,
                _ => server.post(&named, &marlin, &json!({})).await,
            };
            let said = (reply.status, reply.code());
            assert_eq!(said, (403, "second_factor_due".to_owned()), "{method} {path}");
            shut += 1;
        }
    }
    assert!(shut > 50, "{shut}");
    assert_eq!(server.get("desk/overview", &karutan).await.status, 200);
    let reply = server.try_password("marlin", &password(&server, "marlin")).await;
    assert_eq!(reply.json()["must_secure"], json!(true));

    let codes = set_up(&server, &marlin, "marlin").await;
    assert!(!me(&server, &marlin).await.must_secure);
    assert_eq!(server.get("desk/overview", &marlin).await.status, 200);
    let asked = server.try_password("marlin", &password(&server, "marlin")).await;
    assert_eq!(asked.code(), "second_factor_needed");
    let typed =
        json!({ "user": "marlin", "password": password(&server, "marlin"), "code": codes[0] });
    let reply = server.post("sign-in", "", &typed).await;
    assert_eq!((reply.status, &reply.json()["must_secure"]), (200, &json!(false)));
    // Taking it off leaves them where they began.
    let again = json!({ "password": password(&server, "marlin") });
    assert_eq!(server.post("second-factor/end", &marlin, &again).await.status, 200);
    assert_eq!(server.get("desk/overview", &marlin).await.code(), "second_factor_due");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_demanded_is_logged_kept_and_not_changed_from_a_screen_left_open() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let both = ["VERIFIKATOR", "ADMIN_UPT"];
    let db = open_file(&server.folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    let shift = |minutes: i64| {
        let sql = "UPDATE sessions SET confirmed_at = confirmed_at + ?1";
        db.execute(sql, (minutes * 60_000,)).unwrap();
    };
    shift(-11);
    assert_eq!(demand(&server, &admin, &[], &both).await.code(), "confirm_again");
    shift(11);
    // The same page saved twice, and one that somebody opened before.
    for _ in 0..2 {
        let reply = demand(&server, &admin, &[], &["VERIFIKATOR"]).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
    assert_eq!(demand(&server, &admin, &[], &["KARUTAN"]).await.code(), "setup_outdated");
    let reply = demand(&server, &admin, &["VERIFIKATOR"], &both).await;
    let shown = reply.json();
    assert_eq!(shown["setup"]["guard"]["second_factor"], json!(both));
    let lines: Vec<&Value> =
        shown["log"].as_array().unwrap().iter().filter(|line| line["kind"] == "guard").collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["changes"][0]["is"], "VERIFIKATOR, ADMIN_UPT");
    // Whoever demanded it of their own role begins with themselves; it is so after a start as well.
    assert_eq!(server.get("desk/setup", &admin).await.code(), "second_factor_due");
    drop(db);
    let folder = server.stop().await;
    let server = Server::start_on(folder).await;
    let admin = server.sign_in("admin").await;
    assert_eq!(server.get("desk/setup", &admin).await.code(), "second_factor_due");
    set_up(&server, &admin, "admin").await;
    assert_eq!(server.get("desk/setup", &admin).await.status, 200);
    server.stop().await;
}
