//! What follows the right password: what is shown besides it is looked at, wrong ones are counted, and whoever has not
//! shown it yet is told in which ways it goes on.

use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use bilik_shared::view::second_factor::{KeyAnswer, Ways};

use super::SignIn;
use super::passkeys::{self, Answered, Questions};
use super::second::{self, Shown};
use super::site::Site;
use crate::app::App;
use crate::error::Error;
use crate::store;
use crate::throttle::Throttle;

/// Whose password was right, and where they sit.
pub struct Asked<'a> {
    /// Everything.
    pub app: &'a App,
    /// Who.
    pub user: &'a OfficerId,
    /// Where their page came from, if passkeys work there.
    pub site: Option<Site>,
    /// When.
    pub now: Timestamp,
}

impl SignIn {
    /// Writes what follows from the right password if what was shown besides it is right as well. Otherwise the
    /// answer tells how to go on.
    ///
    /// # Errors
    /// What [`second::check`] says, and [`Error::TooManyTries`].
    pub async fn besides(
        &self,
        asked: Asked<'_>,
        (code, answer): (Option<String>, Option<KeyAnswer>),
        write: impl FnOnce(&rusqlite::Connection, &Shown) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        let Asked { app, user, now, .. } = asked;
        let guard = self.guard_codes(user, now)?;
        let outcome = match self.look_at(&asked, code, answer).await {
            Ok(shown) => app.writer.write(move |db| write(db, &shown)).await,
            Err(refused) => Err(refused),
        };
        match guard.count(outcome) {
            Err(Error::CodeNeeded(_)) => Err(Error::CodeNeeded(self.ways(asked).await?)),
            Err(Error::WrongPasskey(_)) => Err(Error::WrongPasskey(self.ways(asked).await?)),
            outcome => outcome,
        }
    }

    async fn look_at(
        &self,
        Asked { app, user, now, .. }: &Asked<'_>,
        code: Option<String>,
        answer: Option<KeyAnswer>,
    ) -> Result<Shown, Error> {
        let Some(answer) = answer else { return Ok(Shown::typed(code)) };
        match self.inner.questions.look_at(user, &answer, *now)? {
            Answered::Right(result) => Ok(Shown::Passkey(result)),
            Answered::Copied(id) => {
                tracing::warn!(passkey = %id, "the counter of a passkey went back: it was copied");
                let now = *now;
                app.writer.write(move |db| Ok(passkeys::lock(db, &id, now)?)).await?;
                Err(Error::PasskeyCopied)
            }
        }
    }

    /// The ways that are open, with a question to a passkey where one works on this page.
    async fn ways(&self, asked: Asked<'_>) -> Result<Box<Ways>, Error> {
        let Asked { app, user, site, now } = asked;
        let id = user.clone();
        let known = app.store.read(move |db| {
            Ok((second::state(db, &id)?.since.is_some(), store::passkeys::of(db, &id)?))
        });
        let (digits, known) = known.await?;
        let passkey = match site {
            Some(site) => self.inner.questions.ask_for_known(user, site, known, now)?,
            None => None,
        };
        Ok(Box::new(Ways { digits, passkey }))
    }

    /// Questions to passkeys that wait for their answer.
    pub fn questions(&self) -> &Questions {
        &self.inner.questions
    }

    /// Counts what comes of a code.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] where there were too many wrong ones.
    pub fn guard_codes(&self, user: &OfficerId, now: Timestamp) -> Result<CodeGuard<'_>, Error> {
        let (throttle, key) = (&self.inner.throttle, format!("{user} code"));
        throttle.check(&key, now).map_err(Error::TooManyTries)?;
        Ok(CodeGuard { throttle, key, now })
    }
}

/// Counts wrong codes of one person.
#[derive(Debug)]
pub struct CodeGuard<'a> {
    throttle: &'a Throttle,
    key: String,
    now: Timestamp,
}

impl CodeGuard<'_> {
    /// Notes what came of it and passes it on.
    pub fn count<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        match &outcome {
            Ok(_) => self.throttle.succeeded(&self.key),
            Err(Error::WrongCode | Error::WrongPasskey(_) | Error::PasskeyCopied) => {
                self.throttle.failed(&self.key, self.now);
            }
            Err(_) => {}
        }
        outcome
    }
}
