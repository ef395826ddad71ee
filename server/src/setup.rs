//! Carrying out what an administrator sets up: inside the writer's transaction, with a line of the log each.

use bilik_shared::id::{OfficerId, SheetId};
use bilik_shared::programme::{Facility, SheetTitle, Wave};
use bilik_shared::roster::row::block_key;
use bilik_shared::setup::{
    Block, Difference, Done, Edit, Facts, Kind, Logged, Refusal, Setup, Shown,
};
use bilik_shared::sheet::Heading;
use bilik_shared::time::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Type;

use crate::error::Error;
use crate::house::House;
use crate::opening;
use crate::store::{entries, meta, setup_log, sheets};
use crate::writer::Room;

pub mod accounts;
pub mod tablets;

/// A page shows so many lines of the log.
const LOG_LINES: usize = 100;
/// What the set-up pages tell of: users and tablets have pages of their own.
const KINDS: [Kind; 10] = [
    Kind::Facility,
    Kind::Block,
    Kind::Wave,
    Kind::Programme,
    Kind::Package,
    Kind::Statement,
    Kind::Rule,
    Kind::Policy,
    Kind::Office,
    Kind::Guard,
];

/// Everything that was set up. Whoever has a sheet has its block and its wave as well: lists bring blocks along.
pub fn load(db: &Connection) -> rusqlite::Result<Setup> {
    let mut setup = match (meta::get(db, meta::SETUP)?, meta::get(db, meta::HOUSE)?) {
        (Some(text), _) => read::<Setup>(&text)?,
        // As versions before the set-up pages kept it.
        (None, Some(text)) => read::<House>(&text)?.setup(),
        (None, None) => Setup::default(),
    };
    for sheet in sheets::list(db)? {
        let key = block_key(&sheet.block);
        let known = setup.blocks.iter().find(|block| block_key(&block.name) == key);
        let name = known.map(|block| block.name.clone());
        let name = name.unwrap_or_else(|| {
            let block = Block { name: sheet.block.clone(), cells: Vec::new() };
            setup.blocks.push(block);
            sheet.block.clone()
        });
        let wave = wave_of(&sheet.id);
        let intake = setup.intakes.iter_mut().find(|intake| intake.wave.code == wave);
        if let Some(intake) = intake.filter(|intake| !intake.blocks.contains(&name)) {
            intake.blocks.push(name);
        }
    }
    Ok(setup)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, cause.into()))
}

/// Writes everything that was set up.
pub fn save(db: &Connection, setup: &Setup) -> rusqlite::Result<()> {
    let text = serde_json::to_string(setup)
        .map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))?;
    meta::set(db, meta::SETUP, &text)
}

/// The wave of a sheet: its code stands before the first dash of the id, and holds none itself.
pub fn wave_of(sheet: &SheetId) -> &str {
    sheet.as_str().split('-').next().unwrap_or_default()
}

/// Who does something, and when.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Who.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

impl Moment {
    /// Writes a line of the log.
    fn note(
        &self,
        db: &Connection,
        (kind, name): (Kind, String),
        changes: Vec<Difference>,
    ) -> Result<(), Error> {
        let line = Logged { at: self.at, by: self.by.clone(), kind, name, changes };
        Ok(setup_log::insert(db, &line)?)
    }
}

/// What the set-up pages show.
pub fn show(db: &Connection) -> rusqlite::Result<Shown> {
    Ok(Shown {
        setup: load(db)?,
        taken: entries::taken(db)?,
        sheets: titles(db)?,
        log: setup_log::newest(db, &KINDS, LOG_LINES)?,
    })
}

/// The sheets there are.
pub fn titles(db: &Connection) -> rusqlite::Result<Vec<SheetTitle>> {
    let title = |row: sheets::SheetRow| SheetTitle { id: row.id, block: row.block };
    Ok(sheets::list(db)?.into_iter().map(title).collect())
}

