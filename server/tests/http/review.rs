//! What supervisors decide about a registration: four eyes, steps taken back, the same thing twice, two at once.

use bilik_shared::command::What;
use bilik_shared::id::{EntryId, Hash, SheetId};
use bilik_shared::sheet::Chunk;
use bilik_shared::view::Detail;
use serde_json::{Value, json};

use crate::exchange::Rogue;
use crate::{Reply, Server};

impl Server {
    /// Somebody with this name and role, who has chosen a password of their own; their cookie.
    async fn somebody(&self, id: &str, role: &str) -> String {
        let admin = self.sign_in("admin").await;
        let ask = json!({ "id": id, "name": format!("{id} kedua"), "role": role });
        let made = self.post("desk/users", &admin, &ask).await;
        assert_eq!(made.status, 200, "{}", made.code());
        let first = made.json()["password"].as_str().unwrap().to_owned();
        let reply = self.try_password(id, &first).await;
        let cookie =
            reply.header("set-cookie").unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
        let own = json!({ "old": first, "new": "kata sandi panjang" });
        assert_eq!(self.post("password", &cookie, &own).await.status, 200);
        cookie
    }
}

/// People of block A, registered by grace at a tablet.
struct Block {
    /// A tablet that has not heard of it.
    unaware: Rogue,
    sheet: SheetId,
    people: Vec<EntryId>,
}

impl Block {
    async fn registered(server: &Server, choices: &[&str]) -> Self {
        let unaware = Rogue::enrol(server, 2).await;
        let mut tablet = Rogue::enrol(server, 1).await;
        let people: Vec<EntryId> =
            tablet.sheet.entries().iter().take(choices.len()).map(|entry| entry.id).collect();
        let wrote = |(entry, choices): (&EntryId, &&str)| {
            let fields = vec![("choices".to_owned(), (*choices).to_owned())];
            tablet.act(*entry, What::Write { fields, registered: true })
        };
        let chunks: Vec<Chunk> = people.iter().zip(choices).map(wrote).collect();
        let sheet = tablet.id.clone();
        tablet.send(server, &sheet, &chunks.iter().collect::<Vec<_>>()).await;
        Self { unaware, sheet, people }
    }

    fn path(&self, person: usize) -> String {
        format!("desk/entries/{}/{}", self.sheet, self.people[person])
    }

    async fn look(&self, server: &Server, cookie: &str, person: usize) -> Detail {
        let reply = server.get(&self.path(person), cookie).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        serde_json::from_slice(&reply.body).unwrap()
    }
}

fn decide(state: &str, reason: &str) -> Value {
    json!({ "state": state, "reason": reason })
}

