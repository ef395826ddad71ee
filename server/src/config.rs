//! What the person who starts the server decides.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use crate::accept::Limits;
use crate::key::Key;
use crate::tls::Host;

/// How to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// What its database is encrypted with.
    pub key: Key,
    /// How requests get here.
    pub transport: Transport,
    /// What one client, and all of them, may take.
    pub limits: Limits,
}

/// How requests get here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// Without encryption, from this machine only.
    Plain,
    /// Without encryption, from a proxy that speaks TLS with everybody else.
    BehindProxy,
    /// TLS with certificates of the server's own authority, for these names.
    Own(Vec<Host>),
    /// TLS with a certificate chain and its key, both PEM, made elsewhere.
    Files {
        /// The chain, the server's own certificate first.
        certificates: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

impl Config {
    /// Serves this folder, to this machine only.
    pub fn new(data: impl Into<PathBuf>, key: Key) -> Self {
        Self { data: data.into(), key, transport: Transport::Plain, limits: Limits::default() }
    }
}

impl Transport {
    /// Whether this server speaks TLS itself.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Files { .. })
    }

    /// Whether browsers reach this server over TLS only, as far as it knows.
    pub fn is_secure(&self) -> bool {
        !matches!(self, Self::Plain)
    }

    /// Whether it may listen there: without encryption only where nobody else listens in.
    pub fn may_listen_on(&self, address: IpAddr) -> bool {
        self.is_secure() || address.to_canonical().is_loopback()
    }
}

/// Where to listen: what was asked for, or what the environment says, or port 8080 of this machine.
///
/// `host` and `port` come from the variables `HOST` and `PORT`, as process managers set them.
pub fn listen(
    asked: Option<SocketAddr>,
    host: Option<&str>,
    port: Option<&str>,
) -> Result<SocketAddr, String> {
    if let Some(asked) = asked {
        return Ok(asked);
    }
    let (host, port) = (host.unwrap_or("127.0.0.1"), port.unwrap_or("8080"));
    let address = format!("{host}:{port}");
    address.parse().map_err(|_| format!("HOST and PORT do not make an address: {address}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_wins() {
        let asked = "0.0.0.0:9000".parse().unwrap();
        let address =
            |asked, host, port| listen(asked, host, port).map(|address| address.to_string());
        assert_eq!(address(None, None, None).unwrap(), "127.0.0.1:8080");
        assert_eq!(address(None, Some("0.0.0.0"), Some("7")).unwrap(), "0.0.0.0:7");
        assert_eq!(address(Some(asked), Some("x"), Some("y")).unwrap(), "0.0.0.0:9000");
        assert!(address(None, None, Some("eighty")).is_err());
    }

    #[test]
    fn without_encryption_a_server_is_heard_by_its_own_machine_only() {
        let own = Transport::Own(vec!["bilik.lan".parse().unwrap()]);
        for (address, plain) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("0.0.0.0", false),
            ("::", false),
            ("192.168.1.10", false),
            ("10.0.0.1", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(Transport::Plain.may_listen_on(address), plain, "{address}");
            assert!(Transport::BehindProxy.may_listen_on(address) && own.may_listen_on(address));
        }
    }
}
