//! All rows of the desk's view in memory, with what people are found by and the counts over them.
//!
//! A cache of the table `entries`: it is read from there at the start, and takes in what each commit changed.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bilik_shared::id::{DeviceCode, EntryId, ProgrammeCode, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::pairs::Place;
use bilik_shared::role::{Action, Role, may, reads_history};
use bilik_shared::time::{Date, Timestamp, Zone};
use bilik_shared::view::around::{Around, Late};
use bilik_shared::view::entries::{Found, Glance, Picked, Reading};
use bilik_shared::view::{Counts, Row};
use imbl::OrdMap;
use rusqlite::Connection;

use crate::clock;
use crate::error::Error;
use crate::pairs::Pairs;
use crate::roster::import;
use crate::setup;
use crate::setup::tablets::gaps;
use crate::store::{entries, erasure};

/// All rows. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// Who may be whom among them.
    pub pairs: Pairs,
    held: Arc<RwLock<Held>>,
}

/// Somebody, and what is looked at first.
#[derive(Debug, Clone)]
struct Seen {
    glance: Glance,
    found: Arc<Found>,
}

/// Everybody of a sheet. A copy costs a pointer, and what is put into the one leaves the other as it was: so a reader
/// looks through all of them while commits go on.
type OfSheet = OrdMap<EntryId, Seen>;

#[derive(Debug, Default)]
struct Held {
    /// By sheet.
    rows: BTreeMap<SheetId, OfSheet>,
    counts: Counts,
    /// How many entries are in each state.
    states: BTreeMap<State, u32>,
    /// How many were recorded on each day, of those who count as registered.
    days: BTreeMap<Date, u32>,
    /// Where days begin; Ambon until a house says otherwise.
    zone: Option<Zone>,
    /// What is known from around the sheets: rows are marked with it.
    around: Around,
    /// The numbers of registrations that were removed: they are no gaps, and the logs still name them.
    erased: BTreeMap<EntryId, String>,
    /// When registrations that wait for verification were recorded, and how many at each moment.
    waiting: BTreeMap<Timestamp, u32>,
}

impl Held {
    /// Everybody, by sheet and entry.
    fn all(&self) -> impl Iterator<Item = &Found> {
        self.rows.values().flat_map(OfSheet::values).map(|seen| &*seen.found)
    }

    fn get(&self, sheet: &SheetId, entry: EntryId) -> Option<&Found> {
        self.rows.get(sheet)?.get(&entry).map(|seen| &*seen.found)
    }

    /// Takes a row out of the counts.
    fn discount(&mut self, row: &Row) {
        self.counts.remove(row);
        step(&mut self.states, row.state, -1);
        if let Some(at) = waits(row) {
            step(&mut self.waiting, at, -1);
        }
        if let Some(day) = self.day(row) {
            step(&mut self.days, day, -1);
        }
    }

    /// The year of today.
    fn year(&self) -> i32 {
        clock::now().date(self.zone.unwrap_or(Zone::WIT)).year()
    }

    /// The day on which somebody was recorded who counts as registered.
    fn day(&self, row: &Row) -> Option<Date> {
        row.recorded_at.filter(|_| row.counts()).map(|at| at.date(self.zone.unwrap_or(Zone::WIT)))
    }

    fn remove(&mut self, place: &Place) -> Option<Row> {
        let found = self.rows.get_mut(&place.sheet)?.remove(&place.entry)?.found;
        self.discount(&found.row);
        if !found.row.number.is_empty() {
            self.erased.insert(place.entry, found.row.number.clone());
        }
        Some(found.row.clone())
    }

    fn put(&mut self, row: &Row) -> Option<Row> {
        let found = Found::from(row.clone());
        let seen = Seen { glance: found.glance(), found: Arc::new(found) };
        let sheet = match self.rows.get_mut(&row.sheet) {
            Some(sheet) => sheet,
            None => self.rows.entry(row.sheet.clone()).or_default(),
        };
        let before = sheet.insert(row.entry, seen).map(|before| before.found);
        if let Some(before) = &before {
            self.discount(&before.row);
        }
        self.counts.add(row);
        step(&mut self.states, row.state, 1);
        if let Some(at) = waits(row) {
            step(&mut self.waiting, at, 1);
        }
        if let Some(day) = self.day(row) {
            step(&mut self.days, day, 1);
        }
        before.map(|before| before.row.clone())
    }
}

