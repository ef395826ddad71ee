//! One registration at the desk: everything that may be seen of it, and what a supervisor does to it.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use bilik_shared::admission::Owner;
use bilik_shared::command::{Author, Command, Moment};
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::{DecisionState, State as Stands, doubt};
use bilik_shared::pairs::Place;
use bilik_shared::privacy::{Fault, access, text};
use bilik_shared::registration::Field;
use bilik_shared::role::{Action, reads, reads_history};
use bilik_shared::sheet::Happened;
use bilik_shared::time::Timestamp;
use bilik_shared::training::NoTraining;
use bilik_shared::vetting::Said;
use bilik_shared::view::{
    Decide, Detail, Nik, Received, Resolve, RevealNik, Unsettle, Withdraw, hidden_sheet,
};
use rusqlite::Connection;
use serde::Deserialize;

use super::setup::house;
use crate::app::App;
use crate::board::Board;
use crate::error::Error;
use crate::extract::{Input, Reader, Scope, User};
use crate::privacy::{Reading, noted};
use crate::store::users::UserRow;
use crate::store::{actors, training, vetting};
use crate::vetting::{advised, ready};
use crate::writer::{After, OpenSheet, Room, Sheets};
use crate::{clock, gate, projection, secret};

mod question;

pub use question::Question;

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
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    path: Named,
) -> Result<Json<Detail>, Error> {
    let user = reader.user(Scope::Participants)?;
    let (sheet, entry) = named(&app, path)?;
    let (seen, named, at) = (user.clone(), sheet.clone(), clock::now());
    let first = move |room: &mut Room<'_>| {
        let open = room.sheets.view(room.db, &named).map_err(|error| unknown(&error))?;
        see(open, &seen, &named, entry)?;
        Ok(Reading::one(entry).note(room.db, &seen, at)?)
    };
    let board = app.board.clone();
    let second = move |after: &mut After<'_>, ()| {
        detail(&board, after.sheets, after.db, &user, &sheet, entry)
    };
    app.writer.run(first, second).await.map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/nik`: the whole identity number, once, for a reason that is logged.
pub async fn reveal_nik(
    State(app): State<App>,
    user: User,
    path: Named,
    Input(RevealNik { reason }): Input<RevealNik>,
) -> Result<Json<Nik>, Error> {
    if !reads(user.row.role, Field::Nik) {
        return Err(Error::RoleMayNot);
    }
    let (sheet, entry) = named(&app, path)?;
    let reason = text(&reason, Fault::ReasonMissing)?;
    let (user, at) = (user.row, clock::now());
    let first = move |room: &mut Room<'_>| {
        let open = room.sheets.view(room.db, &sheet).map_err(|error| unknown(&error))?;
        see(open, &user, &sheet, entry)?;
        let nik = open.sheet.entry(entry).ok_or(Error::EntryUnknown)?.answers.nik;
        let reading = Reading { what: access::What::Nik, reason, ..Reading::one(entry) };
        reading.note(room.db, &user, at)?;
        Ok(Nik { nik })
    };
    app.writer.run(first, |_, nik| Ok(nik)).await.map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/resolve`
