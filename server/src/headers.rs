//! Headers that tell a browser what our pages are not for.
//!
//! Answers of the interface carry few of them: no page of another site gets one (see [`crate::guard`]), and each
//! byte of an exchange crosses a slow link.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Request};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// Scripts, styles and images come from here and from nowhere else; nothing is inline; nobody frames us.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The tablet's camera reads numbers, the desk asks for passkeys; nothing else of the device is anybody's business.
const PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=(), usb=(), serial=(), bluetooth=(), \
    display-capture=(), payment=(), midi=(), \
    publickey-credentials-create=(self), publickey-credentials-get=(self)";

/// For a year, a browser that was here over TLS asks for this server in no other way.
const TLS_ONLY: &str = "max-age=31536000";

/// Which windows may hold on to one of ours.
pub const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Dresses a page or a file.
pub fn dress(headers: &mut HeaderMap) {
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    // No window of another site holds on to one of ours, and no page of another site embeds a file of ours.
    set(OPENER, "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
}

/// Says on every answer over TLS that there is no other way. Over plain HTTP browsers would not listen.
pub async fn tls_only(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.transport.is_secure() {
        let only = HeaderValue::from_static(TLS_ONLY);
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, only);
    }
    response
}
