//! Tablets and a server in one process: random schedules of edits, partitions, lost and doubled
//! answers, power cuts and restores. Whatever happens, everyone converges and nothing that was
//! acknowledged is missing.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::admission::{ActorRecord, Admitted, Owner, Sender, admit, has_lost};
use crate::chain::{self, Head, History, Place, Tip};
use crate::command::What;
use crate::exchange::{Request, SheetAnswer, VERSION, Verdict, encode, pack, unpack};
use crate::id::DeviceCode;
use crate::programme::{Facility, SheetTitle, Wave, Words};
use crate::sheet::{Chunk, Heading, without};

mod reads;
mod status;

fn sheet_id() -> SheetId {
    "2025.2-B".parse().unwrap()
}

fn brief(device: usize) -> Brief {
    let name = Words { id: "Gelombang 2".into(), en: "Wave 2".into() };
    let day = Date::new(2025, 10, 1).unwrap();
    Brief {
        facility: Facility { code: "AMB".into(), name: "Rutan".into(), zone: Zone::WIT },
        wave: Wave { code: "2025.2".into(), name, opens: day, closes: day },
        programmes: vec![],
        officers: vec![],
        device: code(device),
        sheets: vec![SheetTitle { id: sheet_id(), block: "B".into() }],
        screen_signature: false,
        rules: Vec::new(),
        wordings: Vec::new(),
        hand_in_key: None,
        lease_hours: None,
    }
}

fn code(device: usize) -> DeviceCode {
    format!("T{device:02}").parse().unwrap()
}

/// Half of the tablets sign, as in a house that is being updated.
fn signs(device: usize) -> bool {
    device % 2 == 1
}

fn officer() -> OfficerId {
    "grace".parse().unwrap()
}

/// A server that keeps its promise: it stores chunks, then answers.
struct Server {
    chunks: Vec<Chunk>,
    owners: BTreeMap<ActorId, Owner>,
    epoch: u8,
    /// Who was erased, one after another: each makes a generation.
    erased: Vec<EntryId>,
    /// Of each tablet that signs: its batches, and how many changes there were after each.
    batches: BTreeMap<usize, Vec<(Tip, usize)>>,
}

impl Server {
    fn new() -> Self {
        let heading = Heading { facility: "AMB".into(), wave: "2025.2".into(), block: "B".into() };
        let roster: Vec<_> = (0..4u8).map(|n| (EntryId([n; 16]), Default::default())).collect();
        let actor = ActorId([0xff; 16]);
        let mut sheet = Sheet::open(&heading, &roster, actor, &officer(), Timestamp(0)).unwrap();
        Self {
            chunks: sheet.changes_since(&[]),
            owners: BTreeMap::new(),
            epoch: 0,
            erased: vec![],
            batches: BTreeMap::new(),
        }
    }

    fn sheet(&self) -> Sheet {
        Sheet::from_chunks(self.chunks.clone(), ActorId([0xfe; 16])).unwrap()
    }

    fn erase(&mut self, entry: EntryId) {
        let rewritten = without(std::mem::take(&mut self.chunks), &[entry].into());
        self.chunks = rewritten.into_iter().map(|one| one.chunk).collect();
        self.erased.push(entry);
    }

    fn generation(&self) -> u32 {
        1 + self.erased.len() as u32
    }

    /// As if the database had been restored from a copy made earlier.
    fn restore(&mut self, length: usize) {
        self.chunks.truncate(length.clamp(1, self.chunks.len()));
        self.owners.clear();
        self.epoch = self.epoch.wrapping_add(1);
        for batches in self.batches.values_mut() {
            batches.retain(|(_, chunks)| *chunks <= length);
        }
    }

