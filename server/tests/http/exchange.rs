//! What the exchange refuses, what it sets aside, and that it goes on after it.

use bilik_server::key::Key;
use bilik_server::store::devices::{self, DeviceRow};
use bilik_server::store::{Store, changes, quarantine};
use bilik_shared::admission::Quarantine;
use bilik_shared::command::{Author, Command, Moment, What};
use bilik_shared::enrolment;
use bilik_shared::exchange::{self, Answer, Request, SheetRequest, Verdict};
use bilik_shared::id::{ActorId, EntryId, Hash, SheetId};
use bilik_shared::role::Role;
use bilik_shared::sheet::{Chunk, Sheet};
use bilik_shared::time::{Date, Timestamp};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::Server;

pub fn first_request() -> Vec<u8> {
    exchange::encode(&Request { v: exchange::VERSION, app: "test".into(), ..Request::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_that_cannot_be_read_is_refused_with_a_code_and_the_next_one_works() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let good = first_request();
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("nothing", Vec::new(), 400, "unreadable"),
        ("garbage", vec![0xa5; 500], 400, "unreadable"),
        ("too large", vec![0; exchange::MAX_BODY + 1], 413, "body_too_large"),
        ("another version", exchange::encode(&Request::default()), 400, "version_unknown"),
    ];
    for (case, body, status, code) in cases {
        let reply = server.exchange(&credential, &body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{case}");
    }
    for cut in 0..good.len() {
        let reply = server.exchange(&credential, &good[..cut]).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "unreadable"), "cut at {cut}");
    }
    for wrong in ["", "x", "00.11", &format!("{}0", &credential[..credential.len() - 1])] {
        let reply = server.exchange(wrong, &good).await;
        assert!(reply.status == 401 || wrong == credential, "{wrong}");
    }
    let reply = server.exchange(&credential, &good).await;
    let answer = Answer::decode(&reply.body).unwrap();
    assert_eq!(answer.sheets.len(), 5);
    assert!(answer.sheets.iter().all(|sheet| sheet.document.is_some()));
    assert_eq!(answer.brief.unwrap().1.sheets.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_hears_at_once_what_its_sheets_look_like() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "GET /api/v1/changes HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {credential}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(&mut stream).lines();
    let mut heard = 0;
    while heard < 5 {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(event) = line.strip_prefix("data: ") {
            let (sheet, digest) = event.split_once(' ').unwrap();
            assert!(sheet.ends_with(['A', 'B', 'C', 'D', 'W']) && digest.len() == 16, "{event}");
            heard += 1;
        }
    }
    // An open stream does not keep the server from stopping.
    server.stop().await;
}

/// A request that brings packed changes for one sheet.
pub fn bringing(id: &SheetId, heads: Vec<Hash>, packed: Vec<u8>) -> Vec<u8> {
    let sheet = SheetRequest {
        id: id.clone(),
        generation: 1,
        heads,
        receipt: Vec::new(),
        changes: packed.into(),
        relay: false,
    };
    exchange::encode(&Request { v: exchange::VERSION, sheets: vec![sheet], ..Request::default() })
}

/// A tablet as bytes: a document and an actor, without the rules of the real one.
pub struct Rogue {
    pub id: SheetId,
    pub sheet: Sheet,
    pub credential: String,
    pub device: String,
}

impl Rogue {
    pub async fn enrol(server: &Server, actor: u8) -> Self {
        let credential = server.enrol().await;
        let answer = server.exchange(&credential, &first_request()).await;
        let mut answer = Answer::decode(&answer.body).unwrap();
        let device = answer.brief.unwrap().1.device.to_string();
        let first = answer.sheets.remove(0);
        let sheet = Sheet::load(&first.document.unwrap(), ActorId([actor; 16])).unwrap();
        Self { id: first.id, sheet, credential, device }
    }

    pub fn write(&mut self, value: &str) -> Chunk {
        let entry = self.sheet.entries()[0].id;
        let fields = vec![("reason".to_owned(), value.to_owned())];
        self.act(entry, What::Write { fields, registered: false })
    }

    pub fn act(&mut self, entry: EntryId, what: What) -> Chunk {
        let command = Command { sheet: self.id.clone(), entry, what };
        let device = Some(self.device.parse().unwrap());
        let moment = Moment {
            author: Author { device, officer: "grace".parse().unwrap() },
            role: Role::Officer,
            at: Timestamp(0),
            today: Date::new(2026, 1, 1).unwrap(),
            number: None,
        };
        self.sheet.act(&command, &moment).unwrap().chunk.unwrap()
    }

    pub async fn send(&self, server: &Server, id: &SheetId, chunks: &[&Chunk]) -> Answer {
        let owned: Vec<Chunk> = chunks.iter().map(|chunk| (*chunk).clone()).collect();
        let heads = chunks.iter().map(|chunk| chunk.hash()).collect();
        self.send_packed(server, id, heads, exchange::pack(&owned).0).await
    }

    pub async fn send_packed(
        &self,
        server: &Server,
        id: &SheetId,
        heads: Vec<Hash>,
        packed: Vec<u8>,
    ) -> Answer {
        let reply = server.exchange(&self.credential, &bringing(id, heads, packed)).await;
        assert_eq!(reply.status, 200, "{}", reply.head);
        Answer::decode(&reply.body).unwrap()
    }

    /// Takes in what the server has and this tablet lacks.
    pub async fn catch_up(&mut self, server: &Server) {
        let request = SheetRequest {
            id: self.id.clone(),
            generation: 1,
            heads: self.sheet.heads(),
            receipt: Vec::new(),
            changes: Vec::new().into(),
            relay: false,
        };
        let request = Request { v: exchange::VERSION, sheets: vec![request], ..Request::default() };
        let reply = server.exchange(&self.credential, &exchange::encode(&request)).await;
        let answer = Answer::decode(&reply.body).unwrap();
        let sheet = answer.sheets.into_iter().find(|sheet| sheet.id == self.id).unwrap();
        let packed = exchange::unpack(&sheet.changes).unwrap();
        let chunks: Vec<Chunk> =
            packed.iter().map(|one| Chunk::parse(&one.bytes).unwrap()).collect();
        self.sheet.apply(&chunks).unwrap();
    }

    async fn verdicts(&self, server: &Server, chunks: &[&Chunk]) -> Vec<Verdict> {
        let answer = self.send(server, &self.id, chunks).await;
        answer.sheets.into_iter().find(|sheet| sheet.id == self.id).unwrap().verdicts
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_accepted_is_kept_and_named_and_the_rest_goes_on() {
    let server = Server::start().await;
    let mut honest = Rogue::enrol(&server, 1).await;
    let mut thief = Rogue::enrol(&server, 1).await;
    let mut other = Rogue::enrol(&server, 3).await;

    let first = honest.write("mau usaha");
    assert_eq!(honest.verdicts(&server, &[&first]).await, []);
    let stolen = thief.write("lain");
    let reason = Quarantine::ForeignActor;
    assert_eq!(
        thief.verdicts(&server, &[&stolen]).await,
        [Verdict { hash: stolen.hash(), reason }]
    );
    // The same again is kept once and named again.
    assert_eq!(thief.verdicts(&server, &[&stolen]).await.len(), 1);

    let (lost, orphan) = (other.write("satu"), other.write("dua"));
    let reason = Quarantine::UnknownDependency;
    let verdicts = other.verdicts(&server, &[&orphan]).await;
    assert_eq!(verdicts, [Verdict { hash: orphan.hash(), reason }]);
    // Once what it builds on has arrived, it is taken in and waits for nobody any more.
    assert_eq!(other.verdicts(&server, &[&lost, &orphan]).await, []);

    let nowhere: SheetId = "no-such-sheet".parse().unwrap();
    let answer = other.send(&server, &nowhere, &[&lost]).await;
    assert_eq!(answer.taken, [nowhere]);

    let folder = server.stop().await;
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let stored: Vec<Hash> =
        store.read_now(changes::all_hashes).unwrap().into_iter().map(|(_, hash)| hash).collect();
    for chunk in [&first, &lost, &orphan] {
        assert!(stored.contains(&chunk.hash()));
    }
    assert!(!stored.contains(&stolen.hash()));
    let waiting = store.read_now(quarantine::count_by_device).unwrap();
    let waiting: Vec<(&str, u32)> = waiting.iter().map(|(code, n)| (code.as_str(), *n)).collect();
    assert_eq!(waiting, [("T02", 1), ("T03", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_names_what_is_stored_and_brings_what_is_missing() {
    let server = Server::start().await;
    let mut one = Rogue::enrol(&server, 1).await;
    let mut two = Rogue::enrol(&server, 2).await;
    let (a, b) = (one.write("satu"), two.write("dua"));
    let id = one.id.clone();
    let find = |answer: Answer| answer.sheets.into_iter().find(|sheet| sheet.id == id);
    let answer = find(one.send(&server, &one.id, &[&a]).await).unwrap();
    assert!(answer.complete && answer.changes.is_empty() && !answer.more);
    // Twice is as good as once.
    let again = find(one.send(&server, &one.id, &[&a]).await).unwrap();
    assert!(again.complete && again.digest == answer.digest);
    let answer = find(two.send(&server, &two.id, &[&b]).await).unwrap();
    let brought = exchange::unpack(&answer.changes).unwrap();
    assert_eq!(brought.iter().map(|one| one.hash).collect::<Vec<_>>(), [a.hash()]);
    // Somebody who names what the server does not have is told where it stands.
    let unknown = one.write("tiga");
    let request = SheetRequest {
        id: one.id.clone(),
        generation: 1,
        heads: vec![unknown.hash()],
        receipt: vec![a.hash()],
        changes: Vec::new().into(),
        relay: false,
    };
    let request = Request { v: exchange::VERSION, sheets: vec![request], ..Request::default() };
    let reply = server.exchange(&one.credential, &exchange::encode(&request)).await;
    let answer = find(Answer::decode(&reply.body).unwrap()).unwrap();
    assert!(!answer.complete);
    assert_eq!(answer.heads.len(), 2);
}

/// Stops the server, which writes down what tablets said, reads that, and starts it again.
async fn devices(server: Server) -> (Server, Vec<DeviceRow>) {
    let folder = server.stop().await;
    let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
    let rows = store.read_now(devices::list).unwrap();
    drop(store);
    (Server::start_on(folder).await, rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_comes_with_nothing_after_it_held_sheets_is_an_alarm() {
    let server = Server::start().await;
    let mut one = Rogue::enrol(&server, 1).await;
    let two = Rogue::enrol(&server, 2).await;
    let (first, second) = (one.write("satu"), one.write("dua"));
    let request = |waiting, sheets| {
        let request = Request { v: exchange::VERSION, waiting, sheets, ..Request::default() };
        exchange::encode(&request)
    };
    // It says that three wait, and one of the changes that it names is not here.
    let sheet = SheetRequest {
        id: one.id.clone(),
        generation: 1,
        heads: vec![second.hash()],
        receipt: Vec::new(),
        changes: exchange::pack(std::slice::from_ref(&first)).0.into(),
        relay: false,
    };
    let told = server.exchange(&one.credential, &request(3, vec![sheet.clone()])).await;
    assert_eq!(told.status, 200);
    let (server, rows) = devices(server).await;
    assert_eq!((rows[0].emptied_at, rows[1].emptied_at), (None, None), "{}", two.device);
    assert_eq!((rows[0].said.waiting, rows[0].said.held), (3, 1));

    // It comes with nothing and, before that was written down, with its sheet again.
    let whole = SheetRequest { heads: vec![first.hash()], ..sheet };
    for body in [request(0, vec![]), request(1, vec![whole])] {
        assert_eq!(server.exchange(&one.credential, &body).await.status, 200);
    }
    let (server, rows) = devices(server).await;
    assert!(rows[0].emptied_at.is_some() && rows[1].emptied_at.is_none());
    assert_eq!((rows[0].lost_waiting, rows[0].said.held), (3, 1));
    assert_eq!(rows[0].said.waiting, 0, "what waited when it asked is stored");
    let cookie = server.sign_in("marlin").await;
    let overview = server.get("desk/overview", &cookie).await.json();
    assert_eq!(overview["devices"][0]["lost_waiting"], 3);
    assert!(overview["devices"][0]["emptied_at"].is_i64());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_is_enrolled_anew_says_who_it_was() {
    let server = Server::start().await;
    let lost = Rogue::enrol(&server, 1).await;
    let (server, _) = devices(server).await;
    // One that never was is no reason to refuse the new one.
    for was in [lost.device.as_str(), "T77"] {
        let lost = Some(was.parse().unwrap());
        let asked = enrolment::ask(&server.new_code().await, None, lost).unwrap().0;
        assert_eq!(server.post("enrol", "", &json!(asked)).await.status, 200);
    }
    let (_server, rows) = devices(server).await;
    let emptied: Vec<bool> = rows.iter().map(|row| row.emptied_at.is_some()).collect();
    assert_eq!(emptied, [true, false, false]);
    assert!(rows[0].last_contact < rows[0].emptied_at);
}
