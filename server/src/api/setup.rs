//! What an administrator sets up: shown whole, edited one item at a time.

use axum::Json;
use axum::extract::State;
use bilik_shared::role::Action;
use bilik_shared::setup::{Edit, Setup, Shown};

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::house::House;
use crate::setup::{self, Moment};
use crate::writer::{After, Room};

/// `GET /api/v1/desk/setup`
pub async fn show(State(app): State<App>, user: User) -> Result<Json<Shown>, Error> {
    user.must(Action::SetUp)?;
    Ok(Json(app.store.read(setup::show).await?))
}

/// `POST /api/v1/desk/setup`: one edit. The same again changes nothing; one that is too late is answered with
/// 409 and what stands there now.
pub async fn edit(
    State(app): State<App>,
    user: User,
    Input(edit): Input<Edit>,
) -> Result<Json<Shown>, Error> {
    user.must(Action::SetUp)?;
    if matches!(edit, Edit::Guard { .. }) {
        // Whoever finds a screen left open must not take the locks off.
        user.be_sure(&app).await?;
    }
    let moment = Moment { by: user.row.id, at: clock::now() };
    let first = move |room: &mut Room<'_>| setup::edit(room, edit, &moment);
    let told = app.clone();
    let second = move |after: &mut After<'_>, ()| {
        let shown = setup::show(after.db)?;
        told.set_house(&shown.setup);
        Ok(shown)
    };
    app.writer.run(first, second).await.map(Json)
}

/// What follows from the set-up is known anew, before anybody is told that it changed.
pub(super) fn learn(app: &App, after: &After<'_>) -> Result<(), Error> {
    let setup: Setup = setup::load(after.db)?;
    app.set_house(&setup);
    Ok(())
}

/// The facility as it stands inside a transaction.
pub fn house(db: &rusqlite::Connection) -> Result<House, Error> {
    House::load(db)?.ok_or(Error::NoFacility)
}