fn said(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registered_somebody_may_not_verify_them_one_by_one_or_many_at_once() {
    let server = Server::start().await;
    let block = Block::registered(&server, &["GAR"]).await;
    let grace = server.somebody("grace", "VERIFIKATOR").await;
    let path = format!("{}/decide", block.path(0));
    let own = server.post(&path, &grace, &decide("verified", "")).await;
    assert_eq!(said(&own), (422, "step_not_yours".into()));
    let place = json!({ "sheet": block.sheet, "entry": block.people[0] });
    let many = server.post("desk/entries/verify", &grace, &json!({ "entries": [place] })).await;
    assert_eq!(many.json()[0]["refused"], "step_not_yours");
    let marlin = server.sign_in("marlin").await;
    assert_eq!(server.post(&path, &marlin, &decide("verified", "")).await.status, 200);
    // To take it back needs no four eyes, and after it they count again.
    assert_eq!(server.post(&path, &grace, &decide("reopened", "salah orang")).await.status, 200);
    let own = server.post(&path, &grace, &decide("verified", "")).await;
    assert_eq!(said(&own), (422, "step_not_yours".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_taken_back_with_a_reason_and_an_objection_is_the_heads() {
    let server = Server::start().await;
    let block = Block::registered(&server, &["GAR"]).await;
    let (marlin, head) = (server.sign_in("marlin").await, server.sign_in("karutan").await);
    let path = format!("{}/decide", block.path(0));
    let steps = [
        (&marlin, "verified", "", 200, ""),
        (&marlin, "reopened", " ", 422, "reason_missing"),
        (&head, "reopened", "x", 422, "step_not_yours"),
        (&marlin, "reopened", "belum diperiksa", 200, ""),
        (&marlin, "reopened", "sekali lagi", 422, "step_not_yours"),
        (&marlin, "rejected", "", 422, "reason_missing"),
        (&marlin, "rejected", "masa pidana terlalu pendek", 200, ""),
        (&marlin, "verified", "", 422, "step_not_yours"),
        (&marlin, "reopened", "salah baca", 200, ""),
        (&marlin, "rejected", "masa pidana terlalu pendek", 200, ""),
        (&head, "rejected", "keberatan: sudah dihitung ulang, tetap", 200, ""),
        (&head, "verified", "", 422, "reason_missing"),
        (&head, "verified", "keberatan diterima", 200, ""),
    ];
    for (cookie, state, reason, status, code) in steps {
        let reply = server.post(&path, cookie, &decide(state, reason)).await;
        assert_eq!(said(&reply), (status, code.into()), "{state} “{reason}”");
    }
    let detail = block.look(&server, &marlin, 0).await;
    assert_eq!((detail.row.state.code(), &*detail.reason), ("TERVERIFIKASI", "keberatan diterima"));
    let of = |key: &'static str| {
        detail
            .history
            .iter()
            .filter(move |step| step.happened.field == key)
            .map(|step| &step.happened)
    };
    let states: Vec<&str> = of("state").map(|step| step.after.as_str()).collect();
    assert_eq!(states, ["verified", "reopened", "rejected", "reopened", "rejected", "verified"]);
    assert_eq!(
        of("at").count(),
        7,
        "everything stays in the history, also the objection that was dismissed"
    );
    assert!(of("reason").any(|step| step.after.contains("tetap")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_decision_twice_is_one_and_is_answered_with_what_stands() {
    let server = Server::start().await;
    let block = Block::registered(&server, &["GAR", "GAR"]).await;
    let (marlin, head) = (server.sign_in("marlin").await, server.sign_in("karutan").await);
    let seat = json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
    let turn = json!({ "state": "reserve", "reason": "", "programme": "GAR" });
    let first = block.look(&server, &marlin, 0).await.version;
    let steps = [
        (0, &marlin, decide("verified", ""), first.clone()),
        (0, &head, seat.clone(), String::new()),
        (1, &marlin, decide("verified", ""), String::new()),
        (1, &head, turn, String::new()),
    ];
    for (person, cookie, decision, version) in steps {
        let mut path = format!("{}/decide", block.path(person));
        if !version.is_empty() {
            path += &format!("?version={version}");
        }
        // The second one is the same request again, with the version of before.
        let (one, other) = tokio::join!(
            server.post(&path, cookie, &decision),
            server.post(&path, cookie, &decision),
        );
        assert_eq!((one.status, other.status), (200, 200), "{decision}: {}", other.code());
        let details =
            [one, other].map(|reply| serde_json::from_slice::<Detail>(&reply.body).unwrap());
        assert_eq!(details[0].version, details[1].version, "{decision}");
        assert_eq!(details[0].history.len(), details[1].history.len());
    }
    // Another reason or another person is another decision.
    let path = format!("{}/decide", block.path(0));
    let other = json!({ "state": "confirmed", "reason": "SK 2", "programme": "GAR", "package": 1 });
    assert_eq!(said(&server.post(&path, &head, &other).await), (422, "step_not_from_here".into()));
    let second = server.somebody("karutan2", "KARUTAN").await;
    assert_eq!(said(&server.post(&path, &second, &seat).await), (422, "step_not_from_here".into()));
    // So is a withdrawal.
    let path = format!("{}/withdraw", block.path(1));
    let withdraw = json!({ "reason": "disampaikan  kepada petugas" });
    for _ in 0..2 {
        let reply = server.post(&path, &marlin, &withdraw).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_supervisors_at_once_one_decides_and_the_other_is_told_what_stands() {
    let server = Server::start().await;
    let block = Block::registered(&server, &["GAR"; 8]).await;
    let marlin = server.sign_in("marlin").await;
    let other = server.somebody("yohana", "VERIFIKATOR").await;
    for person in 0..block.people.len() {
        let version = block.look(&server, &marlin, person).await.version;
        let path = format!("{}/decide?version={version}", block.path(person));
        let (verify, reject) =
            (decide("verified", ""), decide("rejected", "tidak memenuhi syarat"));
        let (one, two) =
            tokio::join!(server.post(&path, &marlin, &verify), server.post(&path, &other, &reject));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.code(), two.code());
        let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
        assert_eq!(lost.code(), "version_stale");
        let stands: Detail = serde_json::from_slice(&won.body).unwrap();
        let told: Detail = serde_json::from_value(lost.json()["current"].clone()).unwrap();
        assert_eq!((told.version, told.row.state), (stands.version, stands.row.state));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_verified_by_the_rule_that_many_are_and_the_page_says_what_waits() {
    let server = Server::start().await;
    let mut block = Block::registered(&server, &["GAR", "KAY"]).await;
    contest(&server, &mut block).await;
    let marlin = server.sign_in("marlin").await;
    let detail = block.look(&server, &marlin, 0).await;
    assert_eq!(detail.doubt.map(|doubt| doubt.code()), Some("contested"));
    let verify = decide("verified", "");
    let single = server.post(&format!("{}/decide", block.path(0)), &marlin, &verify).await;
    assert_eq!(said(&single), (422, "contested".into()));
    let place = json!({ "sheet": block.sheet, "entry": block.people[0] });
    let many = server.post("desk/entries/verify", &marlin, &json!({ "entries": [place] })).await;
    assert_eq!(many.json()[0]["refused"], "contested");
    // Nothing keeps the others back, and to return it is what a supervisor may want.
    assert_eq!(block.look(&server, &marlin, 1).await.doubt, None);
    let path = format!("{}/decide", block.path(0));
    assert_eq!(server.post(&path, &marlin, &decide("returned", "yang mana?")).await.status, 200);
    server.stop().await;
}

/// Another tablet, which had not heard of it, answers something else for the first one.
async fn contest(server: &Server, block: &mut Block) {
    let fields = vec![("choices".to_owned(), "GAR,OTO".to_owned())];
    let other = &mut block.unaware;
    let chunk = other.act(block.people[0], What::Write { fields, registered: true });
    other.send(server, &block.sheet, &[&chunk]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_between_answers_is_taken_back_and_made_anew() {
    let server = Server::start().await;
    let mut block = Block::registered(&server, &["GAR,KAY"]).await;
    contest(&server, &mut block).await;
    let marlin = server.sign_in("marlin").await;
    let (resolve, unsettle) =
        (format!("{}/resolve", block.path(0)), format!("{}/unsettle", block.path(0)));
    let before = block.look(&server, &marlin, 0).await;
    let which = json!({ "field": "choices" });
    let choice = |value: &str| json!({ "field": "choices", "value": value });
    // Twice the same choice is one.
    for _ in 0..2 {
        let reply = server.post(&resolve, &marlin, &choice("GAR,OTO")).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
    let settled = block.look(&server, &marlin, 0).await;
    assert_eq!((settled.conflicts.len(), settled.settled.len()), (0, 1));
    assert_eq!((settled.row.conflicts, settled.doubt), (0, None));
    assert_eq!(server.post(&unsettle, &marlin, &which).await.status, 200);
    let again = block.look(&server, &marlin, 0).await;
    assert_eq!(again.conflicts, before.conflicts, "both answers as they were given");
    assert_eq!((again.row.conflicts, again.settled.len()), (1, 0));
    let overview = server.get("desk/overview", &marlin).await.json();
    assert_eq!(overview["counts"]["conflicts"], 1, "it waits in the queue again");
    // Twice taken back is once.
    let twice = server.post(&unsettle, &marlin, &which).await;
    let twice: Detail = serde_json::from_slice(&twice.body).unwrap();
    assert_eq!(twice.version, again.version);
    assert_eq!(server.post(&resolve, &marlin, &choice("GAR,KAY")).await.status, 200);
    let done = block.look(&server, &marlin, 0).await;
    assert_eq!((done.conflicts.len(), done.settled[0].chosen.as_str()), (0, "GAR,KAY"));
    let nothing = server.post(&unsettle, &marlin, &json!({ "field": "education" })).await;
    assert_eq!(said(&nothing), (422, "nothing_to_undo".into()));
    let names: Vec<Hash> = done.history.iter().map(|step| step.happened.hash).collect();
    assert!(names.len() > before.history.len());
    let kept = before.history.iter().all(|step| names.contains(&step.happened.hash));
    assert!(kept, "nothing is erased");
    server.stop().await;
}
