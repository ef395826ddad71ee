//! The wire: one idempotent request carries a tablet's changes to the server and brings back what others did.
//!
//! # For an implementer
//!
//! `POST /api/v1/exchange` with the header `Authorization: Bearer <device id>.<secret>`, or signed: see below.
//! Body and answer are [`Request`] and [`Answer`] in CBOR (RFC 8949), maps with named fields,
//! compressed as raw DEFLATE (RFC 1951) with a preset dictionary (`DICTIONARY` below).
//! Unknown fields are ignored, absent ones take their default.
//! Behind it stand the first four bytes of the SHA-256 over the CBOR.
//!
//! For each sheet the tablet says what it has (`heads`), what it knows the server to have (`receipt`),
//! and sends the changes that the server lacks. The server stores them durably, and only then answers:
//! `complete` says that everything the tablet has named is stored; otherwise `heads` lists what the
//! server has, and the tablet sends from there. `changes` holds what the tablet lacks;
//! with `more` there is more of it, and the tablet asks again at once.
//! A tablet without a sheet gets it as one saved `document`.
//! Where a sheet was written anew without somebody, its `generation` is higher than the tablet's. A tablet that
//! owes nothing gets the new document; one that does is told who was `erased`, writes its own copy anew in the
//! same way, and sends what it owes from there. Nothing of an older generation is taken in.
//! `reads` tells whose entries were opened on the tablet, for the log of access, until an answer says that it is `noted`.
//! The same request twice, two at once, a lost answer: the end is the same.
//!
//! `v` is the version that the tablet speaks, and an answer carries the version of its request.
//! [`is_spoken`] is the one rule for which versions are read. Recorded bodies of every version that is
//! spoken lie in `shared/tests/fixtures/` with the dictionary, to try an implementation on.
//!
//! # Signatures
//!
//! A tablet that has told the server a key (at enrolment, or later with `POST /api/v1/device-key`) signs every
//! request, and every answer is signed: [`crate::chain`] says what, and how it travels.
//! A request with changes is then a *batch*: it carries `link`, is stored before it is sent, and is sent again
//! byte for byte until it is answered; what is done meanwhile goes into the next one. `seen` is what the last
//! receipt said. The answer to a batch carries `head`.
//!
//! # Packed changes
//!
//! `changes` is a list of Automerge change chunks in causal order without what the receiver can compute:
//! magic, checksum, chunk type, and the hash of a change that stands earlier in the list.
//!
//! ```text
//! packed := { change }
//! change := count { dependency } length tail
//! dependency := n (≥ 1: the change n places before this one) | 0 hash (32 bytes)
//! tail := the chunk's contents after its dependencies
//! ```
//! `count`, `n` and `length` are unsigned LEB128. The chunk is restored by putting the dependencies back,
//! and its checksum is the first four bytes of the SHA-256 over type, length and contents.
//!
//! Wire format, version 1. Do not change what stands here: tablets in the field speak it.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::admission::Quarantine;
use crate::cbor;
use crate::chain::{Head, Link, Seen};
use crate::id::{Digest, EntryId, Hash, SheetId};
use crate::privacy::access::TabletRead;
use crate::programme::{Brief, Demand};
use crate::registration::codes;
use crate::time::Timestamp;

mod pack;

pub use pack::{BadPiece, Unpacked, pack, pack_bytes, unpack};

/// The version of this protocol. Whoever raises it records the new bodies: see `shared/tests/fixtures.rs`.
pub const VERSION: u16 = 1;
/// The oldest version that is spoken.
pub const OLDEST: u16 = oldest(VERSION);
/// A tablet may be so many versions behind the server: it may have lain in a drawer for two releases.
const BEHIND: u16 = 2;

const fn oldest(newest: u16) -> u16 {
    if newest > BEHIND { newest - BEHIND } else { 1 }
}

/// Whether bodies of this version are read, here and at the other end.
pub const fn is_spoken(v: u16) -> bool {
    OLDEST <= v && v <= VERSION
}

/// A body has at most this many bytes as it travels.
pub const MAX_BODY: usize = 1024 * 1024;
/// A body has at most this many bytes when it is inflated.
pub const MAX_INFLATED: usize = 4 * 1024 * 1024;
/// The changes of one request or answer have together at most this many bytes, unpacked.
pub const MAX_PIECE: usize = 256 * 1024;
/// A request tells of at most this many opened entries.
pub const MAX_READS: usize = 500;
/// One change has at most this many bytes.
pub const MAX_CHANGE: usize = 64 * 1024;

