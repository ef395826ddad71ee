//! How a tablet and the server show each other that they know a one-time code, which itself never travels.
//!
//! ```text
//! name ‖ key := Argon2id(letters of the code, "bilik enrolment 1"; 19 MiB, 2 rounds, 1 lane), 64 bytes
//! asked      := HMAC-SHA-256(key, "bilik enrol tablet 1" ‖ the tablet's public key, if any ‖ "|" ‖ who it was, if anybody)
//! answered   := HMAC-SHA-256(key, "bilik enrol server 1" ‖ asked ‖ device id (8) ‖ the server's public key (32)
//!               ‖ SHA-256(credential) ‖ what people call the tablet)
//! ```
//! The tablet sends `name` and `asked`; the server finds the code by its name, and answers with `answered`. Whoever
//! stands between would have to try the 2^40 codes, each for as long as stretching takes, before the tablet stops
//! waiting; afterwards the code is used up. Both ends speak it in the same release: it can be changed.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::chain::hash;
use crate::id::{DeviceCode, Hash, PublicKey};
use crate::view::{Enrol, Enrolled};

const SALT: &[u8] = b"bilik enrolment 1";
const TABLET: &[u8] = b"bilik enrol tablet 1";
const SERVER: &[u8] = b"bilik enrol server 1";
/// What stretching costs: the least that OWASP's cheat sheet on storing passwords asks for.
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;

/// Reads what a person typed as a one-time code: any case, blanks and dashes, O for 0, I and L for 1.
pub fn letters(typed: &str) -> String {
    let known = typed.chars().filter(|c| c.is_alphanumeric()).take(64);
    let upper = known.flat_map(char::to_uppercase);
    upper
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// What a code is stretched into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stretched {
    /// By which the server finds it.
    pub name: Hash,
    /// What both ends prove that they know.
    pub key: Secret,
}

/// What a code is worth. It is never sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

/// Without the secret, so that it never reaches a log.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Stretches a code as a person typed it: some 30 ms of a desktop's core, 19 MiB while it lasts. `None` where there
/// is not that much memory to be had.
pub fn stretch(typed: &str) -> Option<Stretched> {
    let params = Params::new(MEMORY_KIB, ROUNDS, 1, Some(64)).ok()?;
    let mut memory = Vec::new();
    memory.try_reserve_exact(params.block_count()).ok()?;
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (mut name, mut key, mut both) = ([0; 32], [0; 32], [0; 64]);
    let typed = letters(typed);
    argon2.hash_password_into_with_memory(typed.as_bytes(), SALT, &mut both, &mut memory).ok()?;
    name.copy_from_slice(&both[..32]);
    key.copy_from_slice(&both[32..]);
    Some(Stretched { name: Hash(name), key: Secret(key) })
}

/// What a tablet asks with a code as a person typed it; with what the code is worth, to know the server by. `None` as
/// for [`stretch`].
pub fn ask(
    typed: &str,
    key: Option<PublicKey>,
    lost: Option<DeviceCode>,
) -> Option<(Enrol, Secret)> {
    let Stretched { name, key: secret } = stretch(typed)?;
    let mut asked = Enrol { name, proof: Hash([0; 32]), lost, key };
    asked.proof = done(secret.over_asked(&asked));
    Some((asked, secret))
}

impl Secret {
    /// Whether a tablet has shown that it knows the code, and that this is what it asks.
    pub fn is_asked(&self, asked: &Enrol) -> bool {
        self.over_asked(asked).verify_slice(&asked.proof.0).is_ok()
    }

    /// An answer to that question with the server's proof that it knows the code; what stood for it is not looked at.
    pub fn answer(&self, asked: &Enrol, answer: Enrolled) -> Enrolled {
        let proof = done(self.over_answer(asked, &answer));
        Enrolled { proof, ..answer }
    }

    /// Whether the server has shown that it knows the code, and that this is its answer to that question.
    pub fn confirms(&self, asked: &Enrol, answer: &Enrolled) -> bool {
        self.over_answer(asked, answer).verify_slice(&answer.proof.0).is_ok()
    }

    fn over_asked(&self, asked: &Enrol) -> Hmac<Sha256> {
        let key = asked.key.as_ref().map(|key| &key.0[..]).unwrap_or_default();
        let lost = asked.lost.as_ref().map(|lost| lost.as_str().as_bytes()).unwrap_or_default();
        self.over(&[TABLET, key, b"|", lost])
    }