/// Where days begin; when each wave closes, at midnight after its last day; whom the last list named no more.
fn around(db: &Connection) -> Result<(Zone, Around), Error> {
    let setup = setup::load(db)?;
    let zone = setup.place.as_ref().map_or(Zone::WIT, |place| place.zone);
    let closed = setup.intakes.into_iter().map(|intake| {
        let after = Date::from_days(intake.wave.closes.days() + 1);
        (intake.wave.code, Timestamp::at(after, 0, zone))
    });
    let gone = import::last(db)?.map(|list| list.gone).unwrap_or_default();
    Ok((zone, Around { closed: closed.collect(), gone: gone.into_iter().collect() }))
}

fn waits(row: &Row) -> Option<Timestamp> {
    row.recorded_at.filter(|_| row.state == State::Registered)
}

fn step<K: Ord + Copy>(counts: &mut BTreeMap<K, u32>, key: K, by: i32) {
    let n = counts.entry(key).or_default();
    *n = n.saturating_add_signed(by);
    if *n == 0 {
        counts.remove(&key);
    }
}

impl Board {
    /// Reads all rows.
    pub fn load(db: &Connection) -> Result<Self, Error> {
        let mut rows: Vec<Row> = Vec::new();
        for text in entries::list(db)? {
            let row =
                serde_json::from_str(&text).map_err(|cause| Error::Internal(cause.to_string()))?;
            rows.push(row);
        }
        let board = Self { pairs: Pairs::load(db)?, ..Self::default() };
        board.look(around(db)?);
        board.mark(&mut rows);
        board.put(&rows);
        board.write().erased = erasure::numbers(db)?.into_iter().collect();
        Ok(board)
    }

    fn look(&self, (zone, around): (Zone, Around)) {
        let mut held = self.write();
        held.around = around;
        if held.zone != Some(zone) {
            held.zone = Some(zone);
            let days = held.all().filter_map(|found| held.day(&found.row));
            let days: Vec<Date> = days.collect();
            held.days.clear();
            days.into_iter().for_each(|day| step(&mut held.days, day, 1));
        }
    }

    /// Marks rows with what is known from around the sheets.
    pub fn mark(&self, rows: &mut [Row]) {
        let held = self.held();
        for row in rows {
            let wave = setup::wave_of(&row.sheet).to_owned();
            held.around.mark(&wave, row);
        }
    }

    /// Looks again which waves have closed and who has left; the rows that are marked otherwise than before.
    pub fn look_around(&self, db: &Connection) -> Result<Vec<Row>, Error> {
        self.look(around(db)?);
        let mut rows: Vec<Row> = self.held().all().map(|found| found.row.clone()).collect();
        let before: Vec<(Option<Late>, bool)> =
            rows.iter().map(|row| (row.late, row.gone)).collect();
        self.mark(&mut rows);
        let moved = rows.into_iter().zip(before);
        Ok(moved
            .filter(|(row, before)| (row.late, row.gone) != *before)
            .map(|(row, _)| row)
            .collect())
    }

    /// Takes in rows that were committed; those that stood in their places before.
    pub fn put(&self, rows: &[Row]) -> Vec<Row> {
        let mut held = self.write();
        rows.iter().filter_map(|row| held.put(row)).collect()
    }

