//! The list of the prison database: shown first, applied when somebody says so.

use axum::Json;
use axum::extract::{Query, State};
use bilik_shared::privacy::access::What;
use bilik_shared::role::{Action, may};
use bilik_shared::roster::Column;
use bilik_shared::roster::preview::{Apply, Imported, Preview};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Body, Input, User};
use crate::privacy::{Reading, noted};
use crate::roster::import::{self, Moment, Residents};
use crate::roster::previews::Held;
use crate::roster::{self, List};
use crate::store::meta;
use crate::{clock, secret};

/// What somebody chose for columns: `3:cell,4:-`, by their place from 0.
#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    columns: String,
}

impl Chosen {
    fn read(&self) -> Vec<(usize, Option<Column>)> {
        let one = |text: &str| {
            let (place, column) = text.split_once(':')?;
            Some((place.parse().ok()?, Column::parse(column)))
        };
        self.columns.split(',').filter_map(one).collect()
    }
}

/// `GET /api/v1/desk/roster`: what became of the last list, if there was one.
pub async fn last(State(app): State<App>, user: User) -> Result<Json<Option<Imported>>, Error> {
    user.must(Action::ImportRoster)?;
    Ok(Json(app.store.read(import::last).await?))
}

/// `POST /api/v1/desk/roster/preview`: the file as the body. Nothing is written.
pub async fn preview(
    State(app): State<App>,
    user: User,
    chosen: Query<Chosen>,
    Body(bytes): Body,
) -> Result<Json<Preview>, Error> {
    user.must(Action::ImportRoster)?;
    let (house, at) = (app.house()?, clock::now());
    let (chosen, today) = (chosen.read(), at.date(house.facility.zone));
    let learned = app.store.read(import::learned).await?;
    let file = secret::hash(&bytes);
    let list = {
        let _one = app.previews.gate.try_acquire().map_err(|_| Error::Busy)?;
        let read = move || roster::read(&bytes, &learned, &chosen, today);
        // A panic is that of a reader of foreign bytes.
        tokio::task::spawn_blocking(read).await.map_err(|_| Error::BadBody("list_damaged"))?
    };
    let List { worksheet, headings, people } = list.map_err(|bad| Error::BadBody(bad.code()))?;
    let residents = app
        .writer
        .run(|_| Ok(()), move |after, ()| Residents::read(after.db, after.sheets, &house))
        .await?;
    let mut plan = residents.compare(people.clone());
    let id = import::name(&file, &plan)?;
    if !may(user.row.role, Action::SeeEntry, None) {
        plan.lines.iter_mut().for_each(|line| line.state = None);
    }
    let (line, columns) = (headings.line as u32 + 1, headings.shown());
    noted(&app, &user.row, Reading::of(What::Roster, people.len()), at).await?;
    let by = user.row.id;
    app.previews.hold(Held { id, file, by, at, headings, people, imported: None });
    Ok(Json(Preview { id, worksheet, line, columns, plan }))
}

/// `POST /api/v1/desk/roster/apply`: writes what a preview showed. The same request again changes nothing.
pub async fn apply(
    State(app): State<App>,
    user: User,
    Input(asked): Input<Apply>,
) -> Result<Json<Imported>, Error> {
    user.must(Action::ImportRoster)?;
    let (house, at) = (app.house()?, clock::now());
    let held = app.previews.get(asked.preview, &user.row.id, at)?;
    if let Some(imported) = held.imported {
        return Ok(Json(imported));
    }
    let id = asked.preview;
    let moment = Moment { by: user.row.id.clone(), at };
    let Held { file, people, headings, .. } = held;
    let (previews, devices, by) = (app.previews.clone(), app.devices.clone(), user.row.id);
    let write = app.writer.run(
        move |room| {
            let imported = import::apply(room, &house, (&file, people), &asked, &moment)?;
            let mut learned = import::learned(room.db)?;
            learned.learn(&headings);
            let text = serde_json::to_string(&learned)
                .map_err(|cause| Error::Internal(cause.to_string()))?;
            meta::set(room.db, meta::ROSTER_HEADINGS, &text)?;
            Ok(imported)
        },
        move |_, imported| {
            previews.note(id, &by, &imported);
            // Perhaps a block got its sheet.
            devices.forget();
            Ok(imported)
        },
    );
    write.await.map(Json)
}
