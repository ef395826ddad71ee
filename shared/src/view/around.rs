//! What is known about entries from around the sheets: which wave has closed, and who has left the house.
//!
//! It is no part of an entry, and nobody writes it there: a wave may be prolonged, somebody may come back. The
//! server marks each row with it, and two queues of the table follow from the marks.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Row;
use crate::id::{EntryId, SheetId};
use crate::lifecycle::State;
use crate::time::Timestamp;

/// A registration reached the server after its wave had closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// It was recorded before that, by the tablet's clock: the tablet was away.
    OnTheWay,
    /// It was recorded after that as well.
    Recorded,
}

/// What rows are marked with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The moment from which on each wave is closed, by its code.
    pub closed: BTreeMap<String, Timestamp>,
    /// Who was on the last list of the prison database no more.
    pub gone: BTreeSet<(SheetId, EntryId)>,
}

impl Around {
    /// Marks a row of this wave: late while somebody has to decide about it, and gone while the person holds or
    /// awaits a place.
    pub fn mark(&self, wave: &str, row: &mut Row) {
        use State::*;
        let open = matches!(row.state, Registered | Returned);
        let after = |at: Option<Timestamp>| {
            at.zip(self.closed.get(wave)).is_some_and(|(at, closed)| at >= *closed)
        };
        row.late = match (open && after(row.received_at), after(row.recorded_at)) {
            (false, _) => None,
            (true, false) => Some(Late::OnTheWay),
            (true, true) => Some(Late::Recorded),
        };
        let awaits = open || matches!(row.state, Verified | Reserve | Confirmed | InTraining);
        row.gone = awaits && self.gone.contains(&(row.sheet.clone(), row.entry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::tests::row;

    #[test]
    fn late_is_what_came_after_the_end_and_waits_for_somebody() {
        use State::*;
        let around = Around {
            closed: [("2025.2".to_owned(), Timestamp(100))].into(),
            gone: BTreeSet::new(),
        };
        let cases = [
            (Registered, 50, 99, None),
            (Registered, 50, 100, Some(Late::OnTheWay)),
            (Returned, 100, 101, Some(Late::Recorded)),
            (Verified, 100, 101, None),
            (Withdrawn, 50, 101, None),
        ];
        for (state, recorded, received, late) in cases {
            let mut row = row("A", state, "GAR");
            row.recorded_at = Some(Timestamp(recorded));
            row.received_at = Some(Timestamp(received));
            around.mark("2025.2", &mut row);
            assert_eq!(row.late, late, "{state:?} {recorded} {received}");
            around.mark("2024.1", &mut row);
            assert_eq!(row.late, None, "nobody knows when that wave closed");
        }
    }

    #[test]
    fn whoever_left_is_marked_while_a_place_is_at_stake() {
        for (state, expected) in [
            (State::Registered, true),
            (State::Confirmed, true),
            (State::NotAsked, false),
            (State::Cancelled, false),
            (State::Certified, false),
        ] {
            let mut row = row("A", state, "GAR");
            let gone = [(row.sheet.clone(), row.entry)].into();
            Around { gone, ..Around::default() }.mark("2025.2", &mut row);
            assert_eq!(row.gone, expected, "{state:?}");
            Around::default().mark("2025.2", &mut row);
            assert!(!row.gone);
        }
    }
}
