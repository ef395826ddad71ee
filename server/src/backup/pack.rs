//! Many files in one encrypted file, and back.
//!
//! Nothing plain is written but into the caller's folder: archive and encryption are streams.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use tar::{Archive, EntryType, Header};

use super::{About, BackupError, FILE_NAME, TLS, folder_of, pepper};

/// The first file of the archive.
const ABOUT: &str = "about.json";
/// It has at most this many bytes.
const MAX_ABOUT: u64 = 64 * 1024;

/// What lies beside the database in a data folder and is needed to come back, by its path in there.
pub(super) fn files_beside(data: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut names = vec![PathBuf::from(pepper::FILE_NAME)];
    let folder = data.join(TLS);
    if folder.is_dir() {
        let read = |cause| BackupError::Read(folder.clone(), cause);
        for file in folder.read_dir().map_err(read)? {
            names.push(Path::new(TLS).join(file.map_err(read)?.file_name()));
        }
    }
    names.retain(|name| data.join(name).is_file());
    names.sort();
    Ok(names)
}

/// Packs the database of a folder and what lies beside it, and encrypts it.
pub(super) fn pack(
    about: &About,
    folder: &Path,
    recipients: &[Recipient],
    to: &mut File,
) -> io::Result<()> {
    let readers = recipients.iter().map(|one| one as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(readers).map_err(io::Error::other)?;
    let encrypted = encryptor.wrap_output(BufWriter::new(to))?;
    let mut archive = tar::Builder::new(encrypted);
    let said = serde_json::to_vec(about)?;
    append(&mut archive, Path::new(ABOUT), said.len() as u64, &said[..])?;
    let mut names = files_beside(folder).map_err(io::Error::other)?;
    // Last: what ends with the database is whole.
    names.push(FILE_NAME.into());
    for name in names {
        let file = File::open(folder.join(&name))?;
        append(&mut archive, &name, file.metadata()?.len(), file)?;
    }
    archive.into_inner()?.finish()?.into_inner()?;
    Ok(())
}

/// Who owned a file and when it was written is nobody's business.
fn append<W: Write>(
    archive: &mut tar::Builder<W>,
    name: &Path,
    size: u64,
    content: impl Read,
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, content)
}

/// Decrypts and unpacks a backup into a folder. Every byte was authenticated when this returns well.
pub(super) fn unpack(
    file: &Path,
    identities: &[Identity],
    folder: &Path,
) -> Result<About, BackupError> {
    let opened = File::open(file).map_err(|cause| BackupError::Read(file.into(), cause))?;
    let damaged = || BackupError::Damaged(file.into());
    let decryptor = Decryptor::new_buffered(BufReader::new(opened)).map_err(|_| damaged())?;
    let keys = identities.iter().map(|one| one as &dyn age::Identity);
    let plain = decryptor.decrypt(keys).map_err(|cause| match cause {
        DecryptError::NoMatchingKeys => BackupError::WrongIdentity(file.into()),
        _ => damaged(),
    })?;
    let mut archive = Archive::new(plain);
    let (mut about, mut whole) = (None, false);
    for entry in archive.entries().map_err(|_| damaged())? {
        let mut entry = entry.map_err(|_| damaged())?;
        let name = entry.path().map_err(|_| damaged())?.into_owned();
        if whole || entry.header().entry_type() != EntryType::Regular {
            return Err(damaged());
        }
        if about.is_none() {
            let mut text = Vec::new();
            let read = entry.take(MAX_ABOUT).read_to_end(&mut text);
            read.map_err(|_| damaged())?;
            let known = (name == Path::new(ABOUT)).then(|| serde_json::from_slice(&text).ok());
            about = Some(known.flatten().ok_or_else(damaged)?);
            continue;
        }
        if !belongs(&name) {
            return Err(damaged());
        }
        unpack_file(&mut entry, &folder.join(&name), &damaged)?;
        whole = name == Path::new(FILE_NAME);
    }
    // The archive's end is not the file's: what stands behind it has to be authentic as well.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|_| damaged())?;
    about.filter(|_| whole).ok_or_else(damaged)
}

/// Whether a path of an archive is one that [`pack`] writes; nothing else is ever written to.
fn belongs(name: &Path) -> bool {
    let beside = [FILE_NAME, pepper::FILE_NAME].map(Path::new).contains(&name);
    let parts: Vec<_> = name.components().collect();
    let plain = parts.iter().all(|part| matches!(part, std::path::Component::Normal(_)));
    beside || plain && parts.len() == 2 && name.starts_with(TLS)
}

fn unpack_file(
    content: &mut impl Read,
    path: &Path,
    damaged: &impl Fn() -> BackupError,
) -> Result<(), BackupError> {
    let write = |cause| BackupError::Write(path.into(), cause);
    crate::store::make_private(&folder_of(path)).map_err(write)?;
    let opened = File::options().write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.map_err(write)?;
    let mut piece = vec![0; 64 * 1024];
    loop {
        // Reading fails where a byte was changed, writing where the disk is full: two sentences.
        let read = content.read(&mut piece).map_err(|_| damaged())?;
        if read == 0 {
            return file.sync_all().map_err(write);
        }
        file.write_all(&piece[..read]).map_err(write)?;
    }
}
