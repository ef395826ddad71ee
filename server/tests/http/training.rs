//! The partner's books over HTTP: who may write what, what is refused, and that a request sent twice is written once.

use bilik_server::key::Key;
use bilik_server::store::{Store, training};
use bilik_shared::command::What;
use bilik_shared::id::EntryId;
use bilik_shared::time::{Date, Timestamp, Zone};
use serde_json::{Value, json};

use crate::exchange::Rogue;
use crate::seats::complete;
use crate::{Reply, Server};

const GAR: &str = "desk/training/GAR/1";

fn today() -> Date {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp(now.as_millis() as i64).date(Zone::WIT)
}

pub fn days_ago(days: i64) -> Date {
    Date::from_days(today().days() - days)
}

/// A house where so many people of block A are verified, and the first of them confirmed for sewing.
pub struct Class {
    pub server: Server,
    partner: String,
    pub head: String,
    /// Paths of the entries, by the house.
    paths: Vec<String>,
    entries: Vec<EntryId>,
    names: Vec<String>,
}

impl Class {
    pub async fn of(people: usize, confirmed: usize) -> Self {
        let server = Server::start().await;
        let mut tablet = Rogue::enrol(&server, 1).await;
        let listed: Vec<_> = tablet.sheet.entries().into_iter().take(people).collect();
        let register = || What::Register {
            person: None,
            answers: Box::new(complete()),
            confirmed: Vec::new(),
        };
        let chunks: Vec<_> = listed.iter().map(|one| tablet.act(one.id, register())).collect();
        let sheet = tablet.id.clone();
        tablet.send(&server, &sheet, &chunks.iter().collect::<Vec<_>>()).await;
        let (marlin, head) = (server.sign_in("marlin").await, server.sign_in("karutan").await);
        let partner = server.sign_in("disnaker").await;
        let paths: Vec<_> =
            listed.iter().map(|one| format!("desk/entries/{sheet}/{}", one.id)).collect();
        let verify = json!({ "state": "verified", "reason": "" });
        for path in &paths {
            let reply = server.post(&format!("{path}/decide"), &marlin, &verify).await;
            assert_eq!(reply.status, 200, "{}", reply.code());
        }
        let entries = listed.iter().map(|one| one.id).collect();
        let names = listed.iter().map(|one| one.person.name.clone()).collect();
        let class = Self { server, partner, head, paths, entries, names };
        for n in 0..confirmed {
            class.confirm(n).await;
        }
        class
    }

    async fn confirm(&self, n: usize) {
        let body =
            json!({ "state": "confirmed", "reason": "SK 1", "programme": "GAR", "package": 1 });
        let path = format!("{}/decide", self.paths[n]);
        assert_eq!(self.server.post(&path, &self.head, &body).await.status, 200);
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        self.server.post(&format!("{GAR}{path}"), &self.partner, &body).await
    }

    async fn show(&self) -> Value {
        self.server.get(GAR, &self.partner).await.json()
    }

    pub async fn start(&self, on: Date) -> Reply {
        self.post("/start", json!({ "on": on })).await
    }

    /// Everybody was there.
    pub fn day(&self, people: usize, after: u32) -> Value {
        let mark = |entry: &EntryId| json!({ "entry": entry, "code": "HADIR", "hours": 8 });
        let marks: Vec<Value> = self.entries[..people].iter().map(mark).collect();
        json!({ "after": after, "hours": 8, "topic": "Mengukur", "marks": marks })
    }

    pub async fn save(&self, date: Date, body: Value) -> Reply {
        self.post(&format!("/days/{}", date.iso()), body).await
    }

