//! The list of the prison database: what a file may do to the sheets, and what of it is kept.

use std::collections::BTreeMap;

use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, copy};
use bilik_shared::id::Digest;
use bilik_shared::roster::preview::{Apply, Imported, Preview};
use bilik_shared::roster::{Choice, Kind};
use bilik_shared::view::Row;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::{Reply, Server, described};

/// Stands in columns that must never be stored.
const CANARY: &str = "KENARI-7f3a91";

const HEADINGS: [&str; 10] = [
    "No",
    "Nama",
    "No Reg",
    "Agama",
    "Putusan",
    "Jenis Kejahatan",
    "Blok",
    "Sel",
    "Status",
    "Keterangan",
];

/// An Excel file as the prison database exports it: name, number, block, cell; the rest is canaries.
pub fn excel(people: &[[&str; 4]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).unwrap();
    for (n, [name, number, block, cell]) in people.iter().enumerate() {
        let canary = CANARY;
        let row = ["1", name, number, canary, canary, canary, block, cell, "", canary];
        sheet.write_row(n as u32 + 1, 0, row).unwrap();
    }
    book.save_to_buffer().unwrap()
}

impl Server {
    async fn upload(&self, cookie: &str, columns: &str, file: &[u8]) -> Reply {
        let head = format!(
            "POST /api/v1/desk/roster/preview?columns={columns} HTTP/1.1\r\nCookie: bilik_session={cookie}"
        );
        let reply = self.send(&head, file).await;
        described::holds("post", "desk/roster/preview", None, &reply);
        reply
    }

    pub async fn preview(&self, cookie: &str, file: &[u8]) -> Preview {
        let reply = self.upload(cookie, "", file).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        serde_json::from_slice(&reply.body).unwrap()
    }

    pub async fn apply(&self, cookie: &str, apply: &Apply) -> Reply {
        self.post("desk/roster/apply", cookie, &json!(apply)).await
    }
}

pub fn all_of(preview: &Preview) -> Apply {
    Apply { preview: preview.id, choices: BTreeMap::new(), blocks: Vec::new() }
}

