//! What the privacy officer asks for, and the lines that everybody else's reading leaves.

use std::collections::BTreeMap;

use bilik_shared::id::{EntryId, OfficerId};
use bilik_shared::person::fold;
use bilik_shared::privacy::Fault;
use bilik_shared::privacy::access::{Access, Found, Line, Search, What};
use bilik_shared::privacy::case::{Case, Cases, Done, Open, Opened, Step};
use bilik_shared::privacy::retention::{self, Holding, Retention, Rule};
use bilik_shared::programme::{SheetTitle, Words};
use bilik_shared::report::{Exported, Language, Report};
use bilik_shared::time::{Date, Timestamp};
use rusqlite::Connection;

use crate::api::cursor::Two;
use crate::app::App;
use crate::board::Board;
use crate::clock;
use crate::error::Error;
use crate::house::House;
use crate::setup::{self, Moment};
use crate::store::privacy::{self, Wanted};
use crate::store::users::UserRow;
use crate::store::{exports, users};

/// A page has at most so many lines of each log.
const LINES: u32 = 500;
/// Milliseconds within which further pages of the list leave no further line.
const LIST_EVERY: i64 = 60_000;
/// So many earlier sets of rules are shown.
const SETS: u32 = 20;

/// One reading of somebody's data.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What was read.
    pub what: What,
    /// Which report or package, as a code; or how many people.
    pub subject: String,
    /// Whose data.
    pub entry: Option<EntryId>,
    /// Why.
    pub reason: String,
}

impl Reading {
    /// Of many people.
    pub fn of(what: What, subject: impl ToString) -> Self {
        Self { what, subject: subject.to_string(), entry: None, reason: String::new() }
    }

    /// Of one person.
    pub fn one(entry: EntryId) -> Self {
        let (subject, reason) = (String::new(), String::new());
        Self { what: What::Entry, subject, entry: Some(entry), reason }
    }

    /// Writes the line.
    pub fn note(self, db: &Connection, user: &UserRow, at: Timestamp) -> rusqlite::Result<()> {
        let Self { what, subject, entry, reason } = self;
        let (role, user) = (user.role.code().to_owned(), user.id.clone());
        privacy::note(db, &Access { at, user, role, what, subject, entry, reason, on: None })
    }
}

/// Writes a line and waits until it is on the disk: no answer leaves before that.
pub async fn noted(
    app: &App,
    user: &UserRow,
    reading: Reading,
    at: Timestamp,
) -> Result<(), Error> {
    let user = user.clone();
    app.writer.write(move |db| Ok(reading.note(db, &user, at)?)).await
}

/// Notes that somebody read a page of the list, at most once in [`LIST_EVERY`]: it is read again whenever something
/// in it changes, and whoever had it open is known from one line.
pub async fn list_noted(app: &App, user: &UserRow, rows: usize) -> Result<(), Error> {
    seldom_noted(app, user, What::Rows, rows).await
}

/// The same for any list that is read again and again.
pub async fn seldom_noted(
    app: &App,
    user: &UserRow,
    what: What,
    people: usize,
) -> Result<(), Error> {
    if people == 0 {
        return Ok(());
    }
    let (at, reader) = (clock::now(), user.id.clone());
    let last = app.store.read(move |db| privacy::last(db, &reader, what)).await?;
    match last.is_some_and(|last| at.0 - last.0 < LIST_EVERY) {
        true => Ok(()),
        false => noted(app, user, Reading::of(what, people), at).await,
    }
}

/// The entry that somebody names by its registration number, or by its id.
pub fn entry_of(board: &Board, number: &str) -> Result<Option<EntryId>, Fault> {
    match number.trim() {
        "" => Ok(None),
        text => {
            board.numbered(text).or_else(|| text.parse().ok()).map(Some).ok_or(Fault::NumberUnknown)
        }
    }
}

