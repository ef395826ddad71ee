//! What the desk shows: rows, counts and details. The one type for server and desk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::eligibility::Advice;
use crate::exchange::Space;
use crate::id::{DeviceCode, EntryId, Hash, OfficerId, ProgrammeCode, PublicKey, SheetId};
use crate::lifecycle::{DecisionState, Doubt, State};
use crate::person::{Fields, Person};
use crate::programme::{Facility, Programme, Seat, Wave};
use crate::registration::{Answers, Education, Field};
use crate::role::{Action, Role, may, reads, reads_history, reads_ready};
use crate::sheet::{Conflict, Entry, Happened, Settled};
use crate::time::{Date, Timestamp};
use crate::training::books::Proposal;
use crate::vetting::{Ready, Said};
use around::Late;

pub mod access;
pub mod allocation;
pub mod around;
pub mod entries;
pub mod pairs;
pub mod quarantine;
pub mod second_factor;
pub mod session;
pub mod training;
pub mod verify;
pub mod who;

/// Who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The id that decisions carry.
    pub id: OfficerId,
    /// The name to show.
    pub name: String,
    /// What this person is.
    pub role: Role,
    /// They signed in with a first password and must choose their own before anything else.
    #[serde(default)]
    pub must_change: bool,
    /// Their role needs a second factor, and they must set one up before anything else.
    #[serde(default)]
    pub must_secure: bool,
}

/// A name and a password.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SignIn {
    /// The name.
    pub user: String,
    /// The password. This type has no `Debug`, so that it never reaches a log.
    pub password: String,
    /// Six digits from the phone or a code from the paper, from whoever has a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What their passkey answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<second_factor::KeyAnswer>,
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
    /// Other names of the person: they are found by these as well.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub aliases: String,
    /// It came after its wave had closed, and waits for somebody. No part of the entry: see [`around`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Late>,
    /// The person has left the house, as the last list of the prison database says, and a place is at stake.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gone: bool,
    /// The education that was told, for counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub education: Option<Education>,
    /// The year of birth as far as it is known, for counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<i32>,
}

fn is_false(b: &bool) -> bool {
    !*b
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
            aliases: entry.person.aliases.clone(),
            late: None,
            gone: false,
            education: entry.answers.education,
            born: entry.person.birth_date.map(Date::year),
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
            aliases: text(Field::Aliases, &self.aliases),
            late: None,
            gone: false,
            education: self.education.filter(|_| reads(role, Field::Education)),
            born: self.born.filter(|_| reads(role, Field::BirthDate)),
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
    /// What people call it beside its code; may be empty.
    #[serde(default)]
    pub name: String,
    /// The sheets it is given; `None` for all.
    #[serde(default)]
    pub sheets: Option<Vec<SheetId>>,
    /// Who last worked on it, as far as the server has their work.
    #[serde(default)]
    pub officer: Option<OfficerId>,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
    /// Somebody has looked into its lost memory.
    #[serde(default)]
    pub lost_settled: bool,
    /// How full it was at its last contact; `None` where it did not say.
    #[serde(default)]
    pub space: Option<Space>,
    /// It signs what it hands in.
    #[serde(default)]
    pub signs: bool,
    /// Six digits that it shows as well and that nobody has compared yet.
    #[serde(default)]
    pub compare: Option<String>,
    /// What it signed, as far as that was received; `None` for nothing.
    #[serde(default)]
    pub received: Option<BatchRange>,
    /// When two histories of it were found: until somebody has looked, it hands in and reads nothing.
    #[serde(default)]
    pub suspended_at: Option<Timestamp>,
    /// When it was found to know an end of the audit that the server does not have.
    #[serde(default)]
    pub missed_head: Option<Timestamp>,
    /// When it was last turned away because it had handed in as much as a tablet may within a day.
    #[serde(default)]
    pub used_up_at: Option<Timestamp>,
}

/// Which batches of a tablet were received: everything from the first to the last but for the gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRange {
    /// The number of the last one; the first is 1.
    pub to: u32,
    /// Those that were lost when the server was restored from an older copy. The tablet has handed in again what
    /// they held.
    pub gaps: Vec<Gap>,
}

/// Numbers that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The first.
    pub from: u32,
    /// The last.
    pub to: u32,
}