    /// Looks where a batch stands; nothing that an honest tablet does may look like a second history.
    fn take_batch(&mut self, device: usize, body: &[u8], request: &Request) -> Option<Head> {
        let link = request.link?;
        let (tip, epoch) =
            (Tip { seq: link.seq, hash: chain::hash(body) }, Digest([self.epoch; 8]));
        let batches = self.batches.entry(device).or_default();
        if !batches.iter().any(|(known, _)| *known == tip) {
            let history =
                batches.last().map_or(History::Nothing, |(last, _)| History::Until(*last));
            let place = chain::place(history, link, request.seen.map(|seen| seen.epoch), epoch);
            assert_ne!(place, Place::Fork, "{link:?} after {history:?}");
            batches.push((tip, self.chunks.len()));
        }
        Some(Head { number: self.chunks.len() as u64, hash: Hash([self.epoch; 32]) })
    }

    fn answer(&mut self, device: usize, body: &[u8], piece: usize) -> Vec<u8> {
        let request = Request::decode(body).unwrap();
        let mut sheet = self.sheet();
        let brings = request.sheets.iter().any(|sheet| !sheet.changes.is_empty());
        assert_eq!(request.link.is_some(), brings && signs(device), "who signs sends batches");
        let asked = request.sheets.iter().find(|asked| asked.id == sheet_id());
        let behind = asked.filter(|asked| asked.generation < self.generation());
        let asked = asked.filter(|_| behind.is_none());
        let erased = behind
            .map_or(Vec::new(), |asked| self.erased[asked.generation as usize - 1..].to_vec());
        let owes = behind.is_some_and(|asked| !asked.changes.is_empty());
        let mut verdicts = Vec::new();
        let mut named = Vec::new();
        if let Some(asked) = asked {
            let lost = has_lost(&sheet, asked);
            let batch = if lost { vec![] } else { unpack(&asked.changes).unwrap() };
            let seqs = |actor: ActorId| {
                let of = self.chunks.iter().filter(|chunk| chunk.actor() == actor);
                let owner = self.owners.get(&actor).cloned().unwrap_or(Owner::Free);
                ActorRecord { owner, last_seq: of.map(Chunk::seq).max().unwrap_or(0) }
            };
            let sender = Sender { code: code(device), relays: asked.relay };
            let outcome = admit(&mut sheet, &sender, batch, &seqs).unwrap();
            for Admitted { chunk, owner } in outcome.accepted {
                self.owners.entry(chunk.actor()).or_insert(owner);
                self.chunks.push(chunk);
            }
            verdicts = outcome
                .quarantined
                .iter()
                .map(|(one, reason)| Verdict { hash: one.hash, reason: *reason })
                .collect();
            named = asked.heads.clone();
            named.extend(&asked.receipt);
        }
        let head = self.take_batch(device, body, &request);
        let heads = sheet.heads();
        let complete = asked.is_some_and(|a| a.heads.iter().all(|head| sheet.has(head)));
        let lacks = sheet.changes_since(&named);
        let fits = lacks.len().min(piece);
        let answer = SheetAnswer {
            id: sheet_id(),
            generation: self.generation(),
            digest: Digest::of(&heads),
            complete,
            heads: if complete { vec![] } else { heads },
            document: (asked.is_none() && !owes).then(|| sheet.save().into()),
            changes: if asked.is_none() { vec![] } else { pack(&lacks[..fits]).0 }.into(),
            verdicts,
            erased,
            more: asked.is_some() && fits < lacks.len(),
        };
        encode(&Answer {
            v: VERSION,
            epoch: Digest([self.epoch; 8]),
            at: Timestamp(0),
            sheets: vec![answer],
            taken: vec![],
            brief: Some((Digest([1; 8]), brief(device))),
            demand: None,
            revoked: false,
            suspended: false,
            head,
            noted: !request.reads.is_empty(),
        })
    }
}

/// A tablet with its store: what is not strictly saved is gone after a power cut.
struct Tablet {
    device: usize,
    replica: Replica,
    store: BTreeMap<String, Vec<u8>>,
    inbox: Vec<Effect>,
    starts: u8,
    done: Vec<(u64, Result<Outcome, Refused>)>,
}

