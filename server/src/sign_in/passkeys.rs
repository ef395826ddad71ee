//! Passkeys (WebAuthn): a key pair in somebody's device that a browser shows to one server only.
//!
//! All of the cryptography is `webauthn-rs`. Here is what it leaves to whoever uses it: which server this is
//! ([`super::site`]), questions that are answered once, in time and by the one who was asked, and a counter that is
//! compared with the row when the answer counts, not with what it was when the question was asked.
//!
//! The device verifies its owner where it can (a finger, a PIN); since the password was shown before, one that cannot
//! is taken as well, unless it did when it was added.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bilik_shared::id::{Hash, OfficerId};
use bilik_shared::time::Timestamp;
use bilik_shared::view::second_factor::{KeyAnswer, KeyQuestion, Passkey};
use rusqlite::Connection;
use serde::Serialize;
use webauthn_rs::prelude::*;

use super::pepper::Pepper;
use super::site::Site;
use crate::clock::minutes_after;
use crate::error::Error;
use crate::secret;
use crate::store::passkeys::{self, PasskeyRow};
use crate::store::users::UserRow;

/// What a device calls this.
const ISSUER: &str = "Bilik";
/// A question waits so long for its answer.
const MINUTES: i64 = 5;
/// So many questions wait at once; beyond it the oldest are forgotten.
const MAX_WAITING: usize = 1024;
/// So many of them for one person: whoever asks again and again pushes out nobody else's.
const MAX_OF_ONE: usize = 4;
/// So many passkeys has one person.
const MAX_KEYS: usize = 10;
/// The longest name of one.
const MAX_NAME: usize = 40;

fn library(site: &Site) -> Result<Webauthn, Error> {
    let builder = WebauthnBuilder::new(&site.host, &site.origin);
    builder.and_then(|it| it.rp_name(ISSUER).build()).map_err(broken)
}

/// Questions that wait for their answer. Kept in memory: after a restart they are asked anew.
#[derive(Debug, Default)]
pub struct Questions(Mutex<VecDeque<Question>>);

#[derive(Debug)]
struct Question {
    ticket: String,
    user: OfficerId,
    site: Site,
    until: Timestamp,
    asks: Asks,
}

#[derive(Debug)]
enum Asks {
    ForNew(Box<SecurityKeyRegistration>),
    ForKnown(Box<SecurityKeyAuthentication>),
}

/// What came of an answer.
#[derive(Debug)]
pub enum Answered {
    /// It is right.
    Right(AuthenticationResult),
    /// It is right, and the counter of this passkey went back: somebody has a copy.
    Copied(Hash),
}

impl Questions {
    /// Asks a device for a new passkey.
    ///
    /// # Errors
    /// `too_many` where somebody has enough of them.
    pub fn ask_for_new(
        &self,
        pepper: &Pepper,
        user: &UserRow,
        site: Site,
        known: &[(Hash, PasskeyRow)],
        now: Timestamp,
    ) -> Result<KeyQuestion, Error> {
        if known.len() >= MAX_KEYS {
            return Err(Error::Unfit("too_many"));
        }
        // A handle that tells nobody who finds the device whose it is.
        let named = [&pepper.key("passkey")[..], user.id.as_str().as_bytes()].concat();
        let mut handle = [0; 16];
        handle.copy_from_slice(&secret::hash(&named)[..16]);
        let known = known.iter().map(|(_, row)| row.key.cred_id().clone()).collect();
        let asked = library(&site)?.start_securitykey_registration(
            Uuid::from_bytes(handle),
            user.id.as_str(),
            &user.name,
            Some(known),
            None,
            None,
        );
        let (mut options, asks) = asked.map_err(broken)?;
        // A telephone or the computer itself are as good as a key on a ring.
        options.public_key.hints = None;
        // Chromium takes no key whose protection asks for more than the question does.
        if let Some(extensions) = &mut options.public_key.extensions {
            extensions.cred_protect = None;
        }
        let asks = Asks::ForNew(Box::new(asks));
        self.wait(&user.id, site, asks, &options.public_key, now)
    }