/// What a tablet sends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// The version that the tablet speaks.
    pub v: u16,
    /// The version of the app.
    pub app: String,
    /// The tablet's clock, milliseconds since 1970.
    pub clock: i64,
    /// Entries with work that the server does not have, this request included.
    pub waiting: u32,
    /// How full the tablet is, as far as it could tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space: Option<Space>,
    /// The brief the tablet has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brief: Option<Digest>,
    /// The tablet asks for the demand per programme.
    #[serde(skip_serializing_if = "is_false")]
    pub demand: bool,
    /// Where this request stands among those with changes, for a tablet that signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// What the last receipt said of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// Whose entries were opened on the tablet, at most [`MAX_READS`]; the answer says that they were `noted`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<TabletRead>,
    /// The sheets it has.
    pub sheets: Vec<SheetRequest>,
}

/// How full a tablet is. Browsers do not say honestly how much there is in all, so it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Bytes in use, by the browser's estimate.
    pub used: u64,
    /// Whether there is room for more.
    pub room: Room,
}

codes! {
    /// How much space there is for work.
    Room {
        /// Enough, as far as is known.
        Enough = "enough",
        /// It is running out: somebody should make room.
        Low = "low",
        /// What was begun can be finished; nobody new should be begun.
        Out = "out",
    }
}

/// One sheet of a tablet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetRequest {
    /// Which.
    pub id: SheetId,
    /// Which rewriting of it.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub generation: u32,
    /// The newest changes the tablet has.
    pub heads: Vec<Hash>,
    /// What the tablet knows the server to have, where that is not the same. Without one, a request
    /// that brings changes knows of nothing, and one that brings none says the same as `heads`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipt: Vec<Hash>,
    /// Packed changes that the server lacks.
    #[serde(default, skip_serializing_if = "no_bytes")]
    pub changes: ByteBuf,
    /// Among them is work of others: the server had it, and was restored from an older copy.
    #[serde(default, skip_serializing_if = "is_false")]
    pub relay: bool,
}

/// What the server answers, after everything it acknowledges has been written to disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The version of the request: what the tablet does not speak would be no answer to it.
    pub v: u16,
    /// Names the life of the server's database: another one after it was restored from a copy.
    pub epoch: Digest,
    /// The server's clock, milliseconds since 1970.
    pub at: Timestamp,
    /// The sheets of this tablet that have something to say.
    #[serde(default)]
    pub sheets: Vec<SheetAnswer>,
    /// Sheets that were taken away from this tablet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<SheetId>,
    /// The brief, where the tablet has another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<(Digest, Brief)>,
    /// The demand, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<Demand>,
    /// The tablet was revoked: it may hand in what it has, and is told nothing any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub revoked: bool,
    /// There are two histories of this tablet: until somebody has looked, it may hand in and is told nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub suspended: bool,
    /// What the server's audit ended with after a batch was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// What the request said of opened entries stands in the log of access.
    #[serde(default, skip_serializing_if = "is_false")]
    pub noted: bool,
}

/// One sheet as the server has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetAnswer {
    /// Which.
    pub id: SheetId,
    /// Which rewriting of it.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub generation: u32,
    /// The digest of the server's heads.
    pub digest: Digest,
    /// Everything the tablet named in `heads` is stored.
    #[serde(default, skip_serializing_if = "is_false")]
    pub complete: bool,
    /// The server's heads, where `complete` is false.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Hash>,
    /// The whole sheet, for a tablet that has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ByteBuf>,
    /// Packed changes that the tablet lacks.
    #[serde(default, skip_serializing_if = "no_bytes")]
    pub changes: ByteBuf,
    /// The changes that went to quarantine, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
    /// Who is not in it any more since the generation that the tablet has. A tablet that holds work writes its
    /// own copy anew without them, and sends from there: see [`without`](crate::sheet::without).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<EntryId>,
    /// The tablet lacks more than fitted into this answer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub more: bool,
}

/// One change that was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which change.
    pub hash: Hash,
    /// Why. It is kept on the server.
    #[serde(deserialize_with = "Quarantine::read_any")]
    pub reason: Quarantine,
}

fn is_false(b: &bool) -> bool {
    !*b
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

fn no_bytes(bytes: &ByteBuf) -> bool {
    bytes.is_empty()
}

/// A body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadBody {
    /// Larger than [`MAX_BODY`], or than [`MAX_INFLATED`] when inflated.
    TooLarge,
    /// Not DEFLATE, not CBOR, cut off, or not this message.
    Unreadable,
    /// A version of the protocol that is not spoken here: too new, or older than [`OLDEST`].
    Version,
}

