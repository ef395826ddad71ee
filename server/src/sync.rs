//! The exchange: a tablet hands in what the server lacks and gets what it lacks. One request, no session.
//!
//! The wire is written down in [`bilik_shared::exchange`], what is acceptable in [`bilik_shared::admission`].
//! Here the two halves of the writer's job meet: `take_in` inside the transaction,
//! `answer` after it was committed.

mod answer;
mod history;
mod take_in;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bilik_shared::chain::{self, Link, Proof, Seen};
use bilik_shared::exchange::{self, BadBody, MAX_READS, SheetRequest, Unpacked, unpack};
use bilik_shared::id::{Digest, Hash, Signature};
use bilik_shared::privacy::access::TabletRead;
use bilik_shared::time::Timestamp;

use crate::allowance::UsedUp;
use crate::api::overview::device_moved;
use crate::app::App;
use crate::asker;
use crate::board::Board;
use crate::clock;
use crate::devices::Known;
use crate::error::Error;
use crate::extract::{Body, Sender};
use crate::metrics::Metrics;
use crate::signing;
use crate::store::devices::{self, Said};
use crate::writer::{After, Room};

/// A request, read and unpacked.
struct Exchange {
    v: u16,
    device: Arc<Known>,
    said: Said,
    brief: Option<Digest>,
    demand: bool,
    offers: Vec<Offer>,
    /// Whose entries were opened on the tablet.
    reads: Vec<TabletRead>,
    at: Timestamp,
    epoch: Digest,
    board: Board,
    metrics: Arc<Metrics>,
    /// How many changes were taken in, and how many set aside.
    kept: (u64, u64),
    /// What the tablet signed; `None` where the request brings no changes, or the tablet has no key.
    batch: Option<Signed>,
    /// Where the request says that it stands.
    link: Option<Link>,
    /// What its last receipt said of this server.
    seen: Option<Seen>,
    /// It comes from the memory of a locked tablet, which the server has opened.
    from_memory: bool,
    /// It was suspended by this request.
    suspended: bool,
}

impl Exchange {
    fn brings(&self) -> bool {
        self.offers.iter().any(|offer| !offer.brought.is_empty())
    }
}

/// A batch that the tablet signed.
struct Signed {
    link: Link,
    hash: Hash,
    proof: Proof,
    bytes: Vec<u8>,
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
    sender: Sender,
    headers: HeaderMap,
    Body(travelled): Body,
) -> Result<Response, Error> {
    let Came { device, proof, body, hash, sealed } = take_apart(sender, &headers, &travelled)?;
    let (id, code, signs) = (device.row.id, device.row.code.clone(), device.row.key.is_some());
    let mut exchange = read(&app, device, body, clock::now())?;
    allow(&app, &exchange, hash, body.len()).await?;
    if let Some(proof) = proof {
        exchange.said.clock_offset = proof.clock.0.saturating_sub(exchange.at.0);
        exchange.batch =
            exchange.link.map(|link| Signed { link, hash, proof, bytes: body.to_vec() });
    }
    if signs && (proof.is_none() || (exchange.brings() && exchange.batch.is_none())) {
        // Nothing is lost: whoever settles this at the desk finds what came.
        app.writer.run(move |room| take_in::refuse(room, exchange), |_, ()| Ok(())).await?;
        return Err(Error::ProofWrong);
    }
    let answer = carry_out(&app, exchange).await?;
    let receipt = match signs {
        true => Some(app.signer.sign(&chain::to_receipt(id, &hash, &chain::hash(&answer)))?),
        false => None,
    };
    let mut response = put_together(answer, receipt, sealed);
    response.extensions_mut().insert(code);
    Ok(response)
}

/// A request as it travelled, taken apart.
struct Came<'a> {
    device: Arc<Known>,
    /// What the tablet has signed; `None` where it has no key, or it has not.
    proof: Option<Proof>,
    body: &'a [u8],
    hash: Hash,
    /// The proof stood before the body, so the receipt stands before the answer's.
    sealed: bool,
}

/// Whoever only names a tablet is believed for a signature, and for nothing else.
fn take_apart<'a>(
    sender: Sender,
    headers: &HeaderMap,
    travelled: &'a [u8],
) -> Result<Came<'a>, Error> {
    match sender {
        Sender::Shown(device) => {
            let hash = chain::hash(travelled);
            let proof = in_header(headers).filter(|proof| is_proven(&device, proof, &hash));
            Ok(Came { device, proof, body: travelled, hash, sealed: false })
        }
        Sender::Named(device) => {
            let (proof, body) = Proof::open(travelled).ok_or(Error::SignatureWrong)?;
            let hash = chain::hash(body);
            if !is_proven(&device, &proof, &hash) {
                return Err(Error::SignatureWrong);
            }
            asker::is(device.row.code.as_str(), "");
            Ok(Came { device, proof: Some(proof), body, hash, sealed: true })
        }
    }
}

