//! What a tablet that signs may send, what is refused, and an end of the audit that is cut off.

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, Store, open_file, quarantine};
use bilik_server::verify::{self, Fault};
use bilik_shared::chain::{Printed, Proof};
use bilik_shared::exchange::Request;
use bilik_shared::time::Timestamp;
use serde_json::json;

use crate::Server;
use crate::tablet::{Keys, Tablet, new_pair};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tablet_has_not_signed_is_set_aside_and_what_it_has_signed_is_answered_with_a_receipt()
 {
    let server = Server::start().await;
    let mut tablet = Tablet::enrol_signing(&server).await;
    tablet.decline();
    let body = tablet.owed().unwrap();
    let keys = tablet.keys.as_ref().unwrap();
    let (pair, _) = new_pair();
    let thief = Keys { pair, server: keys.server, device: keys.device };
    let good = keys.prove(&body);
    let late = Proof { clock: Timestamp(good.clock.0 + 1), ..good };
    let mut other = body.clone();
    *other.last_mut().unwrap() ^= 1;
    let wrong = [
        ("somebody else's key", thief.prove(&body)),
        ("another time", late),
        ("for another body", keys.prove(&other)),
    ];
    // Whoever only names the tablet has shown nothing, and fills nothing here.
    let sealed = wrong.iter().map(|(case, proof)| (*case, proof.seal(&body)));
    let short = [("nothing", Vec::new()), ("too short", body[..71].to_vec())];
    for (case, sealed) in sealed.chain(short) {
        let reply = tablet.send_sealed(&server, &sealed).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "signature_wrong"), "{case}");
    }
    assert_eq!(pieces(&server), [] as [String; 0]);
    for (named, code) in [("0011223344556677", "device_unknown"), ("saya", "device_unknown")] {
        let head = format!("POST /api/v1/exchange HTTP/1.1\r\nAuthorization: Signed {named}");
        assert_eq!(server.send(&head, &good.seal(&body)).await.code(), code);
    }
    // A version before shows its credential, and what it has signed in a header.
    let in_header = wrong.iter().map(|(case, proof)| (*case, proof.to_string()));
    let garbage = [("nothing", String::new()), ("garbage", "saya".to_owned())];
    for (case, proof) in in_header.chain(garbage) {
        let reply = tablet.send_with(&server, &proof, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "proof_wrong"), "{case}");
    }
    let reply = server.exchange(&tablet.credential, &body).await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "proof_wrong"));
    let aside = pieces(&server);
    assert!(!aside.is_empty() && aside.iter().all(|reason| reason == "unsigned"), "{aside:?}");

    // A batch without its place in the history is none, however well it is signed.
    let loose =
        bilik_shared::exchange::encode(&Request { link: None, ..Request::decode(&body).unwrap() });
    let reply = tablet.send(&server, &loose).await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "proof_wrong"));

    // The batch itself, a thousand times: it is one.
    let keys = tablet.keys.as_ref().unwrap();
    let first = tablet.send(&server, &body).await;
    let confirmed = keys.confirmed(&body, &first);
    assert!(first.status == 200 && confirmed.is_some());
    let mut altered =
        crate::Reply { status: 200, head: first.head.clone(), body: first.body.clone() };
    *altered.body.last_mut().unwrap() ^= 1;
    assert_eq!((keys.confirmed(&body, &altered), keys.confirmed(&other, &first)), (None, None));
    let before = tablet.send_with(&server, &good.to_string(), &body).await;
    assert!(keys.confirmed_in_header(&body, &before).is_some(), "{}", before.head);
    assert_eq!(keys.confirmed_in_header(&other, &before), None);
    for _ in 0..1000 {
        assert_eq!(tablet.send(&server, &body).await.status, 200);
    }
    tablet.sync(&server).await;
    assert_eq!(tablet.replica.pending().len(), 0);
    let db = database(server.stop().await);
    let batches: i64 = db.query_row("SELECT count(*) FROM batches", (), |row| row.get(0)).unwrap();
    assert_eq!(batches, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_told_once() {
    let server = Server::start().await;
    let tablet = Tablet::enrol(&server).await;
    let told = |key: String| {
        let head = format!(
            "POST /api/v1/device-key HTTP/1.1\r\nAuthorization: Bearer {}\r\nContent-Type: application/json",
            tablet.credential
        );
        let (server, body) = (&server, json!({ "key": key }).to_string());
        async move { server.send(&head, body.as_bytes()).await }
    };
    let (one, two) = (new_pair().1.to_string(), new_pair().1.to_string());
    let first = told(one.clone()).await;
    assert_eq!(first.status, 200, "{}", first.code());
    assert_eq!(told(one).await.json(), first.json());
    for (key, status, code) in [(two, 409, "key_differs"), ("00".into(), 400, "bad_json")] {
        let reply = told(key).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_of_the_audit_that_was_cut_off_is_found_by_the_next_tablet_wherever_it_was_cut() {
    let server = Server::start().await;
    let mut tablet = Tablet::enrol_signing(&server).await;
    let db =
        Store::open(server.folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
    // Whoever has the database and the key can do that.
    let guards: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'")
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for guard in guards {
        db.execute(&format!("DROP TRIGGER {guard}"), ()).unwrap();
    }
    let missed = || -> i64 {
        db.query_row("SELECT count(*) FROM missed_heads", (), |row| row.get(0)).unwrap()
    };
    for k in 1..=100 {
        tablet.write(&format!("{k}"));
        tablet.sync(&server).await;
        let before = missed();
        db.execute("DELETE FROM audit WHERE number > (SELECT max(number) FROM audit) - ?1", (k,))
            .unwrap();
        tablet.sync(&server).await;
        assert_eq!(missed(), before + 1, "{k} records cut off");
    }
    drop(db);
    server.stop.send(()).unwrap();
    server.done.await.unwrap().unwrap();
    let found = verify::look_into(server.folder.path(), &Key::for_tests()).unwrap();
    assert!(found.is_some_and(|fault| fault != Fault::Busy));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_in_a_folder_proves_that_the_end_of_the_audit_was_not_cut_off_or_made_anew() {
    let key = Key::for_tests();
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let paper = async || {
        let body = json!({ "format": "print", "purpose": "rekap harian" });
        let reply = server.post("desk/reports/programmes", &marlin, &body).await;
        let audit = reply.json()["audit"].as_str().unwrap().to_owned();
        let mut parts = audit.strip_prefix("Catatan audit ").unwrap().split(" · ");
        let (number, print) = (parts.next().unwrap(), parts.next().unwrap());
        format!("{number}:{print}").parse::<Printed>().unwrap()
    };
    let first = paper().await;
    let shown = server.get("desk/reports/programmes", &marlin).await.json();
    assert_eq!(shown["audit"], json!(null));
    let second = paper().await;
    assert!(second.number > first.number, "the first one was noted");
    let folder = server.stop().await;
    let find = |printed: &[Printed]| verify::look_for(folder.path(), &key, printed).unwrap();
    assert_eq!(find(&[first, second]), None);
    let mut altered = second;
    altered.begins[7] ^= 1;
    assert_eq!(find(&[first, altered]), Some(Fault::Printed(second.number)));
    let later = Printed { number: second.number + 1_000, ..second };
    assert_eq!(find(&[later]), Some(Fault::Printed(later.number)));

    // Its end is cut off, and what it told of with it; the rest is as it was.
    let db = open_file(&folder.path().join(FILE_NAME), &key).unwrap();
    behind_guards(&db, |db| {
        db.execute("DELETE FROM audit WHERE number >= ?1", (second.number as i64,)).unwrap();
    });
    assert_eq!(find(&[first]).filter(|fault| matches!(fault, Fault::Printed(_))), None);
    assert_eq!(find(&[first, second]), Some(Fault::Printed(second.number)));
    // Another history is put in its place, with as many records.
    behind_guards(&db, |db| {
        db.execute(
            "INSERT INTO audit (number, record) SELECT ?1, record FROM audit WHERE number = 1",
            (second.number as i64,),
        )
        .unwrap();
    });
    assert_eq!(find(&[second]), Some(Fault::Printed(second.number)));
}

/// Lets somebody alter the audit, and puts back what guards it.
fn behind_guards(db: &rusqlite::Connection, alter: impl FnOnce(&rusqlite::Connection)) {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'";
    let mut listed = db.prepare(sql).unwrap();
    let guards = listed.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let guards: Vec<(String, String)> = guards.collect::<Result<_, _>>().unwrap();
    drop(listed);
    for (name, _) in &guards {
        db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    alter(db);
    for (_, sql) in &guards {
        db.execute_batch(sql).unwrap();
    }
}

/// Why each piece was set aside.
fn pieces(server: &Server) -> Vec<String> {
    let db =
        Store::open(server.folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
    let (aside, _) = quarantine::list(&db, None, 100).unwrap();
    aside
        .into_iter()
        .map(|piece| piece.reason.map_or_else(String::new, |r| r.code().to_owned()))
        .collect()
}

fn database(folder: tempfile::TempDir) -> rusqlite::Connection {
    Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap()
}
