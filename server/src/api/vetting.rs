//! The pages of the clinic and of security: whom they look at, and what they say.

use axum::Json;
use axum::extract::State;
use bilik_shared::privacy::access::What;
use bilik_shared::role::Action;
use bilik_shared::vetting::{Say, Worklist};

use super::entries::moment;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::privacy::seldom_noted;
use crate::store::vetting;
use crate::vetting::{say, worklist};

/// `GET /api/v1/desk/vetting`
pub async fn list(State(app): State<App>, user: User) -> Result<Json<Worklist>, Error> {
    user.must(Action::Vet)?;
    let today = moment(&app, &user.row)?.today;
    let said = app.store.read(vetting::all).await?;
    let list = worklist(&app.board, said, &user.row, today);
    seldom_noted(&app, &user.row, What::Vetting, list.people.len()).await?;
    Ok(Json(list))
}

/// `POST /api/v1/desk/vetting`: one word about many people, and the list as it is then.
pub async fn add(
    State(app): State<App>,
    user: User,
    Input(asked): Input<Say>,
) -> Result<Json<Worklist>, Error> {
    user.must(Action::Vet)?;
    let (moment, user) = (moment(&app, &user.row)?, user.row);
    let (board, again, reader) = (app.board.clone(), app.board.clone(), user.clone());
    let today = moment.today;
    let list = app
        .writer
        .run(
            move |room| say(room, &board, &user, &moment, &asked),
            move |after, ()| Ok(worklist(&again, vetting::all(after.db)?, &reader, today)),
        )
        .await?;
    Ok(Json(list))
}
