//! A shift on a tablet whose browser is killed again and again, at moments that nobody chose.
//!
//! An officer registers, drafts, declines and types in the real app ([`shift`]); the browser's whole tree of
//! processes is killed with SIGKILL ([`kill`]) and started again on the same profile. What the screen said was saved
//! stands in a [`ledger`] outside the browser, and is compared after every start with the lists and the
//! open form, and in the end with the changes in the server's database.
//!
//! The seed gives the same shift and the same waits; where exactly a kill falls depends on the machine as well.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bilik_server::demo::{self, Random};
use bilik_server::key::Key;
use bilik_shared::view::{Enrolment, SignIn};
use serde_json::json;

use crate::browser::{Driver, Stuck};
use crate::cutter::Cutter;
use crate::pages;
use crate::process::Server;
use crate::wire::{Client, Counts, Who};

pub mod interface;
pub mod kill;
pub mod ledger;
pub mod shift;
mod stored;

use ledger::Ledger;
use shift::Shift;

/// What a tablet is used for all day.
const WINDOW: (u32, u32) = (1280, 800);
/// Who is on duty first.
const OFFICER: &str = "Siti Aminah Tuasikal";

/// So often a line says how far it has come: a hundred kills take a quarter of an hour.
const TOLD_EVERY: usize = 10;

/// It could not be carried out, or the app did not do what the officer asked for.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The server's program.
    pub server: PathBuf,
    /// How often the browser is killed.
    pub kills: usize,
    /// What everything follows from.
    pub seed: u64,
    /// Before the last start an older copy of the tablet's database is put back. A checker that finds
    /// nothing lost after that would find nothing ever.
    pub rewind: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What everything followed from.
    pub seed: u64,
    /// How often the browser was killed.
    pub kills: usize,
    /// How often the screen said that something is saved.
    pub acknowledged: usize,
    /// Of these, registrations.
    pub registered: usize,
    /// People whose saved work was not there any more.
    pub lost: usize,
    /// People who stood there twice, and registrations that were written twice.
    pub doubled: usize,
    /// How many keys were typed and not kept, at worst, by a hand that is no faster than the disk.
    pub behind: usize,
    /// How long it took.
    pub seconds: u64,
    /// What was wrong, a sentence each.
    pub findings: Vec<String>,
}

impl Report {
    /// Whether the tablet kept what it promised.
    pub fn kept_its_word(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.behind <= 1
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "  {finding}")?;
        }
        let Self { seed, kills, acknowledged, registered, lost, doubled, behind, seconds, .. } =
            self;
        write!(
            f,
            "soak: {kills} kills, {acknowledged} acknowledged ({registered} registrations), {lost} lost, \
             {doubled} doubled, at worst {behind} keystrokes behind; seed {seed}, {seconds} s"
        )
    }
}

/// Carries it out.
pub async fn run(plan: &Plan) -> Result<Report, Failure> {
    let began = Instant::now();
    let data = tempfile::tempdir()?;
    let accounts =
        demo::prepare(data.path(), &Key::for_tests()).map_err(|cause| cause.to_string())?;
    let server = Server::start(&plan.server, data.path()).await?;
    let network = Cutter::start(server.address).await?;
    let driver = Driver::start().await?;
    let profile = tempfile::tempdir()?;
    let code = enrolment(&server, &accounts).await?;
    let page = driver.open(profile.path(), WINDOW).await?;
    page.go(&format!("http://localhost:{}/tablet/#enrol={code}", network.address.port())).await?;
    pages::take(&page, OFFICER).await?;
    page.close().await?;

    let mut random = Random::new(plan.seed);
    let mut ledger = Ledger::default();
    let mut kills = 0;
    loop {
        let last = kills == plan.kills;
        let old = (last && plan.rewind).then(|| copy_database(profile.path())).transpose()?;
        if let Some(old) = old {
            // One more registration, and then the database from before it.
            let page = driver.open(profile.path(), WINDOW).await?;
            let mut shift =
                Shift { page: &page, network: &network, ledger: &mut ledger, random: &mut random };
            shift.start().await?;
            shift.register_somebody().await?;
            kill::tree_of(profile.path()).await?;
            put_back(old.path(), profile.path())?;
        }
        let page = driver.open(profile.path(), WINDOW).await?;
        let mut shift =
            Shift { page: &page, network: &network, ledger: &mut ledger, random: &mut random };
        shift.start().await?;
        shift.look().await?;
        if kills == 0 {
            // Also on a machine so slow that every life ends before it has saved anything there is something to lose.
            shift.register_somebody().await?;
        }
        if last {
            shift.hand_in().await?;
            page.close().await?;
            break;
        }
        let moment = shift.moment();
        let about_to_save = shift.ledger.about_to_save.clone();
        tokio::select! {
            worked = shift.work() => match worked? {},
            () = moment.comes(&about_to_save) => {}
        }
        kill::tree_of(profile.path()).await?;
        kills += 1;
        if kills % TOLD_EVERY == 0 {
            let (saved, seconds) = (ledger.acknowledged(), began.elapsed().as_secs());
            eprintln!("      {kills} kills, {saved} acknowledged, {seconds} s");
        }
    }
    server.stop().await?;
    stored::compare(data.path(), &mut ledger)?;
    Ok(ledger.report(plan.seed, kills, began.elapsed().as_secs()))
}

/// When the browser is killed.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Not before the officer is about to save something.
    pub saving: bool,
    /// So long after that, or after the start.
    pub wait: Duration,
}

impl Moment {
    async fn comes(self, about_to_save: &tokio::sync::Notify) {
        if self.saving {
            about_to_save.notified().await;
        }
        tokio::time::sleep(self.wait).await;
    }
}

/// The supervisor makes a code.
async fn enrolment(server: &Server, accounts: &demo::Accounts) -> Result<String, Failure> {
    let mut client = Client::new(server.address, Arc::<Counts>::default());
    let broken = |_| Stuck("the server does not answer".into());
    let account = accounts.accounts.iter().find(|account| account.user == "marlin");
    let account = account.ok_or("the demo has no supervisor marlin")?;
    let sign_in = SignIn {
        user: account.user.clone(),
        password: account.password.clone(),
        ..SignIn::default()
    };
    let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &sign_in).await.map_err(broken)?;
    let cookie = reply.cookie.ok_or("the supervisor cannot sign in")?;
    let who = Who::Session(&cookie);
    let reply =
        client.post_json("/api/v1/desk/enrolments", who, &json!({})).await.map_err(broken)?;
    Ok(reply.json::<Enrolment>()?.code)
}

/// Where Chromium keeps a profile's databases.
fn database(profile: &Path) -> PathBuf {
    profile.join("Default").join("IndexedDB")
}

fn copy_database(profile: &Path) -> Result<tempfile::TempDir, Failure> {
    let copied = tempfile::tempdir()?;
    copy_folder(&database(profile), copied.path())?;
    Ok(copied)
}

fn put_back(old: &Path, profile: &Path) -> Result<(), Failure> {
    std::fs::remove_dir_all(database(profile))?;
    copy_folder(old, &database(profile))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to)?;
    for file in std::fs::read_dir(from)? {
        let file = file?;
        let target = to.join(file.file_name());
        match file.file_type()?.is_dir() {
            true => copy_folder(&file.path(), &target)?,
            false => drop(std::fs::copy(file.path(), target)?),
        }
    }
    Ok(())
}
