//! What handlers ask of a request: who is asking, and a body of a limited size.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bilik_shared::role::{Action, may};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::clock;
use crate::devices::Known;
use crate::error::Error;
use crate::sign_in;
use crate::store::users::UserRow;

/// The cookie that holds the token of a session.
pub const COOKIE: &str = "bilik_session";

/// A tablet that has shown its credential.
#[derive(Debug, Clone)]
pub struct Device(pub Arc<Known>);

impl FromRequestParts<App> for Device {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let value = parts.headers.get(header::AUTHORIZATION).ok_or(Error::DeviceUnknown)?;
        let value = value.to_str().map_err(|_| Error::DeviceUnknown)?;
        let credential = value.strip_prefix("Bearer ").ok_or(Error::DeviceUnknown)?;
        app.devices.check(app, credential).await.map(Self)
    }
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct User {
    /// Who.
    pub row: UserRow,
    /// The token of the session.
    pub token: String,
}

impl User {
    /// Refuses unless the role may do this where no single entry is meant.
    pub fn must(&self, action: Action) -> Result<(), Error> {
        if may(self.row.role, action, None) { Ok(()) } else { Err(Error::RoleMayNot) }
    }
}

impl FromRequestParts<App> for User {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let token = session_token(&parts.headers).ok_or(Error::NoSession)?.to_owned();
        let row = sign_in::whose(app, &token, clock::now()).await?;
        Ok(Self { row, token })
    }
}

/// The token in the session's cookie.
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// Where the page came from that sent this request: `http://host:port`.
pub fn origin(headers: &HeaderMap) -> String {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN).filter(|origin| origin.starts_with("http")) {
        Some(origin) => origin.to_owned(),
        None => format!("http://{}", text(header::HOST).unwrap_or("localhost")),
    }
}

/// The whole body. Its size is limited by the route.
#[derive(Debug)]
pub struct Body(pub Bytes);

impl FromRequest<App> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        match Bytes::from_request(request, app).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => Err(of_bytes(&rejection)),
        }
    }
}

/// The body as JSON. Unlike a form, a page of another site cannot send it unasked.
#[derive(Debug)]
pub struct Input<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Input<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        match Json::from_request(request, app).await {
            Ok(Json(input)) => Ok(Self(input)),
            Err(JsonRejection::BytesRejection(rejection)) => Err(of_bytes(&rejection)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Error::BadBody("not_json")),
            Err(_) => Err(Error::BadBody("bad_json")),
        }
    }
}

fn of_bytes(rejection: &BytesRejection) -> Error {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::BodyTooLarge
    } else {
        // The connection was cut in the middle of the body.
        Error::BadBody("body_cut")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(session_token(&headers), None);
        headers.append(header::COOKIE, "lang=id; bilik_session=abc".parse().unwrap());
        assert_eq!(session_token(&headers), Some("abc"));
    }
}
