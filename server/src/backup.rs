//! Copies of the data folder that can be trusted: made beside a running server, encrypted, and verified.
//!
//! A backup is one file: a tar archive of `about.json`, the database, `pepper` and `tls/`,
//! encrypted as a whole with [age](https://age-encryption.org/v1) for one or several public keys, so the server itself cannot
//! open its own backups and whoever steals one reads nothing.
//!
//! [`make`] goes through these steps, and the file that was there before is touched by the last of them only:
//! copy the database with SQLite's backup interface, under a key that is made for this copy alone and stands in
//! `about.json`, so that nothing plain touches the disk and the private key is all that is needed to come back; look the copy over ([`crate::verify`]); encrypt beside the
//! target; fsync; where a private key is given, restore the file into a folder of its own and compare it byte for
//! byte; rename; fsync the folder. Only then [`Watermark`] is written: what it names is in a backup that was verified.
//!
//! [`restore()`] is the way back, into a folder of its own with a new epoch: tablets notice that, and hand in again
//! what the copy lacks.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use age::x25519;
use bilik_shared::view::Watermark;
use serde::{Deserialize, Serialize};
use tempfile::{Builder, NamedTempFile};

use crate::clock;
use crate::error::Error;
use crate::key::Key;
use crate::lock::{self, Alone, Lock};
use crate::sign_in::pepper;
use crate::store::{FILE_NAME, Store, changes, copy, meta};
use crate::tls::FOLDER as TLS;
use crate::verify::{self, Fault};

mod failure;
mod key;
mod pack;
mod restore;

pub use failure::BackupError;
pub use key::{make_key, read_identities};
pub use restore::restore;

/// What a backup says about itself, first in the archive. Written for good: fields may be added, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it holds.
    pub through: Watermark,
    /// The version of the program that made it.
    pub version: String,
    /// What opens the database in it. Backups of older versions hold a plain one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

/// What the folders of copies begin with: encrypted databases, and in plain what lies in plain beside the original.
const COPIES: &str = "backup-";

/// Makes a verified backup of the folder `data` in the file `to`, for whoever holds the key of a recipient.
///
/// With `identities` the finished file is opened again and compared; without, everything is verified that can be
/// verified before it is encrypted.
pub fn make(
    (data, key): (&Path, &Key),
    to: &Path,
    recipients: &[x25519::Recipient],
    identities: Option<&[x25519::Identity]>,
) -> Result<Watermark, BackupError> {
    if !data.join(FILE_NAME).exists() {
        return Err(BackupError::NoDatabase(data.into()));
    }
    let _alone = alone(data)?.ok_or_else(|| BackupError::Another(data.into()))?;
    remove_left(data)?;
    let store = Store::open(data, key).map_err(BackupError::Open)?;
    let scratch = scratch(data)?;
    let own = Key::random();
    let about = About {
        through: take_copy((data, key), (scratch.path(), &own))?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        key: Some(own),
    };
    let target = folder_of(to);
    let mut draft =
        NamedTempFile::new_in(&target).map_err(|cause| BackupError::Write(to.into(), cause))?;
    pack::pack(&about, scratch.path(), recipients, draft.as_file_mut())
        .and_then(|()| draft.as_file().sync_all())
        .map_err(|cause| BackupError::Write(to.into(), cause))?;
    if let Some(identities) = identities {
        try_to_restore(draft.path(), identities, &about, scratch.path())?;
    }
    draft.persist(to).map_err(|failed| BackupError::Write(to.into(), failed.error))?;
    sync_folder(&target)?;
    note(&store, &about.through)?;
    Ok(about.through)
}