impl Tablet {
    fn new(device: usize) -> Self {
        let (mut replica, _) = Replica::start(vec![], ActorId([device as u8; 16]), "test");
        if signs(device) {
            replica.sign();
        }
        let store = BTreeMap::new();
        Self { device, replica, store, inbox: vec![], starts: 0, done: vec![] }
    }

    /// Carries out every effect but exchanges, which come back.
    fn settle(&mut self) -> Vec<Vec<u8>> {
        let mut bodies = Vec::new();
        while !self.inbox.is_empty() {
            match self.inbox.remove(0) {
                Effect::Save { save, writes } => {
                    for write in writes {
                        match write {
                            Write::Put { key, value } => self.store.insert(key, value),
                            Write::Delete { key } => self.store.remove(&key),
                        };
                    }
                    let more = self.replica.saved(save, Timestamp(0));
                    self.inbox.extend(more);
                }
                Effect::Exchange { body } => bodies.push(body),
                Effect::Done { ticket, result } => self.done.push((ticket, result)),
                Effect::Retry { .. } | Effect::Show => {}
            }
        }
        bodies
    }

    /// Carries out every effect while the server is out of reach.
    fn settle_offline(&mut self) {
        while !self.settle().is_empty() {
            self.inbox.extend(self.replica.unreachable());
        }
    }

    fn write(&mut self, ticket: u64, entry: u8, field: &str, value: &str) {
        let what = What::Write { fields: vec![(field.into(), value.into())], registered: true };
        let command = Command { sheet: sheet_id(), entry: EntryId([entry; 16]), what };
        self.inbox.extend(self.replica.act(ticket, &command, &officer(), Timestamp(0)));
    }

    /// The power goes; effects that were not carried out are gone with it.
    fn restart(&mut self) {
        self.starts += 1;
        let mut seed = [self.device as u8; 16];
        seed[0] = self.starts.wrapping_mul(16).wrapping_add(100);
        let stored = self.store.clone().into_iter().collect();
        let (replica, effects) = Replica::start(stored, ActorId(seed), "test");
        self.replica = replica;
        if signs(self.device) {
            self.replica.sign();
        }
        self.inbox = effects;
        assert!(self.replica.flaws().is_empty(), "{:?}", self.replica.flaws());
    }

    /// Exchanges until there is nothing to say.
    fn sync(&mut self, server: &mut Server, piece: usize) {
        self.inbox.extend(self.replica.wake(Timestamp(0)));
        for _ in 0..200 {
            let Some(body) = self.settle().pop() else { return };
            let answer = server.answer(self.device, &body, piece);
            let (effects, read) = self.replica.answered(&answer, Timestamp(0));
            assert_eq!(read, Ok(()));
            self.inbox.extend(effects);
        }
        panic!("a tablet never comes to rest");
    }
}

#[derive(Debug, Clone)]
enum Event {
    Write { tablet: usize, entry: u8, field: u8, saved: bool },
    Sync { tablet: usize, piece: usize },
    LoseRequest { tablet: usize },
    LoseAnswer { tablet: usize },
    Double { tablet: usize },
    PowerCut { tablet: usize },
    Restore { length: usize },
    Erase { entry: u8 },
}

/// What happens to tablets, and one thing that happens at the server.
fn events(
    tablets: usize,
    server: impl Strategy<Value = Event> + 'static,
) -> impl Strategy<Value = Vec<Event>> {
    let tablet = 0..tablets;
    let event = prop_oneof![
        6 => (tablet.clone(), 0..5u8, 0..3u8, prop::bool::weighted(0.9)).prop_map(
            |(tablet, entry, field, saved)| Event::Write { tablet, entry, field, saved }
        ),
        3 => (tablet.clone(), 1..6usize).prop_map(|(tablet, piece)| Event::Sync { tablet, piece }),
        1 => tablet.clone().prop_map(|tablet| Event::LoseRequest { tablet }),
        1 => tablet.clone().prop_map(|tablet| Event::LoseAnswer { tablet }),
        1 => tablet.clone().prop_map(|tablet| Event::Double { tablet }),
        1 => tablet.prop_map(|tablet| Event::PowerCut { tablet }),
        1 => server,
    ];
    prop::collection::vec(event, 1..60)
}

