//! Reports: who gets which, what a file holds, and that nothing leaves without a purpose and a line in the log.

use std::io::Cursor;

use bilik_server::key::Key;
use bilik_server::store::{Store, exports};
use bilik_shared::command::{Author, Command, Moment, What};
use bilik_shared::exchange::{self, Answer, Request, SheetRequest};
use bilik_shared::id::{ActorId, EntryId, SheetId};
use bilik_shared::person::{Person, Sex};
use bilik_shared::registration::{
    Answers, Consent, ConsentOutcome, ConsentWay, Education, NikStatus, parse_choices,
};
use bilik_shared::report::{Cell, Report, Table};
use bilik_shared::role::Role;
use bilik_shared::sheet::Sheet;
use bilik_shared::time::{Date, Timestamp};
use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::exchange::first_request;
use crate::{Reply, Server};

pub const NIK: &str = "8171020510909001";
const FORMULA: &str = "=HYPERLINK(\"http://evil\";\"x\")";

/// Two people are registered at a tablet: one with a formula for a name, and one whom the head confirms.
pub async fn two_people(server: &Server) -> SheetId {
    let credential = server.enrol().await;
    let answer = server.exchange(&credential, &first_request()).await;
    let mut answer = Answer::decode(&answer.body).unwrap();
    let device = answer.brief.unwrap().1.device;
    let first = answer.sheets.remove(0);
    let mut sheet = Sheet::load(&first.document.unwrap(), ActorId([9; 16])).unwrap();
    let mut chunks = Vec::new();
    // Nothing about them is alike, so that nobody takes them for one person.
    let formula = Person {
        register_number: "B I 301 / 26".into(),
        cell: "9".into(),
        birth_date: Date::new(1985, 3, 17),
        ..person(FORMULA)
    };
    let other_nik = Answers { nik: "8171021703859002".into(), ..answers() };
    for (id, somebody, answers) in
        [(1, formula, other_nik), (2, person("Petrus Corneles"), answers())]
    {
        let command = Command {
            sheet: first.id.clone(),
            entry: EntryId([id; 16]),
            what: What::Register {
                person: Some(somebody),
                answers: Box::new(answers),
                confirmed: Vec::new(),
            },
        };
        let moment = Moment {
            author: Author { device: Some(device.clone()), officer: "grace".parse().unwrap() },
            role: Role::Officer,
            at: Timestamp(0),
            today: Date::new(2026, 1, 1).unwrap(),
            number: Some(format!("AMB-2026.1-T01-000{id}")),
        };
        // The warnings are shown and confirmed, as an officer would.
        let refused = sheet.act(&command, &moment);
        let written = match refused {
            Err(bilik_shared::command::Refused::Warnings(confirmed)) => {
                let What::Register { person, answers, .. } = command.what else { unreachable!() };
                let what = What::Register { person, answers, confirmed };
                sheet.act(&Command { what, ..command }, &moment).unwrap()
            }
            done => done.unwrap(),
        };
        chunks.push(written.chunk.unwrap());
    }
    let part = SheetRequest {
        id: first.id.clone(),
        generation: 1,
        heads: chunks.iter().map(|chunk| chunk.hash()).collect(),
        receipt: Vec::new(),
        changes: exchange::pack(&chunks).0.into(),
        relay: false,
    };
    let request = Request { v: exchange::VERSION, sheets: vec![part], ..Request::default() };
    let reply = server.exchange(&credential, &exchange::encode(&request)).await;
    assert_eq!(reply.status, 200);
    first.id
}

fn person(name: &str) -> Person {
    Person {
        name: name.into(),
        register_number: "B I 283 / 26".into(),
        legal_status: Some(bilik_shared::person::LegalStatus::Convicted),
        cell: "7".into(),
        birth_date: Date::new(1990, 10, 5),
        sex: Some(Sex::Male),
        ..Person::default()
    }
}

fn answers() -> Answers {
    Answers {
        choices: parse_choices("GAR"),
        education: Some(Education::LowerSecondary),
        nik_status: Some(NikStatus::Present),
        nik: NIK.into(),
        consent: Some(Consent {
            outcome: ConsentOutcome::Agreed,
            way: Some(ConsentWay::Spoken),
            read_aloud: true,
            wording: "ikut-1-id".into(),
            witness: "Grace Manuhutu".into(),
        }),
        ..Answers::default()
    }
}

