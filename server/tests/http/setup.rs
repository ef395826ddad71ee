//! Setting up a house: what is refused, what is too late, and that nobody locks everybody out.

use bilik_shared::admission::Quarantine;
use bilik_shared::exchange::Answer;
use bilik_shared::setup::{Accounts, Made, Shown, Tablets};
use bilik_shared::view::quarantine::SetAside;
use serde_json::{Value, json};

use crate::exchange::Rogue;
use crate::seats::verified;
use crate::{Reply, Server};

async fn setup(server: &Server, cookie: &str) -> Shown {
    let reply = server.get("desk/setup", cookie).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

async fn accounts(server: &Server, cookie: &str) -> Accounts {
    serde_json::from_slice(&server.get("desk/users", cookie).await.body).unwrap()
}

fn said(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

/// An edit of the first package, from what somebody saw to other seats.
fn seats(seen: &Value, seats: u32) -> Value {
    let mut is = seen.clone();
    is["seats"] = json!(seats);
    json!({ "what": "class", "was": seen, "is": is })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_judged_kept_once_and_refused_when_it_is_too_late() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let shown = setup(&server, &admin).await;
    assert_eq!((shown.setup.blocks.len(), shown.setup.classes.len(), shown.log.len()), (5, 10, 0));
    let gar = shown.setup.classes.iter().find(|class| class.seat.to_string() == "GAR/1").unwrap();
    let gar = json!(gar);
    let send = async |edit: &Value| said(&server.post("desk/setup", &admin, edit).await);
    let mut reversed = json!(shown.setup.intakes[0]);
    let days = (reversed["wave"]["opens"].clone(), reversed["wave"]["closes"].clone());
    (reversed["wave"]["closes"], reversed["wave"]["opens"]) = days;
    let intake = json!(shown.setup.intakes[0]);
    let course = json!({ "code": "GAR", "name": { "id": "Lain", "en": "" }, "offered": true });
    for (edit, expected) in [
        (seats(&gar, 0), (422, "seats_out_of_range")),
        (seats(&gar, 201), (422, "seats_out_of_range")),
        (json!({ "what": "intake", "was": intake, "is": reversed }), (422, "dates_reversed")),
        (json!({ "what": "course", "was": null, "is": course }), (409, "duplicate")),
        (json!({ "what": "open", "code": "1999.1" }), (404, "wave_unknown")),
        (json!({ "what": "everything" }), (400, "bad_json")),
    ] {
        let (status, code) = send(&edit).await;
        assert_eq!((status, code.as_str()), expected, "{edit}");
    }
    // Sent twice, as an impatient finger does: done once.
    for _ in 0..2 {
        assert_eq!(send(&seats(&gar, 20)).await.0, 200);
    }
    let now = setup(&server, &admin).await;
    assert_eq!(now.log.len(), 1);
    let line = &now.log[0];
    assert_eq!((line.by.as_str(), line.name.as_str()), ("admin", "GAR/1"));
    assert_eq!((line.changes[0].was.as_str(), line.changes[0].is.as_str()), ("16", "20"));
    // Somebody else who still sees 16 is told what stands there now.
    let late = server.post("desk/setup", &admin, &seats(&gar, 24)).await;
    assert_eq!(said(&late), (409, "setup_outdated".into()));
    let current: Shown = serde_json::from_value(late.json()["current"].clone()).unwrap();
    assert_eq!(current, now);
    for user in ["marlin", "karutan", "disnaker", "pdp"] {
        let cookie = server.sign_in(user).await;
        let edit = server.post("desk/setup", &cookie, &seats(&gar, 24)).await;
        assert_eq!(said(&edit), (403, "role_may_not".into()), "{user}");
    }
    // Everybody's desk knows it, and it is there after a new start.
    let overview = server.get("desk/overview", &admin).await.json();
    let programmes = overview["programmes"].as_array().unwrap();
    let sewing = programmes.iter().find(|one| one["code"] == "GAR").unwrap();
    assert_eq!(sewing["packages"][0]["seats"], json!(20));
    let server = Server::start_on(server.stop().await).await;
    let admin = server.sign_in("admin").await;
    assert_eq!(setup(&server, &admin).await, now);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_never_gets_fewer_seats_than_were_given() {
    let server = Server::start().await;
    let (_, paths) = verified(&server, &["GAR"; 3]).await;
    let head = server.sign_in("karutan").await;
    let confirm = json!({ "state": "confirmed", "reason": "SK", "programme": "GAR", "package": 1 });
    for path in &paths[..2] {
        let reply = server.post(&format!("{path}/decide"), &head, &confirm).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
    let admin = server.sign_in("admin").await;
    let shown = setup(&server, &admin).await;
    assert_eq!(shown.taken, [("GAR/1".parse().unwrap(), 2)]);
    let class = shown.setup.classes.iter().find(|c| c.seat.to_string() == "GAR/1").unwrap();
    let mut few = json!(class);
    (few["seats"], few["minimum"]) = (json!(1), json!(1));
    let edit = json!({ "what": "class", "was": class, "is": few.clone() });
    let refused = server.post("desk/setup", &admin, &edit).await;
    assert_eq!(said(&refused), (409, "seats_given".into()));
    few["seats"] = json!(2);
    let edit = json!({ "what": "class", "was": class, "is": few });
    assert_eq!(server.post("desk/setup", &admin, &edit).await.status, 200);
    // The decision that comes next counts with the new number.
    let third = server.post(&format!("{}/decide", paths[2]), &head, &confirm).await;
    assert_eq!(said(&third), (409, "package_full".into()));
    let course = shown.setup.courses.iter().find(|c| c.code.as_str() == "GAR").unwrap();
    let mut off = json!(course);
    off["offered"] = json!(false);
    let edit = json!({ "what": "course", "was": course, "is": off });
    let refused = server.post("desk/setup", &admin, &edit).await;
    assert_eq!(said(&refused), (409, "programme_given".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_password_is_good_for_choosing_ones_own() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let ask = json!({ "id": "budi", "name": "Budi Tomasoa", "role": "ADMIN_UPT" });
    let reply = server.post("desk/users", &admin, &ask).await;
    let made: Made = serde_json::from_slice(&reply.body).unwrap();
    let first = made.password.unwrap();
    let again = server.post("desk/users", &admin, &ask).await;
    assert_eq!(said(&again), (409, "duplicate".into()));
    let odd = json!({ "id": "Budi T", "name": "x", "role": "ADMIN_UPT" });
    assert_eq!(said(&server.post("desk/users", &admin, &odd).await), (422, "user_form".into()));

    let reply = server.try_password("budi", &first).await;
    assert_eq!(reply.json()["must_change"], json!(true));
    let cookie = reply.header("set-cookie").unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    let shut = server.get("desk/users", &cookie).await;
    assert_eq!(said(&shut), (403, "password_due".into()));
    let own = "kuda hijau makan";
    for (old, new, status, code) in [
        ("salah-salah", own, 401, "wrong_password"),
        (first.as_str(), "pendek", 422, "password_short"),
        (first.as_str(), first.as_str(), 422, "password_same"),
        (first.as_str(), "halo budi 2026", 422, "password_name"),
        (first.as_str(), "katasandi1", 422, "password_common"),
        (first.as_str(), "Tomasoa2026", 422, "password_common"),
        (first.as_str(), &"kuda ".repeat(60), 422, "password_long"),
    ] {
        let reply = server.post("password", &cookie, &json!({ "old": old, "new": new })).await;
        assert_eq!(said(&reply), (status, code.to_owned()), "{new}");
    }
    let chosen = server.post("password", &cookie, &json!({ "old": first, "new": own })).await;
    assert_eq!((chosen.status, &chosen.json()["must_change"]), (200, &json!(false)));
    assert_eq!(server.get("desk/users", &cookie).await.status, 200);
    assert_eq!(server.try_password("budi", &first).await.status, 401);
    // The log says that there was one, and never which.
    let log = serde_json::to_string(&accounts(&server, &cookie).await).unwrap();
    assert!(log.contains("first_password") && !log.contains(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_everybody_out_and_a_lock_is_at_once() {
    let server = Server::start().await;
    let admin = server.sign_in("admin").await;
    let marlin = server.sign_in("marlin").await;
    let turn = async |cookie: &str, id: &str, turn: Value| {
        let known = accounts(&server, &admin).await.accounts;
        let was = known.into_iter().find(|one| one.id.as_str() == id).unwrap();
        server.post("desk/users/change", cookie, &json!({ "was": was, "turn": turn })).await
    };
    for this in [json!("lock"), json!({ "role": "KARUTAN" }), json!("reset")] {
        assert_eq!(said(&turn(&admin, "admin", this).await), (409, "yourself".into()));
    }
    assert_eq!(turn(&marlin, "karutan", json!("lock")).await.status, 403);
    // A locked user is out on every screen, and says nothing about the password.
    assert_eq!(server.get("desk/overview", &marlin).await.status, 200);
    assert_eq!(turn(&admin, "marlin", json!("lock")).await.status, 200);
    assert_eq!(said(&server.get("desk/overview", &marlin).await), (401, "no_session".into()));
    assert_eq!(said(&server.try_password("marlin", "salah").await).0, 401);
    let known = server.accounts.accounts.iter().find(|one| one.user == "marlin").unwrap();
    let right = server.try_password("marlin", &known.password).await;
    assert_eq!(said(&right), (403, "account_locked".into()));
    // Twice is once; somebody who saw something else is told.
    assert_eq!(turn(&admin, "marlin", json!("lock")).await.status, 200);
    let known = accounts(&server, &admin).await;
    assert_eq!(known.log.len(), 1);
    let mut stale = json!(known.accounts.iter().find(|one| one.id.as_str() == "marlin").unwrap());
    stale["locked"] = json!(false);
    let late = json!({ "was": stale, "turn": { "role": "KLINIK" } });
    let late = server.post("desk/users/change", &admin, &late).await;
    assert_eq!(said(&late), (409, "setup_outdated".into()));
    assert_eq!(turn(&admin, "marlin", json!("unlock")).await.status, 200);
    server.sign_in("marlin").await;
    // Two administrators, each about to take the other's role away: one of them stays.
    assert_eq!(turn(&admin, "pdp", json!({ "role": "ADMIN_UPT" })).await.status, 200);
    let pdp = server.sign_in("pdp").await;
    let was = accounts(&server, &admin).await.accounts;
    let of = |id: &str| json!(was.iter().find(|one| one.id.as_str() == id).unwrap());
    let (a, b) = (
        json!({ "was": of("pdp"), "turn": { "role": "KANWIL" } }),
        json!({ "was": of("admin"), "turn": "lock" }),
    );
    let (a, b) = tokio::join!(
        server.post("desk/users/change", &admin, &a),
        server.post("desk/users/change", &pdp, &b),
    );
    let won = [&a, &b].iter().filter(|reply| reply.status == 200).count();
    assert_eq!(won, 1, "{} {}", a.code(), b.code());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_hands_in_what_was_taken_from_it_and_reads_it_no_more() {
    let server = Server::start().await;
    let (tablet, _) = verified(&server, &[]).await;
    let mut tablet: Rogue = tablet;
    let other = Rogue::enrol(&server, 2).await;
    let admin = server.sign_in("admin").await;
    let change = async |device: &str, change: Value| {
        server.post(&format!("desk/devices/{device}"), &admin, &change).await
    };
    let people = tablet.sheet.entries();
    let act = |tablet: &mut Rogue, n: usize| {
        let fields = vec![("choices".to_owned(), "GAR".to_owned())];
        tablet.act(people[n].id, bilik_shared::command::What::Write { fields, registered: true })
    };
    let id = tablet.id.clone();
    let (mine, theirs) = (act(&mut tablet, 0), {
        let mut other = other;
        let chunk = act(&mut other, 1);
        other.send(&server, &id, &[&chunk]).await;
        chunk
    });
    // Its sheet is taken while it has work for it.
    for (give, status, code) in [
        (json!({ "what": "give", "was": ["2025.2-X"], "is": [] }), 409, "setup_outdated"),
        (json!({ "what": "give", "was": null, "is": ["nowhere"] }), 422, "setup_sheet_unknown"),
        (json!({ "what": "give", "was": null, "is": [] }), 200, ""),
        (json!({ "what": "give", "was": null, "is": [] }), 200, ""),
    ] {
        assert_eq!(said(&change("T01", give).await), (status, code.to_owned()));
    }
    let taken = |answer: &Answer| answer.taken.contains(&id);
    let answer = tablet.send(&server, &id, &[&mine]).await;
    assert!(taken(&answer) && !answer.revoked && answer.sheets[0].complete);
    assert!(answer.sheets[0].changes.is_empty() && answer.sheets[0].document.is_none());
    // Work that lacks something is not called complete, and names what is there of its own only.
    let (second, third) = (act(&mut tablet, 2), act(&mut tablet, 3));
    let answer = tablet.send(&server, &id, &[&third]).await;
    let sheet = &answer.sheets[0];
    assert!(!sheet.complete && !sheet.heads.contains(&theirs.hash()), "{:?}", sheet.heads);
    let answer = tablet.send(&server, &id, &[&second, &third]).await;
    assert!(answer.sheets[0].complete);

    // It is revoked with further work on it: it hands in, and is told nothing.
    let word = |what: &str, word: &str| json!({ "what": what, "word": word });
    assert_eq!(said(&change("T01", word("revoke", " ")).await), (422, "word_missing".into()));
    assert_eq!(
        said(&change("T99", word("revoke", "hilang")).await),
        (404, "tablet_unknown".into())
    );
    for _ in 0..2 {
        assert_eq!(change("T01", word("revoke", "hilang")).await.status, 200);
    }
    let last = act(&mut tablet, 4);
    let answer = tablet.send(&server, &id, &[&last]).await;
    assert!(answer.revoked && taken(&answer) && answer.sheets[0].complete);
    let waiting = || async {
        let reply = server.get("desk/quarantine", &server.sign_in("marlin").await).await;
        let aside: SetAside = serde_json::from_slice(&reply.body).unwrap();
        aside.pieces.into_iter().filter(|piece| piece.waits()).map(|piece| piece.reason).collect()
    };
    let reasons: Vec<Option<Quarantine>> = waiting().await;
    assert_eq!(reasons, [Some(Quarantine::Revoked)], "it is stored, and waits for a person");
    assert!(answer.brief.is_none() && answer.demand.is_none() && answer.sheets.len() == 1);
    assert!(answer.sheets[0].changes.is_empty() && answer.sheets[0].document.is_none());
    let given = json!({ "what": "give", "was": [], "is": null });
    assert_eq!(said(&change("T01", given).await), (409, "tablet_revoked".into()));
    assert_eq!(said(&change("T01", word("settle", "ada")).await), (409, "no_alarm".into()));
    let renamed = change("T01", json!({ "what": "rename", "name": " Laci  2 " })).await;
    let tablets: Tablets = serde_json::from_slice(&renamed.body).unwrap();
    let row = tablets.rows.iter().find(|row| row.code.as_str() == "T01").unwrap();
    assert_eq!((row.name.as_str(), row.revoked_at.is_some()), ("Laci 2", true));
    assert_eq!(tablets.log.len(), 3, "one line for each change: {:?}", tablets.log);
    // Everything that it wrote is on the desk, what came late once somebody has said why.
    let marlin = server.sign_in("marlin").await;
    let all_in = "desk/quarantine/of/T01/let-in";
    for (note, registered) in [(" ", 4), ("tablet rusak, petugasnya ditanya", 5), ("lagi", 5)] {
        let reply = server.post(all_in, &marlin, &json!({ "note": note })).await;
        assert_eq!(reply.status, if note == " " { 422 } else { 200 }, "{}", reply.code());
        let rows = server.rows(&marlin).await;
        assert_eq!(rows.iter().filter(|row| !row.choices.is_empty()).count(), registered, "{note}");
    }
    let partner = server.sign_in("disnaker").await;
    for path in ["desk/devices", "desk/users", "desk/setup"] {
        assert_eq!(server.get(path, &partner).await.status, 403, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn points_and_the_office_that_signs_are_set_up_and_a_run_goes_by_them() {
    let server = Server::start().await;
    let (admin, head) = (server.sign_in("admin").await, server.sign_in("karutan").await);
    let setup = server.get("desk/setup", &admin).await.json()["setup"].clone();
    let (policy, office) = (setup["policy"].clone(), setup["office"].clone());
    let mut next = policy.clone();
    next["version"] = json!(policy["version"].as_u64().unwrap() + 1);
    next["source"] = json!("rapat 2 Januari");
    next["priorities"][0]["weight"] = json!(40);
    let edit = |what: &str, was: &Value, is: &Value| json!({ "what": what, "was": was, "is": is });
    // Twice is once.
    for _ in 0..2 {
        let reply = server.post("desk/setup", &admin, &edit("policy", &policy, &next)).await;
        assert_eq!(said(&reply), (200, String::new()));
    }
    let mut other = next.clone();
    other["source"] = json!("rapat lain");
    let stale = server.post("desk/setup", &admin, &edit("policy", &policy, &other)).await;
    assert_eq!(said(&stale), (409, "setup_outdated".into()));
    let ask = json!({ "overrides": [] });
    let run = server.post("desk/allocation/preview", &head, &ask).await.json();
    assert_eq!(run["policy"], next["version"]);

    let mut telling = office.clone();
    telling["name"] = json!("Pelatihan Rutan");
    let refused = server.post("desk/setup", &admin, &edit("office", &office, &telling)).await;
    assert_eq!(said(&refused), (422, "tells_of_detention".into()));
    let mut moved = office.clone();
    moved["place"] = json!("Tual");
    let reply = server.post("desk/setup", &admin, &edit("office", &office, &moved)).await;
    let shown = reply.json();
    assert_eq!(shown["setup"]["office"]["place"], "Tual");
    let kinds: Vec<&str> =
        shown["log"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
    assert_eq!(kinds, ["office", "policy"], "one line each, the newest first");
    server.stop().await;
}