    /// Lets go of rows of people whose data were removed; as they stood.
    pub fn remove(&self, places: &[Place]) -> Vec<Row> {
        let mut held = self.write();
        places.iter().filter_map(|place| held.remove(place)).collect()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// All rows as they are now. The lock is held only while a pointer to each sheet is copied.
    fn now(&self) -> BTreeMap<SheetId, OfSheet> {
        self.held().rows.clone()
    }

    /// One page of what a role may see. Whoever may not read a field neither finds nor sorts people by it.
    ///
    /// # Errors
    /// [`Error::CursorUnknown`], where the row that the last page ended with is not there for this role.
    pub fn page(&self, role: Role, reading: &Reading) -> Result<Picked<Row>, Error> {
        let all = self.now();
        let sees = |seen: &&Seen| may(role, Action::SeeEntry, Some(seen.glance.state));
        let seen = || all.values().flat_map(OfSheet::values).filter(sees);
        if reads_history(role) {
            let last = last_of(reading, seen().map(|seen| &*seen.found))?;
            let may_hold = seen().filter(|seen| reading.may_hold(seen.glance));
            return Ok(owned(reading.pick(may_hold.map(|seen| &*seen.found), last)));
        }
        let read = seen().filter_map(|seen| seen.found.row.seen_by(role)).map(Found::from);
        let read: Vec<Found> = read.collect();
        Ok(owned(reading.pick(&read, last_of(reading, &read)?)))
    }

    /// The rows of these entries, as far as a role may see them.
    pub fn named(&self, role: Role, wanted: &[EntryId]) -> Vec<Row> {
        let wanted: std::collections::BTreeSet<EntryId> = wanted.iter().copied().collect();
        let held = self.held();
        let found = held.all().filter(|found| wanted.contains(&found.row.entry));
        found.filter_map(|found| found.row.seen_by(role)).collect()
    }

    /// The counts over all rows, as far as a role may see them.
    pub fn counts(&self, role: Role) -> Counts {
        let held = self.held();
        let seen =
            held.states.iter().filter(|(state, _)| may(role, Action::SeeEntry, Some(**state)));
        let settles = may(role, Action::SettlePair, None);
        let counts = Counts {
            pairs: if settles { self.pairs.count_waiting() as u32 } else { 0 },
            oldest: held.waiting.keys().next().copied(),
            days: held.days.clone(),
            seen: seen.map(|(_, n)| n).sum(),
            ..held.counts.clone()
        };
        if may(role, Action::SeeBlocks, None) { counts } else { counts.for_outside(held.year()) }
    }

    /// In which states these entries were before, where they were there.
    pub fn states(&self, rows: &[Row]) -> Vec<Option<State>> {
        let held = self.held();
        let before = |row: &Row| held.get(&row.sheet, row.entry).map(|found| found.row.state);
        rows.iter().map(before).collect()
    }

    /// All rows in these states, for those whose list says who may be on it.
    pub fn all(&self, holds: impl Fn(State) -> bool) -> Vec<Row> {
        let held = self.held();
        let rows = held.all().map(|found| &found.row);
        rows.filter(|row| holds(row.state)).cloned().collect()
    }

    /// The sheet of every entry.
    pub fn places(&self) -> BTreeMap<EntryId, SheetId> {
        let held = self.held();
        let all = held.rows.iter();
        all.flat_map(|(sheet, of)| of.keys().map(|entry| (*entry, sheet.clone()))).collect()
    }

    /// The sheet of an entry, for whoever may not know it.
    pub fn sheet_of(&self, entry: EntryId) -> Option<SheetId> {
        let held = self.held();
        held.rows.iter().find(|(_, of)| of.contains_key(&entry)).map(|(sheet, _)| sheet.clone())
    }

    /// The entry with a registration number.
    pub fn numbered(&self, number: &str) -> Option<EntryId> {
        let held = self.held();
        let mut rows = held.all().map(|found| &found.row);
        let found =
            rows.find(|row| !row.number.is_empty() && row.number.eq_ignore_ascii_case(number));
        let erased = || {
            let gone = held.erased.iter().find(|(_, gone)| gone.eq_ignore_ascii_case(number));
            gone.map(|(entry, _)| *entry)
        };
        found.map(|row| row.entry).or_else(erased)
    }

    /// The registration numbers of entries, as far as they have one.
    pub fn numbers(&self, entries: impl IntoIterator<Item = EntryId>) -> BTreeMap<EntryId, String> {
        let wanted: std::collections::BTreeSet<EntryId> = entries.into_iter().collect();
        let held = self.held();
        let rows = held.all().map(|found| &found.row);
        let rows = rows.filter(|row| wanted.contains(&row.entry) && !row.number.is_empty());
        let erased = held.erased.iter().filter(|(entry, _)| wanted.contains(entry));
        let erased = erased.map(|(entry, number)| (*entry, number.clone()));
        rows.map(|row| (row.entry, row.number.clone())).chain(erased).collect()
    }

    /// Where the entries of each sheet stand.
    pub fn by_sheet(&self) -> BTreeMap<SheetId, Vec<State>> {
        let mut states: BTreeMap<SheetId, Vec<State>> = BTreeMap::new();
        for found in self.held().all() {
            states.entry(found.row.sheet.clone()).or_default().push(found.row.state);
        }
        states
    }

    /// Running numbers of each tablet that no entry shows.
    pub fn gaps(&self) -> BTreeMap<DeviceCode, u32> {
        let held = self.held();
        let shown = held.all().map(|found| &found.row.number);
        gaps(shown.chain(held.erased.values()).map(String::as_str))
    }

    /// How many registered people chose each programme first.
    pub fn first_choices(&self) -> Vec<(ProgrammeCode, u32)> {
        let held = self.held();
        held.counts.programmes.iter().map(|(code, count)| (code.clone(), count.ranks[0])).collect()
    }
}

/// The row that the page before ended with, where there was one.
fn last_of<'a>(
    reading: &Reading,
    rows: impl IntoIterator<Item = &'a Found>,
) -> Result<Option<&'a Found>, Error> {
    let Some((_, entry)) = reading.after() else { return Ok(None) };
    let last = rows.into_iter().find(|found| found.row.entry == entry);
    last.map(Some).ok_or(Error::CursorUnknown)
}

