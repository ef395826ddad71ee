//! What handlers ask of a request: who is asking, and a body of a limited size.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use bilik_shared::chain;
use bilik_shared::id::OfficerId;
use bilik_shared::role::{Action, Role, may};
pub use bilik_shared::view::access::Scope;
use bilik_shared::view::access::Token;
use serde::de::DeserializeOwned;

use crate::accept::TooSlow;
use crate::app::App;
use crate::config::Transport;
use crate::cookie::SESSION;
use crate::devices::Known;
use crate::error::Error;
use crate::store::tokens;
use crate::store::users::UserRow;
use crate::{asker, clock, secret, sign_in};

/// A tablet that has shown its credential.
#[derive(Debug, Clone)]
pub struct Device(pub Arc<Known>);

impl FromRequestParts<App> for Device {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let value = parts.headers.get(header::AUTHORIZATION).ok_or(Error::DeviceUnknown)?;
        let value = value.to_str().map_err(|_| Error::DeviceUnknown)?;
        let credential = value.strip_prefix("Bearer ").ok_or(Error::DeviceUnknown)?;
        let known = app.devices.check(app, credential).await?;
        asker::is(known.row.code.as_str(), "");
        Ok(Self(known))
    }
}

/// Who sends an exchange.
#[derive(Debug, Clone)]
pub enum Sender {
    /// A tablet that has shown its credential.
    Shown(Arc<Known>),
    /// A tablet that is named. It is not believed before its signature is seen to hold.
    Named(Arc<Known>),
}

impl FromRequestParts<App> for Sender {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let named = |value: &HeaderValue| {
            let (scheme, id) = value.to_str().ok()?.split_once(' ')?;
            (scheme == chain::SCHEME).then(|| id.to_owned())
        };
        match parts.headers.get(header::AUTHORIZATION).and_then(named) {
            Some(id) => {
                let id = id.parse().map_err(|_| Error::DeviceUnknown)?;
                Ok(Self::Named(app.devices.again(app, id).await?))
            }
            None => {
                Device::from_request_parts(parts, app).await.map(|Device(known)| Self::Shown(known))
            }
        }
    }
}

/// Somebody who has signed in, and may still have to choose a password of their own or to set up a second factor.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub row: UserRow,
    /// The token of the session.
    pub token: String,
    /// Their role needs a second factor, and they have none.
    pub owes_factor: bool,
}

impl Person {
    /// Refuses unless the password was shown lately.
    pub async fn be_sure(&self, app: &App) -> Result<(), Error> {
        be_sure(app, &self.token).await
    }
}

async fn be_sure(app: &App, token: &str) -> Result<(), Error> {
    let sure = sign_in::is_sure(app, token, clock::now()).await?;
    if sure { Ok(()) } else { Err(Error::ConfirmAgain) }
}

impl FromRequestParts<App> for Person {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let token =
            SESSION.read(&parts.headers, &app.transport).ok_or(Error::NoSession)?.to_owned();
        let row = sign_in::whose(app, &token, clock::now()).await?;
        asker::is(row.id.as_str(), row.role.code());
        let owes_factor = sign_in::owes_factor(app, &row).await?;
        Ok(Self { row, token, owes_factor })
    }
}

/// Somebody who has signed in with a password of their own, and with the second factor that their role needs.
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

    /// The same for what matters most: enrolling, taking data away, accounts, revoking and erasing. Refuses as well
    /// unless the password was shown lately.
    pub async fn must_surely(&self, app: &App, action: Action) -> Result<(), Error> {
        self.must(action)?;
        self.be_sure(app).await
    }

    /// Refuses unless the password was shown lately.
    pub async fn be_sure(&self, app: &App) -> Result<(), Error> {
        be_sure(app, &self.token).await
    }
}

impl FromRequestParts<App> for User {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Person { row, token, owes_factor } = Person::from_request_parts(parts, app).await?;
        match (row.must_change, owes_factor) {
            (true, _) => Err(Error::PasswordDue),
            (_, true) => Err(Error::FactorDue),
            _ => Ok(Self { row, token }),
        }
    }
}

/// What every token of another system begins with, so that one that leaked is recognised.
pub const TOKEN: &str = "bilik_";

/// Whoever reads at the desk: somebody who has signed in, or the partner's system with a token.
#[derive(Debug, Clone)]
pub enum Reader {
    /// Somebody.
    Person(User),
    /// A system.
    System(Token),
}

