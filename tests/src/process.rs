//! The server's process, seen from outside: started, killed, and what the kernel counted for it.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

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
    /// Starts the binary on a data folder and waits until it accepts connections.
    pub async fn start(binary: &Path, folder: &Path) -> io::Result<Self> {
        Self::start_at(binary, folder, free_address()?).await
    }

    /// The same at an address that clients know already.
    pub async fn start_at(binary: &Path, folder: &Path, address: SocketAddr) -> io::Result<Self> {
        let child = Command::new(binary)
            .arg("serve")
            .args(["--listen", &address.to_string()])
            .arg("--data")
            .arg(folder)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut server = Self { child, address };
        let began = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("the server ended at once: {status}")));
            }
            if began.elapsed() > Duration::from_secs(20) {
                return Err(io::Error::other("the server does not listen after 20 s"));
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

/// An address that was free a moment ago.
pub fn free_address() -> io::Result<SocketAddr> {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