/// Copies everything that is needed to come back, and looks the copy over.
fn take_copy(
    (data, key): (&Path, &Key),
    (scratch, own): (&Path, &Key),
) -> Result<Watermark, BackupError> {
    let at = clock::now();
    let db = copy::copy((&data.join(FILE_NAME), key), (&scratch.join(FILE_NAME), own))?;
    if let Some(fault) = verify::look_over(&db)? {
        return Err(BackupError::Faulty(fault));
    }
    let position = changes::last_position(&db).map_err(Error::from)?;
    // After the database, and none of them ever changes: the copy and its pepper belong together.
    for name in pack::files_beside(data)? {
        let (from, into) = (data.join(&name), scratch.join(&name));
        std::fs::create_dir_all(folder_of(&into))
            .and_then(|()| std::fs::copy(&from, &into))
            .map_err(|cause| BackupError::Read(from, cause))?;
    }
    Ok(Watermark { at, position })
}

/// Opens the finished file as somebody would after a fire, and compares what comes out with what went in.
fn try_to_restore(
    file: &Path,
    identities: &[x25519::Identity],
    about: &About,
    copied: &Path,
) -> Result<(), BackupError> {
    let folder = Builder::new().prefix("restored-").tempdir_in(copied);
    let folder = folder.map_err(|cause| BackupError::Write(copied.into(), cause))?;
    let said = pack::unpack(file, identities, folder.path())?;
    let mut same = said == *about;
    let mut names = pack::files_beside(copied)?;
    names.push(FILE_NAME.into());
    for name in names {
        let read = |path: PathBuf| {
            std::fs::read(&path).map_err(|cause| BackupError::Read(path.clone(), cause))
        };
        same &= read(copied.join(&name))? == read(folder.path().join(&name))?;
    }
    if same { Ok(()) } else { Err(BackupError::Differs) }
}

/// Writes down what a verified backup holds.
fn note(store: &Store, through: &Watermark) -> Result<(), BackupError> {
    let mut db = store.connect_writer().map_err(Error::from)?;
    let text = serde_json::to_string(through).map_err(io::Error::from);
    let text = text.map_err(|cause| BackupError::Write(FILE_NAME.into(), cause))?;
    let transaction = db.transaction().map_err(Error::from)?;
    meta::set(&transaction, meta::BACKED_UP, &text).map_err(Error::from)?;
    Ok(transaction.commit().map_err(Error::from)?)
}

/// What the last verified backup holds; `None` where there is none.
pub fn watermark(db: &rusqlite::Connection) -> rusqlite::Result<Option<Watermark>> {
    Ok(meta::get(db, meta::BACKED_UP)?.and_then(|text| serde_json::from_str(&text).ok()))
}

/// A folder for copies, beside the originals and as private as they are; gone when it is dropped.
fn scratch(data: &Path) -> Result<tempfile::TempDir, BackupError> {
    let made = Builder::new().prefix(COPIES).tempdir_in(data);
    made.map_err(|cause| BackupError::Write(data.into(), cause))
}

/// Removes the copies of backups that were killed, unless one is being made just now.
pub fn clear(data: &Path) -> Result<(), BackupError> {
    if left(data)?.is_empty() {
        return Ok(());
    }
    match alone(data)? {
        Some(_alone) => remove_left(data),
        None => Ok(()),
    }
}

/// Nobody else makes a backup of the folder while this is held.
fn alone(data: &Path) -> Result<Option<Lock>, BackupError> {
    lock::take(data, Alone::BackUp).map_err(|cause| BackupError::Write(data.into(), cause))
}

/// For whoever holds the lock: then nobody uses what lies there.
fn remove_left(data: &Path) -> Result<(), BackupError> {
    for folder in left(data)? {
        std::fs::remove_dir_all(&folder).map_err(|cause| BackupError::Write(folder, cause))?;
    }
    Ok(())
}

/// Folders of copies.
fn left(data: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let files = std::fs::read_dir(data).map_err(|cause| BackupError::Read(data.into(), cause))?;
    let folders = files.flatten().map(|file| file.path()).filter(|path| path.is_dir());
    let plain = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(COPIES))
    };
    Ok(folders.filter(plain).collect())
}

/// The folder that a file lies in.
fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// Makes a rename last.
fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| BackupError::Write(folder.into(), cause))
}

#[cfg(test)]
mod tests;
