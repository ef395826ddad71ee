//! One registration at the desk: everything that may be seen of it, and what a supervisor does to it.

use axum::Json;
use axum::extract::{Path, State};
use bilik_shared::admission::Owner;
use bilik_shared::command::{Author, Command, Moment, What};
use bilik_shared::id::{Digest, EntryId, SheetId};
use bilik_shared::registration::Field;
use bilik_shared::role::Action;
use bilik_shared::sheet::Happened;
use bilik_shared::time::Timestamp;
use bilik_shared::view::{Decide, Detail, Received, Resolve, hidden_sheet};

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::projection;
use crate::seats;
use crate::store::changes::NewChange;
use crate::store::users::UserRow;
use crate::store::{actors, changes, sheets};
use crate::writer::{After, OpenSheet, Room};

/// The entry that a path names. A path that names none is answered like an entry that does not exist.
type Named = Result<Path<(SheetId, EntryId)>, axum::extract::rejection::PathRejection>;

fn named(app: &App, path: Named) -> Result<(SheetId, EntryId), Error> {
    let Path((sheet, entry)) = path.map_err(|_| Error::EntryUnknown)?;
    match sheet == hidden_sheet() {
        true => app.board.sheet_of(entry).map(|sheet| (sheet, entry)).ok_or(Error::EntryUnknown),
        false => Ok((sheet, entry)),
    }
}

/// `GET /api/v1/desk/entries/{sheet}/{entry}`
pub async fn show(State(app): State<App>, user: User, path: Named) -> Result<Json<Detail>, Error> {
    let (sheet, entry) = named(&app, path)?;
    let look = move |after: &mut After<'_>, ()| detail(after, &user.row, &sheet, entry);
    app.writer.run(|_| Ok(()), look).await.map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/resolve`
pub async fn resolve(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(Resolve { field, value }): Input<Resolve>,
) -> Result<Json<Detail>, Error> {
    user.must(Action::ResolveConflict)?;
    act(&app, user.row, named(&app, path)?, move |_| Ok(What::Resolve { field, value }))
        .await
        .map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/decide`
pub async fn decide(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(decision): Input<Decide>,
) -> Result<Json<Detail>, Error> {
    user.must(Action::Decide)?;
    let house = app.house.clone();
    act(&app, user.row, named(&app, path)?, move |room| {
        let house = house.as_deref().ok_or(Error::NoFacility)?;
        let seat = seats::find(room.db, house, &decision)?;
        let Decide { state, reason, .. } = decision;
        Ok(What::Decide { state, reason, seat })
    })
    .await
    .map(Json)
}

/// Carries out what somebody at the desk asks for: one change, one transaction, then the answer. `what` is
/// asked inside the transaction, because whether a place is free is known only there.
async fn act(
    app: &App,
    user: UserRow,
    (sheet, entry): (SheetId, EntryId),
    what: impl FnOnce(&mut Room<'_>) -> Result<What, Error> + Send + 'static,
) -> Result<Detail, Error> {
    let moment = moment(app, &user)?;
    let (seen, named) = (user.clone(), sheet.clone());
    let first = move |room: &mut Room<'_>| {
        let open = room.sheets.view(room.db, &named).map_err(|error| unknown(&error))?;
        let received_at = open.last_received(entry);
        see(open, &seen, &named, entry)?;
        let what = what(room)?;
        write(room, &Command { sheet: named, entry, what }, &moment, received_at)
    };
    let second = move |after: &mut After<'_>, ()| detail(after, &user, &sheet, entry);
    app.writer.run(first, second).await
}

/// This moment, for somebody at the desk.
pub fn moment(app: &App, user: &UserRow) -> Result<Moment, Error> {
    let at = clock::now();
    Ok(Moment {
        author: Author { device: None, officer: user.id.clone() },
        role: user.role,
        at,
        today: at.date(app.house()?.facility.zone),
        number: None,
    })
}

/// Writes one change of the desk inside the transaction. `received_at` is when a tablet last brought
/// something for the entry.
pub fn write(
    room: &mut Room<'_>,
    command: &Command,
    moment: &Moment,
    received_at: Option<Timestamp>,
) -> Result<(), Error> {
    let (sheet, at) = (&command.sheet, moment.at);
    let open = room.sheets.edit(room.db, sheet).map_err(|error| unknown(&error))?;
    let Some(chunk) = open.sheet.act(command, moment)?.chunk else { return Ok(()) };
    actors::bind(room.db, chunk.actor(), &Owner::Server)?;
    let change = NewChange {
        sheet,
        hash: chunk.hash(),
        actor: chunk.actor(),
        seq: chunk.seq(),
        device: None,
        officer: moment.author.officer.as_str(),
        received_at: at,
        bytes: chunk.bytes(),
    };
    changes::insert(room.db, &change)?;
    open.note(&chunk, None, at);
    let digest = Digest::of(&open.graph.heads());
    sheets::set_digest(room.db, sheet, digest)?;
    let touched = [command.entry].into();
    let rows = projection::write(room.db, sheet, open, &touched, received_at)?;
    room.changed.sheets.push((sheet.clone(), digest));
    room.changed.rows.extend(rows);
    Ok(())
}

/// What this person may see of an entry. What they may not see does not exist for them.
fn see(
    open: &OpenSheet,
    user: &UserRow,
    sheet: &SheetId,
    entry: EntryId,
) -> Result<bilik_shared::view::Row, Error> {
    let row = projection::row(sheet, open, entry, None).ok_or(Error::EntryUnknown)?;
    if row.is_seen_by(user.role) { Ok(row) } else { Err(Error::EntryUnknown) }
}

fn unknown(error: &Error) -> Error {
    match error {
        Error::SheetUnknown => Error::EntryUnknown,
        other => other.clone(),
    }
}

fn detail(
    after: &mut After<'_>,
    user: &UserRow,
    sheet: &SheetId,
    id: EntryId,
) -> Result<Detail, Error> {
    let open = after.sheets.view(after.db, sheet).map_err(|error| unknown(&error))?;
    let mut row = see(open, user, sheet, id)?;
    let entry = open.sheet.entry(id).ok_or(Error::EntryUnknown)?;
    let conflicts = open.sheet.conflicts(id);
    let history: Vec<Received> =
        open.sheet.history(id).into_iter().map(|happened| received(open, happened)).collect();
    row.received_at = open.last_received(id);
    let mut answers = entry.answers;
    answers.nik = masked(&answers.nik);
    let reason = entry.decision.map(|decision| decision.reason).unwrap_or_default();
    let detail = Detail { row, person: entry.person, answers, reason, conflicts, history };
    detail.seen_by(user.role).ok_or(Error::EntryUnknown)
}

fn received(open: &OpenSheet, mut happened: Happened) -> Received {
    if happened.field == Field::Nik.key() {
        happened.before = happened.before.as_deref().map(masked);
        happened.after = masked(&happened.after);
    }
    let node = open.graph.get(&happened.hash);
    Received { received_at: node.map_or(happened.at, |node| node.received_at), happened }
}

/// An identity number for screens: the first and the last four digits.
fn masked(nik: &str) -> String {
    let letters: Vec<char> = nik.chars().collect();
    if letters.len() < 12 {
        return "•".repeat(letters.len());
    }
    let shown = |n: usize| n < 4 || n + 4 >= letters.len();
    letters.iter().enumerate().map(|(n, c)| if shown(n) { *c } else { '•' }).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_identity_number_is_not_shown_whole() {
        assert_eq!(masked("8171014502909001"), "8171••••••••9001");
        assert_eq!(masked("123"), "•••");
        assert_eq!(masked(""), "");
    }
}
