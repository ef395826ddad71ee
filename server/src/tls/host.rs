//! A name or an address under which browsers reach the server.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A name (`bilik.lan`) or an address (`192.168.1.10`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// A name, in small letters.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// What was typed is neither a name nor an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAHost;

impl fmt::Display for NotAHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a host is a name like bilik.lan or an address like 192.168.1.10, without http:// and port")
    }
}

impl std::error::Error for NotAHost {}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl FromStr for Host {
    type Err = NotAHost;

    fn from_str(typed: &str) -> Result<Self, NotAHost> {
        if let Ok(address) = typed.parse::<IpAddr>() {
            return match address.is_unspecified() {
                true => Err(NotAHost),
                false => Ok(Self::Address(address)),
            };
        }
        let name = typed.to_ascii_lowercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        // What ends with a number is a broken address and no name.
        let number = |last: &str| last.bytes().all(|byte| byte.is_ascii_digit());
        let last = name.rsplit('.').next().unwrap_or_default();
        let fits = name.len() <= 253 && name.split('.').all(label) && !number(last);
        if fits { Ok(Self::Name(name)) } else { Err(NotAHost) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_around_it() {
        for (typed, expected) in [
            ("bilik.lan", Some("bilik.lan")),
            ("Bilik.Rutan-Ambon.LAN", Some("bilik.rutan-ambon.lan")),
            ("localhost", Some("localhost")),
            ("192.168.1.10", Some("192.168.1.10")),
            ("fd00::10", Some("fd00::10")),
            ("0.0.0.0", None),
            ("192.168.1", None),
            ("192.168.1.256", None),
            ("https://bilik.lan", None),
            ("bilik.lan:8443", None),
            ("-bilik.lan", None),
            ("bilik..lan", None),
            ("*.lan", None),
            ("", None),
        ] {
            let read = typed.parse::<Host>().ok().map(|host| host.to_string());
            assert_eq!(read.as_deref(), expected, "{typed}");
        }
    }
}
