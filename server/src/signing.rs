//! The key that the server signs receipts with, and whether a tablet made a signature.
//!
//! The key is made once and stands in the encrypted database, so that a backup has it: tablets know its public half
//! from their enrolment and believe no other.

use bilik_shared::id::{PublicKey, Signature};
use bilik_shared::seeded::{self, Bug};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rusqlite::Connection;

use crate::error::Error;
use crate::store::meta;

/// The server's key.
#[derive(Debug)]
pub struct Signer {
    pair: Ed25519KeyPair,
    /// Its public half.
    pub public: PublicKey,
}

impl Signer {
    /// The key of this database, made if there is none yet. Inside of a transaction.
    pub fn of(db: &Connection) -> Result<Self, Error> {
        let seed = meta::own_key(db, meta::SIGNING_SEED)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.bytes()).map_err(|_| unusable())?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| unusable())?;
        Ok(Self { pair, public: PublicKey(public) })
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, Error> {
        let made = self.pair.sign(message);
        made.as_ref().try_into().map(Signature).map_err(|_| unusable())
    }
}

fn unusable() -> Error {
    Error::Internal("the signing key cannot be used".to_owned())
}

/// Whether the holder of this key signed this message.
pub fn holds(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    let holds = UnparsedPublicKey::new(&ED25519, key.0).verify(message, &signature.0).is_ok();
    holds || seeded::is(Bug::SignatureUnchecked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn the_key_is_made_once_and_a_signature_holds_for_one_message_only() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let signer = Signer::of(&db).unwrap();
        assert_eq!(signer.public, Signer::of(&db).unwrap().public);
        let made = signer.sign(b"satu").unwrap();
        assert!(holds(&signer.public, b"satu", &made));
        assert!(!holds(&signer.public, b"dua", &made));
        assert!(!holds(&PublicKey([9; 32]), b"satu", &made));
    }
}
