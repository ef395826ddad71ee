//! Many tablets at once. Each lives by itself, as the app does: it exchanges when it is in reach,
//! then listens, and exchanges again when it hears that a sheet has changed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bilik_shared::command::What;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::sheet::Entry;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::folder;
use crate::tablet::{Tablet, Trouble};
use crate::wire::{Client, Counts, Events};
use crate::workload::{Content, FIELDS, Registration, TabletDay, Workload};

/// What may go wrong in a measurement. It ends it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a sheet must hold in the end, in the words of the product.
#[derive(Debug, Clone, Default)]
pub struct Goal {
    entries: usize,
    edited: Vec<EntryId>,
}

impl Goal {
    /// What each sheet of a workload must hold.
    pub fn of(workload: &Workload) -> Result<Vec<Arc<Self>>, Failure> {
        let mut goals = vec![Self::default(); workload.sheets.len()];
        for tablet in &workload.tablets {
            let goal = &mut goals[tablet.sheet];
            goal.entries += tablet.registrations.len();
            for edit in &tablet.edits {
                goal.edited.push(entry_id(&edit.id)?);
            }
        }
        Ok(goals.into_iter().map(Arc::new).collect())
    }

    fn is_reached(&self, tablet: &mut Tablet, sheet: &SheetId) -> bool {
        let holds = tablet.replica_mut().sheet_mut(sheet).is_some_and(|s| s.len() >= self.entries);
        let edited = |id: &EntryId| {
            let entry = tablet.replica().entry(sheet, *id);
            entry.is_some_and(|e| e.fields.get("status").is_some_and(|s| s == "terverifikasi"))
        };
        holds && self.edited.iter().all(edited)
    }
}

/// How far a tablet is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Entries on its sheet.
    pub entries: usize,
    /// It holds everything its sheet must hold in the end.
    pub has_all: bool,
    /// The server has confirmed all of its work.
    pub confirmed: bool,
    /// Exchanges so far.
    pub exchanges: u32,
}

/// What a tablet is asked to do while it is connected.
enum Order {
    /// Register somebody; tells when the tablet began.
    Register(Registration, oneshot::Sender<Instant>),
    /// Tell what the sheet holds.
    Dump(oneshot::Sender<Content>),
}

/// One tablet that is connected.
#[derive(Debug)]
pub struct Member {
    orders: mpsc::Sender<Order>,
    progress: watch::Receiver<Progress>,
    task: JoinHandle<Result<Tablet, Failure>>,
}

/// A tablet with its sheet, not connected.
#[derive(Debug)]
pub struct Parked {
    /// The tablet.
    pub tablet: Tablet,
    /// Its sheet.
    pub sheet: SheetId,
}

/// An entry's id from a registration's UUID: the same 16 bytes.
pub fn entry_id(uuid: &str) -> Result<EntryId, Failure> {
    Ok(uuid.replace('-', "").parse()?)
}

