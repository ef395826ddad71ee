//! From a backup to a data folder that can be served.

use std::io;
use std::path::Path;

use age::x25519::Identity;
use bilik_shared::id::Digest;

use super::{About, BackupError, Fault, pack, sync_folder};
use crate::error::Error;
use crate::key::Key;
use crate::lock::{self, Alone};
use crate::store::{FILE_NAME, Store, StoreError, copy, make_private, meta, sessions};
use crate::{secret, verify};

/// Restores a backup into an empty or new folder, and gives the database a new epoch and the key that it is served
/// with: any key, the one of the lost server is not needed.
///
/// The database is put there last: a folder that holds one is whole. Everybody has to sign in again, since the copy
/// knows sessions that were ended after it was made.
pub fn restore(
    file: &Path,
    identities: &[Identity],
    (data, key): (&Path, &Key),
) -> Result<About, BackupError> {
    let write = |cause| BackupError::Write(data.into(), cause);
    make_private(data).map_err(write)?;
    if !is_empty(data).map_err(|cause| BackupError::Read(data.into(), cause))? {
        return Err(BackupError::NotEmpty(data.into()));
    }
    let lock = lock::take(data, Alone::Serve).map_err(write)?;
    let _lock = lock.ok_or_else(|| BackupError::InUse(data.into()))?;
    let scratch = tempfile::Builder::new().prefix("restored-").tempdir_in(data).map_err(write)?;
    let about = pack::unpack(file, identities, scratch.path())?;
    if let Some(own) = &about.key {
        change_key(scratch.path(), own, key)?;
    }
    renew(scratch.path(), key)?;
    let mut names = pack::files_beside(scratch.path())?;
    names.push(FILE_NAME.into());
    for name in names {
        let into = data.join(&name);
        let folder = super::folder_of(&into);
        make_private(&folder)
            .and_then(|()| std::fs::rename(scratch.path().join(&name), &into))
            .map_err(|cause| BackupError::Write(into.clone(), cause))?;
        sync_folder(&folder)?;
    }
    sync_folder(data)?;
    Ok(about)
}

/// Encrypts the database of a folder with another key.
fn change_key(folder: &Path, own: &Key, key: &Key) -> Result<(), BackupError> {
    let (file, draft) = (folder.join(FILE_NAME), folder.join("draft"));
    drop(copy::copy((&file, own), (&draft, key))?);
    std::fs::rename(&draft, &file).map_err(|cause| BackupError::Write(file, cause))
}

/// Brings the copy's tables up to date, looks it over, and begins another life of the database.
fn renew(folder: &Path, key: &Key) -> Result<(), BackupError> {
    let store = Store::open(folder, key).map_err(BackupError::Open)?;
    let mut db = store.connect_writer().map_err(Error::from)?;
    if let Some(fault) = verify::look_over(&db)? {
        return Err(BackupError::Faulty(fault));
    }
    let transaction = db.transaction().map_err(Error::from)?;
    let epoch = Digest(secret::random()).to_string();
    meta::set(&transaction, meta::EPOCH, &epoch).map_err(Error::from)?;
    sessions::end_all(&transaction).map_err(Error::from)?;
    transaction.commit().map_err(StoreError::from).map_err(Error::from)?;
    // The file alone is moved: nothing of it may be left in the log beside it.
    drop(store);
    let moved = crate::store::empty_log(&db).map_err(Error::from)?;
    drop(db);
    if moved { Ok(()) } else { Err(BackupError::Faulty(Fault::Busy)) }
}

/// Whether a folder holds nothing, or nothing but the file that its lock leaves there.
fn is_empty(folder: &Path) -> io::Result<bool> {
    for file in folder.read_dir()? {
        if file?.file_name() != Alone::Serve.file() {
            return Ok(false);
        }
    }
    Ok(true)
}