const FIELDS: [&str; 3] = ["choices", "reason", "education"];

fn run(tablets: usize, events: Vec<Event>) {
    let mut server = Server::new();
    let mut all: Vec<Tablet> = (0..tablets).map(Tablet::new).collect();
    for tablet in &mut all {
        tablet.sync(&mut server, 100);
    }
    // What was written, in the order of the clock on the wall: field, value, acknowledged.
    let mut written: Vec<(u8, &str, String, usize)> = Vec::new();
    for (ticket, event) in events.into_iter().enumerate() {
        match event {
            Event::Write { tablet, entry, field, saved } => {
                // The last one stands for somebody who is on no list: a new id on every tablet.
                let entry = if entry == 4 { 0x40 + tablet as u8 } else { entry };
                let value = format!("value {ticket} of {tablet}");
                // Nobody writes about somebody who is gone, but for what they had not sent before.
                if server.erased.contains(&EntryId([entry; 16])) {
                    continue;
                }
                let field = FIELDS[field as usize];
                all[tablet].write(ticket as u64, entry, field, &value);
                written.push((entry, field, value, tablet));
                if saved {
                    all[tablet].settle_offline();
                }
            }
            Event::Sync { tablet, piece } => all[tablet].sync(&mut server, piece),
            Event::LoseRequest { tablet } => {
                let wake = all[tablet].replica.wake(Timestamp(0));
                all[tablet].inbox.extend(wake);
                all[tablet].settle_offline();
            }
            Event::LoseAnswer { tablet } | Event::Double { tablet } => {
                let one = &mut all[tablet];
                one.inbox.extend(one.replica.wake(Timestamp(0)));
                let bodies = one.settle();
                for body in bodies {
                    let first = server.answer(tablet, &body, 3);
                    let again = server.answer(tablet, &body, 3);
                    if matches!(event, Event::LoseAnswer { .. }) {
                        one.inbox.extend(one.replica.unreachable());
                    } else {
                        one.inbox.extend(one.replica.answered(&first, Timestamp(0)).0);
                        one.settle_offline();
                        one.inbox.extend(one.replica.answered(&again, Timestamp(0)).0);
                    }
                    one.settle_offline();
                }
            }
            Event::PowerCut { tablet } => all[tablet].restart(),
            Event::Restore { length } => server.restore(length),
            Event::Erase { entry } => {
                let id = EntryId([entry; 16]);
                if !server.erased.contains(&id) {
                    server.erase(id);
                }
            }
        }
    }
    // Faults stop. A few rounds, and everyone is at rest with the same sheet.
    for _ in 0..3 {
        for tablet in &mut all {
            tablet.sync(&mut server, 50);
        }
    }
    let heads = server.sheet().heads();
    for tablet in &mut all {
        assert_eq!(tablet.replica.sheet_mut(&sheet_id()).unwrap().heads(), heads, "converged");
        assert_eq!(tablet.replica.status().saved_here, 0, "everything is received");
        let refused: Vec<_> =
            tablet.replica.refused().iter().map(|work| (work.hash, work.reason)).collect();
        assert_eq!(refused, [], "nothing was refused");
    }
    let mut sheet = server.sheet();
    for (n, (entry, field, value, tablet)) in written.iter().enumerate() {
        let ticket: u64 = value.split(' ').nth(1).unwrap().parse().unwrap();
        if server.erased.contains(&EntryId([*entry; 16])) {
            assert_eq!(
                sheet.history(EntryId([*entry; 16])),
                [],
                "nothing is left of who was erased"
            );
            continue;
        }
        if !all[*tablet].done.iter().any(|(t, result)| *t == ticket && result.is_ok()) {
            continue;
        }
        let id = EntryId([*entry; 16]);
        let history = sheet.history(id);
        assert!(history.iter().any(|h| &h.after == value), "acknowledged {value} is there");
        let overwritten =
            written[n + 1..].iter().any(|later| (later.0, later.1) == (*entry, field));
        let stands = sheet.entry(id).unwrap().fields.get(*field) == Some(value);
        let beside = sheet.conflicts(id).iter().any(|conflict| {
            conflict.field.key() == *field && conflict.answers.iter().any(|a| &a.value == value)
        });
        assert!(stands || beside || overwritten, "{value} stays visible until it is overwritten");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn everyone_converges_and_nothing_acknowledged_is_missing(
        (tablets, events) in (3..=6usize).prop_flat_map(|n| {
            let restore = (1..40usize).prop_map(|length| Event::Restore { length });
            (Just(n), events(n, restore))
        })
    ) {
        run(tablets, events);
    }

    #[test]
    fn whoever_is_erased_is_gone_everywhere_and_nothing_about_others_is_missing(
        (tablets, events) in (3..=6usize).prop_flat_map(|n| {
            let erase = (0..4u8).prop_map(|entry| Event::Erase { entry });
            (Just(n), events(n, erase))
        })
    ) {
        run(tablets, events);
    }
}

#[test]
fn saved_is_said_only_after_the_store_said_it() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    tablet.write(7, 0, "reason", "mau usaha");
    assert!(tablet.done.is_empty());
    assert!(matches!(tablet.inbox[0], Effect::Save { .. }), "{:?}", tablet.inbox);
    let Effect::Save { save, .. } = tablet.inbox.remove(0) else { unreachable!() };
    tablet.inbox.extend(tablet.replica.not_saved(save));
    tablet.settle();
    assert_eq!(tablet.done, [(7, Err(Refused::NotStored))]);
    assert!(tablet.replica.status().unsaved);

    // The officer tries again: the same answer is now stored and acknowledged, and can be sent.
    tablet.done.clear();
    tablet.write(8, 0, "reason", "mau usaha");
    tablet.settle();
    assert!(matches!(tablet.done[..], [(8, Ok(_))]));
    tablet.restart();
    tablet.sync(&mut server, 100);
    let entry = server.sheet().entry(EntryId([0; 16])).unwrap();
    assert_eq!(entry.answers.reason, "mau usaha");
}

