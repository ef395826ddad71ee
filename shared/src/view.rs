//! What the desk shows: rows, counts and details. The one type for server and desk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{DeviceCode, EntryId, OfficerId, ProgrammeCode, SheetId};
use crate::lifecycle::{DecisionState, State};
use crate::person::{Fields, Person};
use crate::programme::{Facility, Programme, Seat, Wave};
use crate::registration::{Answers, Field};
use crate::role::{Action, Role, may, reads, reads_history};
use crate::sheet::{Conflict, Entry, Happened};
use crate::time::Timestamp;

pub mod allocation;
pub mod quarantine;

/// Who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The id that decisions carry.
    pub id: OfficerId,
    /// The name to show.
    pub name: String,
    /// What this person is.
    pub role: Role,
}

/// A name and a password.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The name.
    pub user: String,
    /// The password. This type has no `Debug`, so that it never reaches a log.
    pub password: String,
}

/// One entry in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its sheet.
    pub sheet: SheetId,
    /// Its id.
    pub entry: EntryId,
    /// The block of the sheet.
    pub block: String,
    /// The cell.
    pub cell: String,
    /// The person's name.
    pub name: String,
    /// The register number as typed.
    pub register_number: String,
    /// The registration number, once there is one.
    pub number: String,
    /// Ranked programmes.
    pub choices: Vec<ProgrammeCode>,
    /// Where it stands.
    pub state: State,
    /// The roster knows the person.
    pub listed: bool,
    /// Who did the last step at a tablet.
    pub officer: Option<OfficerId>,
    /// On which tablet.
    pub device: Option<DeviceCode>,
    /// When, by that tablet's clock.
    pub recorded_at: Option<Timestamp>,
    /// When the server last received something for it.
    pub received_at: Option<Timestamp>,
    /// How many fields have more than one answer.
    pub conflicts: u32,
    /// The seat that the person takes, or the turn on the reserve list.
    #[serde(default)]
    pub seat: Option<Seat>,
}

impl Row {
    /// The row of an entry. `conflicts` is how many fields have more than one answer.
    pub fn of(sheet: &SheetId, block: &str, entry: &Entry, conflicts: usize) -> Self {
        let (author, at) =
            entry.done_by.clone().map_or((None, None), |(a, at)| (Some(a), Some(at)));
        Self {
            sheet: sheet.clone(),
            entry: entry.id,
            block: block.to_owned(),
            cell: entry.person.cell.clone(),
            name: entry.person.name.clone(),
            register_number: entry.person.register_number.clone(),
            number: entry.number.clone(),
            choices: entry.answers.choices.clone(),
            state: entry.state,
            listed: entry.listed,
            officer: author.as_ref().map(|author| author.officer.clone()),
            device: author.and_then(|author| author.device),
            recorded_at: at,
            received_at: None,
            conflicts: conflicts as u32,
            seat: seat(entry),
        }
    }

    /// Whether a role may see the entry at all.
    pub fn is_seen_by(&self, role: Role) -> bool {
        may(role, Action::SeeEntry, Some(self.state))
    }

    /// The row as a role may read it; `None` where it may not see the entry at all.
    pub fn seen_by(&self, role: Role) -> Option<Self> {
        if !self.is_seen_by(role) {
            return None;
        }
        if reads_history(role) {
            return Some(self.clone());
        }
        let text =
            |field, text: &String| if reads(role, field) { text.clone() } else { String::new() };
        Some(Self {
            sheet: hidden_sheet(),
            block: String::new(),
            cell: text(Field::Cell, &self.cell),
            name: text(Field::Name, &self.name),
            register_number: text(Field::RegisterNumber, &self.register_number),
            choices: if reads(role, Field::Choices) { self.choices.clone() } else { Vec::new() },
            officer: None,
            device: None,
            recorded_at: None,
            received_at: None,
            conflicts: 0,
            listed: false,
            ..self.clone()
        })
    }

    /// Somebody has asked this person: any state but not asked.
    pub fn asked(&self) -> bool {
        self.state != State::NotAsked
    }

    /// The person counts as registered, now or in a later state of the same registration.
    pub fn counts(&self) -> bool {
        counts(self.state)
    }
}

