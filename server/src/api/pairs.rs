//! Entries that may be about one person: looked at, settled, and taken back for thirty days.
//!
//! *Same person* writes two changes in one transaction: answers that the entry which stays takes over, and the
//! cancelling of the other one. Nothing is deleted, so that both can be written back as they were.

use std::collections::BTreeSet;
use std::str::FromStr;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use bilik_shared::command::{Command, Moment, NoSeat, Refused, What};
use bilik_shared::id::EntryId;
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::pairs::{Pair, Place, in_order};
use bilik_shared::person::Fields;
use bilik_shared::programme::Seat;
use bilik_shared::registration::Field;
use bilik_shared::role::Action;
use bilik_shared::sheet::Entry;
use bilik_shared::view::pairs::{
    Differ, MAX_NOTE, PairRow, Pairs, Said, SettlePair, Settled, Verdict,
};
use rusqlite::Connection;

use super::cursor::{self, Asked};
use super::entries::{masked, moment, write};
use super::setup::house;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::pairs::{self, Step};
use crate::privacy::list_noted;
use crate::projection;
use crate::seats;
use crate::store::pair_verdicts;
use crate::writer::{After, Room, Sheets};

/// A page has at most so many of each list.
const MOST: usize = 50;

/// `GET /api/v1/desk/pairs?cursor=`
pub async fn list(
    State(app): State<App>,
    user: User,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Pairs>, Error> {
    user.must(Action::SettlePair)?;
    let from = cursor::asked(asked)?.unwrap_or_default();
    let all = app.board.pairs.clone();
    let look = move |after: &mut After<'_>, ()| page(after, &all, &from);
    let pairs = app.writer.run(|_| Ok(()), look).await?;
    list_noted(&app, &user.row, 2 * (pairs.waiting.len() + pairs.said.len())).await?;
    Ok(Json(pairs))
}

/// `POST /api/v1/desk/pairs`: of two supervisors at once one is first, and the other is told.
pub async fn settle(
    State(app): State<App>,
    user: User,
    Input(SettlePair { pair, verdict, note }): Input<SettlePair>,
) -> Result<Json<Pairs>, Error> {
    user.must(Action::SettlePair)?;
    let note = note.trim().to_owned();
    let unsaid = note.is_empty() && matches!(verdict, Verdict::Same { .. });
    if unsaid || note.chars().count() > MAX_NOTE {
        return Err(Error::NoteMissing);
    }
    let [one, other] = pair;
    let (one, other) = in_order(one, other);
    let pair = [one, other];
    let reasons = app.board.pairs.reasons(&pair).ok_or(Error::PairUnknown)?;
    let moment = moment(&app, &user.row)?;
    show(&app, move |room| {
        let (at, officer) = (moment.at, user.row.id);
        if let Some(word) = pair_verdicts::standing(room.db, &pair)? {
            let said = word.settled;
            if reasons.iter().all(|reason| said.reasons.contains(reason)) {
                // Sent twice: said once.
                let again = said.officer == officer && said.verdict == verdict;
                return if again { Ok(()) } else { Err(Error::PairSettled) };
            }
        }
        let (before, decision) = (Fields::new(), Fields::new());
        let settled = Settled { at, officer, pair, reasons, verdict, note, before, decision };
        say(room, &moment, settled)
    })
    .await
}

/// `POST /api/v1/desk/pairs/{number}/undo`
pub async fn undo(
    State(app): State<App>,
    user: User,
    path: Result<Path<i64>, axum::extract::rejection::PathRejection>,
) -> Result<Json<Pairs>, Error> {
    user.must(Action::SettlePair)?;
    let Path(number) = path.map_err(|_| Error::PairUnknown)?;
    let moment = moment(&app, &user.row)?;
    show(&app, move |room| {
        let word = pair_verdicts::get(room.db, number)?.ok_or(Error::PairUnknown)?;
        let said = Said {
            id: number,
            names: Default::default(),
            settled: word.settled,
            undone: word.undone,
        };
        if said.undone.is_some() {
            return Ok(());
        }
        if !said.can_be_undone(moment.at) {
            return Err(Error::TooLate);
        }
        let settled = said.settled;
        if let Verdict::Same { keep, take } = &settled.verdict {
            let away = other_of(&settled.pair, keep);
            let seat: Option<Seat> =
                settled.decision.get("seat").and_then(|seat| seat.parse().ok());
            let sat = settled.decision.get("state").and_then(|code| DecisionState::parse(code));
            if let (Some(seat), true) =
                (seat, sat.is_some_and(|state| state.leads_to().takes_seat()))
                && seats::free(room.db, &house(room.db)?, &seat)? == 0
            {
                return Err(Error::Refused(Refused::Seat(NoSeat::Full)));
            }
            act(room, &moment, &away, What::Reinstate { decision: settled.decision.clone() })?;
            // What somebody has answered since stays.
            let now = fields(&entry(room.sheets, room.db, keep)?);
            let taken = fields(&entry(room.sheets, room.db, &away)?);
            let stands = |field: &&Field| now.get(field.key()) == taken.get(field.key());
            let back = take.iter().filter(stands);
            let back = back.map(|field| {
                (*field, settled.before.get(field.key()).cloned().unwrap_or_default())
            });
            let back: Vec<(Field, String)> = back.collect();
            act(room, &moment, keep, What::Adopt { fields: back })?;
        }
        if pair_verdicts::undo(room.db, number, &moment.author.officer, moment.at)? {
            room.changed.pairs.push(Step::Said(settled.pair, Vec::new()));
        }
        Ok(())
    })
    .await
}

/// Carries a verdict out and keeps it.
fn say(room: &mut Room<'_>, moment: &Moment, mut settled: Settled) -> Result<(), Error> {
    if let Verdict::Same { keep, take } = &settled.verdict {
        if !settled.pair.contains(keep) {
            return Err(Error::PairUnknown);
        }
        let away = other_of(&settled.pair, keep);
        let now = fields(&entry(room.sheets, room.db, keep)?);
        let other = entry(room.sheets, room.db, &away)?;
        let theirs = fields(&other);
        settled.decision = other.decision.map(|decision| decision.to_fields()).unwrap_or_default();
        let value = |of: &Fields, field: &Field| of.get(field.key()).cloned().unwrap_or_default();
        settled.before =
            take.iter().map(|field| (field.key().to_owned(), value(&now, field))).collect();
        let taken = take.iter().map(|field| (*field, value(&theirs, field))).collect();
        act(room, moment, keep, What::Adopt { fields: taken })?;
        let (state, reason) = (DecisionState::Cancelled, settled.note.clone());
        act(room, moment, &away, What::Decide { state, reason, seat: None })?;
    }
    pair_verdicts::insert(room.db, &settled)?;
    room.changed.pairs.push(Step::Said(settled.pair, settled.reasons));
    Ok(())
}

fn other_of([one, other]: &[Place; 2], keep: &Place) -> Place {
    if keep == one { other.clone() } else { one.clone() }
}

/// Writes one change of an entry.
fn act(room: &mut Room<'_>, moment: &Moment, place: &Place, what: What) -> Result<(), Error> {
    let Place { sheet, entry } = place.clone();
    let received_at = room.sheets.view(room.db, &sheet)?.last_received(entry);
    write(room, &Command { sheet, entry, what }, moment, received_at)
}

/// The entry at a place.
fn entry(sheets: &mut Sheets, db: &Connection, place: &Place) -> Result<Entry, Error> {
    sheets.view(db, &place.sheet)?.sheet.entry(place.entry).ok_or(Error::EntryUnknown)
}

/// Everything that was asked of an entry, as stored.
fn fields(entry: &Entry) -> Fields {
    let mut fields = entry.person.to_fields();
    fields.extend(entry.answers.to_fields());
    fields
}

/// Does something, and answers with what waits after it.
async fn show(
    app: &App,
    first: impl FnOnce(&mut Room<'_>) -> Result<(), Error> + Send + 'static,
) -> Result<Json<Pairs>, Error> {
    let pairs = app.board.pairs.clone();
    let begin = Begin::default();
    app.writer.run(first, move |after, ()| page(after, &pairs, &begin)).await.map(Json)
}

/// Where the page before ended: the last pair that waited, and the last verdict. Both lists begin where one is absent.
#[derive(Debug, Clone, Default)]
struct Begin {
    pair: Option<[EntryId; 2]>,
    said: Option<i64>,
}

impl std::fmt::Display for Begin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [one, other] =
            self.pair.map_or([String::new(), String::new()], |pair| pair.map(|id| id.to_string()));
        write!(f, "{one}.{other}.{}", self.said.unwrap_or(i64::MAX))
    }
}