fn counts(preview: &Preview) -> Vec<(&str, usize)> {
    let kinds = Kind::ALL.iter().map(|kind| (kind.code(), preview.plan.count(*kind)));
    kinds.filter(|(_, n)| *n > 0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_then_applied_and_a_second_time_changes_nothing() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let before = server.rows(&marlin).await;
    let of_c: Vec<_> = before.iter().filter(|row| row.block == "C").collect();
    let (first, second) = (of_c[0], of_c[1]);
    let upper = first.name.to_uppercase();
    let file = excel(&[
        [&upper, &first.register_number, "Blok C", &first.cell],
        [&second.name, &second.register_number, "C", "C/77"],
        ["Yulia Kelmanutu", "A.III 9201/2025", "C", "C/9"],
        ["Andi Sutrisno", "A.I 9202/2025", "Mapenaling", "1"],
        ["", "A.I 9203/2025", "C", "1"],
    ]);
    let seen = server.preview(&marlin, &file).await;
    let expected = [("faulty", 1), ("new", 2), ("changed", 1), ("gone", of_c.len() - 2)];
    assert_eq!((seen.plan.same, counts(&seen)), (1, expected.to_vec()));
    assert_eq!(seen.plan.new_blocks, [("Mapenaling".to_owned(), 1)]);
    assert_eq!(server.rows(&marlin).await, before, "looking writes nothing");

    let apply = Apply { blocks: vec!["Mapenaling".into()], ..all_of(&seen) };
    let reply = server.apply(&marlin, &apply).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    let done: Imported = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((done.added, done.changed, done.gone.len()), (2, 1, of_c.len() - 2));
    let after = server.rows(&marlin).await;
    assert_eq!(after.len(), 302);
    let row = |name: &str| after.iter().find(|row| row.name == name).unwrap();
    assert_eq!((row("Yulia Kelmanutu").cell.as_str(), row("Yulia Kelmanutu").listed), ("9", true));
    assert_eq!(row("Andi Sutrisno").block, "Mapenaling");
    let changed = after.iter().find(|row| row.entry == second.entry).unwrap();
    assert_eq!(changed.cell, "77");
    let states =
        |rows: &[Row]| -> Vec<_> { rows.iter().map(|row| (row.entry, row.state)).collect() };
    let of_before: BTreeMap<_, _> = states(&before).into_iter().collect();
    let kept = states(&after).into_iter().filter(|(entry, _)| of_before.contains_key(entry));
    assert_eq!(kept.collect::<BTreeMap<_, _>>(), of_before, "nobody is removed or moved on");

    // The answer was lost and the same is asked again; then the same file is looked at again.
    let again = server.apply(&marlin, &apply).await;
    assert_eq!(serde_json::from_slice::<Imported>(&again.body).unwrap(), done);
    let seen = server.preview(&marlin, &file).await;
    assert_eq!((seen.plan.same, counts(&seen)[0]), (4, ("faulty", 1)));
    let reply = server.apply(&marlin, &all_of(&seen)).await;
    let idle: Imported = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((idle.added, idle.changed), (0, 0));
    assert_eq!(server.rows(&marlin).await, after);
    let last = server.get("desk/roster", &marlin).await.json();
    assert_eq!((&last["rows"], &last["by"]), (&json!(5), &json!("marlin")));

    // What was written survives, and the rows of the desk are the same when made anew.
    let folder = server.stop().await;
    let server = Server::start_on(folder).await;
    let marlin = server.sign_in("marlin").await;
    assert_eq!(server.rows(&marlin).await, after);
    assert_eq!(server.apply(&marlin, &all_of(&seen)).await.code(), "preview_unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn offence_sentence_and_religion_never_reach_the_disk() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let file = excel(&[["Yulia Kelmanutu", "B.I.N 9201/2025", "C", "9"]]);
    // Somebody even asks for them, by the places of religion, offence and the remarks.
    let reply = server.upload(&marlin, "3:aliases,5:birth_place", &file).await;
    let seen: Preview = serde_json::from_slice(&reply.body).unwrap();
    let forbidden: Vec<&str> =
        seen.columns.iter().filter(|c| c.forbidden).map(|c| c.text.as_str()).collect();
    assert_eq!(forbidden, ["Agama", "Putusan", "Jenis Kejahatan"]);
    assert!(!String::from_utf8_lossy(&reply.body).contains(CANARY), "nor the screen");
    let new = seen.plan.lines.iter().find(|line| line.kind == Kind::New).unwrap();
    assert_eq!(new.person.register_number, "BI 9201/2025", "the tag tells the offence");
    assert_eq!(server.apply(&marlin, &all_of(&seen)).await.status, 200);
    let folder = server.stop().await;
    let bytes = copy::pages(&folder.path().join(FILE_NAME), &Key::for_tests()).unwrap();
    let finds = |word: &str| bytes.windows(word.len()).any(|some| some == word.as_bytes());
    assert!(!finds(CANARY));
    assert!(finds("Yulia Kelmanutu"), "the search finds what was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_applied_is_what_was_seen_by_whoever_saw_it() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    for user in ["karutan", "disnaker"] {
        let other = server.sign_in(user).await;
        assert_eq!(server.upload(&other, "", b"").await.code(), "role_may_not");
        assert_eq!(server.get("desk/roster", &other).await.code(), "role_may_not");
    }
    assert_eq!(server.upload("", "", b"").await.code(), "no_session");
    let one =
        server.preview(&marlin, &excel(&[["Zefanya Umbu", "A.III 9201/2025", "C", "9"]])).await;
    let both = [
        ["Zefanya Umbu", "A.III 9201/2025", "C", "9"],
        ["Xaverius Bria", "A.III 9202/2025", "C", "9"],
    ];
    let two = server.preview(&marlin, &excel(&both)).await;
    assert_eq!(server.apply(&marlin, &all_of(&two)).await.status, 200);
    let late = server.apply(&marlin, &all_of(&one)).await;
    assert_eq!((late.status, late.code().as_str()), (409, "preview_outdated"));
    let unknown = Apply { preview: Digest([9; 8]), ..all_of(&one) };
    assert_eq!(server.apply(&marlin, &unknown).await.code(), "preview_unknown");
    assert_eq!(server.rows(&marlin).await.len(), 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moved_or_has_a_new_number_changes_only_when_somebody_decides() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let before = server.rows(&marlin).await;
    let row = before.iter().find(|row| row.block == "A").unwrap();
    let file = excel(&[[&row.name, &row.register_number, "C", "C/5"]]);
    let seen = server.preview(&marlin, &file).await;
    let moved = seen.plan.lines.iter().find(|line| line.kind == Kind::Moved).unwrap();
    let reply = server.apply(&marlin, &all_of(&seen)).await;
    assert_eq!(reply.json()["changed"], json!(0), "undecided: nothing");
    let seen = server.preview(&marlin, &file).await;
    let choices = BTreeMap::from([(moved.line.unwrap(), Choice::Update)]);
    let reply = server.apply(&marlin, &Apply { choices, ..all_of(&seen) }).await;
    assert_eq!(reply.json()["changed"], json!(1));
    let after = server.rows(&marlin).await;
    let stays = after.iter().find(|other| other.entry == row.entry).unwrap();
    assert_eq!((stays.block.as_str(), stays.cell.as_str()), ("A", "→C/5"));
    let seen = server.preview(&marlin, &file).await;
    assert_eq!((seen.plan.same, seen.plan.count(Kind::Moved)), (1, 0), "and is not asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heading_that_somebody_named_is_known_the_next_time() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let file = "Penghuni;No Reg;Blok;Sel\nYulia;A.III 9201/2025;C;9\n".as_bytes();
    let seen = server.preview(&marlin, file).await;
    assert_eq!((seen.columns[0].column, counts(&seen)[0]), (None, ("faulty", 1)));
    let reply = server.upload(&marlin, "0:name", file).await;
    let seen: Preview = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(seen.plan.count(Kind::New), 1);
    assert_eq!(server.apply(&marlin, &all_of(&seen)).await.status, 200);
    let seen = server.preview(&marlin, file).await;
    assert_eq!((seen.plan.same, seen.plan.count(Kind::Faulty)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_list_or_too_large_is_refused() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let code = async |file: &[u8]| {
        let reply = server.upload(&marlin, "", file).await;
        assert_ne!(reply.json()["detail"], Value::Null);
        (reply.status, reply.code())
    };
    assert_eq!(code(b"Jumlah;297\n").await, (400, "list_no_headings".into()));
    assert_eq!(code(b"\xd0\xcf\x11\xe0").await, (400, "list_old_excel".into()));
    let large = vec![b'x'; 10 * 1024 * 1024 + 1];
    assert_eq!(code(&large).await, (413, "body_too_large".into()));
}
