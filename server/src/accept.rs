//! Takes connections, as many and for as long as is good for everybody.
//!
//! `axum::serve` has no time limits and no caps. Here each connection holds one place of all and one of its
//! address; it says hello over TLS within seconds, sends the head of a request within seconds once it began,
//! sends a body without long pauses, and takes its answer. What waits between two requests is let go after a
//! minute; an answer that goes on, as an event stream does, is never cut. While all places are taken, each one who
//! comes takes the place of whoever has kept the server waiting for longest.
//! Only HTTP/1.1 is spoken: one request at a time on a connection, so a place is also a limit of work.

mod activity;
mod body;
mod limits;
mod patience;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::app::stopped;
pub use body::TooSlow;
use body::{Answering, Arriving};
pub use limits::Limits;
use limits::{Place, Places};
use patience::Patience;

/// After an error of `accept` that is not a client's (no file descriptors are left), so long until the next try.
const AFTER_AN_ERROR: Duration = Duration::from_millis(500);

/// Takes connections until the server is asked to stop, then lets those that are open finish.
pub async fn run(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: Limits,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let places = Places::new(&limits);
    let service = TowerToHyperService::new(router);
    let limits = Arc::new(limits);
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = stopped(stopping.clone()) => break,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(cause) if is_of_one_client(&cause) => continue,
            Err(cause) => {
                tracing::error!(%cause, "no connection can be taken");
                tokio::time::sleep(AFTER_AN_ERROR).await;
                continue;
            }
        };
        // One waits here until there is a place; whoever comes meanwhile waits in the queue of the system.
        let place = tokio::select! {
            place = places.take(peer.ip()) => place,
            () = stopped(stopping.clone()) => break,
        };
        let Some(place) = place else {
            tracing::warn!("an address has too many connections: one was closed");
            continue;
        };
        // Small answers leave at once instead of waiting for more.
        let _ = stream.set_nodelay(true);
        let client = Client {
            peer,
            service: service.clone(),
            limits: limits.clone(),
            stopping: stopping.clone(),
            place,
        };
        tokio::spawn(client.greet(stream, tls.clone()));
    }
    drop(listener);
    places.all_left().await;
    Ok(())
}

fn is_of_one_client(cause: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(cause.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One connection.
struct Client {
    peer: SocketAddr,
    service: TowerToHyperService<Router>,
    limits: Arc<Limits>,
    stopping: watch::Receiver<bool>,
    place: Place,
}

impl Client {
    async fn greet(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let Some(tls) = tls else { return self.serve(stream).await };
        let greeting = timeout(self.limits.handshake, tls.accept(stream));
        let greeted = tokio::select! {
            greeted = greeting => greeted,
            () = self.place.activity.evicted() => return,
            () = stopped(self.stopping.clone()) => return,
        };
        // Somebody who does not trust the certificate is a daily thing: `debug`.
        match greeted {
            Ok(Ok(stream)) => self.serve(stream).await,
            Ok(Err(cause)) => tracing::debug!(%cause, "no TLS came about"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn serve<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { peer, service, limits, stopping, place } = self;
        let patience = Patience::new(stream, &limits, place.activity.clone());
        let busy = patience.busy();
        let (for_bodies, activity) = (limits.clone(), place.activity.clone());
        let answer = service_fn(move |request: hyper::Request<Incoming>| {
            let work = busy.begin();
            let mut request: Request =
                request.map(|body| Body::new(Arriving::new(body, &for_bodies, activity.clone())));
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = service.call(request);
            async move {
                let answer = answer.await?;
                Ok::<_, std::convert::Infallible>(answer.map(|body| Answering::new(body, work)))
            }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(limits.idle);
        builder.max_headers(limits.headers).max_header_size(limits.head);
        let connection = builder.serve_connection(TokioIo::new(patience), answer);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = place.activity.evicted() => return,
            () = stopped(stopping) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(cause) = ended {
            tracing::debug!(%cause, "a connection ended");
        }
    }
}