    fn over_answer(&self, asked: &Enrol, answer: &Enrolled) -> Hmac<Sha256> {
        let Enrolled { device_id, device_code, secret, server_key, .. } = answer;
        let (credential, code) = (hash(secret.as_bytes()), device_code.as_str().as_bytes());
        self.over(&[SERVER, &asked.proof.0, &device_id.0, &server_key.0, &credential.0, code])
    }

    fn over(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        // 32 bytes are less than a block of SHA-256, so nothing of the secret is cut off or hashed before.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        parts.iter().for_each(|part| mac.update(part));
        mac
    }
}

fn done(mac: Hmac<Sha256>) -> Hash {
    Hash(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::DeviceId;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in [
            "7K3M-0P1Q",
            "7k3m 0p1q",
            "7K3MOPIQ",
            "7k3mopLq",
            " 7-K-3-M-0-P-1-Q ",
            " 7K3MOPLQ ",
            "7k3m–op1q",
            "7k3m-opiq",
        ] {
            assert_eq!(letters(typed), "7K3M0P1Q", "{typed}");
        }
    }

    #[test]
    fn a_code_is_stretched_to_a_name_and_a_secret() {
        let one = stretch("7K3M-0P1Q").unwrap();
        assert!(one == stretch("7k3m 0piq").unwrap());
        let other = stretch("7K3M-0P1R").unwrap();
        assert!(one.name != other.name && one.key != other.key && one.name.0 != one.key.0);
        // Of the reference implementation: `argon2 "bilik enrolment 1" -id -t 2 -k 19456 -p 1 -l 64 -r`.
        assert_eq!(one.name.to_string(), KNOWN);
        assert_eq!(format!("{:?}", one.key), "Secret");
    }

    #[test]
    fn a_proof_holds_for_what_it_was_made_of_and_for_nothing_else() {
        let (secret, other_secret) = (Secret([1; 32]), Secret([9; 32]));
        let (key, other_key) = (PublicKey([2; 32]), PublicKey([3; 32]));
        let code = |text: &str| text.parse::<DeviceCode>().unwrap();
        let proven = |key, lost| {
            let blank = Enrol { name: Hash([6; 32]), proof: Hash([0; 32]), lost, key };
            Enrol { proof: done(secret.over_asked(&blank)), ..blank }
        };
        let asked = proven(Some(key), Some(code("T03")));
        assert!(secret.is_asked(&asked));
        for (case, other) in [
            ("another key", Enrol { key: Some(other_key), ..asked.clone() }),
            ("no key", Enrol { key: None, ..asked.clone() }),
            ("another tablet", Enrol { lost: Some(code("T04")), ..asked.clone() }),
            ("no tablet", Enrol { lost: None, ..asked.clone() }),
        ] {
            assert!(!secret.is_asked(&other), "{case}");
        }
        assert!(!other_secret.is_asked(&asked), "another code");

        let plain = Enrolled {
            device_id: DeviceId([4; 8]),
            device_code: code("T03"),
            secret: "00ff".to_owned(),
            facility: String::new(),
            server_key: key,
            proof: Hash([0; 32]),
        };
        let answer = secret.answer(&asked, plain);
        assert!(secret.confirms(&asked, &answer));
        for (case, other) in [
            ("another device", Enrolled { device_id: DeviceId([5; 8]), ..answer.clone() }),
            ("another name", Enrolled { device_code: code("T04"), ..answer.clone() }),
            ("another credential", Enrolled { secret: "00fe".to_owned(), ..answer.clone() }),
            ("another server", Enrolled { server_key: other_key, ..answer.clone() }),
            // What a tablet has sent is no answer to it.
            ("its own proof", Enrolled { proof: asked.proof, ..answer.clone() }),
        ] {
            assert!(!secret.confirms(&asked, &other), "{case}");
        }
        let others = proven(Some(other_key), Some(code("T03")));
        assert!(!secret.confirms(&others, &answer), "to another question");
        assert!(!other_secret.confirms(&asked, &answer), "another code");
    }

    const KNOWN: &str = "0290606ae9f8c0d1d57d8fe4d6728dc8f14eeb4fe769922d1df08447f66f9fa2";
}
