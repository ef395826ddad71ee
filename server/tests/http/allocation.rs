//! Runs of the allocation: who may, what is committed, what is refused when something has changed meanwhile.

use bilik_server::key::Key;
use bilik_server::store::{Store, allocations};
use bilik_shared::allocation::{Input, Place, Proposal, allocate};
use bilik_shared::lifecycle::State;
use bilik_shared::view::allocation::{Preview, Run};
use serde_json::{Value, json};

use crate::Server;
use crate::seats::verified;

async fn look(server: &Server, cookie: &str, overrides: &Value) -> Preview {
    let ask = json!({ "overrides": overrides });
    let reply = server.post("desk/allocation/preview", cookie, &ask).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

fn decision(preview: &Preview, overrides: &Value) -> Value {
    let decree = json!({ "number": " W28-12/2026 ", "date": "2026-01-31" });
    json!({ "digest": preview.digest, "overrides": overrides, "decree": decree })
}

fn count(preview: &Preview, to: Place) -> usize {
    preview.proposal.placed.iter().filter(|placed| placed.to == to).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_looked_at_committed_with_a_decree_and_can_be_run_again() {
    let server = Server::start().await;
    let (_, paths) = verified(&server, &["GAR"; 20]).await;
    let marlin = server.sign_in("marlin").await;
    let head = server.sign_in("karutan").await;
    let partner = server.sign_in("disnaker").await;
    let none = json!([]);
    let refused =
        server.post("desk/allocation/preview", &partner, &json!({ "overrides": [] })).await;
    assert_eq!(refused.code(), "role_may_not");
    let preview = look(&server, &marlin, &none).await;
    assert_eq!((count(&preview, Place::Seat), count(&preview, Place::Reserve)), (16, 4));
    let again = look(&server, &head, &none).await;
    assert_eq!(
        (again.digest, again.seed),
        (preview.digest, preview.seed),
        "one lottery for a wave"
    );
    let refused = server.post("desk/allocation/commit", &marlin, &decision(&preview, &none)).await;
    assert_eq!(refused.code(), "role_may_not");
    let mut nameless = decision(&preview, &none);
    nameless["decree"]["number"] = json!(" ");
    let refused = server.post("desk/allocation/commit", &head, &nameless).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "decree_missing"));

    // Somebody gets a seat meanwhile: nothing is decided, and the answer says what is different.
    let one = json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
    assert_eq!(server.post(&format!("{}/decide", paths[0]), &head, &one).await.status, 200);
    let late = server.post("desk/allocation/commit", &head, &decision(&preview, &none)).await;
    assert_eq!((late.status, late.code().as_str()), (409, "allocation_changed"));
    let changed = &late.json()["changed"];
    assert_eq!(changed["people"].as_array().unwrap().len(), 1);
    assert_eq!(changed["packages"], json!([{ "programme": "GAR", "number": 1 }]));
    assert_eq!(changed["rules"], json!(false));

    // A person decides about one of them before the run.
    let fresh = look(&server, &head, &none).await;
    let lost = fresh.proposal.placed.iter().find(|placed| placed.to == Place::Reserve).unwrap();
    let given = |reason: &str, to: &str| json!([{ "sheet": lost.sheet, "entry": lost.entry, "to": to, "reason": reason }]);
    for (overrides, code) in
        [(given(" ", "GAR"), "reason_missing"), (given("rapat TPP", "LAS"), "programme_not_chosen")]
    {
        let ask = json!({ "overrides": overrides });
        let refused = server.post("desk/allocation/preview", &head, &ask).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, code));
    }
    let overrides = given("rapat TPP", "GAR");
    let preview = look(&server, &head, &overrides).await;
    let placed = preview.proposal.placed.iter().find(|p| p.entry == lost.entry).unwrap();
    assert_eq!(placed.to, Place::Seat);
    let commit = decision(&preview, &overrides);
    let reply = server.post("desk/allocation/commit", &head, &commit).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    let run: Run = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((run.number, run.seats, run.reserve, run.none), (1, 15, 4, 0));
    assert_eq!(run.decree.number, "W28-12/2026");
    // Sent twice it is decided once, and answered with the same run; another decree would be another one.
    let twice = server.post("desk/allocation/commit", &head, &commit).await;
    assert_eq!(
        (twice.status, serde_json::from_slice::<Run>(&twice.body).unwrap()),
        (200, run.clone())
    );
    let mut other = commit.clone();
    other["decree"]["number"] = json!("W28-13/2026");
    let refused = server.post("desk/allocation/commit", &head, &other).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "allocation_changed"));
    let rows = server.rows(&head).await;
    let mut turns: Vec<u32> = rows
        .iter()
        .filter(|row| row.state == State::Reserve)
        .filter_map(|row| row.seat.as_ref())
        .map(|turn| turn.number)
        .collect();
    turns.sort_unstable();
    assert_eq!(turns, [1, 2, 3, 4]);
    assert_eq!(server.rows(&partner).await.len(), 16);
    let detail = server.get(&format!("desk/entries/{}/{}", lost.sheet, lost.entry), &head).await;
    assert_eq!(detail.json()["reason"], json!("SK W28-12/2026, 2026-01-31; rapat TPP"));

    // Nothing has changed since: there is nothing to decide, and the reserve list keeps its order.
    let preview = look(&server, &head, &none).await;
    let idle = server.post("desk/allocation/commit", &head, &decision(&preview, &none)).await;
    assert_eq!((idle.status, idle.code().as_str()), (422, "nothing_to_decide"));
    let runs = server.get("desk/allocation/runs", &marlin).await;
    assert_eq!(serde_json::from_slice::<Vec<Run>>(&runs.body).unwrap(), std::slice::from_ref(&run));
    assert_eq!(server.get("desk/allocation/runs", &partner).await.code(), "role_may_not");

    let folder = server.stop().await;
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let (input, proposal) =
        store.read_now(|db| allocations::record(db, run.number)).unwrap().unwrap();
    let input: Input = serde_json::from_str(&input).unwrap();
    assert_eq!(input.digest(), run.digest);
    assert_eq!(allocate(&input), serde_json::from_str::<Proposal>(&proposal).unwrap());
}
