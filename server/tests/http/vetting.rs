//! What the clinic and security say, and the days of terms: who writes, who reads, and where none of it goes.

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, open_file};
use bilik_shared::allocation::{Because, Place};
use bilik_shared::eligibility::Lacks;
use bilik_shared::id::EntryId;
use bilik_shared::vetting::{Clearance, Fitness, Ready, Stays, Word, Worklist};
use bilik_shared::view::Detail;
use bilik_shared::view::allocation::Preview;
use bilik_shared::view::training::PackageView;
use serde_json::{Value, json};

use crate::roster::all_of;
use crate::seats::verified;
use crate::{Reply, Server};

async fn worklist(server: &Server, cookie: &str) -> Worklist {
    let reply = server.get("desk/vetting", cookie).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

async fn say(server: &Server, cookie: &str, word: Word, on: &Value, whom: &[EntryId]) -> Reply {
    let mut ask = json!(word);
    ask["on"] = on.clone();
    ask["entries"] = json!(whom);
    server.post("desk/vetting", cookie, &ask).await
}

async fn detail(server: &Server, cookie: &str, path: &str) -> Detail {
    let reply = server.get(path, cookie).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

/// The whole database, as a text to search.
fn rows_of(server: &std::path::Path, sql: &str) -> Vec<Vec<u8>> {
    let db = open_file(&server.join(FILE_NAME), &Key::for_tests()).unwrap();
    let mut rows = db.prepare(sql).unwrap();
    let rows = rows.query_map((), |row| row.get::<_, Vec<u8>>(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn holds(rows: &[Vec<u8>], word: &str) -> bool {
    rows.iter().any(|row| row.windows(word.len()).any(|at| at == word.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_is_said_by_its_role_about_those_who_wait_and_read_by_who_decides() {
    let server = Server::start().await;
    let (_tablet, paths) = verified(&server, &["LAS,GAR", "LAS", "GAR"]).await;
    let clinic = server.sign_in("klinik").await;
    let security = server.sign_in("kpr").await;
    let marlin = server.sign_in("marlin").await;
    let list = worklist(&server, &clinic).await;
    assert_eq!(list.people.len(), 3, "nobody whom no officer has registered");
    assert!(list.people.iter().all(|one| one.said.is_empty() && !one.name.is_empty()));
    let today = json!(list.today);
    let whom: Vec<EntryId> = list.people.iter().map(|one| one.entry).collect();
    let (fit, limited) = (Word::Fitness(Fitness::Fit), Word::Fitness(Fitness::Limited));

    // All of them with one press, then the exception; what was sent twice is said once.
    assert_eq!(say(&server, &clinic, fit, &today, &whom).await.status, 200);
    assert_eq!(say(&server, &clinic, fit, &today, &whom).await.status, 200);
    let reply = say(&server, &clinic, limited, &today, &whom[..1]).await;
    let list: Worklist = serde_json::from_slice(&reply.body).unwrap();
    let words: Vec<Word> = list.people.iter().map(|one| one.said[0].word).collect();
    assert_eq!(words, [limited, fit, fit]);

    // Each says its own; and nobody says anything about a day to come or about somebody who does not wait.
    let clear = Word::Clearance(Clearance::Escorted);
    let stranger = [whom[1], EntryId([9; 16])];
    for (cookie, word, on, whom, code) in [
        (&security, limited, &today, &whom[..], "role_may_not"),
        (&clinic, clear, &today, &whom[..], "role_may_not"),
        (&marlin, fit, &today, &whom[..], "role_may_not"),
        (&clinic, limited, &json!("2999-01-01"), &whom[..], "date_out_of_range"),
        (&clinic, limited, &json!("2001-01-01"), &whom[..], "date_out_of_range"),
        (&clinic, limited, &today, &stranger[..], "entry_unknown"),
    ] {
        assert_eq!(say(&server, cookie, word, on, whom).await.code(), code, "{word:?} {on}");
    }
    let free =
        json!({ "about": "kelayakan_kesehatan", "word": "TBC", "on": today, "entries": whom });
    assert_eq!(server.post("desk/vetting", &clinic, &free).await.code(), "bad_json");
    let list = worklist(&server, &clinic).await;
    assert_eq!(list.people[1].said[0].word, fit, "about nobody where not about all");
    assert_eq!(say(&server, &security, clear, &today, &whom[..1]).await.status, 200);
    let seen = server.get("desk/vetting", &security).await;
    assert!(!String::from_utf8_lossy(&seen.body).contains("LAYAK"), "security reads no health");
    let seen = server.get("desk/vetting", &clinic).await;
    assert!(!String::from_utf8_lossy(&seen.body).contains("PENGAWALAN"));

    // The supervisor reads who said what, the latest first, and what the rules make of it.
    let path = paths.iter().find(|path| path.ends_with(&whom[0].to_string())).unwrap();
    let detail_of = detail(&server, &marlin, path).await;
    let said: Vec<Word> = detail_of.vetted.iter().map(|said| said.word).collect();
    assert_eq!(said, [clear, limited, fit]);
    assert_eq!(detail_of.vetted[0].by.as_str(), "kpr");
    // Of whoever else wants to weld, security has said nothing yet.
    let mut welders = 0;
    for path in paths.iter().filter(|path| !path.ends_with(&whom[0].to_string())) {
        let other = detail(&server, &marlin, path).await;
        if other.row.choices[0].as_str() == "LAS" {
            let mut missing = other.advice[0].advice.missing.iter();
            assert!(missing.any(|(_, lacks)| *lacks == Lacks::Clearance), "{path}");
            welders += 1;
        }
    }
    assert!(welders > 0);

    // Whoever read the list stands in the log.
    let pdp = server.sign_in("pdp").await;
    let log = server.post("desk/privacy/access", &pdp, &json!({ "what": "PEMERIKSAAN" })).await;
    let readers: Vec<Value> =
        log.json()["reads"].as_array().unwrap().iter().map(|line| line["user"].clone()).collect();
    assert!(readers.contains(&json!("klinik")) && readers.contains(&json!("kpr")), "{readers:?}");

    // No tablet is given any of it, and no row may be altered.
    let folder = server.stop().await;
    let changes = rows_of(folder.path(), "SELECT bytes FROM changes");
    assert!(!changes.is_empty() && !holds(&changes, "LAYAK") && !holds(&changes, "PENGAWALAN"));
    let words = rows_of(folder.path(), "SELECT CAST(word AS BLOB) FROM vetting");
    assert_eq!(words.len(), 5, "three, one, and one of security");
    let db = open_file(&folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    assert!(db.execute("DELETE FROM vetting", ()).is_err());
    assert!(db.execute("UPDATE vetting SET word = 'LAYAK'", ()).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_out_whom_the_clinic_finds_unfit_and_the_partner_reads_yes_or_no() {
    let server = Server::start().await;
    let (_tablet, paths) = verified(&server, &["LAS", "LAS", "LAS"]).await;
    let clinic = server.sign_in("klinik").await;
    let head = server.sign_in("karutan").await;
    let list = worklist(&server, &clinic).await;
    let (today, whom) = (json!(list.today), list.people);
    let fitness = async |n: usize, word| {
        let reply = say(&server, &clinic, Word::Fitness(word), &today, &[whom[n].entry]).await;
        assert_eq!(reply.status, 200);
    };
    fitness(0, Fitness::Unfit).await;
    fitness(1, Fitness::Limited).await;
    let ask = json!({ "overrides": [] });
    let reply = server.post("desk/allocation/preview", &head, &ask).await;
    let preview: Preview = serde_json::from_slice(&reply.body).unwrap();
    let of = |n: usize| {
        let mut placed = preview.proposal.placed.iter();
        placed.find(|placed| placed.entry == whom[n].entry).unwrap()
    };
    assert_eq!((of(0).to, of(0).why.because), (Place::None, Because::Barred));
    assert_eq!(of(0).why.rule.as_deref(), Some("layak_kesehatan_las"));
    assert_eq!((of(1).to, of(1).why.unsure), (Place::Seat, true), "security has said nothing");
    assert_eq!((of(2).to, of(2).why.unsure), (Place::Seat, true), "nobody has looked");

    // Confirmed: the partner is told whether to reckon with somebody, and no word of the clinic.
    let path = paths.iter().find(|path| path.ends_with(&whom[1].entry.to_string())).unwrap();
    let seat = json!({ "state": "confirmed", "reason": "SK 1", "programme": "LAS", "package": 1 });
    assert_eq!(server.post(&format!("{path}/decide"), &head, &seat).await.status, 200);
    let partner = server.sign_in("disnaker").await;
    let reply = server.get(&format!("desk/entries/hidden/{}", whom[1].entry), &partner).await;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(!text.contains("LAYAK") && !text.contains("layak_kesehatan"), "{text}");
    let seen: Detail = serde_json::from_slice(&reply.body).unwrap();
    let ready = Some(Ready { fit: Some(true), stays: Stays::Check });
    assert_eq!(seen.ready, ready);
    let package = server.get("desk/training/LAS/1", &partner).await;
    let package: PackageView = serde_json::from_slice(&package.body).unwrap();
    assert_eq!(package.people.iter().map(|one| one.ready).collect::<Vec<_>>(), [ready]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_of_a_term_stay_at_the_server_and_the_newest_list_counts() {
    let server = Server::start().await;
    let (_tablet, paths) = verified(&server, &["LAS", "LAS"]).await;
    let marlin = server.sign_in("marlin").await;
    let rows = server.rows(&marlin).await;
    let row =
        |n: usize| rows.iter().find(|row| paths[n].ends_with(&row.entry.to_string())).unwrap();
    let list = |days: &[&str]| {
        let heading = if days.is_empty() { "" } else { ";Tgl Ekspirasi;1/3" };
        let mut text = format!("Nama;No Reg;Blok;Sel;Status{heading}\n");
        for n in 0..2 {
            let (row, day) = (row(n), days.get(n).map(|day| format!(";{day};")));
            let (name, number, block, cell) =
                (&row.name, &row.register_number, &row.block, &row.cell);
            let day = day.unwrap_or_default();
            text += &format!("{name};{number};{block};{cell};Narapidana{day}\n");
        }
        text += "Yulia Kelmanutu;B.I 9201/2025;A;9;Narapidana";
        text += if days.is_empty() { "\n" } else { ";18/08/2041;\n" };
        text.into_bytes()
    };
    let bring = async |days: &[&str]| {
        let file = list(days);
        let seen = server.preview(&marlin, &file).await;
        let told = serde_json::to_string(&seen).unwrap();
        assert!(!told.contains("2041-08") && !told.contains("08/2041"), "not on a screen either");
        assert_eq!(server.apply(&marlin, &all_of(&seen)).await.status, 200);
    };
    let stays =
        async |n: usize| detail(&server, &marlin, &paths[n]).await.ready.map(|ready| ready.stays);
    assert_eq!(stays(0).await, Some(Stays::Check));
    bring(&["17/08/2041", "02/01/2020"]).await;
    assert_eq!((stays(0).await, stays(1).await), (Some(Stays::Yes), Some(Stays::No)));
    let short = detail(&server, &marlin, &paths[1]).await;
    let concerns: Vec<&str> =
        short.advice[0].advice.concerns.iter().map(|concern| concern.rule.as_str()).collect();
    assert_eq!(concerns, ["sisa_pidana_las"]);
    // A list without the column says nothing about it; one with it counts, also where it knows no day any more.
    bring(&[]).await;
    assert_eq!(stays(1).await, Some(Stays::No));
    bring(&["17/08/2041", "00/00/0000"]).await;
    assert_eq!((stays(0).await, stays(1).await), (Some(Stays::Yes), Some(Stays::Check)));

    let folder = server.stop().await;
    let terms = rows_of(
        folder.path(),
        "SELECT CAST(coalesce(expiry, '-') AS BLOB) FROM terms ORDER BY expiry",
    );
    let terms: Vec<&str> = terms.iter().map(|day| std::str::from_utf8(day).unwrap()).collect();
    assert_eq!(terms, ["-", "2041-08-17", "2041-08-18"]);
    for sql in [
        "SELECT bytes FROM changes",
        "SELECT CAST(row AS BLOB) FROM entries",
        "SELECT CAST(value AS BLOB) FROM meta",
    ] {
        let rows = rows_of(folder.path(), sql);
        assert!(!rows.is_empty() && !holds(&rows, "2041-08"), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_leaves_neither_word_nor_term() {
    let server = Server::start().await;
    let (_tablet, paths) = verified(&server, &["LAS"]).await;
    let clinic = server.sign_in("klinik").await;
    let list = worklist(&server, &clinic).await;
    let (today, entry) = (json!(list.today), list.people[0].entry);
    assert!(paths[0].ends_with(&entry.to_string()));
    let word = Word::Fitness(Fitness::Unfit);
    assert_eq!(say(&server, &clinic, word, &today, &[entry]).await.status, 200);
    let marlin = server.sign_in("marlin").await;
    let rows = server.rows(&marlin).await;
    let row = rows.iter().find(|row| row.entry == entry).unwrap();
    let file = format!(
        "Nama;No Reg;Blok;Sel;Ekspirasi\n{};{};{};{};17/08/2041\n",
        row.name, row.register_number, row.block, row.cell
    );
    let seen = server.preview(&marlin, file.as_bytes()).await;
    assert_eq!(server.apply(&marlin, &all_of(&seen)).await.status, 200);

    let pdp = server.sign_in("pdp").await;
    let request = json!({ "number": entry.to_string(), "case": { "register": "request",
        "kind": "PENGHAPUSAN", "who": "keluarga", "subject": "hapus",
        "received_at": 1_760_000_000_000_i64 } });
    let cases = server.post("desk/privacy/cases", &pdp, &request).await;
    let at = format!("desk/privacy/cases/{}/erase", cases.json()["cases"][0]["id"]);
    let reply = server.post(&at, &pdp, &json!({ "word": "permohonan keluarga" })).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    assert_eq!(worklist(&server, &clinic).await.people, []);
    let folder = server.stop().await;
    for sql in ["SELECT entry FROM vetting", "SELECT entry FROM terms"] {
        assert_eq!(rows_of(folder.path(), sql), Vec::<Vec<u8>>::new(), "{sql}");
    }
}