pub async fn decide(server: &Server, user: &str, sheet: &SheetId, entry: u8, state: &str) {
    let cookie = server.sign_in(user).await;
    let path = format!("desk/entries/{sheet}/{}/decide", EntryId([entry; 16]));
    let body = json!({ "state": state, "reason": "", "programme": "GAR", "package": 1 });
    let reply = server.post(&path, &cookie, &body).await;
    assert_eq!(reply.status, 200, "{user} {state}: {}", reply.json());
}

pub async fn export(server: &Server, cookie: &str, report: &str, format: &str) -> Reply {
    let body = json!({ "format": format, "purpose": "rapat penetapan" });
    server.post(&format!("desk/reports/{report}"), cookie, &body).await
}

/// The rows below the line that begins with the first column, up to the first line without cells.
pub fn below_head<'l>(lines: &'l [Vec<String>], first: &str) -> Vec<&'l Vec<String>> {
    let head = lines.iter().position(|line| line.first().is_some_and(|cell| cell == first));
    let rows = &lines[head.unwrap() + 1..];
    rows.iter().take_while(|line| line.iter().any(|cell| !cell.is_empty())).collect()
}

pub fn of_xlsx(file: &[u8]) -> (Vec<Vec<String>>, Vec<Data>) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    assert!(book.sheet_names().len() == 1);
    let name = book.sheet_names()[0].clone();
    let formulas = book.worksheet_formula(&name).unwrap();
    assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "a cell computes");
    let range = book.worksheet_range(&name).unwrap();
    let text = |cell: &Data| match cell {
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    };
    let lines = range.rows().map(|row| row.iter().map(text).collect()).collect();
    (lines, range.cells().map(|(_, _, cell)| cell.clone()).collect())
}

