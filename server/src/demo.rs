//! An invented facility, for trying things out: nobody in it exists.
//!
//! It is made once, from a fixed seed, after the recipe of the domain's reference; the same seed makes the same people.
//! A folder that holds anything else is left alone.

mod house;
mod people;
mod random;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{fmt, io::Read as _};

use bilik_shared::role::Role;
use bilik_shared::sheet::Heading;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::house::House;
use crate::key::{Key, KeyError};
use crate::sign_in::pepper::Pepper;
use crate::store::{OpenError, Store, StoreError, make_private, meta, users};
use crate::{clock, devices, opening, secret, sign_in};

pub use people::{Cell, roster};
pub use random::Random;

/// Marks a folder as invented, and holds the passwords so that they can be shown again.
const MARKER: &str = "demo.json";
/// The seed of all people.
const SEED: u64 = 20_260_101;
/// The code that is printed at the start works for so many minutes: a person first has to read and build.
const CODE_MINUTES: i64 = 24 * 60;

/// The people who sign in at the desk of the invented facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// Who they are, with their passwords.
    pub accounts: Vec<Account>,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What to type.
    pub user: String,
    /// What screens call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their password; generated, and kept in this folder only.
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The invented facility was not made.
#[derive(Debug)]
pub enum DemoError {
    /// The folder holds something that is not invented.
    Real(PathBuf),
    /// The folder cannot be used.
    Folder(io::Error),
    /// There is no key.
    Key(KeyError),
    /// The database cannot be opened.
    Open(OpenError),
    /// It cannot be filled.
    Fill(Error),
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real(folder) => write!(
                f,
                "The folder {} holds something that is not a demo and was left alone: choose an empty one with --data.",
                folder.display()
            ),
            Self::Folder(cause) => write!(f, "The data folder cannot be used: {cause}."),
            Self::Key(cause) => cause.fmt(f),
            Self::Open(cause) => cause.fmt(f),
            Self::Fill(cause) => {
                write!(f, "The demo cannot be made: {} ({cause:?}).", cause.code())
            }
        }
    }
}

impl std::error::Error for DemoError {}

/// Makes the invented facility in `folder`, or leaves it as it is where it has been made before.
pub fn prepare(folder: &Path, key: &Key) -> Result<Accounts, DemoError> {
    let accounts = match read_marker(folder).map_err(DemoError::Folder)? {
        Some(accounts) => accounts,
        None if is_empty(folder).map_err(DemoError::Folder)? => {
            let accounts = invent_accounts();
            write_marker(folder, &accounts).map_err(DemoError::Folder)?;
            accounts
        }
        None => return Err(DemoError::Real(folder.into())),
    };
    let store = Store::open(folder, key).map_err(DemoError::Open)?;
    let mut db = store.connect_writer().map_err(|cause| DemoError::Fill(cause.into()))?;
    fill(&mut db, &store.pepper(), &accounts).map_err(DemoError::Fill)?;
    Ok(accounts)
}

/// Where the key of an invented facility lies if nobody says otherwise: beside its folder, not in it.
fn key_file(folder: &Path) -> io::Result<PathBuf> {
    let mut file = folder.canonicalize()?.into_os_string();
    file.push(".key");
    Ok(file.into())
}

/// Reads that key, or makes one.
pub fn key(folder: &Path) -> Result<Key, DemoError> {
    let is_ours = read_marker(folder).and_then(|marker| Ok(marker.is_some() || is_empty(folder)?));
    if !is_ours.map_err(DemoError::Folder)? {
        return Err(DemoError::Real(folder.into()));
    }
    let file = make_private(folder).and_then(|()| key_file(folder)).map_err(DemoError::Folder)?;
    if !file.exists() {
        Key::random().write(&file).map_err(DemoError::Key)?;
    }
    Key::read(&file, folder).map_err(DemoError::Key)
}

/// Fills an empty database in one transaction, so that a start that was interrupted begins anew.
fn fill(db: &mut Connection, pepper: &Pepper, accounts: &Accounts) -> Result<(), Error> {
    let transaction = db.transaction()?;
    if House::load(&transaction)?.is_some() {
        return Ok(());
    }
    let now = clock::now();
    let house = house::house(now)?;
    meta::set(&transaction, meta::DEMO, "yes")?;
    for account in &accounts.accounts {
        let id = account.user.parse().map_err(|_| Error::Internal("a demo name".to_owned()))?;
        let Account { name, role, password, .. } = account;
        let user = sign_in::new_user(pepper, id, name, *role, password)?;
        users::put(&transaction, &user)?;
    }
    let by = "marlin".parse().map_err(|_| Error::Internal("a demo name".to_owned()))?;
    for (block, people) in roster(SEED, now.date(house.facility.zone)) {
        let id = format!("{}-{block}", house.wave.code);
        let id = id.parse().map_err(|_| Error::Internal("a demo sheet".to_owned()))?;
        let (facility, wave) = (house.facility.code.clone(), house.wave.code.clone());
        let heading = Heading { facility, wave, block };
        opening::open_sheet(&transaction, &id, &heading, &people, &by, now)?;
    }
    // Last: what has a facility is complete.
    house.save(&transaction)?;
    Ok(transaction.commit().map_err(StoreError::from)?)
}

