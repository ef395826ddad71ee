//! Batches in a chain, and what tablet and server sign. Pure: whoever holds a key signs and verifies elsewhere.
//!
//! Every request that carries changes is a *batch*: the body exactly as it travels, numbered from 1, naming the hash
//! of the batch before it. So the batches of one tablet are one history, and two histories of one tablet (a cloned
//! or restored one) are found at the first batch that does not continue what was received.
//!
//! ```text
//! hash      := SHA-256(body as it travels)
//! proof     := Ed25519(tablet's key, "bilik exchange 1" ‖ clock (8 bytes, big-endian) ‖ hash)
//! receipt   := Ed25519(server's key, "bilik receipt 1" ‖ device id (8) ‖ hash of the request ‖ hash of the answer)
//! ```
//! The answer carries the server's clock, its epoch, and the head of its audit, so the receipt is a word about them
//! as well. What stands here is signed and stored for good: do not change it.
//!
//! On the wire a signed request says `Authorization: Signed <device id>`, and the signature stands before its body, as
//! it does in the answer:
//!
//! ```text
//! request := clock (8 bytes, big-endian) ‖ proof (64) ‖ body
//! answer  := receipt (64) ‖ body
//! ```
//! Tablets of versions before that send the body alone, with their credential and [`PROOF`], and are answered with
//! [`RECEIPT`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::enrolment::Secret;
use crate::id::{DeviceId, Digest, Hash, PublicKey, Signature};
use crate::time::Timestamp;

/// The scheme of `Authorization` by which a request says that it is signed; behind it stands the id of the tablet.
pub const SCHEME: &str = "Signed";
/// Bytes of clock and signature before the body of a signed request.
pub const PROOF_BYTES: usize = 8 + 64;
/// The header of a request that says when it is sent and that it is the tablet's: see [`Proof`].
pub const PROOF: &str = "bilik-proof";
/// The header of an answer with the server's signature, in hexadecimal.
pub const RECEIPT: &str = "bilik-receipt";

const EXCHANGE: &[u8] = b"bilik exchange 1";
const ANSWER: &[u8] = b"bilik receipt 1";
const COMPARE: &[u8] = b"bilik compare 1";

/// The hash of a body as it travels.
pub fn hash(body: &[u8]) -> Hash {
    Hash(sha2::Sha256::digest(body).into())
}

/// What a tablet signs of a request that it sends at this time of its clock.
pub fn to_prove(clock: Timestamp, body: &Hash) -> Vec<u8> {
    [EXCHANGE, &clock.0.to_be_bytes(), &body.0].concat()
}

/// What the server signs of an answer.
pub fn to_receipt(device: DeviceId, request: &Hash, answer: &Hash) -> Vec<u8> {
    [ANSWER, &device.0, &request.0, &answer.0].concat()
}

/// Six digits that a tablet and the desk show after enrolment: equal where both hold the same keys and the same
/// one-time code (`None` where a tablet got its key later), so that nobody between them has put keys of their own there.
pub fn comparison(
    code: Option<&Secret>,
    device: DeviceId,
    tablet: &PublicKey,
    server: &PublicKey,
) -> String {
    let code = code.map(|code| &code.0[..]).unwrap_or_default();
    let parts = [COMPARE, &device.0, &tablet.0, &server.0, code].concat();
    let hash = hash(&parts);
    let number = hash.0[..8].iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// When a request was sent, by the tablet's clock, and the signature of that and the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The tablet's clock.
    pub clock: Timestamp,
    /// Over [`to_prove`].
    pub signature: Signature,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.clock.0, self.signature)
    }
}

impl Proof {
    /// A request with its proof, as it travels.
    pub fn seal(&self, body: &[u8]) -> Vec<u8> {
        [&self.clock.0.to_be_bytes(), &self.signature.0[..], body].concat()
    }

    /// Takes a request apart that travels with its proof; `None` for one that is too short.
    pub fn open(request: &[u8]) -> Option<(Self, &[u8])> {
        let (clock, rest) = request.split_first_chunk::<8>()?;
        let (signature, body) = rest.split_first_chunk::<64>()?;
        let clock = Timestamp(i64::from_be_bytes(*clock));
        Some((Self { clock, signature: Signature(*signature) }, body))
    }
}

