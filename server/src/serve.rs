//! From a listener and a data folder to a running server, and back to silence.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::app::{App, stopped};
use crate::config::{Config, Transport};
use crate::lock::{self, Alone};
use crate::store::{OpenError, Store, users};
use crate::tls::{self, Keeper, TlsError};
use crate::{accept, api, backup, error, hooks};

/// What is in flight when the server is asked to stop has so long to finish.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The server did not start, or had to end.
#[derive(Debug)]
pub enum ServeError {
    /// Another server uses the data folder.
    InUse(std::path::PathBuf),
    /// The data folder cannot be used.
    Folder(std::io::Error),
    /// Without encryption this address is not for everybody.
    PlainOutside(SocketAddr),
    /// TLS cannot be spoken.
    Tls(TlsError),
    /// The database cannot be opened.
    Open(OpenError),
    /// What is in the database cannot be read.
    Prepare(error::Error),
    /// The disk failed while the server ran. A new start looks at what is really there.
    DiskFailed,
    /// The network failed.
    Network(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(folder) => {
                write!(f, "Another server uses the data folder {}: stop it first.", folder.display())
            }
            Self::Folder(cause) => write!(f, "The data folder cannot be used: {cause}."),
            Self::PlainOutside(address) => write!(
                f,
                "Without encryption everybody on the network of {address} could read along: serve with `--tls auto --host NAME`, \
                 or on 127.0.0.1, or, where a proxy in front speaks TLS, with --behind-proxy."
            ),
            Self::Tls(cause) => cause.fmt(f),
            Self::Open(cause) => cause.fmt(f),
            Self::Prepare(cause) => {
                write!(f, "The database cannot be read: {} ({cause:?}).", cause.code())
            }
            Self::DiskFailed => f.write_str(
                "The disk failed and the server has stopped: nothing was acknowledged since; check the disk, then start again.",
            ),
            Self::Network(cause) => write!(f, "The network failed: {cause}."),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves until `shutdown` is ready, then lets what is in flight finish.
///
/// Everything that was acknowledged is on disk at any time; ending in an orderly way only makes the next start faster.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Network)?;
    if !config.transport.may_listen_on(address.ip()) {
        return Err(ServeError::PlainOutside(address));
    }
    let lock = lock::take(&config.data, Alone::Serve).map_err(ServeError::Folder)?;
    let _lock = lock.ok_or_else(|| ServeError::InUse(config.data.clone()))?;
    if let Err(cause) = backup::clear(&config.data) {
        tracing::warn!(%cause, "the copy of a backup that was killed is left in the folder");
    }
    let keeper = Keeper::open(&config.transport, &config.data).map_err(ServeError::Tls)?;
    let acceptor = keeper.as_ref().map(|keeper| keeper.config().map(TlsAcceptor::from));
    let acceptor = acceptor.transpose().map_err(ServeError::Tls)?;
    let store = Store::open(&config.data, &config.key).map_err(ServeError::Open)?;
    warn_of_another_pepper(&store).map_err(ServeError::Prepare)?;
    let (stop, stopping) = watch::channel(false);
    let app = App::new(store, &config, stopping.clone()).map_err(ServeError::Prepare)?;
    if app.house().is_err() {
        tracing::warn!(
            "there is no facility in this folder yet: `bilik admin` makes the administrator who sets one up at the desk, `bilik demo` an invented facility"
        );
    }
    let writer = app.writer.clone();

    let sending = tokio::spawn(hooks::run(app.clone()));
    let router = api::router(app);
    let one_address = address.ip().is_loopback() || config.transport == Transport::BehindProxy;
    let limits =
        if one_address { config.limits.without_addresses() } else { config.limits.clone() };
    let server = accept::run(listener, acceptor, router, limits, stopping.clone());
    let late = async {
        stopped(stopping).await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    let conduct = async {
        tokio::select! {
            () = shutdown => {}
            () = writer.broken() => {}
        }
        stop.send_replace(true);
        std::future::pending::<()>().await
    };
    let renewal = async {
        let Some(keeper) = keeper else { return std::future::pending().await };
        loop {
            tokio::time::sleep(tls::LOOK_EVERY).await;
            keeper.look();
        }
    };
    let served = tokio::select! {
        served = server => served,
        () = late => Ok(()),
        () = conduct => Ok(()),
        () = renewal => Ok(()),
    };
    sending.abort();
    let broken = writer.is_broken();
    // The thread may be in the middle of a commit; a runtime thread must not wait for it.
    let _ = tokio::task::spawn_blocking(move || writer.stop()).await;
    if broken { Err(ServeError::DiskFailed) } else { served.map_err(ServeError::Network) }
}

/// A database that came without the file beside it lets nobody in any more, and says why.
fn warn_of_another_pepper(store: &Store) -> Result<(), error::Error> {
    let (pepper, users) = (store.pepper(), store.read_now(users::list)?);
    if users.iter().any(|user| pepper.is_strange(&user.password)) {
        tracing::error!(
            "passwords in this folder were made with another pepper and fit no more: put the file `pepper` of that folder \
             back, or give new first passwords, beginning with `bilik admin`"
        );
    }
    Ok(())
}
