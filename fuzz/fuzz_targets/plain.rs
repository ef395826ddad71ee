//! A plain change chunk around its contents.

use sha2::{Digest as _, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN: u8 = 1;

/// Puts magic, checksum, type and length before the contents.
pub fn chunk(contents: &[u8]) -> Vec<u8> {
    let mut summed = vec![PLAIN];
    let mut length = contents.len();
    while length >= 0x80 {
        summed.push(length as u8 | 0x80);
        length >>= 7;
    }
    summed.push(length as u8);
    summed.extend_from_slice(contents);
    let sum = Sha256::digest(&summed);
    [&MAGIC, &sum[..4], &summed].concat()
}

/// The contents of a chunk, without what [`chunk`] puts before them.
pub fn contents(chunk: &[u8]) -> &[u8] {
    let rest = &chunk[9..];
    let length = rest.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    &rest[length..]
}
