//! One-time codes for tablets: made at the desk, used up by a tablet.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use bilik_shared::id::SheetId;
use bilik_shared::role::Action;
use bilik_shared::time::Timestamp;
use bilik_shared::view::{Enrol, Enrolled, Enrolment, PinAllowed};
use rusqlite::Connection;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Device, Input, User, origin};
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
    user.must(Action::EnrolDevice)?;
    let (minutes, now) = (devices::CODE_MINUTES, clock::now());
    let made = devices::make_code(&app.writer, wanted.sheets, minutes, now).await?;
    let link = devices::link(&origin(&headers), &made.code);
    let qr_svg = devices::qr_svg(&link)?;
    Ok(Json(Enrolment { code: made.code, expires_at: made.expires_at, link, qr_svg }))
}

/// `POST /api/v1/enrol`
pub async fn enrol(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Input(typed): Input<Enrol>,
) -> Result<Json<Enrolled>, Error> {
    let facility = app.house()?.facility.name.clone();
    let enrol =
        move |db: &Connection, now| devices::enrol(db, &typed.code, typed.lost.as_ref(), now);
    let devices::Enrolled { id, code, secret } = with_code(&app, from, enrol).await?;
    tracing::info!(device = %code, "a tablet was enrolled");
    Ok(Json(Enrolled { device_id: id, device_code: code, secret, facility }))
}

/// `POST /api/v1/pin-code`: a supervisor's one-time code lets an officer make a new PIN on an enrolled tablet.
pub async fn allow_pin(
    State(app): State<App>,
    Device(device): Device,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Input(typed): Input<Enrol>,
) -> Result<Json<PinAllowed>, Error> {
    with_code(&app, from, move |db, now| devices::use_up(db, &typed.code, now).map(drop)).await?;
    let device_code = device.row.code.clone();
    tracing::info!(device = %device_code, "a new PIN was allowed");
    Ok(Json(PinAllowed { device_code }))
}

/// Does something that costs a one-time code. Whoever types wrong ones waits longer each time.
async fn with_code<T: Send + 'static>(
    app: &App,
    from: SocketAddr,
    spend: impl FnOnce(&Connection, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (from, now) = (from.ip().to_string(), clock::now());
    app.code_tries.check(&from, now).map_err(Error::TooManyTries)?;
    let tried = app.writer.write(move |db| spend(db, now)).await;
    match &tried {
        Ok(_) => app.code_tries.succeeded(&from),
        Err(Error::EnrolCodeUnknown) => app.code_tries.failed(&from, now),
        Err(_) => {}
    }
    tried
}
