//! Comparing a list with the sheets of the open wave, and writing what a supervisor wants of it: on the writing
//! thread, in one transaction, in changes like those of any command.

use std::collections::BTreeSet;

use bilik_shared::admission::Owner;
use bilik_shared::command::Author;
use bilik_shared::id::{Digest, EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::person::Fields;
use bilik_shared::roster::preview::{Apply, Imported};
use bilik_shared::roster::row::Listed;
use bilik_shared::roster::{Kind, Known, KnownSheet, Place, Plan, Write, plan};
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::house::House;
pub use crate::setup::Moment;
use crate::setup::open_block;
use crate::store::{actors, meta, sheets, vetting};
use crate::writer::{Room, Sheets};
use crate::{gate, projection, secret};

/// One change writes at most so many people: it has to fit into a piece of the exchange.
const TOGETHER: usize = 100;

/// Everybody on the sheets of a wave, as far as a list is compared with them.
#[derive(Debug, Default)]
pub struct Residents {
    sheets: Vec<KnownSheet>,
    known: Vec<Known>,
}

impl Residents {
    /// Reads them. Entries that were cancelled are nobody's.
    pub fn read(db: &Connection, open: &mut Sheets, house: &House) -> Result<Self, Error> {
        let mut residents = Self::default();
        for row in sheets::list(db)? {
            let sheet = &open.view(db, &row.id)?.sheet;
            if sheet.heading().wave != house.wave.code {
                continue;
            }
            let place = residents.sheets.len();
            let entries = sheet.entries();
            residents.sheets.push(KnownSheet { id: row.id, block: row.block, len: entries.len() });
            let stays = entries.into_iter().filter(|entry| entry.state != State::Cancelled);
            residents.known.extend(stays.map(|entry| Known {
                sheet: place,
                entry: entry.id,
                listed: entry.listed,
                person: entry.person,
                nik: entry.answers.nik,
                state: entry.state,
            }));
        }
        Ok(residents)
    }

    /// What a list would change.
    pub fn compare(&self, people: Vec<Listed>) -> Plan {
        plan(people, &self.sheets, &self.known)
    }
}

/// Names a file together with what it would change. Where registrations stand is shown and does not count:
/// tablets go on handing in while a supervisor looks.
pub fn name(file: &[u8; 32], plan: &Plan) -> Result<Digest, Error> {
    let mut counted = plan.clone();
    counted.lines.iter_mut().for_each(|line| line.state = None);
    let text = serde_json::to_vec(&counted).map_err(|cause| Error::Internal(cause.to_string()))?;
    let hash = Sha256::new().chain_update(file).chain_update(text).finalize();
    let mut id = Digest([0; 8]);
    id.0.copy_from_slice(&hash[..8]);
    Ok(id)
}

/// Writes what was decided about a list, if it is still what was shown.
pub fn apply(
    room: &mut Room<'_>,
    house: &House,
    (file, people): (&[u8; 32], Vec<Listed>),
    asked: &Apply,
    moment: &Moment,
) -> Result<Imported, Error> {
    let residents = Residents::read(room.db, room.sheets, house)?;
    let plan = residents.compare(people);
    if name(file, &plan)? != asked.preview {
        return Err(Error::PreviewOutdated);
    }
    let (mut added, mut changed) = (0, 0);
    for (place, writes) in plan.writes(&asked.choices, &asked.blocks) {
        added += writes.iter().filter(|write| write.entry.is_none()).count() as u32;
        changed += writes.iter().filter(|write| write.entry.is_some()).count() as u32;
        let sheet = match place {
            Place::Sheet(sheet) => sheet,
            Place::Block(block) => {
                open_block(room.db, (&house.facility, &house.wave), &block, moment)?
            }
        };
        write(room, &sheet, writes, moment)?;
    }
    for (entry, term) in plan.terms_of_known(&asked.choices) {
        vetting::put_term(room.db, entry, &term)?;
    }
    let gone = plan.lines.iter().filter(|line| line.kind == Kind::Gone);
    let gone = gone.filter_map(|line| line.known.clone()).map(|(_, sheet, entry)| (sheet, entry));
    let imported = Imported {
        at: moment.at,
        by: moment.by.clone(),
        rows: plan.rows,
        added,
        changed,
        gone: gone.collect(),
    };
    let text =
        serde_json::to_string(&imported).map_err(|cause| Error::Internal(cause.to_string()))?;
    meta::set(room.db, meta::ROSTER, &text)?;
    // Who has left stands in a queue at the desk.
    room.changed.house = true;
    Ok(imported)
}

/// Writes people onto one sheet.
fn write(
    room: &mut Room<'_>,
    id: &SheetId,
    writes: Vec<Write>,
    moment: &Moment,
) -> Result<(), Error> {
    let author = Author { device: None, officer: moment.by.clone() };
    let mut people: Vec<(EntryId, Fields)> = Vec::with_capacity(writes.len());
    for Write { entry, fields, term } in writes {
        let entry = entry.unwrap_or_else(|| EntryId(secret::random()));
        if let Some(term) = term {
            vetting::put_term(room.db, entry, &term)?;
        }
        people.push((entry, fields));
    }
    let open = room.sheets.edit(room.db, id)?;
    for some in people.chunks(TOGETHER) {
        let Some(chunk) = open.sheet.list(some, &author, moment.at)? else { continue };
        actors::bind(room.db, chunk.actor(), &Owner::Server)?;
        gate::keep(room.db, id, open, &chunk, None, moment.at)?;
    }
    gate::tell(room.db, room.changed, id, open)?;
    let touched: BTreeSet<EntryId> = people.iter().map(|(entry, _)| *entry).collect();
    let (rows, steps) = projection::write_sheet(room.db, id, open)?;
    room.changed.pairs.extend(steps);
    room.changed.rows.extend(rows.into_iter().filter(|row| touched.contains(&row.entry)));
    Ok(())
}

/// The choices that were learned before.
pub fn learned(db: &Connection) -> rusqlite::Result<bilik_shared::roster::Learned> {
    let text = meta::get(db, meta::ROSTER_HEADINGS)?;
    // What an older version wrote and this one cannot read is learned again.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// What became of the last list.
pub fn last(db: &Connection) -> rusqlite::Result<Option<Imported>> {
    Ok(meta::get(db, meta::ROSTER)?.and_then(|text| serde_json::from_str(&text).ok()))
}
