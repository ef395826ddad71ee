//! The routes. Handlers are thin: who is asking, load, decide, save, answer.

pub mod allocation;
pub mod enrolments;
pub mod entries;
pub mod events;
pub mod overview;
pub mod quarantine;
pub mod reports;
pub mod roster;
pub mod session;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Request, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, body::Body};
use bilik_shared::exchange::MAX_BODY;

use crate::app::App;
use crate::error::Error;
use crate::roster::MAX_FILE;
use crate::{assets, guard, log, sync};

/// Requests of the desk are small.
const MAX_DESK_BODY: usize = 64 * 1024;

/// Everything this server answers to.
pub fn router(app: App) -> Router {
    let tablet = Router::new()
        .route("/exchange", post(sync::exchange))
        .layer(DefaultBodyLimit::max(MAX_BODY));
    let desk = Router::new()
        .route("/enrol", post(enrolments::enrol))
        .route("/pin-code", post(enrolments::allow_pin))
        .route("/changes", get(events::for_device))
        .route("/sign-in", post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/me", get(session::me))
        .route("/desk/overview", get(overview::overview))
        .route("/desk/entries/{sheet}/{entry}", get(entries::show))
        .route("/desk/entries/{sheet}/{entry}/resolve", post(entries::resolve))
        .route("/desk/entries/{sheet}/{entry}/decide", post(entries::decide))
        .route("/desk/allocation/preview", post(allocation::preview))
        .route("/desk/allocation/commit", post(allocation::commit))
        .route("/desk/allocation/runs", get(allocation::runs))
        .route("/desk/events", get(events::for_desk))
        .route("/desk/enrolments", post(enrolments::create))
        .route("/desk/quarantine", get(quarantine::list))
        .route("/desk/quarantine/{id}", post(quarantine::settle))
        .route("/desk/roster", get(roster::last))
        .route("/desk/reports", get(reports::list))
        .route("/desk/reports/{report}", get(reports::show).post(reports::export))
        .layer(DefaultBodyLimit::max(MAX_DESK_BODY));
    let list = Router::new()
        .route("/desk/roster/preview", post(roster::preview))
        .route("/desk/roster/apply", post(roster::apply))
        .layer(DefaultBodyLimit::max(MAX_FILE));
    let api = tablet
        .merge(desk)
        .merge(list)
        .method_not_allowed_fallback(async || Error::WrongMethod)
        .fallback(async || Error::NoSuchRoute)
        .layer(from_fn(guard::same_site))
        .layer(from_fn(plain_headers));
    Router::new()
        .nest("/api/v1", api)
        .route("/api", get(async || Error::NoSuchRoute))
        .route(
            "/api/{*rest}",
            get(async || Error::NoSuchRoute).fallback(async || Error::NoSuchRoute),
        )
        .route("/healthz", get(async || "ok\n"))
        .merge(assets::router())
        .layer(from_fn(log::requests))
        .with_state(app)
}

/// Answers of the interface are nobody's page and in nobody's cache.
async fn plain_headers(request: Request<Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