fn uuid(id: EntryId) -> String {
    let hex = id.to_string();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The answers of an entry that the workload gave it.
fn known_fields(entry: &Entry) -> BTreeMap<String, String> {
    let known = entry.fields.iter().filter(|(key, _)| FIELDS.contains(&key.as_str()));
    known.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// One registration as one change: an entry with its 16 answers.
pub fn registration(registration: &Registration) -> What {
    What::Write { fields: registration.fields.0.clone(), registered: true }
}

impl Parked {
    /// The `n`th tablet of a sheet. It fetches the sheet, so that it can work offline.
    pub async fn fetch(
        address: SocketAddr,
        counts: &Arc<Counts>,
        sheet: SheetId,
        n: usize,
    ) -> Result<Self, Failure> {
        let client = Client::new(address, counts.clone());
        let credential = folder::credential(&sheet, n);
        let mut tablet = Tablet::with_credential(client, credential, folder::officer()?);
        tablet.sync().await.map_err(|trouble| format!("fetching {sheet}: {trouble:?}"))?;
        tablet.client_mut().hang_up();
        Ok(Self { tablet, sheet })
    }

    /// It signs from now on.
    pub async fn sign(&mut self) -> Result<(), Failure> {
        self.tablet.tell_key().await.map_err(|trouble| format!("telling a key: {trouble:?}"))?;
        self.tablet.client_mut().hang_up();
        Ok(())
    }

    /// Works through its day without network, of which the browser tells it: one change a registration, one an edit.
    pub fn work(&mut self, day: &TabletDay) -> Result<(), Failure> {
        self.tablet.go_offline();
        for one in &day.registrations {
            self.act(entry_id(&one.id)?, registration(one))?;
        }
        for edit in &day.edits {
            let fields = vec![(edit.field.clone(), edit.value.clone())];
            self.act(entry_id(&edit.id)?, What::Write { fields, registered: false })?;
        }
        Ok(())
    }

    /// Works through its day in reach of the server: each registration waits for its receipt.
    pub async fn work_online(&mut self, day: &TabletDay) -> Result<(), Failure> {
        for one in &day.registrations {
            let done = self.tablet.act(&self.sheet, entry_id(&one.id)?, registration(one));
            done.ok_or("not stored")?.map_err(|refused| refused.code())?;
            while self.tablet.exchange().await.map_err(|trouble| format!("{trouble:?}"))? {}
            self.has_receipts()?;
        }
        Ok(())
    }

    /// Hands everything in that was done without network.
    pub async fn hand_in(&mut self) -> Result<(), Failure> {
        self.tablet.sync().await.map_err(|trouble| format!("{trouble:?}"))?;
        self.has_receipts()
    }

    fn has_receipts(&self) -> Result<(), Failure> {
        match self.tablet.replica().pending().is_empty() {
            true => Ok(()),
            false => Err("the server did not confirm a registration".into()),
        }
    }

    fn act(&mut self, entry: EntryId, what: What) -> Result<(), Failure> {
        let done = self.tablet.act(&self.sheet, entry, what).ok_or("not stored")?;
        // Each change would be sent at once; without network the request gets no answer.
        if self.tablet.take_request().is_some() {
            self.tablet.no_answer();
        }
        done.map(drop).map_err(|refused| format!("refused: {}", refused.code()).into())
    }

    /// What its sheet holds.
    pub fn content(&self) -> Content {
        let replica = self.tablet.replica();
        let rows = replica.people(&self.sheet);
        let entries = rows.iter().filter_map(|row| replica.entry(&self.sheet, row.entry));
        entries.map(|entry| (uuid(entry.id), known_fields(entry))).collect()
    }

    /// Connects and lives until it is let go.
    pub fn connect(self, goal: Arc<Goal>) -> Member {
        let (orders, inbox) = mpsc::channel(4);
        let (sender, progress) = watch::channel(Progress::default());
        let task = tokio::spawn(live(self, goal, inbox, sender));
        Member { orders, progress, task }
    }
}

async fn live(
    mut parked: Parked,
    goal: Arc<Goal>,
    mut inbox: mpsc::Receiver<Order>,
    progress: watch::Sender<Progress>,
) -> Result<Tablet, Failure> {
    let mut exchanges = 0;
    parked.tablet.wake();
    exchange(&mut parked, &goal, &progress, &mut exchanges).await?;
    let mut events = parked.tablet.listen().await.map_err(|_| "no live channel")?;
    loop {
        tokio::select! {
            heard = hear(&mut events, &mut parked.tablet) => heard?,
            order = inbox.recv() => match order {
                None => return Ok(parked.tablet),
                Some(Order::Register(one, began)) => {
                    let now = Instant::now();
                    let entry = entry_id(&one.id)?;
                    let done = parked.tablet.act(&parked.sheet, entry, registration(&one));
                    done.ok_or("not stored")?.map_err(|refused| refused.code())?;
                    let _ = began.send(now);
                }
                Some(Order::Dump(sender)) => drop(sender.send(parked.content())),
            },
        }
        exchange(&mut parked, &goal, &progress, &mut exchanges).await?;
    }
}

/// Waits for an event, and takes those that came with it: of one sheet the last word counts.
async fn hear(events: &mut Events, tablet: &mut Tablet) -> Result<(), Failure> {
    let mut heard = events.next().await.map_err(|_| "the live channel broke")?;
    while let Some(later) = events.waiting() {
        if later.split(' ').next() != heard.split(' ').next() {
            tablet.hear(&heard);
        }
        heard = later;
    }
    tablet.hear(&heard);
    Ok(())
}

async fn exchange(
    parked: &mut Parked,
    goal: &Goal,
    progress: &watch::Sender<Progress>,
    exchanges: &mut u32,
) -> Result<(), Failure> {
    loop {
        let done = parked.tablet.exchange().await;
        match done {
            Ok(false) => break,
            Ok(true) => *exchanges += 1,
            Err(Trouble::Unreachable) => return Err("the server is out of reach".into()),
            Err(other) => return Err(format!("{other:?}").into()),
        }
    }
    let Parked { tablet, sheet } = parked;
    let entries = tablet.replica_mut().sheet_mut(sheet).map_or(0, |sheet| sheet.len());
    let now = Progress {
        entries,
        has_all: entries >= goal.entries && goal.is_reached(tablet, sheet),
        confirmed: tablet.replica().pending().is_empty(),
        exchanges: *exchanges,
    };
    progress.send_if_modified(|before| std::mem::replace(before, now) != now);
    Ok(())
}

impl Member {
    /// Waits until the tablet is so far.
    pub async fn reach(
        &mut self,
        limit: Duration,
        far: impl FnMut(&Progress) -> bool,
    ) -> Result<Progress, Failure> {
        let waiting = self.progress.wait_for(far);
        let reached = tokio::time::timeout(limit, waiting).await;
        let reached = reached.map_err(|_| "not there in time")?.map(|progress| *progress);
        match reached {
            Ok(progress) => Ok(progress),
            // The task has ended; it knows why.
            Err(_) => Err(self.end().await.err().unwrap_or_else(|| "ended early".into())),
        }
    }

    async fn end(&mut self) -> Result<Tablet, Failure> {
        (&mut self.task).await?
    }

    /// Registers somebody; returns when the local change began.
    pub async fn register(&self, one: Registration) -> Result<Instant, Failure> {
        let (sender, began) = oneshot::channel();
        self.orders.send(Order::Register(one, sender)).await.map_err(|_| "the tablet ended")?;
        Ok(began.await?)
    }

    /// What its sheet holds.
    pub async fn dump(&self) -> Result<Content, Failure> {
        let (sender, content) = oneshot::channel();
        self.orders.send(Order::Dump(sender)).await.map_err(|_| "the tablet ended")?;
        Ok(content.await?)
    }

    /// How far it is now.
    pub fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// When it is so far. It may be called for several tablets at once.
    async fn when(&self, far: impl FnMut(&Progress) -> bool) -> Result<Instant, Failure> {
        let mut progress = self.progress.clone();
        let waiting = progress.wait_for(far);
        let reached = tokio::time::timeout(Duration::from_secs(5), waiting).await;
        reached.map_err(|_| "not there after 5 s")?.map_err(|_| "the tablet ended")?;
        Ok(Instant::now())
    }

    /// Disconnects it.
    pub async fn leave(self) -> Result<Tablet, Failure> {
        drop(self.orders);
        self.task.await?
    }
}

/// Whether tablets sign what they send. Every one that was enrolled since there are signatures does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// They do.
    Signed,
    /// They have no key, as those of a version from before.
    Plain,
}

/// All tablets of a workload with their day's work done, not connected.
pub async fn offline_day(
    address: SocketAddr,
    counts: &Arc<Counts>,
    workload: &Workload,
    signing: Signing,
) -> Result<Vec<Parked>, Failure> {
    let mut fleet = Vec::with_capacity(workload.tablets.len());
    for day in &workload.tablets {
        let sheet = workload.sheets[day.sheet].parse()?;
        let n = day.index / workload.sheets.len();
        let mut parked = Parked::fetch(address, counts, sheet, n).await?;
        if signing == Signing::Signed {
            parked.sign().await?;
        }
        parked.work(day)?;
        fleet.push(parked);
    }
    Ok(fleet)
}

/// Connects all at once and waits until everybody holds everything and everything is confirmed.
pub async fn converge(
    fleet: Vec<Parked>,
    workload: &Workload,
    limit: Duration,
) -> Result<Vec<Member>, Failure> {
    let goals = Goal::of(workload)?;
    let pairs = fleet.into_iter().zip(&workload.tablets);
    let mut members: Vec<Member> =
        pairs.map(|(parked, day)| parked.connect(goals[day.sheet].clone())).collect();
    for member in &mut members {
        member.reach(limit, |progress| progress.has_all && progress.confirmed).await?;
    }
    Ok(members)
}

/// A small offline day on sheets of its own, whose tablets leave again.
pub async fn warm_up(
    address: SocketAddr,
    counts: &Arc<Counts>,
    workload: &Workload,
) -> Result<(), Failure> {
    let Some(warm) = &workload.warmup else { return Ok(()) };
    let fleet = offline_day(address, counts, warm, Signing::Signed).await?;
    for member in converge(fleet, warm, Duration::from_secs(60)).await? {
        member.leave().await?;
    }
    Ok(())
}

/// How long each of the registrations took that came one by one.
#[derive(Debug, Default)]
pub struct Trickled {
    /// From the start of the local change to the server's receipt.
    pub receipt_ms: Vec<f64>,
    /// From the start of the local change until the other tablets of the sheet hold it.
    pub seen_ms: Vec<f64>,
}

/// The first tablet registers people one after another; each waits for its receipt and for the others.
pub async fn trickle(members: &[Member], workload: &Workload) -> Result<Trickled, Failure> {
    let (first, others) = members.split_first().ok_or("no tablet")?;
    let sheet = workload.tablets.first().map(|day| day.sheet);
    let others: Vec<&Member> = others
        .iter()
        .zip(&workload.tablets[1..])
        .filter(|(_, day)| Some(day.sheet) == sheet)
        .map(|(member, _)| member)
        .collect();
    let mut trickled = Trickled::default();
    let before = first.progress().entries;
    for (entries, one) in (before + 1..).zip(&workload.trickle) {
        let began = first.register(one.clone()).await?;
        let receipt = first.when(|progress| progress.entries >= entries && progress.confirmed);
        let seen = async {
            let mut last = began;
            for other in &others {
                last = last.max(other.when(|progress| progress.entries >= entries).await?);
            }
            Ok::<_, Failure>(last)
        };
        let (receipt, seen) = tokio::try_join!(receipt, seen)?;
        let ms = |then: Instant| then.duration_since(began).as_secs_f64() * 1e3;
        trickled.receipt_ms.push(ms(receipt));
        trickled.seen_ms.push(ms(seen));
    }
    Ok(trickled)
}
