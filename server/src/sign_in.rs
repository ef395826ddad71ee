//! Signing in at the desk: passwords and sessions.
//!
//! Passwords are kept as Argon2id, 19 MiB, two passes, one lane: OWASP's minimum, 30 ms here; with a pepper
//! that lies beside the database ([`pepper`]).
//! At most two are computed at once and few may wait, so that a flood of tries costs 38 MiB and no more.
//! Somebody who does not exist costs the same time as somebody who does.
//! Wrong tries are counted by account, and apart from that for a browser that is known ([`screen`]): never by
//! address, because a whole house sits behind one.
//! Whoever has a second factor ([`second`]) is asked for it after the password; wrong ones are counted apart.
//! A session is 256 random bits in a cookie; only its hash is stored.
//! It ends after 30 minutes without use, and 8 hours after it began. What matters most asks for the password again
//! when it was not shown for ten minutes: a screen that was left open enrols no tablet and takes no list away.

pub mod besides;
pub mod guess;
pub mod passkeys;
pub mod pepper;
pub mod screen;
pub mod second;
pub mod site;

use std::sync::Arc;

use bilik_shared::id::OfficerId;
use bilik_shared::setup::MAX_PASSWORD;
use bilik_shared::time::Timestamp;
use bilik_shared::view;
use bilik_shared::view::session::{OwnSession, ShownAgain};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::clock::minutes_after;
use crate::error::Error;
use crate::secret;
use crate::store::sessions::{self, SessionRow};
use crate::store::users::{self, UserRow};
use crate::store::{Store, StoreError};
use crate::throttle::Throttle;
use crate::writer::Writer;
use besides::Asked;
use passkeys::Questions;
use pepper::{Compared, Pepper};
use screen::Screens;
use second::Shown;
use site::Site;

/// How many hashes are computed at once.
const AT_ONCE: usize = 2;
/// How many more may wait; as many again from browsers that are known, so that a flood keeps nobody out.
const WAITING: usize = 16;
/// A session ends after so many minutes without use.
const IDLE_MINUTES: i64 = 30;
/// A session ends so many minutes after it began.
const WHOLE_MINUTES: i64 = 8 * 60;
/// What matters most is done only so many minutes after the password was shown.
const SURE_MINUTES: i64 = 10;

/// Checks passwords.
#[derive(Debug, Clone)]
pub struct SignIn {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pepper: Pepper,
    screens: Screens,
    at_once: Semaphore,
    strangers: Semaphore,
    known: Semaphore,
    throttle: Throttle,
    questions: Questions,
    /// The hash of a password that nobody has, for people who do not exist.
    nobody: String,
}

/// The browser that somebody signs in with.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    /// The mark that it was given before, if it shows one.
    pub mark: Option<String>,
    /// What it calls itself.
    pub name: String,
    /// Where its page came from, if passkeys work there.
    pub site: Option<Site>,
}

/// Somebody who has signed in.
#[derive(Debug)]
pub struct Opened {
    /// Who.
    pub user: UserRow,
    /// The token for the session's cookie.
    pub token: String,
    /// The mark for a browser that had none.
    pub mark: Option<String>,
}