#[test]
fn a_batch_is_stored_before_it_is_sent_and_sent_again_as_it_was_until_it_is_answered() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    tablet.write(1, 0, "reason", "pertama");
    let first = tablet.settle().pop().unwrap();
    assert_eq!(tablet.store.get("batch"), Some(&first), "stored before it is sent");
    // The server has it, and the answer is lost. What is done meanwhile goes into the next one.
    server.answer(1, &first, 100);
    tablet.inbox.extend(tablet.replica.unreachable());
    tablet.write(2, 1, "reason", "kedua");
    assert_eq!(tablet.settle(), Vec::<Vec<u8>>::new(), "nobody is asked while the server is away");
    for _ in 0..2 {
        tablet.inbox.extend(tablet.replica.wake(Timestamp(5)));
        assert_eq!(tablet.settle(), std::slice::from_ref(&first));
        tablet.inbox.extend(tablet.replica.unreachable());
        tablet.restart();
    }
    tablet.sync(&mut server, 100);
    let sent: Vec<u32> = server.batches[&1].iter().map(|(tip, _)| tip.seq).collect();
    assert_eq!((sent, tablet.store.get("batch")), (vec![1, 2], None));
    assert_eq!(tablet.replica.status().saved_here, 0);

    // A server whose audit is shorter than it said before, in the same life.
    assert_eq!(tablet.replica.status().shortened, None);
    tablet.replica.meta.seen.as_mut().unwrap().head.number = 1_000;
    tablet.write(3, 1, "reason", "ketiga");
    tablet.sync(&mut server, 100);
    assert!(tablet.replica.status().shortened.is_some());
}

