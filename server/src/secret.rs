//! Random secrets, and how they are kept: only as SHA-256, compared in constant time.
//!
//! A plain hash is enough for what is random and long; passwords of people get Argon2id in [`crate::sign_in`].

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Letters and digits that nobody confuses when reading aloud (Crockford's base 32: no I, L, O, U).
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random bytes from the operating system.
///
/// # Panics
/// If the system has no randomness: nothing this server does would be safe then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(cause) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {cause}");
    }
    bytes
}

/// 256 random bits in hexadecimal.
pub fn random_token() -> String {
    let mut text = String::with_capacity(64);
    for byte in random::<32>() {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `length` random letters and digits for people to type: 5 bits each.
pub fn random_letters(length: usize) -> String {
    let letter = |_| char::from(CROCKFORD[usize::from(random::<1>()[0] & 31)]);
    (0..length).map(letter).collect()
}

/// The SHA-256 of a secret.
pub fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Whether two hashes are equal, in a time that does not tell where they differ.
pub fn same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_random_and_readable() {
        let (a, b) = (random_letters(8), random_letters(8));
        assert_ne!(a, b);
        assert_eq!(bilik_shared::enrolment::letters(&a), a);
        assert_ne!(random_token(), random_token());
    }
}
