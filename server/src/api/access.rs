//! What other systems may do here, as the administrator sets it: tokens, and addresses that are told something.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use bilik_shared::person::squeeze;
use bilik_shared::role::Action;
use bilik_shared::view::access::{
    Access, MAX_EACH, MAX_NAME, NewHook, NewToken, Secret, is_allowed,
};
use rusqlite::Connection;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, TOKEN, User};
use crate::store::{hooks, tokens};
use crate::writer::{After, Room};
use crate::{clock, secret};

/// The page shows at most so many messages that were given up.
const MOST: u32 = 100;

type Numbered = Result<Path<i64>, PathRejection>;

fn access(db: &Connection) -> rusqlite::Result<Access> {
    let (tokens, hooks) = (tokens::list(db)?, hooks::list(db)?);
    Ok(Access { tokens, hooks, dead: hooks::dead(db, MOST)? })
}

/// Writes something, and answers with everything as it is then.
async fn change(
    app: &App,
    write: impl FnOnce(&Connection) -> Result<(), Error> + Send + 'static,
) -> Result<Access, Error> {
    let first = move |room: &mut Room<'_>| write(room.db);
    app.writer.run(first, |after: &mut After<'_>, ()| Ok(access(after.db)?)).await
}

/// `GET /api/v1/desk/access`
pub async fn show(State(app): State<App>, user: User) -> Result<Json<Access>, Error> {
    user.must(Action::ManageAccess)?;
    Ok(Json(app.store.read(access).await?))
}

/// `POST /api/v1/desk/tokens`: the token is in the answer, and nowhere else.
pub async fn make_token(
    State(app): State<App>,
    user: User,
    Input(NewToken { name, scopes }): Input<NewToken>,
) -> Result<Json<Secret>, Error> {
    user.must_surely(&app, Action::ManageAccess).await?;
    let name = squeeze(&name);
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(Error::Unfit("name_missing"));
    }
    if scopes.is_empty() {
        return Err(Error::Unfit("scope_missing"));
    }
    let made = format!("{TOKEN}{}", secret::random_token());
    let hash = secret::hash(made.as_bytes());
    let access = change(&app, move |db| {
        let open = tokens::list(db)?.iter().filter(|token| token.revoked_at.is_none()).count();
        if open >= MAX_EACH {
            return Err(Error::Unfit("too_many"));
        }
        Ok(tokens::insert(db, (&name, &scopes), hash, (clock::now(), &user.row.id))?)
    });
    Ok(Json(Secret { access: access.await?, secret: made }))
}

/// `POST /api/v1/desk/tokens/{id}/revoke`
pub async fn revoke_token(
    State(app): State<App>,
    user: User,
    path: Numbered,
) -> Result<Json<Access>, Error> {
    user.must(Action::ManageAccess)?;
    let id = number(path, "token_unknown")?;
    let revoke =
        move |db: &Connection| found(tokens::revoke(db, id, clock::now())?, "token_unknown");
    change(&app, revoke).await.map(Json)
}

/// `POST /api/v1/desk/hooks`: what signatures are checked with is in the answer, and is not shown again.
pub async fn add_hook(
    State(app): State<App>,
    user: User,
    Input(NewHook { url }): Input<NewHook>,
) -> Result<Json<Secret>, Error> {
    user.must_surely(&app, Action::ManageAccess).await?;
    let url = url.trim().to_owned();
    if !is_allowed(&url) {
        return Err(Error::Unfit("address_refused"));
    }
    let secret = secret::random_token();
    let kept = secret.clone();
    let access = change(&app, move |db| {
        if hooks::list(db)?.len() >= MAX_EACH {
            return Err(Error::Unfit("too_many"));
        }
        Ok(hooks::insert(db, &url, &kept, clock::now())?)
    });
    Ok(Json(Secret { access: access.await?, secret }))
}

/// `POST /api/v1/desk/hooks/{id}/remove`
pub async fn remove_hook(
    State(app): State<App>,
    user: User,
    path: Numbered,
) -> Result<Json<Access>, Error> {
    user.must(Action::ManageAccess)?;
    let id = number(path, "hook_unknown")?;
    let remove = move |db: &Connection| found(hooks::remove(db, id, clock::now())?, "hook_unknown");
    change(&app, remove).await.map(Json)
}

/// `POST /api/v1/desk/deliveries/{id}/again`
pub async fn send_again(
    State(app): State<App>,
    user: User,
    path: Numbered,
) -> Result<Json<Access>, Error> {
    user.must(Action::ManageAccess)?;
    let id = number(path, "delivery_unknown")?;
    let again =
        move |db: &Connection| found(hooks::send_again(db, id, clock::now())?, "delivery_unknown");
    change(&app, again).await.map(Json)
}

fn number(path: Numbered, unknown: &'static str) -> Result<i64, Error> {
    path.map(|Path(id)| id).map_err(|_| Error::NoSuch(unknown))
}

fn found(found: bool, unknown: &'static str) -> Result<(), Error> {
    if found { Ok(()) } else { Err(Error::NoSuch(unknown)) }
}
