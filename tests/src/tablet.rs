//! A simulated tablet: the product's own replica over real HTTP, with a memory that can lose power.
//!
//! Everything a person could lose or see is real here: the rules, the stored bytes, the exchange.
//! Only the browser is missing: effects are carried out here, in order.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bilik_shared::chain;
use bilik_shared::command::{Command, Refused, What};
use bilik_shared::enrolment;
use bilik_shared::exchange::{Answer, Request};
use bilik_shared::id::{ActorId, Digest, EntryId, OfficerId, PublicKey, SheetId};
use bilik_shared::replica::{Effect, Outcome, Replica, Write};
use bilik_shared::time::Timestamp;
use bilik_shared::view::{DeviceKey, Enrolled, ServerKey};
use hyper::StatusCode;
use ring::signature::Ed25519KeyPair;

use crate::wire::{Broken, Client, Events, Who};
use crate::witness::Witness;

mod keys;

use keys::{Keys, new_key};

/// The version that simulated tablets give for their app.
const APP: &str = "0.1.0";

/// The time by this machine's clock.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Why an exchange did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No answer, or not a whole one.
    Unreachable,
    /// The server refused it; the stable code.
    Refused(StatusCode, String),
    /// The answer cannot be read.
    Garbled,
}

impl From<Broken> for Trouble {
    fn from(_: Broken) -> Self {
        Self::Unreachable
    }
}

/// What a tablet keeps when its power is cut: exactly what was written in completed transactions.
#[derive(Debug, Default)]
struct Memory {
    values: BTreeMap<String, Vec<u8>>,
    broken: Option<Broke>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broke {
    NoSpace,
    NoPower,
}

impl Memory {
    fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Put { key, value } => drop(self.values.insert(key, value)),
                Write::Delete { key } => drop(self.values.remove(&key)),
            }
        }
    }
}

/// A tablet in the hands of an officer.
#[derive(Debug)]
pub struct Tablet {
    keys: Option<Arc<Keys>>,
    replica: Replica,
    memory: Memory,
    client: Client,
    credential: String,
    officer: OfficerId,
    tickets: u64,
    done: BTreeMap<u64, Result<Outcome, Refused>>,
    outgoing: Option<Vec<u8>>,
    witness: Option<Arc<Witness>>,
}

impl Tablet {
    /// Enrols a new tablet with a one-time code. It signs what it hands in.
    pub async fn enrol(client: Client, code: &str, officer: OfficerId) -> Result<Self, Trouble> {
        Self::enrol_as(client, code, officer, Some(new_key()?)).await
    }

    /// Enrols a tablet of a version that has no key.
    pub async fn enrol_old(
        client: Client,
        code: &str,
        officer: OfficerId,
    ) -> Result<Self, Trouble> {
        Self::enrol_as(client, code, officer, None).await
    }

    async fn enrol_as(
        mut client: Client,
        code: &str,
        officer: OfficerId,
        made: Option<(Ed25519KeyPair, PublicKey)>,
    ) -> Result<Self, Trouble> {
        let key = made.as_ref().map(|(_, public)| *public);
        let (question, secret) = enrolment::ask(code, key, None).ok_or(Trouble::Garbled)?;
        let reply = client.post_json("/api/v1/enrol", Who::Nobody, &question).await?;
        if reply.status != StatusCode::OK {
            return Err(Trouble::Refused(reply.status, reply.code()));
        }
        let enrolled: Enrolled = reply.json().map_err(|_| Trouble::Garbled)?;
        if !secret.confirms(&question, &enrolled) {
            return Err(Trouble::Garbled);
        }
        let credential = format!("{}.{}", enrolled.device_id, enrolled.secret);
        let mut tablet = Self::with_credential(client, credential, officer);
        if let Some((pair, _)) = made {
            let server = enrolled.server_key;
            tablet.keys = Some(Arc::new(Keys { pair, server, device: enrolled.device_id }));
            tablet.replica.sign();
        }
        Ok(tablet)
    }

