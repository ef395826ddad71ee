//! Backups at the command line.

use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use bilik_shared::chain::Printed;
use bilik_shared::time::{Timestamp, Zone};

use super::{Data, Failure};
use crate::backup::{self, BackupError};
use crate::store::{FILE_NAME, OpenError};
use crate::verify;

#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    #[command(flatten)]
    data: Data,
    /// The file to write; an older one is replaced once the new one was verified.
    #[arg(long)]
    to: PathBuf,
    /// Who can open it: a public key that begins with age1; may be given several times.
    #[arg(long = "recipient", value_name = "PUBLIC_KEY", required = true)]
    recipients: Vec<Recipient>,
    /// A file with a private key: the finished backup is opened again and compared.
    #[arg(long, value_name = "IDENTITY_FILE")]
    verify_with: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The backup.
    #[arg(long)]
    from: PathBuf,
    /// The file with the private key.
    #[arg(long)]
    identity: PathBuf,
    #[command(flatten)]
    data: Data,
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match &error {
            BackupError::Open(OpenError::WrongKey(_) | OpenError::InUse(_))
            | BackupError::NoDatabase(_)
            | BackupError::NotEmpty(_)
            | BackupError::InUse(_)
            | BackupError::Another(_)
            | BackupError::NoIdentity(_)
            | BackupError::KeyIsThere(_)
            | BackupError::WrongIdentity(_) => Self::asked_wrong(error),
            _ => Self::new(error),
        }
    }
}

/// A moment for whoever sits at the command line.
fn moment(at: Timestamp) -> String {
    format!("{} {} WIT", at.date(Zone::WIT).iso(), at.clock(Zone::WIT))
}

pub(super) fn make_key(out: &Path) -> Result<(), Failure> {
    let public = backup::make_key(out)?;
    println!("Public key  {public}");
    println!("\nThe private key lies in {}: keep it where the server is not.", out.display());
    Ok(())
}

pub(super) fn make(asked: &Backup) -> Result<(), Failure> {
    let identities = asked.verify_with.as_deref().map(backup::read_identities).transpose()?;
    let data = (asked.data.folder(), &asked.data.key()?);
    let through = backup::make(data, &asked.to, &asked.recipients, identities.as_deref())?;
    let how = match identities {
        Some(_) => "It was opened again and holds what went into it.",
        None => {
            "What went into it was verified; with --verify-with the file itself is opened as well."
        }
    };
    println!(
        "{} holds everything up to {}, {} changes. {how}",
        asked.to.display(),
        moment(through.at),
        through.position
    );
    Ok(())
}

pub(super) fn restore(asked: &Restore) -> Result<(), Failure> {
    let identities = backup::read_identities(&asked.identity)?;
    let data = (asked.data.folder(), &asked.data.key()?);
    let about = backup::restore(&asked.from, &identities, data)?;
    println!(
        "{} holds everything up to {}. Serve it where the tablets look for it: they hand in again what came after, \
         each when it is next in reach. What the desk alone did since, such as revoking a tablet or locking a user, \
         has to be done again; everybody signs in anew.",
        asked.data.folder().display(),
        moment(about.through.at)
    );
    Ok(())
}

/// A record of the audit as somebody types it from paper.
pub(super) fn printed(text: &str) -> Result<Printed, String> {
    let sentence = "a number, a colon, and 16 digits and letters from 0 to F";
    text.parse().map_err(|_| sentence.to_owned())
}

pub(super) fn verify(data: &Data, known: &[Printed]) -> Result<(), Failure> {
    let (folder, key) = (data.folder(), data.key()?);
    if !folder.join(FILE_NAME).exists() {
        return Err(BackupError::NoDatabase(folder.into()).into());
    }
    // A file that SQLite cannot even copy is a finding, not a mistake of whoever asked.
    match verify::look_for(folder, &key, known) {
        Ok(None) => {
            println!(
                "The database in {} is whole, and every row is what this program wrote.",
                folder.display()
            );
            if !known.is_empty() {
                println!("The audit still has what the paper names: {} records.", known.len());
            }
            Ok(())
        }
        Ok(Some(fault)) => Err(Failure::new(format!(
            "The database in {} is not as it should be: {fault}.",
            folder.display()
        ))),
        Err(error) => Err(error.into()),
    }
}
