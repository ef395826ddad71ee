//! The key of the tablet's memory for the server, which takes in what a tablet holds that nobody can open.
//!
//! The key itself does not come here: the worker wraps it with a secret that is made here, and only that secret is
//! sealed to the server's public key.

use bilik_shared::sealed::{ForServer, KEY, TO_SERVER, WRAPPED};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{CryptoRng, Error, RngCore};
use hpke::{Deserializable as _, OpModeS, Serializable as _, single_shot_seal};
use serde_bytes::ByteBuf;

use crate::device;

type Kem = X25519HkdfSha256;

/// The browser's source of random numbers.
struct Browser;

impl RngCore for Browser {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(device::random())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(device::random())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        device::fill_random(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        device::fill_random(bytes);
        Ok(())
    }
}

impl CryptoRng for Browser {}

/// A fresh secret, and the same sealed to the server's public key; the wrapped key is still missing. `None` for
/// what is no public key.
pub fn sealed_secret(public: &[u8]) -> Option<([u8; KEY], ForServer)> {
    let to = <Kem as hpke::Kem>::PublicKey::from_bytes(public).ok()?;
    let secret: [u8; KEY] = device::random();
    let (encapsulated, sealed) = single_shot_seal::<AesGcm256, HkdfSha256, Kem, _>(
        &OpModeS::Base,
        &to,
        TO_SERVER.as_bytes(),
        &secret,
        &[],
        &mut Browser,
    )
    .ok()?;
    let unwrapped = ForServer {
        v: 1,
        public: ByteBuf::from(public),
        encapsulated: ByteBuf::from(encapsulated.to_bytes().to_vec()),
        secret: ByteBuf::from(sealed),
        wrapped: ByteBuf::from([0; WRAPPED]),
    };
    Some((secret, unwrapped))
}