/// An answer with its receipt where the tablet looks for it.
fn put_together(answer: Vec<u8>, receipt: Option<Signature>, sealed: bool) -> Response {
    let content = [(header::CONTENT_TYPE, "application/octet-stream")];
    match receipt {
        Some(receipt) if sealed => (content, [&receipt.0[..], &answer].concat()).into_response(),
        Some(receipt) => (content, [(chain::RECEIPT, receipt.to_string())], answer).into_response(),
        None => (content, answer).into_response(),
    }
}

/// Does what a locked tablet would have asked for, whose memory was opened; gives the body of the answer. The memory
/// proves itself. The tablet numbers and signs its batches once it is open again, so these are none.
pub async fn exchange_for(app: &App, device: Arc<Known>, body: &[u8]) -> Result<Vec<u8>, Error> {
    let mut exchange = read(app, device, body, clock::now())?;
    allow(app, &exchange, chain::hash(body), body.len()).await?;
    exchange.from_memory = true;
    carry_out(app, exchange).await
}

/// What leaves something here, and be it in quarantine, is counted before it is kept: the body, which is, and what is
/// packed in it. The first that is turned away is noted for the desk.
async fn allow(app: &App, exchange: &Exchange, hash: Hash, bytes: usize) -> Result<(), Error> {
    if !exchange.brings() && exchange.reads.is_empty() {
        return Ok(());
    }
    let changes = exchange.offers.iter().flat_map(|offer| &offer.changes);
    let bytes = bytes + changes.map(|change| change.bytes.len()).sum::<usize>();
    let (row, at) = (&exchange.device.row, exchange.at);
    let Err(UsedUp { seconds, first }) = app.allowance.take(row.id, hash, bytes, at) else {
        return Ok(());
    };
    if first {
        tracing::warn!(device = %row.code, "a tablet has used up what it may hand in within a day");
        let (id, code) = (row.id, row.code.clone());
        let note = move |room: &mut Room<'_>| {
            devices::note_used_up(room.db, id, at)?;
            Ok(device_moved(room, &code)?)
        };
        app.writer.run(note, |_, ()| Ok(())).await?;
    }
    Err(Error::AllowanceUsed(seconds))
}

async fn carry_out(app: &App, exchange: Exchange) -> Result<Vec<u8>, Error> {
    let devices = app.devices.clone();
    let second = move |after: &mut After<'_>, exchange: Exchange| {
        if exchange.suspended {
            devices.forget();
        }
        answer::answer(after, exchange)
    };
    let answer = app.writer.run(move |room| take_in::take_in(room, exchange), second).await?;
    Ok(exchange::encode(&answer))
}

/// The proof in the header of a tablet's request whose version sends it there.
fn in_header(headers: &HeaderMap) -> Option<Proof> {
    headers.get(chain::PROOF)?.to_str().ok()?.parse().ok()
}

/// Whether this tablet has a key, and has signed the body of this hash with it.
fn is_proven(device: &Known, proof: &Proof, body: &Hash) -> bool {
    let message = chain::to_prove(proof.clock, body);
    device.row.key.is_some_and(|key| signing::holds(&key, &message, &proof.signature))
}

/// Reads the whole request before anything is done with a part of it.
fn read(app: &App, device: Arc<Known>, body: &[u8], at: Timestamp) -> Result<Exchange, Error> {
    let request = exchange::Request::decode(body).map_err(|bad| match bad {
        BadBody::TooLarge => Error::BodyTooLarge,
        BadBody::Unreadable => Error::BadBody("unreadable"),
        BadBody::Version => Error::BadBody("version_unknown"),
    })?;
    if request.reads.len() > MAX_READS {
        return Err(Error::BadBody("too_many_reads"));
    }
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
        reads: request.reads,
        at,
        epoch: app.epoch,
        board: app.board.clone(),
        metrics: app.metrics.clone(),
        kept: (0, 0),
        batch: None,
        link: request.link,
        seen: request.seen,
        from_memory: false,
        suspended: false,
    })
}

/// What the tablet has, as far as it says so.
fn known(request: &SheetRequest) -> impl Iterator<Item = &Hash> {
    request.heads.iter().chain(&request.receipt)
}
