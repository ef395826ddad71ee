//! What reports are made from: everything is handed in, so that a report reads nothing by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::allocation::{Input, Proposal};
use crate::eligibility::Rule;
use crate::id::{EntryId, OfficerId, ProgrammeCode};
use crate::privacy::access::Access;
use crate::programme::{Facility, Lengths, Programme, Seat, Wave};
use crate::sheet::Entry;
use crate::time::Timestamp;
use crate::training::books::Books;
use crate::vetting::Known;
use crate::view::DeviceRow;
use crate::view::allocation::Decree;

/// Everything that reports are made from.
#[derive(Debug, Clone)]
pub struct Material {
    /// The house.
    pub facility: Facility,
    /// The wave.
    pub wave: Wave,
    /// What can be chosen, in the order it is shown.
    pub programmes: Vec<Programme>,
    /// What the house advises.
    pub rules: Vec<Rule>,
    /// How long trainings take.
    pub lengths: Lengths,
    /// Names of officers and users.
    pub names: BTreeMap<OfficerId, String>,
    /// Everybody on the sheets.
    pub people: Vec<Member>,
    /// The tablets.
    pub devices: Vec<DeviceRow>,
    /// What was exported before, newest first.
    pub exports: Vec<Exported>,
    /// Who read whose data, newest first; `None` for a reader who may not know that.
    pub reads: Option<Vec<Access>>,
    /// The registration numbers of those whose data were read.
    pub numbers: BTreeMap<EntryId, String>,
    /// The runs of the allocation that were committed, the latest first.
    pub runs: Vec<Ran>,
    /// The partner's books; for an instructor those of their packages.
    pub training: Books,
    /// By the server's clock.
    pub now: Timestamp,
    /// Who signs for the house, as it was set up; empty texts are left blank to be written by hand.
    pub head: Signatory,
}

/// Who signs for the house.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatory {
    /// Where it is signed.
    pub city: String,
    /// The name.
    pub name: String,
    /// The number of a civil servant.
    pub nip: String,
}

/// One person on a sheet.
#[derive(Debug, Clone)]
pub struct Member {
    /// The cell block of the sheet.
    pub block: String,
    /// The entry.
    pub entry: Entry,
    /// Some field has more than one answer, and nobody has chosen yet.
    pub contested: bool,
    /// What is known beside the sheet; nothing where the report does not ask for it.
    pub known: Known,
}

/// One line of the log of exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who.
    pub user: OfficerId,
    /// What they were then, as a code: a role that is gone stays in the log.
    pub role: String,
    /// Which report, as a code.
    pub report: String,
    /// As what, as a code.
    pub format: String,
    /// What for, in their words.
    pub purpose: String,
    /// How many rows.
    pub rows: u32,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// A run of the allocation that was committed, as far as reports tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The decree that the head gave it.
    pub decree: Decree,
    /// Who got which seat, or which turn on a reserve list.
    pub places: BTreeMap<EntryId, Seat>,
    /// What everybody had in each of their choices.
    pub points: BTreeMap<(EntryId, ProgrammeCode), u32>,
}

impl Ran {
    /// The run that looked at `input` and decided `proposal`.
    pub fn of(decree: Decree, input: &Input, proposal: &Proposal) -> Self {
        let places = proposal.placed.iter();
        let places = places.filter_map(|one| Some((one.entry, one.seat.clone()?))).collect();
        let wishes = input.candidates.iter().flat_map(|one| {
            let wish =
                |wish: &crate::allocation::Wish| ((one.entry, wish.programme.clone()), wish.points);
            one.wishes.iter().map(wish)
        });
        Self { decree, places, points: wishes.collect() }
    }
}

impl Material {
    /// The decree by which somebody has the place that they hold now. Whoever was given another place since, or was
    /// named one by one, has none.
    pub(super) fn decree_of(&self, one: &Entry) -> Option<&Decree> {
        let seat = one.decision.as_ref()?.seat.as_ref()?;
        self.runs.iter().find(|run| run.places.get(&one.id) == Some(seat)).map(|run| &run.decree)
    }

    /// What somebody had in a programme when a run last looked at them.
    pub(super) fn points_of(&self, one: &Entry, programme: &ProgrammeCode) -> Option<u32> {
        let key = (one.id, programme.clone());
        self.runs.iter().find_map(|run| run.points.get(&key).copied())
    }
}
