//! Views that somebody saved: a filter of the table under a name, for this person on any computer.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use bilik_shared::lifecycle::State as Stands;
use bilik_shared::person::squeeze;
use bilik_shared::role::{Action, may};
use bilik_shared::view::entries::{MAX_TYPED, MAX_VIEW_NAME, MAX_VIEWS, View};

use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::store::views;
use crate::writer::{After, Room};

/// Whoever has a table has views of it.
fn must(user: &User) -> Result<(), Error> {
    let sees = may(user.row.role, Action::SeeEntry, Some(Stands::InTraining));
    if sees { Ok(()) } else { Err(Error::RoleMayNot) }
}

/// `GET /api/v1/desk/views`
pub async fn list(State(app): State<App>, user: User) -> Result<Json<Vec<View>>, Error> {
    must(&user)?;
    Ok(Json(app.store.read(move |db| views::list(db, &user.row.id)).await?))
}

/// `POST /api/v1/desk/views`: a new one, or another filter under a name that is there.
pub async fn save(
    State(app): State<App>,
    user: User,
    Input(view): Input<View>,
) -> Result<Json<Vec<View>>, Error> {
    must(&user)?;
    let View { name, filter, order, .. } = view;
    let name = squeeze(&name);
    if name.is_empty() || name.chars().count() > MAX_VIEW_NAME {
        return Err(Error::Unfit("name_missing"));
    }
    if filter.text.chars().count() > MAX_TYPED || filter.blocks.len() > MAX_TYPED {
        return Err(Error::Unfit("text_too_large"));
    }
    let (view, id) = (View { id: 0, name, filter, order }, user.row.id);
    let kept = id.clone();
    let first = move |room: &mut Room<'_>| {
        let known = views::list(room.db, &id)?;
        let new = known.iter().all(|known| known.name != view.name);
        if new && known.len() >= MAX_VIEWS {
            return Err(Error::Unfit("too_many"));
        }
        Ok(views::put(room.db, &id, &view)?)
    };
    let second = move |after: &mut After<'_>, ()| Ok(views::list(after.db, &kept)?);
    app.writer.run(first, second).await.map(Json)
}

/// `POST /api/v1/desk/views/{id}/remove`
pub async fn remove(
    State(app): State<App>,
    user: User,
    path: Result<Path<i64>, PathRejection>,
) -> Result<Json<Vec<View>>, Error> {
    must(&user)?;
    let Path(number) = path.map_err(|_| Error::NoSuch("view_unknown"))?;
    let (id, kept) = (user.row.id.clone(), user.row.id);
    let first = move |room: &mut Room<'_>| match views::remove(room.db, &id, number)? {
        true => Ok(()),
        false => Err(Error::NoSuch("view_unknown")),
    };
    let second = move |after: &mut After<'_>, ()| Ok(views::list(after.db, &kept)?);
    app.writer.run(first, second).await.map(Json)
}