    /// Takes what a device answered for a new passkey.
    ///
    /// # Errors
    /// [`Error::WrongPasskey`].
    pub fn take_new(
        &self,
        user: &OfficerId,
        name: String,
        answer: &KeyAnswer,
        now: Timestamp,
    ) -> Result<(Hash, PasskeyRow), Error> {
        let question = self.take(user, &answer.ticket, now).ok_or_else(wrong)?;
        let Asks::ForNew(asked) = question.asks else { return Err(wrong()) };
        let said = serde_json::from_str(&answer.credential).map_err(|_| wrong())?;
        let key = library(&question.site)?.finish_securitykey_registration(&said, &asked);
        let key = key.map_err(refused)?;
        let row = PasskeyRow {
            user: user.clone(),
            name,
            host: question.site.host,
            counter: 0,
            added_at: now,
            used_at: None,
            copied_at: None,
            key,
        };
        Ok((id_of(row.key.cred_id()), row))
    }

    /// Asks for one of somebody's passkeys; `None` where none of them works here.
    pub fn ask_for_known(
        &self,
        user: &OfficerId,
        site: Site,
        known: Vec<(Hash, PasskeyRow)>,
        now: Timestamp,
    ) -> Result<Option<KeyQuestion>, Error> {
        let works = |row: &PasskeyRow| row.host == site.host && row.copied_at.is_none();
        let keys: Vec<SecurityKey> =
            known.into_iter().filter(|(_, row)| works(row)).map(|(_, row)| row.key).collect();
        if keys.is_empty() {
            return Ok(None);
        }
        let asked = library(&site)?.start_securitykey_authentication(&keys);
        let (mut options, asks) = asked.map_err(broken)?;
        options.public_key.hints = None;
        let asks = Asks::ForKnown(Box::new(asks));
        self.wait(user, site, asks, &options.public_key, now).map(Some)
    }

    /// Looks at what a passkey answered; see [`use_up`] for what follows.
    ///
    /// # Errors
    /// [`Error::WrongPasskey`].
    pub fn look_at(
        &self,
        user: &OfficerId,
        answer: &KeyAnswer,
        now: Timestamp,
    ) -> Result<Answered, Error> {
        let question = self.take(user, &answer.ticket, now).ok_or_else(wrong)?;
        let Asks::ForKnown(asked) = question.asks else { return Err(wrong()) };
        let said: PublicKeyCredential =
            serde_json::from_str(&answer.credential).map_err(|_| wrong())?;
        match library(&question.site)?.finish_securitykey_authentication(&said, &asked) {
            Ok(result) => Ok(Answered::Right(result)),
            // Said only of an answer that is signed by this very passkey.
            Err(WebauthnError::CredentialPossibleCompromise) => {
                Ok(Answered::Copied(id_of(&said.raw_id)))
            }
            Err(cause) => Err(refused(cause)),
        }
    }

    fn wait(
        &self,
        user: &OfficerId,
        site: Site,
        asks: Asks,
        options: &impl Serialize,
        now: Timestamp,
    ) -> Result<KeyQuestion, Error> {
        let options = serde_json::to_string(options);
        let options = options.map_err(|cause| Error::Internal(cause.to_string()))?;
        let (ticket, until) = (secret::random_token(), minutes_after(now, MINUTES));
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|one| one.until > now);
        let own = waiting.iter().filter(|one| one.user == *user).count();
        let oldest = match own < MAX_OF_ONE {
            true => (waiting.len() >= MAX_WAITING).then_some(0),
            false => waiting.iter().position(|one| one.user == *user),
        };
        if let Some(at) = oldest {
            waiting.remove(at);
        }
        let user = user.clone();
        waiting.push_back(Question { ticket: ticket.clone(), user, site, until, asks });
        Ok(KeyQuestion { ticket, options })
    }

    /// The question of a ticket, which is gone then, whatever comes of it.
    fn take(&self, user: &OfficerId, ticket: &str, now: Timestamp) -> Option<Question> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = waiting.iter().position(|one| one.ticket == ticket)?;
        waiting.remove(at).filter(|one| one.user == *user && one.until > now)
    }
}

/// A name as it is kept.
///
/// # Errors
/// `name_missing`, also where it is far too long.
pub fn named(typed: &str) -> Result<String, Error> {
    let name = typed.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count());
    fits.then(|| name.to_owned()).ok_or(Error::Unfit("name_missing"))
}

/// Adds one.
///
/// # Errors
/// `passkey_known` where somebody has it, `too_many`.
pub fn add(db: &Connection, id: &Hash, row: &PasskeyRow) -> Result<(), Error> {
    if passkeys::get(db, id)?.is_some() {
        return Err(Error::Unfit("passkey_known"));
    }
    if passkeys::of(db, &row.user)?.len() >= MAX_KEYS {
        return Err(Error::Unfit("too_many"));
    }
    Ok(passkeys::put(db, id, row)?)
}