/// Takes an answer apart that travels with its receipt; `None` for one that is too short.
pub fn receipt(answer: &[u8]) -> Option<(Signature, &[u8])> {
    let (signature, body) = answer.split_first_chunk::<64>()?;
    Some((Signature(*signature), body))
}

/// A header is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoProof;

impl FromStr for Proof {
    type Err = NoProof;

    fn from_str(text: &str) -> Result<Self, NoProof> {
        let (clock, signature) = text.split_once(' ').ok_or(NoProof)?;
        let clock = Timestamp(clock.parse().map_err(|_| NoProof)?);
        Ok(Self { clock, signature: signature.parse().map_err(|_| NoProof)? })
    }
}

/// Where a batch stands in the history of its tablet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its number, from 1.
    pub seq: u32,
    /// The hash of the batch before it; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<Hash>,
}

impl Link {
    /// The place after a batch, or the first one.
    pub fn after(last: Option<Tip>) -> Self {
        match last {
            Some(Tip { seq, hash }) => Self { seq: seq.saturating_add(1), prev: Some(hash) },
            None => Self { seq: 1, prev: None },
        }
    }
}

/// The last batch of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tip {
    /// Its number.
    pub seq: u32,
    /// Its hash.
    pub hash: Hash,
}

/// The last record of the server's audit at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number, from 1.
    pub number: u64,
    /// Its hash.
    pub hash: Hash,
}

/// How many bytes of a record's hash stand on paper.
const PRINTED: usize = 8;

impl Head {
    /// Its fingerprint, as paper has it: a quarter of its hash is little to copy by hand and too much to be met by
    /// chance, `3F2A 91C0 77DE 05B4`.
    pub fn fingerprint(&self) -> String {
        let groups = self.hash.0[..PRINTED].chunks(2);
        groups.map(|pair| format!("{:02X}{:02X}", pair[0], pair[1])).collect::<Vec<_>>().join(" ")
    }
}

/// A record of the audit as paper tells of it: `18204:3F2A 91C0 77DE 05B4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// Its number.
    pub number: u64,
    /// What its hash begins with.
    pub begins: [u8; PRINTED],
}

/// A text names no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPrinted;

impl FromStr for Printed {
    type Err = NotPrinted;

    fn from_str(text: &str) -> Result<Self, NotPrinted> {
        let (number, fingerprint) = text.split_once(':').ok_or(NotPrinted)?;
        let number = number.trim().parse().map_err(|_| NotPrinted)?;
        let digits: Vec<u32> = fingerprint
            .chars()
            .filter(|c| !matches!(c, ' ' | '-'))
            .map(|c| c.to_digit(16).ok_or(NotPrinted))
            .collect::<Result<_, _>>()?;
        let bytes: Vec<u8> =
            digits.chunks_exact(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect();
        let whole = digits.len() == 2 * PRINTED;
        let begins = bytes.try_into().ok().filter(|_| whole).ok_or(NotPrinted)?;
        Ok(Self { number, begins })
    }
}

/// What a tablet was last told by a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// In which life of the server.
    pub epoch: Digest,
    /// What its audit ended with.
    pub head: Head,
}

/// How a batch continues what was received of its tablet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the next one.
    Next,
    /// There are others before it that the server has lost since: it was restored from an older copy.
    AfterRestore,
    /// It does not continue what was received: there are two histories of this tablet.
    Fork,
}

/// What the server knows of a tablet's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// Nothing was received yet.
    Nothing,
    /// This was the last batch.
    Until(Tip),
    /// There were two, and somebody has decided that it goes on with whoever speaks next. Whether the batch that is
    /// looked at continues one of them.
    Either(bool),
}