fn owned(picked: Picked<&Found>) -> Picked<Row> {
    let Picked { rows, next, total, facets } = picked;
    Picked { rows: rows.into_iter().map(|found| found.row.clone()).collect(), next, total, facets }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn counts_that_follow_each_row_are_those_of_all_rows_together() {
        let folder = tempfile::tempdir().unwrap();
        demo::prepare(folder.path(), &Key::for_tests()).unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let board = Board::load(&db).unwrap();
        let mut rows: Vec<Row> = board.held().all().map(|f| f.row.clone()).collect();
        let codes = bilik_shared::registration::parse_choices("GAR,LAS,KAY");
        // Everybody goes through all states, with other choices and seats each time.
        for round in 0..State::ALL.len() * 2 {
            for (n, row) in rows.iter_mut().enumerate() {
                row.state = State::ALL[(n * 7 + round) % State::ALL.len()];
                row.choices = codes[..(n + round) % 4].to_vec();
                row.conflicts = ((n + round) % 3) as u32;
                row.recorded_at = Some(Timestamp(((n * 31 + round * 17) % 97) as i64 * 3_600_000));
                let seat = (row.state.takes_seat() || row.state == State::Reserve)
                    .then(|| format!("GAR/{}", n % 3 + 1).parse().unwrap());
                row.seat = seat;
            }
            board.put(&rows[round..]);
            let held = board.held();
            let all: Vec<Row> = held.all().map(|found| found.row.clone()).collect();
            drop(held);
            let seen = all.len() as u32;
            let mut days = BTreeMap::new();
            for row in all.iter().filter(|row| row.counts()) {
                step(&mut days, row.recorded_at.unwrap().date(Zone::WIT), 1);
            }
            let counts = board.counts(Role::Head);
            assert_eq!(counts, Counts { seen, days, ..Counts::of(&all) });
            let outside = all.iter().filter(|row| row.is_seen_by(Role::Partner)).count();
            assert_eq!(board.counts(Role::Partner).seen as usize, outside);
        }
    }
}