/// A right answer counts, if the passkey is still there and its counter went on since; whether it does.
pub fn use_up(
    db: &Connection,
    user: &OfficerId,
    answer: &AuthenticationResult,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let id = id_of(answer.cred_id());
    let own = passkeys::get(db, &id)?.filter(|row| row.user == *user && row.copied_at.is_none());
    let Some(mut row) = own else { return Ok(false) };
    let counter = answer.counter();
    // Two questions may have been asked before the first was answered.
    if (counter > 0 || row.counter > 0) && counter <= row.counter {
        return Ok(false);
    }
    row.key.update_credential(answer);
    passkeys::put(db, &id, &PasskeyRow { counter, used_at: Some(now), ..row })?;
    Ok(true)
}

/// Takes a passkey no more of which somebody has a copy. Its row stays for its owner to see, with its line in the
/// audit.
pub fn lock(db: &Connection, id: &Hash, now: Timestamp) -> rusqlite::Result<()> {
    match passkeys::get(db, id)? {
        Some(row) => passkeys::put(db, id, &PasskeyRow { copied_at: Some(now), ..row }),
        None => Ok(()),
    }
}

/// Somebody's, as their own page shows them.
pub fn list(db: &Connection, user: &OfficerId) -> rusqlite::Result<Vec<Passkey>> {
    let shown = |(id, row): (Hash, PasskeyRow)| {
        let PasskeyRow { name, host, added_at, used_at, copied_at, .. } = row;
        Passkey { id, name, host, added_at, used_at, copied_at }
    };
    Ok(passkeys::of(db, user)?.into_iter().map(shown).collect())
}

fn id_of(credential: &[u8]) -> Hash {
    Hash(secret::hash(credential))
}

/// What a passkey answered does not count.
pub fn wrong() -> Error {
    Error::WrongPasskey(Box::default())
}

fn refused(cause: WebauthnError) -> Error {
    tracing::info!(%cause, "what a passkey answered was refused");
    wrong()
}

fn broken(cause: WebauthnError) -> Error {
    Error::Internal(format!("a passkey: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    #[test]
    fn a_question_waits_five_minutes_for_one_answer_and_few_wait() {
        let (questions, pepper) = (Questions::default(), Pepper::of(b"one"));
        let named = |name: &str| UserRow {
            id: name.parse().unwrap(),
            name: "Somebody".to_owned(),
            role: bilik_shared::role::Role::Supervisor,
            password: String::new(),
            locked: false,
            must_change: false,
        };
        let origin = Url::parse("https://bilik.lan").unwrap();
        let site = Site { host: "bilik.lan".to_owned(), origin };
        let ask = |name: &str, now| {
            let asked = questions.ask_for_new(&pepper, &named(name), site.clone(), &[], now);
            asked.unwrap().ticket
        };
        let (marlin, karutan) = ("marlin".parse().unwrap(), "karutan".parse().unwrap());
        let takes =
            |user: &OfficerId, ticket: &str, now| questions.take(user, ticket, now).is_some();
        let ticket = ask("marlin", NOW);
        assert!(takes(&marlin, &ticket, minutes_after(NOW, 4)));
        assert!(!takes(&marlin, &ticket, NOW), "twice");
        let ticket = ask("marlin", NOW);
        assert!(!takes(&marlin, &ticket, minutes_after(NOW, 5)), "too late");
        let ticket = ask("marlin", NOW);
        assert!(!takes(&karutan, &ticket, NOW), "another's");
        assert!(!takes(&marlin, &ticket, NOW), "which is gone then");

        // Whoever asks again and again loses their own oldest, and nobody else's.
        let theirs = ask("karutan", NOW);
        let own: Vec<String> = (0..=MAX_OF_ONE).map(|_| ask("marlin", NOW)).collect();
        assert!(!takes(&marlin, &own[0], NOW));
        assert!(takes(&marlin, &own[MAX_OF_ONE], NOW) && takes(&karutan, &theirs, NOW));
        for n in 0..2 * MAX_WAITING {
            ask(&format!("u{n}"), NOW);
        }
        assert_eq!(questions.0.lock().unwrap().len(), MAX_WAITING);
        ask("marlin", minutes_after(NOW, 5));
        assert_eq!(questions.0.lock().unwrap().len(), 1);
    }
}
