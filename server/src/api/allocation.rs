//! Runs of the allocation: looked at by the supervisor and the head, committed by the head.

use axum::Json;
use axum::extract::State;
use bilik_shared::command::Moment;
use bilik_shared::role::Action;
use bilik_shared::view::allocation::{Ask, Commit, Preview, Run};

use super::entries::moment;
use super::setup::house;
use crate::allocation;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::house::House;
use crate::store::allocations;
use crate::writer::Room;

/// `POST /api/v1/desk/allocation/preview`
pub async fn preview(
    State(app): State<App>,
    user: User,
    Input(ask): Input<Ask>,
) -> Result<Json<Preview>, Error> {
    user.must(Action::RunAllocation)?;
    run(&app, &user, |room, house, moment| allocation::preview(room, house, ask, moment)).await
}

/// `POST /api/v1/desk/allocation/commit`
pub async fn commit(
    State(app): State<App>,
    user: User,
    Input(decision): Input<Commit>,
) -> Result<Json<Run>, Error> {
    user.must(Action::CommitAllocation)?;
    run(&app, &user, |room, house, moment| allocation::commit(room, house, decision, moment)).await
}

/// `GET /api/v1/desk/allocation/runs`
pub async fn runs(State(app): State<App>, user: User) -> Result<Json<Vec<Run>>, Error> {
    user.must(Action::RunAllocation)?;
    Ok(Json(app.store.read(allocations::list).await?))
}

/// Does something inside one transaction and answers after it.
async fn run<T: Send + 'static>(
    app: &App,
    user: &User,
    job: impl FnOnce(&mut Room<'_>, &House, &Moment) -> Result<T, Error> + Send + 'static,
) -> Result<Json<T>, Error> {
    let moment = moment(app, &user.row)?;
    let first = move |room: &mut Room<'_>| {
        // As it stands in this transaction: somebody may just have set up fewer seats.
        let house = house(room.db)?;
        job(room, &house, &moment)
    };
    app.writer.run(first, |_, done| Ok(done)).await.map(Json)
}
