//! The memory of a locked tablet, handed in by somebody who cannot open it.

use bilik_server::secret;
use bilik_shared::lifecycle::State;
use bilik_shared::sealed::{
    DATABASE, ForServer, HandIn, HandedIn, SERVER, TO_SERVER, about_key, about_value,
};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{CryptoRng, Error, RngCore};
use hpke::{Deserializable as _, OpModeS, Serializable as _, single_shot_seal};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_bytes::ByteBuf;
use serde_json::json;

use crate::Server;
use crate::tablet::Tablet;

impl Tablet {
    /// Its memory as it lies on the disk, for the server with this public key.
    fn sealed_for(&self, public: &[u8]) -> HandIn {
        let (secret, key) = ([3; 32], [4; 32]);
        let to = <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(public).unwrap();
        let (encapsulated, sealed) =
            single_shot_seal::<AesGcm256, HkdfSha256, X25519HkdfSha256, _>(
                &OpModeS::Base,
                &to,
                TO_SERVER.as_bytes(),
                &secret,
                &[],
                &mut System,
            )
            .unwrap();
        let key_for_server = ForServer {
            v: 1,
            public: ByteBuf::from(public),
            encapsulated: ByteBuf::from(encapsulated.to_bytes().to_vec()),
            secret: ByteBuf::from(sealed),
            wrapped: ByteBuf::from(encrypt(&secret, &about_key(SERVER), &key)),
        };
        let values = self.stored.iter().filter(|(name, _)| HandIn::takes(name));
        let values = values.map(|(name, value)| {
            let sealed = encrypt(&key, &about_value(DATABASE, name), value);
            (name.clone(), ByteBuf::from(sealed))
        });
        HandIn { key: ByteBuf::from(key_for_server.to_bytes()), values: values.collect() }
    }

    fn public(&self) -> Vec<u8> {
        self.replica.brief().unwrap().hand_in_key.clone().unwrap().into_vec()
    }
}

struct System;

impl RngCore for System {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(secret::random())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(secret::random())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| secret::random::<1>()[0]);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for System {}

fn encrypt(key: &[u8; 32], about: &str, value: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let nonce: [u8; 12] = secret::random();
    let mut sealed = value.to_vec();
    let about = Aad::from(about.as_bytes());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), about, &mut sealed).unwrap();
    [&nonce[..], &sealed].concat()
}

async fn hand_in(server: &Server, memory: &HandIn) -> crate::Reply {
    server.send("POST /api/v1/sealed HTTP/1.1", &memory.to_bytes()).await
}

async fn declined(server: &Server, cookie: &str) -> usize {
    let rows = server.rows(cookie).await.into_iter();
    rows.filter(|row| row.state == State::Declined).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_locked_tablet_owes_is_taken_in_once_and_nothing_else_is() {
    let server = Server::start().await;
    let mut tablet = Tablet::enrol(&server).await;
    tablet.decline();
    let memory = tablet.sealed_for(&tablet.public());
    let cookie = server.sign_in("marlin").await;
    let before = declined(&server, &cookie).await;
    for _ in 0..2 {
        let reply = hand_in(&server, &memory).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        let told: HandedIn = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(told, HandedIn { received: 1, waiting: 0 });
    }
    assert_eq!(declined(&server, &cookie).await, before + 1);

    // The tablet is open again and finds that the server has it.
    tablet.sync(&server).await;
    assert_eq!(tablet.replica.pending().len(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tablet_that_signs_hands_in_locked_is_signed_once_it_is_open_again() {
    let server = Server::start().await;
    let mut tablet = Tablet::enrol_signing(&server).await;
    tablet.decline();
    let told = hand_in(&server, &tablet.sealed_for(&tablet.public())).await.json();
    assert_eq!((&told["received"], &told["waiting"]), (&json!(1), &json!(0)));
    // Nothing of it was signed, and nobody takes that for a forgery.
    let server = Server::start_on(server.stop().await).await;
    tablet.sync(&server).await;
    assert_eq!(tablet.replica.pending().len(), 0);
    assert!(!tablet.replica.status().suspended);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_altered_or_sealed_to_another_server_is_refused() {
    let (server, other) = (Server::start().await, Server::start().await);
    let mut tablet = Tablet::enrol(&server).await;
    let stranger = Tablet::enrol(&other).await;
    assert_ne!(tablet.public(), stranger.public());
    tablet.decline();
    let good = tablet.sealed_for(&tablet.public());
    let mut turned = good.clone();
    turned.values[0].1[20] ^= 1;
    let mut exchanged = good.clone();
    exchanged.values[0].0.clone_from(&good.values[1].0);
    let mut forged = good.clone();
    forged.key = ByteBuf::from(b"no key".to_vec());
    for (case, memory) in [
        ("for another server", tablet.sealed_for(&stranger.public())),
        ("a byte turned", turned),
        ("a value under another's name", exchanged),
        ("no key", forged),
    ] {
        let reply = hand_in(&server, &memory).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "sealed_to_another"), "{case}");
    }
    let reply = server.send("POST /api/v1/sealed HTTP/1.1", b"garbage").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "unreadable"));

    // Sealed well, by a tablet that this server does not know.
    let reply = hand_in(&server, &stranger.sealed_for(&tablet.public())).await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "device_unknown"));
    let reply = hand_in(&server, &good).await;
    assert_eq!(reply.status, 200);
    server.stop().await;
    other.stop().await;
}
