//! For which server a passkey is made or used.

use axum::http::HeaderMap;
use webauthn_rs::prelude::Url;

use crate::config::Transport;
use crate::extract;
use crate::tls::Host;

/// The server as the page knows it that asks. A passkey is bound to its name by the browser, which lets no page of
/// another name use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The name, `bilik.lan`: what WebAuthn calls the id of the relying party.
    pub host: String,
    /// The whole of it, `https://bilik.lan:8443`.
    pub origin: Url,
}

impl Site {
    /// Where the page came from, if a passkey works there: a name and no address, over TLS or on this machine. Where
    /// the server was told its names it goes by no other.
    ///
    /// The rest is the request's word, and may be: what a passkey signs names the page's origin, which the browser
    /// writes there, and a passkey answers for the name it was made for and for nothing else. Whoever invents a name
    /// here is asked for passkeys that do not exist.
    pub fn of(headers: &HeaderMap, transport: &Transport) -> Option<Self> {
        let origin = Url::parse(&extract::origin(headers, transport)).ok()?;
        let host = origin.domain()?.to_owned();
        let local = host == "localhost" && !transport.is_secure();
        let known = match transport {
            Transport::Own(names) => names.contains(&Host::Name(host.clone())),
            _ => true,
        };
        let fits = known && (origin.scheme() == "https" || local && origin.scheme() == "http");
        fits.then_some(Self { host, origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(pairs: &[(&'static str, &str)], transport: &Transport) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        Site::of(&headers, transport).map(|site| site.origin.to_string())
    }

    #[test]
    fn passkeys_are_for_names_in_secure_places() {
        let own = Transport::Own(vec!["bilik.lan".parse().unwrap(), "10.0.0.7".parse().unwrap()]);
        let plain = Transport::Plain;
        for (transport, origin, expected) in [
            (&own, "https://bilik.lan:8443", Some("https://bilik.lan:8443/")),
            (&own, "https://other.lan:8443", None),
            (&own, "https://x.bilik.lan", None),
            (&own, "https://10.0.0.7:8443", None),
            (&own, "http://bilik.lan", None),
            (&own, "http://localhost:8080", None),
            (&plain, "http://localhost:8080", Some("http://localhost:8080/")),
            (&plain, "http://127.0.0.1:8080", None),
            (&plain, "http://[::1]:8080", None),
            (&plain, "http://bilik.lan", None),
            // A proxy on this machine that speaks TLS.
            (&plain, "https://bilik.example", Some("https://bilik.example/")),
            (&Transport::BehindProxy, "https://bilik.example", Some("https://bilik.example/")),
            (&plain, "https://", None),
            (&plain, "null", None),
        ] {
            let found = site(&[("host", "test"), ("origin", origin)], transport);
            assert_eq!(found.as_deref(), expected, "{transport:?} {origin}");
        }
        assert_eq!(site(&[("host", "bilik.lan")], &own).as_deref(), Some("https://bilik.lan/"));
    }
}