    /// Tells the server a key, as a tablet does that was enrolled before it had one.
    pub async fn tell_key(&mut self) -> Result<(), Trouble> {
        let (pair, key) = new_key()?;
        let told = DeviceKey { key };
        let who = Who::Device(&self.credential);
        let reply = self.client.post_json("/api/v1/device-key", who, &told).await?;
        if reply.status != StatusCode::OK {
            return Err(Trouble::Refused(reply.status, reply.code()));
        }
        let server = reply.json::<ServerKey>().map_err(|_| Trouble::Garbled)?.server_key;
        let (id, _) = self.credential.split_once('.').ok_or(Trouble::Garbled)?;
        let device = id.parse().map_err(|_| Trouble::Garbled)?;
        self.keys = Some(Arc::new(Keys { pair, server, device }));
        self.replica.sign();
        Ok(())
    }

    /// Everything that this tablet is, once more: as after its disk was copied. Nothing typed since its last save.
    pub fn cloned(&self) -> Self {
        let client = Client::new(self.client.address(), self.client.counts().clone());
        let (credential, officer) = (self.credential.clone(), self.officer.clone());
        let mut clone = Self::with_credential(client, credential, officer);
        clone.keys = self.keys.clone();
        clone.memory.values = self.memory.values.clone();
        clone.start_again();
        clone
    }

    /// A tablet that was enrolled before and whose memory is empty.
    pub fn with_credential(client: Client, credential: String, officer: OfficerId) -> Self {
        let (replica, _) = Replica::start(Vec::new(), seed(), APP);
        Self {
            keys: None,
            replica,
            memory: Memory::default(),
            client,
            credential,
            officer,
            tickets: 0,
            done: BTreeMap::new(),
            outgoing: None,
            witness: None,
        }
    }

    /// Tells a witness about every receipt from now on.
    pub fn watched_by(mut self, witness: Arc<Witness>) -> Self {
        self.witness = Some(witness);
        self
    }

    /// What it shows and holds.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What it shows and holds, for reading documents.
    pub fn replica_mut(&mut self) -> &mut Replica {
        &mut self.replica
    }

    /// Every value that it keeps.
    pub fn kept(&self) -> impl Iterator<Item = &[u8]> {
        self.memory.values.values().map(Vec::as_slice)
    }

    /// What it keeps, by name.
    pub fn memory(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.memory.values.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// Its side of the network.
    pub fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The header's content that says who it is.
    pub fn credential(&self) -> &str {
        &self.credential
    }

    /// Reaches the server through another client from now on, for example over a network that breaks.
    pub fn reach_through(&mut self, client: Client) {
        self.client = client;
    }

    /// Another officer takes the tablet.
    pub fn hand_to(&mut self, officer: OfficerId) {
        self.officer = officer;
    }

    /// The power is cut while the next work is being stored: it never reaches the memory.
    pub fn lose_power_at_next_save(&mut self) {
        self.memory.broken = Some(Broke::NoPower);
    }

    /// The memory is full until [`Tablet::free_space`].
    pub fn fill_space(&mut self) {
        self.memory.broken = Some(Broke::NoSpace);
    }

    /// There is space again.
    pub fn free_space(&mut self) {
        self.memory.broken = None;
    }

    /// The power comes back, or the app is opened again: all that is left is what was stored.
    pub fn start_again(&mut self) {
        self.memory.broken = None;
        self.client.hang_up();
        self.outgoing = None;
        let stored = self.memory.values.clone().into_iter().collect();
        let (replica, effects) = Replica::start(stored, seed(), APP);
        self.replica = replica;
        if self.keys.is_some() {
            self.replica.sign();
        }
        self.perform(effects);
    }

    /// Everything this tablet keeps, copied to another enrolled tablet.
    pub fn copied_to(&self, other: &Self) -> Self {
        let client = Client::new(other.client.address(), other.client.counts().clone());
        let (credential, officer) = (other.credential.clone(), other.officer.clone());
        let mut copy = Self::with_credential(client, credential, officer);
        copy.memory.values = self.memory.values.clone();
        copy.start_again();
        copy
    }

    /// The officer does something. The result is what the screen says; `None` if the power went.
    pub fn act(
        &mut self,
        sheet: &SheetId,
        entry: EntryId,
        what: What,
    ) -> Option<Result<Outcome, Refused>> {
        self.tickets += 1;
        let command = Command { sheet: sheet.clone(), entry, what };
        let effects = self.replica.act(self.tickets, &command, &self.officer, now());
        self.perform(effects);
        self.done.remove(&self.tickets)
    }

    /// Carries out effects in order. An exchange waits in [`Tablet::exchange`] until the network is asked.
    fn perform(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match effect {
                Effect::Save { save, writes } => match self.memory.broken {
                    None => {
                        self.memory.write(writes);
                        queue.extend(self.replica.saved(save, now()));
                    }
                    Some(Broke::NoSpace) => queue.extend(self.replica.not_saved(save)),
                    Some(Broke::NoPower) => return,
                },
                Effect::Exchange { body } => self.outgoing = Some(body),
                Effect::Done { ticket, result } => drop(self.done.insert(ticket, result)),
                // Tests and drivers decide themselves when to try again.
                Effect::Retry { .. } | Effect::Show => {}
            }
        }
    }