    pub async fn grade(&self, n: usize, more: Value) -> Reply {
        let mut body = json!({ "entry": self.entries[n] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/grades", body).await
    }
}

fn said(reply: &Reply) -> (u16, String) {
    (reply.status, reply.code())
}

fn is(reply: &Reply, status: u16, code: &str) {
    assert_eq!(said(reply), (status, code.to_owned()), "{}", reply.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_masked_and_advice_decides_nothing() {
    let class = Class::of(3, 1).await;
    let shown = class.show().await;
    let waiting = shown["waiting"].as_array().unwrap();
    assert_eq!(waiting.len(), 2, "who is confirmed waits no more: {shown}");
    let whole = waiting.iter().map(Value::to_string).collect::<String>();
    for (name, entry) in class.names.iter().zip(&class.entries).skip(1) {
        assert!(!whole.contains(name) && !whole.contains(&entry.to_string()), "{whole}");
    }
    let keys: Vec<&String> = waiting[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["education", "initials", "proposal", "pseudonym", "rank"]);

    let who = waiting[0]["pseudonym"].as_str().unwrap().to_owned();
    let advise = |candidate: &str, score: i64| json!({ "candidate": candidate, "score": score, "advice": "DIUSULKAN", "note": "teliti" });
    is(&class.post("/propose", advise(&who, 101)).await, 422, "score_out_of_range");
    is(&class.post("/propose", advise(&who, -1)).await, 400, "bad_json");
    is(&class.post("/propose", advise("AAAA-AAAA", 80)).await, 404, "entry_unknown");
    for _ in 0..2 {
        assert_eq!(class.post("/propose", advise(&who, 80)).await.status, 200);
    }
    // Whoever decides reads it beside the entry, once; nothing was decided.
    let mut found = Vec::new();
    for path in &class.paths[1..] {
        let detail = class.server.get(path, &class.head).await.json();
        assert_eq!(detail["row"]["state"], "TERVERIFIKASI");
        found.extend(detail["proposals"].as_array().unwrap().clone());
    }
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["score"], &found[0]["note"]), (&json!(80), &json!("teliti")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_begins_once_and_whoever_was_slower_reads_why() {
    let class = Class::of(4, 2).await;
    is(&class.save(today(), class.day(2, 0)).await, 422, "training_not_begun");
    is(&class.start(Date::from_days(today().days() + 1)).await, 422, "date_out_of_range");
    is(&class.start(days_ago(400)).await, 422, "date_out_of_range");
    let on = json!({ "on": today() });
    let other = class.server.post("desk/training/KAY/1/start", &class.partner, &on);
    is(&other.await, 422, "training_nobody_confirmed");

    let (yesterday, now) = tokio::join!(class.start(days_ago(1)), class.start(today()));
    let mut codes = [said(&yesterday), said(&now)];
    codes.sort();
    assert_eq!(codes, [(200, String::new()), (409, "training_begun_already".into())]);
    let shown = class.show().await;
    assert_eq!(
        (&shown["line"]["in_training"], &shown["line"]["confirmed"]),
        (&json!(2), &json!(0))
    );
    let on: Date = shown["line"]["begun"]["on"].as_str().unwrap().parse().unwrap();
    // The same day again is no error, and takes in whoever was confirmed since.
    assert_eq!(class.start(on).await.status, 200);
    class.confirm(2).await;
    assert_eq!(class.start(on).await.json()["line"]["in_training"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_saved_whole_and_corrected_with_its_history() {
    let class = Class::of(3, 3).await;
    let begun = days_ago(2);
    assert_eq!(class.start(begun).await.status, 200);
    is(&class.save(days_ago(3), class.day(3, 0)).await, 422, "date_out_of_range");
    let tomorrow = Date::from_days(today().days() + 1);
    is(&class.save(tomorrow, class.day(3, 0)).await, 422, "date_out_of_range");
    is(&class.save(begun, class.day(2, 0)).await, 422, "marks_wrong");
    let mut long = class.day(3, 0);
    long["hours"] = json!(13);
    is(&class.save(begun, long).await, 422, "hours_out_of_range");

    for _ in 0..2 {
        let saved = class.save(begun, class.day(3, 0)).await.json();
        assert_eq!(saved["saved"].as_array().unwrap().len(), 1, "sent twice, written once");
    }
    let corrected = |code: &str| {
        let mut day = class.day(3, 1);
        day["marks"][0] = json!({ "entry": class.entries[0], "code": code, "hours": 0 });
        day
    };
    // Two correct the same day: one wins, the other looks again.
    let (sick, court) =
        tokio::join!(class.save(begun, corrected("SAKIT")), class.save(begun, corrected("SIDANG")));
    let mut codes = [said(&sick), said(&court)];
    codes.sort();
    assert_eq!(codes, [(200, String::new()), (409, "day_changed".into())]);
    let day = class.server.get(&format!("{GAR}/days/{}", begun.iso()), &class.partner).await.json();
    let saved = day["saved"].as_array().unwrap();
    assert_eq!((saved.len(), &saved[0]["revision"]), (2, &json!(2)));
    assert_eq!(saved[1]["marks"][0]["code"], "HADIR", "what was said before is kept");
    assert_eq!(saved[0]["by"], "disnaker");
    for bad in ["x", "2026-02-31"] {
        let reply = class.server.get(&format!("{GAR}/days/{bad}"), &class.partner).await;
        is(&reply, 404, "no_such_package");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_need_what_they_need_and_a_certificate_has_one_number_and_no_house() {
    let class = Class::of(4, 4).await;
    assert_eq!(class.start(days_ago(1)).await.status, 200);
    let mut day = class.day(4, 0);
    day["marks"][3] = json!({ "entry": class.entries[3], "code": "ALPA", "hours": 0 });
    assert_eq!(class.save(days_ago(1), day).await.status, 200);

    let passed = |score: i64| json!({ "score": score, "outcome": "LULUS" });
    is(&class.grade(0, passed(101)).await, 422, "score_out_of_range");
    is(&class.grade(0, passed(59)).await, 422, "score_too_low");
    is(&class.grade(0, json!({ "outcome": "LULUS" })).await, 422, "score_missing");
    is(&class.grade(3, passed(80)).await, 422, "attendance_low");
    is(&class.grade(2, json!({ "outcome": "TIDAK_SELESAI" })).await, 422, "reason_missing");
    let issue = |n: usize, on: Date| json!({ "entry": class.entries[n], "on": on });
    is(&class.post("/certificates", issue(0, today())).await, 422, "step_not_from_here");
    for _ in 0..2 {
        assert_eq!(class.grade(0, passed(88)).await.status, 200);
    }
    assert_eq!(class.grade(1, passed(70)).await.status, 200);
    let removed = json!({ "outcome": "TIDAK_SELESAI", "reason": "pindah" });
    assert_eq!(class.grade(2, removed).await.status, 200);
    is(&class.grade(0, passed(95)).await, 422, "step_not_from_here");
    // The way around, without a score or a number, is closed.
    for state in ["passed", "failed", "certified"] {
        let path = format!("{}/decide", class.paths[3]);
        let decided = json!({ "state": state, "reason": "" });
        is(&class.server.post(&path, &class.partner, &decided).await, 422, "training_own_page");
    }

    is(&class.post("/certificates", issue(0, days_ago(2))).await, 422, "date_out_of_range");
    let path = "/certificates";
    let (a, b, c) = tokio::join!(
        class.post(path, issue(0, today())),
        class.post(path, issue(0, today())),
        class.post(path, issue(1, today()))
    );
    assert_eq!([a.status, b.status, c.status], [200; 3], "{}", a.json());
    let mut numbers = Vec::new();
    for n in [0, 1] {
        let path = format!("{GAR}/certificates/{}", class.entries[n]);
        let reply = class.server.get(&path, &class.partner).await;
        let text = String::from_utf8_lossy(&reply.body).to_lowercase();
        for word in ["rutan", "amb-20", "blok", "wbp", "tahanan", "\"a\"", "kelas iia"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        let shown = reply.json();
        assert_eq!(shown["name"].as_str(), Some(class.names[n].split(" alias ").next().unwrap()));
        assert_eq!(shown["hours"], 8);
        numbers.push(shown["number"].as_str().unwrap()[..4].to_owned());
    }
    numbers.sort();
    assert_eq!(numbers, ["0001", "0002"]);
    let nobody = format!("{GAR}/certificates/{}", class.entries[3]);
    is(&class.server.get(&nobody, &class.partner).await, 404, "entry_unknown");

    // Nothing of the books is altered or removed by anything that writes to this database.
    let folder = class.server.stop().await;
    let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
    assert_eq!(training::books(&db).unwrap().certificates.len(), 2);
    for table in ["days", "grades", "certificates", "starts"] {
        assert!(db.execute(&format!("DELETE FROM training_{table}"), ()).is_err(), "{table}");
    }
    let same = "INSERT INTO training_certificates
        SELECT 'x', sequence, office, programme, year, x'00', package, issued_on, content, officer, at
        FROM training_certificates LIMIT 1";
    assert!(db.execute(same, ()).unwrap_err().to_string().contains("UNIQUE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_early_or_without_their_will() {
    let class = Class::of(3, 3).await;
    assert_eq!(class.start(days_ago(1)).await.status, 200);
    assert_eq!(class.save(days_ago(1), class.day(3, 0)).await.status, 200);
    assert_eq!(class.grade(0, json!({ "score": 88, "outcome": "LULUS" })).await.status, 200);
    let post = async |n: usize, what: &str, body: Value| {
        let path = format!("desk/follow-ups/{}/{what}", class.entries[n]);
        class.server.post(&path, &class.partner, &body).await
    };
    let found = json!({ "months": 3, "what": "BEKERJA", "note": "" });
    let release = |on: Date, agreed: bool| json!({ "on": on, "agreed": agreed });
    is(&post(0, "found", found.clone()).await, 422, "release_unknown");
    is(&post(1, "release", release(today(), true)).await, 422, "training_not_ended");
    is(&post(0, "release", release(days_ago(300), true)).await, 422, "date_out_of_range");
    assert_eq!(post(0, "release", release(today(), false)).await.status, 200);
    is(&post(0, "found", found.clone()).await, 422, "follow_up_not_agreed");
    let register = post(0, "release", release(today(), true)).await.json();
    assert_eq!(register["people"][0]["calls"].as_array().unwrap().len(), 3);
    is(&post(0, "found", found).await, 422, "follow_up_not_due");
    let now = release(today(), true);
    let unknown = class.server.post("desk/follow-ups/zz/release", &class.partner, &now);
    is(&unknown.await, 404, "entry_unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instructor_has_their_own_packages_and_the_house_has_none() {
    let class = Class::of(2, 2).await;
    let blk = class.server.sign_in("blk").await;
    // What is not theirs is answered like what is not there.
    for path in [GAR, "desk/training/GAR/9", "desk/training/XYZ/1", "desk/training/GAR/x"] {
        is(&class.server.get(path, &blk).await, 404, "no_such_package");
    }
    is(&class.server.get("desk/training/GAR/9", &class.partner).await, 404, "no_such_package");
    let start = json!({ "on": today() });
    is(&class.server.post(&format!("{GAR}/start"), &blk, &start).await, 404, "no_such_package");
    is(
        &class.post("/instructor", json!({ "instructor": "marlin" })).await,
        422,
        "instructor_unknown",
    );
    assert_eq!(class.post("/instructor", json!({ "instructor": "blk" })).await.status, 200);

    let shown = class.server.get(GAR, &blk).await.json();
    assert_eq!((&shown["waiting"], &shown["people"]), (&json!([]), &json!([])));
    assert_eq!(class.server.post(&format!("{GAR}/start"), &blk, &start).await.status, 200);
    assert_eq!(class.server.get(GAR, &blk).await.json()["people"].as_array().unwrap().len(), 2);
    let day = format!("{GAR}/days/{}", today().iso());
    assert_eq!(class.server.post(&day, &blk, &class.day(2, 0)).await.status, 200);
    let score = json!({ "entry": class.entries[0], "score": 80 });
    assert_eq!(class.server.post(&format!("{GAR}/grades"), &blk, &score).await.status, 200);
    let passed = json!({ "entry": class.entries[0], "score": 80, "outcome": "LULUS" });
    is(&class.server.post(&format!("{GAR}/grades"), &blk, &passed).await, 403, "role_may_not");
    for path in ["desk/follow-ups", &format!("{GAR}/certificates/{}", class.entries[0])] {
        is(&class.server.get(path, &blk).await, 403, "role_may_not");
    }
    for user in ["marlin", "karutan", "admin", "kanwil", "wali"] {
        let cookie = class.server.sign_in(user).await;
        for path in ["desk/training", GAR, "desk/follow-ups"] {
            is(&class.server.get(path, &cookie).await, 403, "role_may_not");
        }
    }
    // The house reads attendance as a report, with its purpose noted like any other.
    let marlin = class.server.sign_in("marlin").await;
    let report = class.server.get("desk/reports/attendance_totals", &marlin).await.json();
    assert_eq!(report["rows"].as_array().unwrap().len(), 2);
    let of_blk = class.server.get("desk/reports/attendance_days", &blk).await.json();
    assert_eq!(of_blk["rows"].as_array().unwrap().len(), 2);
    assert_eq!(class.post("/instructor", json!({ "instructor": null })).await.status, 200);
    let of_nobody = class.server.get("desk/reports/attendance_days", &blk).await.json();
    assert_eq!(of_nobody["rows"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partner_turns_somebody_away_after_an_interview_and_the_head_hears_the_objection() {
    let class = Class::of(2, 0).await;
    let waiting = class.show().await["waiting"].clone();
    let candidate = waiting[0]["pseudonym"].clone();
    let turn_away = |reason: &str| json!({ "candidate": candidate, "reason": reason });
    let unsaid = class.post("/turn-away", turn_away(" ")).await;
    assert_eq!((unsaid.status, unsaid.code().as_str()), (422, "reason_missing"));
    // Twice is once.
    for _ in 0..2 {
        let reply = class.post("/turn-away", turn_away("tidak datang wawancara")).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        assert_eq!(reply.json()["waiting"].as_array().unwrap().len(), 1, "no longer theirs to see");
    }
    let again = class.post("/turn-away", turn_away("alasan lain")).await;
    assert_eq!((again.status, again.code().as_str()), (404, "entry_unknown"));
    // By the path of the house the partner sees nobody, and turns nobody away.
    let reject = json!({ "state": "rejected", "reason": "x" });
    for path in &class.paths {
        let reply = class.server.post(&format!("{path}/decide"), &class.partner, &reject).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "entry_unknown"));
    }
    let rows = class.server.rows(&class.head).await;
    let rejected: Vec<_> = rows.iter().filter(|row| row.state.code() == "DITOLAK").collect();
    let [row] = rejected[..] else { panic!("{} are rejected", rejected.len()) };
    let path = format!("desk/entries/{}/{}/decide", row.sheet, row.entry);
    let uphold = json!({ "state": "verified", "reason": "sakit pada hari wawancara" });
    assert_eq!(class.server.post(&path, &class.head, &uphold).await.status, 200);
    assert_eq!(class.show().await["waiting"].as_array().unwrap().len(), 2);
    class.server.stop().await;
}
