//! Tablets: named, given sheets, revoked. What a tablet has not handed in stays its own until it has.

use std::collections::{BTreeMap, BTreeSet};

use bilik_shared::id::{DeviceCode, SheetId};
use bilik_shared::person::squeeze;
use bilik_shared::setup::{Difference, Fault, Kind, MAX_WORD, Refusal, TabletChange, Tablets};
use rusqlite::Connection;

use super::{LOG_LINES, Moment, refused, titles};
use crate::api::overview::{device_moved, device_rows};
use crate::board::Board;
use crate::error::Error;
use crate::store::devices::{self, DeviceRow};
use crate::store::{batches, setup_log, sheets};
use crate::writer::Room;

/// What the tablets page shows.
pub fn show(db: &Connection, board: &Board) -> rusqlite::Result<Tablets> {
    Ok(Tablets {
        rows: device_rows(db)?,
        gaps: board.gaps(),
        sheets: titles(db)?,
        log: setup_log::newest(db, &[Kind::Tablet], LOG_LINES)?,
        lease_hours: super::load(db)?.guard.lease_hours,
    })
}

/// Changes a tablet. The same again changes nothing.
pub fn change(
    room: &mut Room<'_>,
    board: &Board,
    code: &DeviceCode,
    asked: TabletChange,
    moment: &Moment,
) -> Result<(), Error> {
    let db = room.db;
    let was = devices::by_code(db, code)?.ok_or(Error::Fault(Fault::TabletUnknown))?;
    let (is, changes) = match asked {
        TabletChange::Rename { name } => rename(&was, &name)?,
        TabletChange::Give { was: seen, is } => {
            give(db, &was, seen, is).map_err(|refusal| refused(refusal, || show(db, board)))?
        }
        TabletChange::Revoke { word } => revoke(&was, &word, moment)?,
        TabletChange::Compared => compared(&was, moment),
        TabletChange::Resume { word } => resume(db, &was, &word)?,
        TabletChange::Settle { word } => settle(&was, &word, moment)?,
    };
    if changes.is_empty() {
        return Ok(());
    }
    devices::decide(db, &is)?;
    device_moved(room, code)?;
    room.changed.house = true;
    moment.note(db, (Kind::Tablet, code.to_string()), changes)
}

type Changed = (DeviceRow, Vec<Difference>);

fn difference(fact: &str, was: String, is: String) -> Difference {
    Difference { fact: fact.to_owned(), was, is }
}

fn rename(was: &DeviceRow, name: &str) -> Result<Changed, Error> {
    let name = squeeze(name);
    if name.chars().count() > MAX_WORD {
        return Err(Error::Fault(Fault::TextTooLong));
    }
    let changes = match name == was.name {
        true => Vec::new(),
        false => vec![difference("name", was.name.clone(), name.clone())],
    };
    Ok((DeviceRow { name, ..was.clone() }, changes))
}

fn give(
    db: &Connection,
    was: &DeviceRow,
    seen: Option<Vec<SheetId>>,
    is: Option<Vec<SheetId>>,
) -> Result<Changed, Refusal> {
    // A failing disk shows itself at the next statement as well; here it finds no sheet.
    let all: Vec<SheetId> =
        sheets::list(db).unwrap_or_default().into_iter().map(|s| s.id).collect();
    let set =
        |list: Option<&Vec<SheetId>>| list.map(|l| l.iter().cloned().collect::<BTreeSet<_>>());
    if set(is.as_ref()) == set(was.sheets.as_ref()) {
        return Ok((was.clone(), Vec::new()));
    }
    if was.revoked_at.is_some() {
        return Err(Fault::TabletRevoked.into());
    }
    if set(seen.as_ref()) != set(was.sheets.as_ref()) {
        return Err(Refusal::Outdated);
    }
    if is.iter().flatten().any(|id| !all.contains(id)) {
        return Err(Fault::SheetMissing.into());
    }
    let had = was.sheets.as_ref().unwrap_or(&all);
    let has: BTreeSet<&SheetId> = is.as_ref().unwrap_or(&all).iter().collect();
    let former: BTreeSet<&SheetId> =
        was.former.iter().chain(had).filter(|id| !has.contains(id)).collect();
    let former = former.into_iter().cloned().collect();
    let changes = vec![difference("sheets", listed(was.sheets.as_ref()), listed(is.as_ref()))];
    Ok((DeviceRow { sheets: is, former, ..was.clone() }, changes))
}

