//! The harness: a house with a server, tablets and a desk. When a story is over, dropping it checks that
//! everything that was acknowledged to anybody stands in the database file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use bilik_server::demo::{self, Accounts};
use bilik_server::key::Key;
use bilik_server::store::{FILE_NAME, changes, open_file};
use bilik_shared::command::{Refused, What};
use bilik_shared::id::{EntryId, Hash, SheetId};
use bilik_shared::registration::{
    Answers, Consent, ConsentOutcome, ConsentWay, Education, NikStatus, parse_choices,
};
use bilik_shared::replica::PersonRow;
use bilik_shared::roster::preview::{Apply, Preview};
use bilik_shared::view::entries::{Ask, Filter, Page, Queue};
use bilik_shared::view::{Detail, Enrolment, Overview, Resolve, Row, SignIn};
use bilik_tests::browser::{Browser, Stuck};
use bilik_tests::process::Server;
use bilik_tests::tablet::{Tablet, Trouble};
use bilik_tests::wire::{Client, Counts, Reply, Who};
use bilik_tests::witness::Witness;

/// A house with its server.
pub struct House {
    folder: tempfile::TempDir,
    accounts: Accounts,
    server: Option<Server>,
    counts: Arc<Counts>,
    witness: Arc<Witness>,
}

/// The server's program.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_bilik-for-tests"))
}

/// The invented facility is made once and copied for each story.
fn template() -> &'static (tempfile::TempDir, Accounts) {
    static TEMPLATE: OnceLock<(tempfile::TempDir, Accounts)> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let accounts = demo::prepare(folder.path(), &Key::for_tests()).unwrap();
        (folder, accounts)
    })
}

/// Copies the files of a folder into another one.
pub fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

impl House {
    /// A house on its first day, with its server running.
    pub async fn open() -> Self {
        let (template, accounts) = template();
        let folder = tempfile::tempdir().unwrap();
        copy(template.path(), folder.path());
        let server = Server::start(program(), folder.path()).await.unwrap();
        let (counts, witness) = (Arc::default(), Arc::default());
        Self { folder, accounts: accounts.clone(), server: Some(server), counts, witness }
    }

