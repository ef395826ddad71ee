//! The built apps, embedded in the binary, and the page that offers both.
//!
//! A file whose name carries a hash never changes and is cached for a year; all others are asked for every time
//! and answered with 304 where they are the same. Compressed copies (`.br`) were made by the build.

use std::borrow::Cow;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::app::App;
use crate::headers::{OPENER, dress};

/// What `cargo xtask build` puts together. Empty in a fresh clone: see build.rs.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

const HOME: &[u8] = include_bytes!("home/index.html");
const HOME_STYLE: &[u8] = include_bytes!("home/style.css");
const NOT_BUILT: &str = "The apps are not in this program yet: run `cargo xtask build`.\n";

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

/// The routes of files.
pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(async |headers: HeaderMap| own("index.html", HOME, &headers)))
        .route("/style.css", get(async |headers: HeaderMap| own("style.css", HOME_STYLE, &headers)))
        .route("/favicon.ico", get(async || Redirect::permanent("/tablet/icon.svg")))
        .route("/tablet", get(async || Redirect::permanent("/tablet/")))
        .route("/desk", get(async || Redirect::permanent("/desk/")))
        .route("/tablet/", get(async |headers: HeaderMap| site("tablet", "index.html", &headers)))
        .route("/desk/", get(async |headers: HeaderMap| site("desk", "index.html", &headers)))
        .route("/tablet/{*file}", get(tablet))
        .route("/desk/{*file}", get(desk))
        .fallback(async || (StatusCode::NOT_FOUND, "There is nothing at this address.\n"))
}

async fn tablet(Path(file): Path<String>, headers: HeaderMap) -> Response<Body> {
    site("tablet", &file, &headers)
}

async fn desk(Path(file): Path<String>, headers: HeaderMap) -> Response<Body> {
    site("desk", &file, &headers)
}

/// A file of one of the apps.
fn site(app: &str, file: &str, headers: &HeaderMap) -> Response<Body> {
    let path = format!("{app}/{file}");
    let missing = |sentence: &'static str| (StatusCode::NOT_FOUND, sentence).into_response();
    // `.br` files are another form of a file, not a file of their own.
    let Some(plain) = Site::get(&path).filter(|_| !file.ends_with(".br")) else {
        let built = Site::get(&format!("{app}/index.html")).is_some();
        return missing(if built { "There is no such file.\n" } else { NOT_BUILT });
    };
    let brotli = takes_brotli(headers).then(|| Site::get(&format!("{path}.br"))).flatten();
    let compressed = brotli.is_some();
    let chosen = brotli.unwrap_or(plain);
    let mut response = fresh_or_same(file, chosen.data, &chosen.metadata.sha256_hash(), headers);
    let answer = response.headers_mut();
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if app == "tablet" {
        // The service worker keeps the page with its headers. Where two versions differ in this one, the browser moves
        // the page to another process, and the next version that takes over hangs at its start (Chromium 156).
        answer.remove(OPENER);
    }
    if compressed {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// A file of the server itself.
fn own(name: &str, content: &'static [u8], headers: &HeaderMap) -> Response<Body> {
    fresh_or_same(name, Cow::Borrowed(content), &crate::secret::hash(content), headers)
}

/// The file, or 304 where the client has the same.
fn fresh_or_same(
    name: &str,
    content: Cow<'static, [u8]>,
    hash: &[u8; 32],
    headers: &HeaderMap,
) -> Response<Body> {
    let tag: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes = match content {
            Cow::Borrowed(content) => Bytes::from_static(content),
            Cow::Owned(content) => Bytes::from(content),
        };
        Response::new(Body::from(bytes))
    };
    let cache = if has_hash(name) { FOR_EVER } else { ASK_EACH_TIME };
    let answer = response.headers_mut();
    let mut set = |name, value| answer.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, content_type(name));
    set(header::CACHE_CONTROL, cache);
    dress(answer);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    response
}

/// Whether a name carries a hash: `tablet_bg-0f3a9c2d.wasm`.
fn has_hash(name: &str) -> bool {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let last = stem.rsplit_once('-').map(|(_, last)| last).unwrap_or_default();
    last.len() >= 8 && last.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    let mut codings = values.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && parts.next() != Some("q=0")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for (name, expected) in [
            ("tablet_bg-0f3a9c2d11.wasm", true),
            ("style-0F3A9C2D.css", true),
            ("icon-maskable-512.png", false),
            ("icon-192.png", false),
            ("index.html", false),
            ("service_worker.js", false),
        ] {
            assert_eq!(has_hash(name), expected, "{name}");
        }
    }

    #[test]
    fn a_page_carries_the_headers_that_protect_it_and_is_sent_once() {
        let first = own("index.html", HOME, &HeaderMap::new());
        let get = |name: header::HeaderName| first.headers()[name].to_str().unwrap();
        assert!(get(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'; script-src"));
        assert!(!get(header::CONTENT_SECURITY_POLICY).contains("unsafe-inline"));
        assert_eq!(get(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(get(header::REFERRER_POLICY), "no-referrer");
        let permissions = get(header::HeaderName::from_static("permissions-policy"));
        assert!(permissions.starts_with("camera=(self), microphone=()"));
        assert!(permissions.contains("publickey-credentials-get=(self)"));
        for name in ["cross-origin-opener-policy", "cross-origin-resource-policy"] {
            assert_eq!(get(header::HeaderName::from_static(name)), "same-origin");
        }
        assert_eq!(get(header::CACHE_CONTROL), "no-cache");
        let tag = first.headers()[header::ETAG].clone();
        let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]);
        assert_eq!(own("index.html", HOME, &known).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn the_home_page_has_nothing_inline() {
        let page = std::str::from_utf8(HOME).unwrap();
        assert!(!page.contains("<script") && !page.contains("<style") && !page.contains("style="));
        assert!(page.contains("href=\"/tablet/\"") && page.contains("href=\"/desk/\""));
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        let takes = |value| takes_brotli(&asking(header::ACCEPT_ENCODING, value));
        assert!(takes("gzip, deflate, br") && takes("br;q=0.5"));
        assert!(!takes("gzip") && !takes("br;q=0") && !takes_brotli(&HeaderMap::new()));
    }
}
