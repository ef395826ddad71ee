//! A network that breaks: passes bytes between a tablet and the server and cuts at a chosen byte.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Where the next connection is cut: after so many bytes in this direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nowhere.
    Never,
    /// After so many bytes to the server have passed.
    Up(usize),
    /// After so many bytes from the server have passed. The server has done its work by then.
    Down(usize),
}

/// Listens on a port of its own in front of a server.
#[derive(Debug)]
pub struct Cutter {
    /// Where to connect.
    pub address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    cut: Cut,
    open: watch::Sender<bool>,
}

impl Cutter {
    /// Starts in front of a server; cuts nothing yet.
    pub async fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let open = watch::Sender::new(true);
        let shared = Arc::new(Mutex::new(Shared { server, cut: Cut::Never, open }));
        let accepting = shared.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (server, cut, mut open) = {
                    let mut shared = lock(&accepting);
                    let cut = std::mem::replace(&mut shared.cut, Cut::Never);
                    (shared.server, cut, shared.open.subscribe())
                };
                tokio::spawn(async move {
                    tokio::select! {
                        biased;
                        _ = open.wait_for(|open| !*open) => {}
                        _ = pass(socket, server, cut) => {}
                    }
                });
            }
        });
        Ok(Self { address, shared })
    }

    /// Out of reach: every connection ends, and new ones end at once.
    pub fn pull_the_plug(&self) {
        lock(&self.shared).open.send_replace(false);
    }

    /// In reach again.
    pub fn plug_in(&self) {
        lock(&self.shared).open.send_replace(true);
    }

    /// Cuts the next connection, and only that one.
    pub fn cut_next(&self, cut: Cut) {
        lock(&self.shared).cut = cut;
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass(tablet: TcpStream, server: SocketAddr, cut: Cut) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    tablet.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_tablet, to_tablet) = tablet.into_split();
    let (from_server, to_server) = server.into_split();
    let (up, down) = match cut {
        Cut::Never => (usize::MAX, usize::MAX),
        Cut::Up(bytes) => (bytes, usize::MAX),
        Cut::Down(bytes) => (usize::MAX, bytes),
    };
    // The first direction that ends, ends both: the halves are dropped and the sockets closed.
    tokio::select! {
        done = copy(from_tablet, to_server, up) => done,
        done = copy(from_server, to_tablet, down) => done,
    }
}

/// Passes at most `limit` bytes.
async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, limit: usize) -> io::Result<()> {
    let mut left = limit;
    let mut buffer = [0; 16 * 1024];
    while left > 0 {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let read = read.min(left);
        to.write_all(&buffer[..read]).await?;
        left -= read;
    }
    Ok(())
}