/// Stands for the sheet of an entry where somebody may not know it: its name says the block. Entries have ids
/// of their own, so the server finds them without it.
pub fn hidden_sheet() -> SheetId {
    const NAME: &str = "hidden";
    NAME.parse().unwrap_or_else(|_| unreachable!("the name is a slug"))
}

/// Where somebody sits or waits. Whoever was confirmed by a version that named no package sits in the first
/// one of their first choice, so that no seat is given twice.
fn seat(entry: &Entry) -> Option<Seat> {
    let given = entry.decision.as_ref().and_then(|decision| decision.seat.clone());
    let first = || Some(Seat { programme: entry.answers.choices.first()?.clone(), number: 1 });
    match entry.state {
        State::Reserve => given,
        state if state.takes_seat() => given.or_else(first),
        _ => None,
    }
}

/// Whether a state counts as a registration.
pub fn counts(state: State) -> bool {
    use State::*;
    !matches!(
        state,
        NotAsked | Draft | Away | Declined | Withdrawn | Rejected | Removed | Cancelled
    )
}

/// A tablet as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Its code.
    pub code: DeviceCode,
    /// When it was last in contact; `None` if never.
    pub last_contact: Option<Timestamp>,
    /// Entries it said it had not sent yet, at that time.
    pub waiting: u32,
    /// The version of its app.
    pub app: String,
    /// Its clock minus the server's, in milliseconds.
    pub clock_offset: i64,
    /// How many of its changes are in quarantine.
    pub quarantined: u32,
    /// When its memory was found lost: it came with nothing, or was enrolled anew as another one.
    #[serde(default)]
    pub emptied_at: Option<Timestamp>,
    /// How many entries it had said were waiting before that.
    #[serde(default)]
    pub lost_waiting: u32,
}

/// Everything the desk starts with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The house.
    pub facility: Facility,
    /// The wave.
    pub wave: Wave,
    /// What can be chosen.
    pub programmes: Vec<Programme>,
    /// Names of officers and users, for rows that carry ids.
    pub names: BTreeMap<OfficerId, String>,
    /// Every entry this person may see; for roles that see counts only, none.
    pub rows: Vec<Row>,
    /// Counts over all entries.
    pub counts: Counts,
    /// The tablets.
    pub devices: Vec<DeviceRow>,
    /// By the server's clock.
    pub as_of: Timestamp,
}

/// Counts per programme and block, derived from rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All people on the sheets.
    pub people: u32,
    /// People whom somebody has asked.
    pub asked: u32,
    /// People who count as registered.
    pub registered: u32,
    /// Of those, waiting for verification.
    pub to_verify: u32,
    /// Returned to an officer.
    pub returned: u32,
    /// Entries with answers that disagree.
    pub conflicts: u32,
    /// Per programme, in the order of its code.
    pub programmes: BTreeMap<ProgrammeCode, ProgrammeCount>,
    /// Per block.
    pub blocks: BTreeMap<String, BlockCount>,
    /// All of them are rounded to the nearest multiple of [`Counts::ROUNDED_TO`], for readers outside of the house.
    #[serde(default)]
    pub rounded: bool,
}

/// Registered people who ranked a programme first, second, third.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeCount {
    /// By rank.
    pub ranks: [u32; 3],
}

/// One block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockCount {
    /// People.
    pub people: u32,
    /// Asked.
    pub asked: u32,
    /// Registered.
    pub registered: u32,
    /// Declined.
    pub declined: u32,
}

impl Counts {
    /// As reports hide counts below five outside of the house, so a count that moves while somebody
    /// watches must not tell of one person: rounding to a base hides both.
    pub const ROUNDED_TO: u32 = 5;

    /// What may leave the house: no blocks, of the supervisor's queues only how many wait, and rounded counts.
    pub fn for_outside(self) -> Self {
        let round = |n: u32| (n + Self::ROUNDED_TO / 2) / Self::ROUNDED_TO * Self::ROUNDED_TO;
        let programme = |count: ProgrammeCount| ProgrammeCount { ranks: count.ranks.map(round) };
        let programmes = self.programmes.into_iter().map(|(code, count)| (code, programme(count)));
        Self {
            people: round(self.people),
            asked: round(self.asked),
            registered: round(self.registered),
            to_verify: round(self.to_verify),
            returned: 0,
            conflicts: 0,
            programmes: programmes.collect(),
            blocks: BTreeMap::new(),
            rounded: true,
        }
    }