#[test]
fn where_the_browser_says_that_there_is_no_network_one_batch_holds_the_whole_walk() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    tablet.inbox.extend(tablet.replica.offline());
    for ticket in 0..20 {
        tablet.write(ticket, 0, "reason", &format!("alasan {ticket}"));
        assert_eq!(tablet.settle(), Vec::<Vec<u8>>::new());
    }
    tablet.sync(&mut server, 100);
    assert_eq!(server.batches[&1].len(), 1);
    assert_eq!(tablet.replica.status().saved_here, 0);
}

#[test]
fn a_sheet_that_is_stored_whole_again_and_again_keeps_what_stood_in_its_pieces() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    tablet.inbox.extend(tablet.replica.offline());
    let pieces = 2 * u64::from(local::MAX_PIECES) + 20;
    for ticket in 0..pieces {
        tablet.write(ticket, 0, "reason", &format!("alasan {ticket}"));
        tablet.settle();
        if ticket % 30 == 0 {
            tablet.restart();
            tablet.inbox.extend(tablet.replica.offline());
        }
    }
    tablet.restart();
    tablet.sync(&mut server, 100);
    let told: Vec<String> =
        server.sheet().history(EntryId([0; 16])).into_iter().map(|step| step.after).collect();
    let lost = (0..pieces).map(|n| format!("alasan {n}")).find(|value| !told.contains(value));
    assert_eq!(lost, None, "it was saved on the tablet");
}

#[test]
fn refused_work_leaves_the_sheet_and_is_kept_for_the_officer() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    tablet.write(1, 0, "reason", "pertama");
    tablet.sync(&mut server, 100);
    // Somebody else is found to own this tablet's actor, as after a copied profile.
    for owner in server.owners.values_mut() {
        *owner = Owner::Device(code(99));
    }
    tablet.write(2, 0, "reason", "kedua");
    tablet.sync(&mut server, 100);
    let status = tablet.replica.status();
    assert_eq!((status.attention, status.saved_here), (1, 0));
    assert_eq!(tablet.replica.refused().len(), 1);
    let rows = tablet.replica.people(&sheet_id());
    assert_eq!(rows.iter().filter(|row| row.sync == Sync::NeedsAttention).count(), 1);

    // Work goes on under a new actor, and reaches the server.
    tablet.restart();
    assert_eq!(tablet.replica.refused().len(), 1, "it is remembered");
    tablet.write(3, 0, "reason", "ketiga");
    tablet.sync(&mut server, 100);
    assert_eq!(server.sheet().entry(EntryId([0; 16])).unwrap().answers.reason, "ketiga");
}

#[test]
fn a_sheet_that_cannot_be_read_is_set_aside_and_the_rest_works() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    tablet.write(1, 0, "reason", "pertama");
    tablet.settle();
    let key = tablet.store.keys().find(|key| key.ends_with("base")).unwrap().clone();
    tablet.store.insert(key, b"not a sheet".to_vec());
    let stored = tablet.store.clone().into_iter().collect();
    let (replica, effects) = Replica::start(stored, ActorId([50; 16]), "test");
    assert_eq!(replica.flaws().len(), 1);
    (tablet.replica, tablet.inbox) = (replica, effects);
    tablet.sync(&mut server, 100);
    assert_eq!(tablet.replica.people(&sheet_id()).len(), 4, "the server's sheet is taken anew");
    let aside: Vec<_> = tablet.store.keys().filter(|key| key.starts_with("aside/")).collect();
    assert!(aside.iter().any(|key| key.contains("/piece/")), "unsent work is kept: {aside:?}");
}

