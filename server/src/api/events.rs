//! Live channels: server-sent events for tablets and for the desk.
//!
//! A stream ends when the server is asked to stop, and on the desk when the session has ended.
//! Somebody who was too slow for the events is told to look at everything anew.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bilik_shared::id::{Digest, SheetId};
use bilik_shared::role::{Action, may};
use bilik_shared::view::Live;
use futures_util::stream::{Stream, unfold};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::app::App;
use crate::devices::Known;
use crate::error::Error;
use crate::extract::{Device, User};
use crate::live::Changed;
use crate::store::sheets;
use crate::{clock, sign_in};

/// A comment line keeps the connection open and shows a dead one.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Events of the desk are gathered for so long, so that a flood of commits does not flood a screen.
const GATHER: Duration = Duration::from_millis(50);
/// A desk's stream looks so often whether its session is still open.
const CHECK_SESSION: Duration = Duration::from_secs(60);

type Commits = broadcast::Receiver<Arc<Changed>>;

/// `GET /api/v1/changes`: what the tablet's sheets look like now, and whenever that changes.
pub async fn for_device(State(app): State<App>, device: Device) -> Result<Response, Error> {
    let Device(device) = device;
    let code = device.row.code.clone();
    // Listen first and look then: nothing that is committed in between is missed.
    let commits = app.live.listen();
    let first = digests(&app, &device).await?;
    let tablet = Tablet { app, device, commits, ready: first };
    let mut response = respond(unfold(tablet, Tablet::next));
    response.extensions_mut().insert(code);
    Ok(response)
}

struct Tablet {
    app: App,
    device: Arc<Known>,
    commits: Commits,
    ready: VecDeque<(SheetId, Digest)>,
}

impl Tablet {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while self.ready.is_empty() {
            let commit = tokio::select! {
                commit = self.commits.recv() => commit,
                () = self.app.stopped() => return None,
            };
            match commit {
                Ok(changed) => {
                    if changed.house {
                        self.look_anew().await?;
                    }
                    let own = changed.sheets.iter().filter(|(id, _)| self.device.reads(id));
                    self.ready.extend(own.cloned());
                }
                Err(RecvError::Lagged(_)) => {
                    self.ready = digests(&self.app, &self.device).await.ok()?
                }
                Err(RecvError::Closed) => return None,
            }
        }
        let (id, digest) = self.ready.pop_front()?;
        Some((Ok(Event::default().data(format!("{id} {digest}"))), self))
    }

    /// What the house tells this tablet may be something else now; `None` ends the stream.
    async fn look_anew(&mut self) -> Option<()> {
        let now = self.app.devices.again(&self.app, self.device.row.id).await.ok()?;
        let moved = now.brief_digest != self.device.brief_digest
            || now.is_revoked() != self.device.is_revoked()
            || now.is_suspended() != self.device.is_suspended();
        if moved {
            self.ready.push_back((the_brief(), now.brief_digest));
        }
        self.device = now;
        Some(())
    }
}

/// Stands for the brief where the name of a sheet stands. A tablet has no sheet of that name, and looks for one
/// with an exchange: that brings the brief.
fn the_brief() -> SheetId {
    const NAME: &str = "brief";
    NAME.parse().unwrap_or_else(|_| unreachable!("the name is a slug"))
}

async fn digests(app: &App, device: &Known) -> Result<VecDeque<(SheetId, Digest)>, Error> {
    let rows = app.store.read(sheets::list).await?;
    let own = rows.into_iter().filter(|row| device.reads(&row.id));
    Ok(own.map(|row| (row.id, row.digest)).collect())
}

/// `GET /api/v1/desk/events`: rows and counts as they change.
pub async fn for_desk(State(app): State<App>, user: User) -> Result<Response, Error> {
    let commits = app.live.listen();
    let desk = Desk { app, user, commits, ready: VecDeque::new() };
    Ok(respond(unfold(desk, Desk::next)))
}

struct Desk {
    app: App,
    user: User,
    commits: Commits,
    ready: VecDeque<Live>,
}

impl Desk {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while self.ready.is_empty() {
            let commit = tokio::select! {
                commit = self.commits.recv() => commit,
                () = self.app.stopped() => return None,
                () = tokio::time::sleep(CHECK_SESSION) => {
                    if sign_in::is_open(&self.app, &self.user.token, clock::now()).await {
                        continue;
                    }
                    return None;
                }
            };
            // Somebody may have been locked by it, or has ended this session from another screen.
            if !sign_in::is_open(&self.app, &self.user.token, clock::now()).await {
                return None;
            }
            match commit {
                Ok(changed) => self.gather(&changed).await,
                Err(RecvError::Lagged(_)) => self.ready.push_back(Live::Reload),
                Err(RecvError::Closed) => return None,
            }
        }
        let live = self.ready.pop_front()?;
        let event = Event::default().event("live");
        // Our own type always becomes JSON; a comment would only mean that nothing is shown.
        let event =
            event.json_data(live).unwrap_or_else(|_| Event::default().comment("unwritable"));
        Some((Ok(event), self))
    }

    /// Waits a moment and makes few events of many commits.
    async fn gather(&mut self, first: &Changed) {
        let mut all = first.clone();
        tokio::time::sleep(GATHER).await;
        loop {
            match self.commits.try_recv() {
                Ok(changed) => all.add((*changed).clone()),
                Err(TryRecvError::Lagged(_)) => {
                    self.ready = [Live::Reload].into();
                    return;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if all.house {
            self.ready = [Live::Reload].into();
            return;
        }
        let role = self.user.row.role;
        if !all.rows.is_empty() || !all.pairs.is_empty() {
            let (rows, gone) = all.seen_by(role);
            let (counts, as_of) = (self.app.board.counts(role), clock::now());
            self.ready.push_back(Live::Rows { rows, gone, counts, as_of });
        }
        let vetted = all.vetted_for(role);
        self.ready.extend(vetted.map(|entries| Live::Vetted { entries }));
        if may(role, Action::SeeDevices, None) {
            self.ready.extend(all.devices.into_iter().map(|device| Live::Device { device }));
        }
    }
}

fn respond<S>(stream: S) -> Response
where
    S: Stream<Item = Result<Event, Infallible>> + Send + 'static,
{
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
