//! Who may sign in at the desk. Nobody can lock everybody out, themselves included.

use serde::{Deserialize, Serialize};

use super::log::{Item, Kind, Logged};
use super::{Fault, Refusal};
use crate::id::OfficerId;
use crate::person::squeeze;
use crate::role::Role;

/// Fewest characters of a password. Length is what counts: there is no rule about signs.
const MIN_PASSWORD: usize = 10;
/// Longest password, in bytes: no more of one is ever looked at.
pub const MAX_PASSWORD: usize = 256;
/// Longest name of a person.
const MAX_NAME: usize = 80;

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What they type.
    pub id: OfficerId,
    /// What screens call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// They cannot sign in.
    #[serde(default)]
    pub locked: bool,
    /// They have a first password that somebody else has seen, and must choose their own.
    #[serde(default)]
    pub must_change: bool,
}

impl Item for Account {
    const KIND: Kind = Kind::User;

    fn name(&self) -> String {
        self.id.to_string()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let yes = |is| if is { "YA" } else { "TIDAK" }.to_owned();
        vec![
            ("name", self.name.clone()),
            ("role", self.role.code().to_owned()),
            ("locked", yes(self.locked)),
            ("first_password", yes(self.must_change)),
        ]
    }
}

/// What the users page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// Everybody, by what they type.
    pub accounts: Vec<Account>,
    /// The newest lines of the log, newest first.
    pub log: Vec<Logged>,
}

/// Somebody new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddAccount {
    /// What they will type.
    pub id: String,
    /// What screens will call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// What shall be different about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAccount {
    /// Whom it is about, as they were when somebody looked.
    pub was: Account,
    /// What shall be done.
    pub turn: Turn,
}

/// What can be done about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Gives them another role.
    Role(Role),
    /// They cannot sign in any more; their sessions end.
    Lock,
    /// They can sign in again.
    Unlock,
    /// They get a new first password; their sessions end.
    Reset,
}

/// What a change of the users came to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Everybody.
    pub accounts: Accounts,
    /// The first password, where one was made. It is told once. This type has no `Debug`, so that it never
    /// reaches a log.
    pub password: Option<String>,
}

/// Somebody's own new password.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewPassword {
    /// The one they have. This type has no `Debug` either.
    pub old: String,
    /// The one they want.
    pub new: String,
}

/// Whether this may be a new account.
///
/// # Errors
/// A [`Fault`] of its name, or that there is one already.
pub fn check_account(accounts: &[Account], asked: &AddAccount) -> Result<Account, Fault> {
    let id = asked.id.trim();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if !(3..=32).contains(&id.len()) || !id.chars().all(fits) {
        return Err(Fault::UserForm);
    }
    let id: OfficerId = id.parse().map_err(|_| Fault::UserForm)?;
    if accounts.iter().any(|known| known.id == id) {
        return Err(Fault::Duplicate);
    }
    let name = squeeze(&asked.name);
    match name.chars().count() {
        0 => return Err(Fault::NameMissing),
        n if n > MAX_NAME => return Err(Fault::TextTooLong),
        _ => {}
    }
    Ok(Account { id, name, role: asked.role, locked: false, must_change: true })
}

/// What somebody is after a turn that `by` asked for.
///
/// # Errors
/// That it concerns `by` themselves, or the last administrator, or that the account is different by now.
pub fn turn(
    accounts: &[Account],
    by: &OfficerId,
    asked: &ChangeAccount,
) -> Result<Account, Refusal> {
    let known = accounts.iter().find(|known| known.id == asked.was.id);
    let known = known.ok_or(Fault::UserUnknown)?;
    if known.id == *by {
        return Err(Fault::Yourself.into());
    }
    let is = match asked.turn {
        Turn::Role(role) => Account { role, ..known.clone() },
        Turn::Lock => Account { locked: true, ..known.clone() },
        Turn::Unlock => Account { locked: false, ..known.clone() },
        Turn::Reset => Account { must_change: true, ..known.clone() },
    };
    // The same again, except for a new password, which is another one each time.
    if is == *known && asked.turn != Turn::Reset {
        return Ok(is);
    }
    if *known != asked.was {
        return Err(Refusal::Outdated);
    }
    let is_in_charge = |one: &Account| one.role == Role::Administrator && !one.locked;
    let others = accounts.iter().filter(|one| one.id != is.id && is_in_charge(one)).count();
    if is_in_charge(known) && !is_in_charge(&is) && others == 0 {
        return Err(Fault::LastAdministrator.into());
    }
    Ok(is)
}

/// Whether this may be somebody's own password. Whether it is a common one, only the server knows: its lists are long.
///
/// # Errors
/// A [`Fault`]: too short, too long, the same as before, or with their name in it.
pub fn check_password(id: &OfficerId, asked: &NewPassword) -> Result<(), Fault> {
    if asked.new.chars().count() < MIN_PASSWORD {
        return Err(Fault::PasswordShort);
    }
    if asked.new.len() > MAX_PASSWORD {
        return Err(Fault::PasswordLong);
    }
    if asked.new == asked.old {
        return Err(Fault::PasswordSame);
    }
    if asked.new.to_lowercase().contains(id.as_str()) {
        return Err(Fault::PasswordName);
    }
    Ok(())
}
