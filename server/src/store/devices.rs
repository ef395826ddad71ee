//! Enrolled tablets.

use bilik_shared::exchange::{Room, Space};
use bilik_shared::id::{DeviceCode, DeviceId, OfficerId, PublicKey, SheetId};
use bilik_shared::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::columns::{list as joined, maybe_parsed, parsed, parsed_list};

/// A tablet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id, the first half of its credential.
    pub id: DeviceId,
    /// What people call it.
    pub code: DeviceCode,
    /// The SHA-256 of its secret.
    pub secret: [u8; 32],
    /// The sheets it is given; `None` for all of them.
    pub sheets: Option<Vec<SheetId>>,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was last heard of.
    pub last_contact: Option<Timestamp>,
    /// What it said then.
    pub said: Said,
    /// When its memory was found lost, if it was.
    pub emptied_at: Option<Timestamp>,
    /// What had waited on it before, as it said itself.
    pub lost_waiting: u32,
    /// What people call it beside its code.
    pub name: String,
    /// Who last worked on it, as far as their work was accepted.
    pub officer: Option<OfficerId>,
    /// When it was revoked: it hands in, and reads nothing.
    pub revoked_at: Option<Timestamp>,
    /// Sheets that were taken from it, and may still be handed in.
    pub former: Vec<SheetId>,
    /// When somebody looked into its lost memory.
    pub settled_at: Option<Timestamp>,
    /// The key that it signs with, where it has one.
    pub key: Option<PublicKey>,
    /// When it told that.
    pub keyed_at: Option<Timestamp>,
    /// Six digits that it shows as well; empty without a key.
    pub compare: String,
    /// When somebody compared them.
    pub compared_at: Option<Timestamp>,
    /// When two histories of it were found: until somebody has looked, it hands in and reads nothing.
    pub suspended_at: Option<Timestamp>,
    /// The last batch before somebody decided that it goes on.
    pub settled_batch: i64,
    /// When it was last turned away because it had handed in as much as one may within a day.
    pub used_up_at: Option<Timestamp>,
}

impl DeviceRow {
    /// A tablet as it is enrolled: nobody has heard of it since.
    pub fn new(
        id: DeviceId,
        code: DeviceCode,
        secret: [u8; 32],
        sheets: Option<Vec<SheetId>>,
        enrolled_at: Timestamp,
    ) -> Self {
        Self {
            id,
            code,
            secret,
            sheets,
            enrolled_at,
            last_contact: None,
            said: Said::default(),
            emptied_at: None,
            lost_waiting: 0,
            name: String::new(),
            officer: None,
            revoked_at: None,
            former: Vec::new(),
            settled_at: None,
            key: None,
            keyed_at: None,
            compare: String::new(),
            compared_at: None,
            suspended_at: None,
            settled_batch: 0,
            used_up_at: None,
        }
    }

    /// Somebody has looked into the alarm that its memory was lost.
    pub fn is_settled(&self) -> bool {
        self.settled_at.is_some() && self.settled_at >= self.emptied_at
    }
}

/// What a tablet says about itself with every exchange.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The version of its app.
    pub app: String,
    /// Its clock minus the server's, in milliseconds.
    pub clock_offset: i64,
    /// How many of its changes had no receipt yet when it asked.
    pub waiting: u32,
    /// How many sheets it holds.
    pub held: u32,
    /// How full it is, where it could tell.
    pub space: Option<Space>,
    /// Whose work it brought, the last of it; it does not say so itself.
    pub officer: Option<OfficerId>,
}

/// The contacts of a tablet since they were last written down. A tablet may come several times in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    at: Timestamp,
    said: Said,
    empty: Option<Empty>,
}

/// A tablet came with nothing, and what it had come with before in the same while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Empty {
    at: Timestamp,
    held: u32,
    waiting: u32,
}

impl Contact {
    /// A tablet was heard of. `given` says whether there are sheets that it should hold.
    pub fn new(at: Timestamp, said: Said, given: bool) -> Self {
        let empty = (given && said.held == 0).then_some(Empty { at, held: 0, waiting: 0 });
        Self { at, said, empty }
    }