/// How far a verified backup goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// When the copy was begun, by the server's clock.
    pub at: Timestamp,
    /// The position of the newest change that it holds, from 1; 0 for none.
    pub position: i64,
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
    /// Counts over all entries.
    pub counts: Counts,
    /// The tablets.
    pub devices: Vec<DeviceRow>,
    /// By the server's clock.
    pub as_of: Timestamp,
    /// What the last verified backup holds, for those who see the tablets; `None` where there is none.
    #[serde(default)]
    pub backed_up: Option<Watermark>,
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
    /// Registrations that came after their wave had closed, and wait for somebody.
    #[serde(default)]
    pub late: u32,
    /// People who have left the house while a place of theirs is at stake.
    #[serde(default)]
    pub gone: u32,
    /// Pairs of entries that may be about one person.
    #[serde(default)]
    pub pairs: u32,
    /// Per programme, in the order of its code.
    pub programmes: BTreeMap<ProgrammeCode, ProgrammeCount>,
    /// Per block.
    pub blocks: BTreeMap<String, BlockCount>,
    /// How many sit in each package.
    #[serde(default)]
    pub taken: BTreeMap<String, u32>,
    /// Registered people by the day on which they were recorded, in the house's zone; days without any are absent.
    #[serde(default)]
    pub days: BTreeMap<Date, u32>,
    /// How many wait on the reserve list of each programme.
    #[serde(default)]
    pub waiting: BTreeMap<ProgrammeCode, u32>,
    /// Registered people by the education that they told; of the others nothing stands here.
    #[serde(default)]
    pub educations: BTreeMap<Education, u32>,
    /// Registered people by year of birth, where it is known. Outside of the house one year stands for a whole group of
    /// ages: see [`who::grouped`].
    #[serde(default, with = "who::years")]
    pub births: BTreeMap<i32, u32>,
    /// When the registration that has waited longest for verification was recorded.
    #[serde(default)]
    pub oldest: Option<Timestamp>,
    /// How many entries this reader may see.
    #[serde(default)]
    pub seen: u32,
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

    fn round(n: u32) -> u32 {
        (n + Self::ROUNDED_TO / 2) / Self::ROUNDED_TO * Self::ROUNDED_TO
    }

    /// What may leave the house: no blocks, of the supervisor's queues only how many wait, and rounded counts. `year` is that of today.
    pub fn for_outside(self, year: i32) -> Self {
        let round = Self::round;
        let days = rounded(self.days);
        let programme = |count: ProgrammeCount| ProgrammeCount { ranks: count.ranks.map(round) };
        let programmes = self.programmes.into_iter().map(|(code, count)| (code, programme(count)));
        Self {
            people: round(self.people),
            asked: round(self.asked),
            registered: round(self.registered),
            to_verify: round(self.to_verify),
            returned: 0,
            conflicts: 0,
            late: 0,
            gone: 0,
            pairs: 0,
            programmes: programmes.collect(),
            blocks: BTreeMap::new(),
            days,
            educations: rounded(self.educations),
            births: rounded(who::grouped(&self.births, year)),
            taken: BTreeMap::new(),
            waiting: BTreeMap::new(),
            oldest: None,
            seen: self.seen,
            rounded: true,
        }
    }

    /// Counts rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.add(row);
            if row.state == State::Registered {
                counts.oldest = earlier(counts.oldest, row.recorded_at);
            }
        }
        counts
    }

    /// Counts one more row. [`Counts::oldest`], [`Counts::days`] and [`Counts::seen`] are the caller's.
    pub fn add(&mut self, row: &Row) {
        self.tally(row, 1);
    }

    /// Counts a row no more that was counted before.
    pub fn remove(&mut self, row: &Row) {
        self.tally(row, -1);
    }

    fn tally(&mut self, row: &Row, by: i32) {
        let step = |n: &mut u32, if_so: bool| {
            *n = n.saturating_add_signed(if if_so { by } else { 0 });
        };
        let counts = row.counts();
        let block = place(&mut self.blocks, &row.block);
        step(&mut block.people, true);
        step(&mut block.asked, row.asked());
        step(&mut block.registered, counts);
        step(&mut block.declined, row.state == State::Declined);
        step(&mut self.people, true);
        step(&mut self.asked, row.asked());
        step(&mut self.conflicts, row.conflicts > 0);
        step(&mut self.to_verify, row.state == State::Registered);
        step(&mut self.returned, row.state == State::Returned);
        step(&mut self.registered, counts);
        step(&mut self.late, row.late.is_some());
        step(&mut self.gone, row.gone);
        if counts {
            for (rank, code) in row.choices.iter().take(3).enumerate() {
                step(&mut place(&mut self.programmes, code).ranks[rank], true);
            }
            if let Some(education) = &row.education {
                step(place(&mut self.educations, education), true);
            }
            if let Some(born) = &row.born {
                step(place(&mut self.births, born), true);
            }
        }
        match &row.seat {
            Some(seat) if row.state.takes_seat() => {
                step(place(&mut self.taken, &seat.to_string()), true);
            }
            Some(turn) => step(place(&mut self.waiting, &turn.programme), true),
            None => {}
        }
        if by < 0 {
            self.blocks.retain(|_, block| block.people > 0);
            self.programmes.retain(|_, count| count.ranks != [0; 3]);
            self.educations.retain(|_, n| *n > 0);
            self.births.retain(|_, n| *n > 0);
            self.taken.retain(|_, n| *n > 0);
            self.waiting.retain(|_, n| *n > 0);
        }
    }
}