#[test]
fn a_sheet_leaves_the_tablet_only_when_the_server_has_all_of_it() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 100);
    let taken = |epoch: u8| {
        encode(&Answer {
            v: VERSION,
            epoch: Digest([epoch; 8]),
            at: Timestamp(0),
            sheets: vec![],
            taken: vec![sheet_id()],
            brief: None,
            demand: None,
            revoked: false,
            suspended: false,
            head: None,
            noted: false,
        })
    };
    let told = |tablet: &mut Tablet, epoch| {
        tablet.inbox.extend(tablet.replica.answered(&taken(epoch), Timestamp(0)).0);
        tablet.settle_offline();
        tablet.replica.people(&sheet_id()).len()
    };
    tablet.write(1, 0, "reason", "belum terkirim");
    tablet.settle_offline();
    assert_eq!(told(&mut tablet, 0), 4, "unsent work is on it");
    tablet.sync(&mut server, 100);
    assert_eq!(
        told(&mut tablet, 7),
        4,
        "a server of another epoch may have lost what it confirmed"
    );
    assert_eq!(told(&mut tablet, 7), 0);
    assert!(!tablet.store.keys().any(|key| key.starts_with("sheet/")));
}

#[test]
fn only_the_last_step_of_the_last_seconds_is_a_slip() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 10);
    let (yanto, hasan) = (EntryId([1; 16]), EntryId([2; 16]));
    let away = |entry| Command { sheet: sheet_id(), entry, what: What::MarkAway };
    tablet.replica.act(1, &away(yanto), &officer(), Timestamp(1_000));
    let slip = |tablet: &Tablet, entry, at| {
        tablet.replica.slip(&sheet_id(), entry, Timestamp(at)).cloned()
    };
    assert!(slip(&tablet, yanto, 10_999).is_some() && slip(&tablet, hasan, 1_000).is_none());
    assert_eq!((slip(&tablet, yanto, 11_000), slip(&tablet, yanto, 999)), (None, None));
    // It is also taken back after the server has it.
    let change = slip(&tablet, yanto, 1_000).unwrap().change;
    tablet.settle();
    tablet.sync(&mut server, 10);
    let undo = Command { sheet: sheet_id(), entry: yanto, what: What::Undo { change } };
    tablet.replica.act(2, &undo, &officer(), Timestamp(5_000));
    tablet.settle();
    tablet.sync(&mut server, 10);
    assert_eq!(server.sheet().entry(yanto).unwrap().state, crate::lifecycle::State::NotAsked);
    assert_eq!(slip(&tablet, yanto, 5_000), None);
}

/// A new person as an officer types them.
fn stranger(name: &str, number: &str) -> crate::person::Person {
    crate::person::Person {
        name: name.into(),
        register_number: number.into(),
        cell: "7".into(),
        birth_date: Date::new(1990, 10, 5),
        ..Default::default()
    }
}

#[test]
fn somebody_who_looks_like_another_is_added_only_after_a_word_about_it() {
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 1 << 20);
    let mut add = |id: u8, person, answers| {
        let what = What::SaveDraft { person: Some(person), answers: Box::new(answers) };
        let command = Command { sheet: sheet_id(), entry: EntryId([id; 16]), what };
        let effects = tablet.replica.act(u64::from(id), &command, &officer(), Timestamp(0));
        let refused = effects.into_iter().find_map(|effect| match effect {
            Effect::Done { result: Err(refused), .. } => Some(refused),
            _ => None,
        });
        let found = tablet.replica.find("johanis", Where::Everywhere, 50).hits.len();
        (refused, found)
    };
    let none = crate::registration::Answers::default;
    assert_eq!(add(50, stranger("Yohanis Parera", "BI 283/26"), none()), (None, 1));
    let (refused, found) = add(51, stranger("Johanes Parera", "B.I-283/2026"), none());
    assert_eq!(found, 1, "nobody was added");
    let Some(Refused::Warnings(warnings)) = refused else { panic!("added silently") };
    let [crate::registration::Warning::SamePerson(alike)] = &warnings[..] else { panic!() };
    assert_eq!(alike.entry, EntryId([50; 16]));
    let said = crate::registration::Answers { distinct: vec![alike.clone()], ..none() };
    let added = add(51, stranger("Johanes Parera", "B.I-283/2026"), said.clone());
    assert_eq!(added, (None, 2), "found at once");
    let entry = tablet.replica.entry(&sheet_id(), EntryId([51; 16])).unwrap();
    assert_eq!(entry.answers.distinct, said.distinct, "kept for the supervisor");
}

