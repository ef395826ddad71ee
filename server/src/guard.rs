//! Requests come from our own pages, or from no page at all.
//!
//! A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`) and lets no page lie about it.
//! A client that sends neither is no browser, and nobody can make it carry somebody else's cookie.
//! What only reads is refused to pages of other sites as well: they have no business with an answer, not even
//! with its size or its time.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;

/// Refuses requests that come from another site.
pub async fn same_site(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let asks = match *request.method() {
        Method::GET | Method::HEAD => Asks::Reads,
        _ => Asks::Changes,
    };
    if is_own(request.headers(), asks, app.transport.is_secure()) {
        next.run(request).await
    } else {
        Error::CrossSite.into_response()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Asks {
    Reads,
    Changes,
}

/// `secure`: whether our own pages come over TLS only.
fn is_own(headers: &HeaderMap, asks: Asks, secure: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        // `none`: somebody typed the address, which reads and never changes anything.
        return site == "same-origin" || site == "none" && asks == Asks::Reads;
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let known = scheme == "https" || scheme == "http" && !secure;
    known && text(header::HOST.as_str()) == Some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_and_no_page_at_all_may_ask() {
        // What the browser says; whether it may read, may change something, may do so over TLS.
        type Case = (&'static [(&'static str, &'static str)], [bool; 3]);
        let cases: &[Case] = &[
            (&[], [true, true, true]),
            (&[("sec-fetch-site", "same-origin")], [true, true, true]),
            (&[("sec-fetch-site", "same-site")], [false, false, false]),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://a:1")], [false, false, false]),
            (&[("sec-fetch-site", "none")], [true, false, false]),
            (&[("sec-fetch-site", "SAME-ORIGIN")], [false, false, false]),
            (&[("sec-fetch-site", "")], [false, false, false]),
            (&[("origin", "http://a:1")], [true, true, false]),
            (&[("origin", "https://a:1")], [true, true, true]),
            (&[("origin", "ftp://a:1")], [false, false, false]),
            (&[("origin", "https://a:2")], [false, false, false]),
            (&[("origin", "http://evil")], [false, false, false]),
            (&[("origin", "null")], [false, false, false]),
        ];
        for (pairs, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("host", "a:1".parse().unwrap());
            for (name, value) in *pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            let found = [
                is_own(&headers, Asks::Reads, false),
                is_own(&headers, Asks::Changes, false),
                is_own(&headers, Asks::Changes, true),
            ];
            assert_eq!(found, *expected, "{pairs:?}");
        }
    }
}
