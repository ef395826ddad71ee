//! Tablets at the desk: their sheets, their names, and those that are out of use.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use bilik_shared::id::DeviceCode;
use bilik_shared::role::Action;
use bilik_shared::setup::{Fault, TabletChange, Tablets};

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::setup::{Moment, tablets};
use crate::writer::{After, Room};

/// `GET /api/v1/desk/devices`
pub async fn list(State(app): State<App>, user: User) -> Result<Json<Tablets>, Error> {
    user.must(Action::SeeDevices)?;
    let board = app.board.clone();
    Ok(Json(app.store.read(move |db| tablets::show(db, &board)).await?))
}

/// `POST /api/v1/desk/devices/{device}`
pub async fn change(
    State(app): State<App>,
    user: User,
    path: Result<Path<DeviceCode>, PathRejection>,
    Input(asked): Input<TabletChange>,
) -> Result<Json<Tablets>, Error> {
    user.must(Action::ManageDevices)?;
    if matches!(asked, TabletChange::Revoke { .. }) {
        user.be_sure(&app).await?;
    }
    let Path(code) = path.map_err(|_| Error::Fault(Fault::TabletUnknown))?;
    let moment = Moment { by: user.row.id, at: clock::now() };
    let (board, shown, known) = (app.board.clone(), app.board.clone(), app.devices.clone());
    let first = move |room: &mut Room<'_>| tablets::change(room, &board, &code, asked, &moment);
    let second = move |after: &mut After<'_>, ()| {
        // From the next request on the tablet is who it is now.
        known.forget();
        Ok(tablets::show(after.db, &shown)?)
    };
    app.writer.run(first, second).await.map(Json)
}
