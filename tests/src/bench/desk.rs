//! The desk with as many people as a large house has in years: what its first page, a search and counts cost while
//! registrations keep arriving.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bilik_server::key::Key;
use bilik_server::store::{Store, meta};
use bilik_server::{projection, sign_in};
use bilik_shared::role::Role;
use bilik_shared::view::SignIn;
use bilik_shared::view::entries::{Ask, Filter, Page, Queue};

use super::fleet::{Failure, Parked};
use super::{folder, search};
use crate::process::Server;
use crate::wire::{Client, Counts, Who};
use crate::workload::{Size, TabletDay, Workload};

/// Sheets with people.
const SHEETS: usize = 50;
/// People of each sheet.
const EACH: usize = 1_000;
/// Each tablet hands in so many registrations a second.
const RATE: usize = 10;
/// For so long.
const SECONDS: usize = 8;
const USER: &str = "ukur";
const PASSWORD: &str = "hanya untuk pengukuran";

/// What was measured, in milliseconds unless it says otherwise.
#[derive(Debug, Default)]
pub struct Taken {
    /// First pages of a hundred rows with counts for chips.
    pub first_page: Vec<f64>,
    /// Keystrokes of a search.
    pub search: Vec<f64>,
    /// Counts for chips with a page of one row.
    pub facets: Vec<f64>,
    /// Everything that a desk asks for before it shows its table.
    pub overview: Vec<f64>,
    /// Registrations a second that arrived meanwhile.
    pub rate: f64,
    /// Peak memory of the server, in megabytes.
    pub memory: f64,
    /// All rows made anew from the changes.
    pub rebuild: f64,
}

/// Measures once. Each tablet hands in so many registrations in one exchange: one, as it does in reach of the server,
/// or more, as it does when it comes back.
pub async fn measure(server: &Path, at_once: usize) -> Result<Taken, Failure> {
    let folder = tempfile::tempdir()?;
    folder::make_wide(folder.path(), SHEETS, EACH).map_err(|cause| cause.to_string())?;
    let db = Store::open(folder.path(), &Key::for_tests())?
        .connect_writer()
        .map_err(|cause| cause.to_string())?;
    let pepper = sign_in::pepper::Pepper::open(folder.path())?;
    let user = sign_in::new_user(&pepper, USER.parse()?, "Ukur", Role::Supervisor, PASSWORD);
    bilik_server::store::users::put(&db, &user.map_err(|cause| cause.code())?)?;
    drop(db);
    let running = Server::start(server, folder.path()).await?;
    let mut taken = look(&running, at_once).await?;
    taken.memory = running.peak_mb()?;
    running.stop().await?;
    let db = Store::open(folder.path(), &Key::for_tests())?
        .connect_writer()
        .map_err(|cause| cause.to_string())?;
    meta::set(&db, meta::PROJECTION, "0")?;
    let began = Instant::now();
    // In one transaction, as the server does it when it starts: else each row waits for the disk.
    let all = db.unchecked_transaction()?;
    projection::rebuild(&all).map_err(|cause| cause.code())?;
    all.commit()?;
    taken.rebuild = began.elapsed().as_secs_f64() * 1e3;
    Ok(taken)
}

async fn look(server: &Server, at_once: usize) -> Result<Taken, Failure> {
    let counts = Arc::new(Counts::default());
    let mut client = Client::new(server.address, counts.clone());
    let typed = SignIn { user: USER.into(), password: PASSWORD.into(), ..SignIn::default() };
    let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &typed).await;
    let cookie = reply.map_err(|_| "no sign-in")?.cookie.ok_or("no session")?;
    let who = Who::Session(&cookie);
    let registrations = RATE * SECONDS;
    let size = Size { tablets: SHEETS, registrations, sheets: SHEETS, trickle: 0 };
    let workload = Workload::make(size);
    let mut working = Vec::new();
    for (sheet, day) in workload.sheets.iter().zip(&workload.tablets) {
        let mut parked = Parked::fetch(server.address, &counts, sheet.parse()?, 0).await?;
        parked.sign().await?;
        working.push((parked, day.clone()));
    }
    let began = Instant::now();
    let begin = |(parked, day)| tokio::spawn(hand_in(parked, day, at_once));
    let arriving: Vec<_> = working.into_iter().map(begin).collect();
    let mut taken = Taken::default();
    let everyone = Filter { queue: Queue::Everyone, ..Filter::default() };
    while arriving.iter().any(|task| !task.is_finished()) {
        let ask = Ask { filter: everyone.clone(), ..Ask::default() };
        taken.first_page.push(page(&mut client, who, &ask).await?);
        taken.facets.push(page(&mut client, who, &Ask { limit: Some(1), ..ask }).await?);
        let one = Instant::now();
        client.get("/api/v1/desk/overview", who).await.map_err(|_| "no overview")?;
        taken.overview.push(one.elapsed().as_secs_f64() * 1e3);
        let typed = search::TYPED[taken.overview.len() % search::TYPED.len()];
        for (end, letter) in typed.char_indices() {
            let text = typed[..end + letter.len_utf8()].to_owned();
            let filter = Filter { text, ..everyone.clone() };
            taken.search.push(page(&mut client, who, &Ask { filter, ..Ask::default() }).await?);
        }
    }
    for task in arriving {
        task.await??;
    }
    taken.rate = (SHEETS * registrations) as f64 / began.elapsed().as_secs_f64();
    Ok(taken)
}

/// One exchange after another, at the beat of the clock.
async fn hand_in(mut parked: Parked, day: TabletDay, at_once: usize) -> Result<(), Failure> {
    let beat = Duration::from_millis(1_000 * at_once as u64 / RATE as u64);
    let mut beat = tokio::time::interval(beat);
    for some in day.registrations.chunks(at_once) {
        beat.tick().await;
        let day = TabletDay { registrations: some.to_vec(), edits: Vec::new(), ..day };
        parked.work(&day)?;
        parked.hand_in().await?;
    }
    Ok(())
}

async fn page(client: &mut Client, who: Who<'_>, ask: &Ask) -> Result<f64, Failure> {
    let began = Instant::now();
    let reply = client.post_json("/api/v1/desk/entries/search", who, ask).await;
    let reply = reply.map_err(|_| "no page")?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    let page: Page = reply.json()?;
    // Whoever is searched for may be nobody; a list of everybody has them all.
    match ask.filter.text.is_empty() && (page.total as usize) < SHEETS * EACH {
        true => Err("somebody is missing on the list".into()),
        false => Ok(took),
    }
}
