//! HTTP as a tablet needs it: one kept connection, the fewest headers, every byte counted on the socket.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bilik_shared::chain;
use bilik_shared::id::DeviceId;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What went over all connections that share it.
#[derive(Debug, Default)]
pub struct Counts {
    /// Bytes to the server, headers included.
    pub up: AtomicU64,
    /// Bytes from the server, headers included.
    pub down: AtomicU64,
    /// Requests.
    pub requests: AtomicU64,
}

/// What [`Counts`] said at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Bytes to the server.
    pub up: u64,
    /// Bytes from the server.
    pub down: u64,
    /// Requests.
    pub requests: u64,
}

impl Counts {
    /// The figures now.
    pub fn read(&self) -> Counted {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counted { up: read(&self.up), down: read(&self.down), requests: read(&self.requests) }
    }
}

impl Counted {
    /// What was added since an earlier reading.
    pub fn since(self, before: Self) -> Self {
        Self {
            up: self.up - before.up,
            down: self.down - before.down,
            requests: self.requests - before.requests,
        }
    }
}

/// A socket whose bytes are counted.
struct CountedSocket {
    socket: TcpStream,
    counts: Arc<Counts>,
}

impl AsyncRead for CountedSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.socket).poll_read(cx, buffer);
        this.counts.down.fetch_add((buffer.filled().len() - before) as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for CountedSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.socket).poll_write(cx, bytes);
        if let Poll::Ready(Ok(written)) = &polled {
            this.counts.up.fetch_add(*written as u64, Ordering::Relaxed);
        }
        polled
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(cx)
    }
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}

/// The server was not reached, or the connection broke before the answer was whole.
#[derive(Debug)]
pub struct Broken;

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl From<hyper::Error> for Broken {
    fn from(_: hyper::Error) -> Self {
        Self
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Bytes,
    /// The session's cookie as it goes back, where one was set.
    pub cookie: Option<String>,
}

impl Reply {
    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// The stable code of a refusal, or nothing.
    pub fn code(&self) -> String {
        let problem: Result<bilik_shared::view::Problem, _> = self.json();
        problem.map(|problem| problem.code).unwrap_or_default()
    }
}

/// How a request says who asks.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// Nobody in particular.
    Nobody,
    /// A tablet: `<device id>.<secret>`.
    Device(&'a str),
    /// A tablet whose proof stands before the body.
    Signed(DeviceId),
    /// Somebody who signed in: the cookie.
    Session(&'a str),
}

/// One client: a tablet, or a browser at the desk.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    counts: Arc<Counts>,
    kept: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    /// A client that is not connected yet.
    pub fn new(address: SocketAddr, counts: Arc<Counts>) -> Self {
        Self { address, counts, kept: None }
    }

    /// Where it connects to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it counts with.
    pub fn counts(&self) -> &Arc<Counts> {
        &self.counts
    }

    /// Closes the connection; the next request opens another one.
    pub fn hang_up(&mut self) {
        self.kept = None;
    }

    /// Sends bytes and waits for the whole answer. A kept connection that the server closed
    /// meanwhile is replaced once.
    pub async fn post(&mut self, path: &str, who: Who<'_>, body: Bytes) -> Result<Reply, Broken> {
        self.ask(Method::POST, path, who, None, body).await
    }

    /// Sends JSON.
    pub async fn post_json<T: Serialize>(
        &mut self,
        path: &str,
        who: Who<'_>,
        body: &T,
    ) -> Result<Reply, Broken> {
        let body = serde_json::to_vec(body).map_err(|_| Broken)?;
        self.ask(Method::POST, path, who, Some("application/json"), body.into()).await
    }

    /// Reads.
    pub async fn get(&mut self, path: &str, who: Who<'_>) -> Result<Reply, Broken> {
        self.ask(Method::GET, path, who, None, Bytes::new()).await
    }

    /// Deletes.
    pub async fn delete(&mut self, path: &str) -> Result<Reply, Broken> {
        self.ask(Method::DELETE, path, Who::Nobody, None, Bytes::new()).await
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        who: Who<'_>,
        content: Option<&str>,
        body: Bytes,
    ) -> Result<Reply, Broken> {
        let mut sender = match self.kept.take().filter(|kept| !kept.is_closed()) {
            Some(kept) => kept,
            None => connect(self.address, &self.counts).await?,
        };
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let request = request(self.address, method, path, who, content, body)?;
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let cookie = response.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        let body = response.into_body().collect().await?.to_bytes();
        self.kept = Some(sender);
        Ok(Reply { status, body, cookie })
    }

    /// Opens a stream of server-sent events on a connection of its own.
    pub async fn events(&self, path: &str, who: Who<'_>) -> Result<Events, Broken> {
        let mut sender = connect(self.address, &self.counts).await?;
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let request = request(self.address, Method::GET, path, who, None, Bytes::new())?;
        let response = sender.send_request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(Broken);
        }
        Ok(Events { response, _sender: sender, rest: Vec::new() })
    }
}

async fn connect(
    address: SocketAddr,
    counts: &Arc<Counts>,
) -> Result<SendRequest<Full<Bytes>>, Broken> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let socket = CountedSocket { socket, counts: counts.clone() };
    let (sender, connection) = handshake(TokioIo::new(socket)).await?;
    // It ends when the sender is dropped; a broken connection shows in the sender too.
    tokio::spawn(connection);
    Ok(sender)
}

fn request(
    address: SocketAddr,
    method: Method,
    path: &str,
    who: Who<'_>,
    content: Option<&str>,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Broken> {
    let mut builder = Request::builder().method(method).uri(path).header(HOST, address.to_string());
    if let Some(content) = content {
        builder = builder.header(CONTENT_TYPE, content);
    }
    builder = match who {
        Who::Nobody => builder,
        Who::Device(credential) => builder.header(AUTHORIZATION, format!("Bearer {credential}")),
        Who::Signed(device) => builder.header(AUTHORIZATION, format!("{} {device}", chain::SCHEME)),
        Who::Session(cookie) => builder.header(COOKIE, cookie),
    };
    builder.body(Full::new(body)).map_err(|_| Broken)
}

/// A stream of server-sent events.
#[derive(Debug)]
pub struct Events {
    response: Response<Incoming>,
    _sender: SendRequest<Full<Bytes>>,
    rest: Vec<u8>,
}

impl Events {
    /// Waits for the next event's data.
    pub async fn next(&mut self) -> Result<String, Broken> {
        loop {
            if let Some(data) = self.waiting() {
                return Ok(data);
            }
            let frame = self.response.frame().await.ok_or(Broken)??;
            if let Ok(bytes) = frame.into_data() {
                self.rest.extend_from_slice(&bytes);
            }
        }
    }

    /// The next event's data, where it has come already.
    pub fn waiting(&mut self) -> Option<String> {
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(data) = line.trim_end().strip_prefix("data:") {
                return Some(data.trim_start().to_owned());
            }
        }
        None
    }
}
