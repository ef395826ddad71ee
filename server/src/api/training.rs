//! The partner's pages: packages, their days, results and certificates, and the register of those who were trained.
//!
//! A package that an address does not name, and one that is another instructor's, are answered alike.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use bilik_shared::id::EntryId;
use bilik_shared::privacy::access::What;
use bilik_shared::programme::Seat;
use bilik_shared::role::Action;
use bilik_shared::time::Date;
use bilik_shared::training::attendance::SaveDay;
use bilik_shared::training::certificate::Certificate;
use bilik_shared::view::training::{
    DayView, Find, FollowUps, GiveGrade, Issue, PackageView, Packages, Propose, SetRelease, Start,
    Teach, TurnAway,
};

use super::entries::moment;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::privacy::{Reading, noted};
use crate::training::{self, Asking, Work, work};
use crate::writer::{After, Room};

type Named = Result<Path<(String, String)>, PathRejection>;
type NamedDay = Result<Path<(String, String, String)>, PathRejection>;
type NamedPerson = Result<Path<EntryId>, PathRejection>;

fn seat(programme: &str, number: &str) -> Result<Seat, Error> {
    format!("{programme}/{number}").parse().map_err(|_| Error::PackageUnknown)
}

fn named(path: Named) -> Result<Seat, Error> {
    let Path((programme, number)) = path.map_err(|_| Error::PackageUnknown)?;
    seat(&programme, &number)
}

fn named_day(path: NamedDay) -> Result<(Seat, Date), Error> {
    let Path((programme, number, date)) = path.map_err(|_| Error::PackageUnknown)?;
    Ok((seat(&programme, &number)?, date.parse().map_err(|_| Error::PackageUnknown)?))
}

fn asking(app: &App, user: User) -> Result<Asking, Error> {
    let (house, moment) = ((*app.house()?).clone(), moment(app, &user.row)?);
    Ok(Asking { house, user: user.row, moment })
}

/// Looks at something after everything that was asked for before; what names people is noted.
async fn look<T: Send + 'static>(
    app: &App,
    user: User,
    reading: Option<Reading>,
    look: impl FnOnce(&mut After<'_>, &Asking) -> Result<T, Error> + Send + 'static,
) -> Result<Json<T>, Error> {
    let asking = asking(app, user)?;
    let (reader, at) = (asking.user.clone(), asking.moment.at);
    let seen = app.writer.run(|_| Ok(()), move |after, ()| look(after, &asking)).await?;
    if let Some(reading) = reading {
        noted(app, &reader, reading, at).await?;
    }
    Ok(Json(seen))
}

/// Does something to a package in one transaction, and answers with it as it is then.
async fn act(
    app: &App,
    user: User,
    package: Seat,
    act: impl FnOnce(&mut Room<'_>, &Asking, &Work) -> Result<(), Error> + Send + 'static,
) -> Result<Json<PackageView>, Error> {
    let asking = asking(app, user)?;
    let (first, again) = ((asking.clone(), package.clone()), (asking, package));
    let first = move |room: &mut Room<'_>| {
        let work = work(room.db, room.sheets, &first.0, &first.1)?;
        act(room, &first.0, &work)
    };
    let second =
        move |after: &mut After<'_>, ()| training::show(after.db, after.sheets, &again.0, &again.1);
    app.writer.run(first, second).await.map(Json)
}

/// `GET /api/v1/desk/training`
pub async fn list(State(app): State<App>, user: User) -> Result<Json<Packages>, Error> {
    user.must(Action::Train)?;
    look(&app, user, None, |after, asking| training::list(after.db, after.sheets, asking)).await
}

/// `GET /api/v1/desk/training/{programme}/{number}`
pub async fn show(
    State(app): State<App>,
    user: User,
    path: Named,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::Train)?;
    let package = named(path)?;
    let reading = Some(Reading::of(What::Training, &package));
    look(&app, user, reading, move |after, asking| {
        training::show(after.db, after.sheets, asking, &package)
    })
    .await
}

/// `POST /api/v1/desk/training/{programme}/{number}/propose`
pub async fn propose(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(asked): Input<Propose>,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::RunTraining)?;
    act(&app, user, named(path)?, |room, asking, work| training::propose(room, asking, work, asked))
        .await
}

/// `POST /api/v1/desk/training/{programme}/{number}/turn-away`
pub async fn turn_away(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(asked): Input<TurnAway>,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::RunTraining)?;
    act(&app, user, named(path)?, |room, asking, work| {
        training::turn_away(room, asking, work, asked)
    })
    .await
}

/// `POST /api/v1/desk/training/{programme}/{number}/instructor`
pub async fn teach(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(asked): Input<Teach>,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::RunTraining)?;
    act(&app, user, named(path)?, |room, asking, work| training::teach(room, asking, work, asked))
        .await
}

