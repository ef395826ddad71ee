//! The key of the database, which lies in a file of its own and never in the data folder: whoever carries the disk
//! with the data away, or a copy of it, reads nothing.
//!
//! The file holds 32 random bytes as 64 hexadecimal digits and a line's end, as `bilik key` writes it and as a
//! systemd credential carries it. Stored for good: do not change.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::{fmt, fs};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize as _, Zeroizing};

use crate::secret;

/// How many bytes a key has.
const LENGTH: usize = 32;
/// A file with more bytes is none; so much is read at most.
const MAX_FILE: u64 = 4096;

/// The key of one database, or the seed of one that lies in it. Cheap to clone; wiped from memory with its last clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Arc<Zeroizing<[u8; LENGTH]>>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// There is no key to work with, or none was made. One sentence each for the person who asked.
#[derive(Debug)]
pub enum KeyError {
    /// Nobody said where it lies.
    NotSaid,
    /// It lies with the data: the file, and the data folder.
    Inside(PathBuf, PathBuf),
    /// The file cannot be read.
    Read(PathBuf, io::Error),
    /// The file holds something else.
    NotAKey(PathBuf),
    /// A file is there already where a new key should go.
    IsThere(PathBuf),
    /// The file cannot be written.
    Write(PathBuf, io::Error),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSaid => f.write_str(
                "The database is encrypted: say with --key FILE, or with the variable BILIK_KEY_FILE, where its key lies; \
                 `bilik key --out FILE` makes one.",
            ),
            Self::Inside(file, folder) => write!(
                f,
                "The key {} lies in the data folder {}, so whoever takes the data has it: keep it on another medium and \
                 say where with --key.",
                file.display(),
                folder.display()
            ),
            Self::Read(file, cause) => {
                write!(f, "The key {} cannot be read: {cause}.", file.display())
            }
            Self::NotAKey(file) => write!(
                f,
                "There is no key in the file {}: 64 hexadecimal digits are one, as `bilik key` writes them.",
                file.display()
            ),
            Self::IsThere(file) => write!(
                f,
                "The file {} is there already and was left alone: a database may need the key in it.",
                file.display()
            ),
            Self::Write(file, cause) => {
                write!(f, "The key {} cannot be written: {cause}.", file.display())
            }
        }
    }
}

impl std::error::Error for KeyError {}

/// Some text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key is 64 hexadecimal digits")
    }
}

impl std::error::Error for BadKey {}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let digits = text.as_bytes();
        if digits.len() != 2 * LENGTH || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(BadKey);
        }
        let mut key = Zeroizing::new([0; LENGTH]);
        for (byte, two) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let two = str::from_utf8(two).map_err(|_| BadKey)?;
            *byte = u8::from_str_radix(two, 16).map_err(|_| BadKey)?;
        }
        Ok(Self(Arc::new(key)))
    }
}

/// Only where it is encrypted again: in a backup.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.digits())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Key {
    /// A new one.
    pub fn random() -> Self {
        Self(Arc::new(Zeroizing::new(secret::random())))
    }

    /// One that everybody knows: for tests and measurements.
    pub fn for_tests() -> Self {
        Self(Arc::new(Zeroizing::new([7; LENGTH])))
    }

    /// Reads the key of the database in the folder `data`.
    pub fn read(file: &Path, data: &Path) -> Result<Self, KeyError> {
        if lies_in(file, data) {
            return Err(KeyError::Inside(file.into(), data.into()));
        }
        let read = |cause| KeyError::Read(file.into(), cause);
        if fs::metadata(file).map_err(read)?.len() > MAX_FILE {
            return Err(KeyError::NotAKey(file.into()));
        }
        let mut bytes = fs::read(file).map_err(read)?;
        let key = str::from_utf8(&bytes).ok().and_then(|text| text.trim().parse().ok());
        bytes.zeroize();
        key.ok_or_else(|| KeyError::NotAKey(file.into()))
    }

    /// Writes it into a new file that only its owner reads.
    pub fn write(&self, file: &Path) -> Result<(), KeyError> {
        let write = |cause| KeyError::Write(file.into(), cause);
        let opened = File::options().write(true).create_new(true).mode(0o600).open(file);
        let mut opened = opened.map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => KeyError::IsThere(file.into()),
            _ => write(cause),
        })?;
        let digits = self.digits();
        let written = opened.write_all(digits.as_bytes()).and_then(|()| opened.write_all(b"\n"));
        written.and_then(|()| opened.sync_all()).map_err(write)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let synced = File::open(folder.unwrap_or(Path::new("."))).and_then(|it| it.sync_all());
        synced.map_err(write)
    }

    /// What it is made of.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    /// As 64 hexadecimal digits.
    pub(crate) fn digits(&self) -> Zeroizing<String> {
        // Long enough from the start: a string that grows leaves its bytes behind.
        let mut digits = Zeroizing::new(String::with_capacity(2 * LENGTH));
        for byte in self.0.iter() {
            for half in [byte >> 4, byte & 15] {
                digits.push(char::from_digit(u32::from(half), 16).unwrap_or_default());
            }
        }
        digits
    }
}

