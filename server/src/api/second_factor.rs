//! One's own second factor. What decides what is asked for at the next sign-in asks for the password first: a screen
//! that was left open must not.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use bilik_shared::id::OfficerId;
use bilik_shared::view::second_factor::{
    AddedPasskey, Again, ConfirmFactor, KeyQuestion, NewFactor, NewPasskey, PaperCodes,
    RemovePasskey, SecondFactor,
};
use rusqlite::Connection;

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::extract::{Input, Person};
use crate::secret;
use crate::sign_in::site::Site;
use crate::sign_in::{passkeys, second};
use crate::store::{self, sessions};

/// `GET /api/v1/second-factor`
pub async fn show(
    State(app): State<App>,
    Person { row, .. }: Person,
    headers: HeaderMap,
) -> Result<Json<SecondFactor>, Error> {
    let host = host(&app, &headers);
    Ok(Json(app.store.read(move |db| state(db, &row.id, host)).await?))
}

/// `POST /api/v1/second-factor/begin`
pub async fn begin(
    State(app): State<App>,
    Person { row, .. }: Person,
    Input(Again { password }): Input<Again>,
) -> Result<Json<NewFactor>, Error> {
    let user = app.sign_in.check(&app.store, row.id.as_str(), password, clock::now()).await?;
    let pepper = app.store.pepper();
    Ok(Json(app.writer.write(move |db| second::begin(db, &pepper, &user.id)).await?))
}

/// `POST /api/v1/second-factor/confirm`; every other session of theirs ends.
pub async fn confirm(
    State(app): State<App>,
    Person { row, token, .. }: Person,
    Input(ConfirmFactor { code }): Input<ConfirmFactor>,
) -> Result<Json<PaperCodes>, Error> {
    let (pepper, here, now) = (app.store.pepper(), secret::hash(token.as_bytes()), clock::now());
    let guard = app.sign_in.guard_codes(&row.id, now)?;
    let write = move |db: &Connection| {
        let codes = second::confirm(db, &pepper, &row.id, &code, now)?;
        sessions::remove_of(db, &row.id, Some(here))?;
        Ok(PaperCodes { codes })
    };
    Ok(Json(guard.count(app.writer.write(write).await)?))
}

/// `POST /api/v1/second-factor/end`
pub async fn end(
    State(app): State<App>,
    Person { row, .. }: Person,
    headers: HeaderMap,
    Input(Again { password }): Input<Again>,
) -> Result<Json<SecondFactor>, Error> {
    let user = app.sign_in.check(&app.store, row.id.as_str(), password, clock::now()).await?;
    let host = host(&app, &headers);
    let write = move |db: &Connection| {
        second::end(db, &user.id)?;
        Ok(state(db, &user.id, host)?)
    };
    Ok(Json(app.writer.write(write).await?))
}

/// `POST /api/v1/second-factor/passkeys/begin`
pub async fn begin_passkey(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
) -> Result<Json<KeyQuestion>, Error> {
    person.be_sure(&app).await?;
    let site = Site::of(&headers, &app.transport).ok_or(Error::Unfit("passkey_not_here"))?;
    let id = person.row.id.clone();
    let known = app.store.read(move |db| store::passkeys::of(db, &id)).await?;
    let (questions, pepper) = (app.sign_in.questions(), app.store.pepper());
    Ok(Json(questions.ask_for_new(&pepper, &person.row, site, &known, clock::now())?))
}

/// `POST /api/v1/second-factor/passkeys`; every other session of theirs ends.
pub async fn add_passkey(
    State(app): State<App>,
    Person { row, token, .. }: Person,
    headers: HeaderMap,
    Input(NewPasskey { name, answer }): Input<NewPasskey>,
) -> Result<Json<AddedPasskey>, Error> {
    let name = passkeys::named(&name)?;
    let (id, key) = app.sign_in.questions().take_new(&row.id, name, &answer, clock::now())?;
    let (here, host) = (secret::hash(token.as_bytes()), host(&app, &headers));
    let write = move |db: &Connection| {
        passkeys::add(db, &id, &key)?;
        let codes = second::codes_for_paper(db, &row.id)?;
        sessions::remove_of(db, &row.id, Some(here))?;
        Ok(AddedPasskey { factor: state(db, &row.id, host)?, codes })
    };
    Ok(Json(app.writer.write(write).await?))
}

/// `POST /api/v1/second-factor/passkeys/remove`; one that is gone already is no error.
pub async fn remove_passkey(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    Input(RemovePasskey { id }): Input<RemovePasskey>,
) -> Result<Json<SecondFactor>, Error> {
    person.be_sure(&app).await?;
    let (user, host) = (person.row.id, host(&app, &headers));
    let write = move |db: &Connection| {
        store::passkeys::remove(db, &user, &id)?;
        second::forget_paper(db, &user)?;
        Ok(state(db, &user, host)?)
    };
    Ok(Json(app.writer.write(write).await?))
}

fn host(app: &App, headers: &HeaderMap) -> Option<String> {
    Site::of(headers, &app.transport).map(|site| site.host)
}

fn state(
    db: &Connection,
    user: &OfficerId,
    host: Option<String>,
) -> rusqlite::Result<SecondFactor> {
    Ok(SecondFactor { host, ..second::state(db, user)? })
}
