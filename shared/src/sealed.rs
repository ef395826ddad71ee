//! What a tablet's memory looks like when it is encrypted, for both who must open it: the tablet, and the server
//! that is handed the memory of a tablet that nobody can open any more.
//!
//! Every value is AES-256-GCM under one random key: nonce, ciphertext, mark. The key is wrapped the same way for
//! each who may open the tablet. What a ciphertext is about is bound into it, so that none can be put in another's
//! place. Do not change: tablets hold it.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::cbor;

/// Bytes of a nonce, which stands before each ciphertext.
pub const NONCE: usize = 12;
/// Bytes of a key.
pub const KEY: usize = 32;
/// Bytes of a wrapped key: nonce, key, mark.
pub const WRAPPED: usize = NONCE + KEY + 16;
/// The memory of a tablet at work.
pub const DATABASE: &str = "bilik-tablet";

/// Under which name a tablet keeps who it is. Do not change: tablets hold it.
pub const DEVICE: &str = "app/device";

/// The version of this format.
const VERSION: u8 = 1;

/// What a value stands for: the memory it is in, and its name there.
pub fn about_value(database: &str, name: &str) -> String {
    format!("{database}|{name}|{VERSION}")
}

/// Whom a wrapped key is for.
pub fn about_key(holder: &str) -> String {
    format!("key|{holder}|{VERSION}")
}

/// What the secret is bound to that is sealed to the server.
pub const TO_SERVER: &str = "bilik-hand-in|1";
/// Who the wrapped key of the server is for, as [`about_key`] names it.
pub const SERVER: &str = "server";
/// A whole memory that is handed in has at most this many bytes.
pub const MAX_HAND_IN: usize = 16 * 1024 * 1024;

/// The key of a tablet's memory for the server: wrapped with a secret that is sealed to the server's public key
/// (HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). Stored and wire format, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForServer {
    /// The version of this format.
    pub v: u8,
    /// The public key that it is sealed to.
    pub public: ByteBuf,
    /// What HPKE calls the encapsulated key.
    pub encapsulated: ByteBuf,
    /// The secret, sealed.
    pub secret: ByteBuf,
    /// The key of the memory, wrapped with the secret.
    pub wrapped: ByteBuf,
}

/// The memory of a tablet that is locked, as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandIn {
    /// What opens it, as [`ForServer::to_bytes`] writes it.
    pub key: ByteBuf,
    /// Names and encrypted values.
    pub values: Vec<(String, ByteBuf)>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedIn {
    /// So many people's registrations waited in it, and the server has stored them.
    pub received: usize,
    /// So many it could not take in.
    pub waiting: usize,
}

impl ForServer {
    /// The form in which it is kept and sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::write(self)
    }

    /// Reads it back; `None` for what no version has written.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        cbor::read(bytes).filter(|read: &Self| read.v == VERSION)
    }
}

impl HandIn {
    /// Whether a value has to be handed in: what is known of the server, who the tablet is, and the sheets. What
    /// is only being typed is nobody's registration yet.
    pub fn takes(name: &str) -> bool {
        name == "meta" || name == DEVICE || name.starts_with("sheet/")
    }

    /// The body of the request.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::write(self)
    }

    /// Reads a request.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        cbor::read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bound_into_a_ciphertext_stays() {
        // Tablets hold ciphertexts that are bound to these very words.
        assert_eq!(about_value(DATABASE, "meta"), "bilik-tablet|meta|1");
        assert_eq!(about_key("siti"), "key|siti|1");
        assert_eq!(WRAPPED, 60);
    }

    #[test]
    fn what_is_handed_in_is_read_as_it_was_written() {
        let bytes = |byte, n| ByteBuf::from(vec![byte; n]);
        let key = ForServer {
            v: 1,
            public: bytes(1, 32),
            encapsulated: bytes(2, 32),
            secret: bytes(3, 48),
            wrapped: bytes(4, WRAPPED),
        };
        assert_eq!(ForServer::from_bytes(&key.to_bytes()), Some(key.clone()));
        assert_eq!(ForServer::from_bytes(&ForServer { v: 2, ..key.clone() }.to_bytes()), None);
        let values = vec![("meta".to_owned(), bytes(5, 9))];
        let hand_in = HandIn { key: ByteBuf::from(key.to_bytes()), values };
        assert_eq!(HandIn::from_bytes(&hand_in.to_bytes()), Some(hand_in));
        for (name, taken) in [
            ("meta", true),
            ("app/device", true),
            ("sheet/2025.2-A/piece/000001", true),
            ("app/work/2025.2-A/new", false),
            ("app/pin/siti", false),
        ] {
            assert_eq!(HandIn::takes(name), taken, "{name}");
        }
    }
}