/// Decides where a batch stands that was not received before. `seen` is the epoch of the tablet's last receipt.
pub fn place(history: History, link: Link, seen: Option<Digest>, epoch: Digest) -> Place {
    let next = match history {
        History::Nothing => link == Link::after(None),
        History::Until(tip) => link == Link::after(Some(tip)),
        History::Either(continues) => continues,
    };
    let ahead = match history {
        History::Until(tip) => link.seq > tip.seq.saturating_add(1),
        History::Nothing | History::Either(_) => link.seq > 1,
    };
    let restored = seen.is_some_and(|seen| seen != epoch);
    match (next, ahead && restored) {
        (true, _) => Place::Next,
        (false, true) => Place::AfterRestore,
        (false, false) => Place::Fork,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_read_as_it_was_written() {
        let proof = Proof { clock: Timestamp(-5), signature: Signature([7; 64]) };
        assert_eq!(proof.to_string().parse(), Ok(proof));
        for garbage in ["", "5", "x 00", &format!("5 {}", "0".repeat(127))] {
            assert_eq!(garbage.parse::<Proof>(), Err(NoProof), "{garbage:?}");
        }
        let sealed = proof.seal(b"body");
        assert_eq!((sealed.len(), Proof::open(&sealed)), (76, Some((proof, &b"body"[..]))));
        assert_eq!(Proof::open(&sealed[..71]), None);
        assert_eq!(receipt(&sealed[8..]), Some((proof.signature, &b"body"[..])));
        assert_eq!(receipt(&sealed[..63]), None);
    }

    #[test]
    fn a_batch_continues_comes_after_a_restore_or_forks() {
        let (old, now) = (Digest([1; 8]), Digest([2; 8]));
        let tip = |seq: u32| Tip { seq, hash: Hash([seq as u8; 32]) };
        let link = |seq: u32| Link::after(Some(tip(seq - 1)));
        let until = |seq| History::Until(tip(seq));
        let first = Link::after(None);
        for (history, link, seen, expected) in [
            (History::Nothing, first, None, Place::Next),
            (until(3), link(4), Some(now), Place::Next),
            (until(3), link(4), None, Place::Next),
            // The server has lost 4 and 5.
            (until(3), link(6), Some(old), Place::AfterRestore),
            (History::Nothing, link(6), Some(old), Place::AfterRestore),
            (until(3), link(6), Some(now), Place::Fork),
            (until(3), link(6), None, Place::Fork),
            // A tablet that was put back to an older state.
            (until(3), link(3), Some(now), Place::Fork),
            (until(3), link(3), Some(old), Place::Fork),
            (until(3), Link { seq: 4, prev: Some(Hash([9; 32])) }, Some(old), Place::Fork),
            (until(3), first, None, Place::Fork),
            // The same number behind another batch.
            (until(3), Link { seq: 4, prev: Some(Hash([9; 32])) }, Some(now), Place::Fork),
            (until(3), Link { seq: 5, prev: Some(Hash([3; 32])) }, Some(now), Place::Fork),
            (History::Either(true), link(2), Some(now), Place::Next),
            (History::Either(false), link(9), Some(now), Place::Fork),
        ] {
            assert_eq!(place(history, link, seen, now), expected, "{history:?} {link:?} {seen:?}");
        }
    }

    #[test]
    fn a_record_is_read_as_paper_has_it() {
        let mut hash = [0; 32];
        hash[..9].copy_from_slice(&[0x3f, 0x2a, 0x91, 0xc0, 0x77, 0xde, 0x05, 0xb4, 0xff]);
        let head = Head { number: 18_204, hash: Hash(hash) };
        assert_eq!(head.fingerprint(), "3F2A 91C0 77DE 05B4");
        let printed = Printed { number: 18_204, begins: hash[..8].try_into().unwrap() };
        for typed in
            ["18204:3F2A 91C0 77DE 05B4", " 18204 : 3f2a91c077de05b4", "18204:3F2A-91C0-77DE-05B4"]
        {
            assert_eq!(typed.parse(), Ok(printed), "{typed}");
        }
        for wrong in [
            "",
            "18204",
            "18204:",
            ":3F2A91C077DE05B4",
            "18204:3F2A91C077DE05",
            "18204:3F2A91C077DE05B",
            "18204:3F2A91C077DE05B4FF",
            "18204:3F2A91C077DE05BX",
        ] {
            assert_eq!(wrong.parse::<Printed>(), Err(NotPrinted), "{wrong}");
        }
    }

    #[test]
    fn six_digits_differ_with_each_key_and_the_code() {
        let (one, two) = (PublicKey([1; 32]), PublicKey([2; 32]));
        let id = DeviceId([3; 8]);
        let (code, other) = (Secret([4; 32]), Secret([5; 32]));
        let shown = comparison(Some(&code), id, &one, &two);
        assert!(shown.len() == 6 && shown.bytes().all(|byte| byte.is_ascii_digit()), "{shown}");
        for another in [
            comparison(Some(&other), id, &one, &two),
            comparison(None, id, &one, &two),
            comparison(Some(&code), DeviceId([4; 8]), &one, &two),
            comparison(Some(&code), id, &two, &one),
        ] {
            assert_ne!(shown, another);
        }
    }
}
