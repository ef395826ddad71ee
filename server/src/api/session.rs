//! Signing in and out at the desk.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bilik_shared::view::{Me, SignIn};

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::extract::{COOKIE, Input, User, origin, session_token};
use crate::sign_in;
use crate::store::users::UserRow;

/// `POST /api/v1/sign-in`
pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Input(typed): Input<SignIn>,
) -> Result<Response, Error> {
    let (user, token) = app.sign_in.open_session(&app, typed, clock::now()).await?;
    let mut response = Json(me_of(user)).into_response();
    set_cookie(&mut response, &headers, &token)?;
    Ok(response)
}

/// `POST /api/v1/sign-out`; signing out twice is no error.
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    if let Some(token) = session_token(&headers) {
        sign_in::close_session(&app.writer, token).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, &headers, "")?;
    Ok(response)
}

/// `GET /api/v1/me`
pub async fn me(User { row, .. }: User) -> Json<Me> {
    Json(me_of(row))
}

fn me_of(UserRow { id, name, role, .. }: UserRow) -> Me {
    Me { id, name, role }
}

/// Sets the session's cookie, or removes it where there is no token. The cookie ends with the browser;
/// the session ends by itself. Only a page that came over TLS gets a cookie that stays on TLS.
fn set_cookie(response: &mut Response, headers: &HeaderMap, token: &str) -> Result<(), Error> {
    let secure = if origin(headers).starts_with("https://") { "; Secure" } else { "" };
    let ends = if token.is_empty() { "; Max-Age=0" } else { "" };
    let cookie = format!("{COOKIE}={token}; Path=/api/v1; HttpOnly; SameSite=Strict{secure}{ends}");
    let value = HeaderValue::from_str(&cookie).map_err(|e| Error::Internal(e.to_string()))?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(())
}
