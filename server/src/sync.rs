//! The exchange: a tablet hands in what the server lacks and gets what it lacks. One request, no session.
//!
//! The wire is written down in [`bilik_shared::exchange`], what is acceptable in [`bilik_shared::admission`].
//! Here the two halves of the writer's job meet: `take_in` inside the transaction,
//! `answer` after it was committed.

mod answer;
mod take_in;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bilik_shared::exchange::{self, BadBody, SheetRequest, Unpacked, unpack};
use bilik_shared::id::{Digest, Hash};
use bilik_shared::time::Timestamp;

use crate::app::App;
use crate::board::Board;
use crate::clock;
use crate::devices::Known;
use crate::error::Error;
use crate::extract::{Body, Device};
use crate::metrics::Metrics;
use crate::store::devices::Said;

/// A request, read and unpacked.
struct Exchange {
    v: u16,
    device: Arc<Known>,
    said: Said,
    brief: Option<Digest>,
    demand: bool,
    offers: Vec<Offer>,
    at: Timestamp,
    epoch: Digest,
    board: Board,
    metrics: Arc<Metrics>,
    /// How many changes were taken in, and how many set aside.
    kept: (u64, u64),
}

/// One sheet of a request.
struct Offer {
    request: SheetRequest,
    changes: Vec<Unpacked>,
    /// The names of all that there were before they were taken in.
    brought: Vec<Hash>,
    verdicts: Vec<exchange::Verdict>,
}

/// `POST /api/v1/exchange`
pub async fn exchange(
    State(app): State<App>,
    Device(device): Device,
    Body(body): Body,
) -> Result<Response, Error> {
    let code = device.row.code.clone();
    let body = answer_to(&app, device, &body).await?;
    let mut response = ([(header::CONTENT_TYPE, "application/octet-stream")], body).into_response();
    response.extensions_mut().insert(code);
    Ok(response)
}

/// Carries one request of a tablet out, and gives the body of the answer.
pub async fn answer_to(app: &App, device: Arc<Known>, body: &[u8]) -> Result<Vec<u8>, Error> {
    let exchange = read(app, device, body, clock::now())?;
    let answer =
        app.writer.run(move |room| take_in::take_in(room, exchange), answer::answer).await?;
    Ok(exchange::encode(&answer))
}

/// Reads the whole request before anything is done with a part of it.
fn read(app: &App, device: Arc<Known>, body: &[u8], at: Timestamp) -> Result<Exchange, Error> {
    let request = exchange::Request::decode(body).map_err(|bad| match bad {
        BadBody::TooLarge => Error::BodyTooLarge,
        BadBody::Unreadable => Error::BadBody("unreadable"),
        BadBody::Version => Error::BadBody("version_unknown"),
    })?;
    let mut offers = Vec::with_capacity(request.sheets.len());
    for mut request in request.sheets {
        let packed = std::mem::take(&mut request.changes);
        let changes = unpack(&packed).map_err(|_| Error::BadBody("changes_unreadable"))?;
        let brought = changes.iter().map(|change| change.hash).collect();
        offers.push(Offer { request, changes, brought, verdicts: Vec::new() });
    }
    Ok(Exchange {
        v: request.v,
        device,
        said: Said {
            app: request.app.chars().take(64).collect(),
            clock_offset: request.clock.saturating_sub(at.0),
            waiting: request.waiting,
            held: offers.len() as u32,
            space: request.space,
            officer: None,
        },
        brief: request.brief,
        demand: request.demand,
        offers,
        at,
        epoch: app.epoch,
        board: app.board.clone(),
        metrics: app.metrics.clone(),
        kept: (0, 0),
    })
}

/// What the tablet has, as far as it says so.
fn known(request: &SheetRequest) -> impl Iterator<Item = &Hash> {
    request.heads.iter().chain(&request.receipt)
}
