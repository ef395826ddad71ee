//! The decoder of the exchange: no body, however broken, does more than to be refused, and what is read is written
//! the same way again.
//!
//! The first byte says what the rest is: a body as it travels, the CBOR inside of one, or packed changes.
#![no_main]

use bilik_shared::exchange::{Answer, MAX_PIECE, Request, encode, unpack};
use libfuzzer_sys::fuzz_target;
use minicbor_serde::to_vec;

#[path = "seeds.rs"]
mod seeds;

fn bodies(body: &[u8]) {
    if let Ok(request) = Request::decode(body) {
        assert_eq!(Request::decode(&encode(&request)), Ok(request));
    }
    if let Ok(answer) = Answer::decode(body) {
        assert_eq!(Answer::decode(&encode(&answer)), Ok(answer));
    }
}

/// A body with this inside of it. What is not one message is still deflated and summed as one.
fn wrapped(plain: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    // Stored blocks of DEFLATE need no compressor: a byte, the length, its complement, the bytes.
    let mut body = Vec::new();
    let mut rest = plain;
    loop {
        let (block, further) = rest.split_at(rest.len().min(0xffff));
        body.push(u8::from(further.is_empty()));
        body.extend_from_slice(&(block.len() as u16).to_le_bytes());
        body.extend_from_slice(&(!(block.len() as u16)).to_le_bytes());
        body.extend_from_slice(block);
        rest = further;
        if rest.is_empty() {
            break;
        }
    }
    body.extend_from_slice(&sha2::Sha256::digest(plain)[..4]);
    body
}

/// The recorded bodies of every released version, and the CBOR inside of them.
fn begin() {
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/tests/fixtures");
    for file in std::fs::read_dir(recorded).expect("the recorded bodies").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let bytes = std::fs::read(file.path()).expect("a recorded body");
        let (kind, plain) = match name.rsplit_once(['.', '-']) {
            Some((_, "request")) => {
                (0, Request::decode(&bytes).ok().and_then(|it| to_vec(&it).ok()))
            }
            Some((_, "answer")) => (0, Answer::decode(&bytes).ok().and_then(|it| to_vec(&it).ok())),
            Some((_, "pack")) => (2, None),
            _ => continue,
        };
        let seed = |kind: u8, bytes: &[u8]| [&[kind], bytes].concat();
        let inside = plain.map(|plain| (format!("{name}.cbor"), seed(1, &plain)));
        seeds::write(inside.into_iter().chain([(name, seed(kind, &bytes))]));
    }
}

fuzz_target!(init: begin(), |input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else { return };
    match kind % 3 {
        0 => bodies(rest),
        1 => bodies(&wrapped(rest)),
        _ => {
            if let Ok(pieces) = unpack(rest) {
                let bytes: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
                assert!(bytes <= MAX_PIECE, "it unpacks to {bytes} bytes");
            }
        }
    }
});