    /// What stands after another contact. That a tablet was empty in between is not forgotten: it fetches its
    /// sheets anew within the same second.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let before = Empty { at: next.at, held: self.said.held, waiting: self.said.waiting };
        let empty = match (self.empty, next.empty) {
            (Some(known), _) if known.held > 0 => Some(known),
            (_, Some(_)) if before.held > 0 => Some(before),
            (known, new) => known.or(new),
        };
        let officer = next.said.officer.or(self.said.officer);
        Self { empty, said: Said { officer, ..next.said }, ..next }
    }
}

const COLUMNS: &str = "id, code, secret, sheets, enrolled_at, last_contact, app, clock_offset, waiting, \
     held, emptied_at, lost_waiting, name, officer, revoked_at, former, settled_at, \
     space_used, space_room, key, keyed_at, compare, compared_at, suspended_at, settled_batch, \
     used_up_at";

/// All tablets by code.
pub fn list(connection: &Connection) -> Result<Vec<DeviceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM devices ORDER BY length(code), code");
    connection.prepare_cached(&sql)?.query_map((), from_row)?.collect()
}

/// Tablets that were in contact, or known to be emptied, after a moment; `None`: at any.
pub fn moved_since(connection: &Connection, then: Option<Timestamp>) -> Result<Vec<DeviceRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM devices
         WHERE max(coalesce(last_contact, ?2), coalesce(emptied_at, ?2)) > ?1
         ORDER BY length(code), code"
    );
    let then = then.map_or(i64::MIN, |then| then.0);
    connection.prepare_cached(&sql)?.query_map((then, i64::MIN), from_row)?.collect()
}

/// One tablet.
pub fn get(connection: &Connection, id: DeviceId) -> Result<Option<DeviceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row((id.0,), from_row).optional()
}

/// The number that the next tablet's code carries, from 1.
pub fn next_number(connection: &Connection) -> Result<u32> {
    connection.query_row("SELECT count(*) + 1 FROM devices", (), |row| row.get(0))
}

/// Adds a tablet.
pub fn insert(connection: &Connection, device: &DeviceRow) -> Result<()> {
    let sql =
        "INSERT INTO devices (id, code, secret, sheets, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.execute(
        sql,
        (
            device.id.0,
            device.code.as_str(),
            device.secret,
            joined(device.sheets.as_deref()),
            device.enrolled_at.0,
        ),
    )?;
    Ok(())
}

/// Notes a key that a tablet made, and the six digits to compare. A tablet that has one keeps it.
pub fn set_key(
    connection: &Connection,
    id: DeviceId,
    key: &PublicKey,
    digits: &str,
    at: Timestamp,
) -> Result<()> {
    let sql = "UPDATE devices SET key = ?2, keyed_at = ?3, compare = ?4
               WHERE id = ?1 AND key IS NULL";
    connection.execute(sql, (id.0, key.0, at.0, digits)).map(drop)
}

/// Suspends a tablet, unless it is suspended already.
pub fn suspend(connection: &Connection, id: DeviceId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE devices SET suspended_at = ?2 WHERE id = ?1 AND suspended_at IS NULL";
    connection.execute(sql, (id.0, at.0)).map(drop)
}

/// Notes that a tablet was turned away because it had handed in as much as one may within a day.
pub fn note_used_up(connection: &Connection, id: DeviceId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE devices SET used_up_at = ?2 WHERE id = ?1";
    connection.execute(sql, (id.0, at.0)).map(drop)
}

