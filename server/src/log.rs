//! One line a request: method, route, status, time, tablet, and the code of an error with its cause.
//!
//! The *route* is logged and never the path or the query: ids and codes stand there.
//! No names, no answers, no passwords: what a handler does not put here is not in the log.

use std::io::IsTerminal as _;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, State};
use axum::http::Request;
use axum::middleware::Next;
use axum::response::Response;
use bilik_shared::id::DeviceCode;
use tracing_subscriber::EnvFilter;

use crate::app::App;
use crate::error::Noted;

/// Writes logs to standard error: as text for a person at a terminal, as JSON for a machine.
/// `RUST_LOG` chooses what is written; `info` otherwise.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        logs.with_target(false).init();
    } else {
        logs.json().flatten_event(true).with_target(false).init();
    }
}

/// Logs a request when it was answered. Requests for files are logged at `debug`.
pub async fn requests(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    // Anything may stand where a method should: only what is known is written down.
    let method = match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "(other)",
    };
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let status = response.status().as_u16();
    app.metrics.answered(status);
    let ms = started.elapsed().as_millis() as u64;
    let device = response.extensions().get::<DeviceCode>().map(DeviceCode::as_str);
    match response.extensions().get::<Noted>() {
        Some(Noted { code, cause: Some(cause) }) => {
            tracing::error!(method, route, status, ms, device, code, cause, "request");
        }
        Some(Noted { code, cause: None }) => {
            tracing::info!(method, route, status, ms, device, code, "request");
        }
        None if route.starts_with("/api/") => {
            tracing::info!(method, route, status, ms, device, "request");
        }
        None => tracing::debug!(method, route, status, ms, "request"),
    }
    response
}
