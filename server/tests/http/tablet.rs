//! A tablet that writes into a map, and signs what it hands in where it has a key.

use std::collections::BTreeMap;

use bilik_server::signing;
use bilik_shared::chain::{self, Proof};
use bilik_shared::command::{Command, What};
use bilik_shared::enrolment;
use bilik_shared::id::{ActorId, DeviceId, PublicKey, Signature};
use bilik_shared::replica::{Effect, Replica, Write};
use bilik_shared::time::Timestamp;
use bilik_shared::view::Enrolled;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;

use crate::{Reply, Server};

pub struct Tablet {
    pub replica: Replica,
    pub stored: BTreeMap<String, Vec<u8>>,
    pub credential: String,
    pub keys: Option<Keys>,
}

/// Its key, and what it knows of the server.
pub struct Keys {
    pub pair: Ed25519KeyPair,
    pub server: PublicKey,
    pub device: DeviceId,
}

pub const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub fn new_pair() -> (Ed25519KeyPair, PublicKey) {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap();
    let public = PublicKey(pair.public_key().as_ref().try_into().unwrap());
    (pair, public)
}

impl Keys {
    pub fn prove(&self, body: &[u8]) -> Proof {
        let made = self.pair.sign(&chain::to_prove(NOW, &chain::hash(body)));
        let signature = Signature(made.as_ref().try_into().unwrap());
        Proof { clock: NOW, signature }
    }

    /// The body of an answer to that request; `None` where the server has not signed it.
    pub fn confirmed<'a>(&self, request: &[u8], reply: &'a Reply) -> Option<&'a [u8]> {
        let (receipt, body) = chain::receipt(&reply.body)?;
        self.holds(&receipt, request, body).then_some(body)
    }

    /// The same for a tablet that sends its proof in a header.
    pub fn confirmed_in_header<'a>(&self, request: &[u8], reply: &'a Reply) -> Option<&'a [u8]> {
        let receipt = reply.header(chain::RECEIPT)?.parse().ok()?;
        self.holds(&receipt, request, &reply.body).then_some(&reply.body)
    }

    fn holds(&self, receipt: &Signature, request: &[u8], body: &[u8]) -> bool {
        let (asked, answered) = (chain::hash(request), chain::hash(body));
        signing::holds(&self.server, &chain::to_receipt(self.device, &asked, &answered), receipt)
    }
}

impl Tablet {
    /// One of a version that does not sign.
    pub async fn enrol(server: &Server) -> Self {
        Self::begin(server, server.enrol().await, None).await
    }

    pub async fn enrol_signing(server: &Server) -> Self {
        let (pair, key) = new_pair();
        let code = server.new_code().await;
        let (question, secret) = enrolment::ask(&code, Some(key), None).unwrap();
        let reply = server.post("enrol", "", &json!(question)).await;
        let enrolled: Enrolled = serde_json::from_slice(&reply.body).unwrap();
        assert!(secret.confirms(&question, &enrolled));
        let device = enrolled.device_id;
        let keys = Keys { pair, server: enrolled.server_key, device };
        Self::begin(server, format!("{device}.{}", enrolled.secret), Some(keys)).await
    }

    async fn begin(server: &Server, credential: String, keys: Option<Keys>) -> Self {
        let (id, token) = credential.split_once('.').unwrap();
        let device = format!("1\n{id}\nT01\n{token}");
        let stored = BTreeMap::from([("app/device".to_owned(), device.into_bytes())]);
        let (mut replica, _) = Replica::start(Vec::new(), ActorId([7; 16]), "test");
        if keys.is_some() {
            replica.sign();
        }
        let mut tablet = Self { replica, stored, credential, keys };
        tablet.sync(server).await;
        tablet
    }

    /// Sends a body as this tablet does.
    pub async fn send(&self, server: &Server, body: &[u8]) -> Reply {
        match &self.keys {
            Some(keys) => self.send_sealed(server, &keys.prove(body).seal(body)).await,
            None => server.exchange(&self.credential, body).await,
        }
    }

    /// Sends this as a body with its proof.
    pub async fn send_sealed(&self, server: &Server, sealed: &[u8]) -> Reply {
        let device = self.keys.as_ref().unwrap().device;
        let head =
            format!("POST /api/v1/exchange HTTP/1.1\r\nAuthorization: {} {device}", chain::SCHEME);
        server.send(&head, sealed).await
    }

    /// Sends a body with this in the header for its proof, as versions before did.
    pub async fn send_with(&self, server: &Server, proof: &str, body: &[u8]) -> Reply {
        let (credential, header) = (&self.credential, chain::PROOF);
        let head = format!(
            "POST /api/v1/exchange HTTP/1.1\r\nAuthorization: Bearer {credential}\r\n{header}: {proof}"
        );
        server.send(&head, body).await
    }

    /// Exchanges until there is nothing left to send.
    pub async fn sync(&mut self, server: &Server) {
        let mut next = self.owed();
        while let Some(body) = next {
            let reply = self.send(server, &body).await;
            assert_eq!(reply.status, 200, "{}", reply.code());
            let answer = match &self.keys {
                Some(keys) => keys.confirmed(&body, &reply).unwrap(),
                None => &reply.body,
            };
            let (effects, read) = self.replica.answered(answer, NOW);
            read.unwrap();
            next = self.store(effects);
        }
    }

    /// The body that it would send now. What was sent last got no answer.
    pub fn owed(&mut self) -> Option<Vec<u8>> {
        let mut effects = self.replica.unreachable();
        effects.extend(self.replica.wake(NOW));
        self.store(effects)
    }

    /// Carries effects out, and gives the body that wants to be sent.
    fn store(&mut self, effects: Vec<Effect>) -> Option<Vec<u8>> {
        let mut asked = None;
        for effect in effects {
            match effect {
                Effect::Save { save, writes } => {
                    for write in writes {
                        match write {
                            Write::Put { key, value } => drop(self.stored.insert(key, value)),
                            Write::Delete { key } => drop(self.stored.remove(&key)),
                        }
                    }
                    let more = self.replica.saved(save, NOW);
                    asked = self.store(more).or(asked);
                }
                Effect::Exchange { body } => asked = Some(body),
                _ => {}
            }
        }
        asked
    }

    /// The first person of the first sheet does not want to.
    pub fn decline(&mut self) {
        self.decline_nth(0);
        assert_eq!(self.replica.pending().len(), 1);
    }

    /// The person of this number on the first sheet does not want to.
    pub fn decline_nth(&mut self, n: usize) {
        let sheet = self.replica.sheet_list()[0].id.clone();
        let entry = self.replica.people(&sheet)[n].entry;
        let command = Command { sheet, entry, what: What::Decline { consent: None } };
        let effects = self.replica.act(1, &command, &"siti".parse().unwrap(), NOW);
        drop(self.store(effects));
    }

    /// Something of no weight is written to the first person of the first sheet.
    pub fn write(&mut self, reason: &str) {
        let sheet = self.replica.sheet_list()[0].id.clone();
        let entry = self.replica.people(&sheet)[0].entry;
        let fields = vec![("reason".to_owned(), reason.to_owned())];
        let command = Command { sheet, entry, what: What::Write { fields, registered: false } };
        let effects = self.replica.act(1, &command, &"siti".parse().unwrap(), NOW);
        drop(self.store(effects));
    }
}