/// Says how to use an invented facility. Says nothing about a real one.
pub fn tell(folder: &Path, key: &Key, origin: &str) -> Result<(), DemoError> {
    let Some(Accounts { accounts }) = read_marker(folder).map_err(DemoError::Folder)? else {
        return Ok(());
    };
    let store = Store::open(folder, key).map_err(DemoError::Open)?;
    let fill = |cause: StoreError| DemoError::Fill(cause.into());
    if store.read_now(House::load).map_err(fill)?.is_none() {
        return Ok(());
    }
    let db = store.connect_writer().map_err(fill)?;
    let code = devices::new_code(&db, None, CODE_MINUTES, clock::now());
    let code = code.map_err(DemoError::Fill)?.code;
    println!("\nBilik with an invented facility: nobody in it exists.\n");
    println!("  Open    {origin}/");
    println!("  Tablet  {}", devices::link(origin, &code));
    println!("          code {code}, works once; the desk makes further ones");
    println!("  Desk    {origin}/desk/");
    for Account { user, name, password, .. } in &accounts {
        println!("          {user:<9} {password}   {name}");
    }
    println!("\nCtrl-C stops it. What was entered stays in {}.\n", folder.display());
    Ok(())
}

fn invent_accounts() -> Accounts {
    let account = |user: &str, name: &str, role| {
        let letters = secret::random_letters(12).to_lowercase();
        let password = format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..]);
        Account { user: user.to_owned(), name: name.to_owned(), role, password }
    };
    Accounts {
        accounts: vec![
            account("marlin", "Marlin Souisa, Kasubsi Pelayanan Tahanan", Role::Supervisor),
            account("karutan", "Hamid Wakano, Kepala Rutan", Role::Head),
            account("disnaker", "Grace Huwae, Disnaker Kota Ambon", Role::Partner),
            account("blk", "Samuel Pattiwael, instruktur BLK Ambon", Role::Instructor),
            account("kpr", "Yosef Lekatompessy, kepala keamanan", Role::Security),
            account("klinik", "Maria Nanlohy, klinik", Role::Clinic),
            account("wali", "Abraham Salampessy, wali", Role::CaseOfficer),
            account("kanwil", "Hasan Pelu, kantor wilayah", Role::Regional),
            account("admin", "Jefri Tahapary, admin", Role::Administrator),
            account("pdp", "Ratna Latupono, petugas PDP", Role::Privacy),
            account("petugas", "Siti Aminah Tuasikal", Role::Officer),
        ],
    }
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(cause) => Err(cause),
    }
}

/// The accounts of an invented facility; `None` where the folder is not one.
pub fn read_marker(folder: &Path) -> io::Result<Option<Accounts>> {
    let mut text = String::new();
    match File::open(folder.join(MARKER)) {
        Ok(mut file) => file.read_to_string(&mut text)?,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause),
    };
    Ok(Some(serde_json::from_str(&text)?))
}

fn write_marker(folder: &Path, accounts: &Accounts) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    make_private(folder)?;
    // Written whole under another name first: half a marker would lock the folder out.
    let draft = folder.join("demo.json.new");
    let options =
        || File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft);
    let mut file = options()?;
    file.write_all(&serde_json::to_vec_pretty(accounts)?)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(MARKER))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::store::{entries, sheets};

    #[test]
    fn a_demo_is_made_once_and_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo");
        let accounts = prepare(&path, &Key::for_tests()).unwrap();
        assert_eq!(prepare(&path, &Key::for_tests()).unwrap(), accounts);
        let mode = fs::metadata(path.join(MARKER)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let store = Store::open(&path, &Key::for_tests()).unwrap();
        let sheets = store.read_now(sheets::list).unwrap();
        let blocks: Vec<&str> = sheets.iter().map(|sheet| sheet.block.as_str()).collect();
        assert_eq!(blocks, ["A", "B", "C", "D", "W"]);
        assert_eq!(store.read_now(entries::list).unwrap().len(), 300);
        let house = store.read_now(House::load).unwrap().unwrap();
        assert_eq!(house.programmes.len(), 9);
        assert!(house.programmes.iter().all(|one| one.packages.iter().all(|p| p.seats == 16)));
    }

    #[test]
    fn a_folder_with_anything_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("bilik.sqlite3"), b"real").unwrap();
        let refused = prepare(folder.path(), &Key::for_tests()).unwrap_err();
        assert!(matches!(refused, DemoError::Real(_)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
