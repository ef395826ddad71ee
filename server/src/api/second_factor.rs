//! One's own second factor. Beginning and ending ask for the password again: a screen that was left open must
//! not decide what is asked for at the next sign-in.

use axum::Json;
use axum::extract::State;
use bilik_shared::view::second_factor::{
    Again, ConfirmFactor, NewFactor, PaperCodes, SecondFactor,
};

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::extract::{Input, Person};
use crate::secret;
use crate::sign_in::second;
use crate::store::{second_factors, sessions};

/// `GET /api/v1/second-factor`
pub async fn show(
    State(app): State<App>,
    Person { row, .. }: Person,
) -> Result<Json<SecondFactor>, Error> {
    Ok(Json(app.store.read(move |db| second::state(db, &row.id)).await?))
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
    let write = move |db: &rusqlite::Connection| {
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
    Input(Again { password }): Input<Again>,
) -> Result<Json<SecondFactor>, Error> {
    let user = app.sign_in.check(&app.store, row.id.as_str(), password, clock::now()).await?;
    let write = move |db: &rusqlite::Connection| {
        second_factors::remove(db, &user.id)?;
        Ok(second::state(db, &user.id)?)
    };
    Ok(Json(app.writer.write(write).await?))
}