/// Rounded counts, without those that are nothing then.
fn rounded<K: Ord>(counts: BTreeMap<K, u32>) -> BTreeMap<K, u32> {
    let rounded = counts.into_iter().map(|(key, n)| (key, Counts::round(n)));
    rounded.filter(|(_, n)| *n > 0).collect()
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

/// The value of a key.
fn place<'a, K, Q, V>(map: &'a mut BTreeMap<K, V>, key: &Q) -> &'a mut V
where
    K: Ord + std::borrow::Borrow<Q>,
    Q: Ord + ToOwned<Owned = K> + ?Sized,
    V: Default,
{
    map.entry(key.to_owned()).or_default()
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
    /// The clinic or security has said something about these entries, as far as this person sees them.
    Vetted {
        /// Whom.
        entries: Vec<EntryId>,
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
    /// Names what is shown here: it changes with anything in it, and goes with a decision about it.
    #[serde(default)]
    pub version: String,
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
    /// Choices between answers that still stand; the identity number is masked.
    #[serde(default)]
    pub settled: Vec<Settled>,
    /// What keeps the registration from being verified, where it waits for that. No part of the entry.
    #[serde(default)]
    pub doubt: Option<Doubt>,
    /// What happened, in causal order, with when the server received it.
    pub history: Vec<Received>,
    /// What the partner advised after an interview, the latest first. It decides nothing.
    #[serde(default)]
    pub proposals: Vec<Proposal>,
    /// What the clinic and security said, the latest first. The first word about each thing holds.
    #[serde(default)]
    pub vetted: Vec<Said>,
    /// What the house's rules say about each choice, with all that is known at the server.
    #[serde(default)]
    pub advice: Vec<Advised>,
    /// Whether to reckon with the person, for a place that was given to them or for their first choice.
    #[serde(default)]
    pub ready: Option<Ready>,
}

/// What the rules say about one choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advised {
    /// The programme.
    pub programme: ProgrammeCode,
    /// Which rules are not met, and of which nobody can tell.
    #[serde(flatten)]
    pub advice: Advice,
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
            version: self.version,
            row,
            person: Person::from_fields(&read(person)),
            answers: Answers::from_fields(&read(answers)),
            reason: String::new(),
            conflicts: Vec::new(),
            settled: Vec::new(),
            doubt: None,
            history: Vec::new(),
            proposals: Vec::new(),
            vetted: Vec::new(),
            advice: Vec::new(),
            ready: self.ready.filter(|_| reads_ready(role)),
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

/// The supervisor takes a choice between answers back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsettle {
    /// Of which field.
    pub field: Field,
}

/// The supervisor was told by the person that they withdraw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdraw {
    /// How they said so, and why where they said that; required.
    pub reason: String,
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

/// Asks for the whole identity number of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealNik {
    /// What it is needed for; it stands in the log of access.
    pub reason: String,
}

/// The whole identity number.
#[derive(Clone, Serialize, Deserialize)]
pub struct Nik {
    /// The number, empty where there is none. This type has no `Debug`, so that it never reaches a log.
    pub nik: String,
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

/// What a tablet sends to be enrolled: see [`crate::enrolment`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrol {
    /// The name of the one-time code.
    pub name: Hash,
    /// The proof that the tablet knows the code.
    pub proof: Hash,
    /// Who this tablet was, where its memory was lost since.
    #[serde(default)]
    pub lost: Option<DeviceCode>,
    /// The key that it signs with from now on; tablets of older versions have none.
    #[serde(default)]
    pub key: Option<PublicKey>,
}

/// What a tablet tells that was enrolled before it had a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceKey {
    /// The key that it signs with from now on.
    pub key: PublicKey,
}

/// What it gets for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerKey {
    /// The key that receipts are signed with.
    pub server_key: PublicKey,
}

/// What an enrolled tablet sends for a new PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowPin {
    /// The name of a one-time code: see [`crate::enrolment`].
    pub name: Hash,
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
    /// The key that receipts are signed with.
    pub server_key: PublicKey,
    /// The proof that the server knows the code, and has answered this.
    pub proof: Hash,
}

/// Every error of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable.
    pub code: String,
    /// One clear sentence. Tablets call it `message`.
    #[serde(default, alias = "message")]
    pub detail: String,
}

#[cfg(test)]
mod tests;