/// The sheets as the log names them.
fn listed(sheets: Option<&Vec<SheetId>>) -> String {
    match sheets {
        None => "*".to_owned(),
        Some(list) if list.is_empty() => "-".to_owned(),
        Some(list) => list.iter().map(SheetId::to_string).collect::<Vec<_>>().join(", "),
    }
}

fn said(word: &str) -> Result<String, Error> {
    let word = squeeze(word);
    match word.chars().count() {
        0 => Err(Error::Fault(Fault::WordMissing)),
        n if n > MAX_WORD => Err(Error::Fault(Fault::TextTooLong)),
        _ => Ok(word),
    }
}

fn revoke(was: &DeviceRow, word: &str, moment: &Moment) -> Result<Changed, Error> {
    let word = said(word)?;
    if was.revoked_at.is_some() {
        return Ok((was.clone(), Vec::new()));
    }
    let changes = vec![difference("revoked", String::new(), word)];
    Ok((DeviceRow { revoked_at: Some(moment.at), ..was.clone() }, changes))
}

fn compared(was: &DeviceRow, moment: &Moment) -> Changed {
    if was.compared_at.is_some() || was.key.is_none() {
        return (was.clone(), Vec::new());
    }
    let changes = vec![difference("compared", String::new(), was.compare.clone())];
    (DeviceRow { compared_at: Some(moment.at), ..was.clone() }, changes)
}

fn resume(db: &Connection, was: &DeviceRow, word: &str) -> Result<Changed, Error> {
    let word = said(word)?;
    if was.suspended_at.is_none() {
        return Ok((was.clone(), Vec::new()));
    }
    let changes = vec![difference("suspended", String::new(), word)];
    let settled_batch = batches::last_position(db)?;
    Ok((DeviceRow { suspended_at: None, settled_batch, ..was.clone() }, changes))
}

fn settle(was: &DeviceRow, word: &str, moment: &Moment) -> Result<Changed, Error> {
    let word = said(word)?;
    if was.emptied_at.is_none() {
        return Err(Error::Fault(Fault::NoAlarm));
    }
    if was.is_settled() {
        return Ok((was.clone(), Vec::new()));
    }
    let changes = vec![difference("alarm", String::new(), word)];
    Ok((DeviceRow { settled_at: Some(moment.at), ..was.clone() }, changes))
}

/// Of the running numbers that a tablet gave, how many of them no entry shows: `numbers` as entries have them,
/// for example `AMB-2025.2-T01-0007`.
pub fn gaps<'a>(numbers: impl Iterator<Item = &'a str>) -> BTreeMap<DeviceCode, u32> {
    let mut given: BTreeMap<DeviceCode, BTreeSet<u32>> = BTreeMap::new();
    for number in numbers {
        let mut parts = number.rsplit('-');
        let (last, device) = (parts.next(), parts.next());
        let last = last.and_then(|last| last.parse().ok());
        if let (Some(last), Some(Ok(device))) = (last, device.map(str::parse)) {
            given.entry(device).or_default().insert(last);
        }
    }
    let gap = |set: &BTreeSet<u32>| set.last().map_or(0, |last| last - set.len() as u32);
    given.into_iter().map(|(device, set)| (device, gap(&set))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nobody_shows_is_a_gap() {
        let numbers = ["AMB-2025.2-T01-0001", "AMB-2025.2-T01-0004", "AMB-2026.1-T02-0001", ""];
        let gaps: Vec<(String, u32)> =
            gaps(numbers.into_iter()).into_iter().map(|(code, n)| (code.to_string(), n)).collect();
        assert_eq!(gaps, [("T01".to_owned(), 2), ("T02".to_owned(), 0)]);
    }
}