/// Looks into the log of access.
pub fn find(
    db: &Connection,
    board: &Board,
    house: &House,
    search: &Search,
) -> Result<Found, Error> {
    let entry = entry_of(board, &search.number)?;
    let names = users::names(db)?;
    let who = fold(&search.who);
    let asked = (!who.is_empty()).then(|| {
        let fits = |(id, name): &(OfficerId, String)| {
            fold(id.as_str()) == who || fold(name).contains(&who)
        };
        names.into_iter().filter(fits).map(|(id, _)| id).collect::<Vec<_>>()
    });
    let zone = house.facility.zone;
    let start = |day: Date| Timestamp::at(day, 0, zone);
    let wanted = Wanted {
        users: asked,
        what: search.what,
        entry,
        from: search.from.map(start),
        before: search.until.map(|day| start(Date::from_days(day.days() + 1))),
        above: None,
    };
    let cursor = search.cursor.as_deref().map(str::parse).transpose()?;
    let Two(reads_above, exports_above) = cursor.unwrap_or(Two(i64::MAX, i64::MAX));
    let wanted = Wanted { above: Some(reads_above), ..wanted };
    let mut reads = privacy::accesses(db, &wanted, LINES + 1)?;
    let (exports, exports_end) = exported(db, &wanted, exports_above)?;
    let more = reads.len() > LINES as usize;
    reads.truncate(LINES as usize);
    // Where a list has ended it goes on to have: nothing is before its first row.
    let reads_end = reads.last().filter(|_| more).map_or(0, |(number, _)| *number);
    let next = (more || exports_end > 0).then(|| Two(reads_end, exports_end).to_string());
    let reads: Vec<Access> = reads.into_iter().map(|(_, line)| line).collect();
    let numbers = board.numbers(reads.iter().filter_map(|line| line.entry));
    let line = |access: Access| {
        let number = access.entry.and_then(|entry| numbers.get(&entry).cloned());
        Line { number: number.unwrap_or_default(), access }
    };
    let reads: Vec<Line> = reads.into_iter().map(line).collect();
    let titles = titles(&reads, &exports);
    Ok(Found { reads, more: next.is_some(), next, exports, titles })
}

/// What the reports are called that lines name.
fn titles(reads: &[Line], exports: &[Exported]) -> BTreeMap<String, Words> {
    let read = reads.iter().filter(|line| line.access.what == What::Report);
    let codes = read.map(|line| &line.access.subject).chain(exports.iter().map(|e| &e.report));
    let title = |code: &String| {
        let report = Report::parse(code)?;
        let (id, en) = (report.title(Language::Indonesian), report.title(Language::English));
        Some((code.clone(), Words { id, en }))
    };
    codes.filter_map(title).collect()
}

/// What was taken out of the system by the same people at the same time, before a line of its log; and the line at
/// which it goes on, 0 where nothing is left.
fn exported(db: &Connection, wanted: &Wanted, above: i64) -> Result<(Vec<Exported>, i64), Error> {
    if wanted.what.is_some() || wanted.entry.is_some() {
        return Ok((Vec::new(), 0));
    }
    let fits = |line: &Exported| {
        wanted.users.as_ref().is_none_or(|users| users.contains(&line.user))
            && wanted.from.is_none_or(|from| line.at >= from)
            && wanted.before.is_none_or(|before| line.at < before)
    };
    let lines = exports::before(db, above, LINES)?;
    let full = lines.len() == LINES as usize;
    let end = lines.last().filter(|_| full).map_or(0, |(number, _)| *number);
    Ok((lines.into_iter().map(|(_, line)| line).filter(fits).collect(), end))
}

/// Both registers.
pub fn cases(db: &Connection, board: &Board) -> Result<Cases, Error> {
    let cases = privacy::cases(db)?;
    let entries = cases.iter().filter_map(|case| match &case.opened {
        Opened::Request { entry, .. } => *entry,
        Opened::Incident { .. } => None,
    });
    let numbers = board.numbers(entries);
    Ok(Cases { numbers, cases })
}

/// Opens a case.
pub fn open(db: &Connection, board: &Board, asked: Open, moment: &Moment) -> Result<(), Error> {
    let found = entry_of(board, &asked.number)?;
    let case = match asked.case {
        Opened::Request { kind, who, subject, received_at, .. } => {
            Opened::Request { kind, entry: found, who, subject, received_at }
        }
        incident => incident,
    };
    let case = case.checked(moment.at)?;
    privacy::open(db, &case, (&moment.by, moment.at))?;
    Ok(())
}

