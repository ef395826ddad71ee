//! What was refused is looked into, and let in by hand where only its sender spoke against it.

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, open_file};
use bilik_shared::admission::Quarantine;
use bilik_shared::command::{Author, Command, Moment, What};
use bilik_shared::exchange::pack_bytes;
use bilik_shared::id::{ActorId, EntryId};
use bilik_shared::role::Role;
use bilik_shared::sheet::{Chunk, Sheet};
use bilik_shared::time::{Date, Timestamp};
use bilik_shared::view::quarantine::{Aside, Barred, Inside, SetAside};
use serde_json::json;

use crate::exchange::Rogue;
use crate::{Reply, Server};

const NIK: &str = "8171014502909001";

/// A change of `officer` on the tablet that the sheet is of, or in the server's name.
fn written(
    rogue: &mut Rogue,
    officer: &str,
    device: Option<&str>,
    fields: &[(&str, &str)],
) -> Chunk {
    let fields =
        fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let what = What::Write { fields, registered: false };
    let command = Command { sheet: rogue.id.clone(), entry: first(&rogue.sheet), what };
    let device = device.map(|device| device.parse().unwrap());
    let moment = Moment {
        author: Author { device, officer: officer.parse().unwrap() },
        role: Role::Officer,
        at: Timestamp(1_790_000_000_000),
        today: Date::new(2026, 1, 1).unwrap(),
        number: None,
    };
    rogue.sheet.act(&command, &moment).unwrap().chunk.unwrap()
}

fn first(sheet: &Sheet) -> EntryId {
    sheet.entries()[0].id
}

async fn pieces(server: &Server, cookie: &str) -> Vec<Aside> {
    let reply = server.get("desk/quarantine", cookie).await;
    serde_json::from_slice::<SetAside>(&reply.body).unwrap().pieces
}