/// Carries one edit out and writes it down.
pub fn edit(room: &mut Room<'_>, edit: Edit, moment: &Moment) -> Result<(), Error> {
    let db = room.db;
    let mut setup = load(db)?;
    let facts = facts(db, &setup)?;
    let Done { kind, name, changes } =
        setup.apply(edit, &facts).map_err(|refusal| refused(refusal, || show(db)))?;
    if changes.is_empty() {
        return Ok(());
    }
    save(db, &setup)?;
    if kind == Kind::Wave {
        open_sheets(db, &setup, &name, moment)?;
    }
    moment.note(db, (kind, name), changes)?;
    room.changed.house = true;
    Ok(())
}

fn facts(db: &Connection, setup: &Setup) -> Result<Facts, Error> {
    let mut opened = Vec::new();
    for sheet in sheets::list(db)? {
        let key = block_key(&sheet.block);
        let block = setup.blocks.iter().find(|block| block_key(&block.name) == key);
        let name = block.map_or(sheet.block, |block| block.name.clone());
        opened.push((name, wave_of(&sheet.id).to_owned()));
    }
    Ok(Facts { taken: entries::taken(db)?.into_iter().collect(), sheets: opened })
}

/// Opens the sheets that an opened wave lacks.
fn open_sheets(db: &Connection, setup: &Setup, wave: &str, moment: &Moment) -> Result<(), Error> {
    let facts = facts(db, setup)?;
    let intake = setup.intakes.iter().find(|intake| intake.wave.code == wave && intake.opened);
    let (Some(intake), Some(place)) = (intake, &setup.place) else { return Ok(()) };
    for block in &intake.blocks {
        if !facts.sheets.contains(&(block.clone(), wave.to_owned())) {
            open_block(db, (&place.facility(), &intake.wave), block, moment)?;
        }
    }
    Ok(())
}

/// Opens a sheet for a block of a wave that has none.
pub fn open_block(
    db: &Connection,
    (facility, wave): (&Facility, &Wave),
    block: &str,
    moment: &Moment,
) -> Result<SheetId, Error> {
    let mut letters = block_key(block);
    letters.retain(|c| c.is_ascii_alphanumeric());
    letters.truncate(24);
    let stem = format!("{}-{letters}", wave.code);
    let mut id: Option<SheetId> = None;
    for n in 1..100 {
        let name = if n == 1 { stem.clone() } else { format!("{stem}-{n}") };
        let name: SheetId = name.parse().map_err(|_| Error::Internal("a sheet's id".to_owned()))?;
        if sheets::get(db, &name)?.is_none() {
            id = Some(name);
            break;
        }
    }
    let id = id.ok_or(Error::Internal("no free id for a sheet".to_owned()))?;
    let (facility, wave) = (facility.code.clone(), wave.code.clone());
    let heading = Heading { facility, wave, block: block.to_owned() };
    opening::open_sheet(db, &id, &heading, &[], &moment.by, moment.at)?;
    Ok(id)
}

/// A refusal as the caller reads it: whoever was too slow gets what stands there now.
fn refused<T: serde::Serialize>(
    refusal: Refusal,
    now: impl FnOnce() -> rusqlite::Result<T>,
) -> Error {
    match refusal {
        Refusal::Fault(fault) => Error::Fault(fault),
        Refusal::Outdated => match now().map(serde_json::to_value) {
            Ok(Ok(current)) => Error::Outdated(Box::new(current)),
            Ok(Err(cause)) => Error::Internal(cause.to_string()),
            Err(cause) => cause.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn a_house_of_an_older_version_is_read_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        demo::prepare(folder.path(), &Key::for_tests()).unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let house = House::load(&db).unwrap().unwrap();
        let setup = load(&db).unwrap();
        assert_eq!(setup.blocks.len(), 5);
        assert_eq!(setup.intakes[0].blocks, ["A", "B", "C", "D", "W"]);
        // As it was written before there were set-up pages.
        let text = serde_json::to_string(&house).unwrap();
        meta::set(&db, meta::HOUSE, &text).unwrap();
        db.execute("DELETE FROM meta WHERE key = ?1", (meta::SETUP,)).unwrap();
        assert_eq!(House::load(&db).unwrap().unwrap(), house);
        assert_eq!(load(&db).unwrap(), setup);
    }
}
