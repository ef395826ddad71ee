//! From a listener and a data folder to a running server, and back to silence.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{App, stopped};
use crate::config::Config;
use crate::store::{OpenError, Store};
use crate::{api, error, lock};

/// What is in flight when the server is asked to stop has so long to finish.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The server did not start, or had to end.
#[derive(Debug)]
pub enum ServeError {
    /// Another server uses the data folder.
    InUse(std::path::PathBuf),
    /// The data folder cannot be used.
    Folder(std::io::Error),
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
    let lock = lock::take(&config.data).map_err(ServeError::Folder)?;
    let _lock = lock.ok_or_else(|| ServeError::InUse(config.data.clone()))?;
    let store = Store::open(&config.data).map_err(ServeError::Open)?;
    let (stop, stopping) = watch::channel(false);
    let app = App::new(store, stopping.clone()).map_err(ServeError::Prepare)?;
    if app.house().is_err() {
        tracing::warn!(
            "there is no facility in this folder yet; `bilik demo` makes an invented one"
        );
    }
    let writer = app.writer.clone();

    let router = api::router(app).into_make_service_with_connect_info::<SocketAddr>();
    // Small answers leave at once instead of waiting for more.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let ends = stopped(stopping.clone());
    let server = axum::serve(listener, router).with_graceful_shutdown(ends).into_future();
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
    let served = tokio::select! {
        served = server => served,
        () = late => Ok(()),
        () = conduct => Ok(()),
    };
    let broken = writer.is_broken();
    // The thread may be in the middle of a commit; a runtime thread must not wait for it.
    let _ = tokio::task::spawn_blocking(move || writer.stop()).await;
    if broken { Err(ServeError::DiskFailed) } else { served.map_err(ServeError::Network) }
}