pub async fn resolve(
    State(app): State<App>,
    user: User,
    path: Named,
    seen: Result<Query<Seen>, QueryRejection>,
    Input(choice): Input<Resolve>,
) -> Result<Json<Detail>, Error> {
    user.must(Action::ResolveConflict)?;
    act(&app, user.row, named(&app, path)?, version(seen), Question::Resolve(choice))
        .await
        .map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/unsettle`: a choice between answers is taken back, for thirty days.
pub async fn unsettle(
    State(app): State<App>,
    user: User,
    path: Named,
    seen: Result<Query<Seen>, QueryRejection>,
    Input(which): Input<Unsettle>,
) -> Result<Json<Detail>, Error> {
    user.must(Action::ResolveConflict)?;
    act(&app, user.row, named(&app, path)?, version(seen), Question::Unsettle(which))
        .await
        .map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/decide`
pub async fn decide(
    State(app): State<App>,
    user: User,
    path: Named,
    seen: Result<Query<Seen>, QueryRejection>,
    Input(decision): Input<Decide>,
) -> Result<Json<Detail>, Error> {
    user.must(Action::Decide)?;
    // Nobody is certified without a number, or passes without a score.
    use DecisionState::{Certified, Failed, Passed};
    if matches!(decision.state, Passed | Failed | Certified) {
        return Err(NoTraining::OwnPage.into());
    }
    act(&app, user.row, named(&app, path)?, version(seen), Question::Decide(decision))
        .await
        .map(Json)
}

/// `POST /api/v1/desk/entries/{sheet}/{entry}/withdraw`: somebody has told the supervisor, not an officer, that they
/// withdraw. Their seat is free at once.
pub async fn withdraw(
    State(app): State<App>,
    user: User,
    path: Named,
    seen: Result<Query<Seen>, QueryRejection>,
    Input(said): Input<Withdraw>,
) -> Result<Json<Detail>, Error> {
    user.must(Action::Decide)?;
    act(&app, user.row, named(&app, path)?, version(seen), Question::Withdraw(said)).await.map(Json)
}

/// Which version of the entry somebody looked at who decides about it. Absent, it is decided as it stands.
#[derive(Debug, Deserialize)]
pub struct Seen {
    version: Option<String>,
}

fn version(seen: Result<Query<Seen>, QueryRejection>) -> Option<String> {
    seen.ok().and_then(|Query(seen)| seen.version)
}

/// Carries out what somebody at the desk asks for: one change, one transaction, then the answer. What was done
/// already is answered with what stands; whoever looked at another version is told the one of now.
pub async fn act(
    app: &App,
    user: UserRow,
    (sheet, entry): (SheetId, EntryId),
    version: Option<String>,
    question: Question,
) -> Result<Detail, Error> {
    let moment = moment(app, &user)?;
    let (reader, at) = (user.clone(), moment.at);
    let (seen, named) = (user.clone(), sheet.clone());
    let (board, again) = (app.board.clone(), app.board.clone());
    let first = move |room: &mut Room<'_>| {
        let open = room.sheets.view(room.db, &named).map_err(|error| unknown(&error))?;
        let received_at = open.last_received(entry);
        let row = see(open, &seen, &named, entry)?;
        let stands = question.stands(&mut open.sheet, entry, &seen.id);
        // The answer tells everything about the person.
        Reading::one(entry).note(room.db, &seen, moment.at)?;
        if stands {
            return Ok(());
        }
        if let Some(version) = version {
            let current = detail(&board, room.sheets, room.db, &seen, &named, entry)?;
            if current.version != version {
                return Err(Error::VersionStale(Box::new(current)));
            }
        }
        let what = question.what(room, &row, &board.pairs)?;
        write(room, &Command { sheet: named, entry, what }, &moment, received_at)
    };
    let second = move |after: &mut After<'_>, ()| {
        detail(&again, after.sheets, after.db, &user, &sheet, entry)
    };
    let done = app.writer.run(first, second).await;
    if matches!(done, Err(Error::VersionStale(_))) {
        // What was written with the refused job is gone, and the refusal tells the entry of now.
        noted(app, &reader, Reading::one(entry), at).await?;
    }
    done
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
    gate::keep(room.db, sheet, open, &chunk, None, at)?;
    gate::tell(room.db, room.changed, sheet, open)?;
    let touched = [command.entry].into();
    projection::write(room.db, room.changed, sheet, open, &touched, received_at)
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
    board: &Board,
    sheets: &mut Sheets,
    db: &Connection,
    user: &UserRow,
    sheet: &SheetId,
    id: EntryId,
) -> Result<Detail, Error> {
    let open = sheets.view(db, sheet).map_err(|error| unknown(&error))?;
    let mut row = see(open, user, sheet, id)?;
    let entry = open.sheet.entry(id).ok_or(Error::EntryUnknown)?;
    let conflicts = open.sheet.conflicts(id);
    let history: Vec<Received> =
        open.sheet.history(id).into_iter().map(|happened| received(open, happened)).collect();
    let mut settled = open.sheet.settled(id);
    for choice in settled.iter_mut().filter(|choice| choice.field == Field::Nik) {
        choice.chosen = masked(&choice.chosen);
        choice.answers.iter_mut().for_each(|answer| answer.value = masked(&answer.value));
    }
    row.received_at = open.last_received(id);
    let mut answers = entry.answers.clone();
    answers.nik = masked(&answers.nik);
    let decision = entry.decision.as_ref();
    let reason = decision.map(|decision| decision.reason.clone()).unwrap_or_default();
    let proposals = training::proposals_of(db, id)?;
    let (house, today) = (house(db)?, clock::now());
    let today = today.date(house.facility.zone);
    let known = vetting::known(db, id)?;
    let vetted: Vec<Said> = vetting::of(db, id)?.into_iter().rev().collect();
    let advice = advised(&house, &entry, &known, today);
    let ready = ready(&house, &row, &known, today);
    let version = String::new();
    let mut detail = Detail {
        version,
        row,
        person: entry.person,
        answers,
        reason,
        conflicts,
        settled,
        doubt: None,
        history,
        proposals,
        vetted,
        advice: Vec::new(),
        ready: None,
    };
    detail.version = digest(&detail)?;
    // Not in the version either: what rules say changes from day to day.
    detail.advice = advice;
    detail.ready = ready;
    let mut detail = detail.seen_by(user.role).ok_or(Error::EntryUnknown)?;
    // Not in the version: both follow from what stands around the sheet.
    let waits = matches!(detail.row.state, Stands::Registered | Stands::Rejected);
    if waits && reads_history(user.role) {
        let place = Place { sheet: sheet.clone(), entry: id };
        let (row, pair) = (&detail.row, board.pairs.is_waiting(&place));
        detail.doubt = doubt(row.state, DecisionState::Verified, row.conflicts, pair);
    }
    board.mark(std::slice::from_mut(&mut detail.row));
    Ok(detail)
}

/// Names a state of an entry: what stands in it and everything that happened.
fn digest(detail: &Detail) -> Result<String, Error> {
    let text = serde_json::to_vec(detail).map_err(|cause| Error::Internal(cause.to_string()))?;
    let sum = secret::hash(&text);
    Ok(sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
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
pub fn masked(nik: &str) -> String {
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