impl Reader {
    /// As whom this is read. A system reads what the partner reads, if its token is for it.
    pub fn role(&self, scope: Scope) -> Result<Role, Error> {
        match self {
            Self::Person(user) => Ok(user.row.role),
            Self::System(token) if token.scopes.contains(&scope) => Ok(Role::Partner),
            Self::System(_) => Err(Error::ScopeMissing),
        }
    }

    /// The same as a person; a system has no password and opens no session.
    pub fn user(&self, scope: Scope) -> Result<UserRow, Error> {
        let role = self.role(scope)?;
        match self {
            Self::Person(user) => Ok(user.row.clone()),
            Self::System(token) => {
                let id: Result<OfficerId, _> = format!("token-{}", token.id).parse();
                let id = id.map_err(|cause| Error::Internal(cause.to_string()))?;
                Ok(UserRow {
                    id,
                    name: token.name.clone(),
                    role,
                    password: String::new(),
                    locked: false,
                    must_change: false,
                })
            }
        }
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        match token_of(app, &parts.headers).await? {
            Some(token) => Ok(Self::System(token)),
            None => User::from_request_parts(parts, app).await.map(Self::Person),
        }
    }
}

/// The token that a request shows; `None` where it shows none. Showing it counts as use.
pub async fn token_of(app: &App, headers: &HeaderMap) -> Result<Option<Token>, Error> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let shown = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    let hash = secret::hash(shown.ok_or(Error::TokenUnknown)?.as_bytes());
    let token = app.store.read(move |db| tokens::get(db, hash)).await?;
    let token = token.ok_or(Error::TokenUnknown)?;
    let (id, now) = (token.id, clock::now());
    asker::is(&format!("token-{id}"), "");
    if token.used_at.is_none_or(|at| clock::minutes_after(at, 1) <= now) {
        // Best effort: a full disk must not keep anybody from reading.
        let _ = app.writer.write(move |db| Ok(tokens::touch(db, id, now)?)).await;
    }
    Ok(Some(token))
}

/// Where the page came from that sent this request: `http://host:port`.
pub fn origin(headers: &HeaderMap, transport: &Transport) -> String {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN).filter(|origin| origin.starts_with("http")) {
        Some(origin) => origin.to_owned(),
        None => {
            let scheme = if transport.is_secure() { "https" } else { "http" };
            format!("{scheme}://{}", text(header::HOST).unwrap_or("localhost"))
        }
    }
}

/// Whether the page came over TLS, to this server or to a proxy that nobody told it of.
pub fn came_securely(headers: &HeaderMap, transport: &Transport) -> bool {
    origin(headers, transport).starts_with("https://")
}

/// The machine that asks. Behind a proxy it is the proxy that says so, in the last place of the list: what stands
/// before it was sent by the client, who may say anything.
pub fn client_of(peer: SocketAddr, headers: &HeaderMap, transport: &Transport) -> IpAddr {
    let told = || {
        let line = headers.get_all("x-forwarded-for").into_iter().next_back()?;
        line.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let told = if *transport == Transport::BehindProxy { told() } else { None };
    told.unwrap_or(peer.ip()).to_canonical()
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
    } else if is_too_slow(rejection) {
        Error::SlowBody
    } else {
        // The connection was cut in the middle of the body.
        Error::BadBody("body_cut")
    }
}

fn is_too_slow(rejection: &BytesRejection) -> bool {
    let first: &dyn std::error::Error = rejection;
    std::iter::successors(Some(first), |cause| cause.source()).any(|cause| cause.is::<TooSlow>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_a_proxy_that_was_named_says_who_asks() {
        let peer: SocketAddr = "127.0.0.1:5".parse().unwrap();
        let told = headers(&[("x-forwarded-for", "6.6.6.6, 10.0.0.7")]);
        let twice = headers(&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "10.0.0.7")]);
        for (headers, transport, expected) in [
            (&told, Transport::Plain, "127.0.0.1"),
            (&told, Transport::BehindProxy, "10.0.0.7"),
            (&twice, Transport::BehindProxy, "10.0.0.7"),
            (&HeaderMap::new(), Transport::BehindProxy, "127.0.0.1"),
        ] {
            assert_eq!(client_of(peer, headers, &transport).to_string(), expected);
        }
    }
}