impl SignIn {
    /// Gets ready; computes one hash.
    pub fn new(pepper: Pepper) -> Result<Self, Error> {
        let inner = Inner {
            at_once: Semaphore::new(AT_ONCE),
            strangers: Semaphore::new(AT_ONCE + WAITING),
            known: Semaphore::new(AT_ONCE + WAITING),
            throttle: Throttle::of_accounts(),
            questions: Questions::default(),
            nobody: pepper.hash_password(&secret::random_token())?,
            screens: Screens::new(&pepper),
            pepper,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Checks a password and opens a session.
    pub async fn open_session(
        &self,
        app: &App,
        typed: view::SignIn,
        screen: Screen,
        now: Timestamp,
    ) -> Result<Opened, Error> {
        let name = typed.user.trim().to_lowercase();
        let screens = &self.inner.screens;
        let known = screen.mark.as_deref().and_then(|mark| screens.known(&name, mark));
        let (user, renewed) = self.compare(&app.store, &name, typed.password, known, now).await?;
        let mark = known.is_none().then(|| screens.mark(&user.id));
        let token = secret::random_token();
        let (key, checked) = (secret::hash(token.as_bytes()), user.clone());
        let pepper = self.inner.pepper.clone();
        let write = move |db: &rusqlite::Connection, shown: &Shown| {
            second::check(db, &pepper, &checked.id, shown, now)?;
            let created = minutes_after(now, -WHOLE_MINUTES);
            sessions::remove_older(db, created, minutes_after(now, -IDLE_MINUTES))?;
            // Somebody may have been locked between the question and the answer.
            let is = users::get(db, checked.id.as_str())?.filter(|is| !is.locked);
            let is = is.ok_or(Error::AccountLocked)?;
            if let Some(password) = renewed
                && is.password == checked.password
            {
                users::put(db, &UserRow { password, ..is })?;
            }
            Ok(sessions::insert(db, key, &checked.id, &screen.name, now)?)
        };
        let asked = Asked { app, user: &user.id, site: screen.site, now };
        self.besides(asked, (typed.code, typed.passkey), write).await?;
        Ok(Opened { user, token, mark })
    }

    /// Somebody shows their password again, and their second factor where they have one.
    pub async fn confirm(
        &self,
        app: &App,
        user: &UserRow,
        token: &str,
        typed: ShownAgain,
        site: Option<Site>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let user = self.check(&app.store, user.id.as_str(), typed.password, now).await?;
        let (pepper, key) = (self.inner.pepper.clone(), secret::hash(token.as_bytes()));
        let id = user.id.clone();
        let write = move |db: &rusqlite::Connection, shown: &Shown| {
            second::check(db, &pepper, &id, shown, now)?;
            Ok(sessions::confirm(db, key, now)?)
        };
        let asked = Asked { app, user: &user.id, site, now };
        self.besides(asked, (typed.code, typed.passkey), write).await
    }

    /// Checks the password of somebody whose session it is already. Whoever was locked is told so only after the
    /// right one.
    pub async fn check(
        &self,
        store: &Store,
        name: &str,
        password: String,
        now: Timestamp,
    ) -> Result<UserRow, Error> {
        self.compare(store, name, password, None, now).await.map(|(user, _)| user)
    }

    /// The person, and a hash with the pepper where the stored one has none. `known` names the browser.
    async fn compare(
        &self,
        store: &Store,
        name: &str,
        password: String,
        known: Option<&str>,
        now: Timestamp,
    ) -> Result<(UserRow, Option<String>), Error> {
        let inner = &self.inner;
        let counted = known.map_or_else(|| name.to_owned(), |known| format!("{name} {known}"));
        inner.throttle.check(&counted, now).map_err(Error::TooManyTries)?;
        let queue = if known.is_some() { &inner.known } else { &inner.strangers };
        let _place = queue.try_acquire().map_err(|_| Error::Busy)?;
        let key = name.to_owned();
        let user = store.read(move |db| users::get(db, &key)).await?;
        let stored = user.as_ref().map_or_else(|| inner.nobody.clone(), |u| u.password.clone());
        let pepper = inner.pepper.clone();
        let compare = move || {
            let compared = match pepper.compare(&password, &stored)? {
                _ if password.len() > MAX_PASSWORD => Compared::Wrong,
                compared => compared,
            };
            let renewed = (compared == Compared::RightWithout)
                .then(|| pepper.hash_password(&password))
                .transpose();
            Ok((compared != Compared::Wrong, renewed?))
        };
        let (right, renewed) = self.in_turn(compare).await?;
        match user {
            Some(user) if right => {
                inner.throttle.succeeded(&counted);
                if user.locked { Err(Error::AccountLocked) } else { Ok((user, renewed)) }
            }
            _ => {
                inner.throttle.failed(&counted, now);
                Err(Error::WrongPassword)
            }
        }
    }

    /// Whether a password that somebody chooses would be tried early; `known` is what a guesser knows of them.
    pub async fn is_guessable(&self, password: String, known: Vec<String>) -> Result<bool, Error> {
        self.in_turn(move || Ok(guess::is_guessable(&password, &known))).await
    }

    /// The hash of a password, as it is stored.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let pepper = self.inner.pepper.clone();
        self.in_turn(move || pepper.hash_password(&password)).await
    }

    /// Computes on a thread that may block, at most [`AT_ONCE`] at a time.
    async fn in_turn<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = self.inner.at_once.acquire().await.map_err(|_| StoreError::Stopped)?;
        let task = tokio::task::spawn_blocking(compute);
        task.await.map_err(|cause| Error::Internal(cause.to_string()))?
    }
}

