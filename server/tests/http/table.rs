//! The table at the server: pages that lose nobody while rows arrive, search, saved views, versions, and errors
//! as other systems read them.

use std::collections::BTreeSet;

use bilik_shared::id::EntryId;
use bilik_shared::lifecycle::State;
use bilik_shared::view::Row;
use bilik_shared::view::entries::{Page, View};
use serde_json::{Value, json};

use crate::Server;

impl Server {
    async fn page(&self, cookie: &str, query: &str) -> Page {
        let reply = self.get(&format!("desk/entries?{query}"), cookie).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.code());
        serde_json::from_slice(&reply.body).unwrap()
    }

    async fn move_on(&self, cookie: &str, row: &Row, version: &str, state: &str) -> crate::Reply {
        let path = format!("desk/entries/{}/{}/decide{version}", row.sheet, row.entry);
        self.post(&path, cookie, &json!({ "state": state, "reason": "salah input" })).await
    }
}

fn entries(rows: &[Row]) -> Vec<EntryId> {
    rows.iter().map(|row| row.entry).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_everybody_once_while_rows_change_between_them() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let _tablet = crate::seats::verified(&server, &["GAR,KAY"; 40]).await;
    let mut moved = 0;
    for order in ["cell", "name", "-state", "-received"] {
        let whole = server.page(&marlin, &format!("queue=all&order={order}&limit=500")).await;
        assert_eq!((whole.rows.len(), whole.total, whole.next), (300, 300, None));
        let (mut seen, mut next, mut touched) = (Vec::new(), None::<String>, BTreeSet::new());
        loop {
            let cursor = next.map(|next| format!("&cursor={next}")).unwrap_or_default();
            let page = server.page(&marlin, &format!("queue=all&limit=37{cursor}")).await;
            let page = match cursor.is_empty() {
                true => server.page(&marlin, &format!("queue=all&limit=37&order={order}")).await,
                false => page,
            };
            // Between two pages one that was shown and one that was not move on.
            let waits = |row: &&Row| row.state == State::Verified && !touched.contains(&row.entry);
            let here = page.rows.iter().find(waits);
            let ahead = whole.rows.iter().rev().find(waits);
            let both: Vec<Row> = here.into_iter().chain(ahead).cloned().collect();
            for row in both {
                if touched.insert(row.entry) {
                    let reply = server.move_on(&marlin, &row, "", "cancelled").await;
                    assert_eq!(reply.status, 200, "{}", reply.code());
                    moved += 1;
                }
            }
            seen.extend(page.rows);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let once: BTreeSet<EntryId> = entries(&seen).into_iter().collect();
        assert_eq!(once.len(), seen.len(), "{order}: somebody stands there twice");
        let missing: Vec<EntryId> =
            entries(&whole.rows).into_iter().filter(|e| !once.contains(e)).collect();
        assert!(missing.iter().all(|entry| touched.contains(entry)), "{order}: {missing:?}");
    }
    assert!(moved > 8, "only {moved} moved");
    let reply = server.get("desk/entries?cursor=abc", &marlin).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "cursor_unknown"));
    for query in ["state=SALAH", "queue=salah", "order=salah", "limit=x", "programme=%20"] {
        let reply = server.get(&format!("desk/entries?{query}"), &marlin).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "bad_query"), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_searched_for_and_counted_at_the_server() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let everybody = server.rows(&marlin).await;
    let person = everybody.iter().find(|row| row.name.split(' ').count() > 1).unwrap();
    let words: Vec<String> =
        person.name.to_lowercase().split(' ').rev().map(str::to_owned).collect();
    for text in [person.name.clone(), words.join(" "), person.register_number.clone()] {
        let ask = json!({ "queue": "all", "text": text });
        let reply = server.post("desk/entries/search", &marlin, &ask).await;
        let page: Page = serde_json::from_slice(&reply.body).unwrap();
        assert!(entries(&page.rows).contains(&person.entry), "{text}");
        assert!(page.total < 300 && page.facets.states.values().sum::<u32>() == page.total);
        // Whoever sees nobody finds nobody.
        for user in ["admin", "disnaker", "kanwil"] {
            let cookie = server.sign_in(user).await;
            let found = server.post("desk/entries/search", &cookie, &ask).await;
            let found: Page = serde_json::from_slice(&found.body).unwrap();
            assert_eq!((found.total, found.facets), (0, Default::default()), "{user}");
        }
    }
    let block = &everybody[0].block;
    let page = server.page(&marlin, &format!("queue=all&block={block}&limit=1")).await;
    assert_eq!(page.total as usize, everybody.iter().filter(|row| row.block == *block).count());
    assert_eq!(page.facets.blocks.values().sum::<u32>(), 300, "a chip counts what it would show");
    let named = json!({ "entries": [person.entry, EntryId([9; 16])] });
    let named = server.post("desk/entries/named", &marlin, &named).await;
    let named: Vec<Row> = serde_json::from_slice(&named.body).unwrap();
    assert_eq!(entries(&named), [person.entry]);
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_for_one_person_and_by_name() {
    let server = Server::start().await;
    let (marlin, head) = (server.sign_in("marlin").await, server.sign_in("karutan").await);
    let view = |name: &str, block: &str| json!({ "name": name, "filter": { "queue": "all", "blocks": [block] } });
    for (name, block) in [("  Blok  A ", "A"), ("Blok A", "B"), ("Lain", "C")] {
        assert_eq!(server.post("desk/views", &marlin, &view(name, block)).await.status, 200);
    }
    let kept: Vec<View> =
        serde_json::from_slice(&server.get("desk/views", &marlin).await.body).unwrap();
    let names: Vec<_> = kept
        .iter()
        .map(|view| (&*view.name, view.filter.blocks.first().unwrap().as_str()))
        .collect();
    assert_eq!(names, [("Blok A", "B"), ("Lain", "C")]);
    assert_eq!(server.get("desk/views", &head).await.json(), json!([]));
    let path = format!("desk/views/{}/remove", kept[0].id);
    for (cookie, status) in [(&head, 404), (&marlin, 200), (&marlin, 404)] {
        assert_eq!(server.post(&path, cookie, &json!({})).await.status, status);
    }
    for name in ["", &"x".repeat(41)] {
        assert_eq!(
            server.post("desk/views", &marlin, &view(name, "A")).await.code(),
            "name_missing"
        );
    }
    for n in 0..20 {
        let reply = server.post("desk/views", &marlin, &view(&n.to_string(), "A")).await;
        assert_eq!(reply.status, if n < 19 { 200 } else { 422 }, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_decides_about_an_older_state_is_shown_the_one_of_now() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let _tablet = crate::seats::verified(&server, &["GAR,KAY"]).await;
    let rows = server.rows(&marlin).await;
    let row = rows.iter().find(|row| row.state == State::Verified).unwrap();
    let detail = server.get(&format!("desk/entries/{}/{}", row.sheet, row.entry), &marlin).await;
    let version = format!("?version={}", detail.json()["version"].as_str().unwrap());
    let first = server.move_on(&marlin, row, &version, "cancelled").await;
    assert_eq!(first.status, 200, "{}", first.code());
    let second = server.move_on(&marlin, row, &version, "rejected").await;
    assert_eq!((second.status, second.code().as_str()), (409, "version_stale"));
    let now = server.get(&format!("desk/entries/{}/{}", row.sheet, row.entry), &marlin).await;
    assert_eq!(second.json()["current"], now.json());
    assert_ne!(now.json()["version"], detail.json()["version"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tells_a_supervisor_withdraws_at_once_and_the_timeline_has_it() {
    let server = Server::start().await;
    let (marlin, head) = (server.sign_in("marlin").await, server.sign_in("karutan").await);
    let (_tablet, paths) = crate::seats::verified(&server, &["GAR,KAY"]).await;
    let path = &paths[0];
    let seat = json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
    let confirmed = server.post(&format!("{path}/decide"), &head, &seat).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.code());
    let detail = server.get(path, &marlin).await.json();
    let withdraw = format!("{path}/withdraw?version={}", detail["version"].as_str().unwrap());
    let why = json!({ "reason": "kepada Marlin, di blok" });
    // The head confirms people; whoever withdraws tells a supervisor.
    assert_eq!(server.post(&withdraw, &head, &why).await.code(), "step_not_yours");
    let silent = server.post(&withdraw, &marlin, &json!({ "reason": " " })).await;
    assert_eq!(silent.code(), "reason_missing");
    let done = server.post(&withdraw, &marlin, &why).await;
    assert_eq!(done.status, 200, "{}", done.code());
    let done = done.json();
    assert_eq!(done["row"]["state"], "MENGUNDURKAN_DIRI");
    let history = done["history"].as_array().unwrap();
    assert!(history.iter().any(|step| step["after"] == why["reason"]));
    let last = history.last().unwrap();
    let told =
        (&last["field"], &last["after"], &last["author"]["officer"], &last["author"]["device"]);
    assert_eq!(
        told,
        (&json!("registration"), &json!("withdrawn"), &json!("marlin"), &Value::Null),
        "{last}"
    );
    // Both this and a choice between answers are about what somebody looked at.
    let choice = json!({ "field": "plan", "value": "x" });
    let other = json!({ "reason": "kepada Marlin, di kantor" });
    let version = detail["version"].as_str().unwrap();
    for (late, body) in
        [(withdraw.clone(), &other), (format!("{path}/resolve?version={version}"), &choice)]
    {
        let late = server.post(&late, &marlin, body).await;
        assert_eq!((late.status, late.code().as_str()), (409, "version_stale"));
        assert_eq!(late.json()["current"]["version"], done["version"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_problems_and_tell_nobody_what_exists() {
    let server = Server::start().await;
    let (marlin, partner) = (server.sign_in("marlin").await, server.sign_in("disnaker").await);
    let row = &server.rows(&marlin).await[0];
    let foreign = server.get(&format!("desk/entries/{}/{}", row.sheet, row.entry), &partner).await;
    assert_eq!(foreign.header("content-type"), Some("application/problem+json"));
    let expected = json!({
        "type": "urn:bilik:problem:entry_unknown", "title": "Not Found", "status": 404,
        "detail": "There is no such registration.", "code": "entry_unknown",
    });
    assert_eq!(foreign.json(), expected);
    let unknown = EntryId([9; 16]);
    for path in [
        format!("{}/{unknown}", row.sheet),
        format!("2099.9-Z/{unknown}"),
        "x/y".into(),
        format!("hidden/{unknown}"),
    ] {
        let reply = server.get(&format!("desk/entries/{path}"), &partner).await;
        assert_eq!((reply.status, reply.json()), (404, expected.clone()), "{path}");
    }
    for (path, status, code) in [("desk/nowhere", 404, "no_such_route"), ("me", 401, "no_session")]
    {
        let reply = server.get(path, "").await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code));
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    }
    // Released tablets know the older form.
    let tablet = server.post("enrol", "", &json!({ "code": "SALAH" })).await;
    assert_eq!(tablet.header("content-type"), Some("application/json"));
    assert!(tablet.json()["message"].is_string() && tablet.json()["type"] == Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_interface_and_the_router_agree() {
    let server = Server::start().await;
    let document = server.get("openapi.json", "").await;
    assert_eq!(document.status, 200);
    for (path, methods) in document.json()["paths"].as_object().unwrap() {
        let path = path
            .replace("{sheet}", "x")
            .replace("{entry}", "y")
            .replace("{id}", "1")
            .replace("{report}", "x");
        for method in ["get", "post", "put", "patch", "delete"] {
            let reply =
                server.send(&format!("{} {path} HTTP/1.1", method.to_uppercase()), b"").await;
            assert_ne!(reply.code(), "no_such_route", "{method} {path}");
            let known = methods.get(method).is_some();
            assert_eq!(reply.status == 405, !known, "{method} {path}: {}", reply.status);
        }
    }
}
