//! Who may sign in, and somebody's own password.

use axum::Json;
use axum::extract::State;
use bilik_shared::role::Action;
use bilik_shared::setup::{
    Accounts, AddAccount, ChangeAccount, Fault, Made, NewPassword, Turn, check_password,
};
use bilik_shared::view::Me;

use super::session::me_of;
use super::setup::learn;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, Person, User};
use crate::setup::Moment;
use crate::setup::accounts::{self, First};
use crate::sign_in::guess;
use crate::writer::{After, Room};
use crate::{clock, secret};

/// `GET /api/v1/desk/users`
pub async fn list(State(app): State<App>, user: User) -> Result<Json<Accounts>, Error> {
    user.must(Action::ManageUsers)?;
    Ok(Json(app.store.read(accounts::show).await?))
}

/// `POST /api/v1/desk/users`: the answer tells the first password, once.
pub async fn add(
    State(app): State<App>,
    user: User,
    Input(asked): Input<AddAccount>,
) -> Result<Json<Made>, Error> {
    user.must_surely(&app, Action::ManageUsers).await?;
    let first = First::in_turn(&app.sign_in).await?;
    let (hash, moment) = (first.hash, Moment { by: user.row.id, at: clock::now() });
    let job = move |room: &mut Room<'_>| accounts::add(room, &asked, hash, &moment);
    write(&app, job, Some(first.password)).await.map(Json)
}

/// `POST /api/v1/desk/users/change`: whom it is about stands in the body, since an address is no place for names.
pub async fn change(
    State(app): State<App>,
    user: User,
    Input(asked): Input<ChangeAccount>,
) -> Result<Json<Made>, Error> {
    user.must_surely(&app, Action::ManageUsers).await?;
    let first =
        if asked.turn == Turn::Reset { Some(First::in_turn(&app.sign_in).await?) } else { None };
    let (hash, password) = first.map(|first| (first.hash, first.password)).unzip();
    let moment = Moment { by: user.row.id, at: clock::now() };
    let job = move |room: &mut Room<'_>| accounts::change(room, &asked, hash, &moment);
    write(&app, job, password).await.map(Json)
}

async fn write(
    app: &App,
    job: impl FnOnce(&mut Room<'_>) -> Result<(), Error> + Send + 'static,
    password: Option<String>,
) -> Result<Made, Error> {
    let told = app.clone();
    let second = move |after: &mut After<'_>, ()| {
        learn(&told, after)?;
        Ok(Made { accounts: accounts::show(after.db)?, password })
    };
    app.writer.run(job, second).await
}

/// `POST /api/v1/password`: somebody chooses their own; whoever has a first one can do nothing before.
pub async fn choose(
    State(app): State<App>,
    Person { row, token, owes_factor }: Person,
    Input(asked): Input<NewPassword>,
) -> Result<Json<Me>, Error> {
    let now = clock::now();
    app.sign_in.check(&app.store, row.id.as_str(), asked.old.clone(), now).await?;
    check_password(&row.id, &asked).map_err(Error::Fault)?;
    let house = app.house().ok();
    let known = guess::known_words(&row, house.as_ref().map(|house| &house.facility));
    if app.sign_in.is_guessable(asked.new.clone(), known).await? {
        return Err(Error::Fault(Fault::PasswordCommon));
    }
    let hash = app.sign_in.hash(asked.new).await?;
    let (user, key) = (row.clone(), secret::hash(token.as_bytes()));
    app.writer.write(move |db| accounts::set_password(db, &user, hash, key)).await?;
    Ok(Json(Me { must_change: false, ..me_of(row, owes_factor) }))
}