#[test]
fn a_registration_against_advice_is_saved_after_a_word_about_it_and_says_so() {
    use crate::eligibility::{Rule, Test};
    use crate::person::{LegalStatus, Sex};
    use crate::registration::{Answers, Consent, Education, NikStatus, Warning, parse_choices};
    let mut server = Server::new();
    let mut tablet = Tablet::new(1);
    tablet.sync(&mut server, 1 << 20);
    let day = Date::new(1970, 1, 1).unwrap();
    tablet.replica.meta.brief.as_mut().unwrap().rules = vec![Rule {
        id: "pendidikan_minimal".into(),
        version: 2,
        from: day,
        until: Some(day),
        source: "contoh".into(),
        programmes: parse_choices("TIK"),
        test: Test::EducationAtLeast(Education::LowerSecondary),
    }];
    let person = crate::person::Person {
        sex: Some(Sex::Male),
        legal_status: Some(LegalStatus::Unknown),
        birth_date: Date::new(1940, 1, 1),
        ..stranger("Yohanis Parera", "BI 283/26")
    };
    let id = EntryId([60; 16]);
    let mut register = |answers: &Answers, at: i64| {
        let what = What::Register {
            person: Some(person.clone()),
            answers: Box::new(answers.clone()),
            confirmed: Vec::new(),
        };
        let command = Command { sheet: sheet_id(), entry: id, what };
        let effects = tablet.replica.act(1, &command, &officer(), Timestamp(at));
        let refused = effects.into_iter().find_map(|effect| match effect {
            Effect::Done { result: Err(refused), .. } => Some(refused),
            _ => None,
        });
        let entry = tablet.replica.entry(&sheet_id(), id);
        (refused, entry.map(|entry| entry.answers.against.clone()))
    };
    let mut answers = Answers {
        choices: parse_choices("GAR,TIK"),
        education: Some(Education::Primary),
        nik_status: Some(NikStatus::NotYet),
        consent: Consent::parse("BERSEDIA|TANDA_TANGAN_KERTAS|ya|ikut-1-id"),
        ..Answers::default()
    };
    let (refused, stored) = register(&answers, 0);
    assert_eq!(stored, None, "nothing was registered");
    let Some(Refused::Warnings(warnings)) = refused else { panic!("registered silently") };
    let [Warning::AgainstAdvice(concern)] = &warnings[..] else { panic!("{warnings:?}") };
    assert_eq!((concern.version, concern.seen.as_str()), (2, "SD"));
    answers.against = vec![concern.clone()];
    assert_eq!(register(&answers, 0), (None, Some(vec![concern.clone()])), "kept with the answer");
    // The mistake is corrected: the advice no longer stands beside the answer.
    answers.education = Some(Education::Vocational);
    answers.against.clear();
    assert_eq!(register(&answers, 0), (None, Some(Vec::new())));
    // After its last day a rule asks nothing.
    answers.education = Some(Education::Primary);
    assert_eq!(register(&answers, 24 * 60 * 60 * 1000), (None, Some(Vec::new())));
}
