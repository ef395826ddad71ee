//! The page that helps to put the certificate of this server's own authority on a tablet, and the certificate.
//!
//! Whoever opens it before the tablet trusts the authority may be shown somebody else's page. So the page sends
//! people to the fingerprint that `bilik ca` prints on the server itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::headers::dress;
use crate::tls::{Authority, Host};

const PAGE: &str = include_str!("home/ca.html");
const STYLE: &str = include_str!("home/ca.css");
const NONE: &str = "This server has no certificate authority of its own.\n";

/// The routes.
pub fn router() -> Router<App> {
    Router::new()
        .route("/ca", get(page))
        .route("/ca.css", get(async || answer("text/css; charset=utf-8", STYLE.to_owned())))
        .route("/ca.crt", get(certificate))
}

async fn page(State(app): State<App>) -> Response {
    match &app.authority {
        Some(authority) => answer("text/html; charset=utf-8", fill(authority)),
        None => (StatusCode::NOT_FOUND, NONE).into_response(),
    }
}

/// The certificate as Android and desktops take it: DER.
async fn certificate(State(app): State<App>) -> Response {
    let Some(authority) = &app.authority else {
        return (StatusCode::NOT_FOUND, NONE).into_response();
    };
    let mut response =
        answer("application/x-x509-ca-cert", Arc::clone(authority).certificate().to_vec());
    let name = HeaderValue::from_static("attachment; filename=\"bilik-ca.crt\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response
}

/// Names are letters, digits, dots, dashes and colons: nothing that a page could take for its own.
fn fill(authority: &Authority) -> String {
    let hosts: Vec<String> = authority.hosts().iter().map(Host::to_string).collect();
    // Eight pairs a line: what people compare has to be found again.
    let print = authority.fingerprint();
    let pairs: Vec<&str> = print.split(':').collect();
    let lines: Vec<String> = pairs.chunks(8).map(|line| line.join(":")).collect();
    PAGE.replace("{names}", &hosts.join(", ")).replace("{fingerprint}", &lines.join("<br>"))
}

fn answer(kind: &'static str, content: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(content.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    dress(headers);
    response
}

#[cfg(test)]
mod tests {
    use bilik_shared::time::Timestamp;

    use super::*;

    #[test]
    fn the_page_shows_the_fingerprint_in_both_languages_and_has_nothing_inline() {
        let folder = tempfile::tempdir().unwrap();
        let hosts = ["bilik.lan".parse().unwrap()];
        let authority =
            Authority::open_or_make(folder.path(), &hosts, Timestamp(1_780_000_000_000)).unwrap();
        let page = fill(&authority);
        let first = &authority.fingerprint()[..23];
        assert_eq!(page.matches(first).count(), 1);
        assert!(page.contains("bilik.lan") && !page.contains('{'));
        assert!(page.contains("lang=\"id\"") && page.contains("lang=\"en\""));
        assert!(!page.contains("<script") && !page.contains("<style") && !page.contains("style="));
    }
}