async fn look(server: &Server, cookie: &str, id: i64) -> Inside {
    let reply = server.get(&format!("desk/quarantine/{id}"), cookie).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

async fn let_in(server: &Server, cookie: &str, id: i64, note: &str) -> Reply {
    server.post(&format!("desk/quarantine/{id}/let-in"), cookie, &json!({ "note": note })).await
}

/// What a thief's tablet brought in the name of an honest one, which had gone on from work that is here.
pub async fn brought_by_another(server: &Server) -> (Rogue, Rogue, Chunk) {
    let mut honest = Rogue::enrol(server, 1).await;
    let thief = Rogue::enrol(server, 2).await;
    let begun = written(&mut honest, "grace", Some("T01"), &[("reason", "mau usaha")]);
    honest.send(server, &honest.id.clone(), &[&begun]).await;
    let values = [("reason", "mau las"), ("nik", NIK), ("note", &"x".repeat(600))];
    let stolen = written(&mut honest, "grace", Some("T01"), &values);
    thief.send(server, &honest.id.clone(), &[&stolen]).await;
    (honest, thief, stolen)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_is_looked_into_as_far_as_the_role_reads() {
    let server = Server::start().await;
    let (honest, _, stolen) = brought_by_another(&server).await;
    let entry = first(&honest.sheet);
    let marlin = server.sign_in("marlin").await;
    let found = pieces(&server, &marlin).await;
    assert_eq!(found.len(), 1);
    let id = found[0].id;
    let inside = look(&server, &marlin, id).await;
    assert!(inside.readable && !inside.hidden && inside.barred.is_none());
    let said = (inside.officer.unwrap().to_string(), inside.device.unwrap().to_string());
    assert_eq!(said, ("grace".to_owned(), "T01".to_owned()));
    assert_eq!(inside.at, Some(stolen.at()));
    assert_eq!(inside.writes.len(), 1);
    let writes = &inside.writes[0];
    assert_eq!((writes.entry, writes.fresh), (Some(entry), false));
    assert_eq!(writes.name, honest.sheet.entry(entry).unwrap().person.name);
    let value = |key: &str| writes.values.iter().find(|wrote| wrote.key == key).unwrap();
    assert_eq!(value("reason").value, "mau las");
    assert_eq!(value("nik").value, "8171••••••••9001");
    assert!(value("note").cut && value("note").value.len() == 500);
    // Whose data were read is in the log of access.
    let pdp = server.sign_in("pdp").await;
    let asked = json!({ "number": entry.to_string() });
    let lines = server.post("desk/privacy/access", &pdp, &asked).await.json();
    assert!(lines.to_string().contains("marlin"), "{lines}");
    // The administrator sees that it is there, and nothing of anybody.
    let admin = server.sign_in("admin").await;
    let reply = server.get(&format!("desk/quarantine/{id}"), &admin).await;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(!text.contains("mau las") && !text.contains(&entry.to_string()), "{text}");
    let inside: Inside = serde_json::from_str(&text).unwrap();
    assert!(inside.hidden && inside.writes.is_empty());
    for user in ["disnaker", "blk", "pdp", "klinik"] {
        let cookie = server.sign_in(user).await;
        let reply = server.get(&format!("desk/quarantine/{id}"), &cookie).await;
        assert_eq!(reply.code(), "role_may_not", "{user}");
        assert_eq!(let_in(&server, &cookie, id, "ya").await.code(), "role_may_not", "{user}");
    }
    assert_eq!(let_in(&server, &admin, id, "ya").await.code(), "role_may_not");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_let_in_is_in_the_sheet_once_and_stays_in_quarantine() {
    let server = Server::start().await;
    let (mut honest, thief, stolen) = brought_by_another(&server).await;
    let marlin = server.sign_in("marlin").await;
    let id = pieces(&server, &marlin).await[0].id;
    assert_eq!(let_in(&server, &marlin, id, " ").await.code(), "note_missing");
    assert_eq!(let_in(&server, &marlin, 999, "ya").await.code(), "piece_unknown");
    assert_eq!(pieces(&server, &marlin).await[0].let_in, None);

    let rows = server.rows(&marlin).await;
    let entry = first(&honest.sheet);
    let before = rows.iter().find(|row| row.entry == entry).unwrap().clone();
    for note in ["petugas membenarkan", "sekali lagi"] {
        let reply = let_in(&server, &marlin, id, note).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        let piece = serde_json::from_slice::<SetAside>(&reply.body).unwrap().pieces.remove(0);
        assert!(!piece.waits() && piece.taken_in);
        let word = piece.let_in.unwrap();
        assert_eq!((word.officer.as_str(), word.note.as_str()), ("marlin", "petugas membenarkan"));
    }
    // The desk has it, and what it shows of the entry follows.
    let shown = server.get(&format!("desk/entries/{}/{entry}", honest.id), &marlin).await.json();
    assert_eq!(shown["answers"]["reason"], "mau las");
    let rows = server.rows(&marlin).await;
    let after = rows.iter().find(|row| row.entry == entry).unwrap();
    assert_eq!(after.conflicts, before.conflicts);
    let overview = server.get("desk/overview", &marlin).await.json();
    assert_eq!(overview["devices"][1]["quarantined"], 0);

    // The tablet that wrote it goes on from it, and whoever brought it is told that it is here.
    let next = written(&mut honest, "grace", Some("T01"), &[("reason", "tetap las")]);
    let id_of = honest.id.clone();
    let answer = honest.send(&server, &id_of, &[&stolen, &next]).await;
    assert!(answer.sheets.iter().all(|sheet| sheet.verdicts.is_empty()));
    let answer = thief.send(&server, &id_of, &[&stolen]).await;
    let own = answer.sheets.into_iter().find(|sheet| sheet.id == id_of).unwrap();
    assert!(own.complete && own.verdicts.is_empty());

    // On the disk both rows have a record in the audit, and the sheet reads the same after a start.
    let folder = server.stop().await;
    let db = open_file(&folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    let count = |sql: &str| db.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM quarantine"), 1);
    assert_eq!(count("SELECT count(*) FROM quarantine_let_in"), 1);
    for sql in ["DELETE FROM quarantine_let_in", "UPDATE quarantine_let_in SET note = 'x'"] {
        assert!(db.execute(sql, ()).is_err(), "{sql}");
    }
    let server = Server::start_on(folder).await;
    let marlin = server.sign_in("marlin").await;
    let shown = server.get(&format!("desk/entries/{id_of}/{entry}"), &marlin).await.json();
    assert_eq!(shown["answers"]["reason"], "tetap las");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_lets_their_own_work_in() {
    let server = Server::start().await;
    let (mut honest, thief, _) = brought_by_another(&server).await;
    let own = written(&mut honest, "marlin", Some("T01"), &[("reason", "kata saya")]);
    let marlin = server.sign_in("marlin").await;
    let first = pieces(&server, &marlin).await[0].id;
    thief.send(&server, &honest.id.clone(), &[&own]).await;
    let waiting = pieces(&server, &marlin).await;
    let id = waiting.iter().map(|piece| piece.id).find(|id| *id != first).unwrap();
    // It goes on from the other one: that has to be in first.
    assert_eq!(look(&server, &marlin, id).await.barred, Some(Barred::Missing));
    assert_eq!(let_in(&server, &marlin, first, "benar").await.status, 200);
    assert_eq!(look(&server, &marlin, id).await.barred, Some(Barred::Own));
    let refused = let_in(&server, &marlin, id, "punya saya").await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "let_in_own"));
    let karutan = server.sign_in("karutan").await;
    assert_eq!(look(&server, &karutan, id).await.barred, None);
    assert_eq!(let_in(&server, &karutan, id, "sudah ditanya").await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_hurt_the_sheet_or_speaks_for_the_server_is_let_in_by_nobody() {
    let server = Server::start().await;
    let (mut honest, mut thief, _) = brought_by_another(&server).await;
    let id = honest.id.clone();
    let marlin = server.sign_in("marlin").await;
    let mut known: Vec<i64> = pieces(&server, &marlin).await.iter().map(|one| one.id).collect();

    // The same number again, from a copy of the tablet's memory.
    let document = thief.sheet.save();
    honest.sheet = Sheet::load(&document, ActorId([1; 16])).unwrap();
    let twice = written(&mut honest, "grace", Some("T01"), &[("reason", "dua kali")]);
    // In the server's name, by an actor that nobody has used.
    honest.sheet = Sheet::load(&document, ActorId([9; 16])).unwrap();
    let as_server = written(&mut honest, "marlin", None, &[("reason", "kata server")]);
    for (chunk, expected) in [(twice, Barred::Sequence), (as_server, Barred::Server)] {
        thief.send(&server, &id, &[&chunk]).await;
        assert_barred(&server, &marlin, &mut known, true, expected).await;
    }
    // One that is cut, and one with a hole in it.
    honest.sheet = Sheet::load(&document, ActorId([8; 16])).unwrap();
    let whole = written(&mut honest, "grace", Some("T01"), &[("reason", "utuh")]);
    let cut = whole.bytes()[..whole.bytes().len() - 1].to_vec();
    let mut holed = whole.bytes().to_vec();
    let end = holed.len();
    holed[end - 20..].fill(0);
    for bytes in [cut, holed] {
        let packed = pack_bytes([(whole.hash(), &bytes[..])].into_iter()).0;
        thief.send_packed(&server, &id, vec![whole.hash()], packed).await;
        assert_barred(&server, &marlin, &mut known, false, Barred::Unreadable).await;
    }
    // For a sheet that is not here.
    thief.send(&server, &"2019.1-Z".parse().unwrap(), &[&whole]).await;
    assert_barred(&server, &marlin, &mut known, true, Barred::NoSheet).await;
    server.stop().await;
}

/// The newest piece is told as what it is, and not let in.
async fn assert_barred(
    server: &Server,
    cookie: &str,
    known: &mut Vec<i64>,
    readable: bool,
    expected: Barred,
) {
    let waiting = pieces(server, cookie).await;
    let piece = waiting.iter().find(|one| !known.contains(&one.id)).unwrap();
    known.push(piece.id);
    assert_ne!(piece.reason, Some(Quarantine::UnknownDependency), "{expected:?}");
    let inside = look(server, cookie, piece.id).await;
    assert_eq!((inside.readable, inside.barred), (readable, Some(expected)));
    let refused = let_in(server, cookie, piece.id, "tetap mau").await;
    assert_eq!(refused.code(), expected.code());
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.ends_with('.'), "{detail}");
    let again = pieces(server, cookie).await;
    let again = again.iter().find(|one| one.id == piece.id).unwrap();
    assert!(again.waits() && again.let_in.is_none());
}