/// Whose session a token opens. Asking counts as use.
pub async fn whose(app: &App, token: &str, now: Timestamp) -> Result<UserRow, Error> {
    let (session, user) = look_up(app, token, now).await?;
    if minutes_after(session.seen_at, 1) <= now {
        let key = secret::hash(token.as_bytes());
        // Best effort: a full disk must not sign anybody out.
        let _ = app.writer.write(move |db| Ok(sessions::touch(db, key, now)?)).await;
    }
    Ok(user)
}

/// Whether whoever has the session showed their password in the last ten minutes.
pub async fn is_sure(app: &App, token: &str, now: Timestamp) -> Result<bool, Error> {
    let (session, _) = look_up(app, token, now).await?;
    Ok(now < minutes_after(session.confirmed_at, SURE_MINUTES))
}

/// Whether a token still opens a session with which somebody works. Asking does not count as use.
pub async fn is_open(app: &App, token: &str, now: Timestamp) -> bool {
    match look_up(app, token, now).await {
        Ok((_, user)) => !owes_factor(app, &user).await.unwrap_or(true),
        Err(_) => false,
    }
}

/// Whether somebody's role needs a second factor that they do not have.
pub async fn owes_factor(app: &App, user: &UserRow) -> Result<bool, Error> {
    if !app.needs_factor(user.role) {
        return Ok(false);
    }
    let id = user.id.clone();
    Ok(!app.store.read(move |db| second::is_on(db, &id)).await?)
}

async fn look_up(app: &App, token: &str, now: Timestamp) -> Result<(SessionRow, UserRow), Error> {
    let key = secret::hash(token.as_bytes());
    let found = app.store.read(move |db| {
        let Some(session) = sessions::get(db, key)? else { return Ok(None) };
        Ok(users::get(db, session.user.as_str())?.map(|user| (session, user)))
    });
    let found = found.await?.filter(|(session, user)| !user.locked && !has_ended(session, now));
    found.ok_or(Error::NoSession)
}

/// The open sessions of the one whose token this is, the last used first.
pub fn own(
    db: &rusqlite::Connection,
    user: &OfficerId,
    token: &str,
    now: Timestamp,
) -> rusqlite::Result<Vec<OwnSession>> {
    let here = secret::hash(token.as_bytes());
    let rows = sessions::of(db, user)?.into_iter().filter(|(_, row)| !has_ended(row, now));
    let own = rows.map(|(key, SessionRow { screen, created_at, seen_at, confirmed_at, .. })| {
        OwnSession {
            id: name_of(&key),
            screen,
            created_at,
            seen_at,
            confirmed_at,
            here: key == here,
        }
    });
    Ok(own.collect())
}

/// Ends one of somebody's own sessions. One that is over already is no error.
pub fn end_own(db: &rusqlite::Connection, user: &OfficerId, id: &str) -> rusqlite::Result<()> {
    let rows = sessions::of(db, user)?;
    match rows.into_iter().find(|(key, _)| name_of(key) == id) {
        Some((key, _)) => sessions::remove(db, key),
        None => Ok(()),
    }
}

/// Names a session without telling what opens it.
fn name_of(key: &[u8; 32]) -> String {
    secret::hash(key)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Ends the session of a token.
pub async fn close_session(writer: &Writer, token: &str) -> Result<(), Error> {
    let key = secret::hash(token.as_bytes());
    writer.write(move |db| Ok(sessions::remove(db, key)?)).await
}

fn has_ended(session: &SessionRow, now: Timestamp) -> bool {
    minutes_after(session.seen_at, IDLE_MINUTES) <= now
        || minutes_after(session.created_at, WHOLE_MINUTES) <= now
}

/// A new person who may sign in.
pub fn new_user(
    pepper: &Pepper,
    id: OfficerId,
    name: &str,
    role: bilik_shared::role::Role,
    password: &str,
) -> Result<UserRow, Error> {
    let (name, password) = (name.to_owned(), pepper.hash_password(password)?);
    Ok(UserRow { id, name, role, password, locked: false, must_change: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_unused_and_when_old() {
        let minutes = |n| minutes_after(Timestamp(0), n);
        let session = |seen| SessionRow {
            user: "marlin".parse().unwrap(),
            screen: String::new(),
            created_at: Timestamp(0),
            seen_at: minutes(seen),
            confirmed_at: Timestamp(0),
        };
        assert!(!has_ended(&session(0), minutes(29)));
        assert!(has_ended(&session(0), minutes(30)));
        assert!(!has_ended(&session(470), minutes(479)));
        assert!(has_ended(&session(470), minutes(480)));
    }
}
