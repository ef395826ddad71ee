//! The privacy officer's pages: the log of access, requests and incidents, retention.
//!
//! What is looked for may name somebody, so it stands in no address: a search is a POST.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use bilik_shared::privacy::Fault;
use bilik_shared::privacy::access::{Found, Search};
use bilik_shared::privacy::case::{Cases, Open, Step};
use bilik_shared::privacy::erasure::Erase;
use bilik_shared::privacy::retention::{Retention, Rule, SetRules};
use bilik_shared::role::Action;
use bilik_shared::time::Date;
use rusqlite::Connection;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::setup::Moment;
use crate::{clock, erasure, privacy};

fn moment(user: User) -> Moment {
    Moment { by: user.row.id, at: clock::now() }
}

fn today(app: &App) -> Result<Date, Error> {
    Ok(clock::now().date(app.house()?.facility.zone))
}

/// `POST /api/v1/desk/privacy/access`
pub async fn find(
    State(app): State<App>,
    user: User,
    Input(search): Input<Search>,
) -> Result<Json<Found>, Error> {
    user.must(Action::GuardPrivacy)?;
    let (house, board) = (app.house()?, app.board.clone());
    let look = move |db: &Connection| Ok(privacy::find(db, &board, &house, &search));
    app.store.read(look).await?.map(Json)
}

/// `GET /api/v1/desk/privacy/cases`
pub async fn cases(State(app): State<App>, user: User) -> Result<Json<Cases>, Error> {
    user.must(Action::GuardPrivacy)?;
    let board = app.board.clone();
    app.store.read(move |db| Ok(privacy::cases(db, &board))).await?.map(Json)
}

/// `POST /api/v1/desk/privacy/cases`
pub async fn open(
    State(app): State<App>,
    user: User,
    Input(asked): Input<Open>,
) -> Result<Json<Cases>, Error> {
    user.must(Action::GuardPrivacy)?;
    let (board, again, moment) = (app.board.clone(), app.board.clone(), moment(user));
    app.writer
        .run(
            move |room| privacy::open(room.db, &board, asked, &moment),
            move |after, ()| privacy::cases(after.db, &again),
        )
        .await
        .map(Json)
}

/// `POST /api/v1/desk/privacy/cases/{number}`
pub async fn step(
    State(app): State<App>,
    user: User,
    path: Result<Path<i64>, PathRejection>,
    Input(step): Input<Step>,
) -> Result<Json<Cases>, Error> {
    user.must(Action::GuardPrivacy)?;
    let Path(number) = path.map_err(|_| Fault::CaseUnknown)?;
    let (board, moment) = (app.board.clone(), moment(user));
    app.writer
        .run(
            move |room| privacy::step(room.db, number, step, &moment),
            move |after, ()| privacy::cases(after.db, &board),
        )
        .await
        .map(Json)
}

/// `POST /api/v1/desk/privacy/cases/{number}/erase`: grants a request for erasure.
pub async fn erase(
    State(app): State<App>,
    user: User,
    path: Result<Path<i64>, PathRejection>,
    Input(asked): Input<Erase>,
) -> Result<Json<Cases>, Error> {
    user.must_surely(&app, Action::GuardPrivacy).await?;
    let Path(number) = path.map_err(|_| Fault::CaseUnknown)?;
    let (board, again, moment) = (app.board.clone(), app.board.clone(), moment(user));
    app.writer
        .run(
            move |room| erasure::erase(room, &board, number, &asked, &moment),
            move |after, ()| privacy::cases(after.db, &again),
        )
        .await
        .map(Json)
}

/// `GET /api/v1/desk/privacy/retention`
pub async fn retention(State(app): State<App>, user: User) -> Result<Json<Retention>, Error> {
    user.must(Action::GuardPrivacy)?;
    dry_run(&app, None).await
}

/// `POST /api/v1/desk/privacy/retention/try`: other rules, which are not kept.
pub async fn try_rules(
    State(app): State<App>,
    user: User,
    Input(SetRules { rules }): Input<SetRules>,
) -> Result<Json<Retention>, Error> {
    user.must(Action::GuardPrivacy)?;
    dry_run(&app, Some(rules)).await
}

async fn dry_run(app: &App, tried: Option<Vec<Rule>>) -> Result<Json<Retention>, Error> {
    let (board, today) = (app.board.clone(), today(app)?);
    let look = move |db: &Connection| Ok(privacy::retention(db, &board, tried, today));
    app.store.read(look).await?.map(Json)
}

/// `POST /api/v1/desk/privacy/retention`
pub async fn set_rules(
    State(app): State<App>,
    user: User,
    Input(SetRules { rules }): Input<SetRules>,
) -> Result<Json<Retention>, Error> {
    user.must(Action::GuardPrivacy)?;
    let (board, today, moment) = (app.board.clone(), today(&app)?, moment(user));
    app.writer
        .run(
            move |room| privacy::set_rules(room.db, rules, &moment),
            move |after, ()| privacy::retention(after.db, &board, None, today),
        )
        .await
        .map(Json)
}
