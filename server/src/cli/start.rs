//! What `serve` and `demo` are asked for.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{Data, Failure};
use crate::config::Transport;
use crate::tls::Host;

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Where to listen. Otherwise the variables HOST and PORT say it; otherwise 127.0.0.1:8080.
    #[arg(long)]
    pub(super) listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(super) data: Data,
    /// Speak TLS: `auto` with an authority of the server's own, made in the data folder; or with two PEM files.
    #[arg(long, num_args = 1..=2, value_names = ["auto|CERT.pem", "KEY.pem"])]
    tls: Vec<PathBuf>,
    /// A name or address under which tablets reach this server; with `--tls auto`, once or several times.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<Host>,
    /// A proxy in front of this server speaks TLS with everybody: only then is plain HTTP taken from other machines.
    #[arg(long, conflicts_with = "tls")]
    behind_proxy: bool,
}

impl Serve {
    /// How requests get here.
    pub(super) fn transport(&self) -> Result<Transport, Failure> {
        let auto = Path::new("auto");
        let transport = match &self.tls[..] {
            [] if self.behind_proxy => Transport::BehindProxy,
            [] => Transport::Plain,
            [one] if one == auto => match &self.hosts[..] {
                [] => {
                    return Err(Failure::asked_wrong(
                        "Say with --host under which name tablets reach this server, for example --host bilik.lan.",
                    ));
                }
                hosts => return Ok(Transport::Own(hosts.to_vec())),
            },
            [certificates, key] if certificates != auto => {
                Transport::Files { certificates: certificates.clone(), key: key.clone() }
            }
            _ => {
                return Err(Failure::asked_wrong(
                    "--tls takes the word auto, or two files: the certificate chain and its key.",
                ));
            }
        };
        match self.hosts.is_empty() {
            true => Ok(transport),
            false => Err(Failure::asked_wrong("--host belongs to --tls auto.")),
        }
    }
}

/// Where a browser on this machine finds the server.
pub(super) fn origin(transport: &Transport, address: &SocketAddr) -> String {
    let here = address.ip().is_loopback() || address.ip().is_unspecified();
    let host = match transport {
        Transport::Own(hosts) => hosts.first().map(Host::to_string),
        _ => None,
    };
    let own = || if here { "localhost".to_owned() } else { address.ip().to_string() };
    let scheme = if transport.is_tls() { "https" } else { "http" };
    format!("{scheme}://{}:{}", host.unwrap_or_else(own), address.port())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        serve: Serve,
    }

    #[test]
    fn what_was_asked_for_says_how_requests_get_here() {
        let own = |names: &[&str]| {
            Ok(Transport::Own(names.iter().map(|name| name.parse().unwrap()).collect()))
        };
        let files = Ok(Transport::Files { certificates: "c.pem".into(), key: "k.pem".into() });
        let cases: [(&str, Result<Transport, u8>); 9] = [
            ("", Ok(Transport::Plain)),
            ("--behind-proxy", Ok(Transport::BehindProxy)),
            ("--tls auto --host bilik.lan", own(&["bilik.lan"])),
            ("--tls auto --host bilik.lan --host 10.0.0.1", own(&["bilik.lan", "10.0.0.1"])),
            ("--tls c.pem k.pem", files),
            ("--tls auto", Err(2)),
            ("--tls c.pem", Err(2)),
            ("--tls auto k.pem", Err(2)),
            ("--host bilik.lan", Err(2)),
        ];
        for (line, expected) in cases {
            let line = Line::try_parse_from(["x"].into_iter().chain(line.split_whitespace()));
            let found = line.unwrap().serve.transport().map_err(|failure| failure.exit_code);
            assert_eq!(found, expected);
        }
        for wrong in ["--tls auto --behind-proxy", "--tls auto --host https://bilik.lan"] {
            let line = Line::try_parse_from(["x"].into_iter().chain(wrong.split_whitespace()));
            assert!(line.is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_address_that_is_printed_is_one_that_a_browser_finds() {
        let own = Transport::Own(vec!["bilik.lan".parse().unwrap()]);
        for (transport, address, expected) in [
            (&Transport::Plain, "127.0.0.1:8080", "http://localhost:8080"),
            (&own, "0.0.0.0:8443", "https://bilik.lan:8443"),
            (&Transport::BehindProxy, "10.0.0.7:80", "http://10.0.0.7:80"),
        ] {
            assert_eq!(origin(transport, &address.parse().unwrap()), expected);
        }
    }
}