/// Notes that a tablet was heard of, and that it was empty where it had held something.
pub fn note_contact(connection: &Connection, id: DeviceId, contact: &Contact) -> Result<()> {
    let Contact { at, said, empty } = contact;
    let sql =
        "UPDATE devices SET last_contact = ?2, app = ?3, clock_offset = ?4, waiting = ?5, held = ?6,
        officer = coalesce(?7, officer), space_used = ?8, space_room = ?9 WHERE id = ?1";
    if let Some(empty) = empty {
        let sql = "UPDATE devices SET emptied_at = ?2, lost_waiting = iif(?3 > 0, ?4, waiting)
            WHERE id = ?1 AND max(held, ?3) > 0";
        let known = (id.0, empty.at.0, empty.held, empty.waiting);
        connection.prepare_cached(sql)?.execute(known)?;
    }
    let officer = said.officer.as_ref().map(OfficerId::as_str);
    let used = said.space.map(|space| i64::try_from(space.used).unwrap_or(i64::MAX));
    let room = said.space.map(|space| space.room.code());
    let Said { app, clock_offset, waiting, held, .. } = said;
    let said = (id.0, at.0, app, clock_offset, waiting, held, officer, used, room);
    connection.prepare_cached(sql)?.execute(said)?;
    Ok(())
}

/// Notes that a tablet was enrolled anew because its memory was lost: who it was before will not be heard of again.
pub fn note_lost(connection: &Connection, code: &DeviceCode, at: Timestamp) -> Result<()> {
    let sql = "UPDATE devices SET emptied_at = ?2, lost_waiting = waiting, held = 0
        WHERE code = ?1 AND last_contact IS NOT NULL";
    connection.prepare_cached(sql)?.execute((code.as_str(), at.0))?;
    Ok(())
}

/// The tablet that people call by this code.
pub fn by_code(connection: &Connection, code: &DeviceCode) -> Result<Option<DeviceRow>> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE code = ?1");
    connection.prepare_cached(&sql)?.query_row((code.as_str(),), from_row).optional()
}

/// Writes what people decide about a tablet: its name, its sheets, whether it reads, and that an alarm was
/// looked into. What it says about itself stays.
pub fn decide(connection: &Connection, device: &DeviceRow) -> Result<()> {
    let sql =
        "UPDATE devices SET name = ?2, sheets = ?3, former = ?4, revoked_at = ?5, settled_at = ?6,
        compared_at = ?7, suspended_at = ?8, settled_batch = ?9 WHERE id = ?1";
    let sheets = joined(device.sheets.as_deref());
    let former = joined(Some(&device.former));
    let at = |at: Option<Timestamp>| at.map(|at| at.0);
    let (revoked, settled) = (at(device.revoked_at), at(device.settled_at));
    let (compared, suspended) = (at(device.compared_at), at(device.suspended_at));
    connection.execute(
        sql,
        (
            device.id.0,
            &device.name,
            sheets,
            former,
            revoked,
            settled,
            compared,
            suspended,
            device.settled_batch,
        ),
    )?;
    Ok(())
}

fn space(row: &Row<'_>) -> Result<Option<Space>> {
    let used: Option<i64> = row.get(17)?;
    let room: Option<String> = row.get(18)?;
    let room = room.as_deref().and_then(Room::parse);
    Ok(used.zip(room).map(|(used, room)| Space { used: used.unsigned_abs(), room }))
}

