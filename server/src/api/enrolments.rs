//! One-time codes for tablets: made at the desk, used up by a tablet.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use bilik_shared::id::SheetId;
use bilik_shared::role::Action;
use bilik_shared::setup::Fault;
use bilik_shared::time::Timestamp;
use bilik_shared::view::{AllowPin, DeviceKey, Enrol, Enrolled, Enrolment, PinAllowed, ServerKey};
use serde::Deserialize;

use crate::app::App;
use crate::devices::Keys;
use crate::error::Error;
use crate::extract::{Device, Input, User, client_of, origin};
use crate::writer::Room;
use crate::{clock, devices};

/// What the desk may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewEnrolment {
    /// The sheets the tablet will be given; all of them where this is absent.
    pub sheets: Option<Vec<SheetId>>,
}

/// `POST /api/v1/desk/enrolments`
pub async fn create(
    State(app): State<App>,
    user: User,
    headers: HeaderMap,
    Input(wanted): Input<NewEnrolment>,
) -> Result<Json<Enrolment>, Error> {
    user.must_surely(&app, Action::EnrolDevice).await?;
    let (minutes, now) = (devices::CODE_MINUTES, clock::now());
    let made = devices::make_code(&app.writer, wanted.sheets, minutes, now).await?;
    let link = devices::link(&origin(&headers, &app.transport), &made.code);
    let qr_svg = devices::qr_svg(&link)?;
    Ok(Json(Enrolment { code: made.code, expires_at: made.expires_at, link, qr_svg }))
}

/// `POST /api/v1/enrol`
pub async fn enrol(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Input(asked): Input<Enrol>,
) -> Result<Json<Enrolled>, Error> {
    let from = client_of(peer, &headers, &app.transport).to_string();
    let facility = app.house()?.facility.name.clone();
    let server = app.signer.public;
    let enrol = move |room: &mut Room<'_>, now| {
        let enrolled = devices::enrol(room.db, &asked, server, facility, now)?;
        // A desk that is open has a tablet more, and may learn which one lost its memory.
        room.changed.house = true;
        Ok(enrolled)
    };
    let enrolled = with_code(&app, from, enrol).await?;
    tracing::info!(device = %enrolled.device_code, "a tablet was enrolled");
    Ok(Json(enrolled))
}

/// `POST /api/v1/device-key`: a tablet that was enrolled before tablets signed tells its key, and learns the
/// server's. It is believed by its credential, once; people may compare the six digits afterwards.
pub async fn set_key(
    State(app): State<App>,
    Device(device): Device,
    Input(told): Input<DeviceKey>,
) -> Result<Json<ServerKey>, Error> {
    let server_key = app.signer.public;
    match device.row.key {
        Some(known) if known == told.key => return Ok(Json(ServerKey { server_key })),
        Some(_) => return Err(Error::KeyDiffers),
        None => {}
    }
    let (id, now, known) = (device.row.id, clock::now(), app.devices.clone());
    let keys = Keys { tablet: told.key, server: server_key };
    let note = move |room: &mut Room<'_>| {
        room.changed.house = true;
        Ok(devices::note_key(room.db, id, None, keys, now)?)
    };
    app.writer
        .run(note, move |_, ()| {
            known.forget();
            Ok(())
        })
        .await?;
    // Of two that came at once one was first.
    let kept = app.devices.again(&app, id).await?.row.key;
    if kept != Some(told.key) {
        return Err(Error::KeyDiffers);
    }
    tracing::info!(device = %device.row.code, "a tablet has told its key");
    Ok(Json(ServerKey { server_key }))
}

/// `POST /api/v1/pin-code`: a supervisor's one-time code lets an officer make a new PIN on an enrolled tablet.
pub async fn allow_pin(
    State(app): State<App>,
    Device(device): Device,
    Input(asked): Input<AllowPin>,
) -> Result<Json<PinAllowed>, Error> {
    if device.is_revoked() {
        return Err(Error::Fault(Fault::TabletRevoked));
    }
    let device_code = device.row.code.clone();
    let use_up =
        move |room: &mut Room<'_>, now| devices::use_up(room.db, &asked.name, now).map(drop);
    with_code(&app, device_code.to_string(), use_up).await?;
    tracing::info!(device = %device_code, "a new PIN was allowed");
    Ok(Json(PinAllowed { device_code }))
}

/// Does something that costs a one-time code. Whoever types wrong ones waits longer each time: a tablet that is
/// known by itself, any other one with its address.
async fn with_code<T: Send + 'static>(
    app: &App,
    from: String,
    spend: impl FnOnce(&mut Room<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let now = clock::now();
    app.code_tries.check(&from, now).map_err(Error::TooManyTries)?;
    let tried = app.writer.run(move |room| spend(room, now), |_, spent| Ok(spent)).await;
    match &tried {
        Ok(_) => app.code_tries.succeeded(&from),
        Err(Error::EnrolCodeUnknown | Error::EnrolProofWrong) => app.code_tries.failed(&from, now),
        Err(_) => {}
    }
    tried
}