/// Whether a file lies in a folder, by whatever names and links both are called.
fn lies_in(file: &Path, folder: &Path) -> bool {
    let (Ok(file), Ok(folder)) = (file.canonicalize(), folder.canonicalize()) else {
        // What is not there yet lies nowhere.
        return false;
    };
    file.starts_with(folder)
}

/// Whether two files lie on one disk, as far as the system tells: then whoever takes it has both.
pub fn on_one_disk(file: &Path, other: &Path) -> bool {
    let disk = |path: &Path| fs::metadata(path).map(|about| about.dev()).ok();
    disk(file).is_some_and(|here| disk(other) == Some(here))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_only_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (file, data) = (folder.path().join("key"), folder.path().join("data"));
        let key = Key::random();
        key.write(&file).unwrap();
        assert!(Key::read(&file, &data).unwrap() == key);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let written = fs::read_to_string(&file).unwrap();
        assert_eq!((written.len(), written.trim().len()), (65, 64));
        assert!(matches!(Key::random().write(&file), Err(KeyError::IsThere(_))));
        assert_eq!(fs::read_to_string(&file).unwrap(), written);
        assert!(Key::random() != key);
        assert_eq!(format!("{key:?}"), "Key");
    }

    #[test]
    fn a_key_among_the_data_is_none_by_whatever_way_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::create_dir(data.join("deep")).unwrap();
        let key = Key::random();
        for inside in ["key", "deep/key"] {
            key.write(&data.join(inside)).unwrap();
        }
        // Links, both ways: what counts is where the bytes lie.
        symlink(data.join("key"), folder.path().join("link")).unwrap();
        symlink(&data, folder.path().join("other-name")).unwrap();
        for file in ["data/key", "data/deep/key", "link", "other-name/key", "data/../data/key"] {
            let refused = Key::read(&folder.path().join(file), &data).unwrap_err();
            assert!(matches!(refused, KeyError::Inside(..)), "{file}: {refused}");
        }
        let beside = folder.path().join("data.key");
        key.write(&beside).unwrap();
        symlink(&beside, data.join("link-out")).unwrap();
        assert!(Key::read(&beside, &data).unwrap() == key);
        assert!(Key::read(&data.join("link-out"), &data).unwrap() == key);
    }

    #[test]
    fn what_is_no_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        for text in ["", "\n", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)]
        {
            fs::write(&file, text).unwrap();
            assert!(matches!(
                Key::read(&file, folder.path().join("x").as_path()),
                Err(KeyError::NotAKey(_))
            ));
        }
        fs::write(&file, vec![b'0'; 1 << 20]).unwrap();
        assert!(matches!(Key::read(&file, Path::new("/nowhere")), Err(KeyError::NotAKey(_))));
        let missing = Key::read(&folder.path().join("none"), Path::new("/nowhere"));
        assert!(matches!(missing, Err(KeyError::Read(..))));
        // Written by hand, in capitals.
        fs::write(&file, format!("{}\n", "AB".repeat(32))).unwrap();
        let key = Key::read(&file, Path::new("/nowhere")).unwrap();
        assert_eq!(*key.digits(), "ab".repeat(32));
    }
}
