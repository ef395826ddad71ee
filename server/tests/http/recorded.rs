//! Tablets of released versions, as `shared/tests/fixtures/` holds them, at the server of today.

use bilik_server::key::Key;
use bilik_server::store::changes::{self, NewChange};
use bilik_server::store::sheets::{self, SheetRow};
use bilik_server::store::{Store, actors, meta};
use bilik_shared::admission::Owner;
use bilik_shared::exchange::{self, Answer, Request, unpack};
use bilik_shared::id::{ActorId, Digest, SheetId};
use bilik_shared::replica::Replica;
use bilik_shared::sheet::Sheet;
use bilik_shared::time::Timestamp;
use serde_bytes::ByteBuf;

use crate::Server;

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/tests/fixtures");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// A server that holds the recorded sheet as it was before the recorded tablet handed in.
async fn server(id: &SheetId, document: &[u8]) -> Server {
    let folder = Server::start().await.stop().await;
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let db = store.connect_writer().unwrap();
    let mut sheet = Sheet::load(document, ActorId([99; 16])).unwrap();
    let digest = Digest::of(&sheet.heads());
    let row = SheetRow { id: id.clone(), block: sheet.heading().block, generation: 1, digest };
    sheets::insert(&db, &row).unwrap();
    for chunk in sheet.changes_since(&[]) {
        actors::bind(&db, chunk.actor(), &Owner::Server).unwrap();
        let change = NewChange {
            sheet: id,
            hash: chunk.hash(),
            actor: chunk.actor(),
            seq: chunk.seq(),
            device: None,
            officer: "marlin",
            received_at: Timestamp(0),
            bytes: chunk.bytes(),
        };
        changes::insert(&db, &change).unwrap();
    }
    meta::set(&db, meta::PROJECTION, "to be made anew").unwrap();
    drop((db, store));
    Server::start_on(folder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_of_every_version_that_is_spoken_hands_in_and_understands_the_answer() {
    for v in exchange::OLDEST..=exchange::VERSION {
        let body = |name: &str| fixture(&format!("exchange-{v}-{name}"));
        let recorded = Answer::decode(&body("first.answer")).unwrap().sheets.remove(0);
        let server = server(&recorded.id, &recorded.document.unwrap()).await;
        let credential = server.enrol().await;

        let reply = server.exchange(&credential, &body("first.request")).await;
        let answer = Answer::decode(&reply.body).unwrap();
        assert_eq!((reply.status, answer.v), (200, v), "in the tablet's own version");
        assert_eq!(answer.brief.unwrap().1.device.as_str(), "T01", "as the recorded one is called");
        assert!(answer.sheets.iter().any(|sheet| sheet.id == recorded.id));

        // Twice: the first answer may have been lost on the way.
        let work = body("work.request");
        for _ in 0..2 {
            let reply = server.exchange(&credential, &work).await;
            let answer = Answer::decode(&reply.body).unwrap();
            assert_eq!((reply.status, answer.v), (200, v));
            let sheet = answer.sheets.iter().find(|sheet| sheet.id == recorded.id).unwrap();
            assert!(sheet.complete && sheet.verdicts.is_empty(), "{sheet:?}");

            // The memory of that tablet is updated while the answer is on its way.
            let memory: std::collections::BTreeMap<String, ByteBuf> =
                minicbor_serde::from_slice(&fixture("memory-1.cbor")).unwrap();
            let stored = memory.into_iter().map(|(key, value)| (key, value.into_vec())).collect();
            let (mut tablet, _) = Replica::start(stored, ActorId([1; 16]), "test");
            tablet.wake(Timestamp(0));
            assert_eq!(tablet.status().saved_here, 5);
            tablet.answered(&reply.body, Timestamp(0)).1.unwrap();
            assert_eq!(tablet.status().saved_here, 0);
        }

        let folder = server.stop().await;
        let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
        let stored = store.read_now(changes::all_hashes).unwrap();
        let request = Request::decode(&work).unwrap();
        for change in unpack(&request.sheets[0].changes).unwrap() {
            assert!(stored.contains(&(recorded.id.clone(), change.hash)), "everything is stored");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_of_a_version_that_is_not_spoken_is_told_so_in_a_sentence() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    for v in [exchange::OLDEST - 1, exchange::VERSION + 1, u16::MAX] {
        let body = exchange::encode(&Request { v, ..Request::default() });
        let reply = server.exchange(&credential, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "version_unknown"));
        let sentence = reply.json()["message"].as_str().unwrap().to_owned();
        assert!(sentence.contains("update the app"), "{sentence}");
    }
}
