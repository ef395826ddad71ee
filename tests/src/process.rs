//! The server's process, seen from outside: started, killed, and what the kernel counted for it.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use bilik_server::key::{Key, KeyError};
use tokio::process::{Child, Command};

/// The kernel's clock ticks a second, the unit of CPU time in `/proc/PID/stat`; the same on every Linux.
const TICKS: f64 = 100.0;

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts the binary on a data folder and waits until it answers.
    pub async fn start(binary: &Path, folder: &Path) -> io::Result<Self> {
        Self::start_at(binary, folder, free_address()?).await
    }

    /// The same at an address that clients know already.
    pub async fn start_at(binary: &Path, folder: &Path, address: SocketAddr) -> io::Result<Self> {
        Self::start_with(binary, folder, address, &[], None).await
    }

    /// The same with TLS, from an authority of the server's own that vouches for this name.
    pub async fn start_tls(binary: &Path, folder: &Path, name: &str) -> io::Result<Self> {
        Self::start_with(binary, folder, free_address()?, &["--tls", "auto", "--host", name], None)
            .await
    }

    /// The same with a folder of its own for temporary files.
    pub async fn start_in(
        binary: &Path,
        folder: &Path,
        address: SocketAddr,
        temporary: &Path,
    ) -> io::Result<Self> {
        Self::start_with(binary, folder, address, &[], Some(temporary)).await
    }

    async fn start_with(
        binary: &Path,
        folder: &Path,
        address: SocketAddr,
        more: &[&str],
        temporary: Option<&Path>,
    ) -> io::Result<Self> {
        let mut command = Command::new(binary);
        if let Some(temporary) = temporary {
            command.env("TMPDIR", temporary);
        }
        let child = command
            .arg("serve")
            .args(["--listen", &address.to_string()])
            .args(more)
            .arg("--data")
            .arg(folder)
            .arg("--key")
            .arg(key_file()?)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut server = Self { child, address };
        let began = Instant::now();
        while !answers(address) {
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("the server ended at once: {status}")));
            }
            if began.elapsed() > Duration::from_secs(20) {
                return Err(io::Error::other("the server does not answer after 20 s"));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(server)
    }

    /// Kills it as `kill -9` does.
    pub async fn kill(mut self) -> io::Result<()> {
        self.child.kill().await
    }

    /// Asks it to stop as a process manager does, and waits until it has.
    pub async fn stop(mut self) -> io::Result<()> {
        let mut kill = Command::new("kill");
        kill.arg("-TERM").arg(self.pid()?.to_string()).status().await?;
        self.child.wait().await.map(drop)
    }

    /// Kills it without waiting, where nothing can be waited for.
    pub fn kill_now(&mut self) {
        // It may have ended by itself.
        let _ = self.child.start_kill();
    }

    /// User and system time so far, in seconds.
    pub fn cpu_seconds(&self) -> io::Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        // The name in brackets may hold blanks; utime and stime are the 12th and 13th field after it.
        let after = stat.rsplit(')').next().unwrap_or_default();
        let ticks = |n: usize| -> f64 {
            after.split_whitespace().nth(n).and_then(|text| text.parse().ok()).unwrap_or_default()
        };
        Ok((ticks(11) + ticks(12)) / TICKS)
    }

    /// The most memory it held so far, in MB.
    pub fn peak_mb(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().next()?.parse().ok())
            .ok_or_else(|| io::Error::other("the kernel tells no VmHWM"))?;
        Ok(kib * 1024.0 / 1e6)
    }

    fn pid(&self) -> io::Result<u32> {
        self.child.id().ok_or_else(|| io::Error::other("the server has ended"))
    }
}

/// Whether somebody says something at an address: it listens before it has opened its database, and may fail then.
/// Over TLS, where the question makes no sense, the answer is an alert.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<usize> {
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read(&mut [0])
    };
    ask().is_ok_and(|read| read > 0)
}

/// A file with the key that everybody knows, made once for all.
pub fn key_file() -> io::Result<PathBuf> {
    let file = std::env::temp_dir().join("bilik-key-for-tests");
    match Key::for_tests().write(&file) {
        Ok(()) | Err(KeyError::IsThere(_)) => Ok(file),
        Err(cause) => Err(io::Error::other(cause)),
    }
}

/// An address that was free a moment ago.
pub fn free_address() -> io::Result<SocketAddr> {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
