//! The pair of keys of backups. The public one is told to the server, the private one is kept elsewhere.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};

use super::{BackupError, folder_of, sync_folder};

/// Makes a pair, writes the private key into a new file that only its owner reads, and returns the public one.
pub fn make_key(file: &Path) -> Result<Recipient, BackupError> {
    let key = Identity::generate();
    let public = key.to_public();
    let opened = File::options().write(true).create_new(true).mode(0o600).open(file);
    let mut opened = opened.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => BackupError::KeyIsThere(file.into()),
        _ => BackupError::Write(file.into(), cause),
    })?;
    let text = key.to_string();
    writeln!(opened, "# public key: {public}\n{}", text.expose_secret())
        .and_then(|()| opened.sync_all())
        .map_err(|cause| BackupError::Write(file.into(), cause))?;
    sync_folder(&folder_of(file))?;
    Ok(public)
}

/// Reads private keys from a file as `bilik backup-key` and `age-keygen` write it.
pub fn read_identities(file: &Path) -> Result<Vec<Identity>, BackupError> {
    let text = std::fs::read_to_string(file).map_err(|cause| match cause.kind() {
        io::ErrorKind::InvalidData => BackupError::NoIdentity(file.into()),
        _ => BackupError::Read(file.into(), cause),
    })?;
    let lines = text.lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::parse);
    match keys.collect::<Result<Vec<Identity>, _>>() {
        Ok(keys) if !keys.is_empty() => Ok(keys),
        _ => Err(BackupError::NoIdentity(file.into())),
    }
}