    /// Where the server listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.as_ref().unwrap().address
    }

    /// The folder that the server keeps everything in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client that nobody knows yet.
    pub fn client(&self) -> Client {
        Client::new(self.address(), self.counts.clone())
    }

    /// The password of somebody at the desk.
    pub fn password(&self, user: &str) -> &str {
        let account = self.accounts.accounts.iter().find(|account| account.user == user);
        &account.unwrap().password
    }

    /// A new tablet in the hands of an officer, with its sheets.
    pub async fn tablet(&self, officer: &str) -> Tablet {
        let code = self.desk("marlin").await.enrolment().await.code;
        self.with_sheets(Tablet::enrol(self.client(), &code, officer.parse().unwrap())).await
    }

    /// A tablet of a version that does not sign.
    pub async fn old_tablet(&self, officer: &str) -> Tablet {
        let code = self.desk("marlin").await.enrolment().await.code;
        self.with_sheets(Tablet::enrol_old(self.client(), &code, officer.parse().unwrap())).await
    }

    async fn with_sheets(&self, enrolled: impl Future<Output = Result<Tablet, Trouble>>) -> Tablet {
        let mut tablet = enrolled.await.unwrap().watched_by(self.witness.clone());
        tablet.sync().await.unwrap();
        tablet
    }

    /// Somebody signs in at the desk.
    pub async fn desk(&self, user: &str) -> Desk {
        let mut client = self.client();
        let sign_in =
            SignIn { user: user.into(), password: self.password(user).into(), ..SignIn::default() };
        let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &sign_in).await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.code());
        Desk { client, cookie: reply.cookie.unwrap() }
    }

    /// Somebody signs in at the desk in a browser, and looks at the dashboard.
    pub async fn sit_down(&self, page: &Browser, user: &str) -> Result<(), Stuck> {
        self.sit_down_at(page, user, "#dashboard").await
    }

    /// Somebody signs in at the desk in a browser, on this page; with none, where their work waits.
    pub async fn sit_down_at(&self, page: &Browser, user: &str, hash: &str) -> Result<(), Stuck> {
        // A page that only its fragment leads to is not loaded anew.
        page.go("about:blank").await?;
        page.go(&format!("http://localhost:{}/desk/{hash}", self.address().port())).await?;
        page.fill("Nama pengguna", user).await?;
        page.fill("Kata sandi", self.password(user)).await?;
        page.press("Masuk").await
    }

    /// Whoever sits at the desk signs out. The page is loaded anew then, which would take back any way that a story
    /// goes on meanwhile.
    pub async fn stand_up(&self, page: &Browser) -> Result<(), Stuck> {
        page.press("Keluar").await?;
        let nobody = "return location.hash === '' && document.body.classList.contains('signin')";
        page.until("nobody's page", nobody).await.map(drop)
    }

    /// The server is killed in the middle of whatever it does.
    pub async fn kill(&mut self) {
        self.server.take().unwrap().kill().await.unwrap();
    }

    /// The server is asked to stop, and does.
    pub async fn stop(&mut self) {
        self.server.take().unwrap().stop().await.unwrap();
    }

    /// The server is started again, where tablets know it.
    pub async fn start_at(&mut self, address: std::net::SocketAddr) {
        let server = Server::start_at(program(), self.folder.path(), address).await.unwrap();
        self.server = Some(server);
    }

    /// The server is started again, with a folder of its own for temporary files.
    pub async fn start_in(&mut self, temporary: &Path) {
        let address = bilik_tests::process::free_address().unwrap();
        let started = Server::start_in(program(), self.folder.path(), address, temporary);
        self.server = Some(started.await.unwrap());
    }

    /// A copy of everything the stopped server keeps.
    pub fn back_up(&self) -> tempfile::TempDir {
        assert!(self.server.is_none(), "a copy of files that are being written is no copy");
        let copied = tempfile::tempdir().unwrap();
        copy(self.folder.path(), copied.path());
        copied
    }

    /// Puts an older copy in place of everything the stopped server keeps. What was acknowledged since
    /// is forgiven, because that is the tablets' part of the story.
    pub fn restore(&self, copied: &Path) {
        assert!(self.server.is_none(), "files that are in use cannot be replaced");
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
        copy(copied, self.folder.path());
        self.witness.forget();
    }

    /// Changes that were acknowledged so far are about to be written anew, under other names.
    pub fn forgive(&self) {
        self.witness.forget();
    }

    /// The database file, opened beside the server.
    pub fn database(&self) -> rusqlite::Connection {
        open_file(&self.folder.path().join(FILE_NAME), &Key::for_tests()).unwrap()
    }

    /// A tablet stands as one of which two histories were found. The server knows it from when it next forgets its
    /// tablets.
    pub fn suspend(&self, device: &str) {
        self.mark("suspended_at", device);
    }

    /// A tablet stands as one that has handed in as much as one may within a day.
    pub fn use_up(&self, device: &str) {
        self.mark("used_up_at", device);
    }

    fn mark(&self, column: &str, device: &str) {
        let sql = format!("UPDATE devices SET {column} = unixepoch() * 1000 WHERE code = ?1");
        assert_eq!(self.database().execute(&sql, (device,)).unwrap(), 1);
    }

    /// The changes in the database file, read beside the server.
    pub fn stored(&self) -> BTreeSet<(SheetId, Hash)> {
        let db = self.database();
        changes::all_hashes(&db).unwrap().into_iter().collect()
    }

    /// The quarantine in the database file: sheet, device and reason.
    pub fn quarantine(&self) -> Vec<(String, String, String)> {
        let db = self.database();
        let mut rows = db.prepare("SELECT sheet, device, reason FROM quarantine").unwrap();
        let rows = rows.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            server.kill_now();
        }
        // A story that failed already has said what is wrong.
        if !std::thread::panicking() {
            let missing = self.witness.missing(&self.stored());
            assert!(missing.is_empty(), "acknowledged, and not in the database: {missing:?}");
        }
    }
}

/// Somebody at the desk.
pub struct Desk {
    client: Client,
    cookie: String,
}

impl Desk {
    /// The house, counts and tablets, as this person may see them.
    pub async fn overview(&mut self) -> Overview {
        let reply = self.get("/api/v1/desk/overview").await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        reply.json().unwrap()
    }

    /// Every row that this person may see, sheet by sheet.
    pub async fn rows(&mut self) -> Vec<Row> {
        let (mut rows, mut cursor) = (Vec::new(), None);
        loop {
            let filter = Filter { queue: Queue::Everyone, ..Filter::default() };
            let ask = Ask { filter, cursor, limit: Some(500), ..Ask::default() };
            let reply = self.post("/api/v1/desk/entries/search", &ask).await;
            assert_eq!(reply.status, 200, "{}", reply.code());
            let page: Page = reply.json().unwrap();
            rows.extend(page.rows);
            cursor = page.next;
            if cursor.is_none() {
                rows.sort_by(|a, b| (&a.sheet, a.entry).cmp(&(&b.sheet, b.entry)));
                return rows;
            }
        }
    }

