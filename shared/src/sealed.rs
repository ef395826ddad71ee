//! What a tablet's memory looks like when it is encrypted, for both who must open it: the tablet, and the server
//! that is handed the memory of a tablet that nobody can open any more.
//!
//! Every value is AES-256-GCM under one random key: nonce, ciphertext, mark. The key is wrapped the same way for
//! each who may open the tablet. What a ciphertext is about is bound into it, so that none can be put in another's
//! place. Do not change: tablets hold it.

/// Bytes of a nonce, which stands before each ciphertext.
pub const NONCE: usize = 12;
/// Bytes of a key.
pub const KEY: usize = 32;
/// Bytes of a wrapped key: nonce, key, mark.
pub const WRAPPED: usize = NONCE + KEY + 16;
/// The memory of a tablet at work.
pub const DATABASE: &str = "bilik-tablet";

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
}
