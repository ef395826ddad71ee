//! Verifying many registrations with one press. Each is decided for itself: one that may not be verified keeps no
//! other one back.

use axum::Json;
use axum::extract::State;
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::pairs::Place;
use bilik_shared::role::Action;
use bilik_shared::view::Decide;
use bilik_shared::view::verify::{MOST, Outcome, VerifyMany};

use super::entries::{Question, act};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};

/// `POST /api/v1/desk/entries/verify`
pub async fn verify(
    State(app): State<App>,
    user: User,
    Input(VerifyMany { entries }): Input<VerifyMany>,
) -> Result<Json<Vec<Outcome>>, Error> {
    user.must(Action::Decide)?;
    if entries.len() > MOST {
        return Err(Error::Unfit("too_many_at_once"));
    }
    let mut outcomes = Vec::new();
    for place in entries {
        let refused = one(&app, &user, &place).await.err().map(|error| error.code().to_owned());
        outcomes.push(Outcome { place, refused });
    }
    Ok(Json(outcomes))
}

/// Verifies one, as if it alone had been asked for.
async fn one(app: &App, user: &User, place: &Place) -> Result<(), Error> {
    let (state, reason) = (DecisionState::Verified, String::new());
    let decision = Decide { state, reason, programme: None, package: None };
    let named = (place.sheet.clone(), place.entry);
    act(app, user.row.clone(), named, None, Question::Decide(decision)).await.map(drop)
}
