//! Signing in and out at the desk, and one's own sessions.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bilik_shared::view::session::{EndSession, OwnSession, ShownAgain};
use bilik_shared::view::{Me, SignIn};

use crate::app::App;
use crate::clock;
use crate::cookie::{SCREEN, SESSION};
use crate::error::Error;
use crate::extract::{Input, Person, came_securely};
use crate::sign_in::site::Site;
use crate::sign_in::{self, Opened, Screen};
use crate::store::users::UserRow;

/// A browser is known for half a year after somebody signed in with it for the first time.
const SCREEN_SECONDS: u32 = 180 * 24 * 60 * 60;

/// `POST /api/v1/sign-in`
pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Input(typed): Input<SignIn>,
) -> Result<Response, Error> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let screen = Screen {
        mark: SCREEN.read(&headers, &app.transport).map(str::to_owned),
        name: sign_in::screen::name_of(agent.unwrap_or_default()),
        site: Site::of(&headers, &app.transport),
    };
    let opened = app.sign_in.open_session(&app, typed, screen, clock::now()).await?;
    let Opened { user, token, mark } = opened;
    let owes_factor = sign_in::owes_factor(&app, &user).await?;
    let mut response = Json(me_of(user, owes_factor)).into_response();
    let secure = came_securely(&headers, &app.transport);
    // The cookie ends with the browser; the session ends by itself.
    let session = SESSION.set(&token, None, secure)?;
    response.headers_mut().append(header::SET_COOKIE, session);
    if let Some(mark) = mark {
        let screen = SCREEN.set(&mark, Some(SCREEN_SECONDS), secure)?;
        response.headers_mut().append(header::SET_COOKIE, screen);
    }
    Ok(response)
}

/// `POST /api/v1/sign-out`; signing out twice is no error.
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    if let Some(token) = SESSION.read(&headers, &app.transport) {
        sign_in::close_session(&app.writer, token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let gone = SESSION.set("", None, came_securely(&headers, &app.transport))?;
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

/// `GET /api/v1/sessions`: one's own.
pub async fn list(
    State(app): State<App>,
    Person { row, token, .. }: Person,
) -> Result<Json<Vec<OwnSession>>, Error> {
    let now = clock::now();
    Ok(Json(app.store.read(move |db| sign_in::own(db, &row.id, &token, now)).await?))
}

/// `POST /api/v1/sessions/end`: one of one's own, also the one that asks.
pub async fn end(
    State(app): State<App>,
    Person { row, token, .. }: Person,
    Input(EndSession { id }): Input<EndSession>,
) -> Result<Json<Vec<OwnSession>>, Error> {
    let now = clock::now();
    let write = move |db: &rusqlite::Connection| {
        sign_in::end_own(db, &row.id, &id)?;
        Ok(sign_in::own(db, &row.id, &token, now)?)
    };
    Ok(Json(app.writer.write(write).await?))
}

/// `POST /api/v1/sessions/confirm`: the password again, before what matters most.
pub async fn confirm(
    State(app): State<App>,
    Person { row, token, owes_factor }: Person,
    headers: HeaderMap,
    Input(typed): Input<ShownAgain>,
) -> Result<Json<Me>, Error> {
    let site = Site::of(&headers, &app.transport);
    app.sign_in.confirm(&app, &row, &token, typed, site, clock::now()).await?;
    Ok(Json(me_of(row, owes_factor)))
}

/// `GET /api/v1/me`
pub async fn me(Person { row, owes_factor, .. }: Person) -> Json<Me> {
    Json(me_of(row, owes_factor))
}

/// Somebody as their own screen names them.
pub(super) fn me_of(user: UserRow, must_secure: bool) -> Me {
    let UserRow { id, name, role, must_change, .. } = user;
    Me { id, name, role, must_change, must_secure }
}
