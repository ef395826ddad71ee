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
use crate::clock;
use crate::devices::Known;
use crate::error::Error;
use crate::extract::{Body, Device};
use crate::projection::Board;
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
}

/// One sheet of a request.
struct Offer {
    request: SheetRequest,
    changes: Vec<Unpacked>,
    /// How many of them there were before they were taken in.
    brought: usize,
    verdicts: Vec<exchange::Verdict>,
}

/// `POST /api/v1/exchange`
pub async fn exchange(
    State(app): State<App>,
    Device(device): Device,
    Body(body): Body,
) -> Result<Response, Error> {
    let exchange = read(&app, device, &body, clock::now())?;
    let code = exchange.device.row.code.clone();
    let answer =
        app.writer.run(move |room| take_in::take_in(room, exchange), answer::answer).await?;
    let body = exchange::encode(&answer);
    let mut response = ([(header::CONTENT_TYPE, "application/octet-stream")], body).into_response();
    response.extensions_mut().insert(code);
    Ok(response)
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
        let brought = changes.len();
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
        },
        brief: request.brief,
        demand: request.demand,
        offers,
        at,
        epoch: app.epoch,
        board: app.board.clone(),
    })
}

/// What the tablet has, as far as it says so.
fn known(request: &SheetRequest) -> impl Iterator<Item = &Hash> {
    request.heads.iter().chain(&request.receipt)
}