fn from_row(row: &Row<'_>) -> Result<DeviceRow> {
    Ok(DeviceRow {
        id: DeviceId(row.get(0)?),
        code: parsed(row, 1)?,
        secret: row.get(2)?,
        sheets: parsed_list(row, 3)?,
        enrolled_at: Timestamp(row.get(4)?),
        last_contact: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        said: Said {
            app: row.get(6)?,
            clock_offset: row.get(7)?,
            waiting: row.get(8)?,
            held: row.get(9)?,
            space: space(row)?,
            officer: None,
        },
        emptied_at: row.get::<_, Option<i64>>(10)?.map(Timestamp),
        lost_waiting: row.get(11)?,
        name: row.get(12)?,
        officer: maybe_parsed(row, 13)?,
        revoked_at: row.get::<_, Option<i64>>(14)?.map(Timestamp),
        former: parsed_list(row, 15)?.unwrap_or_default(),
        settled_at: row.get::<_, Option<i64>>(16)?.map(Timestamp),
        key: row.get::<_, Option<[u8; 32]>>(19)?.map(PublicKey),
        keyed_at: row.get::<_, Option<i64>>(20)?.map(Timestamp),
        compare: row.get(21)?,
        compared_at: row.get::<_, Option<i64>>(22)?.map(Timestamp),
        suspended_at: row.get::<_, Option<i64>>(23)?.map(Timestamp),
        settled_batch: row.get(24)?,
        used_up_at: row.get::<_, Option<i64>>(25)?.map(Timestamp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(at: i64, held: u32, waiting: u32) -> Contact {
        Contact::new(Timestamp(at), Said { held, waiting, ..Said::default() }, true)
    }

    /// What a tablet that held `held` sheets with 7 records waiting looks like after these contacts.
    fn after(held: u32, contacts: &[Contact]) -> (Option<i64>, u32) {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&mut db).unwrap();
        let sql = "INSERT INTO devices (id, code, secret, enrolled_at, held, waiting)
            VALUES (x'0000000000000001', 'T01', ?1, 0, ?2, 7)";
        db.execute(sql, ([0u8; 32], held)).unwrap();
        let id = list(&db).unwrap()[0].id;
        let together = contacts.iter().cloned().reduce(Contact::then).unwrap();
        note_contact(&db, id, &together).unwrap();
        let row = get(&db, id).unwrap().unwrap();
        assert_eq!(row.said, together.said);
        (row.emptied_at.map(|at| at.0), row.lost_waiting)
    }

    #[test]
    fn a_tablet_moves_when_it_is_in_contact_or_known_to_be_emptied() {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::schema::migrate(&mut db).unwrap();
        for (n, seen, emptied) in
            [(1, None, None), (2, Some(5), None), (3, Some(5), Some(9)), (10, None, Some(7))]
        {
            let sql =
                "INSERT INTO devices (id, code, secret, enrolled_at, last_contact, emptied_at)
                VALUES (?1, ?2, ?3, 0, ?4, ?5)";
            let code = format!("T{n:02}");
            db.execute(sql, ([n; 8], code, [0u8; 32], seen, emptied)).unwrap();
        }
        let moved = |then: Option<i64>| -> Vec<String> {
            let rows = moved_since(&db, then.map(Timestamp)).unwrap();
            rows.into_iter().map(|row| row.code.to_string()).collect()
        };
        assert_eq!(moved(None), ["T02", "T03", "T10"]);
        assert_eq!(moved(Some(4)), ["T02", "T03", "T10"]);
        assert_eq!(moved(Some(5)), ["T03", "T10"]);
        assert_eq!(moved(Some(9)), [] as [&str; 0]);
    }

    #[test]
    fn a_tablet_that_lost_its_memory_is_noticed_however_contacts_fall_together() {
        // A new tablet has nothing, fetches its sheets, and has them.
        assert_eq!(after(0, &[contact(1, 0, 0)]), (None, 0));
        assert_eq!(after(0, &[contact(1, 0, 0), contact(2, 5, 0)]), (None, 0));
        assert_eq!(after(0, &[contact(1, 0, 0), contact(2, 0, 0), contact(3, 5, 1)]), (None, 0));
        assert_eq!(after(5, &[contact(1, 5, 2)]), (None, 0));
        // One that held something comes with nothing, alone or among others.
        assert_eq!(after(5, &[contact(1, 0, 0)]), (Some(1), 7));
        assert_eq!(after(5, &[contact(1, 0, 0), contact(2, 5, 0)]), (Some(1), 7));
        assert_eq!(after(0, &[contact(1, 5, 3), contact(2, 0, 0)]), (Some(2), 3));
        let many = [contact(1, 0, 0), contact(2, 5, 3), contact(3, 0, 0), contact(4, 5, 0)];
        assert_eq!(after(0, &many), (Some(3), 3));
        assert_eq!(after(5, &many), (Some(3), 3));
    }

    #[test]
    fn a_tablet_without_sheets_to_hold_is_not_empty() {
        let none = Contact::new(Timestamp(1), Said::default(), false);
        assert_eq!(after(5, &[none]), (None, 0));
    }
}
