//! The memory of a tablet that is locked, handed in as it is.
//!
//! Whoever has forgotten a passphrase, or finds a tablet that nobody here can open, connects it to the server. The
//! locked page sends what it cannot read; the server opens it with its private key, and does what the tablet would
//! have done: the tablet's own state machine says what is owed, and it is taken in through the same gate as every
//! exchange. The tablet deletes nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use bilik_shared::id::ActorId;
use bilik_shared::replica::{Effect, Replica};
use bilik_shared::sealed::{
    DATABASE, DEVICE, ForServer, HandIn, HandedIn, NONCE, SERVER, TO_SERVER, about_key, about_value,
};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, Serializable as _, single_shot_open};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rusqlite::Connection;
use serde_bytes::ByteBuf;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::app::App;
use crate::clock;
use crate::devices::Known;
use crate::error::Error;
use crate::extract::Body;
use crate::secret;
use crate::store::meta;
use crate::sync;

type Kem = X25519HkdfSha256;

/// So many memories are opened at once: each is held in whole.
const AT_ONCE: usize = 2;
/// A tablet that still owes something after so many exchanges has something that is not taken in.
const MAX_EXCHANGES: usize = 64;

/// The server's pair of keys for memories that are handed in.
pub struct Opener {
    private: <Kem as hpke::Kem>::PrivateKey,
    /// What tablets seal to.
    pub public: ByteBuf,
    places: Semaphore,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("public", &self.public).finish_non_exhaustive()
    }
}

impl Opener {
    /// The keys of this database, made with it. They go with every backup, so that a restored server opens what
    /// was sealed before.
    pub fn load(db: &Connection) -> Result<Self, Error> {
        let seed = meta::own_key(db, meta::HAND_IN_KEY)?;
        let (private, public) = Kem::derive_keypair(seed.bytes());
        let public = ByteBuf::from(public.to_bytes().to_vec());
        Ok(Self { private, public, places: Semaphore::new(AT_ONCE) })
    }

    /// Opens the values of a memory. `None` where it was sealed to another key, or altered.
    fn open(
        &self,
        key: &ForServer,
        values: Vec<(String, ByteBuf)>,
    ) -> Option<Vec<(String, Vec<u8>)>> {
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&key.encapsulated).ok()?;
        let secret = Zeroizing::new(
            single_shot_open::<AesGcm256, HkdfSha256, Kem>(
                &OpModeR::Base,
                &self.private,
                &encapsulated,
                TO_SERVER.as_bytes(),
                &key.secret,
                &[],
            )
            .ok()?,
        );
        let wrapped = key.wrapped.to_vec();
        let key = Zeroizing::new(decrypt(&secret, &about_key(SERVER), wrapped)?);
        let open = |(name, value): (String, ByteBuf)| {
            let opened = decrypt(&key, &about_value(DATABASE, &name), value.into_vec())?;
            Some((name, opened))
        };
        values.into_iter().map(open).collect()
    }
}

fn decrypt(key: &[u8], about: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    if bytes.len() < NONCE {
        return None;
    }
    let mut sealed = bytes.split_off(NONCE);
    let nonce = Nonce::try_assume_unique_for_key(&bytes).ok()?;
    let opened = key.open_in_place(nonce, Aad::from(about.as_bytes()), &mut sealed).ok()?.len();
    sealed.truncate(opened);
    Some(sealed)
}

/// `POST /api/v1/sealed`. The credential is inside of what is sealed, so a place is taken before the body is read.
pub async fn hand_in(State(app): State<App>, request: Request) -> Result<Json<HandedIn>, Error> {
    let opener = app.opener.clone();
    let _place = opener.places.try_acquire().map_err(|_| Error::Busy)?;
    let Body(body) = Body::from_request(request, &app).await?;
    let HandIn { key, values } = HandIn::from_bytes(&body).ok_or(Error::BadBody("unreadable"))?;
    drop(body);
    let stored = ForServer::from_bytes(&key).and_then(|key| app.opener.open(&key, values));
    let stored = stored.ok_or(Error::BadBody("sealed_to_another"))?;
    let device = app.devices.check(&app, &credential(&stored).ok_or(Error::DeviceUnknown)?).await?;
    let code = device.row.code.clone();
    let handed_in = exchange(&app, device, stored).await?;
    let HandedIn { received, waiting } = handed_in;
    tracing::info!(device = %code, received, waiting, "a locked tablet handed in");
    Ok(Json(handed_in))
}

/// `<device id>.<secret>` from what the tablet keeps of itself: a version, the id, the code and the secret.
fn credential(stored: &[(String, Vec<u8>)]) -> Option<String> {
    let (_, device) = stored.iter().find(|(name, _)| name == DEVICE)?;
    let lines: Vec<&str> = std::str::from_utf8(device).ok()?.lines().collect();
    Some(format!("{}.{}", lines.get(1)?, lines.get(3)?))
}

/// Does what the tablet would have done.
async fn exchange(
    app: &App,
    device: Arc<Known>,
    mut stored: Vec<(String, Vec<u8>)>,
) -> Result<HandedIn, Error> {
    // What belongs to the app is nothing to the state machine.
    stored.retain(|(name, _)| name != DEVICE);
    let started = tokio::task::spawn_blocking(move || {
        Replica::start(stored, ActorId(secret::random()), "sealed")
    });
    let broken = |_| Error::BadBody("memory_unreadable");
    let (mut replica, effects) = started.await.map_err(broken)?;
    let owed = replica.pending().len();
    let refused = replica.refused().len();
    let now = clock::now();
    let mut next = VecDeque::from(effects);
    next.extend(replica.wake(now));
    let mut exchanges = 0;
    while let Some(effect) = next.pop_front() {
        match effect {
            // Nothing is kept here: what the tablet lacks it gets when it is open again.
            Effect::Save { save, .. } => next.extend(replica.saved(save, now)),
            Effect::Exchange { body } if exchanges < MAX_EXCHANGES => {
                exchanges += 1;
                let answer = sync::exchange_for(app, device.clone(), &body).await?;
                let (effects, read) = replica.answered(&answer, now);
                read.map_err(|_| Error::Internal("an answer of our own is unreadable".into()))?;
                next.extend(effects);
            }
            Effect::Exchange { .. } | Effect::Done { .. } | Effect::Retry { .. } | Effect::Show => {
            }
        }
    }
    // What goes to quarantine is kept, and is not received.
    let set_aside = replica.refused().iter().skip(refused).map(|work| work.entries.len());
    let set_aside: usize = set_aside.sum();
    // A sheet that cannot be read may hold anything.
    let waiting = replica.pending().len() + set_aside + replica.flaws().len();
    let received = owed.saturating_sub(replica.pending().len() + set_aside);
    Ok(HandedIn { received, waiting })
}
