//! Two entries of one person: settled by one supervisor, told to the other, and taken back.

use std::collections::BTreeSet;

use bilik_shared::command::What;
use bilik_shared::id::EntryId;
use bilik_shared::matching::Reason;
use bilik_shared::registration::Field;
use bilik_shared::view::pairs::Pairs;
use serde_json::{Value, json};

use crate::exchange::Rogue;
use crate::{Reply, Server};

/// The first two people of block A, registered with one identity number.
async fn twice(server: &Server) -> [Value; 2] {
    let mut block = Block::registered(server).await;
    block.give_one_number(server).await;
    block.places()
}

/// The first two people of block A, and the tablet that registered them.
struct Block {
    tablet: Rogue,
    people: Vec<EntryId>,
}

impl Block {
    async fn registered(server: &Server) -> Self {
        let tablet = Rogue::enrol(server, 1).await;
        let people = tablet.sheet.entries().iter().take(2).map(|entry| entry.id).collect();
        let mut block = Self { tablet, people };
        block.write(server, [("choices", "GAR"), ("choices", "GAR,KAY")]).await;
        block
    }

    async fn give_one_number(&mut self, server: &Server) {
        self.write(server, [("nik", "8171020510909001"); 2]).await;
    }

    async fn write(&mut self, server: &Server, fields: [(&str, &str); 2]) {
        let tablet = &mut self.tablet;
        let chunks: Vec<_> = self
            .people
            .iter()
            .zip(fields)
            .map(|(id, (key, value))| {
                let fields = vec![(key.to_owned(), value.to_owned())];
                tablet.act(*id, What::Write { fields, registered: true })
            })
            .collect();
        let sheet = self.tablet.id.clone();
        self.tablet.send(server, &sheet, &chunks.iter().collect::<Vec<_>>()).await;
    }

    fn places(&self) -> [Value; 2] {
        let sheet = &self.tablet.id;
        [0, 1].map(|n| json!({ "sheet": sheet, "entry": self.people[n] }))
    }
}

async fn decide(server: &Server, user: &str, place: &Value, decision: Value) {
    let cookie = server.sign_in(user).await;
    let (sheet, entry) = (place["sheet"].as_str().unwrap(), place["entry"].as_str().unwrap());
    let path = format!("desk/entries/{sheet}/{entry}/decide");
    let reply = server.post(&path, &cookie, &decision).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
}

