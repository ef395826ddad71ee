//! Changes without what the receiver can compute: see the module above for the format.

use super::{MAX_CHANGE, MAX_PIECE};
use crate::id::Hash;
use crate::sheet::Chunk;

/// Packs as many changes as fit into one piece; returns how many those were.
pub fn pack(chunks: &[Chunk]) -> (Vec<u8>, usize) {
    let pieces = chunks.iter().map(|chunk| (chunk.hash(), chunk.bytes()));
    pack_bytes(pieces)
}

/// As [`pack`], from hashes and raw chunk bytes.
pub fn pack_bytes<'a>(chunks: impl Iterator<Item = (Hash, &'a [u8])>) -> (Vec<u8>, usize) {
    let mut packed = Vec::new();
    let mut placed: std::collections::BTreeMap<Hash, usize> = std::collections::BTreeMap::new();
    let mut total = 0;
    for (n, (hash, bytes)) in chunks.enumerate() {
        total += bytes.len();
        if n > 0 && total > MAX_PIECE {
            return (packed, n);
        }
        let before = packed.len();
        if pack_one(bytes, n, &placed, &mut packed).is_none() {
            packed.truncate(before);
            return (packed, n);
        }
        placed.insert(hash, n);
    }
    (packed, placed.len())
}

fn pack_one(
    bytes: &[u8],
    n: usize,
    placed: &std::collections::BTreeMap<Hash, usize>,
    packed: &mut Vec<u8>,
) -> Option<()> {
    let mut rest = bytes.get(9..)?;
    leb_read(&mut rest)?; // the length of the contents, which are all the rest
    let count = leb_read(&mut rest)?;
    leb_write(count, packed);
    for _ in 0..count {
        let (dep, after) = rest.split_at_checked(32)?;
        rest = after;
        let dep = Hash(dep.try_into().ok()?);
        match placed.get(&dep) {
            Some(place) => leb_write((n - place) as u64, packed),
            None => {
                packed.push(0);
                packed.extend_from_slice(&dep.0);
            }
        }
    }
    leb_write(rest.len() as u64, packed);
    packed.extend_from_slice(rest);
    Some(())
}

/// Packed changes cannot be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPiece;

/// One change as it came out of a piece: its name and its bytes, not yet looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The hash of the bytes.
    pub hash: Hash,
    /// A plain change chunk, if it is one at all.
    pub bytes: Vec<u8>,
}

/// Restores packed changes.
pub fn unpack(packed: &[u8]) -> Result<Vec<Unpacked>, BadPiece> {
    use sha2::Digest as _;
    let mut rest = packed;
    let mut out: Vec<Unpacked> = Vec::new();
    let mut total = 0;
    while !rest.is_empty() {
        let mut contents = Vec::new();
        let count = leb_read(&mut rest).ok_or(BadPiece)?;
        leb_write(count, &mut contents);
        for _ in 0..count {
            let back = leb_read(&mut rest).ok_or(BadPiece)? as usize;
            if back == 0 {
                let (dep, after) = rest.split_at_checked(32).ok_or(BadPiece)?;
                contents.extend_from_slice(dep);
                rest = after;
            } else {
                let place = out.len().checked_sub(back).ok_or(BadPiece)?;
                contents.extend_from_slice(&out[place].hash.0);
            }
            if contents.len() > MAX_PIECE {
                return Err(BadPiece);
            }
        }
        let length = leb_read(&mut rest).ok_or(BadPiece)? as usize;
        let (tail, after) = rest.split_at_checked(length).ok_or(BadPiece)?;
        contents.extend_from_slice(tail);
        rest = after;
        total += contents.len();
        // The last change of a piece may have crossed the line; two such pieces are no piece.
        if total > MAX_PIECE + MAX_CHANGE {
            return Err(BadPiece);
        }
        let mut typed = vec![1];
        leb_write(contents.len() as u64, &mut typed);
        let head = typed.len();
        typed.extend_from_slice(&contents);
        let hash = Hash(sha2::Sha256::digest(&typed).into());
        let mut bytes = Vec::with_capacity(typed.len() + 8);
        bytes.extend_from_slice(&crate::sheet::MAGIC);
        bytes.extend_from_slice(&hash.0[..4]);
        bytes.extend_from_slice(&typed[..head]);
        bytes.extend_from_slice(&contents);
        out.push(Unpacked { hash, bytes });
    }
    Ok(out)
}

fn leb_write(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

fn leb_read(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