/// Reads our own CSV: `;`, quotes doubled inside quotes, and an apostrophe before what would be computed.
pub fn of_csv(file: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(file).unwrap().strip_prefix('\u{feff}').unwrap();
    let (mut lines, mut line, mut cell, mut quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ';' if !quoted => line.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    let bare = |cell: String| cell.strip_prefix('\'').map(str::to_owned).unwrap_or(cell);
    lines.into_iter().map(|line: Vec<String>| line.into_iter().map(bare).collect()).collect()
}

pub fn of_json(table: &Table) -> Vec<Vec<String>> {
    let text = |cell: &Cell| match cell {
        Cell::Number(count) => count.to_string(),
        Cell::Text(text) => text.clone(),
    };
    table.rows.iter().map(|row| row.iter().map(text).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_what_the_screen_shows_computes_nothing_and_keeps_every_digit() {
    let server = Server::start().await;
    let sheet = two_people(&server).await;
    decide(&server, "marlin", &sheet, 1, "verified").await;
    decide(&server, "marlin", &sheet, 2, "verified").await;
    decide(&server, "karutan", &sheet, 2, "confirmed").await;
    let cookie = server.sign_in("marlin").await;
    let partner = server.sign_in("disnaker").await;
    for (cookie, who) in [(&cookie, "Marlin"), (&partner, "Huwae")] {
        let shown = server.get("desk/reports/participants", cookie).await;
        let shown: Table = serde_json::from_slice(&shown.body).unwrap();
        assert_eq!(shown.rows.len(), 2);
        let xlsx = export(&server, cookie, "participants", "xlsx").await;
        assert_eq!(xlsx.status, 200, "{}", xlsx.head);
        let name = xlsx.header("content-disposition").unwrap();
        assert!(name.contains("participants-20") && name.ends_with(".xlsx\""), "{name}");
        let (lines, cells) = of_xlsx(&xlsx.body);
        let csv = of_csv(&export(&server, cookie, "participants", "csv").await.body);
        let expected = of_json(&shown);
        assert_eq!(below_head(&lines, "No."), expected.iter().collect::<Vec<_>>());
        assert_eq!(below_head(&csv, "No."), expected.iter().collect::<Vec<_>>());
        for file in [&lines, &csv] {
            let head: Vec<&String> = file.iter().take(5).map(|line| &line[0]).collect();
            assert!(head[4].contains(who) && head[4].contains("rapat penetapan"), "{head:?}");
        }
        let nik = cells.iter().filter(|cell| **cell == Data::String(NIK.into())).count();
        assert_eq!(
            nik,
            usize::from(who == "Huwae"),
            "a NIK is text, whole, and the partner's only"
        );
    }
    // The one with the formula is the partner's in initials only; the house reads the name as it was typed.
    let csv = export(&server, &cookie, "participants", "csv").await.body;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://evil\"\";\"\"x\"\")\""), "{csv}");
    let partners = export(&server, &partner, "participants", "csv").await.body;
    let partners = String::from_utf8(partners).unwrap();
    assert!(!partners.contains("HYPERLINK") && partners.contains("Petrus Corneles"));
    assert!(partners.contains(&format!(";'{NIK};")), "{partners}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_without_a_purpose_and_a_line_in_the_log() {
    let server = Server::start().await;
    let cookie = server.sign_in("marlin").await;
    let path = "desk/reports/programmes";
    for (body, code) in [
        (json!({ "format": "xlsx" }), "purpose_missing"),
        (json!({ "format": "csv", "purpose": " \u{200b} " }), "purpose_missing"),
        (json!({ "format": "print", "purpose": "" }), "purpose_missing"),
        (json!({ "format": "csv", "purpose": "x".repeat(201) }), "purpose_too_long"),
        (json!({ "format": "pdf", "purpose": "rapat" }), "bad_json"),
    ] {
        let reply = server.post(path, &cookie, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{body}");
    }
    let xlsx = export(&server, &cookie, "programmes", "xlsx").await;
    let print = export(&server, &cookie, "minutes", "print").await;
    let printed: Table = serde_json::from_slice(&print.body).unwrap();
    assert!(printed.stamp.unwrap().contains("rapat penetapan"));
    // To look is not to take: no line, and no stamp.
    let looked = server.get("desk/reports/minutes?language=en", &cookie).await;
    assert_eq!(looked.json()["stamp"], Value::Null);
    assert_eq!(
        server.get(&format!("{path}?format=xlsx"), &cookie).await.json()["report"],
        "programmes"
    );

    let head = server.sign_in("karutan").await;
    let log = server.get("desk/reports/exports", &head).await;
    let log: Table = serde_json::from_slice(&log.body).unwrap();
    let told: Vec<String> = of_json(&log).into_iter().map(|row| row[1..7].join("|")).collect();
    let marlin = "Marlin Souisa, Kasubsi Pelayanan Tahanan|Verifikator";
    assert_eq!(
        told,
        [
            format!("{marlin}|Cetak|Berita Acara Registrasi Peserta|rapat penetapan|9"),
            format!("{marlin}|Excel|Rekapitulasi per Program|rapat penetapan|9"),
        ]
    );
    let folder = server.stop().await;
    let stored = Store::open(folder.path(), &Key::for_tests())
        .unwrap()
        .read_now(|db| exports::newest(db, 9))
        .unwrap();
    let hash: String = Sha256::digest(&xlsx.body).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!((stored.len(), &stored[1].sha256), (2, &hash));
    assert_eq!((stored[1].user.as_str(), stored[1].role.as_str()), ("marlin", "VERIFIKATOR"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_gets_its_reports_and_is_refused_the_others() {
    let server = Server::start().await;
    assert_eq!(server.get("desk/reports", "").await.code(), "no_session");
    assert_eq!(server.get("desk/reports/totals", "").await.code(), "no_session");
    let store = Store::open(server.folder.path(), &Key::for_tests()).unwrap();
    let cookie = server.sign_in("marlin").await;
    for role in Role::ALL {
        // Somebody becomes one role after the other: what they are is read with every request.
        let sql = "UPDATE users SET role = ?1 WHERE id = 'marlin'";
        store.connect_writer().unwrap().execute(sql, (role.code(),)).unwrap();
        let offered = server.get("desk/reports", &cookie).await.json();
        let offered: Vec<&str> =
            offered.as_array().unwrap().iter().map(|one| one["report"].as_str().unwrap()).collect();
        for report in Report::ALL {
            let allowed = report.scope(*role).is_some();
            assert_eq!(offered.contains(&report.code()), allowed, "{role:?} {report:?}");
            let shown = server.get(&format!("desk/reports/{}", report.code()), &cookie).await;
            let taken = export(&server, &cookie, report.code(), "csv").await;
            for reply in [shown, taken] {
                if allowed {
                    assert_eq!(reply.status, 200, "{role:?} {report:?}");
                } else {
                    assert_eq!((reply.status, reply.code().as_str()), (403, "role_may_not"));
                }
            }
        }
        let unknown = server.get("desk/reports/nothing", &cookie).await;
        assert_eq!((unknown.status, unknown.code().as_str()), (404, "no_such_route"));
    }
}