/// Writes a step behind the others. The same step again is not written twice: an answer may have been lost.
pub fn step(db: &Connection, number: i64, step: Step, moment: &Moment) -> Result<(), Error> {
    let case: Case = privacy::case(db, number)?.ok_or(Fault::CaseUnknown)?;
    if case.steps.last().is_some_and(|last| last.step == step && last.by == moment.by) {
        return Ok(());
    }
    let step = case.next(step, moment.at)?;
    let done = Done { at: moment.at, by: moment.by.clone(), step };
    Ok(privacy::step(db, number, &done)?)
}

/// The rules that hold, or `tried` ones, and what they would concern today. Nothing is changed.
pub fn retention(
    db: &Connection,
    board: &Board,
    tried: Option<Vec<Rule>>,
    today: Date,
) -> Result<Retention, Error> {
    let log = privacy::rules(db, SETS)?;
    let kept = || log.first().map_or_else(retention::usual, |set| set.rules.clone());
    let rules = match tried {
        Some(rules) => retention::checked(rules)?,
        None => kept(),
    };
    let concerns = retention::dry_run(&rules, &holdings(db, board)?, today);
    Ok(Retention { rules, concerns, log })
}

/// Sets the rules. Those that hold already are not set again.
pub fn set_rules(db: &Connection, rules: Vec<Rule>, moment: &Moment) -> Result<(), Error> {
    let rules = retention::checked(rules)?;
    if privacy::rules(db, 1)?.first().is_some_and(|set| set.rules == rules) {
        return Ok(());
    }
    Ok(privacy::set_rules(db, &rules, (&moment.by, moment.at))?)
}

/// Every sheet with the last day of its wave and where its entries stand.
fn holdings(db: &Connection, board: &Board) -> Result<Vec<Holding>, Error> {
    let setup = setup::load(db)?;
    let mut states = board.by_sheet();
    let holding = |title: SheetTitle| {
        let wave = setup::wave_of(&title.id);
        let intake = setup.intakes.iter().find(|intake| intake.wave.code == wave);
        Holding {
            closed: intake.map(|intake| intake.wave.closes),
            states: states.remove(&title.id).unwrap_or_default(),
            sheet: title.id,
            block: title.block,
        }
    };
    Ok(setup::titles(db)?.into_iter().map(holding).collect())
}

#[cfg(test)]
mod tests {
    use bilik_shared::id::EntryId;

    use super::*;
    use crate::store::Store;

    #[test]
    fn every_line_of_both_logs_is_on_one_page_also_where_lines_arrive_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &crate::key::Key::for_tests())
            .unwrap()
            .connect_writer()
            .unwrap();
        let user: OfficerId = "marlin".parse().unwrap();
        let read = |n: i64| Access {
            at: Timestamp(n),
            user: user.clone(),
            role: "VERIFIKATOR".into(),
            what: What::Entry,
            subject: String::new(),
            entry: Some(EntryId([1; 16])),
            reason: String::new(),
            on: None,
        };
        let taken = |n: i64| Exported {
            at: Timestamp(n),
            user: user.clone(),
            role: "VERIFIKATOR".into(),
            report: "participants".into(),
            format: "csv".into(),
            purpose: "rapat".into(),
            rows: 1,
            sha256: String::new(),
        };
        let lines = i64::from(LINES) * 2 + 1;
        (0..lines).for_each(|n| privacy::note(&db, &read(n)).unwrap());
        (0..lines / 2).for_each(|n| exports::insert(&db, &taken(n)).unwrap());
        let (board, house) = (Board::default(), House::none(Timestamp(0)));
        let (mut search, mut pages, mut exported) = (Search::default(), Vec::new(), 0);
        loop {
            let found = find(&db, &board, &house, &search).unwrap();
            pages.push(found.reads.iter().map(|line| line.access.at.0).collect::<Vec<_>>());
            exported += found.exports.len();
            // Somebody reads on while the log is read.
            privacy::note(&db, &read(lines + pages.len() as i64)).unwrap();
            assert_eq!(found.more, found.next.is_some());
            match found.next {
                Some(next) => search.cursor = Some(next),
                None => break,
            }
        }
        let most = LINES as usize;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [most, most, 1]);
        assert_eq!(pages.concat(), (0..lines).rev().collect::<Vec<_>>());
        assert_eq!(exported as i64, lines / 2);
        search.cursor = Some("nonsense".into());
        assert!(matches!(find(&db, &board, &house, &search), Err(Error::CursorUnknown)));
    }
}