/// What messages have in common, so that a short one need not carry it: the preset dictionary of
/// DEFLATE. Wire format: do not change a byte of it.
pub const DICTIONARY: &[u8] = b"BERSEDIA|TANDA_TANGAN_KERTAS|ya|ikut-1-idTIDAK_BERSEDIA||tidak|\
BELUM_SEKARANGCAP_JEMPOL_KERTASLISAN_DISAKSIKANTAHANANNARAPIDANASMASMPSDSMKBELUM_ADATIDAK_TAHU\
BEKERJAWIRAUSAHAMELANJUTKAN_SEKOLAHTIDAK_DIKETAHUIalasan|karena|ingin|mau|buka usaha sendiri \
keluarga belum pernah kerja tahun \x06person\x07aliases\x0cregister_number\x0clegal_status\
\x0abirth_date\x11birth_approximate\x04cell\x03sex\x04name\x04note\x06number\x06reason\x04plan\
\x0anik_status\x03nik\x0aexperience\x09education\x07consent\x07choices\x07answers\x0cregistration\
declinedwithdrawnawaydraftregisteredT01 T02 \xa6\x65epoch\x62at\x66digest\x68complete\xf5\x64more\xf5\
\x69document\x68verdicts\x65taken\x65brief\xa5\x61v\x01\x63app\x65\x30.1.0\x65clock\x1b\x00\x00\x01\
\x67waiting\x18\x66demand\xf5\x66sheets\x81\xa4\x62id\x6a2025.2-A\x65heads\x81\x58\x20\
\x67receipt\x81\x58\x20\x67changes\x59";

/// How many bytes of the sum stand behind every body.
const SUM: usize = 4;

/// The sum of a message. DEFLATE has none of its own, and the chunks travel without theirs: without
/// this a bit that flips on the way can become a registration that nobody made.
fn sum(plain: &[u8]) -> [u8; SUM] {
    use sha2::Digest as _;
    let mut sum = [0; SUM];
    sum.copy_from_slice(&sha2::Sha256::digest(plain)[..SUM]);
    sum
}

/// Writes a message: CBOR, then DEFLATE with the dictionary above, then the first bytes of the CBOR's SHA-256.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    let plain = cbor::write(message);
    let mut body = compress(&plain);
    body.extend_from_slice(&sum(&plain));
    body
}

fn compress(plain: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::new(9), false);
    let primed = deflate.set_dictionary(DICTIONARY);
    debug_assert!(primed.is_ok());
    let mut body = Vec::with_capacity(plain.len() / 2 + 64);
    loop {
        let read = deflate.total_in() as usize;
        match deflate.compress_vec(&plain[read..], &mut body, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return body,
            Ok(_) => body.reserve(plain.len() / 2 + 64),
        }
    }
}

/// Inflates a body up to [`MAX_INFLATED`]; one that ends too early or too late is refused.
fn inflate(body: &[u8]) -> Result<Vec<u8>, BadBody> {
    if body.len() + SUM > MAX_BODY {
        return Err(BadBody::TooLarge);
    }
    let mut inflate = Decompress::new(false);
    inflate.set_dictionary(DICTIONARY).map_err(|_| BadBody::Unreadable)?;
    let mut plain = Vec::with_capacity((body.len() * 4).min(MAX_INFLATED));
    loop {
        let (read, had) = (inflate.total_in() as usize, plain.len());
        let step = inflate.decompress_vec(&body[read..], &mut plain, FlushDecompress::Finish);
        if plain.len() > MAX_INFLATED {
            return Err(BadBody::TooLarge);
        }
        match step {
            Ok(Status::StreamEnd) if inflate.total_in() as usize == body.len() => return Ok(plain),
            Ok(Status::StreamEnd) | Err(_) => return Err(BadBody::Unreadable),
            Ok(_) if plain.len() == plain.capacity() => plain.reserve(plain.len().max(1024)),
            Ok(_) if plain.len() == had => return Err(BadBody::Unreadable),
            Ok(_) => {}
        }
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, BadBody> {
    let deflated = body.len().checked_sub(SUM).ok_or(BadBody::Unreadable)?;
    let (deflated, said) = body.split_at(deflated);
    let plain = inflate(deflated)?;
    if sum(&plain) != said {
        return Err(BadBody::Unreadable);
    }
    cbor::read(&plain).ok_or(BadBody::Unreadable)
}

impl Request {
    /// Reads a request.
    pub fn decode(body: &[u8]) -> Result<Self, BadBody> {
        let request: Self = decode(body)?;
        if is_spoken(request.v) { Ok(request) } else { Err(BadBody::Version) }
    }
}

impl Answer {
    /// Reads an answer.
    pub fn decode(body: &[u8]) -> Result<Self, BadBody> {
        let answer: Self = decode(body)?;
        if is_spoken(answer.v) { Ok(answer) } else { Err(BadBody::Version) }
    }
}

#[cfg(test)]
mod tests;
