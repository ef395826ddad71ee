//! What the person who starts the server decides.

use std::net::SocketAddr;
use std::path::PathBuf;

/// How to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder that holds everything.
    pub data: PathBuf,
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
}
