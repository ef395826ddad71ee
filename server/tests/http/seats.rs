//! Seats: a package never takes more people than it has room for, whoever decides at the same time.

use bilik_shared::command::What;
use bilik_shared::id::SheetId;
use bilik_shared::programme::Seat;
use bilik_shared::registration::{
    Answers, Consent, ConsentOutcome, ConsentWay, Education, NikStatus, parse_choices,
};
use bilik_shared::view::Detail;
use serde_json::json;

use crate::Server;
use crate::exchange::Rogue;

/// Registers the first people of block A and has them verified; the paths of their entries.
pub async fn verified(server: &Server, choices: &[&str]) -> (Rogue, Vec<String>) {
    let mut tablet = Rogue::enrol(server, 1).await;
    let ids: Vec<_> = tablet.sheet.entries().iter().map(|entry| entry.id).collect();
    let mut chunks = Vec::new();
    for (id, choices) in ids.iter().zip(choices) {
        let fields = vec![("choices".to_owned(), (*choices).to_owned())];
        chunks.push(tablet.act(*id, What::Write { fields, registered: true }));
    }
    let id: SheetId = tablet.id.clone();
    tablet.send(server, &id, &chunks.iter().collect::<Vec<_>>()).await;
    let marlin = server.sign_in("marlin").await;
    let verify = json!({ "state": "verified", "reason": "" });
    let mut paths = Vec::new();
    for entry in &ids[..choices.len()] {
        let path = format!("desk/entries/{id}/{entry}");
        let reply = server.post(&format!("{path}/decide"), &marlin, &verify).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        paths.push(path);
    }
    (tablet, paths)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_confirmations_at_once_as_many_succeed_as_there_are_seats() {
    let server = Server::start().await;
    let (_, paths) = verified(&server, &["GAR,KAY"; 50]).await;
    let head = server.sign_in("karutan").await;
    let confirm =
        json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
    let paths: Vec<_> = paths.iter().map(|path| format!("{path}/decide")).collect();
    let tries = paths.iter().map(|path| server.post(path, &head, &confirm));
    let replies = futures_util::future::join_all(tries).await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    let full =
        replies.iter().filter(|reply| (reply.status, reply.code()) == (409, "package_full".into()));
    assert_eq!((won, full.count()), (16, 34));
    let partner = server.sign_in("disnaker").await;
    let seen = server.rows(&partner).await;
    assert_eq!(seen.len(), 16);
    let seat = Seat { programme: "GAR".parse().unwrap(), number: 1 };
    assert!(seen.iter().all(|row| row.seat.as_ref() == Some(&seat)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_named_free_and_of_a_chosen_programme() {
    let server = Server::start().await;
    let (_, paths) = verified(&server, &["GAR,KAY", "GAR", "GAR", "GAR"]).await;
    let head = server.sign_in("karutan").await;
    let decide = async |n: usize, programme: &str, package: u32, state: &str| {
        let body =
            json!({ "state": state, "reason": "SK 1", "programme": programme, "package": package });
        server.post(&format!("{}/decide", paths[n]), &head, &body).await
    };
    let nameless = json!({ "state": "confirmed", "reason": "SK 1" });
    let reply = server.post(&format!("{}/decide", paths[0]), &head, &nameless).await;
    assert_eq!((reply.status, reply.code().as_str()), (422, "package_missing"));
    assert_eq!(decide(0, "GAR", 2, "confirmed").await.code(), "package_unknown");
    assert_eq!(decide(0, "XYZ", 1, "reserve").await.code(), "package_unknown");
    assert_eq!(decide(0, "LAS", 1, "confirmed").await.code(), "programme_not_chosen");
    // The reserve list counts its turns by itself.
    for (n, turn) in [(0, 1), (1, 2), (2, 3)] {
        let reply = decide(n, "GAR", 9, "reserve").await;
        let detail: Detail = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(detail.row.seat.map(|seat| seat.number), Some(turn));
    }
    assert_eq!(decide(0, "KAY", 1, "confirmed").await.status, 200);
}

/// Everything that a registration needs.
pub fn complete() -> Answers {
    let consent = Consent {
        outcome: ConsentOutcome::Agreed,
        way: Some(ConsentWay::PaperSignature),
        read_aloud: true,
        wording: "ikut-1-id".into(),
        witness: String::new(),
    };
    Answers {
        choices: parse_choices("GAR"),
        education: Some(Education::LowerSecondary),
        nik_status: Some(NikStatus::NotYet),
        consent: Some(consent),
        ..Answers::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_was_given_back_is_free_and_does_not_come_back_by_itself() {
    let server = Server::start().await;
    let (mut tablet, paths) = verified(&server, &["GAR"; 17]).await;
    let head = server.sign_in("karutan").await;
    let confirm =
        json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
    let decide =
        async |n: usize| server.post(&format!("{}/decide", paths[n]), &head, &confirm).await;
    for n in 0..16 {
        assert_eq!(decide(n).await.status, 200);
    }
    assert_eq!(decide(16).await.code(), "package_full");
    let id = tablet.id.clone();
    tablet.catch_up(&server).await;
    let first = tablet.sheet.entries()[0].id;
    let withdrawn = tablet.act(first, What::Withdraw { reason: String::new() });
    tablet.send(&server, &id, &[&withdrawn]).await;
    assert_eq!(decide(16).await.status, 200, "the seat is free again");
    let again = tablet.act(
        first,
        What::Register { person: None, answers: Box::new(complete()), confirmed: Vec::new() },
    );
    tablet.send(&server, &id, &[&again]).await;
    let detail: Detail = serde_json::from_slice(&server.get(&paths[0], &head).await.body).unwrap();
    assert_eq!((detail.row.state.code(), detail.row.seat), ("TERDAFTAR", None));
}
