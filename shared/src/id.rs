//! Ids. Each is a newtype that can be written, read back and told apart by the compiler.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text is not an id of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId {
    /// Which kind of id was asked for.
    pub kind: &'static str,
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a valid {}", self.kind)
    }
}

impl std::error::Error for BadId {}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads what [`hex`] writes and nothing else: an id in two spellings would be two keys of one thing.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.as_bytes();
    if text.len() != N * 2 || text.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let mut out = [0u8; N];
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |c: u8| (c as char).to_digit(16);
        *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
    }
    Some(out)
}

/// An id of `N` random or computed bytes, written in lower-case hexadecimal.
macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                unhex(text).map(Self).ok_or(BadId { kind: $kind })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serde_bytes::serialize(&self.0[..], serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(D::Error::custom)
                } else {
                    let bytes: serde_bytes::ByteBuf = serde_bytes::deserialize(deserializer)?;
                    let bytes = bytes.into_vec().try_into();
                    bytes.map(Self).map_err(|_| D::Error::custom(BadId { kind: $kind }))
                }
            }
        }
    };
}

byte_id!(
    /// One person's place on a sheet: 16 random bytes.
    EntryId, 16, "entry id"
);
byte_id!(
    /// The SHA-256 hash that names a change.
    Hash, 32, "change hash"
);
byte_id!(
    /// Who wrote a change, as far as the document is concerned: random per start of the app and tab.
    ActorId, 16, "actor id"
);
byte_id!(
    /// An enrolled tablet, as the server knows it.
    DeviceId, 8, "device id"
);
byte_id!(
    /// The public half of a key that signs with Ed25519.
    PublicKey, 32, "public key"
);
byte_id!(
    /// What such a key made.
    Signature, 64, "signature"
);
byte_id!(
    /// What the lottery of an allocation follows from.
    Seed, 16, "seed"
);
byte_id!(
    /// What a sheet looks like, in 8 bytes: equal digests mean equal heads (see [`Digest::of`]).
    Digest, 8, "digest"
);

impl Digest {
    /// The digest of a document's heads: the first 8 bytes of the SHA-256 over the sorted hashes.
    pub fn of(heads: &[Hash]) -> Self {
        use sha2::Digest as _;
        let mut heads = heads.to_vec();
        heads.sort_unstable();
        let mut sha = sha2::Sha256::new();
        for head in &heads {
            sha.update(head.0);
        }
        let mut out = [0u8; 8];
        out.copy_from_slice(&sha.finalize()[..8]);
        Self(out)
    }
}

/// A short name made of letters, digits, `.`, `-` and `_`: at most 64 of them, safe in a path.
macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                if is_slug(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadId { kind: $kind })
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

fn is_slug(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=64).contains(&text.len()) && text.chars().all(fits)
}

slug_id!(
    /// A sheet: one wave in one block.
    SheetId, "sheet id"
);
slug_id!(
    /// The short name of a tablet that people say aloud, for example `T03`.
    DeviceCode, "device code"
);
slug_id!(
    /// A person who signs in: an officer at a tablet or a supervisor at the desk.
    OfficerId, "officer id"
);
slug_id!(
    /// A programme, for example `GAR`.
    ProgrammeCode, "programme code"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_as_it_was_written() {
        let id = EntryId([0xab; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("ab".parse::<EntryId>(), Err(BadId { kind: "entry id" }));
        let shouted = id.to_string().to_uppercase();
        assert!(shouted.parse::<EntryId>().is_err(), "a second spelling would hide the first");
        assert_eq!("é".repeat(16).parse::<EntryId>(), Err(BadId { kind: "entry id" }));
    }

    #[test]
    fn a_slug_never_leaves_its_folder() {
        for bad in ["", "a/b", "a b", &"x".repeat(65), "é"] {
            assert!(bad.parse::<SheetId>().is_err(), "{bad:?} must be refused");
        }
        assert!("2025.2-B".parse::<SheetId>().is_ok());
    }

    #[test]
    fn a_digest_does_not_depend_on_the_order_of_heads() {
        let (a, b) = (Hash([1; 32]), Hash([2; 32]));
        assert_eq!(Digest::of(&[a, b]), Digest::of(&[b, a]));
        assert_ne!(Digest::of(&[a]), Digest::of(&[b]));
    }
}
