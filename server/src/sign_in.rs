//! Signing in at the desk: passwords and sessions.
//!
//! Passwords are kept as Argon2id, 19 MiB, two passes, one lane: OWASP's minimum, 30 ms here.
//! At most two are computed at once and few may wait, so that a flood of tries costs 38 MiB and no more.
//! Somebody who does not exist costs the same time as somebody who does.
//! A session is 256 random bits in a cookie; only its hash is stored.
//! It ends after 30 minutes without use, and 8 hours after it began.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use bilik_shared::view;
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

/// Memory of one hash in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// How many hashes are computed at once.
const AT_ONCE: usize = 2;
/// How many more may wait.
const WAITING: usize = 16;
/// Longest password that is looked at, in bytes.
const MAX_PASSWORD: usize = 256;
/// A session ends after so many minutes without use.
const IDLE_MINUTES: i64 = 30;
/// A session ends so many minutes after it began.
const WHOLE_MINUTES: i64 = 8 * 60;

/// Checks passwords.
#[derive(Debug, Clone)]
pub struct SignIn {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    at_once: Semaphore,
    queue: Semaphore,
    throttle: Throttle,
    /// The hash of a password that nobody has, for people who do not exist.
    nobody: String,
}

/// The hash of a password with fresh salt, as it is stored.
pub fn hash_password(password: &str) -> Result<String, Error> {
    let broken = |cause: argon2::password_hash::Error| Error::Internal(cause.to_string());
    let salt = SaltString::encode_b64(&secret::random::<16>()).map_err(broken)?;
    Ok(hasher()?.hash_password(password.as_bytes(), &salt).map_err(broken)?.to_string())
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None);
    let params = params.map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_password(password: &str, stored: &str) -> Result<bool, Error> {
    let stored = PasswordHash::new(stored).map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(hasher()?.verify_password(password.as_bytes(), &stored).is_ok())
}

impl SignIn {
    /// Gets ready; computes one hash.
    pub fn new() -> Result<Self, Error> {
        let inner = Inner {
            at_once: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(AT_ONCE + WAITING),
            throttle: Throttle::default(),
            nobody: hash_password(&secret::random_token())?,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Checks a password and opens a session. Returns the person and the token for the cookie.
    pub async fn open_session(
        &self,
        app: &App,
        typed: view::SignIn,
        now: Timestamp,
    ) -> Result<(UserRow, String), Error> {
        let name = typed.user.trim().to_lowercase();
        let user = self.check(&app.store, &name, typed.password, now).await?;
        let token = secret::random_token();
        let (key, id) = (secret::hash(token.as_bytes()), user.id.clone());
        let write = move |db: &rusqlite::Connection| {
            let created = minutes_after(now, -WHOLE_MINUTES);
            sessions::remove_older(db, created, minutes_after(now, -IDLE_MINUTES))?;
            Ok(sessions::insert(db, key, &id, now)?)
        };
        app.writer.write(write).await?;
        Ok((user, token))
    }

    async fn check(
        &self,
        store: &Store,
        name: &str,
        password: String,
        now: Timestamp,
    ) -> Result<UserRow, Error> {
        let inner = &self.inner;
        inner.throttle.check(name, now).map_err(Error::TooManyTries)?;
        let _place = inner.queue.try_acquire().map_err(|_| Error::Busy)?;
        let _turn = inner.at_once.acquire().await.map_err(|_| StoreError::Stopped)?;
        let key = name.to_owned();
        let user = store.read(move |db| users::get(db, &key)).await?;
        let stored = user.as_ref().map_or_else(|| inner.nobody.clone(), |u| u.password.clone());
        let fits = password.len() <= MAX_PASSWORD;
        let task = tokio::task::spawn_blocking(move || is_password(&password, &stored));
        let right = task.await.map_err(|cause| Error::Internal(cause.to_string()))?? && fits;
        match user {
            Some(user) if right => {
                inner.throttle.succeeded(name);
                Ok(user)
            }
            _ => {
                inner.throttle.failed(name, now);
                Err(Error::WrongPassword)
            }
        }
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

/// Whether a token still opens a session. Asking does not count as use.
pub async fn is_open(app: &App, token: &str, now: Timestamp) -> bool {
    look_up(app, token, now).await.is_ok()
}

async fn look_up(app: &App, token: &str, now: Timestamp) -> Result<(SessionRow, UserRow), Error> {
    let key = secret::hash(token.as_bytes());
    let found = app.store.read(move |db| {
        let Some(session) = sessions::get(db, key)? else { return Ok(None) };
        Ok(users::get(db, session.user.as_str())?.map(|user| (session, user)))
    });
    let found = found.await?.filter(|(session, _)| !has_ended(session, now));
    found.ok_or(Error::NoSession)
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
    id: OfficerId,
    name: &str,
    role: bilik_shared::role::Role,
    password: &str,
) -> Result<UserRow, Error> {
    Ok(UserRow { id, name: name.to_owned(), role, password: hash_password(password)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_with_its_parameters_and_salt() {
        let (a, b) = (hash_password("rahasia").unwrap(), hash_password("rahasia").unwrap());
        assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{a}");
        assert_ne!(a, b);
        assert!(is_password("rahasia", &a).unwrap());
        assert!(!is_password("Rahasia", &a).unwrap());
    }

    #[test]
    fn a_session_ends_when_unused_and_when_old() {
        let minutes = |n| minutes_after(Timestamp(0), n);
        let session = |seen| SessionRow {
            user: "marlin".parse().unwrap(),
            created_at: Timestamp(0),
            seen_at: minutes(seen),
        };
        assert!(!has_ended(&session(0), minutes(29)));
        assert!(has_ended(&session(0), minutes(30)));
        assert!(!has_ended(&session(470), minutes(479)));
        assert!(has_ended(&session(470), minutes(480)));
    }
}
