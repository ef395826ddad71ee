//! What the server could not take in: looked at, settled with a word, or let in by hand. Nothing of it is ever removed.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use bilik_shared::id::DeviceCode;
use bilik_shared::role::Action;
use bilik_shared::view::quarantine::{Inside, MAX_NOTE, SetAside, Settle, Settled};
use rusqlite::Connection;

use super::cursor::{self, Asked, Two};
use super::overview::device_moved;
use crate::app::App;
use crate::aside;
use crate::clock;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::privacy::Reading;
use crate::store::quarantine;
use crate::writer::{After, Room};

/// A page has at most so many.
const MOST: u32 = 200;

/// `GET /api/v1/desk/quarantine?cursor=`
pub async fn list(
    State(app): State<App>,
    user: User,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<SetAside>, Error> {
    user.must(Action::SeeDevices)?;
    let after = cursor::asked(asked)?;
    Ok(Json(app.store.read(move |db| set_aside(db, after)).await?))
}

/// The piece that a path names.
type Named = Result<Path<i64>, PathRejection>;

/// `GET /api/v1/desk/quarantine/{id}`: what stands in a piece. Whose data were read is logged.
pub async fn look(State(app): State<App>, user: User, path: Named) -> Result<Json<Inside>, Error> {
    user.must(Action::SeeDevices)?;
    let Path(id) = path.map_err(|_| Error::PieceUnknown)?;
    let (user, at) = (user.row, clock::now());
    let first = move |room: &mut Room<'_>| {
        let inside = aside::look_into(room, id, &user)?;
        for entry in inside.writes.iter().filter_map(|writes| writes.entry) {
            Reading::one(entry).note(room.db, &user, at)?;
        }
        Ok(inside)
    };
    app.writer.run(first, |_, inside| Ok(inside)).await.map(Json)
}

/// `POST /api/v1/desk/quarantine/{id}/let-in`: takes a piece into its sheet for a reason; the same again changes
/// nothing.
pub async fn let_in(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(Settle { note }): Input<Settle>,
) -> Result<Json<SetAside>, Error> {
    say(app, user, path, &note, aside::let_in).await
}

/// `POST /api/v1/desk/quarantine/of/{device}/let-in`: lets everything in that a tablet has handed in late or unsigned,
/// one piece after another. What may not be let in stays where it is.
pub async fn let_all_in(
    State(app): State<App>,
    user: User,
    path: Result<Path<DeviceCode>, PathRejection>,
    Input(Settle { note }): Input<Settle>,
) -> Result<Json<SetAside>, Error> {
    let word = word(&user, &note)?;
    let Path(device) = path.map_err(|_| Error::PieceUnknown)?;
    for id in app.store.read(move |db| quarantine::late(db, &device)).await? {
        let word = word.clone();
        let first = move |room: &mut Room<'_>| aside::let_in(room, id, &word);
        match app.writer.run(first, |_, ()| Ok(())).await {
            Ok(()) | Err(Error::Barred(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(Json(app.store.read(|db| set_aside(db, None)).await?))
}

/// `POST /api/v1/desk/quarantine/{id}`: the first word about a piece stands.
pub async fn settle(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(Settle { note }): Input<Settle>,
) -> Result<Json<SetAside>, Error> {
    let settle = |room: &mut Room<'_>, id: i64, word: &Settled| {
        let device = quarantine::device_of(room.db, id)?.ok_or(Error::PieceUnknown)?;
        if quarantine::settle(room.db, id, word)? {
            device_moved(room, &device)?;
        }
        Ok(())
    };
    say(app, user, path, &note, settle).await
}

/// Says a word about a piece, does what it is for, and shows where quarantine stands then.
async fn say(
    app: App,
    user: User,
    path: Named,
    note: &str,
    act: impl FnOnce(&mut Room<'_>, i64, &Settled) -> Result<(), Error> + Send + 'static,
) -> Result<Json<SetAside>, Error> {
    let word = word(&user, note)?;
    let Path(id) = path.map_err(|_| Error::PieceUnknown)?;
    let first = move |room: &mut Room<'_>| act(room, id, &word);
    let second = |after: &mut After<'_>, ()| Ok(set_aside(after.db, None)?);
    app.writer.run(first, second).await.map(Json)
}

/// The word of somebody who may say one.
fn word(user: &User, note: &str) -> Result<Settled, Error> {
    user.must(Action::SettleQuarantine)?;
    let note = note.trim().to_owned();
    if note.is_empty() || note.chars().count() > MAX_NOTE {
        return Err(Error::NoteMissing);
    }
    Ok(Settled { at: clock::now(), officer: user.row.id.clone(), note })
}

/// A page; `after` says whether the last piece of the one before was done with, and its number.
fn set_aside(db: &Connection, after: Option<Two>) -> rusqlite::Result<SetAside> {
    let (pieces, more) = quarantine::list(db, after.map(|Two(done, id)| (done, id)), MOST)?;
    let last = pieces.last().filter(|_| more > 0);
    let next = last.map(|piece| Two(i64::from(!piece.waits()), piece.id).to_string());
    Ok(SetAside { pieces, more, next })
}
