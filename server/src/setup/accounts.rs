//! Users: added, changed, locked; always by an administrator who still is one when it is written.

use bilik_shared::id::OfficerId;
use bilik_shared::programme::Officer;
use bilik_shared::role::{Action, Role, may};
use bilik_shared::setup::{
    Account, Accounts, AddAccount, ChangeAccount, Difference, Item as _, Kind, Turn, check_account,
    differences, turn,
};
use rusqlite::Connection;

use super::{LOG_LINES, Moment, load, refused, save};
use crate::error::Error;
use crate::secret;
use crate::sign_in::SignIn;
use crate::sign_in::pepper::Pepper;
use crate::store::users::UserRow;
use crate::store::{second_factors, sessions, setup_log, users};
use crate::writer::Room;

/// A first password, and what is stored of it.
pub struct First {
    /// As it is told once.
    pub password: String,
    /// Its hash.
    pub hash: String,
}

impl First {
    /// Makes one. It takes a moment on purpose: not for the writing thread.
    pub fn make(pepper: &Pepper) -> Result<Self, Error> {
        let password = random_password();
        let hash = pepper.hash_password(&password)?;
        Ok(Self { password, hash })
    }

    /// Makes one when it is its turn.
    pub async fn in_turn(sign_in: &SignIn) -> Result<Self, Error> {
        let password = random_password();
        let hash = sign_in.hash(password.clone()).await?;
        Ok(Self { password, hash })
    }
}

fn random_password() -> String {
    let letters = secret::random_letters(12).to_lowercase();
    format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..])
}

fn account(row: &UserRow) -> Account {
    let UserRow { id, name, role, locked, must_change, .. } = row.clone();
    Account { id, name, role, locked, must_change }
}

/// What the users page shows.
pub fn show(db: &Connection) -> rusqlite::Result<Accounts> {
    let accounts = users::list(db)?.iter().map(account).collect();
    Ok(Accounts { accounts, log: setup_log::newest(db, &[Kind::User], LOG_LINES)? })
}

/// Everybody; fails where whoever asks may not ask any more.
fn known(db: &Connection, by: &OfficerId) -> Result<Vec<Account>, Error> {
    let all: Vec<Account> = users::list(db)?.iter().map(account).collect();
    let asks = all.iter().find(|one| one.id == *by && !one.locked);
    match asks.is_some_and(|one| may(one.role, Action::ManageUsers, None)) {
        true => Ok(all),
        false => Err(Error::RoleMayNot),
    }
}

/// Adds somebody.
pub fn add(
    room: &mut Room<'_>,
    asked: &AddAccount,
    hash: String,
    moment: &Moment,
) -> Result<(), Error> {
    let new = check_account(&known(room.db, &moment.by)?, asked).map_err(Error::Fault)?;
    put(room.db, &new, hash)?;
    room.changed.house = true;
    moment.note(room.db, (Kind::User, new.name()), differences(None, &new))
}

/// Changes somebody; `hash` is that of a first password, for whoever gets one.
pub fn change(
    room: &mut Room<'_>,
    asked: &ChangeAccount,
    hash: Option<String>,
    moment: &Moment,
) -> Result<(), Error> {
    let db = room.db;
    let all = known(db, &moment.by)?;
    let is = turn(&all, &moment.by, asked).map_err(|refusal| refused(refusal, || show(db)))?;
    let old = users::get(db, is.id.as_str())?.ok_or(Error::Internal("a user".to_owned()))?;
    let mut changes = differences(Some(&account(&old)), &is);
    if asked.turn == Turn::Reset {
        changes.retain(|change| change.fact != "first_password");
        let fact = "password_reset".to_owned();
        changes.push(Difference { fact, was: String::new(), is: "YA".to_owned() });
    }
    if changes.is_empty() {
        return Ok(());
    }
    if hash.is_some() {
        // Whoever lost their phone begins anew; the administrator has looked them in the face.
        second_factors::remove_all(db, &is.id)?;
    }
    put(db, &is, hash.unwrap_or(old.password))?;
    // What somebody was is over at once, on every screen.
    sessions::remove_of(db, &is.id, None)?;
    room.changed.house = true;
    moment.note(db, (Kind::User, is.name()), changes)
}

/// Somebody has chosen a password of their own. Every other session of theirs ends.
pub fn set_password(
    db: &Connection,
    user: &UserRow,
    hash: String,
    session: [u8; 32],
) -> Result<(), Error> {
    // Whoever was given another one, or was locked meanwhile, has not chosen for that.
    let now = users::get(db, user.id.as_str())?.filter(|now| now.password == user.password);
    let now = now.filter(|now| !now.locked).ok_or(Error::WrongPassword)?;
    users::put(db, &UserRow { password: hash, must_change: false, ..now })?;
    Ok(sessions::remove_of(db, &user.id, Some(session))?)
}

fn put(db: &Connection, account: &Account, password: String) -> Result<(), Error> {
    let Account { id, name, role, locked, must_change } = account.clone();
    users::put(db, &UserRow { id, name, role, password, locked, must_change })?;
    let mut setup = load(db)?;
    let works = account.role == Role::Officer && !account.locked;
    let listed = setup.officers.iter().any(|officer| officer.id == account.id);
    if works != listed {
        // Whoever registers people is on the tablets' list, and nobody else.
        setup.officers.retain(|officer| officer.id != account.id);
        if works {
            setup.officers.push(Officer { id: account.id.clone(), name: account.name.clone() });
        }
        save(db, &setup)?;
    }
    Ok(())
}

/// The first administrator, or a new first password for one who cannot sign in any more: for whoever has the
/// data folder in their hands. Returns the password, and whether the account is new.
///
/// # Errors
/// A [`bilik_shared::setup::Fault`] of the name, or that this is no administrator.
pub fn from_console(
    db: &Connection,
    asked: &AddAccount,
    first: &First,
    moment: &Moment,
) -> Result<bool, Error> {
    let all: Vec<Account> = users::list(db)?.iter().map(account).collect();
    let old = all.iter().find(|known| known.id.as_str() == asked.id);
    let is = match old {
        Some(old) if old.role != Role::Administrator => return Err(Error::RoleMayNot),
        Some(old) => Account { locked: false, must_change: true, ..old.clone() },
        None => check_account(&all, asked).map_err(Error::Fault)?,
    };
    second_factors::remove_all(db, &is.id)?;
    put(db, &is, first.hash.clone())?;
    sessions::remove_of(db, &is.id, None)?;
    let mut changes = differences(old, &is);
    if old.is_some() {
        let fact = "password_reset".to_owned();
        changes.push(Difference { fact, was: String::new(), is: "YA".to_owned() });
    }
    moment.note(db, (Kind::User, is.name()), changes)?;
    Ok(old.is_none())
}
