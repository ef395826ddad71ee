//! A connection that is waited for, but not for ever.
//!
//! hyper counts one time for waiting and for the head of a request together. Here the head alone has its time,
//! from its first byte on, and a fresh connection has it from the start; and whoever does not take what is sent
//! to them is let go. While a request is answered nobody has to send anything.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::Limits;
use super::activity::Activity;

/// A connection with its time limits.
#[derive(Debug)]
pub struct Patience<S> {
    stream: S,
    busy: Busy,
    /// What `busy` said when `head` was looked at.
    seen: u64,
    head: Option<Pin<Box<Sleep>>>,
    head_time: Duration,
    stall: Option<Pin<Box<Sleep>>>,
    stall_time: Duration,
}

/// Whether a request is being answered: an odd number of beginnings and ends.
#[derive(Debug, Clone)]
pub struct Busy {
    count: Arc<AtomicU64>,
    activity: Arc<Activity>,
}

/// A request is being answered until this is dropped.
#[derive(Debug)]
pub struct Work(Busy);

impl Busy {
    /// A request has arrived.
    pub fn begin(&self) -> Work {
        self.count.fetch_add(1, Ordering::Relaxed);
        Work(self.clone())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.activity.has_turn(true);
    }
}

impl<S> Patience<S> {
    /// Begins to wait for the head of the first request.
    pub fn new(stream: S, limits: &Limits, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            busy: Busy { count: Arc::default(), activity },
            seen: 0,
            head: Some(timer(limits.first_head)),
            head_time: limits.first_head,
            stall: None,
            stall_time: limits.stall,
        }
    }

    /// Where whoever answers says so.
    pub fn busy(&self) -> Busy {
        self.busy.clone()
    }
}

fn timer(time: Duration) -> Pin<Box<Sleep>> {
    Box::pin(sleep_until(Instant::now() + time))
}

fn is_over(timer: &mut Option<Pin<Box<Sleep>>>, context: &mut Context<'_>) -> bool {
    timer.as_mut().is_some_and(|timer| timer.as_mut().poll(context).is_ready())
}

impl<S: AsyncRead + Unpin> AsyncRead for Patience<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let now = this.busy.count.load(Ordering::Relaxed);
        if now != this.seen {
            // The head that was waited for has arrived, and may have been answered long ago.
            this.seen = now;
            this.head = None;
        }
        let before = into.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, into) {
            Poll::Ready(Ok(())) => {
                let came = into.filled().len() > before;
                if came {
                    this.busy.activity.moves();
                }
                if came && now.is_multiple_of(2) && this.head.is_none() {
                    this.head = Some(timer(this.head_time));
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending if is_over(&mut this.head, context) => {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            other => other,
        }
    }
}

impl<S: AsyncWrite + Unpin> Patience<S> {
    /// What came of a try to send; nothing for too long is an error.
    fn sent<T>(
        &mut self,
        tried: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.stall = None;
            self.busy.activity.moves();
            return tried;
        }
        let time = self.stall_time;
        self.stall.get_or_insert_with(|| timer(time));
        match is_over(&mut self.stall, context) {
            true => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            false => tried,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patience<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.sent(tried, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        self.sent(tried, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.sent(tried, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.sent(tried, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
