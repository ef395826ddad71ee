//! Bodies: one that arrives has its time, and while one is sent its connection is busy.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::Limits;
use super::activity::Activity;
use super::patience::Work;

/// The body took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body took too long")
    }
}

impl std::error::Error for TooSlow {}

/// A body that arrives.
#[derive(Debug)]
pub struct Arriving {
    body: Incoming,
    end: Instant,
    pause: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    activity: Arc<Activity>,
}

impl Arriving {
    /// Begins to wait for it.
    pub fn new(body: Incoming, limits: &Limits, activity: Arc<Activity>) -> Self {
        activity.has_turn(!body.is_end_stream());
        let (end, pause) = (Instant::now() + limits.body, limits.pause);
        Self { body, end, pause, timer: None, activity }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.timer = None;
            this.activity.has_turn(frame.is_some() && !this.body.is_end_stream());
            let late = frame.is_some() && this.end <= Instant::now();
            let frame = frame.map(|frame| frame.map_err(BoxError::from));
            return Poll::Ready(if late { Some(Err(TooSlow.into())) } else { frame });
        }
        let end = this.end.min(Instant::now() + this.pause);
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        timer.as_mut().poll(context).map(|()| Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that is sent.
#[derive(Debug)]
pub struct Answering {
    body: Body,
    _work: Work,
}

impl Answering {
    /// Until it is dropped, its connection is busy.
    pub fn new(body: Body, work: Work) -> Self {
        Self { body, _work: work }
    }
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
