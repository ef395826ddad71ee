//! Cookies: the session, and the mark of a browser that is known.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Transport;
use crate::error::Error;

/// A cookie of ours, by the way it came. Over TLS a browser keeps `__Host-` cookies to exactly this server, and
/// nothing beside it can set one (RFC 6265bis); over plain HTTP on this machine it takes no such cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookie {
    /// Its name over TLS.
    pub secure: &'static str,
    /// Its name on this machine.
    pub plain: &'static str,
}

/// Holds the token of a session.
pub const SESSION: Cookie = Cookie { secure: "__Host-bilik_session", plain: "bilik_session" };
/// Holds the mark of a browser that somebody has signed in with.
pub const SCREEN: Cookie = Cookie { secure: "__Host-bilik_screen", plain: "bilik_screen" };

impl Cookie {
    /// Its value. Where our pages come over TLS only, the plain one counts for nothing.
    pub fn read<'a>(&self, headers: &'a HeaderMap, transport: &Transport) -> Option<&'a str> {
        let plain = || if transport.is_secure() { None } else { value_of(headers, self.plain) };
        value_of(headers, self.secure).or_else(plain)
    }

    /// What sets it: for so many seconds, or until the browser ends. An empty value removes it.
    pub fn set(
        &self,
        value: &str,
        seconds: Option<u32>,
        secure: bool,
    ) -> Result<HeaderValue, Error> {
        let age = if value.is_empty() { Some(0) } else { seconds };
        let age = age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let cookie = match secure {
            true => {
                format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}", self.secure)
            }
            false => {
                format!("{}={value}; Path=/api/v1; HttpOnly; SameSite=Strict{age}", self.plain)
            }
        };
        HeaderValue::from_str(&cookie).map_err(|cause| Error::Internal(cause.to_string()))
    }
}

fn value_of<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
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
    fn the_session_is_found_among_other_cookies() {
        let plain = headers(&[("cookie", "lang=id; bilik_session=abc")]);
        let both = headers(&[("cookie", "bilik_session=abc; __Host-bilik_session=def")]);
        let secure = Transport::BehindProxy;
        for (headers, transport, expected) in [
            (&HeaderMap::new(), &Transport::Plain, None),
            (&plain, &Transport::Plain, Some("abc")),
            (&plain, &secure, None),
            (&both, &secure, Some("def")),
            (&both, &Transport::Plain, Some("def")),
        ] {
            assert_eq!(SESSION.read(headers, transport), expected);
        }
    }

    #[test]
    fn a_cookie_over_tls_is_of_this_host_only() {
        let text = |value: &str, seconds, secure| {
            SESSION.set(value, seconds, secure).unwrap().to_str().unwrap().to_owned()
        };
        let secure = "__Host-bilik_session=a; Path=/; Secure; HttpOnly; SameSite=Strict";
        assert_eq!(text("a", None, true), secure);
        let plain = "bilik_session=a; Path=/api/v1; HttpOnly; SameSite=Strict; Max-Age=9";
        assert_eq!(text("a", Some(9), false), plain);
        assert!(text("", None, true).ends_with("Max-Age=0"));
    }
}