fn pairs(reply: &Reply) -> Pairs {
    assert_eq!(reply.status, 200, "{}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

fn same(places: &[Value; 2], keep: usize, take: &[&str]) -> Value {
    let verdict = json!({ "kind": "same", "keep": places[keep], "take": take });
    json!({ "pair": places, "verdict": verdict, "note": "NIK dan wajah sama" })
}

/// State, choices and seat of both, in the order of the places.
async fn stand(server: &Server, cookie: &str, places: &[Value; 2]) -> [String; 2] {
    let rows = server.rows(cookie).await;
    places.each_ref().map(|place| {
        let row = rows.iter().find(|row| json!(row.entry) == place["entry"]).unwrap();
        let choices: Vec<String> = row.choices.iter().map(ToString::to_string).collect();
        let seat = row.seat.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {} {seat}", row.state.code(), choices.join(","))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_twice_becomes_one_and_two_again() {
    let server = Server::start().await;
    let mut block = Block::registered(&server).await;
    let places = block.places();
    let marlin = server.sign_in("marlin").await;
    let karutan = server.sign_in("karutan").await;
    // That they are one shows after both were verified: before, nobody could.
    for place in &places {
        decide(&server, "marlin", place, json!({ "state": "verified", "reason": "" })).await;
    }
    block.give_one_number(&server).await;

    let [pair] = &pairs(&server.get("desk/pairs", &marlin).await).waiting[..] else { panic!() };
    assert_eq!(pair.reasons[0], Reason::SameNik);
    assert!(pair.differ.iter().any(|differ| differ.field == Field::Choices));
    assert!(pair.differ.iter().all(|differ| differ.values[0] != differ.values[1]));
    assert!(!format!("{pair:?}").contains("8171020510909001"), "the number comes masked");

    let seat = json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
    decide(&server, "karutan", &places[1], seat).await;
    let before = stand(&server, &marlin, &places).await;
    assert_eq!(before, ["TERVERIFIKASI GAR ", "DITETAPKAN GAR,KAY GAR/1"]);

    // The first stays with the choices of the second, whose seat is free again.
    let reply = server.post("desk/pairs", &marlin, &same(&places, 0, &["choices"])).await;
    let settled = pairs(&reply);
    assert_eq!((settled.waiting.len(), settled.said.len()), (0, 1));
    let merged = ["TERVERIFIKASI GAR,KAY ", "DIBATALKAN GAR,KAY "];
    assert_eq!(stand(&server, &marlin, &places).await, merged);
    let overview = server.get("desk/overview", &marlin).await.json();
    assert_eq!(overview["counts"]["pairs"], 0);

    // Sent twice it is said once; the head, who says something else, is told.
    let again = server.post("desk/pairs", &marlin, &same(&places, 0, &["choices"])).await;
    assert_eq!(pairs(&again).said.len(), 1);
    let other = json!({ "pair": places, "verdict": { "kind": "different" }, "note": "" });
    let reply = server.post("desk/pairs", &karutan, &other).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "pair_settled"));

    let number = settled.said[0].id;
    let undo = format!("desk/pairs/{number}/undo");
    let back = pairs(&server.post(&undo, &karutan, &json!({})).await);
    assert_eq!(back.said[0].undone.as_ref().map(|(by, _)| by.as_str()), Some("karutan"));
    assert_eq!((back.waiting.len(), stand(&server, &marlin, &places).await), (1, before));
    assert_eq!(pairs(&server.post(&undo, &marlin, &json!({})).await).said.len(), 1);

    // Two people after all: nothing changes, and nobody is asked again.
    let apart = pairs(&server.post("desk/pairs", &karutan, &other).await);
    assert_eq!((apart.waiting.len(), apart.said.len()), (0, 2));
    let folder = server.stop().await;
    let server = Server::start_on(folder).await;
    let marlin = server.sign_in("marlin").await;
    let kept = pairs(&server.get("desk/pairs", &marlin).await);
    assert_eq!((kept.waiting.len(), kept.said.len()), (0, 2), "a restart forgets nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_said_about_a_pair_changes_nothing() {
    let server = Server::start().await;
    let places = twice(&server).await;
    let marlin = server.sign_in("marlin").await;
    let stranger = json!({ "sheet": "2025.2-A", "entry": "00".repeat(16) });
    let unsaid = json!({ "pair": places, "note": " ",
        "verdict": { "kind": "same", "keep": places[0], "take": [] } });
    let third = json!({ "pair": places, "note": "sama",
        "verdict": { "kind": "same", "keep": stranger, "take": [] } });
    for (body, status, code) in [
        (same(&[places[0].clone(), stranger.clone()], 0, &[]), 404, "pair_unknown"),
        (unsaid, 422, "note_missing"),
        (third, 404, "pair_unknown"),
        // Nobody's word is taken over: it was given to what the other entry says.
        (same(&places, 0, &["consent"]), 422, "nothing_to_choose"),
    ] {
        let reply = server.post("desk/pairs", &marlin, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{body}");
    }
    let reply = server.post("desk/pairs/77/undo", &marlin, &json!({})).await;
    assert_eq!((reply.status, reply.code().as_str()), (404, "pair_unknown"));
    let left = pairs(&server.get("desk/pairs", &marlin).await);
    assert_eq!((left.waiting.len(), left.said.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_verified_with_one_press_and_doubtful_ones_wait() {
    let server = Server::start().await;
    let places = twice(&server).await;
    let mut tablet = Rogue::enrol(&server, 2).await;
    let (sheet, third) = (tablet.id.clone(), tablet.sheet.entries()[2].id);
    let fields = vec![("choices".to_owned(), "GAR".to_owned())];
    let chunk = tablet.act(third, What::Write { fields, registered: true });
    tablet.send(&server, &sheet, &[&chunk]).await;
    let third = json!({ "sheet": sheet, "entry": third });
    let marlin = server.sign_in("marlin").await;
    let verify = async |entries: Vec<&Value>| {
        let body = json!({ "entries": entries });
        server.post("desk/entries/verify", &marlin, &body).await
    };
    let reply = verify(vec![&places[0], &third, &places[1]]).await;
    let refused: Vec<Value> =
        reply.json().as_array().unwrap().iter().map(|one| one["refused"].clone()).collect();
    assert_eq!(refused, [json!("pair_waits"), Value::Null, json!("pair_waits")]);
    // Alone it is refused for the same reason.
    let entry = places[0]["entry"].as_str().unwrap();
    let path = format!("desk/entries/{}/{entry}/decide", sheet);
    let alone = server.post(&path, &marlin, &json!({ "state": "verified", "reason": "" })).await;
    assert_eq!((alone.status, alone.code().as_str()), (422, "pair_waits"));
    // Sent twice: what was done is said to be done, and not done again.
    let again = verify(vec![&third]).await.json();
    assert_eq!(again[0]["refused"], Value::Null);
    let reply = verify(vec![&third; 101]).await;
    assert_eq!((reply.status, reply.code().as_str()), (422, "too_many_at_once"));
    let other = json!({ "pair": places, "verdict": { "kind": "different" }, "note": "" });
    assert_eq!(server.post("desk/pairs", &marlin, &other).await.status, 200);
    let reply = verify(vec![&places[0], &places[1]]).await.json();
    assert!(reply.as_array().unwrap().iter().all(|one| one["refused"].is_null()), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_comes_once_page_by_page_also_while_others_are_settled() {
    let server = Server::start().await;
    let mut tablet = Rogue::enrol(&server, 1).await;
    // Twelve people with one identity number are 66 pairs: more than a page.
    let people: Vec<EntryId> = tablet.sheet.entries().iter().take(12).map(|one| one.id).collect();
    let fields = [("choices", "GAR"), ("nik", "8171020510909001")];
    let fields = fields.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let write =
        |id: &EntryId| tablet.act(*id, What::Write { fields: fields.clone(), registered: true });
    let chunks: Vec<_> = people.iter().map(write).collect();
    let sheet = tablet.id.clone();
    tablet.send(&server, &sheet, &chunks.iter().collect::<Vec<_>>()).await;

    let marlin = server.sign_in("marlin").await;
    let page = async |cursor: Option<&str>| {
        let path = cursor.map_or("desk/pairs".into(), |at| format!("desk/pairs?cursor={at}"));
        server.get(&path, &marlin).await
    };
    let settle = async |pair: [EntryId; 2]| {
        let places = pair.map(|entry| json!({ "sheet": sheet, "entry": entry }));
        let body = json!({ "pair": places, "verdict": { "kind": "different" }, "note": "" });
        assert_eq!(server.post("desk/pairs", &marlin, &body).await.status, 200);
    };
    let ids = |page: &Pairs| -> Vec<[EntryId; 2]> {
        page.waiting.iter().map(|pair| pair.rows.each_ref().map(|row| row.entry)).collect()
    };
    let first = pairs(&page(None).await);
    let cursor = first.next.as_deref().unwrap();
    assert_eq!((first.waiting.len(), first.more), (50, 16));
    // A colleague settles a pair of the first page and one of the second.
    settle(ids(&first)[3]).await;
    let second = pairs(&page(Some(cursor)).await);
    assert_eq!((second.waiting.len(), second.more), (16, 0));
    assert_eq!((second.next.as_deref(), second.said.len()), (None, 1));
    settle(ids(&second)[0]).await;
    let again = pairs(&page(Some(cursor)).await);
    assert_eq!(ids(&again), ids(&second)[1..]);

    let all: BTreeSet<[EntryId; 2]> = ids(&first).into_iter().chain(ids(&second)).collect();
    assert_eq!(all.len(), 66, "every pair once");

    // Where the pair that the page ended with was settled, nobody can tell where to go on.
    settle(ids(&first)[49]).await;
    for lost in [cursor, "abc", "..", "1.2.3"] {
        let reply = page(Some(lost)).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "cursor_unknown"), "{lost}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_verdict_comes_once_page_by_page() {
    let server = Server::start().await;
    let places = twice(&server).await;
    let marlin = server.sign_in("marlin").await;
    let body = json!({ "pair": places, "verdict": { "kind": "different" }, "note": "" });
    for _ in 0..53 {
        let reply = pairs(&server.post("desk/pairs", &marlin, &body).await);
        let path = format!("desk/pairs/{}/undo", reply.said[0].id);
        assert_eq!(server.post(&path, &marlin, &json!({})).await.status, 200);
    }
    let first = pairs(&server.get("desk/pairs", &marlin).await);
    let path = format!("desk/pairs?cursor={}", first.next.clone().unwrap());
    let second = pairs(&server.get(&path, &marlin).await);
    let said = |page: &Pairs| page.said.iter().map(|said| said.id).collect::<Vec<_>>();
    assert_eq!((said(&first).len(), said(&second).len(), second.next.clone()), (50, 3, None));
    // The pair that waits again stands on the first page and not once more on the second.
    assert_eq!((first.waiting.len(), second.waiting.len()), (1, 0));
    let all: BTreeSet<i64> = said(&first).into_iter().chain(said(&second)).collect();
    assert_eq!(all.len(), 53);
    assert!(all.iter().rev().eq(said(&first).iter().chain(&said(&second))), "newest first");
}