impl FromStr for Begin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = text.split('.').collect();
        let [one, other, said] = parts[..] else { return Err(Error::CursorUnknown) };
        let id = |text: &str| text.parse().map_err(|_| Error::CursorUnknown);
        let pair = if one.is_empty() { None } else { Some([id(one)?, id(other)?]) };
        let said = said.parse().map_err(|_| Error::CursorUnknown)?;
        Ok(Self { pair, said: Some(said) })
    }
}

/// A page of both lists.
///
/// # Errors
/// [`Error::CursorUnknown`], where the pair that the last page ended with waits no more.
fn page(after: &mut After<'_>, pairs: &pairs::Pairs, from: &Begin) -> Result<Pairs, Error> {
    let all = pairs.waiting();
    let ids = |pair: &Pair| [pair.one.entry, pair.other.entry];
    let begin = match &from.pair {
        None => 0,
        Some(last) => {
            let at = all.iter().position(|pair| ids(pair) == *last);
            at.ok_or(Error::CursorUnknown)? + 1
        }
    };
    let more = all.len().saturating_sub(begin + MOST) as u32;
    let shown: Vec<Pair> = all.into_iter().skip(begin).take(MOST).collect();
    let last = shown.last().map(ids).or(from.pair);
    let waiting = shown.into_iter().map(|pair| pair_row(after, pair)).collect::<Result<_, _>>()?;
    let mut said = Vec::new();
    let words = pair_verdicts::list(after.db, from.said.unwrap_or(i64::MAX), MOST as u32 + 1)?;
    let further = words.len() > MOST;
    for word in words.into_iter().take(MOST) {
        let [one, other] = &word.settled.pair;
        let mut name = |place| {
            let entry = entry(after.sheets, after.db, place)?;
            Ok::<_, Error>(entry.person.name)
        };
        let names = [name(one)?, name(other)?];
        said.push(Said { id: word.number, names, settled: word.settled, undone: word.undone });
    }
    let said_last = said.last().map(|said: &Said| said.id).or(from.said);
    let next = (more > 0 || further).then(|| Begin { pair: last, said: said_last }.to_string());
    Ok(Pairs { waiting, more, said, next })
}