    /// Counts rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.add(row);
        }
        counts
    }

    fn add(&mut self, row: &Row) {
        let block = self.blocks.entry(row.block.clone()).or_default();
        self.people += 1;
        block.people += 1;
        if row.asked() {
            self.asked += 1;
            block.asked += 1;
        }
        if row.state == State::Declined {
            block.declined += 1;
        }
        self.conflicts += u32::from(row.conflicts > 0);
        self.to_verify += u32::from(row.state == State::Registered);
        self.returned += u32::from(row.state == State::Returned);
        if !row.counts() {
            return;
        }
        self.registered += 1;
        block.registered += 1;
        for (rank, code) in row.choices.iter().take(3).enumerate() {
            self.programmes.entry(code.clone()).or_default().ranks[rank] += 1;
        }
    }
}

/// Something changed; the desk patches what it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Live {
    /// These rows are new or different. `counts` is over everything.
    Rows {
        /// The rows this person may see.
        rows: Vec<Row>,
        /// Entries that this person saw and may not see any more.
        #[serde(default)]
        gone: Vec<EntryId>,
        /// The counts after it.
        counts: Counts,
        /// By the server's clock.
        as_of: Timestamp,
    },
    /// A tablet was in contact.
    Device {
        /// The tablet.
        device: DeviceRow,
    },
    /// Some events were missed: load everything again.
    Reload,
}

/// One entry with everything that may be seen of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// Its row.
    pub row: Row,
    /// Who.
    pub person: Person,
    /// What was answered. The identity number is masked.
    pub answers: Answers,
    /// The reason of the last decision, if it has one.
    pub reason: String,
    /// Fields with more than one answer.
    pub conflicts: Vec<Conflict>,
    /// What happened, in causal order, with when the server received it.
    pub history: Vec<Received>,
}

impl Detail {
    /// The entry as a role may read it; `None` where it may not see it at all.
    pub fn seen_by(self, role: Role) -> Option<Self> {
        let row = self.row.seen_by(role)?;
        if reads_history(role) {
            return Some(Self { row, ..self });
        }
        let read = |mut fields: Fields| {
            let known = |key: &str| Field::parse(key).is_some_and(|field| reads(role, field));
            fields.retain(|key, _| known(key));
            fields
        };
        let (person, answers) = (self.person.to_fields(), self.answers.to_fields());
        Some(Self {
            row,
            person: Person::from_fields(&read(person)),
            answers: Answers::from_fields(&read(answers)),
            reason: String::new(),
            conflicts: Vec::new(),
            history: Vec::new(),
        })
    }
}

/// One step of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What happened.
    #[serde(flatten)]
    pub happened: Happened,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// The supervisor chooses one of several answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolve {
    /// Which field.
    pub field: Field,
    /// The answer that shall stand, as in [`Conflict`].
    pub value: String,
}

/// The supervisor moves an entry on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// Where to.
    pub state: DecisionState,
    /// Why.
    pub reason: String,
    /// For a participant and for the reserve list: of which programme.
    #[serde(default)]
    pub programme: Option<ProgrammeCode>,
    /// For a participant: the number of the package. On the reserve list the server gives the next turn.
    #[serde(default)]
    pub package: Option<u32>,
}

/// A one-time code for a tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The code as it is typed.
    pub code: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// The link that the picture holds.
    pub link: String,
    /// A QR picture of the link, as SVG.
    pub qr_svg: String,
}

/// What a tablet sends to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrol {
    /// The code as typed.
    pub code: String,
    /// Who this tablet was, where its memory was lost since.
    #[serde(default)]
    pub lost: Option<DeviceCode>,
}

/// What an enrolled tablet gets for a one-time code that lets an officer make a new PIN on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinAllowed {
    /// What people call this tablet.
    pub device_code: DeviceCode,
}

/// What a tablet gets when it was enrolled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Its id.
    pub device_id: crate::id::DeviceId,
    /// What people call it.
    pub device_code: DeviceCode,
    /// Its secret. This type has no `Debug`, so that it never reaches a log.
    pub secret: String,
    /// The name of the house.
    pub facility: String,
}

/// Every error of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable.
    pub code: String,
    /// One clear sentence.
    pub message: String,
}

#[cfg(test)]
mod tests;