/// `POST /api/v1/desk/training/{programme}/{number}/start`
pub async fn start(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(asked): Input<Start>,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::Train)?;
    act(&app, user, named(path)?, |room, asking, work| training::start(room, asking, work, asked))
        .await
}

/// `GET /api/v1/desk/training/{programme}/{number}/days/{date}`
pub async fn show_day(
    State(app): State<App>,
    user: User,
    path: NamedDay,
) -> Result<Json<DayView>, Error> {
    user.must(Action::Train)?;
    let (package, date) = named_day(path)?;
    let reading = Some(Reading::of(What::Training, &package));
    look(&app, user, reading, move |after, asking| {
        training::show_day(after.db, after.sheets, asking, &package, date)
    })
    .await
}

/// `POST /api/v1/desk/training/{programme}/{number}/days/{date}`: the day as a whole.
pub async fn save_day(
    State(app): State<App>,
    user: User,
    path: NamedDay,
    Input(asked): Input<SaveDay>,
) -> Result<Json<DayView>, Error> {
    user.must(Action::Train)?;
    let (package, date) = named_day(path)?;
    let asking = asking(&app, user)?;
    let (first, again) = ((asking.clone(), package.clone()), (asking, package));
    let first = move |room: &mut Room<'_>| {
        let work = work(room.db, room.sheets, &first.0, &first.1)?;
        training::save_day(room, &first.0, &work, date, asked)
    };
    let second = move |after: &mut After<'_>, ()| {
        training::show_day(after.db, after.sheets, &again.0, &again.1, date)
    };
    app.writer.run(first, second).await.map(Json)
}

/// `POST /api/v1/desk/training/{programme}/{number}/grades`: a score, and how it ended.
pub async fn grade(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(asked): Input<GiveGrade>,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::Train)?;
    act(&app, user, named(path)?, |room, asking, work| training::grade(room, asking, work, asked))
        .await
}

/// `POST /api/v1/desk/training/{programme}/{number}/certificates`
pub async fn issue(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(asked): Input<Issue>,
) -> Result<Json<PackageView>, Error> {
    user.must(Action::RunTraining)?;
    act(&app, user, named(path)?, |room, asking, work| training::issue(room, asking, work, asked))
        .await
}

/// `GET /api/v1/desk/training/{programme}/{number}/certificates/{entry}`: as it is printed.
pub async fn certificate(
    State(app): State<App>,
    user: User,
    path: NamedDay,
) -> Result<Json<Certificate>, Error> {
    user.must(Action::RunTraining)?;
    let Path((programme, number, entry)) = path.map_err(|_| Error::PackageUnknown)?;
    let package = seat(&programme, &number)?;
    let entry = entry.parse().map_err(|_| Error::EntryUnknown)?;
    let reading =
        Reading { entry: Some(entry), ..Reading::of(What::Training, format!("{package}")) };
    look(&app, user, Some(reading), move |after, asking| {
        let work = work(after.db, after.sheets, asking, &package)?;
        training::certificate(after.db, &work, entry)
    })
    .await
}

/// `GET /api/v1/desk/follow-ups`
pub async fn follow_ups(State(app): State<App>, user: User) -> Result<Json<FollowUps>, Error> {
    user.must(Action::FollowUp)?;
    let reading = Some(Reading::of(What::Training, ""));
    look(&app, user, reading, |after, asking| {
        training::register(after.db, after.sheets, asking.moment.today)
    })
    .await
}

/// Writes something into the register, and answers with it.
async fn note(
    app: &App,
    user: User,
    write: impl FnOnce(&mut Room<'_>, &Asking) -> Result<(), Error> + Send + 'static,
) -> Result<Json<FollowUps>, Error> {
    let asking = asking(app, user)?;
    let today = asking.moment.today;
    let first = move |room: &mut Room<'_>| write(room, &asking);
    let second = move |after: &mut After<'_>, ()| training::register(after.db, after.sheets, today);
    app.writer.run(first, second).await.map(Json)
}

/// `POST /api/v1/desk/follow-ups/{entry}/release`
pub async fn release(
    State(app): State<App>,
    user: User,
    path: NamedPerson,
    Input(asked): Input<SetRelease>,
) -> Result<Json<FollowUps>, Error> {
    user.must(Action::FollowUp)?;
    let Path(entry) = path.map_err(|_| Error::EntryUnknown)?;
    note(&app, user, move |room, asking| training::release(room, asking, entry, asked)).await
}

/// `POST /api/v1/desk/follow-ups/{entry}/found`
pub async fn find(
    State(app): State<App>,
    user: User,
    path: NamedPerson,
    Input(asked): Input<Find>,
) -> Result<Json<FollowUps>, Error> {
    user.must(Action::FollowUp)?;
    let Path(entry) = path.map_err(|_| Error::EntryUnknown)?;
    note(&app, user, move |room, asking| training::find(room, asking, entry, asked)).await
}