fn pair_row(after: &mut After<'_>, Pair { one, other, reasons }: Pair) -> Result<PairRow, Error> {
    let (first, ones) = side(after, &one)?;
    let (second, others) = side(after, &other)?;
    let keys: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
    let differ = keys.into_iter().filter_map(|key| {
        let field = Field::parse(key).filter(|field| field.can_be_adopted())?;
        let value = |of: &Fields| of.get(key).cloned().unwrap_or_default();
        let values = [value(&ones), value(&others)];
        if values[0] == values[1] {
            return None;
        }
        let hide = |value: String| if field == Field::Nik { masked(&value) } else { value };
        Some(Differ { field, values: values.map(hide) })
    });
    let mut differ: Vec<Differ> = differ.collect();
    differ.sort_by_key(|differ| differ.field);
    Ok(PairRow { rows: [first, second], reasons, differ })
}

fn side(after: &mut After<'_>, place: &Place) -> Result<(bilik_shared::view::Row, Fields), Error> {
    let open = after.sheets.view(after.db, &place.sheet)?;
    let received_at = open.last_received(place.entry);
    let row =
        projection::row(&place.sheet, open, place.entry, received_at).ok_or(Error::EntryUnknown)?;
    let entry = open.sheet.entry(place.entry).ok_or(Error::EntryUnknown)?;
    Ok((row, fields(&entry)))
}