    /// The network came back, or the officer asked.
    pub fn wake(&mut self) {
        let effects = self.replica.wake(now());
        self.perform(effects);
    }

    /// The network goes away, and the browser says so.
    pub fn go_offline(&mut self) {
        let effects = self.replica.offline();
        self.perform(effects);
    }

    /// The live channel said something.
    pub fn hear(&mut self, event: &str) {
        let mut words = event.split(' ');
        let (Some(sheet), Some(digest)) = (words.next(), words.next()) else { return };
        let (Ok(sheet), Ok(digest)) = (sheet.parse::<SheetId>(), digest.parse::<Digest>()) else {
            return;
        };
        let effects = self.replica.changed(&sheet, digest, now());
        self.perform(effects);
    }

    /// The request that waits to be sent, taken out: for tests that send it themselves.
    pub fn take_request(&mut self) -> Option<Vec<u8>> {
        self.outgoing.take()
    }

    /// Tells the replica that what it sent got no answer.
    pub fn no_answer(&mut self) {
        let effects = self.replica.unreachable();
        self.perform(effects);
    }

    /// Sends what waits, and takes the answer in. `false` when nothing waits.
    pub async fn exchange(&mut self) -> Result<bool, Trouble> {
        let Some(body) = self.outgoing.take() else { return Ok(false) };
        let sent = self.send(body.clone()).await;
        match sent {
            Ok(answer) => self.take_answer(&body, &answer).map(|()| true),
            Err(trouble) => {
                self.no_answer();
                Err(trouble)
            }
        }
    }

    /// Takes an answer to a request in, whoever carried it.
    pub fn take_answer(&mut self, request: &[u8], answer: &[u8]) -> Result<(), Trouble> {
        let (effects, read) = self.replica.answered(answer, now());
        self.perform(effects);
        read.map_err(|_| Trouble::Garbled)?;
        if let Some(witness) = self.witness.clone() {
            let request = Request::decode(request).map_err(|_| Trouble::Garbled)?;
            let answer = Answer::decode(answer).map_err(|_| Trouble::Garbled)?;
            witness.note(&request, &answer, &mut self.replica);
        }
        Ok(())
    }

    /// Sends a body as this tablet and brings the answer's body, if the server has signed it.
    pub async fn send(&mut self, body: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let hash = chain::hash(&body);
        let (who, body) = match &self.keys {
            Some(keys) => (Who::Signed(keys.device), keys.prove(&hash).seal(&body)),
            None => (Who::Device(&self.credential), body),
        };
        let reply = self.client.post("/api/v1/exchange", who, body.into()).await?;
        if reply.status != StatusCode::OK {
            return Err(Trouble::Refused(reply.status, reply.code()));
        }
        match &self.keys {
            Some(keys) => match keys.confirmed(&hash, &reply.body) {
                Some(body) => Ok(body.to_vec()),
                None => Err(Trouble::Garbled),
            },
            None => Ok(reply.body.to_vec()),
        }
    }

    /// In reach: exchanges until nothing is left to be said.
    pub async fn sync(&mut self) -> Result<(), Trouble> {
        self.wake();
        while self.exchange().await? {}
        Ok(())
    }

    /// Opens the live channel.
    pub async fn listen(&self) -> Result<Events, Broken> {
        self.client.events("/api/v1/changes", Who::Device(&self.credential)).await
    }
}

/// What a start of the app draws at random.
fn seed() -> ActorId {
    use std::hash::{BuildHasher as _, RandomState};
    let mut seed = [0; 16];
    for half in seed.chunks_mut(8) {
        half.copy_from_slice(&RandomState::new().hash_one(()).to_be_bytes());
    }
    ActorId(seed)
}
