//! The key that a simulated tablet signs with, and the server's that it believes.

use bilik_server::signing;
use bilik_shared::chain::{self, Proof};
use bilik_shared::id::{DeviceId, Hash, PublicKey, Signature};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use super::{Trouble, now};

/// The key that a tablet made, and the server's that it learned when it was enrolled.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) pair: Ed25519KeyPair,
    pub(super) server: PublicKey,
    pub(super) device: DeviceId,
}

/// A new key; with its public half.
pub(super) fn new_key() -> Result<(Ed25519KeyPair, PublicKey), Trouble> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    let made = made.map_err(|_| Trouble::Garbled)?;
    let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).map_err(|_| Trouble::Garbled)?;
    let public = pair.public_key().as_ref().try_into().map_err(|_| Trouble::Garbled)?;
    Ok((pair, PublicKey(public)))
}

impl Keys {
    pub(super) fn prove(&self, body: &Hash) -> Proof {
        let clock = now();
        let made = self.pair.sign(&chain::to_prove(clock, body));
        let mut signature = Signature([0; 64]);
        signature.0.copy_from_slice(made.as_ref());
        Proof { clock, signature }
    }

    /// The body of an answer that the server has signed; `None` where it has not.
    pub(super) fn confirmed<'a>(&self, request: &Hash, sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (receipt, body) = chain::receipt(sealed)?;
        let message = chain::to_receipt(self.device, request, &chain::hash(body));
        signing::holds(&self.server, &message, &receipt).then_some(body)
    }
}