    /// One registration.
    pub async fn detail(&mut self, sheet: &SheetId, entry: EntryId) -> Detail {
        let reply = self.get(&format!("/api/v1/desk/entries/{sheet}/{entry}")).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        reply.json().unwrap()
    }

    /// Chooses one of several answers.
    pub async fn resolve(&mut self, sheet: &SheetId, entry: EntryId, choice: &Resolve) -> Reply {
        self.post(&format!("/api/v1/desk/entries/{sheet}/{entry}/resolve"), choice).await
    }

    /// Makes a one-time code.
    pub async fn enrolment(&mut self) -> Enrolment {
        let reply = self.post("/api/v1/desk/enrolments", &serde_json::json!({})).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        reply.json().unwrap()
    }

    /// Brings a list of the prison database, and applies what needs nobody's decision.
    pub async fn bring_list(&mut self, list: &str) {
        let (who, body) = (Who::Session(&self.cookie), list.to_owned().into());
        let reply = self.client.post("/api/v1/desk/roster/preview?columns=", who, body).await;
        let reply = reply.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.code());
        let preview = reply.json::<Preview>().unwrap().id;
        let apply = Apply { preview, choices: BTreeMap::new(), blocks: Vec::new() };
        let reply = self.post("/api/v1/desk/roster/apply", &apply).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }

    /// Asks for anything.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.client.get(path, Who::Session(&self.cookie)).await.unwrap()
    }

    /// Sends anything.
    pub async fn post<T: serde::Serialize>(&mut self, path: &str, body: &T) -> Reply {
        self.client.post_json(path, Who::Session(&self.cookie), body).await.unwrap()
    }

    /// What happens from now on.
    pub async fn events(&self) -> bilik_tests::wire::Events {
        self.client.events("/api/v1/desk/events", Who::Session(&self.cookie)).await.unwrap()
    }
}

/// A registration as an officer enters it, with ranked programmes.
pub fn register(choices: &str) -> What {
    What::Register { person: None, answers: Box::new(answers(choices)), confirmed: Vec::new() }
}

/// A registration whatever the tablet warns of: the officer has looked and says that it is so.
pub fn register_as_is(tablet: &mut Tablet, sheet: &SheetId, entry: EntryId, choices: &str) {
    let with =
        |confirmed| What::Register { person: None, answers: Box::new(answers(choices)), confirmed };
    match tablet.act(sheet, entry, with(Vec::new())).unwrap() {
        Err(Refused::Warnings(warnings)) => {
            tablet.act(sheet, entry, with(warnings)).unwrap().unwrap();
        }
        done => drop(done.unwrap()),
    }
}

/// Complete answers.
pub fn answers(choices: &str) -> Answers {
    let consent = Consent {
        outcome: ConsentOutcome::Agreed,
        way: Some(ConsentWay::Spoken),
        read_aloud: true,
        wording: "ikut-1-id".into(),
        witness: "Grace Manuhutu".into(),
    };
    Answers {
        choices: parse_choices(choices),
        education: Some(Education::LowerSecondary),
        nik_status: Some(NikStatus::NotYet),
        consent: Some(consent),
        ..Answers::default()
    }
}

/// The first sheet of a tablet, and the people on it in cell order.
pub fn first_sheet(tablet: &Tablet) -> (SheetId, Vec<PersonRow>) {
    let sheet = tablet.replica().sheet_list().remove(0).id;
    let people = tablet.replica().people(&sheet);
    (sheet, people)
}

/// The entry's place in the walk list.
pub fn row(tablet: &Tablet, sheet: &SheetId, entry: EntryId) -> PersonRow {
    let mut rows = tablet.replica().people(sheet).into_iter();
    rows.find(|row| row.entry == entry).unwrap()
}

/// Asserts that a tablet has nothing left to send and has the same sheet as another one.
pub fn assert_same(a: &mut Tablet, b: &mut Tablet, sheet: &SheetId) {
    for tablet in [&a, &b] {
        assert_eq!(tablet.replica().pending(), BTreeSet::new());
    }
    let heads = |tablet: &mut Tablet| tablet.replica_mut().sheet_mut(sheet).unwrap().heads();
    let (mut of_a, mut of_b) = (heads(a), heads(b));
    of_a.sort_unstable();
    of_b.sort_unstable();
    assert_eq!(of_a, of_b);
    assert_eq!(a.replica().people(sheet), b.replica().people(sheet));
}
