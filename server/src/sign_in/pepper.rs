//! A secret that is mixed into every password, and lies beside the database: whoever gets hold of the
//! database alone cannot even begin to guess.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use argon2::password_hash::{
    Error as HashError, Ident, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString,
};
use argon2::{Algorithm, Argon2, KeyId, ParamsBuilder, Version};

use crate::error::Error;
use crate::secret;
use crate::store::make_private;

/// Its file in the data folder.
pub const FILE_NAME: &str = "pepper";

/// Memory of one hash in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// So many bytes of the pepper's hash name it inside a password's hash.
const NAME_BYTES: usize = 4;

/// The secret of one data folder.
#[derive(Clone)]
pub struct Pepper(Arc<[u8; 32]>);

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper")
    }
}

/// What came of comparing a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// It is another one.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, and its hash is from before there was a pepper.
    RightWithout,
}

impl Pepper {
    /// Opens the pepper of a data folder, or makes one.
    pub fn open(folder: &Path) -> io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt as _;
        make_private(folder)?;
        let path = folder.join(FILE_NAME);
        if !path.exists() {
            // Written whole under a name of its own, and linked: of two that make one, the first stays.
            let draft = folder.join(format!("{FILE_NAME}.{}", secret::random_letters(8)));
            let mut options = File::options();
            let mut file = options.write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(secret::random_token().as_bytes())?;
            file.sync_all()?;
            match fs::hard_link(&draft, &path) {
                Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(cause),
                _ => fs::remove_file(&draft)?,
            }
            File::open(folder)?.sync_all()?;
        }
        let kept = fs::read(&path)?;
        if kept.len() < 32 {
            return Err(io::Error::other("the file pepper is damaged"));
        }
        Ok(Self::of(&kept))
    }

    /// A pepper from bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Arc::new(secret::hash(bytes)))
    }

    /// A key for another purpose, which tells nothing of the pepper.
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        secret::hash(&[&self.0[..], purpose.as_bytes()].concat())
    }

    /// The hash of a password with fresh salt, as it is stored.
    pub fn hash_password(&self, password: &str) -> Result<String, Error> {
        let salt = SaltString::encode_b64(&secret::random::<16>()).map_err(broken)?;
        let key = KeyId::new(&self.name()).map_err(broken_too)?;
        let mut params = ParamsBuilder::new();
        params.m_cost(MEMORY_KIB).t_cost(PASSES).p_cost(1).keyid(key);
        let params = params.build().map_err(broken_too)?;
        let hasher =
            Argon2::new_with_secret(&self.0[..], Algorithm::Argon2id, Version::V0x13, params);
        let hash = hasher.map_err(broken_too)?.hash_password(password.as_bytes(), &salt);
        Ok(hash.map_err(broken)?.to_string())
    }

    /// Compares a password with what is stored.
    pub fn compare(&self, password: &str, stored: &str) -> Result<Compared, Error> {
        let stored = PasswordHash::new(stored).map_err(broken)?;
        let params = || ParamsBuilder::new().m_cost(MEMORY_KIB).t_cost(PASSES).p_cost(1).build();
        let params = params().map_err(broken_too)?;
        let is_peppered = is_peppered(&stored);
        let (kind, version) = (Algorithm::Argon2id, Version::V0x13);
        // The parameters are those of the stored hash.
        let hasher = match is_peppered {
            true => {
                Argon2::new_with_secret(&self.0[..], kind, version, params).map_err(broken_too)?
            }
            false => Argon2::new(kind, version, params),
        };
        let right = hasher.verify_password(password.as_bytes(), &stored).is_ok();
        Ok(match (right, is_peppered) {
            (false, _) => Compared::Wrong,
            (true, true) => Compared::Right,
            (true, false) => Compared::RightWithout,
        })
    }

    /// Whether a stored hash was made with another pepper: its password fits no more.
    pub fn is_strange(&self, stored: &str) -> bool {
        let Ok(stored) = PasswordHash::new(stored) else { return false };
        let mut own = [0; NAME_BYTES];
        let name = stored.params.get("keyid").and_then(|name| name.b64_decode(&mut own).ok());
        name.is_some_and(|name| name != self.name())
    }

    fn name(&self) -> [u8; NAME_BYTES] {
        let mut name = [0; NAME_BYTES];
        name.copy_from_slice(&self.key("name")[..NAME_BYTES]);
        name
    }
}

fn is_peppered(stored: &PasswordHash<'_>) -> bool {
    stored.params.iter().any(|(name, _)| name == Ident::new_unwrap("keyid"))
}

fn broken(cause: HashError) -> Error {
    Error::Internal(cause.to_string())
}

fn broken_too(cause: argon2::Error) -> Error {
    Error::Internal(cause.to_string())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_pepper_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let first = Pepper::open(folder.path()).unwrap();
        assert_eq!(first.0, Pepper::open(folder.path()).unwrap().0);
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(folder.path().join(FILE_NAME), "short").unwrap();
        assert!(Pepper::open(folder.path()).is_err());
    }

    #[test]
    fn a_password_is_kept_with_its_parameters_salt_and_pepper() {
        let pepper = Pepper::of(b"one");
        let hash = || pepper.hash_password("rahasia").unwrap();
        let (a, b) = (hash(), hash());
        assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="), "{a}");
        assert_ne!(a, b);
        assert_eq!(pepper.compare("rahasia", &a).unwrap(), Compared::Right);
        assert_eq!(pepper.compare("Rahasia", &a).unwrap(), Compared::Wrong);
        // Without the file beside the database even the right password fits nothing.
        let other = Pepper::of(b"two");
        assert_eq!(other.compare("rahasia", &a).unwrap(), Compared::Wrong);
        assert!(other.is_strange(&a) && !pepper.is_strange(&a));
    }

    #[test]
    fn a_password_from_before_the_pepper_still_fits() {
        // Made by version 0.1.0 from `rahasia`.
        let params = argon2::Params::new(MEMORY_KIB, PASSES, 1, None).unwrap();
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let old = old.hash_password(b"rahasia", &salt).unwrap().to_string();
        let pepper = Pepper::of(b"one");
        assert_eq!(pepper.compare("rahasia", &old).unwrap(), Compared::RightWithout);
        assert_eq!(pepper.compare("salah", &old).unwrap(), Compared::Wrong);
        assert!(!pepper.is_strange(&old));
    }
}
