//! Everything the desk starts with.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use bilik_shared::id::{DeviceCode, OfficerId};
use bilik_shared::programme::Officer;
use bilik_shared::role::{Action, may};
use bilik_shared::view::{DeviceRow, Overview};
use rusqlite::Connection;

use crate::app::App;
use crate::backup::watermark;
use crate::clock;
use crate::error::Error;
use crate::extract::User;
use crate::house::House;
use crate::store::{batches, devices, quarantine, users};
use crate::writer::Room;

/// `GET /api/v1/desk/overview`
pub async fn overview(State(app): State<App>, user: User) -> Result<Json<Overview>, Error> {
    let House { facility, wave, programmes, officers, .. } = match app.house() {
        Ok(house) => (*house).clone(),
        // Whoever sets it up has a desk before there is a house.
        Err(_) if may(user.row.role, Action::SetUp, None) => House::none(clock::now()),
        Err(none) => return Err(none),
    };
    let read = |db: &Connection| Ok((users::names(db)?, device_rows(db)?, watermark(db)?));
    let (users, devices, backed_up) = app.store.read(read).await?;
    let names = names(users, officers);
    let counts = app.board.counts(user.row.role);
    let sees = may(user.row.role, Action::SeeDevices, None);
    let (devices, backed_up) = if sees { (devices, backed_up) } else { (Vec::new(), None) };
    let as_of = clock::now();
    Ok(Json(Overview { facility, wave, programmes, names, counts, devices, as_of, backed_up }))
}

/// The names of users and officers, for rows that carry ids.
pub fn names(
    users: Vec<(OfficerId, String)>,
    officers: Vec<Officer>,
) -> BTreeMap<OfficerId, String> {
    let officers = officers.into_iter().map(|officer| (officer.id, officer.name));
    users.into_iter().chain(officers).collect()
}

/// The tablets as the desk sees them.
pub fn device_rows(db: &Connection) -> rusqlite::Result<Vec<DeviceRow>> {
    shown(db, devices::list(db)?)
}

/// These tablets as the desk sees them.
pub fn shown(
    db: &Connection,
    devices: Vec<devices::DeviceRow>,
) -> rusqlite::Result<Vec<DeviceRow>> {
    let quarantined: BTreeMap<DeviceCode, u32> =
        quarantine::count_by_device(db)?.into_iter().collect();
    let missed = batches::missed_heads(db)?;
    let show = |row: devices::DeviceRow| {
        Ok(DeviceRow {
            lost_settled: row.is_settled(),
            signs: row.key.is_some(),
            compare: row.key.filter(|_| row.compared_at.is_none()).map(|_| row.compare.clone()),
            received: batches::received(db, &row.code)?,
            suspended_at: row.suspended_at,
            used_up_at: row.used_up_at,
            missed_head: missed.get(&row.code).map(|(_, at)| *at),
            quarantined: quarantined.get(&row.code).copied().unwrap_or_default(),
            code: row.code,
            last_contact: row.last_contact,
            waiting: row.said.waiting,
            app: row.said.app,
            clock_offset: row.said.clock_offset,
            space: row.said.space,
            emptied_at: row.emptied_at,
            lost_waiting: row.lost_waiting,
            name: row.name,
            sheets: row.sheets,
            officer: row.officer,
            revoked_at: row.revoked_at,
        })
    };
    devices.into_iter().map(show).collect()
}

/// Tells the desk how a tablet stands now.
pub fn device_moved(room: &mut Room<'_>, device: &DeviceCode) -> rusqlite::Result<()> {
    let row = devices::by_code(room.db, device)?;
    room.changed.devices.extend(shown(room.db, row.into_iter().collect())?);
    Ok(())
}
