//! What was opened on a tablet: in the log once, whatever is sent twice, and with nobody's name.

use bilik_shared::exchange::{self, Answer, MAX_READS, Request};
use bilik_shared::id::EntryId;
use bilik_shared::privacy::access::{Found, TabletRead, What};
use bilik_shared::time::Timestamp;
use serde_json::json;

use crate::Server;
use crate::exchange::Rogue;

const HOUR: i64 = 3_600_000;

fn request(reads: Vec<TabletRead>) -> Vec<u8> {
    exchange::encode(&Request {
        v: exchange::VERSION,
        app: "test".into(),
        reads,
        ..Request::default()
    })
}

fn read(officer: &str, entry: EntryId, hour: i64) -> TabletRead {
    TabletRead { officer: officer.parse().unwrap(), entry, at: Timestamp(hour * HOUR) }
}

async fn log(server: &Server, cookie: &str, search: serde_json::Value) -> Found {
    let reply = server.post("desk/privacy/access", cookie, &search).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    serde_json::from_slice(&reply.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_on_a_tablet_is_in_the_log_once_also_of_people_nobody_knows() {
    let server = Server::start().await;
    let tablet = Rogue::enrol(&server, 1).await;
    let known = tablet.sheet.entries()[0].id;
    let foreign = EntryId([0xee; 16]);
    let reads = vec![
        read("siti", known, 1),
        read("siti", known, 3),
        read("rusdi", known, 1),
        read("siapa", foreign, 1),
        // The same again inside of one request.
        read("siti", known, 1),
    ];
    let noted = async |body: &[u8]| {
        let reply = server.exchange(&tablet.credential, body).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        Answer::decode(&reply.body).unwrap().noted
    };
    for _ in 0..3 {
        assert!(noted(&request(reads.clone())).await);
    }
    assert!(!noted(&request(Vec::new())).await, "nothing was said");
    let pdp = server.sign_in("pdp").await;
    let found = log(&server, &pdp, json!({})).await;
    let lines: Vec<_> = found.reads.iter().map(|line| &line.access).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    for line in &lines {
        let on = line.on.as_ref().unwrap();
        assert_eq!(
            (on.device.as_str(), line.role.as_str()),
            (tablet.device.as_str(), "PETUGAS_REGISTRASI")
        );
        assert_eq!((line.what, line.reason.as_str()), (What::Entry, ""));
        assert!(line.at.0 > 100 * HOUR && on.claimed_at.0 <= 3 * HOUR, "both clocks: {line:?}");
    }
    let of = log(&server, &pdp, json!({ "number": known.to_string() })).await;
    assert_eq!(of.reads.len(), 3);

    // Another tablet says the same: it is another reading.
    let other = Rogue::enrol(&server, 2).await;
    let reply = server.exchange(&other.credential, &request(reads[..1].to_vec())).await;
    assert_eq!(reply.status, 200);
    assert_eq!(log(&server, &pdp, json!({})).await.reads.len(), 5);

    // As many as a request may tell of, and one more: then nothing of it is taken.
    let many = |n: usize| (0..n as i64).map(|n| read("siti", foreign, 100 + n)).collect::<Vec<_>>();
    let reply = server.exchange(&tablet.credential, &request(many(MAX_READS + 1))).await;
    assert_eq!((reply.status, reply.code()), (400, "too_many_reads".into()));
    assert!(noted(&request(many(MAX_READS))).await);
    let count = |sql: &str| -> i64 {
        let path = server.folder.path().join(bilik_server::store::FILE_NAME);
        let db =
            bilik_server::store::open_file(&path, &bilik_server::key::Key::for_tests()).unwrap();
        db.query_row(sql, (), |row| row.get(0)).unwrap()
    };
    let all = "SELECT count(*) FROM access_log WHERE device IS NOT NULL";
    assert_eq!(count(all), 5 + MAX_READS as i64);

    // One that was revoked reads nothing more, and what it read before is still noted.
    let revoke = json!({ "what": "revoke", "word": "hilang" });
    let marlin = server.sign_in("marlin").await;
    let path = format!("desk/devices/{}", tablet.device);
    assert_eq!(server.post(&path, &marlin, &revoke).await.status, 200);
    assert!(noted(&request(vec![read("siti", known, 9)])).await);
    assert_eq!(count(all), 6 + MAX_READS as i64);
    server.stop().await;
}
